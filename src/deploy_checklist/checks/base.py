"""What every kind of check has in common: the contract of a module in this folder, and the registry, which is the folder.

A kind's module has:

- a docstring whose first line is its row in docs/checks.md (what it passes on);
- `Params`, a `base.Params` model: unknown keys are refused;
- `reads(params) -> frozenset[Reads]`: what this use needs;
- `observe(params, subject, world) -> Seen`: all I/O, through ports; `subject` is the rule's variable or None;
- `judge(params, seen, context) -> Finding`: pure.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Any, Protocol

from pydantic import BaseModel, ConfigDict

from ..outcome import Finding
from ..world.ports import World


class Reads(StrEnum):
    """What one use of a check needs."""

    VALUE = "value"  # the subject's value: without a variable this is an error of the rules file
    REPOSITORY = "repository"
    GITHUB = "github"
    NETWORK = "network"
    PEOPLE = "people"


class Params(BaseModel):
    """Parameters of a kind, as written under its key in the rules file, `${name}` already replaced."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, strict=False)


@dataclass(frozen=True, kw_only=True, slots=True, repr=False)
class Seen:
    """What `observe` brought back. It may hold a value (no repr) and never leaves its check."""

    source: str  # where was looked, for the evidence; names a place, never a value
    what: Any = field(default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """What `judge` may know besides what was seen."""

    now: datetime
    environment: str | None  # name of the environment that is gated
    environments: Mapping[str, Mapping[str, object]]  # every environment's names and values, from the rules file
    subject: str | None  # the variable
    secret: bool = False  # the subject is a secret: say nothing of it, and `gh secret set` is its remedy
    laptop: bool = False

    def set_command(self) -> str | None:
        """What to type to set the subject: `gh secret set NAME --env production`."""
        if self.subject is None:
            return None
        where = f" --env {self.environment}" if self.environment else ""
        return f"gh {'secret' if self.secret else 'variable'} set {self.subject}{where}"


class Kind(Protocol):
    """A module of this folder, seen as a value."""

    Params: type[Params]
    __name__: str
    __doc__: str | None

    def reads(self, params: Any) -> frozenset[Reads]: ...
    def observe(self, params: Any, subject: str | None, world: World) -> Seen: ...
    def judge(self, params: Any, seen: Seen, context: Context) -> Finding: ...


_NOT_KINDS = frozenset({"base"})


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its name, in alphabetical order: the files of this folder."""
    package = __package__ or ""
    folder = import_module(package)
    names = sorted(module.name for module in pkgutil.iter_modules(folder.__path__) if module.name not in _NOT_KINDS)
    return {name: import_module(f"{package}.{name}") for name in names}  # type: ignore[misc]
