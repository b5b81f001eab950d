"""What to do now, in order, and whose turn it is: the one list for every rendering."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from enum import StrEnum
from shlex import join

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import fold
from ..outcome import (
    Finding,
    Outcome,
    Prompt,
    capitalized,
    is_command,
    only_commands,
    remedy_steps,
    sentences,
)
from . import box_texts, view
from .model import Box, ItemResult, Report, Verdict
from .people import members
from .view import View, groups

NOBODY = "no owner"
YOU = "you"  # the reader: a step that belongs to no item has no owner
_THE_STEP = "the step's `env:`"
_NOTHING_COUNTS = (
    "no item that holds the release passed or was signed: each is waived, skipped, later or a "
    "warning"
)
_HIDDEN = "***"  # replaces a secret in a text, so a command with it would be wrong


class Act(StrEnum):
    """What somebody has to do."""

    FIX = "fix"
    LOOK = "look"
    HAND_OVER = "hand_over"  # give the run the value of a variable
    SIGN = "sign"


class NextStep(Struct, frozen=True, kw_only=True):
    """One thing to do before the release."""

    do: Act
    who: str | None  # the owner, or the roles that may sign; None: nobody is named
    people: tuple[str, ...] = ()  # who that is, by login; empty: the rules name nobody
    item: str | None  # id of the item, or of the box that several items share
    why: str
    how: str | None = None  # in words, where no command does it
    command: str | None = None  # what to type, or to paste
    where: str | None = None  # where to do it: a file and its line, a system, a page


def next_steps(report: Report, found: View | None = None) -> tuple[NextStep, ...]:
    """First fix, then pass values, look, and sign. Empty once nothing holds the release.

    `found`: the report's groups, if the caller has them already.
    """
    if report.nothing_in_phase or report.verdict is Verdict.READY:
        return ()
    found = found or groups(report)
    missing = _missing_values(report, found)
    steps = [
        *_to_fix(report, found, missing),
        *_to_hand_over(report, missing),
        *_to_look(report, found, missing),
        *_to_sign(report, found),
        *_to_settle(report),
    ]
    if not steps and report.verdict in (Verdict.UNDETERMINED, Verdict.OVERRIDDEN):
        return (_to_ask_something(report),)
    return tuple(dict.fromkeys(steps))


def turns(steps: Iterable[NextStep]) -> dict[str, int]:
    """How many steps each person or role has, in order. A role and an owner of one name are one."""
    shown: dict[str, str] = {}
    counts: dict[str, int] = {}
    for step in steps:
        name = step.who or (NOBODY if step.item else YOU)
        name = shown.setdefault(fold(name), name)
        counts[name] = counts.get(name, 0) + 1
    return counts


def turn_list(steps: Iterable[NextStep]) -> str:
    """ "Backend Lead 2, Platform Eng 1"; empty if nobody has to do anything."""
    return ", ".join(f"{name} {count}" for name, count in turns(steps).items())


def your_turn(steps: Iterable[NextStep]) -> str:
    """ "Your turn: Backend Lead 2, Platform Eng 1"; empty if nobody has to do anything."""
    counts = turn_list(steps)
    return f"Your turn: {counts}" if counts else ""


def nothing_counts(steps: Iterable[NextStep]) -> str:
    """Why a release is not ready although nothing is open, and what to do; empty for others."""
    found = (sentences(each.why, [each.how]) for each in steps if each.why == _NOTHING_COUNTS)
    return capitalized(next(found, ""))


def _missing_values(report: Report, found: View) -> Mapping[str, ItemResult]:
    """The variables that the run does not have, each with the first open item that needs it. Empty
    where the values come from a file: there each missing one fails by itself.
    """
    if report.values_from:
        return {}
    needing = {
        name: entry
        for entry in reversed((*found.failed, *found.not_checked, *found.to_sign))
        for name in (*entry.item.names, *(each.subject for each in entry.findings if each.subject))
    }
    return {name: needing[name] for name in report.not_handed_over if name in needing}


def _to_fix(report: Report, found: View, missing: Mapping[str, ItemResult]) -> Iterator[NextStep]:
    for entry in found.failed:
        for finding in _deciding(entry, Outcome.FAIL):
            # Only a value that this shell should set is fixed by passing it.
            if finding.subject not in missing or not finding.correct_at:
                yield _step(report, entry, finding, Act.FIX)


def _to_look(report: Report, found: View, missing: Mapping[str, ItemResult]) -> Iterator[NextStep]:
    for entry in found.not_checked:
        for finding in _deciding(entry, Outcome.UNKNOWN):
            if finding.subject not in missing or finding.evidence:
                yield _step(report, entry, finding, Act.LOOK)
    for entry in found.waiting:
        for finding in _deciding(entry, Outcome.PENDING):
            if finding.check:  # else it waits for the items below it, which have steps themselves
                yield _step(report, entry, finding, Act.LOOK)


def _to_hand_over(report: Report, missing: Mapping[str, ItemResult]) -> Iterator[NextStep]:
    """A line of the workflow for each; on a laptop one file has them all."""
    if report.laptop:
        if missing:
            yield _name_a_file(report, len(missing))
        return
    secret_names = frozenset(report.secret_names)
    for name, entry in missing.items():
        context = "secrets" if name in secret_names else "vars"
        yield NextStep(
            do=Act.HAND_OVER,
            who=entry.owner,
            people=members((entry.owner or "",), report.roles),
            item=entry.item.id,
            why=f"{name} was not passed to the step",
            command=f"{name}: ${{{{ {context}.{name} }}}}" if name.isidentifier() else None,
            where=_THE_STEP,
        )


def _name_a_file(report: Report, count: int) -> NextStep:
    command = _typed(env_file_command(report))
    are = "is" if count == 1 else "are"
    return NextStep(
        do=Act.HAND_OVER,
        who=None,
        item=None,
        why=f"{view.counted(count, 'variable')} {are} not set in this shell",
        how=None if command else "run the check again with `--env-file`",
        command=command,
        where=_env_file(report),
    )


def env_file_command(report: Report) -> str:
    """The command that was typed, with a file of values."""
    environment = ("-e", report.environment) if report.environment else ()
    typed = report.typed or ("check", *environment)
    at = typed.index("--") if "--" in typed else len(typed)
    words = (*typed[:at], "--env-file", _env_file(report), *typed[at:])
    return join(("deploy-checklist", *words))


def _env_file(report: Report) -> str:
    return f".env.{report.environment or 'production'}"


def _to_sign(report: Report, found: View) -> Iterator[NextStep]:
    kept: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for each in report.ignored_signoffs:
        if each.keep:  # with `per: once`, a comment alone never counts
            kept[each.item][each.keep] = None
    for box in found.boxes:
        step = _to_sign_box(report, box)
        if box.id in kept and not box.section:
            lines = "\n".join(kept[box.id])
            how = "add it under `signed:` in the rules: a comment is not enough there"
            step = replace(step, command=_typed(lines), how=how, where=report.rules)
        yield step


def _to_sign_box(report: Report, box: Box) -> NextStep:
    roles = " or ".join(_roles(box.by))
    # Each section of a shared box has its name.
    names = ", ".join(each.id for each in box_texts.sections(box))
    command = _typed(f"/checklist sign {names}") if "command" in box.via else None
    return NextStep(
        do=Act.SIGN,
        who=roles or None,
        people=members(box.by, report.roles, (*box.excluded, *_signed_already(box))),
        item=box.id,
        why=_asked(box),
        command=command,
        how=None if command else other_ways(box.via) or "sign it by its id, which is hidden here",
        where=_place_to_sign(report),
    )


def _roles(by: Iterable[str]) -> Iterator[str]:
    return (view.ANYONE.get(role, role) for role in by)


def _typed(command: str) -> str | None:
    """The command; None if a name in it is hidden."""
    return None if _HIDDEN in command else command


def _signed_already(box: Box) -> tuple[str, ...]:
    """Those who have signed an item's own box, where others must sign, too."""
    return tuple(name for each in _own_waits(box) if each.ask for name in each.ask.signed)


