"""Of HTTP answers: the final one, whole, unpacked."""

from __future__ import annotations

import gzip
import zlib

import pytest

from deploy_checklist.outcome import Unobservable
from deploy_checklist.world.http import LiveHttp
from deploy_checklist.world.ports import HttpAnswer, HttpRequest, ProtocolTrouble
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
