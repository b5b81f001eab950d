"""For a terminal: first what failed, then what to sign. An item that is done takes one line."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

from msgspec.structs import replace

from ..outcome import COMMANDS, Finding, remedy_lines
from . import box_texts, view
from .columns import Row, aligned, cut, indent, wrap
from .columns import width as columns_of
from .escape import log_line, log_words
from .exceptions import exception_reason, what_remains
from .model import Box, Drift, ItemResult, Report, Verdict
from .next_steps import env_file_command, next_steps, nothing_counts, your_turn
from .places import place, with_places
from .states import State
from .status import with_verdict
from .view import View, groups

_NARROWEST = 60
_ROOM = 20  # columns of what an item asks, at least
_LINE = 6  # columns of an item's line before its part of a box
_DRIFT_MOST = 5  # lint shows them all
_NOTE, _DRIFT = "NOTE", "DRIFT"
_COLOURS = {State.FAILED.mark: 31, State.NOT_CHECKED.mark: 35}
_COLOURS |= dict.fromkeys((State.TO_SIGN.mark, State.WAITING.mark, State.WARNING.mark), 33)
_COLOURS |= dict.fromkeys((State.PASSED.mark, State.SIGNED.mark), 32)
_COLOURS |= dict.fromkeys((State.WAIVED.mark, State.SKIPPED.mark, State.LATER.mark), 2)
_COLOURS |= dict.fromkeys((_NOTE, _DRIFT), 2)
_TO_DO = (
    State.FAILED.mark,
    State.NOT_CHECKED.mark,
    State.TO_SIGN.mark,
    State.WARNING.mark,
)  # the marks of rows about which a person does something
_VERDICT = {Verdict.READY: 32, Verdict.WAITING: 33, Verdict.BLOCKED: 31, Verdict.UNDETERMINED: 35}
_VERDICT |= {Verdict.OVERRIDDEN: 35, Verdict.ROLLED_BACK: 36}


def render(
    report: Report, *, colour: bool, verbose: bool, width: int = 100, folder: str | None = None
) -> str:
    """Aligned text of at most `width` columns, commands and places excepted.

    `folder`: the working directory, from the root; None: no terminal opens a place.
    """
    columns = max(width, _NARROWEST)
    found = groups(report)
    marks = _widest_mark(found)
    blocks = [_preface(report)]
    if not report.nothing_in_phase:
        blocks += _blocks(report, found, verbose, columns - indent(marks))
    if folder is not None:
        paint_place = _dimmed if colour else str
        blocks = [[_placed(row, report, folder, paint_place) for row in block] for block in blocks]
    rows = [row for block in blocks for row in block if isinstance(row, Row)]
    widths = [columns_of(row.name) for row in rows]
    names = max((each for each in widths if each <= columns // 3), default=0)
    paint = _coloured if colour else str
    steps = next_steps(report, found)
    lines = [*_heading(report, columns)]
    exception = exception_reason(report), what_remains(report)
    for text in (*exception, your_turn(steps), nothing_counts(steps)):
        lines += wrap(log_line(text), columns)
    for block in filter(None, blocks):
        lines += ["", *aligned(block, marks=marks, names=names, columns=columns, paint=paint)]
    return "\n".join([*lines, "", _last_line(report, found, columns, colour)]) + "\n"


def _widest_mark(found: View) -> int:
    """Columns of the longest mark. "NOT CHECKED" is longer than all others, and rare."""
    others = (state for state in State if found.not_checked or state is not State.NOT_CHECKED)
    return max(len(state.mark) for state in others)


def _coloured(mark: str) -> str:
    return f"\x1b[{_COLOURS[mark]}m{mark}\x1b[0m"


def _dimmed(text: str) -> str:
    return f"\x1b[2m{text}\x1b[0m"


def _placed(row: str | Row, report: Report, folder: str, paint: Callable[[str], str]) -> str | Row:
    """The row with its `file:line` below it, where a person does something about it."""
    if isinstance(row, str) or row.line is None:
        return row
    file = row.file or (report.checklist if row.mark in _TO_DO else None)
    if file is None:
        return row
    return replace(row, below=(paint(log_line(place(file, row.line, folder))), *row.below))


def _heading(report: Report, columns: int) -> Iterator[str]:
    if report.looked_at is not None:
        yield f"FORECAST for {report.at:%Y-%m-%d %H:%M} UTC, not a verdict"
    if report.all_ticked:
        yield "Every box in this file is ticked. A tick in the file does not sign an item."
    commit = report.target.commit[:7] if report.target.commit else None
    if commit and report.target.uncommitted:
        commit += " + uncommitted changes"
    parts = [report.checklist, report.environment, report.target.tag, commit]
    if report.rules is None:
        parts.append(f"{_item_count(report)}; no rules file, so their own words decide")
    *first, last = [log_line(part) for part in parts if part]
    whole = "   ".join([*first, last])
    fits = columns_of(whole) <= columns or not first
    yield from [whole] if fits else ["   ".join(first), last]


def _preface(report: Report) -> list[str | Row]:
    """The lines before the rows: no item belongs to the phase, or values are missing."""
    if report.nothing_in_phase:
        return [f"No item belongs to the phase {report.phase.value}; nothing was judged."]
    absent = report.not_handed_over if report.laptop else view.missing_values(report)
    unset = view.unset_here(report)
    if not absent or (report.laptop and report.has_values and not unset):
        return []
    none = "The variable it names {} not"
    if len(absent) > 1:
        none = f"None of the {len(absent)} variables it names {{}}"
    if not report.laptop:
        were = "was" if len(absent) == 1 else "were"
        some = f"{view.counted(len(absent), 'variable')} {were} not"
        others = report.has_values or len(absent) < len(report.not_handed_over)
        which = some if others else none.format("was")
        return [f"{which} passed to the step: add a line under its env: for each."]
    if report.values_from:
        return [f"{none.format('is')} in {log_line(report.values_from)}."]
    command = f"  {log_line(env_file_command(report))}"
    if report.has_values:
        are = "is" if len(unset) == 1 else "are"
        count = view.counted(len(unset), "variable")
        them = "it" if len(unset) == 1 else "them"
        return [f"{count} {are} not set in this shell. Pass a file that sets {them}:", command]
    them = "it" if len(absent) == 1 else "them"
    first = f"{none.format('is')} set in this shell. Pass a file that sets {them}:"
    return [first, command, *_automation(report)]


def _automation(report: Report) -> list[str]:
    """How many items a machine could check here, with the values."""
    meanings = {
        "full": "checked by a machine alone",
        "partial": "checked in part; a person signs the rest",
        "person": "signed by a person",
    }
    items = [entry for entry in report.entries if not entry.item.is_title]
    shown = []
    for kind, meaning in meanings.items():
        entries = [entry for entry in items if entry.automation == kind]
        examples = [log_line(view.label(each)) for each in entries] if kind == "full" else []
        which = f": {', '.join(examples[:4])}" if examples else ""
        if entries:
            shown.append(f"{len(entries):>4}  {meaning}{which}{', …' if examples[4:] else ''}")
    return ["", "With the values, the items are:", *shown] if shown else []


def _blocks(report: Report, found: View, verbose: bool, room: int) -> list[list[str | Row]]:
    """`room`: columns to the right of the marks and lines."""
    # The first lines say what to do about these.
    unset = frozenset[str]() if verbose else view.unset_here(report)
    boxes = [_box(report, box, verbose, room) for box in found.boxes]
    skipped = [_row(State.SKIPPED, entry, view.why(entry)) for entry in found.skipped]
    return [
        [*_open(State.FAILED, found.failed, unset), *_open(State.NOT_CHECKED, found.not_checked)],
        [*boxes, *_open(State.WAITING, found.waiting)],
        [*_open(State.WARNING, found.warning, unset), *map(_waived, found.waived), *skipped],
        _later(found.later, verbose),
        _done(found, verbose),
        [*_remarks(report, verbose)],
        _next_steps(report),
    ]


def _open(
    state: State, entries: Iterable[ItemResult], unset: frozenset[str] = frozenset()
) -> Iterator[Row]:
    """`unset`: the variables for which no fix is shown here."""
    for entry in entries:
        remedies = view.remedies(entry, without=unset)
        below = [log_words(text) for each in remedies for text in _to_do(entry.owner, each)]
        yield _row(state, entry, view.why(entry), below=tuple(below))


def _to_do(owner: str | None, remedy: str) -> Iterator[str]:
    """Who does what; each command is a line of its own, so that it can be copied whole."""
    lines = remedy_lines(with_places(remedy))
    if owner and lines[0].lstrip("`").startswith(COMMANDS):
        yield f"{owner}:"
    elif owner:
        yield f"{owner}: {lines.pop(0)}"
    yield from lines


def _row(
    state: State, entry: ItemResult, text: str, *, who: str = "", below: tuple[str, ...] = ()
) -> Row:
    name = log_line(view.label(entry))
    text = log_words(text)
    line = entry.item.line
    return Row(mark=state.mark, line=line, name=name, text=text, who=who, below=below)


def _box(report: Report, box: Box, verbose: bool, room: int) -> Row:
    return _section_box(report, box, verbose, room) if box.section else _item_box(report, box)


def _item_box(report: Report, box: Box) -> Row:
    entry = box.entries[0]
    parts = []
    if box.title.rstrip(".") != entry.item.text.rstrip("."):
        parts.append(box.title)
    elif entry.item.names:  # the row already shows the names, which do not say what to sign
        parts += filter(None, [box.title.removeprefix(view.label(entry)).strip()])
    parts += [f"({heading}: {text})" for heading, text in view.told(entry)]
    passed = "; ".join(finding.message for finding in view.passed_parts(entry))
    if passed:
        parts.append(f"({passed})")
    about = [entry.item.id] if entry.item.id not in view.names(entry) else []
    about += filter(None, [box_texts.owner_of_box(report, box)])
    if about:
        parts.append(f"({'; '.join(about)})")
    return _row(State.TO_SIGN, entry, " ".join(parts), who=log_words(view.waits_for(box)))


def _section_box(report: Report, box: Box, verbose: bool, room: int) -> Row:
    below: list[str] = []
    clauses = box_texts.asked(box)
    abouts = box_texts.about(report, box, clauses)
    for entry, clause, about in zip(box.entries, clauses, abouts, strict=True):
        end = f" ({log_words(about)})" if about else ""
        most = max(room - _LINE - columns_of(end), _ROOM)
        said = [(log_line(clause) if verbose else cut(log_line(clause), most)) + end]
        for heading, told in view.told(entry):
            said += wrap(f"{heading}: {log_words(told)}", room - _LINE)
        line: int | str = entry.item.line
        for text in said:
            below.append(f"{line:>4}  {text}")
            line = ""
    owner = box_texts.owner_of_box(report, box)
    return Row(
        mark=State.TO_SIGN.mark,
        line=min(entry.item.line for entry in box.entries),
        name=f"{log_line(box.title)} ({len(box.entries)})",
        text=log_words(f"({owner})") if owner else "",
        who=log_line(view.signers(box)),
        below=tuple(below),
    )


def _waived(entry: ItemResult) -> Row:
    waived = entry.waived
    until = f"; until {waived.expires}, {waived.reason}, {waived.approved_by}" if waived else ""
    return _row(State.WAIVED, entry, view.waived_message(entry) + until)


def _later(entries: tuple[ItemResult, ...], verbose: bool) -> list[str | Row]:
    if verbose:
        return [_row(State.LATER, entry, view.why(entry)) for entry in entries]
    reasons = Counter(log_line(view.why(entry)) for entry in entries)
    return [f"{State.LATER.counted(count)} ({reason})" for reason, count in reasons.items()]


def _done(found: View, verbose: bool) -> list[str | Row]:
    if verbose:
        shown = [(State.PASSED, entry) for entry in found.passed]
        shown += [(State.SIGNED, entry) for entry in found.signed]
        return [
            _row(state, entry, view.why(entry), below=tuple(map(_evidence, entry.findings)))
            for state, entry in shown
        ]
    counts = [State.PASSED.counted(len(found.passed))] if found.passed else []
    counts += [State.SIGNED.counted(len(found.signed))] if found.signed else []
    rows: list[str | Row] = [
        _row(State.SIGNED, entry, view.why(entry)) for entry in found.signed if view.seen(entry)
    ]
    return [*rows, ", ".join(counts) + " (-v shows the evidence)"] if counts else []


def _evidence(finding: Finding) -> str:
    text = f"{finding.check or 'rule'}: {finding.message}"
    if finding.evidence:
        text += f" · {finding.evidence.source}, {finding.evidence.at:%H:%M:%S} UTC"
    for sign in finding.signed:
        text += f" · @{sign.by} by {sign.via}, {sign.at:%Y-%m-%d %H:%M} UTC"
    return log_words(text)


def _remarks(report: Report, verbose: bool) -> Iterator[str | Row]:
    for notice in report.notices:
        name, text = log_line(notice.item or ""), log_words(notice.message)
        yield Row(mark=_NOTE, line=notice.line, name=name, text=text, file=notice.file)
    for each in report.ignored_signoffs:
        keep = f": {each.keep}" if each.keep else ""
        text = log_line(f"the {each.via} of @{each.by} does not count: {each.reason}{keep}")
        yield Row(mark=_NOTE, line=None, name=log_line(each.item), text=text)
    drift: Sequence[Drift] = report.drift
    if not verbose and not report.strict:
        # A line that looks like an item and is none is shown nowhere else.
        others = [each for each in drift if each.kind != "box"][:_DRIFT_MOST]
        drift = [each for each in drift if each.kind == "box" or each in others]
    for found in drift:
        name, text = log_line(found.kind), log_words(found.message)
        yield Row(mark=_DRIFT, line=found.line, name=name, text=text, file=found.file)
    more = len(report.drift) - len(drift)
    if more:
        yield f"{more} more where checklist and rules disagree:  deploy-checklist lint"


def _next_steps(report: Report) -> list[str | Row]:
    count = len(report.open_questions)
    if not report.laptop or (report.rules is not None and not count):
        return []
    what = f"answer {view.counted(count, 'question')}" if count else "write the rules file"
    gain = view.gain(report)
    steps: list[str | Row] = [
        f"Next   deploy-checklist init       {what}{f': {gain}' if gain else ''}"
    ]
    if report.rules is None:
        steps.append("       deploy-checklist explain    how each item was understood")
    return steps


def _item_count(report: Report) -> str:
    return view.counted(view.item_count(report), "item")


def _last_line(report: Report, found: View, columns: int, colour: bool) -> str:
    """Verdict and counts to the left, size to the right."""
    would = "would be " if report.looked_at is not None else ""
    left = log_line(f"{would}{with_verdict(report, found)}")
    right = _item_count(report)
    asked = {entry.item.line for box in found.boxes for entry in box.entries}
    twice = sum(entry.item.line in asked for entry in (*found.failed, *found.not_checked))
    if twice:  # or the counts to the left are more than the items
        right += f", {twice} of them in two lists"
    if report.mode == "report":
        right += ", report only"
    gap = " " * max(columns - columns_of(left) - len(right), 3)
    if colour:
        left = f"\x1b[1;{_VERDICT[report.verdict]}m{left}\x1b[0m"
    return left + gap + right
