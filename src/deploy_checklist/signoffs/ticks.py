"""Ticks, from the edit history of a text and never from its body. Pure.

A person's revision counts only if it differs from the one just before it by boxes alone. Our own
revisions change no state. A revision that cannot be attributed makes every later one unattributable
until our next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from urllib.parse import unquote

from msgspec import Struct

from ..box_marker import decode_marker
from ..github.model import Actor, Comment, History, Revision

_BOX = re.compile(
    r"^(?P<before>[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[(?P<tick>[ xX])\](?P<after>[ \t].*)$"
)
_MARKER = re.compile(r"<!-- deploy-checklist (?P<said>[^<>]*) -->\s*")
_COMMIT = re.compile(r"[0-9a-f]{40,64}")


class Tick(Struct, frozen=True, kw_only=True):
    """One person's tick (or un-tick) of one box, with what the box said."""

    by: Actor
    at: datetime
    ticked: bool
    line: str  # the box's line without its box
    words: Mapping[
        str, frozenset[str]
    ]  # hashes by item id, as our preceding revision asked; empty in people's texts
    head: str | None  # the commit that our preceding revision spoke of
    environment: str | None = None  # that it spoke of; "" if of none


class Unattributable(Struct, frozen=True, kw_only=True):
    """A person's revision that attributes nothing, and why."""

    by: Actor | None
    at: datetime
    reason: str


class ShownBoxes(Struct, frozen=True, kw_only=True):
    """What our comment asked at some time: hashes by item id, and the commit and environment it
    spoke of.
    """

    at: datetime
    words: Mapping[str, frozenset[str]]
    head: str | None
    environment: str | None


def ticks(history: History, *, ours: bool) -> Iterator[Tick | Unattributable]:
    """Every tick that can be attributed, and every revision that cannot. `ours`: our comment, not
    people's own text.
    """
    before: str | None = None
    spoke: Mapping[str, str] = {}
    sound = (
        not ours and history.complete
    )  # a body of people's begins sound; our comment only with a revision of ours
    for number, revision in enumerate(history.revisions):
        if ours and revision.by_gate:
            before, sound = revision.text, revision.text is not None
            spoke = _marker(revision.text)
            continue
        if number == 0:
            before, sound = revision.text, sound and revision.text is not None
            continue
        lost = _lost(revision, before, sound)
        if lost:
            yield Unattributable(by=revision.editor, at=revision.at, reason=lost)
            sound = False
        else:
            assert revision.text is not None
            assert before is not None
            assert revision.editor is not None
            for line, ticked in _changed(before, revision.text):
                yield Tick(
                    by=revision.editor,
                    at=revision.at,
                    ticked=ticked,
                    line=line,
                    words=decode_marker(line) if ours else {},
                    head=spoke.get("head"),
                    environment=spoke.get("environment"),
                )
        before = revision.text


def shown_boxes(comment: Comment) -> tuple[ShownBoxes, ...]:
    """What our comment asked over time, oldest first: only our own revisions are believed."""
    own = [
        (each.at, each.text)
        for each in comment.history.revisions
        if each.by_gate and each.text is not None
    ]
    spoken = [(at, text, _marker(text)) for at, text in own]
    return tuple(
        ShownBoxes(
            at=at,
            words=_all_asked(text),
            head=spoke.get("head"),
            environment=spoke.get("environment"),
        )
        for at, text, spoke in spoken
    )


def _lost(revision: Revision, before: str | None, sound: bool) -> str | None:
    """Why a person's revision attributes nothing; None if it does."""
    if not sound or before is None:
        return "an earlier edit cannot be attributed"
    if revision.text is None:
        return "the edit was blanked from the history"
    if revision.editor is None:
        return "the editor's account is gone"
    if not revision.editor.person:
        return "a bot ticked it"
    if _bare(revision.text) != _bare(before):
        return "text was changed together with the boxes"
    return None


def _bare(text: str) -> list[str]:
    """The lines with every box emptied."""
    return [
        f"{found['before']}[ ]{found['after']}" if (found := _BOX.match(line)) else line
        for line in _lines(text)
    ]


def _changed(before: str, after: str) -> Iterator[tuple[str, bool]]:
    """The lines whose box changed, with the new state. Both texts are the same but for boxes."""
    for old, new in zip(_lines(before), _lines(after), strict=True):
        was, now = _BOX.match(old), _BOX.match(new)
        if was and now and (was["tick"] == " ") != (now["tick"] == " "):
            yield now["after"].strip(), now["tick"] != " "


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


def _all_asked(text: str) -> Mapping[str, frozenset[str]]:
    hashes: dict[str, frozenset[str]] = {}
    for line in _lines(text):
        for item, words in decode_marker(line).items() if _BOX.match(line) else ():
            hashes[item] = hashes.get(item, frozenset()) | words
    return hashes


def _marker(text: str | None) -> Mapping[str, str]:
    """What our last line says: `head`, only if it is a commit, and `environment`."""
    found = _MARKER.fullmatch(_lines(text or "")[-1])
    pairs = (pair.partition("=") for pair in (found["said"].split() if found else ()))
    said = {key: unquote(value) for key, _, value in pairs}
    return said if _COMMIT.fullmatch(said.get("head", "")) else {}
