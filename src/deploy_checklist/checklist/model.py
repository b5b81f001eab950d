"""The Checklist: its sections, items and tables. Line numbers are those of the file."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from enum import StrEnum

from msgspec import Struct

from ..opaque import OpaqueStruct


class Phase(StrEnum):
    """When an item is checked."""

    BEFORE = "before"
    DEPLOY = "deploy"  # in the deploy job; only by a rule
    AFTER = "after"
    REFERENCE = "reference"  # never asked


class Section(Struct, frozen=True, kw_only=True):
    """A heading, or a title that works as one."""

    title: str
    path: tuple[str, ...]  # the headings above it and its own, as plain text
    line: int
    level: int
    phase: Phase | None = None  # that the heading itself, or a pin under it, names
    environment: str | None = None  # that its words may name (see phases.environment_candidate)
    known_environment: str | None = None  # that it is surely for (see environments.py)


class Item(Struct, frozen=True, kw_only=True):
    """One task-list entry that GitHub shows with a box."""

    id: str  # pin, else first variable, else the shortest unique slug (see parse.identify)
    line: int  # of the box, from 1
    end_line: int  # last line that belongs to it, nested ones included
    markdown: str  # the item's own first paragraph, as written, without marker, box and pin
    text: str  # the same as plain text (no Markdown marks), white space folded
    words: str  # all of its own words: paragraphs, plain bullets in it, and its `fences`
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
    known_environment: str | None = None  # that the section around it is surely for
    environments: tuple[str, ...] = ()  # candidates of every section around it, innermost first
    link_texts: tuple[str, ...] = ()  # what a reader sees of links and autolinks
    conditional: bool = False  # says "if", "when", "unless", "where applicable", …


class SecretRow(Struct, frozen=True, kw_only=True):
    """A row of a table of secrets."""

    name: str | None  # None: the row names no variable, only words
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
    near_boxes: tuple[int, ...] = ()  # lines that look like an item, and are none
    sha256: str = ""  # of the file's bytes, in hexadecimal digits; empty: it was no file


class Drift(Struct, frozen=True, kw_only=True):
    """A place where the document disagrees with the rules, or with itself."""

    kind: str  # one word: unbound, orphan, reworded, …
    message: str
    file: str | None
    line: int | None
    hint: str | None = None


_LONGEST_WORD = 1_000  # characters
_ASCII_WORD = re.compile(r"[a-z0-9_]+")


def fold(text: str) -> str:
    """Text for comparison: its words of any script, NFC, lower case, single spaces between them."""
    if text.isascii():
        return " ".join(_ASCII_WORD.findall(text.lower()))
    composed = _composed(text).lower()
    return " ".join("".join(char if _is_of_word(char) else " " for char in composed).split())


def _composed(text: str) -> str:
    """The text in NFC. Sorting a run of combining marks is quadratic: a longer one is cut."""
    if len(text) <= _LONGEST_WORD:
        return unicodedata.normalize("NFC", text)
    return " ".join(map(_composed_word, text.split(" ")))  # nothing is composed with a space


def _composed_word(word: str) -> str:
    pieces = (word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD))
    return "".join(unicodedata.normalize("NFC", piece) for piece in pieces)


def _is_of_word(char: str) -> bool:
    return char.isalnum() or char == "_" or unicodedata.category(char).startswith("M")


# Without these a sentence still says the same. Signs stay: "> 5" is not "< 5".
_PUNCTUATION = str.maketrans(
    dict.fromkeys(".,;:?\"'`*()[]\u201c\u201d\u2018\u2019\u201e\u00ab\u00bb\u2026", " ")
)


def words_hash(words: str) -> str:
    """Eight hexadecimal digits that change when the words of an item do (`words:` under `signed:`).

    White space, case and punctuation do not count.
    """
    composed = words if words.isascii() else _composed(words)
    plain = " ".join(composed.lower().translate(_PUNCTUATION).split())
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:8]
