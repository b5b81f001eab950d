"""ACM, asked of moto; what moto never says is put in by hand. And what all of AWS has in common."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from deploy_checklist.checks.shared.aws import Keys, signed_headers
from deploy_checklist.outcome import Finding, Outcome
from outside import looked
from servers.authorities import trusted
from servers.aws import KEYS, Aws, aws
from servers.web import Answer, Asked, web


@pytest.fixture(scope="module")
def cloud() -> Iterator[Aws]:
    with aws() as there:
        yield there


def certificate(url: str, values: dict[str, str] | None = None, **written: object) -> Finding:
    return looked("aws_certificate", {"url": url, **written}, values or KEYS, subject=None)


def test_a_signature_is_the_one_of_awss_own_example() -> None:
    """`post-vanilla` of the test suite that AWS publishes."""
    keys = Keys(
        access="AKIDEXAMPLE", secret="wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", session=None
    )
    now = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
    found = signed_headers(
        "https://example.amazonaws.com/", {}, b"", keys, ("us-east-1", "service"), now
    )
    assert found["Authorization"].endswith(
        "Signature=5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b"
    )


def test_a_certificate_is_found_by_its_domain_and_must_be_in_use(cloud: Aws) -> None:
    cloud.client("acm").request_certificate(DomainName="rt.acme.example")
    assert (
        certificate(cloud.url, domain="other.example").message
        == "ACM has no certificate for `other.example`"
    )
    finding = certificate(cloud.url, domain="rt.acme.example")
    assert (finding.outcome, finding.message) == (
        Outcome.FAIL,
        "ACM's certificate for `rt.acme.example` is not in use",
    )


def test_a_certificate_by_its_arn_that_is_not_there(cloud: Aws) -> None:
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"
    assert certificate(cloud.url, arn=arn).message == "ACM has no certificate for that ARN"


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({}, "issued and in use, valid until 2027-02-10"),
        (
            {"Status": "PENDING_VALIDATION"},
            "the certificate is not issued: its status is PENDING_VALIDATION",
        ),
        ({"RenewalSummary": {"RenewalStatus": "FAILED"}}, "its renewal has failed"),
        (
            {"RenewalSummary": {"RenewalStatus": "PENDING_VALIDATION"}},
            "its renewal is waiting for validation",
        ),
        (
            {"RenewalSummary": {"RenewalStatus": "SUCCESS"}},
            "issued and in use, valid until 2027-02-10",
        ),
        ({"NotAfter": 1_600_000_000}, "the certificate expired on 2020-09-13"),
    ],
)
def test_what_acm_says_of_a_renewal(changed: dict[str, object], words: str) -> None:
    """moto never returns RenewalSummary: the shape is botocore's."""
    described = {
        "Status": "ISSUED",
        "InUseBy": ["arn:aws:elasticloadbalancing:…"],
        "NotAfter": 1_802_260_800,
        **changed,
    }
    arn = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
    with web(lambda asked: Answer(body=json.dumps({"Certificate": described}).encode())) as there:
        finding = certificate(there.url, arn=arn)
    assert finding.message == words
    assert (finding.outcome is Outcome.PASS) is words.startswith("issued")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        ("AccessDeniedException", "does not allow these credentials to do this"),
        ("ExpiredTokenException", "have expired"),
        ("UnrecognizedClientException", "does not accept the credentials"),
        ("ThrottlingException", "answered 400"),
    ],
)
def test_what_aws_refuses_is_unknown_and_distinguished(error: str, words: str) -> None:
    answer = Answer(
        status=400, body=json.dumps({"__type": f"com.amazonaws#{error}", "message": "x"}).encode()
    )
    with web(lambda asked: answer) as there:
        finding = certificate(there.url, domain="a.example")
    assert finding.outcome is Outcome.UNKNOWN and words in finding.message


def test_a_list_that_aws_does_not_give_is_unknown() -> None:
    """There is always one, if only an empty one: that AWS finds nothing there is no word on the certificate."""
    answer = Answer(
        status=400, body=json.dumps({"__type": "com.amazonaws#ResourceNotFoundException"}).encode()
    )
    with web(lambda asked: answer) as there:
        finding = certificate(there.url, domain="a.example")
    assert (finding.outcome, finding.message) == (
        Outcome.UNKNOWN,
        "ACM does not list its certificates",
    )


def test_credentials_that_were_not_passed_are_unknown() -> None:
    finding = certificate("https://localhost", {"AWS_REGION": "eu-west-1"}, domain="a.example")
    assert finding.outcome is Outcome.UNKNOWN and "AWS_ACCESS_KEY_ID" in finding.message


def test_the_secret_key_itself_is_never_sent_and_a_session_token_is_signed() -> None:
    server, ca = trusted()

    def respond(asked: Asked) -> Answer:
        return Answer(body=b'{"CertificateSummaryList": []}')

    with web(respond, server) as there:
        written = {"url": there.url, "domain": "a.example"}
        values = {**KEYS, "AWS_SESSION_TOKEN": "session"}
        finding = looked("aws_certificate", written, values, ca=ca, subject=None)
        asked = there.asked[0]
    assert finding.outcome is Outcome.FAIL
    assert asked.headers["x-amz-security-token"] == "session"
    assert KEYS["AWS_SECRET_ACCESS_KEY"] not in repr(asked)
    assert "x-amz-security-token" in asked.headers["authorization"]
