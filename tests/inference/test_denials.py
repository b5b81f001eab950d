"""Words that deny what is named beside them or below them: then nothing is asked, only perhaps."""

from __future__ import annotations

import pytest

from deploy_checklist.checklist.parse import parse
from deploy_checklist.inference.understand import Understood, understood

from .items import in_document, of, rules


def asks_nothing(found: Understood | None) -> bool:
    """Whether nothing is looked at, and a person decides about all of the item."""
    return rules(found) == [] and (found is None or found.remainder is not None)


@pytest.mark.parametrize(
    "sentence",
    [
        "`docs/old.md` no longer exists",
        "`docs/alt.md` ist nicht mehr vorhanden",
        "`docs/a.md` n'existe plus",
        "`docs/a.md` ya no existe",
        "`docs/a.md` não existe mais",
        "`docs/a.md` が存在しないこと",
        "`docs/a.md` 不存在",
        "`docs/a.md` не существует",
        "`DEBUG_MODE` ist nicht gesetzt",
        "`DEBUG_MODE` isn’t set",
        "`API_URL` n'est pas définie",
        "`API_URL` no está configurada",
        "`API_URL` não está configurada",
        "`API_URL` が設定されていない",
        "`API_URL` 未设置",
        "`API_URL` не задан",
        "`API_URL` 설정되지 않음",
        "`DEBUG=true` отсутствует",
        "`DEBUG` 已关闭",
        "`/admin` must not be reachable from outside",
        "`/api/debug` does not respond",
        "`/health` does not return 500",
        "`/admin` ist nicht erreichbar",
        "`/debug` n'est pas accessible",
        "`/admin` 不可访问",
        "https://old.acme.dev is no longer reachable",
        "The site is not live on https://shop.acme.dev before nine",
        "The build passes with `CI=1` as the runner has it",
        "`CI=true`",
        "No `DEBUG_FLAG` in production",
        "Deploy without `DEBUG_FLAG`",
        "`DEBUG_MODE=true` is gone",
    ],
)
def test_what_is_denied_is_not_asked_for(sentence: str) -> None:
    found = of(sentence)
    assert [rule for rule in rules(found) if "ci" not in rule] == []
    assert found is None or found.remainder is not None


@pytest.mark.parametrize(
    "sentence",
    [
        "`LOG_LEVEL=info` (not debug)",
        "`DATABASE_SSL=true` if the database is not in the same network",
        "https://shop.acme.dev loads without errors",
    ],
)
def test_what_only_explains_denies_nothing(sentence: str) -> None:
    assert len(rules(of(sentence))) == 1


@pytest.mark.parametrize("sentence", ["`DEBUG_ROUTES=true`", "`OLD_URL`", "`OLD_URL` is set"])
@pytest.mark.parametrize(
    "heading",
    [
        "Must not be enabled",
        "Never set",
        "Common mistakes",
        "Variables we removed",
        "Defaults (change before production)",
        "Dürfen nicht gesetzt sein",
        "Ne doivent pas être définies",
        "Variables à supprimer",
        "Variables que no deben existir",
        "Não definir",
        "Non impostare",
        "設定してはいけない変数",
        "設定禁止",
        "设置后会出现的错误",
        "禁止设置",
        "Не должно быть",
        "설정하면 안 되는 변수",
    ],
)
def test_a_heading_that_denies_what_is_below_it(sentence: str, heading: str) -> None:
    assert asks_nothing(of(sentence, under=heading))


@pytest.mark.parametrize("heading", ["Files to delete", "Удалить", "삭제할 파일", "Remover"])
def test_a_file_below_a_heading_that_takes_it_away(heading: str) -> None:
    assert asks_nothing(of("`config/old.yml`", under=heading))


def test_an_item_that_denies_what_is_in_it() -> None:
    found = in_document("""
        # Shop

        - [ ] These must not be set
          - [ ] `DEBUG_ROUTES=true`
        - [ ] Never set one of these
          - `MOCK_PAYMENTS=1`
    """)
    assert all(asks_nothing(each) for each in found.values())


