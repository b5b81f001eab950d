"""What a started workflow runs, through the workflows it calls and the composite actions it uses."""

from __future__ import annotations

import json
from itertools import pairwise

import pytest

from deploy_checklist.workflows.expand import (
    Reusable,
    RunningStep,
    running_jobs,
    running_steps,
    size,
)
from deploy_checklist.workflows.files import read_workflow
from deploy_checklist.workflows.jobs import Workflow, local_path
from deploy_checklist.workflows.search import Found, find_command

OWN = "Acme/shop"
FOLDER = ".github/workflows"


def reusable(files: dict[str, str]) -> Reusable:
    """Workflows by their name without ending, and composite actions by their folder."""
    workflows, actions = dict[str, Workflow](), dict[str, Workflow]()
    for name, text in files.items():
        if "/" in name:
            actions[name] = read_workflow(text.encode(), f"{name}/action.yml")
        else:
            path = f"{FOLDER}/{name}.yml"
            workflows[path] = read_workflow(text.encode(), path)
    return Reusable(workflows=workflows, actions=actions, own_name=OWN)


def jobs(files: dict[str, str]) -> list[tuple[str, ...]]:
    """The ids of the jobs that the workflow `ci` runs."""
    parts = reusable(files)
    return [job.ids for job in running_jobs(parts.workflows[f"{FOLDER}/ci.yml"], parts)]


def steps(files: dict[str, str]) -> list[RunningStep]:
    parts = reusable(files)
    ci = parts.workflows[f"{FOLDER}/ci.yml"]
    return [step for job in running_jobs(ci, parts) for step in running_steps(job, parts)]


def found(files: dict[str, str], command: str = "make test") -> Found:
    parts = reusable(files)
    return find_command(command, [parts.workflows[f"{FOLDER}/ci.yml"]], parts)


def called(*written: str) -> str:
    return f"on: workflow_call\njobs: {{ {', '.join(written)} }}"


def job(name: str, *written: str, more: str = "") -> str:
    return f"{name}: {{ runs-on: x, {more}steps: [ {', '.join(f'{{ {each} }}' for each in written)} ] }}"


def ci(*written: str) -> str:
    return f"on: push\njobs: {{ {', '.join(written)} }}"


def action(*written: str, inputs: str = "") -> str:
    body = ", ".join(f"{{ {each} }}" for each in written)
    return f"inputs: {{ {inputs} }}\nruns: {{ using: composite, steps: [ {body} ] }}"


TEST = "run: make test"
IN_SHELL = f"{TEST}, shell: bash"


@pytest.mark.parametrize(
    ("uses", "path"),
    [
        ("./a", "a"),
        ("./a/", "a"),
        ("./.github/workflows/a.yml", ".github/workflows/a.yml"),
        ("$/a", "a"),
        ("$/.github/workflows/a.yml", ".github/workflows/a.yml"),
        ("Acme/shop/a@v1", "a"),
        ("acme/SHOP/.github/workflows/a.yml@main", ".github/workflows/a.yml"),
        ("./a/../b", None),
        ("./../b", None),
        ("$/../b", None),
        ("./${{ matrix.a }}", None),
        ("acme/shopping/a@v1", None),
        ("acme/shop@v1", None),
        ("actions/checkout@v5", None),
        ("docker://alpine", None),
        ("$a", None),
        ("a", None),
        ("/a", None),
        ("", None),
    ],
)
def test_where_in_the_repository_it_lies(uses: str, path: str | None) -> None:
    assert local_path(uses, OWN) == path


def test_without_a_name_nothing_of_another_is_taken_for_the_own() -> None:
    assert local_path("acme/shop/a@v1") is None
    assert local_path("acme/shop/a@v1", "") is None


@pytest.mark.parametrize("start", [".", "$", "acme/shop"])
def test_every_way_to_call_this_repository_is_followed(start: str) -> None:
    ref = "@v1" if start == "acme/shop" else ""
    call = f"all: {{ uses: {start}/{FOLDER}/t.yml{ref} }}"
    assert len(found({"ci": ci(call), "t": called(job("t", TEST))}).uses) == 1
    uses = f"uses: {start}/tools/t{ref}"
    assert len(found({"ci": ci(job("t", uses)), "tools/t": action(IN_SHELL)}).uses) == 1


def test_the_jobs_that_a_called_workflow_runs_stand_for_the_calling_one() -> None:
    inner = called(job("a", TEST), job("b", TEST))
    files = {"ci": ci(f"all: {{ uses: ./{FOLDER}/t.yml }}", job("own", TEST)), "t": inner}
    assert jobs(files) == [("all", "a"), ("all", "b"), ("own",)]
    assert [step.place() for step in steps(files)] == [
        "`t.yml` step 1 (line 2)",
        "`t.yml` step 1 (line 2)",
        "`ci.yml` step 1 (line 2)",
    ]


