"""One line on a terminal while a run takes long; nothing anywhere else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

SLOW = 1.0  # seconds after which a person wonders


@contextmanager
def progress(screen: TextIO) -> Iterator[None]:
    """Says "looking …" on a TTY once it is slow, and takes it away at the end."""
    if not screen.isatty():
        yield
        return
    said = threading.Event()

    def say() -> None:
        said.set()
        screen.write("looking …")
        screen.flush()

    timer = threading.Timer(SLOW, say)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if said.is_set():
            screen.write("\r\033[K")
            screen.flush()
