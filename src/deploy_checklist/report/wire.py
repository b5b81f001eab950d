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

    version: Annotated[str, Meta(description="of deploy-checklist")]


class JsonFile(Struct, frozen=True, kw_only=True):
    """A file, and the digest of its bytes."""

    path: Annotated[str, Meta(description="relative to the repository's root where it is below it")]
    sha256: Annotated[_Sha256, Meta(description="of the bytes that were read")]


class JsonRun(Struct, frozen=True, kw_only=True):
    """The workflow run that judged."""

    url: Annotated[str, Meta(description="its page on GitHub")]
    number: Annotated[int | None, Meta(description="as GitHub shows it")]


class JsonTarget(Struct, frozen=True, kw_only=True):
    """What was judged, as far as it is known."""

    repository: Annotated[str | None, Meta(description="`owner/name`")]
    commit: Annotated[str | None, Meta(description="40 hexadecimal digits")]
    pull_request: Annotated[int | None, Meta(description="number of the release pull request")]
    tag: Annotated[str | None, Meta(description="the tag that is released")]


class JsonTotals(Struct, frozen=True, kw_only=True, rename={"passed": "pass"}):
    """How many items came to what, titles left out. A signed item is in `signed` alone."""

    passed: Annotated[_Count, Meta(description="verified by a machine alone")]
    signed: Annotated[_Count, Meta(description="passed, and a person signed a part of it")]
    fail: Annotated[_Count, Meta(description="checked, and wrong")]
    pending: Annotated[_Count, Meta(description="a person must act")]
    unknown: Annotated[_Count, Meta(description="could not be looked at")]
    waived: Annotated[_Count, Meta(description="excused by a dated waiver")]
    skipped: Annotated[_Count, Meta(description="not asked in this run")]


class JsonYourTurn(Struct, frozen=True, kw_only=True):
    """How many of the next steps are whose."""

    who: Annotated[
        str, Meta(description="an owner, roles, `no owner`, or `you` for what is no item's")
    ]
    count: Annotated[_Count, Meta(description="how many of the steps under `next`")]


class JsonNext(Struct, frozen=True, kw_only=True):
    """One thing to do before the release."""

    who: Annotated[
        str | None,
        Meta(description="the item's owner, or the roles that may sign; null: nobody is named"),
    ]
    people: Annotated[
        tuple[str, ...],
        Meta(
            description="who that is, as the rules list the roles' members: logins, and teams as "
            "`organisation/team`; empty: the rules name nobody"
        ),
    ]
    item: Annotated[
        str | None, Meta(description="id of an item, or of the box of a section; null: of no item")
    ]
    do: Annotated[
        Act,
        Meta(
            description="`fix` what is wrong, `look` again or at what could not be looked at, "
            "`sign`, or `hand_over` a variable to the run"
        ),
    ]
    why: Annotated[str, Meta(description="what was found, or what is asked")]
    how: Annotated[str | None, Meta(description="what to do, where no command does it")]
    command: Annotated[
        str | None,
        Meta(description="what to type in a shell, in a comment (`/checklist …`), or to paste"),
    ]
    where: Annotated[
        str | None,
        Meta(description="where to do it: a file and its line, a system, a page"),
    ]


class JsonEvidence(Struct, frozen=True, kw_only=True):
    """Where a check looked, and when."""

    source: Annotated[str, Meta(description="a place, never a value")]
    at: Annotated[_Moment, Meta(description="when, in UTC")]


class JsonFinding(Struct, frozen=True, kw_only=True):
    """What one check found."""

    check: Annotated[str, Meta(description="its key in the rules; empty: the gate's own")]
    outcome: Annotated[Outcome, Meta(description="what it came to")]
    message: Annotated[str, Meta(description="what was found")]
    remedy: Annotated[str | None, Meta(description="what to do")]
    evidence: Annotated[JsonEvidence | None, Meta(description="where it looked")]


