"""Every field that a shape declares, and JSON in which each of them holds something else in turn."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
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

    name: str
    field: str  # the innermost name on the way to it
    data: Any
    refused: bool  # the shape does not allow it


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
                f"{name} at {'.'.join(map(str, place)) or 'the root'}",
                names[-1] if names else "",
                changed,
                not fits(shape, changed),
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


def roots(modules: Sequence[Any]) -> set[type[Struct]]:
    """The shapes of the modules that stand in no other."""
    declared = {
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, Struct)
        and each.__module__ == module.__name__
    }
    inside = {
        found
        for each in declared
        if not getattr(each, "__parameters__", ())
        for field in shapes.type_info(each).fields  # type: ignore[attr-defined]
        for found in _structs(field.type)
    }
    return {each for each in declared if each not in inside and not each.__subclasses__()}


def _structs(kind: shapes.Type) -> Iterator[type[Struct]]:
    if isinstance(kind, shapes.StructType):
        yield kind.cls
    for inner in (*getattr(kind, "types", ()), getattr(kind, "item_type", None)):
        if inner is not None:
            yield from _structs(inner)
