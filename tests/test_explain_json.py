"""`explain --format json`: the text can be made from it alone, so that nothing is missing in it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest
from jsonschema import Draft202012Validator

from deploy_checklist.cli import run
from deploy_checklist.commands.explain_formats import as_text, json_schema
from deploy_checklist.commands.explain_result import Explanation
from test_explain import SHOP, SHOP_RULES

ITEMS = """\
- [ ] `OUTCOME_MODE` says who pays
- [ ] `RELEASE_TAG` is the tag
- [ ] Parcel arrived (optional)
- [ ] **Fares**
  - [ ] Fares compared

## Staging
- [ ] `STAGE_KEY` is set

## Rollback
- [ ] Revert
"""
RULES = """\
  OUTCOME_MODE: { when: { any_of: [not stripe, [clustering, production]] }, one_of: [a, b], fix: ask Ops, waivable: false }
  RELEASE_TAG: { equals: "${tag}", enforce_from: 2001-01-01 }
  "Parcel arrived": { sign: { by: ["@octo"], per: once, valid_for: 30d, that: it arrived }, phase: after }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deploy-checklist.md").write_text(SHOP + ITEMS)
    (tmp_path / "deploy-checklist.yml").write_text(
        SHOP_RULES.replace("waivers:", f"{RULES}waivers:")
    )
    return tmp_path


def typed(*arguments: str, environ: Mapping[str, str] | None = None) -> str:
    out, err = io.StringIO(), io.StringIO()
    assert (run(["explain", *arguments], environ or {}, out, err), err.getvalue()) == (0, "")
    return out.getvalue()