class JsonAsk(Struct, frozen=True, kw_only=True):
    """What the item still asks of people."""

    by: Annotated[tuple[str, ...], Meta(description="roles, or `write`, `maintain`, `admin`")]
    via: Annotated[tuple[str, ...], Meta(description="the ways that count: `tick`, `command`, …")]
    count: Annotated[_Count, Meta(description="so many different people")]
    not_author: Annotated[bool, Meta(description="whether the author's sign-off does not count")]
    words: Annotated[str, Meta(description="digest of what is asked, as a sign-off keeps it")]
    people: Annotated[
        tuple[str, ...],
        Meta(
            description="who may sign, as the rules list the roles' members: logins, and teams as "
            "`organisation/team`; empty where a role is a permission of GitHub's"
        ),
    ]


class JsonSigned(Struct, frozen=True, kw_only=True):
    """A sign-off that counts."""

    by: Annotated[str, Meta(description="login")]
    role: Annotated[str | None, Meta(description="the role in which it counts")]
    at: Annotated[_Moment, Meta(description="when, in UTC")]
    commit: Annotated[str | None, Meta(description="of which commit; null: of no single one")]
    via: Annotated[str, Meta(description="tick, command, review, environment, or signed")]
    words: Annotated[str | None, Meta(description="digest of the words that were signed")]
    until: Annotated[date | None, Meta(description="the last day on which it counts")]


class JsonWaived(Struct, frozen=True, kw_only=True):
    """The waiver that excuses the item."""

    reason: Annotated[str, Meta(description="as the rules give it")]
    approved_by: Annotated[str, Meta(description="as the rules give it")]
    expires: Annotated[date, Meta(description="the last day on which it excuses")]
    instead_of: Annotated[Outcome, Meta(description="what the item would be without it")]


class JsonTurns(Struct, frozen=True, kw_only=True):
    """What the item becomes by time alone, if nobody does anything."""

    to: Annotated[Outcome, Meta(description="its outcome then")]
    on: Annotated[date, Meta(description="the first day, in UTC")]


class JsonItem(Struct, frozen=True, kw_only=True):
    """One item of the checklist."""

    id: Annotated[str, Meta(description="what commands, rules and waivers call it")]
    names: Annotated[tuple[str, ...], Meta(description="the variables that it names")]
    text: Annotated[str, Meta(description="its words")]
    section: Annotated[tuple[str, ...], Meta(description="the headings above it, outermost first")]
    line: Annotated[_Line, Meta(description="in the checklist")]
    title: Annotated[bool, Meta(description="whether it only stands above others; not counted")]
    phase: Annotated[Phase, Meta(description="when it is asked")]
    ticked: Annotated[bool, Meta(description="whether its box in the file is ticked: no sign-off")]
    outcome: Annotated[Outcome, Meta(description="what is known about it")]
    severity: Annotated[Severity, Meta(description="whether it holds the release")]
    counts_toward_ready: Annotated[
        bool, Meta(description="whether a blocker of it holds now: `ready` needs one such item")
    ]
    rule: Annotated[Literal["rules", "inferred", "none"], Meta(description="what decides about it")]
    automation: Annotated[
        Literal["full", "partial", "person"] | None,
        Meta(description="how much of it a machine can decide; null: that is not told"),
    ]
    owner: Annotated[str | None, Meta(description="whose it is, as checklist or rules say")]
    owner_people: Annotated[
        tuple[str, ...],
        Meta(description="members of the role that the owner names; empty: nobody is named"),
    ]
    source_of_truth: Annotated[
        str | None, Meta(description="the system that has the value, as the checklist says")
    ]
    findings: Annotated[tuple[JsonFinding, ...], Meta(description="what decides the outcome")]
    seen: Annotated[
        tuple[JsonFinding, ...],
        Meta(description="what was found wrong and is left to the person who signs"),
    ]
    ask: Annotated[JsonAsk | None, Meta(description="what it still asks of people")]
    signed: Annotated[tuple[JsonSigned, ...], Meta(description="the sign-offs that count")]
    waived: Annotated[JsonWaived | None, Meta(description="the waiver that excuses it")]
    turns: Annotated[
        JsonTurns | None, Meta(description="what it becomes by time alone; null: nothing is known")
    ]


class JsonDrift(Struct, frozen=True, kw_only=True):
    """A place where checklist and rules disagree."""

    kind: Annotated[str, Meta(description="one word: unbound, orphan, reworded, …")]
    message: Annotated[str, Meta(description="in what they disagree")]
    file: Annotated[str | None, Meta(description="path")]
    line: Annotated[_Line | None, Meta(description="in that file")]
    hint: Annotated[str | None, Meta(description="what to do")]


