"""Whose approval a change of the gate itself needs: what CODEOWNERS says of the checklist, the
rules, the workflows.

Places, precedence and patterns are GitHub's ("About code owners"): the first of three places
counts, the last line that matches decides, a line without owners takes them away; gitignore's
patterns, but for `!`, `[ ]` and `\\#`.
"""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from msgspec import Struct

from ..checklist.model import Drift
from ..run.document_files import Documents
from ..world import files

PLACES = (".github/CODEOWNERS", "CODEOWNERS", "docs/CODEOWNERS")
LIMIT = 3_145_728  # bytes; GitHub reads no larger one
_WORKFLOWS = ".github/workflows"


class OwnersLine(Struct, frozen=True, kw_only=True):
    """Which paths, and whose; nobody's if no owner is named."""

    number: int
    pattern: str
    owners: tuple[str, ...]


def owners_file(root: Path) -> str | None:
    """The CODEOWNERS that GitHub reads; None if there is none."""
    return next((place for place in PLACES if files.below(root, place)), None)


def unowned(root: Path, documents: Documents) -> Iterator[Drift]:
    """The files of the gate that CODEOWNERS leaves to whoever may merge; nothing where there is no
    such file.
    """
    place = owners_file(root)
    if place is None:
        return
    lines = parsed(
        files.read(root / place, what="CODEOWNERS file", limit=LIMIT).decode("utf-8", "replace")
    )
    for path in _gate(root, documents, place):
        last = next((line for line in reversed(lines) if covers(line.pattern, path)), None)
        if last is None or not last.owners:
            message = f"nobody owns `{path}`: whoever may merge may change what the gate asks"
            hint = f"add a line: /{path} @your-team"
            yield Drift(
                kind="unowned",
                message=message,
                file=place,
                line=last.number if last else None,
                hint=hint,
            )


def parsed(text: str) -> tuple[OwnersLine, ...]:
    """Every line that names paths."""
    words = (
        (number, line.split("#", 1)[0].split()) for number, line in enumerate(text.splitlines(), 1)
    )
    return tuple(
        OwnersLine(number=number, pattern=found[0], owners=tuple(found[1:]))
        for number, found in words
        if found
    )


def covers(pattern: str, path: str) -> bool:
    """Whether a pattern names this file, or a folder above it."""
    parts = pattern.strip("/").split("/")
    anywhere = "/" not in pattern.rstrip("/")
    names = path.split("/")
    ends = _ends(["**", *parts] if anywhere else parts, names)
    if pattern.endswith("/"):
        return any(end < len(names) for end in ends)
    own_files_only = parts[-1] == "*" and not anywhere  # `docs/*` is not about docs/api/x
    return len(names) in ends if own_files_only else bool(ends)


def _ends(parts: list[str], names: list[str]) -> set[int]:
    """After how many of the names the parts can be used up."""
    ends = {0}
    for part in parts:
        if part == "**":
            ends = set(range(min(ends), len(names) + 1)) if ends else ends
        else:
            literal = part.replace("[", "[[]")
            ends = {
                end + 1 for end in ends if end < len(names) and fnmatchcase(names[end], literal)
            }
    return ends


def _gate(root: Path, documents: Documents, place: str) -> Iterator[str]:
    """The files that decide what is gated, as far as they lie in the repository; CODEOWNERS is one
    of them.
    """
    named = [documents.checklist.path, documents.rules.path if documents.rules else None, place]
    inside = (path for path in named if path and not {"/", ".."} & set(PurePosixPath(path).parts))
    yield from dict.fromkeys(inside)
    yield from (f"{_WORKFLOWS}/{name}" for name in sorted(files.names_in(root / _WORKFLOWS)))
