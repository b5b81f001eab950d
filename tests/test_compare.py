"""`compare`: what two environments lack, share and mix up; and no value of either comes out."""

from __future__ import annotations

import io
import json
import os
import random
import re
import string
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy_checklist.cli import run
from deploy_checklist.commands.compare_formats import FORMS, json_schema
from servers.github import FakeHub
from servers.github.repository import Repository
from world.gits import git

FILES = int(os.environ.get("COMPARED_FILES", "15"))  # pairs; thousands by hand
PAGE = (Path(__file__).parents[1] / "docs/compare.md").read_text(encoding="utf-8")
RULES = """\
version: 1
checklist: docs/deployment-checklist.md
environments:
  staging:    { domain: staging.acme.example, mode: test, providers: [stripe, sandbox] }
  production: { domain: acme.example, mode: live, providers: [stripe, paynow] }
facts:
  stripe: { env: PAYMENT_PROVIDER, equals: stripe }
ignore: ["NPM_*"]
items:
  PAYMENT_PROVIDER: { one_of: "${providers}" }
  PAYMENT_API_KEY: [secret, { when: stripe, matches: "(sk|rk)_${mode}_.+" }]
  PAYMENT_CALLBACK_URL: { url: { scheme: https, host: "pay.${domain}" } }
  WORKERS: { at_least: 1 }
  SIGNER: secret
"""
CHECKLIST = "# Deployment checklist\n" + "".join(
    f"- [ ] `{name}` is right\n"
    for name in (
        "PAYMENT_PROVIDER",
        "PAYMENT_API_KEY",
        "PAYMENT_CALLBACK_URL",
        "WORKERS",
        "SIGNER",
    )
)
STAGING, PRODUCTION = "staging", "production"
TOKEN = "ghp_APersonsOwnToken00000000000000000000"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/deployment-checklist.md").write_text(CHECKLIST)
    (tmp_path / "deploy-checklist.yml").write_text(RULES)
    return tmp_path


