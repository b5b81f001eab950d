"""`explain`: how each item was understood, by whom it is looked at, and what is left for a person."""

from __future__ import annotations

import json

from deploy_checklist.checklist.parse import parse
from deploy_checklist.commands.explain import as_json, as_text, explanations
from deploy_checklist.engine.plan import plan
from deploy_checklist.inference.infer import inferred
from deploy_checklist.rules.bind import bind
from deploy_checklist.rules.load import load, resolve

DOCUMENT = "# Release\n- [ ] `A_KEY` is set\n- [ ] `B_URL` is ours and announced\n- [ ] Dashboards looked at\n- [ ] ~~Old~~\n"
RULES = """\
version: 1
items:
  A_KEY: secret
  B_URL: { url: { scheme: https }, sign: { that: it was announced } }
"""


def explained() -> tuple[str, list[dict[str, object]]]:
    checklist = parse(DOCUMENT, "x.md")
    rules = resolve(load(RULES, "rules.yml"), None, {})
    found = explanations(plan(checklist, rules, bind(checklist, rules)))
    return as_text(found), json.loads(as_json(found))


def test_the_json_has_exactly_the_documented_form() -> None:
    _, rows = explained()
    assert list(rows[0]) == [
        "id",
        "line",
        "text",
        "rule",
        "automation",
        "checks",
        "person",
        "maybe",
    ]
    assert rows[1]["checks"] == [
        {"kind": "present", "params": {}},
        {"kind": "url", "params": {"scheme": ["https"]}},
    ]


def test_what_was_understood_of_an_item_is_said_once() -> None:
    checklist = parse("# R\n- [ ] `A_KEY` and `B_URL` are set on the server\n", "x.md")
    rules = inferred(checklist, None)
    text = as_text(explanations(plan(checklist, rules, bind(checklist, rules))))
    assert text.count("A_KEY is present") == 1
    assert text.count("left to a person") == 1


def test_automation_says_who_looks() -> None:
    _, rows = explained()
    assert [(row["automation"], row["rule"], row["person"]) for row in rows] == [
        ("full", "rules", None),
        ("partial", "rules", "it was announced"),
        ("person", "none", "Dashboards looked at"),
        ("person", "none", None),
    ]


def test_the_text_begins_with_an_overview_and_says_why_an_item_is_skipped() -> None:
    text, _ = explained()
    assert text.splitlines()[0].split() == ["line", "item", "checks"]
    assert "machine and person" in text
    assert "skipped struck through or N/A in the document" in text
