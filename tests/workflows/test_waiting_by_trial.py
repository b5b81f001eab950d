"""A job that is said to wait never runs in a trial in which the job that it waits for has not succeeded.

The trial is a small model of how GitHub starts jobs: every job that runs may succeed or fail, an
input may be given or not, and somebody may cancel the run at any time. What is not documented is
tried both ways.
"""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator, Mapping
from itertools import product

import pytest

from deploy_checklist.workflows.files import read_workflow
from deploy_checklist.workflows.waiting import Waits, waits_for

TERMS = [
    "success()",
    "always()",
    "failure()",
    "cancelled()",
    "inputs.x",
    "true",
    "false",
    "contains(needs.*.result, 'failure')",
    "contains(needs.*.result, 'skipped')",
    "contains(needs.*.result, 'cancelled')",
    "contains(needs.*.result, 'success')",
    "contains(join(needs.*.result, ','), 'fail')",
]
NAMES = ("test", "a", "b", "ship")


def term(chance: random.Random, needs: list[str]) -> str:
    if needs and chance.random() < 0.4:
        asked = chance.choice(["success", "failure", "skipped", "cancelled"])
        return f"needs.{chance.choice(needs)}.result {chance.choice(['==', '!='])} '{asked}'"
    return chance.choice(TERMS)


def condition(chance: random.Random, needs: list[str], depth: int = 0) -> str:
    if depth == 2 or chance.random() < 0.4:
        found = term(chance, needs)
        return f"!({found})" if chance.random() < 0.3 else found
    operator = chance.choice(["&&", "&&", "||"])
    left, right = (condition(chance, needs, depth + 1) for _ in range(2))
    return f"({left} {operator} {right})"


def jobs(chance: random.Random) -> dict[str, dict[str, object]]:
    """Up to four jobs; some have steps that fail them under a condition."""
    found: dict[str, dict[str, object]] = {}
    for at, name in enumerate(NAMES):
        needs = [each for each in NAMES[:at] if chance.random() < 0.6]
        job: dict[str, object] = {"runs-on": "x", "needs": needs, "steps": []}
        if chance.random() < 0.6:
            job["if"] = chance.choice(
                [condition(chance, needs), "always()", "!cancelled() && !failure()"]
            )
        if needs and chance.random() < 0.4:
            asked = [each for each in TERMS if "needs" in each]
            job["steps"] = [{"run": "exit 1", "if": chance.choice(asked)}]
            if chance.random() < 0.5:
                job["steps"] = [{"run": "exit 1", "if": condition(chance, needs)}]
        found[name] = job
    return found


def holds(written: str, names: Mapping[str, object], needs: Mapping[str, str]) -> bool:
    """A condition, as Python has it. It is of the terms above."""
    text = re.sub(
        r"contains\((join\()?needs\.\*\.result(?:, ','\))?, '(\w+)'\)",
        lambda found: str(
            found[2] in (",".join(needs.values()) if found[1] else list(needs.values()))
        ),
        written,
    )
    text = re.sub(r"needs\.(\w+)\.result", lambda found: repr(needs[found[1]]), text)
    text = re.sub(
        r"(success|always|failure|cancelled)\(\)", lambda found: str(names[found[1]]), text
    )
    text = (
        text.replace("inputs.x", str(names["x"])).replace("true", "True").replace("false", "False")
    )
    text = text.replace("&&", " and ").replace("||", " or ")
    return bool(eval(re.sub(r"!(?!=)", " not ", text), {}))


def results(
    written: dict[str, dict[str, object]],
    ends: tuple[bool, ...],
    cancelled_at: float,
    given: bool,
    chained: bool,
) -> dict[str, str]:
    """How each job ends. `chained`: `success()` asks all jobs before, not only those it needs.

    `cancelled_at`: the number of the job before which the run is cancelled, and after which at 0.5.
    """
    found: dict[str, str] = {}
    before: dict[str, set[str]] = {}
    for at, ((name, job), succeeds) in enumerate(zip(written.items(), ends, strict=True)):
        needs = [str(each) for each in job["needs"]]  # type: ignore[attr-defined]
        before[name] = set(needs).union(*(before[each] for each in needs))
        asked = before[name] if chained else needs
        cancelled = at >= cancelled_at
        status = {
            "success": all(found[each] == "success" for each in asked) and not cancelled,
            "always": True,
            "failure": any(found[each] == "failure" for each in before[name]),
            "cancelled": cancelled,
            "x": given,
        }
        needed = {each: found[each] for each in needs}
        text = str(job.get("if", ""))
        runs = holds(text, status, needed) if text else True
        if not re.search(r"(success|always|failure|cancelled)\(", text):
            runs = runs and bool(status["success"])
        if not runs or at == cancelled_at - 0.5:
            found[name] = "cancelled" if runs or (cancelled and not needs) else "skipped"
            continue
        well = {**status, "success": True, "failure": False, "cancelled": False}
        stopped = any(
            holds(str(step["if"]), well, needed)
            for step in job["steps"]  # type: ignore[attr-defined]
        )
        found[name] = "success" if succeeds and not stopped else "failure"
    return found


def trials(written: dict[str, dict[str, object]]) -> Iterator[dict[str, str]]:
    moments = [100, *range(len(written)), *(at + 0.5 for at in range(len(written)))]
    for *ends, given, chained in product((True, False), repeat=len(written) + 2):
        for cancelled_at in moments:
            yield results(written, tuple(ends), cancelled_at, given, chained)


@pytest.mark.parametrize("seed", range(4))
def test_what_waits_never_runs_without_the_success_of_what_it_waits_for(seed: int) -> None:
    chance = random.Random(seed)
    said: list[Waits] = []
    for _ in range(150):
        written = jobs(chance)
        text = json.dumps({"on": "push", "jobs": written})
        waits = waits_for(read_workflow(text.encode(), "ci.yml"), "ship", "test")
        said.append(waits)
        if waits is not Waits.YES:
            continue
        for ends in trials(written):
            assert ends["ship"] == "skipped" or ends["test"] == "success", (text, ends)
    assert said.count(Waits.YES) > 15
