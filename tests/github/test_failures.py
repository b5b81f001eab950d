"""What GitHub refuses is told by its cause, in our own words, with what to do about it."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest

from deploy_checklist.github.client import Client, connect
from deploy_checklist.github.connections import Access
from deploy_checklist.github.failures import Cause, RequestFailure
from deploy_checklist.github.writer import Writer
from deploy_checklist.outcome import Unobservable
from deploy_checklist.world.ports import NotPublished
from servers.web import Answer, Asked, Web, web

SECRET = "hunter2hunter2"
QUERY = "query { repository { pullRequest { userContentEdits(first: 30) { nodes { diff } } } } }"


@dataclass
class Clock:
    naps: list[float] = field(default_factory=list)

    def remaining(self) -> float:
        return 3600.0 - sum(self.naps)


@contextmanager
def answering(*answers: Answer) -> Iterator[tuple[Client, Web, Clock]]:
    """A client of a server that gives these answers, the last again and again."""
    left = list(answers)

    def respond(asked: Asked) -> Answer:
        return left.pop(0) if len(left) > 1 else left[0]

    with web(respond) as server:
        url = server.url
        access = Access(token="t", repository="acme/shop", api_url=url, graphql_url=f"{url}/g")
        clock = Clock()
        yield connect(access, remaining=clock.remaining, sleep=clock.naps.append), server, clock


def told(body: object, status: int = 200, **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    if "X-RateLimit-Reset" in named:
        named["X-RateLimit-Reset"] = str(int(time.time()) + int(named["X-RateLimit-Reset"]))
    return Answer(
        status=status,
        body=json.dumps(body).encode(),
        headers={"Content-Type": "application/json", **named},
    )


def asked_in_vain(answer: Answer) -> tuple[Unobservable, int]:
    """The failure of a query, and how many requests were made for it."""
    with answering(answer) as (client, server, _), pytest.raises(Unobservable) as failure:
        client.query(QUERY, {}, client.need("#7", "pull-requests: read"))
    return failure.value, len(server.asked)


# A query that the server does not accept

UNDEFINED = {
    "path": ["query", "repository", "pullRequest", "userContentEdits"],
    "extensions": {
        "code": "undefinedField",
        "typeName": "PullRequest",
        "fieldName": "userContentEdits",
    },
    "locations": [{"line": 1, "column": 2}],
    "message": "Field 'userContentEdits' doesn't exist on type 'PullRequest'",
}
ARGUMENT = {
    "path": ["query", "repository"],
    "extensions": {
        "code": "argumentNotAccepted",
        "name": "userContentEdits",
        "typeName": "Field",
        "argumentName": "first",
    },
    "message": "Field 'userContentEdits' doesn't accept argument 'first'",
}


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (UNDEFINED, "field `userContentEdits`"),
        ({"message": UNDEFINED["message"]}, "field `userContentEdits`"),  # GHES 2.12
        (ARGUMENT, "argument `first`"),
    ],
    ids=["field", "field by its sentence", "argument"],
)
def test_an_older_server_is_named_with_the_field_it_lacks_and_asked_once(
    error: object, name: str
) -> None:
    answer = told({"errors": [error]}, X_GitHub_Enterprise_Version="3.9.1")
    failure, requests = asked_in_vain(answer)
    server = "GitHub Enterprise Server 3.9.1"
    assert (
        failure.reason
        == f"GitHub could not answer the request for #7: {server} does not have the {name}"
    )
    assert failure.remedy == "update GitHub Enterprise Server"
    assert requests == 1


@pytest.mark.parametrize(
    "changed",
    [
        {"extensions": {"code": "undefinedField", "fieldName": SECRET}},
        {"message": f"Field '{SECRET}' doesn't exist on type '{SECRET}'", "extensions": None},
        {"extensions": {"code": "undefinedField", "fieldName": [SECRET]}},
    ],
)
def test_of_an_answer_nothing_is_shown_that_is_not_our_own(changed: dict[str, object]) -> None:
    answer = told({"errors": [UNDEFINED | changed]}, X_GitHub_Enterprise_Version=SECRET)
    failure, _ = asked_in_vain(answer)
    assert SECRET not in f"{failure.reason} {failure.remedy}"
    assert failure.reason.startswith(
        "GitHub could not answer the request for #7: this server does not"
    )


@pytest.mark.parametrize(
    "error",
    [
        {"message": "Something went wrong while executing your query."},
        {"type": "INTERNAL", "extensions": {"code": "else"}},
        {"type": ["x"], "extensions": ["undefinedField"], "message": {"a": 1}},
        {"extensions": {"code": ["undefinedField"]}},
    ],
)
def test_any_other_error_is_githubs_own_and_the_query_is_repeated(error: object) -> None:
    failure, requests = asked_in_vain(told({"errors": [error]}))
    assert failure.reason == "GitHub failed to read #7 (200)"
    assert requests == 4


# Rate limits of GraphQL

LIMITED = [{"type": "RATE_LIMITED", "message": "API rate limit exceeded for user ID 7."}]
RESET = {"X_RateLimit_Remaining": "0", "X_RateLimit_Reset": "+30"}  # seconds from now


@pytest.mark.parametrize(
    ("body", "headers", "seconds"),
    [
        ({"errors": LIMITED}, {"Retry_After": "7"}, 7.0),
        ({"errors": LIMITED}, RESET, 31.0),
        ({"errors": LIMITED}, {}, 60.0),
        ({"errors": [{"type": "RATE_LIMIT"}]}, {"Retry_After": "7"}, 7.0),
        ({"errors": [{"message": "odd"}]}, RESET, 31.0),
        ({"message": "You have exceeded a secondary rate limit."}, {"Retry_After": "9"}, 9.0),
    ],
)
def test_a_rate_limit_of_graphql_is_waited_for_as_the_headers_say(
    body: object, headers: dict[str, str], seconds: float
) -> None:
    with answering(told(body, **headers), told({"data": {"x": 1}})) as (client, _, clock):
        assert client.graphql("{ x }", {}) == {"x": 1}
    assert clock.naps == [pytest.approx(seconds, abs=3 if headers is RESET else 0)]


# Refusals

PLAN = "Upgrade to GitHub Pro or make this repository public to enable this feature."
ALLOW_LIST = (
    "Although you appear to have the correct authorization credentials, the `acme` organization "
    "has an IP allow list enabled, and your IP address is not permitted to access this resource."
)
READS = [
    (400, "Bad Request", Cause.MALFORMED, "check whether a proxy changes requests"),
    (409, "Git Repository is empty.", Cause.CONFLICT, "check that the repository has a commit"),
    (422, "No commit found for SHA: x", Cause.NO_COMMIT, "push the commit to this repository"),
    (403, ALLOW_LIST, Cause.ALLOW_LIST, "add the runner's address to the list"),
    (403, "Resource not accessible by integration", Cause.FORBIDDEN, "add `contents: read`"),
    (403, PLAN, Cause.PLAN, "make the repository public"),
    (451, "Repository access blocked", Cause.REFUSED, "check the repository's settings"),
]


@pytest.mark.parametrize(("status", "sentence", "cause", "remedy"), READS)
def test_a_read_that_is_refused_has_its_own_cause_and_remedy(
    status: int, sentence: str, cause: Cause, remedy: str
) -> None:
    refused = told({"message": f"{sentence} {SECRET}", "documentation_url": SECRET}, status)
    with answering(refused) as (client, server, _):
        with pytest.raises(RequestFailure) as failure:
            client.send("GET", client.at())
        assert failure.value.cause is cause
        assert len(server.asked) == 1
        with pytest.raises(Unobservable) as shown:
            client.read(client.at(), client.need("the commit", "contents: read"))
    assert shown.value.remedy
    assert remedy in shown.value.remedy
    assert f"({status})" in shown.value.reason
    assert SECRET not in shown.value.reason


def test_an_allow_list_is_reported_by_graphql_too() -> None:
    failure, requests = asked_in_vain(
        told({"data": None, "errors": [{"type": "FORBIDDEN", "message": ALLOW_LIST}]})
    )
    assert failure.reason == (
        "GitHub did not let this runner read #7: "
        "its address is not on the organization's IP allow list (200)"
    )
    assert requests == 1


@pytest.mark.parametrize(
    ("sentence", "why", "remedy"),
    [
        (
            "Unable to create comment because issue is locked.",
            "the conversation is locked",
            "unlock the conversation, then run again",
        ),
        (
            "Repository was archived so is read-only.",
            "the repository is archived",
            "unarchive the repository, or remove the gate from it",
        ),
    ],
)
@pytest.mark.parametrize("status", [403, 422])
def test_a_write_that_is_refused_tells_why(
    status: int, sentence: str, why: str, remedy: str
) -> None:
    with (
        answering(told({"message": sentence}, status)) as (client, server, _),
        pytest.raises(NotPublished) as failure,
    ):
        Writer(client).create_comment(7, "x")
    reason = f"GitHub refused to write a comment on #7: {why} ({status})"
    assert failure.value.reason == reason
    assert failure.value.remedy == remedy
    assert len(server.asked) == 1
