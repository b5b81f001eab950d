"""`explain`: how each item was understood, by whom it is looked at, and what is left for a person."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from time import process_time

import pytest

from deploy_checklist.checklist.parse import parse
from deploy_checklist.cli import run
from deploy_checklist.commands.explain import explanations
from deploy_checklist.commands.explain_formats import as_text, render, rule_lines
from deploy_checklist.commands.explain_result import Explanation
from deploy_checklist.commands.explain_rules import background_of
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


TODAY = date(2026, 11, 22)


def explained_by(text: str, document: str) -> tuple[Explanation, ...]:
    checklist = parse(document, "x.md")
    file = load(text, "rules.yml")
    rules = resolve(file, None, {})
    binding = bind(checklist, rules)
    background = background_of(checklist, rules, binding, TODAY, file)
    return explanations(plan(checklist, rules, binding), background)


def explained() -> tuple[str, list[dict[str, object]]]:
    found = explained_by(RULES, DOCUMENT)
    return as_text(found), json.loads(render(found, "json", {}, ()))


def test_the_json_has_exactly_the_documented_form() -> None:
    _, rows = explained()
    assert list(rows[0]) == [
        "id",
        "file",
        "line",
        "text",
        "rule",
        "automation",
        "checks",
        "person",
        "maybe",
        "understood",
        "environment",
        "skipped",
        "rules",
        "no_rule",
        "box_signers",
    ]
    assert rows[1]["checks"] == [
        {"kind": "present", "params": {}},
        {"kind": "url", "params": {"scheme": ["https"]}},
    ]


def test_what_was_understood_of_an_item_is_said_once() -> None:
    checklist = parse("# R\n- [ ] `A_KEY` and `B_URL` are set on the server\n", "x.md")
    rules = inferred(checklist, None)
    binding = bind(checklist, rules)
    background = background_of(checklist, rules, binding, TODAY)
    text = as_text(explanations(plan(checklist, rules, binding), background))
    assert text.count("A_KEY is present") == 1
    assert text.count("left to a person") == 1


def test_the_overview_names_each_kind_of_check_once() -> None:
    rules = "version: 1\nitems:\n  A_KEY: present\n  B_KEY: { present: true, min_length: 9 }\n"
    document = "- [ ] `A_KEY` and `B_KEY` are set\n- [ ] Prices looked at\n"
    text = as_text(explained_by(rules, document))
    assert text.splitlines()[2].split()[-2:] == ["present", "min_length"]


@pytest.mark.parametrize("times", [1, 3])
def test_the_overview_cuts_no_name(times: int) -> None:
    name = "_".join(["OTEL_EXPORTER_OTLP_TRACES_ENDPOINT_OF_PAYMENTS"] * times)
    found = explained_by(
        f"version: 1\nitems: {{ {name}: present }}\n", f"- [ ] `{name}`\n- [ ] B\n"
    )
    assert f" {name} " in as_text(found).splitlines()[2]


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
    assert text.splitlines()[0].split() == ["line", "item", "who", "checks"]
    assert "machine and person" in text
    assert "skipped struck through or N/A in the document" in " ".join(text.split())


SHOP = """\
# Shop
- [ ] `PAYMENT_KEY` is live
- [ ] `CACHE_URL` is set if clustering is on
- [ ] Prices looked at
- [ ] Reviewed by the lead
- [ ] Newsletter written
- [ ] ~~Fax sent~~
"""
SHOP_RULES = """\
version: 1
environments:
  staging: { mode: test }
  production: { mode: live }
facts:
  clustering: { env: CLUSTERING, default: false }
  stripe: { env: PROVIDER, equals: stripe }
roles:
  lead: ["@octo-lead", "@acme/leads"]
items:
  PAYMENT_KEY:
    - secret
    # only Stripe's keys say the mode
    - { when: stripe, matches: "sk_${mode}_.+", severity: warning }

  CACHE_URL: { when: clustering, secret: true, enforce_from: 2099-01-01, owner: SRE }
  Prices looked at:
    sign: { by: [lead, admin], count: 2, not_author: true, per: commit, from: [review, tick] }
  "Reviewed by": sign
waivers:
  - { item: CACHE_URL, reason: moves, approved_by: "@ops", expires: 2099-12-01, environment: production }
  - { item: PAYMENT_KEY, reason: old, approved_by: "@ops", expires: 2001-01-01 }
  - { item: CACHE_URL, reason: elsewhere, approved_by: "@ops", expires: 2099-12-01, environment: staging }
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deploy-checklist.md").write_text(SHOP)
    (tmp_path / "deploy-checklist.yml").write_text(SHOP_RULES)
    return tmp_path


def shown(*arguments: str, environ: Mapping[str, str] | None = None) -> dict[str, list[str]]:
    """The lines of each item by its id, with single spaces."""
    out, err = io.StringIO(), io.StringIO()
    code = run(["explain", *arguments], environ or {}, out, err)
    assert (code, err.getvalue()) == (0, "")
    found: dict[str, list[str]] = {}
    for paragraph in out.getvalue().rstrip().split("\n\n"):
        first, *lines = paragraph.splitlines()
        found[" ".join(first.split()[1:2])] = [" ".join(line.split()) for line in lines]
    return found


