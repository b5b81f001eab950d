"""The same servers, seen by blackbox_exporter: we agree wherever it can tell, and know why where we do not."""

from __future__ import annotations

import re
import ssl
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from urllib.request import urlopen

import pytest

from deploy_checklist.outcome import Outcome
from outside import looked
from servers import free_port
from servers.authorities import (
    NOW,
    below_an_intermediate,
    only_tls_1_0,
    self_signed,
    shaking_hands,
    trusted,
    with_a_common_name_only,
    with_a_weak_key,
    with_intermediate,
)
from servers.prometheus import blackbox
from servers.raw import raw, resets, speaks_ssh
from servers.web import Answer, web

Made = tuple[ssl.SSLContext, bytes]


def their_word(exporter: str, module: str, target: str) -> tuple[bool, float | None]:
    """probe_success, and the seconds since 1970 at which the earliest certificate ends."""
    with urlopen(f"{exporter}/probe?module={module}&target={target}") as answer:
        text = answer.read().decode()
    ends = re.search(r"^probe_ssl_earliest_cert_expiry (\S+)", text, re.MULTILINE)
    success = re.search(r"^probe_success ([01])$", text, re.MULTILINE)
    assert success is not None, text
    return success[1] == "1", float(ends[1]) if ends else None


def ends_in(days: float) -> Callable[[], Made]:
    return lambda: trusted(begins=NOW - timedelta(days=60), ends=NOW + timedelta(days=days))


def other_authority() -> Made:
    return trusted()[0], trusted()[1]


CERTIFICATES: dict[str, tuple[Callable[[], Made], bool, bool]] = {
    # what is presented: how it is made, our word, theirs
    "good": (ends_in(60), True, True),
    "expired": (ends_in(-1), False, False),
    "not yet valid": (lambda: trusted(begins=NOW + timedelta(days=1)), False, False),
    "wrong host": (lambda: trusted(name="elsewhere.example"), False, False),
    "self-signed": (lambda: (self_signed(), trusted()[1]), False, False),
    "unknown authority": (other_authority, False, False),
    "missing intermediate": (lambda: with_intermediate(sent=False), False, False),
    "with intermediate": (lambda: with_intermediate(sent=True), True, True),
    "name in no list of names": (with_a_common_name_only, False, False),
    # Ours is right: clients stop trusting it with its issuer, in five days. Theirs tells the day, and leaves it there.
    "intermediate ends in five days": (
        lambda: below_an_intermediate(
            begins=NOW - timedelta(days=60),
            ends=NOW + timedelta(days=60),
            its_end=NOW + timedelta(days=5),
        ),
        False,
        True,
    ),
    "old TLS": (lambda: (only_tls_1_0((made := trusted())[0]), made[1]), False, False),
    # Ours is right: five days of 65 are due, and whoever is asked before a release wants to know. Theirs leaves it to
    # an alert on probe_ssl_earliest_cert_expiry that somebody must have written.
    "five days left": (ends_in(5), False, True),
    # Ours is right: Go checks no key size, so a key that was broken years ago is as good to it as any.
    "weak key": (with_a_weak_key, False, True),
}


@pytest.mark.parametrize("case", CERTIFICATES)
def test_certificates(case: str, tmp_path: Path) -> None:
    """Whether a certificate holds; where the words differ, the table above says why."""
    make, ours, theirs = CERTIFICATES[case]
    server, ca = make()
    with shaking_hands(server) as port, blackbox(tmp_path, ca) as exporter:
        finding = looked("tls", {"host": "localhost", "port": port}, ca=ca, subject=None)
        success, _ = their_word(exporter, "tls", f"localhost:{port}")
    assert (finding.outcome is Outcome.PASS, success) == (ours, theirs), finding
    assert finding.outcome is not Outcome.UNKNOWN


def test_the_end_of_a_certificate_is_the_same_moment(tmp_path: Path) -> None:
    ends = NOW + timedelta(days=40, hours=1)
    server, ca = trusted(begins=NOW - timedelta(days=20), ends=ends)
    with shaking_hands(server) as port, blackbox(tmp_path, ca) as exporter:
        finding = looked("tls", {"host": "localhost", "port": port}, ca=ca, subject=None)
        _, theirs = their_word(exporter, "tls", f"localhost:{port}")
    assert theirs == int(ends.timestamp())
    assert "40 of 60 days left" in finding.message


def test_the_end_of_an_intermediate_that_ends_sooner_is_the_same_moment(tmp_path: Path) -> None:
    ends = NOW + timedelta(days=40, hours=1)
    server, ca = below_an_intermediate(
        begins=NOW - timedelta(days=20), ends=NOW + timedelta(days=50), its_end=ends
    )
    with shaking_hands(server) as port, blackbox(tmp_path, ca) as exporter:
        finding = looked("tls", {"host": "localhost", "port": port}, ca=ca, subject=None)
        _, theirs = their_word(exporter, "tls", f"localhost:{port}")
    assert theirs == int(ends.timestamp())
    assert "40 of 70 days left" in finding.message


@pytest.mark.parametrize(
    ("status", "agreed"),
    [
        (200, True),
        (204, False),
        (301, False),
        (401, False),
        (404, False),
        (500, False),
        (503, False),
    ],
)
def test_statuses(status: int, agreed: bool, tmp_path: Path) -> None:
    """Theirs takes every 2xx unless told otherwise; ours 200 unless told otherwise: 204 is where they part."""
    ours = agreed
    theirs = agreed or status == 204
    with (
        web(lambda asked: Answer(status=status)) as there,
        blackbox(tmp_path, trusted()[1]) as exporter,
    ):
        finding = looked("http", {"url": there.url}, subject=None)
        success, _ = their_word(exporter, "http", there.url)
    assert (finding.outcome is Outcome.PASS, success) == (ours, theirs)


def test_refused_and_expired_are_one_word_to_them_and_two_to_us(tmp_path: Path) -> None:
    """A host that is down asks for another person than a certificate that was forgotten."""
    server, ca = ends_in(-1)()
    with shaking_hands(server) as port, blackbox(tmp_path, ca) as exporter:
        closed = free_port()
        expired = looked("tls", {"host": "localhost", "port": port}, ca=ca, subject=None)
        refused = looked("tls", {"host": "localhost", "port": closed}, ca=ca, subject=None)
        theirs = [their_word(exporter, "tls", f"localhost:{each}")[0] for each in (port, closed)]
    assert theirs == [False, False]
    assert (expired.outcome, refused.outcome) == (Outcome.FAIL, Outcome.UNKNOWN)


@pytest.mark.parametrize("behave", [resets, speaks_ssh])
def test_neither_takes_a_misbehaving_server_for_a_good_one(behave: object, tmp_path: Path) -> None:
    with raw(behave) as port, blackbox(tmp_path, trusted()[1]) as exporter:  # type: ignore[arg-type]
        finding = looked("http", {"url": f"http://localhost:{port}/"}, subject=None)
        success, _ = their_word(exporter, "http", f"http://localhost:{port}/")
    assert finding.outcome is not Outcome.PASS and not success
