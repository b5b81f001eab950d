"""1Password Connect: an item is there, and when it was changed; no field of it is asked for."""

from __future__ import annotations

import pytest

from deploy_checklist.outcome import Finding, Outcome
from fakes import NOW
from outside import looked
from servers.services import connect
from servers.web import web

KEY = {
    "id": "a",
    "title": "PAYMENT_API_KEY",
    "updatedAt": "2026-10-01T10:00:00.123456789Z",
    "version": 3,
}
OLD = {"id": "b", "title": "Webhook", "updatedAt": "2026-07-27T10:00:00Z"}
GONE = {"id": "c", "title": "Gone", "updatedAt": "2026-11-01T10:00:00Z", "state": "ARCHIVED"}
TWICE = [{"id": "d", "title": "Twice", "updatedAt": "2026-11-01T10:00:00Z"}] * 2
VAULTS = {"Payments Vault": [KEY, OLD, GONE, *TWICE], "Platform Vault": []}


def found(item: str = "PAYMENT_API_KEY", token: str = "connect-token", **more: object) -> Finding:
    with web(connect(VAULTS)) as there:
        written = {"url": there.url, "vault": "Payments Vault", "item": item, **more}
        finding = looked("onepassword", written, {"OP_CONNECT_TOKEN": token}, now=NOW)
        assert all("/items/" not in asked.path for asked in there.asked), (
            "an item itself would hold its fields"
        )
    return finding


@pytest.mark.parametrize(
    ("written", "outcome", "words"),
    [
        ({}, "pass", "`PAYMENT_API_KEY` is in `Payments Vault`, changed on 2026-10-01"),
        (
            {"updated_within": "90d"},
            "pass",
            "`PAYMENT_API_KEY` is in `Payments Vault`, changed on 2026-10-01",
        ),
        (
            {"item": "Webhook", "updated_within": "90d"},
            "fail",
            "the item was changed 118 days ago, on 2026-07-27; the limit is 90d",
        ),
        ({"item": "Other"}, "fail", "the vault `Payments Vault` has no item `Other`"),
        ({"item": "Gone"}, "fail", "the vault `Payments Vault` has no item `Gone`"),
        ({"item": "Twice"}, "fail", "the vault `Payments Vault` has 2 items `Twice`"),
        ({"vault": "Finance"}, "fail", "1Password shows no vault `Finance`"),
        (
            {"token": "old"},
            "unknown",
            "1Password Connect refuses OP_CONNECT_TOKEN: it is wrong, expired or revoked",
        ),
        ({"token": ""}, "unknown", "OP_CONNECT_TOKEN is empty, so no request was sent"),
    ],
)
def test_what_connect_lists(written: dict[str, str], outcome: str, words: str) -> None:
    finding = found(**written)
    assert (finding.outcome, finding.message) == (outcome, words)


def test_a_vault_that_was_not_granted_is_unknown() -> None:
    from servers.services import of

    with web(lambda asked: of(403, {})) as there:
        written = {"url": there.url, "vault": "V", "item": "I"}
        finding = looked("onepassword", written, {"OP_CONNECT_TOKEN": "t"})
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == "1Password Connect does not allow OP_CONNECT_TOKEN to do this"
    assert finding.remedy == "it needs read access to the vault"


def test_a_token_is_not_sent_over_plain_http_to_the_world() -> None:
    finding = looked(
        "onepassword",
        {"url": "http://connect.example", "vault": "V", "item": "I", "allow_private": False},
        {"OP_CONNECT_TOKEN": "t"},
    )
    assert (
        finding.outcome is Outcome.UNKNOWN
        and "over http:// others could read the credential" in finding.message
    )
