"""The evidence that `check --evidence` writes on a laptop: a run there cannot block a release."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from ..errors import Unusable
from ..publish.evidence_file import basis
from ..publish.report_file import write_at
from ..redaction.redact import Redactor
from ..redaction.report import blanked
from ..report import evidence, json_v1
from ..report.model import Report
from .subjects import subjects


class LocalEvidence(Struct, frozen=True, kw_only=True):
    """Where to write it, and what it is about."""

    path: Path
    report: str  # path of the report file
    artefacts: tuple[evidence.EvidenceSubject, ...]

    @classmethod
    def asked(cls, path: str | None, report: str | None, artefacts: Sequence[str]) -> LocalEvidence:
        """From the flags, before anything is judged. Raises Unusable if one of them is missing."""
        if path is None:
            raise Unusable("--subject needs --evidence", hint="give the path of the file to write")
        if report is None:
            raise Unusable(
                "--evidence needs --format json and --output",
                hint="the evidence describes the report file",
            )
        if os.path.realpath(path) == os.path.realpath(report):
            raise Unusable(
                "--evidence and --output are the same file", hint="give two different paths"
            )
        # As globs name them, however they were typed.
        own = [os.path.relpath(os.path.realpath(each), Path.cwd()) for each in (report, path)]
        found = subjects(Path.cwd(), artefacts, own, named_by="--subject")
        return cls(path=Path(path), report=report, artefacts=found)

    def write(self, report: Report, redactor: Redactor) -> None:
        """Writes it, unless a secret is in it: then Leak is raised."""
        about = basis(report, redactor, self.report, self.artefacts, status_written=False)

        def rendered(of: Report) -> str:
            return evidence.render(evidence.statement(json_v1.on_the_wire(of), about))

        def fixed_text() -> str:
            return f"{redactor.fixed_text()}\n{rendered(blanked(report))}"

        text = rendered(report)
        dataclasses.replace(redactor, fixed_text=fixed_text).check(text)
        write_at(self.path, text)
