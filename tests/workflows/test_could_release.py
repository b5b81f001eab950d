"""What a job could do is told by what it is allowed to do; what prepares a job, by a short list."""

from __future__ import annotations

import time

import pytest

from deploy_checklist.workflows.could_release import (
    how_to_narrow,
    only_installs,
    why_it_could_release,
)
from deploy_checklist.workflows.expand import Reusable, RunningJob, running_jobs
from deploy_checklist.workflows.files import read_workflow
from deploy_checklist.workflows.script import read_script


def why(job: str, top: str = "", **called: str) -> str | None:
    """Why the first job of a workflow could release."""
    return why_it_could_release(first_job(job, top, **called))


def first_job(job: str, top: str = "", **called: str) -> RunningJob:
    """The first job of a workflow; `called` are workflows in the same folder."""
    text = f"on: push\n{top}\njobs: {{ a: {{ {job} }} }}"
    texts = {"ci": text, **called}
    workflows = {
        f".github/workflows/{name}.yml": read_workflow(
            each.encode(), f".github/workflows/{name}.yml"
        )
        for name, each in texts.items()
    }
    reusable = Reusable(workflows=workflows, actions={}, own_name=None)
    return next(running_jobs(workflows[".github/workflows/ci.yml"], reusable))


NARROW = "permissions: { contents: read }, runs-on: ubuntu-latest, steps: "
NOT_NARROWED = "has no limited `permissions:`"
COULD = [
    ("runs-on: ubuntu-latest, steps: []", "", NOT_NARROWED),
    ("permissions: , runs-on: ubuntu-latest, steps: []", "", NOT_NARROWED),
    ("permissions: write-all, runs-on: ubuntu-latest, steps: []", "", "may write `write-all`"),
    ("permissions: write, runs-on: ubuntu-latest, steps: []", "", "may write `write-all`"),
    (
        "permissions: { contents: write }, runs-on: ubuntu-latest, steps: []",
        "",
        "may write `contents`",
    ),
    (
        "permissions: { contents: '${{ x }}' }, runs-on: ubuntu-latest, steps: []",
        "",
        "may write `contents`",
    ),
    (
        "permissions: { actions: write }, runs-on: ubuntu-latest, steps: []",
        "",
        "may write `actions`",
    ),
    (
        "permissions: { id-token: write }, runs-on: ubuntu-latest, steps: []",
        "",
        "may write `id-token`",
    ),
    (
        "permissions: { new-thing: write }, runs-on: ubuntu-latest, steps: []",
        "",
        "may write `new-thing`",
    ),
    (
        "runs-on: ubuntu-latest, steps: []",
        "permissions: { packages: write }",
        "may write `packages`",
    ),
    (f"environment: x, {NARROW} []", "", "uses an environment"),
    (f"environment: '${{{{ inputs.e }}}}', {NARROW} []", "", "uses an environment"),
    (f"env: {{ A: '${{{{ secrets.KEY }}}}' }}, {NARROW} []", "", "receives the secret `KEY`"),
    (f"{NARROW} [ {{ run: 'x ${{{{ secrets.KEY }}}}' }} ]", "", "receives the secret `KEY`"),
    (
        f"{NARROW} [ {{ uses: a/b@v1, with: {{ token: '${{{{ Secrets[''KEY''] }}}}' }} }} ]",
        "",
        "receives the secret `KEY`",
    ),
    (
        f"{NARROW} [ {{ run: \"${{{{ format('}}}}{{0}}', secrets.KEY) }}\" }} ]",
        "",
        "receives the secret `KEY`",
    ),
    (f"{NARROW} [ {{ run: '${{{{ toJSON(secrets) }}}}' }} ]", "", "receives all secrets"),
    (f"{NARROW} [ {{ run: '${{{{ secrets[x] }}}}' }} ]", "", "receives all secrets"),
    (
        f"container: {{ image: x, credentials: {{ password: '${{{{ secrets.P }}}}' }} }}, {NARROW} []",
        "",
        "receives the secret `P`",
    ),
    (f"{NARROW} []", "env: { A: '${{ secrets.KEY }}' }", "receives the secret `KEY`"),
    ("uses: octo/x/.github/workflows/t.yml@v1", "permissions: {}", "calls `octo/x/"),
]
COULD_NOT = [
    (f"{NARROW} []", ""),
    ("permissions: {}, runs-on: ubuntu-latest, steps: []", ""),
    ("permissions: read-all, runs-on: ubuntu-latest, steps: []", ""),
    ("runs-on: ubuntu-latest, steps: []", "permissions: { contents: read }"),
    (
        "permissions: { contents: none }, runs-on: ubuntu-latest, steps: []",
        "permissions: write-all",
    ),
    (
        "permissions: { statuses: write, checks: write, pull-requests: write, issues: write }"
        ", runs-on: ubuntu-latest, steps: []",
        "",
    ),
    (f"{NARROW} [ {{ run: 'x ${{{{ secrets.GITHUB_TOKEN }}}} ${{{{ github.token }}}}' }} ]", ""),
    (f"{NARROW} [ {{ run: 'npm publish && git tag v1 && git push --tags' }} ]", ""),
    (f"{NARROW} [ {{ run: echo my secrets.KEY }} ]", ""),
]


@pytest.mark.parametrize(("job", "top", "said"), COULD)
def test_a_job_that_is_allowed_to_write_or_given_a_secret_could_release(
    job: str, top: str, said: str
) -> None:
    assert str(why(job, top)).startswith(said)


