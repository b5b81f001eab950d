"""Every recipe is a rules file that loads as it stands, passes on a good server and does not on a bad one."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from deploy_checklist.outcome import Outcome
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
    logflare,
    outcome,
    prometheus_rules,
    pushgateway_ready,
    remote_write,
)
from servers.services import Respond, of, vault
from servers.web import Answer, Asked, web


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
PLAYS: Mapping[str, Played] = {
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
