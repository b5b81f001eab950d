"""`url`: parsed strictly, compared in one canonical form, and nothing of it is shown but what the rule says itself."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.judging import finding_of, said
from deploy_checklist.checks.url import Params
from deploy_checklist.outcome import Finding, Outcome
from fakes import world

EITHER = "production needs `a.test` or a name below `b.test`"
BELOW = "production needs a name below `acme.example`"
PAY = {"scheme": "https", "host": "pay.acme.example"}


def judged(written: object, value: str, **around: Any) -> Finding:
    return finding_of("url", written, around=world({"NAME": value}), **around)


@pytest.mark.parametrize(
    ("written", "value", "message"),
    [
        (True, "https://anything.example/x?y=1", "a well-formed URL"),
        (PAY, "https://pay.acme.example/callback", "https, `pay.acme.example`"),
        (PAY, "https://PAY.Acme.Example./callback", "https, `pay.acme.example`"),
        (
            {"host": ".logflare.app", "scheme": "https"},
            "https://api.logflare.app/logs",
            "https, `.logflare.app`",
        ),
        ({"scheme": ["https", "syslog+tls"]}, "syslog+tls://logs.acme.example:6514", "syslog+tls"),
        ({"host": "münchen.example"}, "https://xn--mnchen-3ya.example", "`xn--mnchen-3ya.example`"),
        ({"port": 443}, "https://acme.example/", "a well-formed URL"),
        ({"port": [6379, 6380]}, "rediss://cache.acme.example:6380", "a well-formed URL"),
        ({"path": "/"}, "https://acme.example", "a well-formed URL"),
        ({"allow_private": True}, "http://collector:4318", "a well-formed URL"),
        (True, "https://[2606:4700::1111]/", "a well-formed URL"),
        (True, "https://93.184.215.14/", "a well-formed URL"),
        (True, "https://fa.acme.example/\u0646\u0627\u0645\u200c\u0647\u0627", "a well-formed URL"),
    ],
)
def test_a_url_that_is_as_the_rule_says_passes(written: object, value: str, message: str) -> None:
    finding = judged(written, value)
    assert (finding.outcome, finding.message) == (Outcome.PASS, message)


@pytest.mark.parametrize(
    ("written", "value", "message"),
    [
        (True, "pay.acme.example", "is not a URL (expected scheme://host)"),
        (True, "https:/acme.example", "is not a URL (expected scheme://host)"),
        (True, "https://acme.example:0/", "has port 0, which no server uses"),
        (True, "javascript:alert(1)", "is not a URL (expected scheme://host)"),
        (True, "file:///etc/passwd", "is not a URL (expected scheme://host)"),
        (True, "https://a b.example", "contains white space or a control character"),
        (True, "https://acme.example/\tx", "contains white space or a control character"),
        (True, "https://acme.example/\u00a0", "contains white space or a control character"),
        (True, "https://acme.example/a\u200bb", "contains an invisible character"),
        (True, "https://acme.example/\u202ea", "contains an invisible character"),
        (True, "https://acme.example\\@evil.example", "contains a backslash"),
        (True, "https://user:pass@acme.example", "contains a user or a password"),
        (True, "https://@acme.example", "contains a user or a password"),
        (True, "https://acme.example/#x", "contains a fragment (#)"),
        (True, "https://acme.example/#", "contains a fragment (#)"),
        (True, "https://acme.example:99999/", "is not a valid URL: check its host and port"),
        (True, "https://[::1/", "is not a valid URL: check its host and port"),
        (True, "https://:443/", "has no valid host name"),
        (True, "https://acme..example/", "has no valid host name"),
        (True, "https://1.2.3.4.5/", "has no valid host name"),
        ({"scheme": "https"}, "http://acme.example/", "does not begin with https://"),
        ({"scheme": ["https", "rediss"]}, "redis://a.example", "does not begin with https:// or rediss://"),
        (PAY, "https://pay.staging.acme.example/", "points to staging's host; production needs `pay.acme.example`"),
        (PAY, "https://shop.acme.example/", "points to another host; production needs `pay.acme.example`"),
        (PAY, "https://pay.acme.example.evil.example/", "points to another host; production needs `pay.acme.example`"),
        ({"host": ".acme.example"}, "https://acme.example/", f"points to another host; {BELOW}"),
        ({"host": ".acme.example"}, "https://evilacme.example/", f"points to another host; {BELOW}"),
        ({"host": ".acme.example"}, "https://x.staging.acme.example/", f"points to staging's host; {BELOW}"),
        ({"host": ["a.test", ".b.test"]}, "https://c.test", f"points to another host; {EITHER}"),
        (True, "https://STAGING.acme.example./", "points to staging's host; this is production"),
        ({"port": 443}, "https://acme.example:8443/", "does not use port 443"),
        ({"path": "/hook"}, "https://acme.example/hook/", "differs from the path `/hook` only in a trailing slash"),
        ({"path": "/hook"}, "https://acme.example/", "has a path other than `/hook`"),
    ],
)  # fmt: skip
def test_a_url_that_is_not_says_why_and_never_what_it_is(
    written: object, value: str, message: str
) -> None:
    finding = judged(written, value)
    assert (finding.outcome, finding.message) == (Outcome.FAIL, message)
    assert finding.remedy == "gh variable set NAME --env production"


@pytest.mark.parametrize(
    "host",
    [
        "localhost", "LOCALHOST.", "app.localhost", "redis", "db.internal", "printer.local",
        "127.0.0.1", "127.1", "2130706433", "0x7f.1", "0177.0.0.1", "0x7f000001", "127.0.0.1.", "0",
        "10.0.0.1", "192.168.1.1", "172.16.0.1", "169.254.1.1", "100.64.0.1", "224.0.0.1",
        "[::1]", "[::]", "[fe80::1%25eth0]", "[fd00::1]", "[::ffff:127.0.0.1]", "[64:ff9b::a00:1]", "[2002:7f00:1::]",
        "[fec0::1]",
    ],
)  # fmt: skip
def test_no_spelling_of_a_private_host_passes(host: str) -> None:
    finding = judged(True, f"https://{host}/")
    assert finding.message == "points to a private host, which cannot be reached from outside"
    assert judged({"allow_private": True}, f"https://{host}/").outcome is Outcome.PASS


@pytest.mark.parametrize(
    "host", ["１２７.0.0.1", "ⓛocalhost", "straße.example", "ﬁsh.example", "a\u200db.example"]
)
def test_a_host_that_is_spelled_in_several_ways_is_none(host: str) -> None:
    """Python's IDNA (2003) makes another name of it than a browser's (2008): they would look at different hosts."""
    assert judged(True, f"https://{host}/").message == "has no valid host name"


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "2852039166",
        "metadata.google.internal",
        "[fd00:ec2::254]",
        "[::ffff:169.254.169.254]",
        "[fe80::a9fe:a9fe]",
        "metadata.platformequinix.com",
    ],
)
def test_a_metadata_service_never_passes(host: str) -> None:
    finding = judged({"allow_private": True}, f"http://{host}/")
    assert (finding.outcome, finding.message) == (
        Outcome.FAIL,
        "points to a cloud's metadata service",
    )


@pytest.mark.parametrize("written", ["2606:4700::1", "[2606:4700::1]"])
def test_a_host_that_is_an_address_is_shown_as_a_url_writes_it(written: str) -> None:
    allowed = {"host": written}
    assert judged(allowed, "https://[2606:4700::1]/").outcome is Outcome.PASS
    finding = judged(allowed, "https://[2606:4700::2]/")
    assert finding.message == "points to another host; production needs `[2606:4700::1]`"


def test_staging_may_not_point_to_production() -> None:
    finding = judged(True, "https://pay.acme.example/", environment="staging")
    assert finding.message == "points to production's host; this is staging"
    assert (
        judged(True, "https://pay.staging.acme.example/", environment="staging").outcome
        is Outcome.PASS
    )


def test_a_host_that_both_environments_name_is_nobody_elses() -> None:
    both = {
        "staging": {"api": "https://api.acme.example/v1"},
        "production": {"api": ["api.acme.example"]},
    }
    for environment in both:
        finding = judged(
            True, "https://api.acme.example/", environment=environment, environments=both
        )
        assert finding.outcome is Outcome.PASS


def test_a_name_that_the_rule_spells_out_is_never_another_environments() -> None:
    assert (
        judged(
            {"host": "auth.acme.example"}, "https://auth.acme.example", environment="staging"
        ).outcome
        is Outcome.PASS
    )


def test_an_empty_variable_is_not_a_url() -> None:
    assert judged(True, "").message == "is not a URL (expected scheme://host)"


@pytest.mark.parametrize(
    "written",
    [{"host": "a b"}, {"host": "https://a.example"}, {"port": 0}, {"path": "x"}, {"hots": "a"}],
)
def test_a_rule_that_no_url_can_meet_is_a_fault_at_load(written: object) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(written)


_PART = st.text(min_size=1).map(lambda text: f"§{text}§")


@given(
    text=st.one_of(
        _PART, st.builds("{}://{}/{}".format, st.sampled_from(["https", "ftp", "x"]), _PART, _PART)
    ),
    written=st.sampled_from(
        [True, PAY, {"host": ".acme.example"}, {"path": "/x", "port": 1}, {"allow_private": True}]
    ),
)
def test_no_piece_of_the_url_is_shown(text: str, written: object) -> None:
    assert "§" not in said(judged(written, text))


@given(st.text(), st.sampled_from(["", "https://", "https://[", "a://a:", "https://0x"]))
def test_any_text_is_judged(text: str, before: str) -> None:
    assert judged(True, before + text).outcome in (Outcome.PASS, Outcome.FAIL)


@pytest.mark.parametrize(
    "written", ["cache.stage.test:6379", "cache.stage.test/0", "redis://cache.stage.test:6379/0"]
)
@pytest.mark.parametrize("listed", ["{}", "other.test, {}"])
def test_another_environment_s_host_is_known_however_it_is_written(
    written: str, listed: str
) -> None:
    environments = {
        "staging": {"redis": listed.format(written)},
        "production": {"domain": "acme.test"},
    }
    finding = judged(
        True, "rediss://cache.stage.test:6380", environment="production", environments=environments
    )
    assert finding.message == "points to staging's host; this is production"


def test_an_address_for_mail_makes_no_host_another_environment_s() -> None:
    environments = {"staging": {"mail": "ops@acme.test"}, "production": {"domain": "pay.test"}}
    finding = judged(True, "https://acme.test", environment="production", environments=environments)
    assert finding.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("2606:4700::1111", "[2606:4700::1111]"),
        ("[2606:4700::1111]", "[2606:4700::1111]"),
        ("[2606:4700:0::1111]:6379", "[2606:4700::1111]:6380"),
        ("rediss://[2606:4700::1111]:6379/0", "[2606:4700::1111]"),
        ("redis-staging", "redis-staging"),
        ("redis-staging:6379", "REDIS-staging:6380"),
        ("redis://redis-staging", "redis-staging"),
        ("*.stage.test", "cache.stage.test"),
        ("https://*.stage.test", "cache.stage.test"),
        ("jdbc:postgresql://db.stage.test:5432/shop", "db.stage.test"),
        ("jdbc:mysql:loadbalance://db.stage.test/shop", "db.stage.test"),
        ("other.test;db.stage.test", "db.stage.test"),
        ("other.test|db.stage.test", "db.stage.test"),
        ("jdbc:sqlserver://db.stage.test;databaseName=shop", "db.stage.test"),
    ],
)
def test_no_spelling_of_another_environment_s_host_passes(written: str, host: str) -> None:
    environments = {"staging": {"redis": written}, "production": {"domain": "acme.test"}}
    finding = judged({"allow_private": True}, f"rediss://{host}", environments=environments)
    assert finding.message == "points to staging's host; this is production"


@pytest.mark.parametrize(
    ("written", "host"),
    [
        ("redis", "eu.redis"),  # a bare name has nothing below it
        ("redis", "redis-production"),
        ("mode", "redis"),
        ("localhost", "localhost"),  # every machine's own, whichever environment says it
        ("127.0.0.1:6379", "127.0.0.1"),
        ("::1", "[::1]"),
        ("jdbc:postgresql://db.stage.test", "jdbc"),
    ],
)
def test_what_is_not_a_host_of_another_environment_is_left_alone(written: str, host: str) -> None:
    environments = {"staging": {"redis": written}, "production": {"domain": "acme.test"}}
    finding = judged({"allow_private": True}, f"rediss://{host}", environments=environments)
    assert finding.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("scheme", "port"),
    [
        ("postgres", 5432), ("postgresql", 5432), ("mysql", 3306), ("mongodb", 27017),
        ("amqp", 5672), ("amqps", 5671), ("mqtt", 1883), ("mqtts", 8883), ("nats", 4222),
        ("smtp", 25), ("smtps", 465), ("ldap", 389), ("ldaps", 636),
        ("ftp", 21), ("sftp", 22), ("ssh", 22),
    ],
)  # fmt: skip
def test_a_url_without_a_port_means_its_scheme_s(scheme: str, port: int) -> None:
    assert judged({"port": port}, f"{scheme}://db.acme.example/x").outcome is Outcome.PASS
    assert judged({"port": port + 1}, f"{scheme}://db.acme.example/x").outcome is Outcome.FAIL
