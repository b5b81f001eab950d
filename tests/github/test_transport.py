"""A GitHub that misbehaves is bounded like any other server: in time, in size, and to its own host."""

from __future__ import annotations

import json
import socket
import ssl
import subprocess
import sys
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import github.Requester  # noqa: F401 - loading it takes time, which no test is to measure
import pytest

from deploy_checklist.github.client import Client, connect
from deploy_checklist.github.connections import MOST_AT_ONCE, Access
from deploy_checklist.github.failures import Cause, RequestFailure
from deploy_checklist.github.rest_shapes import RestName, RestSecrets
from deploy_checklist.github.writer import Writer
from deploy_checklist.outcome import Unobservable
from deploy_checklist.world.ports import NotPublished
from servers.authorities import self_signed, trusted
from servers.github import FakeHub
from servers.raw import Behaviour, raw, speaks_http

TIMEOUT = 1.0


class Patience:
    """A deadline by the real clock, whose naps take no time."""

    def __init__(self, seconds: float) -> None:
        self.ends = time.monotonic() + seconds
        self.naps: list[float] = []

    def remaining(self) -> float:
        return self.ends - time.monotonic()

    def sleep(self, seconds: float) -> None:
        self.naps.append(seconds)


def client(port: int, *, seconds: float = 60.0, scheme: str = "http") -> Client:
    url = f"{scheme}://localhost:{port}"
    access = Access(
        token="t0ken", repository="acme/shop", api_url=url, graphql_url=f"{url}/graphql"
    )
    patience = Patience(seconds)
    return connect(access, remaining=patience.remaining, sleep=patience.sleep, timeout=TIMEOUT)


def look(to: Client) -> object:
    return to.read(to.at(), to.need("the repository", "metadata: read"))


