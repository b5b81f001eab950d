"""`workflow`: a step of a workflow runs the command so that its failure holds the release; each case is one trap."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from checks.judging import finding_of
from checks.written_workflows import E2E, ON, STEP, job, judged, one
from deploy_checklist.checks.workflow import Params
from deploy_checklist.outcome import Outcome, Unobservable
from fakes import FakeRepository, world

# runs

RUNS = {
    "plain": one(STEP),
    "in a list of lines": one(
        "- uses: actions/checkout@v5\n- run: |\n    npm ci\n    npm run test:e2e\n    npm run report"
    ),
    "folded": one("- run: >-\n    npm ci &&\n    npm run test:e2e"),
    "on is a key": {"ci.yaml": f"on: [push, pull_request]\njobs:\n{job(STEP)}"},
    "continue-on-error: false": one(f"{STEP}\n  continue-on-error: false"),
    "if: always()": one(f"{STEP}\n  if: ${{{{ always() }}}}"),
    "an assignment before it": one("- run: CI=1 npm run test:e2e"),
    "quotes around its words": one("- run: npm run 'test:e2e'"),
    "two blanks between its words": one("- run: npm  run   test:e2e"),
    "over two lines": one("- run: |\n    npm run \\\n      test:e2e"),
    "a comment after it": one("- run: |\n    npm run test:e2e # the long ones"),
    "a redirection": one("- run: npm run test:e2e > log"),
    "after a plain `cd`": one("- run: cd web && npm run test:e2e"),
    "sh": one(f"{STEP}\n  shell: sh"),
    "defaults set bash": {
        "ci.yml": f"{ON}defaults: {{ run: {{ shell: bash }} }}\njobs:\n{job(STEP)}"
    },
    "a shell with its options": one(f"{STEP}\n  shell: bash -leo pipefail {{0}}"),
    "a shell that forgets failures, in its last line": one(f"{STEP}\n  shell: bash {{0}}"),
    "an entry of a matrix": one(
        "- run: ${{ matrix.script }}",
        "    strategy: { matrix: { script: [npm run lint, npm run test:e2e] } }\n",
    ),
    "an included entry of a matrix": one(
        "- run: ${{ matrix.script }}",
        "    strategy: { matrix: { include: [ { script: npm run test:e2e } ] } }\n",
    ),
    "an input of an action": one(
        "- uses: nick-fields/retry@v3\n  with: { command: npm run test:e2e, max_attempts: 2 }"
    ),
    "beside a place that is unclear": one(f"- run: npm run test:e2e | tee log\n{STEP}"),
    "the other workflow is broken": {**one(STEP), "broken.yml": "jobs: [\n"},
    "a composite action": {
        **one("- uses: ./.github/actions/e2e"),
        ".github/actions/e2e/action.yml": f"runs:\n  using: composite\n  steps:\n    {STEP}\n      shell: bash\n",
    },
    "a composite action in another": {
        **one("- uses: ./a"),
        "a/action.yaml": "runs: { using: composite, steps: [ { uses: ./b } ] }",
        "b/action.yml": "runs: { using: composite, steps: [ { run: npm run test:e2e, shell: bash } ] }",
    },
    "a reusable workflow": {
        "ci.yml": f"{ON}jobs:\n  e2e: {{ uses: ./.github/workflows/e2e.yml }}\n",
        "e2e.yml": f"on: workflow_call\njobs:\n{job(STEP)}",
    },
}


@pytest.mark.parametrize("case", RUNS)
def test_a_step_that_runs_the_command_passes(case: str) -> None:
    finding = judged(RUNS[case])
    assert finding.outcome is Outcome.PASS, finding.message


def test_a_pass_names_file_step_and_line() -> None:
    assert (
        judged(one(f"- uses: actions/checkout@v5\n- name: e2e\n  run: {E2E}")).message
        == "`ci.yml` step 2 (line 7)"
    )


RUNS_NOT = {
    "no workflow": ({}, "no workflow step runs `npm run test:e2e`"),
    "commented out": (one("- run: npm ci\n# - run: npm run test:e2e"), "`ci.yml` only mentions it"),
    "commented out in the script": (
        one("- run: |\n    npm ci\n    # npm run test:e2e"),
        "`ci.yml` only mentions it",
    ),
    "printed": (one('- run: echo "npm run test:e2e"'), "`ci.yml` only mentions it"),
    "a step's name": (one("- name: npm run test:e2e\n  run: npm ci"), "`ci.yml` only mentions it"),
    "a comment among pipes": (
        one("- run: |\n    ls | wc\n    # npm run test:e2e\n    ls # npm run test:e2e"),
        "`ci.yml` only mentions it",
    ),
    "another script": (one("- run: npm run test:e2e:debug"), "no workflow step runs"),
    "another script in a pipe": (
        one("- run: npm run test:e2e:debug | tee log"),
        "no workflow step runs",
    ),
    "more words": (
        one("- run: npm run test:e2e -- --grep one"),
        "`ci.yml` step 1 (line 6) runs it with more arguments",
    ),
    "an input of an action that ignores failures": (
        one(
            "- uses: nick-fields/retry@v3\n  with: { command: npm run test:e2e }\n"
            "  continue-on-error: true"
        ),
        "the step has `continue-on-error`",
    ),
    "joined before the last line": (
        one("- run: |\n    npm run test:e2e && npm run report\n    ls"),
        "is joined by `&&` before the last line: if one fails, the script goes on",
    ),
    "a shell that forgets failures": (
        one("- run: |\n    npm run test:e2e\n    ls\n  shell: bash {0}"),
        "is not in the last line of a script without `-e`",
    ),
    "continue-on-error": (
        one(f"{STEP}\n  continue-on-error: true"),
        "the step has `continue-on-error`",
    ),
    "continue-on-error by expression": (
        one(f"{STEP}\n  continue-on-error: ${{{{ matrix.experimental }}}}"),
        "the step has `continue-on-error`",
    ),
    "continue-on-error on the job": (
        one(STEP, "    continue-on-error: true\n"),
        "job `e2e` has `continue-on-error`",
    ),
    "if: false": (one(f"{STEP}\n  if: false"), "never runs: the step has `if: false`"),
    "if: ${{ false }}": (
        one(f"{STEP}\n  if: ${{{{ false }}}}"),
        "never runs: the step has `if: false`",
    ),
    "if: 'false'": (one(f"{STEP}\n  if: 'false'"), "never runs: the step has `if: false`"),
    "if: false on the job": (
        one(STEP, "    if: false\n"),
        "never runs: job `e2e` has `if: false`",
    ),
    "a condition on the step": (
        one(f"{STEP}\n  if: github.ref == 'refs/heads/main'"),
        "if the step's `if:` is false",
    ),
    "if: failure()": (one(f"{STEP}\n  if: failure()"), "if the step's `if:` is false"),
    "a disabled composite": (
        {
            **one("- uses: ./a\n  if: false"),
            "a/action.yml": "runs: { using: composite, steps: [ { run: npm run test:e2e, shell: bash } ] }",
        },
        "never runs",
    ),
    "a variable that no script can run": (
        one("- run: npm ci\n  env: { NOTE: npm run test:e2e }"),
        "`ci.yml` only mentions it",
    ),
    "an action of its own that nobody uses": (
        {
            **one("- run: npm ci"),
            "a/action.yml": f"runs: {{ using: composite, steps: [ {{ run: {E2E}, shell: bash }} ] }}",
        },
        "no workflow step runs",
    ),
    "a reusable workflow that nobody uses": (
        {"e2e.yml": f"on: workflow_call\njobs:\n{job(STEP)}"},
        "no workflow step runs",
    ),
    "no trigger": ({"ci.yml": f"jobs:\n{job(STEP)}"}, "no workflow step runs"),
    "a broken file": ({"ci.yml": f"{ON}jobs:\n{job(STEP)}  broken: [\n"}, "no workflow step runs"),
    "a disabled copy": (
        {".github/workflows/ci.yml.disabled": one(STEP)["ci.yml"]},
        "no workflow step runs",
    ),
    "in a file that GitHub refuses": (
        {"ci.yml": f"{ON}jobs:\n{job(STEP)}  a: {{ steps: [] }}\n"},
        "no workflow step runs",
    ),
    "in a folder below": (
        {".github/workflows/old/ci.yml": one(STEP)["ci.yml"]},
        "no workflow step runs",
    ),
    "recursion": (
        {
            **one("- uses: ./a"),
            "a/action.yml": "runs: { using: composite, steps: [ { uses: ./a } ] }",
        },
        "no workflow step",
    ),
    "odd shapes": (
        {"ci.yml": "on: push\njobs: { a: 1, b: { steps: { x: y } }, c: { steps: [1, [2], {}] } }"},
        "no workflow step",
    ),
    "a list": ({"ci.yml": "- a\n"}, "no workflow step"),
    "steps of an action that is no composite one": (
        {
            **one("- uses: ./a"),
            "a/action.yml": "runs: { using: node24, main: x.js, steps: [ { run: npm run test:e2e } ] }",
        },
        "no workflow step",
    ),
}


@pytest.mark.parametrize("case", RUNS_NOT)
def test_a_step_that_does_not_hold_anything_fails_and_says_why(case: str) -> None:
    files, why = RUNS_NOT[case]
    finding = judged(files)
    assert finding.outcome is Outcome.FAIL
    assert why in finding.message


UNCLEAR = {
    "|| true": (one("- run: npm run test:e2e || true"), "has `||`"),
    "a pipe": (one("- run: npm run test:e2e | tee log"), "has a pipe"),
    "a pipe under bash": (one("- run: npm run test:e2e | tee log\n  shell: bash"), "has a pipe"),
    "a semicolon": (one("- run: npm run test:e2e; ls"), "has `;`"),
    "the background": (one("- run: npm run test:e2e &"), "has a command in the background"),
    "a substitution": (one("- run: echo $(npm run test:e2e)"), "has a command substitution"),
    "set +e": (one("- run: |\n    set +e\n    npm run test:e2e"), "has `set +e`"),
    "a function": (
        one("- run: |\n    tests() {\n      npm run test:e2e\n    }\n    tests"),
        "has a function",
    ),
    "a condition": (
        one("- run: |\n    npm ci\n    if true\n    then\n      npm run test:e2e\n    fi"),
        "has `if` (line 2 of its script)",
    ),
    "turned around": (one("- run: '! npm run test:e2e'"), "has `!`"),
    "a here-document": (
        one("- run: |\n    bash <<EOF\n    npm run test:e2e\n    EOF"),
        "has a here-document",
    ),
    "another shell in the script": (
        one("- run: bash -c 'npm run test:e2e'"),
        "runs a longer command that contains `npm run test:e2e`",
    ),
    "a wrapper": (
        one("- run: timeout 600 npm run test:e2e"),
        "runs a longer command that contains `npm run test:e2e`",
    ),
    "after a sign that begins no comment": (
        one("- run: |\n    echo ' # ' | cat && npm run test:e2e"),
        "has a pipe",
    ),
    "a shell that only reads": (
        one(f"{STEP}\n  shell: bash -n {{0}}"),
        "runs by `shell: bash -n {0}`, which cannot be read",
    ),
    "a shell that runs something else": (
        one(f"{STEP}\n  shell: bash -c true {{0}}"),
        "runs by `shell: bash -c true {0}`",
    ),
    "a shell that forgets": (
        one(f"{STEP}\n  shell: bash -c 'bash {{0}}; exit 0'"),
        "which cannot be read",
    ),
    "a shell of the repository": (one(f"{STEP}\n  shell: ./bash -e {{0}}"), "cannot be read"),
    "another shell": (one(f"{STEP}\n  shell: pwsh"), "runs by `shell: pwsh`"),
    "windows": (
        {"ci.yml": f"{ON}jobs:\n  e2e:\n    runs-on: windows-latest\n    steps:\n      {STEP}\n"},
        "runs by `shell: pwsh`",
    ),
    "an input of an action that may ignore failures": (
        one(
            "- uses: a/retry@v1\n  with: { command: npm run test:e2e, continue_on_error: true }",
        ),
        "passes it to `a/retry@v1` as `command`",
    ),
    "another input of an action": (
        one("- uses: a/retry@v1\n  with: { command: x, on_retry_command: npm run test:e2e }"),
        "passes it to `a/retry@v1` as `on_retry_command`",
    ),
    "an input of an action that perhaps runs it": (
        one("- uses: a/b@v1\n  with: { run: npm run test:e2e, dry-run: true }"),
        "passes it to `a/b@v1` as `run`",
    ),
    "a file that bash reads before": (
        one(STEP, "    env: { BASH_ENV: ./functions.sh }\n"),
        "may be changed by the file in `BASH_ENV`",
    ),
    "an input of an action among other commands": (
        one("- uses: a/b@v1\n  with: { run: npm ci; npm run test:e2e }"),
        "passes it to `a/b@v1` as `run`",
    ),
    "an entry of a matrix that is perhaps excluded": (
        one(
            "- run: ${{ matrix.script }}",
            "    strategy: { matrix: { script: [npm run test:e2e], exclude: [] } }\n",
        ),
        "runs an expression whose value is not known",
    ),
    "a variable": (
        one("- run: $SCRIPT\n  env: { SCRIPT: npm run test:e2e }"),
        "may run the value of a variable or of its matrix",
    ),
    "a variable of the job": (
        one('- run: bash -c "$SCRIPT"', "    env: { SCRIPT: npm run test:e2e }\n"),
        "may run the value of a variable or of its matrix",
    ),
    "a variable of the workflow": (
        {"ci.yml": f"{ON}env: {{ SCRIPT: npm run test:e2e }}\njobs:\n{job('- run: eval $SCRIPT')}"},
        "may run the value of a variable or of its matrix",
    ),
    "a part of an entry of a matrix": (
        one(
            "- run: ${{ matrix.suite.run }}",
            "    strategy: { matrix: { suite: [ { run: npm run test:e2e } ] } }\n",
        ),
        "may run the value of a variable or of its matrix",
    ),
    "an input": (one("- run: ${{ inputs.script }}"), "runs an expression whose value is not known"),
    "beside a step that holds nothing": (
        one(f"{STEP}\n  if: failure()\n- run: npm run test:e2e | tee log"),
        "`ci.yml` step 2 (line 8) has a pipe",
    ),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_a_command_that_does_not_stand_plainly_is_not_checked(case: str) -> None:
    files, why = UNCLEAR[case]
    finding = judged(files)
    assert finding.outcome is Outcome.UNKNOWN
    assert why in finding.message
    assert finding.message.startswith("`ci.yml` step ")
    assert finding.remedy
    assert f"`- run: {E2E}`" in finding.remedy or "write the whole command" in finding.remedy


def test_a_quoted_sign_is_known_in_a_pipe_too() -> None:
    finding = judged(one("- run: npx e2e '*.spec' | cat"), runs="npx e2e '*.spec'")
    assert finding.outcome is Outcome.UNKNOWN


def test_a_workflow_elsewhere_may_run_it() -> None:
    ci = f"{ON}jobs:\n  e2e: {{ uses: octo/shared/.github/workflows/e2e.yml@v1 }}\n"
    finding = judged({"ci.yml": ci})
    assert finding.outcome is Outcome.UNKNOWN
    assert "job `e2e` of `ci.yml` calls `octo/shared/.github/workflows/e2e.yml@v1`" in (
        finding.message
    )
    assert judged({"ci.yml": ci.replace("}", ", if: false }")}).outcome is Outcome.FAIL


def test_more_calls_than_any_workflow_has_are_not_followed() -> None:
    files = {
        f"w{at}.yml": "on: workflow_call\njobs:\n"
        + "".join(
            f"  j{job}: {{ uses: ./.github/workflows/w{at + 1}.yml }}\n" for job in range(100)
        )
        for at in range(5)
    }
    files["w5.yml"] = f"on: workflow_call\njobs:\n{job(STEP)}"
    files["ci.yml"] = f"{ON}jobs:\n  e2e: {{ uses: ./.github/workflows/w0.yml }}\n"
    finding = judged(files)
    assert finding.outcome is Outcome.UNKNOWN
    assert "ci.yml` calls too many jobs and steps to check" in finding.message


def test_a_job_with_a_condition_passes_with_a_notice() -> None:
    finding = judged(one(STEP, "    if: github.ref == 'refs/heads/main'\n"))
    assert finding.outcome is Outcome.PASS
    assert finding.notices == ("job `e2e` of `ci.yml` runs only if its `if:` is true",)


def test_a_workflow_that_cannot_be_read_is_a_notice() -> None:
    notices = judged(RUNS["the other workflow is broken"]).notices
    assert len(notices) == 1
    assert notices[0].startswith("`.github/workflows/broken.yml` cannot be read: line ")


class OneLink(FakeRepository):
    """A repository in which one file may not be followed."""

    def read(self, path: str, limit: int = 10_485_760) -> bytes | None:
        if path.endswith("link.yml"):
            raise Unobservable(f"`{path}` is or leads through a symbolic link")
        return super().read(path, limit)


def test_a_file_that_may_not_be_read_makes_a_failure_unknown() -> None:
    path = ".github/workflows/"
    around = world(
        repository=OneLink({f"{path}link.yml": "", f"{path}ci.yml": one("- run: npm ci")["ci.yml"]})
    )
    finding = finding_of("workflow", E2E, None, around)
    assert finding.outcome is Outcome.UNKNOWN
    assert "symbolic link" in finding.message
    around = world(
        repository=OneLink({f"{path}link.yml": "", f"{path}ci.yml": one(STEP)["ci.yml"]})
    )
    assert finding_of("workflow", E2E, None, around).outcome is Outcome.PASS


ANCHORS = f"{ON}x: &os ubuntu-latest\njobs:\n  e2e:\n    runs-on: *os\n    steps:\n      {STEP}\n"
TAGGED = ANCHORS.replace("&os", "!!str").replace("*os", "x")


def test_anchors_are_read_as_github_reads_them() -> None:
    assert judged({"ci.yml": ANCHORS}).outcome is Outcome.PASS
    steps = f"{ON}jobs:\n  a:\n    runs-on: x\n    steps: &steps\n      {STEP}\n"
    steps += "  e2e:\n    runs-on: x\n    needs: a\n    steps: *steps\n"
    assert judged({"ci.yml": steps}).outcome is Outcome.PASS
    off = ANCHORS.replace("runs-on: *os", "runs-on: *os\n    if: &off false")
    assert "never runs" in judged({"ci.yml": off}).message


def test_a_file_that_github_reads_and_that_is_not_read_here_makes_a_failure_unknown() -> None:
    finding = judged({"ci.yml": TAGGED})
    assert finding.outcome is Outcome.UNKNOWN
    assert (
        "`.github/workflows/ci.yml` cannot be read: line 2: `!` makes this a tag" in finding.message
    )
    finding = judged({"ci.yml": TAGGED, "other.yml": one(STEP)["ci.yml"]})
    assert finding.outcome is Outcome.PASS
    assert "makes this a tag" in finding.notices[0]
    assert judged({"ci.yml": TAGGED}, runs=None, mentions="nothing").outcome is Outcome.UNKNOWN


# mentions

MENTIONS = [
    (one(f"# see docs/deployment-checklist.md\n{STEP}"), True),
    (one(f"{STEP} # DEPLOYMENT_CHECKLIST.md"), True),
    (one(f"- name: e2e (deployment checklist)\n  run: {E2E}"), True),
    (one(f"- uses: org/deploy-checklist@v1\n{STEP}"), True),
    ({"ci.yml": f"name: Deployment checklist\n{ON}jobs:\n{job(STEP)}"}, True),
    (one(STEP), False),
    (
        {
            "ci.yml": f"on: {{ push: {{ paths-ignore: [docs/deployment-checklist.md] }} }}\njobs:\n{job(STEP)}"
        },
        False,
    ),
    (one(f"{STEP}\n  env: {{ X: deployment-checklist }}"), False),
    (one(f"- uses: org/not-a-deploy-checklist-at-all@v1\n{STEP}"), False),
    ({**one(STEP), "other.yml": f"# deployment-checklist\n{ON}jobs: {{}}"}, False),
]


@pytest.mark.parametrize(("files", "named"), MENTIONS)
def test_the_workflow_of_the_step_names_the_checklist(files: dict[str, str], named: bool) -> None:
    finding = judged(files, mentions="deployment-checklist")
    assert finding.outcome is (Outcome.PASS if named else Outcome.FAIL)
    if not named:
        assert "does not mention `deployment-checklist`" in finding.message


def test_a_mention_may_be_all_that_is_asked() -> None:
    around = world(
        repository=FakeRepository(
            {".github/workflows/a.yml": "# the deployment-checklist\non: push\njobs: {}"}
        )
    )
    asked = {"mentions": "deployment-checklist"}
    assert (
        finding_of("workflow", asked, None, around).message
        == "`a.yml` mentions `deployment-checklist`"
    )
    assert finding_of("workflow", asked, None, world()).outcome is Outcome.FAIL


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"before": "tag"},
        {"mentions": "x", "before": "tag"},
        {"runs": ""},
        {"runs": "a; b"},
        {"runs": "# a"},
        {"runs": E2E, "before": "noon"},
        {"runs": E2E, "before": {}},
        {"runs": E2E, "before": {"jobs": []}},
        {"runs": E2E, "before": {"jobs": [""]}},
        {"mentions": "x", "before": {"jobs": ["tag"]}},
    ],
)
def test_a_use_that_asks_nothing_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(written)


@pytest.mark.parametrize(
    ("command", "line"),
    [
        ("pytest -k 'not slow'", "pytest -k 'not slow'"),
        ('npx jest "$DIR"', 'npx jest "$DIR"'),
        ("pytest -m 'a: b'", "\"pytest -m 'a: b'\""),
        ("pytest --x=a#b", "pytest --x=a#b"),
        ("pytest -k 'a #b'", "\"pytest -k 'a #b'\""),
    ],
)
def test_the_line_to_paste_is_the_command_as_it_is_written(command: str, line: str) -> None:
    finding = judged(one(f"- run: {json.dumps(command + ' | tee log')}"), runs=command)
    assert finding.remedy == f"run it directly, in its own step: `- run: {line}`"
    assert judged(one(f"- run: {line}"), runs=command).outcome is Outcome.PASS
    missing = judged(one("- run: npm ci"), runs=command)
    assert missing.remedy == f"add the step `- run: {line}`"
