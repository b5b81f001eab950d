"""The files of this job: plain ones, of no other repository, with the time of their last change."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from deploy_checklist.outcome import Unobservable
from deploy_checklist.world.job_port import JobPlace, WrittenFile
from deploy_checklist.world.this_job import LiveJob
from fakes import NOW

PLACE = JobPlace(workflow=".github/workflows/gate.yml", job="gate", action=None, step=None)


def job(folder: Path, place: JobPlace | Unobservable = PLACE, temp: str | None = "temp") -> LiveJob:
    for name in ("workspace", "temp"):
        (folder / name).mkdir(exist_ok=True)
    return LiveJob(
        place,
        started_at=lambda: NOW,
        workspace=folder / "workspace",
        temp=folder / temp if temp else None,
    )


def written(path: Path, data: bytes = b"{}") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


@pytest.mark.parametrize(
    ("path", "named"),
    [
        ("workspace/a.json", "a.json"),
        ("workspace/deep/er/a.json", "deep/er/a.json"),
        ("temp/a.json", "$RUNNER_TEMP/a.json"),
        ("temp/deep/a.json", "$RUNNER_TEMP/deep/a.json"),
    ],
)
def test_a_file_is_read_with_its_time(tmp_path: Path, path: str, named: str) -> None:
    this = job(tmp_path)
    file = written(tmp_path / path, b'{"a": 1}')
    os.utime(file, (1_700_000_000.5, 1_700_000_000.5))
    found = this.read(named, 100)
    assert isinstance(found, WrittenFile)
    assert found.data == b'{"a": 1}'
    assert found.written == datetime.fromtimestamp(1_700_000_000.5, UTC)


def test_a_time_that_was_given_to_a_file_makes_it_no_younger(tmp_path: Path) -> None:
    this = job(tmp_path)
    file = written(tmp_path / "temp" / "a.json")
    os.utime(file, (4_000_000_000, 4_000_000_000))
    found = this.read("$RUNNER_TEMP/a.json", 100)
    assert found is not None
    assert found.written <= datetime.now(UTC)


@pytest.mark.parametrize("named", ["a.json", "$RUNNER_TEMP/a.json", "deep/a.json"])
def test_a_file_that_is_not_there_is_none(tmp_path: Path, named: str) -> None:
    assert job(tmp_path).read(named, 100) is None


def link(folder: Path) -> None:
    written(folder / "elsewhere.json")
    (folder / "workspace" / "a.json").symlink_to(folder / "elsewhere.json")


def linked_folder(folder: Path) -> None:
    written(folder / "elsewhere" / "a.json")
    (folder / "workspace" / "deep").symlink_to(folder / "elsewhere")


def pipe(folder: Path) -> None:
    os.mkfifo(folder / "workspace" / "a.json")


def folder_of_that_name(folder: Path) -> None:
    written(folder / "workspace" / "a.json" / "b.json")


def too_large(folder: Path) -> None:
    written(folder / "workspace" / "a.json", b" " * 101)


def submodule(folder: Path) -> None:
    written(folder / "workspace" / "deep" / ".git", b"gitdir: ../.git/modules/deep")
    written(folder / "workspace" / "deep" / "a.json")


def other_checkout(folder: Path) -> None:
    (folder / "workspace" / "deep" / ".git").mkdir(parents=True)
    written(folder / "workspace" / "deep" / "er" / "a.json")


def worktree(folder: Path) -> None:
    written(folder / "temp" / "deep" / ".git", b"gitdir: ../workspace/.git/worktrees/deep")
    written(folder / "temp" / "deep" / "a.json")


@pytest.mark.parametrize(
    ("prepare", "named", "why"),
    [
        (link, "a.json", "symbolic link"),
        (linked_folder, "deep/a.json", "symbolic link"),
        (pipe, "a.json", "neither a file nor a folder"),
        (folder_of_that_name, "a.json", "is a folder"),
        (too_large, "a.json", "is larger than"),
        (submodule, "deep/a.json", "is in another repository"),
        (other_checkout, "deep/er/a.json", "is in another repository"),
        (worktree, "$RUNNER_TEMP/deep/a.json", "is in another repository"),
        (lambda _: None, "../temp/a.json", "leads out of its folder"),
        (lambda _: None, "$RUNNER_TEMP/../workspace/a.json", "leads out of its folder"),
        (lambda _: None, "/etc/passwd", "is absolute"),
        (lambda _: None, ".git/config", "git's own folder"),
    ],
)
def test_anything_but_a_plain_file_of_this_job_is_not_checked(
    tmp_path: Path, prepare: object, named: str, why: str
) -> None:
    this = job(tmp_path)
    prepare(tmp_path)  # type: ignore[operator]
    with pytest.raises(Unobservable) as trouble:
        this.read(named, 100)
    assert why in trouble.value.reason


@pytest.mark.parametrize("temp", [None, "not there"])
def test_without_the_runners_folder_it_could_not_look(tmp_path: Path, temp: str | None) -> None:
    with pytest.raises(Unobservable, match="this step cannot see the runner's folder RUNNER_TEMP"):
        job(tmp_path, temp=temp).read("$RUNNER_TEMP/a.json", 100)


@pytest.mark.parametrize(
    ("temp", "named"),
    [("workspace/temp", "$RUNNER_TEMP/a.json"), (".", "$RUNNER_TEMP/workspace/a.json")],
)
def test_a_file_of_the_workspace_is_not_read_as_one_of_the_runner(
    tmp_path: Path, temp: str, named: str
) -> None:
    """There, whether git tracks it is not asked."""
    this = job(tmp_path, temp=temp)
    written(tmp_path / "workspace" / "temp" / "a.json")
    written(tmp_path / "workspace" / "a.json")
    with pytest.raises(Unobservable, match="is in the workspace"):
        this.read(named, 100)


def test_where_strangers_may_have_written_nothing_is_checked(tmp_path: Path) -> None:
    this = job(tmp_path, Unobservable("the code of a pull request may have written it"))
    written(tmp_path / "workspace" / "a.json")
    for ask in (this.place, this.started_at, lambda: this.read("a.json", 100)):
        with pytest.raises(Unobservable, match="pull request"):
            ask()
