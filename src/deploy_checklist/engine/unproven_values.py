"""Values that are not proven to be those of the gated environment count for nothing. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from ..checks.base import Needs
from ..checks.registry import kinds
from ..outcome import Finding, Outcome
from .aggregate import ClauseResult

Results = list[list[ClauseResult]]


def downgrade_unproven(results: Results, instead: Finding) -> Results:
    """Every look at a value that passed becomes `instead`; what failed stays what it is."""
    return [[_downgraded(each, instead) for each in steps] for steps in results]


def _downgraded(result: ClauseResult, instead: Finding) -> ClauseResult:
    if result.step.subject is None:
        return result
    judging = {
        use.kind
        for use in result.step.clause.uses
        if use.params is not None and Needs.VALUE in kinds()[use.kind].reads(use.params)
    }
    findings = tuple(
        replace(instead, check=each.check, evidence=each.evidence)
        if each.check in judging and each.outcome is Outcome.PASS
        else each
        for each in result.findings
    )
    return replace(result, findings=findings)
