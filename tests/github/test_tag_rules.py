"""The fake GitHub holds tags to its rulesets as GitHub's documentation says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest

from deploy_checklist.commands.ruleset import ruleset
from servers.github import FakeHub
from servers.github.repository import Repository
from servers.github.state import Ruleset
from servers.github.tag_rules import GITHUB_ACTIONS, matches, violations

STATUS = "deploy-checklist/production"


@pytest.fixture
def repo() -> Iterator[Repository]:
    """With the ruleset that is printed, for the statuses of GitHub Actions."""
    with FakeHub() as hub:
        made = hub.repository()
        printed = json.loads(ruleset("production", app_id=GITHUB_ACTIONS))
        made.rulesets.append(Ruleset.of(printed, 1, hub.now()))
        yield made


@pytest.mark.parametrize(
    ("pattern", "ref", "expected"),
    [
        ("refs/tags/v*.*.*", "refs/tags/v1.4.0", True),
        ("refs/tags/v*.*.*", "refs/tags/v1.4.0-beta.1", True),
        ("refs/tags/v*.*.*", "refs/tags/v1", False),
        ("refs/tags/v*.*.*", "refs/tags/v1.4.0/x", False),
        ("refs/tags/*@*", "refs/tags/@acme/shop@1.4.0", False),
        ("refs/tags/@*/*@*", "refs/tags/@acme/shop@1.4.0", True),
        ("refs/tags/**/*@*", "refs/tags/pkg@1.4.0", True),
        ("~ALL", "refs/tags/anything/at/all", True),
    ],
)
def test_a_star_matches_no_slash(pattern: str, ref: str, expected: bool) -> None:
    assert matches(pattern, ref) is expected


def newest(repo: Repository, *statuses: tuple[str, str]) -> list[str]:
    """What holds v1.4.0 back, after these statuses: state and creator."""
    sha = repo.branches["main"]
    for state, by in statuses:
        repo.status(sha, STATUS.upper(), state, by=by)
    return violations(repo, "v1.4.0", sha)


BOT = "github-actions[bot]"


@pytest.mark.parametrize(
    ("statuses", "held"),
    [
        ([], True),
        ([("pending", BOT)], True),
        ([("pending", BOT), ("success", BOT)], False),
        ([("success", BOT), ("error", BOT)], True),
        ([("success", "octo-lead")], True),
    ],
)
def test_the_newest_status_of_the_app_decides(
    repo: Repository, statuses: list[tuple[str, str]], held: bool
) -> None:
    assert bool(newest(repo, *statuses)) is held


def changed(repo: Repository, change: Callable[[Ruleset], object]) -> list[str]:
    change(repo.rulesets[0])
    return violations(repo, "v1.4.0", repo.branches["main"])


def test_what_is_switched_off_or_left_out_blocks_nothing(repo: Repository) -> None:
    assert violations(repo, "v1.4.0", repo.branches["main"])
    checks = repo.rulesets[0].rules[-1]["parameters"]
    assert changed(repo, lambda _: checks.update(do_not_enforce_on_create=True)) == []
    assert changed(repo, lambda _: checks.update(do_not_enforce_on_create=False))
    assert changed(repo, lambda each: setattr(each, "exclude", ["refs/tags/v1.*"])) == []
    assert changed(repo, lambda each: setattr(each, "exclude", []))
    assert changed(repo, lambda each: setattr(each, "enforcement", "evaluate")) == []
