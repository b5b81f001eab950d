"""The date of a secret, read where the secret is kept; never the secret itself."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import ValidationError

from deploy_checklist.checks.rotated_within import Params
from deploy_checklist.outcome import Finding, Outcome
from fakes import NOW, FakeGitHub, FakeRepository
from outside import looked
from servers.aws import KEYS, aws
from servers.services import Respond, connect, of, vault
from servers.web import Answer, web

VERSIONS = {
    "1": {"created_time": "2026-01-01T00:00:00Z"},
    "2": {"created_time": "2026-10-01T10:00:00.5Z", "destroyed": False, "deletion_time": ""},
    "3": {"created_time": "2026-11-01T00:00:00Z", "destroyed": True},
}
YOUNG = "rotated 52 days ago, on 2026-10-01; the limit is 90"


def found(respond: Respond, token: str, **written: object) -> Finding:
    with web(respond) as there:
        rule = {"within": "90d", "url": there.url, **written}
        return looked("rotated_within", rule, {"TOKEN": token, "NAME": "v"}, now=NOW)


@pytest.mark.parametrize(
    ("respond", "token", "words"),
    [
        (vault(VERSIONS, 2), "vault-token", YOUNG),
        (
            vault(VERSIONS, 1),
            "vault-token",
            "was rotated 325 days ago, on 2026-01-01; the limit is 90",
        ),
        (vault(VERSIONS, 3), "vault-token", "has no rotation date: its current version is deleted"),
        (vault(VERSIONS, 2), "other", "Vault does not allow TOKEN to do this"),
        (
            lambda asked: of(200, {"data": []}),
            "vault-token",
            "Vault's answer does not match its documentation",
        ),
    ],
)
def test_vault_dates_the_current_version(respond: Respond, token: str, words: str) -> None:
    finding = found(respond, token, source="vault", path="payments/webhook", token_env="TOKEN")
    assert finding.message == words


@pytest.mark.parametrize(
    ("deletion", "words"),
    [
        ("2026-11-22T21:14:01Z", "rotated 21 days ago, on 2026-11-01; the limit is 90"),
        ("2026-11-22T21:14:00Z", "has no rotation date: its current version is deleted"),
    ],
)
def test_vault_deletes_a_version_at_its_time(deletion: str, words: str) -> None:
    version = {"1": {"created_time": "2026-11-01T00:00:00Z", "deletion_time": deletion}}
    finding = found(
        vault(version, 1), "vault-token", source="vault", path="payments/webhook", token_env="TOKEN"
    )
    assert finding.message == words


def test_a_path_that_vault_does_not_have() -> None:
    finding = found(
        vault(VERSIONS, 2), "vault-token", source="vault", path="payments/other", token_env="TOKEN"
    )
    assert finding.message == "has no rotation date: Vault has nothing at `secret/payments/other`"


def test_onepassword_dates_the_item() -> None:
    item = {"id": "a", "title": "Webhook", "updatedAt": "2026-10-01T10:00:00Z"}
    written = {"source": "onepassword", "vault": "Payments Vault", "token_env": "TOKEN"}
    respond = connect({"Payments Vault": [item]})
    assert found(respond, "connect-token", item="Webhook", **written).message == YOUNG
    assert found(respond, "connect-token", item="Hook", **written).outcome is Outcome.FAIL


def test_secrets_manager_dates_the_version_that_is_current() -> None:
    """A new version counts, a new description does not."""
    with aws() as cloud:
        manager = cloud.client("secretsmanager")
        manager.create_secret(Name="payments/webhook", SecretString="never asked for")
        written = {"within": "90d", "source": "aws", "url": cloud.url, "secret": "payments/webhook"}
        now = datetime.now(UTC) + timedelta(
            seconds=5
        )  # moto dates a version when it is asked for, not when it is made
        young = looked("rotated_within", written, {**KEYS, "NAME": "v"}, now=now)
        old = looked(
            "rotated_within", written, {**KEYS, "NAME": "v"}, now=now.replace(year=now.year + 1)
        )
    assert young.message.startswith("rotated today")
    assert old.outcome is Outcome.FAIL and "the limit is 90" in old.message


def test_a_secret_that_secrets_manager_does_not_have() -> None:
    """By hand: moto answers 500 here."""
    with web(lambda asked: of(400, {"__type": "ResourceNotFoundException"})) as there:
        written = {"within": "90d", "source": "aws", "url": there.url, "secret": "other"}
        finding = looked("rotated_within", written, {**KEYS, "NAME": "v"}, now=NOW)
    assert finding.message == "has no rotation date: Secrets Manager has no secret `other`"


@pytest.mark.parametrize("created", ["2026-10-01T10:00:00Z", 1_790_848_800])
def test_a_document_at_a_url_with_a_token(created: object) -> None:
    """Cloud stores whose API answers with JSON: the date is found by a JMESPath, ISO or in seconds."""
    with web(
        lambda asked: of(
            200 if asked.headers.get("authorization") == "Bearer t" else 401, {"a": created}
        )
    ) as there:
        written = {
            "within": "90d",
            "source": "data",
            "url": there.url,
            "at": "a",
            "bearer_env": "TOKEN",
        }
        good = looked("rotated_within", written, {"TOKEN": "t", "NAME": "v"}, now=NOW)
        bad = looked("rotated_within", written, {"TOKEN": "x", "NAME": "v"}, now=NOW)
    assert good.message == YOUNG
    assert bad.outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(body=b'{"a": "yesterday"}'), "is not a date"),
        (Answer(body=b"{"), "cannot be read"),
        (Answer(status=404), "answered 404"),
    ],
)
def test_a_document_without_a_date_is_not_a_pass(answer: Answer, words: str) -> None:
    finding = found(lambda asked: answer, "t", source="data", at="a")
    assert finding.outcome is Outcome.FAIL and words in finding.message


def test_a_document_of_the_repository_or_on_github() -> None:
    text = json.dumps({"rotated": {"webhook": "2026-10-01"}})
    written = {"within": "90d", "source": "data", "at": "rotated.webhook", "allow_private": None}
    here = looked(
        "rotated_within",
        {**written, "file": "dates.json"},
        {"NAME": "v"},
        now=NOW,
        repository=FakeRepository({"dates.json": text}),
    )
    there = looked(
        "rotated_within",
        {**written, "github": "acme/ops/dates.json@main"},
        {"NAME": "v"},
        now=NOW,
        github=FakeGitHub(contents={("acme/ops", "dates.json"): text.encode()}),
    )
    assert (here.message, there.message) == (YOUNG, YOUNG)


@pytest.mark.parametrize(
    "written",
    ["2026-10-01", "2026-10-01T10:00:00Z", "2026-10-01 10:00:00", "2026-10-01T18:00:00+08:00"],
)
def test_a_date_that_toml_writes_without_quotes(written: str) -> None:
    repository = FakeRepository({"dates.toml": f"[rotated]\nwebhook = {written}\n"})
    rule = {
        "within": "90d",
        "source": "data",
        "file": "dates.toml",
        "at": "rotated.webhook",
        "allow_private": None,
    }
    assert (
        looked("rotated_within", rule, {"NAME": "v"}, now=NOW, repository=repository).message
        == YOUNG
    )


@pytest.mark.parametrize(
    "written",
    [
        {"source": "onepassword", "vault": "V", "item": "I"},
        {"source": "vault", "url": "https://vault.example"},
        {"source": "aws"},
        {"source": "data", "at": "a"},
        {"source": "data", "at": "a[", "file": "x.json"},
        {"source": "vault", "url": "https://vault.example", "path": "a", "item": "I"},
        {"source": "github", "url": "https://vault.example"},
        {"url": "https://vault.example"},
    ],
)
def test_keys_of_another_source_and_missing_ones_are_faults_of_the_rule(
    written: dict[str, object],
) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate({"within": "90d", **written})
