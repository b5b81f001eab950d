"""What the terminal can show: its width in characters, and whether colours are wanted."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from typing import TextIO


def colour(out: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether to write in colour: a person looks, and has not set NO_COLOR."""
    return out.isatty() and not environ.get("NO_COLOR")


def width(environ: Mapping[str, str]) -> int:
    """As `shutil.get_terminal_size`, which loads every format of archives with it."""
    given = environ.get("COLUMNS", "")
    if given.isdecimal() and len(given) <= 4 and int(given) > 0:
        return int(given)
    try:
        return os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 100
    except (OSError, ValueError):
        return 100
