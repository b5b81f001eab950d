"""Every recipe is a rules file that loads as it stands, passes on a good server and does not on a bad one."""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from deploy_checklist.cli import run
from deploy_checklist.outcome import Outcome
from jira import JIRA
from scenes import (
    FOLDER,
    RECIPES,
    Played,
    Scene,
    alertmanager_silences,
    among_strangers,
    answering,
    bearer,
    behind_a_proxy,
    guarded,
    leaving,
    logflare,
    outcome,
    prometheus_rules,
    pushgateway_ready,
    remote_write,
    written,
)
from servers.services import Respond, of, vault
from servers.web import Answer, Asked, web
from world.gits import write

IMAGE = "registry.acme.example/shop:v1.4.0"


def loki(asked: Asked) -> Answer:
    """Grafana's gateway in front of Loki (sources: pkg/validation/validate.go, MissingStreamsErrorMsg)."""
    if asked.headers.get("authorization") != "Basic MTI6aw==":
        return Answer(status=401)
    return Answer(status=422, body=b"error at least one valid stream is required for ingestion")


def azure(*versions: tuple[int | None, bool | None]) -> object:
    return {
        "value": [{"id": "a", "attributes": {"created": at, "enabled": on}} for at, on in versions],
        "nextLink": None,
    }


def outputs(*values: tuple[str, object]) -> object:
    return {
        "data": [
            {"type": "state-version-outputs", "attributes": {"name": n, "value": v}}
            for n, v in values
        ]
    }


def conftest(*results: Mapping[str, object]) -> list[object]:
    """`--output json` (sources: output/result.go, CheckResult; output/json_test.go)."""
    return [
        {"filename": f"deploy/{n}.yml", "namespace": "main", **r} for n, r in enumerate(results)
    ]


def trivy(*vulnerabilities: list[object] | None, name: str = IMAGE) -> dict[str, object]:
    """`--format json` (sources: pkg/types/report.go; integration/testdata/*.json.golden)."""
    results = [
        {"Target": "shop (alpine 3.22)", "Class": "os-pkgs", "Type": "alpine"}
        | ({} if found is None else {"Vulnerabilities": found})
        for found in vulnerabilities
    ]
    return {
        "SchemaVersion": 2,
        "ArtifactName": name,
        "ArtifactType": "container_image",
        **({"Results": results} if results else {}),
    }


def k6(**crossed: Mapping[str, object] | None) -> dict[str, object]:
    """`--summary-export` (sources: internal/js/summary_test.go; cmd/run.go keeps this form)."""
    metrics = {
        name: {"avg": 140.36, "p(95)": 148.21} | ({} if each is None else {"thresholds": each})
        for name, each in crossed.items()
    }
    return {"root_group": {"name": "", "groups": {}, "checks": {}}, "metrics": metrics}


def pod(*outcomes: str, passed: int = 1, environment: str | None = "production") -> object:
    """The report of `check --format json`, as report/json_v1.py writes it."""
    items = [{"id": f"i{number}", "outcome": each} for number, each in enumerate(outcomes)]
    return {
        "schema": 1,
        "environment": environment,
        "totals": {"pass": passed, "fail": 0},
        "items": items,
    }


def version(created: str, state: str) -> object:
    return {
        "name": "projects/1/secrets/webhook/versions/7",
        "createTime": created,
        "state": state,
        "etag": "x",
    }


