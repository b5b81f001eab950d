"""`workflow` with `before`: what releases waits for the command. Nothing here knows what releases;
every act below is one that a list of releasing commands and actions would have to know.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Finding, Outcome
from fakes import FakeRepository, world

TEST = "npm run test:e2e"
TEST_STEP = {"run": TEST}
CHECKOUT = {"uses": "actions/checkout@v5"}
INSTALL = {"run": "npm ci"}

COMMANDS = """
git tag v1.2.3
git -c user.name=x tag v1
git push --tags
git push origin v1.2.3
git push origin HEAD:refs/tags/next
git push
git commit -am release
gh release create v1
gh release upload v1 dist.zip
gh workflow run release.yml -f version=1
gh api repos/octo/web/releases -f tag_name=v1
curl -X POST https://api.github.com/repos/octo/web/releases
curl -fsS -X POST https://deploy.example.com/hooks/1
npm publish
npm run release
npm run semantic-release
npm version patch
npx semantic-release
npx --yes semantic-release@24
npx np --yolo minor
npx lerna publish from-git
npx @changesets/cli publish
npx auto shipit
npx vercel deploy --prod
npx netlify deploy --prod
npx wrangler deploy
npx serverless deploy
npx cdk deploy
pnpm -r publish
pnpm release
yarn npm publish
yarn release-it --ci
bun publish
deno publish
vsce publish
ovsx publish
expo publish
eas submit
fastlane release
firebase deploy
flyctl deploy --remote-only
heroku container:release web
aws s3 sync dist s3://web
aws ecs update-service --force-new-deployment
az webapp deploy
gcloud run deploy
kubectl apply -f k8s
kubectl set image deploy/web web=x
helm upgrade --install web chart
helm push chart.tgz oci://x
helmfile apply
kustomize edit set image web=x
argocd app sync web
terraform apply -auto-approve
tofu apply
pulumi up --yes
ansible-playbook site.yml
docker push octo/web:latest
docker buildx build --push -t octo/web:1.2.3 .
docker buildx imagetools create -t octo/web:1 octo/web@sha256:00
docker buildx bake --push
docker compose push
docker run release
skopeo copy docker://a docker://b
crane tag a b
regctl image copy a b
oras push x
cosign sign x
podman push x
buildah push x
ko build ./cmd
goreleaser release --clean
jreleaser full-release
release-plz release
cargo publish
cargo release patch --execute
maturin publish
twine upload dist/*
python -m twine upload dist/*
python setup.py sdist upload
poetry publish --build
uv publish
hatch publish
flit publish
pdm publish
bump2version patch
gem push x.gem
bundle exec rake release
mvn deploy
./mvnw release:perform
./gradlew publish
sbt ci-release
lein deploy clojars
mix hex.publish --yes
dart pub publish --force
dotnet nuget push x
nuget push x
conan upload x
luarocks upload x
make release
make deploy
just ship
task publish
nx release
turbo run release
bazel run //:push
./scripts/deploy.sh
bash release.sh
python tools/release.py
node publish.mjs
rsync -a dist web:/srv
scp dist web:/srv
ssh web ./up
capistrano production deploy
""".strip().splitlines()

ACTIONS = """
softprops/action-gh-release@v2
googleapis/release-please-action@v4
changesets/action@v1
cycjimmy/semantic-release-action@v4
PyO3/maturin-action@v1
EndBug/add-and-commit@v9
helm/chart-releaser-action@v1.7.0
phips28/gh-action-bump-version@v11
pypa/gh-action-pypi-publish@release/v1
docker/build-push-action@v6
goreleaser/goreleaser-action@v6
peaceiris/actions-gh-pages@v4
actions/deploy-pages@v4
actions/github-script@v7
aws-actions/amazon-ecs-deploy-task-definition@v2
azure/webapps-deploy@v3
google-github-actions/deploy-cloudrun@v2
superfly/flyctl-actions@1.5
stefanzweifel/git-auto-commit-action@v5
acme/anything@v1
./.github/actions/release
docker://acme/release:1
""".strip().splitlines()

ACTS: dict[str, Mapping[str, object]] = {
    **{command: {"run": command} for command in COMMANDS},
    **{action: {"uses": action} for action in ACTIONS},
    "in a block": {"run": "npm run build\ngit tag v1\n"},
    "by a pipe": {"run": "cat token | npm publish"},
    "in a function": {"run": "ship() { git tag v1; }\nship"},
    "by an expression": {"run": "${{ matrix.release }}"},
    "by PowerShell": {"run": "Publish-Module x", "shell": "pwsh"},
}


def test_there_are_acts_enough() -> None:
    assert len(ACTS) >= 101


def job(*steps: Mapping[str, object], **more: object) -> dict[str, object]:
    return {"runs-on": "ubuntu-latest", **more, "steps": list(steps)}


def judged(
    jobs: Mapping[str, object],
    before: object,
    others: Mapping[str, object] | None = None,
    **top: object,
) -> Finding:
    """`release.yml` has these jobs; `others` are further files."""
    files = {
        "release.yml": {"on": {"push": {"branches": ["main"]}}, **top, "jobs": jobs},
        **(others or {}),
    }
    placed = {
        path if "/" in path else f".github/workflows/{path}": json.dumps(file)
        for path, file in files.items()
    }
    around = world(repository=FakeRepository(placed))
    return finding_of("workflow", {"runs": TEST, "before": before}, None, around)


E2E = job(CHECKOUT, INSTALL, TEST_STEP)
SHIP = {"jobs": ["ship"]}


@pytest.mark.parametrize("act", ACTS)
def test_an_act_in_a_job_that_waits_passes(act: str) -> None:
    jobs = {"e2e": E2E, "ship": job(ACTS[act], needs="e2e")}
    assert judged(jobs, SHIP).message == "`release.yml` step 3 (line 1), before `ship`"
    assert judged(jobs, "tag").outcome is Outcome.PASS


@pytest.mark.parametrize("act", ACTS)
def test_an_act_in_a_job_that_does_not_wait_never_passes(act: str) -> None:
    jobs = {"e2e": E2E, "ship": job(ACTS[act]), "notes": job(TEST_STEP, needs="e2e")}
    named = judged(jobs, SHIP)
    assert named.outcome is Outcome.FAIL
    assert named.message == "job `ship` of `release.yml` does not wait for job `e2e`"
    assert named.remedy == "add `needs: [e2e]` to job `ship`"
    unnamed = judged(jobs, "tag")
    assert unnamed.outcome is Outcome.UNKNOWN
    assert unnamed.message.startswith(f"{named.message}, and it has no limited")
    assert unnamed.remedy is not None
    assert "add `permissions: { contents: read }` to job `ship`" in unnamed.remedy
    assert "`before: { jobs: [" in unnamed.remedy


@pytest.mark.parametrize("act", ACTS)
def test_an_act_after_the_command_in_its_own_job_passes(act: str) -> None:
    jobs = {"all": job(CHECKOUT, INSTALL, TEST_STEP, ACTS[act])}
    assert judged(jobs, {"jobs": "all"}).outcome is Outcome.PASS
    assert judged(jobs, "tag").outcome is Outcome.PASS


EARLY = {
    "before the command": lambda act: job(CHECKOUT, act, TEST_STEP),
    "in a matrix": lambda act: job(TEST_STEP, act, strategy={"matrix": {"node": [20, 22]}}),
    "after a failure, too": lambda act: job(TEST_STEP, {**act, "if": "always()"}),
    "even if the command has failed": lambda act: job(TEST_STEP, {**act, "if": "${{ failure() }}"}),
}


@pytest.mark.parametrize("where", EARLY)
@pytest.mark.parametrize("act", ACTS)
def test_an_act_that_does_not_wait_in_the_commands_own_job_never_passes(
    act: str, where: str
) -> None:
    jobs = {"all": EARLY[where](ACTS[act])}
    for before in ("tag", {"jobs": ["all"]}):
        finding = judged(jobs, before)
        assert finding.outcome in (Outcome.FAIL, Outcome.UNKNOWN), finding.message
        assert "`all`" in finding.message


@pytest.mark.parametrize("act", ACTS)
def test_an_act_in_the_commands_own_script_waits_only_after_it(act: str) -> None:
    command = ACTS[act].get("run")
    if not isinstance(command, str) or "\n" in command or "shell" in ACTS[act]:
        command = "git tag v1"
    after = {"all": job({"run": f"npm ci\n{TEST}\n{command}"})}
    assert judged(after, "tag").outcome in (Outcome.PASS, Outcome.UNKNOWN)
    before = {"all": job({"run": f"{command}\n{TEST}"})}
    for asked in ("tag", {"jobs": ["all"]}):
        assert judged(before, asked).outcome is Outcome.UNKNOWN


# what could release

CANNOT: dict[str, Mapping[str, object]] = {
    "reads only": {"permissions": {"contents": "read"}},
    "may do nothing": {"permissions": {}},
    "may read all": {"permissions": "read-all"},
    "reports": {
        "permissions": {
            "contents": "read",
            "statuses": "write",
            "checks": "write",
            "pull-requests": "write",
            "issues": "write",
        }
    },
    "has the job's own token": {
        "permissions": {"contents": "read"},
        "env": {"A": "${{ secrets.GITHUB_TOKEN }}", "B": "${{ secrets['github_token'] }}"},
    },
    "is off": {"if": False},
}


@pytest.mark.parametrize("case", CANNOT)
def test_a_job_that_cannot_release_need_not_wait(case: str) -> None:
    lint = job(CHECKOUT, {"run": "npm run lint"}, **CANNOT[case])
    jobs = {"e2e": E2E, "lint": lint, "ship": job({"run": "npm publish"}, needs="e2e")}
    assert judged(jobs, "tag").outcome is Outcome.PASS


COULD: dict[str, tuple[Mapping[str, object], str]] = {
    "nothing is said": ({}, "has no limited `permissions:`"),
    "all": ({"permissions": "write-all"}, "may write `write-all`"),
    "contents": ({"permissions": {"contents": "write"}}, "may write `contents`"),
    "packages": ({"permissions": {"packages": "write"}}, "may write `packages`"),
    "an identity": ({"permissions": {"id-token": "write"}}, "may write `id-token`"),
    "actions": ({"permissions": {"actions": "write"}}, "may write `actions`"),
    "one that is not known": ({"permissions": {"novel": "write"}}, "may write `novel`"),
    "a secret in env": (
        {"permissions": {}, "env": {"T": "${{ secrets.NPM_TOKEN }}"}},
        "receives the secret `NPM_TOKEN`",
    ),
    "a secret for a container": (
        {
            "permissions": {},
            "container": {"image": "x", "credentials": {"password": "${{ secrets.REGISTRY }}"}},
        },
        "receives the secret `REGISTRY`",
    ),
    "a secret by its name in brackets": (
        {"permissions": {}, "env": {"T": "${{ secrets['PYPI'] }}"}},
        "receives the secret `PYPI`",
    ),
    "a secret in a condition": (
        {"permissions": {}, "if": "secrets.PYPI != ''"},
        "receives the secret `PYPI`",
    ),
    "all secrets": (
        {"permissions": {}, "env": {"ALL": "${{ toJSON(secrets) }}"}},
        "receives all secrets",
    ),
    "an own machine": (
        {"permissions": {}, "runs-on": ["self-hosted", "linux"]},
        "runs on your own machine",
    ),
}


@pytest.mark.parametrize("case", COULD)
def test_a_job_that_could_release_has_to_wait(case: str) -> None:
    more, why = COULD[case]
    early = job({"run": "x"}, **more)
    jobs = {"e2e": E2E, "early": early, "ship": job({"run": "npm publish"}, needs="e2e")}
    finding = judged(jobs, "tag")
    assert finding.outcome is Outcome.UNKNOWN
    assert "job `early` of `release.yml` does not wait for job `e2e`" in finding.message
    assert why in finding.message
    assert "`before: { jobs: [ship] }`" in (finding.remedy or "")


@pytest.mark.parametrize(
    "step", [{"with": {"t": "${{ secrets.T }}"}}, {"env": {"t": "${{secrets.T}}"}}]
)
def test_a_secret_in_a_step_counts(step: Mapping[str, object]) -> None:
    early = job({"uses": "acme/x@v1", **step}, permissions={})
    jobs = {"e2e": E2E, "early": early, "ship": job({"run": "npm publish"}, needs="e2e")}
    assert "it receives the secret `T`" in judged(jobs, "tag").message


def test_a_secret_of_the_whole_workflow_counts_for_each_job() -> None:
    early = job({"run": "x"}, permissions={})
    jobs = {"e2e": E2E, "early": early, "ship": job({"run": "npm publish"}, needs="e2e")}
    assert "early" in judged(jobs, "tag", env={"T": "${{ secrets.T }}"}).message
    assert judged(jobs, "tag", env={"T": "${{ vars.T }}"}).outcome is Outcome.PASS


def test_a_job_that_owns_an_environment_fails_and_is_named() -> None:
    deploy = job({"run": "x"}, permissions={}, environment="production")
    finding = judged({"e2e": E2E, "deploy": deploy}, "tag")
    assert finding.outcome is Outcome.FAIL
    assert finding.message == (
        "job `deploy` of `release.yml` does not wait for job `e2e`, and it uses an environment"
    )
    deploy["needs"] = ["e2e"]
    assert judged({"e2e": E2E, "deploy": deploy}, "tag").outcome is Outcome.PASS


def test_an_environment_that_the_tests_themselves_need_is_not_wrong_for_certain() -> None:
    staging = job({"run": "x"}, environment="staging")
    e2e = job(TEST_STEP, needs="staging")
    ship = job({"run": "x"}, needs="e2e", environment="production")
    jobs = {"staging": staging, "e2e": e2e, "ship": ship}
    assert judged(jobs, "tag").outcome is Outcome.UNKNOWN
    assert judged(jobs, SHIP).outcome is Outcome.PASS


def test_the_permissions_of_the_workflow_hold_for_jobs_that_say_nothing() -> None:
    lint = job(CHECKOUT, {"run": "npm run lint"})
    ship = job({"run": "git tag v1"}, needs="e2e", permissions={"contents": "write"})
    jobs = {"e2e": E2E, "lint": lint, "ship": ship}
    finding = judged(jobs, "tag", permissions={"contents": "read"})
    assert finding.message == "`release.yml` step 3 (line 1), before the tag"
    assert judged(jobs, "tag", permissions={"contents": "write"}).outcome is Outcome.UNKNOWN
    lint["permissions"] = {"contents": "read"}
    assert judged(jobs, "tag", permissions={"contents": "write"}).outcome is Outcome.PASS


# called workflows

ROLLOUT = {"on": {"workflow_call": {}}, "jobs": {"roll": job({"run": "x"}, environment="prod")}}


def test_a_called_job_that_owns_an_environment_is_named_with_its_caller() -> None:
    call: dict[str, object] = {"uses": "./.github/workflows/rollout.yml"}
    others = {"rollout.yml": ROLLOUT}
    finding = judged({"e2e": E2E, "deploy": call}, "tag", others)
    assert finding.outcome is Outcome.FAIL
    assert finding.message == (
        "job `deploy` of `release.yml` does not wait for job `e2e`, and job `roll` of "
        "`rollout.yml`, which it calls, uses an environment"
    )
    for named in ("deploy", "roll", "rollout.yml:roll", "release.yml:deploy"):
        assert judged({"e2e": E2E, "deploy": call}, {"jobs": named}, others).outcome is Outcome.FAIL
    call["needs"] = "e2e"
    for named in ("deploy", "roll", "rollout.yml:roll", "release.yml:deploy"):
        assert judged({"e2e": E2E, "deploy": call}, {"jobs": named}, others).outcome is Outcome.PASS
    assert judged({"e2e": E2E, "deploy": call}, "tag", others).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("caller", "called", "outcome"),
    [
        ({}, {}, Outcome.UNKNOWN),
        ({"permissions": {}}, {}, Outcome.PASS),
        ({}, {"permissions": {}}, Outcome.PASS),
        (
            {"permissions": {"contents": "read"}},
            {"permissions": {"contents": "write"}},
            Outcome.PASS,
        ),
        ({"permissions": {"contents": "write"}}, {"permissions": "write-all"}, Outcome.UNKNOWN),
        ({"permissions": {}, "secrets": "inherit"}, {}, Outcome.UNKNOWN),
        ({"permissions": {}, "secrets": {"T": "${{ secrets.T }}"}}, {}, Outcome.UNKNOWN),
    ],
)
def test_a_call_can_only_narrow_what_a_job_may_do(
    caller: Mapping[str, object], called: Mapping[str, object], outcome: Outcome
) -> None:
    others = {
        "check.yml": {"on": {"workflow_call": {}}, **called, "jobs": {"lint": job({"run": "x"})}}
    }
    jobs = {
        "e2e": E2E,
        "lint": {"uses": "./.github/workflows/check.yml", **caller},
        "ship": job({"run": "x"}, needs="e2e"),
    }
    assert judged(jobs, "tag", others).outcome is outcome


def test_a_workflow_of_another_repository_could_always_release() -> None:
    call = {"uses": "acme/flows/.github/workflows/lint.yml@v1", "permissions": {}}
    jobs = {"e2e": E2E, "lint": call, "ship": job({"run": "x"}, needs="e2e")}
    finding = judged(jobs, "tag")
    assert finding.outcome is Outcome.UNKNOWN
    assert "calls `acme/flows/.github/workflows/lint.yml@v1`" in finding.message
    assert judged(jobs, SHIP).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "uses",
    [
        "./.github/workflows/suite.yml",
        "$/.github/workflows/suite.yml",
        "acme/shop/.github/workflows/suite.yml@main",
        "Acme/Shop/.github/workflows/suite.yml@v1",
    ],
)
def test_tests_in_a_called_workflow_of_this_repository_are_found(uses: str) -> None:
    others = {"suite.yml": {"on": {"workflow_call": {}}, "jobs": {"unit": E2E}}}
    jobs: dict[str, object] = {"tests": {"uses": uses}, "ship": job({"run": "x"}, needs="tests")}
    for before in ("tag", SHIP):
        assert judged(jobs, before, others).outcome is Outcome.PASS
    jobs["ship"] = job({"run": "x"})
    assert judged(jobs, SHIP, others).outcome is Outcome.FAIL
    assert judged(jobs, "tag", others).outcome is Outcome.UNKNOWN


def test_tests_in_a_workflow_of_another_repository_are_not_checked() -> None:
    call = {"uses": "acme/flows/.github/workflows/unit.yml@v2"}
    finding = judged({"unit": call, "ship": job({"run": "x"}, needs="unit")}, SHIP)
    assert finding.outcome is Outcome.UNKNOWN
    assert "`acme/flows/.github/workflows/unit.yml@v2`" in finding.message


def test_the_jobs_of_a_called_workflow_wait_for_one_another_there() -> None:
    def outcome(ship: Mapping[str, object], strategy: object = None) -> Outcome:
        others = {"all.yml": {"on": {"workflow_call": {}}, "jobs": {"e2e": E2E, "ship": ship}}}
        call: dict[str, object] = {"uses": "./.github/workflows/all.yml"}
        if strategy is not None:
            call["strategy"] = strategy
        return judged({"all": call}, SHIP, others).outcome

    assert outcome(job({"run": "x"}, needs="e2e")) is Outcome.PASS
    assert outcome(job({"run": "x"})) is Outcome.FAIL
    matrix = {"matrix": {"region": ["eu", "us"]}}
    assert outcome(job({"run": "x"}, needs="e2e"), matrix) is Outcome.FAIL


# other workflows

CI = {"name": "CI", "on": ["push"], "jobs": {"unit": E2E}}
AFTER_SUCCESS = "github.event.workflow_run.conclusion == 'success'"


def after_ci(
    condition: str = AFTER_SUCCESS, workflows: object = ("CI",), **more: object
) -> dict[str, object]:
    trigger = {"workflow_run": {"workflows": workflows, "types": ["completed"]}}
    return {"on": trigger, "jobs": {"ship": job({"run": "x"}, **{"if": condition}, **more)}}


def of_run(release: Mapping[str, object], before: object, ci: Mapping[str, object] = CI) -> Finding:
    placed = {
        ".github/workflows/ci.yml": json.dumps(ci),
        ".github/workflows/release.yml": json.dumps(release),
    }
    around = world(repository=FakeRepository(placed))
    return finding_of("workflow", {"runs": TEST, "before": before}, None, around)


@pytest.mark.parametrize("before", ["tag", SHIP, {"jobs": ["release.yml:ship"]}])
def test_a_release_by_workflow_run_waits_by_the_conclusion_of_that_run(before: object) -> None:
    assert of_run(after_ci(), before).outcome is Outcome.PASS
    nested = f"${{{{ github.ref == 'refs/heads/main' && {AFTER_SUCCESS} }}}}"
    assert of_run(after_ci(nested), before).outcome is Outcome.PASS
    for condition in ("", "always()", "github.event.workflow_run.conclusion != 'cancelled'"):
        finding = of_run(after_ci(condition), before)
        assert finding.outcome is (Outcome.UNKNOWN if before == "tag" else Outcome.FAIL)
        assert "job `ship`" in finding.message


def test_a_run_that_another_workflow_starts_too_is_not_certain_to_wait() -> None:
    assert of_run(after_ci(workflows=["CI", "Lint"]), SHIP).outcome is Outcome.UNKNOWN


def test_a_run_that_succeeds_without_the_command_is_not_certain_to_wait() -> None:
    skipped = {**CI, "jobs": {"unit": {**E2E, "if": "github.actor != 'bot'"}}}
    assert of_run(after_ci(), SHIP, skipped).outcome is Outcome.UNKNOWN


def test_a_second_workflow_for_the_same_event_is_a_notice() -> None:
    jobs = {"e2e": E2E, "notes": job({"run": "x"}, needs="e2e")}
    others = {
        "npm.yml": {
            "on": {"push": {"branches": ["main"]}},
            "jobs": {"p": job({"run": "npm publish"})},
        },
        "lint.yml": {"on": "push", "permissions": {}, "jobs": {"lint": job({"run": "x"})}},
        "tags.yml": {"on": {"push": {"tags": ["v*"]}}, "jobs": {"t": job({"run": "x"})}},
    }
    for before in ("tag", {"jobs": ["notes"]}):
        finding = judged(jobs, before, others)
        assert finding.outcome is Outcome.PASS
        assert len(finding.notices) == 1
        assert finding.notices[0].startswith("`npm.yml` starts on the same event")


def test_where_nothing_could_release_after_the_command_the_order_is_not_shown() -> None:
    jobs = {"e2e": E2E}
    assert judged(jobs, "tag").outcome is Outcome.UNKNOWN
    assert judged(jobs, {"jobs": "e2e"}).outcome is Outcome.UNKNOWN
    elsewhere = {"on": {"push": {"branches": ["main"]}}, "jobs": {"t": job({"run": "git tag v1"})}}
    finding = judged(jobs, "tag", {"tag.yml": elsewhere})
    assert finding.outcome is Outcome.UNKNOWN
    assert "job `t` of `tag.yml` does not wait" in finding.message
    elsewhere["jobs"] = {"t": job({"run": "x"}, environment="production")}
    assert judged(jobs, "tag", {"tag.yml": elsewhere}).outcome is Outcome.FAIL


def test_a_job_of_another_workflow_that_runs_for_another_event_only_is_no_matter() -> None:
    jobs = {"e2e": E2E, "ship": job({"run": "x"}, needs="e2e")}
    on = {"push": {"branches": ["main"]}, "release": {}, "workflow_run": {"workflows": ["CI"]}}
    for condition, notices in {
        "github.event_name == 'release'": 0,
        "github.event.workflow_run.conclusion == 'success'": 0,
        "github.event_name == 'push'": 1,
        "github.ref == 'refs/heads/main'": 1,
    }.items():
        late = job({"run": "x"}, environment="production", **{"if": condition})
        other = {"other.yml": {"on": on, "jobs": {"deploy": late}}}
        assert len(judged(jobs, "tag", other).notices) == notices
        alone = judged({"e2e": E2E}, "tag", other)
        assert alone.outcome is (Outcome.FAIL if notices else Outcome.UNKNOWN)


@pytest.mark.parametrize(
    "guard",
    [
        {"if": "github.event.workflow_run.conclusion != 'success'", "run": "exit 1"},
        {"run": "test ${{ github.event.workflow_run.conclusion }} = success"},
        {
            "run": "test $RESULT = x",
            "env": {"RESULT": "${{ github.event.workflow_run.conclusion }}"},
        },
    ],
)
def test_a_step_that_checks_the_conclusion_of_that_run_is_not_called_wrong(
    guard: Mapping[str, object],
) -> None:
    release = after_ci("")
    release["jobs"] = {"guard": job(guard), "ship": job({"run": "x"}, needs="guard")}
    assert of_run(release, SHIP).outcome is Outcome.UNKNOWN
    release["jobs"] = {"ship": job(guard, {"run": "x"})}
    assert of_run(release, SHIP).outcome is Outcome.UNKNOWN
    release["jobs"] = {"ship": job({"run": "x"})}
    assert of_run(release, SHIP).outcome is Outcome.FAIL


def test_a_job_of_a_workflow_that_nothing_connects_fails_if_named() -> None:
    elsewhere = {"on": {"push": {"tags": ["v*"]}}, "jobs": {"ship": job({"run": "x"})}}
    finding = judged({"e2e": E2E}, {"jobs": ["tag.yml:ship"]}, {"tag.yml": elsewhere})
    assert finding.outcome is Outcome.FAIL
    assert "because that is in another workflow" in finding.message


def test_an_unknown_job_fails_and_the_known_ones_are_listed() -> None:
    jobs = {"e2e": E2E, "ship": job({"run": "x"}, needs="e2e")}
    finding = judged(jobs, {"jobs": ["shp"]})
    assert finding.outcome is Outcome.FAIL
    assert finding.message == "there is no job `shp` in `release.yml`"
    assert finding.remedy is not None
    assert finding.remedy.startswith("did you mean `ship`? its jobs are `e2e`, `ship`;")
    assert judged(jobs, {"jobs": ["ship", "shp"]}).outcome is Outcome.FAIL
    assert judged(jobs, {"jobs": ["nothing.yml:ship"]}).outcome is Outcome.FAIL


def test_a_job_of_another_file_is_proposed_with_its_file() -> None:
    jobs = {"e2e": E2E, "ship": job({"run": "x"}, needs="e2e")}
    finding = judged(jobs, {"jobs": ["relase.yml:ship"]})
    assert finding.message == "there is no job `ship` in `relase.yml`"
    assert (finding.remedy or "").startswith("did you mean `release.yml:ship`?")
    elsewhere = {"on": {"push": {"tags": ["v*"]}}, "jobs": {"deploy": job({"run": "x"})}}
    finding = judged(jobs, {"jobs": ["deploy"]}, {"deploy.yml": elsewhere})
    assert (finding.remedy or "").startswith("did you mean `deploy.yml:deploy`?")


def test_each_named_job_has_to_wait() -> None:
    jobs = {"e2e": E2E, "a": job({"run": "x"}, needs="e2e"), "b": job({"run": "x"})}
    finding = judged(jobs, {"jobs": ["a", "b"]})
    assert finding.outcome is Outcome.FAIL
    assert "job `b`" in finding.message


def test_a_command_in_two_workflows_has_to_be_in_order_in_both() -> None:
    good = {"e2e": E2E, "ship": job({"run": "x"}, needs="e2e")}
    bad = {"on": ["push"], "jobs": {"e2e": E2E, "early": job({"run": "x"})}}
    finding = judged(good, "tag", {"other.yml": bad})
    assert finding.outcome is Outcome.UNKNOWN
    assert "job `early` of `other.yml`" in finding.message
    assert judged(good, SHIP, {"other.yml": bad}).outcome is Outcome.PASS
