"""Of HTTP answers: the final one, whole, unpacked."""

from __future__ import annotations

import gzip
import ssl
import zlib
from base64 import b64decode

import pytest

from deploy_checklist.outcome import Outcome, Unobservable
from deploy_checklist.world.http import LiveHttp
from deploy_checklist.world.ports import HttpAnswer, HttpRequest, ProtocolTrouble, Trouble
from outside import looked
from servers.authorities import shaking_hands, trusted
from servers.raw import Behaviour, raw
from servers.web import Answer, web

WORDS = b"a word and another " * 200


def asked(url: str, limit: int = 1_048_576) -> HttpAnswer:
    return LiveHttp().send(HttpRequest(url=url, timeout=2, allow_private=True, limit=limit))


def packed(body: bytes, limit: int = 1_048_576, encoding: str = "gzip") -> HttpAnswer:
    with web(lambda _: Answer(body=body, headers={"Content-Encoding": encoding})) as there:
        return asked(there.url, limit)


def test_an_answer_of_several_members_is_read_to_its_end() -> None:
    """`cat a.gz b.gz` is one gzip file, and nginx's gzip_static serves it as it lies there."""
    body = b"".join(gzip.compress(part) for part in (WORDS, b"", b"the end"))
    answer = packed(body)
    assert (answer.body, answer.truncated) == (WORDS + b"the end", False)
    assert packed(body + bytes(20)).body == WORDS + b"the end"  # tapes pad with zeros


def test_deflate_is_unpacked() -> None:
    assert packed(zlib.compress(WORDS), encoding="deflate").body == WORDS


@pytest.mark.parametrize("missing", [1, 8, 40])
@pytest.mark.parametrize("before", [b"", gzip.compress(b"whole")], ids=["one member", "the second of two"])
def test_what_was_packed_and_cut_is_no_answer(missing: int, before: bytes) -> None:
    with pytest.raises(Unobservable, match="in the middle of a compressed answer"):
        packed(before + gzip.compress(WORDS)[:-missing])


def test_what_is_longer_than_asked_for_is_told_as_cut() -> None:
    assert packed(gzip.compress(WORDS), limit=100).truncated
    assert len(packed(gzip.compress(WORDS), limit=100).body) == 100


@pytest.mark.parametrize("body", [b"not packed at all", gzip.compress(WORDS)[:20] + b"garbage" * 20])
def test_what_only_says_that_it_is_packed_is_wrong(body: bytes) -> None:
    with pytest.raises(ProtocolTrouble, match="cannot be unpacked"):
        packed(body)


def hints(count: int) -> Behaviour:
    """So many interim answers before the one that counts."""

    def behave(connection: object, over: object) -> None:
        connection.recv(65_536)  # type: ignore[attr-defined]
        early = b"HTTP/1.1 103 Early Hints\r\nLink: </style.css>; rel=preload\r\n\r\n" * count
        final = b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 4\r\nConnection: close\r\n\r\ndown"
        connection.sendall(early + final)  # type: ignore[attr-defined]

    return behave


@pytest.mark.parametrize("count", [1, 3])
def test_early_hints_are_not_the_answer(count: int) -> None:
    with raw(hints(count)) as port:
        answer = asked(f"http://localhost:{port}/")
    assert (answer.status, answer.body) == (503, b"down")
    assert "link" not in answer.headers


def test_interim_answers_without_end_are_none() -> None:
    with raw(hints(50)) as port, pytest.raises(ProtocolTrouble):
        asked(f"http://localhost:{port}/")


def test_a_server_that_wants_a_client_certificate_says_so() -> None:
    server, ca = trusted()
    server.minimum_version = ssl.TLSVersion.TLSv1_3
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_verify_locations(cadata=ca.decode())
    with shaking_hands(server) as port, pytest.raises(ProtocolTrouble, match="asks for a client certificate"):
        LiveHttp().send(HttpRequest(url=f"https://localhost:{port}/", timeout=2, allow_private=True, ca_file=ca))


@pytest.mark.parametrize("value", ["key\r\n folded", "key\n folded", "key\r folded", "key\r\nX-Other: 1", "\udce9"])
def test_no_header_holds_a_second_line(value: str) -> None:
    with web(lambda _: Answer()) as there:
        with pytest.raises(Trouble, match="a character that HTTP does not allow"):
            LiveHttp().send(HttpRequest(url=there.url, headers={"X-Key": value}, allow_private=True))
        assert there.asked == []


def test_a_password_of_any_bytes_is_sent_as_it_is() -> None:
    """The environment of a process holds bytes; Python shows those that are no UTF-8 as lone surrogates."""
    with web(lambda _: Answer()) as there:
        written = {"url": there.url, "basic_env": ["USER", "PASS_WORD"]}
        finding = looked("http", written, {"USER": "u", "PASS_WORD": "caf\udce9"}, subject=None)
        assert finding.outcome is Outcome.PASS
        assert b64decode(there.asked[0].headers["authorization"].removeprefix("Basic ")) == b"u:caf\xe9"
        keys = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "caf\udce9", "AWS_SESSION_TOKEN": "t"}
        signed = {"url": there.url, "region": "eu-west-1", "domain": "a.example"}
        assert "a bug" not in looked("aws_certificate", signed, keys, subject=None).message
        assert "authorization" in there.asked[1].headers
        secret = looked("redis", {}, {"NAME": f"redis://:caf\udce9@localhost:{there.port}"})
        assert "not as Redis does" in secret.message
