"""Jira and its Service Management, as their documentation has their answers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from scenes import Played, Scene, answering, guarded
from servers.services import Respond, of
from servers.web import Answer, web


def approvals(*decisions: str, last: bool = True) -> object:
    """A change's approvals (sources: Jira Service Management's REST API, ApprovalDTO and PagedDTO)."""
    values = [{"id": "7", "name": "CAB", "finalDecision": each} for each in decisions]
    return {"size": len(values), "start": 0, "limit": 50, "isLastPage": last, "values": values}


def changes(*statuses: str, **more: str) -> object:
    """The found issues (sources: Jira's REST API, SearchAndReconcileResults)."""
    issues = [
        {"key": f"CHG-{n}", "fields": {"status": {"name": s}}} for n, s in enumerate(statuses)
    ]
    return {"issues": issues, **more}


def jira(body: object) -> Respond:
    """Jira's answer to the account `e` with the token `t`; without one, only what everybody sees."""
    return guarded("authorization", "Basic ZTp0", of(200, body))


def change_of(host: str, well: object, badly: Mapping[str, object]) -> Played:
    """The scene of one change, whose address is in a variable."""

    @contextmanager
    def scene(folder: Path, fault: str | None) -> Iterator[Scene]:
        with web(jira(badly[fault] if fault else well)) as there:
            address = f"{there.url}/rest/servicedeskapi/request/CHG-42/approval"
            values = {"JIRA_CHANGE_URL": address, "JIRA_EMAIL": "e", "JIRA_API_TOKEN": "t"}
            yield Scene(hosts={host: there.url}, values=values)

    return Played(scene=scene, faults=list(badly))


JIRA: Mapping[str, Played] = {
    "jira-approval": change_of(
        "acme.atlassian.net",
        approvals("approved", "approved"),
        {
            "one is pending": approvals("approved", "pending"),
            "one is declined": approvals("declined", "approved"),
            "there is none": approvals(),
            "there is another page": approvals("approved", last=False),
            "one does not say": {"isLastPage": True, "values": [{"id": "7"}]},
            "it is another service": {"values": []},
        },
    ),
    "jira-changes": answering(
        "acme.atlassian.net",
        jira(changes("Implementing", "Awaiting implementation")),
        {
            "one is not approved": jira(changes("Implementing", "Awaiting CAB approval")),
            "there is none": jira(changes()),
            "there is another page": jira(changes("Implementing", nextPageToken="CAEaAggB")),
            "one does not say": jira({"issues": [{"key": "CHG-1", "fields": {}}]}),
            "the version is unknown": lambda asked: of(400, {"errorMessages": ["no such version"]}),
            "the token is wrong": lambda asked: Answer(status=401),
        },
        JIRA_EMAIL="e",
        JIRA_API_TOKEN="t",
    ),
}
