"""A backend team's document exactly as its authors wrote it, with and without rules (it lies beside the corpus)."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from deploy_checklist.checklist.parse import decode, parse
from deploy_checklist.cli import run

CORPUS = os.environ.get("CORPUS_DIR")
SEED = Path(CORPUS or "/nowhere").parent / "seed" / "deployment-checklist.md"
pytestmark = pytest.mark.skipif(
    not SEED.is_file() and not os.environ.get("REQUIRE_CORPUS"),
    reason="CORPUS_DIR has no seed/ beside it",
)
NOW = "2026-11-22T21:14:00Z"

RULES = """\
version: 1
environments:
  staging:    { domain: staging.acme.example, mode: test }
  production: { domain: acme.example, mode: live }
facts:
  stripe:     { env: PAYMENT_PROVIDER, equals: stripe }
  clustering: { env: REALTIME_CLUSTERING, default: false }
  tracing:    { env: TRACING_ENABLED, default: false }
roles:
  backend-lead: ["@octo-lead"]
  on-call:      [maintain]
  partnerships: ["@octo-partner"]
sections:
  Deployment log template: { skip: "the gate writes the row itself" }
items:
  PAYMENT_PROVIDER:                 { one_of: [stripe, paynow] }
  PAYMENT_API_KEY:                  [secret, { when: stripe, matches: "(sk|rk)_${mode}_.+" }]
  PAYMENT_WEBHOOK_SECRET:           { secret: true, rotated_within: 90d }
  PAYMENT_CALLBACK_URL:             { url: { scheme: https, host: "pay.${domain}" } }
  PAYMENT_USSD_SHORTCODE:
    matches: '\\*\\d{2,5}(\\*\\d{1,6})*#'
    sign: { that: "MTN shows the code with a non-zero price", by: [partnerships] }
  REALTIME_SOCKET_ORIGIN_ALLOWLIST: { origins: { include: ["https://${domain}", "https://app.${domain}"] } }
  REALTIME_SERVICE_API_KEY:         { secret: true, sign: { that: "the key is scoped", by: [backend-lead] } }
  REALTIME_REDIS_URL:               { secret: true, when: clustering }
  TLS certificates renewed:         { sign: { by: [on-call] } }
  Load balancer health checks:      { sign: { by: [on-call] } }
  METRICS_EXPORTER_API_KEY:         secret
  METRICS_ENDPOINT_URL:             { url: { scheme: https } }
  LOG_DRAIN_URL:                    { url: { scheme: https, host: .logflare.app } }
  OTEL_SERVICE_NAME:                { when: tracing }
  OTEL_EXPORTER_OTLP_ENDPOINT:      { when: tracing, url: { scheme: https } }
  Alerting rules reviewed:          { sign: { by: [on-call] } }
  Checklist reviewed and signed:    { sign: { by: [backend-lead], per: commit, not_author: true }, waivable: false }
  Linked in release runbook:        sign
  CI npm run test:e2e:              sign
waivers:
  - { item: METRICS_ENDPOINT_URL, reason: "moves, OPS-412", approved_by: "@octo-ops", expires: 2026-12-15 }
