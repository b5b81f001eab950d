"""The recipe's workflow is valid, asks for no more than it needs, and its scripts do what it says."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

import reports
from deploy_checklist.fleet.documents import LARGEST
from fleet.given import data, of, written
from inputs import input_names
from servers import binary

RECIPE = Path(__file__).parents[2] / "docs" / "recipes" / "fleet.md"
STEPS, WORKFLOW, CALLER = re.findall(r"```yaml\n(.*?)```", RECIPE.read_text(), re.DOTALL)
JOBS: Mapping[str, Any] = yaml.safe_load(WORKFLOW)["jobs"]
ACME = "acme"


def tool(name: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    line = [str(Path(sys.executable).with_name(name)), *arguments]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    (folder / "fleet.yml").write_text(WORKFLOW)
    (folder / "caller.yml").write_text(f"name: caller\non: push\npermissions: {{}}\n{CALLER}")
    return tmp_path


def test_both_workflows_pass_the_schema(repository: Path) -> None:
    files = [str(path) for path in (repository / ".github" / "workflows").iterdir()]
    checked = tool(
        "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files, cwd=repository
    )
    assert checked.returncode == 0, checked.stdout


def test_zizmor_finds_only_the_pins_that_the_recipe_leaves_to_the_team(repository: Path) -> None:
    audit = tool("zizmor", "--offline", "--no-progress", "--format=json", ".", cwd=repository)
    found = json.loads(audit.stdout)
    assert {each["ident"] for each in found} <= {"unpinned-uses"}
    assert "named by a tag: pin them to a commit" in RECIPE.read_text()


def test_no_job_may_write_and_only_one_may_read() -> None:
    assert yaml.safe_load(WORKFLOW)["permissions"] == {}
    asked = {name: job.get("permissions", {}) for name, job in JOBS.items()}
    assert asked == {"list": {}, "gather": {}, "page": {"contents": "read"}}
    tokens = [
        {key: level for key, level in step["with"].items() if key.startswith("permission-")}
        for job in JOBS.values()
        for step in job["steps"]
        if "app-token" in step.get("uses", "")
    ]
    assert tokens == [{"permission-metadata": "read"}, {"permission-actions": "read"}]


def test_the_gates_step_uses_inputs_that_exist() -> None:
    gate, upload = yaml.safe_load(STEPS)
    assert set(gate["with"]) <= set(input_names())
    assert upload["with"]["path"] == gate["with"]["report-file"]
    assert f"'{upload['with']['name']}'" in WORKFLOW


def test_no_expression_stands_in_a_script() -> None:
    """A name of another repository's would be read as commands."""
    scripts = [step["run"] for job in JOBS.values() for step in job["steps"] if "run" in step]
    assert len(scripts) == 4
    assert "${{" not in "".join(scripts)


# --- the scripts

GH = """\
#!{python}
import pathlib, subprocess, sys
address = next(each for each in sys.argv[2:] if "/" in each).lstrip("/")
name = address.replace("/", "_").replace("?", "_").replace("&", "_")
answer = pathlib.Path({answers!r}, name)
if not answer.exists():
    sys.exit("gh: Not Found (HTTP 404)")
if "--jq" not in sys.argv:
    sys.stdout.buffer.write(answer.read_bytes())
else:
    query = sys.argv[sys.argv.index("--jq") + 1]
    sys.exit(subprocess.run(["jq", "-r", query], stdin=answer.open()).returncode)
"""


