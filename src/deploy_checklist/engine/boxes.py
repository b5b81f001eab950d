"""The boxes that people tick: one for each item whose rule asks a person, one for the rest of each
section.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, count

from ..checklist.model import Item, fold
from ..outcome import Outcome, Prompt
from ..report.model import Box, ItemResult

_Asked = tuple[ItemResult, Prompt]


def boxes(entries: Sequence[ItemResult]) -> tuple[Box, ...]:
    """The boxes of items whose rules say `sign`, then those of sections with what else is open."""
    of_items: list[Box] = []
    sections: defaultdict[tuple[str, ...], list[_Asked]] = defaultdict(list)
    for each in entries:
        if each.outcome in (Outcome.WAIVED, Outcome.SKIPPED) or each.item.is_title:
            continue
        for finding in each.findings:
            if finding.ask is None or finding.outcome is not Outcome.PENDING:
                continue
            if finding.ask.section and each.outcome is Outcome.FAIL:
                continue  # first it is mended: what is signed now may be other than what is mended
            if finding.ask.section:
                sections[each.item.section].append((each, finding.ask))
            else:
                of_items.append(_item_box(each, finding.ask))
    ids = section_ids([each.item for each in entries])
    return (*of_items, *(_section_box(ids[path], path, sections[path]) for path in sections))


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


def _section_box(box_id: str, path: tuple[str, ...], asked: Sequence[_Asked]) -> Box:
    asks = [ask for _, ask in asked]
    return Box(
        id=box_id,
        title=path[-1] if path else "Checklist",
        entries=tuple(each for each, _ in asked),
        clauses=tuple(ask.that for ask in asks),
        by=tuple(dict.fromkeys(role for ask in asks for role in ask.by)),
        not_author=any(ask.not_author for ask in asks),
        excluded=tuple(dict.fromkeys(name for ask in asks for name in ask.excluded)),
        via=tuple(dict.fromkeys(way for ask in asks for way in ask.via)),
        section=True,
        words=tuple((each.item.id, ask.words) for each, ask in asked),
    )


def section_ids(items: Sequence[Item]) -> Mapping[tuple[str, ...], str]:
    """A slug for each section of the document, that no item and no other section has.

    It is the same whatever is asked in the section in this run.
    """
    used = {item.id for item in items}
    ids: dict[tuple[str, ...], str] = {}
    for path in dict.fromkeys(item.section for item in items):
        slug = fold(path[-1] if path else "checklist").replace(" ", "-") or "section"
        candidates = chain((slug,), (f"{slug}~{number}" for number in count(2)))
        ids[path] = next(name for name in candidates if name not in used)
        used.add(ids[path])
    return ids
