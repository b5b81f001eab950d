"""Payloads of every event with something else in every field that is read: an annotated error that
names event and field, or a payload as GitHub describes it, of which nothing better is made.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from io import StringIO
from pathlib import Path
from typing import Any

import pytest

from deploy_checklist import action
from deploy_checklist.run import payload as shapes
from deploy_checklist.run.event import EVENTS
from wrong_shapes import TEXT, Mutant, declared, mutants, within

HEAD, MERGE, RUN = "a" * 40, "b" * 40, "c" * 40
PULL = {
    "number": 412,
    "head": {"sha": HEAD, "ref": "release/2", "repo": {"id": 1}},
    "base": {"ref": "main", "repo": {"id": 1}},
    "labels": [{"name": "release"}],
    "merged": False,
    "merge_commit_sha": MERGE,
}
QUEUE = f"refs/heads/gh-readonly-queue/main/pr-412-{HEAD}"
# By the shape that reads it: the payload, and the events that have it.
PAYLOADS: Mapping[type, tuple[Mapping[str, Any], set[str]]] = {
    shapes.AnyPayload: ({}, set(EVENTS)),
    shapes.PushPayload: ({"head_commit": {"committer": {"username": "octo"}}}, {"push"}),
    shapes.PullPayload: (
        {"pull_request": PULL},
        {"pull_request", "pull_request_target", "pull_request_review"},
    ),
    shapes.CommentPayload: (
        {"issue": {"number": 412, "pull_request": {"url": "x"}}},
        {"issue_comment"},
    ),
    shapes.MergeGroupPayload: (
        {"merge_group": {"head_sha": HEAD, "head_ref": QUEUE, "base_ref": "refs/heads/main"}},
        {"merge_group"},
    ),
    shapes.WorkflowRunPayload: ({"workflow_run": {"head_sha": HEAD}}, {"workflow_run"}),
    shapes.DeploymentPayload: (
        {"deployment": {"sha": HEAD, "environment": "production"}},
        {"deployment", "deployment_status"},
    ),
}


def payload_of(event: str) -> dict[str, Any]:
    """All that is read of the event's payload."""
    found: dict[str, Any] = {"repository": {"default_branch": "main"}}
    for payload, events in PAYLOADS.values():
        if event in events:
            found |= payload
    return found


def cases() -> Iterator[tuple[str, type, Mutant]]:
    for shape, (_, events) in PAYLOADS.items():
        for event in sorted(events):
            for mutant in mutants(shape, payload_of(event)):
                yield event, shape, mutant


def run(folder: Path, event: str, path: Path | str) -> tuple[int, str]:
    out = StringIO()
    environ = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": event,
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_SHA": RUN,
        "GITHUB_WORKSPACE": str(folder),
        "INPUT_ENVIRONMENT": "production",
    }
    return action.run(environ, out), out.getvalue()


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A checkout in which a person is asked for something: without a signature nothing is ready."""
    folder = tmp_path / "shop"
    folder.mkdir()
    (folder / "deploy-checklist.md").write_text("- [ ] Status page announced\n")
    return folder


def test_every_shape_of_a_payload_is_put_to_the_test() -> None:
    tried = {each for shape in PAYLOADS for each in within(shape)}
    assert {each.__name__ for each in declared(shapes) - tried} == set()


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_the_right_payload_is_read(workspace: Path, tmp_path: Path, event: str) -> None:
    (tmp_path / "event.json").write_text(json.dumps(payload_of(event)))
    code, said = run(workspace, event, tmp_path / "event.json")
    assert "GITHUB_EVENT_PATH" not in said
    assert code in (1, 2), said  # 2: of a comment only GitHub knows the commit


@pytest.mark.parametrize("event", sorted(EVENTS))
def test_what_is_wrong_in_a_payload_is_reported_by_event_and_field(
    workspace: Path, tmp_path: Path, event: str
) -> None:
    path = tmp_path / "event.json"
    wrong = {}
    for _, _, mutant in (case for case in cases() if case[0] == event):
        path.write_text(json.dumps(mutant.data))
        code, said = run(workspace, event, path)
        told = f"::error::the payload of `{event}`" if mutant.field else "is not a JSON object"
        if mutant.refused and mutant.field:
            fine = code == 2 and told in said and mutant.field in said
        else:
            fine = code in (1, 2)
        if not fine or "a bug" in said or TEXT in said:
            wrong[mutant.name] = (code, said)
    assert not wrong, "\n".join(f"{name}: {found}" for name, found in wrong.items())


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(100_000_000)


BROKEN: Mapping[str, tuple[Callable[[Path], object], str]] = {
    "no JSON": (lambda path: path.write_text("{'a': 1}"), "is not JSON."),
    "a cut one": (lambda path: path.write_text('{"issue": {"num'), "is not JSON."),
    "empty": (lambda path: path.touch(), "is not JSON."),
    "not UTF-8": (lambda path: path.write_bytes(b'{"a": "\xff\xfe"}'), "is not JSON."),
    "brackets without end": (lambda path: path.write_text("[" * 100_000), "is not JSON."),
    "a list": (lambda path: path.write_text("[]"), "is not a JSON object."),
    "null": (lambda path: path.write_text("null"), "is not a JSON object."),
    "missing": (lambda path: None, "no such event's payload"),
    "a folder": (lambda path: path.mkdir(), "is a folder"),
    "a pipe that nobody writes": (os.mkfifo, "is a pipe or a device"),
    "100 MB": (sparse, "too large for an event's payload"),
    "not to be read": (lambda path: path.symlink_to(path), "cannot be read"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_payload_that_is_none_is_an_annotated_error_at_once(
    workspace: Path, tmp_path: Path, name: str
) -> None:
    break_it, told = BROKEN[name]
    path = tmp_path / "event.json"
    break_it(path)
    code, said = run(workspace, "push", path)
    [error] = [line for line in said.splitlines() if line.startswith("::error")]
    assert code == 2
    assert told in error
    assert f"{path}: " in error and "event's payload (GITHUB_EVENT_PATH)" in error
    assert "check whether an earlier step changes it" in error
