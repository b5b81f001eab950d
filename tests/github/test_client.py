"""Patience with GitHub: what is repeated, what is not, and what every failure is called."""

from __future__ import annotations

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from deploy_checklist.github.client import Client, connect
from deploy_checklist.github.connections import Access
from deploy_checklist.github.failures import Cause, RequestFailure
from deploy_checklist.github.rest_shapes import RestComment
from deploy_checklist.outcome import Unobservable
from servers.github import FakeHub

READ = [
    # kind, how often it strikes, requests made, the reason if it fails
    ("down", 2, 3, None),
    ("down", 9, 4, "GitHub failed to read the comments (502)"),
    ("reset", 2, 3, None),
    ("reset", 9, 4, "GitHub could not be reached for the comments"),
    ("reset-after", 1, 2, None),
    ("truncated", 1, 2, None),
    ("truncated", 9, 4, "the answer about the comments was cut short or is not from GitHub"),
    ("html", 1, 2, None),
    ("429", 1, 2, None),
    (
        "429",
        9,
        4,
        "GitHub's rate limit for github-token was reached while requesting the comments (429)",
    ),
    ("primary", 1, 2, None),
    ("secondary", 1, 2, None),
    ("secondary-wait", 1, 2, None),
    ("401", 1, 1, "GitHub does not accept github-token (401)"),
    ("forbidden", 1, 1, "github-token may not read the comments (403)"),
    ("hidden", 1, 1, "the comments could not be found, or github-token may not read it (404)"),
    (
        "gone",
        1,
        1,
        "GitHub no longer has the comments: it was deleted, or switched off in the settings (410)",
    ),
    ("422", 1, 1, "GitHub does not accept the request to read the comments (422)"),
]


@pytest.mark.parametrize(("kind", "times", "requests", "reason"), READ)
def test_a_look_is_repeated_where_it_helps_and_told_where_it_does_not(
    hub: FakeHub, client: Client, kind: str, times: int, requests: int, reason: str | None
) -> None:
    pull = hub.repository().open_pull()
    hub.fault(kind, times=times)
    need = client.need("the comments", "issues: read")

    def look() -> list[Any]:
        return list(
            client.pages(client.at("issues", pull.number, "comments"), need, list[RestComment])
        )

    if reason is None:
        assert look() == []
    else:
        with pytest.raises(Unobservable) as failure:
            look()
        assert failure.value.reason == reason
    assert len(hub.requests) == requests


def test_a_missing_permission_is_named_with_the_line_to_add(
    hub: FakeHub, connected: Callable[..., Client]
) -> None:
    hub.repository()
    narrow = connected(hub.token("narrow", permissions={}))
    with pytest.raises(Unobservable) as failure:
        narrow.read(narrow.at("actions", "runs"), narrow.need("the workflow runs", "actions: read"))
    assert failure.value.remedy == "add `actions: read` to the job's `permissions:`"


def test_a_metadata_token_is_distinguished_from_the_job_s_own(
    hub: FakeHub, connected: Callable[..., Client]
) -> None:
    hub.repository()
    hub.token("meta", "octo-lead", {})
    client = connected("meta", name="metadata-token")
    with pytest.raises(Unobservable) as failure:
        client.read(
            client.at("actions", "secrets"),
            client.need("the repository's secrets", "Secrets: read"),
        )
    assert failure.value.remedy == "give metadata-token the permission Secrets: read"


WAITS = [
    ("429", 1.0),
    ("secondary-wait", 2.0),
    ("secondary", 60.0),
    ("primary", 21.0),
    ("down", 0.5),
]


@pytest.mark.parametrize(("kind", "seconds"), WAITS)
def test_it_waits_as_long_as_github_asks_by_github_s_own_clock(
    hub: FakeHub, client: Client, patience: Any, kind: str, seconds: float
) -> None:
    hub.repository()
    hub.fault(kind)
    client.read(client.at(), client.need("the repository", "metadata: read"))
    assert patience.naps == [seconds]


def test_no_wait_is_longer_than_the_deadline(hub: FakeHub, client: Client, patience: Any) -> None:
    hub.repository()
    patience.left = 30.0
    hub.fault("secondary")
    with pytest.raises(Unobservable) as failure:
        client.read(client.at(), client.need("the repository", "metadata: read"))
    assert patience.naps == []
    assert failure.value.remedy == "run again in 1 min"


def test_after_the_deadline_nothing_is_sent(hub: FakeHub, client: Client, patience: Any) -> None:
    hub.repository()
    patience.left = 0.0
    with pytest.raises(
        Unobservable, match="the time ran out before GitHub could be contacted for the repository"
    ):
        client.read(client.at(), client.need("the repository", "metadata: read"))
    assert hub.requests == []


@pytest.mark.measures_time
def test_a_slow_answer_is_not_waited_for(hub: FakeHub, client: Client) -> None:
    hub.repository()
    hub.fault("slow", seconds=1.5)
    begun = time.monotonic()
    assert (
        client.read(client.at(), client.need("the repository", "metadata: read"))["full_name"]
        == "acme/shop"
    )
    assert time.monotonic() - begun < 1.4
    assert len(hub.requests) == 2


