"""Which sign-offs are taken for possible: a team and a permission may be any number of people."""

from __future__ import annotations

import pytest

from deploy_checklist.errors import Unusable
from deploy_checklist.rules.load import load, resolve

ROLES = "roles: { lead: ['@a'], pair: ['@a', '@b'], team: ['@acme/leads'], staff: [write] }"


def mistakes(sign: str) -> list[str]:
    """The faults of a rules file with this `sign`."""
    text = f"version: 1\n{ROLES}\nitems:\n  Announced: {{ sign: {sign} }}\n"
    try:
        resolve(load(text, "rules.yml"), None, {})
    except Unusable as error:
        return [fault.message for fault in error.faults]
    return []


@pytest.mark.parametrize(
    "sign",
    [
        "true",
        "{ by: lead }",
        "{ by: '@somebody' }",
        "{ by: ['@one', '@two'], count: 2 }",
        "{ by: [lead, '@c'], count: 2 }",
        "{ by: pair, count: 2 }",
        "{ by: pair, count: 2, not_author: true }",  # the author may be somebody else
        "{ by: team, count: 5 }",
        "{ by: '@acme/leads', count: 5 }",
        "{ by: [lead, team], count: 5 }",
        "{ by: staff, count: 5 }",
        "{ by: maintain, count: 5 }",
        "{ by: [unknown, lead] }",  # told as drift
    ],
)
def test_what_somebody_could_sign_is_not_a_mistake(sign: str) -> None:
    assert mistakes(sign) == []


@pytest.mark.parametrize(
    ("sign", "told"),
    [
        ("{ by: unknown }", "nobody can sign: `unknown` is not a role in this file"),
        ("{ by: [one, two] }", "nobody can sign: `one` and `two` are not roles in this file"),
        ("{ by: pair, count: 3 }", "3 people must sign, but `pair` has only 2 people"),
        ("{ by: [lead, pair], count: 3 }", "3 people must sign, but `lead` or `pair` has only 2 people"),
        ("{ by: ['@a', '@A'], count: 2 }", "2 people must sign, but `@a` or `@A` has only one person"),
        ("{ by: [unknown, lead], count: 2 }", "2 people must sign, but `unknown` or `lead` has only one person"),
    ],
)  # fmt: skip
def test_what_nobody_could_sign_is_one(sign: str, told: str) -> None:
    assert mistakes(sign) == [told]


@pytest.mark.parametrize("members", ["[]", "['x y']", "''"])
def test_a_role_with_a_mistake_is_not_reported_as_missing_too(members: str) -> None:
    text = f"version: 1\nroles: {{ lead: {members} }}\nitems:\n  Announced: {{ sign: {{ by: lead }} }}\n"
    with pytest.raises(Unusable) as caught:
        resolve(load(text, "rules.yml"), None, {})
    [fault] = caught.value.faults
    assert "the role `lead`" in fault.message
