"""Which pull request is a release, which branch is trusted, which issue is the ticket."""

from __future__ import annotations

import pytest

from deploy_checklist.run.release_pr import is_release, is_trusted, ticket_in
from deploy_checklist.settings import Inputs
from deploy_checklist.values.glob_matching import branch_glob

DEFAULT = Inputs.read({}).release_pr


@pytest.mark.parametrize(
    ("branch", "labels", "release"),
    [
        ("release/1.4", (), True),
        ("release/team/1.4", (), True),
        ("release-please--branches--main", (), True),
        ("changeset-release/main", (), True),
        ("changeset-release/release/2.x", (), True),
        ("release-please--branches--release/1.x--components--ui", (), True),
        ("release-plz-2026-11-29T06-45-56Z", (), True),
        ("releaser-pleaser--branches--main", (), True),
        ("tagpr-from-v1.2.3", (), True),
        ("knope/release", (), True),
        ("ci/release-plz-config", (), False),
        ("feature/x", ("autorelease: pending",), True),
        ("feature/x", ("autorelease: tagged",), False),
        ("feature/release/1", (), False),
        ("releases/1", (), False),
        ("feature/x", ("Release",), True),
        ("feature/x", ("release-notes",), False),
        ("label:release", (), False),
    ],
)
def test_a_release_is_known_by_its_branch_or_label(
    branch: str, labels: tuple[str, ...], release: bool
) -> None:
    assert is_release(DEFAULT, branch, labels) is release


@pytest.mark.parametrize(
    ("pattern", "branch", "matches"),
    [
        ("main", "main", True),
        ("main", "main2", False),
        ("m.in", "main", False),
        ("release/*", "release/1/2", False),
        ("release/**", "release/1/2", True),
        ("v?", "v1", True),
        ("v?", "v/", False),
        ("a+b", "aab", False),
    ],
)
def test_a_glob_is_that_of_a_workflows_branches(pattern: str, branch: str, matches: bool) -> None:
    assert branch_glob(pattern).matches(branch) is matches


def test_the_default_branch_is_trusted_and_those_that_are_named() -> None:
    assert is_trusted("main", "main", ())
    assert not is_trusted("feature/x", "main", ())
    assert is_trusted("hotfix/1", "main", ("hotfix/*",))


@pytest.mark.parametrize(
    ("body", "ticket"),
    [
        ("Release ticket: #12", 12),
        ("What it brings.\r\n\r\n**Release ticket:** #12\r\n", 12),
        ("> release ticket : #12", 12),
        ("Release ticket: #12\nRelease ticket: #12", 12),
        ("Release ticket: #12\nRelease ticket: #13", None),
        ("Release ticket: acme/other#12", None),
        ("See the release ticket #12", None),
        ("", None),
    ],
)
def test_the_ticket_is_named_on_a_line_of_its_own(body: str, ticket: int | None) -> None:
    assert ticket_in(body) == ticket
