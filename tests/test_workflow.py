"""`deploy-checklist workflow`: new workflows, ready to commit, that schema and zizmor accept."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
import yaml

from deploy_checklist.checklist.model import Checklist
from deploy_checklist.checklist.parse import parse
from deploy_checklist.commands.workflow import RepositoryShape, team_workflows
from deploy_checklist.commands.workflow_files import Gate
from deploy_checklist.inference.infer import inferred
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.rules.model import Rules
from deploy_checklist.run.deploy_gate import DeployGateStep, is_proven

CHECKLIST = """\
# Deployment checklist
- [ ] `PAYMENT_PROVIDER` set to the active gateway.
- [ ] `PAYMENT_API_KEY` present in environment secrets.

## After the deployment
- [ ] `HEALTH_URL` answers.
"""


def no_rules() -> Rules:
    return Rules(
        path=None,
        checklist=None,
        environments={},
        environment=None,
        facts={},
        roles={},
        sections={},
        rules=(),
        waivers=(),
        signed=(),
        lines={},
    )


def workflows(
    checklist: Checklist, rules: Rules, inputs: Mapping[str, str], gate: str | None = None
) -> list[str]:
    """The gate, its comments and a deployment, for a repository that has none."""
    others = {name: value for name, value in inputs.items() if name != "environment"}
    environments = (inputs["environment"],) if "environment" in inputs else ()
    one = Gate(name=gate, environments=environments, inputs=others)
    found = team_workflows(checklist, [rules], one, RepositoryShape(branch="main"))
    assert found.insertions == ()
    return [each.text for each in found.files]


def printed(
    environment: str | None = "production", checklist: str = CHECKLIST
) -> tuple[str, str, str]:
    gate, comments, deploy = workflows(
        parse(checklist, "docs/deployment-checklist.md"),
        no_rules(),
        {"environment": environment} if environment else {},
    )
    return gate, comments, deploy


@pytest.fixture(params=["production", None, "on", "eu west: 1 # blue", 'x"y', "prod-1", "eu 🚀"])
def repository(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    """A repository with both workflows, for an environment of this name."""
    folder = tmp_path / ".github/workflows"
    folder.mkdir(parents=True)
    names = ("deploy-checklist.yml", "deploy-checklist-comments.yml", "deploy.yml")
    for name, text in zip(names, printed(request.param), strict=True):
        assert text.startswith(f"# .github/workflows/{name}: ")
        (folder / name).write_text(text)
    return tmp_path


def tool(name: str, *arguments: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    line = [str(Path(sys.executable).with_name(name)), *arguments]
    return subprocess.run(line, cwd=cwd, capture_output=True, text=True, check=False)


def test_all_pass_the_workflow_schema_and_zizmor_whatever_the_environment_is_called(
    repository: Path,
) -> None:
    files = [str(path) for path in (repository / ".github/workflows").iterdir()]
    schema = tool(
        "check-jsonschema", "--builtin-schema", "vendor.github-workflows", *files, cwd=repository
    )
    assert schema.returncode == 0, schema.stdout
    audit = tool("zizmor", "--offline", "--no-progress", ".", cwd=repository)
    assert audit.returncode == 0, audit.stdout


def test_each_variable_has_one_line_from_the_place_where_it_is_kept() -> None:
    gate, _, deploy = (yaml.safe_load(text) for text in printed())
    before, _, after = deploy["jobs"]["deploy"]["steps"][1:]
    assert before["env"] == {
        "PAYMENT_PROVIDER": "${{ vars.PAYMENT_PROVIDER }}",
        "PAYMENT_API_KEY": "${{ secrets.PAYMENT_API_KEY }}",
        "HEALTH_URL": "${{ secrets.HEALTH_URL }}",
    }
    assert after["env"] == {"HEALTH_URL": "${{ secrets.HEALTH_URL }}"}, (
        "the last step is handed what its own items name"
    )
    assert "env" not in gate["jobs"]["gate"]["steps"][1]


def test_no_value_is_in_reach_of_the_gate_and_no_secret_is_passed_unnamed() -> None:
    gate, comments, deploy = printed()
    for text in (gate, comments):
        assert "environment" not in yaml.safe_load(text)["jobs"]["gate"]
        assert "secrets." not in text
    assert "toJSON(secrets)" not in gate + comments + deploy


def test_a_deployment_can_be_started_again_on_a_tag_and_on_nothing_else() -> None:
    """A re-run may be handed old secrets; a new run is not, and the gate before still counts on it."""
    text = printed()[2]
    deploy = yaml.safe_load(text)
    assert "workflow_dispatch" in deploy[True]  # YAML 1.1 reads `on` so
    assert deploy["jobs"]["deploy"]["if"] == "startsWith(github.ref, 'refs/tags/v')"
    step = DeployGateStep(
        action="org/deploy-checklist", environment="production", checklist=None, rules=None
    )
    assert is_proven({".github/workflows/deploy.yml": text.encode()}, step)


def test_a_chat_comment_cannot_cancel_a_waiting_tick() -> None:
    """Ticks and pushes of one pull request wait in one line, although they start two workflows."""
    gate, comments = map(yaml.safe_load, printed()[:2])
    lines = [each["jobs"]["gate"]["concurrency"] for each in (gate, comments)]
    assert not {"concurrency"} & {*gate, *comments}
    assert [line["cancel-in-progress"] for line in lines] == [False, False]
    of_pull_request = "deploy-checklist-production-${{ github.event.pull_request.number || "
    assert all(line["group"].startswith(of_pull_request) for line in lines)


def test_a_run_on_a_branch_cannot_cancel_a_waiting_deployment() -> None:
    """GitHub claims a workflow's group before it reads the `if:` of a job."""
    deploy = yaml.safe_load(printed()[2])
    assert "concurrency" not in deploy
    assert deploy["jobs"]["deploy"]["concurrency"] == {
        "group": "deploy-production",
        "cancel-in-progress": False,
    }


