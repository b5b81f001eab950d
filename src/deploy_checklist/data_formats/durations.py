"""Durations as the rules file and the inputs write them, such as `90d`."""

from __future__ import annotations

import math
import re
from datetime import timedelta

_SECONDS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}


def duration(text: str) -> timedelta:
    """`30s 10m 4h 90d 2w` as a time span. Raises ValueError, without the text."""
    found = re.fullmatch(r"(\d{1,9})([smhdw])", text, re.ASCII)
    if found is None:
        raise ValueError("is not a duration: write a number and one of s, m, h, d, w, such as 90d")
    try:
        return timedelta(seconds=int(found[1]) * _SECONDS[found[2]])
    except OverflowError:
        raise ValueError("is too long") from None


def format_duration(span: timedelta) -> str:
    """A time span in the largest of d h m s that divides it; `duration` reads it."""
    seconds = math.ceil(span.total_seconds())
    unit = next(unit for unit in "dhms" if seconds % _SECONDS[unit] == 0)
    return f"{seconds // _SECONDS[unit]}{unit}"
