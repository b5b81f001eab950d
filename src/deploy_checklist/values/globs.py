"""Globs and paths in a rules file: the meaning without `/`, and globs that can match nothing."""

from __future__ import annotations

import re
from typing import LiteralString

_CHOICE = re.compile(r"\{(?:[^{},.]|\.(?!\.))*+(?:,|\.\.)[^{}]*+\}|\|")
_SEVERAL = re.compile(r"[,;]|\s[*.!]")
_STARS_BESIDE = re.compile(r"[^/]\*\*|\*\*[^/]")
_CLASS = re.compile(r"\[[!^]?+[^/][^/\]]{0,250}\]")


def expanded(glob: str) -> tuple[str, ...]:
    """A glob as `.gitignore` reads it: without `/` it applies in every folder, and a folder means
    everything in it.
    """
    plain = glob.rstrip("/")
    anchored = plain if "/" in plain else f"**/{plain}"
    inside = f"{anchored}/**"
    return (inside,) if glob.endswith("/") else (anchored, inside)


def literal_glob(path: str) -> str:
    """A glob that matches only this path."""
    return "".join(f"\\{char}" if char in "*?[]\\" else char for char in path)


def glob_fault(glob: str) -> LiteralString | None:
    """Why a glob, as git reads it, can match no file; None if it can.

    With such a glob a rule that forbids a file always passes, and a fact about changes is never
    true.
    """
    if fault := _spelling_fault(glob):
        return fault
    if _CHOICE.search(glob):
        return (
            "uses braces, which git's globs do not support: write each glob as its own list entry"
        )
    if _SEVERAL.search(glob):
        return "contains several globs: write each glob as its own list entry"
    if glob.startswith("!"):
        return "begins with `!`, but paths cannot be excluded: write only the globs that you want"
    if "//" in glob or not glob.strip("/"):
        return "has two slashes in a row: write one `/` between two names"
    if "." in glob.split("/"):
        return "contains `./`: write the path from the repository's root, without it"
    if _STARS_BESIDE.search(glob):
        return (
            "has other characters next to `**`: "
            "write it by itself between slashes, as in `secrets/**/*.pem`"
        )
    if "[" in _CLASS.sub("", glob):
        return "has a `[` without a closing `]`: for the character itself, write `[[]`"
    return None


def path_fault(path: str) -> LiteralString | None:
    """Why a text cannot be the path of one file or folder; None if it can."""
    if "*" in path or "?" in path or _CHOICE.search(path):
        return (
            "is a glob, but `file` checks one path: "
            "write that path, or use `git: { untracked: … }` for globs"
        )
    if re.search(r"[,;]\s", path):
        return "names several files: write one rule for each file"
    return _spelling_fault(path)


def _spelling_fault(text: str) -> LiteralString | None:
    if text != text.strip():
        return "begins or ends with white space: remove it"
    if "\\" in text:
        return "contains a backslash: separate folders with `/`"
    return None
