"""A checklist that leaves one question of each kind open, and `init` as a person types it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Collection, Mapping
from pathlib import Path

from deploy_checklist.cli import run

CHECKLIST = """\
# Going live

Read this before every staging or production release.

## Payments
- [ ] `CARD_GATEWAY` set to the gateway in use (`acme`, `bolt`, etc.).
- [ ] `CARD_KEY` present in environment secrets.
- [ ] `CARD_WEBHOOK_SECRET` configured and rotated within the last 60 days.
- [ ] `CARD_CALLBACK_URL` points to the deployed domain (staging or production).
- [ ] `CARD_SHORT_CODE` populated and dialled by hand.

| Service | Secret | Source of truth | Rotation owner |
| --- | --- | --- | --- |
| Cards | `CARD_KEY` | 1Password › Card vault | Finance |
| Cards | `CARD_WEBHOOK_SECRET` | Stripe › Webhooks | Payments lead |
| Cards | `CARD_SHORT_CODE` | the carrier's console | Partner desk |

## Queue
- [ ] `CORS_ORIGINS` lists all web domains.
- [ ] `QUEUE_REDIS_URL` configured for the queue adapter (if clustering is enabled).
- [ ] `OTEL_SERVICE_NAME` and `OTEL_EXPORTER_OTLP_ENDPOINT` set when tracing is on.
- [ ] `METRICS_URL` reachable from the deployment environment.
- [ ] TLS certificates look fresh.
- [ ] Somebody is on-call for the night.

| Service | Secret | Source of truth | Rotation owner |
| --- | --- | --- | --- |
| Queue | `QUEUE_REDIS_URL` | Terraform (`infra/queue.tfstate`) | SRE |
| Queue | TLS certificate | ACME job | SRE, DevOps |

## Sign-off
- [ ] Read and approved by the payments lead.
- [ ] CI `npm run e2e` step names this checklist before releasing.
"""
ANSWERS = """\
domain:staging: staging.acme.dev
domain:production: acme.dev
fact:clustering: CLUSTER_MODE=on
fact:tracing: TRACING
members:payments-lead: ["@octo-lead", "@acme/payments"]
choices:CARD_GATEWAY: [acme, bolt, cash]
status:METRICS_URL: [200, 204]
"""
COMMENTED = re.compile(r"^(    )# (- \{ \w+: |\w+: )(.*)$", re.MULTILINE)
RULES = Path(".github/deploy-checklist.yml")
PATH = Path("docs/deployment-checklist.md")


def typed(*arguments: str, environ: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Exit code, screen, errors."""
    out, err = io.StringIO(), io.StringIO()
    return run(arguments, environ or {}, out, err), out.getvalue(), err.getvalue()


def answered(answers: str) -> tuple[int, str, str]:
    """`init --answers` with a file of these answers."""
    Path("answers.yml").write_text(answers, encoding="utf-8")
    return typed("init", "--answers", "answers.yml")


def written() -> str:
    """The rules file."""
    return RULES.read_text(encoding="utf-8")


def lines_of(key: str) -> str:
    """The lines of one key under `items:` in the rules file."""
    lines = written().partition("\nitems:\n")[2].split("\n")
    start = next(at for at, line in enumerate(lines) if line.startswith(f"  {key}:"))
    end = next(
        (at for at in range(start + 1, len(lines)) if not lines[at].startswith("    ")), len(lines)
    )
    return "\n".join(lines[start:end])


def outcomes(
    environ: Mapping[str, str], *options: str, environment: str = "production"
) -> dict[str, str]:
    """What `check` makes of each item in a job of an environment, by the item's id."""
    out, err = io.StringIO(), io.StringIO()
    arguments = ("check", "-e", environment, "--format", "json", *options)
    run(arguments, {"GITHUB_ACTIONS": "true", **environ}, out, err)
    assert err.getvalue() == ""
    return {each["id"]: each["outcome"] for each in json.loads(out.getvalue())["items"]}


def uncommented(lines: Collection[re.Match[str]], text: str) -> str:
    """A rules file in which these lines, found by `COMMENTED`, have no `#` any more."""
    for line in sorted(lines, key=lambda found: found.start(), reverse=True):
        text = text[: line.start()] + line[1] + line[2] + line[3] + text[line.end() :]
    return text


def all_uncommented(text: str) -> str:
    """A rules file without the `#` of any check, and with each `sign` as their comments say."""
    deleted = r"^    sign:.*\n(?:      .*\n)*(    # .*; then delete `sign`)$"
    left = r"^    sign:.*\n(?:      .*\n)*(    # .*; then keep only `(sign: .*)`)$"
    text = re.sub(deleted, r"\1", text, flags=re.MULTILINE)
    text = re.sub(left, r"    \2\n\1", text, flags=re.MULTILINE)
    return uncommented(list(COMMENTED.finditer(text)), text)
