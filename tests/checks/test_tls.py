"""Certificates on real servers: each fault is told apart, with what to do about it."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest

from deploy_checklist.outcome import Finding, Outcome
from deploy_checklist.world.ports import Certificate
from outside import looked
from servers import raw
from servers.authorities import (
    LATER,
    LONG_AGO,
    NOW,
    below_an_intermediate,
    by_a_hand_made_authority,
    only_tls_1_0,
    self_signed,
    shaking_hands,
    trusted,
    with_a_common_name_only,
    with_a_weak_key,
    with_intermediate,
)


def found(server: object, ca: bytes = b"", host: str = "localhost", **more: object) -> Finding:
    with shaking_hands(server) as port:  # type: ignore[arg-type]
        return looked("tls", {"host": host, "port": port, **more}, ca=ca, subject=None)


def test_a_good_certificate_passes_and_tells_how_much_of_its_life_is_left() -> None:
    """The days left, of how many, and on how many addresses: what a person would want to know."""
    finding = found(*trusted())
    assert finding.outcome is Outcome.PASS, finding
    assert finding.message == "`localhost`: 80 of 90 days left, 1 address"
    assert finding.notices == ()


@pytest.mark.parametrize(
    ("days_ago", "days_left", "outcome", "notice"),
    [
        (60, 31, "pass", False),
        (64, 26, "pass", True),
        (76, 14, "fail", False),
        (4, 1.9, "pass", True),
        (5.2, 0.8, "fail", False),
    ],
)
def test_a_certificate_is_due_by_its_own_lifetime(
    days_ago: float, days_left: float, outcome: str, notice: bool
) -> None:
    """90 days and 6 days are both real lifetimes: no number of days fits both."""
    finding = found(
        *trusted(begins=NOW - timedelta(days=days_ago), ends=NOW + timedelta(days=days_left))
    )
    assert (finding.outcome, bool(finding.notices)) == (outcome, notice), finding


def test_a_certificate_is_good_for_no_longer_than_its_issuers_are() -> None:
    """Clients stop trusting it on the day the intermediate ends, however much of its own life is left."""
    days = timedelta(days=1)
    later = {"begins": NOW - 60 * days, "ends": NOW + 300 * days}
    finding = found(*below_an_intermediate(**later, its_end=NOW + 10.5 * days))
    assert finding.outcome is Outcome.FAIL
    assert (
        finding.message
        == "`localhost`: an issuer's certificate expires in 10 days, before its own does"
    )
    finding = found(*below_an_intermediate(**later, its_end=NOW + 100.5 * days))
    assert finding.message == "`localhost`: 100 of 360 days left, 1 address"
    finding = found(
        *below_an_intermediate(begins=NOW - days, ends=NOW + 59 * days, its_end=NOW + 2000 * days)
    )
    assert finding.message == "`localhost`: 59 of 60 days left, 1 address"
    root_ends = {
        "its_end": NOW + 300 * days,
        "root_end": NOW + 10.5 * days,
    }  # the team's own, which nobody else renews
    finding = found(*below_an_intermediate(**later, **root_ends))
    assert (
        finding.message
        == "`localhost`: an issuer's certificate expires in 10 days, before its own does"
    )


def test_a_name_that_is_in_no_list_of_names_does_not_count() -> None:
    assert (
        found(*with_a_common_name_only()).message
        == "`localhost`: its certificate is for another name"
    )


def test_a_ca_file_may_have_comments_in_any_language() -> None:
    server, ca = trusted()
    assert found(server, "Zertifikat für Hände\n".encode() + ca).outcome is Outcome.PASS


def test_min_days_asks_for_more() -> None:
    assert "the rule requires 85" in found(*trusted(), min_days=85).message


def test_an_expired_certificate_says_since_when() -> None:
    finding = found(*trusted(ends=NOW - timedelta(days=3)))
    assert (
        finding.message
        == f"`localhost`: its certificate expired on {NOW - timedelta(days=3):%Y-%m-%d}"
    )
    assert "renew" in str(finding.remedy)


def test_a_certificate_of_tomorrow_points_at_the_clock() -> None:
    finding = found(*trusted(begins=NOW + timedelta(days=1)))
    assert finding.outcome is Outcome.FAIL and "is not valid before" in finding.message
    assert "clock" in str(finding.remedy)


def test_the_runs_own_clock_decides_too() -> None:
    """A check is asked for a moment: what will have expired then has expired."""
    server, ca = trusted()
    with shaking_hands(server) as port:
        written = {"host": "localhost", "port": port}
        late = looked("tls", written, ca=ca, subject=None, now=LATER + timedelta(days=1))
        early = looked("tls", written, ca=ca, subject=None, now=LONG_AGO - timedelta(days=1))
    assert "expired on" in late.message and "not valid before" in early.message


def test_a_self_signed_certificate() -> None:
    assert found(self_signed()).message == "`localhost`: its certificate is self-signed"


def test_a_certificate_for_another_name() -> None:
    finding = found(*trusted(name="elsewhere.example"))
    assert finding.message == "`localhost`: its certificate is for another name"


def test_an_unknown_authority_can_be_named_with_ca_file() -> None:
    server, ca = trusted()
    finding = found(server)
    assert (
        finding.message
        == "`localhost`: its certificate is from an authority that this machine does not know"
    )
    assert "`ca_file`" in str(finding.remedy)
    assert found(server, ca).outcome is Outcome.PASS


def test_a_missing_intermediate_is_distinguished() -> None:
    """Browsers fetch it themselves, so a person who tries it out sees nothing wrong."""
    server, ca = with_intermediate(sent=False)
    finding = found(server, ca)
    assert "does not send the intermediate certificate" in finding.message
    assert "full chain" in str(finding.remedy)
    assert found(*with_intermediate(sent=True)).outcome is Outcome.PASS


def test_a_hand_made_authority_named_in_ca_file_is_taken_on_every_python() -> None:
    """Python 3.13 refuses authorities without key identifiers; who names the file means it."""
    assert found(*by_a_hand_made_authority()).outcome is Outcome.PASS, sys.version


def test_a_weak_key() -> None:
    finding = found(*with_a_weak_key())
    assert finding.outcome is Outcome.FAIL and "too weak" in finding.message


def test_a_server_with_old_tls_only() -> None:
    server, ca = trusted()
    assert (
        found(only_tls_1_0(server), ca).message
        == "`localhost`: supports only TLS versions before 1.2"
    )


def test_a_ca_file_without_a_certificate_is_not_taken_for_none() -> None:
    finding = found(trusted()[0], b"not a certificate")
    assert finding.outcome is Outcome.UNKNOWN and "ca_file" in finding.message


def test_a_port_that_speaks_no_tls() -> None:
    with raw.raw(raw.speaks_http) as port:
        finding = looked("tls", {"host": "localhost", "port": port}, subject=None)
    assert finding.outcome is Outcome.FAIL
    assert finding.message == "`localhost`: answers on this port, but not with TLS"


def test_the_host_of_a_variable_is_not_named() -> None:
    """§8.2: a host is shown only if the rule itself says it."""
    server, _ = trusted()
    with shaking_hands(server) as port:
        finding = looked("tls", {}, {"NAME": f"https://localhost:{port}/"})
    assert finding.message.startswith("the host of NAME: ")
    assert "localhost" not in repr(finding)


@dataclass
class Presenting:
    """A name with several addresses."""

    found: Sequence[Certificate]

    def certificates(self, host: str, port: int, **_: object) -> Sequence[Certificate]:
        return self.found


def presented(address: str, days: float = 60, **more: object) -> Certificate:
    own = {
        "not_before": NOW - timedelta(days=30),
        "not_after": NOW + timedelta(days=days),
        "fault": None,
        "remedy": None,
    }
    return Certificate(address=address, **{**own, **more})  # type: ignore[arg-type]


def of_addresses(*found: Certificate) -> Finding:
    return looked("tls", {"host": "rt.acme.example"}, subject=None, now=NOW, tls=Presenting(found))


def test_one_bad_address_behind_a_name_is_enough() -> None:
    """One server that was forgotten when the certificate was renewed fails one visitor in three."""
    finding = of_addresses(
        presented("1.1.1.1"), presented("1.1.1.2", days=-1), presented("1.1.1.3")
    )
    assert finding.outcome is Outcome.FAIL
    assert finding.message.startswith(
        "`rt.acme.example` at its address 2 of 3: its certificate expired"
    )


def test_addresses_without_a_route_are_reported_and_do_not_count() -> None:
    """GitHub's own runners have no IPv6."""
    nothing = {"not_before": None, "not_after": None, "reached": False}
    finding = of_addresses(presented("1.1.1.1"), presented("2606:4700::1", **nothing))
    assert (finding.outcome, finding.message) == (
        Outcome.PASS,
        "`rt.acme.example`: 60 of 90 days left, 1 address",
    )
    assert finding.notices == (
        "1 of its addresses could not be checked: this machine has no route to them (IPv6)",
    )


