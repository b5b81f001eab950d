"""The texts in a part of a workflow file."""

from __future__ import annotations

from collections.abc import Iterator, Mapping


def plain_texts(plain: object) -> Iterator[str]:
    """Every name and value in it, at any depth, in the order of the file; not null."""
    if isinstance(plain, Mapping):
        for name, value in plain.items():
            yield str(name)
            yield from plain_texts(value)
    elif isinstance(plain, list):
        for value in plain:
            yield from plain_texts(value)
    elif plain is not None:
        yield str(plain)