YOUNG, OLD = "2026-10-01T10:00:00Z", "2026-01-01T10:00:00Z"
YOUNG_SECONDS, OLD_SECONDS = 1_790_848_800, 1_600_000_000
ALERTS = [{"uid": "a", "isPaused": False}, {"uid": "b", "isPaused": False}]
TOKEN = {
    "access_token": "eyJ0eXAiOiJKV1QiLCJhbGciOiJIUzI1NiJ9",
    "token_type": "access_token",
    "expires_in": 3600,
}
CVE = {"VulnerabilityID": "CVE-2019-14697", "PkgName": "musl", "Severity": "CRITICAL"}
DENIED = {"successes": 4, "failures": [{"msg": "Containers must not run as root"}]}
HELD, CROSSED = {"p(95)<200": False}, {"p(95)<200": True}
PLAYS: Mapping[str, Played] = {
    "conftest-policies": leaving(
        conftest({"successes": 4}, {"successes": 0}, {"successes": 3, "warnings": [{"msg": "w"}]}),
        {
            "a policy is not kept": conftest({"successes": 4}, DENIED),
            "there is no policy": conftest({"successes": 0}),
            "there is no file": conftest(),
        },
    ),
    "trivy-image": leaving(
        trivy(None, []),
        {
            "one is serious": trivy(None, [CVE]),
            "nothing was scanned": trivy(),
            "it is another image": trivy(None, name="registry.acme.example/shop:v1.3.9"),
        },
    ),
    "k6-load-test": leaving(
        k6(http_req_duration=HELD, http_reqs=None, checks={"rate>0.9": False, "rate>0.8": False}),
        {
            "one is crossed": k6(http_req_duration=CROSSED, checks={"rate>0.9": False}),
            "one of two is crossed": k6(checks={"rate>0.9": True, "rate>0.8": False}),
            "there is none": k6(http_req_duration=None),
            "nothing was measured": k6(),
            "they are told in another form": k6(checks={"rate>0.9": {"ok": False}}),
        },
    ),
    "in-the-pod": leaving(
        pod("pass", "pending", "skipped"),
        {
            "one fails": pod("pass", "fail"),
            "one could not be looked at": pod("pass", "unknown"),
            "nothing was looked at": pod("pending", passed=0),
            "there is no item": pod(passed=1),
            "it is another environment": pod("pass", environment="staging"),
            "it is no environment": pod("pass", environment=None),
        },
    ),
    "prometheus-rules": prometheus_rules,
    "alertmanager": alertmanager_silences,
    "pushgateway": pushgateway_ready,
    "remote-write-key": remote_write,
    "logflare": logflare,
    "tls-behind-a-proxy": behind_a_proxy,
    "loki-push-key": answering(
        "logs-prod-012.grafana.example",
        loki,
        {
            "no key is needed": lambda asked: Answer(status=204),
            "the key is wrong": lambda asked: Answer(status=401),
            "a page is shown": lambda asked: Answer(
                status=200 if "authorization" in asked.headers else 401
            ),
        },
        LOKI_USER_ID="12",
        METRICS_EXPORTER_API_KEY="k",
    ),
    "grafana-alert-rules": answering(
        "acme.grafana.example",
        bearer(ALERTS),
        {
            "one is paused": bearer([*ALERTS, {"uid": "c", "isPaused": True}]),
            "there is none": bearer([]),
            "one does not say": bearer([*ALERTS, {"uid": "c"}]),
            "it is no list": bearer({"rules": ALERTS}),
            "the token is wrong": lambda asked: Answer(status=401),
        },
        GRAFANA_TOKEN="t",
    ),
    "vault-secret-age": answering(
        "vault.acme.example",
        vault({"1": {"created_time": YOUNG}}, 1),
        {
            "it is old": vault({"1": {"created_time": OLD}}, 1),
            "another version is young": vault(
                {"1": {"created_time": OLD}, "2": {"created_time": YOUNG}}, 1
            ),
            "it is destroyed": vault({"1": {"created_time": YOUNG, "destroyed": True}}, 1),
            "it is deleted": vault({"1": {"created_time": YOUNG, "deletion_time": YOUNG}}, 1),
            "there is no such version": vault({"1": {"created_time": YOUNG}}, 2),
        },
        VAULT_TOKEN="vault-token",
    ),
    "gcp-secret-age": answering(
        "secretmanager.googleapis.com",
        bearer(version(YOUNG, "ENABLED")),
        {
            "it is old": bearer(version(OLD, "ENABLED")),
            "it is disabled": bearer(version(YOUNG, "DISABLED")),
            "it is destroyed": bearer({**version(YOUNG, "DESTROYED"), "destroyTime": YOUNG}),  # type: ignore[dict-item]
            "it has no state": bearer({"createTime": YOUNG}),
            "it has no date": bearer({"state": "ENABLED"}),
        },
        GCP_TOKEN="t",
    ),
    "azure-secret-age": answering(
        "acme.vault.azure.example",
        bearer(azure((OLD_SECONDS, True), (YOUNG_SECONDS, True))),
        {
            "it is old": bearer(azure((OLD_SECONDS, True))),
            "the young one is disabled": bearer(azure((OLD_SECONDS, True), (YOUNG_SECONDS, False))),
            "the young one is neither": bearer(azure((OLD_SECONDS, True), (YOUNG_SECONDS, None))),
            "one has no date": bearer(azure((None, True))),
            "there is none": bearer(azure()),
        },
        AZURE_TOKEN="t",
    ),
    "hcp-terraform-outputs": answering(
        "app.terraform.io",
        bearer(outputs(("other", False), ("redis_tls", True))),
        {
            "it is false": bearer(outputs(("redis_tls", False))),
            "it is sensitive": bearer(outputs(("redis_tls", None))),
            "two are of that name": bearer(outputs(("redis_tls", True), ("redis_tls", False))),
            "it is on another page": bearer(outputs(("other", True))),
            "there is none yet": bearer(outputs()),
        },
        HCP_TOKEN="t",
    ),
    "momo-key-pair": answering(
        "proxy.momoapi.mtn.example",
        guarded("authorization", "Basic dTpr", of(200, TOKEN)),
        {
            "the pair is wrong": lambda asked: of(401, {"error": "invalid_client"}),
            "no pair is needed": lambda asked: of(200, TOKEN),
            "no token is given": guarded(
                "authorization", "Basic dTpr", of(200, {"error": "login_failed"})
            ),
        },
        MOMO_API_USER="u",
        PAYMENT_API_KEY="k",
        MOMO_SUBSCRIPTION_KEY="s",
    ),
    **JIRA,
    "load-balancer-health": answering(
        "rt.acme.example",
        lambda asked: of(200, {"status": "ok"}),
        {
            "it is draining": lambda asked: of(200, {"status": "draining"}),
            "it does not say": lambda asked: of(200, {"uptime": 5}),
            "it is down": lambda asked: of(503, {"status": "ok"}),
        },
    ),
}
FAULTS = [(recipe, fault) for recipe in sorted(PLAYS) for fault in PLAYS[recipe].faults]

