"""The invisible end of a box's line in our comment: which items it asks, each with the hash of its
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

_ASKS = re.compile(r"<!-- asks (?P<pairs>[^<>]*) -->\s*$")


def encode_marker(pairs: Iterable[tuple[str, str]]) -> str:
    """The mark for these ids and hashes."""
    written = (f"{quote(item, safe='/~', errors='replace')}={words}" for item, words in pairs)
    return f"<!-- asks {' '.join(written)} -->"


def decode_marker(line: str) -> Mapping[str, frozenset[str]]:
    """Hashes by item id, as a line's mark says; none if it has no mark."""
    found = _ASKS.search(line)
    hashes: dict[str, frozenset[str]] = {}
    for item, equals, words in (
        pair.rpartition("=") for pair in (found["pairs"].split() if found else ())
    ):
        if equals:
            hashes[unquote(item)] = hashes.get(unquote(item), frozenset()) | {words}
    return hashes