def in_production(**environ: str) -> dict[str, list[str]]:
    return shown("-e", "production", environ={**environ})


def test_a_rule_is_shown_as_it_stands_in_the_file_with_its_place(folder: Path) -> None:
    lines = in_production()["PAYMENT_KEY"]
    assert lines[1:6] == [
        "rule deploy-checklist.yml:11",
        "PAYMENT_KEY:",
        "- secret",
        "# only Stripe's keys say the mode",
        '- { when: stripe, matches: "sk_${mode}_.+", severity: warning }',
    ]
    assert "value ${mode} is live" in lines


def test_a_condition_is_shown_with_its_value_now(folder: Path) -> None:
    assert (
        "when does not apply now: clustering is off: CLUSTERING is not set, default no"
        in in_production()["CACHE_URL"]
    )
    assert (
        "when applies now: clustering is on: CLUSTERING says yes"
        in in_production(CLUSTERING="yes")["CACHE_URL"]
    )
    assert (
        "when not known yet: cannot decide stripe: PROVIDER was not set"
        in in_production()["PAYMENT_KEY"]
    )
    answers = in_production(PROVIDER="my-own-provider")["PAYMENT_KEY"]
    assert "when does not apply now: stripe is off: PROVIDER does not match the fact" in answers
    assert "my-own-provider" not in str(answers)


def test_severities_owners_and_waivers_are_those_of_today(folder: Path) -> None:
    lines = in_production()
    assert "severity warning until 2099-01-01, then blocker" in " ".join(lines["CACHE_URL"])
    assert "owner SRE" in lines["CACHE_URL"]
    assert [line for line in lines["PAYMENT_KEY"] if line.startswith("severity")] == [
        "severity blocker: secret; warning: matches"
    ]
    waivers = [line for line in lines["CACHE_URL"] if line.startswith("waiver")]
    assert len(waivers) == 1
    assert waivers[0].endswith("2099-12-01: moves, @ops (deploy-checklist.yml:21)")
    assert (
        "waiver expired on 2001-01-01: old, @ops (deploy-checklist.yml:22)"
        in (lines["PAYMENT_KEY"])
    )


def test_who_may_sign_is_shown_with_the_people_of_a_role(folder: Path) -> None:
    lines = in_production()
    who = "2 of lead (@octo-lead, @acme/leads) or any admin, by review or tick, not the author"
    assert f"signs {who}, for each commit" in lines["prices"]
    assert "signs anyone with write access, by tick or command" in lines["reviewed"]
    assert "signs anyone with write access, in the box of its section" in lines["newsletter"]


def test_why_an_item_has_no_rule_is_said(folder: Path) -> None:
    lines = in_production()
    assert (
        "no rule deploy-checklist.yml has no rule for it; to add one, write `newsletter: sign` "
        "under `items:`" in lines["newsletter"]
    )
    assert "no rule struck through or N/A in the document" in " ".join(lines["fax"])
    (folder / "deploy-checklist.yml").unlink()
    lines = shown()
    nothing = "no rule there is no rules file, and nothing in the item's words can be checked automatically"
    assert nothing in lines["newsletter"]
    assert lines["PAYMENT_KEY"][-5:-3] == [
        "rule taken from the item's words; there is no rules file",
        "PAYMENT_KEY: { secret: true }",
    ]


def test_a_rule_in_one_line_with_others_is_shown_alone() -> None:
    rules = 'version: 1\nitems: { A_KEY: { when: x, secret: true }, "B c": sign }\nfacts: { x: { env: X } }\n'
    with pytest.raises(KeyError):  # without a state, a condition cannot be explained
        explained_by(rules, "- [ ] `A_KEY` is set\n")
    rules = rules.replace("when: x, ", "")
    (one,) = explained_by(rules, "- [ ] `A_KEY` is set\n")
    assert rule_lines(one)[:2] == ("rule     rules.yml:2", "    A_KEY: { secret: true }")


def test_the_whole_rule_is_shown_and_not_the_next_one() -> None:
    rules = (
        "version: 1\nitems:\n  A_KEY:\n    secret: true\n\n    min_length: 20\n\n  # next\n"
        "  B_KEY:\n"
    )
    one, other = explained_by(rules, "- [ ] `A_KEY` is set\n- [ ] `B_KEY` is set\n")
    assert rule_lines(one)[1:5] == (
        "    A_KEY:",
        "      secret: true",
        "    ",
        "      min_length: 20",
    )
    assert rule_lines(other)[:2] == ("rule     rules.yml:9", "    B_KEY:")


@pytest.mark.measures_time
def test_ten_thousand_rules_are_explained_in_time() -> None:
    names = [f"KEY_{n}" for n in range(10_000)]
    document = "".join(f"- [ ] `{name}` is set\n" for name in names)
    rules = "version: 1\nitems:\n" + "".join(f"  {name}: secret\n" for name in names)
    began = process_time()
    explained = explained_by(rules, document)
    assert process_time() - began < 20  # two seconds on a quiet machine
    assert rule_lines(explained[-1])[0] == "rule     rules.yml:10002"
