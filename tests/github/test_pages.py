"""A list of which less was sent than GitHub itself says there is was not seen whole."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from deploy_checklist.github.client import MOST_PAGES, Client
from deploy_checklist.github.graphql_pages import all_nodes
from deploy_checklist.github.graphql_shapes import PagedNodes, PageInfo
from deploy_checklist.github.live import LiveGitHub, OwnRun
from deploy_checklist.outcome import Unobservable
from servers.github import FakeHub

MANY = 130
LISTS = {  # by the end of their path
    "/check-runs": "the check runs of the commit",
    "/status": "the statuses of the commit",
    "/actions/runs": "the workflow runs of the commit",
    "/jobs": "the jobs of the commit's workflow runs",
    "/environments/production/secrets": "the secrets of environment production",
    "/actions/secrets": "the repository's secrets",
    "/organization-secrets": "the organization's secrets for this repository",
}


def look_at_everything(github: LiveGitHub) -> None:
    github.check_results()
    github.step_results({".github/workflows/ci.yml"})
    github.secret("NOT_THERE", "production")


@pytest.fixture
def github(hub: FakeHub, client: Client, connected: Callable[..., Client]) -> LiveGitHub:
    """A commit and a repository with two pages of everything."""
    repo = hub.repository()
    sha = repo.branches["main"]
    repo.run(
        sha, ".github/workflows/ci.yml", jobs=[(f"job {n}", "success", []) for n in range(MANY)]
    )
    for number in range(MANY):
        repo.check_run(sha, f"lint {number}", "success", app="some-app")
        repo.status(sha, f"ci/{number}", "success")
        repo.run(sha, f".github/workflows/{number}.yml")
        for secrets in (
            repo.secrets,
            repo.organization_secrets,
            repo.environments.setdefault("production", {}),
        ):
            secrets[f"SECRET_{number}"] = hub.now()
    hub.token("meta", "octo-lead", {"secrets": "read", "environments": "read"})
    own = OwnRun(id=None, workflow=".github/workflows/gate.yml")
    metadata = connected("meta", name="metadata-token", timeout=10)
    return LiveGitHub(connected(timeout=10), metadata, commit=sha, own=own)


def test_all_pages_are_seen(github: LiveGitHub, hub: FakeHub) -> None:
    look_at_everything(github)
    seen = {seen.path.partition("?")[0] for seen in hub.requests if "page=2" in seen.path}
    assert all(any(path.endswith(end) for path in seen) for end in LISTS)


@pytest.mark.parametrize("end", LISTS)
def test_a_dropped_link_is_no_end_of_the_list(github: LiveGitHub, hub: FakeHub, end: str) -> None:
    """On page two a check may have failed."""
    hub.fault("no-link", path=f"{end}$", times=999)
    with pytest.raises(Unobservable) as failure:
        look_at_everything(github)
    told = f"GitHub's answer about {LISTS[end]}: 100 were sent, but `total_count` is "
    assert failure.value.reason.startswith(told)


def test_a_connection_without_an_end_was_not_seen_whole(client: Client) -> None:
    need = client.need("the issues", "issues: write")
    asked: list[str | None] = []

    def page(after: str | None) -> PagedNodes[int]:
        asked.append(after)
        info = PageInfo(has_next_page=True, end_cursor=f"page {len(asked)}")
        return PagedNodes(nodes=[len(asked)], page_info=info)

    with pytest.raises(Unobservable, match="`issues` has more than 60 pages"):
        all_nodes(page(None), page, "issues", need)
    assert asked[:3] == [None, "page 1", "page 2"]
    assert len(asked) == MOST_PAGES + 1
