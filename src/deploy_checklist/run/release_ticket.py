"""Which commit a comment in a release ticket is about, where neither the event nor the inputs say
so.
"""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from ..github.model import PullRequest, Records
from ..settings import Inputs
from .early_reads import EarlyReads, ReadsOfRun
from .merged_pull_request import merged_pull_request
from .model import ResolvedTarget, Target, TargetReader
from .wanted_files import named_files

AskedCommit = Callable[[Records], str | None]  # that the gate's newest comment in a ticket is about


def asked_in_ticket(
    target: Target,
    of_tip: Records,
    inputs: Inputs,
    github: TargetReader,
    asked_commit: AskedCommit,
    early: ReadsOfRun | None,
) -> tuple[Records, str] | None:
    """The issue that was commented on, and the commit for which the gate asks in it; None: for
    none.

    Only the run that was dispatched knew its ticket and its commit: a tick there starts a run that
    knows neither. `of_tip`: what is known of the run's own commit, maybe with this issue.
    """
    if inputs.ticket is not None:
        return None
    records = of_tip
    if records.ticket is None or records.ticket.number != target.ticket:
        files = named_files(inputs)
        records = (early or EarlyReads()).answer(
            ("ticket", target.ticket, target.base),
            lambda: github.records(
                pull_request=None, ticket=target.ticket, base=target.base, files=files
            ),
        )
    commit = asked_commit(records)
    return None if commit is None else (records, commit)


def of_ticket(
    target: Target,
    asked: tuple[Records, str],
    of_tip: Records,
    inputs: Inputs,
    github: TargetReader,
    early: ReadsOfRun | None,
) -> ResolvedTarget:
    """The commit that a ticket is about, with the pull request that brought it: its author wrote
    the commit. `of_tip`: what is known of the run's own commit.
    """
    records, commit = asked
    pull = of_tip.pull_request
    gated = replace(target, commit=commit, pull_request=None)
    if commit != target.commit:
        if early is not None:
            early.begin_of_commit(replace(gated, ticket=None), records, release=True)
        found = merged_pull_request(commit, github)
        pull = _read_pull(found.number, target, inputs, github) if found else None
    return ResolvedTarget(
        target=replace(gated, pull_request=pull.number if pull else None),
        records=replace(records, pull_request=pull),
        release=True,
        asks_in_ticket=True,
    )


def _read_pull(
    number: int, target: Target, inputs: Inputs, github: TargetReader
) -> PullRequest | None:
    """A pull request with everything people said on it."""
    files = named_files(inputs)
    return github.records(
        pull_request=number, ticket=None, base=target.base, files=files
    ).pull_request
