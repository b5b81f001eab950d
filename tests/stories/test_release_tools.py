"""Release tools under the ruleset: their tag is refused before the gate has answered, and let in after it."""

from __future__ import annotations

import pytest
import yaml

from deploy_checklist.workflows.files import read_workflow
from deploy_checklist.workflows.gate_jobs import tells_of_a_gate_alone
from expressions import holds
from scenes import FOLDER, written
from servers.github.state import Pull
from servers.github.tag_rules import PushDeclined, push_tag

from .release_workflow import TOOLS, Release
from .telling import GREEN, RULES_PATH, Story

# Head and title of what is merged before a release, as each tool opens it.
MERGES = {
    "release-please": ("release-please--branches--main", "chore(main): release 1.4.0"),
    "semantic-release": ("feature/search", "feat: search"),
    "changesets": ("changeset-release/main", "Version Packages"),
    "goreleaser": ("release/1.4", "Release 1.4"),
}
EARLY = {
    "release-please": "v1.4.0-beta",
    "semantic-release": "v1.4.0-beta.1",
    "changesets": "v1.4.0-next.0",
    "goreleaser": "v1.4.0-rc.1",
}
BOTH = [pytest.param(tool, tag, id=tag) for tool in TOOLS for tag in ("v1.4.0", EARLY[tool])]


def released(
    story: Story, tool: str, tag: str, *, signed: bool = False
) -> tuple[Release, Pull, str]:
    """A release whose pull request is merged, and the message of that commit."""
    branch = "beta" if tool == "semantic-release" and tag != "v1.4.0" else "main"
    story.repo.branches.setdefault(branch, story.repo.branches["main"])
    head, title = MERGES[tool]
    pull = story.repo.open_pull("octo-dev", head=head, title=title, base=branch)
    release = Release(story, tool, tag, branch=branch)
    if signed:
        story.on_pull(pull, inputs=release.gate_inputs)
        sign(story, pull)
    release.sha = story.repo.merge(pull)
    return release, pull, f"{title} (#{pull.number})"


def sign(story: Story, pull: Pull) -> None:
    story.repo.comment(pull.number, "octo-lead", "/checklist sign checklist")
    story.repo.comment(pull.number, "octo-dev", "/checklist sign status")


@pytest.mark.parametrize(("tool", "tag"), BOTH)
def test_without_the_recipe_the_tag_is_refused(story: Story, tool: str, tag: str) -> None:
    release, _, _ = released(story, tool, tag)
    release.without_the_recipe(tag=tag)
    assert "Repository rule violations found" in release.said[-1]
    assert "is expected." in release.said[-1]
    assert story.repo.tags == story.repo.releases == {}


@pytest.mark.parametrize("tool", sorted({*TOOLS} - {"goreleaser"}))
def test_with_it_the_same_push_is_released_after_the_gate(story: Story, tool: str) -> None:
    release, _, message = released(story, tool, "v1.4.0", signed=True)
    release.pushed(release.sha, message)
    assert {"gate", "release"} <= set(release.succeeded), release.said
    assert story.states(release.sha, "production") == ["pending", "success"]
    assert story.repo.tags == {"v1.4.0": release.sha}
    assert story.repo.releases == {"v1.4.0": (False, False)}


@pytest.mark.parametrize(("tool", "tag"), EARLY.items())
def test_what_is_signed_after_the_merge_is_released_manually(
    story: Story, tool: str, tag: str
) -> None:
    """Pre-releases, for which nothing is different."""
    release, pull, message = released(story, tool, tag)
    by_hand = {"commit": release.sha, "tag": tag}
    if tool == "goreleaser":  # is always started by hand
        release.dispatched(**by_hand)
    else:
        release.pushed(release.sha, message)
    assert not {"gate", "release"} & set(release.succeeded)
    assert story.repo.tags == {}
    sign(story, pull)
    release.dispatched(**by_hand)
    assert "release" in release.succeeded, release.said
    assert story.repo.tags == {tag: release.sha}
    a_draft = tool == "goreleaser"
    assert story.repo.releases == {tag: (a_draft, True)}


