"""The Report's items, grouped by their state, and the texts that all renderings share."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from ..checklist.model import fold
from ..outcome import Finding, Outcome, is_command
from . import escape
from .exceptions import LETS_THROUGH, exception_text
from .model import Box, ItemResult, Report, Verdict
from .states import State, state_of, verdict_word

ANYONE = {"write": "anyone with write access", "maintain": "any maintainer", "admin": "any admin"}
CHECK_FAILED = "a check failed"  # the item itself may be in another state
_SELF_EVIDENT = ("present", "secret")  # left out beside another check that passed


class View(Struct, frozen=True, kw_only=True):
    """Every item but titles, in the group of its state; `boxes` has what people are asked to sign.

    An item with a box may be in another group than `to_sign`: a part of it may have failed.
    """

    failed: tuple[ItemResult, ...]
    not_checked: tuple[ItemResult, ...]
    to_sign: tuple[ItemResult, ...]
    waiting: tuple[ItemResult, ...]
    warning: tuple[ItemResult, ...]
    waived: tuple[ItemResult, ...]
    skipped: tuple[ItemResult, ...]
    later: tuple[ItemResult, ...]
    signed: tuple[ItemResult, ...]
    passed: tuple[ItemResult, ...]
    boxes: tuple[Box, ...]
    drift: int = 0  # disagreements of checklist and rules, where they hold the release

    @property
    def to_sign_count(self) -> int:
        """How many items have a part that a person must sign."""
        return len({entry.item.line for box in self.boxes for entry in box.entries})


def groups(report: Report) -> View:
    """Each of the report's items in its group, in the report's order."""
    boxed = {entry.item.line for box in report.boxes for entry in box.entries}
    found: dict[str, list[ItemResult]] = {state.name.lower(): [] for state in State}
    for entry in report.entries:
        if not entry.item.is_title:
            state = item_state(entry, asked=entry.item.line in boxed)
            found[state.name.lower()].append(entry)
    entries = {name: tuple(group) for name, group in found.items()}
    drift = len(report.drift) if report.strict else 0
    return View(**entries, boxes=report.boxes, drift=drift)


def item_state(entry: ItemResult, *, asked: bool) -> State:
    """The item's state. `asked`: people can sign it now."""
    return state_of(
        entry.outcome,
        entry.severity,
        asked=asked,
        signed=bool(entry.signed),
        later=entry.later,
    )


def open_counts(found: View) -> list[str]:
    """What holds the release: "3 failed", "1 not checked", "6 to sign"."""
    counts = {
        State.FAILED: len(found.failed),
        State.NOT_CHECKED: len(found.not_checked),
        State.TO_SIGN: found.to_sign_count,
        State.WAITING: len(found.waiting),
    }
    shown = [state.counted(count) for state, count in counts.items() if count]
    return shown + ([f"{found.drift} where checklist and rules disagree"] if found.drift else [])


def closed_counts(found: View) -> list[tuple[str, str]]:
    """Sign and count of each group that holds no release: ("✅", "7 passed")."""
    closed = {
        State.PASSED: found.passed,
        State.SIGNED: found.signed,
        State.WARNING: found.warning,
        State.WAIVED: found.waived,
        State.SKIPPED: found.skipped,
        State.LATER: found.later,
    }
    return [(state.sign, state.counted(len(group))) for state, group in closed.items() if group]


