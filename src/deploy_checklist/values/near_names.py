"""The known name that is closest to a misspelt one."""

from __future__ import annotations

from collections.abc import Iterable

_BEGINNING_LEAST = 3  # characters


def did_you_mean(name: str, known: Iterable[str]) -> str | None:
    """ "Did you mean `scheme`?", or None if no known name is like the given one."""
    near = near_name(name, known)
    return f"Did you mean `{near}`?" if near else None


def near_name(name: str, known: Iterable[str], *, least: float = 0.6) -> str | None:
    """The known name that is most like the given one, in either case, or the only one that begins
    with it; None if none is like it.

    `least`: how like, from 0 to 1, as `difflib` counts.
    """
    from difflib import get_close_matches  # only imported after a mistake

    by_lower: dict[str, str] = {}
    for each in known:
        by_lower.setdefault(each.lower(), each)
    longer = [each for each in by_lower if each.startswith(name.lower())]
    if len(name) >= _BEGINNING_LEAST and len(longer) == 1:
        return by_lower[longer[0]]
    near = get_close_matches(name.lower(), list(by_lower), n=1, cutoff=least)
    return by_lower[near[0]] if near else None
