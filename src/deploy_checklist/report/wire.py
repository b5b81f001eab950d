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


class JsonTool(Struct, frozen=True, kw_only=True):
    """The program that judged."""

    version: Annotated[str, Meta(description="Of deploy-checklist.")]


class JsonFile(Struct, frozen=True, kw_only=True):
    """A file, and the digest of its bytes."""

    path: Annotated[str, Meta(description="From the repository's root, if it is below it.")]
    sha256: Annotated[_Sha256, Meta(description="Of the bytes that were read.")]


class JsonRun(Struct, frozen=True, kw_only=True):
    """The workflow run that judged."""

    url: Annotated[str, Meta(description="Its page on GitHub.")]
    number: Annotated[int | None, Meta(description="As GitHub shows it.")]


class JsonTarget(Struct, frozen=True, kw_only=True):
    """What was judged, as far as it is known."""

    repository: Annotated[str | None, Meta(description="`owner/name`.")]
    commit: Annotated[str | None, Meta(description="40 hexadecimal digits.")]
    pull_request: Annotated[int | None, Meta(description="Number of the release pull request.")]
    tag: Annotated[str | None, Meta(description="The tag that is released.")]


class JsonTotals(Struct, frozen=True, kw_only=True, rename={"passed": "pass"}):
    """How many items came to what, titles left out. A signed item is in `signed` alone."""

    passed: Annotated[_Count, Meta(description="Verified by a machine alone.")]
    signed: Annotated[_Count, Meta(description="Passed, and a person signed a part of it.")]
    fail: Annotated[_Count, Meta(description="Checked, and wrong.")]
    pending: Annotated[_Count, Meta(description="A person must act.")]
    unknown: Annotated[_Count, Meta(description="Could not be looked at.")]
    waived: Annotated[_Count, Meta(description="Excused by a dated waiver.")]
    skipped: Annotated[_Count, Meta(description="Not asked in this run.")]


class JsonYourTurn(Struct, frozen=True, kw_only=True):
    """How many of the next steps are whose."""

    who: Annotated[
        str, Meta(description="An owner, roles, `no owner`, or `you` for what is no item's.")
    ]
    count: Annotated[_Count, Meta(description="How many of the steps under `next`.")]


class JsonNext(Struct, frozen=True, kw_only=True):
    """One thing to do before the release."""

    who: Annotated[
        str | None,
        Meta(description="The item's owner, or the roles that may sign; null: nobody is named."),
    ]
    people: Annotated[
        tuple[str, ...],
        Meta(
            description="Who that is, as the rules list the roles' members: logins, and teams as "
            "`organisation/team`; empty: the rules name nobody who may."
        ),
    ]
    item: Annotated[
        str | None, Meta(description="Id of an item, or of the box of a section; null: of no item.")
    ]
    do: Annotated[
        Act,
        Meta(
            description="`fix` what is wrong, `look` again or at what could not be looked at, "
            "`sign`, or `hand_over` a variable to the run."
        ),
    ]
    why: Annotated[str, Meta(description="What was found, or what is asked.")]
    how: Annotated[str | None, Meta(description="What to do, where no command does it.")]
    command: Annotated[
        str | None,
        Meta(description="To type in a shell or a comment, or to paste; a line for each command."),
    ]
    where: Annotated[
        str | None,
        Meta(description="Where to do it: a file and its line, a system, a page."),
    ]


class JsonEvidence(Struct, frozen=True, kw_only=True):
    """Where a check looked, and when."""

    source: Annotated[str, Meta(description="A place, never a value.")]
    at: Annotated[_Moment, Meta(description="When, in UTC.")]


class JsonFinding(Struct, frozen=True, kw_only=True):
    """What one check found."""

    check: Annotated[str, Meta(description="Its key in the rules; empty: the gate's own.")]
    outcome: Annotated[Outcome, Meta(description="What it came to.")]
    message: Annotated[str, Meta(description="What was found.")]
    remedy: Annotated[str | None, Meta(description="What to do.")]
    evidence: Annotated[JsonEvidence | None, Meta(description="Where it looked.")]


class JsonAsk(Struct, frozen=True, kw_only=True):
    """What the item still asks of people."""

    by: Annotated[tuple[str, ...], Meta(description="Roles, or `write`, `maintain`, `admin`.")]
    via: Annotated[tuple[str, ...], Meta(description="The ways that count: `tick`, `command`, ….")]
    count: Annotated[_Count, Meta(description="So many different people.")]
    not_author: Annotated[bool, Meta(description="Whether the author's sign-off does not count.")]
    words: Annotated[str, Meta(description="Digest of what is asked, as a sign-off keeps it.")]
    people: Annotated[
        tuple[str, ...],
        Meta(
            description="Who may still sign, as the rules list the roles' members: logins, and "
            "teams as `organisation/team`; empty where a role is a permission of GitHub's."
        ),
    ]


