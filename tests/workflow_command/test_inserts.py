"""The steps for a team's own deploy job: in which job, at which line, with which words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from deploy_checklist.commands.workflow import rendered
from workflow_command.made import found, jobs, ours, pasted, schema_errors, steps

HEAD = "on: push\njobs:\n"
JOB = """\
  ship:
    runs-on: ubuntu-latest
    environment: production
    steps:
      - uses: actions/checkout@v4
      - run: npm ci
      # to the cluster
      - name: Roll out
        run: |
          helm upgrade shop ./chart
          # and wait
      - name: Tell the channel
        run: ./tell.sh
"""


@dataclass(frozen=True, kw_only=True)
class Shape:
    """A deploy workflow that teams write, and its job once the steps are in it."""

    text: str
    steps: Sequence[str]
    job: str = "ship"
    environment: str = "production"
    environments: Sequence[str] = ("production",)


USUAL = ["actions/checkout@v4", "npm ci", "[deploy]", "Roll out", "[after]", "Tell the channel"]
SHAPES = {
    "plain": Shape(text=HEAD + JOB, steps=USUAL),
    "crlf": Shape(text=(HEAD + JOB).replace("\n", "\r\n"), steps=USUAL),
    "no-end-of-line": Shape(
        text=HEAD
        + JOB.replace("      - name: Tell the channel\n        run: ./tell.sh\n", "")[:-1],
        steps=USUAL[:-1],
    ),
    "list-as-far-left-as-its-key": Shape(
        text=HEAD + JOB.replace("\n      ", "\n    ").replace("\n    runs", "\n    runs"),
        steps=USUAL,
    ),
    "wide-dashes": Shape(
        text=HEAD
        + "  ship:\n      runs-on: ubuntu-latest\n      environment: { name: production }\n"
        "      steps:\n"
        "          -   uses: actions/checkout@v4\n"
        "          -   name: Roll out\n              run: kubectl apply -f all.yml\n",
        steps=["actions/checkout@v4", "[deploy]", "Roll out", "[after]"],
    ),
    "dash-on-its-own-line": Shape(
        text=HEAD + "  ship:\n    runs-on: ubuntu-latest\n    environment: production\n    steps:\n"
        "    -\n      uses: actions/checkout@v4\n    -\n      name: Deploy\n      run: ./x.sh\n",
        steps=["actions/checkout@v4", "[deploy]", "Deploy", "[after]"],
    ),
    "a-step-in-brackets": Shape(
        text=HEAD + "  ship:\n    runs-on: ubuntu-latest\n    environment: production\n    steps:\n"
        "      - { uses: actions/checkout@v4 }\n      - { name: Deploy, run: ./x.sh }\n",
        steps=["actions/checkout@v4", "[deploy]", "Deploy", "[after]"],
    ),
    "anchored-step": Shape(
        text=HEAD
        + "  test:\n    runs-on: ubuntu-latest\n    steps:\n      - &get\n        uses: actions/checkout@v4\n"
        "  ship:\n    runs-on: ubuntu-latest\n    environment: production\n    steps:\n"
        "      - *get\n      - run: ./deploy.sh\n",
        steps=["actions/checkout@v4", "[deploy]", "./deploy.sh", "[after]"],
    ),
    "nothing-says-that-it-deploys": Shape(
        text=HEAD + "  ship:\n    runs-on: ubuntu-latest\n    environment: production\n    steps:\n"
        "      - uses: actions/checkout@v4\n      - run: ./go.sh\n      - run: ./gone.sh\n",
        steps=["actions/checkout@v4", "[deploy]", "./go.sh", "./gone.sh", "[after]"],
    ),
    "matrix": Shape(
        text=HEAD
        + "  ship:\n    runs-on: ubuntu-latest\n    strategy: { matrix: { to: [staging, production] } }\n"
        "    environment: ${{ matrix.to }}\n    steps:\n      - run: ./deploy.sh\n",
        steps=["[deploy]", "./deploy.sh", "[after]"],
        environment="${{ matrix.to }}",
        environments=("staging", "production"),
    ),
}


@pytest.mark.parametrize("name", SHAPES)
def test_the_steps_stand_around_what_deploys(name: str) -> None:
    shape = SHAPES[name]
    text = pasted(found({"go.yml": shape.text}, shape.environments))["go.yml"]
    assert steps(text, shape.job) == list(shape.steps)
    before, after = ours(text, shape.job)
    assert before["env"] == {"API_KEY": "${{ secrets.API_KEY }}"}
    assert [each["with"]["environment"] for each in (before, after)] == [shape.environment] * 2
    assert all("if" not in each for each in (before, after))


def test_every_shape_passes_the_schema_and_keeps_its_other_lines(tmp_path: Path) -> None:
    texts = []
    for shape in SHAPES.values():
        texts.append(pasted(found({"go.yml": shape.text}, shape.environments))["go.yml"])
        kept = iter(texts[-1].splitlines())
        assert all(line in kept for line in shape.text.splitlines())
        assert ("\r\n" in texts[-1]) == ("\r\n" in shape.text)
        assert texts[-1].count("\n") in (texts[-1].count("\r\n"), texts[-1].count("\n"))
    assert schema_errors(tmp_path, texts) == ""


def test_file_and_line_are_named_and_the_lines_can_be_pasted() -> None:
    printed = rendered(found({"go.yml": HEAD + JOB}))
    assert (
        "# .github/workflows/go.yml, job `ship` (line 3), which deploys to production\n" in printed
    )
    assert "# before line 9, step 3 `Roll out`, the first that deploys:\n      - name: " in printed
    assert "# after line 13, step 3 `Roll out`, the last that deploys:\n      - name: " in printed


def test_an_action_of_the_repository_that_deploys_is_looked_into() -> None:
    files = {
        "go.yml": HEAD
        + "  ship:\n    runs-on: ubuntu-latest\n    environment: production\n    steps:\n"
        "      - run: ./build.sh\n      - uses: ./.github/actions/x\n      - run: ./tell.sh\n",
        ".github/actions/x/action.yml": "runs:\n  using: composite\n  steps:\n"
        "    - { run: kubectl apply -f all.yml, shell: bash }\n",
    }
    text = pasted(found(files))["go.yml"]
    assert steps(text, "ship") == [
        "./build.sh",
        "[deploy]",
        "./.github/actions/x",
        "[after]",
        "./tell.sh",
    ]


CALLED = """\
on:
  workflow_call: { inputs: { to: { type: string, required: true } } }
