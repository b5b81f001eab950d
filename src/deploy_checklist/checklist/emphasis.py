"""CommonMark's delimiter runs: which `*`, `_` and `~` may open, which may close, and which belong together."""

from __future__ import annotations


class Run:
    """A run of `*`, `_` or `~` that may still open something."""

    __slots__ = ("both", "count", "length", "piece")

    def __init__(self, piece: int, length: int, *, both: bool) -> None:
        self.piece = piece
        self.count = self.length = length
        self.both = both


def fits(sign: str, opener: Run, closer: Run) -> bool:
    if sign == "~":
        return opener.length == closer.length <= 2
    # CommonMark's "multiple of three": `**a*b**` is one pair, not two
    uneven = (opener.both or closer.both) and (opener.length + closer.length) % 3 == 0
    return not uneven or (opener.length % 3 == 0 and closer.length % 3 == 0)


def flanks(source: str, start: int, end: int) -> tuple[bool, bool]:
    """May this run open, may it close."""
    first, last = start - 1, end
    while first >= 0 and source[first] == "~":  # GitHub looks through these for what stands beside a run
        first -= 1
    while last < len(source) and source[last] == "~":
        last += 1
    before = source[first] if first >= 0 else " "
    after = source[last] if last < len(source) else " "
    left = not after.isspace() and (after.isalnum() or not before.isalnum())
    right = not before.isspace() and (before.isalnum() or not after.isalnum())
    if source[start] != "_":
        return left, right
    return left and (not right or not before.isalnum()), right and (not left or not after.isalnum())


def covers(pairs: list[tuple[int, int]], pieces: list[str]) -> bool:
    """Every piece that has a letter or a digit lies in one of the pairs."""
    if not pairs:
        return False
    change = [0] * (len(pieces) + 1)
    for first, last in pairs:
        change[first] += 1
        change[last] -= 1
    depth = 0
    for piece, step in zip(pieces, change, strict=False):
        depth += step
        if not depth and any(map(str.isalnum, piece)):
            return False
    return True
