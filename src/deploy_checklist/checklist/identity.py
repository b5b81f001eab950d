"""Identity: a name for every item that people can type, all of them different."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple

from .model import fold

_MOST_WORDS = 12  # of a slug; items that share more get a number by their position
_MOST_CHARACTERS = 80


class NameSource(NamedTuple):
    """What the id of an item is made of."""

    name: str | None  # its pin, or its first variable
    words: str  # its text, folded
    section: tuple[str, ...]


def identify(items: Sequence[NameSource]) -> list[str]:
    """An id for each item: its pin or variable, else its first words.

    Where two are equal, headings above them are put before, and then `~2` at the end.
    """
    ids = [item.name or "" for item in items]
    if not all(ids):
        slugs = _first_words([item.words for item in items])
        ids = [name or words for name, words in zip(ids, slugs, strict=True)]
    indexes_of: defaultdict[str, list[int]] = defaultdict(list)
    for index, name in enumerate(ids):
        indexes_of[name].append(index)
    for name, indexes in indexes_of.items():
        if len(indexes) > 1:
            paths = _shortest_ends([items[index].section for index in indexes])
            for index, path in zip(indexes, paths, strict=True):
                ids[index] = "/".join((*path, name))
    return _numbered(ids)


def slug(text: str) -> str:
    """A heading or a sentence as a name: lower case, at most 12 words, joined by hyphens."""
    return "-".join(fold(text).split()[:_MOST_WORDS])[:_MOST_CHARACTERS].strip("-")


def _first_words(texts: Sequence[str]) -> list[str]:
    """For each text the fewest first words that no other text begins with.

    These are all of its words, if another text begins with them and goes on.
    """
    words = [tuple(text.split(maxsplit=_MOST_WORDS)[:_MOST_WORDS]) for text in texts]
    ordered = sorted(set(words))
    needed = dict.fromkeys(ordered, 1)
    for one, other in pairwise(ordered):
        distinct = _shared_words(one, other) + 1
        needed[one] = max(needed[one], distinct)
        needed[other] = max(needed[other], distinct)
    return ["-".join(own[: needed[own]])[:_MOST_CHARACTERS].strip("-") or "item" for own in words]


def _shared_words(one: tuple[str, ...], other: tuple[str, ...]) -> int:
    """How many first words are the same in both."""
    count = 0
    for a, b in zip(one, other, strict=False):
        if a != b:
            break
        count += 1
    return count


def _shortest_ends(sections: Sequence[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """For each heading path its shortest end that no other has. Equal paths have equal ends."""
    slugs = {path: tuple(filter(None, map(slug, path))) for path in set(sections)}
    ends = {path: [path[-n:] for n in range(1, len(path) + 1)] for path in slugs.values()}
    count = Counter(end for path in slugs.values() for end in ends[path])
    shortest = {
        section: next((end for end in ends[path] if count[end] == 1), path)
        for section, path in slugs.items()
    }
    return [shortest[path] for path in sections]


def _numbered(ids: Iterable[str]) -> list[str]:
    """The same ids, with `~2` at the second of two equal ones, and so on. People type them in upper
    or lower case.
    """
    seen: Counter[str] = Counter()
    taken: set[str] = set()
    unique = []
    for name in ids:
        candidate, same = name, name.lower()
        while candidate.lower() in taken:
            seen[same] = seen[same] or 1
            seen[same] += 1
            candidate = f"{name}~{seen[same]}"
        taken.add(candidate.lower())
        unique.append(candidate)
    return unique
