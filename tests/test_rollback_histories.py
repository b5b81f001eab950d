"""Of any past: a run is a rollback exactly if all that is asked of one is so, and then never ready."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

import pytest
from msgspec.structs import replace

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checklist.parse import parse
from deploy_checklist.commands.consistency import disagreements
from deploy_checklist.commands.report_files import report_in
from deploy_checklist.engine.gate import exit_code, gate
from deploy_checklist.errors import Exit
from deploy_checklist.github.model import Actor, Deployment, DeploymentState, Records, Status, Tree
from deploy_checklist.publish import outputs
from deploy_checklist.report import formats
from deploy_checklist.report.model import Report, Rollback, Verdict
from deploy_checklist.report.status import sentence
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.run.model import ResolvedTarget, Run, Stage, Target
from deploy_checklist.run.notices import notices
from deploy_checklist.runtime.rollback import rollback_of
from deploy_checklist.settings import Inputs
from fakes import NOW, FakeRepository, world
from test_gate import OPTIONS

# All 10,000 of them: ROLLBACKS=10000.
HISTORIES = int(os.environ.get("ROLLBACKS", "600"))
THIS, NEXT, LAST, BEFORE = (sign * 40 for sign in "abcd")  # NEXT and LAST contain THIS
US, OTHERS = (41898282, 583231), (7, None)
NAME = "deploy-checklist/production"
DOCUMENT = "# Release\n- [ ] `MODE` is right\n- [ ] The limit\n"
CHECKLIST = replace(parse(DOCUMENT, "checklist.md"), sha256="e" * 64)
RULES = """\
version: 1
environments: { production: {}, staging: {} }
items:
  MODE: { one_of: [live] }
  The limit: { data: { file: limits.json, at: limit, equals: 5 } }
"""
INPUTS = Inputs.read({"INPUT_ROLLBACK": "true", "INPUT_ENVIRONMENT": "production"})


@dataclass
class Past:
    """What GitHub remembers. Its lists are in no order, and hold more than what was asked for."""

    random: Random
    allowed: bool = True
    deployed: list[Deployment] = field(default_factory=list)
    became: dict[int, list[DeploymentState]] = field(default_factory=dict)
    said: list[Status] = field(default_factory=list)
    posters: int = US[0]
    asked: int = 0

    # What the run asks

    def past(self) -> Past:
        return self

    def deployments(self, environment: str, commit: str | None = None) -> Iterator[Deployment]:
        self.asked += 1
        yield from self.random.sample(self.deployed, k=len(self.deployed))

    def states(self, deployment: int) -> Sequence[DeploymentState]:
        found = self.became[deployment]
        return self.random.sample(found, k=len(found))

    def statuses(self, commit: str) -> Sequence[Status]:
        return self.random.sample(self.said, k=len(self.said))

    def contained(self, commit: str, other: str) -> bool:
        return (commit, other) in ((THIS, NEXT), (THIS, LAST))

    def poster(self) -> int:
        return self.posters


def past(random: Random) -> Past:
    """A few days, in which something happened now and then; some of it in the same second. Often it
    is what makes a rollback, and never is everything else.
    """
    found = Past(random, allowed=random.random() < 0.9, posters=random.choice(US))
    at = NOW - timedelta(days=9)
    usual = [_earned, _deployed_this, _deployed_next] if random.random() < 0.7 else []
    for number in range(random.randint(4, 12)):
        at += timedelta(hours=random.choice((0, 1, 5)))
        if usual and random.random() < 0.5:
            usual.pop(0)(found, number, at)
        elif random.random() < 0.5:
            found.said.append(_status(random, number, at, random.choice((found.posters, *OTHERS))))
        else:
            _deploy(random, found, number, at)
    return found


def _earned(found: Past, number: int, at: datetime) -> None:
    found.said.append(_posted(found.posters, number, at))


def _deployed_this(found: Past, number: int, at: datetime) -> None:
    where = found.random.choice((*("production",) * 4, "staging"))
    _began(found, number, at, THIS, where, ("in_progress", "success", "inactive"))


def _deployed_next(found: Past, number: int, at: datetime) -> None:
    where = found.random.choice((*("production",) * 4, "staging"))
    _began(found, number, at, NEXT, where, ("in_progress", "success"))


def _posted(by: int | None, number: int, at: datetime, **other: Any) -> Status:
    usual = Status(
        id=number,
        context=NAME,
        state="success",
        description="2 passed",
        created_at=at,
        creator=None if by is None else Actor(login="x", id=by, kind="Bot"),
        target_url="https://x/1#checklist=checklist.md",
    )
    return replace(usual, **other)


def _status(random: Random, number: int, at: datetime, by: int | None) -> Status:
    """One that differs from the gate's own `success`, maybe."""
    differs = random.choice(
        (
            {},
            {"context": random.choice((NAME.upper(), f"{NAME}/review", "ci"))},
            {"state": random.choice(("pending", "failure", "error"))},
            {"description": "overridden by @octo until x"},
            {"description": "rolled back to the deployment of x"},
            {"target_url": "https://x/1#checklist=other.md"},
        )
    )
    return _posted(by, number, at, **differs)


def _deploy(random: Random, found: Past, number: int, at: datetime) -> None:
    words = random.choice(
        (
            ("in_progress", "success"),
            ("success", "inactive", "inactive"),
            ("in_progress", "failure"),
            ("success", "failure"),
            ("failure", "inactive"),
            ("queued",),
            ("inactive",),
            (),
        )
    )
    commit = random.choice((THIS, NEXT, LAST, BEFORE))
    environment = random.choice(("production", "Production", "staging"))
    _began(found, number, at, commit, environment, words)