def counted(number: int, what: str) -> str:
    """ "1 variable", "2 variables"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def item_count(report: Report) -> int:
    """How many items there are, without titles."""
    return sum(not entry.item.is_title for entry in report.entries)


def gain(report: Report) -> str:
    """What the answers to the open questions add; without a rules file, what `init` adds."""
    of_all = f"of {counted(item_count(report), 'item')}"
    if report.more_by_machine:
        return f"a machine can then check {report.more_by_machine} more {of_all}"
    if report.waiting_for_answers:
        is_one = report.waiting_for_answers == 1
        wait = "waits for an answer" if is_one else "wait for the answers"
        return f"{report.waiting_for_answers} {of_all} {wait}"
    return "it asks who may sign" if report.open_questions else ""


def roles(boxes: Iterable[Box]) -> list[str]:
    """The named roles that must sign, alphabetically; without any, who else may sign."""
    asked = {role for box in boxes for role in box.by}
    return sorted(asked - set(ANYONE)) or [ANYONE[role] for role in ANYONE if role in asked]


def signers(box: Box) -> str:
    """Who may sign: "backend-lead, not the author (@octo-dev)"."""
    who = ", ".join(ANYONE.get(role, role) for role in box.by)
    if not box.not_author:
        return who
    excluded = ", ".join(f"@{name}" for name in box.excluded)
    return f"{who}, not the author ({excluded})" if excluded else f"{who}, not the author"


def names(entry: ItemResult) -> tuple[str, ...]:
    """The variables that an item is called by, at most three."""
    return entry.item.names[:3]


def title(entry: ItemResult) -> str:
    """The part of an item's text that the rule's key quotes, else all of it; no colon ends it."""
    whole = entry.item.text.rstrip(" :") or entry.item.text
    key = fold(entry.rule_key) if entry.rule_key else ""
    if not key or key == fold(entry.item.pin or ""):
        return whole
    words: list[str] = []
    for word in entry.item.text.split():
        words.append(word)
        if fold(" ".join(words)) == key:
            return " ".join(words).rstrip(" .,;:")
    return whole


def label(entry: ItemResult) -> str:
    """An item's name as plain text."""
    return ", ".join(names(entry)) or escape.line(title(entry))


def label_markdown(entry: ItemResult) -> str:
    """An item's name as Markdown."""
    if entry.item.names:
        return ", ".join(map(escape.code, names(entry)))
    return escape.words(cut(title(entry), 100), entry.item.spans)


def why(entry: ItemResult) -> str:
    """The messages of the deciding findings, each once, and those of other checks that failed.

    Of a passed item only those that say more than that a variable is there, if any does.
    """
    deciding = _deciding(entry)
    outcome = _original_outcome(entry)
    if outcome is Outcome.PASS:
        deciding = [each for each in deciding if each.check not in _SELF_EVIDENT] or deciding
    wrong = outcome in (Outcome.FAIL, Outcome.UNKNOWN)
    messages = [
        message(entry, each) if wrong else each.message for each in deciding if each.message
    ]
    besides = _sentences(each for each in _wrong(entry) if each not in deciding)
    if besides:
        messages.append(f"{CHECK_FAILED}: {besides}")
    return "; ".join(dict.fromkeys(messages))


def seen(entry: ItemResult) -> str:
    """What failed, for the person who is asked to sign; empty if nothing did."""
    wrong = _wrong(entry)
    return _sentences(wrong) if wrong else ""


def told(entry: ItemResult) -> list[tuple[str, str]]:
    """What failed, what was not checked, and what is waiting, each with its heading."""
    wrong = seen(entry)
    found = [(CHECK_FAILED, wrong)] if wrong else []
    for outcome in (Outcome.UNKNOWN, Outcome.PENDING):
        if messages := [each.message for each in entry.seen if each.outcome is outcome]:
            heading = state_of(outcome, asked=False)
            found.append((heading, "; ".join(dict.fromkeys(messages))))
    return found


def _wrong(entry: ItemResult) -> list[Finding]:
    return [each for each in (*entry.seen, *entry.findings) if each.outcome is Outcome.FAIL]


def _sentences(found: Iterable[Finding]) -> str:
    """Each message once, with the variable that it is about."""
    return "; ".join(dict.fromkeys(_message(each, name_variable=True) for each in found))


def message(entry: ItemResult, finding: Finding) -> str:
    """A finding's message; it names the variable if the item is not called by that one alone."""
    return _message(finding, name_variable=entry.item.names != (finding.subject,))