def _asked(box: Box) -> str:
    """What is asked, and what else the signer must know: how many must sign, who may not, and which
    sign-off did not count.
    """
    if box.section:
        return "; ".join(box_texts.asked(box))
    waits = [each.message for each in _own_waits(box) if _is_restricted(each)]
    return ": ".join((box.title, *waits))


def _is_restricted(wait: Finding) -> bool:
    return bool(wait.ignored or (wait.ask and (wait.ask.count > 1 or wait.ask.excluded)))


def _own_waits(box: Box) -> list[Finding]:
    """Why an item has a box of its own; there may be several reasons."""
    found = _deciding(box.entries[0], Outcome.PENDING) if not box.section else ()
    return [each for each in found if each.ask and not each.ask.section and each.ask.by == box.by]


def other_ways(via: Iterable[str]) -> str:
    """How to sign if no command counts."""
    ways = {
        "tick": "tick the box in the comment",
        "review": "approve the pull request",
        "environment": "approve the deployment",
    }
    return " or ".join(ways[way] for way in via if way in ways)


def _place_to_sign(report: Report) -> str:
    place = report.place_to_sign()
    if place is None:
        return "the release's pull request or ticket"
    name, address = place
    return address or name


def _to_settle(report: Report) -> Iterator[NextStep]:
    """Where checklist and rules disagree, if that holds the release."""
    for each in report.drift if report.strict else ():
        place = f"{each.file}, line {each.line}" if each.file and each.line else each.file
        yield NextStep(
            do=Act.FIX, who=None, item=None, why=each.message, how=each.hint, where=place
        )


