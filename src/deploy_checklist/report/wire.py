"""The Report on the wire, version 1: the shapes of the JSON that other programs read.

The one description of it: the JSON is written from these, its JSON Schema and docs/report.md are
made of them, and what reads a report reads it as them. A key is never left out and never renamed;
a new one may be added. A type of its own, so that a change of an inner one cannot change it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from msgspec import Meta, Struct

from ..checklist.model import Phase
from ..outcome import Outcome, Severity
from .model import Verdict
from .next_steps import Act

_Count = Annotated[int, Meta(ge=0)]
_Line = Annotated[int, Meta(ge=1)]
_Sha256 = Annotated[str, Meta(pattern="^[0-9a-f]{64}$")]
_Moment = Annotated[datetime, Meta(tz=True)]


def _about(text: str) -> Meta:
    return Meta(description=text)


class JsonTool(Struct, frozen=True, kw_only=True):
    """The program that made the report."""

    version: Annotated[str, _about("Version of deploy-checklist.")]


class JsonFile(Struct, frozen=True, kw_only=True):
    """A file and its hash."""

    path: Annotated[str, _about("From the repository's root if the file is below it.")]
    sha256: Annotated[_Sha256, _about("SHA-256 of the file's bytes.")]


class JsonRun(Struct, frozen=True, kw_only=True):
    """The workflow run that made the report."""

    url: Annotated[str, _about("Address of its page on GitHub.")]
    number: Annotated[int | None, _about("The run's number on GitHub.")]


class JsonTarget(Struct, frozen=True, kw_only=True):
    """What was judged, as far as it is known."""

    repository: Annotated[str | None, _about("`owner/name`.")]
    commit: Annotated[str | None, _about("The full hash: 40 hexadecimal digits.")]
    pull_request: Annotated[int | None, _about("Number of the release pull request.")]
    tag: Annotated[str | None, _about("The tag that is released.")]


class JsonTotals(Struct, frozen=True, kw_only=True, rename={"passed": "pass"}):
    """How many items have each outcome, without titles. A signed item counts only in `signed`."""

    passed: Annotated[_Count, _about("Items that passed without a person.")]
    signed: Annotated[
        _Count, _about("Items that passed and that a person signed, at least in part.")
    ]
    fail: Annotated[_Count, _about("Items that failed.")]
    pending: Annotated[_Count, _about("Items that are to sign or waiting.")]
    unknown: Annotated[_Count, _about("Items that were not checked.")]
    waived: Annotated[_Count, _about("Items that are waived.")]
    skipped: Annotated[_Count, _about("Items that are skipped, or come later.")]


class JsonYourTurn(Struct, frozen=True, kw_only=True):
    """How many of the next steps are whose."""

    who: Annotated[
        str, _about("An owner, roles, `no owner`, or `you` for steps that belong to no item.")
    ]
    count: Annotated[_Count, _about("How many of the steps under `next`.")]


class JsonNext(Struct, frozen=True, kw_only=True):
    """One thing to do before the release."""

    who: Annotated[
        str | None, _about("The item's owner, or the roles that may sign; null: nobody is named.")
    ]
    people: Annotated[
        tuple[str, ...],
        _about(
            "The people behind `who`, as the rules list them: logins, and teams as "
            "`organisation/team`; empty: the rules name nobody."
        ),
    ]
    item: Annotated[
        str | None,
        _about("Id of the item, or of a section's box; null: the step belongs to no item."),
    ]
    do: Annotated[
        Act,
        _about(
            "`fix` a failure, `look` again at what was not checked, `sign`, or `hand_over` a "
            "variable to the step."
        ),
    ]
    why: Annotated[str, _about("What was found, or what people are asked.")]
    how: Annotated[str | None, _about("What to do if there is no command for it.")]
    command: Annotated[
        str | None,
        _about("Text to type in a shell or a comment, or to paste; a line for each command."),
    ]
    where: Annotated[str | None, _about("Where to do it: a file and its line, a system, a page.")]


class JsonEvidence(Struct, frozen=True, kw_only=True):
    """Where a check looked, and when."""

    source: Annotated[str, _about("A place, never a value.")]
    at: Annotated[_Moment, _about("The time of the check, in UTC.")]


class JsonFinding(Struct, frozen=True, kw_only=True):
    """What one check found."""

    check: Annotated[str, _about("Key of the check in the rules; empty: the gate itself.")]
    outcome: Annotated[Outcome, _about("How the check ended.")]
    message: Annotated[str, _about("What was found.")]
    remedy: Annotated[str | None, _about("What to do about it.")]
    evidence: Annotated[JsonEvidence | None, _about("Where the check looked.")]


class JsonAsk(Struct, frozen=True, kw_only=True):
    """What people still have to sign for the item."""

    by: Annotated[tuple[str, ...], _about("Roles, or `write`, `maintain`, `admin`.")]
    via: Annotated[tuple[str, ...], _about("The ways that count: `tick`, `command`, ….")]
    count: Annotated[_Count, _about("How many different people must sign.")]
    not_author: Annotated[bool, _about("Whether the author's sign-off does not count.")]
    words: Annotated[str, _about("Hash of the words to sign; a sign-off records it.")]
    people: Annotated[
        tuple[str, ...],
        _about(
            "Who may still sign, as the rules list them: logins, and teams as "
            "`organisation/team`; empty if a role is a permission on GitHub."
        ),
    ]


class JsonSigned(Struct, frozen=True, kw_only=True):
    """A sign-off that counts."""

    by: Annotated[str, _about("Login of the person.")]
    role: Annotated[str | None, _about("The role in which it counts.")]
    at: Annotated[_Moment, _about("When it was signed, in UTC.")]
    commit: Annotated[str | None, _about("The commit that was signed; null: not one commit.")]
    via: Annotated[str, _about("Tick, command, review, environment, or signed.")]
    words: Annotated[str | None, _about("Hash of the words that were signed.")]
    until: Annotated[date | None, _about("The last day on which it counts.")]


class JsonWaived(Struct, frozen=True, kw_only=True):
    """The waiver for the item."""

    reason: Annotated[str, _about("The reason in the rules.")]
    approved_by: Annotated[str, _about("The approver in the rules.")]
    expires: Annotated[date, _about("The last day of the waiver.")]
    instead_of: Annotated[Outcome, _about("The item's outcome without the waiver.")]


class JsonTurns(Struct, frozen=True, kw_only=True):
    """How the item's outcome will change on a known date, if nobody does anything."""

    to: Annotated[Outcome, _about("Its outcome from then on.")]
    on: Annotated[date, _about("The first such day, in UTC.")]


