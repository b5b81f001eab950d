"""What has drifted apart is told with its place and the fix; what agrees is not mentioned."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy_checklist.checklist.model import Drift
from deploy_checklist.checklist.parse import parse
from deploy_checklist.drift.compare import drift, near_boxes
from deploy_checklist.rules.bind import bind
from deploy_checklist.rules.load import load, resolve
from rules.written import TWO, checklist, rules


def found(document: str, text: str, environment: str | None = None) -> tuple[Drift, ...]:
    parsed, resolved = checklist(document), rules(text, environment)
    return drift(parsed, resolved, bind(parsed, resolved))


def told(
    document: str, text: str, environment: str | None = None
) -> list[tuple[str, str, str | None]]:
    """Kind, `file:line message`, and hint."""
    return [
        (each.kind, f"{each.file}:{each.line} {each.message}", each.hint)
        for each in found(document, text, environment)
    ]


def test_what_agrees_is_not_mentioned() -> None:
    document = """
    # Release
    - [ ] `KEY` present, rotated within 90 days
    - [ ] `MODE` is `live` or `test`
    - [ ] Certificates renewed
    ## Log
    | Secret | Owner |
    | --- | --- |
    | `KEY` | Backend |
    """
    text = """
    sections: {Log: {skip: the gate writes it}}
    roles: {lead: [maintain]}
    items:
      KEY: {secret: true, rotated_within: 90d, owner: backend}
      MODE: {one_of: [live, test]}
      Certificates renewed: {sign: {by: [lead, write, "@octo-lead"]}}
    """
    assert told(document, text) == []


def test_a_line_that_looks_like_a_box_is_reported_with_and_without_rules() -> None:
    document = "- [ ] Announced\n-[ ] Rehearsed\n"
    message = "“-[ ] Rehearsed” looks like a box, but GitHub displays none"
    hint = "if it is an item, write `- [ ] words` on a line of its own"
    assert ("box", f"checklist.md:2 {message}", hint) in told(document, "items: {Announced: sign}")
    assert [each.message for each in near_boxes(checklist(document))] == [message]


def test_an_item_and_a_variable_that_no_rule_speaks_of() -> None:
    document = """
    # Release
    - [ ] `A_KEY` and `B_KEY` set
    - [ ] `C_KEY` set
    - [ ] Certificates renewed for all
    """
    assert told(document, "items: {A_KEY: present}") == [
        (
            "unbound",
            "checklist.md:2 no rule covers `B_KEY`, which this item names",
            "add `B_KEY: present` under `items:`",
        ),
        (
            "unbound",
            "checklist.md:3 no rule covers “C_KEY set”, so a person must sign it",
            "add `C_KEY: present` under `items:`",
        ),
        (
            "unbound",
            "checklist.md:4 no rule covers “Certificates renewed for all”, so a person must sign it",
            "add `Certificates renewed for: sign` under `items:`",
        ),
    ]


def test_titles_struck_items_and_skipped_sections_need_no_rule() -> None:
    document = """
    # Release
    - [ ] **Payment:**
      - [ ] `KEY` set
    - [ ] ~~Certificates renewed~~
    ## Reference
    - [ ] Read this
    """
    assert told(document, "sections: {Reference: {phase: reference}}\nitems: {KEY: present}") == []


def test_the_rule_that_is_proposed_names_the_item_alone() -> None:
    document = "# R\n- [ ] Check the load balancer\n- [ ] Check the load of disks\n- [ ] `KEY`"
    hints = [each.hint for each in found(document, "items: {KEY: present}")]
    assert hints == [
        "add `Check the load balancer: sign` under `items:`",
        "add `Check the load of: sign` under `items:`",
    ]


PIN = "a pin (`<!-- rule: name -->`) keeps working if the item is reworded, moved or translated"


@pytest.mark.parametrize(
    ("item", "key", "kind", "said", "hint"),
    [
        ("`PAYMENT_KEY` set", "PAYMNT_KEY", "orphan", "no item in checklist.md names `PAYMNT_KEY`",
         "Did you mean `PAYMENT_KEY`?"),
        ("TLS certificates renewed for all hosts", "TLS certs renewed", "reworded",
         "the item of `TLS certs renewed` seems to be reworded: “TLS certificates renewed for all hosts”, line 2",
         f"if it is the same item, write `TLS certificates renewed`; {PIN}"),
        ("4. Run the migrations", "3. Run the migrations", "renumbered",
         "the item of `3. Run the migrations` was renumbered: “4. Run the migrations”, line 2",
         f'if it is the same item, write `"4. Run the"`; {PIN}'),
        ("Step 4: Run the migrations", "Step 3 run the migrations", "renumbered",
         "the item of `Step 3 run the migrations` was renumbered: “Step 4: Run the migrations”, line 2",
         f'if it is the same item, write `"Step 4: Run"`; {PIN}'),
        ("Run the migrations", "old-heading/run-the-migrations", "moved",
         "the item of `old-heading/run-the-migrations` is now under “R”, line 2",
         f"if it is the same item, write `Run the migrations`; {PIN}"),
        ("Les certificats sont à jour", "Certificates renewed", "orphan",
         "no item in checklist.md begins with `Certificates renewed`",
         f"if the item was deleted, remove the rule; if it was translated, pin it: {PIN}"),
    ],
)  # fmt: skip
def test_a_rule_whose_item_is_gone_says_what_became_of_it(
    item: str, key: str, kind: str, said: str, hint: str
) -> None:
    lost = [
        each
        for each in found(f"# R\n- [ ] {item}", f"items: {{'{key}': {{env: X, equals: y}}}}")
        if each.kind == kind
    ]
    assert [(each.message, each.hint, each.file, each.line) for each in lost] == [
        (said, hint, "rules.yml", 2)
    ]


def test_a_split_item_names_both_parts_and_neither_is_told_twice() -> None:
    document = (
        "# R\n- [ ] Alert rules were reviewed\n- [ ] On-call schedule is confirmed\n- [ ] `KEY`"
    )
    assert told(
        document, "items: {KEY: present, Alert rules reviewed on-call schedule confirmed: sign}"
    ) == [
        (
            "split",
            "rules.yml:2 the item of `Alert rules reviewed on-call schedule confirmed` seems to be split into lines 2 and 3",
            "write a rule for each: `Alert rules were` and `On-call schedule is`",
        )
    ]


@pytest.mark.parametrize(
    ("item", "rule", "said"),
    [
        ("`KEY` rotated every 60 days", "{rotated_within: 90d}", "the text says 60 days, but the rule says 90d"),
        ("`KEY` rotated, 90-day limit", "{rotated_within: 90d}", None),
        ("`KEY` rotated within 3 months", "{rotated_within: 90d}", None),
        ("`KEY` rotated within 2 weeks", "{rotated_within: 14d}", None),
        ("`KEY` rotated within a year", "{rotated_within: 90d}", None),
        ("`KEY` rotated; wait 10 minutes", "{rotated_within: 90d}", None),
        ("`KEY` is `stripe` or `adyen`", "{one_of: [stripe, paynow]}",
         "the text says `adyen`, but the rule's `one_of` does not list it"),
        ("`KEY` is `stripe`, etc.", "{one_of: [stripe, paynow]}", None),
        ("`KEY=test` is set", "{equals: live}", "the text says `test`, but the rule's `equals` has another value"),
        ("`KEY=live` is set in `compose`", "{equals: live}", None),
        ("`KEY` is `live` in `compose`", "{equals: live}", None),
        ("`KEY` is `true`", "{equals: true}", None),
        ("`KEY` and `OTHER` are `x`", "{one_of: [y]}", None),
    ],
)  # fmt: skip
def test_durations_and_literals_of_the_text_agree_with_the_rule(
    item: str, rule: str, said: str | None
) -> None:
    reworded = [
        each
        for each in found(f"# R\n- [ ] {item}", f"items: {{KEY: {rule}}}")
        if each.kind == "reworded"
    ]
    assert [(each.message, each.line, each.hint) for each in reworded] == (
        [(said, 2, "change the text, or line 2 of rules.yml")] if said else []
    )


def test_a_value_that_differs_between_environments_is_not_the_text_s_to_say() -> None:
    text = TWO + "items: {KEY: {equals: '${mode}'}}"
    assert [each.kind for each in found("# R\n- [ ] `KEY` is `live`", text, "staging")] == []


TABLE = """
# Release
- [ ] `KEY` set
- [ ] `OTHER` set

