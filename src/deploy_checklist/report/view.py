"""The Report's items, grouped by what to do, and the texts that all renderings share."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from msgspec import Struct

from ..checklist.model import fold
from ..outcome import Finding, Outcome, Severity, is_command
from . import escape
from .exceptions import LETS_THROUGH, exception_text
from .model import Box, ItemResult, Report, Verdict

ANYONE = {"write": "anyone with write access", "maintain": "any maintainer", "admin": "any admin"}
_SELF_EVIDENT = ("present", "secret")  # not worth saying beside another check that passed


class View(Struct, frozen=True, kw_only=True):
    """Every item but titles, in exactly one group; `boxes` has what is asked of people."""

    fix: tuple[ItemResult, ...]
    unseen: tuple[ItemResult, ...]
    warned: tuple[ItemResult, ...]  # wrong or not looked at, but no blocker
    pending: tuple[ItemResult, ...]  # asked in a box
    held: tuple[ItemResult, ...]  # waits, not for a box: for a run in progress, for items below it
    waived: tuple[ItemResult, ...]
    skipped: tuple[ItemResult, ...]
    later: tuple[ItemResult, ...]
    signed: tuple[ItemResult, ...]
    verified: tuple[ItemResult, ...]
    boxes: tuple[Box, ...]
    drift: int = 0  # disagreements of checklist and rules, where they hold the release

    @property
    def to_sign(self) -> int:
        """How many items have a part that a person must confirm."""
        return len({entry.item.line for box in self.boxes for entry in box.entries})


def groups(report: Report) -> View:
    """Each of the report's items in its group, in the report's order."""
    boxed = {entry.item.line for box in report.boxes for entry in box.entries}
    found: dict[str, list[ItemResult]] = {name: [] for name in _GROUPS}
    for entry in report.entries:
        if not entry.item.is_title:
            found[_group(entry, boxed)].append(entry)
    entries = {name: tuple(group) for name, group in found.items()}
    drift = len(report.drift) if report.strict else 0
    return View(**entries, boxes=report.boxes, drift=drift)


_GROUPS = tuple(name for name in View.__struct_fields__ if name not in ("boxes", "drift"))


def _group(entry: ItemResult, boxed: set[int]) -> str:
    match entry.outcome:
        case Outcome.FAIL | Outcome.UNKNOWN if entry.severity is Severity.WARNING:
            return "warned"
        case Outcome.FAIL:
            return "fix"
        case Outcome.UNKNOWN:
            return "unseen"
        case Outcome.PENDING if entry.severity is Severity.WARNING and entry.item.line not in boxed:
            return "warned"
        case Outcome.PENDING:
            return "pending" if entry.item.line in boxed else "held"
        case Outcome.WAIVED:
            return "waived"
        case Outcome.SKIPPED:
            return "later" if entry.later else "skipped"
        case _:
            return "signed" if entry.signed else "verified"


def open_counts(found: View) -> list[str]:
    """What keeps the release: "3 to fix", "1 could not be looked at", "6 to sign"."""
    counts = (
        (len(found.fix), "to fix"),
        (len(found.unseen), "could not be looked at"),
        (found.to_sign, "to sign"),
        (len(found.held), "to wait for"),
        (found.drift, "where checklist and rules disagree"),
    )
    return [f"{count} {what}" for count, what in counts if count]


CLOSED = ("verified", "signed", "warned of", "waived", "skipped", "later")


def closed_counts(found: View) -> list[tuple[str, str]]:
    """Sign and count of each group that holds nothing."""
    closed = (
        ("✅", found.verified),
        ("✍️", found.signed),
        ("⚠️", found.warned),
        ("🟡", found.waived),
        ("⏭️", found.skipped),
        ("⏳", found.later),
    )
    named = zip(closed, CLOSED, strict=True)
    return [(sign, f"{len(group)} {what}") for (sign, group), what in named if group]


def counted(number: int, what: str) -> str:
    """ "1 variable", "2 variables"."""
    return f"{number} {what}" if number == 1 else f"{number} {what}s"


def item_count(report: Report) -> int:
    """How many items there are, without titles."""
    return sum(not entry.item.is_title for entry in report.entries)


def gain(report: Report) -> str:
    """What answers to the open questions bring; without a rules file, what `init` brings."""
    of_all = f"of {counted(item_count(report), 'item')}"
    if report.more_by_machine:
        return f"a machine can then verify {report.more_by_machine} more {of_all}"
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
    """The part of an item's text that the rule's key quotes, else all of it."""
    key = fold(entry.rule_key) if entry.rule_key else ""
    if not key or key == fold(entry.item.pin or ""):
        return entry.item.text
    words: list[str] = []
    for word in entry.item.text.split():
        words.append(word)
        if fold(" ".join(words)) == key:
            return " ".join(words).rstrip(" .,;:")
    return entry.item.text


def label(entry: ItemResult) -> str:
    """An item's name as plain text."""
    return ", ".join(names(entry)) or escape.line(title(entry))


