"""Whose values were looked at: without the right environment's, what they passed proves nothing. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from ..checks.base import Reads, kinds
from ..frozen import replace
from ..journey.aggregate import ClauseResult
from ..outcome import Finding, Outcome

Results = list[list[ClauseResult]]


def wrong(claimed: str, gated: str) -> Finding:
    """The job's identity names another environment."""
    return Finding(
        outcome=Outcome.FAIL,
        message=f"the values are those of environment `{claimed}`, not of `{gated}`",
        remedy=f"run this step in a job with `environment: {gated}`",
    )


def unproven(gated: str) -> Finding:
    """The job's identity could not be asked."""
    return Finding(
        outcome=Outcome.UNKNOWN,
        message=f"it is not proven that the values are those of `{gated}`",
        remedy=f"give the job `environment: {gated}` and the permission `id-token: write`",
    )


def doubted(results: Results, doubt: Finding) -> Results:
    """Every passed look at a value comes to `doubt` instead; what failed stays what it is."""
    return [[replace(each, findings=tuple(_doubted(each, doubt))) for each in steps] for steps in results]


def _doubted(result: ClauseResult, doubt: Finding) -> Sequence[Finding]:
    if result.step.subject is None:
        return result.findings
    judging = {
        use.kind
        for use in result.step.clause.uses
        if use.params is not None and Reads.VALUE in kinds()[use.kind].reads(use.params)
    }
    return [
        replace(doubt, check=each.check, evidence=each.evidence)
        if each.check in judging and each.outcome is Outcome.PASS
        else each
        for each in result.findings
    ]
