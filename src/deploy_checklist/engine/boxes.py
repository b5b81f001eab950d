"""The boxes that people tick: one for each item whose rule asks a person, one for the rest of each
section. If there are many, short sections beside each other share a box.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, count

from msgspec.structs import replace

from ..checklist.model import Item, fold
from ..outcome import Outcome, Prompt
from ..report.model import Box, BoxSection, ItemResult

# On first runs of 102 documents half have 6 boxes or fewer, and a tenth more than 14.
_FEW = 6  # boxes: so many are not too many for a person
_CLAUSES_MOST = 8  # of a box that sections share

_Asked = tuple[ItemResult, Prompt]


def boxes(entries: Sequence[ItemResult]) -> tuple[Box, ...]:
    """The boxes of items whose rules say `sign`, then those of sections with what else is open.

    Of an item that has a box, what else is open is asked there, too, if it can be signed alike.
    """
    of_items: list[Box] = []
    sections: defaultdict[tuple[str, ...], list[_Asked]] = defaultdict(list)
    for each in entries:
        if each.outcome in (Outcome.WAIVED, Outcome.SKIPPED) or each.item.is_title:
            continue
        own: list[Box] = []
        of_section: list[Prompt] = []
        for finding in each.findings:
            ask = finding.ask
            if ask is None or finding.outcome is not Outcome.PENDING:
                continue
            if not ask.section:
                own.append(_item_box(each, ask))
            elif each.outcome is not Outcome.FAIL:
                # First it is mended: what is signed now may be other than what is mended.
                of_section.append(ask)
        for ask in of_section:
            alike = [at for at, box in enumerate(own) if {*ask.via} <= {*box.via}]
            if alike:
                own[alike[0]] = _asking_more(own[alike[0]], ask)
            else:
                sections[each.item.section].append((each, ask))
        of_items += own
    ids = section_ids([each.item for each in entries])
    of_sections = [_section_box(ids[path], path, sections[path]) for path in sections]
    return (*of_items, *_shared(of_sections, _FEW - len(of_items)))


def _shared(boxes: Sequence[Box], enough: int) -> list[Box]:
    """The boxes, neighbours in one while there are more than enough."""
    shared: list[Box] = []
    left = len(boxes)
    for box in boxes:
        if left > enough and shared and _may_share(shared[-1], box):
            shared[-1] = _joined(shared[-1], box)
            left -= 1
        else:
            shared.append(box)
    return shared


def _may_share(one: Box, other: Box) -> bool:
    """Whether both are under the same heading, and the same people sign them at the same time."""
    if len(one.clauses) + len(other.clauses) > _CLAUSES_MOST:
        return False
    if (one.by, one.via, one.not_author) != (other.by, other.via, other.not_author):
        return False
    first, second = (box.entries[0].item.section for box in (one, other))
    if not first or not second or first[:-1] != second[:-1]:
        return False
    entries = (*one.entries, *other.entries)
    return len({(each.phase, each.owner) for each in entries}) == 1


def _joined(one: Box, other: Box) -> Box:
    return replace(
        one,
        title=f"{one.title}, {other.title}",
        entries=one.entries + other.entries,
        clauses=one.clauses + other.clauses,
        sections=one.sections + other.sections,
        words=one.words + other.words,
    )


def _item_box(each: ItemResult, ask: Prompt) -> Box:
    return Box(
        id=each.item.id,
        title=ask.that,
        entries=(each,),
        clauses=(),
        by=ask.by,
        not_author=ask.not_author,
        excluded=ask.excluded,
        via=ask.via,
        section=False,
        words=((each.item.id, ask.words),),
    )


def _asking_more(box: Box, ask: Prompt) -> Box:
    """An item's own box that asks this, too."""
    own = fold(box.title)
    is_said = bool(own) and f" {own} " in f" {fold(ask.that)} "
    return replace(
        box,
        title=ask.that if is_said else f"{box.title}; {ask.that}",
        not_author=box.not_author or ask.not_author,
        excluded=tuple(dict.fromkeys((*box.excluded, *ask.excluded))),
        words=tuple(dict.fromkeys((*box.words, (box.id, ask.words)))),
    )


def _section_box(box_id: str, path: tuple[str, ...], asked: Sequence[_Asked]) -> Box:
    asks = [ask for _, ask in asked]
    title = path[-1] if path else "Checklist"
    return Box(
        id=box_id,
        title=title,
        entries=tuple(each for each, _ in asked),
        clauses=tuple(ask.that for ask in asks),
        by=tuple(dict.fromkeys(role for ask in asks for role in ask.by)),
        not_author=any(ask.not_author for ask in asks),
        excluded=tuple(dict.fromkeys(name for ask in asks for name in ask.excluded)),
        via=tuple(dict.fromkeys(way for ask in asks for way in ask.via)),
        section=True,
        sections=(BoxSection(id=box_id, title=title, count=len(asked)),),
        words=tuple((each.item.id, ask.words) for each, ask in asked),
    )


def section_ids(items: Sequence[Item]) -> Mapping[tuple[str, ...], str]:
    """A slug for each section of the document, that no item and no other section has, in whatever
    case.

    It is the same whatever is asked in the section in this run.
    """
    used = {item.id.lower() for item in items}
    ids: dict[tuple[str, ...], str] = {}
    for path in dict.fromkeys(item.section for item in items):
        slug = fold(path[-1] if path else "checklist").replace(" ", "-") or "section"
        candidates = chain((slug,), (f"{slug}~{number}" for number in count(2)))
        ids[path] = next(name for name in candidates if name not in used)
        used.add(ids[path])
    return ids
