"""Forecasts: on which day an item comes to something else than today, by what was looked at today.

A day is judged as it begins, at 00:00 UTC. Only the days are judged on which a date says that
something may change: a rotation grows too old, a certificate ends, a waiver expires, a sign-off
ceases to count, a rule begins to hold the release.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ..report.model import ItemResult, Turn
from .aggregate import OPEN, close_parents
from .days import days_around, midnight
from .observed import ObservedRelease

HORIZON = timedelta(days=90)  # of what a report says of each item


class Day(Struct, frozen=True, kw_only=True):
    """A day on which items come to something else than on the day before."""

    day: date
    changed: Sequence[ItemResult]  # as they are on that day


def with_turns(
    seen: ObservedRelease, judged: Sequence[ItemResult], now: datetime
) -> tuple[ItemResult, ...]:
    """The final results of all items, each with the day within the horizon on which it turns.

    `judged`: what every item comes to by itself at `now`.
    """
    entries = close_parents(judged)
    found: dict[int, Turn] = {}
    for each in days(seen, judged, entries, now, (now + HORIZON).date()):
        for entry in each.changed:
            found.setdefault(entry.item.line, Turn(to=entry.outcome, on=each.day))
    if not found:
        return entries
    return tuple(replace(each, turns=found.get(each.item.line)) for each in entries)


def days(
    seen: ObservedRelease,
    judged: Sequence[ItemResult],
    entries: Sequence[ItemResult],
    now: datetime,
    until: date,
) -> Iterator[Day]:
    """Every day after `now` until the last one on which an item changes, in order."""
    dated: defaultdict[date, list[int]] = defaultdict(list)  # indexes of items
    for index in range(len(judged)):
        found = {day for moment in seen.moments(index) for day in days_around(moment)}
        for day in found:
            if day <= until and midnight(day) > now:
                dated[day].append(index)
    if not dated:
        return
    alone, state = list(judged), list(entries)
    family_of = _families(entries)
    for day in sorted(dated):
        for index in dated[day]:
            alone[index] = seen.item(index, midnight(day))
        changed: list[ItemResult] = []
        for family in {id(family_of[index]): family_of[index] for index in dated[day]}.values():
            of_family = close_parents([alone[index] for index in family])
            for index, entry in zip(family, of_family, strict=True):
                if _differs(entry, state[index]):
                    changed.append(entry)
                state[index] = entry
        if changed:
            yield Day(day=day, changed=sorted(changed, key=lambda each: each.item.line))


def _families(entries: Sequence[ItemResult]) -> Sequence[Sequence[int]]:
    """For each item the indexes of those that may decide about each other: all below one that has
    no parent.
    """
    parents = {each.item.line: each.item.parent for each in entries}
    by_root: defaultdict[int, list[int]] = defaultdict(list)
    found: list[list[int]] = []
    for index, each in enumerate(entries):
        root = each.item.line
        while (parent := parents[root]) is not None:
            root = parent
        by_root[root].append(index)
        found.append(by_root[root])
    return found


def _differs(one: ItemResult, other: ItemResult) -> bool:
    """Whether the outcome differs, or whether something that is open holds the release."""
    if one.outcome is not other.outcome:
        return True
    return one.outcome in OPEN and one.severity is not other.severity
