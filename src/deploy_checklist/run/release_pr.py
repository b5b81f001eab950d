"""Which pull request is a release, which branch is trusted, which issue is the ticket. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..values.glob_matching import branch_glob

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
        elif branch_glob(pattern).matches(head_ref):
            return True
    return False


def is_trusted(branch: str, default: str, patterns: Iterable[str]) -> bool:
    """Whether it is the default branch, or one that the input `trusted-branches` names."""
    return branch == default or any(branch_glob(pattern).matches(branch) for pattern in patterns)


def ticket_in(body: str) -> int | None:
    """The issue that "Release ticket: #12" names in a pull request's text.

    None if there is none, or if two differ.
    """
    found = set(_TICKET.findall(body))
    return int(found.pop()) if len(found) == 1 else None
