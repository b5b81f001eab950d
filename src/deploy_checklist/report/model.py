"""The Report, which is all that a renderer takes: the Verdict, and every item with its outcome."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Literal

from msgspec import Struct

from ..checklist.model import Drift as Drift  # noqa: PLC0414 - re-exported: a report is made of it
from ..checklist.model import Item, Phase
from ..outcome import Finding, IgnoredSignOff, Outcome, Severity, SignOff
from ..outcome import Override as Override  # noqa: PLC0414 - re-exported: a report says it


class Verdict(StrEnum):
    """What the gate says of the whole release."""

    READY = "ready"
    WAITING = "waiting"  # nothing wrong, people must sign
    BLOCKED = "blocked"
    UNDETERMINED = "undetermined"
    OVERRIDDEN = "overridden"  # not ready, and let through by a person for a time
    ROLLED_BACK = "rolled_back"  # not ready, and let through back to what was deployed before


class Turn(Struct, frozen=True, kw_only=True):
    """What an item comes to on a day to come, as far as it is known today.

    `to` is the outcome of today where only the severity changes: a warning becomes a blocker.
    """

    to: Outcome
    on: date  # the first such day; each is judged as it begins, at 00:00 UTC
    why: str = ""  # what is found then
    who: tuple[str, ...] = ()  # has to do something then: an owner, or roles that may sign
    commands: tuple[str, ...] = ()  # what to type


class Waived(Struct, frozen=True, kw_only=True):
    """The waiver that turned an item's outcome into `waived`."""

    reason: str
    approved_by: str
    expires: date
    instead_of: Outcome


class Rollback(Struct, frozen=True, kw_only=True):
    """That this very commit was deployed to the environment before, and another one since."""

    deployed_at: datetime
    deployment: str | None = None  # its page or its id on GitHub
    gate_run: str | None = None  # the page of the run that found the release ready then
    newer: str  # the commit that was deployed since


class ItemResult(Struct, frozen=True, kw_only=True):
    """One item of the checklist, and its result."""

    item: Item
    phase: Phase  # as rules, sections and pins decide it
    outcome: Outcome
    severity: Severity
    rule: Literal["rules", "inferred", "none"]
    rule_key: str | None
    owner: str | None
    findings: tuple[Finding, ...]
    # Checks that failed, or were tried without a result, and do not decide the outcome: a person
    # who signs reads them.
    seen: tuple[Finding, ...] = ()
    waived: Waived | None = None
    turns: Turn | None = None  # within 90 days; None: time changes nothing that is known
    # A blocker passed, was signed, or is left to a proven deploy gate: `ready` needs one such item.
    counts_toward_ready: bool = False
    source_of_truth: str | None = None  # from the table of secrets
    # Without a rules file only: how much of it a machine can decide.
    automation: Literal["full", "partial", "person"] | None = None

    @property
    def title(self) -> bool:
        """Whether it is only a heading of other items, and not counted."""
        return self.item.is_title

    @property
    def signed(self) -> bool:
        """Passed, and a person signed any part of it."""
        return self.outcome is Outcome.PASS and any(finding.signed for finding in self.findings)

    @property
    def later(self) -> bool:
        """Left to another phase or to the deploy job."""
        return self.outcome is Outcome.SKIPPED and any(finding.later for finding in self.findings)


class Notice(Struct, frozen=True, kw_only=True):
    """Useful to know although nothing is wrong."""

    message: str
    item: str | None = None
    file: str | None = None
    line: int | None = None
    prominent: bool = False  # shown at the top


class TargetRef(Struct, frozen=True, kw_only=True):
    """What was gated, as far as it is known; all None on a laptop without git."""

    repository: str | None = None
    commit: str | None = None
    pull_request: int | None = None
    tag: str | None = None
    ticket: int | None = None  # where people sign, if that is not on the pull request
    uncommitted: bool = False


class Trial(Struct, frozen=True, kw_only=True):
    """Why a run blocks nothing. Each of the causes is enough."""

    by_mode: bool  # the input `mode`
    release_pr: tuple[str, ...] = ()  # what makes a pull request a release; empty: this is one
    preview: bool = False  # no trusted branch has the checklist yet


class Totals(Struct, frozen=True, kw_only=True):
    """How many items have each outcome, without titles. A signed item is not in `passed`."""

    passed: int = 0
    signed: int = 0
    fail: int = 0
    pending: int = 0
    unknown: int = 0
    waived: int = 0
    skipped: int = 0


class BoxSection(Struct, frozen=True, kw_only=True):
    """A section that has a box, or shares one: its id signs its own part of it."""

    id: str
    title: str
    count: int  # of the box's entries, which follow one another


