"""Every sentence of docs/words.md means what the page says, and a closed form is closed."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from deploy_checklist.inference.patterns.closed import CLOSED, SentencePattern

from .items import of, rules

EXAMPLES = runpy.run_path(str(Path(__file__).parents[2] / "docs" / "generate.py"))


@pytest.mark.parametrize("phrase", CLOSED, ids=lambda phrase: phrase.example)
def test_a_sentence_of_a_closed_form_leaves_nothing_to_a_person(phrase: SentencePattern) -> None:
    found = of(phrase.example, under="Files and more", runs=lambda _command: True)
    assert found is not None
    assert found.checks
    assert found.remainder is None
    assert found.why is None


@pytest.mark.parametrize("phrase", CLOSED, ids=lambda phrase: phrase.example)
@pytest.mark.parametrize(
    "spoilt",
    [
        "{} if the shop is on",
        "{} (optional)",
        "{} and reviewed with care",
        "{}, e.g. on Monday",
        "{}?",
        "{} in Vercel",
    ],
)
def test_one_word_more_and_a_person_is_asked(phrase: SentencePattern, spoilt: str) -> None:
    found = of(spoilt.format(phrase.example.rstrip(".")))
    assert found is None or found.remainder is not None


@pytest.mark.parametrize("phrase", CLOSED, ids=lambda phrase: phrase.example)
@pytest.mark.parametrize(
    "under", ["Environment variables (Railway)", "If you use payments", "On the server", "Staging"]
)
def test_under_a_heading_of_another_place_or_case_a_person_is_asked(
    phrase: SentencePattern, under: str
) -> None:
    found = of(phrase.example, under=under)
    assert found is not None
    assert found.remainder is not None


def test_after_the_release_a_person_is_asked() -> None:
    found = of("All CI checks pass", under="After the release")
    assert found is not None
    assert found.remainder == "All CI checks pass"


@pytest.mark.parametrize("example", EXAMPLES["EXAMPLES_IN_PART"])
def test_a_sentence_that_is_understood_in_part_leaves_the_rest_to_a_person(example: str) -> None:
    found = of(example)
    assert rules(found)
    assert found is not None
    assert found.remainder
    assert found.why


@pytest.mark.parametrize("sentence", EXAMPLES["EXAMPLES_LEFT_TO_PEOPLE"])
def test_what_words_alone_cannot_show_is_left_to_a_person(sentence: str) -> None:
    found = of(sentence)
    assert found is None or found.remainder is not None


@pytest.mark.parametrize(
    ("sentence", "looked_at"),
    [
        (
            "`API_URL` and `CACHE_URL` are set",
            [{"env": "API_URL", "present": True}, {"env": "CACHE_URL", "present": True}],
        ),
        ("`SIGNING_KEY` present in GitHub secrets", [{"env": "SIGNING_KEY", "secret": True}]),
        ("`APP_MODE=live` is set", [{"env": "APP_MODE", "equals": "live"}]),
        ("Update APP_MODE before the release", [{"env": "APP_MODE", "present": True}]),
        (
            "Tests pass (`make test`) and `uv run mypy` passes",
            [{"ci": {"runs": "make test"}}, {"ci": {"runs": "uv run mypy"}}],
        ),
        (
            "`.env` and `.env.local` are not committed",
            [{"git": {"untracked": [".env", ".env.local"]}}],
        ),
        ("[docs/runbook.md](docs/runbook.md)", [{"file": "docs/runbook.md"}]),
        (
            "https://shop.acme.dev/health returns 200",
            [{"http": {"url": "https://shop.acme.dev/health"}}],
        ),
    ],
)
def test_the_arguments_are_those_of_the_words(
    sentence: str, looked_at: list[dict[str, object]]
) -> None:
    assert rules(of(sentence)) == looked_at


@pytest.mark.parametrize(
    "sentence",
    [
        "No `.env` files committed",
        "No .env file is tracked",
        "`.env` is not committed",
        "`.env` files are not checked in",
        "There is no `.env*` in the repository",
        "Never commit `.env`",
        "`.env` must never be committed",
        "Make sure that `.env` isn't in the repo",
        "Don't push `.env.*` files to GitHub",
    ],
)
def test_of_env_files_none_may_be_tracked(sentence: str) -> None:
    found = of(sentence)
    assert rules(found) == [{"git": {"no_env_files": True}}]
    assert found is not None
    assert found.remainder is None


@pytest.mark.parametrize(
    "sentence",
    [
        "No secrets or `.env` files committed",
        "Keine `.env`-Dateien im Repo",
        "`.env` не закоммичен",
        "`.env` 没有提交到仓库",
        "Ningún `.env` en el repositorio",
        "`.env` をコミットしない",
        "`.env` não commitado",
        "`.env` non commité",
        "`.env` non è nel repository",
        "`.env` commit edilmedi",
        "`.env` tidak di-commit",
    ],
)
def test_words_of_other_languages_are_understood_in_part(sentence: str) -> None:
    found = of(sentence)
    assert rules(found) == [{"git": {"no_env_files": True}}]
    assert found is not None
    assert found.remainder


@pytest.mark.parametrize(
    ("sentence", "kept_out"),
    [
        ("No `*.pem` files committed", {"untracked": "*.pem"}),
        ("No `.pem` or `.tfstate` files committed", {"untracked": ["*.pem", "*.tfstate"]}),
        ("`.env.production` is not committed", {"untracked": ".env.production"}),
        (
            "No `.env`, `*.pem` and `id_rsa` committed",
            {"no_env_files": True, "untracked": ["*.pem", "id_rsa"]},
        ),
    ],
)
def test_files_that_are_named_are_looked_for_by_their_names(
    sentence: str, kept_out: object
) -> None:
    assert rules(of(sentence)) == [{"git": kept_out}]


def test_that_no_secret_is_committed_cannot_be_checked() -> None:
    assert of("No secrets in the repo") is None


def test_variables_inside_one_command_come_in_the_order_of_the_words() -> None:
    names = [f"{letter}_NAME" for letter in "HGFEDCBA"]
    found = of(f"Run `echo {' '.join(f'${name}' for name in names)}` by hand")
    assert [rule["env"] for rule in rules(found)] == names


@pytest.mark.parametrize(
    "name",
    [
        *("DB_PASSWORD", "SESSION_SALT", "SECRET_KEY_BASE", "API_TOKEN_PROD", "OLD_DB_PASSWD"),
        *("JWTSECRET", "STRIPE_KEY_LIVE_V2", "GITHUB_PAT", "SECRET_STRIPE", "TOKEN_1"),
    ],
)
@pytest.mark.parametrize("form", ["`{}` is set to `r7Kq29`", "Set `{}=r7Kq29`", "`{}` = `r7Kq29`"])
def test_of_a_variable_named_like_a_secret_no_value_is_demanded(name: str, form: str) -> None:
    checks = [key for rule in rules(of(form.format(name))) for key in rule]
    assert checks
    assert "equals" not in checks


@pytest.mark.parametrize(
    "value",
    ["강력한-암호-여기에", "ihr-passwort", "$MODE", "op://Prod/Shop/mode", "redis://u:r7K@h"],
)
def test_no_value_and_no_credential_is_demanded(value: str) -> None:
    checks = [key for rule in rules(of(f"`MODE` is set to `{value}`")) for key in rule]
    assert "equals" not in checks


@pytest.mark.parametrize(
    "value",
    [
        *(
            "https://u:r7K@shop.acme.dev",
            "sk_live_51HqR2x9Kq",
            "AKIAQ7ZK29XLMPW4RT8B",
            "xoxb-12345678-r7Kq",
        ),
        *(
            "ghp_q7Zk29xLmPw4Rt8BvNs3q7Zk29xLmPw4Rt8B",
            "eyJhbGciOi.eyJzdWIi.c2ln",
            "q7Zk29xLmPw4Rt8BvNs3",
        ),
    ],
)
@pytest.mark.parametrize("form", ["`FEED` is set to `{}`", "Set `FEED={}`", "`FEED` = `{}`"])
def test_a_value_in_the_form_of_a_secret_is_one_under_any_name(form: str, value: str) -> None:
    found = of(form.format(value))
    assert found is not None
    assert rules(found) == [{"env": "FEED", "secret": True}]
    assert found.remainder is not None


@pytest.mark.parametrize("name", ["PASSWORD_MIN_LENGTH", "TOKEN_TTL", "JWT_ALGORITHM"])
def test_a_property_of_a_secret_is_demanded(name: str) -> None:
    assert rules(of(f"`{name}` is set to `12`")) == [{"env": name, "equals": "12"}]


@pytest.mark.parametrize("value", ["none", "info"])
def test_a_setting_that_the_words_write_out_is_demanded(value: str) -> None:
    assert rules(of(f"`MODE` is set to `{value}`")) == [{"env": "MODE", "equals": value}]
