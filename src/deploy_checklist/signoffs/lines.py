"""What a line under `signed:` means, and how long it counts. Pure."""

from __future__ import annotations

from datetime import date

from ..engine.days import midnight
from ..outcome import SignOff
from ..rules.model import SignedLine
from .port import Terms


def never_counts(line: SignedLine, login: str, terms: Terms, words: str) -> str | None:
    """Why a line under `signed:` never counts, whatever the time and the role; None if it may."""
    if login.lower().endswith("[bot]"):
        return f"@{login} is not a person"
    if line.words != words:
        return f"the item was reworded after @{login} signed"
    if terms.per == "commit":
        speaks = "line under `signed:` names no commit"
        return f"@{login}'s {speaks}, and this item is signed for each commit"
    return None


def kept(login: str, line: SignedLine, until: date | None, words: str) -> SignOff:
    """The sign-off that a line under `signed:` means."""
    return SignOff(
        by=login,
        by_id=None,
        role=None,
        at=midnight(line.on),
        commit=None,
        words=words,
        via="signed",
        until=until,
    )


def until_of(line: SignedLine, terms: Terms) -> date | None:
    """The last day of a line: its own, or the one that `valid_for` allows if that is earlier."""
    if not terms.valid_for:
        return line.until
    latest = line.on + terms.valid_for
    return min(line.until, latest) if line.until else latest
