"""Ticks, from the edit history of a text and never from its body. Pure.

A person's revision counts only if it differs from the one just before it by boxes alone. Our own revisions change no
state. A revision that cannot be attributed makes every later one unattributable until our next.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, unquote

from .records import Actor, Comment, History, Revision

_BOX = re.compile(r"^(?P<before>[ \t>]*(?:[-*+]|\d{1,9}[.)])[ \t]+)\[(?P<tick>[ xX])\](?P<after>[ \t].*)$")
_WORDS = re.compile(r"<!-- asks (?P<pairs>[^<>]*) -->\s*$")
_HEAD = re.compile(r"<!-- deploy-checklist [^<>]*\bhead=(?P<head>[0-9a-f]{40,64})\b[^<>]* -->\s*$")


@dataclass(frozen=True, kw_only=True, slots=True)
class Tick:
    """One person's tick (or un-tick) of one box, with what the box said."""

    by: Actor
    at: datetime
    ticked: bool
    line: str  # the box's line without its box
    words: Mapping[str, str]  # item id → hash, as our preceding revision asked; empty outside our own comment
    head: str | None  # the commit that our preceding revision spoke of


@dataclass(frozen=True, kw_only=True, slots=True)
class Lost:
    """A person's revision that attributes nothing, and why."""

    by: Actor | None
    at: datetime
    reason: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """What our comment asked at some time: hashes by item id, and the commit it spoke of."""

    at: datetime
    words: Mapping[str, str]
    head: str | None


def box_words(pairs: tuple[tuple[str, str], ...]) -> str:
    """The invisible end of a box's line in our comment: which items it asks, each with the hash of its words."""
    return "<!-- asks " + " ".join(f"{quote(item, safe='/~')}={words}" for item, words in pairs) + " -->"


def ticks(history: History, *, ours: bool) -> Iterator[Tick | Lost]:
    """Every tick that can be attributed, and every revision that cannot. `ours`: our comment, not people's own text."""
    before: str | None = None
    head: str | None = None
    sound = not ours and history.complete  # a body of people's begins sound; our comment only with a revision of ours
    for number, revision in enumerate(history.revisions):
        if ours and revision.own:
            before, sound = revision.text, revision.text is not None
            head = _head(revision.text)
            continue
        if number == 0:
            before, sound = revision.text, sound and revision.text is not None
            continue
        lost = _lost(revision, before, sound)
        if lost:
            yield Lost(by=revision.editor, at=revision.at, reason=lost)
            sound = False
        else:
            assert revision.text is not None
            assert before is not None
            assert revision.editor is not None
            for line, ticked in _changed(before, revision.text):
                words = _asked(line) if ours else {}
                yield Tick(by=revision.editor, at=revision.at, ticked=ticked, line=line, words=words, head=head)
        before = revision.text


def shown(comment: Comment) -> tuple[Shown, ...]:
    """What our comment asked over time, oldest first: only our own revisions are believed."""
    return tuple(
        Shown(at=revision.at, words=_all_asked(revision.text), head=_head(revision.text))
        for revision in comment.history.revisions
        if revision.own and revision.text is not None
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
    return [f"{found['before']}[ ]{found['after']}" if (found := _BOX.match(line)) else line for line in _lines(text)]


def _changed(before: str, after: str) -> Iterator[tuple[str, bool]]:
    """The lines whose box changed, with the new state. Both texts are the same but for boxes."""
    for old, new in zip(_lines(before), _lines(after), strict=True):
        was, now = _BOX.match(old), _BOX.match(new)
        if was and now and (was["tick"] == " ") != (now["tick"] == " "):
            yield now["after"].strip(), now["tick"] != " "


def _lines(text: str) -> list[str]:
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n").split("\n")


def _asked(line: str) -> Mapping[str, str]:
    found = _WORDS.search(line)
    pairs = (pair.rpartition("=") for pair in found["pairs"].split()) if found else ()
    return {unquote(item): words for item, equals, words in pairs if equals}


def _all_asked(text: str | None) -> Mapping[str, str]:
    asked: dict[str, str] = {}
    for line in _lines(text or ""):
        if _BOX.match(line):
            asked.update(_asked(line))
    return asked


def _head(text: str | None) -> str | None:
    found = _HEAD.search(_lines(text or "")[-1])
    return found["head"] if found else None
