"""The sections of the Report as Markdown: what to do, what is done, and notes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from ..outcome import COMMANDS, Outcome, capitalized, remedy_lines
from . import view
from .escape import code, inline, line, link
from .model import ItemResult, Report
from .states import State
from .view import View, cut

MESSAGE_MOST = 1_000  # characters
_PASTE_MOST = 400
_ALIKE_LEAST = 3  # items that were not checked for one cause share a line
_ALIKE_NAMED_MOST = 20
_HOST = re.compile(r"`[\w-]+(?:\.[\w-]+)+(?::\d+)?`")


def to_fix(report: Report, found: View) -> Iterator[str]:
    """Which values are missing, which items failed, and which were not checked."""
    yield from _missing_values(report)
    yield from _listed(report, State.FAILED.heading, found.failed)
    yield from _listed(report, State.NOT_CHECKED.heading, found.not_checked)


def to_watch(report: Report, found: View) -> Iterator[str]:
    """The items that are waiting, and the warnings."""
    yield from _listed(report, State.WAITING.heading, found.waiting)
    yield from _listed(report, State.WARNING.heading, found.warning)


def _missing_values(report: Report) -> Iterator[str]:
    """The variables that the run was not given, as lines for the workflow."""
    names = view.missing_values(report)
    if not names or report.laptop:
        return
    if report.rules is not None and not report.open_questions:
        were = "was" if len(names) == 1 else "were"
        missing = f"{view.counted(len(names), 'variable')} {were} not passed to this step"
        yield ""
        yield f"**{missing}**, and so {were} not checked."
    yield from _lines_to_paste(report)


def _lines_to_paste(report: Report) -> Iterator[str]:
    names = view.missing_values(report)
    count = view.counted(len(names), "line")
    block = [f"<details><summary>{count} to paste under the step</summary>", "", "```yaml", "env:"]
    for name in map(line, names[:_PASTE_MOST]):
        if name.isidentifier():
            context = "secrets" if name in report.secret_names else "vars"
            block.append(f"  {name}: ${{{{ {context}.{name} }}}}")
    if len(names) > _PASTE_MOST:
        block.append(f"  # … {len(names) - _PASTE_MOST} more")
    yield ""
    yield from (*block, "```", "</details>")


def _listed(report: Report, title: str, entries: Sequence[ItemResult]) -> Iterator[str]:
    if entries:
        yield ""
        yield f"### {title}"
    for group in _alike(entries):
        if len(group) >= _ALIKE_LEAST:
            yield _told_once(report, group)
        else:
            yield from (_entry(report, entry) for entry in group)


def _alike(entries: Sequence[ItemResult]) -> Iterable[list[ItemResult]]:
    """Items that were not checked by their cause, whatever host it names; every other item by
    itself.
    """
    found: dict[str | int, list[ItemResult]] = {}
    for entry in entries:
        cause = _HOST.sub("", _cause(entry))
        found.setdefault(cause or entry.item.line, []).append(entry)
    return found.values()


def _cause(entry: ItemResult) -> str:
    """Why an item was not checked, with `each` for its variable; empty if it was checked, or if
    there is more to say.
    """
    if entry.outcome is not Outcome.UNKNOWN or view.seen(entry):
        return ""
    reasons = (each.message for each in entry.findings if each.outcome is Outcome.UNKNOWN)
    return "; ".join(dict.fromkeys(_without_names(entry, text, "each") for text in reasons))


def _without_names(entry: ItemResult, text: str, word: str) -> str:
    """The text with `word` for every variable that the item is about."""
    subjects = (each.subject for each in entry.findings if each.subject)
    names = sorted({*entry.item.names, *subjects}, key=len, reverse=True)
    if not names:
        return text
    any_name = "|".join(map(re.escape, names))
    return re.sub(rf"(?<!\w)(?:{any_name})(?=_ROTATED_AT\b|\b)", word, text)


def _told_once(report: Report, group: Sequence[ItemResult]) -> str:
    """One line for many items, without their owners: the run itself lacks something."""
    labels = ", ".join(f"**{linked_label(report, entry)}**" for entry in group[:_ALIKE_NAMED_MOST])
    if len(group) > _ALIKE_NAMED_MOST:
        labels += f" and {len(group) - _ALIKE_NAMED_MOST} more"
    cause = _cause(group[0])
    if any(_cause(entry) != cause for entry in group):
        cause += ", and the same is true for the others"
    found: dict[str, str] = {}
    for entry in group:
        for remedy in view.remedies(entry):
            text = _without_names(entry, remedy, "NAME")
            found.setdefault(_HOST.sub("", text), text)
    remedies = "".join(f" <br>{capitalized(steps(each))}" for each in found.values())
    return f"- {labels}: {sentence(cause)}{remedies}"


def _entry(report: Report, entry: ItemResult) -> str:
    why = view.why(entry)
    message = sentence(why)
    separator = ""
    if message:
        # A message in lower case continues the sentence that a variable's name begins.
        separator = " " if entry.item.names and why[:1].islower() else ": "
    remedies = "".join(f" <br>{each}" for each in _remedies(entry))
    return f"- **{linked_label(report, entry)}**{separator}{message}{remedies}"


def sentence(text: str) -> str:
    """Our message as a sentence of Markdown, cut where it is too long."""
    message = inline(cut(text, MESSAGE_MOST))
    return message if not message or message.endswith((".", "!", "?")) else f"{message}."


def _remedies(entry: ItemResult) -> Iterator[str]:
    """Each with who must do it. A bare command is shown as code, so that it can be copied."""
    for remedy in view.remedies(entry):
        text = steps(remedy)
        if entry.owner:
            yield f"**{inline(entry.owner)}**: {text}"
        else:
            yield capitalized(text)


def steps(remedy: str) -> str:
    """What to do as Markdown; a command is code on a line of its own, so that it can be copied."""
    return " <br>".join(map(_step, remedy_lines(remedy)))


def _step(text: str) -> str:
    if text.startswith(COMMANDS) and "`" not in text:
        return code(text)
    return inline(cut(text, MESSAGE_MOST))


def document(report: Report) -> str:
    """The checklist, with a link to it, and its commit."""
    file = link(code(report.checklist), report.url("file"))
    commit = f" at {code(report.target.commit[:7])}" if report.target.commit else ""
    changed = " + uncommitted changes" if report.target.uncommitted else ""
    return f"{file}{commit}{changed}"


def linked_label(report: Report, entry: ItemResult) -> str:
    """The item's name, with a link to its line: only GitHub's plain view of a file has lines."""
    file = report.url("file")
    url = f"{file}?plain=1#L{entry.item.line}" if file else None
    return link(view.label_markdown(entry), url)


def done(found: View) -> list[str]:
    """A folded table of the items that need nobody; empty if there are none."""
    rows = [*_rows(found)]
    if not rows:
        return []
    from .tables import markdown_rows  # tabulate takes 17 ms to import

    counts = view.closed_counts(found)
    others = ((sign, count) for sign, count in counts if sign != State.WARNING.sign)
    summary = ", ".join(f"{sign} {count}" for sign, count in others)
    head = ["", f"<details><summary>{summary}</summary>", "", "| | Item | Why |", "|---|---|---|"]
    return [*head, *markdown_rows(rows), "</details>"]


def _rows(found: View) -> Iterator[tuple[str, str, str]]:
    """Sign, item and reason, as cells of Markdown."""
    for entry in found.waived:
        yield State.WAIVED.sign, view.label_markdown(entry), _waived(entry)
    states = (
        (State.SKIPPED, found.skipped),
        (State.LATER, found.later),
        (State.SIGNED, found.signed),
        (State.PASSED, found.passed),
    )
    for state, entries in states:
        for entry in entries:
            why = inline(cut(view.why(entry), MESSAGE_MOST))
            yield state.sign, view.label_markdown(entry), why


def _waived(entry: ItemResult) -> str:
    waived = entry.waived
    message = inline(cut(view.waived_message(entry), MESSAGE_MOST))
    if waived is None:
        return message
    reason = inline(cut(waived.reason, MESSAGE_MOST))
    return f"{message} · until **{waived.expires}** · {reason} · {inline(waived.approved_by)}"


def remarks(report: Report) -> list[str]:
    """A folded list of sign-offs, notices and drift; empty if there is nothing to say."""
    lines = [*_ignored(report), *_to_keep(report), *_notices(report), *_drift(report)]
    if not lines:
        return []
    summary = f"<details><summary>{view.counted(len(lines), 'note')}</summary>"
    return ["", summary, "", *lines, "</details>"]


def _ignored(report: Report) -> Iterator[str]:
    for each in report.ignored_signoffs:
        on = f" on {code(each.item)}" if each.item else ""
        whose = f"the {inline(each.via)} of {inline('@' + each.by)}{on}"
        keep = f": {code(each.keep)}" if each.keep else ""
        yield f"- {whose} does not count: {inline(each.reason)}{keep}"


def _to_keep(report: Report) -> Iterator[str]:
    """How to keep a sign-off that is valid for longer than one release."""
    for entry in report.entries:
        for sign in (sign for finding in entry.findings for sign in finding.signed):
            if sign.keep:
                whose = f"the signature of {inline('@' + sign.by)} on {code(entry.item.id)}"
                how = f"add this line under `signed:`: {code(sign.keep)}"
                yield f"- to keep {whose} for later releases, {how}"


def _notices(report: Report) -> Iterator[str]:
    for each in report.notices:
        if not each.prominent:
            item = f"{code(each.item)}: " if each.item else ""
            yield f"- {item}{inline(each.message)}"


def _drift(report: Report) -> Iterator[str]:
    for each in report.drift:
        place = f"{each.file}:{each.line}" if each.line else each.file
        where = f" ({code(place)})" if place else ""
        hint = f". {inline(capitalized(each.hint))}" if each.hint else ""
        yield f"- {inline(each.kind)}: {inline(each.message)}{where}{hint}"
