"""Values that are not proven to be those of the gated environment count for nothing. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from ..checks.base import Needs
from ..checks.registry import kinds
from ..outcome import Finding, Outcome
from .aggregate import ClauseResult

Results = list[list[ClauseResult]]


def downgrade_unproven(results: Results, downgrade_to: Finding) -> Results:
    """Replaces every pass of a check that judges a value; what failed stays what it is."""
    return [[_downgraded(each, downgrade_to) for each in steps] for steps in results]


def _downgraded(result: ClauseResult, downgrade_to: Finding) -> ClauseResult:
    if result.step.subject is None:
        return result
    judging = {
        use.kind
        for use in result.step.clause.uses
        if use.params is not None and Needs.VALUE in kinds()[use.kind].reads(use.params)
    }
    findings = list(result.findings)
    for index, each in enumerate(findings):
        if each.check in judging and each.outcome is Outcome.PASS:
            findings[index] = replace(downgrade_to, check=each.check, evidence=each.evidence)
    return replace(result, findings=tuple(findings))
