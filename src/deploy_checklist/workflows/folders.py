"""Folders that workflow files and commands name."""

from __future__ import annotations

from posixpath import normpath


def below_root(folder: str) -> str | None:
    """The path from the repository's root, "" for the root itself; None if it is outside."""
    found = normpath(folder)
    if found.startswith(("/", "..")):
        return None
    return "" if found == "." else found
