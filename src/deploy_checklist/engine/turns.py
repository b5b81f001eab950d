"""Forecasts: the day on which the outcome of an item changes, from what was found today.

A day is judged as it begins, at 00:00 UTC. Only those days are judged on which something may change
by its date: a rotation is too old, a certificate or a waiver ends, a sign-off no longer counts, or
a rule begins to hold the release.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta

from msgspec import Struct
from msgspec.structs import replace

from ..report.model import Change, Forecast, ItemResult, Report, Turn, Verdict
from ..report.next_steps import what_to_type, whose_turn
from ..report.verdict import Tally
from ..report.view import why
from .aggregate import OPEN, close_parents
from .days import day_after, days_around, midnight
from .observed import ObservedRelease

HORIZON = timedelta(days=90)  # of what a report says of each item


class Day(Struct, frozen=True, kw_only=True):
    """A day on which something may change."""

    day: date
    judged: Sequence[tuple[ItemResult, ItemResult]]  # each as it was before, and is on that day

    @property
    def changed(self) -> Sequence[tuple[ItemResult, ItemResult]]:
        """Those whose outcome changes, in the document's order."""
        found = [(before, after) for before, after in self.judged if _differs(before, after)]
        return sorted(found, key=lambda each: each[1].item.line)


def with_turns(
    seen: ObservedRelease, judged: Sequence[ItemResult], now: datetime
) -> tuple[ItemResult, ...]:
    """The final results of all items, each with the day within the horizon on which it turns.

    `judged`: what every item comes to by itself at `now`.
    """
    entries = close_parents(judged)
    found: dict[int, Turn] = {}
    for each in days(seen, judged, entries, now, day_after(now, HORIZON)):
        for _, entry in each.changed:
            if entry.item.line not in found:
                found[entry.item.line] = Turn(
                    to=entry.outcome,
                    on=each.day,
                    why=why(entry),
                    who=whose_turn(entry),
                    commands=what_to_type(entry),
                )
    if not found:
        return entries
    return tuple(replace(each, turns=found.get(each.item.line)) for each in entries)


def forecast(seen: ObservedRelease, report: Report, until: date) -> Forecast:
    """What changes after the report of today until the last day. It asks nobody."""
    judged = [seen.item(index, seen.at) for index in range(len(seen.items))]
    changes: list[Change] = []
    verdicts: list[tuple[date, Verdict]] = []
    last, tally = report.verdict, Tally()
    for entry in report.entries:
        tally.add(entry)
    stays = tally.asks_nothing() or (report.strict and report.drift)
    for each in days(seen, judged, report.entries, seen.at, until):
        changes += [
            Change(on=each.day, before=before, after=after)
            for before, after in each.changed
            if not after.item.is_title
        ]
        for before, after in each.judged:
            tally.add(before, -1)
            tally.add(after)
        now = last if stays else tally.verdict()
        if now is not last:
            verdicts.append((each.day, now))
            last = now
    return Forecast(
        report=report,
        until=until,
        changes=tuple(sorted([*changes, *_recurring(seen, report, until)], key=lambda x: x.on)),
        verdicts=tuple(verdicts),
        dated=sum(bool(seen.recurs(index) or seen.moments(index)) for index in range(len(judged))),
    )


def _recurring(seen: ObservedRelease, report: Report, until: date) -> Iterator[Change]:
    """The next change of each item that changes on certain days again and again, such as a window.

    More of them would hide the changes that last. For the same reason they change no verdict here.
    """
    for index in range(len(report.entries)):
        if not seen.recurs(index):
            continue
        item = seen.items[index]
        today = item.recurring_outcomes(seen.at)
        for number in range(1, (until - seen.at.date()).days + 1):
            day = seen.at.date() + timedelta(days=number)
            if item.recurring_outcomes(midnight(day)) == today:
                continue
            before = seen.item(index, midnight(day), recurring_at=seen.at)
            after = seen.item(index, midnight(day))
            if _differs(before, after):
                yield Change(on=day, before=before, after=after)
                break


def days(
    seen: ObservedRelease,
    judged: Sequence[ItemResult],
    entries: Sequence[ItemResult],
    now: datetime,
    until: date,
) -> Iterator[Day]:
    """Every day after `now`, until the last one, on which an item may change; in order."""
    dated: defaultdict[date, list[int]] = defaultdict(list)  # indexes of items
    for index in range(len(judged)):
        moments = seen.moments(index)
        for day in {day for moment in moments for day in days_around(moment)} if moments else ():
            if day <= until and midnight(day) > now:
                dated[day].append(index)
    if not dated:
        return
    alone, state = list(judged), list(entries)
    family_of = _families(entries)
    for day in sorted(dated):
        for index in dated[day]:
            alone[index] = seen.item(index, midnight(day), recurring_at=now)
        found_now: list[tuple[ItemResult, ItemResult]] = []
        for family in {id(family_of[index]): family_of[index] for index in dated[day]}.values():
            of_family = close_parents([alone[index] for index in family])
            for index, entry in zip(family, of_family, strict=True):
                found_now.append((state[index], entry))
                state[index] = entry
        yield Day(day=day, judged=found_now)


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
