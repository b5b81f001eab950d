"""One line on a terminal while a run takes long; nothing anywhere else."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import TextIO

from . import screen

SLOW = 1.0  # seconds after which a person wonders what happens


@contextmanager
def progress(out: TextIO, environ: Mapping[str, str]) -> Iterator[None]:
    """Writes "checking …" on a terminal if the run is slow, and removes it at the end."""
    if not out.isatty() or screen.is_dumb(environ):
        yield
        return
    written = threading.Event()

    def write() -> None:
        written.set()
        out.write("checking …")
        out.flush()

    timer = threading.Timer(SLOW, write)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()
        if written.is_set():
            out.write("\r\033[K")
            out.flush()
