"""One use of every check that opens a connection, led to a port of this machine where a server misbehaves."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import nullcontext

from checks.judging import said
from deploy_checklist.outcome import Finding
from outside import looked
from servers import free_port
from servers.raw import Behaviour, raw

TIMEOUT = 0.6
CREDENTIAL = "canary7f3a91"
VALUES = dict.fromkeys(
    [
        "KEY",
        "USER",
        "OP_CONNECT_TOKEN",
        "VAULT_TOKEN",
        "AWS_ACCESS_KEY_ID",
        "AWS_SECRET_ACCESS_KEY",
    ],
    CREDENTIAL,
)
Look = Callable[..., Finding]  # of a port and, for what speaks HTTP, a scheme


def _looked(kind: str, written: dict[str, object], name: str | None = None) -> Finding:
    """Without a variable of the rule's own unless `name` is its value."""
    values = VALUES if name is None else {**VALUES, "NAME": name}
    finding = looked(
        kind, {"timeout": TIMEOUT, **written}, values, subject=None if name is None else "NAME"
    )
    assert CREDENTIAL not in said(finding) and "a bug" not in finding.message
    return finding


def http(port: int, scheme: str = "http") -> Finding:
    return _looked("http", {"url": f"{scheme}://localhost:{port}/", "bearer_env": "KEY"})


def https(port: int) -> Finding:
    return http(port, "https")


def otlp(port: int, scheme: str = "http") -> Finding:
    return _looked("otlp", {"url": f"{scheme}://localhost:{port}", "bearer_env": "KEY"})


def tls(port: int) -> Finding:
    return _looked("tls", {"host": "localhost", "port": port})


def redis(port: int, scheme: str = "redis") -> Finding:
    return _looked("redis", {}, f"{scheme}://:{CREDENTIAL}@localhost:{port}")


def rediss(port: int) -> Finding:
    return redis(port, "rediss")


def origins(port: int, scheme: str = "http") -> Finding:
    written = {"probe": f"{scheme}://localhost:{port}/socket.io/", "timeout": "1s"}
    return _looked("origins", written, "https://app.acme.example")


def data(port: int, scheme: str = "http", path: str = "/outputs.json") -> Finding:
    return _looked("data", {"url": f"{scheme}://localhost:{port}{path}", "exists": True})


def terraform(port: int, scheme: str = "http") -> Finding:
    return _looked(
        "terraform", {"url": f"{scheme}://localhost:{port}/", "output": "cache", "exists": True}
    )


def onepassword(port: int, scheme: str = "http") -> Finding:
    return _looked(
        "onepassword", {"url": f"{scheme}://localhost:{port}", "vault": "V", "item": "I"}
    )


def stripe_webhook(port: int, scheme: str = "http") -> Finding:
    written = {
        "url": f"{scheme}://localhost:{port}",
        "key_env": "KEY",
        "live": True,
        "events": ["charge.failed"],
    }
    return _looked("stripe_webhook", written, "https://pay.acme.example")


def aws_certificate(port: int, scheme: str = "http") -> Finding:
    written = {"url": f"{scheme}://localhost:{port}", "domain": "a.example", "region": "eu-west-1"}
    return _looked("aws_certificate", written)


def aws_target_group(port: int, scheme: str = "http") -> Finding:
    written = {"url": f"{scheme}://localhost:{port}", "name": "realtime", "region": "eu-west-1"}
    return _looked("aws_target_group", written)


def _on_call(provider: str, port: int, scheme: str, **more: str) -> Finding:
    written = {"provider": provider, "schedule": "S", "for": "1h", "token_env": "KEY", **more}
    return _looked("on_call", {**written, "url": f"{scheme}://localhost:{port}"})


def on_call_by_pagerduty(port: int, scheme: str = "http") -> Finding:
    return _on_call("pagerduty", port, scheme)


def on_call_by_grafana(port: int, scheme: str = "http") -> Finding:
    return _on_call("grafana", port, scheme)


def on_call_by_opsgenie(port: int, scheme: str = "http") -> Finding:
    return _on_call("opsgenie", port, scheme)


def on_call_by_jsm(port: int, scheme: str = "http") -> Finding:
    return _on_call("jsm", port, scheme, user_env="USER")


def _rotated(source: str, port: int, scheme: str, **more: str) -> Finding:
    written = {"within": "90d", "source": source, "url": f"{scheme}://localhost:{port}", **more}
    return _looked("rotated_within", written, CREDENTIAL)


def rotated_by_onepassword(port: int, scheme: str = "http") -> Finding:
    return _rotated("onepassword", port, scheme, vault="V", item="I")


def rotated_by_aws(port: int, scheme: str = "http") -> Finding:
    return _rotated("aws", port, scheme, secret="payments", region="eu-west-1")


def rotated_by_vault(port: int, scheme: str = "http") -> Finding:
    return _rotated("vault", port, scheme, path="p")


def rotated_by_a_document(port: int, scheme: str = "http") -> Finding:
    return _rotated("data", port, scheme, at="rotated", bearer_env="KEY")


PROBES: tuple[Look, ...] = (http, https, otlp, tls, redis, rediss)
DOCUMENTS: tuple[Look, ...] = (
    data,
    terraform,
    rotated_by_a_document,
)  # what is looked at lies at the URL itself
SERVICES: tuple[Look, ...] = (  # that are asked about something else
    onepassword,
    stripe_webhook,
    aws_certificate,
    aws_target_group,
    on_call_by_pagerduty,
    on_call_by_grafana,
    on_call_by_opsgenie,
    on_call_by_jsm,
    rotated_by_onepassword,
    rotated_by_aws,
    rotated_by_vault,
)
OVER_HTTP: tuple[Look, ...] = (http, otlp, origins, *DOCUMENTS, *SERVICES)
EVERY: tuple[Look, ...] = (*PROBES, origins, *DOCUMENTS, *SERVICES)
WITHOUT_CREDENTIALS: tuple[Look, ...] = (origins, data, terraform)


def called(look: Look) -> str:
    """What a table's row is called."""
    return look.__name__


def host(look: Look) -> str:
    """As a message names it: a host that stands in a variable is not said."""
    return "the host of NAME" if look in (redis, rediss) else "`localhost`"


def seconds(look: Look) -> float:
    """What its rule allows: that of `origins` is written in whole seconds."""
    return 1 if look is origins else TIMEOUT


def in_time(look: Look, *where: object) -> Finding:
    """The finding, which must not take longer than its time-out and a little."""
    began = time.monotonic()
    finding = look(*where)
    assert time.monotonic() - began < seconds(look) + 0.5
    return finding


def timed(look: Look, behave: Behaviour | None) -> Finding:
    """What is found of a port where every connection is treated so, or nobody listens."""
    with raw(behave) if behave else nullcontext(free_port()) as port:
        return in_time(look, port)
