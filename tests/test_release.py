"""The release workflow's last job, run as it is written, under the ruleset that the project prints: tag, major tag, release."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy_checklist.commands.ruleset import ruleset

ROOT = Path(__file__).parents[1]
RELEASE: dict[str, Any] = yaml.safe_load(
    (ROOT / ".github/workflows/release.yml").read_text(encoding="utf-8")
)
DIGEST = "sha256:" + "0123456789abcdef" * 4
IMAGE = "ghcr.io/org/deploy-checklist"

Git = Callable[..., str]


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """git, with no settings but those of the repository."""
    environment = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "GIT_CONFIG_NOSYSTEM": "1"}

    def run(*words: str, at: str) -> str:
        line = ["git", "-C", str(tmp_path / at), *words]
        return subprocess.run(
            line, env=environment, check=True, capture_output=True, text=True
        ).stdout.strip()

    return run


# What stands for the programs that a job calls. Each does what it is asked; number FAIL_AT of those
# that change something outside then fails all the same, as if the line went dead before the answer.
STAND_IN = """\
import json, os, pathlib, subprocess, sys
name, *words = [pathlib.Path(sys.argv[0]).name, *sys.argv[1:]]
given = os.environ
home = pathlib.Path(given["HOME"])

def exits(code):
    changes = words[0] == "push" or words[:2] in (["api", "--method"], ["release", "create"])
    if changes and not code:
        with (home / "changes").open("a") as file:
            file.write(" ".join(words) + "\\n")
        count = len((home / "changes").read_text().splitlines())
        sys.exit(1 if str(count) == given.get("FAIL_AT") else 0)
    sys.exit(code)

def lines(file):
    return (home / file).read_text().splitlines() if (home / file).exists() else []

def add(file, line):
    with (home / file).open("a") as out:
        out.write(line + "\\n")

if name == "push":
    words = ["push", *words]
    exits(subprocess.run([given["GIT"], *words]).returncode)
if name == "docker":
    assert not os.path.exists(given["DOCKER_CONFIG"])
    sys.exit(words[-1] not in lines("public"))
add("gh", " ".join(words))
if words[0] == "api" and words[1] == "--method":
    commit = words[3].rpartition("/")[2]
    there = subprocess.run([given["GIT"], "-C", home / "origin", "cat-file", "-e", commit])
    fields = dict(each.split("=", 1) for each in words if "=" in each)
    add("statuses", " ".join([commit, fields["context"], fields["state"]]))
    exits(there.returncode)
if words[0] == "api":
    commit = words[1].split("/")[4]
    found = [each.split() for each in lines("statuses")]
    print(*[state for sha, context, state in found if sha == commit and f'"{context}"' in words[3]])
if words[:2] == ["release", "view"]:
    sys.exit(words[2] not in lines("releases"))
if words[:2] == ["release", "create"]:
    if words[2] in lines("releases"):
        sys.exit(1)
    add("releases", words[2])
    exits(0)
