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
    "bash pipes fail": one("- run: npm run test:e2e | tee log\n  shell: bash"),
    "defaults set bash": {
        "ci.yml": f"{ON}defaults: {{ run: {{ shell: bash }} }}\njobs:\n{job('- run: npm run test:e2e | tee log')}"
    },
    "a shell with its options": one(
        "- run: npm run test:e2e | tee log\n  shell: bash -leo pipefail {0}"
    ),
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
    "another script": (one("- run: npm run test:e2e:debug"), "only names it"),
    "more words": (
        one("- run: npm run test:e2e -- --grep one"),
        "runs it with more words: name the whole command",
    ),
    "|| true": (
        one("- run: npm run test:e2e || true"),
        "is followed by `||`, which hides its failure",
    ),
    "a pipe": (one("- run: npm run test:e2e | tee log"), "is piped without `pipefail`"),
    "an option that is not there": (
        one("- run: npm run test:e2e | tee log\n  shell: bash -e {0}"),
        "is piped without",
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
    "a shell that only reads": (one(f"{STEP}\n  shell: bash -n {{0}}"), "only names it"),
    "a shell that runs something else": (
        one(f"{STEP}\n  shell: bash -c true {{0}}"),
        "only names it",
    ),
    "a shell that forgets": (
        one(f"{STEP}\n  shell: bash -c 'bash {{0}}; exit 0'"),
        "only names it",
    ),
    "another shell": (one(f"{STEP}\n  shell: pwsh"), "only names it"),
    "windows": (
        {"ci.yml": f"{ON}jobs:\n  e2e:\n    runs-on: windows-latest\n    steps:\n      {STEP}\n"},
        "only names it",
    ),
    "a disabled composite": (
        {
            **one("- uses: ./a\n  if: false"),
            "a/action.yml": "runs: { using: composite, steps: [ { run: npm run test:e2e, shell: bash } ] }",
        },
        "never runs",
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
}


@pytest.mark.parametrize("case", RUNS_NOT)
def test_a_step_that_does_not_hold_anything_fails_and_says_why(case: str) -> None:
    files, why = RUNS_NOT[case]
    finding = judged(files)
    assert finding.outcome is Outcome.FAIL
    assert why in finding.message


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


def test_a_file_that_github_reads_and_that_is_not_read_here_makes_a_failure_unknown() -> None:
    finding = judged({"ci.yml": ANCHORS})
    assert finding.outcome is Outcome.UNKNOWN
    assert (
        "`.github/workflows/ci.yml` cannot be read: line 2: `&` makes this an anchor"
        in finding.message
    )
    finding = judged({"ci.yml": ANCHORS, "other.yml": one(STEP)["ci.yml"]})
    assert finding.outcome is Outcome.PASS
    assert "anchor" in finding.notices[0]
    assert judged({"ci.yml": ANCHORS}, runs=None, mentions="nothing").outcome is Outcome.UNKNOWN


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


# before: tag


def release(
    needs: str, steps: str = "- run: git tag v1 && git push --tags", others: str = ""
) -> dict[str, str]:
    return {"release.yml": f"{ON}jobs:\n{job(STEP)}{others}{job(steps, needs, 'tag')}"}


def middle(more: str) -> str:
    return job("- run: npm run build", more, "build")


TAG_ON = "on: { push: { tags: ['v*'] } }\n"
DEPLOY = "    environment: production\n"
BEFORE = {
    "needs": release("    needs: e2e\n"),
    "needs a list": release("    needs: [build, e2e]\n", others=middle("")),
    "needs through another": release("    needs: build\n", others=middle("    needs: [e2e]\n")),
    "an earlier step": one(f"{STEP}\n- run: |\n    git tag v1\n    git push origin v1"),
    "an earlier line": one("- run: |\n    npm run test:e2e\n    gh release create v1"),
    "the deploy job of a tag": {
        "d.yml": f"{TAG_ON}jobs:\n{job(STEP)}{job('- run: ./deploy', DEPLOY + '    needs: e2e' + chr(10), 'prod')}"
    },
    "itself the deploy job of a tag": {"d.yml": f"{TAG_ON}jobs:\n{job(STEP, DEPLOY)}"},
    "a switched off tag": release(
        "    needs: e2e\n", others=job("- run: git tag x\n  if: false", "", "old")
    ),
    "listing tags is no tagging": release(
        "    needs: e2e\n", others=job("- run: git tag --list && git tag", "", "list")
    ),
    "a reusable workflow is needed": {
        "release.yml": f"{ON}jobs:\n  e2e: {{ uses: ./.github/workflows/e2e.yml }}\n"
        + job("- run: git tag v1", "    needs: e2e\n", "tag"),
        "e2e.yml": f"on: workflow_call\njobs:\n{job(STEP)}",
    },
    **{
        uses: release("    needs: e2e\n", f"- uses: {uses}")
        for uses in (
            "softprops/action-gh-release@v2",
            "googleapis/release-please-action@abc",
            "changesets/action@v1",
        )
    },
}


@pytest.mark.parametrize("case", BEFORE)
def test_the_job_that_tags_needs_the_command(case: str) -> None:
    finding = judged(BEFORE[case], before="tag")
    assert finding.outcome is Outcome.PASS, finding.message
    assert finding.message.endswith(", before the tag")


BEFORE_NOT = {
    "no needs": (
        release(""),
        "job `tag` of `release.yml` tags or releases without needing job `e2e`",
    ),
    "needs something else": (
        release("    needs: build\n", others=middle("")),
        "without needing job `e2e`",
    ),
    "always()": (release("    needs: e2e\n    if: always()\n"), "without needing job `e2e`"),
    "!cancelled()": (
        release("    needs: e2e\n    if: ${{ !cancelled() && true }}\n"),
        "without needing job `e2e`",
    ),
    "always() on the way": (
        release("    needs: build\n", others=middle("    needs: e2e\n    if: always()\n")),
        "without needing job `e2e`",
    ),
    "a later step": (
        one(f"- run: git tag v1\n{STEP}"),
        "job `e2e` of `ci.yml` tags or releases without waiting for",
    ),
    "a later line": (one("- run: |\n    git tag v1\n    npm run test:e2e"), "without waiting for"),
    "a step after a failure": (
        one(f"{STEP}\n- run: git tag v1\n  if: always()"),
        "without waiting for",
    ),
    "a second job that tags": (
        release(
            "    needs: e2e\n", others=job("- uses: softprops/action-gh-release@v2", "", "second")
        ),
        "job `second` of `release.yml` tags or releases without needing job `e2e`",
    ),
    "a tag under a condition": (
        release("", "- run: |\n    if x; then\n      git push origin refs/tags/v1\n    fi"),
        "without needing job `e2e`",
    ),
    "by a script": (
        release(
            "",
            "- uses: actions/github-script@v7\n  with:\n    script: github.rest.repos.createRelease({})",
        ),
        "without needing job `e2e`",
    ),
    "the tag is in another workflow": (
        {**one(STEP), "release.yml": f"{ON}jobs:\n{job('- run: git tag v1', '', 'tag')}"},
        "no job of `ci.yml` tags, releases or deploys a tag",
    ),
    "the deploy job of a tag": (
        {"d.yml": f"{TAG_ON}jobs:\n{job(STEP)}{job('- run: ./deploy', DEPLOY, 'prod')}"},
        "job `prod` of `d.yml` tags or releases without needing job `e2e`",
    ),
}


@pytest.mark.parametrize("case", BEFORE_NOT)
def test_a_tag_that_does_not_wait_fails(case: str) -> None:
    files, why = BEFORE_NOT[case]
    finding = judged(files, before="tag")
    assert finding.outcome is Outcome.FAIL
    assert why in finding.message


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
    ],
)
def test_a_use_that_asks_nothing_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(written)
