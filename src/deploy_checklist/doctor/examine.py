"""Checks everything that keeps a release behind its gate."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..commands.owners import PLACES
from ..errors import Exit
from ..outcome import Outcome, Severity, Unobservable
from ..world.enforcement_port import DefaultBranch, Enforcement
from .around import environment_lets_in, files_have_owners, last_tag_passed, newest_release_tag
from .jobs import (
    GateJobs,
    asks_before_deploying,
    branch_names,
    deploying_branches,
    deploying_tags,
)
from .model import FACTS, DoctorResult, Examined, ExaminedGate
from .posting import posts_status
from .required import Requirement, of_branch, of_tags, who_may_bypass, whose_status

_EXITS = {True: Exit.READY, False: Exit.HELD, None: Exit.UNDETERMINED}


def examined(github: Enforcement, gate: ExaminedGate) -> DoctorResult:
    """Every fact, whatever the result of the others."""
    order = list(FACTS)
    facts = tuple(sorted(_facts(github, gate), key=lambda each: order.index(each.fact)))
    in_force = _in_force(facts)
    return DoctorResult(
        exit_code=_EXITS[in_force],
        in_force=in_force,
        repository=gate.repository,
        environment=gate.environment,
        status=gate.status,
        facts=facts,
    )


def _in_force(facts: tuple[Examined, ...]) -> bool | None:
    """None if nothing is wrong, but something could not be checked."""
    if any(each.outcome is Outcome.FAIL and each.severity is Severity.BLOCKER for each in facts):
        return False
    return None if any(each.outcome is Outcome.UNKNOWN for each in facts) else True


def _facts(github: Enforcement, gate: ExaminedGate) -> Iterator[Examined]:
    try:
        branch = github.default_branch(PLACES)
    except Unobservable as failure:
        for fact in ("required", "app", "bypass", "status", "deploy", "owners", "last-tag"):
            yield _unread(fact, failure)
        yield _look("environment", lambda: environment_lets_in(github, gate))
        return
    jobs = GateJobs.of(branch.files, gate.repository)
    yield from _of_releases(github, gate, branch, jobs)
    yield asks_before_deploying(jobs, gate)
    yield _look("environment", lambda: environment_lets_in(github, gate))
    yield _look("owners", lambda: files_have_owners(github, gate, branch))


def _of_releases(
    github: Enforcement, gate: ExaminedGate, branch: DefaultBranch, jobs: GateJobs
) -> Iterator[Examined]:
    """What is required of tags, or of the branch whose push deploys, and who posts it; and the
    newest tag.
    """
    by_tag, by_branch = deploying_tags(jobs, gate), deploying_branches(jobs, gate, branch.name)
    try:
        tags = github.tags()
        newest = newest_release_tag(tags)
        name = newest.name if newest else None
        requirements = [of_branch(github, gate, each) for each in branch_names(by_branch)]
        if by_tag or not by_branch:
            requirements.insert(0, of_tags(github, gate, by_tag, name))
        if not by_tag and not by_branch and not _is_met(requirements[0]):
            # It may be the end of another workflow that starts the deployment of a merge.
            merged = of_branch(github, gate, branch.name)
            requirements = [merged] if _is_met(merged) else requirements
    except Unobservable as failure:
        for fact in ("required", "app", "bypass", "last-tag"):
            yield _unread(fact, failure)
        if by_tag or not by_branch:
            yield posts_status(jobs, gate, branch.name, review=False)
        if by_branch:
            yield posts_status(jobs, gate, branch.name, review=True)
        return
    for review in dict.fromkeys(each.context == gate.review_status for each in requirements):
        yield posts_status(jobs, gate, branch.name, review=review)
    for each in requirements:
        yield each.found
        if _is_met(each):
            yield whose_status(each, gate, own_token=jobs.own_token)
            yield who_may_bypass(each)
    if requirements[0].context == gate.status:
        rulesets = requirements[0].rulesets
        own = jobs.own_token
        yield _look(
            "last-tag", lambda: last_tag_passed(github, gate, tags, rulesets, own_token=own)
        )


def _is_met(requirement: Requirement) -> bool:
    return requirement.found.outcome is Outcome.PASS


def _look(fact: str, look: Callable[[], Examined]) -> Examined:
    try:
        return look()
    except Unobservable as failure:
        return _unread(fact, failure)


def _unread(fact: str, failure: Unobservable) -> Examined:
    return Examined(
        fact=fact,
        outcome=Outcome.UNKNOWN,
        message=f"not checked: {failure.reason}",
        remedy=failure.remedy,
    )
