"""A pull request that changes the gate is told so, item by item."""

from __future__ import annotations

import pytest

from deploy_checklist.errors import Unusable
from deploy_checklist.run.document_files import Documents, load_rules, read_checklist, resolve_rules
from deploy_checklist.run.gate_changes import changes, unusable_notice

CHECKLIST = "- [ ] Announced everywhere\n- [ ] `PAYMENT_PROVIDER` set\n"
RULES = """\
version: 1
roles: { lead: ["@octo-lead"] }
facts: { stripe: { env: PAYMENT_PROVIDER, equals: stripe } }
items:
  PAYMENT_PROVIDER: { one_of: [stripe, paynow] }
  Announced everywhere: { sign: { by: [lead] } }
"""


def changed_by(checklist: str = CHECKLIST, rules: str = RULES) -> list[tuple[str | None, str]]:
    def read(text: str, ruled: str) -> object:
        found = Documents(
            checklist=read_checklist(text.encode(), "c.md"),
            rules=load_rules(ruled.encode(), ".github/r.yml"),
        )
        return found.checklist, resolve_rules(found, None, {})

    found = changes(read(CHECKLIST, RULES), read(checklist, rules), "main")  # type: ignore[arg-type]
    return [(notice.item, notice.message.removeprefix("this pull request ")) for notice in found]


def test_nothing_is_said_where_only_lines_move() -> None:
    assert changed_by() == []
    assert changed_by(f"# Deployment\n\n{CHECKLIST}", f"# the rules\n{RULES}") == []


@pytest.mark.parametrize(
    ("checklist", "rules", "expected"),
    [
        (f"{CHECKLIST}- [ ] Champagne\n", RULES, ("champagne", "adds it to the gate")),
        (
            CHECKLIST.replace("- [ ] `PAYMENT_PROVIDER` set\n", ""),
            RULES,
            ("PAYMENT_PROVIDER", "takes it out of the gate"),
        ),
        (
            CHECKLIST.replace("set", "set or not"),
            RULES,
            ("PAYMENT_PROVIDER", "changes how it is checked"),
        ),
        (
            CHECKLIST,
            RULES.replace("[stripe, paynow]", "[paypal]"),
            ("PAYMENT_PROVIDER", "changes how it is checked"),
        ),
        (
            CHECKLIST,
            RULES.replace("[lead]", "[write]"),
            ("announced", "changes how it is checked"),
        ),
        (
            CHECKLIST,
            RULES.replace(
                "{ sign: { by: [lead] } }", "{ sign: { by: [lead] }, severity: warning }"
            ),
            ("announced", "changes how it is checked"),
        ),
        (
            CHECKLIST,
            RULES.replace("{ sign: { by: [lead] } }", "{ sign: { by: [lead] }, phase: reference }"),
            ("announced", "takes it out of the gate"),
        ),
        (
            CHECKLIST,
            RULES.replace("@octo-lead", "@octo-evil"),
            ("roles", "changes this part of the rules file"),
        ),
        (
            CHECKLIST,
            RULES.replace("equals: stripe", "equals: x"),
            ("facts", "changes this part of the rules file"),
        ),
        (
            CHECKLIST,
            f"{RULES}waivers:\n  - {{ item: announced, reason: x, approved_by: '@a', expires: 2030-01-01 }}\n",
            ("waivers", "changes this part of the rules file"),
        ),
        (
            CHECKLIST,
            f"{RULES}signed:\n  - {{ item: announced, by: '@a', on: 2026-01-01, words: 5be1c0d2 }}\n",
            ("signed", "changes this part of the rules file"),
        ),
        (
            CHECKLIST,
            f"{RULES}rollback: true\n",
            ("rollback", "changes this part of the rules file"),
        ),
        (
            CHECKLIST,
            f"{RULES}sections:\n  Payments: {{ skip: never }}\n",
            ("sections", "changes this part of the rules file"),
        ),
    ],
)
def test_whatever_opens_or_closes_the_gate_is_named(
    checklist: str, rules: str, expected: tuple[str | None, str]
) -> None:
    found = changed_by(checklist, rules)
    assert found[0][1].startswith("This pull request changes the gate: it ")
    assert f"`{expected[0]}" in found[0][1]
    assert expected in found


def test_own_words_that_would_stop_the_gate_are_reported_with_their_first_mistake() -> None:
    with pytest.raises(Unusable) as faulty:
        load_rules(b"version: 2\nitems: {}\n", ".github/r.yml")
    assert (
        "would stop the gate on main: .github/r.yml:1"
        in unusable_notice(faulty.value, "main").message
    )