@pytest.mark.parametrize(("job", "top"), COULD_NOT)
def test_a_job_that_may_only_read_or_report_could_not(job: str, top: str) -> None:
    assert why(job, top) is None


def test_a_called_workflow_may_do_no_more_than_the_one_that_calls_it() -> None:
    def called(caller: str, inner: str, top: str = "") -> str | None:
        text = f"on: workflow_call\njobs: {{ b: {{ {inner}runs-on: ubuntu-latest, steps: [] }} }}"
        return why(f"{caller}uses: ./.github/workflows/t.yml", top, t=text)

    reads, writes = "permissions: { contents: read }, ", "permissions: { contents: write }, "
    assert called("", "") == NOT_NARROWED
    assert called(reads, "") is None
    assert called("", reads) is None
    assert called(reads, writes) is None
    assert called(writes, writes) == "may write `contents`"
    assert called("", "", "permissions: {}") is None
    assert called("", writes, "permissions: write-all") == "may write `contents`"
    assert called(f"{reads}secrets: inherit, ", "") == "receives all secrets"
    assert called(f"{reads}secrets: {{ a: '${{{{ secrets.K }}}}' }}, ", "") == (
        "receives the secret `K`"
    )
    assert called(reads, "environment: production, ") == "uses an environment"


OWN_MACHINES = [
    "self-hosted",
    "[self-hosted, ubuntu]",
    "{ group: prod }",
    "deploy-box",
    "'${{ inputs.on }}'",
]
HOSTED = [
    "ubuntu-latest",
    "windows-2022",
    "macos-15-large",
    "'${{ inputs.x || ''ubuntu-24.04'' }}'",
]


def test_a_machine_that_is_not_told_to_be_hosted_may_have_credentials() -> None:
    for label in OWN_MACHINES:
        assert str(why(f"permissions: {{}}, runs-on: {label}, steps: []")).startswith(
            "runs on your own "
        )
    for label in HOSTED:
        assert why(f"permissions: {{}}, runs-on: {label}, steps: []") is None
    legs = "permissions: {}, runs-on: '${{ matrix.os }}', steps: [], strategy: { matrix: { os: "
    assert why(f"{legs}[ubuntu-latest, macos-latest] }} }}") is None
    assert why(f"{legs}[box] }} }}") is not None


READ = "add `permissions: { contents: read }` to job `a`"
KEY = "${{ secrets.KEY }}"
NARROWED = [
    ("runs-on: ubuntu-latest, steps: []", "", READ),
    ("permissions: write-all, runs-on: ubuntu-latest, steps: []", "", READ),
    (
        f"env: {{ A: '{KEY}' }}, runs-on: ubuntu-latest, steps: []",
        f"env: {{ B: '{KEY}' }}",
        f"{READ} and remove `secrets.KEY` from job `a` of `ci.yml` and remove `secrets.KEY` from the `env:` of `ci.yml`",
    ),
    (f"environment: x, {NARROW} []", "", None),
    ("uses: octo/x/.github/workflows/t.yml@v1", "permissions: {}", None),
    ("permissions: {}, runs-on: [self-hosted], steps: []", "", None),
]


@pytest.mark.parametrize(("job", "top", "said"), NARROWED)
def test_what_is_to_be_written_is_what_helps(job: str, top: str, said: str | None) -> None:
    assert how_to_narrow(first_job(job, top)) == said


def test_a_secret_is_to_be_taken_off_the_job_that_hands_it_on() -> None:
    inner = "on: workflow_call\njobs: { b: { permissions: {}, runs-on: ubuntu-latest, steps: [] } }"
    called = first_job("uses: ./.github/workflows/t.yml, secrets: inherit", t=inner)
    assert how_to_narrow(called) == "remove `secrets: inherit` from job `a` of `ci.yml`"


@pytest.mark.measures_time
@pytest.mark.parametrize("piece", ["${{ ", "${{ '", "'", "secrets ", "secrets[", "${{ secrets.A "])
def test_secrets_are_looked_for_in_linear_time(piece: str) -> None:
    started = time.process_time()
    why(f'{NARROW} [ {{ run: "{piece * (200_000 // len(piece))}" }} ]')
    assert time.process_time() - started < 2


INSTALLS = [
    "npm ci",
    "npm ci --ignore-scripts",
    "npm install",
    "yarn",
    "yarn --frozen-lockfile",
    "yarn install --immutable",
    "pnpm i",
    "pip install -r requirements.txt",
    "pip -q install x",
    "python -m pip install -U pip",
    "sudo apt-get -y install jq",
    "sudo apt-get update",
    "npx playwright install --with-deps",
    "go mod download",
    "uv sync",
    "uv pip install x",
    "flutter pub get",
    "corepack enable",
    "mkdir -p out",
    "echo done",
]
INSTALLS_NOT = [
    "npm publish",
    "npm --prefix ci publish",
    "npm -C install run release",
    "yarn --cwd ci publish",
    "pnpm --filter add publish",
    "npm run ci",
    "npx ci",
    "npx --yes install",
    "npx semantic-release",
    "pip wheel .",
    "go run ./release",
    "cargo publish",
    "uv publish",
    "make",
    "./install",
    "sudo make",
    "python install.py",
    "git tag v1",
    "cp a b",
]


@pytest.mark.parametrize("command", INSTALLS)
def test_what_sets_up_or_installs_prepares(command: str) -> None:
    assert only_installs(read_script(command).commands)


@pytest.mark.parametrize("command", INSTALLS_NOT)
def test_everything_else_does_more(command: str) -> None:
    assert not only_installs(read_script(command).commands)
