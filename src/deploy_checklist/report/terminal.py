"""The Report for a terminal: what to fix first, then what to sign; what is done takes a line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from ..outcome import Finding
from . import view
from .columns import INDENT, Row, cut, laid_out
from .columns import width as columns_of
from .escape import log_line, log_words
from .model import Box, ItemResult, Report, Verdict
from .status import sentence
from .view import Groups, groups

_NAME_MOST = 34
_NARROWEST = 60
_DRIFT_MOST = 5  # lint shows them all
_COLOURS = {
    "FIX": 31,
    "UNSEEN": 35,
    "SIGN": 33,
    "WAIT": 33,
    "WARN": 33,
    "OK": 32,
    "SIGNED": 32,
    "WAIVED": 2,
    "SKIP": 2,
}
_COLOURS |= {"LATER": 2, "NOTE": 2, "DRIFT": 2}
_VERDICT = {Verdict.READY: 32, Verdict.WAITING: 33, Verdict.BLOCKED: 31, Verdict.UNDETERMINED: 35}


def render(report: Report, *, colour: bool, verbose: bool, width: int = 100) -> str:
    """Aligned text of at most `width` columns, commands excepted."""
    columns = max(width, _NARROWEST)
    found = groups(report)
    blocks = [
        _preface(report),
        *([] if report.nothing_in_phase else _blocks(report, found, verbose, columns)),
    ]
    rows = [row for block in blocks for row in block if isinstance(row, Row)]
    names = min(max((columns_of(row.name) for row in rows), default=0), _NAME_MOST, columns // 3)
    paint = _painted if colour else str
    lines = [*_headed(report)]
    for block in filter(None, blocks):
        lines += ["", *laid_out(block, names=names, columns=columns, paint=paint)]
    return "\n".join([*lines, "", _verdict(report, found, columns, colour)]) + "\n"


def _painted(mark: str) -> str:
    return f"\x1b[{_COLOURS[mark]}m{mark}\x1b[0m"


def _headed(report: Report) -> Iterator[str]:
    if report.all_ticked:
        yield "Every box in this file is ticked; ticks in the file are claims, not sign-offs."
    commit = report.target.commit[:7] if report.target.commit else None
    parts = [report.checklist, report.environment, report.target.tag, commit]
    if report.rules is None:
        parts.append(f"{_counted(report)}, no rules file: read by their own words")
    changed = " + uncommitted changes" if commit and report.target.uncommitted else ""
    yield "   ".join(log_line(part) for part in parts if part) + changed


def _preface(report: Report) -> list[str | Row]:
    """What has to be known before the rows: nothing belongs to the phase, or nothing could be
    looked at.
    """
    if report.nothing_in_phase:
        return [f"No item belongs to the phase {report.phase.value}; nothing was judged."]
    named = {name for entry in report.entries for name in entry.item.names}
    absent = report.not_handed_over
    none = named <= set(absent)
    if not absent or (report.laptop and not none):
        return []
    if not report.laptop:
        were = "was" if len(absent) == 1 else "were"
        some = f"{view.counted(len(absent), 'variable')} {were} not"
        said = f"{_none_of(absent)} was" if none else some
        return [f"{said} handed over: the step needs an env: line for each."]
    where = f" -e {log_line(report.environment)}" if report.environment else ""
    if report.values_from:
        return [f"{_none_of(absent)} is in {log_line(report.values_from)}, so none was looked at."]
    return [
        f"{_none_of(absent)} is set in this shell, so none was looked at.",
        f"  deploy-checklist check{where} --env-file .env.{log_line(report.environment or 'production')}",
        *_understood(report),
    ]


def _none_of(absent: Sequence[str]) -> str:
    return (
        f"None of the {len(absent)} variables it names"
        if len(absent) > 1
        else "No variable it names"
    )


def _understood(report: Report) -> Iterator[str]:
    """How much a machine could do here, once it sees the values."""
    told = {
        "full": "can pass by themselves   ",
        "partial": "can be verified in part; the rest is asked of a person",
        "person": "need a person",
    }
    counted = {kind: [each for each in report.entries if each.automation == kind] for kind in told}
    if any(counted.values()):
        yield ""
    for kind, entries in counted.items():
        which = (
            ", ".join(log_line(view.label(each)) for each in entries[:4]) if kind == "full" else ""
        )
        if entries:
            yield f"{len(entries):>4}  {told[kind]}{which}"


def _blocks(report: Report, found: Groups, verbose: bool, columns: int) -> list[list[str | Row]]:
    return [
        [*_open("FIX", found.fix), *_open("UNSEEN", found.unseen)],
        [*(_box(box, verbose, columns) for box in found.boxes), *_open("WAIT", found.held)],
        [*_open("WARN", found.warned), *map(_waived, found.waived), *map(_skipped, found.skipped)],
        _later(found.later, verbose),
        _done(found, verbose),
        [*_said(report, verbose)],
        _next(report),
    ]


def _open(mark: str, entries: Iterable[ItemResult]) -> Iterator[Row]:
    for entry in entries:
        owner = f"{entry.owner}: " if entry.owner else ""
        below = tuple([log_words(f"{owner}{remedy}") for remedy in view.remedies(entry)])
        yield _row(mark, entry, view.why(entry), below=below)


def _row(
    mark: str, entry: ItemResult, said: str, *, who: str = "", below: tuple[str, ...] = ()
) -> Row:
    name = log_line(view.label(entry))
    return Row(
        mark=mark, line=entry.item.line, name=name, said=log_words(said), who=who, below=below
    )


def _box(box: Box, verbose: bool, columns: int) -> Row:
    who = log_line(view.signers(box))
    if not box.section:
        who = log_words(view.waits_for(box))
        entry = box.entries[0]
        that = "" if box.title.rstrip(".") == entry.item.text.rstrip(".") else box.title
        verified = "; ".join(finding.message for finding in view.verified_parts(entry))
        said = " ".join(part for part in (that, verified and f"({verified})") if part)
        return _row("SIGN", entry, said, who=who)
    clauses = [log_line(clause) for clause in box.clauses]
    lines = (
        f"{entry.item.line:>4}  {clause}"
        for entry, clause in zip(box.entries, clauses, strict=False)
    )
    return Row(
        mark="SIGN",
        line=min(entry.item.line for entry in box.entries),
        name=f"{log_line(box.title)} ({len(box.entries)})",
        who=who,
        below=tuple(lines) if verbose else (cut(" · ".join(clauses), columns - INDENT),),
    )


def _waived(entry: ItemResult) -> Row:
    waived = entry.waived
    until = f"; until {waived.expires}, {waived.reason}, {waived.approved_by}" if waived else ""
    return _row("WAIVED", entry, view.waiver_words(entry) + until)


def _skipped(entry: ItemResult) -> Row:
    return _row("SKIP", entry, view.why(entry))


def _later(entries: tuple[ItemResult, ...], verbose: bool) -> list[str | Row]:
    if verbose or not entries:
        return [_row("LATER", entry, view.why(entry)) for entry in entries]
    reasons = {log_line(view.why(entry)): 0 for entry in entries}
    for entry in entries:
        reasons[log_line(view.why(entry))] += 1
    return [f"{count} later ({reason})" for reason, count in reasons.items()]


def _done(found: Groups, verbose: bool) -> list[str | Row]:
    if verbose:
        rows: list[str | Row] = [
            _row("OK", entry, view.why(entry), below=_evidence(entry)) for entry in found.verified
        ]
        return rows + [
            _row("SIGNED", entry, view.why(entry), below=_evidence(entry)) for entry in found.signed
        ]
    said = [f"{len(found.verified)} verified"] if found.verified else []
    said += [f"{len(found.signed)} signed"] if found.signed else []
    return [", ".join(said) + " (-v shows the evidence)"] if said else []


def _evidence(entry: ItemResult) -> tuple[str, ...]:
    return tuple(log_words(_looked(finding)) for finding in entry.findings)


def _looked(finding: Finding) -> str:
    where = (
        f" · {finding.evidence.source}, {finding.evidence.at:%H:%M:%S} UTC"
        if finding.evidence
        else ""
    )
    signed = "".join(
        f" · @{sign.by} by {sign.via}, {sign.at:%Y-%m-%d %H:%M} UTC" for sign in finding.signed
    )
    return f"{finding.check or 'rule'}: {finding.message}{where}{signed}"


def _said(report: Report, verbose: bool) -> Iterator[str | Row]:
    for notice in report.notices:
        yield Row(
            mark="NOTE",
            line=notice.line,
            name=log_line(notice.item or ""),
            said=log_words(notice.message),
        )
    for ignored in report.ignored_signoffs:
        keep = f": {ignored.keep}" if ignored.keep else ""
        said = log_line(
            f"the {ignored.via} of @{ignored.by} does not count: {ignored.reason}{keep}"
        )
        yield Row(mark="NOTE", line=None, name=log_line(ignored.item), said=said)
    shown = report.drift if verbose or report.strict else report.drift[:_DRIFT_MOST]
    for drift in shown:
        yield Row(
            mark="DRIFT", line=drift.line, name=log_line(drift.kind), said=log_words(drift.message)
        )
    if len(shown) < len(report.drift):
        yield f"{len(report.drift) - len(shown)} more where checklist and rules disagree:  deploy-checklist lint"


def _next(report: Report) -> list[str | Row]:
    if report.rules is not None or not report.laptop:
        return []
    left = (
        f" ({view.counted(report.open_questions, 'question')} left open)"
        if report.open_questions
        else ""
    )
    return [
        f"Next   deploy-checklist init       write the rules file{left}",
        "       deploy-checklist explain    how each item was understood",
    ]


def _counted(report: Report) -> str:
    return view.counted(sum(not entry.item.is_title for entry in report.entries), "item")


def _verdict(report: Report, found: Groups, columns: int, colour: bool) -> str:
    """The last line: verdict and counts to the left, size to the right."""
    verdict = "nothing to do" if report.nothing_in_phase else report.verdict.value
    left = log_line(f"{verdict}: {sentence(report, found)}")
    trial = ["report only"] if report.mode == "report" else []
    right = ", ".join([_counted(report), *trial])
    gap = max(columns - columns_of(left) - len(right), 3)
    return (
        (f"\x1b[1;{_VERDICT[report.verdict]}m{left}\x1b[0m" if colour else left) + " " * gap + right
    )
