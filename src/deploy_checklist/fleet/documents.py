"""The JSON documents in a file: one, or one on each line."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

LARGEST = 4_194_304  # bytes of one document; a report of 100 items has some 200,000
TOO_LARGE = f"larger than {LARGEST // 1_048_576} MiB, which no report needs to be"


def documents(file: BinaryIO) -> Iterator[tuple[str, bytes | None]]:
    """The place of each one ("line 3"; empty: it is the whole file), and its bytes; None instead of
    those: it is too large. Never more than two are in memory.

    A file whose first line is an object or a list by itself has one on each line.
    """
    first = file.readline(LARGEST + 1)
    if not _is_whole(first):
        data = first + file.read(LARGEST + 1 - len(first))
        yield "", data if len(data) <= LARGEST else None
        return
    second = file.readline(LARGEST + 1)
    yield "line 1" if second else "", first
    yield from _lines(second, file)


def _is_whole(line: bytes) -> bool:
    text = line.strip()
    return text[:1] + text[-1:] in (b"{}", b"[]")


def _lines(line: bytes, file: BinaryIO) -> Iterator[tuple[str, bytes | None]]:
    """The second line and all that follow."""
    number = 1
    while line:
        number += 1
        if len(line) > LARGEST:
            yield f"line {number}", None
            while line and not line.endswith(b"\n"):  # the rest of it
                line = file.readline(LARGEST)
        elif line.strip():
            yield f"line {number}", line
        line = file.readline(LARGEST + 1)
