"""Frozen values: `@frozen` is `@dataclass(frozen=True, slots=True, kw_only=True)` at a tenth of its price.

`dataclass` compiles six methods for each class as it is imported, 1 ms each; with 150 classes that was a quarter of a
whole run (benchmarks/whole_process.py, Python 3.11). Here five of them are shared, and `__init__` is compiled when the
first value is made: most classes of a run never make one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

Value = TypeVar("Value")


@overload
def frozen(kind: type[Value], /) -> type[Value]: ...
@overload
def frozen(*, kw_only: bool = ..., shown: bool = ...) -> Callable[[type[Value]], type[Value]]: ...
@dataclass_transform(frozen_default=True, kw_only_default=True)
def frozen(
    kind: type[Any] | None = None, /, *, kw_only: bool = True, shown: bool = True
) -> type[Any] | Callable[[type[Any]], type[Any]]:
    """Makes annotated fields those of a frozen value, equal and hashed by them; `shown=False`: its repr tells none."""
    if kind is None:
        return lambda decorated: _with_slots(decorated, kw_only, shown)
    return _with_slots(kind, kw_only, shown)


def replace(value: Value, **changes: object) -> Value:
    """The same value with these fields changed."""
    kind: Any = type(value)
    if "_changed" not in kind.__dict__:
        type.__setattr__(kind, "_changed", _changed(kind))
    changed: Value = kind._changed(value, **changes)
    return changed


def fields(kind: type[Any]) -> Mapping[str, str]:
    """Its fields and their annotations; none if it is no class of frozen values."""
    return getattr(kind, "_fields", {})


def _with_slots(kind: type[Any], kw_only: bool, shown: bool) -> type[Any]:
    """The class made again: slots cannot be added to one that exists.

    A value is filled as one of a class that is not guarded, then made one of the guarded class below it: plain
    assignment takes half the time of going around the guard.
    """
    hints = dict(kind.__annotations__)
    parts = {name: part for name, part in vars(kind).items() if name not in {"__dict__", "__weakref__"}}
    defaults = {name: parts.pop(name) for name in hints if name in parts}
    parts |= {"__slots__": (), "_fields": hints, "_reader": attrgetter(*hints)}
    parts |= {"__setattr__": _refuse, "__delattr__": _refuse, "__eq__": _equal, "__hash__": _hash}
    if shown:
        parts.setdefault("__repr__", _repr)
    unguarded = type(kind.__name__, kind.__bases__, {"__slots__": tuple(hints), "__module__": kind.__module__})
    made = type(kind.__name__, (unguarded,), parts)

    def compiled_first(_: type[Any], *given: object, **named: object) -> object:
        made.__new__ = _new(made, defaults, kw_only)  # type: ignore[method-assign]
        return made(*given, **named)

    made.__new__ = compiled_first  # type: ignore[method-assign, assignment]
    return made


def _new(made: type[Any], defaults: Mapping[str, object], kw_only: bool) -> Any:  # noqa: ANN401 - takes the fields
    given = ", ".join(f"{name}=default_{name}" if name in defaults else name for name in fields(made))
    filled = {name: name for name in fields(made)}
    scope = {f"default_{name}": default for name, default in defaults.items()}
    return _compiled(made, f"_of, {'*, ' if kw_only else ''}{given}", filled, scope)


def _changed(made: type[Any]) -> Any:  # noqa: ANN401 - takes the fields
    given = ", ".join(f"{name}=_same" for name in fields(made))
    filled = {name: f"_old.{name} if {name} is _same else {name}" for name in fields(made)}
    return _compiled(made, f"_old, *, {given}", filled, {"_same": object()})


def _compiled(made: type[Any], given: str, filled: Mapping[str, str], scope: dict[str, object]) -> Any:  # noqa: ANN401
    """A function of these parameters that gives a value whose fields are `filled` with these expressions."""
    name = made.__name__  # what an error calls it
    body = "".join(f"\n    _value.{field} = {expression}" for field, expression in filled.items())
    scope |= {"_make": object.__new__, "_unguarded": made.__base__, "_made": made}
    source = (
        f"def {name}({given}):\n    _value = _make(_unguarded){body}\n    _value.__class__ = _made\n    return _value"
    )
    exec(source, scope)  # noqa: S102 - the names of our own fields and nothing else
    return scope[name]


def _read(value: object) -> tuple[object, ...]:
    kind: Any = type(value)
    return kind._reader(value) if len(kind._fields) > 1 else (kind._reader(value),)


def _refuse(self: object, name: str, *_: object) -> None:
    raise AttributeError(f"{type(self).__name__} is frozen: {name}")


def _equal(self: object, other: object) -> bool:
    return _read(self) == _read(other) if type(other) is type(self) else NotImplemented


def _hash(self: object) -> int:
    return hash(_read(self))


def _repr(self: object) -> str:
    said = zip(fields(type(self)), _read(self), strict=True)
    return f"{type(self).__name__}({', '.join(f'{name}={value!r}' for name, value in said)})"