def request(connection: socket.socket) -> bytes:
    """One request with its body."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        piece = connection.recv(65_536)
        if not piece:
            return b""
        seen += piece
    head, _, body = seen.partition(b"\r\n\r\n")
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        while name.lower() == b"content-length" and len(body) < int(value):
            body += connection.recv(65_536)
    return head + b"\r\n\r\n" + body


def answer(status: str, *headers: str, body: object = None) -> bytes:
    text = b"" if body is None else json.dumps(body).encode()
    lines = [f"HTTP/1.1 {status}", "Content-Type: application/json", "Connection: close"]
    return "\r\n".join([*lines, f"Content-Length: {len(text)}", *headers, "", ""]).encode() + text


def answering(respond: Callable[[str, str], bytes], seen: list[str]) -> Behaviour:
    """A server of one answer on each connection; `respond` is given verb and path."""

    def behave(connection: socket.socket, over: threading.Event) -> None:
        asked = request(connection).decode()
        if not asked:
            return  # closed before anything was sent
        verb, path = asked.split(" ", 2)[:2]
        seen.append(f"{verb} {path}")
        connection.sendall(respond(verb, path))

    return behave


@contextmanager
def serving(respond: Callable[[str, str], bytes]) -> Iterator[tuple[int, list[str]]]:
    seen: list[str] = []
    with raw(answering(respond, seen)) as port:
        yield port, seen


# 202


def test_an_answer_that_is_not_ready_is_no_answer_and_is_not_waited_for() -> None:
    computing = answer("202 Accepted", body={})
    with serving(lambda *_: computing) as (port, seen), pytest.raises(Unobservable) as failure:
        look(client(port))
    assert failure.value.reason == "GitHub is still computing the repository (202)"
    assert len(seen) == 1


# Redirects


@pytest.mark.parametrize(
    "status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect", "308 Permanent"]
)
@pytest.mark.parametrize("absolute", [True, False])
def test_a_renamed_repository_is_read_under_its_new_address(status: str, absolute: bool) -> None:
    def respond(verb: str, path: str) -> bytes:
        if path.startswith("/repositories/7/"):
            return answer("200 OK", body=[{"name": path}])
        origin = f"http://localhost:{port}" if absolute else ""
        return answer(
            status,
            f"Location: {origin}/repositories/7/issues?{path.partition('?')[2]}",
            body={"message": "x"},
        )

    with serving(respond) as (port, seen):
        to = client(port)
        found = list(
            to.pages(
                to.at("issues"),
                to.need("the issues", "issues: read"),
                list[RestName],
                {"state": "all"},
            )
        )
    assert found == [RestName(name="/repositories/7/issues?per_page=100&state=all")]
    assert len(seen) == 2


@pytest.mark.parametrize("status", ["301 Moved Permanently", "302 Found", "307 Temporary Redirect"])
def test_redirects_that_lead_round_in_a_circle_are_followed_three_times(status: str) -> None:
    def respond(verb: str, path: str) -> bytes:
        return answer(status, f"Location: /round/{len(seen)}", body={})

    with serving(respond) as (port, seen), pytest.raises(Unobservable) as failure:
        look(client(port))
    assert failure.value.reason.startswith("GitHub redirects to another address for the repository")
    assert len(seen) == 4


@pytest.mark.parametrize(
    "location",
    [
        "http://127.0.0.1:{port}/steal",  # a name for the same machine is another host
        "http://localhost:{other}/steal",
        "https://localhost:{port}/steal",
        "//127.0.0.1:{other}/steal",
        "http://localhost:{port}@127.0.0.1:{other}/steal",
        "http://localhost:99999999/",
        "http://[/",
        "",
    ],
)
@pytest.mark.parametrize("status", ["301 Moved Permanently", "308 Permanent Redirect"])
def test_a_token_goes_to_no_other_host(status: str, location: str) -> None:
    def respond(verb: str, path: str) -> bytes:
        return answer(status, f"Location: {location.format(port=port, other=other)}", body={})

    with (
        serving(lambda *_: answer("200 OK", body={})) as (other, stolen),
        serving(respond) as (port, seen),
    ):
        with pytest.raises(Unobservable):
            look(client(port))
        assert stolen == []
        assert set(seen) == {"GET /repos/acme/shop"}


def test_a_write_is_repeated_elsewhere_only_where_http_allows_it() -> None:
    def respond(verb: str, path: str) -> bytes:
        if path == "/repositories/7":
            return answer("201 Created", body={"id": 1})
        return answer(f"{path.rpartition('/')[2]} There", "Location: /repositories/7", body={})

    with serving(respond) as (port, seen):
        to = client(port)
        for status in (301, 302, 303):
            with pytest.raises(RequestFailure) as failure:
                to.send("POST", to.at(status), body={"body": "x"})
            assert failure.value.cause is Cause.MOVED
            assert not failure.value.uncertain
        assert not any("repositories" in each for each in seen)
        assert to.send("POST", to.at(307), body={"body": "x"})[1] == {"id": 1}
        assert to.send("POST", to.at(308), body={"body": "x"})[1] == {"id": 1}
    assert seen.count("POST /repositories/7") == 2


def test_the_body_of_a_redirect_is_not_read() -> None:
    def behave(connection: socket.socket, over: threading.Event) -> None:
        asked = request(connection)
        if b"/there" in asked:
            connection.sendall(answer("200 OK", body={"id": 1}))
            return
        connection.sendall(
            b"HTTP/1.1 301 Moved\r\nLocation: /there\r\nContent-Length: 999999999\r\n\r\n"
        )
        over.wait()

    with raw(behave) as port:
        assert look(client(port)) == {"id": 1, "url": "/repos/acme/shop"}


# Time


def trickling(head: bytes) -> Behaviour:
    def behave(connection: socket.socket, over: threading.Event) -> None:
        request(connection)
        connection.sendall(head)
        while not over.wait(0.5):
            connection.sendall(b" ")

    return behave


BODY = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"


@pytest.mark.measures_time
@pytest.mark.parametrize("head", [b"HTTP/1.1 200 OK\r\nX-Endless:", BODY], ids=["header", "body"])
def test_a_byte_each_half_second_does_not_hold_a_run(head: bytes) -> None:
    with raw(trickling(head)) as port:
        began = time.monotonic()
        with pytest.raises(Unobservable) as failure:
            look(client(port, seconds=3.0))
        assert time.monotonic() - began < 4.5
    assert failure.value.reason == "GitHub could not be reached for the repository"


@pytest.mark.measures_time
def test_a_request_ends_with_the_deadline_of_the_run() -> None:
    def behave(connection: socket.socket, over: threading.Event) -> None:
        over.wait()

    with raw(behave) as port:
        began = time.monotonic()
        with pytest.raises(Unobservable):
            look(client(port, seconds=0.3))
        assert time.monotonic() - began < 0.8


@pytest.mark.measures_time
def test_a_request_whose_time_is_up_is_not_sent_later(monkeypatch: pytest.MonkeyPatch) -> None:
    """One slow answer of a name server: the comment is posted once, by the second try."""
    look_up, first = socket.getaddrinfo, threading.Event()

    def slow_once(*given: object, **named: object) -> object:
        if not first.is_set():
            first.set()
            time.sleep(1.5)
        return look_up(*given, **named)  # type: ignore[arg-type]

    def respond(verb: str, path: str) -> bytes:
        if verb == "POST":
            return answer("201 Created", body={"id": 7, "node_id": "n", "html_url": "u"})
        return answer("200 OK", body=[])

    with serving(respond) as (port, seen):
        monkeypatch.setattr(socket, "getaddrinfo", slow_once)
        access = Access(
            token="t",
            repository="o/r",
            api_url=f"http://localhost:{port}",
            graphql_url=f"http://localhost:{port}/graphql",
        )
        ends = time.monotonic() + 60
        patient = connect(access, remaining=lambda: ends - time.monotonic(), timeout=1)
        assert Writer(patient).create_comment(5, "hello").id == 7
        time.sleep(1.5)
        assert len([each for each in seen if each.startswith("POST")]) == 1


@pytest.mark.measures_time
def test_threads_that_wait_for_their_turn_send_nothing_after_the_deadline() -> None:
    seen: list[int] = []

    def behave(connection: socket.socket, over: threading.Event) -> None:
        seen.append(1)
        over.wait()

    def fail(to: Client) -> None:
        with pytest.raises(Unobservable):
            look(to)

    with raw(behave) as port:
        to = client(port, seconds=0.5)
        threads = [threading.Thread(target=fail, args=(to,)) for _ in range(12)]
        began = time.monotonic()
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert time.monotonic() - began < 1.2
        assert len(seen) == MOST_AT_ONCE


def busiest(ask: Callable[[Client], object]) -> int:
    """How many of a dozen requests the server was busy with at once."""
    lock = threading.Lock()
    busy = 0
    most = 0

    def respond(verb: str, path: str) -> bytes:
        nonlocal busy, most
        with lock:
            busy += 1
            most = max(most, busy)
        time.sleep(0.05)
        with lock:
            busy -= 1
        return answer("200 OK", body={"id": 1})

    with serving(respond) as (port, seen):
        to = client(port)
        threads = [threading.Thread(target=ask, args=(to,)) for _ in range(12)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert len(seen) == 12
    return most


def test_reads_wait_side_by_side_but_never_more_than_four() -> None:
    assert busiest(look) == MOST_AT_ONCE == 4


def test_writes_are_sent_one_by_one() -> None:
    assert busiest(lambda to: to.send("POST", to.at("x"), body={})) == 1


# Size

LARGE = """
import sys
from concurrent.futures import ThreadPoolExecutor
sys.path[:0] = {path!r}
from deploy_checklist.github.client import Access, connect
from deploy_checklist.outcome import Unobservable
url = "http://localhost:{port}"
access = Access(token="t", repository="acme/shop", api_url=url, graphql_url=url + "/graphql")
client = connect(access, remaining=lambda: 60.0, timeout=30.0)
def look(_):
    try:
        client.read(client.at(), client.need("the repository", "metadata: read"))
    except Unobservable as failure:
        return failure.reason
