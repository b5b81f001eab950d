"""The invisible end of a box's line in our comment: which items it asks, each with the hash of its
words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, unquote

_MARKER = re.compile(r"<!-- asks (?P<pairs>[^<>]*) -->\s*$")


def encode_marker(pairs: Iterable[tuple[str, str]]) -> str:
    """The marker for these pairs of an item's id and the hash of its words."""
    encoded = (f"{quote(item, safe='/~', errors='replace')}={words}" for item, words in pairs)
    return f"<!-- asks {' '.join(encoded)} -->"


def decode_marker(line: str) -> Mapping[str, frozenset[str]]:
    """The hashes by item id in a line's marker; empty if it has no marker."""
    found = _MARKER.search(line)
    hashes: dict[str, frozenset[str]] = {}
    for pair in found["pairs"].split() if found else ():
        item, equals, words = pair.rpartition("=")
        if equals:
            hashes[unquote(item)] = hashes.get(unquote(item), frozenset()) | {words}
    return hashes
