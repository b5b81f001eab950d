"""A section is for one environment only where its heading leaves no doubt."""

from __future__ import annotations

from textwrap import dedent

import pytest

from deploy_checklist.checklist.environments import environments_called
from deploy_checklist.checklist.parse import parse


def environments(text: str) -> list[str | None]:
    """The environment of each item."""
    return [item.known_environment for item in parse(dedent(text), "c.md").items]


def under(*headings: str) -> list[str | None]:
    sections = "".join(f"## {heading}\n- [ ] `PAY_TOKEN` is set\n\n" for heading in headings)
    return environments(f"# Release\n\n{sections}")


@pytest.mark.parametrize(
    ("heading", "environment"),
    [
        ("Staging environment", "staging"),
        ("2. Production environment", "production"),
        ("🚀 PRODUCTION ENVIRONMENT", "production"),
        ("Staging environment (https://staging.acme.dev)", "staging"),
        ("QA environment", "test"),
        ("Live environment", "production"),
        ("Environment: preview", "preview"),
        ("本番環境", "production"),
        ("ステージング環境チェックリスト", "staging"),
        ("生产环境", "production"),
        ("预发布环境", "staging"),
        ("운영 환경", "production"),
        ("스테이징 환경", "staging"),
        ("Ambiente de produção", "production"),
        ("Ambiente de homologação", "staging"),
        ("Entorno de pruebas", "test"),
        ("Environnement de préproduction", "staging"),
        ("Produktionsumgebung", "production"),
        ("Testomgeving", "test"),
        ("Тестовая среда", "test"),
        ("Canlı ortam", "production"),
        ("Lingkungan produksi", "production"),
        ("Môi trường sản xuất", "production"),
    ],
)
def test_a_heading_that_says_environment_and_its_name_is_sure(
    heading: str, environment: str
) -> None:
    assert under("Before the release", heading) == [None, environment]


@pytest.mark.parametrize(
    "headings",
    [
        ("Before the release", "Production"),
        ("Before the release", "Production checklist"),
        ("Tests", "Production"),
        ("Development tasks", "Production tasks"),
        ("Staging deployment", "Production deployment"),
        ("Deploy to staging", "Deploy to production"),
        ("Staging → production", "Production"),
        ("Staging deployment → Production promotion", "Afterwards"),
        ("Production environment variables", "Afterwards"),
        ("Production-like environment", "Non-production environment"),
        ("Staging and production environments", "Environments"),
        ("Phase 1: staging", "Phase 2: production"),
    ],
)
def test_a_step_or_a_readiness_is_not_an_environment(headings: tuple[str, ...]) -> None:
    assert under(*headings) == [None, None]


@pytest.mark.parametrize(
    "headings",
    [
        ("Staging", "Production"),
        ("Stage", "Prod"),
        ("Staging checklist", "Production checklist"),
        ("Staging variables", "Production environment variables"),
        ("Homologação", "Produção"),
        ("ステージング", "本番"),
        ("Préproduction", "Environnement de production"),
        ("Staging (staging.acme.dev.example)", "Production (https://acme.dev)"),
    ],
)
def test_of_two_neighbours_each_makes_the_other_sure(headings: tuple[str, ...]) -> None:
    assert under(*headings) == ["staging", "production"]


@pytest.mark.parametrize(
    "headings", [("1. Test", "2. Live"), ("Test deployment", "Production deployment")]
)
def test_different_values_of_one_variable_tell_environments_apart(
    headings: tuple[str, str],
) -> None:
    text = f"# R\n## {headings[0]}\n- [ ] `MODE=one`\n## {headings[1]}\n- [ ] `MODE={{}}`\n"
    assert environments(text.format("other")) == ["test", "production"]
    same = environments(text.format("one"))
    assert same == ([None, None] if "deployment" in headings[0] else ["test", "production"])


@pytest.mark.parametrize("headings", [("1. Test", "2. Live"), ("QA", "Prod"), ("Dev", "Prod")])
def test_the_same_list_below_two_names_is_for_two_environments(headings: tuple[str, str]) -> None:
    names = {"1. Test": "test", "QA": "test", "Dev": "development"}
    assert under(*headings) == [names[headings[0]], "production"]
    item = "- [ ] Reviewed\n"
    assert environments(f"# R\n## {headings[0]}\n{item}## {headings[1]}\n{item}") == [None, None]
    other = f"# R\n## {headings[0]}\n- [ ] Start `A_B`\n## {headings[1]}\n- [ ] `PAY_TOKEN`\n"
    assert environments(other) == [None, None]


def test_two_steps_of_a_release_are_not_environments() -> None:
    text = "# R\n## Staging\n- [ ] {}\n## Production\n- [ ] Watch the logs\n"
    assert environments(text.format("Deploy the build")) == [None, None]
    assert environments(text.format("Watch the logs")) == ["staging", "production"]


def test_a_title_of_the_whole_document_is_for_every_environment() -> None:
    assert environments("# Production environment\n- [ ] a\n## Backups\n- [ ] b\n") == [None, None]


def test_without_a_title_the_first_section_counts_beside_another() -> None:
    text = "## Staging environment\n- [ ] a\n## Production environment\n- [ ] b\n"
    assert environments(text) == ["staging", "production"]


def test_a_section_takes_all_that_is_in_it() -> None:
    text = """\
        # R
        ## Staging environment
        ### Database
        - [ ] a
        ## Web
        **Production environment:**
        - [ ] b
        """
    assert environments(text) == ["staging", "production"]


def test_sections_apart_are_not_neighbours() -> None:
    text = "# R\n## Web\n### Staging\n- [ ] a\n## API\n### Production\n- [ ] b\n"
    assert environments(text) == [None, None]


@pytest.mark.parametrize(
    ("name", "meant"),
    [
        ("production", {"production"}),
        ("PROD", {"production"}),
        ("eu-production", {"production"}),
        ("us_prod_2", {"production"}),
        ("pre-production", {"staging"}),
        ("non-production", set()),
        ("acme", set()),
        ("prod-test", {"production", "test"}),
    ],
)
def test_a_run_s_environment_may_have_any_name(name: str, meant: set[str]) -> None:
    assert environments_called(name) == meant


@pytest.mark.measures_time
def test_a_hostile_heading_is_read_in_no_time() -> None:
    from time import process_time

    started = process_time()
    environments("".join(f"## {'a.' * 50_000}\n- [ ] a\n" for _ in range(10)))
    environments("## " + "a" * 500_000 + "\n- [ ] a\n")
    environments("".join(f"## Test\n- [ ] `A_{n}`\n## Live\n- [ ] `B_{n}`\n" for n in range(1_500)))
    assert process_time() - started < 2