def typed(*arguments: str, environ: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(["compare", *arguments], environ or {}, out, err)
    return code, out.getvalue(), err.getvalue()


def written(folder: Path, staging: str, production: str) -> list[str]:
    (folder / ".env.staging").write_text(staging)
    (folder / ".env.production").write_text(production)
    return [STAGING, PRODUCTION, "--env-file", ".env.staging", ".env.production"]


def found(folder: Path, staging: str, production: str) -> list[tuple[str, str, str | None]]:
    """Kind, name and environment of each difference."""
    code, out, err = typed(*written(folder, staging, production), "--format", "json")
    told = json.loads(out)
    Draft202012Validator(json_schema()).validate(told)
    assert (code, err) == (told["exit_code"], "")
    assert code == (1 if told["differences"] or told["unshown"] else 0)
    return [(each["kind"], each["name"], each["environment"]) for each in told["differences"]]


def test_a_name_that_one_lacks_or_leaves_empty_is_named_with_its_environment(folder: Path) -> None:
    assert found(folder, "A_URL=1\nB=\nC=\nNPM_X=1\n", "B=2\nC=\nD_URL=x\n") == [
        ("missing", "A_URL", PRODUCTION),
        ("missing", "D_URL", STAGING),
        ("empty", "B", STAGING),
    ]
    assert found(folder, "LOG_LEVEL=info\n", "LOG_LEVEL=info\n") == []


@pytest.mark.parametrize(
    "line",
    [
        "JWT_SECRET=a1b2",  # by its name
        "SIGNER=word",  # by a rule
        "DATABASE=postgres://shop:hunter2@db.example/shop",  # by the form of its value
    ],
)
def test_a_secret_that_is_the_same_in_both_must_differ(folder: Path, line: str) -> None:
    name = line.partition("=")[0]
    assert found(folder, f"{line}\n", f"{line}\n") == [("same", name, None)]
    assert found(folder, f"{line}\n", f"{name}=' {line.partition('=')[2]} '\n") == [
        ("same", name, None)
    ]
    assert found(folder, f"{line}\n", f"{line}x\n") == []


def test_what_both_environments_accept_may_be_the_same(folder: Path) -> None:
    """Of a list that differs, and of a bound that does not."""
    both = "PAYMENT_PROVIDER=stripe\nWORKERS=3\nLOG_LEVEL=info\nAPP_NAME=shop\n"
    assert found(folder, both, both) == []


@pytest.mark.parametrize(
    ("staging", "production", "expected"),
    [
        (
            "PAYMENT_CALLBACK_URL=https://pay.staging.acme.example/x",
            "PAYMENT_CALLBACK_URL=https://pay.staging.acme.example/x",
            [("same", "PAYMENT_CALLBACK_URL", PRODUCTION)],
        ),
        (
            "PAYMENT_CALLBACK_URL=https://pay.acme.example/y",
            "PAYMENT_CALLBACK_URL=https://pay.acme.example/x",
            [("other", "PAYMENT_CALLBACK_URL", STAGING)],
        ),
        (
            "PAYMENT_PROVIDER=stripe",
            "PAYMENT_PROVIDER=sandbox",
            [("other", "PAYMENT_PROVIDER", PRODUCTION)],
        ),
        ("PAYMENT_PROVIDER=x", "PAYMENT_PROVIDER=y", []),  # wrong in both: `check` tells
        (
            "DB_HOST=db.staging.acme.example",
            "DB_HOST=a.staging.acme.example",
            [("other", "DB_HOST", PRODUCTION)],
        ),
        ("DB_HOST=db.acme.example", "DB_HOST=b.acme.example", [("other", "DB_HOST", STAGING)]),
        ("BUCKET=shop-stg-1", "BUCKET=shop-stg-2", [("other", "BUCKET", PRODUCTION)]),
        ("BUCKET=shop-prod-1", "BUCKET=shop-prod-2", [("other", "BUCKET", STAGING)]),
        ("BUCKET=staging-to-prod", "BUCKET=from-staging-to-production", []),
        ("GATEWAY=mode:test", "GATEWAY=mode:test2", [("other", "GATEWAY", PRODUCTION)]),
        ("GATEWAY=latest", "GATEWAY=alive", []),
        ("GATEWAY=test", "GATEWAY=live-no-test", []),
        (  # right by the rule of its own environment, whatever word is in it
            "PAYMENT_CALLBACK_URL=https://pay.staging.acme.example/a",
            "PAYMENT_CALLBACK_URL=https://pay.acme.example/stg",
            [],
        ),
        ("CHAT_URL=https://a.example", "CHAT_URL=https://b.example", []),
        ("NODE_ENV=production", "NODE_ENV=production", []),  # how it is built
        ("APP_ENV=production", "APP_ENV=production", [("same", "APP_ENV", STAGING)]),
    ],
)
def test_a_value_of_the_other_environment_is_known_by_rule_host_and_word(
    folder: Path, staging: str, production: str, expected: list[Any]
) -> None:
    assert found(folder, f"{staging}\n", f"{production}\n") == expected


def test_a_rule_decides_only_where_its_condition_holds(folder: Path) -> None:
    """The key of a test account in production is staging's; of a provider without such keys not."""
    rules = RULES.replace('"(sk|rk)_${mode}_.+"', '"k${mode}k.+"')
    (folder / "deploy-checklist.yml").write_text(rules)
    staging = "PAYMENT_PROVIDER=stripe\nPAYMENT_API_KEY=ktestk1\n"
    told = found(folder, staging, "PAYMENT_PROVIDER=stripe\nPAYMENT_API_KEY=ktestk2\n")
    assert told == [("other", "PAYMENT_API_KEY", PRODUCTION)]
    assert found(folder, staging, "PAYMENT_PROVIDER=paynow\nPAYMENT_API_KEY=ktestk2\n") == []


def test_without_documents_names_and_words_decide(tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.chdir(tmp_path)
    git(tmp_path, "init", "-q")
    both = "API_TOKEN=a1b2c3\nAPP=x\n"
    assert found(tmp_path, both, f"{both}DB=staging\n") == [
        ("missing", "DB", STAGING),
        ("same", "API_TOKEN", None),
        ("other", "DB", PRODUCTION),
    ]


def test_a_device_is_no_development(folder: Path) -> None:
    (folder / "deploy-checklist.yml").unlink()
    for value, likely in (("/dev/stdout", []), ("https://x.example/dev/null", ["LOG_FILE"])):
        arguments = written(folder, "LOG_FILE=a\n", f"LOG_FILE={value}\n")
        _, out, _ = typed("development", *arguments[1:], "--format", "json")
        assert [each["name"] for each in json.loads(out)["differences"]] == likely


def test_files_of_one_name_are_reported_by_their_paths(folder: Path) -> None:
    for name in (STAGING, PRODUCTION):
        (folder / name).mkdir()
        (folder / name / ".env").write_text("A=1\n")
    arguments = (STAGING, PRODUCTION, "--env-file", "staging/.env", "production/.env")
    code, out, _ = typed(*arguments)
    assert (code, out.splitlines()[0]) == (
        0,
        "staging and production, by the file staging/.env and the file production/.env",
    )
    assert out.splitlines()[-1] == "1 name compared, with their values: no differences"


def test_a_name_that_may_be_a_value_is_counted_and_not_shown(folder: Path) -> None:
    pasted = "c2VjcmV0LWtleS1wYXN0ZWQ="
    for form in FORMS:
        code, out, _ = typed(*written(folder, "", f"{pasted}\n"), "--format", form)
        assert code == 1
        assert pasted[:8] not in out
    assert "1 more name in one file only" in typed(*written(folder, "", f"{pasted}\n"))[1]


# Nothing of a value comes out


def files_of(chance: random.Random) -> tuple[dict[str, str], dict[str, str]]:
    """Two files whose values are partly the same, long and short, with what would be escaped."""
    signs = string.ascii_letters + string.digits + "-_./:@%+é🚀`<&|*"
    names = ["PAYMENT_PROVIDER", "PAYMENT_API_KEY", "PAYMENT_CALLBACK_URL", "SIGNER", "DB_PASSWORD"]
    names += [f"NAME_{chance.randrange(30)}" for _ in range(6)]

    def value() -> str:
        own = "".join(chance.choices(signs, k=chance.randint(6, 60)))
        return chance.choice(("", "https://u:", "sk_test_", "staging-", "https://")) + own

    shared = {name: value() for name in names if chance.random() < 0.4}
    staging, production = (
        {name: value() for name in names if chance.random() < 0.7} | shared for _ in range(2)
    )
    return staging, production


def as_file(values: Mapping[str, str]) -> str:
    return "".join(f"{name}='{value}'\n" for name, value in values.items())


@pytest.mark.parametrize("seed", range(FILES))
def test_no_value_is_in_any_form_of_the_output(folder: Path, seed: int) -> None:
    """Nor half of one, nor its length: other values of other lengths give the same output."""
    staging, production = files_of(random.Random(seed))
    arguments = written(folder, as_file(staging), as_file(production))
    for form in FORMS:
        code, out, err = typed(*arguments, "--format", form)
        assert code in (0, 1), err
        for value in {*staging.values(), *production.values()}:
            half = value[len(value) // 3 : -len(value) // 3 or None]
            for part in (value, value[-8:], half if len(half) >= 6 else value):
                assert part not in out + err, form


def test_a_secret_that_is_a_word_of_the_output_can_be_compared(folder: Path) -> None:
    """`PASSWORD=secret` is a placeholder that every second file has."""
    staging = "A_URL=1\nB=\nC=staging.acme.example\nJWT_SECRET=x\nSIGNER=q1\nK_KEY=sk_test_1\n"
    staging += "PAYMENT_PROVIDER=sandbox\nDB=prod\nQ=live\n"
    production = "B=2\nC=d.staging.acme.example\nJWT_SECRET=x\nSIGNER=q2\nK_KEY=sk_test_2\n"
    production += "PAYMENT_PROVIDER=sandbox\nDB=dev\nQ=test\nc2VjcmV0LWtleS1wYXN0ZWQ=\n"
    for form in FORMS:
        _, out, _ = typed(*written(folder, staging, production), "--format", form)
        words = sorted({*re.findall(r"[A-Za-z_-]{4,}", out)})
        secrets = "".join(f"W{number}_KEY={word}\n" for number, word in enumerate(words))
        others = secrets.replace("\n", "_\n")
        arguments = written(folder, secrets + staging, others + production)
        code, out, err = typed(*arguments, "--format", form)
        assert code == 1, err
        assert len(words) > 30
        assert "***" not in out


def test_other_values_of_another_length_give_the_same_output(folder: Path) -> None:
    outputs = set()
    for stem in ("Zk3v", "q" * 300, "Xé9"):
        same, one, other = f"{stem}S", f"{stem}1aa", f"{stem}{stem}2"
        staging = f"JWT_SECRET='{same}'\nA_KEY='{one}'\nB='{one}'\n"
        production = f"JWT_SECRET='{same}'\nA_KEY='{other}'\nB='{same}'\nC_KEY='{stem}'\n"
        outputs |= {
            typed(*written(folder, staging, production), "--format", form) for form in FORMS
        }
    assert len(outputs) == len(FORMS)


def test_a_file_with_a_mistake_says_where_and_shows_no_value_of_either(folder: Path) -> None:
    arguments = written(folder, "A_KEY=hunter2hunter2\n", "hunter3hunter3\n")
    code, out, err = typed(*arguments)
    assert (code, out) == (2, "")
    assert ".env.production:1" in err
    assert "hunter" not in err


def test_what_was_typed_is_no_command_of_the_runner(folder: Path) -> None:
    (folder / "deploy-checklist.yml").unlink()
    arguments = written(folder, "A=1\n", "")
    for form in ("text", "markdown"):
        code, out, _ = typed("x\n::error::y", *arguments[1:], "--format", form)
        assert code == 1
        assert not any(line.lstrip().startswith("::") for line in out.splitlines())


def test_the_page_shows_what_is_printed(folder: Path) -> None:
    settings = "".join(f"SETTING_{number}=on\n" for number in range(9))
    staging = (
        f"{settings}PAYMENT_PROVIDER=stripe\nPAYMENT_WEBHOOK_SECRET=w1\nPAYMENT_API_KEY=sk_test_1\n"
        "SESSION_SECRET=s1\nPAYMENT_CALLBACK_URL=https://pay.staging.acme.example/cb\n"
    )
    production = staging.replace("PAYMENT_WEBHOOK_SECRET=w1\n", "").replace("test_1", "test_2")
    code, out, _ = typed(*written(folder, staging, production))
    assert code == 1
    shown = PAGE.partition("```console\n")[2].partition("```")[0].split("\n", 1)[1]
    assert out == shown


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        ([STAGING, STAGING], "both environments are"),
        (["Staging", STAGING], "both environments are"),
        ([STAGING, "prod"], "prod"),
        ([STAGING, PRODUCTION], "there is no token"),
        ([STAGING, PRODUCTION, "--env-file", "no.env", "none.env"], "no.env"),
    ],
)
def test_what_cannot_be_compared_says_why(folder: Path, arguments: list[str], why: str) -> None:
    code, out, err = typed(*arguments)
    assert (code, out) == (2, "")
    assert why in err


# What GitHub stores


@pytest.fixture
def repo(folder: Path, hub: FakeHub) -> Repository:
    git(folder, "remote", "add", "origin", "git@github.com:acme/shop.git")
    rights = {"secrets": "read", "environments": "read", "variables": "read"}
    hub.token(TOKEN, "octo-dev", rights)
    repo = hub.repository()
    repo.environments = {STAGING: {}, PRODUCTION: {}}
    return repo


def stored(hub: FakeHub, form: str = "json", token: str = TOKEN) -> tuple[int, str]:
    environ = {"GH_TOKEN": token, "GITHUB_API_URL": hub.url, "GITHUB_GRAPHQL_URL": hub.graphql_url}
    code, out, err = typed(STAGING, PRODUCTION, "--format", form, environ=environ)
    assert err == ""
    return code, out


def differences(hub: FakeHub) -> list[tuple[str, str, str | None]]:
    code, out = stored(hub)
    told = json.loads(out)["differences"]
    assert code == bool(told)
    return [(each["kind"], each["name"], each["environment"]) for each in told]


AT = datetime(2026, 11, 1, tzinfo=UTC)


def test_the_names_of_both_environments_are_compared_and_no_value_is_read(
    hub: FakeHub, repo: Repository
) -> None:
    """In eight requests, two for each environment and four for what both are given."""
    value = "a-value-of-a-variable"
    repo.environments = {STAGING: {"PAYMENT_API_KEY": AT}, PRODUCTION: {"SIGNER": AT}}
    repo.environment_variables = {
        STAGING: {"PAYMENT_PROVIDER": value, "WORKERS": value},
        PRODUCTION: {"WORKERS": value},
    }
    assert differences(hub) == [
        ("missing", "PAYMENT_API_KEY", PRODUCTION),
        ("missing", "PAYMENT_PROVIDER", PRODUCTION),
        ("missing", "SIGNER", STAGING),
    ]
    assert len(hub.requests) == 8
    for form in FORMS:
        assert value not in stored(hub, form)[1]
    assert "gh secret set PAYMENT_API_KEY --env production" in stored(hub, "text")[1]
    assert "Only names were compared" in stored(hub, "text")[1]


def test_what_the_repository_gives_to_both_is_not_lacking(hub: FakeHub, repo: Repository) -> None:
    repo.environment_variables = {STAGING: {"LOG_LEVEL": "x"}, PRODUCTION: {}}
    repo.environments[PRODUCTION] = {"CI_TOKEN": AT}
    repo.variables = {"LOG_LEVEL": "y"}
    repo.organization_secrets = {"CI_TOKEN": AT}
    assert differences(hub) == []


def test_a_name_that_is_a_secret_in_one_and_a_variable_in_the_other_is_reported(
    hub: FakeHub, repo: Repository
) -> None:
    repo.environments[STAGING] = {"WORKERS": AT}
    repo.environment_variables = {PRODUCTION: {"WORKERS": "3"}}
    assert differences(hub) == [("stored", "WORKERS", None)]
    repo.variables = {"WORKERS": "2"}  # `vars.WORKERS` is there in both
    assert differences(hub) == [("missing", "WORKERS", PRODUCTION)]
    assert "production lacks the secret WORKERS" in stored(hub, "text")[1]


def test_a_secret_of_the_release_that_both_take_from_the_repository_is_the_same(
    hub: FakeHub, repo: Repository
) -> None:
    """Not one that the release does not name, and not where one environment has its own."""
    repo.secrets = {"PAYMENT_API_KEY": AT, "SIGNER": AT, "NPM_TOKEN": AT, "CODECOV_TOKEN": AT}
    repo.environments[PRODUCTION] = {"SIGNER": AT}
    assert differences(hub) == [("same", "PAYMENT_API_KEY", None)]


def test_a_repository_of_a_user_has_no_organization(hub: FakeHub, repo: Repository) -> None:
    repo.organization_secrets = None
    assert differences(hub) == []


@pytest.mark.parametrize("form", FORMS)
def test_what_github_does_not_say_is_no_agreement(
    hub: FakeHub, repo: Repository, form: str
) -> None:
    hub.token("half", "octo-dev", {"secrets": "read", "environments": "read"})
    code, out = stored(hub, form, token="half")
    assert code == 3
    assert "Variables: read" in out
    assert "no differences" not in out
    del repo.environments[PRODUCTION]
    assert stored(hub, form)[0] == 3


def compared(hub: FakeHub, one: str, other: str) -> tuple[int, str, str]:
    environ = {"GH_TOKEN": TOKEN, "GITHUB_API_URL": hub.url, "GITHUB_GRAPHQL_URL": hub.graphql_url}
    return typed(one, other, environ=environ)


@pytest.fixture
def listed(folder: Path, hub: FakeHub, repo: Repository) -> FakeHub:
    """GitHub, for a token that may list environments; no rules file declares any."""
    (folder / "deploy-checklist.yml").unlink()
    rights = {"secrets": "read", "environments": "read", "variables": "read", "actions": "read"}
    hub.token(TOKEN, "octo-dev", rights)
    return hub


def test_an_environment_that_github_does_not_have_is_told_with_the_closest_one(
    listed: FakeHub,
) -> None:
    assert compared(listed, "stagin", PRODUCTION) == (
        2,
        "",
        "the repository has no environment `stagin`\n"
        "Did you mean `staging`? It has staging, production\n",
    )
    assert compared(listed, STAGING, "live")[2].splitlines()[1] == "It has staging, production"


def test_an_environment_that_github_has_costs_no_request_more(listed: FakeHub) -> None:
    assert compared(listed, STAGING, PRODUCTION)[0] == 0
    assert not [each for each in listed.requests if each.path.endswith("/environments")]


def test_what_the_token_may_not_list_is_not_said_to_be_misspelt(
    folder: Path, hub: FakeHub, repo: Repository
) -> None:
    (folder / "deploy-checklist.yml").unlink()
    code, out, err = compared(hub, "stagin", PRODUCTION)
    assert (code, err) == (3, "")
    assert "could not be found" in out


def test_an_environment_that_the_rules_do_not_declare_is_told_with_the_closest_one(
    hub: FakeHub, repo: Repository
) -> None:
    code, _, err = compared(hub, STAGING, "prodution")
    assert (code, err.splitlines()[1].partition("?")[0]) == (2, "Did you mean `production`")
    assert hub.requests == []
