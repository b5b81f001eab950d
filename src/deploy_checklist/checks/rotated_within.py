"""the secret's store dates it young enough, and not in the future

Without `source`: the date of GitHub's secret if the token may read it, else `<NAME>_ROTATED_AT` if
it was handed over.
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
from ..world.ports import World
from . import base
from .base import (
    Duration,
    JudgeContext,
    Needs,
    Observation,
    Seconds,
    ahead,
)

if TYPE_CHECKING:
    from .shared.stores import Store

_DAY = timedelta(days=1)
_DATE = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?(?:Z|[+-][0-9]{2}:[0-9]{2})?)?"
)

_NO_STORES = frozenset((None, "github", "env"))


class Params(base.Params):
    """A duration, or a mapping. Besides `within`, `source` and `name`, each source takes its own
    keys.
    """

    shorthand: ClassVar[str | None] = "within"
    within: Duration = Field(gt=timedelta(0), description="the longest time since the rotation")
    source: Literal["github", "env", "onepassword", "aws", "vault", "data"] | None = Field(
        default=None, description="where the date is"
    )
    name: str | None = Field(
        default=None,
        min_length=1,
        description="of the variable that holds the date, or of GitHub's secret if it differs",
    )
    url: str | None = Field(
        default=None,
        description="of 1Password Connect, Vault, the document, or another AWS endpoint",
    )
    vault: str | None = Field(default=None, description="`onepassword`: the vault's name")
    item: str | None = Field(default=None, description="`onepassword`: the item's title")
    token_env: str | None = Field(
        default=None, description="`onepassword`, `vault`: the variable that holds the token"
    )
    secret: str | None = Field(
        default=None,
        description="`aws`: the name or ARN in Secrets Manager; needs `DescribeSecret` and `ListSecretVersionIds`",
    )
    region: str | None = Field(default=None, description="`aws`: else AWS_REGION")
    mount: str | None = Field(
        default=None, description="`vault`: the KV engine, `secret` if not said"
    )
    path: str | None = Field(default=None, description="`vault`: the secret below it")
    file: str | None = Field(default=None, description="`data`: a document of the repository")
    github: str | None = Field(default=None, description="`data`: `owner/repository/path@ref`")
    at: str | None = Field(default=None, description="`data`: the JMESPath of the date")
    bearer_env: str | None = Field(
        default=None, description="`data`: the variable with the token for `url`"
    )
    header_env: Mapping[str, str] | None = Field(
        default=None, description="`data`: headers from variables, for `url`"
    )
    allow_private: bool | None = Field(default=None, description="a private address is meant")
    ca_file: str | None = Field(default=None, description="the certificate of a private authority")
    timeout: Seconds | None = Field(
        default=None, description="for all calls together; 10s if not said"
    )

    @model_validator(mode="after")
    def _fits_its_source(self) -> Params:
        own = self._of_the_store()
        if own and self.source in _NO_STORES:
            raise PydanticCustomError(
                "source", "`{key}` belongs to another `source`", {"key": sorted(own)[0]}
            )
        self.store()
        return self

    def _of_the_store(self) -> dict[str, object]:
        written = {
            key: getattr(self, key) for key in self.model_fields_set - {"within", "source", "name"}
        }
        return {key: given for key, given in written.items() if given is not None}

    def _named(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        own = [("name", (self.name,))] if self.name and self.source in (None, "env") else []
        store = self.store()
        return [*own, *(store._named() if isinstance(store, base.Params) else ())]

    def beside(self, subject: str) -> tuple[str, ...]:
        """Where no source is named: the variable that tells the date if GitHub does not."""
        return (f"{subject}_ROTATED_AT",) if self.source is None and self.name is None else ()

    def needed(self) -> tuple[str, ...]:
        store = self.store()
        return store.needed() if isinstance(store, base.Params) else super().needed()

    def store(self) -> Store | None:
        """The store that `source` names, if it is one that is asked over the network or in a
        document.
        """
        if self.source is None or self.source in _NO_STORES:
            return None
        from .shared.stores import STORES  # with models of their own, which few rules use

        try:
            return STORES[self.source].model_validate(self._of_the_store())
        except ValidationError as error:
            first = error.errors(include_input=False, include_url=False)[0]
            key = ".".join(str(part) for part in first["loc"])
            reasons = {"missing": "is needed", "extra_forbidden": "does not belong here"}
            said = reasons.get(first["type"], first["msg"])
            raise PydanticCustomError(
                "source",
                "source `{source}`: {key} {said}",
                {"source": self.source, "key": f"`{key}`" if key else "", "said": said},
            ) from None


class _Dated(OpaqueStruct, frozen=True, kw_only=True):
    """When the secret was rotated, or the text that should have said so and by whom it was handed
    over.
    """

    on: datetime | date | None
    variable: str | None = None
    fault: str | None = None  # what is wrong with the store's entry
    notice: str | None = None


def reads(params: Params) -> frozenset[Needs]:
    """The default source turns to GitHub only if there is a token for it, so it is no need of every
    use.
    """
    if store := params.store():
        return store.needs(value=False)
    if params.source == "env" or (params.source is None and params.name):
        return frozenset() if params.name else frozenset({Needs.VALUE})
    if params.source is None:
        return frozenset({Needs.VALUE})
    return frozenset({Needs.GITHUB} if params.name else {Needs.GITHUB, Needs.VALUE})


def waits(params: Params, subject: str | None, world: World) -> bool:
    """The default source turns to GitHub first."""
    return params.source is None and params.name is None


def observe(params: Params, subject: str | None, world: World) -> Observation:
    if store := params.store():
        return _from_store(store, world)
    if params.name is None and subject is None:
        raise Unobservable("no variable is named here", "name it: `env: NAME` in the rule")
    variable = params.name or f"{subject}_ROTATED_AT"
    if params.source == "env" or (params.source is None and params.name):
        return _from_variable(variable, base.value_of(variable, world), world)
    if params.source == "github":
        return _from_github(params.name or subject or "", world)
    return _from_either(subject or "", variable, world)


def _from_either(name: str, variable: str, world: World) -> Observation:
    try:
        return _from_github(name, world)
    except Unobservable as unreadable:
        try:
            text = base.value_of(variable, world)
        except Unobservable:
            text = ""
        if text:
            return _from_variable(variable, text, world)
        raise Unobservable(
            f"nothing dates it: {unreadable.reason}, and {variable} was not handed over",
            f"give `metadata-token`, or hand over {variable} with the date of the rotation (2026-07-27)",
        ) from None


def _from_github(name: str, world: World) -> Observation:
    found = world.github.secret(name, world.environment)
    if found is None:
        raise Unobservable(
            "GitHub lists no secret of that name", f"set it, or say `source:` in the rule of {name}"
        )
    wider = found.level != "environment" and world.environment
    notice = (
        f"dated by the secret of the {found.level}, not of {world.environment}" if wider else None
    )
    return Observation(
        source="GitHub's date of the secret", data=_Dated(on=found.updated_at, notice=notice)
    )


def _from_variable(variable: str, text: str, world: World) -> Observation:
    return Observation(
        source=f"{variable} in {world.variables.place()}",
        data=_Dated(on=_parsed(text), variable=variable),
    )


def _from_store(store: Store, world: World) -> Observation:
    found = store.read_date(world)
    return Observation(source=found.where, data=_Dated(on=found.on, fault=found.fault))


def _parsed(text: str) -> datetime | date | None:
    """A date, or a moment; one without an offset is UTC."""
    if not _DATE.fullmatch(text):
        return None
    try:
        if len(text) == 10:
            return date.fromisoformat(text)
        moment = datetime.fromisoformat(text)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def judge(params: Params, seen: Observation, context: JudgeContext) -> Finding:
    dated: _Dated = seen.data
    if dated.fault is not None:
        return failed(f"is not dated: {dated.fault}")
    if dated.on is None:
        return failed(f"is not dated: {dated.variable} is no date such as 2026-07-27")
    day = dated.on.date() if isinstance(dated.on, datetime) else dated.on
    if ahead(dated.on, context.now) if isinstance(dated.on, datetime) else day > context.now.date():
        return failed(f"is dated in the future, on {day}", "correct the date")
    days = max((context.now.date() - day).days, 0)  # a second ahead, at midnight
    said = f"rotated {_ago(days)}, on {day}; the limit is {_limit(params.within)}"
    if _too_old(dated.on, days, params.within, context.now):
        return failed(f"was {said}", _remedy(dated, context))
    return passed(said, notices=(dated.notice,) if dated.notice else ())


def _remedy(dated: _Dated, context: JudgeContext) -> str | None:
    """Roll it; where a variable says when, that is to say so, too."""
    rolled = context.set_command()
    if dated.variable is None or rolled is None:
        return rolled
    of_date = replace(context, subject=dated.variable, secret=False, stored_as_secret=False)
    return f"{rolled}, then {of_date.set_command()}"


def _too_old(on: datetime | date, days: int, within: timedelta, now: datetime) -> bool:
    """A limit of whole days counts days as a calendar does; a shorter one needs a moment, or counts
    from midnight.
    """
    if within % _DAY == timedelta(0):
        return days > within.days
    moment = on if isinstance(on, datetime) else datetime(on.year, on.month, on.day, tzinfo=UTC)
    return now - moment > within


def _ago(days: int) -> str:
    if days == 0:
        return "today"
    return "1 day ago" if days == 1 else f"{days} days ago"


def _limit(within: timedelta) -> str:
    return str(within.days) if within % _DAY == timedelta(0) else format_duration(within)
