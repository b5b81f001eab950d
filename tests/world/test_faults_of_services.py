"""Every way in which a service's answer can be wrong: no crash, no pass, and nobody is told what was not seen."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deploy_checklist.outcome import Outcome
from faulty import (
    CREDENTIAL,
    DOCUMENTS,
    SERVICES,
    Look,
    aws_certificate,
    aws_target_group,
    called,
    data,
    in_time,
    on_call_by_grafana,
    on_call_by_jsm,
    on_call_by_opsgenie,
    on_call_by_pagerduty,
    onepassword,
    rotated_by_a_document,
    rotated_by_aws,
    rotated_by_onepassword,
    rotated_by_vault,
    stripe_webhook,
    terraform,
)
from servers.web import Answer, Asked, web

NOW = datetime.now(UTC)
LONG_AGO, YEARS_AHEAD = "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
LAST_WEEK = f"{NOW - timedelta(days=5):%Y-%m-%dT%H:%M:%SZ}"
SOON = NOW + timedelta(hours=2)  # by the clock of a service that is ahead of ours
NAMES: Mapping[Look, str] = {
    onepassword: "1Password Connect",
    rotated_by_onepassword: "1Password Connect",
    stripe_webhook: "Stripe",
    aws_certificate: "AWS (ACM)",
    aws_target_group: "AWS",
    rotated_by_aws: "AWS (Secrets Manager)",
    rotated_by_vault: "Vault",
    on_call_by_pagerduty: "PagerDuty",
    on_call_by_grafana: "Grafana IRM",
    on_call_by_opsgenie: "Opsgenie",
    on_call_by_jsm: "Jira",
}


def item(changed: str = LAST_WEEK) -> object:
    """Serves as 1Password's list of vaults and as that of its items."""
    return [{"id": "1", "name": "V", "title": "I", "updatedAt": changed}]


def versions(created: object = LAST_WEEK) -> object:
    return {
        "data": {
            "current_version": 1,
            "versions": {"1": {"created_time": created, "destroyed": False}},
        }
    }


def secret(created: float) -> object:
    return {"Versions": [{"VersionStages": ["AWSCURRENT"], "CreatedDate": created}]}


ENDPOINT = {"id": "we_1", "url": "https://pay.acme.example", "livemode": True, "status": "enabled"}
CERTIFICATE = {
    "DomainName": "a.example",
    "Status": "ISSUED",
    "InUseBy": ["lb"],
    "NotAfter": 4e9,
    "RenewalSummary": {"RenewalStatus": "SUCCESS"},
}
PAGERDUTY = {
    "start": LONG_AGO,
    "end": YEARS_AHEAD,
    "escalation_level": 1,
    "user": {"id": "U"},
    "schedule": {"id": "S"},
}
RIGHT: Mapping[Look, Any] = {
    onepassword: item(),
    rotated_by_onepassword: item(),
    stripe_webhook: {
        "data": [{**ENDPOINT, "enabled_events": ["charge.failed"]}],
        "has_more": False,
    },
    aws_certificate: {  # serves as the list and as one certificate's description
        "CertificateSummaryList": [
            {
                "CertificateArn": "arn",
                "DomainName": "a.example",
                "SubjectAlternativeNameSummaries": [],
            }
        ],
        "Certificate": CERTIFICATE,
    },
    rotated_by_aws: secret((NOW - timedelta(days=5)).timestamp()),
    rotated_by_vault: versions(),
    on_call_by_pagerduty: {"oncalls": [PAGERDUTY], "more": False},
    on_call_by_grafana: {
        "results": [{"user_pk": "U", "shift_start": LONG_AGO, "shift_end": YEARS_AHEAD}]
    },
    on_call_by_opsgenie: {"data": {"onCallRecipients": ["a"]}},
    on_call_by_jsm: {"onCallUsers": ["a"]},
    data: {"a": 1},
    terraform: {"version": 4, "outputs": {"cache": {"value": 1}}},
    rotated_by_a_document: {"rotated": LAST_WEEK},
}


def saying(document: object) -> Answer:
    return Answer(body=json.dumps(document).encode(), headers={"Content-Type": "application/json"})