class JsonSigned(Struct, frozen=True, kw_only=True):
    """A sign-off that counts."""

    by: Annotated[str, Meta(description="Login.")]
    role: Annotated[str | None, Meta(description="The role in which it counts.")]
    at: Annotated[_Moment, Meta(description="When, in UTC.")]
    commit: Annotated[str | None, Meta(description="Of which commit; null: of no single one.")]
    via: Annotated[str, Meta(description="Tick, command, review, environment, or signed.")]
    words: Annotated[str | None, Meta(description="Digest of the words that were signed.")]
    until: Annotated[date | None, Meta(description="The last day on which it counts.")]


class JsonWaived(Struct, frozen=True, kw_only=True):
    """The waiver that excuses the item."""

    reason: Annotated[str, Meta(description="As the rules give it.")]
    approved_by: Annotated[str, Meta(description="As the rules give it.")]
    expires: Annotated[date, Meta(description="The last day on which it excuses.")]
    instead_of: Annotated[Outcome, Meta(description="What the item would be without it.")]


class JsonTurns(Struct, frozen=True, kw_only=True):
    """What the item becomes by time alone, if nobody does anything."""

    to: Annotated[Outcome, Meta(description="Its outcome then.")]
    on: Annotated[date, Meta(description="The first day, in UTC.")]


class JsonItem(Struct, frozen=True, kw_only=True):
    """One item of the checklist."""

    id: Annotated[str, Meta(description="What commands, rules and waivers call it.")]
    names: Annotated[tuple[str, ...], Meta(description="The variables that it names.")]
    text: Annotated[str, Meta(description="Its words.")]
    section: Annotated[tuple[str, ...], Meta(description="The headings above it, outermost first.")]
    line: Annotated[_Line, Meta(description="In the checklist.")]
    title: Annotated[bool, Meta(description="Whether it only stands above others; not counted.")]
    phase: Annotated[Phase, Meta(description="When it is asked.")]
    ticked: Annotated[bool, Meta(description="Whether its box in the file is ticked: no sign-off.")]
    outcome: Annotated[Outcome, Meta(description="What is known about it.")]
    severity: Annotated[Severity, Meta(description="Whether it holds the release.")]
    counts_toward_ready: Annotated[
        bool, Meta(description="Whether a blocker of it holds now: `ready` needs one such item.")
    ]
    rule: Annotated[Literal["rules", "inferred", "none"], Meta(description="What decides it.")]
    automation: Annotated[
        Literal["full", "partial", "person"] | None,
        Meta(description="How much of it a machine can decide; null: that is not told."),
    ]
    owner: Annotated[str | None, Meta(description="Whose it is, as checklist or rules say.")]
    owner_people: Annotated[
        tuple[str, ...],
        Meta(description="Members of the role that the owner names; empty: nobody is named."),
    ]
    source_of_truth: Annotated[
        str | None, Meta(description="The system that has the value, as the checklist says.")
    ]
    findings: Annotated[tuple[JsonFinding, ...], Meta(description="What decides the outcome.")]
    seen: Annotated[
        tuple[JsonFinding, ...],
        Meta(description="What was found wrong and is left to the person who signs."),
    ]
    ask: Annotated[JsonAsk | None, Meta(description="What it still asks of people.")]
    signed: Annotated[tuple[JsonSigned, ...], Meta(description="The sign-offs that count.")]
    waived: Annotated[JsonWaived | None, Meta(description="The waiver that excuses it.")]
    turns: Annotated[
        JsonTurns | None, Meta(description="What it becomes by time alone; null: nothing is known.")
    ]


class JsonDrift(Struct, frozen=True, kw_only=True):
    """A place where checklist and rules disagree."""

    kind: Annotated[str, Meta(description="One word: unbound, orphan, reworded, ….")]
    message: Annotated[str, Meta(description="In what they disagree.")]
    file: Annotated[str | None, Meta(description="Path.")]
    line: Annotated[_Line | None, Meta(description="In that file.")]
    hint: Annotated[str | None, Meta(description="What to do.")]


class JsonNotice(Struct, frozen=True, kw_only=True):
    """Worth saying although nothing is wrong."""

    item: Annotated[str | None, Meta(description="Id.")]
    message: Annotated[str, Meta(description="What is worth saying.")]
    file: Annotated[str | None, Meta(description="Path.")]
    line: Annotated[_Line | None, Meta(description="In that file, or in the checklist.")]


class JsonIgnoredSignOff(Struct, frozen=True, kw_only=True):
    """A sign-off that does not count."""

    item: Annotated[str, Meta(description="Id, or what was written instead of one.")]
    by: Annotated[str, Meta(description="Login.")]
    via: Annotated[
        str, Meta(description="Tick, command, review, environment, signed, or override.")
    ]
    reason: Annotated[str, Meta(description="Why it does not count.")]
    keep: Annotated[
        str | None, Meta(description="The line for `signed:` in the rules that makes it count.")
    ]