class Runner:
    """A runner on which `gh` knows a few answers of GitHub's."""

    def __init__(self, folder: Path) -> None:
        for name in ("jq", "unzip"):
            binary(name, f"apt-get install {name}")
        self.folder = folder
        self.answers = folder / "answers"
        for each in ("answers", "bin"):
            (folder / each).mkdir()
        ours = f'#!/bin/sh\nexec "{sys.executable}" -m deploy_checklist "$@"\n'
        for name, script in (
            ("gh", GH.format(python=sys.executable, answers=str(self.answers))),
            ("deploy-checklist", ours),
        ):
            (folder / "bin" / name).write_text(script)
            (folder / "bin" / name).chmod(0o755)

    def answer(self, address: str, content: object) -> None:
        name = re.sub(r"[/?&]", "_", address)
        raw = content if isinstance(content, bytes) else data(content)
        (self.answers / name).write_bytes(raw)

    def artifact(self, repository: str, number: int, *contents: object, **changed: Any) -> object:
        """An artifact of a run of the repository's own."""
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as zipped:
            for at, content in enumerate(contents):
                raw = content if isinstance(content, bytes) else data(content)
                zipped.writestr(f"{at}.json", raw, zipfile.ZIP_DEFLATED)
        self.answer(f"repos/{ACME}/{repository}/actions/artifacts/{number}/zip", archive.getvalue())
        return {
            "id": number,
            "expired": False,
            "created_at": f"2026-11-{number:02}T00:00:00Z",
            "size_in_bytes": 5_000,
            "workflow_run": {"repository_id": 1, "head_repository_id": 1},
        } | changed

    def artifacts(self, repository: str, *listed: object) -> None:
        name = "deploy-checklist-report"
        address = f"repos/{ACME}/{repository}/actions/artifacts?name={name}&per_page=100"
        self.answer(address, {"artifacts": listed})

    def run(self, job: str, *, at: int = 0, **environ: str) -> int:
        """The exit code of a script of a job, as GitHub runs it."""
        script = [step["run"] for step in JOBS[job]["steps"] if "run" in step][at]
        given = {
            "PATH": f"{self.folder / 'bin'}:{os.environ['PATH']}",
            "PYTHONPATH": str(RECIPE.parents[2] / "src"),
            "GITHUB_OUTPUT": str(self.folder / "output"),
            "GITHUB_STEP_SUMMARY": str(self.folder / "summary"),
            "GITHUB_REPOSITORY_OWNER": ACME,
        }
        shell = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
        done = subprocess.run(shell, cwd=self.folder, env=given | environ, check=False)
        return done.returncode

    def gather(self, *repositories: str) -> dict[str, Any]:
        """What a batch leaves in the folder of the reports."""
        artifacts = "deploy-checklist-report"
        assert self.run("gather", BATCH=json.dumps(repositories), ARTIFACTS=artifacts) == 0
        return {
            path.name.removeprefix(f"{ACME}+").replace("+deploy-checklist-report", ""): json.loads(
                path.read_bytes()
            )
            for path in (self.folder / "reports").iterdir()
        }


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    return Runner(tmp_path)


def report(repository: str) -> dict[str, Any]:
    return written(of(f"{ACME}/{repository}", reports.ready()))


@pytest.mark.parametrize(
    ("count", "batches"), [(1, [1]), (25, [25]), (60, [25, 25, 10]), (6400, [25] * 256)]
)
def test_repositories_are_listed_in_batches_of_25(
    runner: Runner, count: int, batches: list[int]
) -> None:
    listed = [{"name": f"r{at}", "archived": False} for at in range(count)]
    old = {"name": "old", "archived": True}
    runner.answer("installation/repositories?per_page=100", {"repositories": [*listed, old]})
    assert runner.run("list") == 0
    name, _, value = (runner.folder / "output").read_text().strip().partition("=")
    assert (name, [len(batch) for batch in json.loads(value)]) == ("batches", batches)
    assert [each for batch in json.loads(value) for each in batch] == [
        each["name"] for each in listed
    ]


def test_any_number_of_repositories_stays_below_the_256_jobs_of_a_matrix(runner: Runner) -> None:
    listed = [{"name": f"r{at}", "archived": False} for at in range(10_001)]
    runner.answer("installation/repositories?per_page=100", {"repositories": listed})
    assert runner.run("list") == 0
    value = (runner.folder / "output").read_text().strip().partition("=")[2]
    assert len(json.loads(value)) <= 256


def test_a_list_that_cannot_be_read_fails_the_run(runner: Runner) -> None:
    assert runner.run("list") != 0


