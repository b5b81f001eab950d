"""Whether some globs match every text that others match; if not, a text that they do not match."""

from __future__ import annotations

import string
from collections import deque
from collections.abc import Iterable, Sequence

from msgspec import Struct

from .glob_matching import Glob

_MOST = 20_000  # sets of places: two dozen globs that git could match have some hundreds
# What a name of git may hold, the likelier ones first. Of the characters outside of ASCII that no
# glob names there is one, as they are alike for every glob.
_CHARS = string.digits[1:] + "0" + string.ascii_letters + "-._/+@,=!#$%&'();<>{}|\"`é"
# Tried first, as they read better than the shortest text.
_USUAL = ("v1.2.3", "1.2.3", "v1.2.3-rc.1", "1.2.3-rc.1", "v10.20.30", "v1", "release-1.2.3")


class TooManyStates(Exception):
    """There are too many globs to compare."""


class Matched(Struct, frozen=True, kw_only=True):
    """The texts that one of `include` matches and none of `exclude`."""

    include: tuple[Glob, ...]
    exclude: tuple[Glob, ...] = ()

    def has(self, text: str) -> bool:
        """Whether the text is one of them."""
        return any(each.matches(text) for each in self.include) and not any(
            each.matches(text) for each in self.exclude
        )


_Places = tuple[frozenset[int], ...]


def uncovered(
    wanted: Matched, covers: Sequence[Matched], *, prefix: str, patterns: Iterable[str]
) -> str | None:
    """A name of a tag or branch that is wanted and that no cover has, without the prefix of all
    such refs ("refs/tags/"); None if there is none. `patterns`: what the globs are made of.

    Raises TooManyStates.
    """
    for usual in _USUAL:
        ref = prefix + usual
        if wanted.has(ref) and not any(cover.has(ref) for cover in covers):
            return usual
    chars = _CHARS + "".join(sorted({char for char in "".join(patterns) if not char.isascii()}))
    groups = (wanted, *covers)
    globs = [glob for group in groups for glob in (*group.include, *group.exclude)]
    start: _Places = tuple(glob.start for glob in globs)
    for char in prefix:
        start = _after(globs, start, char)
    waiting = deque([("", start)])
    seen = {(start, "")}
    while waiting:
        name, places = waiting.popleft()
        if _is_name(name):
            is_wanted, *is_covered = _members(groups, globs, places)
            if is_wanted and not any(is_covered):
                return name
        for char in chars:
            after = _after(globs, places, char)
            known = (after, char if char in "./@" else "")
            is_alive = any(after[: len(wanted.include)])
            if is_alive and known not in seen and _may_follow(name, char):
                seen.add(known)
                waiting.append((name + char, after))
        if len(seen) > _MOST:
            raise TooManyStates
    return None


def _after(globs: Sequence[Glob], places: _Places, char: str) -> _Places:
    return tuple(glob.after(at, char) for glob, at in zip(globs, places, strict=True))


def _members(groups: Iterable[Matched], globs: Sequence[Glob], places: _Places) -> list[bool]:
    """For each group, whether it matches the text that led to these places."""
    found = []
    ends = iter(glob.is_end(at) for glob, at in zip(globs, places, strict=True))
    for group in groups:
        included = [next(ends) for _ in group.include]
        excluded = [next(ends) for _ in group.exclude]
        found.append(any(included) and not any(excluded))
    return found


def _may_follow(text: str, char: str) -> bool:
    """Whether git allows a name to continue like this (`git check-ref-format`)."""
    last = text[-1:]
    if char in "./":
        return last not in ("", ".", "/")
    return not (char == "{" and last == "@") and not (char == "-" and not last)


def _is_name(text: str) -> bool:
    return bool(text) and text[-1] not in "./" and not text.endswith(".lock")
