"""Notices of how this run came about: by which documents, and with which rights. Pure."""

from __future__ import annotations

from urllib.parse import quote

from ..errors import Unusable
from ..github.model import Ticket
from ..outcome import Unobservable, sentences
from ..report.model import Notice, Report
from ..settings import Inputs
from . import gate_changes
from .environment_proof import Claimed, unproven
from .model import Run, Stage
from .release_pr import is_release
from .resolve import asks_for_approvals
from .rollback import RollbackAnswer

_ASKS = "<!-- asks "  # begins what every box of the gate's comment ends with


def notices(
    run: Run, inputs: Inputs, claimed: Claimed, rollback: RollbackAnswer, report: Report
) -> tuple[Notice, ...]:
    """`claimed` is the environment that the job's identity names, or why it could not be read.
    `report`: what the run came to.
    """
    unasked = _of_unasked(run, inputs) if report.boxes else None
    re_run = _of_re_run(run, report.has_values)
    return (
        *_of_rollback(rollback),
        *([Notice(message=unasked, prominent=True)] if unasked else []),
        *_of_github(run, inputs, claimed),
        *([Notice(message=re_run)] if re_run else []),
    )


def _of_unasked(run: Run, inputs: Inputs) -> str | None:
    """That the job which deploys waits for people whom no run has asked; None if one has."""
    home = run.resolved.home if run.resolved else None
    if run.target.stage is not Stage.DEPLOY or home is None:
        return None
    environment = f" environment={quote(run.rules.environment or '', safe='')} "
    asked = (
        comment.own and _ASKS in comment.text and environment in comment.text
        for comment in home.comments
    )
    if any(asked):
        return None
    if isinstance(home, Ticket):
        return (
            f"nobody was asked to sign on #{home.number}: run the gate's workflow with the input "
            f"`ticket` {home.number}, then run this job again"
        )
    if is_release(inputs.release_pr, home.head_ref, home.labels):
        return None
    return (
        f"nobody was asked to sign on #{home.number}: it is not a release pull request. To ask "
        "there now, run the gate's workflow with the input `commit`, then run this job again. If "
        'you deploy every merge, give both workflows `release-pr: "**"`: then each pull request '
        "asks for its sign-offs before it is merged"
    )


def _of_rollback(answer: RollbackAnswer) -> tuple[Notice, ...]:
    """That a rollback was asked for, but is not one, or perhaps not."""
    if isinstance(answer, str):
        message = f"This is not a rollback, so it was judged like any other run: {answer}"
        return (Notice(message=message, prominent=True),)
    if isinstance(answer, Unobservable):
        unread = "Could not check whether this is a rollback, so it was judged like any other run"
        message = sentences(f"{unread}: {answer.reason}", [answer.remedy])
        return (Notice(message=message, prominent=True),)
    return ()


def _of_re_run(run: Run, has_values: bool) -> str | None:
    """What an earlier attempt of this run leaves in doubt; None if it leaves nothing."""
    if not run.target.re_run:
        return None
    doubts = []
    if has_values and not run.read_only:
        doubts.append("GitHub may give it the secrets of the first attempt")
    if asks_for_approvals(run.rules):
        doubts.append(
            "a reviewer's approval does not count, because it may belong to an earlier attempt"
        )
    if not doubts:
        return None
    new_run = "start a new run of the workflow (`workflow_dispatch` on the same tag or branch)"
    return f"This is a re-run: {', and '.join(doubts)}. To use the current ones, {new_run}"


def _of_github(run: Run, inputs: Inputs, claimed: Claimed) -> tuple[Notice, ...]:
    """Whether GitHub was asked, whose documents decide, and with which rights."""
    if run.unavailable:
        judged = "only this checkout was judged, and no sign-off could be read"
        message = sentences(f"{run.unavailable.reason}: {judged}", [run.unavailable.remedy])
        return (Notice(message=message, prominent=True),)
    if run.resolved is None:
        why = "this run is offline" if inputs.offline else "no github-token"
        missing = "no sign-offs are read; no status, comment, log row or follow-up is posted"
        return (Notice(message=f"GitHub was not contacted ({why}): {missing}"),)
    branch = run.target.base or run.resolved.records.default_branch
    found = []
    if run.read_only:
        message = (
            "a token for a fork or for Dependabot cannot write to GitHub: see the summary "
            "of this run"
        )
        found.append(Notice(message=message))
    if run.untrusted_checklist:
        preview = "has no checklist yet, so this is a preview and blocks nothing"
        message = f"Applies after merge: {branch} {preview}"
        found.append(Notice(message=message, prominent=True))
    if run.to_prove is not None and not isinstance(claimed, str):
        finding = unproven(run.to_prove, claimed)
        remedy = finding.remedy if claimed is not None else None
        found.append(Notice(message=sentences(finding.message, [remedy])))
    return (*found, *_gate_changes(run, branch))


def _gate_changes(run: Run, branch: str) -> tuple[Notice, ...]:
    """What the pull request changes in the gate itself."""
    if run.proposed is None:
        return ()
    if isinstance(run.proposed, Unusable):
        return (gate_changes.unusable_notice(run.proposed, branch),)
    try:
        return gate_changes.changes((run.checklist, run.rules), run.proposed, branch)
    except Unusable as error:
        return (gate_changes.unusable_notice(error, branch),)
