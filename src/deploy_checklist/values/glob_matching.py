"""Whether a glob matches a text, in time proportional to the length of both.

It follows all possible matches at once. A regular expression would try one after another, which
with 49 stars takes longer than any run may.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache

from msgspec import Struct

_MOST_MOVES = 10_000  # that are kept of a glob; each takes some 150 bytes
_BRANCH_SIGN = re.compile(r"\*\*|.", re.DOTALL)
_PATH_SIGN = re.compile(
    r"(?P<folders>(?:(?<=/)|^)\*\*/)|(?P<inside>(?:(?<=/)|^)\*\*$)"
    r"|(?P<class>\[[!^]?+[^/][^\]/]{0,250}\])|(?P<escaped>\\.)|.",
    re.DOTALL,
)
_PUSH_SIGN = re.compile(
    r"(?P<common>\*\*|\*)|(?:(?P<class>\[[^\]]{1,250}\])|\\?(?P<literal>.))(?P<times>[+?]?)",
    re.DOTALL,
)


class _Sign(Struct, frozen=True, kw_only=True):
    """A place in a glob: which characters it accepts, and the place after it."""

    takes: Callable[[str], bool]
    stays: bool = False  # whether it takes any number of characters
    leads: tuple[int, ...] = ()  # how many signs further without a character


class Glob:
    """A glob that can be matched again and again."""

    def __init__(self, signs: Sequence[_Sign]) -> None:
        self._signs = signs
        self.start = self._with_leads({0})
        self._moves: dict[tuple[frozenset[int], str], frozenset[int]] = {}

    def matches(self, text: str) -> bool:
        """Whether all of the text matches."""
        places = self.start
        for char in text:
            if not places:
                return False
            places = self.after(places, char)
        return self.is_end(places)

    def after(self, places: frozenset[int], char: str) -> frozenset[int]:
        """The places to which a character leads; none if no text that goes on so can match."""
        after = self._moves.get((places, char))
        if after is None:
            after = self._move(places, char)
            if len(self._moves) < _MOST_MOVES:
                self._moves[places, char] = after
        return after

    def is_end(self, places: frozenset[int]) -> bool:
        """Whether a text that led here matches."""
        return len(self._signs) in places

    def _move(self, places: Iterable[int], char: str) -> frozenset[int]:
        """Where a character leads from these places."""
        after = set()
        for at in places:
            if at < len(self._signs) and self._signs[at].takes(char):
                after.add(at if self._signs[at].stays else at + 1)
        return self._with_leads(after)

    def _with_leads(self, places: Iterable[int]) -> frozenset[int]:
        """These places, and all that are reached from them without a character."""
        found: set[int] = set()
        waiting = list(places)
        while waiting:
            at = waiting.pop()
            if at not in found:
                found.add(at)
                if at < len(self._signs):
                    waiting += (at + further for further in self._signs[at].leads)
        return frozenset(found)


@lru_cache(maxsize=256)
def branch_glob(pattern: str) -> Glob:
    """As in a workflow's `branches:`: `*` stays within a segment, `**` does not."""
    return Glob([_common_sign(sign) for sign in _BRANCH_SIGN.findall(pattern)])


@lru_cache(maxsize=256)
def path_glob(pattern: str) -> Glob:
    """git's `:(glob)`: `*` matches within a folder, `**/` any folders, `/**` all that is inside."""
    signs: list[_Sign] = []
    for found in _PATH_SIGN.finditer(pattern):
        if found["folders"]:
            signs += [_Sign(takes=_nothing, leads=(1, 3)), _common_sign("**"), _common_sign("/")]
        elif found["class"]:
            signs.append(_Sign(takes=_class(found[0][1:-1])))
        elif found["escaped"]:
            signs.append(_literal(found[0][1]))
        else:
            signs.append(_common_sign(found[0]))
    return Glob(signs)


@lru_cache(maxsize=256)
def push_glob(pattern: str) -> Glob:
    """As in the `tags:` of a workflow's push: `x+` is one or more of `x`, `x?` one or none."""
    signs: list[_Sign] = []
    for found in _PUSH_SIGN.finditer(pattern):
        if found["common"]:
            signs.append(_common_sign(found["common"]))
            continue
        inside = found["class"]
        sign = _Sign(takes=_class(inside[1:-1])) if inside else _literal(found["literal"])
        if found["times"] == "?":
            sign = _Sign(takes=sign.takes, leads=(1,))
        signs.append(sign)
        if found["times"] == "+":
            signs.append(_Sign(takes=sign.takes, stays=True, leads=(1,)))
    return Glob(signs)


def _common_sign(sign: str) -> _Sign:
    if sign == "**":
        return _Sign(takes=_anything, stays=True, leads=(1,))
    if sign == "*":
        return _Sign(takes=_within_a_segment, stays=True, leads=(1,))
    return _Sign(takes=_within_a_segment) if sign == "?" else _literal(sign)


def _literal(sign: str) -> _Sign:
    return _Sign(takes=lambda char: char == sign)


def _anything(char: str) -> bool:
    return True


def _nothing(char: str) -> bool:
    return False


def _within_a_segment(char: str) -> bool:
    return char != "/"


def _class(inside: str) -> Callable[[str], bool]:
    """What `[a-z]` or `[!a-z]` takes, of which the brackets are left out."""
    negated = inside[0] in "!^"
    # `a-z` and single characters; a hyphen at an end is itself, and `b-a` is `b` alone.
    parts = re.findall(r".-.|.", inside[negated:], re.DOTALL)
    ranges = [(part[0], max(part[0], part[-1])) for part in parts]

    def takes(char: str) -> bool:
        return char != "/" and any(low <= char <= high for low, high in ranges) is not negated

    return takes