class JsonNotice(Struct, frozen=True, kw_only=True):
    """Worth saying although nothing is wrong."""

    item: Annotated[str | None, Meta(description="id")]
    message: Annotated[str, Meta(description="what is worth saying")]
    file: Annotated[str | None, Meta(description="path")]
    line: Annotated[_Line | None, Meta(description="in that file, or in the checklist")]


class JsonIgnoredSignOff(Struct, frozen=True, kw_only=True):
    """A sign-off that does not count."""

    item: Annotated[str, Meta(description="id, or what was written instead of one")]
    by: Annotated[str, Meta(description="login")]
    via: Annotated[str, Meta(description="tick, command, review, environment, or signed")]
    reason: Annotated[str, Meta(description="why it does not count")]
    keep: Annotated[
        str | None, Meta(description="the line for `signed:` in the rules that makes it count")
    ]


class JsonTrial(Struct, frozen=True, kw_only=True):
    """Why a run blocks nothing. Each cause by itself suffices."""

    by_mode: Annotated[bool, Meta(description="the input `mode` says so")]
    release_pr: Annotated[
        tuple[str, ...],
        Meta(description="what makes a pull request a release; empty: this one is a release"),
    ]
    preview: Annotated[bool, Meta(description="no trusted branch has the checklist yet")]


class JsonNotHandedOver(Struct, frozen=True, kw_only=True):
    """A variable that checklist or rules name, and that the run was not given."""

    name: Annotated[str, Meta(description="the variable")]
    secret: Annotated[bool, Meta(description="whether it is to be stored as a secret")]


class JsonReport(Struct, frozen=True, kw_only=True):
    """What a run found, and what is to be done."""

    schema: Annotated[Literal[1], Meta(description="the version of this format")]
    verdict: Annotated[Verdict, Meta(description="what the gate says of the whole release")]
    your_turn: Annotated[
        tuple[JsonYourTurn, ...], Meta(description="how many of the next steps are whose")
    ]
    next: Annotated[tuple[JsonNext, ...], Meta(description="what to do now, in order")]
    tool: Annotated[JsonTool, Meta(description="the program that judged")]
    gate: Annotated[str | None, Meta(description="the gate's name, if the repository has several")]
    environment: Annotated[str | None, Meta(description="the environment that is gated")]
    phase: Annotated[Phase, Meta(description="which items were asked")]
    mode: Annotated[Literal["enforce", "report"], Meta(description="`report` blocks nothing")]
    trial: Annotated[JsonTrial | None, Meta(description="why `report` mode is on")]
    strict: Annotated[bool, Meta(description="whether drift holds the release, too")]
    nothing_in_phase: Annotated[bool, Meta(description="whether no item belongs to the phase")]
    at: Annotated[_Moment, Meta(description="the moment of which it was judged, in UTC")]
    target: Annotated[JsonTarget, Meta(description="what was judged")]
    run: Annotated[JsonRun | None, Meta(description="the workflow run; null: on a laptop")]
    checklist: Annotated[JsonFile, Meta(description="the checklist")]
    rules: Annotated[JsonFile | None, Meta(description="the rules file; null: there is none")]
    values_from: Annotated[
        str | None, Meta(description="the file whose values were read instead of the shell's")
    ]
    not_handed_over: Annotated[
        tuple[JsonNotHandedOver, ...], Meta(description="the variables that the run was not given")
    ]
    open_questions: Annotated[
        tuple[str, ...], Meta(description="ids of the questions that `init --answers` takes")
    ]
    totals: Annotated[JsonTotals, Meta(description="how many items came to what")]
    items: Annotated[tuple[JsonItem, ...], Meta(description="every item, in the document's order")]
    drift: Annotated[tuple[JsonDrift, ...], Meta(description="where checklist and rules disagree")]
    notices: Annotated[tuple[JsonNotice, ...], Meta(description="worth saying")]
    ignored_signoffs: Annotated[
        tuple[JsonIgnoredSignOff, ...], Meta(description="sign-offs that do not count")
    ]
    log_row: Annotated[
        str | None, Meta(description="the row of the deployment log, if the checklist has one")
    ]