"""
VALUES = {
    "PAYMENT_PROVIDER": "stripe",
    "PAYMENT_API_KEY": "sk_live_made-up-for-a-test",
    "PAYMENT_WEBHOOK_SECRET": "whsec_made-up-for-a-test",
    "PAYMENT_WEBHOOK_SECRET_ROTATED_AT": "2026-07-27",
    "PAYMENT_CALLBACK_URL": "https://pay.staging.acme.example/hooks",
    "PAYMENT_USSD_SHORTCODE": "*483#",
    "REALTIME_SOCKET_ORIGIN_ALLOWLIST": "https://acme.example",
    "REALTIME_SERVICE_API_KEY": "rt_made-up-for-a-test",
    "METRICS_EXPORTER_API_KEY": "glc_made-up-for-a-test",
    "METRICS_ENDPOINT_URL": "http://metrics.acme.example",
    "LOG_DRAIN_URL": "https://acme.logflare.app/logs",
    "TRACING_ENABLED": "yes",
    "OTEL_SERVICE_NAME": "fan-api",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "https://otel.acme.example",
}


def typed(folder: Path, environ: Mapping[str, str], *arguments: str) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run([*arguments, "--now", NOW], environ, out, err)
    assert err.getvalue() == ""
    return code, out.getvalue()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def judged(folder: Path, environ: Mapping[str, str], *arguments: str) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(
        typed(folder, environ, "check", str(SEED), "--format", "json", *arguments)[1]
    )
    return report


def test_its_items_secret_rows_and_log_template_are_read() -> None:
    checklist = parse(decode(SEED.read_bytes(), "seed"), "seed")
    assert len(checklist.items) == 18
    assert len(checklist.secret_rows) == 9
    assert all(row.source_of_truth and row.owner for row in checklist.secret_rows)
    assert checklist.log_template is not None
    assert checklist.log_template.columns == (
        "Date",
        "Environment",
        "Release tag",
        "Reviewer",
        "Notes",
    )


def test_with_rules_each_item_has_its_outcome_as_in_the_mock_up(folder: Path) -> None:
    """Three to fix, one waived, one skipped, the rest verified or waiting for the right person."""
    (folder / "deploy-checklist.yml").write_text(RULES)
    report = judged(folder, VALUES, "-e", "production")
    outcomes = {item["id"]: item["outcome"] for item in report["items"]}
    assert len(outcomes) == 18
    assert {name for name, outcome in outcomes.items() if outcome == "fail"} == {
        "PAYMENT_WEBHOOK_SECRET",
        "PAYMENT_CALLBACK_URL",
        "REALTIME_SOCKET_ORIGIN_ALLOWLIST",
    }
    assert outcomes["METRICS_ENDPOINT_URL"] == "waived"
    assert outcomes["REALTIME_REDIS_URL"] == "skipped"
    assert report["verdict"] == "blocked"
    assert report["totals"] == {
        "pass": 5,
        "signed": 0,
        "fail": 3,
        "pending": 8,
        "unknown": 0,
        "waived": 1,
        "skipped": 1,
    }
    owners = {item["id"]: item["owner"] for item in report["items"]}
    assert owners["PAYMENT_WEBHOOK_SECRET"] == "Backend Lead"
    assert owners["tls"] == "DevOps"
    assert report["log_row"].startswith("| 2026-11-22 | production |")


def test_the_screen_says_what_the_mock_up_says(folder: Path) -> None:
    (folder / "deploy-checklist.yml").write_text(RULES)
    code, out = typed(folder, VALUES, "check", str(SEED), "-e", "production")
    said = " ".join(out.split())
    assert code == 1
    for words in (
        "was rotated 118 days ago, on 2026-07-27; the limit is 90",
        "Backend Lead: Stripe dashboard › Webhooks, then gh secret set PAYMENT_WEBHOOK_SECRET --env production",
        "points to staging's host; production needs pay.acme.example",
        "lacks https://app.acme.example",
        "clustering is off: REALTIME_CLUSTERING is not set, default no",
        "blocked: 3 failed, 8 to sign",
    ):
        assert words in said
    assert "made-up" not in out


def test_without_rules_every_item_is_accounted_for_one_box_a_section(folder: Path) -> None:
    report = judged(folder, {})
    assert (report["verdict"], report["totals"]["pending"]) == ("waiting", 18)
    _, markdown = typed(folder, {}, "check", str(SEED), "--format", "markdown")
    assert sum(line.startswith("☐ ") for line in markdown.splitlines()) == 4


def test_without_rules_three_items_can_pass_by_themselves(folder: Path) -> None:
    report = judged(folder, VALUES)
    assert {item["id"] for item in report["items"] if item["outcome"] == "pass"} == {
        "PAYMENT_API_KEY",
        "METRICS_EXPORTER_API_KEY",
        "LOG_DRAIN_URL",
    }
    assert (report["totals"]["fail"], report["totals"]["unknown"]) == (0, 0)
