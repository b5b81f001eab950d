"""Two tiers: what the words ask for, and what they may ask for, which costs nothing when wrong."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from deploy_checklist.checklist.parse import parse
from deploy_checklist.commands.explain import explanations
from deploy_checklist.commands.explain_formats import render
from deploy_checklist.commands.explain_rules import background_of
from deploy_checklist.engine.plan import plan
from deploy_checklist.inference.infer import inferred
from deploy_checklist.inference.init_writer import proposed
from deploy_checklist.inference.understand import Understood, understood
from deploy_checklist.outcome import Severity
from deploy_checklist.rules.bind import bind
from deploy_checklist.rules.load import load
from deploy_checklist.run.document_files import from_folder

from .items import of, rules


def in_checkout(sentence: str, *, there: tuple[str, ...] = (), run: str = "") -> Understood:
    """An item of a repository that has these files, and whose workflows run this command."""
    checklist = parse(f"# Shop\n\n- [ ] {sentence}\n", "checklist.md")
    return understood(checklist, there.__contains__, runs=lambda command: command == run)[3]


def maybe(found: Understood | None) -> list[dict[str, object]]:
    return [check.as_rule() for check in found.maybe] if found else []


def test_in_a_checkout_a_path_that_is_only_mentioned_and_not_there_is_a_question() -> None:
    missing = in_checkout("`src/order.py` has the new rule")
    assert (rules(missing), maybe(missing)) == ([], [{"file": "src/order.py"}])
    there = in_checkout("`src/order.py` has the new rule", there=("src/order.py",))
    assert (rules(there), maybe(there)) == ([{"file": "src/order.py"}], [])


def test_a_claim_that_a_file_is_there_is_none() -> None:
    assert rules(in_checkout("`src/order.py` exists")) == [{"file": "src/order.py"}]


def test_in_a_checkout_a_command_that_no_workflow_runs_is_a_question() -> None:
    sentence = "Run the suite first: `npm test`"
    unknown = in_checkout(sentence)
    assert (rules(unknown), maybe(unknown)) == ([], [{"ci": {"runs": "npm test"}}])
    assert rules(in_checkout(sentence, run="npm test")) == [{"ci": {"runs": "npm test"}}]
    assert rules(of(sentence)) == [{"ci": {"runs": "npm test"}}]


@pytest.mark.parametrize(
    ("sentence", "what"),
    [
        ("Try to sign in (/login)", {"http": {"url": "https://${domain}/login"}}),
        ("Drift: `node scripts/contract.mjs`", {"ci": {"runs": "node scripts/contract.mjs"}}),
        (
            "Upload the archive of the GitHub release",
            {"release": {"tag": "${tag}", "draft": False}},
        ),
    ],
)
def test_what_words_may_ask_is_kept_apart(sentence: str, what: dict[str, object]) -> None:
    found = of(sentence)
    assert (rules(found), maybe(found)) == ([], [what])


@pytest.mark.parametrize(
    "sentence",
    ["`LOG_LEVEL=warn`", "`config/limits.yml`", "Dependency audit passed (`make audit`)"],
)
def test_bare_forms_pass_by_themselves(sentence: str) -> None:
    found = of(sentence, under="Files and variables", runs=lambda _command: True)
    assert found is not None
    assert found.remainder is None


@pytest.mark.parametrize(
    ("sentence", "under"),
    [
        *(
            ("`config/limits.yml`", each)
            for each in (
                "Files to review",
                "Delete",
                "Scripts",
                "Files that git ignores",
                "Удалить",
                "旧文件",
            )
        ),
        *(
            ("`LOG_LEVEL=warn`", each)
            for each in ("If tracing is on", "Vercel", "Remove", "Staging")
        ),
        ("`API_TOKEN=r7Kq29`", "Variables"),
        ("`.env`", "Files"),
        ("Dependency audit passed (`make audit`)", "After the release"),
        ("Dependency audit passed with 3 findings (`make audit`)", "Before"),
        ("Not every audit passed (`make audit`)", "Before"),
        ("Smoke audit passed (`make audit`)", "Before"),
        ("Two dozen people passed (`make audit`)", "Before"),
    ],
)
def test_under_what_asks_more_a_person_is_asked(sentence: str, under: str) -> None:
    found = of(sentence, under=under, runs=lambda _command: True)
    assert found is None or found.remainder is not None


def test_a_bare_form_within_another_item_is_not_closed() -> None:
    text = "# Shop\n\n- [ ] Replace these\n  - [ ] `config/limits.yml`\n"
    assert understood(parse(text, "checklist.md"))[4].remainder is not None


def test_of_a_command_that_no_workflow_runs_a_person_is_asked() -> None:
    found = of("Dependency audit passed (`make audit`)", runs=lambda _command: False)
    assert found is not None
    assert found.remainder is not None


def explained(text: str, runs: Callable[[str], bool] | None = None) -> list[dict[str, object]]:
    checklist = parse(text, "checklist.md")
    found = inferred(checklist, None, runs=runs)
    binding = bind(checklist, found)
    background = background_of(checklist, found, binding, date(2026, 11, 22))
    planned = plan(checklist, found, binding)
    rows: list[dict[str, object]] = json.loads(
        render(explanations(planned, background), "json", {}, ())
    )
    return rows


def test_explain_has_what_may_be_asked_apart_from_what_is() -> None:
    text = "# R\n\n- [ ] Try to sign in (/login)\n- [ ] /health answers\n- [ ] Tag the release\n"
    found = [(row["automation"], row["checks"], row["maybe"]) for row in explained(text)]
    login, health = ({"url": f"https://${{domain}}/{path}"} for path in ("login", "health"))
    tag = {"tag": "${tag}", "tag_only": True}
    assert found == [
        ("person", [], [{"kind": "http", "params": login}]),
        ("partial", [{"kind": "http", "params": health}], []),
        ("partial", [{"kind": "release", "params": tag}], []),
    ]


def test_init_writes_it_as_lines_that_cost_nothing() -> None:
    text = "# R\n\n- [ ] Try to sign in (/login)\n- [ ] /health answers\n"
    written = proposed(parse(text, "checklist.md"), path="checklist.md", pin=False).text
    load(written, "rules.yml")
    assert written.count("# maybe: ") == 1
    assert '  "/health answers": sign  # TODO domain: ' in written
    assert '  # maybe: Try to sign: { http: { url: "https://${domain}/login" } }' in written


def test_a_release_is_checked_when_it_is_out_and_a_person_is_asked_before() -> None:
    """Asked before, it could never be published."""
    text = "# R\n\n- [ ] Read the notes, and publish the release\n"
    written = proposed(parse(text, "checklist.md"), path="checklist.md", pin=False).text
    load(written, "rules.yml")
    rule = '    - release:\n        tag: "${tag}"\n        draft: false\n      phase: after\n    - sign\n'
    assert rule in written


@pytest.mark.parametrize("sentence", ["Draft a release", "Publish the notes and the release"])
def test_without_rules_a_person_is_asked_before_and_holds_the_release(sentence: str) -> None:
    """A setting of an inferred rule would be one of what the person is asked, too."""
    for rule in inferred(parse(f"# R\n\n- [ ] {sentence}\n", "checklist.md"), None).rules:
        assert [(each.phase, each.severity) for each in rule.clauses] == [(None, Severity.BLOCKER)]


@pytest.mark.parametrize("git", [True, False])
def test_a_folder_is_a_checkout_if_it_has_git(tmp_path: Path, git: bool) -> None:
    (tmp_path / "release-checklist.md").write_text("# R\n\n- [ ] one\n")
    workflows = tmp_path / ".github" / "workflows"
    workflows.mkdir(parents=True)
    (workflows / "ci.yml").write_text(
        "on: push\njobs:\n  t:\n    steps:\n    - run: npm run lint\n"
    )
    if git:
        (tmp_path / ".git").mkdir()
    runs = from_folder(tmp_path, None, None).runs
    if runs is None:
        assert not git
    else:
        assert git
        assert [runs(each) for each in ("npm run lint", "npm lint", "npm test")] == [
            True,
            True,
            False,
        ]