@pytest.mark.parametrize("look", RIGHT, ids=called)
def test_the_answer_that_is_right_passes(look: Look) -> None:
    """Else the tables below would show nothing."""
    with web(lambda _: saying(RIGHT[look])) as there:
        finding = look(there.port)
    assert finding.outcome is Outcome.PASS, finding


NOT_JSON = [
    pytest.param(b"", id="nothing"),
    pytest.param(b"{", id="cut"),
    pytest.param(f"<html>{CREDENTIAL}</html>".encode(), id="a page"),
    pytest.param(f'{{"a": "{CREDENTIAL}"}} {{'.encode(), id="two documents"),
    pytest.param(b"\xff\xfe\x00", id="no text"),
    pytest.param(b"[" * 100_000, id="nested without end"),
    pytest.param(b'{"a": ' + b"9" * 5_000 + b"}", id="a number of 5,000 digits"),
    pytest.param(b"NaN", id="not a number"),
]


@pytest.mark.measures_time
@pytest.mark.parametrize("body", NOT_JSON)
@pytest.mark.parametrize("look", SERVICES, ids=called)
def test_a_service_that_does_not_answer_in_json_is_unknown(look: Look, body: bytes) -> None:
    with web(lambda _: Answer(body=body)) as there:
        finding = in_time(look, there.port)
    assert finding.outcome is Outcome.UNKNOWN
    assert finding.message == f"{NAMES[look]}'s answer does not match its documentation"


@pytest.mark.measures_time
@pytest.mark.parametrize("body", NOT_JSON)
@pytest.mark.parametrize("look", DOCUMENTS, ids=called)
def test_a_document_that_is_not_json_is_a_fault(look: Look, body: bytes) -> None:
    """The document is what is looked at."""
    with web(lambda _: Answer(body=body)) as there:
        finding = in_time(look, there.port)
    assert finding.outcome is Outcome.FAIL and "cannot be read" in finding.message


@pytest.mark.measures_time
def test_a_large_document_in_toml_is_refused_in_time() -> None:
    """A parser in Python would be busy with 10 MB of it for ten seconds."""
    lines = b"".join(b"key%d = %d\n" % (number, number) for number in range(400_000))
    with web(lambda _: Answer(body=lines, headers={"Content-Type": "application/toml"})) as there:
        finding = in_time(lambda port: data(port, path="/outputs.toml"), there.port)
    assert finding.outcome is Outcome.FAIL and "larger than 1 MiB" in finding.message


ODD = [
    None,
    True,
    False,
    1,
    -1.5,
    1e300,
    "x",
    "\ud800",
    "2026-11-26T99:00",
    [],
    {},
    [1],
    [None],
    [[]],
    [{}],
    {"a": 1},
]
Path = tuple[str | int, ...]


def paths(document: object, here: Path = ()) -> Iterator[Path]:
    """Where something stands in a document, the whole of it included."""
    yield here
    inside = (
        document.items()
        if isinstance(document, dict)
        else enumerate(document if type(document) is list else [])
    )
    for key, value in inside:
        yield from paths(value, (*here, key))


def changed(document: Any, path: Path, value: object) -> Any:
    """With something else in that place."""
    if not path:
        return value
    found = inside = copy.deepcopy(document)
    for key in path[:-1]:
        inside = inside[key]
    inside[path[-1]] = value
    return found


def without(document: Any, path: Path) -> Any:
    """With nothing in that place."""
    found = inside = copy.deepcopy(document)
    for key in path[:-1]:
        inside = inside[key]
    del inside[path[-1]]
    return found


@pytest.mark.parametrize("look", [look for look in RIGHT if look is not rotated_by_aws], ids=called)
def test_no_odd_value_anywhere_in_an_answer_is_a_crash(look: Look) -> None:
    right = RIGHT[look]
    answers = [without(right, path) for path in paths(right) if path]
    answers += [changed(right, path, odd) for path in paths(right) for odd in ODD]
    with web(lambda _: saying(answers[-1])) as there:
        while answers:
            look(there.port)
            answers.pop()