# With status 200: a page to log in, an error, another service's answer, an object where a list is due, strange entries.
STRANGERS = [
    b"<!DOCTYPE html><title>Sign in</title>OK, this site uses COOKIES",
    b"",
    b"OK",
    b"null",
    b"0",
    b'"ok"',
    b"[]",
    b"{}",
    b"[1]",
    b"[null]",
    b"[{}]",
    b'{"error": "unauthorized"}',
    b'{"errors": [{"status": "404"}]}',
    b'{"status": "error", "data": {}}',
    b'{"status": "success"}',
    b'{"status": "success", "data": null}',
    b'{"status": "success", "data": {"groups": {}, "activeAlertmanagers": {"a": 1}}}',
    b'{"status": "success", "data": {"groups": [{}], "activeAlertmanagers": [{}]}}',
    b'{"status": "success", "data": {"groups": [{"rules": [{"type": "alerting"}]}], "activeAlertmanagers": "x"}}',
    b'{"data": []}',
    b'{"data": [{"attributes": {"name": "redis_tls"}}]}',
    b'{"data": {"current_version": 1, "versions": {"1": {}}}}',
    b'{"value": {}}',
    b'{"value": [{"attributes": {"enabled": true}}]}',
]

ALERTMANAGER: Mapping[str, object] = {
    "/api/v2/status": {"cluster": {"status": "ready"}},
    "/api/v2/silences": [{"id": "a", "status": {"state": "expired"}}],
}
PROMETHEUS: Mapping[str, object] = {
    "/api/v1/rules": {
        "data": {"groups": [{"rules": [{"type": "alerting", "health": "ok"}]}, {"rules": []}]}
    },
    "/api/v1/alertmanagers": {
        "data": {"activeAlertmanagers": [{"url": "http://localhost:9093/api/v2/alerts"}]}
    },
}
# One of a server's answers is odd, and all the others are good.
ODD = [
    ("alertmanager", ALERTMANAGER, {"/api/v2/status": {"cluster": {"status": "settling"}}}),
    ("alertmanager", ALERTMANAGER, {"/api/v2/silences": {}}),
    ("alertmanager", ALERTMANAGER, {"/api/v2/silences": {"status": {"state": "expired"}}}),
    ("alertmanager", ALERTMANAGER, {"/api/v2/silences": None}),
    ("alertmanager", ALERTMANAGER, {"/api/v2/silences": "none"}),
    ("alertmanager", ALERTMANAGER, {"/api/v2/silences": [1]}),
    ("alertmanager", ALERTMANAGER, {"/api/v2/silences": [{"id": "a"}]}),
    *(
        ("prometheus-rules", PROMETHEUS, {"/api/v1/rules": {"data": {"groups": groups}}})
        for groups in (
            [],
            {},
            [{"rules": [{"type": "alerting"}]}],
            [{"rules": [{"type": "alerting", "health": "ok"}]}, {}],
            [
                {
                    "rules": [
                        {"type": "alerting", "health": "ok"},
                        {"type": "recording", "health": "unknown"},
                    ]
                }
            ],
            [{"rules": {"type": "alerting", "health": "ok"}}],
            [{"rules": [{"type": "recording", "health": "ok"}]}],
        )
    ),
    *(
        (
            "prometheus-rules",
            PROMETHEUS,
            {"/api/v1/alertmanagers": {"data": {"activeAlertmanagers": active}}},
        )
        for active in (
            [],
            None,
            {"url": "http://localhost:9093"},
            "none",
            [{}],
            ["http://localhost:9093"],
        )
    ),
]