def test_what_must_not_be_there_is_still_looked_for() -> None:
    assert rules(of("`DEBUG_ROUTES` must not be set", under="Never set")) == [
        {"env": "DEBUG_ROUTES", "absent": True}
    ]
    assert rules(of("`npm test` passes", under="No regressions"))


@pytest.mark.parametrize(
    "heading",
    [
        "Qualora ci siano pagamenti",
        "Opzionale",
        "必要に応じて",
        "Jika pembayaran aktif",
        "Indien betalingen aan staan",
        "Ödeme açık ise",
        "Якщо увімкнено платежі",
        "Sofern Zahlungen aktiv sind",
        "При необходимости",
    ],
)
def test_a_heading_with_a_condition_in_any_language(heading: str) -> None:
    found = of("`PAY_MODE=live`", under=heading)
    assert found is not None
    assert found.remainder is not None
    assert not found.may_fail


@pytest.mark.parametrize(
    "heading",
    ["Development", "Local setup", "開発環境", "开发环境", "Entwicklungsumgebung", "ローカル開発"],
)
def test_what_another_environments_section_compares_is_not_a_rule(heading: str) -> None:
    assert asks_nothing(of("`NODE_ENV=development`", under=heading))
    present = of("`API_URL` is set", under=heading)
    assert rules(present) == [{"env": "API_URL", "present": True}]
    assert present is not None
    assert present.remainder is not None


def test_the_section_of_the_environment_that_is_gated_is() -> None:
    text = "# Shop\n\n## Staging environment\n\n- [ ] `NODE_ENV=staging`\n"
    checklist = parse(text, "checklist.md")
    found = understood(checklist, is_in_its_environment=lambda item: True)
    assert found[5].remainder is None


@pytest.mark.parametrize(
    "sentence",
    [
        "`/metrics` is protected",
        "`/metrics` requires authentication",
        "`/metrics` is only reachable from the VPN",
        "No public access to `/metrics`",
        "`/actuator/health` disabled",
        "`/metrics` ist nur intern erreichbar",
        "`/metrics` só responde internamente, apenas na VPN",
        "`/metrics` は内部のみアクセス可能",
        "`/metrics` 仅内网可访问",
        "`/healthz` returns 200 on staging",
        "`/healthz` はステージングで200を返す",
        "TLS certificate of old.acme.dev revoked",
        "`FEATURE_X` is empty",
        "`FEATURE_X` is blank",
        "`LOG_LEVEL` is `debug` in staging only",
        "Dev: `NODE_ENV=development`",
        "Replace `API_URL=https://api.acme.dev` by the new one",
        "`NODE_ENV=production` rather than `NODE_ENV=development`",
    ],
)
def test_what_is_closed_off_or_of_another_environment_is_not_asked_for(sentence: str) -> None:
    assert asks_nothing(of(sentence))


@pytest.mark.parametrize(
    "sentence",
    [
        "`/metrics` returns 401 without a token, it is protected",
        "`/healthz` returns 200 (staging and production)",
        "TLS certificate of shop.acme.dev is valid",
        "`NODE_ENV=production`",
        "`FEATURE_X` is not empty",
        "`NODE_ENV` is set to `production`",
    ],
)
def test_what_says_how_it_answers_is_asked_for(sentence: str) -> None:
    assert len(rules(of(sentence))) == 1


@pytest.mark.parametrize(
    "sentence",
    [
        "Create the release in Sentry",
        "Publish the release in the App Store",
        "Tag created for the Docker image",
        "Add tags to the AWS resources",
        "Push tags to the registry",
        "Create tags for analytics",
        "Make release video",
        "`git tag -d v1.0` ran",
        "`make release` ran",
    ],
)
def test_a_tag_or_release_of_another_tool_is_not_asked_for(sentence: str) -> None:
    assert asks_nothing(of(sentence))


