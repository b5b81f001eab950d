"""The boxes to sign as Markdown: one line for each.

The end of the line names the items of the box, so that a tick can be attributed to them. What does
not fit into a box is folded in the same line.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from ..box_marker import encode_marker
from ..outcome import capitalized
from . import box_texts, view
from .escape import code, inline, words
from .markdown_sections import MESSAGE_MOST, linked_label
from .model import Box, BoxSection, ItemResult, Report
from .states import State
from .view import View, cut

_BOX_MOST = 600  # characters that a box shows; the rest is folded
_FOLD = 60  # of these for the fold and what it says
_TITLE_MOST = 100
_CLAUSES_MOST = 60  # of one box
_CLAUSE_MOST = 200  # characters of each, and of each failed check
_REST_MOST = 2_000  # characters of what else an item's own box asks
_NOWHERE_ON_LAPTOP = "People sign on a pull request or a release ticket, not on a laptop."
_NOWHERE = (
    "This run found no pull request and no release ticket to sign on: open one, name it in "
    "the input `ticket`, or write `Release ticket: #12` in the pull request."
)


def to_sign(report: Report, found: View, boxes: bool, *, brief: bool = False) -> Iterator[str]:
    """How to sign, and then one line for each box. `boxes`: as `markdown.render`; `brief`: of a
    section's items only what is asked, and whether a check failed.
    """
    if not found.boxes:
        return
    alone = all(box.section and len(box_texts.sections(box)) == 1 for box in found.boxes)
    yield ""
    yield f"### {State.TO_SIGN.heading}" + (", one box per section" if alone else "")
    if boxes:
        yield "Tick what you have checked, or comment `/checklist sign ID…`."
    elif report.place_to_sign() is None:
        yield _NOWHERE_ON_LAPTOP if report.laptop else _NOWHERE
    yield ""
    for box in found.boxes:
        text = _section_box(report, box, brief) if box.section else _item_box(report, box)
        yield f"- [ ] {text} {encode_marker(box.words)}" if boxes else f"☐ {text}<br>"


def _item_box(report: Report, box: Box) -> str:
    entry = box.entries[0]
    same = box.title.rstrip(".") == entry.item.text.rstrip(".")
    title, rest = view.label_markdown(entry), ""
    if not same or entry.item.names:  # a name alone does not say what to sign
        text, rest = _parted(entry.item.text.rstrip(".") if same else box.title)
        title = words(capitalized(text), entry.item.spans)
    parts = [f"**{title}**", inline(view.waits_for(box))]
    if rest:  # a tick signs it, too
        parts.append(words(cut(rest, _REST_MOST), entry.item.spans))
    if not same and entry.item.names:
        parts.append(linked_label(report, entry))
    if entry.item.id not in view.names(entry):
        parts.append(code(entry.item.id))
    if owner := box_texts.owner_of_box(report, box):
        parts.append(inline(owner))
    for heading, told in view.told(entry):
        parts.append(f"**{heading}:** {inline(cut(told, MESSAGE_MOST))}")
    for finding in view.passed_parts(entry):
        parts.append(f"{State.PASSED.sign} {inline(cut(finding.message, MESSAGE_MOST))}")
    if "review" in box.via:
        parts.append("an approving review counts")
    for each in report.ignored_signoffs:
        if each.keep and each.item == entry.item.id:
            parts.append(f"signed; it counts once this line is under `signed:`: {code(each.keep)}")
    return _folded(parts[:1], parts[1:])


def _parted(text: str) -> tuple[str, str]:
    """The part that fits into a box, and the rest, which must not be left out."""
    if len(text) <= _CLAUSE_MOST:
        return text, ""
    at = text.rfind(" ", 1, _CLAUSE_MOST)
    at = at if at > 0 else _CLAUSE_MOST - 1
    return f"{text[:at]}…", f"…{text[at:].lstrip()}"


def _section_box(report: Report, box: Box, brief: bool) -> str:
    said = box_texts.asked(box)
    asked = iter(zip(box.entries, said, box_texts.about(report, box, said), strict=True))
    parts: list[str] = []
    for number, section in enumerate(box_texts.sections(box)):
        entries = [*islice(asked, section.count)]
        clauses = [_clause(*each, brief) for each in entries]
        if len("".join(clauses)) > _BOX_MOST:  # failed checks must not be folded
            order = sorted(range(len(entries)), key=lambda at: not view.told(entries[at][0]))
            clauses = [clauses[at] for at in order]
        head, *ids = _head(report, box, section, first=number == 0)
        parts += [head, f"<br>{clauses[0]}", *clauses[1:], *ids]
    most = _CLAUSES_MOST + 1
    return _folded(parts[:1], parts[1:most], len(parts) - most)


def _head(report: Report, box: Box, section: BoxSection, *, first: bool) -> Iterator[str]:
    """A section's title and id; for the first one also who may sign, and the owner of all. An id
    that is too long to be shown there comes by itself.
    """
    title = f"**{inline(cut(section.title, _TITLE_MOST))}** ({section.count})"
    parts = [title if first else f"<br>{title}"]
    if first and (box.by != ("write",) or box.excluded):
        parts.append(inline(cut(view.signers(box), _TITLE_MOST)))
    is_long = len(section.id) > _TITLE_MOST
    if not is_long:
        parts.append(code(section.id))
    if first and (owner := box_texts.owner_of_box(report, box)):
        parts.append(inline(cut(owner, _TITLE_MOST)))
    yield " · ".join(parts)
    if is_long:
        yield code(section.id)


def _clause(entry: ItemResult, text: str, about: str, brief: bool) -> str:
    """What one item asks, its id, its owner, and which checks failed."""
    # Only the item's own code is marked in its words: `.env` of another tears `.env.example`.
    clause = words(cut(text, _CLAUSE_MOST), entry.item.spans)
    if about and not brief:
        clause += f" ({inline(about)})"
    if brief:
        return f"{clause} (**{view.CHECK_FAILED}**)" if view.seen(entry) else clause
    for heading, told in view.told(entry):
        clause += f" (**{heading}:** {inline(cut(told, _CLAUSE_MOST))})"
    return clause


def _folded(first: Sequence[str], more: Sequence[str], left_out: int = 0) -> str:
    """The parts in one line. Those that do not fit are folded at its end."""
    shown = [*first]
    room = _BOX_MOST - _FOLD - sum(map(len, first))
    for part in more:
        room -= len(part) + 3
        if room < 0:
            break
        shown.append(part)
    folded = [*more[len(shown) - len(first) :]]
    heads = sum(part.startswith("<br>**") for part in folded)  # of what is asked, `*` is escaped
    count = len(folded) - heads + max(left_out, 0)
    if left_out > 0:
        folded.append(f"… {left_out} more")
    text = _joined(shown)
    if not folded:
        return text
    inside = _joined(folded).removeprefix("<br>")
    return f"{text} <details><summary>… {count} more</summary>{inside}</details>"


def _joined(parts: Sequence[str]) -> str:
    """The parts, with a dot between two unless one begins a new line."""
    text = parts[0]
    for part in parts[1:]:
        text += f" {part}" if part.startswith("<br>") else f" · {part}"
    return text
