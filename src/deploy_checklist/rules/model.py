"""Rules: what a rules file, or an item's own words, requires in one environment. Frozen values."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache

from msgspec import Struct

from ..checklist.model import Phase
from ..checks.base import Params
from ..outcome import Severity


class Use(Struct, frozen=True, kw_only=True):
    """One use of a check in a rule. `params` is None exactly if `problem` says why."""

    kind: str  # the key in the rule: a kind's or a comparator's name
    params: Params | None
    line: int
    column: int
    problem: str | None = None  # "${tag} has no value: this run has no tag" → unknown
    written: object = None  # the parameters as written, if `params` is None


class Condition(Struct, frozen=True, kw_only=True):
    """A `when:`. `op` is fact, environment, not, all or any: the first two have a `name`, the
    others `parts`.
    """

    op: str
    name: str | None = None
    parts: tuple[Condition, ...] = ()


class Clause(Struct, frozen=True, kw_only=True):
    """One mapping of a rule: its checks, all of which must pass, and their settings."""

    uses: tuple[Use, ...]
    when: Condition | None = None
    severity: Severity = Severity.BLOCKER
    enforce_from: date | None = None  # a warning until then
    owner: str | None = None
    fix: str | None = None
    waivable: bool = True
    env: str | None = None  # the variable to judge; None: the rule's key, if it is a variable
    phase: Phase | None = None


class Rule(Struct, frozen=True, kw_only=True):
    """One entry under `items:`."""

    key: str
    clauses: tuple[Clause, ...]
    line: int
    column: int
    inferred: bool = False  # the fields below are set for inferred rules only
    may_fail: bool = (
        False  # the item is unconditional: a variable that is passed but empty fails it
    )
    understood: tuple[str, ...] = ()  # each clause: the words that were used and what they mean
    remainder: str | None = None  # the words that are left to a person; None: nothing is left

    @property
    def variable(self) -> str | None:
        """The variable that the key names, if it is one."""
        return self.key if is_variable(self.key) else None


class Fact(Struct, frozen=True, kw_only=True):
    """A named yes/no. `env` with a comparison (or plain yes/no words), `changed` globs, or the
    environment that must be `ready`.
    """

    name: str
    env: str | None
    comparison: Params | None  # checks.value.Params; None: yes/no words
    default: bool | None
    changed: tuple[str, ...]
    ready: str | None  # an environment whose gate must have let this commit through
    line: int


EVERY_ENVIRONMENT = "any"  # of a section, whatever its heading says


class SectionSetting(Struct, frozen=True, kw_only=True):
    """An entry under `sections:`."""

    title: str
    skip: str | None  # the reason
    phase: Phase | None
    environment: str | None  # the only one that it applies to, or EVERY_ENVIRONMENT
    line: int


class Waiver(Struct, frozen=True, kw_only=True):
    """A dated exception; valid through `expires`, UTC."""

    item: str
    environment: str | None
    reason: str
    approved_by: str
    expires: date
    line: int
    column: int = 1


class SignedLine(Struct, frozen=True, kw_only=True):
    """A line under `signed:`: a sign-off that outlives one release."""

    item: str
    by: str
    on: date
    until: date | None
    words: str  # checklist.model.words_hash of what was signed
    environment: str | None
    line: int
    column: int = 1


class OverrideTerms(Struct, frozen=True, kw_only=True):
    """The settings under `override:`: who may release although it is not ready, and how long."""

    by: tuple[str, ...]  # roles of this file, or permissions of GitHub's
    lasts: timedelta  # from the comment on; at most a day
    not_author: bool = False


class InitGain(Struct, frozen=True, kw_only=True):
    """What `init` would add to a checklist that has no rules file."""

    open_questions: tuple[str, ...] = ()  # the ids of the `# TODO` in the file it would write
    open_items: int = 0  # that wait for an answer to one of them
    more_by_machine: int = 0  # items verified whole by that file, with every answer, and not today


class Rules(Struct, frozen=True, kw_only=True):
    """A rules file, resolved for one environment; or rules that were inferred."""

    path: str | None  # as shown to people; None: inferred
    name: str | None = None  # of the gate, as written: "" says that it has none
    checklist: str | None
    environment: str | None
    rules: tuple[Rule, ...]
    environments: Mapping[str, Mapping[str, object]] = {}
    facts: Mapping[str, Fact] = {}
    roles: Mapping[str, tuple[str, ...]] = {}
    sections: Mapping[str, SectionSetting] = {}  # by title as written
    waivers: tuple[Waiver, ...] = ()
    signed: tuple[SignedLine, ...] = ()
    lines: Mapping[str, int] = {}  # "items", "waivers", …: line of each top-level key
    override: OverrideTerms | None = None  # None: nobody may
    ignore: tuple[str, ...] = ()  # variables of the repository's files that `lint` says nothing of
    assist: bool = False  # `unverified: sign`: people sign the items that could not be checked
    rollback: bool = False  # a run may go back to a commit that was deployed before
    maybe: tuple[Rule, ...] = ()  # what an item may ask, by its line: a question, never asked
    open_questions: tuple[str, ...] = ()  # the ids of the `# TODO` in the file
    open_lines: tuple[int, ...] = ()  # of the rules that wait for an answer
    sha256: str | None = None  # of the file's bytes, in hexadecimal digits
    init_gain: Callable[[], InitGain] = InitGain  # of inferred rules; found when it is shown


_VARIABLE = re.compile(r"[A-Z][A-Z0-9_]*")


@cache  # asked about ten times for each rule
def is_variable(name: str) -> bool:
    """Whether a rule's key has the form of a variable's name: UPPER_SNAKE, also `PORT` or `API`."""
    return _VARIABLE.fullmatch(name) is not None
