"""What is left to a person of an item says what it is about, in every language."""

from __future__ import annotations

import pytest

from deploy_checklist.checklist.model import Item
from deploy_checklist.checklist.parse import parse
from deploy_checklist.inference.infer import inferred
from deploy_checklist.inference.subject import with_subject


def item_of(text: str) -> Item:
    return parse(f"- [ ] {text}\n", "x.md").items[0]


@pytest.mark.parametrize(
    ("text", "remainder", "expected"),
    [
        ("`A_KEY` configured and rotated monthly", "rotated monthly", "A_KEY rotated monthly"),
        ("`A_KEY` matches the vault", "matches the vault", "A_KEY matches the vault"),
        ("`A_KEY` を設定", "を設定", "A_KEY を設定"),
        ("`A_KEY` verificato", "verificato", "A_KEY verificato"),
        ("`A_KEY` и `B_KEY` проверены", "и B_KEY проверены", "A_KEY и B_KEY проверены"),
        ("The `A_KEY` is ours", "is ours", "The A_KEY is ours"),
        ("`A_KEY`: 32 signs", "32 signs", "A_KEY: 32 signs"),
        ("`A_KEY`, `B_KEY` present & scoped", "scoped", "A_KEY, B_KEY scoped"),
        ("`A_KEY` is set. Dashboards too", "Dashboards too", "A_KEY: Dashboards too"),
        ("`A_KEY` is set; `B_URL` is ours", "B_URL is ours", "B_URL is ours"),
        ("CI is green; the wiki is new", "the wiki is new", "the wiki is new"),
        ("Changelog is written and accurate", "accurate", "Changelog is written and accurate"),
        ("Set `A_KEY` and rotate it", "rotate it", "Set A_KEY and rotate it"),
        ("`A_KEY` is set and scoped; told", "scoped; told", "A_KEY scoped; A_KEY: told"),
        ("Whole text", "Whole text", "Whole text"),
        ("Whole text", "something else", "Whole text"),
    ],
)
def test_a_remainder_keeps_its_subject(text: str, remainder: str, expected: str) -> None:
    assert with_subject(item_of(text), remainder) == expected


def test_a_name_that_another_begins_with_is_not_a_subject() -> None:
    item = item_of("`A_KEY` and `A_KEY_ID` are set and scoped")
    assert with_subject(item, "scoped") == "A_KEY and A_KEY_ID scoped"
    assert with_subject(item_of("A_KEYS: `A_KEY` is scoped"), "scoped") == (
        "A_KEYS: A_KEY is scoped"
    )


@pytest.mark.parametrize(
    ("text", "remainder"),
    [
        ("`A_KEY` is set, and `B_KEY` is not", "B_KEY is not"),
        ("`A_KEY` is set and `B_KEY` tested by hand", "B_KEY tested by hand"),
        ("`A_KEY` is set and `A_KEY` tested by hand", "A_KEY tested by hand"),
    ],
)
def test_of_two_names_it_keeps_the_one_that_it_is_about(text: str, remainder: str) -> None:
    rules = inferred(parse(f"- [ ] {text}\n", "x.md"), None)
    assert rules.rules[0].remainder == remainder


def test_the_rules_of_a_document_have_it() -> None:
    rules = inferred(parse("- [ ] `A_KEY` configured and rotated monthly\n", "x.md"), None)
    assert rules.rules[0].remainder == "A_KEY rotated monthly"
