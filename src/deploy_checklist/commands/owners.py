"""Whose approval a change to the gate needs: the checklist, the rules and the workflows.

Places, precedence and patterns of CODEOWNERS are GitHub's ("About code owners"): the first of three
places counts; the last line that matches decides; a line without owners takes them away. Patterns
are gitignore's, without `!`, `[ ]` and `\\#`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
    """A pattern of paths, and their owners; nobody's if none is named."""

    number: int
    pattern: str
    owners: tuple[str, ...]


def owners_file(root: Path) -> str | None:
    """The CODEOWNERS that GitHub reads; None if there is none."""
    return next((place for place in PLACES if files.is_file(root, place)), None)


def unowned(root: Path, documents: Documents) -> Iterator[Drift]:
    """The files of the gate to which CODEOWNERS gives no owner; none without a CODEOWNERS."""
    place = owners_file(root)
    if place is None:
        return
    data = files.read(root / place, what="CODEOWNERS file", limit=LIMIT)
    yield from without_owner(data, place, _gate_files(root, documents, place))


def without_owner(data: bytes, place: str, paths: Iterable[str]) -> Iterator[Drift]:
    """Those of the paths to which this CODEOWNERS, whose path is `place`, gives no owner."""
    lines = _parsed(data.decode("utf-8", "replace"))
    for path in paths:
        last = next((line for line in reversed(lines) if covers(line.pattern, path)), None)
        if last is None or not last.owners:
            yield Drift(
                kind="unowned",
                message=f"`{path}` has no owner: anyone who can merge can change what the gate "
                f"checks",
                file=place,
                line=last.number if last else None,
                hint=f"add a line: /{path} @your-team",
            )


def _parsed(text: str) -> list[OwnersLine]:
    """Every line with a pattern."""
    lines = []
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if words:
            lines.append(OwnersLine(number=number, pattern=words[0], owners=tuple(words[1:])))
    return lines


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
            possible = [end for end in ends if end < len(names)]
            ends = {end + 1 for end in possible if fnmatchcase(names[end], literal)}
    return ends


def _gate_files(root: Path, documents: Documents, place: str) -> Iterator[str]:
    """The files in the repository that decide what is gated, CODEOWNERS among them."""
    named = [documents.checklist.path, documents.rules.path if documents.rules else None, place]
    inside = (path for path in named if path and not {"/", ".."} & set(PurePosixPath(path).parts))
    yield from dict.fromkeys(inside)
    yield from (f"{_WORKFLOWS}/{name}" for name in sorted(files.names_in(root / _WORKFLOWS)))
