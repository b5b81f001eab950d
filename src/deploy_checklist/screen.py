"""What the terminal can show: its width in characters, and whether colours are wanted."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TextIO

COLOURS = ("auto", "always", "never")


def colour(out: TextIO, environ: Mapping[str, str], wanted: str = "auto") -> bool:
    """Whether to write in colour, for one of COLOURS: on `auto` if a person reads it.

    Then NO_COLOR (no-color.org) counts before FORCE_COLOR (force-color.org), as in Python itself.
    """
    if wanted != "auto":
        return wanted == "always"
    if environ.get("NO_COLOR"):
        return False
    return bool(environ.get("FORCE_COLOR")) or (out.isatty() and not is_dumb(environ))


def is_dumb(environ: Mapping[str, str]) -> bool:
    """Whether the terminal shows control sequences as signs, such as an editor's shell."""
    return environ.get("TERM") == "dumb"


def width(environ: Mapping[str, str]) -> int:
    """As `shutil.get_terminal_size`, which loads every format of archives with it."""
    given = environ.get("COLUMNS", "")
    if given.isdecimal() and len(given) <= 4 and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 100
    except (OSError, ValueError):
        return 100
