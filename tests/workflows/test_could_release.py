"""What a job could do is told by what it is allowed to do; what prepares a job, by a short list."""

from __future__ import annotations

import time

import pytest

from deploy_checklist.workflows.could_release import only_installs, why_it_could_release
from deploy_checklist.workflows.expand import Reusable, running_jobs
from deploy_checklist.workflows.files import read_workflow
from deploy_checklist.workflows.script import read_script


def why(job: str, top: str = "", **called: str) -> str | None:
    """Why the first job of a workflow could release; `called` are workflows in the same folder."""
    text = f"on: push\n{top}\njobs: {{ a: {{ {job} }} }}"
    texts = {"ci": text, **called}
    workflows = {
        f".github/workflows/{name}.yml": read_workflow(
            each.encode(), f".github/workflows/{name}.yml"
        )
        for name, each in texts.items()
    }
    reusable = Reusable(workflows=workflows, actions={}, own_name=None)
    return why_it_could_release(next(running_jobs(workflows[".github/workflows/ci.yml"], reusable)))


NARROW = "permissions: { contents: read }, runs-on: ubuntu-latest, steps: "
NOT_NARROWED = "has permissions that are not narrowed"
COULD = [
    ("runs-on: x, steps: []", "", NOT_NARROWED),
    ("permissions: , runs-on: x, steps: []", "", NOT_NARROWED),
    ("permissions: write-all, runs-on: x, steps: []", "", "may write `write-all`"),
    ("permissions: write, runs-on: x, steps: []", "", "may write `write-all`"),
    ("permissions: { contents: write }, runs-on: x, steps: []", "", "may write `contents`"),
    ("permissions: { contents: '${{ x }}' }, runs-on: x, steps: []", "", "may write `contents`"),
    ("permissions: { actions: write }, runs-on: x, steps: []", "", "may write `actions`"),
    ("permissions: { id-token: write }, runs-on: x, steps: []", "", "may write `id-token`"),
    ("permissions: { new-thing: write }, runs-on: x, steps: []", "", "may write `new-thing`"),
    ("runs-on: x, steps: []", "permissions: { packages: write }", "may write `packages`"),
    (f"environment: x, {NARROW} []", "", "owns an `environment:`"),
    (f"environment: '${{{{ inputs.e }}}}', {NARROW} []", "", "owns an `environment:`"),
    (f"env: {{ A: '${{{{ secrets.KEY }}}}' }}, {NARROW} []", "", "is handed the secret `KEY`"),
    (f"{NARROW} [ {{ run: 'x ${{{{ secrets.KEY }}}}' }} ]", "", "is handed the secret `KEY`"),
    (
        f"{NARROW} [ {{ uses: a/b@v1, with: {{ token: '${{{{ Secrets[''KEY''] }}}}' }} }} ]",
        "",
        "is handed the secret `KEY`",
    ),
    (
        f"{NARROW} [ {{ run: \"${{{{ format('}}}}{{0}}', secrets.KEY) }}\" }} ]",
        "",
        "is handed the secret `KEY`",
    ),
    (f"{NARROW} [ {{ run: '${{{{ toJSON(secrets) }}}}' }} ]", "", "is handed all secrets"),
    (f"{NARROW} [ {{ run: '${{{{ secrets[x] }}}}' }} ]", "", "is handed all secrets"),
    (
        f"container: {{ image: x, credentials: {{ password: '${{{{ secrets.P }}}}' }} }}, {NARROW} []",
        "",
        "is handed the secret `P`",
    ),
    (f"{NARROW} []", "env: { A: '${{ secrets.KEY }}' }", "is handed the secret `KEY`"),
    ("uses: octo/x/.github/workflows/t.yml@v1", "permissions: {}", "calls `octo/x/"),
]
COULD_NOT = [
    (f"{NARROW} []", ""),
    ("permissions: {}, runs-on: x, steps: []", ""),
    ("permissions: read-all, runs-on: x, steps: []", ""),
    ("runs-on: x, steps: []", "permissions: { contents: read }"),
    ("permissions: { contents: none }, runs-on: x, steps: []", "permissions: write-all"),
    (
        "permissions: { statuses: write, checks: write, pull-requests: write, issues: write }"
        ", runs-on: x, steps: []",
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
        text = f"on: workflow_call\njobs: {{ b: {{ {inner}runs-on: x, steps: [] }} }}"
        return why(f"{caller}uses: ./.github/workflows/t.yml", top, t=text)

    reads, writes = "permissions: { contents: read }, ", "permissions: { contents: write }, "
    assert called("", "") == NOT_NARROWED
    assert called(reads, "") is None
    assert called("", reads) is None
    assert called(reads, writes) is None
    assert called(writes, writes) == "may write `contents`"
    assert called("", "", "permissions: {}") is None
    assert called("", writes, "permissions: write-all") == "may write `contents`"
    assert called(f"{reads}secrets: inherit, ", "") == "is handed all secrets"
    assert called(f"{reads}secrets: {{ a: '${{{{ secrets.K }}}}' }}, ", "") == (
        "is handed the secret `K`"
    )
    assert called(reads, "environment: production, ") == "owns an `environment:`"


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
