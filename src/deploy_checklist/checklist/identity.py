"""Identity: a name for every item that people can type, all of them different."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from .model import fold

_MOST_WORDS = 12  # of a slug; items that agree on more are told apart by where they stand
_MOST_CHARACTERS = 80


class NameSource(NamedTuple):
    """What an item offers for its name."""

    name: str | None  # its pin, or its first variable
    words: str  # its text, folded
    section: tuple[str, ...]


def identify(items: Sequence[NameSource]) -> list[str]:
    """An id for each: pin or variable, else its first words; then the headings above it, then `~2`."""
    ids = [item.name or "" for item in items]
    if not all(ids):
        slugs = _first_words([item.words for item in items])
        ids = [name or words for name, words in zip(ids, slugs, strict=True)]
    rivals: defaultdict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(ids):
        rivals[name].append(index)
    for name, indexes in rivals.items():
        if len(indexes) > 1:
            paths = _tell_apart([items[index].section for index in indexes])
            for index, path in zip(indexes, paths, strict=True):
                ids[index] = "/".join((*path, name))
    return _numbered(ids)


def slug(text: str) -> str:
    """A heading or a sentence as a name: NFC, lower case, words joined by hyphens, any script; at
    most 12 words.
    """
    return "-".join(fold(text).split()[:_MOST_WORDS])[:_MOST_CHARACTERS].strip("-")


def _first_words(texts: Sequence[str]) -> list[str]:
    """For each text the fewest first words that no other begins with; all of them, if another goes
    on from there.
    """
    words = [tuple(text.split(maxsplit=_MOST_WORDS)[:_MOST_WORDS]) for text in texts]
    ordered = sorted(set(words))
    needed = dict.fromkeys(ordered, 1)
    for one, other in pairwise(ordered):
        shared = _shared(one, other) + 1
        needed[one] = max(needed[one], shared)
        needed[other] = max(needed[other], shared)
    return ["-".join(own[: needed[own]])[:_MOST_CHARACTERS].strip("-") or "item" for own in words]


def _shared(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    at = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        at += 1
    return at


def _tell_apart(sections: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """For each heading path its shortest end that is no other path's; equal paths get equal ends."""
    slugs = {path: tuple(filter(None, map(slug, path))) for path in set(sections)}
    ends: Counter[tuple[str, ...]] = Counter()
    for path in slugs.values():
        ends.update(path[-length:] for length in range(1, len(path) + 1))
    shortest = {path: _unique_end(own, ends) for path, own in slugs.items()}
    return [shortest[path] for path in sections]


def _unique_end(path: tuple[str, ...], ends: Counter[tuple[str, ...]]) -> tuple[str, ...]:
    candidates = (path[-length:] for length in range(1, len(path) + 1))
    return next((end for end in candidates if ends[end] == 1), path)


def _numbered(ids: Iterable[str]) -> list[str]:
    """The same ids, the second of two equal ones with `~2`, and so on."""
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    unique = []
    for name in ids:
        candidate = name
        while candidate in taken:
            seen[name] = seen[name] or 1
            seen[name] += 1
            candidate = f"{name}~{seen[name]}"
        taken.add(candidate)
        unique.append(candidate)
    return unique