def _message(finding: Finding, *, name_variable: bool) -> str:
    """Where the item is not called by this variable alone, a message must say what it is about."""
    if not name_variable or finding.subject is None or finding.subject in finding.message:
        return finding.message
    # A message in lower case continues the sentence that the name begins.
    separator = " " if finding.message[:1].islower() else ": "
    return f"`{finding.subject}`{separator}{finding.message}"


def unset_here(report: Report) -> frozenset[str]:
    """The variables that fail an item because this laptop's shell does not set them. They need no
    command that stores them on GitHub.
    """
    if not report.laptop or report.values_from:
        return frozenset()
    failed = (each for entry in report.entries for each in entry.findings)
    named = {each.subject for each in failed if each.outcome is Outcome.FAIL and each.correct_at}
    return frozenset(name for name in report.not_handed_over if name in named)


def missing_values(report: Report) -> tuple[str, ...]:
    """The variables that the run was not passed, but for those that it did not need: GitHub's list
    of secrets was enough for all items that name them.
    """
    naming: dict[str, list[Outcome]] = {}
    for entry in report.entries:
        for name in (*entry.item.names, *(each.subject for each in entry.findings)):
            if name is not None:
                naming.setdefault(name, []).append(entry.outcome)
    enough = {name for name, found in naming.items() if set(found) == {Outcome.PASS}}
    return tuple(name for name in report.not_handed_over if name not in enough)


def remedies(entry: ItemResult, *, without: Collection[str] = ()) -> list[str]:
    """What to do, each once, except about the variables `without`: on a laptop first where the
    value is corrected there; before a command that stores a value, where the value is found.
    """
    found: dict[str, None] = {}
    for each in _deciding(entry):
        if each.subject in without and each.correct_at:
            continue
        source = entry.source_of_truth if is_command(each.remedy) else None
        steps = [step for step in (each.correct_at, source, each.remedy) if step]
        if steps:
            found[", then ".join(steps)] = None
    return list(found)


def waits_for(box: Box) -> str:
    """Who must still sign an item's own box, and why an earlier sign-off does not count."""
    for finding in box.entries[0].findings:
        if finding.ask and finding.outcome is Outcome.PENDING:
            return finding.message.replace("to be signed by ", "", 1)
    return signers(box)


def passed_parts(entry: ItemResult) -> list[Finding]:
    """The passed checks of an item that is still to sign."""
    passed = (each for each in entry.findings if each.outcome is Outcome.PASS and not each.signed)
    return [each for each in passed if each.check not in _SELF_EVIDENT]


def _original_outcome(entry: ItemResult) -> Outcome:
    """Without the waiver, if there is one."""
    return entry.waived.instead_of if entry.waived else entry.outcome


def _deciding(entry: ItemResult) -> list[Finding]:
    outcome = _original_outcome(entry)
    return [each for each in entry.findings if each.outcome is outcome]


def waived_message(entry: ItemResult) -> str:
    """What a waived item is without its waiver: "failed (answered 503)"."""
    deciding = _deciding(entry)
    state = state_of(_original_outcome(entry), asked=any(each.ask for each in deciding))
    reason = why(entry)
    return f"{state} ({reason})" if reason else state


def cut(text: str, most: int) -> str:
    """At most that many characters, the last one then `…`. Only for redacted text."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def subject(report: Report) -> str:
    """What the verdict is about: "production", "the release", "services/api: production"."""
    name = report.environment or "the release"
    return f"{report.gate}: {name}" if report.gate else name


def short_verdict(report: Report) -> str:
    """ "blocked"; if no item belongs to the phase and it is not ready, "nothing to do"."""
    if report.nothing_in_phase and report.verdict is not Verdict.READY:
        return "nothing to do"
    return verdict_word(report.verdict)


def verdict_text(report: Report) -> str:
    """ "production is blocked"; in `mode: report`, "production would be blocked"."""
    name = subject(report)
    forecast = report.looked_at is not None
    would = forecast or (report.mode == "report" and report.verdict not in LETS_THROUGH)
    what = exception_text(report) or verdict_word(report.verdict)
    return f"{name} {'would be' if would else 'is'} {what}"
