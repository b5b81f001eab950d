"""What is asked of which item: environments of sections, settings, tables of secrets."""

from __future__ import annotations

from deploy_checklist.checklist.parse import parse
from deploy_checklist.engine.plan import ItemPlan, plan
from deploy_checklist.rules.bind import bind
from deploy_checklist.rules.load import load, resolve

DOCUMENT = """\
# Going live
## Staging
### Database
- [ ] Backups of staging looked at
## Production
- [ ] `API_KEY` is set
- [ ] ~~Old step~~
## Later
- [ ] TLS certificates renewed

| Secret | Source of truth | Owner |
| --- | --- | --- |
| `API_KEY` | vault | Ops |
| TLS cert bundle | the ACME job | DevOps |
"""
RULES = "version: 1\nenvironments: { staging: {}, production: {} }\nitems: { API_KEY: present }\n"


def planned(environment: str, rules: str = RULES) -> dict[str, ItemPlan]:
    checklist = parse(DOCUMENT, "x.md")
    resolved = resolve(load(rules, "rules.yml"), environment, {})
    return {each.item.text: each for each in plan(checklist, resolved, bind(checklist, resolved))}


def test_a_section_of_another_environment_is_skipped_with_all_that_is_in_it() -> None:
    """Also where the innermost heading names something else."""
    assert (
        planned("production")["Backups of staging looked at"].skip == "its section is for staging"
    )
    assert planned("staging")["Backups of staging looked at"].skip is None
    assert planned("staging")["API_KEY is set"].skip == "its section is for production"


def test_a_struck_item_is_skipped_unless_a_rule_names_it() -> None:
    assert planned("production")["Old step"].skip == "struck through or N/A in the document"
    ruled = planned(
        "production", RULES.replace("API_KEY: present", "API_KEY: present, Old step: sign")
    )
    assert ruled["Old step"].skip is None


def test_a_section_setting_skips_what_has_no_rule_of_its_own() -> None:
    rules = RULES + "sections: { Later: { skip: later }, Production: { skip: never mind } }\n"
    assert planned("production", rules)["TLS certificates renewed"].skip == "later"
    assert planned("production", rules)["API_KEY is set"].skip is None


def test_an_items_row_is_found_by_its_variable_or_by_its_words() -> None:
    found = planned("production")
    owners = {text: each.row.owner if each.row else None for text, each in found.items()}
    assert owners["API_KEY is set"] == "Ops"
    assert owners["TLS certificates renewed"] == "DevOps"
    assert owners["Old step"] is None


def test_a_rule_that_asks_nothing_leaves_the_item_to_a_person() -> None:
    rules = RULES.replace("API_KEY: present", "API_KEY: present, TLS certificates: { owner: Ops }")
    assert planned("production", rules)["TLS certificates renewed"].by_person
    assert not planned("production", rules)["API_KEY is set"].by_person


BOTH = """\
# Release
## Staging environment
- [ ] `PAY_TOKEN` is set
## Production environment
- [ ] `PAY_TOKEN` is set
## Later
- [ ] Anything else
"""
STAGING, PRODUCTION = "its section is for staging", "its section is for production"


def skips(environment: str | None, more: str = "", document: str = BOTH) -> list[str | None]:
    checklist = parse(document, "x.md")
    resolved = resolve(load(f"version: 1\n{more}items: {{}}\n", "rules.yml"), environment, {})
    return [each.skip for each in plan(checklist, resolved, bind(checklist, resolved))]


def test_a_section_is_asked_in_its_own_environment_only_although_none_is_declared() -> None:
    assert skips("staging") == [None, PRODUCTION, None]
    for production in ("production", "Production", "prod", "eu-production"):
        assert skips(production) == [STAGING, None, None]


def test_where_the_run_s_environment_tells_nothing_everything_is_asked() -> None:
    assert skips(None) == skips("acme") == skips("non-production") == [None] * 3


def test_a_rule_asks_in_the_environment_of_its_section_only() -> None:
    checklist = parse(BOTH, "x.md")
    resolved = resolve(load("version: 1\nitems: { PAY_TOKEN: secret }\n", "r"), "prod", {})
    planned = plan(checklist, resolved, bind(checklist, resolved))
    assert [each.skip for each in planned] == [STAGING, None, None]


def test_a_declared_environment_may_have_another_name_than_its_section() -> None:
    declared = "environments: { stg: {}, eu-prod: {}, us-prod: {} }\n"
    assert skips("stg", declared) == [None, "its section is for eu-prod", None]
    assert skips("us-prod", declared) == ["its section is for stg", None, None]


def test_nobody_would_ask_the_section_of_an_environment_that_is_not_declared() -> None:
    assert skips("production", "environments: { production: {} }\n") == [None, None, None]


def test_a_sure_section_outweighs_those_around_it() -> None:
    deeper = BOTH.replace("## S", "## Production checklist\n### S").replace("## P", "### P")
    for production in ("production", "prod"):
        assert skips(production, document=deeper)[:2] == [STAGING, None]


def test_a_section_s_setting_outweighs_its_heading() -> None:
    every = "sections: { Staging environment: { environment: any } }\n"
    assert skips("production", every) == [None, None, None]
    later = "sections: { Later: { environment: staging } }\n"
    assert skips("production", later) == [STAGING, None, STAGING]
    assert skips("stg", later) == [None, PRODUCTION, None]
    own = "sections: { Later: { environment: acme } }\n"
    assert skips("acme", own) == [None, None, None]
    assert skips("production", own) == [STAGING, None, "its section is for acme"]
