"""The kinds of check, by their key in a rule. The registry is this folder: each file is a kind."""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from ..outcome import Finding
from ..world.ports import World
from . import value
from .base import JudgeContext, Needs, Observation, Params

_ON_OTHER_MACHINES = frozenset({Needs.NETWORK, Needs.GITHUB})
_NOT_KINDS = frozenset({"base", "registry"})


class Kind(Protocol):
    """A module of this folder, seen as a value."""

    Params: type[Params]
    __name__: str
    __doc__: str | None

    # Each module narrows `params` to its own Params; only Any lets a module be seen as this
    # Protocol.
    def reads(self, params: Any) -> frozenset[Needs]: ...  # noqa: ANN401
    def observe(self, params: Any, subject: str | None, world: World) -> Observation: ...  # noqa: ANN401
    def judge(self, params: Any, observation: Observation, context: JudgeContext) -> Finding: ...  # noqa: ANN401


class _Folder(Mapping[str, Kind]):
    """The kinds of this folder. Each is imported when a rule first uses it: importing all of them
    takes a quarter of a small run.
    """

    def __init__(self) -> None:
        self._package = __package__ or ""
        self._modules: dict[str, str] = {}
        self._imported: dict[str, Kind] = {}
        for module in pkgutil.iter_modules(import_module(self._package).__path__):
            if not module.ispkg and module.name not in _NOT_KINDS:
                keys = value.KEYS if module.name == "value" else (module.name,)
                self._modules.update(dict.fromkeys(keys, module.name))

    def __getitem__(self, key: str) -> Kind:
        # A long checklist needs this 60,000 times; import_module would be too slow.
        if key not in self._imported:
            module: Any = import_module(f"{self._package}.{self._modules[key]}")
            self._imported[key] = module
        return self._imported[key]

    def __contains__(self, key: object) -> bool:
        return key in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its key in a rule, in alphabetical order of the files.

    A kind's key is the name of its file. The comparators share the module `value` and its Params:
    the parameters of such a use are `{key: what is written}`.
    """
    return _Folder()


def summary(docstring: str | None) -> str:
    """The first paragraph of a kind's docstring in one line: its row in docs/checks.md."""
    return " ".join((docstring or "").partition("\n\n")[0].split())


def moments(kind: Kind, params: Params | None, seen: Observation) -> Sequence[datetime]:
    """The times at which a check's result may change; empty if it does not depend on the time."""
    of_kind: Callable[[Params | None, Observation], Sequence[datetime]] | None
    of_kind = vars(kind).get("moments")  # a module is slow to raise AttributeError
    return of_kind(params, seen) if of_kind else ()


def recurs(kind: Kind, params: Params | None) -> bool:
    """Whether a check's result changes again and again on certain days."""
    of_kind: Callable[[Params | None], bool] | None = vars(kind).get("recurs")
    return of_kind is not None and of_kind(params)


def is_of_running_world(kind: Kind) -> bool:
    """Whether a check concerns a running system or stored data, which a rollback changes."""
    return vars(kind).get("OF_RUNNING_WORLD") is True


def waits(kind: Kind, params: Params, subject: str | None, world: World) -> bool:
    """Whether this use of a check has to wait for another machine's answer.

    Its needs do not always show this: a file may be in a working tree or on GitHub.
    """
    needs = kind.reads(params)
    if not needs.isdisjoint(_ON_OTHER_MACHINES):
        return True
    if Needs.REPOSITORY in needs and world.repository.waits:
        return True
    kind_waits: Callable[[Params, str | None, World], bool] | None = getattr(kind, "waits", None)
    return kind_waits is not None and kind_waits(params, subject, world)