def _began(
    found: Past, number: int, at: datetime, commit: str, environment: str, words: tuple[str, ...]
) -> None:
    found.deployed.append(Deployment(id=number, commit=commit, environment=environment, at=at))
    found.became[number] = [
        DeploymentState(id=index, state=word, at=at) for index, word in enumerate(words)
    ]


# The conditions once more, as one would say them: slowly, and without the code that is tried.


def was_one(found: Past) -> bool:
    for back in found.deployed:
        for newer in found.deployed:
            if (
                found.allowed
                and back.commit == THIS
                and newer.commit in (NEXT, LAST)
                and back.environment.lower() == newer.environment.lower() == "production"
                and ended_well(found, back)
                and ended_well(found, newer)
                and [back.at, back.id] < [newer.at, newer.id]
                and was_let_through(found, back.at)
            ):
                return True
    return False


def ended_well(found: Past, deployment: Deployment) -> bool:
    word = ""
    for state in found.became[deployment.id]:
        if state.state != "inactive":
            word = state.state
    return word == "success"


def was_let_through(found: Past, at: datetime) -> bool:
    stands = False
    for status in found.said:  # in the order in which they were posted
        if status.context.lower() == NAME and status.created_at <= at:
            stands = (
                status.state == "success"
                and status.creator is not None
                and status.creator.id == found.posters
                and status.description == "2 passed"
                and "other" not in str(status.target_url)
            )
    return stands


def the_run(found: Past) -> Run:
    """A run of the deploy job on this commit."""
    key = "rollback: true\n" if found.allowed else ""
    files = {".github/deploy-checklist.yml": (RULES + key).encode(), "deploy-checklist.yml": None}
    target = Target(
        stage=Stage.DEPLOY,
        phase=Phase.DEPLOY,
        commit=THIS,
        pull_request=None,
        ticket=None,
        tag="v1.4.0",
        environment=None,
        base=None,
        from_fork=False,
        re_run=False,
        finds_pull_request=False,
    )
    records = Records(
        repository_id=1,
        default_branch="main",
        pull_request=None,
        ticket=None,
        trusted=Tree(commit=LAST, files=files, folders={}),
    )
    return Run(
        target=target,
        commit=THIS,
        signed_commit=THIS,
        checklist=CHECKLIST,
        rules=replace(
            resolve(load(RULES, ".github/deploy-checklist.yml"), "production", {}), sha256="f" * 64
        ),
        proposed=None,
        tree=None,
        resolved=ResolvedTarget(target=target, records=records, release=True),
        unavailable=None,
        mode="enforce",
        to_prove=None,
        untrusted_checklist=False,
        read_only=False,
        may_write=True,
        posts_status=False,
        keeps_comment=False,
    )


def judged(run: Run, values: dict[str, str], limit: int, rollback: Rollback | None) -> Report:
    here = world(
        values, repository=FakeRepository(contents={"limits.json": f'{{"limit": {limit}}}'})
    )
    options = replace(OPTIONS, phase=Phase.DEPLOY, rollback=rollback)
    return gate(run.checklist, run.rules, here, options)


@pytest.mark.parametrize("first", range(0, HISTORIES, 200))
def test_a_run_is_a_rollback_exactly_if_its_past_says_so(first: int) -> None:
    kinds: dict[str, int] = {}
    for seed in range(first, min(first + 200, HISTORIES)):
        random = Random(seed)
        found = past(random)
        run = the_run(found)
        github: Any = found
        answer = rollback_of(run, INPUTS, github)
        assert isinstance(answer, Rollback) is was_one(found), (seed, answer)
        values = {"MODE": random.choice(("live", "live", "live", "test", "", "changeme"))}
        limit = random.choice((4, 5))
        rollback = answer if isinstance(answer, Rollback) else None
        report = judged(run, values, limit, rollback)
        _holds(report, answer, values["MODE"] == "live", limit == 5)
        told = notices(run, INPUTS, None, answer, report)
        assert any("not a rollback" in each.message for each in told) is (rollback is None)
        kinds[report.verdict.value] = kinds.get(report.verdict.value, 0) + 1
    assert kinds.keys() == {"ready", "blocked", "rolled_back"}
    assert min(kinds.values()) >= 10


def _holds(report: Report, answer: object, value_is_right: bool, world_is_right: bool) -> None:
    if not isinstance(answer, Rollback):
        right = value_is_right and world_is_right
        assert report.verdict is (Verdict.READY if right else Verdict.BLOCKED)
        assert report.rollback is None
        return
    assert answer.newer in (NEXT, LAST)
    assert report.rollback == answer
    assert report.verdict is (Verdict.ROLLED_BACK if value_is_right else Verdict.BLOCKED)
    assert exit_code(report) is (Exit.READY if value_is_right else Exit.HELD)
    given = outputs.values(report)
    assert (given["ready"], given["overridden"]) == ("false", "false")
    assert given["rolled-back"] == str(value_is_right).lower()
    assert sentence(report).startswith("rolled back to ") is value_is_right
    if value_is_right:
        read = report_in(formats.render(report, "json").encode(), "report.json")
        assert list(disagreements(read)) == []
        assert read.rollback is not None
        assert "rolled back to the deployment of " in formats.render(report, "markdown")