def rows(*arguments: str, environ: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
    """Each item by its id."""
    out = typed("--format", "json", *arguments, environ=environ)
    found = json.loads(out)
    Draft202012Validator(json_schema()).validate(found)
    return {each["id"]: each for each in found}


def remade(*arguments: str, environ: Mapping[str, str] | None = None) -> str:
    """The text, made from the JSON alone."""
    out = typed("--format", "json", *arguments, environ=environ)
    return as_text(msgspec.json.decode(out, type=list[Explanation]))


@pytest.mark.parametrize("environ", [{}, {"CLUSTERING": "yes", "PROVIDER": "stripe"}])
@pytest.mark.parametrize("environment", ["staging", "production"])
def test_the_text_can_be_made_from_the_json(
    folder: Path, environment: str, environ: Mapping[str, str]
) -> None:
    assert remade("-e", environment, environ=environ) == typed("-e", environment, environ=environ)
    (folder / "deploy-checklist.yml").unlink()
    assert remade(environ=environ) == typed(environ=environ)


def test_every_key_is_always_there(folder: Path) -> None:
    for environment in ("staging", "production"):
        for each in rows("-e", environment).values():
            assert set(each) == {*Explanation.__struct_encode_fields__}
    Draft202012Validator.check_schema(json_schema())


def test_a_rule_is_data_with_its_place(folder: Path) -> None:
    (rule,) = rows("-e", "production")["PAYMENT_KEY"]["rules"]
    assert (rule["key"], rule["file"], rule["line"]) == ("PAYMENT_KEY", "deploy-checklist.yml", 11)
    assert rule["written"].splitlines()[2] == "  # only Stripe's keys say the mode"
    assert rule["placeholders"] == {"mode": "live"}
    always, if_stripe = rule["clauses"]
    assert (always["when"], always["severity"]) == (None, "blocker")
    assert if_stripe["checks"] == [{"kind": "matches", "params": {"matches": "sk_live_.+"}}]
    assert (if_stripe["when"]["condition"], if_stripe["when"]["asked"]) == ("stripe", None)
    assert if_stripe["severity"] == "warning"
    assert rule["waivers"] == [
        {
            "expires": "2001-01-01",
            "expired": True,
            "reason": "old",
            "approved_by": "@ops",
            "file": "deploy-checklist.yml",
            "line": rule["waivers"][0]["line"],
        }
    ]


def test_a_condition_is_data_with_its_value_now(folder: Path) -> None:
    def when(**environ: str) -> dict[str, Any]:
        found = rows("-e", "production", environ=environ)["OUTCOME_MODE"]["rules"][0]
        answer: dict[str, Any] = found["clauses"][0]["when"]
        return answer

    assert when()["condition"] == {"any_of": ["not stripe", ["clustering", "production"]]}
    assert when(PROVIDER="stripe", CLUSTERING="yes")["asked"] is True
    assert when(PROVIDER="stripe", CLUSTERING="no")["asked"] is False
    assert when()["asked"] is None
    assert when()["why"] == "cannot decide stripe: PROVIDER was not set"


def test_who_may_sign_is_data(folder: Path) -> None:
    found = rows("-e", "production")
    (clause,) = found["prices"]["rules"][0]["clauses"]
    assert clause["signs"] == [
        {
            "by": [
                {"role": "lead", "members": ["@octo-lead", "@acme/leads"]},
                {"role": "admin", "members": []},
            ],
            "from": ["review", "tick"],
            "count": 2,
            "not_author": True,
            "per": "commit",
            "valid_for": None,
        }
    ]
    (clause,) = found["parcel"]["rules"][0]["clauses"]
    assert (clause["signs"][0]["valid_for"], clause["phase"]) == ("30d", "after")
    assert found["newsletter"]["box_signers"] == ["write"]
    assert found["PAYMENT_KEY"]["box_signers"] == []


def test_settings_of_a_rule_and_what_cannot_be_known_are_reported(folder: Path) -> None:
    found = rows("-e", "production")
    (clause,) = found["OUTCOME_MODE"]["rules"][0]["clauses"]
    assert (clause["fix"], clause["waivable"]) == ("ask Ops", False)
    (clause,) = found["CACHE_URL"]["rules"][0]["clauses"]
    assert (clause["severity"], clause["warns_until"]) == ("blocker", "2099-01-01")
    assert clause["owner"] == "SRE"
    (clause,) = found["RELEASE_TAG"]["rules"][0]["clauses"]
    assert "${tag}" in clause["problem"]
    assert clause["warns_until"] is None


def test_why_an_item_has_no_rule_or_is_not_asked_is_reported(folder: Path) -> None:
    found = rows("-e", "production")
    assert found["newsletter"]["no_rule"].startswith("deploy-checklist.yml has no rule for it")
    assert found["fax"]["skipped"] == "struck through or N/A in the document"
    assert found["STAGE_KEY"]["environment"] == "staging"
    assert found["revert"]["no_rule"] == "it is for reference and never checked"
    (folder / "deploy-checklist.yml").unlink()
    (rule,) = rows()["PAYMENT_KEY"]["rules"]
    assert (rule["file"], rule["line"]) == (None, None)
    assert rule["written"] == "PAYMENT_KEY: { secret: true }"


def test_what_cannot_be_used_leaves_the_output_empty(folder: Path) -> None:
    (folder / "deploy-checklist.yml").write_text("version: 1\nitems: [\n")
    out, err = io.StringIO(), io.StringIO()
    assert run(["explain", "--format", "json"], {}, out, err) == 2
    assert out.getvalue() == ""
    assert "not YAML" in err.getvalue()


def test_no_value_of_a_variable_is_shown_as_a_text_or_as_a_number(folder: Path) -> None:
    (folder / "deploy-checklist.yml").write_text(
        "version: 1\nenvironments: { production: { most: 12345678, word: hunter2-hunter2 } }\nitems:\n"
        '  OUTCOME_MODE: { one_of: ["${word}", b], min_length: 12345678 }\n'
        "  CACHE_URL: { at_most: 87654321.5, secret: true, min_length: '${most}' }\n"
    )
    environ = {"A_TOKEN": "hunter2-hunter2", "CACHE_URL": "12345678", "B_KEY": "87654321.5"}
    for form in ("text", "json"):
        out = typed("--format", form, environ=environ)
        for value in environ.values():
            assert value not in out
        assert "***" in out
    (clause,) = rows(environ=environ)["OUTCOME_MODE"]["rules"][0]["clauses"]
    params = {check["kind"]: check["params"] for check in clause["checks"]}
    assert params["min_length"] == {"min_length": "***"}
    assert params["one_of"] == {"one_of": ["***", "b"]}


@pytest.mark.parametrize("value", ["line", "rules", "matches", "partial", "clauses", "1111"])
def test_a_secret_that_is_a_word_of_the_form_does_not_break_it(folder: Path, value: str) -> None:
    found = rows("-e", "production", environ={"PAYMENT_KEY": value})
    without = rows("-e", "production")
    assert [set(each) for each in found.values()] == [set(each) for each in without.values()]
    for id_, each in found.items():
        assert each["checks"] == without[id_]["checks"]


def test_hostile_words_are_text(folder: Path) -> None:
    words = "Pay\u2028::error::x \x1b[31mred ##[error]y \u202etxt\u202c"
    (folder / "deploy-checklist.md").write_text(f"- [ ] {words}\n- [ ] `API_KEY` {words}\n")
    (folder / "deploy-checklist.yml").write_text("version: 1\nitems: { API_KEY: secret }\n")
    out = typed("--format", "json")
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", out)
    assert "##[" not in out
    assert not [line for line in out.splitlines() if line.strip().startswith("::")]
