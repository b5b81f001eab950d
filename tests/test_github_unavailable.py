"""Where GitHub does not answer: a push to a trusted branch is judged by its checkout, and nothing counts as signed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from container.documents import CHECKLIST, SIGN, VALUES, files
from deploy_checklist.publish.outputs import HELD
from servers.github import FakeHub
from test_action import Step, checkout

UNREACHABLE = {
    "INPUT_GITHUB-TOKEN": "ghs_16C7e42F292c6912E7710c838347Ae178B4a",
    "INPUT_DEADLINE": "1s",
    "GITHUB_API_URL": "http://127.0.0.1:9",  # the port of nobody
    "GITHUB_GRAPHQL_URL": "http://127.0.0.1:9/graphql",
}


@pytest.fixture(autouse=True)
def no_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is left after the deadline to publish in; nobody answers here anyway."""
    monkeypatch.setattr("deploy_checklist.runtime.github.GRACE", 0.5)


def pushed(tmp_path: Path, checklist: str = CHECKLIST, default: str = "main") -> Step:
    """A push to main, checked out, of a repository whose default branch is `default`."""
    (tmp_path / "event.json").write_text(json.dumps({"repository": {"default_branch": default}}))
    return checkout(tmp_path, files(checklist))


def run(step: Step, **given: str) -> int:
    event = {"GITHUB_EVENT_PATH": str(step.folder.parent / "event.json")}
    return step.run({**VALUES, **UNREACHABLE, **event, **given})[0]


def test_what_needs_nobody_is_judged_and_what_people_said_is_unknown(tmp_path: Path) -> None:
    step = pushed(tmp_path, CHECKLIST + SIGN)
    assert run(step) == 3
    assert {
        name: step.outputs[name] for name in ("verdict", "pass", "pending", "unknown", "signed")
    } == {
        "verdict": "undetermined",
        "pass": "3",
        "pending": "0",
        "unknown": "1",
        "signed": "0",
    }
    assert "GitHub could not be reached for the pull requests of commit" in step.summary
    assert "no sign-off could be read" in step.summary


def test_what_is_wrong_is_still_found(tmp_path: Path) -> None:
    step = pushed(tmp_path)
    assert run(step, PAYMENT_PROVIDER="paypal") == 1
    assert step.outputs["blocking"] == "PAYMENT_PROVIDER"


def test_all_verified_is_not_enough_while_the_status_cannot_be_written(tmp_path: Path) -> None:
    step = pushed(tmp_path)
    assert run(step) == 3
    assert step.outputs["verdict"] == "ready"


@pytest.mark.parametrize("checklist", [CHECKLIST, CHECKLIST + SIGN])
def test_in_report_mode_no_job_turns_red_for_githubs_weather(
    tmp_path: Path, checklist: str
) -> None:
    step = pushed(tmp_path, checklist)
    assert run(step, INPUT_MODE="report") == 0
    assert step.outputs["pass"] == "3"


@pytest.mark.parametrize(
    "doubtful",
    [
        {"GITHUB_REF": "refs/tags/v1.4.0"},  # anybody may tag any commit
        {"GITHUB_REF": "refs/heads/feature"},
        {"GITHUB_SHA": "0" * 40},  # not what lies in the workspace
        {"GITHUB_RUN_ATTEMPT": "2"},  # the branch may have moved on
        {"INPUT_COMMIT": "0" * 40},
    ],
)
def test_words_that_may_be_anybodys_are_not_judged(
    tmp_path: Path, doubtful: dict[str, str]
) -> None:
    step = pushed(tmp_path)
    assert run(step, **doubtful) == 3
    assert step.summary.startswith("## ⚪ Nothing was judged\n- GitHub could not be reached")
    assert step.outputs == {"verdict": "", **HELD}


def test_a_branch_is_trusted_by_name_if_the_inputs_say_so(tmp_path: Path) -> None:
    step = pushed(tmp_path, default="trunk")
    assert run(step) == 3
    assert step.outputs == {"verdict": "", **HELD}
    run(step, **{"INPUT_TRUSTED-BRANCHES": "main"})
    assert step.outputs["verdict"] == "ready"


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with FakeHub() as fake:
        fake.token(UNREACHABLE["INPUT_GITHUB-TOKEN"])
        yield fake


def test_a_token_that_may_not_read_pull_requests_still_sets_the_status(
    tmp_path: Path, hub: FakeHub
) -> None:
    """The notice names the permission; what a machine verified by itself needs no pull request."""
    step = pushed(tmp_path)
    repo = hub.repository(files={"README.md": "shop\n"})
    repo.commits[step.commit] = repo.commits[repo.branches["main"]]
    hub.fault("forbidden", "GET", "/pulls", times=99)
    assert run(step, GITHUB_API_URL=hub.url, GITHUB_GRAPHQL_URL=hub.graphql_url) == 0
    assert [status.state for status in repo.statuses[step.commit]] == ["pending", "success"]
    assert "pull-requests: read" in step.summary