def test_the_newest_report_of_a_repository_is_gathered(runner: Runner) -> None:
    old = runner.artifact("shop", 1, {"old": 1})
    new = runner.artifact("shop", 3, report("shop"))
    expired = runner.artifact("shop", 4, {"expired": 1}, expired=True)
    runner.artifacts("shop", old, new, expired)
    runner.artifacts(".github", runner.artifact(".github", 1, report(".github")))
    assert runner.gather("shop", ".github") == {
        "shop.json": report("shop"),
        ".github.json": report(".github"),
    }


def test_no_report_of_a_fork_is_taken(runner: Runner) -> None:
    fork = {"workflow_run": {"repository_id": 1, "head_repository_id": 2}}
    runner.artifacts(
        "shop",
        runner.artifact("shop", 1, report("shop")),
        runner.artifact("shop", 2, written(), **fork),
    )
    assert runner.gather("shop") == {"shop.json": report("shop")}


@pytest.mark.parametrize(
    "contents",
    [
        (report("other"),),
        (written(of(None, reports.ready())),),
        (report("shop"), report("shop")),
        ([report("shop")],),
        (b"no JSON",),
        (b'{"a":' * 20_000,),
        (b"[" + b" " * (LARGEST * 5) + b"]",),
        (),
    ],
    ids=[
        "another repository's",
        "nobody's",
        "two files",
        "a list",
        "no JSON",
        "nested deep",
        "20 MB in a small archive",
        "an empty archive",
    ],
)
def test_what_is_no_report_of_the_repositorys_own_is_a_row_that_says_so(
    runner: Runner, contents: tuple[object, ...]
) -> None:
    runner.artifacts("shop", runner.artifact("shop", 1, *contents))
    runner.artifacts("web", runner.artifact("web", 1, report("web")))
    assert runner.gather("shop", "web") == {
        "shop.not-its-own.json": None,
        "web.json": report("web"),
    }


def test_an_artifact_that_is_too_large_is_not_downloaded(runner: Runner) -> None:
    large = runner.artifact("shop", 2, report("shop"), size_in_bytes=LARGEST + 1)
    runner.artifacts("shop", runner.artifact("shop", 1, report("shop")), large)
    assert runner.gather("shop") == {"shop.not-its-own.json": None}


def test_a_repository_that_cannot_be_asked_is_a_row_and_one_without_a_report_is_reported(
    runner: Runner,
) -> None:
    runner.artifacts("docs")
    runner.artifacts("web", runner.artifact("web", 1, report("web")))
    assert runner.gather("gone", "docs", "web") == {
        "gone.not-asked.json": None,
        "web.json": report("web"),
    }
    summary = (runner.folder / "summary").read_text()
    assert summary == "- `acme/docs` has no `deploy-checklist-report`\n"


def test_the_page_is_published_and_the_run_is_red_where_a_row_could_not_be_read(
    runner: Runner,
) -> None:
    runner.artifacts("web", runner.artifact("web", 1, report("web")))
    runner.gather("web")
    assert runner.run("page", at=1, GATHERED="success") == 0
    assert (runner.folder / "summary").read_text().startswith("## 1 report: 1 ready\n")
    assert (runner.folder / "page" / "index.html").read_text().startswith("<!doctype html>")


@pytest.mark.parametrize(
    ("gathered", "bad", "said"),
    [
        ("success", True, "1 could not be read"),
        ("failure", False, "A job of `gather` failed: rows are missing."),
    ],
)
def test_the_run_is_red_where_rows_could_not_be_read_or_are_missing(
    runner: Runner, gathered: str, bad: bool, said: str
) -> None:
    runner.artifacts("web", runner.artifact("web", 1, report("web")))
    runner.gather("web", *(["gone"] if bad else []))
    assert runner.run("page", at=1, GATHERED=gathered) == 1
    assert said in (runner.folder / "summary").read_text()
    assert (runner.folder / "page" / "index.html").exists()


def test_without_any_report_nothing_is_published(runner: Runner) -> None:
    assert runner.run("page", at=1, GATHERED="success") != 0
    assert not (runner.folder / "summary").exists()
