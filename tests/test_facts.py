"""Whether a rule is asked: what cannot be known is never taken for a no."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.facts import FactState, condition_result, fact_states
from deploy_checklist.engine.pool import Pool
from deploy_checklist.outcome import Unobservable
from deploy_checklist.report.status import is_of_ready
from deploy_checklist.report.view import View, closed_counts
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.world.gate_port import PostedVerdict
from fakes import FakeGitHub, FakeRepository, shell, world

OR_DEFAULT = "set X, or give the fact a `default:` in the rules"


def state(fact: str, values: Mapping[str, str] | None = None, **parts: object) -> FactState:
    rules = resolve(
        load(f"version: 1\nfacts: {{ it: {fact} }}\nitems: {{}}\n", "rules.yml"), None, {}
    )
    with Pool(Deadline.after(5)) as pool:
        return fact_states(rules.facts.values(), world(values, **parts), pool)["it"]


@pytest.mark.parametrize(
    ("fact", "value", "yes"),
    [
        ("{ env: X }", "Yes", True),
        ("{ env: X }", "off", False),
        ("{ env: X }", "maybe", None),
        ("{ env: X }", "true ", None),
        ("{ env: X }", "", None),
        ("{ env: X, default: false }", "", False),
        ("{ env: X, default: true }", "", True),
        ("{ env: X, default: false }", "maybe", None),
        ("{ env: X, equals: stripe }", "stripe", True),
        ("{ env: X, equals: stripe }", "paynow", False),
        ("{ env: X, equals: stripe }", "", None),
        ("{ env: X, equals: stripe }", "stripe\n", None),
        ("{ env: X, equals: stripe }", '"stripe"', None),
        ("{ env: X, equals: stripe }", "changeme", None),
        ("{ env: X, equals: stripe }", "${PROVIDER}", None),
        ("{ env: X, above: 1 }", "2", True),
        ("{ env: X, above: 1 }", "1", False),
        ("{ env: X, above: 1 }", "three", None),
        ("{ env: X, empty: true }", "", True),
        ("{ env: X, exists: true }", "", False),
        ("{ env: X, equals_env: Y }", "a", None),
        ("{ env: X, differs_from: Y }", "a", None),
    ],
)
def test_a_fact_is_yes_no_or_unknown(fact: str, value: str, yes: bool | None) -> None:
    assert state(fact, {"X": value, "Y": ""}).yes is yes


def test_a_variable_that_was_not_passed_is_unknown_and_distinguished() -> None:
    missing = state("{ env: X, default: false }")
    assert (missing.yes, missing.handed_over) == (None, False)
    assert missing.remedy == "add X to the step's `env:` block"
    reserved = state("{ env: CI, default: false }", {"CI": "true"})
    assert (reserved.yes, reserved.handed_over) == (None, True)


def test_on_a_laptop_the_default_stands_for_what_is_not_set() -> None:
    assert state("{ env: X, default: false }", variables=shell()).yes is False
    assert state("{ env: X }", variables=shell()).yes is None


def test_a_shallow_clone_is_no_reason_to_skip() -> None:
    shallow = FakeRepository(trouble=Unobservable("the clone is shallow", "fetch-depth: 0"))
    unknown = state("{ changed: ['infra/**'] }", repository=shallow)
    assert (unknown.yes, unknown.remedy) == (None, "fetch-depth: 0")
    quiet = FakeRepository(since=("v1.0.0", ["README.md"]))
    assert state("{ changed: ['infra/*'] }", repository=quiet).yes is False
    assert state("{ changed: ['*.md'] }", repository=quiet).why == "README.md changed since v1.0.0"


def test_a_known_part_decides_and_an_unknown_one_does_not() -> None:
    text = """
version: 1
facts: { a: { env: A }, b: { env: B } }
items:
  X: [ { when: [a, b] }, { when: { any_of: [a, b] } }, { when: not a } ]