| Secret | Source of truth | Owner |
| --- | --- | --- |
| `KEY` | Vault | Finance Ops |
| `GONE_KEY` | Vault | Backend |
"""


def test_tables_against_rules() -> None:
    assert told(TABLE, "items: {KEY: {secret: true, owner: Backend}, OTHER: secret}") == [
        (
            "table",
            "checklist.md:7 two owners of `KEY`: Finance Ops in the table, Backend in the rule",
            "make both the same; the rule is in line 2",
        ),
        (
            "table",
            "checklist.md:8 the table lists `GONE_KEY`, but no item and no rule names it",
            "add an item for it",
        ),
        (
            "table",
            "rules.yml:2 no table lists the secret `OTHER` with its source and owner",
            "add a row for it to a table of checklist.md",
        ),
    ]


def test_unknown_roles_and_sections() -> None:
    text = """
    roles: {backend-lead: [maintain]}
    sections: {Deployement log: {skip: x}}
    items: {KEY: {sign: {by: [backend-led, backend-lead]}}}
    """
    assert told("# R\n- [ ] `KEY`\n## Deployment log\n", text) == [
        ("section", "rules.yml:3 the checklist has no section `Deployement log`", "Did you mean `Deployment log`?"),
        ("role", "rules.yml:4 `KEY` is signed by `backend-led`, but there is no such role",
         "Did you mean `backend-lead`?"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("item", "says"),
    [
        ("`KEY` set (optional)", "says that it is optional"),
        ("~~`KEY` set~~", "is struck through or N/A"),
        ("N/A `KEY` set", "is struck through or N/A"),
    ],
)
def test_words_that_take_back_an_item_that_has_a_rule(item: str, says: str) -> None:
    [weakened] = found(f"# R\n- [ ] {item}", "items: {KEY: present}")
    assert weakened.kind == "optional"
    assert weakened.message.endswith(f"{says}, but its rule still counts")
    assert weakened.hint == "remove the rule in line 2, or those words"


@pytest.mark.measures_time
def test_ten_thousand_orphans_take_no_longer_than_a_look() -> None:
    document = "# D\n" + "".join(f"- [ ] some words of item{n} here\n" for n in range(2_000))
    text = "items:\n" + "".join(f"  other words of thing{n}: sign\n" for n in range(10_000))
    start = time.process_time()
    assert len(found(document, text)) == 12_000
    assert time.process_time() - start < 10


WORDS = st.one_of(
    st.text(max_size=30),
    st.text(alphabet="ab:#`\"'{}[]-|>&*!%@,. 1\\T", max_size=20),
    st.sampled_from(
        [
            "yes",
            "null",
            "API",
            "TLS",
            "1.5",
            "2026-01-01",
            "- a",
            "? a",
            "a: b",
            "🎉",
            "API_KEY",
            "x ~2",
        ]
    ),
)


@settings(deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=5))
def test_every_line_that_is_proposed_is_a_rule_of_its_item(texts: list[str]) -> None:
    """It is there to be pasted: it loads, speaks of that item, and of it alone."""
    document = parse(
        "# R\n" + "".join(f"- [ ] {' '.join(text.split())}\n" for text in [*texts, "A_B is set"]),
        "c.md",
    )
    empty = load("version: 1\nitems: {}\n", "rules.yml")
    rules_of = resolve(empty, None, {})
    hints = [
        each.hint or ""
        for each in drift(document, rules_of, bind(document, rules_of))
        if each.kind == "unbound"
    ]
    lines = [hint.removeprefix("add `").removesuffix("` under `items:`") for hint in hints]
    assert all(
        hint == f"add `{line}` under `items:`" for hint, line in zip(hints, lines, strict=True)
    )
    for item, line in zip(
        [item for item in document.items if not item.is_title], lines, strict=True
    ):
        pasted = resolve(load(f"version: 1\nitems:\n  {line}\n", "rules.yml"), None, {})
        [rule] = pasted.rules
        assert item in bind(document, pasted).items_of[rule.key]
        assert rule.variable or [use.kind for clause in rule.clauses for use in clause.uses] == [
            "sign"
        ]
