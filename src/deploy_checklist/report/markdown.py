"""For the comment on a pull request and for the job summary."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from typing import NamedTuple

from ..checklist.model import Phase
from . import view
from .blocking import causes, trial_of
from .escape import code, inline, link
from .exceptions import LETS_THROUGH, exception_page, exception_reason, what_remains
from .first_comment import first_lines, is_first
from .markdown_boxes import to_sign
from .markdown_sections import document, done, remarks, to_fix, to_watch
from .model import Report, Verdict
from .next_steps import next_steps, nothing_counts, turns
from .states import LIGHTS
from .status import sentence
from .view import View, groups

# Characters, and 500 are left for the comment's last line: GitHub refuses more than 65,536.
COMMENT_MOST = 59_500
SUMMARY_MOST = 1_000_000  # bytes, of the 1 MiB of a step
YOUR_TURN = "**Your turn:** "  # begins the line with "Backend Lead 2, Platform Eng 1"
_FOR_NOTES = 700  # characters kept free for saying what was cut, and for closing blocks


class _Body(NamedTuple):
    """The lines between head and footer, in their order. Those to sign are cut last."""

    before: list[str]
    to_sign: list[str]
    to_sign_briefly: Callable[[], Iterable[str]]
    after: list[str]


def render(report: Report, *, boxes: bool = False) -> str:
    """`boxes`: with boxes that can be ticked, for a comment; else with ☐, for a summary."""
    found = groups(report)
    head = [*_head(report, found, boxes)]
    foot = _footer(report, found)
    if report.nothing_in_phase:
        return _text([*head, foot])
    body = _Body(
        before=[*to_fix(report, found)],
        to_sign=[*to_sign(report, found, boxes)],
        to_sign_briefly=partial(to_sign, report, found, boxes, brief=True),
        after=[*to_watch(report, found), *done(found), *remarks(report)],
    )
    if boxes:
        return _fitted(head, body, foot, COMMENT_MOST, len)
    return _fitted(head, body, foot, SUMMARY_MOST, _bytes)


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "replace"))


def _text(blocks: Iterable[str]) -> str:
    return "\n".join(blocks) + "\n"


def _head(report: Report, found: View, boxes: bool) -> Iterator[str]:
    yield _heading(report, found)
    if reason := exception_reason(report):
        where = exception_page(report)
        page = f" ({link('where', where)})" if where else ""
        yield f"**{inline(reason.rstrip('.'))}**{page}. {what_remains(report)}."
        yield ""
    steps = next_steps(report, found)
    if turn := turns(steps):
        whose = ", ".join(f"{inline(who)} {count}" for who, count in turn.items())
        yield f"{YOUR_TURN}{whose}"
        yield ""
    if why := nothing_counts(steps):
        yield f"**{why}.**"
        yield ""
    if report.all_ticked:
        yield "**Every box in the file is ticked. A tick in the file does not sign an item.**"
        yield ""
    for notice in report.notices:
        if notice.prominent:
            yield f"**{inline(notice.message)}.**"
            yield ""
    place = report.place_to_sign()
    if not boxes and place is not None and found.boxes:
        yield f"**Fix and sign on {link(*place)}; this page does not update itself.**"
        yield ""
    if is_first(report):
        yield from first_lines(report, found)
    else:
        yield _about(report, found)


def _heading(report: Report, found: View) -> str:
    if report.nothing_in_phase:
        name = inline(report.environment or "The release")
        name = f"{inline(report.gate)}: {name}" if report.gate else name
        if report.verdict is Verdict.READY:  # after a deployment nothing can hold it
            name = inline(view.verdict_text(report))
        return f"## ⏭️ {name}: {sentence(report)}"
    light = "⚪" if report.mode == "report" else LIGHTS[report.verdict]
    counts = view.open_counts(found) or [count for _, count in view.closed_counts(found)]
    summary = ", ".join(counts)
    missing = view.missing_values(report)
    if not report.rules and missing:
        summary += f", {view.counted(len(missing), 'variable')} not passed to the step"
    verdict = inline(view.verdict_text(report))
    return f"## {light} {verdict}: {summary}" if summary else f"## {light} {verdict}"


def _about(report: Report, found: View) -> str:
    """What was read, and how much is done."""
    if report.rules is None:
        return f"{document(report)}: there is no rules file yet, so its own words decide."
    counts = "".join(f" · {sign} {count}" for sign, count in view.closed_counts(found))
    trial = trial_of(report)
    suffix = f" · trial run ({causes(trial)}), nothing is blocked" if trial else ""
    return f"{document(report)}{counts}{suffix}"


def _footer(report: Report, found: View) -> str:
    parts = []
    if report.url("run"):
        run = f"run {report.run_number}" if report.run_number else "this run"
        parts.append(link(run, report.url("run")))
    parts.append(f"{report.at:%Y-%m-%d %H:%M} UTC")
    boxed = [entry.item for box in report.boxes for entry in box.entries]
    if any(item.conditional or item.optional for item in boxed):
        parts.append("not applicable? `/checklist skip ID reason`")
    if report.rules and (found.failed or found.not_checked):
        rules = link(code(report.rules), report.url("rules"))
        parts.append(f"needs an exception? add a dated waiver to {rules}")
    is_held = report.mode == "enforce" and report.verdict not in LETS_THROUGH
    if report.override_by and is_held and report.phase is not Phase.AFTER:
        name = "/".join(filter(None, (report.gate, report.environment or "release")))
        command = code(f"/checklist override {name} REASON")
        parts.append(f"cannot wait? {command}, by {inline(', '.join(report.override_by))}")
    return f"\n<sub>{' · '.join(parts)}</sub>"


def _fitted(
    head: Sequence[str], body: _Body, foot: str, most: int, size: Callable[[str], int]
) -> str:
    """The whole text, or as many lines of the body as fit: the boxes to sign first.

    Says how many lines were cut, and closes every block that is open there.
    """
    whole = _text([*head, *body.before, *body.to_sign, *body.after, foot])
    if size(whole) <= most:
        return whole
    free = most - size(_text([*head, foot])) - _FOR_NOTES
    sign, room = _first_lines(body.to_sign, free, size)
    if len(sign) < len(body.to_sign):
        sign, room = _first_lines([*body.to_sign_briefly()], free, size)
    before, room = _first_lines(body.before, room, size)
    after: list[str] = []
    if len(sign) == len(body.to_sign) and len(before) == len(body.before):
        after, _ = _first_lines(body.after, room, size)
    missing_boxes = len(body.to_sign) - len(sign)
    missing = len(body.before) - len(before) + len(body.after) - len(after)
    lines = "more line was" if missing == 1 else "more lines were"
    note = f"**… {missing} {lines} cut here**; set the input `report-file` to get all of them."
    cut = ["", note] if missing else []
    if len(before) < len(body.before):
        before += [*_closing(before), *cut]
    else:
        after += [*_closing(after), *cut]
    if missing_boxes:
        boxes = "more box" if missing_boxes == 1 else "more boxes"
        where = "set the input `report-file` to get every id; `/checklist sign ID…` signs it, too"
        sign += ["", f"**… and {missing_boxes} {boxes}**; {where}."]
    return _text([*head, *before, *sign, *after, foot])


def _first_lines(
    lines: Sequence[str], room: int, size: Callable[[str], int]
) -> tuple[list[str], int]:
    """The first lines that fit, and the room that is left: none once a line does not fit."""
    kept: list[str] = []
    for text in lines:
        needed = size(text) + 1
        if needed > room:
            return kept, 0
        room -= needed
        kept.append(text)
    return kept, room


def _closing(kept: Sequence[str]) -> list[str]:
    """What closes the blocks that are open after these lines."""
    opened = sum("<details>" in text for text in kept) - sum("</details>" in text for text in kept)
    fenced = sum(text.strip().startswith("```") for text in kept) % 2
    return ["```"] * fenced + ["</details>"] * opened
