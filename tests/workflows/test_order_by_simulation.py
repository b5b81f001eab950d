"""Random workflows, run by a small model of GitHub's scheduler: where the gate says that a job waits
for the command, that job never runs in a world in which the command has not succeeded.

The model knows nothing of how the gate reads an `if:`; each condition is made as text and as a
function at once.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Outcome
from fakes import FakeRepository, world

COMMAND = "make test"


@dataclass
class Around:
    """What a condition sees: the results of the needed jobs and of all jobs before."""

    needs: Mapping[str, str]
    before: Sequence[str]  # results of all jobs before, also indirectly
    cancelled: bool
    on_main: bool

    def success(self) -> bool:
        return not self.cancelled and all(result == "success" for result in self.before)

    def failure(self) -> bool:
        return not self.cancelled and "failure" in self.before


Holds = Callable[[Around], bool]
Condition = tuple[str, Holds]


def atoms(needs: Sequence[str]) -> list[Condition]:
    found: list[Condition] = [
        ("success()", Around.success),
        ("always()", lambda around: True),
        ("failure()", Around.failure),
        ("cancelled()", lambda around: around.cancelled),
        ("!cancelled()", lambda around: not around.cancelled),
        ("!failure()", lambda around: not around.failure()),
        ("github.ref == 'refs/heads/main'", lambda around: around.on_main),
    ]
    for state in ("failure", "cancelled", "skipped", "success"):

        def contains(around: Around, state: str = state) -> bool:
            return state in around.needs.values()

        def contains_not(around: Around, state: str = state) -> bool:
            return state not in around.needs.values()

        found.append((f"contains(needs.*.result, '{state}')", contains))
        found.append((f"!contains(join(needs.*.result, ','), '{state}')", contains_not))
        for need in needs:

            def is_state(around: Around, need: str = need, state: str = state) -> bool:
                return around.needs[need] == state

            def is_not(around: Around, need: str = need, state: str = state) -> bool:
                return around.needs[need] != state

            found.append((f"needs.{need}.result == '{state}'", is_state))
            found.append((f"needs.{need}.result != '{state}'", is_not))
    return found


def condition(rng: random.Random, needs: Sequence[str], depth: int = 0) -> Condition:
    if depth == 2 or rng.random() < 0.45:
        return rng.choice(atoms(needs))
    left, right = condition(rng, needs, depth + 1), condition(rng, needs, depth + 1)
    if rng.random() < 0.6:
        return f"({left[0]} && {right[0]})", lambda around: left[1](around) and right[1](around)
    if rng.random() < 0.8:
        return f"({left[0]} || {right[0]})", lambda around: left[1](around) or right[1](around)
    return f"!({left[0]})", lambda around: not left[1](around)


def with_default(made: Condition) -> Condition:
    """GitHub adds `success() &&` where no status function is called."""
    text, holds = made
    called = any(f"{name}(" in text for name in ("success", "always", "failure", "cancelled"))
    return made if called else (text, lambda around: around.success() and holds(around))


@dataclass
class Job:
    name: str
    needs: tuple[str, ...]
    condition: Condition | None
    runs_command: bool = False
    gathers: str = ""  # the text of its only step, which fails as `fails` says
    fails: Holds = lambda around: False

    def written(self) -> str:
        lines = [f"  {self.name}:", "    runs-on: ubuntu-latest"]
        if self.needs:
            lines.append(f"    needs: [{', '.join(self.needs)}]")
        if self.condition is not None:
            lines.append(f'    if: "{self.condition[0]}"')
        step = self.gathers or f"- run: {COMMAND if self.runs_command else './work'}"
        return "\n".join([*lines, "    steps:", f"      {step}"])


GATHERINGS: list[tuple[str, Holds]] = [
    (
        "- { uses: re-actors/alls-green@release/v1, with: { jobs: '${{ toJSON(needs) }}' } }",
        lambda around: any(result != "success" for result in around.needs.values()),
    ),
    (
        "- { if: \"contains(needs.*.result, 'failure')\", run: exit 1 }",
        lambda around: "failure" in around.needs.values(),
    ),
    (
        "- { if: \"contains(needs.*.result, 'failure') || contains(needs.*.result, 'skipped')\", "
        "run: exit 1 }",
        lambda around: bool({"failure", "skipped"} & set(around.needs.values())),
    ),
    (
        "- { if: \"contains(needs.*.result, 'success')\", run: exit 1 }",
        lambda around: "success" in around.needs.values(),
    ),
]


def workflow(rng: random.Random) -> list[Job]:
    names = ["a", "b", "test", "c", "d", "ship"]
    jobs: list[Job] = []
    for name in names:
        earlier = [job.name for job in jobs]
        chosen = tuple(each for each in earlier if rng.random() < 0.45)
        if name == "ship" and not chosen:
            chosen = (rng.choice(earlier),)
        job = Job(name=name, needs=chosen, condition=None, runs_command=name == "test")
        if rng.random() < (0.15 if name == "test" else 0.5):
            job.condition = with_default(condition(rng, chosen))
        if name in ("c", "d") and chosen and rng.random() < 0.5:
            job.gathers, job.fails = rng.choice(GATHERINGS)
            if rng.random() < 0.8:
                job.condition = ("always()", lambda around: True)
        jobs.append(job)
    return jobs


def runs(
    jobs: Sequence[Job], failing: set[str], cancelled_at: str | None, on_main: bool
) -> set[str]:
    """The jobs that run, of a run that somebody cancels while `cancelled_at` works."""
    result: dict[str, str] = {}
    before: dict[str, set[str]] = {}
    started: set[str] = set()
    cancelled = False
    for job in jobs:
        before[job.name] = {*job.needs}.union(*(before[need] for need in job.needs))
        around = Around(
            needs={need: result[need] for need in job.needs},
            before=[result[each] for each in before[job.name]],
            cancelled=cancelled,
            on_main=on_main,
        )
        holds = job.condition[1] if job.condition is not None else Around.success
        if not holds(around):
            # What waits for nothing is in the queue from the start, and is cancelled there.
            queued = cancelled and not job.needs and job.condition is None
            result[job.name] = "cancelled" if queued else "skipped"
            continue
        started.add(job.name)
        if job.name == cancelled_at:
            cancelled = True
            result[job.name] = "cancelled"
        else:
            fails = job.name in failing or job.fails(around)
            result[job.name] = "failure" if fails else "success"
    if result["test"] == "success":
        started.discard("ship")
    return started


def worlds() -> Iterator[tuple[set[str], str | None, bool]]:
    """Every set of failing jobs, and a cancellation at each job."""
    names = ["a", "b", "test", "c", "d"]
    for mask in range(2 ** len(names)):
        failing = {name for at, name in enumerate(names) if mask >> at & 1}
        for on_main in (True, False):
            yield failing, None, on_main
            if mask in (0, 4):
                yield from ((failing, name, on_main) for name in names)


WORLDS = list(worlds())


@pytest.mark.parametrize("seed", range(8))
def test_what_the_gate_says_waits_never_runs_without_the_command(seed: int) -> None:
    rng = random.Random(seed)
    outcomes = dict.fromkeys(Outcome, 0)
    for _ in range(250):
        jobs = workflow(rng)
        text = "on: push\njobs:\n" + "\n".join(job.written() for job in jobs) + "\n"
        around = world(repository=FakeRepository({".github/workflows/release.yml": text}))
        asked = {"runs": COMMAND, "before": {"jobs": ["ship"]}}
        finding = finding_of("workflow", asked, None, around)
        outcomes[finding.outcome] += 1
        if finding.outcome is Outcome.PASS:
            for failing, cancelled_at, on_main in WORLDS:
                ran = runs(jobs, failing, cancelled_at, on_main)
                assert "ship" not in ran, (text, failing, cancelled_at, on_main)
        else:
            assert finding.outcome in (Outcome.FAIL, Outcome.UNKNOWN), text
    assert outcomes[Outcome.PASS] >= 20
    assert outcomes[Outcome.FAIL] >= 20