def test_a_workflow_elsewhere_is_named() -> None:
    files = {"ci": ci("all: { uses: octo/x/.github/workflows/t.yml@v1 }")}
    assert [each.elsewhere for each in found(files).elsewhere] == [
        "octo/x/.github/workflows/t.yml@v1"
    ]
    assert [
        each.elsewhere for each in found({"ci": ci(f"a: {{ uses: ./{FOLDER}/n.yml }}")}).elsewhere
    ] == [f"./{FOLDER}/n.yml"]


def test_workflows_that_call_one_another_are_not_followed_in_a_circle() -> None:
    files = {
        "ci": ci(f"a: {{ uses: ./{FOLDER}/t.yml }}"),
        "t": called(f"b: {{ uses: ./{FOLDER}/u.yml }}", job("c", TEST)),
        "u": called(f"d: {{ uses: ./{FOLDER}/t.yml }}"),
    }
    assert jobs(files) == [("a", "b", "d"), ("a", "c")]
    assert len(found(files).uses) == 1


def test_actions_that_use_one_another_are_not_followed_in_a_circle() -> None:
    files = {
        "ci": ci(job("a", "uses: ./x/a")),
        "x/a": action("uses: ./x/b", IN_SHELL),
        "x/b": action("uses: ./x/a"),
    }
    assert [(step.step.uses, step.step.run) for step in steps(files)] == [
        ("./x/a", ""),
        ("", "make test"),
    ]


def chain(length: int) -> dict[str, str]:
    """Workflows of which each calls the next; `ci` is the first, and the last one tests."""
    names = ["ci", *(f"w{at}" for at in range(1, length))]
    files = {
        name: (ci if name == "ci" else called)(f"a: {{ uses: ./{FOLDER}/{after}.yml }}")
        for name, after in pairwise(names)
    }
    return {**files, names[-1]: called(job("t", TEST))}


def test_calls_are_followed_as_deep_as_github_does() -> None:
    assert len(found(chain(10)).uses) == 1
    deeper = found(chain(11))
    assert deeper.uses == ()
    assert deeper.elsewhere != ()  # nothing is said of what was not looked at


def test_a_called_job_that_may_be_skipped_blocks_nothing() -> None:
    def why(inner: str, outer: str = "") -> str | None:
        call = f"all: {{ uses: ./{FOLDER}/t.yml{outer} }}"
        return found({"ci": ci(call), "t": called(inner)}).uses[0].why_ineffective

    assert why(job("t", TEST)) is None
    assert why(job("t", TEST, more="if: always(), ")) is None
    assert "is skipped if the `if:` of job `t`" in str(why(job("t", TEST, more="if: inputs.x, ")))
    assert why(job("t", TEST), ", if: inputs.x") is None  # then what needs it is skipped, too
    assert "never runs" in str(why(job("t", TEST), ", if: false"))


# Steps


def test_the_steps_of_an_action_stand_for_the_one_that_uses_it() -> None:
    files = {
        "ci": ci(job("a", "run: one", "uses: ./x/a", "run: five")),
        "x/a": action("run: two, shell: sh", "uses: ./x/b", "run: four, shell: sh"),
        "x/b": action("run: three, shell: sh"),
    }
    found_steps = steps(files)
    assert [step.step.run for step in found_steps] == ["one", "two", "three", "four", "five"]
    assert [step.position for step in found_steps] == [(1,), (2, 1), (2, 2, 1), (2, 3), (3,)]
    assert [step.listed.number for step in found_steps] == [1, 2, 2, 2, 3]
    assert sorted(step.position for step in found_steps) == [step.position for step in found_steps]


@pytest.mark.parametrize(
    ("outer", "inner", "why"),
    [
        ("", "", None),
        (", if: always()", "", None),
        (", if: false", "", "never runs"),
        ("", ", if: false", "never runs"),
        (", continue-on-error: true", "", "may fail"),
        ("", ", continue-on-error: '${{ inputs.x }}'", "may fail"),
        (", if: inputs.x", "", "is skipped"),
        ("", ", if: runner.os == 'Linux'", "is skipped"),
    ],
)
def test_a_step_of_an_action_holds_only_if_the_one_that_uses_it_does(
    outer: str, inner: str, why: str | None
) -> None:
    files = {"ci": ci(job("a", f"uses: ./x/a{outer}")), "x/a": action(f"{IN_SHELL}{inner}")}
    [use] = found(files).uses
    if why is None:
        assert use.why_ineffective is None
    else:
        assert str(use.why_ineffective).startswith(why)


