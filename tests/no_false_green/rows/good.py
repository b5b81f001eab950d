"""What the rows share: a value, moments, and servers that answer well."""

from __future__ import annotations

from datetime import timedelta

from no_false_green.junk import LONG, SMALL
from servers.authorities import NOW
from servers.services import Respond, of
from servers.web import Answer

VALUE = "live-key-4f2c91a7"
LAST_WEEK = NOW - timedelta(days=5)
ISO = f"{LAST_WEEK:%Y-%m-%dT%H:%M:%SZ}"
BEGAN, ENDS = (
    f"{at:%Y-%m-%dT%H:%M:%SZ}" for at in (NOW - timedelta(hours=2), NOW + timedelta(days=2))
)
PROBE = {"allow_private": True, "timeout": 4}
# What is asked only to be some value.
SOME_VALUE = frozenset({*SMALL, *LONG})


def saying(document: object) -> Respond:
    return lambda asked: of(200, document)


def xml(text: str) -> Respond:
    return lambda asked: Answer(body=text.encode(), headers={"Content-Type": "text/xml"})
