"""Every field that a shape declares, and JSON in which each of them holds something else in turn."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any, NamedTuple

from msgspec import Struct
from msgspec import inspect as shapes

from deploy_checklist.data_formats.shapes import WrongShape, shaped

Place = tuple[str | int, ...]

NOTHING = object()
TEXT = "sk_live_4eC39HqLyjWDarjtT1zdp7dc"  # no date, no number, and nothing that may be shown
WRONG: Mapping[str, object] = {
    "null": None,
    "a number": 7,
    "a list": [],
    "an object": {},
    "a text": TEXT,
    "nothing": NOTHING,
}


class Mutant(NamedTuple):
    """JSON with something else in one field."""

    place: str
    what: str  # of WRONG
    field: str  # the innermost name on the way to it
    data: Any
    refused: bool  # the shape does not allow it
    kind_changed: bool  # it is not another text, number, list or object

    @property
    def name(self) -> str:
        return f"{self.what} at {self.place or 'the root'}"


def mutants(shape: Any, data: Any) -> Iterator[Mutant]:
    """For each field of the shape that is in the data, or might be: all that may be there instead.

    Of a list's elements the first and the last are changed.
    """
    for place in dict.fromkeys(places(shapes.type_info(shape), data)):
        for name, wrong in WRONG.items():
            if (changed := _changed(data, place, wrong)) is NOTHING:
                continue
            names = [each for each in place if isinstance(each, str)]
            yield Mutant(
                ".".join(map(str, place)),
                name,
                names[-1] if names else "",
                changed,
                not fits(shape, changed),
                type(_at(data, place)) is not type(wrong),
            )


def fits(shape: Any, data: Any) -> bool:
    try:
        shaped(data, shape)
    except WrongShape:
        return False
    return True


def places(kind: shapes.Type, data: Any, here: Place = ()) -> Iterator[Place]:
    yield here
    if isinstance(kind, shapes.Metadata):
        yield from places(kind.type, data, here)
    elif isinstance(kind, shapes.UnionType):
        for each in kind.types:
            if _may_be(each, data):
                yield from places(each, data, here)
    elif isinstance(kind, shapes.ListType) and isinstance(data, list):
        for index in sorted({0, len(data) - 1} if data else ()):
            yield from places(kind.item_type, data[index], (*here, index))
    elif isinstance(kind, shapes.StructType) and isinstance(data, dict):
        if kind.tag_field:
            yield (*here, kind.tag_field)
        for field in kind.fields:
            below = data.get(field.encode_name)
            yield from places(field.type, below, (*here, field.encode_name))


def _may_be(kind: shapes.Type, data: Any) -> bool:
    if isinstance(kind, shapes.StructType) and isinstance(data, dict):
        return not kind.tag_field or data.get(kind.tag_field) == kind.tag
    return isinstance(kind, shapes.ListType) and isinstance(data, list)


def _at(data: Any, place: Place) -> Any:
    for step in place:
        if isinstance(data, dict) and step not in data:
            return None
        data = data[step]
    return data


def _changed(data: Any, place: Place, wrong: object) -> Any:
    """A copy; NOTHING if it would be the same."""
    if not place:
        return NOTHING if wrong is NOTHING or wrong == data else wrong
    changed = copy.deepcopy(data)
    holder = changed
    for step in place[:-1]:
        holder = holder[step]
    last = place[-1]
    if wrong is NOTHING:
        if isinstance(last, int) or last not in holder:
            return NOTHING
        del holder[last]
        return changed
    if isinstance(last, str) and last in holder and holder[last] == wrong:
        return NOTHING
    holder[last] = copy.deepcopy(wrong)
    return changed


def declared(module: ModuleType) -> set[type[Struct]]:
    """The shapes that a module declares."""
    return {
        each
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, Struct)
        and each.__module__ == module.__name__
    }


def within(shape: Any) -> set[type[Struct]]:
    """The shape itself, those that stand in it, and what they are made of."""
    found: set[type[Struct]] = set()
    for each in _structs(shapes.type_info(shape), set()):
        plain = getattr(each, "__origin__", each)  # of a generic shape
        found |= {base for base in plain.__mro__ if base is not Struct and issubclass(base, Struct)}
    return found


def _structs(kind: Any, seen: set[type[Struct]]) -> set[type[Struct]]:
    if isinstance(kind, shapes.StructType) and kind.cls not in seen:
        seen.add(kind.cls)
        for field in kind.fields:
            _structs(field.type, seen)
    for inner in (
        *getattr(kind, "types", ()),
        getattr(kind, "item_type", None),
        getattr(kind, "type", None),
    ):
        if isinstance(inner, shapes.Type):
            _structs(inner, seen)
    return seen
