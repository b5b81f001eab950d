"""`workflow` with `before`: what could release, or what is named, waits for the command."""

from __future__ import annotations

import pytest

from checks.written_workflows import ON, STEP, job, judged, one
from deploy_checklist.outcome import Outcome

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


LINES = {
    "needs something else": "add `needs: [build, e2e]` to job `tag`",
    "always()": "add `needs.e2e.result == 'success'` to the `if:` of job `tag`",
    "!cancelled()": "add `needs.e2e.result == 'success'` to the `if:` of job `tag`",
    "failure()": "add `needs.e2e.result == 'success'` to the `if:` of job `tag`",
    "in a matrix of calls": "give the release a job outside the matrix, with `needs: [all]`",
}


@pytest.mark.parametrize("case", BEFORE_NOT)
def test_a_named_job_that_does_not_wait_fails(case: str) -> None:
    files, why = BEFORE_NOT[case]
    finding = judged(files, before=NAMED)
    assert finding.outcome is Outcome.FAIL
    assert why in finding.message
    assert finding.remedy == LINES.get(case, "add `needs: [e2e]` to job `tag`")


@pytest.mark.parametrize("case", BEFORE_NOT)
def test_a_job_that_could_release_and_does_not_wait_is_named_with_two_ways_out(case: str) -> None:
    finding = judged(BEFORE_NOT[case][0], before="tag")
    assert finding.outcome is Outcome.UNKNOWN
    assert "does not wait for job" in finding.message
    assert "has no limited `permissions:`" in finding.message
    assert finding.remedy
    waits, narrow, named = finding.remedy.split("; ")
    line = LINES.get(case, "add `needs: [e2e]` to job `tag`")
    late = "a" if case == "a second job of the called workflow" else "tag"
    if case == "needs something else":  # the other does not wait either
        line, late = "add `needs: [e2e]` to job `build`", "build"
    assert waits == f"if it releases, {line}"
    assert narrow == (f"if it does not, add `permissions: {{ contents: read }}` to job `{late}`")
    assert named.startswith("or name the jobs that release: `before: { jobs: [")


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
def test_a_job_that_perhaps_waits_is_not_checked(case: str, before: object) -> None:
    finding = judged(NOT_CERTAIN[case], before=before)
    assert finding.outcome is Outcome.UNKNOWN
    assert "job `tag` of `release.yml` may run even if job `e2e` has not succeeded" in (
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
    assert "uses an environment" in finding.message


def test_a_job_that_could_not_release_need_not_wait() -> None:
    reads = job("- run: git tag --list && npm publish", READS, "list")
    assert judged(release("    needs: e2e\n", others=reads), before="tag").outcome is Outcome.PASS
    writes = job("- run: git tag --list && npm publish", "", "list")
    assert (
        judged(release("    needs: e2e\n", others=writes), before="tag").outcome is Outcome.UNKNOWN
    )


def test_the_remedy_does_not_tell_a_job_to_need_one_that_needs_it() -> None:
    stage = job("- run: deploy", "    environment: staging\n", "stage")
    tests = job(STEP, "    needs: stage\n")
    files = {"ci.yml": f"{ON}jobs:\n{stage}{tests}{job(TAG, '    needs: e2e' + chr(10), 'tag')}"}
    earlier = "run the command in a job before it: job `e2e` itself needs it"
    assert judged(files, before={"jobs": ["stage"]}).remedy == earlier
    assert judged(files, before="tag").remedy == (
        f"if it releases, {earlier}; or name the jobs that release: `before: {{ jobs: [tag] }}`"
    )
    assert judged(files, before=NAMED).outcome is Outcome.PASS


def test_an_unknown_job_fails_and_the_known_ones_are_named() -> None:
    finding = judged(release("    needs: e2e\n"), before={"jobs": ["tga"]})
    assert finding.outcome is Outcome.FAIL
    assert finding.message == "there is no job `tga` in `release.yml`"
    assert finding.remedy == (
        "did you mean `tag`? its jobs are `e2e`, `tag`; for a job in another file, write `release.yml:ship`"
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
    assert "that is in another workflow" in finding.message
    files["release.yml"] = f"{ON}jobs:\n{job(TAG, DEPLOY, 'tag')}"
    assert judged(files, before="tag").outcome is Outcome.FAIL


def test_where_nothing_could_release_the_order_is_not_checked() -> None:
    finding = judged(one(STEP, READS), before="tag")
    assert finding.outcome is Outcome.UNKNOWN
    assert "no job in `ci.yml` could release" in finding.message


def test_another_workflow_for_the_same_event_is_a_notice() -> None:
    files = {**release("    needs: e2e\n"), "other.yml": f"{ON}jobs:\n{job(TAG, '', 'ship')}"}
    for before in ("tag", NAMED):
        finding = judged(files, before=before)
        assert finding.outcome is Outcome.PASS
        assert finding.notices[0].startswith(
            "`other.yml` starts on the same event and does not wait; its job `ship` could release"
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


def test_a_condition_on_every_step_is_neither_proof_nor_a_fault() -> None:
    files = after_run("")
    files["release.yml"] += f"        if: {RUN}.conclusion == 'success'\n"
    assert judged(files, before=NAMED).outcome is Outcome.UNKNOWN