def label_markdown(entry: ItemResult) -> str:
    """An item's name as Markdown."""
    if entry.item.names:
        return ", ".join(map(escape.code, names(entry)))
    return escape.words(cut(title(entry), 100), entry.item.spans)


def why(entry: ItemResult) -> str:
    """The messages of the deciding findings, each once, and what was seen to be wrong besides.

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
    return "; ".join([*dict.fromkeys(messages), *([f"seen: {besides}"] if besides else [])])


def seen(entry: ItemResult) -> str:
    """What was seen to be wrong, for the person who is asked to sign; empty if nothing was."""
    wrong = _wrong(entry)
    return _sentences(wrong) if wrong else ""


def told(entry: ItemResult) -> list[tuple[str, str]]:
    """What was seen to be wrong, and why a look failed, each with its heading."""
    wrong = seen(entry)
    found = [("seen", wrong)] if wrong else []
    if unseen := [each.message for each in entry.seen if each.outcome is not Outcome.FAIL]:
        found.append(("could not look", "; ".join(dict.fromkeys(unseen))))
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
    """The variables that fail an item because this laptop's shell does not set them: whoever hands
    them over has nothing to store on GitHub yet.
    """
    if not report.laptop or report.values_from:
        return frozenset()
    failed = (each for entry in report.entries for each in entry.findings)
    named = {each.subject for each in failed if each.outcome is Outcome.FAIL and each.correct_at}
    return frozenset(name for name in report.not_handed_over if name in named)


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
            return finding.message.replace("waits for ", "", 1)
    return signers(box)


def verified_parts(entry: ItemResult) -> list[Finding]:
    """The passed checks of an item that still waits for a person."""
    passed = (each for each in entry.findings if each.outcome is Outcome.PASS and not each.signed)
    return [each for each in passed if each.check not in _SELF_EVIDENT]


def _original_outcome(entry: ItemResult) -> Outcome:
    """Without the waiver, if there is one."""
    return entry.waived.instead_of if entry.waived else entry.outcome


def _deciding(entry: ItemResult) -> list[Finding]:
    outcome = _original_outcome(entry)
    return [each for each in entry.findings if each.outcome is outcome]


def waived_message(entry: ItemResult) -> str:
    """What a waived item would be without its waiver: "would fail (503)"."""
    outcomes = {
        Outcome.FAIL: "would fail",
        Outcome.UNKNOWN: "could not be looked at",
        Outcome.PENDING: "not signed",
    }
    outcome = outcomes[entry.waived.instead_of] if entry.waived else ""
    reason = why(entry)
    return f"{outcome} ({reason})" if reason else outcome


def cut(text: str, most: int) -> str:
    """At most that many characters, the last one then `…`. Only for redacted text."""
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"


def subject(report: Report) -> str:
    """What the verdict is about: "production", "the release", "services/api: production"."""
    name = report.environment or "the release"
    return f"{report.gate}: {name}" if report.gate else name


def short_verdict(report: Report) -> str:
    """ "blocked"; where nothing was asked, and it is not ready all the same, "nothing to do"."""
    if report.nothing_in_phase and report.verdict is not Verdict.READY:
        return "nothing to do"
    return report.verdict.value


def verdict_text(report: Report) -> str:
    """ "production is blocked"; in `mode: report`, "production would be blocked"."""
    name = subject(report)
    forecast = report.looked_at is not None
    would = forecast or (report.mode == "report" and report.verdict not in LETS_THROUGH)
    match report.verdict:
        case Verdict.READY:
            return f"{name} {'would be' if would else 'is'} ready"
        case Verdict.WAITING:
            return f"{name} {'would wait' if would else 'waits'} for people"
        case verdict:
            what = exception_text(report) or verdict.value
            return f"{name} {'would be' if would else 'is'} {what}"
