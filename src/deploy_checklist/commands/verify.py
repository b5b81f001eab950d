"""Checks a report against its own items, and against the files that it names. Makes no request.

This is a check of consistency. It does not find a report that somebody changed and made consistent
again: only a signature shows that, and none is read here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from hashlib import sha256
from pathlib import Path
from typing import TextIO

from msgspec import Struct

from ..errors import Exit, Unusable
from ..redaction.report import safe_for_log
from ..report import wire
from ..report.escape import line
from ..report.states import verdict_word
from ..report.view import counted, cut
from ..world import files
from .consistency import differs, disagreements
from .evidence import evidence_in, of_evidence
from .report_files import LIMIT, report_in

MOST = 50  # lines about what does not agree
_LONGEST = 400  # characters of one
_UNSIGNED = (
    "no signature was checked: only a signature shows that nobody rewrote the files (`gh "
    "attestation verify`)"
)


class VerifiedFiles(Struct, frozen=True, kw_only=True):
    """The files to compare with each other, as given."""

    report: Path
    checklist: Path | None = None
    rules: Path | None = None
    evidence: Path | None = None


def verify(given: VerifiedFiles, environ: Mapping[str, str], out: TextIO) -> int:
    """Prints each thing that does not agree in one line, and returns the exit code.

    Raises Unusable if a file cannot be read, or is not what it should be.
    """
    data = _read(given.report, "report")
    report = report_in(data, str(given.report))
    found = [*disagreements(report), *_digests(given, report)]
    if given.evidence is not None:
        evidence = evidence_in(_read(given.evidence, "evidence"), str(given.evidence))
        found += of_evidence(evidence, report, sha256(data).hexdigest())
    for each in found[:MOST]:
        print(cut(safe_for_log(line(each), environ), _LONGEST), file=out)
    if len(found) > MOST:
        print(f"… and {len(found) - MOST} more", file=out)
    print(safe_for_log(_summary(given, report, len(found)), environ), file=out)
    print(_UNSIGNED, file=out)
    return Exit.HELD if found else Exit.READY


def _read(path: Path, what: str) -> bytes:
    if path.is_symlink():
        raise Unusable(
            f"{path}: the {what} is a symbolic link", hint="give the path of the file itself"
        )
    return files.read(path, what=what, limit=LIMIT)


def _digests(given: VerifiedFiles, report: wire.JsonReport) -> Iterator[str]:
    if given.checklist is not None:
        yield from _digest("checklist", given.checklist, report.checklist)
    if given.rules is not None:
        yield from _digest("rules file", given.rules, report.rules)


def _digest(what: str, path: Path, stated: wire.JsonFile | None) -> Iterator[str]:
    digest = sha256(files.read(path, what=what, limit=files.CHECKLIST_LIMIT)).hexdigest()
    found = stated.sha256 if stated is not None else "none"
    if found != digest:
        name = "checklist.sha256" if what == "checklist" else "rules.sha256"
        yield differs(name, found, digest, str(path))


def _summary(given: VerifiedFiles, report: wire.JsonReport, disagreeing: int) -> str:
    if disagreeing:
        do = "does" if disagreeing == 1 else "do"
        return f"{given.report}: {counted(disagreeing, 'thing')} {do} not agree"
    count = sum(not item.title for item in report.items)
    give = "gives" if count == 1 else "give"
    verdict = verdict_word(report.verdict)
    return f"{given.report}: {verdict}; its {counted(count, 'item')} {give} the same verdict"
