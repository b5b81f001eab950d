"""the variable's value passes the comparators

Comparators are keys of a rule on a variable, and of `data`, `http.json`, `terraform` and facts. If
there are several, all of them must pass.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Self

from msgspec.structs import replace
from pydantic import AfterValidator, Field, FiniteFloat, GetJsonSchemaHandler, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, PydanticCustomError

from ..outcome import Finding, Outcome, failed, passed
from ..values.comparators import COMPARATORS, MISSING, ComparedValue, pattern_fault
from ..values.plain import comma_separated, quoted
from ..world.ports import World
from . import base
from .base import JudgeContext, Needs, Observation

Scalar = str | bool | int | FiniteFloat | None
Number = int | FiniteFloat


def _usable(pattern: str) -> str:
    if why := pattern_fault(pattern):
        raise PydanticCustomError("regex", why)
    return pattern


def _something(contained: object) -> object:
    if contained in ("", ("",)):
        raise PydanticCustomError("vacuous", "is empty, and every text contains an empty text")
    return contained


Pattern = Annotated[str, AfterValidator(_usable)]
# An alternative of a pattern that is a word, as both in `^(none|s3)$`.
_PLAIN_WORD = re.compile(r"(?<![^(|^:])[A-Za-z0-9_/-]+(?![^)|$])")
Name = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_]*$", max_length=200)]
Scalars = Annotated[tuple[Scalar, ...], Field(min_length=1), base.ONE_OR_MORE]


class Comparison(base.Params):
    """Any of the comparators; only those that are written are applied. Embed it to judge a value of
    another kind.
    """

    equals: Scalar = Field(
        default=None,
        description="equals this; numbers are compared as numbers",
        examples=["production"],
    )
    equals_env: Name = Field(
        default="_",
        description="equals the value of this other variable; neither value is shown",
        examples=["API_URL"],
    )
    differs_from: Name = Field(
        default="_",
        description="differs from the value of this other variable; neither value is shown",
        examples=["STAGING_API_URL"],
    )
    one_of: Scalars = Field(
        default=(None,), description="is one of these", examples=[["stripe", "paynow"]]
    )
    not_one_of: Scalars = Field(
        default=(None,), description="is none of these", examples=[["debug", "trace"]]
    )
    matches: Pattern = Field(
        default="",
        description="matches this Rust regular expression as a whole",
        examples=["v[0-9]+"],
    )
    contains: Annotated[str | Scalars, AfterValidator(_something)] = Field(
        default="",
        description="contains this text; if several are given, it is a list (commas, white space "
        "or JSON) that contains each of them",
        examples=["eu-central-1"],
    )
    above: Number = Field(default=0, description="is a number greater than this", examples=[0])
    at_least: Number = Field(default=0, description="is a number and at least this", examples=[1])
    below: Number = Field(default=0, description="is a number less than this", examples=[100])
    at_most: Number = Field(default=0, description="is a number and at most this", examples=[100])
    min_length: Annotated[int, Field(ge=1)] = Field(
        default=1, description="has at least this many characters or entries", examples=[30]
    )
    exists: bool = Field(default=True, description="exists; with `false`, it does not exist")
    empty: bool = Field(default=True, description="is empty or null; with `false`, it is neither")
    each: Params = Field(
        # Like every default here it is never read: only what is given is applied.
        default=None,  # type: ignore[assignment]
        description="is a list or a mapping that is not empty, and every entry passes these "
        "comparators",
        examples=[{"above": 0}],
    )

    @property
    def given(self) -> tuple[str, ...]:
        """The comparators that were written, in the order of the documentation."""
        return tuple(key for key in KEYS if key in self.model_fields_set)

    def written_values(self) -> frozenset[str]:
        """The texts that the comparators write out: whatever they look like, these are values."""
        given = self.model_fields_set
        written = [self.equals] if "equals" in given else []
        if "contains" in given:
            written += [self.contains] if isinstance(self.contains, str) else self.contains
        written += self.one_of if "one_of" in given else ()
        written += _PLAIN_WORD.findall(self.matches) if "matches" in given else ()
        return frozenset(each for each in written if isinstance(each, str))

    def _named(self) -> Sequence[tuple[str, tuple[str, ...]]]:
        given = self.model_fields_set
        if given.isdisjoint(_NAMES_OTHERS):
            return ()
        found = [
            (key, names) for key, names in super()._named() if key != "equals_env" or key in given
        ]
        if "differs_from" in given:
            found.append(("differs_from", (self.differs_from,)))
        return found

    @model_validator(mode="after")
    def _can_hold(self) -> Self:
        given = self.model_fields_set & BOUNDS.keys()
        if len(given) > 1 and no_number({key: getattr(self, key) for key in given}):
            raise PydanticCustomError("contradiction", "no number satisfies these bounds")
        return self

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """A comparator has no default: one that is not written is not applied."""
        described = handler.resolve_ref_schema(handler(schema))
        for key in KEYS:
            described["properties"][key].pop("default", None)
            described["properties"][key]["description"] = passes_when(key)
        return described


def passes_when(key: str) -> str:
    """A sentence about a comparator, for people."""
    return f"Passes when the value {Comparison.model_fields[key].description}."


KEYS = tuple(Comparison.model_fields)
BOUNDS = {"above": "above", "at_least": "at least", "below": "below", "at_most": "at most"}
_NAMES_OTHERS = frozenset({"equals_env", "differs_from", "each"})


class Params(Comparison):
    """At least one comparator."""

    @model_validator(mode="after")
    def _is_not_vacuous(self) -> Params:
        if not self.model_fields_set:
            raise PydanticCustomError(
                "vacuous", "needs at least one comparator, such as `equals` or `one_of`"
            )
        return self


Comparison.model_rebuild()


def no_number(bounds: Mapping[str, Number]) -> bool:
    """Whether no number is as `above`, `at_least`, `below` and `at_most` say together."""
    low = max((bounds[key] for key in ("above", "at_least") if key in bounds), default=-math.inf)
    high = min((bounds[key] for key in ("below", "at_most") if key in bounds), default=math.inf)
    return low > high or (low == high and low in (bounds.get("above"), bounds.get("below")))


_READS = frozenset({Needs.VALUE})  # made once: a long checklist asks often


def reads(params: Params) -> frozenset[Needs]:
    return _READS


def observe(params: Params, subject: str | None, world: World) -> Observation:
    text = base.value_of(subject, world)
    return Observation(source=world.variables.place(), data=(text, others_of(params, world)))


def others_of(comparison: Comparison, world: World) -> Mapping[str, str]:
    """The values of the other variables that a comparison names; Unobservable if one was not passed
    to the step.
    """
    return {name: base.value_of(name, world) for name in comparison.variables()}


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    text, others = observation.data
    finding = judge_value(params, text or None, others, secret=context.secret)
    if finding.outcome is Outcome.PASS:
        return finding
    return replace(finding, remedy=context.set_command())


def judge_value(
    comparison: Comparison,
    value: object,
    others: Mapping[str, str] | None = None,
    *,
    secret: bool = False,
    show: bool = False,
) -> Finding:
    """Passed, or failed with every difference. Only `show` puts the value into the message; it is
    for files of the repository.
    """
    differences = compare(comparison, value, others, secret=secret, show=show)
    if differences:
        return failed("; ".join(differences))
    if secret:
        return passed("satisfies the rule")
    return passed(", ".join(_success(comparison, key) for key in comparison.given))


def _success(comparison: Comparison, key: str) -> str:
    """The message for a comparator that holds, without a literal that would be the value itself."""
    expected = getattr(comparison, key)
    if key == "one_of" and len(expected) > 1:
        return f"one of {comma_separated(expected)}"
    if key in BOUNDS:
        return f"{BOUNDS[key]} {expected}"
    if key == "each":
        return "each entry " + ", ".join(_success(expected, inner) for inner in expected.given)
    return _SUCCESS.get(key, "has the expected value").format(expected)


_SUCCESS = {
    "equals_env": "equals {}",
    "differs_from": "differs from {}",
    "not_one_of": "has no forbidden value",
    "matches": "matches the rule's pattern",
    "contains": "contains the required text",
    "min_length": "long enough",
}


def compare(
    comparison: Comparison,
    value: object,
    others: Mapping[str, str] | None = None,
    *,
    secret: bool = False,
    show: bool = False,
) -> tuple[str, ...]:
    """How a value differs: one phrase for each comparator that does not hold.

    `value` is a text (of a variable, None if it is empty) or any value of a JSON, YAML or TOML
    document. MISSING means that the document has no such value; None is its null.
    """
    against = ComparedValue(value=value, others=others or {}, secret=secret, show=show)
    found = (_difference(comparison, key, against) for key in comparison.given)
    return tuple(dict.fromkeys(phrase for phrase in found if phrase))


_ACCEPTS_NULL = frozenset(("exists", "empty", "equals", "one_of"))


def _difference(comparison: Comparison, key: str, against: ComparedValue) -> str | None:
    if against.value is MISSING:
        return None if key == "exists" and not comparison.exists else "is missing"
    if against.value is None and key not in _ACCEPTS_NULL:
        return "is missing"
    comparator = _each if key == "each" else COMPARATORS[key]
    phrase = comparator(getattr(comparison, key), against)
    if phrase and against.show and isinstance(against.value, str | bool | int | float):
        return f"{phrase}: it is {quoted(against.value)}"
    return phrase


def _each(entry: Params, against: ComparedValue) -> str | None:
    value = against.value
    entries = list(value.values()) if isinstance(value, Mapping) else value
    if not isinstance(entries, list | tuple):
        return "is not a list"
    if not entries:
        return "is empty, so there is no entry to check"
    differences = [
        f"entry {number} {phrase}"
        for number, each in enumerate(entries, start=1)
        for phrase in compare(entry, each, against.others, secret=against.secret, show=against.show)
    ]
    if not differences:
        return None
    more = f"; {len(differences) - 3} more" if len(differences) > 3 else ""
    return "; ".join(differences[:3]) + more
