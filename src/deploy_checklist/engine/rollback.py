"""What does not hold a rollback: checks of what runs now, which the rollback will change. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from ..checks.base import Needs
from ..checks.registry import is_of_running_world, kinds
from ..outcome import Finding, Severity
from ..values.no_value import no_value_fault
from ..world.ports import Absence
from .aggregate import OPEN, ClauseResult
from .context import EngineContext
from .plan import Step, written_values


def warnings_apart(
    results: Sequence[ClauseResult], context: EngineContext
) -> tuple[list[ClauseResult], list[ClauseResult]]:
    """The results that hold a rollback, and apart from them those that are only warnings."""
    holding: list[ClauseResult] = []
    warnings: list[ClauseResult] = []
    for each in results:
        warned = [finding for finding in each.findings if _only_warns(finding, each.step, context)]
        if not warned:
            holding.append(each)
            continue
        kept = tuple(finding for finding in each.findings if finding not in warned)
        holding.append(replace(each, findings=kept))
        clause = replace(each.step.clause, severity=Severity.WARNING, enforce_from=None)
        step = replace(each.step, clause=clause)
        warnings.append(ClauseResult(step=step, findings=tuple(warned)))
    return holding, warnings


def _only_warns(finding: Finding, step: Step, context: EngineContext) -> bool:
    """Whether it is open, and about what runs now and not about the value in this job.

    A person signed what was only inferred, and that sign-off is carried over.
    """
    if finding.outcome not in OPEN or finding.of_value or step.rule.inferred:
        return False
    use = next((use for use in step.clause.uses if use.kind == finding.check), None)
    if use is None or not is_of_running_world(kinds()[use.kind]):
        return False
    if use.params is None:
        return True
    if any(_is_wrong(name, step, context) for name in use.params.variables()):
        return False
    needs = kinds()[use.kind].reads(use.params)
    if Needs.VALUE not in needs:
        return True
    subject = step.subject or ""
    is_handed_over = not isinstance(context.world.variables.lookup(subject), Absence)
    return is_handed_over and not _is_wrong(subject, step, context)


def _is_wrong(name: str, step: Step, context: EngineContext) -> bool:
    """Whether a variable is empty, is not a value, or has another environment's value."""
    value = context.world.variables.lookup(name)
    if isinstance(value, Absence):
        return value is Absence.EMPTY
    written = written_values(step) if name == step.subject else frozenset[str]()
    if no_value_fault(value.text, name, written) is not None:
        return True
    from ..checks.url import environment_pointed_to  # few runs are rollbacks

    return environment_pointed_to(value.text, context.judge_context(name)) is not None
