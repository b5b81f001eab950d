"""Who took part in what is to be signed, and cannot sign it under `not_author`. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from ..github.model import Actor, Commit, PullRequest
from ..outcome import Unobservable
from .claims import Statements

_GITHUBS_OWN = "web-flow"  # committer of the commits that GitHub itself makes


def involvement(statements: Statements, by: Actor) -> str | None:
    """How a person took part in what is to be signed; None if they did not.

    Raises Unobservable if not all who took part are known.
    """
    for actor, how in _involved(statements):
        if _same(actor, by):
            return how
    pull = statements.pull_request
    if pull is None and statements.tip is None:
        raise Unobservable("the authors of this commit were not read")
    if pull is not None and _is_bots(pull) and not pull.commits_complete:
        reason = "this bot's PR has more commits than were read, so some authors are unknown"
        raise Unobservable(reason)
    return None


def _involved(statements: Statements) -> Iterator[tuple[Actor | None, str]]:
    """Who took part, and how. Which event came last, and who started the run, do not matter:
    the verdict on a commit would depend on them.
    """
    pull = statements.pull_request
    if pull is None:
        own = (statements.tip,) if statements.tip else ()
        yield from ((actor, "wrote this commit") for actor in _people_of(own))
        return
    yield pull.author, "is the author"
    last = [*pull.pushers[-1:], *_people_of(pull.commits[-1:])]
    yield from ((actor, "pushed the last commit") for actor in last)
    if not pull.merged and statements.commit != pull.head and statements.tip:
        # A run that begins after a forced push gates a commit that left the pull request.
        yield from ((actor, "wrote this commit") for actor in _people_of((statements.tip,)))
    if _is_bots(pull):  # the person who wrote the commits is the author
        yield from ((actor, "wrote commits of this PR") for actor in _people_of(pull.commits))


def excluded(statements: Statements) -> tuple[str, ...]:
    """The names of those who took part, without GitHub's own."""
    people = (actor for actor, _ in _involved(statements) if actor is not None and actor.person)
    return tuple(dict.fromkeys(each.login for each in people if each.login != _GITHUBS_OWN))


def _people_of(commits: Iterable[Commit]) -> Iterable[Actor | None]:
    """The authors and committers of these commits."""
    for commit in commits:
        yield from (*commit.authors, commit.committer)


def _is_bots(pull: PullRequest) -> bool:
    return pull.author is None or not pull.author.person


def _same(one: Actor | None, other: Actor) -> bool:
    """People are compared by id; a line under `signed:` has only a name."""
    if one is None:
        return False
    if one.id is None or other.id is None:
        return one.login.casefold() == other.login.casefold()
    return one.id == other.id
