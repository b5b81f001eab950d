"""The Report: every item with its outcome, the Verdict, and what else is worth saying; all that a
renderer takes.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct

from ..checklist.model import Drift as Drift  # noqa: PLC0414 - re-exported: a report is made of it
from ..checklist.model import Item, Phase
from ..outcome import Finding, IgnoredSignOff, Outcome, Severity, SignOff


class Verdict(StrEnum):
    """What the gate says of the whole release."""

    READY = "ready"
    WAITING = "waiting"  # nothing wrong, people must sign
    BLOCKED = "blocked"
    UNDETERMINED = "undetermined"


class Waived(Struct, frozen=True, kw_only=True):
    """The waiver that turned an item's outcome into `waived`."""

    reason: str
    approved_by: str
    expires: date
    instead_of: Outcome


class ItemResult(Struct, frozen=True, kw_only=True):
    """One item of the checklist and what came of it."""

    item: Item
    phase: Phase  # after rules, sections and pins had their say
    outcome: Outcome
    severity: Severity
    rule: str  # rules | inferred | none
    rule_key: str | None
    owner: str | None
    findings: tuple[Finding, ...]
    waived: Waived | None = None
    counts_toward_ready: bool = False  # a blocker of it passed, was signed, or is left to a proven deploy gate: `ready` needs one
    source_of_truth: str | None = None  # from the table of secrets
    automation: str | None = (
        None  # full | partial | person, as `explain` says it; without a rules file only
    )

    @property
    def deciding(self) -> Finding | None:
        """The finding that made the outcome (the first of the worst)."""
        return min(self.findings, key=lambda finding: finding.outcome.rank, default=None)

    @property
    def signed(self) -> bool:
        """Passed, and any part of it on a person's word."""
        return self.outcome is Outcome.PASS and any(finding.signed for finding in self.findings)

    @property
    def later(self) -> bool:
        """Left to another phase or to the deploy job."""
        return self.outcome is Outcome.SKIPPED and any(finding.later for finding in self.findings)


class Notice(Struct, frozen=True, kw_only=True):
    """Worth saying although nothing is wrong."""

    message: str
    item: str | None = None
    file: str | None = None
    line: int | None = None
    prominent: bool = False  # at the top, for whoever reads nothing else


class TargetRef(Struct, frozen=True, kw_only=True):
    """What was gated, as far as it is known; all None on a laptop without git."""

    repository: str | None = None
    commit: str | None = None
    pull_request: int | None = None
    tag: str | None = None
    uncommitted: bool = False


class Totals(Struct, frozen=True, kw_only=True):
    """How many items came to what; titles are in no total. A signed item counts under `signed`, not
    under `pass`.
    """

    passed: int = 0
    signed: int = 0
    fail: int = 0
    pending: int = 0
    unknown: int = 0
    waived: int = 0
    skipped: int = 0


class Box(Struct, frozen=True, kw_only=True):
    """One box for people: an item's own, or one section with every open clause in it."""

    id: str  # what `/checklist sign ID` takes: an item's id, or the section's slug
    title: str
    entries: tuple[ItemResult, ...]  # one for an item's own box
    clauses: tuple[str, ...]  # for a section: the open part of each item in its own words
    by: tuple[str, ...]
    not_author: bool
    via: tuple[str, ...]
    section: bool
    words: tuple[
        tuple[str, str], ...
    ] = ()  # item id and hash of what is asked of it: a later tick signs exactly these


class Report(Struct, frozen=True, kw_only=True):
    """Everything a rendering or a publisher may say."""

    verdict: Verdict
    environment: str | None
    phase: Phase
    target: TargetRef
    checklist: str
    rules: str | None  # path of the rules file; None: read by its own words
    laptop: bool
    mode: str  # enforce | report
    strict: bool  # drift holds the release, too
    at: datetime
    entries: tuple[ItemResult, ...]
    totals: Totals
    boxes: tuple[Box, ...]
    drift: tuple[Drift, ...]
    notices: tuple[Notice, ...]
    ignored_signoffs: tuple[IgnoredSignOff, ...]
    log_row: str | None
    not_handed_over: tuple[
        str, ...
    ]  # variables named by the document or the rules that this run was not given
    secret_names: tuple[
        str, ...
    ] = ()  # of those: to be stored as secrets (`secrets.`, not `vars.`)
    secrets: frozenset[str] = frozenset()  # every name the rules or the document call a secret
    all_ticked: bool = False  # every box in the file is ticked: these are not sign-offs
    nothing_in_phase: bool = False  # no item belongs to this phase: one line, exit 0, no status
    open_questions: int = 0  # `# TODO` that `init` would leave (no rules file only)
    signers: tuple[SignOff, ...] = ()
    links: Mapping[str, str] | None = None  # URLs: file, rules, run, pull_request; None on a laptop
    run_number: int | None = None  # of the workflow run, as GitHub shows it
    values_from: str | None = (
        None  # the file that stands for the environment: "the file .env.production"
    )