"""
# The ruleset that `deploy-checklist ruleset` prints, as GitHub applies it.
RULESET = json.loads(ruleset(None, app_id=None))
(TAGS,) = RULESET["conditions"]["ref_name"]["include"]
(CHECK,) = next(rule for rule in RULESET["rules"] if "parameters" in rule)["parameters"][
    "required_status_checks"
]
HOOK = f"""\
#!/bin/sh
case "$1" in {TAGS}) ;; *) exit 0 ;; esac
case "$2" in *[!0]*) echo "GH013: no update, no deletion"; exit 1 ;; esac
grep --quiet "^$3 {CHECK["context"]} success$" {{home}}/statuses && exit 0
echo "GH013: required status check is expected"
exit 1
"""


class Job:
    """The job `tag`, each time in a checkout of its own of a repository that holds this action."""

    def __init__(self, home: Path, git: Git) -> None:
        self._home = home
        self._git = git
        self._runs = 0
        (home / "author").mkdir()
        git("init", "-q", "--bare", "-b", "main", "../origin", at="author")
        git("init", "-q", "-b", "main", at="author")
        (home / "author/action.yml").write_text((ROOT / "action.yml").read_text())
        git("add", "action.yml", at="author")
        self.commit("first")
        (home / "bin").mkdir()
        (home / "bin/git").write_text(
            '#!/bin/sh\n[ "$1" = push ] || exec "$GIT" "$@"\nshift && push "$@"\n'
        )
        (home / "bin/git").chmod(0o755)
        for name in ("push", "gh", "docker"):
            (home / "bin" / name).write_text(f"#!{sys.executable} -IS\n{STAND_IN}")
            (home / "bin" / name).chmod(0o755)
        (home / "origin/hooks/update").write_text(HOOK.format(home=home))
        (home / "origin/hooks/update").chmod(0o755)
        (home / "public").write_text(f"{IMAGE}@{DIGEST}\n")

    def commit(self, message: str) -> str:
        """Another commit on main, for which the gate was green."""
        author = ("-c", "user.name=o", "-c", "user.email=o@acme.example")
        self._git(*author, "commit", "-q", "--allow-empty", "-m", message, at="author")
        self._git("push", "-q", "../origin", "main", at="author")
        sha = self._git("rev-parse", "main", at="author")
        with (self._home / "statuses").open("a") as statuses:
            statuses.write(f"{sha} deploy-checklist/release success\n")
        return sha

    def run(self, version: str, fail_at: int = 0, digest: str = DIGEST) -> bool:
        """Whether every step succeeded."""
        self._runs += 1
        checkout = self._home / f"checkout-{self._runs}"
        origin = f"file://{self._home / 'origin'}"
        self._git("clone", "-q", "--depth=1", origin, str(checkout), at=".")  # as actions/checkout
        given = {
            "PATH": f"{self._home}/bin:{os.environ['PATH']}",
            "HOME": str(self._home),
            "RUNNER_TEMP": str(self._home / "temp"),
            "GH_TOKEN": "x",
            "GITHUB_REPOSITORY": "org/deploy-checklist",
            "GITHUB_RUN_ID": "7",
            "GITHUB_SERVER_URL": "https://github.com",
            "GITHUB_SHA": self._git("rev-parse", "HEAD", at=checkout.name),
            "GIT": shutil.which("git") or "",
            "FAIL_AT": str(fail_at),
            **RELEASE["env"],
            "VERSION": version,
            "IMAGE": IMAGE,
            "DIGEST": digest,
            "BASE_IMAGE": "python:3.13-slim@sha256:aa",
        }
        (self._home / "changes").write_text("")
        for step in RELEASE["jobs"]["tag"]["steps"]:
            if "run" in step:
                line = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"]]
                done = subprocess.run(
                    line, cwd=checkout, env=given, check=False, capture_output=True
                )
                if done.returncode:
                    return False
        return True

    @property
    def refs(self) -> dict[str, str]:
        """Each branch and tag of the origin, with its commit."""
        lines = self._git("for-each-ref", "--format=%(refname) %(objectname)", at="origin")
        return dict(each.split(" ") for each in lines.splitlines())


@pytest.fixture
def job(tmp_path: Path, git: Git) -> Job:
    return Job(tmp_path, git)


def test_the_tags_action_names_the_image_by_its_digest_and_main_keeps_its_dockerfile(
    job: Job, git: Git, tmp_path: Path
) -> None:
    assert job.run("1.2.3")
    tagged = yaml.safe_load(git("show", "v1.2.3:action.yml", at="origin"))
    assert tagged["runs"] == {"using": "docker", "image": f"docker://{IMAGE}@{DIGEST}"}
    assert (
        yaml.safe_load(git("show", "main:action.yml", at="origin"))["runs"]["image"] == "Dockerfile"
    )
    said = (tmp_path / "gh").read_text()
    assert "release create v1.2.3 --verify-tag" in said
    for text in (said, git("log", "-1", "--format=%B", "v1.2.3", at="origin")):
        assert DIGEST in text
        assert "python:3.13-slim@sha256:aa" in text


def test_the_major_tag_follows_releases_and_neither_corrections_nor_pre_releases(
    job: Job, tmp_path: Path
) -> None:
    """A pre-release does not take it, nor keep it from the release, which sorts before it."""
    at: list[str] = []
    for version in ("1.9.0", "1.10.0-rc1", "1.10.0", "1.9.1"):
        job.commit(version)
        assert job.run(version), version
        refs = job.refs
        same = [ref[10:] for ref in refs if refs[ref] == refs.get("refs/tags/v1")]
        at.append("".join(tag for tag in same if tag != "v1"))
    assert at == ["v1.9.0", "v1.9.0", "v1.10.0", "v1.10.0"]
    said = [each for each in (tmp_path / "gh").read_text().splitlines() if "release create" in each]
    flags = {each.split()[2]: tuple(each.split()[4:6]) for each in said}
    assert flags["v1.10.0-rc1"] == ("--prerelease", "--latest=false")
    assert flags["v1.10.0"] == ("--prerelease=false", "--latest=true")
    assert flags["v1.9.1"] == ("--prerelease=false", "--latest=false")


def test_the_job_can_be_run_again_after_whatever_it_had_done(job: Job, tmp_path: Path) -> None:
    """It breaks off after each of its changes, one run later each time, and ends as if it had not."""
    for number in range(1, 7):
        assert not job.run("1.2.3", fail_at=number), "there is no such change"
    assert job.run("1.2.3")
    assert set(job.refs) == {"refs/heads/main", "refs/tags/v1", "refs/tags/v1.2.3"}
    assert job.refs["refs/tags/v1"] == job.refs["refs/tags/v1.2.3"]
    assert (tmp_path / "releases").read_text() == "v1.2.3\n"


def test_a_tag_of_another_build_stays_what_it_is(job: Job) -> None:
    assert job.run("1.2.3")
    before = job.refs
    assert not job.run("1.2.3", digest=DIGEST.replace("0", "f"))
    assert set(job.refs) == set(before), "the branch of the refused commit is gone, too"
    assert job.refs["refs/tags/v1.2.3"] == before["refs/tags/v1.2.3"]
    assert job.refs["refs/tags/v1"] == before["refs/tags/v1"]


def test_an_image_that_not_everybody_can_pull_is_not_released(job: Job, tmp_path: Path) -> None:
    (tmp_path / "public").write_text("")
    assert not job.run("1.2.3")
    assert list(job.refs) == ["refs/heads/main"]


@pytest.mark.parametrize("state", ["pending", "failure", "none"])
def test_without_the_gates_green_status_there_is_no_tag(
    job: Job, tmp_path: Path, state: str
) -> None:
    """Its commit is made by the job: it is lent the status of the commit that it was made of."""
    statuses = (tmp_path / "statuses").read_text()
    other = statuses.replace(" success", f" {state}") if state != "none" else ""
    (tmp_path / "statuses").write_text(other)
    assert not job.run("1.2.3")
    assert list(job.refs) == ["refs/heads/main"]


def test_the_ruleset_would_refuse_the_tag_of_a_commit_without_a_status(job: Job, git: Git) -> None:
    """So that the promises above are about something."""
    sha = git(
        "-c",
        "user.name=o",
        "-c",
        "user.email=o@acme.example",
        "commit-tree",
        "-m",
        "x",
        "main^{tree}",
        at="author",
    )
    with pytest.raises(subprocess.CalledProcessError):
        git("push", "-q", "../origin", f"{sha}:refs/tags/v1.2.3", at="author")
    assert RELEASE["env"]["GATE"] == CHECK["context"]


def test_nothing_is_built_or_tagged_before_the_projects_own_gate_let_it() -> None:
    jobs = RELEASE["jobs"]
    assert "gate" in jobs["image"]["needs"]
    assert jobs["tag"]["needs"] == "image"
    asked = jobs["gate"]["steps"][-1]
    assert asked["uses"] == "./"
    assert "mode" not in asked["with"], "it blocks"
    assert not any("continue-on-error" in each for each in (jobs["gate"], asked))
    assert not any("always()" in str(job.get("if")) for job in jobs.values())


@pytest.mark.parametrize(("has", "goes_on"), [("v0.31.0", True), ("v0.31.1", False), ("", False)])
def test_another_version_of_buildx_builds_nothing(tmp_path: Path, has: str, goes_on: bool) -> None:
    """Other versions tag and describe an image otherwise."""
    steps = RELEASE["jobs"]["image"]["steps"]
    names = [step.get("name") for step in steps]
    (check,) = (step for step in steps if "buildx version" in step.get("run", ""))
    assert steps.index(check) < names.index("Build on the base's present digest, push by digest")
    (tmp_path / "docker").write_text(f"#!/bin/sh\necho github.com/docker/buildx {has} 5b3c5ab\n")
    (tmp_path / "docker").chmod(0o755)
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", **RELEASE["env"]}
    line = ["bash", "-eo", "pipefail", "-c", check["run"]]
    assert (subprocess.run(line, env=environment, check=False).returncode == 0) is goes_on


@pytest.mark.parametrize(
    ("version", "is_one"),
    [("1.2.3", True), ("1.2.3rc1", True), ("1.2", False), ("1.2.3;x", False), ("1.2.3.4", False)],
)
def test_a_version_is_a_release_or_a_pre_release(version: str, is_one: bool) -> None:
    (step,) = (
        each
        for each in RELEASE["jobs"]["image"]["steps"]
        if each.get("name") == "The version is the package's own"
    )
    line = ["bash", "-eo", "pipefail", "-c", step["run"].splitlines()[0]]
    assert (subprocess.run(line, env={"VERSION": version}, check=False).returncode == 0) is is_one


def test_every_action_of_others_is_pinned_by_a_commit_with_its_version_beside_it() -> None:
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        uses = re.findall(r"^ *(?:- )?(uses: (?!\./).*)$", path.read_text(), re.MULTILINE)
        for line in uses:
            reference, _, version = line.partition(" # ")
            assert len(reference.partition("@")[2]) == 40, f"{path.name}: {line}"
            assert version.startswith("v"), f"{path.name}: {line}"


def test_no_job_has_a_right_that_it_was_not_given() -> None:
    for path in (ROOT / ".github/workflows").glob("*.yml"):
        workflow = yaml.safe_load(path.read_text())
        assert workflow["permissions"] == {}, path.name
        assert all("permissions" in job for job in workflow["jobs"].values()), path.name


def test_the_projects_own_checklist_and_its_rules_agree() -> None:
    line = [sys.executable, "-m", "deploy_checklist", "lint", "--strict"]
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        line, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