class Box(Struct, frozen=True, kw_only=True):
    """One box for people: an item's own, or that of a section with every open clause in it. A few
    short sections may share one.
    """

    id: str  # what `/checklist sign ID` takes: an item's id, or the first section's slug
    title: str
    entries: tuple[ItemResult, ...]  # one for an item's own box
    clauses: tuple[str, ...]  # for sections: the open part of each item in its own words
    by: tuple[str, ...]
    not_author: bool
    via: tuple[str, ...]
    section: bool
    sections: tuple[BoxSection, ...] = ()
    excluded: tuple[str, ...] = ()  # by `not_author`: names of those whose sign-off does not count
    # Item id and hash of what is asked of it: a later tick signs exactly these.
    words: tuple[tuple[str, str], ...] = ()


class Report(Struct, frozen=True, kw_only=True):
    """Everything that a rendering or a publisher may use."""

    verdict: Verdict
    gate: str | None = None  # its name, if the repository has several
    environment: str | None
    phase: Phase
    target: TargetRef
    checklist: str
    checklist_sha256: str  # of the file's bytes, in hexadecimal digits
    rules: str | None  # path of the rules file; None: read by its own words
    rules_sha256: str | None = None
    roles: Mapping[str, tuple[str, ...]] = {}  # the members of each role, as the rules list them
    laptop: bool
    mode: Literal["enforce", "report"]
    strict: bool  # drift holds the release, too
    at: datetime
    # Of a forecast: when the checks ran; it is judged for `at`. None: a verdict.
    looked_at: datetime | None = None
    entries: tuple[ItemResult, ...]
    totals: Totals
    boxes: tuple[Box, ...]
    drift: tuple[Drift, ...]
    notices: tuple[Notice, ...]
    ignored_signoffs: tuple[IgnoredSignOff, ...]
    log_row: str | None
    # Variables named by the document or the rules that this run was not given, but for those of
    # which items only say that they are gone.
    not_handed_over: tuple[str, ...]
    has_values: bool = False  # whether the run was given any variable that they name
    secret_names: tuple[str, ...] = ()  # of those: to be stored as secrets
    secrets: frozenset[str] = frozenset()  # every name the rules or the document call a secret
    all_ticked: bool = False  # every box in the file is ticked: these are not sign-offs
    nothing_in_phase: bool = False  # no item belongs to this phase: one line, exit 0, no status
    # Ids of the `# TODO` in the rules file, or of those that `init` would leave in one.
    open_questions: tuple[str, ...] = ()
    waiting_for_answers: int = 0  # how many items wait for an answer to one of them
    # Without a rules file: how many more items a machine decides with the complete file of `init`.
    more_by_machine: int = 0
    trial: Trial | None = None  # why this run blocks nothing, where `mode` is `report`
    signers: tuple[SignOff, ...] = ()
    override_by: tuple[str, ...] = ()  # the roles that may override what this run holds
    override: Override | None = None  # only where the verdict is `overridden`
    rollback: Rollback | None = None  # its items are judged as those of a rollback
    links: Mapping[str, str] | None = None  # URLs, see `url`; None on a laptop
    run_number: int | None = None  # of the workflow run, as GitHub shows it
    typed: tuple[str, ...] = ()  # the command line's words, on a laptop: ("check", "-e", "staging")
    values_from: str | None = None  # the file read instead of the shell: "the file .env.production"

    def url(self, name: str) -> str | None:
        """The page on GitHub: file, rules, run, pull_request or ticket; None if it has none."""
        return self.links.get(name) if self.links else None

    def place_to_sign(self) -> tuple[str, str | None] | None:
        """Where the boxes are, "PR #12", and its page; None if this run has no such place."""
        if self.target.ticket is not None:
            return f"issue #{self.target.ticket}", self.url("ticket")
        if self.target.pull_request is not None:
            return f"PR #{self.target.pull_request}", self.url("pull_request")
        return None


class Change(Struct, frozen=True, kw_only=True):
    """An item whose outcome changes on a day."""

    on: date  # judged as it begins, at 00:00 UTC
    before: ItemResult
    after: ItemResult


class Forecast(Struct, frozen=True, kw_only=True):
    """What changes by its date, if nobody does anything, from what was found today."""

    report: Report  # of today
    until: date
    changes: tuple[Change, ...]  # by day, then in the document's order; no titles
    # When the verdict turns, and to what: the first is after today's, which is the report's.
    verdicts: tuple[tuple[date, Verdict], ...]
    dated: int = 0  # how many items have a date; the others are assumed to stay as they are
