"""A rules file says what it looks like it says; each form of a rule means one thing."""

from __future__ import annotations

from datetime import date
from textwrap import dedent

import pytest

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checks.registry import kinds
from deploy_checklist.errors import Unusable
from deploy_checklist.outcome import Severity
from deploy_checklist.rules.clauses import META, SHORT
from deploy_checklist.rules.load import load, resolve
from rules.written import TWO, clauses, faults, rules, uses


def test_kinds_and_meta_keys_have_different_names() -> None:
    assert not set(kinds()) & set(META)


def test_the_short_forms_are_kinds() -> None:
    assert set(SHORT) <= set(kinds())


@pytest.mark.parametrize("rule", ["present", "{}", "", "{present: true}", "[present]"])
def test_a_variable_must_be_present_even_if_its_rule_says_nothing_else(rule: str) -> None:
    assert list(uses(rules(f"items: {{KEY: {rule or '~'}}}"), "KEY")) == ["present"]


@pytest.mark.parametrize("rule", ["secret", "absent"])
def test_secret_and_absent_replace_present(rule: str) -> None:
    assert list(uses(rules(f"items: {{KEY: {rule}}}"), "KEY")) == [rule]


def test_present_comes_before_the_checks_that_need_the_value() -> None:
    assert list(uses(rules("items: {KEY: {min_length: 3, one_of: [abc]}}"), "KEY")) == [
        "present",
        "min_length",
        "one_of",
    ]


def test_an_unconditional_secret_speaks_for_the_whole_list() -> None:
    found = clauses(
        rules("facts: {stripe: {env: P}}\nitems: {KEY: [secret, {when: stripe, matches: a.*}]}"),
        "KEY",
    )
    assert [[use.kind for use in clause.uses] for clause in found] == [["secret"], ["matches"]]


def test_a_conditional_secret_speaks_for_its_own_clause_only() -> None:
    text = "facts: {a: {env: P}}\nitems: {KEY: [{when: a, absent: true}, {when: not a, equals: x}]}"
    found = clauses(rules(text), "KEY")
    assert [[use.kind for use in clause.uses] for clause in found] == [
        ["absent"],
        ["present", "equals"],
    ]


def test_a_prose_rule_implies_nothing() -> None:
    assert list(uses(rules("items: {Certificates renewed: sign}"), "Certificates renewed")) == [
        "sign"
    ]


def test_a_prose_rule_judges_the_variable_it_names() -> None:
    [clause] = clauses(
        rules("items: {The shop's address: {env: SHOP_URL, url: true}}"), "The shop's address"
    )
    assert clause.env == "SHOP_URL"


def test_comparators_are_keys_of_one_kind_with_parameters_of_their_own() -> None:
    found = uses(rules("items: {KEY: {above: 0, below: 10}}"), "KEY")
    assert [found[key].params.model_fields_set for key in ("above", "below")] == [
        {"above"},
        {"below"},
    ]


def test_every_meta_key_is_read() -> None:
    found = rules(
        TWO
        + """
facts: {stripe: {env: P}}
items:
  KEY: {when: stripe, severity: {staging: warning}, enforce_from: 2026-12-24, owner: Backend, fix: roll it,
        waivable: false, env: OTHER, phase: after}
""",
        "staging",
    )
    _, clause = clauses(found, "KEY")
    assert clause.when is not None
    assert (clause.when.op, clause.when.name) == ("fact", "stripe")
    assert clause.severity is Severity.WARNING
    assert clause.enforce_from == date(2026, 12, 24)
    assert (clause.owner, clause.fix, clause.waivable, clause.env) == (
        "Backend",
        "roll it",
        False,
        "OTHER",
    )
    assert clause.phase is Phase.AFTER


def test_a_severity_by_environment_leaves_the_others_blockers() -> None:
    text = TWO + "items: {KEY: {severity: {staging: warning}}}"
    found = {
        name: clauses(rules(text, name), "KEY")[0].severity for name in ("staging", "production")
    }
    assert found == {"staging": Severity.WARNING, "production": Severity.BLOCKER}


def test_a_use_knows_its_place_in_the_file() -> None:
    found = uses(rules("items:\n  KEY:\n    min_length: 3\n    one_of: [a]\n"), "KEY")
    assert [(use.line, use.column) for use in found.values()] == [(3, 3), (4, 5), (5, 5)]


