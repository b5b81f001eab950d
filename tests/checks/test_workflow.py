"""`workflow`: a step of a workflow runs the command so that its failure holds the release; each case is one trap."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from checks.judging import finding_of
from deploy_checklist.checks.workflow import Params
from deploy_checklist.outcome import Finding, Outcome, Unobservable
from fakes import FakeRepository, world

E2E = "npm run test:e2e"
ON = "on: push\n"


def judged(files: dict[str, str], **written: object) -> Finding:
    placed = {
        name if "/" in name or name.endswith(".json") else f".github/workflows/{name}": text
        for name, text in files.items()
    }
    return finding_of(
        "workflow", {"runs": E2E, **written}, None, world(repository=FakeRepository(placed))
    )


def job(steps: str, more: str = "", name: str = "e2e") -> str:
    indented = "\n".join(f"      {line}" for line in steps.strip("\n").split("\n"))
    return f"  {name}:\n    runs-on: ubuntu-latest\n{more}    steps:\n{indented}\n"


def one(steps: str, more: str = "") -> dict[str, str]:
    return {"ci.yml": f"{ON}jobs:\n{job(steps, more)}"}


STEP = "- run: npm run test:e2e"

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
    "commented out": (one("- run: npm ci\n# - run: npm run test:e2e"), "`ci.yml` only names it"),
    "commented out in the script": (
        one("- run: |\n    npm ci\n    # npm run test:e2e"),
        "`ci.yml` only names it",
    ),
    "printed": (one('- run: echo "npm run test:e2e"'), "`ci.yml` only names it"),
    "a step's name": (one("- name: npm run test:e2e\n  run: npm ci"), "`ci.yml` only names it"),
    "a comment among pipes": (
        one("- run: |\n    ls | wc\n    # npm run test:e2e\n    ls # npm run test:e2e"),
        "`ci.yml` only names it",
    ),
    "another script": (one("- run: npm run test:e2e:debug"), "no workflow step runs"),
    "another script in a pipe": (
        one("- run: npm run test:e2e:debug | tee log"),
        "no workflow step runs",
    ),
    "more words": (
        one("- run: npm run test:e2e -- --grep one"),
        "`ci.yml` step 1 (line 6) runs it with more words",
    ),
    "an input of an action that ignores failures": (
        one(
            "- uses: nick-fields/retry@v3\n  with: { command: npm run test:e2e }\n"
            "  continue-on-error: true"
        ),
        "`continue-on-error` stands on the step",
    ),
    "joined before the last line": (
        one("- run: |\n    npm run test:e2e && npm run report\n    ls"),
        "is joined by `&&` before the last line: where one fails, the script goes on",
    ),
    "a shell that forgets failures": (
        one("- run: |\n    npm run test:e2e\n    ls\n  shell: bash {0}"),
        "is not in the last line of a script without `-e`",
    ),
    "continue-on-error": (
        one(f"{STEP}\n  continue-on-error: true"),
        "`continue-on-error` stands on the step",
    ),
    "continue-on-error by expression": (
        one(f"{STEP}\n  continue-on-error: ${{{{ matrix.experimental }}}}"),
        "`continue-on-error` stands on the step",
    ),
    "continue-on-error on the job": (
        one(STEP, "    continue-on-error: true\n"),
        "stands on job `e2e`",
    ),
    "if: false": (one(f"{STEP}\n  if: false"), "never runs: `if: false` stands on the step"),
    "if: ${{ false }}": (
        one(f"{STEP}\n  if: ${{{{ false }}}}"),
        "never runs: `if: false` stands on the step",
    ),
    "if: 'false'": (one(f"{STEP}\n  if: 'false'"), "never runs: `if: false` stands on the step"),
    "if: false on the job": (
        one(STEP, "    if: false\n"),
        "never runs: `if: false` stands on job `e2e`",
    ),
    "a condition on the step": (
        one(f"{STEP}\n  if: github.ref == 'refs/heads/main'"),
        "where the step's `if:` does not hold",
    ),
    "if: failure()": (one(f"{STEP}\n  if: failure()"), "where the step's `if:` does not hold"),
    "a disabled composite": (
        {
            **one("- uses: ./a\n  if: false"),
            "a/action.yml": "runs: { using: composite, steps: [ { run: npm run test:e2e, shell: bash } ] }",
        },
        "never runs",
    ),
    "a variable that no script can run": (
        one("- run: npm ci\n  env: { NOTE: npm run test:e2e }"),
        "`ci.yml` only names it",
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
        "runs a longer command around `npm run test:e2e`",
    ),
    "a wrapper": (
        one("- run: timeout 600 npm run test:e2e"),
        "runs a longer command around `npm run test:e2e`",
    ),
    "after a sign that begins no comment": (
        one("- run: |\n    echo ' # ' | cat && npm run test:e2e"),
        "has a pipe",
    ),
    "a shell that only reads": (
        one(f"{STEP}\n  shell: bash -n {{0}}"),
        "runs by `shell: bash -n {0}`, which is not read here",
    ),
    "a shell that runs something else": (
        one(f"{STEP}\n  shell: bash -c true {{0}}"),
        "runs by `shell: bash -c true {0}`",
    ),
    "a shell that forgets": (
        one(f"{STEP}\n  shell: bash -c 'bash {{0}}; exit 0'"),
        "which is not read here",
    ),
    "a shell of the repository": (one(f"{STEP}\n  shell: ./bash -e {{0}}"), "is not read here"),
    "another shell": (one(f"{STEP}\n  shell: pwsh"), "runs by `shell: pwsh`"),
    "windows": (
        {"ci.yml": f"{ON}jobs:\n  e2e:\n    runs-on: windows-latest\n    steps:\n      {STEP}\n"},
        "runs by `shell: pwsh`",
    ),
    "an input of an action that may ignore failures": (
        one(
            "- uses: a/retry@v1\n  with: { command: npm run test:e2e, continue_on_error: true }",
        ),
        "hands it to `a/retry@v1` as `command`",
    ),
    "another input of an action": (
        one("- uses: a/retry@v1\n  with: { command: x, on_retry_command: npm run test:e2e }"),
        "hands it to `a/retry@v1` as `on_retry_command`",
    ),
    "an input of an action that perhaps runs it": (
        one("- uses: a/b@v1\n  with: { run: npm run test:e2e, dry-run: true }"),
        "hands it to `a/b@v1` as `run`",
    ),
    "a file that bash reads before": (
        one(STEP, "    env: { BASH_ENV: ./functions.sh }\n"),
        "may be changed by what `BASH_ENV` names",
    ),
    "an input of an action among other commands": (
        one("- uses: a/b@v1\n  with: { run: npm ci; npm run test:e2e }"),
        "hands it to `a/b@v1` as `run`",
    ),
    "an entry of a matrix that is perhaps excluded": (
        one(
            "- run: ${{ matrix.script }}",
            "    strategy: { matrix: { script: [npm run test:e2e], exclude: [] } }\n",
        ),
        "runs an expression that is not known here",
    ),
    "a variable": (
        one("- run: $SCRIPT\n  env: { SCRIPT: npm run test:e2e }"),
        "may run what a variable or an entry of its matrix holds",
    ),
    "a variable of the job": (
        one('- run: bash -c "$SCRIPT"', "    env: { SCRIPT: npm run test:e2e }\n"),
        "may run what a variable or an entry of its matrix holds",
    ),
    "a variable of the workflow": (
        {"ci.yml": f"{ON}env: {{ SCRIPT: npm run test:e2e }}\njobs:\n{job('- run: eval $SCRIPT')}"},
        "may run what a variable or an entry of its matrix holds",
    ),
    "a part of an entry of a matrix": (
        one(
            "- run: ${{ matrix.suite.run }}",
            "    strategy: { matrix: { suite: [ { run: npm run test:e2e } ] } }\n",
        ),
        "may run what a variable or an entry of its matrix holds",
    ),
    "an input": (one("- run: ${{ inputs.script }}"), "runs an expression that is not known here"),
    "beside a step that holds nothing": (
        one(f"{STEP}\n  if: failure()\n- run: npm run test:e2e | tee log"),
        "`ci.yml` step 2 (line 8) has a pipe",
    ),
}


@pytest.mark.parametrize("case", UNCLEAR)
def test_a_command_that_does_not_stand_plainly_could_not_be_looked_at(case: str) -> None:
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
    assert "ci.yml` calls more jobs and steps than can be looked at" in finding.message


def test_a_job_with_a_condition_passes_with_a_notice() -> None:
    finding = judged(one(STEP, "    if: github.ref == 'refs/heads/main'\n"))
    assert finding.outcome is Outcome.PASS
    assert finding.notices == ("job `e2e` of `ci.yml` runs only where its `if:` holds",)


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
        assert "nothing there names `deployment-checklist`" in finding.message


def test_a_mention_may_be_all_that_is_asked() -> None:
    around = world(
        repository=FakeRepository(
            {".github/workflows/a.yml": "# the deployment-checklist\non: push\njobs: {}"}
        )
    )
    asked = {"mentions": "deployment-checklist"}
    assert (
        finding_of("workflow", asked, None, around).message
        == "`a.yml` names `deployment-checklist`"
    )
    assert finding_of("workflow", asked, None, world()).outcome is Outcome.FAIL


# before


READS = "    permissions: { contents: read }\n"
TAG = "- run: git tag v1 && git push --tags"


def release(
    more: str, steps: str = TAG, others: str = "", test: str = "", on: str = ON
) -> dict[str, str]:
    """A job `tag` with these lines of its own, beside the job `e2e` that tests."""
    return {"release.yml": f"{on}jobs:\n{job(STEP, test)}{others}{job(steps, more, 'tag')}"}


def middle(more: str) -> str:
    return job("- run: npm run build", more, "build")


TAG_ON = "on: { push: { tags: ['v*'] } }\n"
DEPLOY = "    environment: production\n"
NAMED = {"jobs": ["tag"]}
BEFORE = {
    "needs": release("    needs: e2e\n"),
    "needs a list": release("    needs: [build, e2e]\n", others=middle(READS)),
    "needs through another": release("    needs: build\n", others=middle("    needs: [e2e]\n")),
    "on a tag": release("    needs: e2e\n" + DEPLOY, on=TAG_ON),
    "a switched off job": release(
        "    needs: e2e\n", others=job("- run: git tag x", "    if: false\n", "old")
    ),
    "a reusable workflow is needed": {
        "release.yml": f"{ON}jobs:\n  e2e: {{ uses: ./.github/workflows/e2e.yml }}\n"
        + job(TAG, "    needs: e2e\n", "tag"),
        "e2e.yml": f"on: workflow_call\njobs:\n{job(STEP)}",
    },
    "a reusable workflow tags": {
        "release.yml": f"{ON}jobs:\n{job(STEP)}"
        "  tag: { needs: e2e, uses: ./.github/workflows/tag.yml }\n",
        "tag.yml": f"on: workflow_call\njobs:\n{job(TAG, '', 'a')}{job(TAG, '', 'b')}",
    },
    **{
        uses: release("    needs: e2e\n", f"- uses: {uses}")
        for uses in ("softprops/action-gh-release@v2", "octo/what-is-this@v1")
    },
}


@pytest.mark.parametrize("case", BEFORE)
def test_what_could_release_waits_for_the_command(case: str) -> None:
    finding = judged(BEFORE[case], before="tag")
    assert finding.outcome is Outcome.PASS, finding.message
    assert finding.message.endswith(", before the tag")
    finding = judged(BEFORE[case], before=NAMED)
    assert finding.outcome is Outcome.PASS, finding.message
    assert finding.message.endswith(", before `tag`")


# Whether a job that is named waits, and why not: "job `tag` of `release.yml` …"
BEFORE_NOT = {
    "no needs": (release(""), "does not wait for job `e2e`"),
    "needs something else": (
        release("    needs: build\n", others=middle("")),
        "does not wait for job `e2e`",
    ),
    "always()": (
        release("    needs: e2e\n    if: always()\n"),
        "does not wait for job `e2e`",
    ),
    "!cancelled()": (
        release("    needs: e2e\n    if: ${{ !cancelled() && true }}\n"),
        "does not wait for job `e2e`",
    ),
    "failure()": (
        release("    needs: e2e\n    if: failure()\n"),
        "does not wait for job `e2e`",
    ),
    "a second job of the called workflow": (
        {
            "release.yml": f"{ON}jobs:\n{job(STEP)}"
            "  tag: { uses: ./.github/workflows/tag.yml }\n",
            "tag.yml": f"on: workflow_call\njobs:\n{job(TAG, '', 'a')}",
        },
        "does not wait for job `e2e`",
    ),
    "beside it in a called workflow": (
        {
            "ci.yml": f"{ON}jobs:\n  all: {{ uses: ./.github/workflows/release.yml }}\n",
            "release.yml": f"on: workflow_call\njobs:\n{job(STEP)}{job(TAG, '', 'tag')}",
        },
        "does not wait for job `e2e`",
    ),
    "in a matrix of calls": (
        {
            "ci.yml": f"{ON}jobs:\n  all: {{ uses: ./.github/workflows/release.yml, "
            "strategy: { matrix: { a: [1, 2] } } }\n",
            "release.yml": "on: workflow_call\njobs:\n"
            f"{job(STEP)}{job(TAG, '    needs: e2e' + chr(10), 'tag')}",
        },
        "does not wait for job `e2e`",
    ),
}


@pytest.mark.parametrize("case", BEFORE_NOT)
def test_a_named_job_that_does_not_wait_fails(case: str) -> None:
    files, why = BEFORE_NOT[case]
    finding = judged(files, before=NAMED)
    assert finding.outcome is Outcome.FAIL
    assert why in finding.message
    assert "`needs: [e2e]`" in (finding.remedy or "")


@pytest.mark.parametrize("case", BEFORE_NOT)
def test_a_job_that_could_release_and_does_not_wait_is_named_with_two_ways_out(case: str) -> None:
    finding = judged(BEFORE_NOT[case][0], before="tag")
    assert finding.outcome is Outcome.UNKNOWN
    assert "does not wait for job" in finding.message
    assert "has permissions that are not narrowed" in finding.message
    assert finding.remedy
    assert "`permissions: { contents: read }` and no secrets" in finding.remedy
    assert "`before: { jobs: [" in finding.remedy


NOT_CERTAIN = {
    "a job between them runs in any case": release(
        "    needs: build\n", others=middle(f"{READS}    needs: e2e\n    if: always()\n")
    ),
    "an input decides": release("    needs: e2e\n    if: success() || inputs.force\n"),
    "the tests may be skipped": release(
        "    needs: e2e\n    if: '!cancelled() && !failure()'\n", test="    if: inputs.e2e\n"
    ),
}


@pytest.mark.parametrize("case", NOT_CERTAIN)
@pytest.mark.parametrize("before", ["tag", NAMED])
def test_a_job_that_perhaps_waits_could_not_be_looked_at(case: str, before: object) -> None:
    finding = judged(NOT_CERTAIN[case], before=before)
    assert finding.outcome is Outcome.UNKNOWN
    assert "job `tag` of `release.yml` may run although job `e2e` has not succeeded" in (
        finding.message
    )


@pytest.mark.parametrize(
    "owner",
    [
        {"d.yml": f"{TAG_ON}jobs:\n{job(STEP)}{job('- run: x', DEPLOY, 'prod')}"},
        {
            "d.yml": f"{TAG_ON}jobs:\n{job(STEP)}  x: {{ uses: ./.github/workflows/p.yml }}\n",
            "p.yml": f"on: workflow_call\njobs:\n{job('- run: x', DEPLOY + READS, 'prod')}",
        },
        {
            "d.yml": f"{TAG_ON}jobs:\n{job(STEP)}"
            + job("- run: x", f"{DEPLOY}    needs: e2e\n    if: always()\n", "prod")
        },
    ],
)
def test_a_job_with_an_environment_that_does_not_wait_fails(owner: dict[str, str]) -> None:
    finding = judged(owner, before="tag")
    assert finding.outcome is Outcome.FAIL
    assert "does not wait for job `e2e`, and " in finding.message
    assert "owns an `environment:`" in finding.message


def test_a_job_that_could_not_release_need_not_wait() -> None:
    reads = job("- run: git tag --list && npm publish", READS, "list")
    assert judged(release("    needs: e2e\n", others=reads), before="tag").outcome is Outcome.PASS
    writes = job("- run: git tag --list && npm publish", "", "list")
    assert (
        judged(release("    needs: e2e\n", others=writes), before="tag").outcome is Outcome.UNKNOWN
    )


def test_an_unknown_job_fails_and_the_known_ones_are_named() -> None:
    finding = judged(release("    needs: e2e\n"), before={"jobs": ["tga"]})
    assert finding.outcome is Outcome.FAIL
    assert finding.message == "there is no job `tga` in `release.yml`"
    assert finding.remedy == (
        "did you mean `tag`? its jobs are `e2e`, `tag`; "
        "name one of another file as `release.yml:ship`"
    )


def test_one_of_two_named_jobs_that_does_not_wait_fails() -> None:
    files = release("    needs: e2e\n", others=middle(""))
    assert judged(files, before={"jobs": ["tag", "build"]}).outcome is Outcome.FAIL
    assert "job `build` of" in judged(files, before={"jobs": ["tag", "build"]}).message


# In one job, and in two workflows


ONE_JOB = {
    "a later step": (one(f"{STEP}\n{TAG}"), Outcome.PASS, Outcome.PASS),
    "a later line": (
        one("- run: |\n    npm run test:e2e\n    gh release create v1"),
        Outcome.PASS,
        Outcome.PASS,
    ),
    "what prepares it": (
        one(f"- uses: actions/checkout@v5\n- run: npm ci\n{STEP}\n{TAG}"),
        Outcome.PASS,
        Outcome.PASS,
    ),
    "an earlier step": (one(f"{TAG}\n{STEP}\n{TAG}"), Outcome.UNKNOWN, Outcome.UNKNOWN),
    "an earlier line": (
        one(f"- run: |\n    git tag v1\n    npm run test:e2e\n{TAG}"),
        Outcome.UNKNOWN,
        Outcome.UNKNOWN,
    ),
    "nothing after it": (one(STEP), Outcome.UNKNOWN, Outcome.UNKNOWN),
    "a step in any case": (
        one(f"{STEP}\n{TAG}\n  if: always()"),
        Outcome.UNKNOWN,
        Outcome.FAIL,
    ),
    "a step after a failure": (
        one(f"{STEP}\n- run: git tag v1\n  if: failure()"),
        Outcome.UNKNOWN,
        Outcome.FAIL,
    ),
    "a matrix": (
        one(f"{STEP}\n{TAG}", "    strategy: { matrix: { node: [20, 22] } }\n"),
        Outcome.UNKNOWN,
        Outcome.FAIL,
    ),
    "a matrix of two includes": (
        one(f"{STEP}\n{TAG}", "    strategy: { matrix: { include: [ { a: 1 }, { a: 2 } ] } }\n"),
        Outcome.UNKNOWN,
        Outcome.FAIL,
    ),
    "a matrix with one leg": (
        one(f"{STEP}\n{TAG}", "    strategy: { matrix: { node: [20], os: [a] } }\n"),
        Outcome.PASS,
        Outcome.PASS,
    ),
    "a matrix that is not known": (
        one(f"{STEP}\n{TAG}", "    strategy: { matrix: '${{ fromJSON(inputs.x) }}' }\n"),
        Outcome.UNKNOWN,
        Outcome.UNKNOWN,
    ),
    "a matrix with an entry that is not known": (
        one(f"{STEP}\n{TAG}", "    strategy: { matrix: { a: '${{ inputs.x }}' } }\n"),
        Outcome.UNKNOWN,
        Outcome.UNKNOWN,
    ),
    "a matrix and more": (
        one(f"{STEP}\n{TAG}", "    strategy: { matrix: { a: [1], include: [ { a: 2 } ] } }\n"),
        Outcome.UNKNOWN,
        Outcome.UNKNOWN,
    ),
}


@pytest.mark.parametrize("case", ONE_JOB)
def test_in_one_job_the_command_comes_before_the_release(case: str) -> None:
    files, by_tag, named = ONE_JOB[case]
    assert judged(files, before="tag").outcome is by_tag
    assert judged(files, before={"jobs": ["e2e"]}).outcome is named


def test_a_release_in_another_workflow_waits_for_nothing_here() -> None:
    files = {**one(STEP), "release.yml": f"{ON}jobs:\n{job(TAG, '', 'tag')}"}
    finding = judged(files, before="tag")
    assert finding.outcome is Outcome.UNKNOWN
    assert "job `tag` of `release.yml` does not wait for `ci.yml` step 1" in finding.message
    finding = judged(files, before={"jobs": ["release.yml:tag"]})
    assert finding.outcome is Outcome.FAIL
    assert "stands in another workflow" in finding.message
    files["release.yml"] = f"{ON}jobs:\n{job(TAG, DEPLOY, 'tag')}"
    assert judged(files, before="tag").outcome is Outcome.FAIL


def test_where_nothing_could_release_the_order_could_not_be_looked_at() -> None:
    finding = judged(one(STEP, READS), before="tag")
    assert finding.outcome is Outcome.UNKNOWN
    assert "no job of `ci.yml` could release" in finding.message


def test_another_workflow_for_the_same_event_is_a_notice() -> None:
    files = {**release("    needs: e2e\n"), "other.yml": f"{ON}jobs:\n{job(TAG, '', 'ship')}"}
    for before in ("tag", NAMED):
        finding = judged(files, before=before)
        assert finding.outcome is Outcome.PASS
        assert finding.notices[0].startswith(
            "`other.yml` starts for the same event and does not wait; its job `ship` could release"
        )


AFTER = "on: { workflow_run: { workflows: [CI], types: [completed] } }\n"
SUCCEEDED = "    if: github.event.workflow_run.conclusion == 'success'\n"


def after_run(condition: str, on: str = AFTER, test: str = "") -> dict[str, str]:
    return {
        "ci.yml": f"name: CI\n{ON}jobs:\n{job(STEP, READS + test)}",
        "release.yml": f"{on}jobs:\n{job(TAG, condition, 'tag')}",
    }


@pytest.mark.parametrize("before", ["tag", NAMED, {"jobs": ["release.yml:tag"]}])
def test_a_workflow_that_starts_after_a_success_waits(before: object) -> None:
    assert judged(after_run(SUCCEEDED), before=before).outcome is Outcome.PASS
    either = "    if: >-\n      github.event.workflow_run.conclusion == 'success'\n"
    either += "      || github.event.workflow_run.conclusion == 'failure'\n"
    two = AFTER.replace("[CI]", "[CI, Lint]")
    not_pass = [
        after_run(""),
        after_run(SUCCEEDED.replace("== 'success'", "!= 'failure'")),
        after_run(either),
        after_run(SUCCEEDED, two),
        after_run(SUCCEEDED, test="    if: inputs.e2e\n"),
    ]
    twice = {**after_run(SUCCEEDED), "z.yml": f"name: CI\n{ON}jobs:\n{job('- run: x', READS)}"}
    not_pass.append(twice)
    for files in not_pass:
        assert judged(files, before=before).outcome is not Outcome.PASS


RUN = "github.event.workflow_run"
NAMED_AFTER_RUN = {
    "": Outcome.FAIL,
    f"{RUN}.event == 'push'": Outcome.FAIL,
    f"{RUN}.conclusion != 'success'": Outcome.FAIL,
    f"{RUN}.conclusion == 'success' && false || true": Outcome.FAIL,
    f"contains({RUN}.conclusion, 'success')": Outcome.UNKNOWN,
    "github.event['workflow_run'].conclusion == 'success'": Outcome.UNKNOWN,
    f"{RUN}.conclusion == 'success' || inputs.force": Outcome.UNKNOWN,
    f"{RUN}.conclusion == 'success' && {RUN}.event == 'push'": Outcome.PASS,
}


@pytest.mark.parametrize("condition", NAMED_AFTER_RUN)
def test_a_named_job_of_a_workflow_that_another_starts(condition: str) -> None:
    files = after_run(f'    if: "{condition}"\n')
    assert judged(files, before=NAMED).outcome is NAMED_AFTER_RUN[condition]


def test_a_condition_on_every_step_is_no_proof_and_no_fault() -> None:
    files = after_run("")
    files["release.yml"] += f"        if: {RUN}.conclusion == 'success'\n"
    assert judged(files, before=NAMED).outcome is Outcome.UNKNOWN


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