with ThreadPoolExecutor({threads}) as pool:
    print(*set(pool.map(look, range({threads}))))
print(next(line for line in open("/proc/self/status") if line.startswith("VmHWM")))
"""


def sending(packed: bool, status: bytes) -> Behaviour:
    """600 MB, as they are or in some 600 kB of gzip."""
    packing = b"Content-Encoding: gzip\r\n" if packed else b""
    piece = b"a" * 1_000_000
    if packed:
        packer = zlib.compressobj(wbits=31)
        piece = b"".join([*(packer.compress(piece) for _ in range(600)), packer.flush()])

    def behave(connection: socket.socket, over: threading.Event) -> None:
        request(connection)
        head = (
            b"HTTP/1.1 " + status + b"\r\nContent-Type: application/json\r\nConnection: close\r\n"
        )
        connection.sendall(head + packing + b"\r\n")
        for _ in range(1 if packed else 600):
            connection.sendall(piece)

    return behave


@pytest.mark.parametrize("packed", [False, True], ids=["plain", "gzip"])
@pytest.mark.parametrize("status", [b"200 OK", b"502 Bad Gateway"])
@pytest.mark.parametrize("threads", [1, 8])
def test_an_answer_of_600_mb_is_read_to_its_limit(
    packed: bool, status: bytes, threads: int
) -> None:
    with raw(sending(packed, status)) as port:
        path = [str(Path(__file__).parents[2] / "src")]
        script = LARGE.format(port=port, path=path, threads=threads)
        done = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True
        )
    reason, peak = done.stdout.splitlines()[:2]
    assert reason == "GitHub's answer about the repository is larger than 32 MiB"
    assert int(peak.split()[1]) < 200 * 1024


# Odd answers

ODD_HEADERS = [
    "Retry-After: \u00b2",
    f"Retry-After: {'9' * 400}",
    "Retry-After: -1",
    "Retry-After: 1e999",
    "X-RateLimit-Reset: 1e999",
    f"X-RateLimit-Reset: {'9' * 400}",
    "X-RateLimit-Reset: nan",
    "X-RateLimit-Reset: 9999999999",
    "X-RateLimit-Limit: inf",
    "X-RateLimit-Limit: x",
    "Date: Sun, 22 Nov 99999999999999999999 21:00:00 GMT",
    "Date: Sun, 22 Nov 2026 21:00:00 +99999999999999",
    "Date: \u00b2",
]


@pytest.mark.parametrize("header", ODD_HEADERS, ids=lambda header: header[:24])
def test_an_odd_header_does_no_harm(header: str) -> None:
    limits = ["X-RateLimit-Remaining: 0", "X-RateLimit-Limit: 1", "X-RateLimit-Reset: 1", "Date: x"]
    others = [each for each in limits if not header.startswith(each.partition(":")[0])]

    def respond(verb: str, path: str) -> bytes:
        status = {"/repos/acme/shop": "200 OK"}.get(path, f"{path[1:4]} No")
        return answer(status, header, *others, body={"message": "API rate limit exceeded"})

    with serving(respond) as (port, _):
        to = client(port)
        assert look(to)
        for path, cause in {
            "/403": Cause.LIMITED,
            "/429": Cause.LIMITED,
            "/503": Cause.DOWN,
        }.items():
            with pytest.raises(RequestFailure) as failure:
                to.send("GET", path)
            assert failure.value.cause is cause


@pytest.mark.parametrize("token", ["ghs_a\nb", "-----BEGIN\r\nEND-----", "ghs_\u4e2d", "ghs_\0"])
def test_a_token_that_no_header_can_hold_is_named_and_not_sent(token: str) -> None:
    with serving(lambda *_: answer("200 OK", body={})) as (port, seen):
        url = f"http://127.0.0.1:{port}"
        access = Access(token=token, repository="acme/shop", api_url=url, graphql_url=url)
        to = connect(access, remaining=lambda: 20.0, sleep=lambda _: None)
        with pytest.raises(Unobservable) as failure:
            to.read(to.at(), to.need("the repository", "metadata: read"))
    assert failure.value.reason == "GitHub does not accept github-token"
    assert seen == []


@pytest.mark.parametrize("link", ["https://[/?page=2", "//a]b/?page=2", "?page=2", "/else?page=2"])
def test_a_link_tells_no_more_than_the_query_of_the_next_page(link: str) -> None:
    def respond(verb: str, path: str) -> bytes:
        links = [] if "page=2" in path else [f'Link: <{link}>; rel="next"']
        return answer("200 OK", *links, body=[{"name": "v1"}])

    with serving(respond) as (port, seen):
        to = client(port)
        need = to.need("the tags", "contents: read")
        assert len(list(to.pages(to.at("tags"), need, list[RestName]))) == 2
    assert seen == [f"GET /repos/acme/shop/tags?{query}" for query in ("per_page=100", "page=2")]


@pytest.mark.parametrize(("pages", "advice"), [(9, "run again"), (10, "gate a newer commit")])
def test_more_than_github_lists_is_reported_from_a_list_that_was_cut(
    pages: int, advice: str
) -> None:
    def respond(verb: str, path: str) -> bytes:
        page = int(path.partition("page=")[2]) if "?page=" in path else 1
        links = [f'Link: <?page={page + 1}>; rel="next"'] if page < pages else []
        secret = {"name": "A", "updated_at": "2026-11-22T21:00:00Z"}
        return answer("200 OK", *links, body={"total_count": 2_016, "secrets": [secret] * 100})

    with serving(respond) as (port, _):
        to = client(port)
        with pytest.raises(Unobservable) as failure:
            list(to.pages(to.at("x"), to.need("the runs", "actions: read"), RestSecrets))
    told = f"{pages * 100} were sent, but `total_count` is 2016"
    assert failure.value.reason == f"GitHub's answer about the runs: {told}"
    assert advice in (failure.value.remedy or "")


def test_a_second_page_that_is_missing_is_no_end_of_a_list() -> None:
    def respond(verb: str, path: str) -> bytes:
        if "page=2" in path:
            return answer("404 Not Found", body={})
        return answer("200 OK", 'Link: <?page=2>; rel="next"', body=[{"name": "v1"}])

    with serving(respond) as (port, _):
        to = client(port)
        need = to.need("the tags", "contents: read")
        with pytest.raises(Unobservable, match="the tags could not be found"):
            list(to.pages(to.at("tags"), need, list[RestName], missing_is_empty=True))


@pytest.mark.parametrize(
    "body", [[], [1], {"message": 1}, {"message": []}, {"message": None}, "x", 1, None]
)
def test_a_refusal_of_any_shape_keeps_its_meaning(body: object) -> None:
    with serving(lambda *_: answer("404 Not Found", body=body)) as (port, _):
        to = client(port)
        assert to.read_if_there(to.at(), to.need("the repository", "metadata: read")) is None


@pytest.mark.parametrize("body", [b"", b"null"])
def test_an_empty_answer_is_not_taken_for_a_404(body: bytes) -> None:
    head = (
        f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with serving(lambda *_: head.encode() + body) as (port, _):
        to = client(port)
        with pytest.raises(Unobservable, match="was cut short or is not from GitHub"):
            to.read_if_there(to.at(), to.need("the repository", "metadata: read"))


@pytest.mark.parametrize(
    "errors",
    [
        1,
        0,
        "x",
        "",
        {},
        False,
        {"type": "NOT_FOUND"},
        [1],
        [None],
        [{"type": []}],
        [{"type": {}}],
        [{}],
    ],
)
def test_errors_of_another_shape_are_no_answer(errors: object) -> None:
    with serving(lambda *_: answer("200 OK", body={"data": {"x": 1}, "errors": errors})) as (
        port,
        _,
    ):
        to = client(port)
        with pytest.raises(Unobservable):
            to.query("{ x }", {}, to.need("the records", "contents: read"))


def test_a_graphql_rate_limit_is_waited_for_as_its_headers_say() -> None:
    errors = [{"type": "RATE_LIMITED"}]
    limited = answer("200 OK", "Retry-After: 7", body={"data": None, "errors": errors})
    with serving(
        lambda *_: limited if len(seen) == 1 else answer("200 OK", body={"data": {"x": 1}})
    ) as (
        port,
        seen,
    ):
        url = f"http://localhost:{port}"
        access = Access(
            token="t", repository="acme/shop", api_url=url, graphql_url=f"{url}/graphql"
        )
        patience = Patience(60)
        to = connect(access, remaining=patience.remaining, sleep=patience.sleep)
        assert to.graphql("{ x }", {}) == {"x": 1}
    assert patience.naps == [7.0]


# TLS


@contextmanager
def secured(server: ssl.SSLContext) -> Iterator[int]:
    def behave(connection: socket.socket, over: threading.Event) -> None:
        with server.wrap_socket(connection, server_side=True) as stream:
            request(stream)
            stream.sendall(answer("200 OK", body={"id": 1}))

    with raw(behave) as port:
        yield port


@pytest.mark.parametrize(
    ("server", "wrong"),
    [
        (lambda: trusted()[0], "is from an authority that this machine does not know"),
        (self_signed, "is self-signed"),
    ],
    ids=["unknown authority", "self-signed"],
)
def test_a_certificate_that_is_not_trusted_is_reported_as_such(
    server: Callable[[], ssl.SSLContext], wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    with secured(server()) as port, pytest.raises(Unobservable) as failure:
        look(client(port, scheme="https"))
    assert (
        failure.value.reason
        == f"GitHub was not contacted for the repository: its certificate {wrong}"
    )
    assert failure.value.remedy and "REQUESTS_CA_BUNDLE" in failure.value.remedy


@pytest.mark.parametrize(("name", "ends"), [("elsewhere.example", None), ("localhost", -1)])
def test_the_other_faults_of_a_certificate_have_their_own_words(
    name: str, ends: int | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from servers.authorities import LATER, LONG_AGO

    server, authority = trusted(
        name=name, begins=LONG_AGO.replace(year=2020), ends=LONG_AGO if ends else LATER
    )
    (tmp_path / "ca.pem").write_bytes(authority)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    wrong = "its certificate has expired" if ends else "its certificate is for another name"
    with secured(server) as port, pytest.raises(Unobservable, match=wrong):
        look(client(port, scheme="https"))


def test_the_variable_that_is_named_helps(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server, authority = trusted()
    (tmp_path / "ca.pem").write_bytes(authority)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(tmp_path / "ca.pem"))
    with secured(server) as port:
        assert look(client(port, scheme="https")) == {"id": 1, "url": "/repos/acme/shop"}


def test_a_port_without_tls_is_reported_as_such() -> None:
    with raw(speaks_http) as port, pytest.raises(Unobservable) as failure:
        look(client(port, scheme="https"))
    assert (
        failure.value.reason
        == "GitHub could not be reached for the repository: the TLS handshake failed"
    )


# Writes by PyGithub's own objects


def test_each_write_is_one_request(hub: FakeHub) -> None:
    """None of PyGithub's objects completes itself, and none is read before it is changed."""
    from deploy_checklist.github.writer import Writer

    repo = hub.repository()
    pull = repo.open_pull()
    access = Access(
        token="gate", repository="acme/shop", api_url=hub.url, graphql_url=hub.graphql_url
    )
    patience = Patience(60)
    writer = Writer(connect(access, remaining=patience.remaining, sleep=patience.sleep))
    posted = writer.create_comment(pull.number, "once")
    writer.update_comment(posted.id, "twice")
    writer.minimize(posted.node)
    writer.post_status(pull.head, "deploy-checklist/x", "pending", "looking", None)
    number = writer.create_issue("a title", "a body", "a label")
    writer.close_issue(number)
    assert [seen.method for seen in hub.requests] == [
        "POST",
        "PATCH",
        "POST",
        "POST",
        "POST",
        "PATCH",
    ]
    assert [comment.body for comment in pull.comments] == ["twice"]
    assert not repo.issues[number].open


def test_a_write_that_is_answered_by_something_else_is_not_published() -> None:
    from deploy_checklist.github.writer import Writer

    for body in ([], [1], "x", {"id": 1}, {"id": 1, "node_id": 2}):
        created = answer("201 Created", body=body)
        with (
            serving(lambda *_, created=created: created) as (port, seen),
            pytest.raises(NotPublished),
        ):
            Writer(client(port)).create_comment(1, "x")
        assert len(seen) == 1


def test_a_netrc_file_does_not_replace_the_token(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "netrc").write_text("machine localhost login x password y\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    asked: list[bytes] = []

    def behave(connection: socket.socket, over: threading.Event) -> None:
        asked.append(request(connection))
        connection.sendall(answer("200 OK", body={"id": 1}))

    with raw(behave) as port:
        look(client(port))
    assert b"\r\nAuthorization: token t0ken\r\n" in asked[0]
