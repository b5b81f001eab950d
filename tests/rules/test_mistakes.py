"""Every mistake in a rules file is told with its place, why it is one, and what to do; all of them at once."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy_checklist.errors import Unusable
from deploy_checklist.rules.load import load
from rules.written import TWO, faults, rules

# One mistake each: what is written under `version: 1`, and what is said.
MISTAKES = [
    ("items: {KEY: secrt}", "2:14: `secrt` is not a rule; one word can only be present, secret, absent, sign. "
     "Did you mean `secret`?"),
    ("items: {KEY: url}", "2:14: `url` is not a rule; one word can only be present, secret, absent, sign. "
     "Write `{ url: … }`"),
    ("items: {KEY: 5}", "2:14: a rule must be a mapping, a list of mappings, or one of present, secret, absent, sign"),
    ("items: {KEY: []}", "2:14: `KEY` is an empty list: it checks nothing. Add a check, or `sign`"),
    ("items: {Some words: {}}", "2:21: `Some words` checks nothing. Add a check, or `sign`"),
    ("items: {KEY: {whn: x}}", "2:15: `whn` is neither a check nor a setting of a rule. Did you mean `when`?"),
    ("items: {KEY: {secret: false}}",
     "2:15: `secret` must not be false. Remove the line, or write `secret: true` or its parameters"),
    ("items: {KEY: {secret: }}",
     "2:15: `secret` has no value. Remove the line, or write `secret: true` or its parameters"),
    ("items: {KEY: {url: {schem: https}}}", "2:21: `schem` is not a parameter of `url`. Did you mean `scheme`?"),
    ("items: {KEY: {data: {file: f, at: a, each: {abov: 0}}}}",
     "2:45: `abov` is not a parameter of `data.each`. Did you mean `above`?"),
    ("items: {KEY: {min_length: x}}", "2:27: `min_length` must be a whole number"),
    ("items: {KEY: {one_of: []}}", "2:23: `one_of` must not be empty"),
    ("items: {KEY: {sign: {from: [tick, nod]}}}",
     "2:35: `sign.from[1]` must be 'tick', 'command', 'review' or 'environment'"),
    ("items: {KEY: {rotated_within: 90}}",
     "2:31: `rotated_within` is not a duration: write a number and one of s, m, h, d, w, such as 90d"),
    ("items: {KEY: {matches: '(?=a)'}}",
     "2:24: `matches` uses look-around (`(?=`, `(?!`, `(?<`), which Rust's regular expressions do not have"),
    (r"items: {KEY: {matches: '(a)\1'}}",
     "2:24: `matches` uses a back-reference, which Rust's regular expressions do not have"),
    ("items: {The words: {equals: 1}}", "2:21: `equals` needs a variable. Add `env: NAME` to this rule"),
    ("items: {The words: {url: {scheme: https}}}",
     "2:21: `url` needs a variable. Add `env: NAME` to this rule"),
    ("items: {KEY: {env: lower}}", "2:20: `env` must be a variable's name in UPPER_SNAKE"),
    ("items: {KEY: {waivable: no}}", "2:25: `waivable` must be true or false"),
    ("items: {KEY: {enforce_from: 2026-13-01}}",
     "2:29: `enforce_from` must be a real date such as 2026-12-31 (YYYY-MM-DD)"),
    ("items: {KEY: {phase: aftr}}",
     "2:22: `phase` must be one of before, deploy, after, reference. Did you mean `after`?"),
    ("items: {KEY: {severity: warn}}", "2:25: `severity` must be one of blocker, warning. Did you mean `warning`?"),
    ("items: {KEY: {severity: {prod: warning}}}",
     "2:26: `prod` is not an environment in this file. Declare it under `environments:`"),
    ("items: {KEY: {when: clustering}}",
     "2:21: `clustering` is not a fact and not an environment in this file. Declare it under `facts:`"),
    ("items: {KEY: {when: {any: [a]}}}",
     "2:21: `when` takes a fact, `not fact`, an environment, a list of them (all), or `{ any_of: [a, b] }`"),
    ("items: [KEY]", "2:8: `items` must be a mapping (`key: value` lines)"),
    ("item: {}\nitems: {KEY: present}", "2:1: `item` is not a key of the rules file. Did you mean `items`?"),
    ("items: {KEY: present}\nchecklist: [a]", "3:12: `checklist` must be text"),
    ("name: my api\nitems: {KEY: present}",
     "2:7: `my api` is not a valid name for a gate. Use A-Z a-z 0-9 . _ - and single slashes, at most 100 characters"),
    ("name: a//b\nitems: {KEY: present}",
     "2:7: `a//b` is not a valid name for a gate. Use A-Z a-z 0-9 . _ - and single slashes, at most 100 characters"),
    ("name: [api]\nitems: {KEY: present}", "2:7: `name` must be text"),
    ("name:\nitems: {KEY: present}", "2:6: `name` must be text"),
    ("items: {KEY: present, KEY: secret}",
     "2:23: duplicate key, first in line 2: keep one of the two"),
    ("facts: {stripe: }\nitems: {KEY: present}",
     "2:17: the fact `stripe` has no source: write `env: NAME` (a variable), `changed: [globs]` (files) or `ready: ENVIRONMENT`"),
    ("facts: {stripe: {equals: x}}\nitems: {KEY: present}",
     "2:17: the fact `stripe` has no source: write `env: NAME` (a variable), `changed: [globs]` (files) or `ready: ENVIRONMENT`"),
    ("facts: {stripe: {env: P, equls: x}}\nitems: {KEY: present}",
     "2:26: `equls` is not a key of the fact `stripe`. Did you mean `equals`?"),
    ("facts: {stripe: {env: P, default: maybe}}\nitems: {KEY: present}",
     "2:35: `default` must be true or false"),
    ("facts: {a: {env: P, changed: [x]}}\nitems: {KEY: present}",
     "2:12: the fact `a` has either `changed` and no other key, or `env` with comparators and `default`"),
    ("facts: {a: {ready: staging, default: false}}\nitems: {KEY: present}",
     "2:12: the fact `a` has either `ready` and no other key, or `env` with comparators and `default`"),
    ("environments: {staging: {}}\nfacts: {a: {ready: stagin}}\nitems: {KEY: present}",
     "3:20: `stagin` is not an environment in this file. Did you mean `staging`?"),
    ("facts: {a: {ready: [staging]}}\nitems: {KEY: present}",
     "2:20: `ready` must be text"),
    ("facts: {a: {env: P, equals: '${tag}'}}\nitems: {KEY: present}",
     "2:12: the fact `a` compares with a value that only a run has. Name the environment in the `when:` instead"),
    ("environments: {live: }\nfacts: {live: {env: P}}\nitems: {KEY: present}",
     "3:9: `live` is also an environment, so `when: live` is ambiguous"),
    ("environments: {live: {tag: x}}\nitems: {KEY: present}",
     "2:23: `tag` is reserved: each run sets it. Choose another name"),
    ("environments: {live: {domain: }}\nitems: {KEY: present}",
     "2:31: `domain` must be text, a number, true, false, or a list of these"),
    ("environments: {live: {domain: 'a.${x}'}}\nitems: {KEY: present}",
     "2:31: `${…}` does not work inside `environments:`: write `domain` in full"),
    ("roles: {lead: [octo-lead]}\nitems: {KEY: present}",
     "2:15: `octo-lead` in the role `lead` is not a person or a team. "
     "Write `@user`, `@organisation/team`, or one of write, maintain, admin"),
    ("roles: {admin: ['@octo-lead']}\nitems: {KEY: present}",
     "2:9: `admin` is a GitHub permission, so a role cannot have this name"),
    ("roles: {lead: []}\nitems: {KEY: present}", "2:15: the role `lead` is an empty list"),
    ("roles: {lead: []}\nitems: {KEY: {sign: {by: lead}}}", "2:15: the role `lead` is an empty list"),
    ("roles: {lead: [octo-lead, '@b']}\nitems: {KEY: {sign: {by: lead, count: 2}}}",
     "2:15: `octo-lead` in the role `lead` is not a person or a team. "
     "Write `@user`, `@organisation/team`, or one of write, maintain, admin"),
    ("roles: {lead: ['@a']}\nitems: {KEY: {sign: {by: led}}}",
     "3:15: nobody can sign: `led` is not a role in this file. Did you mean `lead`?"),
    ("roles: {lead: ['@a', '@A']}\nitems: {KEY: {sign: {by: lead, count: 2}}}",
     "3:15: 2 people must sign, but `lead` has only one person. Lower `count`, or name more people or a team"),
    ("roles: {lead: ['@a', '@b'], ops: ['@B']}\nitems: {KEY: {sign: {by: [lead, ops], count: 3}}}",
     "3:15: 3 people must sign, but `lead` or `ops` has only 2 people. Lower `count`, or name more people or a team"),
    ("sections: {Log: {}}\nitems: {KEY: present}",
     "2:17: the section `Log` has no setting: use `skip: reason`, `phase: before|deploy|after|reference` or `environment: name`"),
    ("environments: {staging: {}, production: {}}\nsections: {Log: {environment: stagin}}\nitems: {KEY: present}",
     "3:31: `stagin` is not an environment in this file. Did you mean `staging`?"),
    ("sections: {Log: {skip: true}}\nitems: {KEY: present}", "2:24: `skip` (the reason) must be text"),
    ("items: {KEY: present}\nwaivers: [{item: KEY, reason: r, approved_by: '@o'}]", "3:11: a waiver needs `expires:`"),
    ("items: {KEY: present}\nwaivers: [{item: KEY, reason: r, approved_by: '@o', expires: 15.12.2026}]",
     "3:62: `expires` must be a real date such as 2026-12-31 (YYYY-MM-DD)"),
    ("items: {KEY: present}\nwaivers: [{item: KEY, approved_by: '@o', expires: 2026-12-15}]",
     "3:11: a waiver needs `reason:`"),
    ("items: {KEY: present}\nwaivers: {item: KEY}", "3:10: `waivers` must be a list (each line begins with `- `)"),
    ("environments: {live: }\nitems: {KEY: present}\n"
     "waivers: [{item: KEY, environment: liv, reason: r, approved_by: '@o', expires: 2026-12-15}]",
     "4:36: `liv` is not an environment in this file. Did you mean `live`?"),
    ("items: {KEY: present}\nsigned: [{item: KEY, by: '@o', on: 2026-11-02, words: 5be1}]",
     "3:55: `words` must be the eight characters that the comment prints. Copy the whole line from the comment"),
    ("items: {KEY: {sign: {from: [nod]}}}",
     "2:29: `sign.from[0]` must be 'tick', 'command', 'review' or 'environment'"),
    ("items: {KEY: {aws_certificate: {domain: a.example, arn: mine}}}",
     "2:57: `aws_certificate.arn` must match `^arn:aws[a-z-]*:acm:[a-z0-9-]+:[0-9]*:certificate/.+$`"),
    ("items: {KEY: {http: {url: 'https://a.example', bearer_env: 'my token'}}}",
     "2:21: `my token` is not a variable's name. Use letters, digits and _, as in MY_TOKEN"),
    ("items: {KEY: {equals_env: KEY}}", "2:27: `equals_env` compares KEY with itself. Name another variable"),
    ("items: {KEY: {differs_from: KEY}}", "2:29: `differs_from` compares KEY with itself. Name another variable"),
    ("items: {KEY: {env: OTHER, equals_env: OTHER}}",
     "2:39: `equals_env` compares OTHER with itself. Name another variable"),
    ("items: {KEY: {contains: ''}}", "2:25: `contains` is empty, and every text contains an empty text"),
    ("items: {KEY: {file: {path: a, matches: ''}}}", "2:40: `file.matches` must not be empty"),
    ("items: {KEY: {above: 5, below: 3}}", "2:25: no number satisfies these bounds: above, below"),
    ("items: {KEY: {at_least: 5, below: 5}}", "2:28: no number satisfies these bounds: at_least, below"),
    ("items: {KEY: {data: {file: a.json, above: 5, at_most: 5}}}",
     "2:21: `data` no number satisfies these bounds"),
    ("items: {KEY: [absent, secret]}",
     "2:23: `absent` and `secret` of KEY can never both pass. Keep one, or give each its own `when:`"),
    ("items: {KEY: {absent: true, url: {scheme: https}}}",
     "2:29: `absent` and `url` of KEY can never both pass. Keep one, or give each its own `when:`"),
    ("items: {KEY: {exists: false}}",
     "2:15: `exists` can never pass here: the rule requires a value. "
     "If the variable must not be set, write `absent: true`"),
    ("items: {KEY: *x}", "2:14: `*` makes this an alias, and aliases are not allowed: write the value in full, or quote it"),
    ("items: {KEY: {matches: \"\\d\"}}",
     "2:25: not YAML: unknown escape; put a regular expression in 'single quotes'"),
    ("items: " + "[" * 50_000, "2:57: nested deeper than 50 levels"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"), MISTAKES, ids=[said.partition(": ")[2][:60] for _, said in MISTAKES]
)
def test_a_mistake_is_reported_with_its_place_and_what_to_do(text: str, said: str) -> None:
    assert faults(text) == [f"rules.yml:{said}"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "rules.yml:1:1: the rules file must be a mapping with `version:`, `items:`"),
        ("items: {KEY: present}", "rules.yml:1:1: the rules file needs `version:`"),
        ("version: 2\nitems: {KEY: present}", "rules.yml:1:10: unknown version of the rules file. "
         "Write `version: 1`"),
        ("version: true\nitems: {KEY: present}", "rules.yml:1:10: unknown version of the rules file. "
         "Write `version: 1`"),
    ],
)  # fmt: skip
def test_a_file_that_is_none(text: str, said: str) -> None:
    with pytest.raises(Unusable) as caught:
        load(text, "rules.yml")
    assert str(caught.value) == said


def test_all_mistakes_are_reported_together_in_the_order_of_the_file() -> None:
    """Those of the YAML, of the structure, of parameters, and those that only `${name}` brings about."""
    found = faults(
        TWO
        + """
