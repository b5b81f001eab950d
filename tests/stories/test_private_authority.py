"""GitHub Enterprise Server behind a certificate of the company's own authority."""

from __future__ import annotations

import base64
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from servers.authorities import trusted
from servers.relays import connect_proxy, over_tls
from servers.web import Answer, Asked, Web, web

from .telling import Story

# Puts files into the workspace, and goes on as the gate.
CHECKOUT = """
import os, shutil, sys
shutil.copy(sys.argv[1], "ca.pem")
open("x.pem", "w").close()
os.symlink("/etc/hostname", "link.pem")
os.execv(sys.argv[2], sys.argv[2:])
"""
BEARER = "the-bearer-of-the-runner"


class Company(NamedTuple):
    story: Story
    urls: dict[str, str]  # of its GitHub
    tokens: Web  # the server of identity tokens


def token(asked: Asked) -> Answer:
    claims = base64.urlsafe_b64encode(json.dumps({"environment": "production"}).encode())
    return Answer(body=json.dumps({"value": f"x.{claims.decode()}.y"}).encode())


@pytest.fixture
def company(story: Story, tmp_path: Path) -> Iterator[Company]:
    """Its authority's certificate lies in every workspace as ca.pem, and something else as x.pem."""
    server, authority = trusted()
    (tmp_path / "ca.pem").write_bytes(authority)
    story.launcher = (sys.executable, "-c", CHECKOUT, str(tmp_path / "ca.pem"))
    port = int(story.hub.url.rpartition(":")[2])
    with over_tls(port, server) as secured, web(token, tls=server) as tokens:
        api = f"https://localhost:{secured}"
        graphql = story.hub.graphql_url.replace(story.hub.url, api)
        urls = {"GITHUB_API_URL": api, "GITHUB_GRAPHQL_URL": graphql}
        yield Company(story, urls, tokens)


def test_without_the_authority_nothing_is_judged_and_the_input_is_named(company: Company) -> None:
    pull = company.story.repo.open_pull()
    ran = company.story.on_pull(pull, **company.urls)
    assert ran.code == 3
    unknown = "its certificate is from an authority that this machine does not know"
    assert f"::error::GitHub was not contacted for PR #1: {unknown}. give a file" in ran.log
    assert "`ca-file`" in ran.log
    assert company.story.hub.requests == []


@pytest.mark.parametrize("proxied", [False, True])
def test_with_it_all_goes_on_as_usual(company: Company, proxied: bool) -> None:
    pull = company.story.repo.open_pull()
    with connect_proxy() as (port, asked):
        proxy = {"HTTPS_PROXY": f"http://localhost:{port}"} if proxied else {}
        ran = company.story.on_pull(pull, inputs={"ca-file": "ca.pem"}, **company.urls, **proxy)
    assert ran.code == 1
    assert company.story.states(pull.head) == ["pending", "pending"]
    assert bool(asked) is proxied


def test_it_holds_for_the_identity_token_too(company: Company) -> None:
    story = company.story
    story.repo.tags["v1.4.0"] = story.repo.branches["main"]
    identity = {
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{company.tokens.url}/token?x=1",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": BEARER,
    }
    story.on_tag("v1.4.0", inputs={"ca-file": "ca.pem"}, **company.urls, **identity)
    assert [asked.headers["authorization"] for asked in company.tokens.asked] == [
        f"Bearer {BEARER}"
    ]


def test_an_identity_token_that_could_not_be_asked_for_is_reported_with_the_cause(
    company: Company,
) -> None:
    story = company.story
    story.repo.tags["v1.4.0"] = story.repo.branches["main"]
    identity = {
        "ACTIONS_ID_TOKEN_REQUEST_URL": f"{company.tokens.url}/token?x=1",
        "ACTIONS_ID_TOKEN_REQUEST_TOKEN": BEARER,
    }
    ran = story.on_tag("v1.4.0", **identity)  # GitHub itself has no TLS here
    unknown = "its certificate is from an authority that this machine does not know"
    assert f"GitHub was not contacted for the job's identity token: {unknown}" in ran.summary
    assert "`ca-file`" in ran.summary
    assert company.tokens.asked == []


@pytest.mark.parametrize(
    ("path", "why"),
    [
        ("x.pem", "x.pem: the file of the input `ca-file` contains no certificate in PEM format"),
        ("gone.pem", "gone.pem: no such file of the input `ca-file`"),
        (
            "link.pem",
            "link.pem: the path of the file of the input `ca-file` has a symbolic link"
            " to a place outside the repository",
        ),
        ("../ca.pem", "should be a path below the repository's root, without `..`"),
        (".", "the file of the input `ca-file` is a folder, not a file"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused(company: Company, path: str, why: str) -> None:
    pull = company.story.repo.open_pull()
    ran = company.story.on_pull(pull, inputs={"ca-file": path}, **company.urls)
    assert ran.code == 2
    assert why in ran.log
    assert company.story.hub.requests == []
