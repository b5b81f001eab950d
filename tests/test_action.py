"""The step as a function of its environment: what it prints, writes and returns (tests/container runs the image)."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import pytest

from container.documents import CHECKLIST, RULES, SIGN, VALUES, files
from container.step import commands, outputs
from deploy_checklist import action
from deploy_checklist.publish.outputs import HELD, OUTPUTS
from deploy_checklist.publish.publishers import PUBLISHERS
from deploy_checklist.settings import Inputs

SOURCE = Path(action.__file__).parent


@dataclass(frozen=True, kw_only=True)
class Step:
    """A checkout and the command files of a runner."""

    folder: Path
    commit: str

    def run(self, environ: Mapping[str, str]) -> tuple[int, str]:
        out = StringIO()
        return action.run({**self.context(), **environ}, out), out.getvalue()

    def context(self) -> dict[str, str]:
        return {
            "GITHUB_ACTIONS": "true",
            "GITHUB_EVENT_NAME": "push",
            "GITHUB_REF": "refs/heads/main",
            "GITHUB_REPOSITORY": "acme/shop",
            "GITHUB_RUN_ID": "1842",
            "GITHUB_SHA": self.commit,
            "GITHUB_WORKSPACE": str(self.folder),
            "GITHUB_STEP_SUMMARY": str(self.folder.parent / "summary"),
            "GITHUB_OUTPUT": str(self.folder.parent / "output"),
            "INPUT_ENVIRONMENT": "production",
        }

    @property
    def summary(self) -> str:
        return (self.folder.parent / "summary").read_text()

    @property
    def outputs(self) -> dict[str, str]:
        return outputs((self.folder.parent / "output").read_text())


@pytest.fixture
def step(tmp_path: Path) -> Step:
    return checkout(tmp_path, files(CHECKLIST + SIGN))


def checkout(tmp_path: Path, given: Mapping[str, str]) -> Step:
    folder = tmp_path / "shop"
    for path, text in given.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text)
    git = ["git", "-C", str(folder), "-c", "user.name=o", "-c", "user.email=o@acme.example"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-qm", "first"]):
        subprocess.run([*git, *words], check=True)
    for name in ("summary", "output"):
        (tmp_path / name).touch()
    head = subprocess.run(
        [*git, "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    ).stdout.strip()
    return Step(folder=folder, commit=head)


def test_every_input_is_served() -> None:
    folders = ("runtime", "run", "publish")
    reading = [
        SOURCE / "action.py",
        *(path for each in folders for path in SOURCE.glob(f"{each}/*.py")),
    ]
    code = "".join(path.read_text() for path in reading)
    assert {name for name in Inputs.model_fields if f"inputs.{name}" not in code} == set()


def test_every_declared_output_is_written(step: Step) -> None:
    code, _ = step.run(VALUES)
    assert code == 1
    assert set(step.outputs) == set(OUTPUTS)
    assert step.outputs["waiting"] == "everybody"
    assert step.outputs["verdict"] == "waiting"


def test_a_secret_is_masked_once_however_many_variables_hold_it(step: Step) -> None:
    secret = VALUES["PAYMENT_API_KEY"]
    _, said = step.run(
        {
            **VALUES,
            "STRIPE_API_KEY": secret,
            "INPUT_STATUS-TOKEN": secret,
            "ACTIONS_RUNTIME_TOKEN": secret,
        }
    )
    assert said.count(secret) == 1
    assert said.startswith(f"::add-mask::{secret}\n")


def test_the_key_of_pythons_image_is_no_secret_of_the_team(step: Step) -> None:
    _, said = step.run({**VALUES, "GPG_KEY": "7169605F62C751356D054A26A821E680E5FA6305"})
    assert "7169605F" not in said


def test_outside_of_github_nothing_is_masked(step: Step) -> None:
    _, said = step.run({**VALUES, "GITHUB_ACTIONS": ""})
    assert "add-mask" not in said


def test_the_log_is_folded_and_the_sentence_stands_below_it(step: Step) -> None:
    _, said = step.run(VALUES)
    shown = said[said.index("::group::") :]
    assert shown.startswith("::group::docs/deployment-checklist.md\n")
    assert shown.partition("::endgroup::\n")[2].startswith("waiting: 1 to sign")


def test_the_report_file_comes_before_the_summary_and_a_publisher_that_fails_stops_no_other(
    step: Step,
) -> None:
    assert list(PUBLISHERS)[:2] == ["report file", "job summary"]
    (step.folder / "report.json").symlink_to(step.folder.parent / "stolen")
    code, said = step.run({**VALUES, "INPUT_REPORT-FILE": "report.json"})
    assert code == 1
    assert [each.name for each in commands(said) if "report file was not written" in each.data] == [
        "warning"
    ]
    assert not (step.folder.parent / "stolen").exists()
    assert step.summary
    assert step.outputs["report"] == ""


@pytest.mark.parametrize("name", ["checklist", "rules"])
def test_an_input_that_names_a_link_out_of_the_checkout_is_refused(step: Step, name: str) -> None:
    (step.folder.parent / "secret").write_text("s3cr3t: 1\n")
    (step.folder / "linked").symlink_to(step.folder.parent / "secret")
    code, said = step.run({**VALUES, f"INPUT_{name.upper()}": "linked"})
    assert code == 2
    assert "has a symbolic link to a place outside the repository" in said
    assert "s3cr3t" not in said + step.summary


def test_a_url_of_github_that_is_none_is_annotated_with_its_name(step: Step) -> None:
    code, said = step.run({**VALUES, "GITHUB_API_URL": "http://["})
    assert code == 2
    (error,) = (each for each in commands(said) if each.name == "error")
    assert error.data == (
        "GITHUB_API_URL: should be an http or https URL, such as https://api.github.com"
    )


def test_a_summary_that_cannot_be_written_is_reported_and_the_exit_code_stays(step: Step) -> None:
    code, said = step.run({**VALUES, "GITHUB_STEP_SUMMARY": str(step.folder)})
    assert code == 1
    assert "the job summary was not written" in said


def test_the_report_is_the_one_that_the_command_line_gives(step: Step) -> None:
    step.run({**VALUES, "INPUT_REPORT-FILE": "out/report.json"})
    report = json.loads((step.folder / "out/report.json").read_text())
    assert report["target"] == {
        "repository": "acme/shop",
        "commit": step.commit,
        "pull_request": None,
        "tag": None,
    }
    assert report["verdict"] == "waiting"


def test_nothing_judged_is_reported_at_once_on_every_line_and_in_the_summary(
    tmp_path: Path,
) -> None:
    step = checkout(
        tmp_path, files(rules="version: 1\nitems:\n  A_KEY: { urll: {} }\n  B_KEY: { urll: {} }\n")
    )
    code, said = step.run(VALUES)
    assert code == 2
    assert {each.properties["line"] for each in commands(said) if each.name == "error"} >= {
        "3",
        "4",
    }
    assert step.summary.startswith("## ⚪ Nothing was judged\n- ")
    assert step.outputs == {"verdict": "", **HELD}


def test_more_mistakes_than_github_annotates_are_counted_and_listed_in_the_summary(
    tmp_path: Path,
) -> None:
    mistakes = "".join(f"  ITEM_{number}_KEY: {{ urll: {{}} }}\n" for number in range(14))
    step = checkout(tmp_path, files(rules=f"version: 1\nitems:\n{mistakes}"))
    _, said = step.run(VALUES)
    annotated = [each.data for each in commands(said) if each.name == "error"]
    listed = step.summary.count("\n- ")
    assert len(annotated) == 10
    assert listed >= 14
    assert annotated[-1] == f"and {listed - 9} more; the summary of this run lists them all"


def test_inputs_that_are_wrong_are_annotations_without_a_file(step: Step) -> None:
    code, said = step.run({"INPUT_PHASE": "depoly", "INPUT_TICKET": "first"})
    assert code == 2
    found = [each for each in commands(said) if each.name == "error"]
    assert [each.properties for each in found] == [{}, {}]
    assert "input phase" in found[0].data
    assert "input ticket" in found[1].data


@pytest.mark.parametrize("event", ["issues", "watch", None])
def test_an_event_that_says_nothing_of_a_release_is_refused(step: Step, event: str | None) -> None:
    code, said = step.run({**VALUES, "GITHUB_EVENT_NAME": event or ""})
    assert code == 2
    assert "::error::" in said


def test_values_are_withheld_from_dependabot_and_not_from_a_rerun(step: Step) -> None:
    pull = {
        "number": 7,
        "head": {"sha": step.commit, "ref": "release/2", "repo": {"id": 1}},
        "base": {"ref": "main", "repo": {"id": 1}},
        "labels": [],
        "merge_commit_sha": None,
    }
    payload = step.folder.parent / "event.json"
    payload.write_text(json.dumps({"pull_request": pull}))
    event = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": str(payload)}
    assert step.run({**VALUES, **event, "GITHUB_ACTOR": "octo"})[0] == 1
    assert step.run({**VALUES, **event, "GITHUB_ACTOR": "dependabot[bot]"})[0] == 3
    assert step.run({**VALUES, "GITHUB_RUN_ATTEMPT": "2"})[0] == step.run(VALUES)[0] == 1


def test_a_tag_is_known_to_the_rules(tmp_path: Path) -> None:
    rules = RULES.replace("one_of: [stripe, paynow]", 'equals: "${version}"')
    step = checkout(tmp_path, files(rules=rules))
    assert (
        step.run({**VALUES, "PAYMENT_PROVIDER": "1.2.3", "GITHUB_REF": "refs/tags/v1.2.3"})[0] == 0
    )
    assert step.run({**VALUES, "PAYMENT_PROVIDER": "1.2.3"})[0] == 3
