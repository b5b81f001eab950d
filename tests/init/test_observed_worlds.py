"""As `test_worlds`, for the rules that ask a server or read the checkout's workflow files."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from servers.web import Answer, Asked, web

from .shop import ANSWERS, RULES, answered, outcomes, written

pytestmark = pytest.mark.usefixtures("folder")

WORKFLOW = Path(".github/workflows/release.yml")
PACKAGE = Path("package.json")
PACKAGED = json.dumps({"scripts": {"e2e": "playwright test"}})
HOLDS = """\
# The steps of deployment-checklist.md.
on: { push: { branches: [main] } }
permissions: { contents: read }
jobs:
  e2e:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: As deployment-checklist.md asks
        run: npm run e2e
  publish:
    needs: [e2e]
    permissions: { contents: write }
    runs-on: ubuntu-latest
    steps:
      - run: gh release create v1
"""
CHANGED: dict[str, Callable[[str], str]] = {
    "it does not run the command": lambda text: text.replace("npm run e2e", "npm run unit"),
    "it runs another that begins so": lambda text: text.replace("run e2e", "run e2e:quick"),
    "it only says the command": lambda text: text.replace("npm run e2e", "echo npm run e2e"),
    "its failure does not count": lambda text: text.replace(
        "run: npm run e2e", "run: npm run e2e\n        continue-on-error: true"
    ),
    "it is commented out": lambda text: text.replace("        run: npm", "        # run: npm"),
    "the checklist is not named": lambda text: text.replace("deployment-checklist.md", "the list"),
}
# What the text alone does not tell is asked of a person.
DOUBTFUL: dict[str, Callable[[str], str]] = {
    "a failure may get through": lambda text: text.replace("npm run e2e", "npm run e2e || true"),
    "what may release does not wait": lambda text: text.replace("    needs: [e2e]\n", ""),
    "what may release does not mind": lambda text: text.replace(
        "needs: [e2e]", "needs: [e2e]\n    if: always()"
    ),
}


def metrics(status: int) -> str:
    """What becomes of `METRICS_URL`, whose server answers with that status."""
    answered(ANSWERS)
    expected = "      expect: [200, 204]\n"
    local = written().replace(expected, f"{expected}      allow_private: true\n")
    RULES.write_text(local, encoding="utf-8")

    def answer(_asked: Asked) -> Answer:
        return Answer(status=status, headers={"Location": "/sign-in"} if status == 302 else {})

    with web(answer) as server:
        found = outcomes({"METRICS_URL": f"{server.url}/push"})["METRICS_URL"]
    assert server.asked
    return found


@pytest.mark.parametrize("status", [200, 204])
def test_an_address_that_answers_as_was_said_passes(status: int) -> None:
    assert metrics(status) == "pass"


@pytest.mark.parametrize("status", [201, 302, 401, 404])
def test_an_address_that_answers_otherwise_fails(status: int) -> None:
    assert metrics(status) == "fail"


@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_an_address_whose_server_is_in_trouble_does_not_pass(status: int) -> None:
    assert metrics(status) in ("fail", "unknown")


def order(workflow: str, *, when_answered: str | None = None, package: str = PACKAGED) -> str:
    """What becomes of the item on CI in a checkout with that workflow. `when_answered`: the one
    that was there when the rules were written.
    """
    git("init", "--quiet")
    WORKFLOW.parent.mkdir(parents=True)
    PACKAGE.write_text(package, encoding="utf-8")
    if when_answered is not None:
        commit(when_answered)
    answered(ANSWERS)
    commit(workflow)
    return outcomes({}, "--offline")["ci"]


def commit(workflow: str) -> None:
    WORKFLOW.write_text(workflow, encoding="utf-8")
    git("add", ".")
    who = ("-c", "user.name=A", "-c", "user.email=a@acme.example")
    git(*who, "commit", "--quiet", "--message", "Go")


def git(*arguments: str) -> None:
    subprocess.run(("git", *arguments), check=True)


@pytest.mark.parametrize("when_answered", [None, HOLDS])
def test_a_workflow_that_does_what_the_item_says_passes(when_answered: str | None) -> None:
    assert order(HOLDS, when_answered=when_answered) == "pass"


@pytest.mark.parametrize("when_answered", [None, HOLDS])
@pytest.mark.parametrize("name", list(CHANGED))
def test_a_workflow_that_does_not_fails(name: str, when_answered: str | None) -> None:
    workflow = CHANGED[name](HOLDS)
    assert workflow != HOLDS
    assert order(workflow, when_answered=when_answered) == "fail"


@pytest.mark.parametrize("name", list(DOUBTFUL))
def test_a_workflow_that_may_do_it_waits_for_a_person(name: str) -> None:
    workflow = DOUBTFUL[name](HOLDS)
    assert workflow != HOLDS
    assert order(workflow) == "pending"


def test_a_release_that_was_known_to_wait_and_does_not_fails() -> None:
    known = DOUBTFUL["what may release does not wait"](HOLDS)
    assert order(known, when_answered=HOLDS) == "fail"


def test_a_script_that_only_says_so_does_not_pass() -> None:
    scripts = {"scripts": {"e2e": "playwright test || true"}}
    assert order(HOLDS, package=json.dumps(scripts)) != "pass"


def test_a_script_that_is_not_there_does_not_pass() -> None:
    assert order(HOLDS, package="{}") != "pass"
