"""The evidence of a release: the in-toto Statement that a later step signs."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path

from msgspec.structs import replace

from ..redaction.redact import Redactor
from ..report import evidence, json_v1
from ..report.model import Report
from .base import Destinations
from .report_file import write_below


def basis(
    report: Report,
    redactor: Redactor,
    path: str,
    artefacts: Iterable[evidence.EvidenceSubject],
    *,
    status_written: bool,
) -> evidence.EvidenceBasis:
    """What the evidence is about: the report file, as it was written at `path`, and artefacts."""
    written = json_v1.render(report).encode("utf-8", "replace")
    return evidence.EvidenceBasis(
        report=evidence.EvidenceSubject(
            name=redactor.text(path), digest={"sha256": sha256(written).hexdigest()}
        ),
        artefacts=tuple([replace(each, name=redactor.text(each.name)) for each in artefacts]),
        status_written=status_written,
    )


def text(report: Report, to: Destinations) -> str | None:
    """The Statement, if the input `evidence-file` asks for it and there is a report file."""
    if to.inputs.evidence_file is None or to.evidence is None:
        return None
    return evidence.render(evidence.statement(json_v1.on_the_wire(report), to.evidence))


def write(text: str, report: Report, to: Destinations) -> Mapping[str, str]:
    """Below the workspace. What a signer needs of it is an output, too."""
    path = to.inputs.evidence_file or ""
    write_below(Path(to.context.github_workspace or Path.cwd()), path, text)
    predicate = json.dumps(json.loads(text)["predicate"], separators=(",", ":"))
    return {"evidence": path, "predicate": predicate}