@pytest.mark.parametrize(
    ("text", "before_an_edit", "starts"),
    [
        ("/checklist sign tls", "", True),
        ("I looked.\r\n\r\n/checklist sign tls", "", True),
        ("I did not look.", "I looked.\n/checklist sign tls", True),
        ("I looked.", "", False),
        ("> /checklist sign tls", "write `/checklist sign tls`", False),
    ],
)
def test_a_comment_starts_a_run_where_a_line_of_it_begins_with_a_command(
    text: str, before_an_edit: str, starts: bool
) -> None:
    """GitHub's `contains(format(A, text, before), B)`, in Python's words."""
    condition = yaml.safe_load(printed()[1])["jobs"]["gate"]["if"]
    both, sought = map(json.loads, re.findall(r"fromJSON\('(\"[^']*\")'\)", condition))
    assert (sought in both.format(text, before_an_edit)) is starts


def test_the_pull_request_is_never_checked_out() -> None:
    checkout, _ = yaml.safe_load(printed()[0])["jobs"]["gate"]["steps"]
    assert (
        checkout["if"]
        == """contains(fromJSON('["push", "workflow_run", "workflow_dispatch"]'), github.event_name)"""
    )
    assert checkout["with"]["persist-credentials"] is False


def test_every_action_of_others_is_pinned_by_a_commit() -> None:
    used = [
        step["uses"]
        for text in printed()
        for job in yaml.safe_load(text)["jobs"].values()
        for step in job["steps"]
        if "uses" in step
    ]
    others = [use for use in used if not use.startswith("org/deploy-checklist@")]
    assert others
    assert all(len(use.partition("@")[2]) == 40 for use in others)


def test_files_that_the_action_would_not_find_are_named_in_every_step() -> None:
    inputs = {"environment": "yes", "checklist": "docs/ops/go-live.md", "rules": "rules.yml"}
    for text in workflows(parse(CHECKLIST, "docs/ops/go-live.md"), no_rules(), inputs):
        steps = [step for job in yaml.safe_load(text)["jobs"].values() for step in job["steps"]]
        ours = [
            step["with"]
            for step in steps
            if step.get("uses", "").startswith("org/deploy-checklist@")
        ]
        assert ours
        assert all(inputs.items() <= each.items() for each in ours)


def test_two_environments_do_not_wait_in_one_line() -> None:
    groups = {
        yaml.safe_load(text)["jobs"]["gate"]["concurrency"]["group"]
        for name in ("a b", "c", None)
        for text in printed(name)[:2]
    }
    assert len(groups) == 6
    assert sum(" || github.sha }}" in group for group in groups) == 3


def test_the_date_of_a_rotation_is_passed_unless_the_rule_says_where_it_is() -> None:
    text = """\
version: 1
items:
  PAYMENT_API_KEY: { secret: true, rotated_within: 90d, min_length: 20 }
  PAYMENT_PROVIDER: { rotated_within: { within: 90d, source: github } }
"""
    rules = resolve(load(text, "rules.yml"), None, {})
    *_, deploy = workflows(parse(CHECKLIST, "checklist.md"), rules, {})
    env = yaml.safe_load(deploy)["jobs"]["deploy"]["steps"][1]["env"]
    assert env["PAYMENT_API_KEY_ROTATED_AT"] == "${{ vars.PAYMENT_API_KEY_ROTATED_AT }}"
    assert "PAYMENT_PROVIDER_ROTATED_AT" not in env


def test_a_checklist_without_variables_passes_nothing() -> None:
    *_, deploy = printed(checklist="- [ ] Everybody was told.\n")
    assert not any("env" in step for step in yaml.safe_load(deploy)["jobs"]["deploy"]["steps"])


