"""The Checklist: Sections, Items, SecretRows, LogTemplate. Frozen values; line numbers are those of
the file.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from enum import StrEnum

from msgspec import Struct

from ..opaque import OpaqueStruct


class Phase(StrEnum):
    """When an item is asked."""

    BEFORE = "before"
    DEPLOY = "deploy"  # in the deploy job; only by a rule
    AFTER = "after"
    REFERENCE = "reference"  # never asked


class Section(Struct, frozen=True, kw_only=True):
    """A heading, or a title that works as one. `path` holds the headings above it and its own, as
    plain text.
    """

    title: str
    path: tuple[str, ...]
    line: int
    level: int
    phase: Phase | None = None  # what the heading itself, or a pin under it, says; None: not said
    environment: str | None = (
        None  # the heading less "environment", "checklist", …, lower case: a candidate name only
    )


class Item(Struct, frozen=True, kw_only=True):
    """One task-list entry that GitHub shows with a box."""

    id: str  # pin, else first variable, else the shortest unique slug (see parse.identify)
    line: int  # of the box, from 1
    end_line: int  # last line that belongs to it, nested ones included
    markdown: str  # the item's own first paragraph, as written, without marker, box and pin
    text: str  # the same as plain text (no Markdown marks), white space folded
    words: str  # all of its own words: paragraphs, nested plain bullets, the fence inside or right after it
    section: tuple[str, ...]  # heading path; titles included
    section_line: int | None  # line of the innermost heading or title
    ticked: bool
    depth: int  # 0 for an item that is in no other item
    parent: int | None  # line of the item it is nested in
    is_title: bool  # a box that is a title: worst of its children, asks nothing
    pin: str | None
    names: tuple[str, ...]  # UPPER_SNAKE names in code spans, in order, once each
    spans: tuple[str, ...]  # every code span, in order
    fences: tuple[str, ...]  # text of the fenced blocks inside it or right after it
    links: tuple[str, ...]  # targets of links and autolinks
    phase: Phase
    environment: str | None  # of the innermost section that has one (a candidate, see Section)
    struck: bool  # the whole text is struck through, or begins with N/A
    optional: bool  # says "(optional)" or begins with "Optional"
    environments: tuple[
        str, ...
    ] = ()  # candidates of every section around it, innermost first: one may be an environment
    conditional: bool = (
        False  # its words hold only under a condition ("if", "when", "unless", "where applicable")
    )


class SecretRow(Struct, frozen=True, kw_only=True):
    """A row of a table of secrets. `name` is None if the row speaks of something by words only."""

    name: str | None
    words: str  # the secret cell as plain text
    service: str | None
    source_of_truth: str | None
    owner: str | None
    line: int
    section: tuple[str, ...]


class LogTemplate(Struct, frozen=True, kw_only=True):
    """The deployment-log table: its columns as written, in their order."""

    columns: tuple[str, ...]
    line: int
    section: tuple[str, ...]


class Checklist(OpaqueStruct, frozen=True, kw_only=True):
    """The whole document."""

    path: str  # as shown to people
    title: str | None
    sections: tuple[Section, ...]
    items: tuple[Item, ...]
    secret_rows: tuple[SecretRow, ...]
    log_template: LogTemplate | None
    line_count: int
    source: str  # the text, line ends normalised to \n, BOM removed; line numbers unchanged


class Drift(Struct, frozen=True, kw_only=True):
    """Document and rules disagree, or the document and itself. `kind` is one word: unbound, orphan,
    reworded, …
    """

    kind: str
    message: str
    file: str | None
    line: int | None
    hint: str | None = None


_ASCII_WORD = re.compile(r"[a-z0-9_]+")


def fold(text: str) -> str:
    """Text for comparison: NFC, lower case, Markdown marks and punctuation gone, spaces folded, any
    script kept.
    """
    if text.isascii():
        return " ".join(_ASCII_WORD.findall(text.lower()))
    kept = (
        char if char.isalnum() or char == "_" or unicodedata.category(char).startswith("M") else " "
        for char in unicodedata.normalize("NFC", text).lower()
    )
    return " ".join("".join(kept).split())


# What a sentence can lose without saying something else. Signs stay: "above 5" is not "> 5", and
# ">" is not "<".
_PUNCTUATION = str.maketrans(
    dict.fromkeys(".,;:?\"'`*()[]\u201c\u201d\u2018\u2019\u201e\u00ab\u00bb\u2026", " ")
)


def words_hash(words: str) -> str:
    """Eight hexadecimal digits that change when the words of an item do (`words:` under `signed:`)."""
    composed = words if words.isascii() else unicodedata.normalize("NFC", words)
    said = composed.lower().translate(_PUNCTUATION)
    return hashlib.sha256(" ".join(said.split()).encode("utf-8", "surrogatepass")).hexdigest()[:8]
