"""Which pull request is a release, which branch is trusted, which issue is the ticket. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

_SIGNS = re.compile(r"\*\*|.", re.DOTALL)
_TICKET = re.compile(
    r"^[ \t>*_-]*release ticket[ \t*_]*:[ \t*_]*#(\d{1,9})\b", re.IGNORECASE | re.MULTILINE
)


def is_release(patterns: Iterable[str], head_ref: str, labels: Iterable[str]) -> bool:
    """Whether the head branch matches a glob, or a label is one of the `label:` names."""
    names = {label.lower() for label in labels}
    for pattern in patterns:
        if pattern.startswith("label:"):
            if pattern.removeprefix("label:").strip().lower() in names:
                return True
        elif branch_matches(pattern, head_ref):
            return True
    return False


def branch_matches(pattern: str, branch: str) -> bool:
    """A glob as in a workflow's `branches:`: `*` stays within a segment, `**` does not.

    Follows all ways at once: a regular expression would try them one after another, and the
    branch's name is its author's.
    """
    signs = _SIGNS.findall(pattern)
    reached = _past_stars(signs, {0})
    for char in branch:
        after = set()
        for at in reached - {len(signs)}:
            sign = signs[at]
            if sign == "**" or (sign == "*" and char != "/"):
                after.add(at)
            elif sign == char or (sign == "?" and char != "/"):
                after.add(at + 1)
        reached = _past_stars(signs, after)
    return len(signs) in reached


def _past_stars(signs: Sequence[str], places: Iterable[int]) -> set[int]:
    """These places in a glob, and those behind stars beside them, which may match nothing."""
    found = set()
    waiting = set(places)
    while waiting:
        at = waiting.pop()
        found.add(at)
        if at < len(signs) and signs[at] in ("*", "**") and at + 1 not in found:
            waiting.add(at + 1)
    return found


def is_trusted(branch: str, default: str, patterns: Iterable[str]) -> bool:
    """Whether it is the default branch, or one that the input `trusted-branches` names."""
    return branch == default or any(branch_matches(pattern, branch) for pattern in patterns)


def ticket_in(body: str) -> int | None:
    """The issue that "Release ticket: #12" names in a pull request's text.

    None if there is none, or if two differ.
    """
    found = set(_TICKET.findall(body))
    return int(found.pop()) if len(found) == 1 else None