@dataclass
class Noting:
    """What was looked at."""

    port: int = 0

    def certificates(self, host: str, port: int, **_: object) -> Sequence[Certificate]:
        self.port = port
        return [presented("1.1.1.1")]


@pytest.mark.parametrize(
    ("url", "port"),
    [
        ("https://rt.acme.example", 443), ("wss://rt.acme.example/socket", 443), ("http://rt.acme.example", 443),
        ("rediss://cache.acme.example/0", 6379), ("amqps://mq.acme.example", 5671),
        ("ldaps://id.acme.example", 636), ("syslog+tls://logs.acme.example", 6514),
        ("mqtts://mq.acme.example", 8883), ("smtps://mail.acme.example", 465),
        ("REDISS://cache.acme.example:6380", 6380), ("postgresql://db.acme.example:5433", 5433),
    ],
)  # fmt: skip
def test_a_url_without_a_port_is_checked_where_its_scheme_speaks_tls(url: str, port: int) -> None:
    tls = Noting()
    assert looked("tls", {}, {"NAME": url}, now=NOW, tls=tls).outcome is Outcome.PASS
    assert tls.port == port


@pytest.mark.parametrize(
    "url", ["postgresql://db.acme.example/x", "redis://cache.acme.example", "//rt.acme.example"]
)
def test_where_no_port_is_certain_none_is_guessed(url: str) -> None:
    """The certificate of another server on 443 says nothing of the database's."""
    tls = Noting()
    finding = looked("tls", {}, {"NAME": url}, now=NOW, tls=tls)
    assert finding.outcome is Outcome.UNKNOWN and tls.port == 0
    assert (
        finding.message == "the URL of NAME has no port, and its scheme has no default port for TLS"
    )
    assert finding.remedy == "add `port:` to the rule"
    assert looked("tls", {"port": 5432}, {"NAME": url}, now=NOW, tls=tls).outcome is Outcome.PASS
    assert tls.port == 5432


@pytest.mark.parametrize(
    "url", ["https://local\nhost/", "https://localhost/a b", "https://localhost/\u200b"]
)
def test_no_host_is_read_from_a_url_with_a_blank_in_it(url: str) -> None:
    """Clients leave it out, or do not; another host than the one that was looked at may be meant."""
    finding = looked("tls", {}, {"NAME": url}, now=NOW, tls=Noting())
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "is not a URL with a host")
