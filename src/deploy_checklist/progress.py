"""One line on a terminal while a run takes long; nothing anywhere else."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

SLOW = 1.0  # seconds after which a person wonders


@contextmanager
def progress(screen: TextIO) -> Iterator[None]:
    """Writes "looking …" on a terminal if the run is slow, and removes it at the end."""
    if not screen.isatty():
        yield
        return
    written = threading.Event()

    def write() -> None:
        written.set()
        screen.write("looking …")
        screen.flush()

    timer = threading.Timer(SLOW, write)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if written.is_set():
            screen.write("\r\033[K")
            screen.flush()
