"""What services and documents answer in trouble: not one word of it is taken for what was asked."""

from __future__ import annotations

import json
import socket
import threading
import time
import zlib
from datetime import UTC, datetime, timedelta

import pytest

from deploy_checklist.checks.registry import kinds
from deploy_checklist.outcome import Outcome
from faulty import (
    DOCUMENTS,
    VALUES,
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
    rotated_by_vault,
    stripe_webhook,
    terraform,
    timed,
)
from outside import looked, outside
from servers.aws import aws
from servers.raw import Behaviour, first, raw, resets, speaks_ssh
from servers.web import Answer, Asked, web
from world.test_faults_of_services import ODD, RIGHT, changed, paths, saying, without

YESTERDAY = f"{datetime.now(UTC) - timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
TOMORROW = f"{datetime.now(UTC) + timedelta(days=1):%Y-%m-%dT%H:%M:%SZ}"
NEXT_YEAR = f"{datetime.now(UTC) + timedelta(days=300):%Y-%m-%dT%H:%M:%SZ}"
YEAR_AGO = f"{datetime.now(UTC) - timedelta(days=300):%Y-%m-%dT%H:%M:%SZ}"
ALWAYS = {
    "start": None,
    "end": None,
    "escalation_level": 1,
    "user": {"id": "U"},
    "schedule": {"id": "S"},
}
SKEWED = "Signature expired: 20261126T140000Z is now earlier than 20261126T141500Z (20261126T142000Z - 5 min.)"


@pytest.mark.parametrize("status", [429, 500, 503])
@pytest.mark.parametrize("look", DOCUMENTS, ids=called)
def test_a_busy_server_is_unknown(look: Look, status: int) -> None:
    with web(lambda _: Answer(status=status)) as there:
        assert look(there.port).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("look", DOCUMENTS, ids=called)
def test_a_document_that_we_may_not_read_is_unknown(look: Look, status: int) -> None:
    with web(lambda _: Answer(status=status)) as there:
        finding = look(there.port)
    assert finding.outcome is Outcome.UNKNOWN and "`localhost`" in finding.message


@pytest.mark.parametrize("status", [204, 301, 404, 410])
@pytest.mark.parametrize("look", DOCUMENTS, ids=called)
def test_a_document_that_is_not_there_is_a_fault(look: Look, status: int) -> None:
    with web(lambda _: Answer(status=status)) as there:
        finding = look(there.port)
    assert finding.outcome is Outcome.FAIL and f"answered {status}; expected 200" in finding.message


@pytest.mark.parametrize(
    ("look", "document"),
    [
        (on_call_by_pagerduty, {"oncalls": [{}], "more": False}),
        (on_call_by_grafana, {"results": [{"user_pk": "U"}], "next": None}),
        (on_call_by_opsgenie, {"data": {"onCallRecipients": [None]}}),
        (on_call_by_jsm, {"onCallUsers": [None]}),
    ],
)
def test_a_shift_without_its_times_or_its_people_is_not_evidence(
    look: Look, document: object
) -> None:
    with web(lambda _: saying(document)) as there:
        assert look(there.port).outcome is not Outcome.PASS


def test_no_odd_value_anywhere_in_secrets_managers_answer_is_a_crash() -> None:
    right = RIGHT[rotated_by_aws]
    answers = [without(right, path) for path in paths(right) if path]
    answers += [changed(right, path, odd) for path in paths(right) for odd in ODD]
    with web(lambda _: saying(answers[-1])) as there:
        while answers:
            rotated_by_aws(there.port)
            answers.pop()


def test_a_version_that_will_be_deleted_one_day_is_still_there() -> None:
    version = {"created_time": YESTERDAY, "deletion_time": TOMORROW, "destroyed": False}
    with web(
        lambda _: saying({"data": {"current_version": 1, "versions": {"1": version}}})
    ) as there:
        assert rotated_by_vault(there.port).outcome is Outcome.PASS


@pytest.mark.parametrize("look", [data, terraform, rotated_by_a_document], ids=called)
def test_a_packed_body_that_was_cut_is_not_judged(look: Look) -> None:
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(json.dumps(RIGHT[look]).encode()) + packer.flush()
    with web(lambda _: Answer(body=packed[:-8], headers={"Content-Encoding": "gzip"})) as there:
        assert look(there.port).outcome is Outcome.UNKNOWN


def test_a_list_whose_packed_body_was_cut_is_not_judged() -> None:
    """What is lost may be what is wrong."""
    packer = zlib.compressobj(wbits=31)
    packed = packer.compress(b"prices:\n  - 10\n") + packer.flush(zlib.Z_SYNC_FLUSH)
    with web(lambda _: Answer(body=packed, headers={"Content-Encoding": "gzip"})) as there:
        rule = {"url": f"{there.url}/p.yml", "at": "prices", "each": {"above": 0}}
        assert looked("data", rule, subject=None).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize("look", [aws_target_group, rotated_by_aws], ids=called)
