"""What a run found, as an in-toto Statement that a release keeps and a signer signs.

Statement v1 (in-toto/attestation, spec/v1/statement.md) with the predicate Simple Verification
Result v0.2 (spec/predicates/svr.md): `verifier.id`, `verifier.policies`, `timeCreated` and
`properties` are required. `verifier.version` is an extension field, as its parsing rules allow.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Annotated

from msgspec import Meta, Struct, to_builtins

from ..checklist.model import Phase
from ..outcome import Outcome
from . import json_v1
from .exceptions import LETS_THROUGH
from .wire import JsonFile, JsonReport

STATEMENT_TYPE = "https://in-toto.io/Statement/v1"
PREDICATE_TYPE = "https://in-toto.io/attestation/svr/v0.2"
# Its number changes with the meaning of a property. `org` is a placeholder, as in the README.
VERIFIER_ID = "https://github.com/org/deploy-checklist/v1"
_TOOL = "deploy-checklist"
_PREFIX = "DEPLOY_CHECKLIST_"
_SIGN = re.compile(r"(?P<letter>[a-z])|(?P<hyphen>(?<=[A-Za-z0-9])-(?=[A-Za-z0-9]))|[^A-Z0-9]")


class EvidenceSubject(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """in-toto's ResourceDescriptor: a name, and digests in hexadecimal digits by algorithm."""

    name: str = ""
    digest: Mapping[str, str]


class EvidenceVerifier(Struct, frozen=True, kw_only=True):
    """The program that judged, and the documents it used."""

    id: str
    version: Mapping[str, str] = {}
    policies: tuple[EvidenceSubject, ...]


class EvidencePredicate(Struct, frozen=True, kw_only=True, rename={"time": "timeCreated"}):
    """The Simple Verification Result."""

    verifier: EvidenceVerifier
    time: Annotated[datetime, Meta(tz=True)]
    properties: tuple[str, ...]


class EvidenceStatement(
    Struct, frozen=True, kw_only=True, rename={"type": "_type", "predicate_type": "predicateType"}
):
    """What is claimed, and of which files: the report first."""

    type: str
    subject: tuple[EvidenceSubject, ...]
    predicate_type: str
    predicate: EvidencePredicate


class EvidenceBasis(Struct, frozen=True, kw_only=True):
    """What the report itself does not say."""

    report: EvidenceSubject  # the report file, as it was written
    artefacts: tuple[EvidenceSubject, ...] = ()
    status_written: bool = False  # whether GitHub has a status by which this release may begin


def statement(report: JsonReport, basis: EvidenceBasis) -> EvidenceStatement:
    """The Statement about a report and the artefacts of its release."""
    return EvidenceStatement(
        type=STATEMENT_TYPE,
        subject=(basis.report, *basis.artefacts),
        predicate_type=PREDICATE_TYPE,
        predicate=EvidencePredicate(
            verifier=EvidenceVerifier(
                id=VERIFIER_ID, version={_TOOL: report.tool.version}, policies=policies(report)
            ),
            time=report.at,
            properties=(
                *(release_property(report) if basis.status_written else ()),
                *signed_properties(report),
            ),
        ),
    )


def render(evidence: EvidenceStatement) -> str:
    """The Statement as JSON."""
    return json_v1.data_text(to_builtins(evidence))


def policies(report: JsonReport) -> tuple[EvidenceSubject, ...]:
    """The checklist and the rules file, by their digests."""
    documents: tuple[JsonFile | None, ...] = (report.checklist, report.rules)
    return tuple(
        [
            EvidenceSubject(name=each.path, digest={"sha256": each.sha256})
            for each in documents
            if each is not None
        ]
    )


def release_property(report: JsonReport) -> tuple[str, ...]:
    """`DEPLOY_CHECKLIST_READY_PRODUCTION`, with the gate's name before the environment's if it has
    one; `OVERRIDDEN` or `ROLLED_BACK` instead of `READY` where it is let through although it is not
    ready. Nothing if the release is held, or if the run could not hold it.
    """
    if report.verdict not in LETS_THROUGH or report.phase is not Phase.BEFORE:
        return ()
    if not _holds(report):
        return ()
    # A word neither begins nor ends with `_` nor has two of them, so that these two tell what is
    # the gate's name.
    gate = f"{_word(report.gate)}__" if report.gate else ""
    name = gate + _word(report.environment or "")
    verdict = report.verdict.value.upper()
    return (f"{_PREFIX}{verdict}_{name}" if name else f"{_PREFIX}{verdict}",)


def signed_properties(report: JsonReport) -> tuple[str, ...]:
    """`DEPLOY_CHECKLIST_SIGNED_BACKEND_LEAD` for each role in which somebody signed an item that
    passed; nothing of a run that blocks nothing, whose roles may be anybody's.
    """
    roles = set(_roles_that_signed(report)) if _holds(report) else ()
    return tuple(sorted({f"{_PREFIX}SIGNED_{_word(role)}" for role in roles}))


def _holds(report: JsonReport) -> bool:
    """Whether the run could hold a release: on GitHub, and not in `report` mode."""
    return report.mode == "enforce" and report.run is not None


def _roles_that_signed(report: JsonReport) -> Iterator[str]:
    for item in report.items:
        if item.outcome is Outcome.PASS and not item.title:
            yield from (sign.role for sign in item.signed if sign.role)


def _word(name: str) -> str:
    """A name in capital letters, digits and, for a hyphen between two of them, `_`. Any other
    character is its number in hexadecimal digits between two `x`, so that no name can be chosen
    that becomes the same as another one in other letters.
    """
    return _SIGN.sub(_spelled, name)


def _spelled(found: re.Match[str]) -> str:
    if found["letter"]:
        return found["letter"].upper()
    return "_" if found["hyphen"] else f"x{ord(found[0]):x}x"