def test_the_release_that_waited_is_no_check_of_ci(story: Story) -> None:
    """Its gate has failed on that commit, and its job `Release` was skipped."""
    path = ".github/workflows/release.yml"
    for tool in TOOLS:
        read = read_workflow(written(tool).encode(), path)
        assert tells_of_a_gate_alone(read, "Deployment checklist", skipped=False)
        assert tells_of_a_gate_alone(read, "Release", skipped=True)
        assert not tells_of_a_gate_alone(read, "Release", skipped=False)
    story.repo.commit("main", {path: written("release-please"), RULES_PATH: GREEN})
    release, pull, _ = released(story, "release-please", "v1.4.0")
    story.on_push(release.sha, inputs=release.gate_inputs)
    waited = [("Deployment checklist", "failure", []), ("Release", "skipped", [])]
    story.repo.run(release.sha, path, jobs=waited)
    story.repo.run(release.sha, jobs=[("test", "success", [])])
    story.repo.comment(pull.number, "octo-lead", "/checklist sign checklist")
    story.on_comment(pull)
    assert story.status(release.sha, "production")[0] == "success"
    story.repo.run(release.sha, path, jobs=[("Release", "failure", [])])
    story.on_comment(pull)
    assert story.status(release.sha, "production")[0] == "failure"


def test_a_commit_that_no_release_pr_made_starts_no_gate(story: Story) -> None:
    """Its next release PR is opened all the same."""
    for tool, job in {"release-please": "release-pr", "changesets": "version"}.items():
        release = Release(story, tool, "v1.4.0")
        release.pushed(story.repo.branches["main"], "feat: search (#7)")
        assert release.succeeded == [job]
        assert release.gated is None


MESSAGES = {
    "release-please": [
        "chore(main): release 1.4.0 (#7)",
        "chore: release main (#7)",
        "Merge pull request #7 from acme/release-please--branches--main\n\nchore(main): release 1.4.0",
    ],
    "changesets": [
        "Version Packages (#7)",
        "Version Packages (next) (#7)",
        "Merge pull request #7 from acme/changeset-release/main\n\nVersion Packages",
    ],
}


@pytest.mark.parametrize("tool", MESSAGES)
def test_the_merge_of_a_release_pr_is_known_whichever_way_it_was_merged(tool: str) -> None:
    condition = yaml.safe_load(written(tool))["jobs"]["gate"]["if"]
    pushed = {"github.event_name": "push", "github.ref": "refs/heads/main"}
    for message in MESSAGES[tool]:
        assert holds(condition, {**pushed, "github.event.head_commit.message": message}), message
    elsewhere = {"github.event_name": "workflow_dispatch", "github.ref": "refs/heads/feature"}
    assert not holds(condition, elsewhere)


def test_a_commit_that_a_plugin_adds_has_no_status(story: Story) -> None:
    """As @semantic-release/git does; and the status of a release PR is of no use to a later commit."""
    release, _, _ = released(story, "semantic-release", "v1.4.0")
    story.repo.status(release.sha, "deploy-checklist/production", "success", by=story.hub.bot)
    later = story.repo.commit("main", {"CHANGELOG.md": "# 1.4.0"})
    with pytest.raises(PushDeclined, match="Required status check"):
        push_tag(story.repo, "v1.4.0", later)
    push_tag(story.repo, "v1.4.0", release.sha)
    with pytest.raises(PushDeclined, match="Cannot update"):
        push_tag(story.repo, "v1.4.0", later)


@pytest.mark.parametrize("tag", ["1.4.0", "latest", "v1.4", "v1.4.0;id", "-v1.4.0", ""])
def test_a_tag_that_the_ruleset_does_not_hold_is_not_pushed(story: Story, tag: str) -> None:
    release, _, _ = released(story, "goreleaser", "v1.4.0")
    release.without_the_recipe(tag=tag)
    assert "returned non-zero exit status" in release.said[-1]
    assert story.repo.tags == {}


NAMES = {
    "shop-v1.4.0": "refs/tags/*-v*.*.*",
    "pkg@1.4.0": "refs/tags/*@*",
    "@acme/shop@1.4.0": "refs/tags/@*/*@*",
}


@pytest.mark.parametrize(("tag", "pattern"), NAMES.items())
def test_other_names_are_held_once_their_pattern_is_added(
    story: Story, tag: str, pattern: str
) -> None:
    assert f"`{pattern}`" in (FOLDER / "release-tools.md").read_text()
    Release(story, "changesets", tag)
    sha = story.repo.branches["main"]
    push_tag(story.repo, tag, sha)
    del story.repo.tags[tag]
    (rules,) = story.repo.rulesets
    rules.include.append(pattern)
    with pytest.raises(PushDeclined):
        push_tag(story.repo, tag, sha)
