"""When an item is asked: before the deployment, unless the document says after."""

from __future__ import annotations

import pytest

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checklist.phases import environment_candidate, heading_phase, is_release

from .reading import item, items, read

AFTER = (
    "Post-deployment",
    "4. Post-Deploy Verification",
    "✅ POST RELEASE",
    "After the release",
    "After production deployment",
    "Smoke tests",
    "Deployment steps",
    "During the rollout",
    "Verify deployment",
    "First 24 hours",
    "Step 3: Deploy to production",
    "Después del despliegue",
    "Pós-Deploy",
    "Após o deploy",
    "Post-déploiement (J+1)",
    "Après la mise en production",
    "Nach dem Deployment",
    "Na de release",
    "После релиза",
    "Після розгортання",
    "Sau khi deploy",
    "部署后验证",
    "发布步骤",
    "배포 후 검증",
)
BEFORE = (
    "Pre-deployment",
    "Preflight",
    "Before the first deploy",
    "Before you release",
    "Preparing for the release",
    "Antes de desplegar",
    "Antes do deploy",
    "Avant le déploiement",
    "Vor dem Release",
    "Voor de release",
    "Перед релизом",
    "Перед розгортанням",
    "Trước khi deploy",
    "部署前检查",
    "배포 전 확인",
)
SILENT = (
    "Deployment",
    "Rollback",
    "Monitoring",
    "Release notes",
    "Production",
    "Postgres",
    "Afterburner",
    "Deployment scripts",
    "Pre-release and post-release",
    "Keys",
    "",
)


@pytest.mark.parametrize("title", AFTER)
def test_a_heading_says_after(title: str) -> None:
    assert heading_phase(title) is Phase.AFTER


@pytest.mark.parametrize("title", BEFORE)
def test_a_heading_says_before(title: str) -> None:
    assert heading_phase(title) is Phase.BEFORE


@pytest.mark.parametrize("title", SILENT)
def test_a_heading_says_neither(title: str) -> None:
    assert heading_phase(title) is None


@pytest.mark.parametrize(
    "text",
    [
        "Tag the release",
        "Create and push a git tag",
        "Push the tag",
        "Publish to npm",
        "Publish the release on GitHub",
        "Deploy",
        "🚀 Deploy: `shop up --prod`",
        "Deploy the application",
        "Deploy to production",
        "Merge the release branch",
        "[Lead] Cut the v2.1 release",
        "Announce the release",
        "Deployed to production",
    ],
)
def test_an_item_that_is_the_release_is_asked_after_it(text: str) -> None:
    assert is_release(text)
    assert item("## Pre-release", f"- [ ] {text}").phase is Phase.AFTER


@pytest.mark.parametrize(
    "text",
    [
        "Tag matches the version",
        "Deploy key is configured",
        "Deployment scripts reviewed",
        "Deploy to staging",
        "Deploy the app to the test environment",
        "Create release notes",
        "Publish workflow is green",
        "Publish the release notes draft",
        "Merge conflicts resolved",
        "Merge strategy agreed",
        "Announce release schedule",
        "Announce code freeze",
        "Release notes written",
        "Push notifications work",
        "Launch window confirmed",
        "Tag protection is on",
    ],
)
def test_an_item_that_only_speaks_of_the_release_is_asked_before_it(text: str) -> None:
    assert not is_release(text)
    assert item(f"- [ ] {text}").phase is Phase.BEFORE


def test_the_innermost_heading_that_says_decides() -> None:
    found = items(
        *(
            "# T",
            "- [ ] a",
            "## Post-deployment",
            "### Rollback",
            "- [ ] b",
            "### Before the next release",
            "- [ ] c",
        ),
        *("## Rollback", "- [ ] d"),
    )
    assert [item.phase for item in found] == [Phase.BEFORE, Phase.AFTER, Phase.BEFORE, Phase.BEFORE]


def test_a_title_says_like_a_heading() -> None:
    before, title, after, other = items(
        "- [ ] a",
        "- [ ] **Post-deployment checks:**",
        "  - [ ] b",
        "- [ ] **Backups:**",
        "  - [ ] c",
    )[:4]
    assert (before.phase, after.phase) == (Phase.BEFORE, Phase.AFTER)
    assert title.is_title
    assert other.phase is Phase.BEFORE


def test_what_is_nested_in_the_release_itself_comes_after_it() -> None:
    assert [
        item.phase for item in items("- [ ] Publish the package:", "  - [ ] Mirrors have it")
    ] == [Phase.AFTER] * 2


@pytest.mark.parametrize("title", ["Release process", "Deployment steps", "Deployment procedure"])
def test_a_document_called_after_the_deployment_itself_is_still_asked_before_it(title: str) -> None:
    assert item(f"# {title}", "- [ ] a").phase is Phase.BEFORE


@pytest.mark.parametrize(
    "lines",
    [
        ["## S", "<!-- phase: reference -->"],
        ["## S", "", "<!--phase:reference-->", ""],
        ["## S <!-- phase: reference -->"],
    ],
)
def test_a_pin_under_a_heading_decides_for_everything_below(lines: list[str]) -> None:
    checklist = read(
        *lines, "- [ ] a", "- [ ] Tag the release", "### T", "- [ ] b", "## U", "- [ ] c"
    )
    assert [item.phase for item in checklist.items] == [*[Phase.REFERENCE] * 3, Phase.BEFORE]
    assert checklist.sections[0].phase is Phase.REFERENCE
    assert checklist.sections[0].title == "S"


@pytest.mark.parametrize(
    "lines", [["## S", "words", "", "<!-- phase: reference -->"], ["## S", "<!-- phase: never -->"]]
)
def test_any_other_phase_comment_is_no_pin(lines: list[str]) -> None:
    assert item(*lines, "- [ ] a").phase is Phase.BEFORE


@pytest.mark.parametrize(
    ("title", "candidate"),
    [
        ("Production", "production"),
        ("3. Staging environment", "staging"),
        ("🚀 Deployment to eu-west-1", "eu-west-1"),
        ("Production Deployment Checklist", "production"),
        ("Deployment checklist", None),
        ("Staging and production", "staging and production"),
    ],
)
def test_a_heading_less_its_usual_words_may_be_an_environment(
    title: str, candidate: str | None
) -> None:
    assert environment_candidate(title) == candidate