@pytest.mark.parametrize(
    "sentence",
    ["Create the release on GitHub", "Create a git tag", "`git tag v1.2.3`", "タグを作成"],
)
def test_a_tag_or_release_of_github_is(sentence: str) -> None:
    assert len(rules(of(sentence))) == 1


def test_what_is_removed_from_somewhere_else_may_stay() -> None:
    assert asks_nothing(of("`docs/old.md` removed from the sidebar"))
    absent = [{"file": {"path": "docs/old.md", "exists": False}}]
    assert rules(of("`docs/old.md` removed from the repository")) == absent
    assert rules(of("`docs/old.md` removed")) == absent


@pytest.mark.parametrize(
    "parent",
    [
        "Skip unless major",
        "Se i pagamenti sono attivi",
        "One of these",
        "On the server",
        "Staging environment",
        "開発環境",
        "After the deploy",
        "Nach dem Deployment",
    ],
)
@pytest.mark.parametrize("between", ["", "  - [ ] Payments\n"])
def test_an_item_within_a_condition_or_another_place_is_never_automatic(
    parent: str, between: str
) -> None:
    indent = "    " if between else "  "
    text = f"# Shop\n\n- [ ] {parent}\n{between}{indent}- [ ] `PAY_URL` is set\n"
    *_, found = in_document(text).values()
    assert found.item.text == "PAY_URL is set"
    assert found.remainder is not None


def test_an_item_within_a_plain_one_is() -> None:
    found = in_document("# Shop\n\n- [ ] Payments\n  - [ ] `PAY_URL` is set\n")
    assert found[4].remainder is None


@pytest.mark.parametrize("heading", ["Choose one", "Pick one of these"])
def test_a_choice_above_a_list_is_never_automatic(heading: str) -> None:
    found = of("`PAY_MODE=live`", under=heading)
    assert found is not None
    assert found.remainder is not None


@pytest.mark.parametrize(
    "sentence",
    [
        "`PAY_MODE=live|test`",
        "`PAY_MODE=live / test`",
        "`PAY_MODE=live # or test`",
        "`PAY_MODE=production npm start`",
        "`PAY_MODE` = `test` → `live`",
        'PAY_MODE="live',
        'PAY_MODE="live","test"',
        'PAY_MODE="live"ly',
    ],
)
def test_what_is_more_than_a_value_is_not_compared(sentence: str) -> None:
    found = of(sentence)
    assert rules(found) == [{"env": "PAY_MODE", "present": True}]
    assert found is not None
    assert found.remainder is not None


@pytest.mark.parametrize("sign", ["`", ""])
@pytest.mark.parametrize("value", ["the blue shop", "shop # 1"])
def test_a_value_in_quotes_may_have_blanks(value: str, sign: str) -> None:
    found = of(f'{sign}PAY_TITLE="{value}"{sign}')
    assert rules(found) == [{"env": "PAY_TITLE", "equals": value}]


@pytest.mark.parametrize(
    ("sentence", "value"), [("PAY_KINDS=card,cash", "card,cash"), ("PAY_MODE=live.", "live")]
)
def test_a_comma_may_be_of_a_value_and_what_ends_the_sentence_is_not(
    sentence: str, value: str
) -> None:
    assert [each["equals"] for each in rules(of(sentence))] == [value]


@pytest.mark.parametrize(
    ("comment", "expected"),
    [
        ("# PAY_MODE=test", [{"env": "PAY_KIND", "equals": "card"}]),
        ("# Example values", [{"env": "PAY_KIND", "present": True}]),
    ],
)
def test_a_comment_assigns_nothing_and_may_say_that_values_are_examples(
    comment: str, expected: list[dict[str, object]]
) -> None:
    assert rules(of(f"Variables:\n  ```\n  {comment}\n  PAY_KIND=card\n  ```")) == expected


def test_a_value_in_quotes_in_a_block_of_code_may_have_blanks() -> None:
    found = of('Variables:\n  ```\n  PAY_TITLE="shop # 1"\n  ```')
    assert rules(found) == [{"env": "PAY_TITLE", "equals": "shop # 1"}]
