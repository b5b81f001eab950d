"""What people must know of how this run came about. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from ..errors import Unusable
from ..outcome import Unobservable
from ..report.model import Notice
from ..settings import Inputs
from . import environment_proof, gate_changes
from .model import ResolvedTarget, Run
from .resolve import needs_proof, resolved_rules


def notices(run: Run, inputs: Inputs, claimed: str | None) -> tuple[Notice, ...]:
    """`claimed` is the environment that the job's identity names; None: it names none."""
    if run.unavailable:
        return (_not_told(run.unavailable),)
    if run.resolved is None:
        return (_not_asked(inputs),)
    return tuple(_of_answered(run, run.resolved, claimed))


def _not_told(unavailable: Unobservable) -> Notice:
    judged = "only this checkout was judged, and nobody's sign-off could be read"
    message = f"{unavailable.reason}: {judged}"
    if unavailable.remedy:
        message = f"{message}. {unavailable.remedy}"
    return Notice(message=message, prominent=True)


def _not_asked(inputs: Inputs) -> Notice:
    why = "this run is offline" if inputs.offline else "no github-token"
    unposted = "no status, comment, log row or follow-up is posted"
    return Notice(message=f"GitHub was not asked ({why}): nobody's sign-off is read, {unposted}")


def _of_answered(run: Run, resolved: ResolvedTarget, claimed: str | None) -> Iterator[Notice]:
    branch = run.target.base or resolved.records.default_branch
    if run.read_only:
        message = "a fork's or Dependabot's token writes nothing: see the summary of this run"
        yield Notice(message=message)
    if run.untrusted_checklist:
        preview = "so this is a preview and holds nothing"
        message = f"Applies after merge: {branch} has no checklist yet, {preview}"
        yield Notice(message=message, prominent=True)
    if needs_proof(run) and run.rules.environment and claimed is None:
        yield Notice(message=environment_proof.unproven(run.rules.environment).message)
    yield from _gate_changes(run, branch)


def _gate_changes(run: Run, branch: str) -> tuple[Notice, ...]:
    """What the pull request changes in the gate itself."""
    if run.own is None:
        return ()
    if isinstance(run.own, Unusable):
        return (gate_changes.unusable(run.own, branch),)
    deciding = (run.checklist, run.rules)
    try:
        own = (run.own.checklist, resolved_rules(run.own, run.environment, run.target))
        return gate_changes.changes(deciding, own, branch)
    except Unusable as faulty:
        return (gate_changes.unusable(faulty, branch),)