def test_aws_in_trouble_does_not_say_that_something_is_not_there(look: Look) -> None:
    def respond(asked: Asked) -> Answer:
        if look is aws_target_group:
            return Answer(
                status=503, body=b"<R><Error><Code>TargetGroupNotFound</Code></Error></R>"
            )
        return Answer(status=503, body=b'{"__type": "com.amazonaws#ResourceNotFoundException"}')

    with web(respond) as there:
        assert look(there.port).outcome is Outcome.UNKNOWN


def test_a_call_that_aws_finds_malformed_does_not_say_that_something_is_not_there() -> None:
    with web(
        lambda _: Answer(status=400, body=b'{"__type": "com.amazonaws#ValidationException"}')
    ) as there:
        assert rotated_by_aws(there.port).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "error", ["InvalidSignatureException", "SignatureDoesNotMatch", "RequestExpired"]
)
def test_a_clock_that_is_off_is_not_put_down_to_the_credentials(error: str) -> None:
    answer = Answer(
        status=400, body=json.dumps({"__type": f"com.amazon#{error}", "message": SKEWED}).encode()
    )
    with web(lambda _: answer) as there:
        finding = aws_certificate(there.port)
    assert finding.outcome is Outcome.UNKNOWN and "clock" in f"{finding.message} {finding.remedy}"


@pytest.mark.measures_time
@pytest.mark.parametrize("look", [onepassword, on_call_by_opsgenie], ids=called)
def test_the_calls_of_one_check_share_its_time_out(look: Look) -> None:
    """20 pages or 49 moments of almost ten seconds each would be minutes."""

    def slowly(asked: Asked) -> Answer:
        time.sleep(0.5)
        return saying(RIGHT[look])

    with web(slowly) as there:
        began = time.monotonic()
        in_time(look, there.port)
        assert time.monotonic() - began < 0.9


@pytest.mark.measures_time
def test_a_message_about_a_document_reads_as_a_sentence() -> None:
    assert " :" not in timed(rotated_by_a_document, speaks_ssh).message


