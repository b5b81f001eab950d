"""the place where the secret is stored says that it was changed recently enough, and not in the
future

Without `source`, the date is that of the secret on GitHub if the token may read it, else the value
of `<NAME>_ROTATED_AT` if the step was given that variable.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, ClassVar, Literal

from msgspec.structs import replace
from pydantic import Field, ValidationError, model_validator
from pydantic_core import PydanticCustomError

from ..data_formats import format_duration
from ..opaque import OpaqueStruct
from ..outcome import Finding, Unobservable, failed, passed
from ..world.ports import Absence, World
from . import base
from .base import (
    Duration,
    JudgeContext,
    Needs,
    Observation,
    Seconds,
    is_in_future,
    no_longer_in_future,
)

if TYPE_CHECKING:
    from .shared.stores import Store

OF_RUNNING_WORLD = True
_DAY = timedelta(days=1)
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
    r"(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)
DELETED = "its current version is deleted"  # what a store says
_NO_STORES = frozenset((None, "github", "env"))


class Params(base.Params):
    """A duration, or a mapping. Besides `within`, `source` and `name`, each source takes its own
    keys.
    """

    shorthand: ClassVar[str | None] = "within"
    within: Duration = Field(
        gt=timedelta(0),
        description="The secret must have been rotated within this time.",
        examples=["90d"],
    )
    source: Literal["github", "env", "onepassword", "aws", "vault", "data"] | None = Field(
        default=None, description="Where the date comes from."
    )
    name: str | None = Field(
        default=None,
        min_length=1,
        description="Variable that contains the date, or the name of the secret on GitHub if it "
        "differs from the variable's.",
    )
    url: str | None = Field(
        default=None,
        description="URL of 1Password Connect, of Vault, of the document, or of another AWS "
        "endpoint.",
    )
    vault: str | None = Field(default=None, description="`onepassword`: name of the vault.")
    item: str | None = Field(default=None, description="`onepassword`: title of the item.")
    token_env: str | None = Field(
        default=None, description="`onepassword`, `vault`: variable that contains the token."
    )
    secret: str | None = Field(
        default=None,
        description="`aws`: name or ARN of the secret in Secrets Manager. Needs the permissions "
        "`DescribeSecret` and `ListSecretVersionIds`.",
    )
    region: str | None = Field(default=None, description="`aws`: the region. Default: AWS_REGION.")
    mount: str | None = Field(
        default=None, description="`vault`: mount of the KV engine. Default: `secret`."
    )
    path: str | None = Field(
        default=None, description="`vault`: path of the secret below the mount."
    )
    file: str | None = Field(default=None, description="`data`: a file in the repository.")
    github: str | None = Field(
        default=None, description="`data`: a file on GitHub, as `owner/repository/path@ref`."
    )
    at: str | None = Field(default=None, description="`data`: JMESPath of the date.")
    bearer_env: str | None = Field(
        default=None, description="`data`: variable that contains the token for `url`."
    )
    header_env: Mapping[str, str] | None = Field(
        default=None, description="`data`: headers for `url` whose values are in variables."
    )
    allow_private: bool | None = Field(
        default=None, description="`true`: private, loopback and link-local addresses are allowed."
    )
    ca_file: str | None = Field(
        default=None,
        description="Certificate of a private certificate authority: a file in the repository.",
    )
    timeout: Seconds | None = Field(
        default=None, description="Time limit for all requests together. Default: 10s."
    )

    @model_validator(mode="after")
    def _fits_its_source(self) -> Params:
        keys = self._store_parameters()
        if keys and self.source in _NO_STORES:
            raise PydanticCustomError(
                "source", "`{key}` belongs to another `source`", {"key": min(keys)}
            )
        self.store()
        return self

    def _store_parameters(self) -> dict[str, object]:
        keys = self.model_fields_set - {"within", "source", "name"}
        return {key: given for key in keys if (given := getattr(self, key)) is not None}

    def _named(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        store = self.store()
        if isinstance(store, base.Params):
            return store._named()
        if self.name and self.source in (None, "env"):
            return [("name", (self.name,))]
        return []

    def companion_variables(self, subject: str) -> tuple[str, ...]:
        """Without `source`: the variable that holds the date, read if GitHub does not give it."""
        return (f"{subject}_ROTATED_AT",) if self.source is None and self.name is None else ()

    def required_variables(self) -> tuple[str, ...]:
        store = self.store()
        if isinstance(store, base.Params):
            return store.required_variables()
        return super().required_variables()

    def store(self) -> Store | None:
        """The store that `source` names; None for GitHub and for a variable."""
        if self.source is None or self.source in _NO_STORES:
            return None
        from .shared.stores import STORES  # imported here: few rules use a store

        try:
            return STORES[self.source].model_validate(self._store_parameters())
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            key = ".".join(str(part) for part in first["loc"])
            reasons = {"missing": "is needed", "extra_forbidden": "does not belong here"}
            reason = reasons.get(first["type"], first["msg"])
            raise PydanticCustomError(
                "source",
                "source `{source}`: {key} {reason}",
                {"source": self.source, "key": f"`{key}`" if key else "", "reason": reason},
            ) from None


class _Dated(OpaqueStruct, frozen=True, kw_only=True):
    """When the secret was rotated."""

    on: datetime | date | None  # None: see `fault`, or the variable holds no date
    variable: str | None = None  # the variable that holds the date
    fault: str | None = None  # what is wrong with the store's entry
    deleted: datetime | None = None  # when the store deletes this version, or has deleted it
    notice: str | None = None


def reads(params: Params) -> frozenset[Needs]:
    """The default source does not need GitHub: it asks GitHub only if there is a token."""
    if store := params.store():
        return store.needs(value=False)
    if params.source == "env" or (params.source is None and params.name):
        return frozenset() if params.name else frozenset({Needs.VALUE})
    if params.source is None:
        return frozenset({Needs.VALUE})
    return frozenset({Needs.GITHUB} if params.name else {Needs.GITHUB, Needs.VALUE})


def waits(params: Params, subject: str | None, world: World) -> bool:
    """True for the default source, which asks GitHub first."""
    return params.source is None and params.name is None


def observe(params: Params, subject: str | None, world: World) -> Observation:
    if store := params.store():
        found = store.read_date(world)
        dated = _Dated(on=found.on, fault=found.fault, deleted=found.deleted)
        return Observation(source=found.where, data=dated)
    if params.name is None and subject is None:
        raise Unobservable("this rule names no variable", "add `env: NAME` to the rule")
    variable = params.name or f"{subject}_ROTATED_AT"
    if params.source == "env" or (params.source is None and params.name):
        return _from_variable(variable, base.value_of(variable, world), world)
    if params.name is None and world.variables.lookup(subject or "") is Absence.EMPTY:
        empty = f"{subject} was passed to the step, but is empty"
        return Observation(source=world.variables.place(), data=_Dated(on=None, fault=empty))
    if params.source == "github":
        return _from_github(params.name or subject or "", world)
    return _from_either(subject or "", variable, world)


def _from_either(name: str, variable: str, world: World) -> Observation:
    try:
        return _from_github(name, world)
    except Unobservable as unreadable:
        value = world.variables.lookup(variable)
        if not isinstance(value, Absence):
            return _from_variable(variable, value.text, world)
        remedy = f"set the input `metadata-token`, or pass {variable} to the step"
        if value is Absence.UNSET or world.variables.file() is not None:  # on a laptop
            remedy = f"set GH_TOKEN, or add {variable} to your variables"
        raise Unobservable(
            f"its date is not known: {unreadable.reason}, and {variable} was {value.value}",
            f"{remedy} with the date of the rotation, such as 2026-07-27",
        ) from None


def _from_github(name: str, world: World) -> Observation:
    found = world.github.secret(name, world.environment)
    if found is None:
        raise Unobservable(
            "GitHub lists no secret of that name", f"set it, or add `source:` to the rule of {name}"
        )
    notice = None
    if found.level != "environment" and world.environment:
        notice = f"the date is of the {found.level}'s secret, not of {world.environment}'s"
    return Observation(
        source="GitHub's date of the secret", data=_Dated(on=found.updated_at, notice=notice)
    )


def _from_variable(variable: str, text: str, world: World) -> Observation:
    return Observation(
        source=f"{variable} in {world.variables.place()}",
        data=_Dated(on=_parsed(text), variable=variable),
    )


def _parsed(text: str) -> datetime | date | None:
    """A date, or a time in UTC; a time without an offset is in UTC. None if the text is neither."""
    if not _DATE.fullmatch(text):
        return None
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def moments(params: Params, observation: Observation) -> Sequence[datetime]:
    dated: _Dated = observation.data
    found = [dated.deleted] if dated.deleted else []
    if isinstance(dated.on, datetime):
        found += no_longer_in_future(dated.on)
    elif dated.on is not None:
        found.append(_midnight(dated.on))
    if dated.on is not None and _is_in_days(params.within):
        day = dated.on.date() if isinstance(dated.on, datetime) else dated.on
        found += base.shifted(_midnight(day), params.within + _DAY)
    elif dated.on is not None:
        time = dated.on if isinstance(dated.on, datetime) else _midnight(dated.on)
        found += base.shifted(time, params.within)
    return found


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    dated: _Dated = observation.data
    finding = _judge_date(dated, params, context)
    return context.with_age(finding) if dated.variable is not None else finding


def _judge_date(dated: _Dated, params: Params, context: JudgeContext) -> Finding:
    if dated.fault is not None:
        return failed(f"has no rotation date: {dated.fault}")
    if dated.deleted is not None and dated.deleted <= context.now:
        return failed(f"has no rotation date: {DELETED}")
    if dated.on is None:
        return failed(
            f"{dated.variable} is not a date (expected YYYY-MM-DD)",
            f"set {dated.variable} to the day of the rotation, such as 2026-07-27",
        )
    if isinstance(dated.on, datetime):
        day = dated.on.date()
        in_future = is_in_future(dated.on, context.now)
    else:
        day = dated.on
        in_future = day > context.now.date()
    if in_future:
        return failed(f"has a rotation date in the future: {day}", "correct the date")
    # A time that is seconds ahead of this clock may lie after midnight.
    days = max((context.now.date() - day).days, 0)
    message = f"rotated {_ago(days)}, on {day}; the limit is {_limit(params.within)}"
    if _is_too_old(dated.on, days, params.within, context.now):
        return failed(f"was {message}", _remedy(dated, context))
    return passed(message, notices=(dated.notice,) if dated.notice else ())


def _remedy(dated: _Dated, context: JudgeContext) -> str | None:
    """Set the secret again, then the variable that holds its date."""
    set_secret = context.set_command()
    if dated.variable is None or set_secret is None:
        return set_secret
    of_date = replace(context, subject=dated.variable, secret=False, stored_as_secret=False)
    return f"{set_secret}, then {of_date.set_command()}"


def _is_too_old(on: datetime | date, days: int, within: timedelta, now: datetime) -> bool:
    """A limit of whole days compares dates. A shorter one compares times; a date means its
    midnight.
    """
    if _is_in_days(within):
        return days > within.days
    time = on if isinstance(on, datetime) else _midnight(on)
    return now - time > within


def _is_in_days(within: timedelta) -> bool:
    return within % _DAY == timedelta(0)


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _ago(days: int) -> str:
    if days == 0:
        return "today"
    return "1 day ago" if days == 1 else f"{days} days ago"


def _limit(within: timedelta) -> str:
    return str(within.days) if _is_in_days(within) else format_duration(within)
