"""Time zones by name, from this machine's data."""

from __future__ import annotations

import re
from datetime import UTC, tzinfo
from functools import cache

# An area and a place. Others are a machine's own ("localtime"), count leap seconds ("right/…") or
# are abbreviations that mean several zones ("EST").
_NAME = re.compile(r"[A-Z][A-Za-z]{1,30}(?:/[A-Z][A-Za-z0-9_+-]{0,40}){1,2}")


def is_zone_name(name: str) -> bool:
    """Whether it is written like `Europe/Berlin`, or is `UTC`."""
    return name == "UTC" or _NAME.fullmatch(name) is not None


@cache
def zone_named(name: str) -> tzinfo | None:
    """The zone of such a name; None if this machine does not know it."""
    if name == "UTC":
        return UTC  # needs no data
    import zoneinfo  # only if a rule asks

    try:
        return zoneinfo.ZoneInfo(name)
    except (OSError, ValueError, zoneinfo.ZoneInfoNotFoundError):
        return None


def knows_zones() -> bool:
    """Whether this machine has time zone data: small images lack it."""
    return zone_named("Etc/UTC") is not None
