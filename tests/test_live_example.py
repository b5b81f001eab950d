"""The example that looks outside, whole, against servers of this machine: every kind of item at its best."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from servers.authorities import shaking_hands, trusted
from servers.otlp import otlp
from servers.prometheus import prometheus
from servers.raw import raw, trickles
from servers.redis import redis_over_tls
from servers.services import connect, pagerduty, stripe
from servers.socketio import socketio
from servers.web import Answer, Asked, web

ROOT = Path(__file__).parent.parent
CALLBACK = "https://pay.fans.example/stripe"
VALUES = {
    "PAYMENT_PROVIDER": "stripe",
    "PAYMENT_API_KEY": "sk_live_51HgV3kQm2c9ZtR8",
    "PAYMENT_WEBHOOK_SECRET": "whsec_Zq81mPl7Kd02HsYt",
    "PAYMENT_CALLBACK_URL": CALLBACK,
    "PAYMENT_USSD_SHORTCODE": "*384*120#",
    "REALTIME_ORIGINS": "https://acme.example,https://app.acme.example",
    "REALTIME_SERVICE_KEY": "rtk_9f8Zq81mPl7Kd02H",
    "REALTIME_CLUSTERING": "yes",
    "METRICS_USER_ID": "12",
    "METRICS_API_KEY": "glc_eyJvIjoiMTIifQ81mPl7",
    "LOG_DRAIN_URL": "https://api.logflare.app/logs",
    "TRACING_ENABLED": "yes",
    "OTEL_SERVICE_NAME": "fan-shop",
    "OP_CONNECT_TOKEN": "connect-token",
    "STRIPE_READ_KEY": "rk_live_1",
    "PAGERDUTY_TOKEN": "t",
}


@dataclass(frozen=True, kw_only=True)
class Scene:
    folder: Path
    rules: str
    values: Mapping[str, str]


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    """All the servers at once, and the rules aimed at them."""
    folder = tmp_path_factory.mktemp("live")
    shutil.copytree(ROOT / "examples", folder / "examples")
    rooms = {name: tmp_path_factory.mktemp(name) for name in ("redis", "one", "two", "prometheus")}
    now = datetime.now(UTC)
    items = [
        {"id": name, "title": name, "updatedAt": now.isoformat()}
        for name in ("PAYMENT_API_KEY", "PAYMENT_WEBHOOK_SECRET")
    ]
    endpoint = {
        "id": "we_1",
        "url": CALLBACK,
        "status": "enabled",
        "livemode": True,
        "enabled_events": ["*"],
    }
    server, ca = trusted()

    def loki(asked: Asked) -> Answer:
        return Answer(status=422 if "authorization" in asked.headers else 401)

    with ExitStack() as stack:
        cache, cache_ca = stack.enter_context(redis_over_tls(rooms["redis"]))
        url = f"rediss://localhost:{cache}"
        nodes = [
            stack.enter_context(socketio(rooms[name], redis=url, ca=rooms["redis"] / "ca.pem"))
            for name in ("one", "two")
        ]
        handshakes = stack.enter_context(shaking_hands(server))
        metrics = stack.enter_context(prometheus(rooms["prometheus"]))
        tracing = stack.enter_context(otlp())
        (folder / "ca.pem").write_bytes(ca + cache_ca)
        local = {
            "https://connect.fans.example": stack.enter_context(
                web(connect({"Payments": items}))
            ).url,
            "https://logs.fans.example": stack.enter_context(web(loki)).url,
            "https://rt.${domain}/healthz": stack.enter_context(web(lambda asked: Answer())).url,
            "https://rt.${domain}/socket.io": f"http://localhost:{nodes[0]}/socket.io",
            "https://prometheus.fans.example": metrics,
            "https://${domain}": "https://acme.example",
            "https://app.${domain}": "https://app.acme.example",
            'host: "rt.${domain}"': f"host: localhost, port: {handshakes}, ca_file: ca.pem",
            "require_tls: true": "require_tls: true, ca_file: ca.pem",
            "{ key_env:": f"{{ url: {stack.enter_context(web(stripe([endpoint]))).url}, key_env:",
            "schedule: PFANS01": f"schedule: S1, url: {stack.enter_context(web(pagerduty([(None, None)]))).url}",
        }
        rules = (ROOT / "examples" / "live.yml").read_text()
        for named, here in local.items():
            assert named in rules, named
            rules = rules.replace(named, here)
        rules = re.sub(
            r"\b(http|tls|redis|onepassword|stripe_webhook|on_call): \{",
            r"\1: { allow_private: true,",
            rules,
        )
        rules = rules.replace("otlp: true", "otlp: { allow_private: true }").replace(
            "90d, source", "90d, allow_private: true, source"
        )
        rules = re.sub(
            r"^( +)(probe|url): ", r"\1allow_private: true\n\1\2: ", rules, flags=re.MULTILINE
        )
        rules = re.sub(r"allow_private: true\n +(url: \{)", r"\1", rules)
        values = {
            "METRICS_URL": metrics,
            "OTEL_EXPORTER_OTLP_ENDPOINT": tracing.url,
            "REALTIME_REDIS_URL": url,
        }
        yield Scene(folder=folder, rules=rules, values={**VALUES, **values})


def report(scene: Scene, **changed: str) -> dict[str, dict[str, object]]:
    """The items of the report, by id."""
    (scene.folder / "live.yml").write_text(scene.rules)
    values = {**scene.values, **changed}
    (scene.folder / "live.env").write_text(
        "".join(f'{name}="{value}"\n' for name, value in values.items())
    )
    command = [
        sys.executable,
        "-m",
        "deploy_checklist",
        "check",
        "examples/deployment-checklist.md",
    ]
    options = [
        "--rules",
        "live.yml",
        "-e",
        "production",
        "--env-file",
        "live.env",
        "--format",
        "json",
    ]
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    done = subprocess.run(
        [*command, *options],
        cwd=scene.folder,
        env=environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout, done.stderr
    for name in (
        "PAYMENT_API_KEY",
        "METRICS_API_KEY",
        "REALTIME_REDIS_URL",
        "OP_CONNECT_TOKEN",
        "STRIPE_READ_KEY",
    ):
        assert values[name] not in done.stdout + done.stderr
    return {item["id"]: item for item in json.loads(done.stdout)["items"]}


def test_everything_a_machine_can_see_is_verified_and_only_people_are_waited_for(
    scene: Scene,
) -> None:
    items = report(scene)
    assert len(items) == 18
    wrong = {
        (name, finding["check"]): finding["message"]
        for name, item in items.items()
        for finding in item["findings"]  # type: ignore[attr-defined]
        if finding["outcome"] not in ("pass", "pending") and finding["check"] != "workflow"
    }
    assert wrong == {}


def test_what_is_wrong_outside_is_seen(scene: Scene) -> None:
    """One thing at a time would take longer; they are told apart by their items."""
    items = report(
        scene,
        REALTIME_ORIGINS="https://acme.example,https://app.acme.example,https://new.acme.example",
        PAYMENT_CALLBACK_URL="https://pay.fans.example/other",
        METRICS_URL=scene.values["METRICS_URL"] + "/elsewhere",
        STRIPE_READ_KEY="rk_live_1",
    )
    for name in ("REALTIME_ORIGINS", "PAYMENT_CALLBACK_URL", "METRICS_URL"):
        assert items[name]["outcome"] == "fail", items[name]


def test_the_example_itself_loads_for_every_environment() -> None:
    from deploy_checklist.rules.load import load, resolve

    found = load((ROOT / "examples" / "live.yml").read_text(), "examples/live.yml")
    for environment in ("staging", "production"):
        assert len(resolve(found, environment, {}).rules) >= 18


@pytest.mark.measures_time
def test_the_run_ends_at_its_deadline_whatever_a_server_does(tmp_path: Path) -> None:
    """The report is written then, and the process waits for no thread that still hangs."""
    with raw(trickles) as port:
        (tmp_path / "deploy-checklist.md").write_text("# Release\n\n- [ ] It answers\n")
        rule = f"http: {{ url: 'http://localhost:{port}/', allow_private: true, timeout: 60s }}"
        (tmp_path / "deploy-checklist.yml").write_text(
            f"version: 1\nitems:\n  It answers: {{ {rule} }}\n"
        )
        command = [sys.executable, "-m", "deploy_checklist", "check", "--deadline", "1s"]
        environ = {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": str(ROOT / "src"),
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        began = time.monotonic()
        done = subprocess.run(
            command, cwd=tmp_path, env=environ, capture_output=True, text=True, check=False
        )
        took = time.monotonic() - began
    assert done.returncode == 3, done.stdout + done.stderr
    assert "no answer within the run's deadline of 1s" in done.stdout
    assert took < 20  # far below the probe's own 60 seconds, however slow the machine