facts: {stripe: }
items:
  A: {url: {schem: https}}
  A: present
  B: {equals: "${mood}", url: {port: "${mode}"}}
  C: [secrt, {when: strpe, min_length: x}]
"""
    )
    assert [re.sub(r"rules\.yml:(\d+):\d+: ", r"\1 ", line)[:26] for line in found] == [
        "6 the fact `stripe` has no",
        "8 `schem` is not a paramet",
        "9 duplicate key, first in ",
        "10 no environment declares",
        "10 `url.port` must be a wh",
        "11 `secrt` is not a rule; ",
        "11 `strpe` is not a fact a",
        "11 `min_length` must be a ",
    ]


@pytest.mark.parametrize(
    ("name", "mistaken"),
    [
        ("domain", []),
        ("tag", []),  # no run has one while a file is only loaded
        ("mood", ["no environment declares `${mood}`. Did you mean `mode`?"]),
    ],
)
def test_a_name_hides_no_other_mistake_of_its_check(name: str, mistaken: list[str]) -> None:
    """A value that cannot be had cannot be judged; all that stands beside it is."""
    url = f"{{host: 'a.${{{name}}}', schem: https, port: x}}"
    found = faults(TWO + f"items: {{KEY: {{url: {url}}}}}")
    assert [line.partition(": ")[2] for line in found] == [
        *mistaken,
        "`schem` is not a parameter of `url`. Did you mean `scheme`?",
        "`url.port` must be a whole number",
    ]


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("release", ["must be 'tag', or must be a mapping with `jobs`"]),
        ("{jobs: []}", [".jobs` must not be empty"]),
        (
            "{job: a}",
            ["needs `jobs`", "`job` is not a parameter of `workflow.before`. Did you mean `jobs`?"],
        ),
    ],
)
def test_where_a_word_or_a_mapping_is_allowed_the_mistake_is_about_the_one_written(
    written: str, told: list[str]
) -> None:
    found = faults(f"items: {{Some words: {{workflow: {{runs: make, before: {written}}}}}}}")
    assert len(found) == len(told)
    for line, end in zip(found, told, strict=True):
        assert line.endswith(end)


def test_what_needs_a_name_that_cannot_be_had_is_not_judged() -> None:
    rule = "{url: {port: '${version}'}, matches: '(${tag}', above: '${tag}', below: 0}"
    assert rules(f"items: {{KEY: {rule}}}").rules
    assert faults("items: {KEY: {above: ['${tag}']}}") == [
        "rules.yml:2:22: `above` must be a whole number, or must be a number"
    ]
    assert len(faults("items: {KEY: {http: {url: '${mood}'}, above: '${mood}', below: 0}}")) == 2


def test_values_of_an_environment_can_contradict_each_other() -> None:
    text = "environments: {live: {most: 3}}\nitems: {KEY: {above: 5, below: '${most}'}}"
    assert faults(text) == ["rules.yml:3:25: no number satisfies these bounds: above, below"]


def test_each_wrong_entry_of_an_environment_s_list_is_named() -> None:
    declared = "environments: {live: {ways: [tick, nod, wink]}}\n"
    found = faults(declared + "items: {KEY: {sign: {from: '${ways}'}}}")
    assert [line[:32] for line in found] == [
        "rules.yml:3:28: `sign.from[1]` m",
        "rules.yml:3:28: `sign.from[2]` m",
    ]


def test_the_mistakes_of_every_environment_are_reported_in_one_round() -> None:
    """Whichever is asked for, if it has one of its own."""
    names = ("a: {port: x, days: 1}", "b: {port: 1, days: y}", "c: {port: 1, days: 1}")
    declared = f"environments: {{{', '.join(names)}}}\n"
    text = f"{declared}items: {{KEY: {{url: {{port: '${{port}}'}}, min_length: '${{days}}'}}}}"
    assert rules(text, "c").environment == "c"
    for environment in ("a", "b"):
        with pytest.raises(Unusable) as caught:
            rules(text, environment)
        assert [fault.message for fault in caught.value.faults] == [
            "`url.port` must be a whole number",
            "`min_length` must be a whole number",
        ]


def test_of_a_thousand_environments_fifty_and_the_one_asked_for_are_read() -> None:
    """A file cannot make the loader read every rule for every environment."""
    names = ", ".join(
        f"e{number}: {{port: {1 if number < 999 else 'x'}}}" for number in range(1000)
    )
    text = f"environments: {{{names}}}\nitems: {{KEY: {{url: {{port: '${{port}}'}}}}, B: RULE}}"
    assert len(faults(text.replace("RULE", "secrt"))) == 1
    assert rules(text.replace("RULE", "secret"), "e998").environment == "e998"
    with pytest.raises(Unusable, match=r"`url\.port` must be a whole number"):
        rules(text.replace("RULE", "secret"), "e999")


def test_at_most_fifty_are_shown_and_the_rest_is_counted() -> None:
    with pytest.raises(Unusable) as caught:
        rules("items:\n" + "".join(f"  KEY_{number}: {{urll: true}}\n" for number in range(60)))
    lines = str(caught.value).splitlines()
    assert len(lines) == 51
    assert lines[-1] == "… and 10 more"


@given(st.text(max_size=80))
def test_no_text_makes_the_loader_raise_anything_else(text: str) -> None:
    try:
        load(text, "rules.yml")
    except Unusable as unusable:
        assert all(fault.line for fault in unusable.faults)


YAML_LIKE = st.recursive(
    st.sampled_from(["", "x", "KEY", "5", "true", "'${x}'", "'$${'", "secret", "2026-01-01", "90d"]),
    lambda inner: st.lists(inner, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
    | st.lists(
        st.tuples(
            st.sampled_from(
                ["KEY", "a b", "when", "any_of", "severity", "env", "url", "host", "sign", "data", "each", "matches",
                 "equals", "item", "expires", "live", "skip", "changed", "default", "min_length"]
            ),
            inner,
        ),
        max_size=4,
    ).map(lambda pairs: "{" + ", ".join(f"{key}: {value}" for key, value in pairs) + "}"),
    max_leaves=12,
)  # fmt: skip


@given(
    st.sampled_from(["items", "facts", "environments", "roles", "sections", "waivers", "signed"]),
    YAML_LIKE,
)
def test_no_structure_makes_the_loader_raise_anything_else(part: str, value: str) -> None:
    try:
        rules(f"{part}: {value}\n" + ("" if part == "items" else "items: {KEY: present}\n"))
    except Unusable as unusable:
        assert str(unusable)


@pytest.mark.parametrize(
    "rule",
    [
        "{at_least: 5, at_most: 5}",
        "[{when: f, absent: true}, {when: not f, secret: true}]",
        "[{absent: true}, {env: OTHER, secret: true}]",
        "[{absent: true, phase: before}, {secret: true, phase: after}]",
        "{data: {file: a.json, equals_env: KEY}}",
        "{data: {file: a.json, at: x, exists: false}}",
        "{data: {file: a.json, at: x, each: {empty: true}}}",
    ],
)
def test_what_can_hold_is_not_a_contradiction(rule: str) -> None:
    assert rules(f"facts: {{f: {{env: F}}}}\nitems: {{KEY: {rule}}}").rules
