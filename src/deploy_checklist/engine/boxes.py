"""The boxes that people tick: one for each item whose rule asks a person, one for the rest of each
section.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import chain, count

from ..checklist.model import Item, fold
from ..outcome import Finding, Outcome
from ..report.model import Box, ItemResult


def boxes(entries: Sequence[ItemResult]) -> tuple[Box, ...]:
    """One box for each item whose rule says `sign`, one for each section with the open clauses of
    all others in it.
    """
    own: list[Box] = []
    sections: dict[tuple[str, ...], list[tuple[ItemResult, Finding]]] = defaultdict(list)
    order: list[tuple[str, ...]] = []
    for each in entries:
        if each.outcome in (Outcome.WAIVED, Outcome.SKIPPED) or each.item.is_title:
            continue
        for finding in each.findings:
            if finding.ask is None or finding.outcome is not Outcome.PENDING:
                continue
            if not finding.ask.section:
                own.append(_own_box(each, finding))
            else:
                if each.item.section not in sections:
                    order.append(each.item.section)
                sections[each.item.section].append((each, finding))
    ids = section_ids([each.item for each in entries])
    return (*own, *(_section_box(ids[path], path, sections[path]) for path in order))


def _own_box(each: ItemResult, finding: Finding) -> Box:
    assert finding.ask is not None
    return Box(
        id=each.item.id,
        title=finding.ask.that,
        entries=(each,),
        clauses=(),
        by=finding.ask.by,
        not_author=finding.ask.not_author,
        via=finding.ask.via,
        section=False,
        words=((each.item.id, finding.ask.words),),
    )


def _section_box(
    box_id: str, path: tuple[str, ...], asked: Sequence[tuple[ItemResult, Finding]]
) -> Box:
    asks = [finding.ask for _, finding in asked if finding.ask]
    return Box(
        id=box_id,
        title=path[-1] if path else "Checklist",
        entries=tuple(each for each, _ in asked),
        clauses=tuple(ask.that for ask in asks),
        by=tuple(dict.fromkeys(role for ask in asks for role in ask.by)),
        not_author=any(ask.not_author for ask in asks),
        via=tuple(dict.fromkeys(way for ask in asks for way in ask.via)),
        section=True,
        words=tuple((each.item.id, ask.words) for (each, _), ask in zip(asked, asks, strict=True)),
    )


def section_ids(items: Sequence[Item]) -> Mapping[tuple[str, ...], str]:
    """A slug for each section of the document that no item and no other section has, whatever is
    asked in it now.
    """
    paths = dict.fromkeys(item.section for item in items)
    taken = {item.id for item in items}
    ids: dict[tuple[str, ...], str] = {}
    used = set(taken)
    for path in paths:
        slug = fold(path[-1] if path else "checklist").replace(" ", "-") or "section"
        candidates = chain((slug,), (f"{slug}~{number}" for number in count(2)))
        ids[path] = next(name for name in candidates if name not in used)
        used.add(ids[path])
    return ids
