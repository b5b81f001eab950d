"""The texts within a frozen value, however deep: all of them, and the value with others instead."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Mapping
from enum import Enum
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast

from msgspec import Struct
from msgspec.structs import replace

_T = TypeVar("_T")
_NO_TEXT = frozenset(("int", "int | None", "bool", "float", "date", "date | None", "datetime"))


def rewritten(value: _T, rewrite: Callable[[str], str]) -> _T:
    """The same value with every text of it replaced by what `rewrite` makes of it."""
    return cast(_T, _replaced(value, {text: rewrite(text) for text in texts_in(value)}))


def texts_in(value: object) -> frozenset[str]:
    """Every text in a frozen value. Without recursion: a long checklist has a million fields."""
    texts: set[str] = set()
    rest: list[object] = [value]
    while rest:
        each = rest.pop()
        kind = type(each)
        if kind is str:
            texts.add(cast(str, each))
        elif kind is tuple:
            rest += cast(tuple[object, ...], each)
        elif each is not None:
            rest += _parts_getter(cast(Hashable, kind))(each)
    return frozenset(texts)


@cache
def _parts_getter(kind: Any) -> Callable[[Any], Iterable[object]]:  # noqa: ANN401 - any class
    """A function that returns what a value of that class is made of."""
    if issubclass(kind, Struct):
        annotations = kind.__annotations__
        names = [name for name in kind.__struct_fields__ if annotations.get(name) not in _NO_TEXT]
        if len(names) > 1:
            return attrgetter(*names)
        return lambda value: [getattr(value, name) for name in names]
    if issubclass(kind, Mapping):
        return lambda value: (*value.keys(), *value.values())
    if issubclass(kind, list | frozenset):
        return iter
    if issubclass(kind, str) and not issubclass(kind, Enum):
        return lambda value: (str(value),)
    return lambda value: ()


def _replaced(value: Any, texts: Mapping[str, str]) -> Any:  # noqa: ANN401 - any part of a value
    if isinstance(value, str):
        return value if isinstance(value, Enum) else texts[value]
    if isinstance(value, Struct):
        fields = {name: _replaced(getattr(value, name), texts) for name in value.__struct_fields__}
        return replace(value, **fields)
    if isinstance(value, Mapping):
        return {_replaced(key, texts): _replaced(each, texts) for key, each in value.items()}
    if isinstance(value, tuple | list | frozenset):
        return type(value)(_replaced(each, texts) for each in value)
    return value