def test_roles_sections_waivers_and_sign_offs() -> None:
    found = rules(
        TWO
        + """
roles: {lead: ["@octo-lead", "@acme/leads"], on-call: maintain}
sections: {Rollback: {phase: reference}, Log: {skip: the gate writes it}}
items: {KEY: secret}
waivers:
  - {item: KEY, environment: staging, reason: "OPS-412", approved_by: "@octo-ops", expires: 2026-12-15}
signed:
  - {item: KEY, by: "@octo-lead", on: 2026-11-02, until: 2027-01-31, words: 12345678}
""",
        "staging",
    )
    assert found.roles == {"lead": ("@octo-lead", "@acme/leads"), "on-call": ("maintain",)}
    assert {title: (each.phase, each.skip) for title, each in found.sections.items()} == {
        "Rollback": (Phase.REFERENCE, None),
        "Log": (None, "the gate writes it"),
    }
    [waiver], [signed] = found.waivers, found.signed
    assert (waiver.item, waiver.environment, waiver.expires) == (
        "KEY",
        "staging",
        date(2026, 12, 15),
    )
    assert (signed.by, signed.on, signed.until, signed.words) == (
        "octo-lead",
        date(2026, 11, 2),
        date(2027, 1, 31),
        "12345678",
    )


def test_facts() -> None:
    found = rules(
        TWO
        + """
facts:
  stripe: {env: PROVIDER, equals: "${mode}"}
  clustering: {env: CLUSTERING, default: off}
  topology: {changed: ["infra/**/*.tf"]}
items: {KEY: present}
""",
        "staging",
    ).facts
    assert found["stripe"].comparison is not None
    assert found["stripe"].comparison.model_dump(exclude_unset=True) == {"equals": "test"}
    assert (found["clustering"].default, found["clustering"].comparison) == (False, None)
    assert found["topology"].changed == ("infra/**/*.tf",)


@pytest.mark.parametrize("given", ["staging", "production"])
def test_a_declared_environment_is_taken_by_its_name(given: str) -> None:
    assert rules(TWO + "items: {KEY: present}", given).environment == given


def test_the_only_environment_is_taken_unasked() -> None:
    assert rules("environments: {live: {}}\nitems: {KEY: present}").environment == "live"


@pytest.mark.parametrize("given", [None, "anything"])
def test_where_none_is_declared_any_name_is_accepted_and_none_is_needed(given: str | None) -> None:
    assert rules("items: {KEY: present}", given).environment == given


def test_none_named_of_two_lists_them() -> None:
    with pytest.raises(
        Unusable,
        match=r"which environment\?\nchoose one with `-e`; rules\.yml declares staging, production",
    ):
        rules(TWO + "items: {KEY: present}")


def test_an_unknown_environment_is_answered_with_the_nearest_and_all() -> None:
    with pytest.raises(Unusable) as caught:
        rules(TWO + "items: {KEY: present}", "prodction")
    assert str(caught.value).splitlines() == [
        "`prodction` is not an environment of the rules file",
        "Did you mean `production`? rules.yml declares staging, production",
    ]


def test_a_fault_of_one_environment_only_is_found_in_it() -> None:
    """`lint` tries every environment; `check` judges the one it is asked for."""
    text = "version: 1\nenvironments: {a: {port: 1}, b: {port: x}}\nitems: {KEY: {url: {port: '${port}'}}}"
    file = load(text, "rules.yml")
    assert resolve(file, "a", {}).environment == "a"
    with pytest.raises(Unusable, match=r"rules\.yml:3:27: `url\.port` must be a whole number"):
        resolve(file, "b", {})


def test_the_same_file_gives_the_same_rules() -> None:
    text = (
        dedent(TWO) + "items: {KEY: {url: {host: 'pay.${domain}'}, severity: {staging: warning}}}"
    )
    assert rules(text, "staging") == rules(text, "staging")


def test_a_file_may_say_that_people_are_asked_for_what_was_not_verified() -> None:
    assert not rules("items: {KEY: present}").assist
    assert rules("unverified: sign\nitems: {KEY: present}").assist
    assert faults("unverified: pass\nitems: {KEY: present}") == [
        "rules.yml:2:13: `unverified` must be one of sign"
    ]


def test_a_file_may_say_that_a_run_may_go_back() -> None:
    assert not rules("items: {KEY: present}").rollback
    assert rules("rollback: true\nitems: {KEY: present}").rollback
    assert not rules("rollback: false\nitems: {KEY: present}").rollback
    for written in ("yes", '"true"', "[production]", "1"):
        assert faults(f"rollback: {written}\nitems: {{KEY: present}}") == [
            "rules.yml:2:11: `rollback` must be true or false"
        ]


def test_a_variable_is_to_be_present_although_its_clause_judges_another() -> None:
    found = rules(
        "items: { KEY: { env: OTHER, when: staging, matches: x } }\nenvironments: { staging: {} }"
    )
    own, other = clauses(found, "KEY")
    assert ([use.kind for use in own.uses], own.env, own.when) == (["present"], None, other.when)
    assert ([use.kind for use in other.uses], other.env) == (["present", "matches"], "OTHER")
    [secret, other] = clauses(
        rules("items: { KEY: [ secret, { env: OTHER, matches: x } ] }"), "KEY"
    )
    assert ([use.kind for use in secret.uses], [use.kind for use in other.uses]) == (
        ["secret"],
        ["matches"],
    )