jobs:
  ship:
    runs-on: ubuntu-latest
    environment: ${{ inputs.to }}
    steps:
      - run: ./deploy.sh
"""
CALLING = """\
on: push
jobs:
  staging: { uses: ./.github/workflows/ship.yml, with: { to: staging } }
  production: { needs: staging, uses: ./.github/workflows/ship.yml, with: { to: production } }
"""


def test_a_workflow_that_others_call_gets_the_steps_once_for_all_its_environments() -> None:
    printed = found({"ship.yml": CALLED, "go.yml": CALLING}, ("staging", "production"))
    (one,) = printed.insertions
    text = pasted(printed)["ship.yml"]
    assert [each["with"]["environment"] for each in ours(text, "ship")] == ["${{ inputs.to }}"] * 2
    assert all("if" not in each for each in ours(text, "ship"))
    assert any("other workflows call this one" in remark for remark in one.remarks)


def test_an_environment_that_was_not_asked_for_is_not_held() -> None:
    """The gate would refuse to judge an environment that the rules do not know."""
    text = pasted(found({"ship.yml": CALLED, "go.yml": CALLING}))["ship.yml"]
    assert [(each["if"], each["with"]["environment"]) for each in ours(text, "ship")] == [
        ("inputs.to == 'production'", "production")
    ] * 2


def test_an_expression_is_asked_what_it_comes_to() -> None:
    written = "${{ github.ref == 'refs/heads/main' && 'production' || 'staging' }}"
    job = JOB.replace("environment: production", f"environment: {written}")
    printed = found({"go.yml": HEAD + job}, ("staging", "production"))
    before, _ = ours(pasted(printed)["go.yml"], "ship")
    inner = "github.ref == 'refs/heads/main' && 'production' || 'staging'"
    assert before["if"] == f'contains(fromJSON(\'["staging", "production"]\'), ({inner}))'
    assert before["with"]["environment"] == written
    assert any("is an expression" in remark for remark in printed.insertions[0].remarks)


def test_steps_that_deploy_on_a_condition_are_held_on_the_same() -> None:
    """Without it the gate would hold the runs that only test."""
    job = JOB.replace(
        "- name: Roll out", "- name: Roll out\n        if: github.ref == 'refs/heads/main'"
    )
    printed = found({"go.yml": HEAD + job})
    assert [each["if"] for each in ours(pasted(printed)["go.yml"], "ship")] == [
        "github.ref == 'refs/heads/main'"
    ] * 2
    assert any("checks the values before" in remark for remark in printed.insertions[0].remarks)


def test_a_step_that_runs_where_the_checklist_failed_is_reported() -> None:
    job = (
        JOB + "      - name: Roll back\n        if: failure()\n        run: helm upgrade shop old\n"
    )
    (one,) = found({"go.yml": HEAD + job}).insertions
    assert any(
        "`Roll back` (line 16) may run after an earlier step failed" in remark
        for remark in one.remarks
    )
    assert not any(
        "runs, or may" in each for each in found({"go.yml": HEAD + JOB}).insertions[0].remarks
    )


@pytest.mark.parametrize(
    ("steps_written", "why"),
    [
        ("steps: [{ uses: actions/checkout@v4 }, { run: ./deploy.sh }]", "flow style"),
        (
            "steps:\n      [ { uses: actions/checkout@v4 },\n        { run: ./deploy.sh } ]",
            "flow style",
        ),
        ("steps: *ours", "an alias, `*ours`"),
        (
            "steps:\n      - run: ./deploy.sh\n        env: {\nA: b\n}\n      - run: x",
            "are indented less",
        ),
        ("steps:\n      - run: ./deploy.sh\n        env: {\nA: b\n}", "no safe place"),
    ],
)
def test_steps_that_no_line_fits_between_are_put_in_by_a_person(
    steps_written: str, why: str
) -> None:
    text = (
        HEAD + "  test:\n    runs-on: ubuntu-latest\n    steps: &ours\n      - run: ./deploy.sh\n"
        f"  ship:\n    runs-on: ubuntu-latest\n    environment: production\n    {steps_written}\n"
    )
    (one,) = found({"go.yml": text}).insertions
    assert one.changes == ()
    assert why in one.remarks[0]
    assert any(line.strip().startswith("uses: org/deploy-checklist@v1") for line in one.by_hand)


def test_a_file_that_cannot_be_read_is_named_and_no_second_deployment_is_printed() -> None:
    printed = found({"go.yml": "on: push\njobs:\n\tship:\n"})
    assert [each.path.rpartition("/")[2] for each in printed.files] == [
        "deploy-checklist.yml",
        "deploy-checklist-comments.yml",
    ]
    assert "`.github/workflows/go.yml` cannot be read: line 3" in " ".join(
        rendered(printed).split()
    )


ELSEWHERE = """\
on: push
jobs:
  build: { runs-on: ubuntu-latest, steps: [{ run: make }] }
  ship:
    needs: build
    if: github.ref == 'refs/heads/main'
    uses: acme/workflows/.github/workflows/deploy.yml@v1
    with: { environment: production }