def test_a_step_runs_after_a_failure_if_it_and_the_one_that_uses_it_do() -> None:
    def careless(outer: str, inner: str) -> list[bool | None]:
        files = {
            "ci": ci(job("a", f"uses: ./x/a{outer}")),
            "x/a": action(f"{IN_SHELL}{inner}"),
        }
        return [step.after_failure for step in steps(files)]

    assert careless("", "") == [False]
    assert careless(", if: always()", "") == [True]
    assert careless("", ", if: failure()") == [None]  # after a failure in the action
    assert careless(", if: success() || inputs.x", "") == [None]


# Inputs


def with_inputs(given: str, script: str, inputs: str = "") -> Found:
    """An action whose step has this script, and that is given these inputs."""
    files = {
        "ci": ci(job("a", f"uses: ./x/a, with: {{ {given} }}")),
        "x/a": action(f"run: {json.dumps(script)}, shell: bash", inputs=inputs),
    }
    return found(files)


DEFAULT = "cmd: { default: make test }"
INPUTS = [
    ("cmd: make test", "${{ inputs.cmd }}", "", 1),
    ("CMD: make test", "${{ inputs.Cmd }}", "", 1),
    ("", "${{ inputs.cmd }}", DEFAULT, 1),
    ("", "${{inputs.CMD}}", DEFAULT, 1),
    ("cmd: make other", "${{ inputs.cmd }}", DEFAULT, 0),
    ("CMD: make other", "${{ inputs.cmd }}", DEFAULT, 0),
    ("cmd: make other", "${{ inputs.CMD }}", DEFAULT.upper().replace("DEFAULT", "default"), 0),
    ("cmd: '${{ github.x }}'", "${{ inputs.cmd }}", DEFAULT, None),
    ("cmd: '${{ inputs.other }}'", "${{ inputs.cmd }}", DEFAULT, None),
    ("", "${{ inputs.cmd }}", "", None),
    ("", "${{ inputs.cmd }}", "cmd: { required: true }", None),
    ("cmd: make test", "${{ inputs.cmd }} || true", "", 0),
    ("cmd: test", "make ${{ inputs.cmd }}", "", 0),
    ("cmd: true", "${{ inputs.cmd }}", DEFAULT, None),
]


@pytest.mark.parametrize(("given", "script", "inputs", "uses"), INPUTS)
def test_a_script_that_is_an_input_is_what_was_handed_to_it(
    given: str, script: str, inputs: str, uses: int | None
) -> None:
    result = with_inputs(given, script, inputs)
    assert len(result.uses) == (uses or 0)
    assert bool(result.unclear) is (uses is None)


def test_an_input_is_passed_on() -> None:
    inner = called(job("t", "run: '${{ inputs.cmd }}'")).replace(
        "on: workflow_call", "on: { workflow_call: { inputs: { cmd: { type: string } } } }"
    )
    middle = called(f"m: {{ uses: ./{FOLDER}/u.yml, with: {{ cmd: '${{{{ inputs.run }}}}' }} }}")
    outer = ci(f"a: {{ uses: ./{FOLDER}/t.yml, with: {{ run: make test }} }}")
    assert len(found({"ci": outer, "t": middle, "u": inner}).uses) == 1
    other = outer.replace("make test", "make lint")
    assert found({"ci": other, "t": middle, "u": inner}).uses == ()
    none = outer.replace(", with: { run: make test }", "")
    assert found({"ci": none, "t": middle, "u": inner}).unclear != ()


def test_an_input_of_the_started_workflow_itself_is_not_known() -> None:
    on = "{ workflow_dispatch: { inputs: { cmd: { default: make test } } } }"
    text = ci(job("a", "run: '${{ inputs.cmd }}'")).replace("push", on)
    assert found({"ci": text}).uses == ()
    assert found({"ci": text}).unclear != ()


# Sizes


def test_the_size_counts_what_is_called_as_often_as_it_is() -> None:
    files = {
        "ci": ci(*(f"j{at}: {{ uses: ./{FOLDER}/t.yml }}" for at in range(3))),
        "t": called(job("a", TEST, "uses: ./x/a")),
        "x/a": action(IN_SHELL, IN_SHELL),
    }
    parts = reusable(files)
    # Each of three jobs calls one job with two steps, of which one is a job of an action and two.
    assert size(parts.workflows[f"{FOLDER}/ci.yml"], parts) == 3 * (1 + (1 + 2) + (1 + 2))


def test_the_size_of_a_circle_has_an_end() -> None:
    parts = reusable({"ci": ci(*(f"j{at}: {{ uses: ./{FOLDER}/ci.yml }}" for at in range(50)))})
    assert size(parts.workflows[f"{FOLDER}/ci.yml"], parts) > 50**10
