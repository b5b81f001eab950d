"""What a check that needs people asks them."""

from __future__ import annotations

from ..checklist.model import Item
from ..rules.model import Rule
from ..signoffs.port import SignOffRequest


def sign_off_request(item: Item, rule: Rule, in_section: str | None) -> SignOffRequest:
    """What people are asked of an item under a rule.

    `in_section`: what the box of its section asks; None: the item has a box of its own.
    """
    by_rule = bool(rule.key) and not rule.inferred
    return SignOffRequest(
        item=item.id,
        key=rule.key if by_rule else None,
        section=item.section,
        words=item.words,
        # An item's words never weaken a rule.
        skippable=not by_rule and (item.optional or item.conditional),
        line=item.line,
        in_section=in_section,
    )