class JsonTrial(Struct, frozen=True, kw_only=True):
    """Why a run blocks nothing. Each cause by itself suffices."""

    by_mode: Annotated[bool, Meta(description="The input `mode` says so.")]
    release_pr: Annotated[
        tuple[str, ...],
        Meta(description="What makes a pull request a release; empty: this one is a release."),
    ]
    preview: Annotated[bool, Meta(description="No trusted branch has the checklist yet.")]


class JsonOverride(Struct, frozen=True, kw_only=True):
    """Who lets through what is not ready, why, and until when."""

    by: Annotated[str, Meta(description="Login.")]
    role: Annotated[str, Meta(description="The role in which it counts.")]
    reason: Annotated[str, Meta(description="In that person's words.")]
    at: Annotated[_Moment, Meta(description="When it was written, in UTC.")]
    until: Annotated[_Moment, Meta(description="From this moment on it counts no more, in UTC.")]
    url: Annotated[str | None, Meta(description="Where it was written.")]


class JsonRollback(Struct, frozen=True, kw_only=True):
    """The deployment that a rollback goes back to."""

    deployed_at: Annotated[_Moment, Meta(description="When, in UTC.")]
    deployment: Annotated[str | None, Meta(description="Its page or its id on GitHub.")]
    gate_run: Annotated[
        str | None, Meta(description="The page of the run that found it ready then.")
    ]
    newer: Annotated[str, Meta(description="The commit that was deployed since.")]


class JsonNotHandedOver(Struct, frozen=True, kw_only=True):
    """A variable that checklist or rules name, and that the run was not given."""

    name: Annotated[str, Meta(description="The variable.")]
    secret: Annotated[bool, Meta(description="Whether it is to be stored as a secret.")]


class JsonReport(Struct, frozen=True, kw_only=True):
    """What a run found, and what is to be done."""

    schema: Annotated[Literal[1], Meta(description="The version of this format.")]
    verdict: Annotated[Verdict, Meta(description="What the gate says of the whole release.")]
    override: Annotated[
        JsonOverride | None, Meta(description="Why the verdict is `overridden`; null: it is not.")
    ]
    rollback: Annotated[
        JsonRollback | None, Meta(description="What is rolled back to; null: it is no rollback.")
    ]
    your_turn: Annotated[
        tuple[JsonYourTurn, ...], Meta(description="How many of the next steps are whose.")
    ]
    next: Annotated[tuple[JsonNext, ...], Meta(description="What to do now, in order.")]
    tool: Annotated[JsonTool, Meta(description="The program that judged.")]
    gate: Annotated[str | None, Meta(description="The gate's name, if the repository has several.")]
    environment: Annotated[str | None, Meta(description="The environment that is gated.")]
    phase: Annotated[Phase, Meta(description="Which items were asked.")]
    mode: Annotated[Literal["enforce", "report"], Meta(description="`report` blocks nothing.")]
    trial: Annotated[JsonTrial | None, Meta(description="Why `report` mode is on.")]
    strict: Annotated[bool, Meta(description="Whether drift holds the release, too.")]
    nothing_in_phase: Annotated[
        bool, Meta(description="Whether no item belongs to the phase: `after` is `ready` then.")
    ]
    at: Annotated[_Moment, Meta(description="The moment of which it was judged, in UTC.")]
    looked_at: Annotated[
        _Moment | None,
        Meta(
            description="When it was looked at, if it was judged as of another time "
            "(`check --on`): then this is a forecast, and no verdict. null: it is none."
        ),
    ]
    target: Annotated[JsonTarget, Meta(description="What was judged.")]
    run: Annotated[JsonRun | None, Meta(description="The workflow run; null: on a laptop.")]
    checklist: Annotated[JsonFile, Meta(description="The checklist.")]
    rules: Annotated[JsonFile | None, Meta(description="The rules file; null: there is none.")]
    values_from: Annotated[
        str | None,
        Meta(
            description="The file that the values were read from, not the shell; or standard input."
        ),
    ]
    not_handed_over: Annotated[
        tuple[JsonNotHandedOver, ...], Meta(description="The variables that the run was not given.")
    ]
    open_questions: Annotated[
        tuple[str, ...], Meta(description="Ids of the questions that `init --answers` takes.")
    ]
    totals: Annotated[JsonTotals, Meta(description="How many items came to what.")]
    items: Annotated[tuple[JsonItem, ...], Meta(description="Every item, in the document's order.")]
    drift: Annotated[tuple[JsonDrift, ...], Meta(description="Where checklist and rules disagree.")]
    notices: Annotated[tuple[JsonNotice, ...], Meta(description="Worth saying.")]
    ignored_signoffs: Annotated[
        tuple[JsonIgnoredSignOff, ...], Meta(description="Sign-offs that do not count.")
    ]
    log_row: Annotated[
        str | None, Meta(description="The row of the deployment log, if the checklist has one.")
    ]
