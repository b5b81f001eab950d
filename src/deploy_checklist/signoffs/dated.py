"""Sign-offs that count for a while: which of them count at a given time. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from ..outcome import IgnoredSignOff, SignOff, Unobservable
from .port import FoundSignOffs


class DatedSignOff(Struct, frozen=True, kw_only=True):
    """What a person said about an item, and the time in which it counts."""

    # While it counts: that it counts, why it does not, or that this is unknown.
    counts_as: SignOff | IgnoredSignOff | Unobservable
    begins: datetime | None = None
    ends: datetime | None = None  # from this moment on it no longer counts
    early: IgnoredSignOff | None = None  # what is reported before it begins
    expired: IgnoredSignOff | None = None  # what is reported from its end on
    is_skip: bool = False  # it says that the item does not apply

    def at(self, now: datetime) -> SignOff | IgnoredSignOff:
        """The sign-off, or why it does not count. Unobservable if GitHub did not answer."""
        if self.early is not None and self.begins is not None and now < self.begins:
            return self.early
        if self.expired is not None and self.ends is not None and now >= self.ends:
            return self.expired
        if isinstance(self.counts_as, Unobservable):
            raise self.counts_as
        return self.counts_as

    def moments(self) -> Iterator[datetime]:
        """When it begins and ceases to count."""
        if not isinstance(self.counts_as, IgnoredSignOff):
            yield from (moment for moment in (self.begins, self.ends) if moment is not None)


class HiddenSignOff(Struct, frozen=True, kw_only=True):
    """A command that GitHub shows within something else: it does not count, which is reported."""

    by_id: int | None
    takes_back: bool  # it would matter only while its author's sign-off counts; else only if none
    ignored: IgnoredSignOff


class AllSignOffs(Struct, frozen=True, kw_only=True):
    """Implements DatedSignOffs: everything that people said about one item under its terms."""

    claims: Sequence[DatedSignOff]  # oldest first
    lines: Sequence[DatedSignOff]  # under `signed:`
    hidden: Sequence[HiddenSignOff]
    digest: str
    excluded: tuple[str, ...]
    place: str | None

    def at(self, now: datetime) -> FoundSignOffs:
        """Who has signed at this time, each person by the last sign-off that counts."""
        counted: dict[int | str, SignOff] = {}
        skipped: list[SignOff] = []
        ignored: list[IgnoredSignOff] = []
        for claim in self.claims:
            found = claim.at(now)
            if isinstance(found, IgnoredSignOff):
                ignored.append(found)
            elif claim.is_skip:
                skipped.append(found)
            else:
                counted[found.by_id or found.by] = found
        logins = {sign.by.lower() for sign in counted.values()}
        kept: list[SignOff] = []
        for line in self.lines:
            found = line.at(now)
            if isinstance(found, IgnoredSignOff):
                ignored.append(found)
            elif found.by.lower() not in logins:
                kept.append(found)
        ignored += [
            each.ignored for each in self.hidden if (each.by_id in counted) is each.takes_back
        ]
        return FoundSignOffs(
            counted=(*counted.values(), *kept),
            skipped=tuple(skipped),
            ignored=tuple(ignored),
            digest=self.digest,
            note="; ".join(dict.fromkeys(each.reason for each in ignored)) or None,
            excluded=self.excluded,
            place=self.place,
        )

    def moments(self) -> Sequence[datetime]:
        """When any of them begins or ceases to count."""
        return [moment for each in (*self.claims, *self.lines) for moment in each.moments()]