@pytest.mark.parametrize(
    ("look", "path"),
    [
        (aws_certificate, ("CertificateSummaryList",)),
        (aws_certificate, ("CertificateSummaryList", 0)),
        (aws_certificate, ("Certificate",)),
        (aws_certificate, ("Certificate", "NotAfter")),
        (stripe_webhook, ("data",)),
        (stripe_webhook, ("data", 0)),
        (stripe_webhook, ("data", 0, "enabled_events")),
        (onepassword, (0, "updatedAt")),
        (rotated_by_onepassword, (0, "updatedAt")),
        (rotated_by_vault, ("data", "versions")),
        (rotated_by_vault, ("data", "versions", "1", "created_time")),
        (on_call_by_pagerduty, ("oncalls",)),
        (on_call_by_grafana, ("results",)),
        (on_call_by_opsgenie, ("data", "onCallRecipients")),
        (on_call_by_jsm, ("onCallUsers",)),
    ],
)
def test_an_answer_without_its_evidence_is_unknown(look: Look, path: Path) -> None:
    """A word where a list, a description or a date is due: neither "there is none" nor a pass."""
    with web(lambda _: saying(changed(RIGHT[look], path, "x"))) as there:
        assert look(there.port).outcome is Outcome.UNKNOWN


def test_half_a_character_in_an_id_that_is_asked_back_is_not_a_crash() -> None:
    """JSON can spell a lone surrogate, which no URL can."""
    vault = [{"id": "\ud800", "name": "V"}]
    page = {"data": [{**ENDPOINT, "id": "\ud800"}], "has_more": True}
    for look, document in ((onepassword, vault), (stripe_webhook, page)):
        with web(lambda _, document=document: saying(document)) as there:  # type: ignore[misc]
            assert look(there.port).outcome is not Outcome.PASS
            assert len(there.asked) > 1


@pytest.mark.measures_time
@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
@pytest.mark.parametrize("look", SERVICES, ids=called)
def test_a_service_that_is_too_busy_is_unknown(look: Look, status: int) -> None:
    """Whatever else stands in its answer."""
    body = json.dumps(RIGHT.get(look)).encode()
    with web(lambda _: Answer(status=status, body=body, headers={"Retry-After": "3600"})) as there:
        finding = in_time(look, there.port)
    assert finding.outcome is Outcome.UNKNOWN and f"answered {status} (" in finding.message


@pytest.mark.parametrize(
    ("look", "document"),
    [
        (onepassword, item(f"{SOON:%Y-%m-%dT%H:%M:%SZ}")),
        (rotated_by_onepassword, item(f"{SOON:%Y-%m-%dT%H:%M:%SZ}")),
        (rotated_by_vault, versions(f"{SOON:%Y-%m-%dT%H:%M:%SZ}")),
        (rotated_by_aws, secret(SOON.timestamp())),
        (rotated_by_a_document, {"rotated": SOON.timestamp()}),
    ],
    ids=[
        "onepassword",
        "rotated_by_onepassword",
        "rotated_by_vault",
        "rotated_by_aws",
        "rotated_by_a_document",
    ],
)
def test_a_date_that_is_still_to_come_is_a_fault(look: Look, document: object) -> None:
    """By hours, too, and perhaps on the same day: one of the two clocks is wrong, and its dates prove nothing."""
    with web(lambda _: saying(document)) as there:
        finding = look(there.port)
    words = (
        "the item was changed in the future, on"
        if look is onepassword
        else "has a rotation date in the future:"
    )
    assert (finding.outcome, finding.message) == (Outcome.FAIL, f"{words} {SOON:%Y-%m-%d}")


SKEWED = "Signature expired: 20261126T140000Z is now earlier than 20261126T141500Z (20261126T142000Z - 5 min.)"


@pytest.mark.parametrize("look", [aws_certificate, aws_target_group, rotated_by_aws], ids=called)
@pytest.mark.parametrize(
    "error", ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired"]
)
def test_a_signature_that_aws_finds_too_old_is_unknown(look: Look, error: str) -> None:
    """AWS takes none that is five minutes off."""

    def respond(asked: Asked) -> Answer:
        if look is aws_target_group:
            text = f"<ErrorResponse><Error><Code>{error}</Code><Message>{SKEWED}</Message></Error></ErrorResponse>"
            return Answer(status=403, body=text.encode())
        return Answer(
            status=400,
            body=json.dumps({"__type": f"com.amazon#{error}", "message": SKEWED}).encode(),
        )

    with web(respond) as there:
        finding = look(there.port)
    assert finding.outcome is Outcome.UNKNOWN and "AWS" in finding.message
