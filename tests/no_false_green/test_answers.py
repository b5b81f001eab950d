"""Kinds × answers: whatever a server says that is not the answer asked for, nothing is green."""

from __future__ import annotations

import copy
import gzip
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest

from deploy_checklist.outcome import Outcome
from no_false_green.asking import Cell, Row, ask, hold
from no_false_green.conftest import Servers
from no_false_green.rows.table import OVER_HTTP, called
from servers.services import Respond
from servers.web import Answer, Asked

Fault = Callable[[Respond], Respond]
PAGE = b"<!doctype html><html><title>Sign in</title><form>status up</form></html>"
HTML = {"Content-Type": "text/html; charset=utf-8"}
JSON = {"Content-Type": "application/json"}


def with_status(status: int, **headers: str) -> Fault:
    """The right answer, under another status."""

    def fault(well: Respond) -> Respond:
        def respond(asked: Asked) -> Answer:
            good = well(asked)
            return Answer(status=status, body=good.body, headers={**good.headers, **headers})

        return respond

    return fault


def to_a_sign_in(status: int) -> Fault:
    """Leads to a page, and whoever follows is told what is right."""

    def fault(well: Respond) -> Respond:
        def respond(asked: Asked) -> Answer:
            if asked.path.startswith("/sign-in"):
                return well(asked)
            return Answer(status=status, headers={"Location": f"/sign-in?to={asked.path}"})

        return respond

    return fault


def with_body(body: bytes, headers: dict[str, str] = JSON, status: int = 200) -> Fault:
    return lambda well: lambda asked: Answer(status=status, body=body, headers=headers)


def changed(change: Callable[[bytes], Answer]) -> Fault:
    """What is made of the right answer's body on its way."""
    return lambda well: lambda asked: change(well(asked).body)