class JsonItem(Struct, frozen=True, kw_only=True):
    """One item of the checklist."""

    id: Annotated[str, _about("Its name in commands, rules and waivers.")]
    names: Annotated[tuple[str, ...], _about("Variables in the item.")]
    text: Annotated[str, _about("The item's own words.")]
    section: Annotated[tuple[str, ...], _about("The headings above it, outermost first.")]
    line: Annotated[_Line, _about("Its line in the checklist.")]
    title: Annotated[bool, _about("Whether it only groups the items below it; not counted.")]
    phase: Annotated[Phase, _about("When the item applies.")]
    ticked: Annotated[bool, _about("Whether its box in the file is ticked. It is not a sign-off.")]
    outcome: Annotated[Outcome, _about("What is known about the item.")]
    severity: Annotated[Severity, _about("Whether it can hold the release.")]
    counts_toward_ready: Annotated[
        bool, _about("Whether it passed as a blocker: `ready` needs at least one such item.")
    ]
    rule: Annotated[Literal["rules", "inferred", "none"], _about("Where its rule comes from.")]
    automation: Annotated[
        Literal["full", "partial", "person"] | None,
        _about("How much of it a machine can decide; null: not known."),
    ]
    owner: Annotated[str | None, _about("Its owner in the checklist or the rules.")]
    owner_people: Annotated[
        tuple[str, ...], _about("Members of the role that the owner names; empty: nobody is named.")
    ]
    source_of_truth: Annotated[
        str | None, _about("The system that stores the value, from the checklist.")
    ]
    findings: Annotated[tuple[JsonFinding, ...], _about("What decides the outcome.")]
    seen: Annotated[
        tuple[JsonFinding, ...],
        _about("What failed or was not checked, and is left to the person who signs."),
    ]
    ask: Annotated[JsonAsk | None, _about("What people still have to sign.")]
    signed: Annotated[tuple[JsonSigned, ...], _about("The sign-offs that count.")]
    waived: Annotated[JsonWaived | None, _about("The waiver for the item.")]
    turns: Annotated[
        JsonTurns | None,
        _about("How its outcome will change on a known date; null: no such date is known."),
    ]


class JsonDrift(Struct, frozen=True, kw_only=True):
    """A place where checklist and rules do not agree."""

    kind: Annotated[str, _about("One word: unbound, orphan, reworded, ….")]
    message: Annotated[str, _about("What does not agree.")]
    file: Annotated[str | None, _about("Path of the file.")]
    line: Annotated[_Line | None, _about("The line in that file.")]
    hint: Annotated[str | None, _about("What to do about it.")]


class JsonNotice(Struct, frozen=True, kw_only=True):
    """Worth knowing, although nothing is wrong."""

    item: Annotated[str | None, _about("Id of the item.")]
    message: Annotated[str, _about("What is worth knowing.")]
    file: Annotated[str | None, _about("Path of the file.")]
    line: Annotated[_Line | None, _about("The line in that file, or in the checklist.")]


