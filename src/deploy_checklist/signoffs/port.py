"""The port through which checks ask who has signed, and what is asked and answered there."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Protocol

from msgspec import Struct

from ..outcome import IgnoredSignOff, Override, SignOff


class SignOffRequest(Struct, frozen=True, kw_only=True):
    """The words of the checklist that a person is asked to confirm."""

    item: str  # id
    key: str | None  # the rule's key; None: asked in the box of its section
    section: tuple[str, ...]
    words: str  # the item's own words, as written
    skippable: bool  # its words are conditional or optional, so a person may skip it
    line: int = 0
    in_section: str | None = None  # what is asked in the box of its section, if it is asked there


class Terms(Struct, frozen=True, kw_only=True):
    """The terms of the rule under which a sign-off counts."""

    # Asked instead of the item's own words. Both are part of what is signed.
    that: str | None = None
    by: tuple[str, ...] = ("write",)
    via: tuple[str, ...] = ("tick", "command")
    per: str = "release"  # release | commit | once
    count: int = 1
    not_author: bool = False
    valid_for: timedelta | None = None


class DatedSignOffs(Protocol):
    """Sign-offs of which some count for a while only."""

    def at(self, now: datetime) -> FoundSignOffs:
        """Those that count at this time, not before they were read. It makes no request;
        Unobservable if GitHub did not say what this depends on.
        """

    def moments(self) -> Sequence[datetime]:
        """When any of them begins or ceases to count."""


class FoundSignOffs(Struct, frozen=True, kw_only=True):
    """The sign-offs for one request, and why others do not count."""

    counted: tuple[SignOff, ...] = ()
    skipped: tuple[SignOff, ...] = ()  # `/checklist skip` with a reason, where the words allow it
    ignored: tuple[IgnoredSignOff, ...] = ()  # those that do not count, and why
    digest: str = ""  # of what is asked under these terms; empty where nobody can sign
    note: str | None = None  # "reworded since @octo-lead signed", "@octocat is not in backend-lead"
    # Under `not_author`: the names of those whose sign-off would not count, however they signed.
    excluded: tuple[str, ...] = ()
    place: str | None = None  # where people can sign: "PR #412", "issue #7"; None on a laptop
    # Of a rollback: the deployment for which they were given; None: they count in this run.
    given_for: datetime | None = None
    dated: DatedSignOffs | None = None  # for any other time; None: time changes nothing

    def by_person(self) -> tuple[SignOff, ...]:
        """The first sign-off of each person. People are compared by id; a line under `signed:` has
        only a name.
        """
        names_with_id = {each.by.casefold() for each in self.counted if each.by_id is not None}
        found: dict[int | str, SignOff] = {}
        for each in reversed(self.counted):
            name = each.by.casefold()
            if each.by_id is not None:
                found[each.by_id] = each
            elif name not in names_with_id:
                found[name] = each
        return tuple(reversed(found.values()))

    def at(self, now: datetime) -> FoundSignOffs:
        """Those that count at another time than that at which they were read."""
        return self.dated.at(now) if self.dated else self

    def moments(self) -> Sequence[datetime]:
        """When any of them begins or ceases to count."""
        return self.dated.moments() if self.dated else ()


class SignOffs(Protocol):
    """The sign-offs of this run's release, attributed to people and filtered by their roles."""

    def waits(self, request: SignOffRequest) -> bool:
        """Whether GitHub has to be asked about people before these are known."""

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        """Who has signed these words under these terms. Unobservable if that cannot be read."""

    def override(self) -> Override | None:
        """The override of this commit and environment that counts; None if there is none."""

    def unattributed(self) -> Sequence[IgnoredSignOff]:
        """Sign-offs and overrides that cannot be attributed to a person or to an item, and why."""
