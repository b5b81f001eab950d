"""Checklists and rules whose verdict is known, for the workflow runs and the runner's own line."""

from __future__ import annotations

from collections.abc import Mapping

CHECKLIST = """\
# Deployment checklist

- [ ] `PAYMENT_PROVIDER` set to the active gateway.
- [ ] `PAYMENT_API_KEY` present in environment secrets.
- [ ] `PAYMENT_CALLBACK_URL` matches the deployed domain.
"""

RULES = """\
version: 1
checklist: docs/deployment-checklist.md
environments:
  staging: { domain: staging.acme.example }
  production: { domain: acme.example }
items:
  PAYMENT_PROVIDER: { one_of: [stripe, paynow] }
  PAYMENT_API_KEY: secret
  PAYMENT_CALLBACK_URL: { url: { scheme: https, host: "pay.${domain}" } }
"""

VALUES: Mapping[str, str] = {
    "PAYMENT_PROVIDER": "stripe",
    "PAYMENT_API_KEY": "sk_live_4eC39HqLyjWDarjtT1zdp7dc",
    "PAYMENT_CALLBACK_URL": "https://pay.acme.example/callback",
}

SIGN = "- [ ] Everybody was told.\n"


def files(checklist: str = CHECKLIST, rules: str | None = RULES) -> dict[str, str]:
    """A repository with this checklist and these rules."""
    found = {"docs/deployment-checklist.md": checklist}
    return found if rules is None else {**found, ".github/deploy-checklist.yml": rules}
