"""Where the files are that a document names: a path in its words may begin at its own folder."""

from __future__ import annotations

import re
from collections.abc import Callable
from posixpath import basename, dirname, join, normpath, splitext
from urllib.parse import unquote

from msgspec import Struct

from ..values.globs import path_fault

Exists = Callable[[str], bool | None]  # of a path from the root; None: that is not known

_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*:|//|\\", re.IGNORECASE)


def nothing_exists(path: str) -> bool:
    """For a document whose repository is not at hand: every path begins at the root."""
    return False


class DocumentPaths(Struct, frozen=True, kw_only=True):
    """The paths in one document, turned into paths from the repository's root."""

    name: str  # the document's own, without folder and ending
    folder: str  # its folder, from the root; empty for the root
    exists: Exists

    def of_words(self, path: str) -> str | None:
        """A path as written: next to the document if it exists there, else from the root.

        None if it leaves the repository, or if either of the two could be right.
        """
        at_root, beside = normpath(path), normpath(join(self.folder, path))
        folder_mark = "/" if path.endswith("/") else ""
        if path.startswith("../") or beside == at_root:
            found: str | None = beside
        else:
            is_beside = self.exists(beside)
            found = at_root if is_beside is False else beside if is_beside else None
        return None if found is None or _leaves(found) else found + folder_mark

    def of_link(self, target: str) -> str | None:
        """A link's target: it begins at the document's folder, with `/` at the root.

        None if it leads elsewhere: to a page, to a place in this document, out of the repository.
        """
        path = unquote(target.partition("#")[0].partition("?")[0])
        if not path or _ADDRESS.match(path):
            return None
        found = normpath(path.lstrip("/") if path.startswith("/") else join(self.folder, path))
        is_path = found.isprintable() and "${" not in found and path_fault(found) is None
        return found if is_path and not _leaves(found) else None


def document_paths(document: str, exists: Exists) -> DocumentPaths:
    """The paths in a document. `document` is its own path from the root, or absolute."""
    inside = not document.startswith(("/", "../"))
    name = splitext(basename(document))[0]
    return DocumentPaths(name=name, folder=dirname(document) if inside else "", exists=exists)


def _leaves(path: str) -> bool:
    return path == ".." or path.startswith("../")
