"""Commands that do not count: in a quote, a list, code or a table, or misspelt. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from .claims import Claim, ReadClaims
from .port import SignOffRequest


class HiddenClaims:
    """What such commands would have said, by item: the person who wrote one is shown where it
    counts.
    """

    def __init__(self, read: ReadClaims) -> None:
        last = {(claim.by.id, claim.item): claim.at for claim in read.claims}  # oldest first
        self._by_item: dict[str | None, dict[tuple[int | None, str], Claim]] = {}
        for claim in read.hidden:
            said = last.get((claim.by.id, claim.item))
            if said is None or said < claim.at:  # else they have said it where it counts
                self._by_item.setdefault(claim.item, {})[claim.by.id, claim.verb] = claim

    def items(self) -> frozenset[str | None]:
        """The items that they name."""
        return frozenset(self._by_item)

    def of(self, request: SignOffRequest) -> Sequence[Claim]:
        """Each person's last one about this item."""
        found = self._by_item.get(request.item, {}).values()
        return [claim for claim in found if not claim.section or request.key is None]


def why_hidden(claim: Claim, request: SignOffRequest) -> str:
    """Why it does not count, and what to write instead."""
    command = f"`/checklist {claim.verb} {request.item}`"
    if claim.misspelt is not None:
        return f"@{claim.by.login} wrote `/checklist {claim.misspelt}`: did you mean {command}?"
    where = "outside quotes, lists, code, tables and HTML"
    return (
        f"@{claim.by.login} did not write {command} on a line of its own: write it on one, {where}"
    )