"""
    rules = resolve(load(text, "rules.yml"), None, {})
    [rule] = rules.rules

    def asked(values: Mapping[str, str]) -> list[bool | None]:
        with Pool(Deadline.after(5)) as pool:
            known = fact_states(rules.facts.values(), world(values), pool)
        return [condition_result(clause.when, known, None).holds for clause in rule.clauses]

    assert asked({"A": "no"}) == [False, None, True]
    assert asked({"A": "yes"}) == [None, True, False]
    assert asked({}) == [None, None, None]


@pytest.mark.parametrize(
    ("fact", "value", "why", "remedy"),
    [
        (
            "{ env: X }",
            "maybe",
            "X is neither yes nor no (true, 1, on; false, 0, off)",
            "set X to true or false",
        ),
        ("{ env: X }", "", "X is empty and the fact has no default", OR_DEFAULT),
        ("{ env: X, equals: a }", "changeme", "X is a placeholder word, not a value", "set X"),
        ("{ env: X, above: 1 }", "three", "X is not a number", "set X"),
        (
            "{ env: X, equals_env: Y }",
            "three",
            "X has nothing to be compared with: Y is empty",
            "set Y",
        ),
    ],
)
def test_what_keeps_a_fact_from_being_known_says_what_to_do(
    fact: str, value: str, why: str, remedy: str
) -> None:
    found = state(fact, {"X": value, "Y": ""})
    assert (found.why, found.remedy) == (f"cannot decide it: {why}", remedy)


def test_on_a_laptop_an_unset_variable_of_a_fact_says_what_to_set() -> None:
    found = state("{ env: X }", variables=shell())
    assert found.why == "cannot decide it: X was not set"
    assert found.remedy == OR_DEFAULT


def verdict(
    state: str = "success", description: str | None = "7 passed, 6 signed", *, own: bool = True
) -> FakeGitHub:
    return FakeGitHub(
        verdicts={"staging": PostedVerdict(state=state, description=description, own=own)}
    )


@pytest.mark.parametrize(
    ("github", "yes", "why"),
    [
        (verdict(), True, "staging is ready at this commit"),
        (verdict(description="1 warning, 1 waived, 2 skipped, 3 later"), True, "ready"),
        (verdict(description="7 verified, 1 warned of"), True, "ready"),  # by version 1.0
        (verdict("failure", "1 failed"), False, "is `failure`"),
        (verdict("pending", "7 passed"), False, "is `pending`"),
        (verdict("error", "7 passed"), False, "is `error`"),
        (verdict(own=False), False, "another account than the gate's"),
        (FakeGitHub(), False, "no verdict on this commit yet"),
        (verdict(description="overridden by @octo-ops until 2026-11-22"), False, "without its"),
        (verdict(description="rolled back to what was deployed on 2026-11-02"), False, "without"),
        (verdict(description="it is fine"), None, "a description that this version does not know"),
        (verdict(description="7 passed, deployed"), None, "does not know"),
        (verdict(description=None), None, "does not know"),
    ],
)
def test_ready_says_whether_another_gate_let_this_commit_through(
    github: FakeGitHub, yes: bool | None, why: str
) -> None:
    """An override and a rollback did not, and of a sentence that nobody knows nobody knows it."""
    found = state("{ ready: staging }", github=github)
    assert found.yes is yes
    assert why in found.why


def test_what_github_does_not_say_of_another_environment_is_no_reason_to_skip() -> None:
    trouble = Unobservable("github-token may not read the statuses", "statuses: read")
    unknown = state("{ ready: staging }", github=FakeGitHub(trouble=trouble))
    assert (unknown.yes, unknown.remedy) == (None, "statuses: read")
    offline = state("{ ready: staging }", github=None)
    assert offline.yes is None
    assert "cannot decide" in offline.why


def test_no_environment_is_ready_in_the_run_that_decides_on_it() -> None:
    """Without a question to GitHub: what it said earlier does not count here."""
    of_itself = state("{ ready: staging }", github=verdict(), environment="staging")
    assert of_itself.yes is False
    assert state("{ ready: staging }", github=verdict(), environment="production").yes is True


def test_the_sentence_of_every_verdict_that_is_ready_is_known_as_one() -> None:
    closed = View(**dict.fromkeys(View.__struct_fields__, ()))
    full = replace(
        closed, passed=(1,), signed=(2, 3), warning=(4,), waived=(5,), skipped=(6,), later=(7,)
    )
    said = ", ".join(count for _, count in closed_counts(full))
    assert said == "1 passed, 2 signed, 1 warning, 1 waived, 1 skipped, 1 later"
    assert is_of_ready(said) is True