SIGNED_OUT = {f"status {status}": with_status(status) for status in (401, 403)}
BUSY = {
    f"status {status}": with_status(status, **{"Retry-After": "3600"})
    for status in (429, 500, 502, 503, 504)
}
ELSEWHERE = {
    **{f"status {status}": with_status(status) for status in (201, 202, 204, 206, 400, 404, 410)},
    **{f"a redirect, {status}": to_a_sign_in(status) for status in (301, 302, 303, 307, 308)},
    "304": with_status(304),
}
NO_DOCUMENT = {
    "a page": with_body(PAGE, HTML),
    "a page that says it is JSON": with_body(PAGE),
    "an empty page": with_body(b"", HTML),
    "an image": with_body(b"\x89PNG\r\n\x1a\n" + bytes(200), {"Content-Type": "image/png"}),
    "no text": with_body(b"\xff\xfe\x00"),
    "a cut text": changed(lambda body: Answer(body=body[: len(body) // 2], headers=JSON)),
    "two documents": changed(lambda body: Answer(body=body + b"\n" + body, headers=JSON)),
    "a cut body": changed(
        lambda body: Answer(body=body, headers={**JSON, "Content-Length": str(len(body) + 9)})
    ),
    "a packed body that nobody asked for": changed(
        lambda body: Answer(body=gzip.compress(body)[:-4], headers=JSON)
    ),
    "a packed body that was cut": changed(
        lambda body: Answer(
            body=gzip.compress(body)[:-8], headers={**JSON, "Content-Encoding": "gzip"}
        )
    ),
    "null": with_body(b"null"),
    "a number": with_body(b"1"),
    "true": with_body(b"true"),
    "a text": with_body(b'"up"'),
    "a list": with_body(b"[]"),
    "a list of lists": with_body(b"[[]]"),
    "a list of nulls": with_body(b"[null]"),
    "an error": with_body(b'{"error": {"code": 500, "message": "oops"}}'),
    "errors": with_body(b'{"data": null, "errors": [{"message": "oops"}]}'),
    "nested without end": with_body(b"[" * 100_000),
    "objects without end": with_body(b'{"a":' * 100_000),
    "a number of many digits": with_body(b'{"a": ' + b"9" * 5_000 + b"}"),
    "NaN": with_body(b"NaN"),
    "10 MB of zeros": with_body(bytes(10_000_000)),
    "11 MB of blanks": changed(lambda body: Answer(body=b" " * 11_000_000 + body, headers=JSON)),
}
# The right answer to an export is an empty one.
EMPTY = {
    "an empty body": with_body(b""),
    "an empty object": with_body(b"{}"),
    "a blank": with_body(b" "),
}


def cells(row: Row, faults: Mapping[str, Fault], servers: Servers) -> Mapping[str, Cell]:
    found = {}
    assert row.answer is not None
    for name, fault in faults.items():
        if name in row.no_faults:
            continue
        servers.respond = fault(row.answer)
        found[name] = ask(row, url=servers.url)
    return found


SERVICES = [row for row in OVER_HTTP if row.about == "service"]
OTHERS = [row for row in OVER_HTTP if row.about != "service"]
DOCUMENTS = [row for row in OVER_HTTP if row.about == "document"]


@pytest.mark.parametrize("row", [*SERVICES, *DOCUMENTS], ids=called)
def test_whoever_does_not_let_us_look_is_unknown(row: Row, servers: Servers) -> None:
    """The weather of somebody else's server, and our own credential, say nothing of what was
    asked about.
    """
    hold(cells(row, {**SIGNED_OUT, **BUSY}, servers), Outcome.UNKNOWN)


@pytest.mark.parametrize("row", SERVICES, ids=called)
def test_a_service_that_answers_otherwise_than_documented_is_unknown(
    row: Row, servers: Servers
) -> None:
    hold(cells(row, {**ELSEWHERE, **NO_DOCUMENT, **EMPTY}, servers), Outcome.UNKNOWN)


@pytest.mark.parametrize("row", OTHERS, ids=called)
def test_no_status_but_the_right_one_is_green(row: Row, servers: Servers) -> None:
    hold(cells(row, {**SIGNED_OUT, **BUSY, **ELSEWHERE}, servers))


@pytest.mark.parametrize("row", [row for row in OTHERS if row.looks_inside], ids=called)
def test_no_other_body_is_green(row: Row, servers: Servers) -> None:
    hold(cells(row, {**NO_DOCUMENT, **EMPTY}, servers))


@pytest.mark.parametrize("row", [row for row in OVER_HTTP if row.wrong], ids=called)
def test_none_of_its_own_faults_is_green(row: Row, servers: Servers) -> None:
    found = {}
    for name, respond in row.wrong.items():
        servers.respond = respond
        found[name] = ask(row, url=servers.url)
    hold(found)


NOTHING = object()
OTHER_KINDS = (None, 7, True, "x", [], {}, [None], [[]], [{}], {"a": {}})


def fields(data: Any, here: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The place of every field, and of the first two elements of every list."""
    pairs: Any = data.items() if isinstance(data, dict) else ()
    if isinstance(data, list):
        pairs = list(enumerate(data))[:2]
    for key, below in pairs:
        yield (*here, key)
        yield from fields(below, (*here, key))


def otherwise(data: Any, place: tuple[str | int, ...]) -> Iterator[Any]:
    """The same with something else at that place, and with nothing."""
    for other in (*OTHER_KINDS, NOTHING):
        changed = copy.deepcopy(data)
        holder = changed
        for step in place[:-1]:
            holder = holder[step]
        if other is NOTHING:
            del holder[place[-1]]
        else:
            holder[place[-1]] = other
        yield changed


@pytest.mark.parametrize("row", SERVICES, ids=called)
def test_a_field_of_another_kind_is_never_called_a_bug(row: Row, servers: Servers) -> None:
    """It may be one that nobody reads, so the outcome may be green."""
    assert row.answer is not None
    well, sent = row.answer, {}

    def keeping(asked: Asked) -> Answer:
        sent[asked.path] = well(asked).body
        return well(asked)

    servers.respond = keeping
    assert ask(row, url=servers.url).is_green
    answers = {path: json.loads(body) for path, body in sent.items() if body[:1] in (b"{", b"[")}
    bugs = []
    for path, data in answers.items():
        for place in fields(data):
            for changed in otherwise(data, place):
                body = json.dumps(changed).encode()
                servers.respond = lambda asked, path=path, body=body: (  # type: ignore[misc]
                    Answer(body=body, headers=JSON) if asked.path == path else well(asked)
                )
                cell = ask(row, url=servers.url)
                bugs += [(path, place, body, cell.messages)] if cell.is_bug else []
    assert not bugs
