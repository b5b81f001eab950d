"""What a run in GitHub Actions asks of GitHub and what it writes have connections of their own."""

from __future__ import annotations

import socket
import threading
import time

from deploy_checklist.deadline import Deadline
from deploy_checklist.outcome import Unobservable
from deploy_checklist.runtime.github import GitHubConnection
from deploy_checklist.settings import Inputs, RunContext
from deploy_checklist.world.ports import NotPublished
from servers.raw import raw


def test_checks_that_still_wait_do_not_keep_the_status_from_being_written() -> None:
    """Five reads hang on the four connections of the checks; the write is not behind them."""

    written = threading.Event()

    def behave(connection: socket.socket, over: threading.Event) -> None:
        if connection.recv(65_536).startswith(b"POST"):
            written.set()
        over.wait(20)

    with raw(behave) as port:
        url = f"http://localhost:{port}"
        inputs = Inputs.read({"INPUT_GITHUB-TOKEN": "t"})
        context = RunContext.read(
            {
                "GITHUB_REPOSITORY": "acme/shop",
                "GITHUB_API_URL": url,
                "GITHUB_GRAPHQL_URL": f"{url}/graphql",
            }
        )
        assert inputs.github_token is not None
        github = GitHubConnection(inputs, context, inputs.github_token, Deadline.after(4))
        reading = [threading.Thread(target=_read, args=(github,), daemon=True) for _ in range(5)]
        for each in reading:
            each.start()
        time.sleep(0.5)
        threading.Thread(target=_write, args=(github,), daemon=True).start()
        assert written.wait(2)


def _write(github: GitHubConnection) -> None:
    try:
        github.final_statuses.post_status("a" * 40, "c", "pending", "…", None)
    except NotPublished:
        return


def _read(github: GitHubConnection) -> None:
    try:
        github.answers("a" * 40).check_results()
    except Unobservable:
        return
