"""Of HTTP answers: the final one, whole, unpacked."""

from __future__ import annotations

import gzip
import socket
import ssl
import threading
import time
import tracemalloc
import zlib
from base64 import b64decode

import pytest

from deploy_checklist.outcome import Outcome, Unobservable
from deploy_checklist.world.http import LiveHttp
from deploy_checklist.world.ports import HttpAnswer, HttpRequest, ProtocolFault, ServiceFault
from outside import looked
from servers.authorities import shaking_hands, trusted
from servers.raw import Behaviour, raw
from servers.web import Answer, web

PIECES = (
    gzip.compress(b"") * 50_000
)  # 1 MB: to look through each piece by itself would take half a minute
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


def test_deflate_is_unpacked_with_its_header_and_without() -> None:
    bare = zlib.compressobj(wbits=-15)
    for body in (zlib.compress(WORDS), bare.compress(WORDS) + bare.flush()):
        assert packed(body, encoding="deflate").body == WORDS


def test_what_follows_a_packed_body_is_not_a_part_of_it() -> None:
    answer = packed(gzip.compress(WORDS) + b"junk")
    assert (answer.body, answer.truncated) == (WORDS, False)


@pytest.mark.parametrize("encoding", ["br", "zstd", "gzip, gzip", "identity, gzip"])
def test_a_body_that_cannot_be_read_is_not_whole(encoding: str) -> None:
    answer = packed(WORDS, encoding=encoding)
    assert (answer.status, answer.body, answer.truncated) == (200, b"", True)


def test_nothing_that_says_it_is_packed_is_not_whole() -> None:
    assert packed(b"").truncated


@pytest.mark.parametrize("missing", [1, 8, 40])
@pytest.mark.parametrize(
    "before", [b"", gzip.compress(b"whole")], ids=["one member", "the second of two"]
)
def test_what_was_packed_and_cut_is_not_an_answer(missing: int, before: bytes) -> None:
    with pytest.raises(Unobservable, match="during a compressed answer"):
        packed(before + gzip.compress(WORDS)[:-missing])


def test_a_body_that_is_longer_than_asked_for_counts_as_cut() -> None:
    assert packed(gzip.compress(WORDS), limit=100).truncated
    assert len(packed(gzip.compress(WORDS), limit=100).body) == 100


@pytest.mark.measures_time
@pytest.mark.parametrize(
    "body", [b"not packed at all", gzip.compress(WORDS)[:20] + b"garbage" * 20, PIECES]
)
def test_what_only_says_that_it_is_packed_is_wrong(body: bytes) -> None:
    began = time.monotonic()
    with pytest.raises(
        ProtocolFault, match=r"cannot be decompressed|in more than 100 compressed pieces"
    ):
        packed(body)
    assert time.monotonic() - began < 1


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
    with raw(hints(50)) as port, pytest.raises(ProtocolFault):
        asked(f"http://localhost:{port}/")


def test_a_server_that_wants_a_client_certificate_says_so() -> None:
    server, ca = trusted()
    server.minimum_version = ssl.TLSVersion.TLSv1_3
    server.verify_mode = ssl.CERT_REQUIRED
    server.load_verify_locations(cadata=ca.decode())
    with (
        shaking_hands(server) as port,
        pytest.raises(ProtocolFault, match="asks for a client certificate"),
    ):
        LiveHttp().send(
            HttpRequest(url=f"https://localhost:{port}/", timeout=2, allow_private=True, ca_file=ca)
        )


@pytest.mark.parametrize(
    "value", ["key\r\n folded", "key\n folded", "key\r folded", "key\r\nX-Other: 1", "\0"]
)
def test_no_header_holds_a_second_line(value: str) -> None:
    with web(lambda _: Answer()) as there:
        with pytest.raises(ServiceFault, match="a character that HTTP does not allow"):
            LiveHttp().send(
                HttpRequest(url=there.url, headers={"X-Key": value}, allow_private=True)
            )
        assert there.asked == []


def test_a_password_of_any_bytes_is_sent_as_it_is() -> None:
    """The environment of a process holds bytes; Python shows those that are no UTF-8 as lone surrogates."""
    with web(lambda _: Answer()) as there:
        written = {"url": there.url, "basic_env": ["USER", "PASS_WORD"]}
        finding = looked("http", written, {"USER": "u", "PASS_WORD": "caf\udce9"}, subject=None)
        assert finding.outcome is Outcome.PASS
        assert (
            b64decode(there.asked[0].headers["authorization"].removeprefix("Basic "))
            == b"u:caf\xe9"
        )
        keys = {
            "AWS_ACCESS_KEY_ID": "a",
            "AWS_SECRET_ACCESS_KEY": "caf\udce9",
            "AWS_SESSION_TOKEN": "t",
        }
        signed = {"url": there.url, "region": "eu-west-1", "domain": "a.example"}
        assert "a bug" not in looked("aws_certificate", signed, keys, subject=None).message
        assert "authorization" in there.asked[1].headers
        secret = looked("redis", {}, {"NAME": f"redis://:caf\udce9@localhost:{there.port}"})
        assert "not as Redis" in secret.message