"""
WINDOWS = HEAD + JOB.replace("ubuntu-latest", "windows-latest")


def test_a_job_without_room_for_a_step_waits_for_a_job_of_the_checklist(tmp_path: Path) -> None:
    """It calls a workflow of another repository, or runs where no container does."""
    texts = [pasted(found({"go.yml": text}))["go.yml"] for text in (ELSEWHERE, WINDOWS)]
    for text, needs in zip(texts, (["checklist-ship", "build"], ["checklist-ship"]), strict=True):
        every = jobs(text)
        assert every["ship"]["needs"] == needs
        assert every["checklist-ship"]["environment"] == "production"
        assert every["checklist-ship"].get("needs", []) == needs[1:]
        assert every["checklist-after-ship"]["needs"] == ["ship"]
        assert steps(text, "checklist-ship") == ["[deploy]"]
        assert steps(text, "checklist-after-ship") == ["[after]"]
    assert jobs(texts[0])["checklist-ship"]["if"] == "github.ref == 'refs/heads/main'"
    assert schema_errors(tmp_path, texts) == ""


@pytest.mark.parametrize(
    ("top", "job", "added"),
    [
        ("", "", None),  # a line would take from the job what it has by default
        ("permissions: write-all\n", "", None),
        ("permissions: { packages: write }\n", "", {"packages": "write"}),
        (
            "",
            "    permissions: { packages: write, checks: write }\n",
            {"packages": "write", "checks": "write"},
        ),
        (
            "",
            "    permissions:\n      packages: write\n      issues: read\n",
            {"packages": "write"},
        ),
        ("", "    permissions: read-all\n", {}),
    ],
)
def test_the_token_keeps_what_it_had_and_gets_what_the_steps_need(
    top: str, job: str, added: dict[str, str] | None
) -> None:
    text = top + HEAD + JOB.replace("    steps:\n", f"{job}    steps:\n")
    permissions = jobs(pasted(found({"go.yml": text}))["go.yml"])["ship"].get("permissions")
    needed = {
        "contents": "read",
        "pull-requests": "write",
        "issues": "write",
        "statuses": "write",
        "checks": "read",
        "actions": "read",
        "id-token": "write",
    }
    assert permissions == (None if added is None else {**needed, **added})


def test_a_job_that_runs_the_checklist_already_gets_nothing() -> None:
    text = pasted(found({"go.yml": HEAD + JOB}))["go.yml"]
    (one,) = found({"go.yml": text}).insertions
    assert one.changes == ()
    assert "already runs the checklist" in one.remarks[0]


def test_what_a_file_says_is_no_line_of_ours() -> None:
    """A name may hold what a terminal obeys, or a line's end."""
    job = JOB.replace("name: Roll out", r'name: "Deploy\nrm: [x] \e[31m"')
    calls = ELSEWHERE.replace("deploy.yml@v1", "deploy.yml@v1\\e[31m").replace("uses: ", 'uses: "')
    for text in (HEAD + job, calls.replace("31m\n", '31m"\n')):
        printed = rendered(found({"go.yml": text}))
        assert "which deploys to production" in printed
        assert "\x1b" not in printed
        assert "\nrm:" not in printed
