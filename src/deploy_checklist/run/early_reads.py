"""Reads from GitHub that start early, beside an answer that they do not depend on.

A failure is raised where the answer is used. An answer that nobody uses is not waited for.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from concurrent.futures import Future
from typing import Any, TypeVar

from msgspec.structs import replace

from ..github.model import Records, Tree
from ..outcome import Unobservable
from ..settings import Inputs
from ..side_by_side import begun
from .event import Event
from .model import Stage, Target, TargetReader
from .release_pr import is_trusted
from .wanted_files import named_files, wanted_files

Answer = TypeVar("Answer")


class EarlyReads:
    """The reads that were begun, by their subject. Used by one thread."""

    def __init__(self) -> None:
        self._begun: dict[Hashable, Future[Any]] = {}

    def begin(self, key: Hashable, question: Callable[[], object]) -> None:
        """Asks in its own thread, unless that was begun already."""
        if key not in self._begun:
            self._begun[key] = begun(question)

    def answer(self, key: Hashable, question: Callable[[], Answer]) -> Answer:
        """The answer of the read that was begun, available once; else asks now."""
        found = self._begun.pop(key, None)
        if found is None:
            return question()
        answer: Answer = found.result()
        return answer

    def forget(self) -> None:
        """Drops every answer: a run that waited asks again."""
        self._begun.clear()


class ReadsOfRun(EarlyReads):
    """Works out what a run is going to read, as early as possible."""

    def __init__(self, event: Event, inputs: Inputs, github: TargetReader) -> None:
        super().__init__()
        self._event = event
        self._inputs = inputs
        self._github = github

    def begin_of_commit(self, target: Target, records: Records | None, *, release: bool) -> None:
        """Begins to read the commit's own files and, where it is not known yet, whether a trusted
        branch holds it. `records`: what is known of the trusted branch, whose rules tell which
        files are wanted.
        """
        commit = target.commit
        if commit is None or self._is_talk_elsewhere(target):
            return
        inputs, github = self._inputs, self._github
        trusted = records.trusted if records else None
        statuses = self.reads_statuses(target, release=release)
        self.begin(
            ("tree", commit),
            lambda: tree_with_wanted_files(commit, trusted, inputs, github, statuses=statuses),
        )
        default = records.default_branch if records else self._event.default_branch
        if target.stage is Stage.REVIEW or default is None:
            return
        branch = self._event.branch_of(commit)
        if branch is None or not is_trusted(branch, default, inputs.trusted_branches):
            self.begin(("contained", commit, default), lambda: github.contained(commit, default))

    def begin_ticket(self, target: Target, number: int | None) -> None:
        """Begins to read an issue that is, or may be, the release ticket; None: none is known."""
        if number is None or self._inputs.ticket is not None:
            return
        github, files = self._github, named_files(self._inputs)
        self.begin(
            ("ticket", number, target.base),
            lambda: github.records(pull_request=None, ticket=number, base=target.base, files=files),
        )

    def reads_statuses(self, target: Target, *, release: bool) -> bool:
        """Whether the query for the commit's files also asks whose its statuses are.

        Another token may post them: then this one need not be allowed to read them.
        """
        posts = not self._event.read_only and self._inputs.mode != "report"
        ours = self._inputs.status_token is None
        return posts and ours and release and target.stage is not Stage.DEPLOY

    def _is_talk_elsewhere(self, target: Target) -> bool:
        """Whether somebody commented on an issue that may be no release ticket at all."""
        return target.ticket not in (None, self._inputs.ticket)


def tree_with_wanted_files(
    commit: str,
    trusted: Tree | None,
    inputs: Inputs,
    github: TargetReader,
    *,
    statuses: bool,
) -> Tree:
    """The commit's files that this run is known to need, and what else its rules name.

    The rules of the trusted branch tell that beforehand, if they are known; what the commit's own
    name besides is a second request. A missing file does not matter: the code that needs it asks
    for it.
    """
    expected = wanted_files(inputs, trusted)
    tree = github.tree(commit, named_files(inputs), statuses=statuses, more=expected)
    more = [path for path in wanted_files(inputs, tree) if path not in {*tree.files, *expected}]
    if not more:
        return tree
    try:
        found = github.texts(commit, more)
    except Unobservable:
        return tree
    return replace(tree, files={**tree.files, **found})
