"""The answers, where GitHub is otherwise than the gate would like it."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from rehearsal.conftest import ACTION, TOKEN, Clock
from rehearsal.documents import PRINTED_ACTION, documents, printed_ruleset
from rehearsal.github_api import GitHub, NotDone
from rehearsal.probing import (
    cancel_container,
    look,
    prepare_settings,
    read_probes,
    rerun,
    start_probes,
)
from rehearsal.runner import Runner
from rehearsal.scratch import scratch
from rehearsal.steps import TAG_GATE, Stage, accept_tags, commit_documents, merge, refuse_tag
from servers.github import FakeHub
from servers.github.repository import Repository
from servers.github.state import Pull


def slowly(seconds: float) -> None:
    time.sleep(min(seconds, 0.05))


@pytest.fixture
def stage(hub: FakeHub, repo: Repository) -> Iterator[Stage]:
    """With the files on main."""
    github = GitHub(
        repo.full_name,
        TOKEN,
        api_url=hub.url,
        graphql_url=hub.graphql_url,
        clock=time.monotonic,
        pause=slowly,
        ends=time.monotonic() + 60,
    )
    made = Stage(github, scratch(github), ACTION, "")
    commit_documents(made)
    yield made


def test_the_probes_tell_what_they_saw(stage: Stage, runner: Runner, repo: Repository) -> None:
    """No signal, no name in the token, a re-run with its old secrets and its old approval."""
    runner.signals, runner.claims, runner.approvals_stay = (), {}, True
    prepare_settings(stage)
    start_probes(stage)
    cancel_container(stage)
    rerun(stage)
    look(stage)
    read_probes(stage)
    assert stage.answers[6] == "neither reached it"
    assert stage.answers[3].endswith("the environment is not named")
    assert "second: repository old, environment new; approvals: the first one's" in stage.answers[4]
    assert "(no team was given" in stage.answers[8]
    assert 2 not in stage.answers, "nobody has ticked"
    assert repo.secret_values[None, "REHEARSAL_OF_REPOSITORY"] == "second"


def test_a_plan_without_reviewers_leaves_half_of_a_question_open(
    hub: FakeHub, stage: Stage, runner: Runner
) -> None:
    hub.has_reviewers, runner.old_secrets = False, False
    assert "without (the plan has none) a reviewer" in prepare_settings(stage)
    start_probes(stage)
    rerun(stage)
    cancel_container(stage)
    assert "second: repository new, environment new" in stage.answers[4]
    assert stage.answers[4].endswith("not answered, since the plan has no reviewers here")


def green(hub: FakeHub, repo: Repository, stage: Stage) -> None:
    stage.merged, stage.ready = stage.main, True
    repo.status(stage.main, TAG_GATE, "success", by=hub.bot)


def test_an_annotated_tag_that_is_refused_and_a_release_that_is_not_held_are_told(
    hub: FakeHub, repo: Repository, stage: Stage
) -> None:
    hub.peels_tags = hub.rulesets_hold_releases = False
    green(hub, repo, stage)
    refuse_tag(stage)
    accept_tags(stage)
    assert "lightweight tag is accepted, an annotated one is refused" in stage.answers[1]
    assert stage.answers[7].startswith("no: a release made a tag although")


def test_a_status_of_somebody_else_is_none_of_github_actions(
    hub: FakeHub, repo: Repository, stage: Stage
) -> None:
    stage.merged, stage.ready = stage.main, True
    repo.status(stage.main, TAG_GATE, "success", by="octo-lead")
    refuse_tag(stage)
    with pytest.raises(NotDone, match="was refused although its commit has the status"):
        accept_tags(stage)
    assert "a lightweight tag is refused" in stage.answers[1]


def test_a_ruleset_that_lets_everything_in_is_told(
    repo: Repository, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Such as on a plan where it is only evaluated."""
    ruleset = json.loads(printed_ruleset(stage.files)) | {"enforcement": "evaluate"}
    monkeypatch.setattr("rehearsal.steps.printed_ruleset", lambda _: json.dumps(ruleset))
    with pytest.raises(NotDone, match=r"let in v0\.0\.4"):
        refuse_tag(stage)


def test_a_refusal_for_another_reason_is_no_answer(
    hub: FakeHub, repo: Repository, stage: Stage
) -> None:
    green(hub, repo, stage)
    hub.fault("forbidden", "POST", "/git/refs")
    with pytest.raises(NotDone, match="403: Resource not accessible"):
        accept_tags(stage)
    assert 1 not in stage.answers


def test_the_time_until_github_knows_a_merge_is_measured(
    hub: FakeHub, repo: Repository, stage: Stage, clock: Clock
) -> None:
    pull = repo.open_pull("octo-lead", head="release/rehearsal")
    stage.pull, stage.head = pull.number, pull.head
    repo.pulls_lag = 4
    stage.github = GitHub(
        repo.full_name,
        TOKEN,
        api_url=hub.url,
        graphql_url=hub.graphql_url,
        clock=clock,
        pause=clock.pause,
        ends=500,
    )
    with pytest.raises(NotDone, match="the green status"):
        merge(stage)
    assert stage.answers[5] == "9 s, to within 3 s"
    assert isinstance(pull, Pull)


def test_the_files_are_what_is_printed_for_a_team(tmp_path: Path) -> None:
    """With the action that was given; and GitHub's schema accepts each workflow."""
    files = documents("octo-lead", "acme/gate@0123")
    workflows = {
        path: text for path, text in files.items() if path.startswith(".github/workflows/")
    }
    assert len(workflows) >= 3
    assert not any(PRINTED_ACTION in text for text in workflows.values())
    gates = [text for text in workflows.values() if "uses: acme/gate@0123" in text]
    assert len(gates) == len(workflows) - 1
    for path, text in workflows.items():
        (tmp_path / Path(path).name).write_text(text, encoding="utf-8")
        assert yaml.safe_load(text)["permissions"] == {}
    line = ["check-jsonschema", "--builtin-schema", "vendor.github-workflows"]
    paths = [str(path) for path in tmp_path.iterdir()]
    done = subprocess.run([*line, *paths], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
