"""Which job deploys, and what is written whole: never guessed without a word."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from deploy_checklist.commands.workflow import TeamWorkflows, rendered
from deploy_checklist.errors import Unusable
from workflow_command.made import found, jobs, pasted, schema_errors, steps


def deploy(*, environment: str | None = None, run: str = "./deploy.sh") -> str:
    owns = f"    environment: {environment}\n" if environment else ""
    return (
        f"on: push\njobs:\n  ship:\n    runs-on: ubuntu-latest\n{owns}    steps:\n"
        f"      - run: {run}\n"
    )


def places(printed: TeamWorkflows) -> list[str]:
    return [each.found.place for each in printed.insertions]


def names(printed: TeamWorkflows) -> list[str]:
    return [each.path.rpartition("/")[2] for each in printed.files]


GATE_FILES = ["deploy-checklist.yml", "deploy-checklist-comments.yml"]


def test_the_job_that_owns_the_environment_is_the_one() -> None:
    files = {
        "a.yml": deploy(environment="staging"),
        "b.yml": deploy(environment="production"),
        "deploy-docs.yml": deploy(environment="github-pages"),
        "deploy.yml": deploy(),
    }
    printed = found(files)
    assert (places(printed), names(printed)) == (["b.yml:ship"], GATE_FILES)
    both = found(files, ("staging", "production"))
    assert places(both) == ["a.yml:ship", "b.yml:ship"]


def test_a_job_that_only_asks_the_gate_deploys_nothing() -> None:
    """Whatever its name, as in the workflow of a release tool; nor does it by the environment."""
    gate = (
        "on: push\njobs:\n  gate:\n    name: Deployment checklist\n    runs-on: x\n"
        "    environment: production\n"
        "    steps: [ { uses: actions/checkout@v5 }, { uses: acme/deploy-checklist@v1 } ]\n"
    )
    files = {"release.yml": gate, "ship.yml": deploy(environment="production")}
    assert places(found(files)) == ["ship.yml:ship"]


def test_every_job_that_deploys_to_the_environment_gets_the_steps() -> None:
    files = {
        "api.yml": deploy(environment="production"),
        "web.yml": deploy(environment="production"),
    }
    assert places(found(files)) == ["api.yml:ship", "web.yml:ship"]


def test_of_the_jobs_that_own_it_those_that_deploy_are_meant_and_the_others_are_named() -> None:
    files = {
        "deploy.yml": deploy(environment="production"),
        "restart.yml": deploy(environment="production", run="./restart.sh"),
    }
    printed = found(files)
    assert places(printed) == ["deploy.yml:ship"]
    told = " ".join(rendered(printed).replace("\n# ", " ").split())
    assert "`restart.yml:ship` may also deploy to `production`" in told


def test_where_several_may_be_the_one_all_are_named_and_a_person_chooses() -> None:
    files = {"deploy-api.yml": deploy(), "deploy-web.yml": deploy()}
    printed = found(files)
    assert (places(printed), names(printed)) == ([], GATE_FILES)
    for place in ("deploy-api.yml:ship", "deploy-web.yml:ship"):
        assert f"#   --job {place} (line 3, no environment)\n" in rendered(printed)
        assert places(found(files, job=place)) == [place]
    with pytest.raises(Unusable, match=r"no job `deploy\.yml:x`"):
        found(files, job="deploy.yml:x")


def test_a_deployment_that_owns_another_environment_is_no_guess_for_this_one() -> None:
    printed = found({"deploy.yml": deploy(environment="acme-org"), "publish.yml": deploy()})
    assert places(printed) == []
    assert "Which job deploys to `production`?" in rendered(printed)
    assert places(found({"deploy-dev.yml": deploy()})) == []


def test_another_name_of_the_environment_is_reported() -> None:
    (one,) = found({"deploy.yml": deploy(environment="prod")}).insertions
    assert "calls its environment `prod`, the rules `production`" in one.remarks[0]


def test_a_job_without_an_environment_is_told_what_it_lacks() -> None:
    (one,) = found({"deploy.yml": deploy()}).insertions
    assert "no `environment:`" in one.remarks[0]
    assert steps(pasted(found({"deploy.yml": deploy()}))["deploy.yml"], "ship")[0] == "[deploy]"


def test_where_nothing_deploys_a_whole_file_is_printed_for_all_environments(tmp_path: Path) -> None:
    ci = "name: Tests\non: { push: { branches: [develop] } }\njobs: { t: { runs-on: x, steps: [{ run: make }] } }\n"
    printed = found(
        {"ci.yml": ci}, ("staging", "production"), branch="develop", tags=("2.1.0", "2.0.0", "old")
    )
    assert names(printed) == [*GATE_FILES, "deploy.yml"]
    gate, comments, whole = (each.text for each in printed.files)
    every = jobs(whole)
    assert [every[name]["environment"] for name in every] == ["staging", "production"]
    assert every["production"]["needs"] == ["staging"]
    for text in (gate, comments):
        job = jobs(text)["gate"]
        assert job["strategy"]["matrix"] == {"environment": ["staging", "production"]}
        assert job["steps"][-1]["with"]["environment"] == "${{ matrix.environment }}"
        assert "${{ matrix.environment }}" in job["concurrency"]["group"]
    on = yaml.safe_load(gate)[True]
    assert on["push"]["branches"] == on["pull_request_target"]["branches"] == ["develop"]
    assert on["workflow_run"]["workflows"] == ["Tests"]
    assert yaml.safe_load(whole)[True]["push"]["tags"] == ["[0-9]*.[0-9]*.[0-9]*"]
    assert schema_errors(tmp_path, [gate, comments, whole]) == ""


def test_each_job_of_the_whole_file_has_an_id_that_github_takes(tmp_path: Path) -> None:
    environments = ("日本", "本番", "prod/eu", "prod-eu", "prod.eu", "1st", "true", "-", "a: #b")
    text = found({}, environments).files[-1].text
    jobs = yaml.load(text, Loader=yaml.BaseLoader)["jobs"]
    ids = list(jobs)
    assert ids == [
        *("deploy", "deploy-2", "prod-eu", "prod-eu-2", "prod-eu-3", "_1st", "true", "deploy-3"),
        "a-b",
    ]
    assert [job["environment"] for job in jobs.values()] == list(environments)
    assert [job.get("needs") for job in jobs.values()] == [None, *([each] for each in ids[:-1])]
    assert schema_errors(tmp_path, [text]) == ""


def test_without_a_workflow_on_a_push_none_is_waited_for() -> None:
    gate, *_ = found({}).files
    assert "workflow_run" not in yaml.safe_load(gate.text)[True]
    assert "this clone does not know" in rendered(found({}, branch=None))


@pytest.mark.parametrize(
    ("tags", "glob"),
    [
        (("v1.2.3", "v1"), "v*.*.*"),
        (("v1.2", "v1.1"), "v*.*"),
        (("api-v1.2.3", "api-v1.2.2", "v9.9.9"), "api-v*.*.*"),
        (("nightly",), "v*.*.*"),
    ],
)
def test_the_tags_in_use_start_the_deployment(tags: tuple[str, ...], glob: str) -> None:
    whole = found({}, tags=tags).files[-1].text
    assert yaml.safe_load(whole)[True]["push"]["tags"] == [glob]
    prefix = glob.partition("*")[0]
    assert jobs(whole)["deploy"]["if"] == f"startsWith(github.ref, 'refs/tags/{prefix}')"


def test_jobs_that_deploy_elsewhere_are_named_and_no_second_deployment_is_printed() -> None:
    """Its words do not say so, and a person may know that it is the one."""
    files = {"deploy-dev.yml": deploy(environment="dev")}
    printed = found(files)
    assert names(printed) == GATE_FILES
    assert "#   --job deploy-dev.yml:ship (line 3, environment dev)\n" in rendered(printed)
    chosen = pasted(found(files, job="deploy-dev.yml:ship"))["deploy-dev.yml"]
    assert steps(chosen, "ship") == ["[deploy]", "./deploy.sh", "[after]"]


def test_what_an_expression_only_compares_with_is_no_environment_that_it_may_be() -> None:
    """A step under a condition that never holds would look like a gate and be none."""
    written = "${{ needs.plan.outputs.changes == 'true' && 'review' || '' }}"
    printed = found({"deploy.yml": deploy(environment=f'"{written}"')})
    assert places(printed) == []
    assert "--job deploy.yml:ship" in rendered(printed)


def test_a_job_whose_environment_has_other_letters_is_told_to_call_it_the_same() -> None:
    text = "on: push\njobs:\n  ship:\n    runs-on: x\n    environment: Production\n    steps: [{ run: ./deploy.sh }]\n"
    (insertion,) = found({"ship.yml": text}).insertions
    assert any("calls its environment `Production`" in each for each in insertion.remarks)
