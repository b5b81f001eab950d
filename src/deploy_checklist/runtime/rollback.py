"""Whether a run that asks for a rollback is one, by what GitHub knows about the past."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ..outcome import Unobservable
from ..publish.gate_files import files_in
from ..publish.status_name import context
from ..run.model import Run, Stage
from ..run.rollback import GatedCommit, RollbackAnswer, find_rollback, why_not_allowed
from ..settings import Inputs
from .gate_status import gate_files

if TYPE_CHECKING:
    from ..github.deployments import DeploymentReader
    from .github import GitHubConnection


def rollback_of(run: Run, inputs: Inputs, github: GitHubConnection | None) -> RollbackAnswer:
    """The rollback that a run is, or why it is not one. None if it does not ask for one, or runs
    after the deployment, when nothing is blocked any more: then GitHub is not asked.
    """
    if not inputs.rollback or run.target.stage is Stage.AFTER:
        return None
    try:
        why = why_not_allowed(run, inputs)
        if why is not None or github is None or run.rules.environment is None:
            return why
        past = github.past()
        gated = _gated_commit(run, run.rules.environment, inputs, past)
        return find_rollback(gated, past)
    except Unobservable as unavailable:
        return unavailable


def _gated_commit(
    run: Run, environment: str, inputs: Inputs, past: DeploymentReader
) -> GatedCommit:
    files = gate_files(run)

    @cache
    def poster() -> int:
        """The gate's comments and statuses have one author, unless there is a token for these."""
        home = run.resolved.home if run.resolved else None
        if home is not None and inputs.status_token is None:
            for comment in home.comments:
                if comment.own and comment.author is not None and comment.author.id is not None:
                    return comment.author.id
        return past.poster()

    return GatedCommit(
        commit=run.commit,
        environment=environment,
        status=context(environment, "before", review=False, gate=files.name),
        poster=poster,
        is_of_another_gate=lambda address: files.other_file(files_in(address)) is not None,
    )
