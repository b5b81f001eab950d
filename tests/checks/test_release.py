"""`release`: the release of a tag is published, or a draft, as the rule says."""

from __future__ import annotations

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Finding, Outcome
from deploy_checklist.world.ports import ReleaseState
from fakes import FakeGitHub, world

PUBLISHED = ReleaseState(draft=False, prerelease=False)
CANDIDATE = ReleaseState(draft=False, prerelease=True)
DRAFT = ReleaseState(draft=True, prerelease=False)


def of(release: ReleaseState | None, *, tagged: bool = True, **written: object) -> Finding:
    github = FakeGitHub(
        tags=("v1.2.3",) if tagged else ("v1.2",),
        releases={"v1.2.3": release} if release else {"v1.2": PUBLISHED},
    )
    return finding_of(
        "release", {"tag": "v1.2.3", **written}, subject=None, around=world(github=github)
    )


@pytest.mark.parametrize(
    ("release", "written", "message"),
    [
        (PUBLISHED, {}, "GitHub has the release of `v1.2.3`"),
        (CANDIDATE, {}, "GitHub has the release of `v1.2.3`"),
        (PUBLISHED, {"draft": False, "prerelease": False}, "GitHub has the release of `v1.2.3`"),
        (CANDIDATE, {"prerelease": True}, "GitHub has the release of `v1.2.3`"),
        (DRAFT, {"draft": True}, "GitHub has a draft of the release of `v1.2.3`"),
        (None, {"tag_only": True}, "GitHub has the tag `v1.2.3`"),
    ],
)
def test_it_passes_as_the_rule_says(
    release: ReleaseState | None, written: dict[str, object], message: str
) -> None:
    found = of(release, **written)
    assert (found.outcome, found.message) == (Outcome.PASS, message)


@pytest.mark.parametrize(
    ("release", "written", "message"),
    [
        (None, {}, "there is no published release for `v1.2.3`"),
        (DRAFT, {}, "the release of `v1.2.3` is still a draft"),
        (PUBLISHED, {"draft": True}, "the release of `v1.2.3` is already published"),
        (CANDIDATE, {"prerelease": False}, "the release of `v1.2.3` is marked as a pre-release"),
        (PUBLISHED, {"prerelease": True}, "the release of `v1.2.3` is not a pre-release"),
    ],
)
def test_any_other_state_fails(
    release: ReleaseState | None, written: dict[str, object], message: str
) -> None:
    found = of(release, **written)
    assert (found.outcome, found.message) == (Outcome.FAIL, message)
    assert found.remedy


def test_a_tag_that_is_not_there_fails() -> None:
    found = of(None, tagged=False, tag_only=True)
    assert (found.outcome, found.message) == (Outcome.FAIL, "GitHub has no tag `v1.2.3`")


def test_a_draft_that_is_not_shown_is_unknown() -> None:
    """GitHub lists drafts only for a token that may write."""
    found = of(None, draft=True)
    assert found.outcome is Outcome.UNKNOWN
    assert found.message == "this token sees no draft release for `v1.2.3`"


@pytest.mark.parametrize("more", [{"draft": True}, {"prerelease": False}])
def test_a_tag_alone_has_no_state(more: dict[str, object]) -> None:
    with pytest.raises(
        Exception, match="a tag without a release is neither a draft nor a pre-release"
    ):
        of(None, tag_only=True, **more)
