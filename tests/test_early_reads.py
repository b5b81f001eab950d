"""What is read before it is wanted: once, and its failure comes out where it is wanted."""

from __future__ import annotations

from threading import Event, get_ident

import pytest

from deploy_checklist.github.model import Tree
from deploy_checklist.outcome import Unobservable
from deploy_checklist.run.early_reads import EarlyReads
from deploy_checklist.run.wanted_files import usual_checklists, wanted_files
from deploy_checklist.settings import Inputs
from deploy_checklist.side_by_side import answers_to

RULES = ".github/deploy-checklist.yml"


def given(**inputs: str) -> Inputs:
    return Inputs.read({f"INPUT_{name.upper()}": value for name, value in inputs.items()})


def tree(rules: str | None = None, docs: tuple[str, ...] = ()) -> Tree:
    files = {RULES: rules.encode()} if rules else {}
    return Tree(commit="a" * 40, files=files, folders={"docs": docs})


def test_what_was_begun_is_asked_once_in_another_thread() -> None:
    early, asked = EarlyReads(), list[int]()

    def question() -> str:
        asked.append(get_ident())
        return "main"

    early.begin("branch", question)
    early.begin("branch", question)
    assert early.answer("branch", question) == "main"
    assert len(asked) == 1
    assert asked != [get_ident()]
    assert early.answer("branch", question) == "main"  # an answer is had once
    assert asked[1:] == [get_ident()]


def test_a_failure_comes_out_where_the_answer_is_wanted() -> None:
    early = EarlyReads()

    def question() -> str:
        raise Unobservable("GitHub is down")

    early.begin("branch", question)
    with pytest.raises(Unobservable, match="GitHub is down"):
        early.answer("branch", lambda: "asked again")


def test_a_run_that_waited_looks_again() -> None:
    early = EarlyReads()
    early.begin("branch", lambda: "before")
    early.forget()
    assert early.answer("branch", lambda: "after") == "after"


def test_answers_come_in_order_and_the_first_failure_is_raised() -> None:
    second = Event()

    def slow() -> str:
        assert second.wait(30)  # only beside the other one
        return "one"

    def quick() -> str:
        second.set()
        return "two"

    assert answers_to([slow, quick]) == ["one", "two"]

    def fails(what: str) -> str:
        raise Unobservable(what)

    with pytest.raises(Unobservable, match="first"):
        answers_to([lambda: fails("first"), lambda: fails("second")])


def test_without_rules_the_usual_places_are_asked_for() -> None:
    assert "docs/deployment-checklist.md" in wanted_files(given(), None)
    assert usual_checklists(given(checklist="a.md")) == []
    assert wanted_files(given(checklist="a.md"), None)[0] == "a.md"


def test_the_rules_tell_which_files_are_wanted() -> None:
    rules = """\
checklist: ops/list.md
items:
  One: { file: CHANGELOG.md }
  Two: { data: { file: config/pricing.yml, at: price, above: 0 } }
  Three: [{ terraform: { state: infra/state.json } }, { workflow: { runs: npm test } }]
  Four: { http: { url: "https://x.example", path: /healthz } }
  Five: { file: "../outside" }
  Six: { file: "docs/${version}.md" }
"""
    assert wanted_files(given(), tree(rules))[2:] == [
        "ops/list.md",
        "CHANGELOG.md",
        "config/pricing.yml",
        "infra/state.json",
        "package.json",
    ]


@pytest.mark.parametrize("rules", [None, "- a\n", "items: [", "checklist: [a]\n", "items: x\n"])
def test_rules_that_cannot_be_read_are_no_reason_to_stop(rules: str | None) -> None:
    assert set(wanted_files(given(), tree(rules))) <= {RULES, "deploy-checklist.yml"}


def test_a_checklist_that_is_found_is_wanted_and_of_two_none() -> None:
    found = ("our-release-checklist.md", "README.md")
    assert wanted_files(given(), tree(None, found))[2:] == ["docs/our-release-checklist.md"]
    assert wanted_files(given(), tree(None, (*found, "deploy-checklist.md")))[2:] == []
