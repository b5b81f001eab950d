"""The contract that the module of every kind of check keeps.

A kind's module has:

- a docstring whose first paragraph is its row in docs/checks.md: when the check passes;
- `Params`, a `base.Params` model: unknown keys are refused;
- `reads(params) -> frozenset[Needs]`: what this use needs;
- `observe(params, subject, world) -> Observation`: all I/O, through ports; `subject` is the rule's
  variable or None;
- `judge(params, observation, context) -> Finding`: pure;
- `moments(params, observation)`, only if `judge` depends on the time: the times at which its
  result may change. Between two of them it stays the same;
- `recurs(params) -> bool`, only if the result of `judge` changes again and again on certain days:
  a future day is then judged as a whole (`context.whole_day`);
- `OF_RUNNING_WORLD = True`, only if it checks a running system or something that others store, not
  just this commit or a value: in a rollback it does not block, it only warns;
- `waits(params, subject, world) -> bool`, only if its needs do not show whether another machine
  has to answer (see `registry.waits`).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from shlex import quote
from typing import Annotated, Any, ClassVar, get_args

from msgspec import Struct
from msgspec.structs import replace
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
    """What one use of a check needs. `registry.waits` says whether it has to wait for that."""

    VALUE = "value"  # of the rule's variable: without one this is an error of the rules file
    REPOSITORY = "repository"
    GITHUB = "github"
    NETWORK = "network"
    PEOPLE = "people"


_NO_CREDENTIAL = frozenset({"user_env", "equals_env", "differs_from", "name"})
_CLOCK_SKEW = timedelta(minutes=5)


class Params(BaseModel):
    """Parameters of a kind, as written under its key in the rules file, `${name}` already replaced.

    `true` means no parameters. Any other single value is the parameter that `shorthand` names.
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
            given = {cls.shorthand: given}
        if not isinstance(given, Mapping):
            return given
        return {key: _no_number(each, cls, key) for key, each in given.items()}

    def variables(self) -> tuple[str, ...]:
        """The variables that are read in addition to the rule's own: those that parameters `X_env`
        name, nested ones included.
        """
        return tuple(dict.fromkeys(name for _, names in self._named() for name in names))

    def required_variables(self) -> tuple[str, ...]:
        """The variables that `observe` cannot do without, including those that another step sets
        for the whole job.
        """
        return self.variables()

    def companion_variables(self, subject: str) -> tuple[str, ...]:
        """Optional variables that belong to the rule's own; they are read if they are set."""
        return ()

    def credentials(self) -> tuple[str, ...]:
        """The variables that hold a credential: no user names, no values to compare with."""
        found: list[str] = []
        for key, names in self._named():
            if key == "basic_env":
                found += names[-1:]  # the password, not the user
            elif key not in _NO_CREDENTIAL:
                found += names
        return tuple(dict.fromkeys(found))

    def _named(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        """Each parameter that names variables, and their names."""
        found: list[tuple[str, tuple[str, ...]]] = []
        for key in _keys_that_may_name_variables(type(self)):
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
        """Includes the short forms, so that an editor accepts what the loader accepts. Leaves out
        the docstring of the class: an editor shows what each key means.
        """
        mapping = dict(handler.resolve_ref_schema(handler(schema)))
        mapping = {key: mapping[key] for key in mapping if key not in ("title", "description")}
        short = [] if mapping.get("required") else [{"const": True}]
        if cls.shorthand:
            short.append(mapping["properties"][cls.shorthand])
        return {"anyOf": [*short, mapping]} if short else mapping


def _no_number(given: object, model: type[BaseModel], key: str) -> object:
    """The value of a parameter. Replaces true and false, which pydantic would read as 1 and 0, by
    an object that is not a number.
    """
    several = given if isinstance(given, list) else [given]
    if any(isinstance(each, bool) for each in several) and key in _numbers(model):
        refused = [object() if isinstance(each, bool) else each for each in several]
        return refused if isinstance(given, list) else refused[0]
    return given


@cache
def _numbers(model: type[BaseModel]) -> frozenset[str]:
    """The parameters that accept a number, but not true or false."""
    fields = model.model_fields.items()
    types = {
        field.alias or name: frozenset(_plain_types(field.annotation)) for name, field in fields
    }
    return frozenset(key for key, of in types.items() if of & {int, float} and bool not in of)


def _plain_types(annotation: object) -> Iterator[object]:
    """The types that an annotation is made of."""
    inner = get_args(annotation)
    if not inner:
        yield annotation
    for each in inner:
        yield from _plain_types(each)


@cache
def _keys_that_may_name_variables(kind: type[Params]) -> tuple[str, ...]:
    """The parameters `X_env`, and those that contain Params. Cached: each rule needs them."""
    return tuple(
        key
        for key, field in kind.model_fields.items()
        if key.endswith("_env") or _holds_params(field.annotation)
    )


def _holds_params(annotation: object) -> bool:
    if isinstance(annotation, type) and issubclass(annotation, Params):
        return True
    return any(map(_holds_params, get_args(annotation)))


class _OneOrMore:
    """A tuple that may also be written as a single value."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_in_a_tuple, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        several = handler(schema)
        single = several["items"]
        if "anyOf" in single:  # a single null means no value, although a list may hold null
            single = {"anyOf": [each for each in single["anyOf"] if each.get("type") != "null"]}
        return {"anyOf": [single, several]}


def _in_a_tuple(written: object) -> object:
    return (written,) if isinstance(written, str | bool | int | float) else written


ONE_OR_MORE = _OneOrMore()


def _time_span(written: object) -> timedelta:
    try:
        return duration(str(written))
    except ValueError:
        why = "is not a duration: write a number and one of s, m, h, d, w, such as 90d"
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
    """What `observe` found. `data` may hold a value: it has no repr and never leaves its check."""

    source: str  # the place that was checked, for the evidence; never a value
    data: Any = None


class JudgeContext(Struct, frozen=True, kw_only=True):
    """What `judge` may know besides the observation."""

    now: datetime
    environment: str | None  # name of the environment that is gated
    # Every environment's names and values, from the rules file.
    environments: Mapping[str, Mapping[str, object]]
    subject: str | None  # name of the variable
    secret: bool = False  # the variable is a secret: no part of its value is shown
    stored_as_secret: bool = True  # `gh secret set` sets it, not `gh variable set`
    laptop: bool = False
    written_values: frozenset[str] = (
        frozenset()
    )  # the rule itself contains them, so each is a value
    whole_day: bool = False  # a whole future day is judged; it begins at `now`
    may_be_old: bool = False  # the value may come from an earlier attempt

    def with_age(self, finding: Finding) -> Finding:
        """The finding for a value. In a re-run, it adds that the value may be old."""
        if not self.may_be_old:
            return finding
        notice = "GitHub may have passed this re-run the value of an earlier attempt"
        return replace(finding, notices=(*finding.notices, notice))

    def set_command(self) -> str | None:
        """The command that sets the subject: `gh secret set NAME --env production`."""
        return self._command("set", self.secret or self.stored_as_secret)

    def delete_command(self) -> str | None:
        """The command that removes the subject: `gh variable delete NAME --env production`."""
        return self._command("delete", self.secret)

    def _command(self, verb: str, is_secret: bool) -> str | None:
        if self.subject is None:
            return None
        # Names come from documents and inputs: the shell must read each as one word.
        where = f" --env {quote(self.environment)}" if self.environment else ""
        name = quote(self.subject)
        return f"gh {'secret' if is_secret else 'variable'} {verb} {name}{where}"


def value_or_absence(name: str | None, world: World) -> str | Absence:
    """A variable's value, EMPTY or UNSET. Any other absence is Unobservable: the value was not
    passed to this run.
    """
    if name is None:
        raise Unobservable("this rule names no variable", "add `env: NAME` to the rule")
    value = world.variables.lookup(name)
    if not isinstance(value, Absence):
        return value.text
    if value in (Absence.EMPTY, Absence.UNSET):
        return value
    if value is Absence.WITHHELD:
        raise Unobservable(
            f"GitHub withholds {name} from this run (a fork, or Dependabot)",
            "start a new run from a branch of this repository",
        )
    if value is Absence.RESERVED:
        raise Unobservable(
            f"the runner sets {name} itself, so your team's value is not known",
            "pass your value to the step under another name",
        )
    raise Unobservable(
        f"{name} was not passed to this step",
        f"add this line to the step's `env:` block: `{world.storage.env_line(name)}`",
    )


def value_of(name: str | None, world: World) -> str:
    """A variable's value, "" if it is empty or not set. Unobservable if it was not passed."""
    value = value_or_absence(name, world)
    return "" if isinstance(value, Absence) else value


def shifted(moment: datetime, *spans: timedelta) -> tuple[datetime, ...]:
    """The moment plus each of the spans; leaves out results that are too late for Python."""
    found = []
    for span in spans:
        with suppress(OverflowError):
            found.append(moment + span)
    return tuple(found)


def no_longer_in_future(moment: datetime) -> tuple[datetime, ...]:
    """When `is_in_future` stops being true."""
    return shifted(moment, -_CLOCK_SKEW)


def is_in_future(moment: datetime, now: datetime) -> bool:
    """Whether a moment is in the future by more than two machines' clocks may differ."""
    return moment - now > _CLOCK_SKEW
