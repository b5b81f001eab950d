"""`${name}` is replaced by the environment's own value, once, and never read as a pattern."""

from __future__ import annotations

import re
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy_checklist.data_formats import Node
from deploy_checklist.rules import substitute
from deploy_checklist.rules.faults import Faults
from rules.written import TWO, faults, rules, uses


def substituted(written: object, values: Mapping[str, object], *, in_regex: bool = False) -> object:
    """As `substitute.substituted`, from plain data to plain data."""
    names = substitute.Substitutes(environments={"live": values}, values=values)
    node = substitute.substituted(node_of(written), names, Faults("r.yml"), in_regex=in_regex)
    return node.plain()


def node_of(written: object) -> Node:
    if isinstance(written, dict):
        return Node({key: node_of(each) for key, each in written.items()}, 1, 1)
    return Node(written, 1, 1)


def test_each_environment_has_its_own() -> None:
    text = TWO + "items: {KEY: {url: {host: 'pay.${domain}'}}}"
    found = {
        name: uses(rules(text, name), "KEY")["url"].params for name in ("staging", "production")
    }
    assert {name: params.host for name, params in found.items()} == {
        "staging": ("pay.staging.acme.example",),
        "production": ("pay.acme.example",),
    }


def test_alone_it_keeps_its_type() -> None:
    assert substituted(
        {"a": "${n}", "b": "${t}", "c": "${l}"}, {"n": 3, "t": True, "l": [1, "x"]}
    ) == {
        "a": 3,
        "b": True,
        "c": [1, "x"],
    }


def test_inside_a_text_it_is_written_as_in_the_file() -> None:
    assert substituted("port ${n}, ${t}", {"n": 3, "t": True}) == "port 3, true"


def test_two_dollars_are_the_characters_themselves() -> None:
    assert substituted("$${domain} ${domain}", {"domain": "x"}) == "${domain} x"


def test_what_is_put_in_is_not_read_again() -> None:
    assert substituted("${a}", {"a": "${b}", "b": "x"}) == "${b}"


def test_in_a_regular_expression_it_is_escaped_at_any_depth() -> None:
    found = rules(TWO + "items: {KEY: {matches: 'https://${domain}/.*'}}", "production")
    assert uses(found, "KEY")["matches"].params.matches == r"https://acme\.example/.*"
    assert substituted({"each": {"matches": "${d}"}}, {"d": "a.b"}) == {
        "each": {"matches": r"a\.b"}
    }


@given(st.text(max_size=20))
def test_an_escaped_value_matches_itself_only(value: str) -> None:
    pattern = substituted("${v}", {"v": value}, in_regex=True)
    assert isinstance(pattern, str)
    assert re.fullmatch(pattern, value)
    assert not re.fullmatch(pattern, value + "x")


def test_a_name_that_the_run_does_not_have_makes_the_check_unlooked_at() -> None:
    found = uses(rules("items: {KEY: {equals: '${tag}'}}"), "KEY")["equals"]
    assert (found.params, found.problem) == (None, "${tag} has no value: this run has no tag")


def test_a_name_that_the_run_has_is_used() -> None:
    found = uses(rules("items: {KEY: {equals: '${tag}'}}", tag="v1.2.0"), "KEY")["equals"]
    assert (found.params.equals, found.problem) == ("v1.2.0", None)


def test_the_environment_s_name_is_always_at_hand() -> None:
    found = uses(rules(TWO + "items: {KEY: {equals: '${environment}'}}", "staging"), "KEY")[
        "equals"
    ]
    assert found.params.equals == "staging"


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        (
            "{equals: '${mode}'}",
            "15: `${mode}` is missing in production. Every environment must declare each name that a rule uses",
        ),
        (
            "{one_of: [x, 'a-${domian}']}",
            "19: no environment declares `${domian}`. Did you mean `domain`?",
        ),
        (
            "{equals: 'a${'}",
            "15: `${` has no name or no closing `}`. For the two characters themselves, write `$${`",
        ),
        (
            "{equals: 'a${list}'}",
            "15: `${list}` is a list, so it cannot be part of a text: write it by itself",
        ),
    ],
)
def test_a_name_must_exist_in_every_environment(rule: str, said: str) -> None:
    declared = "environments: {staging: {domain: s, mode: t, list: [a]}, production: {domain: p, list: [b]}}\n"
    assert faults(f"{declared}items: {{KEY: {rule}}}") == [
        f"rules.yml:3:{int(said[:2]) + 8}{said[2:]}"
    ]


def test_what_a_person_reads_has_the_environment_s_names_and_keeps_a_shell_s_own() -> None:
    text = (
        TWO
        + "items: {KEY: {owner: 'team ${mode}', fix: 'set KEY on ${domain} to ${VALUE} for ${tag}'}}"
    )
    [clause] = rules(text, "staging").rules[0].clauses
    assert (clause.owner, clause.fix) == (
        "team test",
        "set KEY on staging.acme.example to ${VALUE} for ${tag}",
    )