def answering(document: object) -> Behaviour:
    """One answer of 200 with this document."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        body = json.dumps(document).encode()
        connection.sendall(
            b"HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        )

    return behave


VAULT = {"within": "90d", "source": "vault", "path": "p"}
RETRIED: list[tuple[str, dict[str, object], object]] = [
    ("data", {"exists": True}, {}),
    ("terraform", {"output": "cache", "exists": True}, RIGHT[terraform]),
    ("rotated_within", {"within": "90d", "source": "data", "at": "on"}, {"on": YESTERDAY}),
    ("rotated_within", VAULT, RIGHT[rotated_by_vault]),
    ("stripe_webhook", {"key_env": "KEY", "live": True}, {"data": [], "has_more": False}),
    ("onepassword", {"vault": "V", "item": "I"}, []),
    (
        "on_call",
        {"provider": "pagerduty", "schedule": "S", "for": "1h", "token_env": "KEY"},
        {"oncalls": []},
    ),
]


@pytest.mark.parametrize(("kind", "written", "document"), RETRIED)
def test_the_evidence_names_a_second_attempt(
    kind: str, written: dict[str, object], document: object
) -> None:
    with raw(first(resets, answering(document))) as port:
        params = kinds()[kind].Params(**written, url=f"http://localhost:{port}", allow_private=True)
        seen = kinds()[kind].observe(params, "KEY", outside(VALUES))
    assert seen.source.endswith(", after 1 retry")


def test_the_host_that_a_variable_spells_is_not_named() -> None:
    """AWS_REGION is a variable like any other: no message shows what it holds."""
    values = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_REGION": "xx-nowhere-7"}
    for kind, written in (
        ("aws_certificate", {"domain": "a.example"}),
        ("aws_target_group", {"name": "realtime"}),
    ):
        finding = looked(kind, {**written, "timeout": 3}, values, subject=None)
        assert finding.outcome is Outcome.UNKNOWN
        assert "nowhere" not in f"{finding.message} {finding.remedy}"
        assert "the host of AWS (" in finding.message


def described(**said: object) -> Answer:
    """One certificate, on a list and by itself."""
    whole = {
        "DomainName": "a.example",
        "Status": "ISSUED",
        "InUseBy": ["lb"],
        "NotBefore": YESTERDAY,
        "NotAfter": NEXT_YEAR,
        **said,
    }
    short = {"CertificateArn": "arn", "DomainName": "other.example", **said}
    return saying({"CertificateSummaryList": [short], "Certificate": whole})


@pytest.mark.parametrize(
    ("said", "outcome", "words"),
    [
        ({"DomainName": "A.Example"}, Outcome.PASS, "issued and in use"),
        ({"HasAdditionalSubjectAlternativeNames": True}, Outcome.PASS, "issued and in use"),
        (
            {"HasAdditionalSubjectAlternativeNames": True, "DomainName": "x.example"},
            Outcome.FAIL,
            "has no certificate",
        ),
        ({"DomainName": "a.example", "NotBefore": TOMORROW}, Outcome.FAIL, "is not valid before"),
        (
            {
                "DomainName": "a.example",
                "RenewalEligibility": "INELIGIBLE",
                "NotBefore": YEAR_AGO,
                "NotAfter": TOMORROW,
            },
            Outcome.FAIL,
            "AWS does not renew this certificate",
        ),
        ({"DomainName": "a.example", "Status": "A" * 3000}, Outcome.FAIL, "its status is unknown"),
    ],
)
def test_what_acm_says_of_a_certificate(
    said: dict[str, object], outcome: Outcome, words: str
) -> None:
    with web(lambda _: described(**said)) as there:
        finding = aws_certificate(there.port)
    assert (finding.outcome, words in finding.message, len(finding.message) < 200) == (
        outcome,
        True,
        True,
    ), finding


@pytest.mark.parametrize(
    ("look", "document"),
    [
        (on_call_by_jsm, {"onCallParticipants": [{"type": "noone"}]}),
        (
            on_call_by_jsm,
            {"onCallParticipants": [{"type": "team", "id": "T", "onCallParticipants": []}]},
        ),
        (on_call_by_pagerduty, {"oncalls": [{**ALWAYS, "user": None}]}),
        (on_call_by_pagerduty, {"oncalls": [{**ALWAYS, "schedule": {"id": "OTHER"}}]}),
        (on_call_by_pagerduty, {"oncalls": [{**ALWAYS, "schedule": None}]}),
    ],
)
def test_nobody_is_not_taken_for_somebody(look: Look, document: object) -> None:
    with web(lambda _: saying(document)) as there:
        assert look(there.port).outcome is Outcome.FAIL


def test_a_team_counts_by_those_in_it() -> None:
    team = {"type": "team", "id": "T", "onCallParticipants": [{"type": "user", "id": "U"}]}
    with web(lambda _: saying({"onCallParticipants": [team]})) as there:
        assert on_call_by_jsm(there.port).outcome is Outcome.PASS


def test_a_schedule_that_is_asked_for_49_moments_keeps_within_its_time() -> None:
    def slowly(asked: Asked) -> Answer:
        time.sleep(0.2)
        return saying({"data": {"onCallRecipients": ["a"]}})

    with web(slowly) as there:
        written = {
            "provider": "opsgenie",
            "schedule": "S",
            "for": "24h",
            "token_env": "KEY",
            "url": there.url,
        }
        assert (
            looked("on_call", {**written, "timeout": 4}, VALUES, subject=None).outcome
            is Outcome.PASS
        )
        late = looked("on_call", {**written, "timeout": 0.5}, VALUES, subject=None)
    assert late.outcome is Outcome.UNKNOWN and "within 0.5s" in late.message


@pytest.mark.parametrize("look", [data, terraform, rotated_by_a_document], ids=called)
def test_a_page_is_not_a_document(look: Look) -> None:
    page = Answer(
        body=b"<html>Sign in</html>", headers={"Content-Type": "text/html; charset=utf-8"}
    )
    with web(lambda _: page) as there:
        finding = look(there.port)
    assert finding.outcome is Outcome.UNKNOWN and "answered with a web page" in finding.message


def test_what_is_not_the_services_own_word_says_nothing_of_what_is_there() -> None:
    """An ingress, a proxy, another group: none of them knows."""
    group = "<R><TargetGroups><member><TargetGroupName>other</TargetGroupName></member></TargetGroups></R>"
    cases: list[tuple[Look, Answer]] = [
        (
            rotated_by_vault,
            Answer(
                status=404, body=b"default backend - 404", headers={"Content-Type": "text/plain"}
            ),
        ),
        (aws_target_group, Answer(status=404, body=b"<R><Code>NotFound</Code></R>")),
        (aws_target_group, Answer(body=group.encode())),
        (stripe_webhook, saying({"data": [], "has_more": "true"})),
    ]
    for look, answer in cases:
        with web(lambda _, answer=answer: answer) as there:  # type: ignore[misc]
            assert look(there.port).outcome is Outcome.UNKNOWN


def test_a_secret_that_is_deleted_is_not_young() -> None:
    """AWS keeps it for a week or more, and lists its versions as ever."""
    with aws() as cloud:
        manager = cloud.client("secretsmanager")
        manager.create_secret(Name="payments", SecretString="never asked for")
        written = {
            "within": "90d",
            "source": "aws",
            "url": cloud.url,
            "secret": "payments",
            "region": "eu-west-1",
        }
        now = datetime.now(UTC) + timedelta(seconds=5)
        assert (
            looked("rotated_within", written, VALUES | {"NAME": "v"}, now=now).outcome
            is Outcome.PASS
        )
        manager.delete_secret(SecretId="payments", RecoveryWindowInDays=7)
        finding = looked("rotated_within", written, VALUES | {"NAME": "v"}, now=now)
    assert finding.message == (
        "has no rotation date: `payments` is deleted; it is kept until its recovery window ends"
    )
