"""The artefacts of a release, which its evidence is about beside the report."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterable, Sequence
from hashlib import sha256
from itertools import takewhile
from pathlib import Path

from ..errors import Unusable
from ..outcome import Unobservable
from ..report.evidence import EvidenceSubject
from ..values.glob_matching import path_glob
from ..values.globs import glob_fault
from ..world.folder import Folder

MOST = 100  # artefacts
LARGEST = 4 * 1024**3  # bytes of all of them
_BY_DIGEST = re.compile(r"(?P<name>[^\s@]+)@sha256:(?P<sha256>[0-9a-f]{64})")
_GLOB_SIGNS = re.compile(r"[*?\[]")
_CHUNK = 1_048_576  # bytes
_EARLIER = "build the artefacts before this step"
_OTHER_NAME = "rename the artefact"
_BY_NAME = "give large artefacts as `name@sha256:…`"


def subjects(
    root: Path, entries: Iterable[str], without: Collection[str] = (), *, named_by: str
) -> tuple[EvidenceSubject, ...]:
    """The artefacts that these entries name: `name@sha256:…`, or paths and globs below `root`.

    `without`: paths of what this run writes, which a glob may match. `named_by`: the input or flag,
    for errors. Raises Unusable for what is not there, for links, and for too many or large files.
    """
    try:
        found = _digests(Folder(root), entries, without)
    except _Refused as refused:
        raise Unusable(f"{named_by}: {refused}", hint=refused.hint) from None
    return tuple(
        [EvidenceSubject(name=name, digest={"sha256": each}) for name, each in found.items()]
    )


class _Refused(Exception):
    def __init__(self, entry: str, fault: str, hint: str | None) -> None:
        super().__init__(f"`{entry}` {fault}")
        self.hint = hint


def _digests(folder: Folder, entries: Iterable[str], without: Collection[str]) -> dict[str, str]:
    """The SHA-256 of each artefact, by its name."""
    found = dict[str, str]()
    room = LARGEST
    for entry in entries:
        if stated := _BY_DIGEST.fullmatch(entry):
            if stated["name"] in without:
                raise _Refused(entry, "is a file that this run writes itself", _OTHER_NAME)
            _add(found, stated["name"], stated["sha256"])
            continue
        for path in _paths(folder, entry):
            if path not in without:
                digest, size = _digest(folder, path, room)
                _add(found, path, digest)
                room -= size
    return found


def _add(found: dict[str, str], name: str, digest: str) -> None:
    if found.setdefault(name, digest) != digest:
        raise _Refused(name, "is given twice, with different digests", "give it once")
    if len(found) > MOST:
        raise _Refused(
            name, f"is one too many: at most {MOST} artefacts are allowed", "give fewer artefacts"
        )


def _paths(folder: Folder, entry: str) -> Sequence[str]:
    is_glob = _GLOB_SIGNS.search(entry) is not None
    if is_glob and (fault := glob_fault(entry)):
        raise _Refused(entry, fault, "write a glob such as dist/*.tar.gz")
    try:
        parts = folder.inside(entry)
        if not is_glob:
            return ["/".join(parts)]
        plain = "/".join(takewhile(lambda part: not _GLOB_SIGNS.search(part), parts)) or "."
        glob = path_glob(entry)
        # A link among them is refused where it is read, rather than silently left out.
        matching = [path for path in folder.files(plain, links=True) if glob.matches(path)]
    except Unobservable as refusal:
        raise _Refused(entry, f"cannot be searched: {refusal.reason}", refusal.remedy) from None
    if not matching:
        raise _Refused(entry, "matches no file", _EARLIER)
    return matching


def _digest(folder: Folder, path: str, room: int) -> tuple[str, int]:
    """Its SHA-256 in hexadecimal digits, and how many bytes it has; at most `room` are read."""
    try:
        file = folder.open(path)
    except Unobservable as refusal:
        raise _Refused(path, f"cannot be read: {refusal.reason}", refusal.remedy) from None
    if file is None:
        raise _Refused(path, "is not there", _EARLIER)
    found, size = sha256(), 0
    with file:
        too_large = os.fstat(file.fileno()).st_size > room
        while not too_large and (chunk := file.read(_CHUNK)):
            found.update(chunk)
            size += len(chunk)
            too_large = size > room
    if too_large:
        raise _Refused(path, "exceeds the limit: at most 4 GiB of artefacts are read", _BY_NAME)
    return found.hexdigest(), size