def telling(answers: Mapping[str, object]) -> Respond:
    return lambda asked: of(200, answers[asked.path])


def test_every_recipe_is_run_and_listed() -> None:
    assert sorted(PLAYS) == RECIPES
    listed = re.findall(r"\]\(([\w-]+)\.md\)", (FOLDER / "README.md").read_text())
    assert sorted(listed) == sorted(
        each.stem for each in FOLDER.glob("*.md") if each.stem != "README"
    )


@pytest.mark.parametrize("recipe", RECIPES)
def test_lint_has_nothing_against_it(
    recipe: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items = yaml.safe_load(written(recipe))["items"]
    boxes = "".join(f"- [ ] {f'`{item}` is set' if '_' in item else item}\n" for item in items)
    documents = {"deploy-checklist.yml": written(recipe), "docs/checklist.md": f"# List\n\n{boxes}"}
    write(tmp_path, {**documents, ".github/CODEOWNERS": "* @octo-lead\n"})
    monkeypatch.chdir(tmp_path)
    out, err = io.StringIO(), io.StringIO()
    assert run(("lint", "docs/checklist.md", "--strict"), {}, out, err) == 0, out.getvalue()
    assert out.getvalue() == "the checklist and the rules agree\n"


@pytest.mark.parametrize("recipe", RECIPES)
def test_it_passes_where_all_is_well(recipe: str, tmp_path: Path) -> None:
    with PLAYS[recipe].scene(tmp_path, None) as scene:
        assert outcome(recipe, scene) is Outcome.PASS


@pytest.mark.parametrize(("recipe", "fault"), FAULTS)
def test_it_fails_where_something_is_wrong(recipe: str, fault: str, tmp_path: Path) -> None:
    with PLAYS[recipe].scene(tmp_path, fault) as scene:
        assert outcome(recipe, scene) is Outcome.FAIL


@pytest.mark.parametrize("recipe", sorted({*RECIPES} - {"tls-behind-a-proxy"}))
def test_it_passes_on_no_answer_of_a_stranger(recipe: str) -> None:
    for body in STRANGERS:
        with among_strangers(
            recipe, body, "text/html" if body.startswith(b"<") else "application/json"
        ) as scene:
            assert outcome(recipe, scene) is not Outcome.PASS, body


@pytest.mark.parametrize(("recipe", "good", "odd"), ODD)
def test_one_odd_answer_among_good_ones_is_enough(
    recipe: str, good: Mapping[str, object], odd: Mapping[str, object]
) -> None:
    with web(telling(good)) as well, web(telling({**good, **odd})) as badly:
        host = f"{recipe.partition('-')[0]}.acme.example"
        assert outcome(recipe, Scene(hosts={host: well.url})) is Outcome.PASS
        assert outcome(recipe, Scene(hosts={host: badly.url})) is Outcome.FAIL


IN_THE_POD = """\
version: 1
environments: { production: {} }
items:
  DATABASE_URL: present
  Signed by: { sign: true }
"""


@pytest.mark.parametrize(
    ("handed_over", "expected"),
    [
        ({"DATABASE_URL": "postgres://db.acme.example/shop"}, Outcome.PASS),
        ({"DATABASE_URL": "changeme"}, Outcome.FAIL),
        ({}, Outcome.FAIL),
    ],
)
def test_what_the_job_in_the_pod_prints_is_what_the_recipe_reads(
    handed_over: Mapping[str, str], expected: Outcome, tmp_path: Path
) -> None:
    """Its command, with files as a config map mounts them: links to links."""
    page = (FOLDER / "in-the-pod.md").read_text()
    [manifest] = [
        yaml.safe_load(block)
        for block in re.findall(r"```yml\n(.*?)```", page, re.DOTALL)
        if block.startswith("apiVersion")
    ]
    [container] = manifest["spec"]["template"]["spec"]["containers"]
    mount = container["volumeMounts"][0]["mountPath"]
    write(tmp_path / "data", {"deployment-checklist.md": POD_LIST, "in-the-pod.yml": IN_THE_POD})
    (tmp_path / "..data").symlink_to("data")
    for name in ("deployment-checklist.md", "in-the-pod.yml"):
        (tmp_path / name).symlink_to(f"..data/{name}")
    ran = subprocess.run(
        [sys.executable, *container["command"][-2:]]
        + [word.replace(mount, str(tmp_path)) for word in container["args"]],
        cwd="/",
        env={**handed_over, "PATH": os.defpath, "PYTHONPATH": str(FOLDER.parents[1] / "src")},
        check=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,  # as `kubectl logs` has both
    )
    assert container["command"][-2:] == ["-m", "deploy_checklist"]
    assert outcome("in-the-pod", Scene(hosts={}, made=ran.stdout)) is expected


POD_LIST = "- [ ] `DATABASE_URL` is set\n- [ ] Signed by the lead\n"


@pytest.mark.parametrize("recipe", RECIPES)
def test_it_needs_everything_that_it_names(recipe: str, tmp_path: Path) -> None:
    """A key that was not handed over, or handed over empty, was not tried."""
    with PLAYS[recipe].scene(tmp_path, None) as scene:
        for name in scene.values:
            for values in (
                {**scene.values, name: ""},
                {key: scene.values[key] for key in scene.values if key != name},
            ):
                assert outcome(recipe, replace(scene, values=values)) is not Outcome.PASS, name