class JsonIgnoredSignOff(Struct, frozen=True, kw_only=True):
    """A sign-off that does not count."""

    item: Annotated[str, _about("Id, or the text that was written instead of one.")]
    by: Annotated[str, _about("Login of the person.")]
    via: Annotated[str, _about("Tick, command, review, environment, signed, or override.")]
    reason: Annotated[str, _about("Why it does not count.")]
    keep: Annotated[str | None, _about("The line for `signed:` in the rules that makes it count.")]


class JsonTrial(Struct, frozen=True, kw_only=True):
    """Why a run blocks nothing. One of these reasons is enough."""

    by_mode: Annotated[bool, _about("The input `mode` is `report`.")]
    release_pr: Annotated[
        tuple[str, ...],
        _about("What makes a pull request a release; empty: this one is a release."),
    ]
    preview: Annotated[bool, _about("No trusted branch has the checklist yet.")]


class JsonOverride(Struct, frozen=True, kw_only=True):
    """Who let through a release that is not ready, why, and until when."""

    by: Annotated[str, _about("Login of the person.")]
    role: Annotated[str, _about("The role in which it counts.")]
    reason: Annotated[str, _about("The reason that this person gave.")]
    at: Annotated[_Moment, _about("When it was written, in UTC.")]
    until: Annotated[_Moment, _about("The end of the override, in UTC.")]
    url: Annotated[str | None, _about("Where it was written.")]


class JsonRollback(Struct, frozen=True, kw_only=True):
    """The deployment that a rollback goes back to."""

    deployed_at: Annotated[_Moment, _about("When it was deployed, in UTC.")]
    deployment: Annotated[str | None, _about("Its page or its id on GitHub.")]
    gate_run: Annotated[str | None, _about("The page of the run that found it ready then.")]
    newer: Annotated[str, _about("The commit that was deployed since.")]


class JsonNotHandedOver(Struct, frozen=True, kw_only=True):
    """A variable in the checklist or the rules that the step was not given."""

    name: Annotated[str, _about("Name of the variable.")]
    secret: Annotated[bool, _about("Whether to store it as a secret.")]


class JsonReport(Struct, frozen=True, kw_only=True):
    """What a run found, and what to do."""

    schema: Annotated[Literal[1], _about("Version of this format.")]
    verdict: Annotated[Verdict, _about("The gate's answer for the whole release.")]
    override: Annotated[
        JsonOverride | None, _about("Why the verdict is `overridden`; null: it is not.")
    ]
    rollback: Annotated[
        JsonRollback | None, _about("The deployment to go back to; null: this is not a rollback.")
    ]
    your_turn: Annotated[tuple[JsonYourTurn, ...], _about("How many of the next steps are whose.")]
    next: Annotated[tuple[JsonNext, ...], _about("What to do now, in order.")]
    tool: Annotated[JsonTool, _about("The program that made the report.")]
    gate: Annotated[str | None, _about("The gate's name, if the repository has several.")]
    environment: Annotated[str | None, _about("The environment that is gated.")]
    phase: Annotated[Phase, _about("Which items apply: those for this moment.")]
    mode: Annotated[Literal["enforce", "report"], _about("`report` blocks nothing.")]
    trial: Annotated[JsonTrial | None, _about("Why `report` mode is on.")]
    strict: Annotated[bool, _about("Whether drift holds the release, too.")]
    nothing_in_phase: Annotated[
        bool, _about("Whether no item belongs to the phase: `after` is `ready` then.")
    ]
    at: Annotated[_Moment, _about("The time for which the items were judged, in UTC.")]
    looked_at: Annotated[
        _Moment | None,
        _about(
            "When the checks ran, if the items were judged for another time (`check --on`). "
            "The report is then a forecast, not a verdict. Null: it is not a forecast."
        ),
    ]
    target: Annotated[JsonTarget, _about("What was judged.")]
    run: Annotated[JsonRun | None, _about("The workflow run; null: on a laptop.")]
    checklist: Annotated[JsonFile, _about("The checklist file.")]
    rules: Annotated[JsonFile | None, _about("The rules file; null: there is none.")]
    values_from: Annotated[
        str | None, _about("The file with the values, or standard input; null: the environment.")
    ]
    not_handed_over: Annotated[
        tuple[JsonNotHandedOver, ...], _about("The variables that the step was not given.")
    ]
    open_questions: Annotated[tuple[str, ...], _about("Ids of the questions for `init --answers`.")]
    totals: Annotated[JsonTotals, _about("How many items have each outcome.")]
    items: Annotated[tuple[JsonItem, ...], _about("Every item, in the order of the document.")]
    drift: Annotated[tuple[JsonDrift, ...], _about("Where checklist and rules do not agree.")]
    notices: Annotated[tuple[JsonNotice, ...], _about("What is worth knowing.")]
    ignored_signoffs: Annotated[
        tuple[JsonIgnoredSignOff, ...], _about("Sign-offs that do not count.")
    ]
    log_row: Annotated[
        str | None, _about("The row for the deployment log, if the checklist has one.")
    ]
