"""Which pull request brought a commit."""

from __future__ import annotations

from collections.abc import Callable

from ..github.model import PullRef
from .model import TargetReader

WAITS = (1.0, 2.0, 4.0, 8.0, 15.0)  # seconds; how long GitHub takes to know is not documented
Wait = Callable[[float], None]  # sleeps for these seconds; Unobservable if that is too long


def merged_pull_request(
    commit: str, github: TargetReader, wait: Wait | None = None
) -> PullRef | None:
    """The merged pull request that GitHub made this commit of. `wait`: where GitHub may not know it
    yet.
    """
    for pause in (*(WAITS if wait else ()), None):
        pulls = github.pulls_with(commit)
        found = [pull for pull in pulls if pull.merged and pull.merge_commit == commit]
        if found or pause is None or wait is None:
            return found[0] if len(found) == 1 else None
        wait(pause)
    return None
