"""A run ends in time and in little memory, however slowly, long or oddly GitHub answers."""

from __future__ import annotations

import socket
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from servers.github import FakeHub
from servers.github.faults import Fault
from servers.raw import Behaviour, hangs, raw

from .telling import TOKEN, Ran, Story, documents

DEADLINE, GRACE = 3.0, 15.0  # seconds
MOST_MEMORY = 200 * 1024  # KiB
LATENESS = 0.5  # seconds after the deadline in which a run has to judge
HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"

# Writes the most memory that the gate ever had to a file, and when it ended.
MEASURING = """
import os, resource, sys, time
status = os.spawnv(os.P_WAIT, sys.argv[2], sys.argv[2:])
memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
open(sys.argv[1], "w").write(f"{memory} {time.time()}")
sys.exit(status)
"""


class Measured(NamedTuple):
    """What a run took, from its first request on."""

    ran: Ran
    story: Story
    memory: int  # KiB
    until_judged: float  # seconds until the job summary was written, before the comment
    until_ended: float  # seconds


def story_of(folder: Path, hub: FakeHub) -> Story:
    hub.token(TOKEN)
    folder.mkdir(exist_ok=True)
    launcher = (sys.executable, "-c", MEASURING, str(folder / "figures"))
    inputs = {"environment": "production", "deadline": f"{DEADLINE:.0f}s"}
    repo = hub.repository(files=documents())
    return Story(hub, repo, folder, launcher=launcher, inputs=inputs)


def measured(story: Story, ran: Ran, first_request: float) -> Measured:
    memory, ended = (story.folder / "figures").read_text().split()
    (summary,) = story.folder.glob("*/summary.md")
    judged = summary.stat().st_mtime
    return Measured(ran, story, int(memory), judged - first_request, float(ended) - first_request)


# A server that answers nothing as it should


def asked(connection: socket.socket) -> bool:
    """Reads a request; False if there is none."""
    seen = b""
    while b"\r\n\r\n" not in seen:
        piece = connection.recv(65_536)
        if not piece:
            return False
        seen += piece
    return True


def after_5_seconds(connection: socket.socket, over: threading.Event) -> None:
    if asked(connection) and not over.wait(5):
        connection.sendall(HEAD + b"Content-Length: 2\r\nConnection: close\r\n\r\n{}")


def byte_by_byte(connection: socket.socket, over: threading.Event) -> None:
    if asked(connection):
        connection.sendall(HEAD + b"Content-Length: 100000\r\n\r\n")
        while not over.wait(0.05):
            connection.sendall(b" ")


def by_202(connection: socket.socket, over: threading.Event) -> None:
    while asked(connection):
        connection.sendall(
            b"HTTP/1.1 202 Accepted\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
        )


def by_301(connection: socket.socket, over: threading.Event) -> None:
    while asked(connection):
        connection.sendall(b"HTTP/1.1 301 Moved\r\nLocation: /round\r\nContent-Length: 0\r\n\r\n")


def by_600_mb(connection: socket.socket, over: threading.Event) -> None:
    if asked(connection):
        connection.sendall(HEAD + b"Content-Length: 600000000\r\n\r\n")
        for _ in range(600):
            connection.sendall(b" " * 1_000_000)


def by_31_mb_and_then_nothing(connection: socket.socket, over: threading.Event) -> None:
    if asked(connection):
        connection.sendall(HEAD + b"Content-Length: 600000000\r\n\r\n" + b" " * 31_000_000)
        over.wait()


def by_100_for_ever(connection: socket.socket, over: threading.Event) -> None:
    if asked(connection):
        connection.settimeout(1)  # the client may be gone
        while not over.is_set():
            connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)


SERVERS = (
    after_5_seconds,
    byte_by_byte,
    by_202,
    by_301,
    by_600_mb,
    by_31_mb_and_then_nothing,
    by_100_for_ever,
)


@pytest.mark.parametrize("behave", SERVERS, ids=lambda behave: behave.__name__)
def test_a_run_ends_in_time_and_small_however_github_answers(
    tmp_path: Path, behave: Behaviour
) -> None:
    connected: list[float] = []

    def timed(connection: socket.socket, over: threading.Event) -> None:
        connected.append(time.time())
        behave(connection, over)

    with FakeHub(datetime.now(UTC), ticking=True) as hub, raw(timed) as port:
        story = story_of(tmp_path, hub)
        url = f"http://localhost:{port}"
        ran = story.on_pull(
            story.repo.open_pull(), GITHUB_API_URL=url, GITHUB_GRAPHQL_URL=f"{url}/graphql"
        )
        run = measured(story, ran, connected[0])
    assert ran.code == 3
    assert ran.outputs["ready"] == "false"
    assert run.until_ended < DEADLINE + GRACE
    assert run.memory < MOST_MEMORY
    assert "Traceback" not in ran.log


# A server that answers all requests but one


def test_a_run_ends_in_time_whichever_request_is_never_answered(tmp_path: Path) -> None:
    requests = hanging_at(tmp_path, 99).ran.requests
    with ThreadPoolExecutor(4) as pool:
        runs = list(pool.map(lambda at: hanging_at(tmp_path, at), range(requests)))
    for at, run in enumerate(runs):
        assert not run.ran.outputs["verdict"] or run.until_judged < DEADLINE + LATENESS, at
        assert run.until_ended < DEADLINE + GRACE, at
        assert run.memory < MOST_MEMORY, at
        assert run.ran.code in (1, 3), at
        states = run.story.states(run.story.repo.issues[1].head)
        assert "success" not in states, at
        assert len(states) != 1, at  # the final status follows the first, later if need be


def hanging_at(folder: Path, at: int) -> Measured:
    """A run, of whose requests one is not answered."""
    times: list[float] = []

    def struck(method: str, path: str) -> Fault | None:
        times.append(time.time())
        return Fault("hang", seconds=DEADLINE + GRACE) if len(times) == at + 1 else None

    with FakeHub(datetime.now(UTC), ticking=True) as hub:
        story = story_of(folder / str(at), hub)
        pull = story.repo.open_pull()
        hub.struck = struck  # type: ignore[method-assign]
        return measured(story, story.on_pull(pull), times[0])


def test_an_identity_token_that_never_comes_is_waited_for_until_the_deadline(
    tmp_path: Path,
) -> None:
    times: list[float] = []

    def struck(method: str, path: str) -> None:
        times.append(time.time())

    with FakeHub(datetime.now(UTC), ticking=True) as hub, raw(hangs) as port:
        story = story_of(tmp_path, hub)
        story.repo.tags["v1.4.0"] = story.repo.branches["main"]
        hub.struck = struck  # type: ignore[method-assign]
        ran = story.on_tag(
            "v1.4.0",
            ACTIONS_ID_TOKEN_REQUEST_URL=f"http://localhost:{port}/?x=1",
            ACTIONS_ID_TOKEN_REQUEST_TOKEN="a-token-of-the-runner",
        )
        run = measured(story, ran, times[0])
    assert run.ran.outputs["verdict"]
    assert run.until_judged < DEADLINE + LATENESS
