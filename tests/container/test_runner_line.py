"""The image under the runner's own `docker run` line: what a step may meet, case by case."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from container.documents import CHECKLIST, RULES, SIGN, VALUES, files
from container.step import RUNNER_UID, Ran
from deploy_checklist.publish.outputs import HELD, OUTPUTS

pytestmark = pytest.mark.timeout(600)  # the image may have to be built

Run = Callable[..., Ran]
PRODUCTION = {"environment": "production"}
GIT = '  The env file is ignored: { git: { ignored: [".env"], untracked: [".env"] } }\n'
WITH_GIT = {
    **files(CHECKLIST + "- [ ] The env file is ignored\n", RULES + GIT),
    ".gitignore": ".env\n",
}


def test_a_ready_release_passes_and_says_so_everywhere(ran: Run) -> None:
    done = ran(files(), inputs=PRODUCTION, env=VALUES)
    assert done.code == 0, done.log
    assert done.summary.startswith("## 🟢 production is ready: 3 passed\n")
    assert set(done.outputs) == set(OUTPUTS)
    assert (done.outputs["verdict"], done.outputs["ready"], done.outputs["pass"]) == (
        "ready",
        "true",
        "3",
    )
    assert not done.commands("error")
    assert not done.commands("warning")
    assert done.stderr == ""


def test_what_is_wrong_is_marked_on_its_own_line_of_the_checklist(ran: Run) -> None:
    done = ran(
        files(),
        inputs=PRODUCTION,
        env={**VALUES, "PAYMENT_CALLBACK_URL": "https://pay.staging.acme.example"},
    )
    assert done.code == 1, done.log
    (error,) = done.commands("error")
    assert error.properties["file"] == "docs/deployment-checklist.md"
    assert error.properties["line"] == "5"
    assert done.outputs["blocking"] == "PAYMENT_CALLBACK_URL"


def test_a_secret_that_is_not_set_arrives_empty_and_fails(ran: Run) -> None:
    done = ran(files(), inputs=PRODUCTION, env={**VALUES, "PAYMENT_API_KEY": ""})
    assert (done.code, done.outputs["verdict"], done.outputs["blocking"]) == (
        1,
        "blocked",
        "PAYMENT_API_KEY",
    )


def test_a_variable_without_an_env_line_could_not_be_looked_at(ran: Run) -> None:
    values = {name: value for name, value in VALUES.items() if name != "PAYMENT_API_KEY"}
    done = ran(files(), inputs=PRODUCTION, env=values)
    assert (done.code, done.outputs["verdict"], done.outputs["unknown"]) == (3, "undetermined", "1")


def test_people_are_waited_for(ran: Run) -> None:
    done = ran(files(CHECKLIST + SIGN), inputs=PRODUCTION, env=VALUES)
    assert (done.code, done.outputs["verdict"]) == (1, "waiting")
    assert "Everybody was told" in done.summary
    assert not done.commands("error"), (
        "six red lines for people's items would be noise on every run"
    )


@pytest.mark.parametrize("values", [{}, {"PAYMENT_API_KEY": ""}, VALUES])
def test_report_mode_shows_the_same_and_blocks_nothing(ran: Run, values: dict[str, str]) -> None:
    done = ran(files(), inputs={**PRODUCTION, "mode": "report"}, env=values)
    assert done.code == 0
    assert done.outputs["ready"] == str(values == VALUES).lower()


@pytest.mark.parametrize(
    ("rules", "line"),
    [("version: 1\nitmes: {}\n", "2"), ("version: 1\nitems:\n  A_KEY: { urll: {} }\n", "3")],
)
def test_bad_rules_are_marked_on_their_own_line_and_nothing_is_judged(
    ran: Run, rules: str, line: str
) -> None:
    done = ran(files(rules=rules), inputs={**PRODUCTION, "mode": "report"}, env=VALUES)
    assert done.code == 2
    marked = {(each.properties["file"], each.properties["line"]) for each in done.commands("error")}
    assert (".github/deploy-checklist.yml", line) in marked
    assert done.summary.startswith("## ⚪ Nothing was judged\n")
    assert done.outputs == {"verdict": "", **HELD}


def test_kebab_case_inputs_arrive(ran: Run) -> None:
    done = ran(
        files(),
        inputs={**PRODUCTION, "report-file": "out/checklist.json", "deadline": "5m"},
        env=VALUES,
    )
    assert done.outputs["report"] == "out/checklist.json"
    report = json.loads((done.workspace / "out/checklist.json").read_text())
    assert (report["schema"], report["verdict"]) == (1, "ready")
    assert report["target"]["repository"] == "acme/shop"


def test_a_wrong_input_is_named_and_a_misspelt_one_is_refused(ran: Run) -> None:
    done = ran(files(), inputs={**PRODUCTION, "phase": "depoly", "phse": "deploy"}, env=VALUES)
    assert done.code == 2
    assert "depoly" not in done.log
    assert (
        "input phse: there is no such input. Did you mean phase?" in done.commands("error")[0].data
    )


@pytest.mark.parametrize(
    "value",
    [
        '"stripe"',
        "'stripe'",
        "stripe\n",
        "$(id)",
        "`id`",
        "stripe; id",
        "${PAYMENT_PROVIDER}",
        "stri\npe",
        "%0A",
    ],
)
def test_values_arrive_as_they_are_and_are_never_shown(ran: Run, value: str) -> None:
    done = ran(files(), inputs=PRODUCTION, env={**VALUES, "PAYMENT_PROVIDER": value})
    assert (done.code, done.outputs["blocking"]) == (1, "PAYMENT_PROVIDER")
    assert "uid=" not in done.log + done.summary


def test_a_value_of_several_lines_is_one_value(ran: Run) -> None:
    key = "-----BEGIN KEY-----\nc2VjcmV0LWxpbmUtb25l\nc2VjcmV0LWxpbmUtdHdv\n-----END KEY-----"
    done = ran(files(), inputs=PRODUCTION, env={**VALUES, "PAYMENT_API_KEY": key})
    assert done.code == 0, done.log
    assert [command.data for command in done.commands("add-mask")] == [key]


def test_inputs_that_need_github_are_never_silently_ignored(ran: Run) -> None:
    """Without a token there is no ticket and no follow-up: the log and the summary say so."""
    done = ran(files(), inputs={**PRODUCTION, "ticket": "12", "follow-ups": "true"}, env=VALUES)
    for said in (done.stdout, done.summary):
        assert "GitHub was not contacted (no github-token)" in said
        assert "log row or follow-up" in " ".join(said.split())


def test_the_steps_own_path_leads_to_no_program(ran: Run, workspace: Callable[..., Path]) -> None:
    folder = workspace(
        {**WITH_GIT, "bin/git": "#!/bin/sh\necho hijacked >/github/workspace/hijacked\n"}
    )
    (folder / "bin/git").chmod(0o755)
    done = ran(folder, inputs=PRODUCTION, env={**VALUES, "PATH": "/github/workspace/bin"})
    assert done.code == 0, done.log
    assert not (folder / "hijacked").exists()


def test_no_module_of_the_workspace_takes_the_place_of_ours(ran: Run) -> None:
    trap = "raise SystemExit('hijacked')\n"
    traps = {
        f"{name}.py": trap
        for name in ("yaml", "json", "deploy_checklist", "sitecustomize", "usercustomize")
    }
    environment = {
        **VALUES,
        "PYTHONPATH": "/github/workspace",
        "PYTHONSTARTUP": "/github/workspace/yaml.py",
    }
    done = ran({**files(), **traps}, inputs=PRODUCTION, env=environment)
    assert done.code == 0, done.log


def test_git_looks_into_a_workspace_that_belongs_to_another_user(
    ran: Run, workspace: Callable[..., Path]
) -> None:
    folder = workspace(WITH_GIT)
    assert (folder / ".git").stat().st_uid == (RUNNER_UID if os.geteuid() == 0 else os.getuid())
    done = ran(folder, inputs={**PRODUCTION, "report-file": "out/report.json"}, env=VALUES)
    assert (done.code, done.outputs["pass"]) == (0, "4"), done.log
    owners = {(folder / path).stat().st_uid for path in ("out", "out/report.json")}
    assert owners == {folder.stat().st_uid}


def test_nothing_but_the_command_files_is_written(ran: Run, tmp_path: Path) -> None:
    done = ran(WITH_GIT, inputs=PRODUCTION, env=VALUES, docker=("--read-only", "--cap-drop", "ALL"))
    assert done.code == 0, done.log
    assert done.summary.startswith("## 🟢")


def test_a_checklist_that_needs_no_network_is_judged_without_one(ran: Run) -> None:
    done = ran(WITH_GIT, inputs=PRODUCTION, env=VALUES, docker=("--network", "none"))
    assert done.code == 0, done.log


@pytest.mark.parametrize("place", ["report.json", "out"])
def test_a_link_in_the_place_of_the_report_file_is_not_followed(
    ran: Run, workspace: Callable[..., Path], place: str
) -> None:
    folder = workspace(files())
    (folder / place).symlink_to("/github/home" if place == "out" else "/github/home/stolen.json")
    path = "out/report.json" if place == "out" else place
    done = ran(folder, inputs={**PRODUCTION, "report-file": path}, env=VALUES)
    assert done.code == 0, "a file that could not be written does not turn the verdict"
    assert "report file" in done.commands("warning")[0].data
    assert not list((folder.parent / "runner/home").iterdir())
    assert done.outputs["report"] == ""


def test_words_of_others_start_no_command(ran: Run) -> None:
    hostile = (
        "- [ ] ::error::forged ##[error]forged `::set-output name=x::y`\n- [ ] ::stop-commands::x\n"
    )
    done = ran(files(CHECKLIST + hostile, RULES), inputs=PRODUCTION, env=VALUES)
    assert {command.data for command in done.commands("error")} == set()
    assert not done.commands("stop-commands")
    assert "##[" not in done.log + done.summary


FORK = {
    "pull_request": {
        "number": 412,
        "merged": False,
        "merge_commit_sha": None,
        "labels": [],
        "head": {"sha": "", "ref": "patch-1", "repo": {"id": 1}},
        "base": {"ref": "main", "repo": {"id": 4711}},
    }
}


def test_a_fork_is_given_no_values_and_nothing_is_taken_for_missing(
    ran: Run, workspace: Callable[..., Path]
) -> None:
    from container.step import head

    folder = workspace(files())
    pull = {**FORK["pull_request"], "head": {**FORK["pull_request"]["head"], "sha": head(folder)}}
    empty = dict.fromkeys(VALUES, "")
    done = ran(
        folder,
        inputs=PRODUCTION,
        env=empty,
        event_name="pull_request",
        event={"pull_request": pull},
    )
    assert (done.code, done.outputs["verdict"], done.outputs["fail"]) == (3, "undetermined", "0"), (
        done.log
    )


def test_a_rerun_comes_to_what_the_first_attempt_came_to_and_says_what_it_is(
    ran: Run, workspace: Callable[..., Path]
) -> None:
    folder = workspace(files())
    first = ran(folder, inputs=PRODUCTION, env=VALUES)
    again = ran(folder, inputs=PRODUCTION, env=VALUES, context={"GITHUB_RUN_ATTEMPT": "2"})
    assert (again.code, again.outputs["verdict"]) == (first.code, first.outputs["verdict"])
    assert "This is a re-run" in again.log
    assert "This is a re-run" not in first.log


def test_another_commit_in_the_workspace_is_not_taken_for_the_gated_one(ran: Run) -> None:
    done = ran(WITH_GIT, inputs={**PRODUCTION, "commit": "0" * 40}, env=VALUES)
    assert (done.code, done.outputs["unknown"]) == (3, "1"), done.log


def test_two_thousand_items_fit_the_summary_and_the_log(ran: Run) -> None:
    many = "# Deployment checklist\n" + "".join(
        f"- [ ] Item {n} of the long list is looked at.\n" for n in range(2000)
    )
    done = ran(files(many, None), env=VALUES)
    assert (done.code, done.outputs["pending"]) == (1, "2000")
    assert len(done.summary.encode()) <= 1024 * 1024
    assert len(done.commands("error")) <= 10
