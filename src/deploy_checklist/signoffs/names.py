"""What people may call an item in a command, or in a copy of the checklist. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ..checklist.model import Checklist, fold
from ..engine.boxes import section_ids
from ..rules.bind import bind
from ..rules.model import Rules
from .claims import ItemNames


def item_names(checklist: Checklist, rules: Rules) -> ItemNames:
    """The names that people may use. An id names its own item only, whatever else has that name.

    Raises Unusable if the rules do not fit the checklist.
    """
    bound = bind(checklist, rules).items_of
    pairs = [(key, item.id) for key, items in bound.items() for item in items]
    pairs += [(name, item.id) for item in checklist.items for name in item.names]
    ids = {item.id.lower(): (item.id,) for item in checklist.items}
    sections = section_ids(checklist.items)
    return ItemNames(
        items={**_gathered(pairs), **ids},
        sections=_gathered(
            (sections[item.section], item.id) for item in checklist.items if not item.is_title
        ),
        texts=_gathered((fold(item.text), item.id) for item in checklist.items),
    )


def _gathered(pairs: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for name, item in pairs:
        found.setdefault(name.lower(), {})[item] = None
    return {name: tuple(items) for name, items in found.items()}
