"""The top of a first comment: while there is no rules file, or it has open questions of `init`.

Says whether the run blocks, what failed, what was checked, and which step helps most.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..outcome import Outcome, capitalized
from . import view
from .blocking import blocking
from .escape import code, link
from .markdown_sections import document, linked_label, sentence
from .model import ItemResult, Report
from .view import View

_INIT = "`deploy-checklist init`"
_NAMED_MOST = 5
_SEEN_MOST = 200  # characters


def is_first(report: Report) -> bool:
    """Whether the rules file is still missing or has open questions."""
    no_rules = report.rules is None or bool(report.open_questions)
    return no_rules and not report.nothing_in_phase


def first_lines(report: Report, found: View) -> Iterator[str]:
    """A sentence about what the run blocks, and a list."""
    if not report.laptop:
        yield blocking(report, found)
        yield ""
    yield from _wrong(report, found)
    yield f"- **Checked:** {_checked(report, found)}"
    steps = [(_gain(report), _answers(report))]
    if view.missing_values(report) and not report.laptop:
        able = _able_to_pass(report)
        steps.append((len(able), _values(report, able)))
    steps.sort(key=lambda step: -step[0])
    yield from (f"- {text}" for _, text in steps)


def _wrong(report: Report, found: View) -> Iterator[str]:
    """How many items failed, and which checks failed of items that are listed elsewhere."""
    others = [
        entry for entry in (*found.warning, *found.to_sign, *found.waiting) if view.seen(entry)
    ]
    parts = [f"{view.counted(len(found.failed), 'item')}, listed below"] if found.failed else []
    if others:
        parts.append(f"a check of {view.counted(len(others), 'other' if parts else 'item')}")
    end = ":" if others else "."
    yield f"- **Failed:** {', and '.join(parts) or 'nothing'}{end}"
    yield from (f"  - {_seen(report, entry)}" for entry in others[:_NAMED_MOST])
    if len(others) > _NAMED_MOST:
        yield f"  - and {len(others) - _NAMED_MOST} more, see below."


def _seen(report: Report, entry: ItemResult) -> str:
    text = view.seen(entry)
    subject = f"`{view.label(entry)}`"
    separator = ": "
    if text.startswith(f"{subject} "):
        # The name begins the sentence.
        text, separator = text.removeprefix(f"{subject} "), " "
    return f"**{linked_label(report, entry)}**{separator}{sentence(view.cut(text, _SEEN_MOST))}"


def _checked(report: Report, found: View) -> str:
    count = sum(map(_is_checked, report.entries))
    closed = ", ".join(f"{sign} {text}" for sign, text in view.closed_counts(found))
    which = f"{count or 'none'} of {view.counted(view.item_count(report), 'item')}"
    if closed:
        which += f" ({closed})"
    if report.rules is None:
        by = "by its own words: there is no rules file yet"
    else:
        by = f"by the rules in {link(code(report.rules), report.url('rules'))}"
    return f"{which} in {document(report)}, {by}."


def _is_checked(entry: ItemResult) -> bool:
    """Whether a check of the item passed or failed, signatures aside."""
    return not entry.item.is_title and any(
        finding.outcome in (Outcome.PASS, Outcome.FAIL)
        and finding.check not in ("", "sign")
        and not finding.signed
        for finding in (*entry.findings, *entry.seen)
    )


def _gain(report: Report) -> int:
    return report.more_by_machine if report.rules is None else report.waiting_for_answers


def _answers(report: Report) -> str:
    count = len(report.open_questions)
    step = f"Answer {view.counted(count, 'question')}" if count else "Write the rules file"
    gain = view.gain(report)
    return f"**{step}:** {_INIT}, and commit the file.{f' {capitalized(gain)}.' if gain else ''}"


def _able_to_pass(report: Report) -> list[ItemResult]:
    """The items that people must sign only because the run has no value for them."""
    absent = frozenset(report.not_handed_over)
    return [
        entry
        for entry in report.entries
        if entry.automation == "full" and entry.outcome is Outcome.PENDING
        if not absent.isdisjoint(entry.item.names)
    ]


def _values(report: Report, able: Sequence[ItemResult]) -> str:
    """How many variables are missing, and the items that need nothing else."""
    count = view.counted(len(view.missing_values(report)), "variable")
    text = f"**Pass {count}** to this step: add the lines below."
    if not able:
        return text
    named = ", ".join(view.label_markdown(entry) for entry in able[:_NAMED_MOST])
    more = f" and {len(able) - _NAMED_MOST} more" if len(able) > _NAMED_MOST else ""
    items = view.counted(len(able), "item")
    return f"{text} {items} can then pass without a person: {named}{more}."
