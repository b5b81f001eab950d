"""What in a release's evidence disagrees with its report."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..errors import Unusable
from ..report.evidence import (
    PREDICATE_TYPE,
    STATEMENT_TYPE,
    EvidenceBasis,
    EvidencePredicate,
    EvidenceStatement,
    EvidenceSubject,
    release_property,
    statement,
)
from ..report.wire import JsonReport
from .consistency import differs
from .report_files import in_shape, json_in


def evidence_in(data: bytes, name: str) -> EvidenceStatement:
    """The Statement in a JSON text. Raises Unusable for anything else."""
    document = json_in(data, name, what="evidence")
    if isinstance(document, dict) and "dsseEnvelope" in document:
        raise Unusable(
            f"{name}: a signed bundle, but `verify` reads no signatures",
            hint="verify it with `gh attestation verify`, then give the Statement inside it",
        )
    hint = "give a file written by `evidence-file` or `check --evidence`"
    found = in_shape(document, EvidenceStatement, f"{name}: not evidence", hint)
    if (found.type, found.predicate_type) != (STATEMENT_TYPE, PREDICATE_TYPE):
        raise Unusable(f"{name}: not a Statement with the predicate {PREDICATE_TYPE}", hint=hint)
    return found


def of_evidence(evidence: EvidenceStatement, report: JsonReport, digest: str) -> Iterator[str]:
    """Each thing that does not agree. `digest`: the SHA-256 of the report file."""
    digests = [each.digest.get("sha256", "none") for each in evidence.subject]
    if digest not in digests:
        stands = ", ".join(digests) or "none"
        yield differs("evidence.subject", stands, digest, "the report file")
    about = EvidenceBasis(report=EvidenceSubject(digest={}), status_written=True)
    expected = statement(report, about).predicate
    stands_at, follows_at = _told(evidence.predicate), _told(expected)
    # That the status of the report was written is not in the report: less may be claimed.
    without_release = expected.properties[len(release_property(report)) :]
    if evidence.predicate.properties == without_release:
        del stands_at["properties"]
    for name, stands in stands_at.items():
        if stands != follows_at[name]:
            yield differs(f"evidence.{name}", stands, follows_at[name], "the report")


def _told(predicate: EvidencePredicate) -> dict[str, str]:
    """What a predicate says, by the names of its fields."""
    verifier = predicate.verifier
    policies = [f"{each.name} {_listed(each.digest)}" for each in verifier.policies]
    return {
        "verifier.id": verifier.id,
        "verifier.version": _listed(verifier.version),
        "verifier.policies": "; ".join(policies) or "none",
        "timeCreated": predicate.time.isoformat(),
        "properties": " ".join(predicate.properties) or "none",
    }


def _listed(values: Mapping[str, str]) -> str:
    return ", ".join(f"{name}:{value}" for name, value in sorted(values.items())) or "none"
