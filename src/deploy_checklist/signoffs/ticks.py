"""Ticks, from the edit history of a text and never from its body. Pure.

A person's revision counts only if it differs from the one just before it by boxes alone. Our own
revisions tick nothing. In our comment, after a revision that cannot be attributed, no other can be
until our next: its boxes may ask something else. In people's own text the line itself is what is
ticked, so any later revision counts against the one before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import unquote

from msgspec import Struct
from msgspec.structs import replace

from ..box_marker import decode_marker
from ..github.model import Actor, Comment, History, Revision

_BOX = re.compile(
    r"^(?P<before>[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[(?P<tick>[ xX])\](?P<after>[ \t].*)$"
)
_MARKER = re.compile(r"<!-- deploy-checklist (?P<fields>[^<>]*) -->\s*")
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


class Tick(Struct, frozen=True, kw_only=True):
    """One person's tick (or un-tick) of one box, with what the box said."""

    by: Actor
    at: datetime
    ticked: bool
    line: str  # the box's line without its box
    # Hashes by item id, as our preceding revision asked; empty in people's texts.
    words: Mapping[str, frozenset[str]]
    head: str | None  # the commit that our preceding revision named
    environment: str | None = None  # that it named; "" if it named none
    gate: str | None = None  # whose comment it is; None: of a gate without a name


class Unattributable(Struct, frozen=True, kw_only=True):
    """A person's revision that attributes nothing, and why."""

    by: Actor | None
    at: datetime
    reason: str
    lines: tuple[str, ...] | None = None  # that it ticked in people's own text; None: our comment


class ShownBoxes(Struct, frozen=True, kw_only=True):
    """What our comment asked at some time: hashes by item id, the commit and the environment."""

    at: datetime
    words: Mapping[str, frozenset[str]]
    head: str | None
    environment: str | None
    gate: str | None


def ticks(history: History, *, ours: bool) -> Iterator[Tick | Unattributable]:
    """Every tick that can be attributed, and every revision that cannot.

    `ours`: the text is our comment, and not people's own.
    """
    yield from _ticks_of_ours(history) if ours else _ticks_of_theirs(history)


def _ticks_of_ours(history: History) -> Iterator[Tick | Unattributable]:
    before: str | None = None
    marker: Mapping[str, str] = {}
    attributable = False  # only after a revision of ours
    for number, revision in enumerate(history.revisions):
        if revision.by_gate:
            before, attributable = revision.text, revision.text is not None
            marker = _marker(revision.text)
            continue
        reason = None
        if number > 0:
            reason = _why_unattributable(revision, before if attributable else None)
        if reason:
            yield Unattributable(by=revision.editor, at=revision.at, reason=reason)
            attributable = False
        elif number > 0:
            for tick in _ticked_in(revision, before or ""):
                yield replace(
                    tick,
                    words=decode_marker(tick.line),
                    head=marker.get("head"),
                    environment=marker.get("environment"),
                    gate=marker.get("gate"),
                )
        before = revision.text


def _ticks_of_theirs(history: History) -> Iterator[Tick | Unattributable]:
    before: str | None = None
    for number, revision in enumerate(history.revisions):
        if number > 0:
            reason = _why_unattributable(revision, before if history.complete else None)
            if reason is None:
                yield from _ticked_in(revision, before or "")
            else:
                lines = tuple(_ticked(revision.text) - _ticked(before))
                yield Unattributable(by=revision.editor, at=revision.at, reason=reason, lines=lines)
        before = revision.text


def _ticked_in(revision: Revision, before: str) -> Iterator[Tick]:
    """The boxes that a person ticked or unticked in a revision that can be attributed."""
    assert revision.text is not None
    assert revision.editor is not None
    for line, ticked in _changed(before, revision.text):
        yield Tick(
            by=revision.editor, at=revision.at, ticked=ticked, line=line, words={}, head=None
        )


def shown_boxes(comment: Comment) -> tuple[ShownBoxes, ...]:
    """What our comment asked over time, oldest first: only our own revisions are believed."""
    shown: list[ShownBoxes] = []
    for revision in comment.history.revisions:
        if revision.by_gate and revision.text is not None:
            marker = _marker(revision.text)
            shown.append(
                ShownBoxes(
                    at=revision.at,
                    words=_all_asked(revision.text),
                    head=marker.get("head"),
                    environment=marker.get("environment"),
                    gate=marker.get("gate"),
                )
            )
    return tuple(shown)


def _why_unattributable(revision: Revision, before: str | None) -> str | None:
    """Why a person's revision cannot be attributed; None if it can. `before`: the text that it
    changed, if its boxes are known to be those that we or the text's author wrote.
    """
    if before is None:
        return "an earlier edit has no known author"
    if revision.text is None:
        return "the edit was deleted from the history"
    if revision.editor is None:
        return "the editor's account was deleted"
    if not revision.editor.person:
        return "a bot ticked it"
    if _unticked(revision.text) != _unticked(before):
        return "the edit changed text as well as boxes"
    return None


def _unticked(text: str) -> list[str]:
    """The lines with every box emptied."""
    return [_BOX.sub(r"\g<before>[ ]\g<after>", line) for line in _lines(text)]


def _changed(before: str, after: str) -> Iterator[tuple[str, bool]]:
    """The lines whose box changed, with the new state. Both texts are the same but for boxes."""
    for old, new in zip(_lines(before), _lines(after), strict=True):
        was, now = _BOX.match(old), _BOX.match(new)
        if was and now and (was["tick"] == " ") != (now["tick"] == " "):
            yield now["after"].strip(), now["tick"] != " "


def _ticked(text: str | None) -> set[str]:
    """The lines whose box is ticked, without it."""
    boxes = (_BOX.match(line) for line in _lines(text or ""))
    return {box["after"].strip() for box in boxes if box and box["tick"] != " "}


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


def _all_asked(text: str) -> Mapping[str, frozenset[str]]:
    hashes: dict[str, frozenset[str]] = {}
    for line in _lines(text):
        if _BOX.match(line):
            for item, words in decode_marker(line).items():
                hashes[item] = hashes.get(item, frozenset()) | words
    return hashes


def _marker(text: str | None) -> Mapping[str, str]:
    """The fields in our last line: `head`, which must be a commit, `environment` and `gate`."""
    found = _MARKER.fullmatch(_lines(text or "")[-1])
    if found is None:
        return {}
    pairs = (pair.partition("=") for pair in found["fields"].split())
    fields = {key: unquote(value) for key, _, value in pairs}
    return fields if _COMMIT.fullmatch(fields.get("head", "")) else {}
