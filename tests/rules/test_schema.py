"""The published JSON Schema takes what the loader takes, and names the same mistake at the same place."""

from __future__ import annotations

from functools import cache

import pytest
from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match

from deploy_checklist.checks.registry import kinds
from deploy_checklist.data_formats import parse_yaml
from deploy_checklist.rules.clauses import META
from deploy_checklist.rules.load import TOP
from deploy_checklist.rules.schema import json_schema
from rules.written import TWO, faults, rules


@cache
def schema() -> Draft202012Validator:
    Draft202012Validator.check_schema(json_schema())
    return Draft202012Validator(json_schema())


def complaint(text: str) -> str | None:
    """`path: message` of what an editor would underline."""
    error = best_match(schema().iter_errors(parse_yaml("version: 1\n" + text, "rules.yml").plain()))
    return f"{'.'.join(map(str, error.absolute_path))}: {error.message}" if error else None


def test_every_key_is_in_it() -> None:
    found = json_schema()
    assert set(found["properties"]) == set(TOP)
    assert set(found["$defs"]["clause"]["properties"]) == {*kinds(), *META}


@pytest.mark.parametrize(
    ("text", "ours", "theirs"),
    [
        (
            "items: {KEY: {data: {file: f, at: a, each: {abov: 0}}}}",
            "rules.yml:2:45: `abov` is not a parameter of `data.each`. Did you mean `above`?",
            "items.KEY.data.each: Additional properties are not allowed ('abov' was unexpected)",
        ),
        (
            "items: {KEY: [secret, {url: {schem: https}}]}",
            "rules.yml:2:30: `schem` is not a parameter of `url`. Did you mean `scheme`?",
            "items.KEY.1.url: Additional properties are not allowed ('schem' was unexpected)",
        ),
        (
            "items: {KEY: {sign: {per: relase}}}",
            "rules.yml:2:27: `sign.per` must be 'release', 'commit' or 'once'",
            "items.KEY.sign.per: 'relase' is not one of ['release', 'commit', 'once']",
        ),
        (
            "items: {KEY: secrt}",
            "rules.yml:2:14: `secrt` is not a rule; one word can only be present, secret, absent, sign. "
            "Did you mean `secret`?",
            "items.KEY: 'secrt' is not one of ['present', 'secret', 'absent', 'sign', None]",
        ),
    ],
)
def test_a_typo_three_levels_down_is_named_by_both(text: str, ours: str, theirs: str) -> None:
    assert faults(text) == [ours]
    assert complaint(text) == theirs


@pytest.mark.parametrize(
    "items",
    [
        "{KEY: secret, OTHER: , The words: sign}",
        "{KEY: {when: [a, {any_of: [not b, staging]}], severity: {staging: warning}}}",
        "{KEY: [secret, {when: a, matches: 'x_${mode}'}], URL: {url: {scheme: https, host: ['a', '.b']}}}",
        "{KEY: {rotated_within: 90d, min_length: '${days}', one_of: [a, 1, true], equals: 1.10}}",
        "{KEY: {rotated_within: {within: 90d, source: env, name: KEY_DATE}}}",
        "{KEY: {sign: {by: write, count: 2, valid_for: 30d, from: [tick]}, waivable: false, enforce_from: 2026-12-01}}",
        "{KEY: {data: {file: f.json, at: 'a[]', each: {above: 0}}}}",
        "{URL: {http: true, tls: {host: x.example, min_days: 10}}}",
        "{URL: {http: {expect: 204, timeout: 10}}, The words: {file: {path: a.yml, contains: b}}}",
        "{One: {git: {ignored: .env}}, Other: {git: {untracked: '*.pem'}}, Third: {ci: {checks: build}}}",
        "{KEY: {min_length: '10', empty: no}, URL: {url: {port: '443', allow_private: yes}}}",
    ],
)
def test_what_the_loader_takes_an_editor_takes(items: str) -> None:
    text = f"{TWO}facts: {{a: {{env: A, equals: x}}, b: {{changed: ['*.tf']}}, c: {{ready: staging}}}}\nitems: {items}\n"
    rules(text, "staging")
    assert complaint(text) is None
