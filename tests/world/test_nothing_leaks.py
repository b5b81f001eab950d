"""Whatever a server says and whatever a variable holds: none of it is in a finding or in its evidence."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from checks.judging import said
from deploy_checklist.checks.registry import kinds
from deploy_checklist.outcome import Unobservable
from outside import looked, outside
from servers.raw import raw
from servers.web import Answer, web

CANARY = "canary7f3a91"
VALUES = {
    "NAME": f"https://pay.example/{CANARY}",
    "KEY": CANARY,
    "USER_ID": CANARY,
    "OP_CONNECT_TOKEN": CANARY,
}
VALUES |= {
    "AWS_ACCESS_KEY_ID": CANARY,
    "AWS_SECRET_ACCESS_KEY": CANARY,
    "AWS_REGION": "eu-west-1",
    "VAULT_TOKEN": CANARY,
}
RULES: Mapping[str, dict[str, object]] = {
    "http": {
        "json": {"at": "a", "equals": 1},
        "bearer_env": "KEY",
        "rejects_without_auth": True,
        "contains": "x",
    },
    "otlp": {"header_env": {"X-API-KEY": "KEY"}},
    "data": {"at": "a", "equals": 1},
    "terraform": {"output": "a", "exists": True},
    "onepassword": {"vault": "V", "item": "I"},
    "stripe_webhook": {"key_env": "KEY", "live": True},
    "aws_certificate": {"domain": "a.example"},
    "aws_target_group": {"name": "a"},
    "on_call": {"provider": "pagerduty", "schedule": "S", "for": "1h", "token_env": "KEY"},
    "rotated_within": {"within": "90d", "source": "vault", "path": "p"},
}
BODIES = [
    CANARY,
    json.dumps(
        {"a": CANARY, "__type": CANARY, "data": CANARY, "oncalls": CANARY, "Certificate": CANARY}
    ),
    json.dumps(
        {
            "data": {"current_version": 1, "versions": {"1": {"created_time": CANARY}}},
            "oncalls": [{"start": CANARY}],
        }
    ),
    json.dumps([{"name": "V", "id": CANARY, "title": "I", "updatedAt": CANARY}]),
    f"<R><TargetGroups><member><HealthCheckPath>{CANARY}</HealthCheckPath></member></TargetGroups></R>",
    f"<ErrorResponse><Error><Code>{CANARY}</Code></Error></ErrorResponse>",
]


def everything(kind: str, written: Mapping[str, object]) -> str:
    finding = looked(kind, written, VALUES)
    module: Any = kinds()[kind]
    params = module.Params.model_validate({"allow_private": True, **written})
    try:
        source = module.observe(params, "NAME", outside(VALUES)).source
    except Unobservable as trouble:
        source = f"{trouble.reason} {trouble.remedy} {trouble!r}"
    return f"{said(finding)} {finding!r} {source}"


@pytest.mark.parametrize("kind", RULES)
@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 404, 500])
def test_neither_a_body_nor_a_header_nor_a_value_is_reported(kind: str, status: int) -> None:
    headers = {"Content-Type": CANARY, "Location": f"https://{CANARY}.example", "X-Canary": CANARY}
    for body in BODIES:
        with web(
            lambda asked, body=body: Answer(status=status, body=body.encode(), headers=headers)
        ) as there:  # type: ignore[misc]
            assert CANARY not in everything(kind, {"url": there.url, **RULES[kind]})


@settings(
    deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.binary(max_size=400))
def test_no_bytes_of_a_server_crash_a_probe(answer: bytes) -> None:
    """Whatever comes back, the outcome is one of ours, within the time."""

    def behave(connection: Any, over: object) -> None:
        connection.recv(65_536)
        connection.sendall(answer)

    with raw(behave) as port:
        looked("http", {"url": f"http://localhost:{port}/", "timeout": 2}, subject=None)
        looked("http", {"url": f"https://localhost:{port}/", "timeout": 2}, subject=None)
        looked(
            "redis", {"adapter_nodes": 1, "timeout": 2}, {"NAME": f"redis://u:p@localhost:{port}"}
        )
        looked("tls", {"host": "localhost", "port": port, "timeout": 2}, subject=None)


@settings(deadline=None, max_examples=60)
@given(
    st.sampled_from([b"HTTP/1.1 200 OK\r\n", b"HTTP/1.0 404 x\r\n", b"+PONG\r\n", b"*2\r\n$3\r\n"]),
    st.binary(max_size=200),
)
def test_no_half_right_answer_crashes_a_probe(begins: bytes, rest: bytes) -> None:
    def behave(connection: Any, over: object) -> None:
        connection.recv(65_536)
        connection.sendall(begins + rest)

    with raw(behave) as port:
        looked(
            "http",
            {"url": f"http://localhost:{port}/", "timeout": 2, "contains": "a"},
            subject=None,
        )
        looked("redis", {"adapter_nodes": 1, "timeout": 2}, {"NAME": f"redis://localhost:{port}"})