def saying(answer: bytes) -> Behaviour:
    """These bytes, and the end of the connection."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        connection.recv(65_536)
        connection.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + answer)

    return behave


@pytest.mark.parametrize(
    ("answer", "body"),
    [
        (b"Content-Length:  4 \r\n\r\nword", b"word"),
        (b"Content-Length: 4\r\nContent-Length: 4\r\n\r\nword", b"word"),
        (b"Transfer-Encoding: Chunked \r\n\r\n4\r\nword\r\n0\r\n\r\n", b"word"),
        (b"\r\nword", b"word"),
    ],
)
def test_a_body_ends_where_http_says_that_it_does(answer: bytes, body: bytes) -> None:
    with raw(saying(answer)) as port:
        found = asked(f"http://localhost:{port}/")
    assert (found.body, found.truncated) == (body, False)


@pytest.mark.parametrize(
    "answer",
    [
        b"Content-Length: 100, 100\r\n\r\nword",
        b"Content-Length: abc\r\n\r\nword",
        b"Content-Length: -4\r\n\r\nword",
        b"Content-Length: 4\r\nContent-Length: 5\r\n\r\nword",
        b"Transfer-Encoding: gzip, chunked\r\n\r\n4\r\nword",
        b"Transfer-Encoding: identity\r\n\r\nword",
        b"no colon here\r\nContent-Length: 100\r\n\r\nword",
    ],
)
def test_a_body_whose_end_is_not_certain_is_not_an_answer(answer: bytes) -> None:
    """Cut in the middle, it would be taken for the whole."""
    with raw(saying(answer)) as port, pytest.raises(ProtocolFault, match="not with HTTP"):
        asked(f"http://localhost:{port}/")


@pytest.mark.parametrize("chunk", [b"-1", b"-2", b"zz", b"4\r\nwo"])
def test_a_chunk_without_a_size_is_not_an_answer_and_fills_no_memory(chunk: bytes) -> None:
    def behave(connection: socket.socket, over: threading.Event) -> None:
        saying(b"Transfer-Encoding: chunked\r\n\r\n" + chunk + b"\r\n")(connection, over)
        for _ in range(2_000 if chunk == b"-1" else 0):
            connection.sendall(bytes(65_536))

    tracemalloc.start()
    with raw(behave) as port, pytest.raises(Unobservable, match="closed the connection"):
        asked(f"http://localhost:{port}/")
    assert tracemalloc.get_traced_memory()[1] < 8_000_000
    tracemalloc.stop()


@pytest.mark.parametrize("goodbye", [True, False])
@pytest.mark.parametrize(
    "length", [b"", b"Content-Length: 4\r\n"], ids=["to its end", "of four bytes"]
)
def test_a_body_that_ends_without_tls_saying_so_is_not_whole(goodbye: bool, length: bytes) -> None:
    """Whoever can cut the connection can otherwise choose what is judged. Where its length is told, it is enough."""
    server, ca = trusted()

    def behave(connection: socket.socket, over: threading.Event) -> None:
        with server.wrap_socket(connection, server_side=True) as secured:
            secured.recv(65_536)
            secured.sendall(b"HTTP/1.1 200 OK\r\nConnection: close\r\n" + length + b"\r\nword")
            if goodbye:
                secured.unwrap()

    with raw(behave) as port:
        request = HttpRequest(
            url=f"https://localhost:{port}/", timeout=2, allow_private=True, ca_file=ca
        )
        answer = LiveHttp().send(request)
    assert (answer.body, answer.truncated) == (b"word", not (goodbye or length))


def test_a_path_of_any_bytes_is_asked_for_as_it_is() -> None:
    with web(lambda _: Answer()) as there:
        finding = looked("http", {}, {"NAME": f"{there.url}/caf\udce9?q=\udce9"})
        assert (finding.outcome, there.asked[0].path) == (Outcome.PASS, "/caf%E9?q=%E9")


def test_a_host_that_is_spelled_in_several_ways_is_not_asked() -> None:
    with pytest.raises(ServiceFault, match="with more than one spelling"):
        asked("https://straße.example/")
