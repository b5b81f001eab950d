"""The rules that answers make: each passes in a world where its item holds, and in no other."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from .shop import ANSWERS, answered, outcomes

pytestmark = pytest.mark.usefixtures("folder")

REAL = "q7Zk29xLmPw4Rt8BvNs3"
HOLDS = {
    "CARD_GATEWAY": "bolt",
    "CARD_KEY": REAL,
    "CARD_WEBHOOK_SECRET": REAL[::-1],
    "CARD_WEBHOOK_SECRET_ROTATED_AT": "2026-11-01",
    "CARD_CALLBACK_URL": "https://acme.dev/paid",
    "CORS_ORIGINS": "https://acme.dev,https://app.acme.dev",
    "CLUSTER_MODE": "on",
    "QUEUE_REDIS_URL": f"rediss://:{REAL}@queue.acme.dev:6379",
    "TRACING": "true",
    "OTEL_SERVICE_NAME": "shop",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "https://otel.acme.dev",
}
FAILS = [
    ("CARD_GATEWAY", {"CARD_GATEWAY": "cheques"}),
    ("CARD_GATEWAY", {"CARD_GATEWAY": ""}),
    ("CARD_GATEWAY", {"CARD_GATEWAY": "Bolt"}),
    ("CARD_KEY", {"CARD_KEY": ""}),
    ("CARD_KEY", {"CARD_KEY": "changeme"}),
    ("CARD_WEBHOOK_SECRET", {"CARD_WEBHOOK_SECRET_ROTATED_AT": "2026-09-01"}),
    ("CARD_WEBHOOK_SECRET", {"CARD_WEBHOOK_SECRET_ROTATED_AT": "2027-01-01"}),
    ("CARD_WEBHOOK_SECRET", {"CARD_WEBHOOK_SECRET_ROTATED_AT": "lately"}),
    ("CARD_WEBHOOK_SECRET", {"CARD_WEBHOOK_SECRET": ""}),
    ("CARD_CALLBACK_URL", {"CARD_CALLBACK_URL": "https://staging.acme.dev/paid"}),
    ("CARD_CALLBACK_URL", {"CARD_CALLBACK_URL": "https://acme.dev.evil.example/paid"}),
    ("CARD_CALLBACK_URL", {"CARD_CALLBACK_URL": "acme.dev/paid"}),
    ("CARD_CALLBACK_URL", {"CARD_CALLBACK_URL": ""}),
    ("CORS_ORIGINS", {"CORS_ORIGINS": "https://app.acme.dev"}),
    ("CORS_ORIGINS", {"CORS_ORIGINS": "*"}),
    ("CORS_ORIGINS", {"CORS_ORIGINS": "https://acme.dev/"}),
    ("CORS_ORIGINS", {"CORS_ORIGINS": "http://acme.dev"}),
    ("QUEUE_REDIS_URL", {"QUEUE_REDIS_URL": ""}),
    ("QUEUE_REDIS_URL", {"QUEUE_REDIS_URL": "<redis-url>"}),
    ("OTEL_SERVICE_NAME", {"OTEL_SERVICE_NAME": ""}),
    ("OTEL_SERVICE_NAME", {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}),
]
SKIPS = [
    ("QUEUE_REDIS_URL", {"CLUSTER_MODE": "off", "QUEUE_REDIS_URL": ""}),
    ("QUEUE_REDIS_URL", {"CLUSTER_MODE": "", "QUEUE_REDIS_URL": ""}),
    ("OTEL_SERVICE_NAME", {"TRACING": "no", "OTEL_EXPORTER_OTLP_ENDPOINT": ""}),
]


def outcome(item: str, changed: Mapping[str, str | None]) -> str:
    answered(ANSWERS)
    values = {**HOLDS, **changed}
    environ = {name: value for name, value in values.items() if value is not None}
    return outcomes(environ, "--offline", "--now", "2026-11-22T21:14:00Z")[item]


@pytest.mark.parametrize("item", list(dict.fromkeys(item for item, _ in FAILS)))
def test_an_item_that_holds_passes_by_itself(item: str) -> None:
    assert outcome(item, {}) == "pass"


@pytest.mark.parametrize(("item", "changed"), FAILS)
def test_an_item_that_does_not_hold_fails(item: str, changed: dict[str, str]) -> None:
    assert outcome(item, changed) == "fail"


@pytest.mark.parametrize(("item", "changed"), SKIPS)
def test_an_item_whose_condition_does_not_hold_is_skipped(
    item: str, changed: dict[str, str]
) -> None:
    assert outcome(item, changed) == "skipped"


@pytest.mark.parametrize("name", list(HOLDS))
def test_what_was_not_passed_never_passes(name: str) -> None:
    names = {"CLUSTER_MODE": "QUEUE_REDIS_URL", "TRACING": "OTEL_SERVICE_NAME"}
    names["OTEL_EXPORTER_OTLP_ENDPOINT"] = "OTEL_SERVICE_NAME"
    item = names.get(name, name.removesuffix("_ROTATED_AT"))
    assert outcome(item, {name: None}) in ("pending", "unknown")
