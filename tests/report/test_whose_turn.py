"""What a forecast proposes to type for a day to come is what counts on that day."""

from __future__ import annotations

import pytest

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checklist.parse import parse
from deploy_checklist.outcome import Finding, Outcome, Prompt, Severity
from deploy_checklist.report.model import ItemResult
from deploy_checklist.report.next_steps import what_to_type


def waiting_for(*prompts: Prompt) -> ItemResult:
    (item,) = parse("- [ ] The price is right\n", "checklist.md").items
    findings = [Finding(outcome=Outcome.PENDING, message="to sign", ask=each) for each in prompts]
    return ItemResult(
        item=item,
        phase=Phase.BEFORE,
        outcome=Outcome.PENDING,
        severity=Severity.BLOCKER,
        rule="rules",
        rule_key=None,
        owner=None,
        findings=tuple(findings),
    )


@pytest.mark.parametrize(
    ("prompt", "typed"),
    [
        (Prompt(that="the price"), "/checklist sign the"),
        (Prompt(that="the price", via=("review",)), "approve the pull request"),
        (
            Prompt(that="the price", via=("tick", "environment")),
            "tick the box in the comment or approve the deployment",
        ),
        (Prompt(that="the price", section=True), "sign its section, in the comment of the release"),
    ],
)
def test_a_command_is_proposed_only_where_one_counts(prompt: Prompt, typed: str) -> None:
    assert what_to_type(waiting_for(prompt)) == (typed,)


def test_nothing_is_proposed_where_nobody_is_asked() -> None:
    assert what_to_type(waiting_for()) == ()