def test_what_a_rule_asks_after_the_deployment_is_handed_to_the_last_step() -> None:
    """Its own variables and those that its conditions ask; not those of the rules before."""
    text = """\
version: 1
facts: { paid: { env: PLAN, equals: paid } }
items:
  PAYMENT_API_KEY: secret
  PAYMENT_PROVIDER: { when: paid, phase: after, equals_env: WANTED_PROVIDER }
"""
    rules = resolve(load(text, "rules.yml"), None, {})
    *_, deploy = workflows(parse(CHECKLIST, "checklist.md"), rules, {"environment": "production"})
    after = yaml.safe_load(deploy)["jobs"]["deploy"]["steps"][-1]
    assert set(after["env"]) == {"PAYMENT_PROVIDER", "HEALTH_URL", "WANTED_PROVIDER", "PLAN"}


def test_the_workflows_of_two_gates_are_files_of_their_own_and_do_not_wait_in_one_line(
    tmp_path: Path,
) -> None:
    seen: list[tuple[str, ...]] = []
    for name in ("services/api", "services-api", None):
        rules, checklist = no_rules(), parse(CHECKLIST, "services/api/list.md")
        texts = workflows(checklist, rules, {"environment": "production"}, name)
        gate, comments, deploy = (yaml.safe_load(text) for text in texts)
        groups = (
            gate["jobs"]["gate"]["concurrency"]["group"],
            comments["jobs"]["gate"]["concurrency"]["group"],
            deploy["jobs"]["deploy"]["concurrency"]["group"],
        )
        seen.append((gate["name"], comments["name"], deploy["name"], *groups))
        if name == "services/api":
            assert texts[0].startswith("# .github/workflows/deploy-checklist-services-api.yml: ")
            assert texts[1].startswith(
                "# .github/workflows/deploy-checklist-services-api-comments.yml: "
            )
            assert texts[2].startswith("# .github/workflows/deploy-services-api.yml: ")
            folder = tmp_path / ".github/workflows"
            folder.mkdir(parents=True)
            for file, text in enumerate(texts):
                (folder / f"{file}.yml").write_text(text)
            audit = tool("zizmor", "--offline", "--no-progress", ".", cwd=tmp_path)
            assert audit.returncode == 0, audit.stdout
    assert len({each for of_gate in seen for each in of_gate}) == 18
    assert seen[0][3].startswith("deploy-checklist-services/api/production-${{")
    assert seen[0][5] == "services/api/deploy-production"


def test_the_page_on_several_services_has_the_line_that_is_printed() -> None:
    page = (Path(__file__).parents[1] / "docs/several-services.md").read_text()
    (shown,) = [block for block in page.split("```") if block.startswith("yaml\njobs:")]
    job = yaml.safe_load(shown.removeprefix("yaml\n"))["jobs"]["gate"]
    services = job["strategy"]["matrix"]["service"]
    for service in services:
        inputs = {"environment": "production"}
        text = workflows(parse(CHECKLIST, "x.md"), no_rules(), inputs, f"services/{service}")
        printed_group = yaml.safe_load(text[0])["jobs"]["gate"]["concurrency"]
        group = {
            key: str(value).replace("${{ matrix.service }}", service)
            for key, value in job["concurrency"].items()
        }
        assert " ".join(group["group"].split()) == " ".join(printed_group["group"].split())
    assert len(services) == 2


GONE = """\
# Release
- [ ] `API_KEY` is set
- [ ] `OLD_TOKEN` is no longer used
- [ ] `KEPT_KEY` replaces what is no longer used
- [ ] `GONE_KEY` must not be set

## Variables we removed
- [ ] `OTHER_KEY`
- [ ] `KEPT_KEY`

## Values
- [ ] `KEPT_KEY` was checked by hand
"""


def test_what_the_document_says_is_gone_is_passed_only_to_see_that_it_is() -> None:
    checklist = parse(GONE, "checklist.md")
    texts = workflows(checklist, inferred(checklist, None), {})
    for text in texts:
        handed = re.findall(
            r"^ +([A-Z_]+): \$\{\{ (?:secrets|vars)\.\1 \}\}(.*)$", text, re.MULTILINE
        )
        assert [name for name, _ in handed] in ([], ["API_KEY", "KEPT_KEY", "GONE_KEY"])
        notes = {name: note for name, note in handed if note}
        assert notes == ({"GONE_KEY": " # must stay empty if GitHub has none"} if handed else {})
    by_rules = resolve(load("version: 1\nitems: { OLD_TOKEN: secret }\n", "rules.yml"), None, {})
    assert "OLD_TOKEN: ${{ secrets.OLD_TOKEN }}\n" in workflows(checklist, by_rules, {})[2]
