"""What every kind of check has in common: the contract of its module, and the registry, which is
the folder.

A kind's module has:

- a docstring whose first paragraph is its row in docs/checks.md (what it passes on);
- `Params`, a `base.Params` model: unknown keys are refused;
- `reads(params) -> frozenset[Reads]`: what this use needs;
- `observe(params, subject, world) -> Seen`: all I/O, through ports; `subject` is the rule's
  variable or None;
- `judge(params, seen, context) -> Finding`: pure;
- `waits(params, subject, world) -> bool`, only where more than its needs decides whether somebody
  else has to answer.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from importlib import import_module
from typing import Annotated, Any, ClassVar, Protocol, get_args

from msgspec import Struct
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    WithJsonSchema,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from ..data_formats import duration
from ..opaque import OpaqueStruct
from ..outcome import Finding, Unobservable
from ..world.ports import Absence, World


class Needs(StrEnum):
    """What one use of a check needs. Whether it waits for it, too, is told by `waits`."""

    VALUE = "value"  # the subject's value: without a variable this is an error of the rules file
    REPOSITORY = "repository"
    GITHUB = "github"
    NETWORK = "network"
    PEOPLE = "people"


_NO_CREDENTIAL = frozenset({"user_env", "equals_env", "differs_from", "name"})


class Params(BaseModel):
    """Parameters of a kind, as written under its key in the rules file, `${name}` already replaced.

    `true` stands for no parameters, and any other single value for the parameter that `shorthand`
    names.
    """

    model_config = ConfigDict(
        extra="forbid", frozen=True, hide_input_in_errors=True, coerce_numbers_to_str=True
    )
    shorthand: ClassVar[str | None] = None

    @model_validator(mode="before")
    @classmethod
    def _written_short(cls, given: object) -> object:
        if given is True:
            return {}
        if cls.shorthand and not isinstance(given, Mapping):
            return {cls.shorthand: given}
        return given

    def variables(self) -> tuple[str, ...]:
        """The variables that are read besides the rule's own: whatever a parameter `X_env` names,
        nested ones too.
        """
        named = self._named()
        return tuple(dict.fromkeys(name for _, names in named for name in names)) if named else ()

    def needed(self) -> tuple[str, ...]:
        """Those without which nothing can be seen, the ones included that another step sets for the
        whole job.
        """
        return self.variables()

    def beside(self, subject: str) -> tuple[str, ...]:
        """Those that may stand beside the rule's own variable, and are read if they do."""
        return ()

    def credentials(self) -> tuple[str, ...]:
        """Those of them that hold a credential: all but a user's name and what a value is compared
        with.
        """
        named = self._named()
        if not named:
            return ()
        own = [(key, names[-1:] if key == "basic_env" else names) for key, names in named]
        return tuple(
            dict.fromkeys(name for key, names in own if key not in _NO_CREDENTIAL for name in names)
        )

    def _named(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Parameters that name variables, and which."""
        found: list[tuple[str, tuple[str, ...]]] = []
        for key in _may_name(type(self)):
            given = getattr(self, key)
            if isinstance(given, Params):
                found += given._named()
            elif key.endswith("_env") and given:
                names = given.values() if isinstance(given, Mapping) else given
                found.append((key, (names,) if isinstance(names, str) else tuple(names)))
        return found

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """With the short forms, so that an editor accepts what the loader does."""
        mapping = dict(handler.resolve_ref_schema(handler(schema)))
        short = [] if mapping.get("required") else [{"const": True}]
        if cls.shorthand:
            short.append(mapping["properties"][cls.shorthand])
        return {"anyOf": [*short, mapping]} if short else mapping


@cache
def _may_name(kind: type[Params]) -> tuple[str, ...]:
    """The parameters `X_env`, and those that hold further ones: few of many, and asked for each
    rule.
    """
    fields = kind.model_fields.items()
    return tuple(
        key
        for key, field in fields
        if key.endswith("_env") or any(map(_nests, _types(field.annotation)))
    )


def _nests(kind: object) -> bool:
    return isinstance(kind, type) and issubclass(kind, Params)


def _types(annotation: object) -> Iterator[object]:
    yield annotation
    for part in get_args(annotation):
        yield from _types(part)


class _OneOrMore:
    """A tuple that a single value may stand for."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_in_a_tuple, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        several = handler(schema)
        return {"anyOf": [several["items"], several]}


def _in_a_tuple(written: object) -> object:
    return (written,) if isinstance(written, str | bool | int | float) else written


ONE_OR_MORE = _OneOrMore()


def _time_span(written: object) -> timedelta:
    try:
        return duration(str(written))
    except ValueError:
        why = "is not a duration: write a number and one of s m h d w, such as 90d"
        raise PydanticCustomError("duration", why) from None


Duration = Annotated[
    timedelta,
    BeforeValidator(_time_span),
    WithJsonSchema({"type": "string", "pattern": "^[0-9]+[smhdw]$", "examples": ["90d"]}),
]


def _seconds(written: object) -> object:
    return duration(written).total_seconds() if isinstance(written, str) else written


Seconds = Annotated[
    float,
    BeforeValidator(_seconds),
    Field(gt=0, le=600),
    WithJsonSchema(
        {
            "type": ["string", "number"],  # a number is seconds
            "pattern": "^[0-9]+[smhdw]$",
            "exclusiveMinimum": 0,
            "maximum": 600,
            "examples": ["10s"],
        }
    ),
]


class Observation(OpaqueStruct, frozen=True, kw_only=True):
    """What `observe` brought back. It may hold a value (no repr) and never leaves its check."""

    source: str  # where was looked, for the evidence; names a place, never a value
    data: Any = field(default=None)


class JudgeContext(Struct, frozen=True, kw_only=True):
    """What `judge` may know besides what was seen."""

    now: datetime
    environment: str | None  # name of the environment that is gated
    environments: Mapping[
        str, Mapping[str, object]
    ]  # every environment's names and values, from the rules file
    subject: str | None  # the variable
    secret: bool = False  # the subject is a secret: say nothing of it
    stored_as_secret: bool = True  # where it is stored: `gh secret set` is its remedy
    laptop: bool = False

    def set_command(self) -> str | None:
        """What to type to set the subject: `gh secret set NAME --env production`."""
        return self._command("set", self.secret or self.stored_as_secret)

    def delete_command(self) -> str | None:
        """What to type to remove the subject: `gh variable delete NAME --env production`."""
        return self._command("delete", self.secret)

    def _command(self, verb: str, of_secret: bool) -> str | None:
        if self.subject is None:
            return None
        where = f" --env {self.environment}" if self.environment else ""
        return f"gh {'secret' if of_secret else 'variable'} {verb} {self.subject}{where}"


def handed_over(name: str | None, world: World) -> str | Absence:
    """A variable's value, or EMPTY or UNSET; any other absence is Unobservable, with what to do
    about it.
    """
    if name is None:
        raise Unobservable("no variable is named here", "name it: `env: NAME` in the rule")
    value = world.variables.lookup(name)
    if not isinstance(value, Absence):
        return value.text
    if value in (Absence.EMPTY, Absence.UNSET):
        return value
    raise Unobservable(*_why_not(name, value, world))


def value_of(name: str | None, world: World) -> str:
    """A variable's value, "" if it is empty or not set; Unobservable if this run was not given it."""
    value = handed_over(name, world)
    return "" if isinstance(value, Absence) else value


def _why_not(name: str, absence: Absence, world: World) -> tuple[str, str]:
    if absence is Absence.WITHHELD:
        why = (
            f"GitHub withholds {name} from this run (a fork, Dependabot, or a re-run of an old run)"
        )
        return why, "start a new run from a branch of this repository"
    if absence is Absence.RESERVED:
        return (
            f"{name} is the runner's own here, not the team's",
            f"hand it over under another name than {name}",
        )
    return (
        f"{name} was not handed to this step",
        f"add under the step's `env:` the line `{world.storage.env_line(name)}`",
    )


def ahead(found: datetime, now: datetime) -> bool:
    """Whether a moment lies in the future. Clocks of two machines differ by seconds: what is
    minutes old is not.
    """
    return found - now > _SKEW


_SKEW = timedelta(minutes=5)


def summary(docstring: str | None) -> str:
    """The first paragraph of a module's docstring in one line: a kind's row in docs/checks.md."""
    return " ".join((docstring or "").partition("\n\n")[0].split())


class Kind(Protocol):
    """A module of this folder, seen as a value."""

    Params: type[Params]
    __name__: str
    __doc__: str | None

    # Each module narrows `params` to its own Params; only Any lets a module be seen as this
    # Protocol.
    def reads(self, params: Any) -> frozenset[Needs]: ...  # noqa: ANN401
    def observe(self, params: Any, subject: str | None, world: World) -> Observation: ...  # noqa: ANN401
    def judge(self, params: Any, seen: Observation, context: JudgeContext) -> Finding: ...  # noqa: ANN401


def waits(kind: Kind, params: Params, subject: str | None, world: World) -> bool:
    """Whether somebody else has to answer before this use can be judged: another machine, or
    GitHub.

    What is needed does not tell by itself: the same file lies in a working tree, or is asked of
    GitHub.
    """
    needs = kind.reads(params)
    if not needs.isdisjoint(_ON_OTHER_MACHINES):
        return True
    if Needs.REPOSITORY in needs and world.repository.waits:
        return True
    own: Callable[[Params, str | None, World], bool] | None = getattr(kind, "waits", None)
    return own is not None and own(params, subject, world)


_ON_OTHER_MACHINES = frozenset({Needs.NETWORK, Needs.GITHUB})
_NOT_KINDS = frozenset({"base", "outside"})
_COMPARING = "value"  # the module that judges several keys in one way: it lists them in `KEYS`


class _Folder(Mapping[str, Kind]):
    """The kinds of this folder, each imported when a rule first uses it: all of them take a quarter
    of a small run.
    """

    def __init__(self) -> None:
        self._package = __package__ or ""
        files = pkgutil.iter_modules(import_module(self._package).__path__)  # a folder is shared
        names = sorted(
            module.name for module in files if not module.ispkg and module.name not in _NOT_KINDS
        )
        self._modules = {key: name for name in names for key in self._keys(name)}
        self._imported: dict[str, Kind] = {}

    def _keys(self, name: str) -> tuple[str, ...]:
        keys: tuple[str, ...] = self._module(name).KEYS if name == _COMPARING else (name,)
        return keys

    def _module(self, name: str) -> Any:  # noqa: ANN401 - only Any lets a module be seen as a Kind
        return import_module(f"{self._package}.{name}")

    def __getitem__(self, key: str) -> Kind:
        if (
            key not in self._imported
        ):  # import_module would be asked 60,000 times for a long checklist
            self._imported[key] = self._module(self._modules[key])
        return self._imported[key]

    def __contains__(self, key: object) -> bool:
        return key in self._modules

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)


@cache
def kinds() -> Mapping[str, Kind]:
    """Every kind by its key in a rule, in alphabetical order of the files of this folder.

    A kind has the one key that its file is named after; the comparators share a module and its
    Params, and the parameters of such a use are `{key: what is written}`.
    """
    return _Folder()