@pytest.mark.parametrize(
    "kind", ["down", "down-after", "reset", "reset-after", "truncated", "html"]
)
def test_a_post_that_may_have_taken_effect_is_not_simply_repeated(
    hub: FakeHub, client: Client, kind: str
) -> None:
    repo = hub.repository()
    pull = repo.open_pull()
    hub.fault(kind, "POST", times=9)
    with pytest.raises(RequestFailure) as failure:
        client.send("POST", client.at("issues", pull.number, "comments"), body={"body": "once"})
    assert failure.value.uncertain
    assert hub.counted("POST") == 1


@pytest.mark.parametrize("kind", ["429", "secondary", "primary", "secondary-wait"])
def test_a_post_that_was_refused_before_its_effect_is_repeated(
    hub: FakeHub, client: Client, kind: str
) -> None:
    repo = hub.repository()
    pull = repo.open_pull()
    hub.fault(kind, "POST")
    client.send("POST", client.at("issues", pull.number, "comments"), body={"body": "once"})
    assert [comment.body for comment in pull.comments] == ["once"]


def test_lists_are_read_to_their_last_page(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    pull = repo.open_pull()
    for number in range(250):
        repo.comment(pull.number, "octocat", f"{number}")
    found = client.pages(
        client.at("issues", pull.number, "comments"),
        client.need("the comments", "issues: read"),
        list[RestComment],
    )
    assert [comment.body for comment in found] == [str(number) for number in range(250)]
    assert len(hub.requests) == 3


def test_a_link_to_another_host_is_not_followed(hub: FakeHub, client: Client) -> None:
    """Only the query of a `next` link is taken over, so an answer cannot send the token elsewhere."""
    from deploy_checklist.github.client import _next_page

    following = _next_page({"link": '<https://evil.example/steal?page=2&per_page=100>; rel="next"'})
    assert following == {"page": "2", "per_page": "100"}


@pytest.mark.parametrize(
    ("kind", "cause"), [("graphql-down", Cause.DOWN), ("graphql-limited", Cause.LIMITED)]
)
def test_errors_inside_a_graphql_answer_are_errors(
    hub: FakeHub, client: Client, kind: str, cause: Cause
) -> None:
    hub.repository()
    hub.fault(kind, times=9)
    with pytest.raises(RequestFailure) as failure:
        client.graphql('{ repository(owner: "acme", name: "shop") { databaseId } }', {})
    assert failure.value.cause is cause


def test_a_graphql_query_is_repeated_after_a_failure(hub: FakeHub, client: Client) -> None:
    repo = hub.repository()
    hub.fault("graphql-down")
    answer = client.graphql('{ repository(owner: "acme", name: "shop") { databaseId } }', {})
    assert answer == {"repository": {"databaseId": repo.id}}


def test_no_failure_carries_the_answer_s_text_or_the_token(
    hub: FakeHub, connected: Callable[..., Client]
) -> None:
    import traceback

    client = connected("s3cret-token")
    with pytest.raises(Unobservable) as failure:
        client.read(client.at(), client.need("the repository", "metadata: read"))
    shown = "".join(traceback.format_exception(failure.value)) + repr(failure.value)
    assert "s3cret-token" not in shown
    assert "Bad credentials" not in shown
    access = Access(
        token="s3cret-token", repository="acme/shop", api_url=hub.url, graphql_url=hub.graphql_url
    )
    assert "s3cret-token" not in repr(access)


def test_a_github_that_is_not_there_is_reported_as_such(patience: Any) -> None:
    access = Access(
        token="x",
        repository="acme/shop",
        api_url="http://127.0.0.1:9",
        graphql_url="http://127.0.0.1:9/g",
    )
    client = connect(access, remaining=patience.remaining, sleep=patience.sleep, timeout=1)
    with pytest.raises(Unobservable, match="GitHub could not be reached for the repository"):
        client.read(client.at(), client.need("the repository", "metadata: read"))


def test_threads_get_the_answers_to_their_own_questions(
    hub: FakeHub, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """PyGithub keeps a request's address on its one connection; here each thread is held up just there."""
    from github.Requester import HTTPRequestsConnectionClass as Connection

    hub.repository(files={f"f{number}": f"{number}" for number in range(4)})
    need = client.need("a file", "contents: read")
    address = Connection.request

    def held_up(*args: Any, **kwargs: Any) -> None:
        address(*args, **kwargs)
        time.sleep(0.01)

    monkeypatch.setattr(Connection, "request", held_up)

    def look(number: int) -> list[str]:
        return [client.read(client.at("contents", f"f{number}"), need)["path"] for _ in range(3)]

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(look, range(4))) == [[f"f{number}"] * 3 for number in range(4)]


def test_a_segment_with_a_slash_stays_one_segment(client: Client) -> None:
    assert (
        client.at("environments", "eu/prod", "secrets")
        == "/repos/acme/shop/environments/eu%2Fprod/secrets"
    )