def _to_ask_something(report: Report) -> NextStep:
    """For a release that is not ready although nothing is open: no item could hold it."""
    return NextStep(
        do=Act.LOOK,
        who=None,
        item=None,
        why=_NOTHING_COUNTS,
        how="let a machine check at least one item, or a person sign it",
        where=report.rules or report.checklist,
    )


def _step(report: Report, entry: ItemResult, finding: Finding, do: Act) -> NextStep:
    remedy, command = finding.remedy, None
    if remedy and is_command(remedy):
        command = _typed("\n".join(only_commands(remedy))) or None
    # A command that stores a value needs the place where the value is found.
    source = entry.source_of_truth if is_command(remedy) else None
    return NextStep(
        do=do,
        who=entry.owner,
        people=members((entry.owner or "",), report.roles),
        item=entry.item.id,
        why=view.message(entry, finding),
        how=None if command else remedy,
        command=command,
        where=finding.correct_at or source or f"{report.checklist}, line {entry.item.line}",
    )


def _deciding(entry: ItemResult, outcome: Outcome) -> Iterator[Finding]:
    return (each for each in entry.findings if each.outcome is outcome)


def whose_turn(entry: ItemResult) -> tuple[str, ...]:
    """The item's owner, where something is to be fixed or looked at, or the roles that may sign.

    Nobody where nothing is to be done, or where it waits for something else.
    """
    if entry.outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        return (entry.owner or NOBODY,)
    return tuple(dict.fromkeys(role for prompt in _prompts(entry) for role in _roles(prompt.by)))


def what_is_asked(entry: ItemResult) -> tuple[str, ...]:
    """What people have to confirm."""
    return tuple(dict.fromkeys(prompt.that for prompt in _prompts(entry)))


def what_to_type(entry: ItemResult) -> tuple[str, ...]:
    """The remedies, or how it is signed: by a command, where one counts."""
    if entry.outcome in (Outcome.FAIL, Outcome.UNKNOWN):
        return tuple(step for each in view.remedies(entry) for step in remedy_steps(each))
    return tuple(dict.fromkeys(_how_to_sign(entry, prompt) for prompt in _prompts(entry)))


def _how_to_sign(entry: ItemResult, prompt: Prompt) -> str:
    if prompt.section:
        return "sign its section, in the comment of the release"
    if "command" in prompt.via:
        return f"/checklist sign {entry.item.id}"
    return other_ways(prompt.via)


def _prompts(entry: ItemResult) -> Iterator[Prompt]:
    """What people are asked that nobody has signed."""
    if entry.outcome is Outcome.PENDING:
        yield from (each.ask for each in _deciding(entry, Outcome.PENDING) if each.ask)
