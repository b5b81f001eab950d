"""Words beside what they name, or above it, that leave open whether it is asked for."""

from __future__ import annotations

import pytest

from .items import in_document, of, rules
from .test_denials import asks_nothing


@pytest.mark.parametrize(
    "heading",
    [
        "Template",
        "3. Template for your own release",
        "Pull request template",
        "Release checklist template",
        "For contributors",
        "How to contribute",
        "Contribution guidelines",
        "Vorlage",
        "Plantilla",
        "Comment contribuer",
        "テンプレート",
        "模板",
        "如何贡献",
        "Шаблон",
    ],
)
@pytest.mark.parametrize(
    "sentence", ["`API_URL` is set", "`LOG_LEVEL=warn`", "`npm test` passes", "[a](docs/a.md)"]
)
def test_a_list_that_is_copied_or_for_contributors_asks_nothing(
    sentence: str, heading: str
) -> None:
    found = of(sentence, under=heading, runs=lambda _command: True)
    assert asks_nothing(found)
    assert found is not None
    assert found.maybe


@pytest.mark.parametrize("heading", ["Email templates", "Production variables template", "Steps"])
def test_templates_that_are_part_of_the_product_are_asked_for(heading: str) -> None:
    assert rules(of("`templates/mail.html` exists", under=heading)) == [
        {"file": "templates/mail.html"}
    ]


def test_the_title_of_the_document_makes_no_template_of_it() -> None:
    found = of("`API_URL` is set", title="Release checklist template")
    assert found is not None
    assert found.remainder is None


def test_a_parent_that_is_a_template() -> None:
    found = in_document("""
        # Shop

        - [ ] Template:
          - [ ] `API_URL` is set
    """)
    assert asks_nothing(found[4])


def test_a_link_below_a_heading_that_denies_is_not_looked_for() -> None:
    assert asks_nothing(of("[the old limits](config/old.yml)", under="Must not be there"))


@pytest.mark.parametrize(
    "words",
    [
        "```\n  # Optional - development only\n  DISABLE_RATE_LIMIT=1\n  ```",
        "```\n  DISABLE_RATE_LIMIT=1 # development only\n  ```",
        "```env\n  # On staging\n  SLOW_MODE=1\n  DISABLE_RATE_LIMIT=1\n  ```",
        "- `DISABLE_RATE_LIMIT` (optional)",
        "`DISABLE_RATE_LIMIT=1 # development only`",
    ],
)
def test_a_comment_in_code_is_read(words: str) -> None:
    assert asks_nothing(of(f"Variables:\n  {words}"))


def test_a_comment_is_of_the_lines_below_it() -> None:
    found = of("Variables:\n  ```\n  # Required\n  A_MODE=live\n\n  # Optional\n  B_MODE=1\n  ```")
    assert rules(found) == [{"env": "A_MODE", "equals": "live"}]


def test_a_comment_behind_a_value_stands_in_the_words_once() -> None:
    found = of("`API_MODE=live # the shop's own` reviewed")
    assert found is not None
    assert found.remainder == "API_MODE=live # the shop's own reviewed"


@pytest.mark.parametrize(
    "sentence",
    [
        "`npm test` fails",
        "`npm test` is failing on main",
        "`make lint` schlägt fehl",
        "`npm test` échoue",
        "`npm test` が失敗する",
        "`npm test` 失败",
        "If `npm test` fails, stop",
        "`config/a.yml` renamed",
        "`config/a.yml` moved to the wiki",
        "Rename `config/a.yml`",
        "`config/a.yml` umbenannt",
        "`config/a.yml` renommé",
        "`config/a.yml` переименован",
        "`config/a.yml` 已重命名",
        "`config/a.yml` を別のフォルダへ移動",
        "`config/a.yml` 移动到 wiki",
        "`config/a.yml` replaced by a table",
        "`OLD_URL` renamed to `NEW_URL`",
        "CI checks pass on the previous commit",
        "`npm test` passes on the previous release",
        "`npm test` passes on the parent commit",
        "Create a release with `sentry-cli releases new`",
        "Create a release with `acme-deploys new`",
        "`/ready` returns 503 when the database is down",
        "`/health` returns 500 if the queue is full",
        "https://shop.acme.dev/ready returns 503 when the database is down",
        "https://shop.acme.dev answers on staging",
    ],
)
def test_what_failed_was_before_or_holds_under_a_condition_is_not_asked_for(sentence: str) -> None:
    assert asks_nothing(of(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "`npm test` without failures",
        "`npm test` does not fail",
        "`npm test` passes, no errors",
        "`make lint` shows 0 errors",
        "`npm test` エラーがない",
        "`npm test` 오류 없음",
        "`npm test` tanpa gagal",
        "移动端配置 `config/mobile.yml`",
        "CI checks pass on the last commit",
        "Create a release with `gh release create`",
        "`/admin` returns 401 without a token",
        "CHANGELOG.md: move the unreleased entries",
        "`/health` returns 200 when deployed",
    ],
)
def test_what_says_how_it_must_be_is_asked_for(sentence: str) -> None:
    assert len(rules(of(sentence))) == 1
