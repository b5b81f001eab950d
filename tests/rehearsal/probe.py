"""Runs on GitHub's own machine, in a job of the scratch repository, and posts what it saw as commit statuses.

It needs nothing but Python. A value of a secret is compared, and never shown.
"""

from __future__ import annotations

import base64
import json
import os
import signal
import sys
import time
import urllib.error
import urllib.request
from typing import Any

EDITS = """query($id: ID!) { nodes(ids: [$id]) { ... on IssueComment {
  userContentEdits(first: 50) { nodes { editor { login } } } } } }"""
WAITS = 280  # seconds for the signal; the job has five minutes


def ask(url: str, token: str, body: object = None) -> tuple[int, Any]:
    """Status and JSON of an answer."""
    data = json.dumps(body).encode() if body is not None else None
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, None


def tell(about: str, what: str) -> None:
    """Posts the status `rehearsal/<about>` on the commit of the run."""
    given = os.environ
    url = f"{given['GITHUB_API_URL']}/repos/{given['GITHUB_REPOSITORY']}/statuses/{given['GITHUB_SHA']}"
    status = {"state": "success", "context": f"rehearsal/{about}", "description": what[:140]}
    ask(url, given["TOKEN"], status)
    print(f"rehearsal/{about}: {what}", flush=True)  # noqa: T201 - the log of the job


def endpoints() -> None:
    """With which codes GitHub answers this token."""
    given = os.environ
    owner, here = given["GITHUB_REPOSITORY_OWNER"], f"/repos/{given['GITHUB_REPOSITORY']}"
    team = f"/orgs/{owner}/teams/{given['TEAM']}"
    paths = {
        "secrets": f"{here}/actions/secrets",
        "organization secrets": f"{here}/actions/organization-secrets",
        "environment secrets": f"{here}/environments/production/secrets",
        "team": team,
        "member": f"{team}/memberships/{given['GITHUB_ACTOR']}",
    }
    codes = {
        name: ask(given["GITHUB_API_URL"] + path, given["TOKEN"])[0] for name, path in paths.items()
    }
    tell("endpoints", ", ".join(f"{name} {code}" for name, code in codes.items()))


def edits() -> None:
    """How many revisions of the comment this token can read that a person made."""
    given = os.environ
    question = {"query": EDITS, "variables": {"id": given["COMMENT"]}}
    status, answer = ask(given["GITHUB_GRAPHQL_URL"], given["TOKEN"], question)
    try:
        editors = [
            (each["editor"] or {}).get("login")
            for each in answer["data"]["nodes"][0]["userContentEdits"]["nodes"]
        ]
    except (TypeError, KeyError, IndexError):
        tell("edits", f"the history could not be read (status {status})")
        return
    tell("edits", f"{editors.count(given['GITHUB_ACTOR'])} by the person who ticked")


def claim() -> None:
    """Whether the identity token names the environment."""
    given = os.environ
    url = given["ACTIONS_ID_TOKEN_REQUEST_URL"]
    _, answer = ask(url, given["ACTIONS_ID_TOKEN_REQUEST_TOKEN"])
    middle = answer["value"].split(".")[1]
    claims = json.loads(base64.urlsafe_b64decode(middle + "=" * (-len(middle) % 4)))
    tell("claim", "named" if claims.get("environment") == "production" else "not named")


def secrets() -> None:
    """Whether this attempt was handed the secrets as they were before it began, or older ones."""
    given = os.environ
    seen = {
        name: {"first": "old", "second": "new"}.get(given.get(variable, ""), "none")
        for name, variable in {
            "repository": "OF_REPOSITORY",
            "environment": "OF_ENVIRONMENT",
        }.items()
    }
    told = ", ".join(f"{name} {state}" for name, state in seen.items())
    tell(f"secrets/{given['GITHUB_RUN_ATTEMPT']}", told)


def container() -> None:
    """Which signals a container gets when its run is cancelled."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda got, _: tell(f"signal/{signal.Signals(got).name}", "received"))
    tell("container", "started")
    ends = time.monotonic() + WAITS
    while time.monotonic() < ends:
        time.sleep(0.2)


if __name__ == "__main__":
    PROBES = {each.__name__: each for each in (endpoints, edits, claim, secrets, container)}
    for name in sys.argv[1:]:
        PROBES[name]()
