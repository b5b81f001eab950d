"""`sign`: waits for the people the rule names, and passes on their word alone."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from checks.judging import finding_of
from deploy_checklist.checks.sign import Params
from deploy_checklist.outcome import Finding, Outcome, Prompt, SignOff, Unobservable
from deploy_checklist.signoffs.port import FoundSignOffs, SignOffRequest
from fakes import NOW, FakeSignOffs, shell, world


def sign_off(by: str, by_id: int | None, reason: str | None = None) -> SignOff:
    return SignOff(
        by=by,
        by_id=by_id,
        role="write",
        at=NOW,
        commit="4f2c91a",
        words="5be1c0d2",
        via="tick",
        reason=reason,
    )


LEAD, OPS = sign_off("octo-lead", 1), sign_off("octo-ops", 2)


def asked_of(signers: FakeSignOffs | None, written: object = True, **parts: Any) -> Finding:
    return finding_of("sign", written, around=world(sign_offs=signers, **parts))


def test_it_waits_with_the_words_and_the_people_who_may() -> None:
    found = FoundSignOffs(digest="5be1c0d2")
    written = {
        "that": "MTN shows a price",
        "by": ["partnerships", "on-call"],
        "from": ["tick", "review"],
        "not_author": True,
    }
    finding = asked_of(FakeSignOffs(found=found), written)
    assert (finding.outcome, finding.message) == (
        Outcome.PENDING,
        "to be signed by partnerships or on-call, not the author",
    )
    assert finding.remedy == "tick its box on PR #412, or approve PR #412 in a review"
    assert finding.ask == Prompt(
        that="MTN shows a price",
        by=("partnerships", "on-call"),
        via=("tick", "review"),
        not_author=True,
        words="5be1c0d2",
    )


def test_without_parameters_anyone_with_write_access_confirms_the_items_own_words() -> None:
    finding = asked_of(FakeSignOffs())
    assert finding.message == "to be signed by anyone with write access"
    assert finding.remedy == "tick its box on PR #412, or comment `/checklist sign KEY` on PR #412"
    assert finding.ask == Prompt(that="`KEY` is scoped.")


def test_enough_signatures_pass_and_say_whose() -> None:
    finding = asked_of(FakeSignOffs(found=FoundSignOffs(counted=(LEAD,))))
    assert (finding.outcome, finding.message, finding.signed) == (
        Outcome.PASS,
        "signed by @octo-lead",
        (LEAD,),
    )


@pytest.mark.parametrize(
    "counted",
    [
        (LEAD, sign_off("renamed", 1)),
        (LEAD, sign_off("Octo-Lead", None)),
        (sign_off("octo-lead", None), LEAD),
    ],
)
def test_one_person_counts_once_by_any_name(counted: tuple[SignOff, ...]) -> None:
    finding = asked_of(FakeSignOffs(found=FoundSignOffs(counted=counted)), {"count": 2})
    assert (finding.outcome, finding.message) == (
        Outcome.PENDING,
        "1 of 2 signed; to be signed by anyone with write access",
    )


def test_two_people_are_two() -> None:
    finding = asked_of(FakeSignOffs(found=FoundSignOffs(counted=(LEAD, OPS))), {"count": 2})
    assert (finding.outcome, finding.message) == (Outcome.PASS, "signed by @octo-lead, @octo-ops")


def test_why_a_signature_fell_is_reported() -> None:
    finding = asked_of(
        FakeSignOffs(found=FoundSignOffs(note="the item was reworded after @octo-lead signed")),
        {"by": "backend-lead"},
    )
    assert (
        finding.message
        == "to be signed by backend-lead (the item was reworded after @octo-lead signed)"
    )


def test_a_person_may_say_that_it_does_not_apply() -> None:
    found = FoundSignOffs(skipped=(sign_off("octo-ops", 2, "no topology change"),))
    finding = asked_of(FakeSignOffs(found=found))
    assert (finding.outcome, finding.message) == (
        Outcome.SKIPPED,
        "not applicable, says @octo-ops: no topology change",
    )


@pytest.mark.parametrize(
    ("words", "alone"),
    [
        ("Checklist reviewed and signed by backend lead.", False),
        ("Approved by ops", False),
        ("Sign-off by QA", False),
        ("Alerting rules reviewed", False),
        ("Design and signals are documented", True),
        ("Key is scoped", True),
    ],
)
def test_what_is_a_review_is_not_the_authors_to_sign(words: str, alone: bool) -> None:
    asked = SignOffRequest(item="X", key="X", section=(), words=words, skippable=False)
    signers = FakeSignOffs()
    asked_of(signers, request=asked)
    asked_of(signers, {"not_author": alone}, request=asked)
    assert [terms.not_author for terms in signers.terms] == [not alone, alone]


def test_the_terms_of_the_rule_reach_the_records() -> None:
    signers = FakeSignOffs()
    asked_of(
        signers,
        {"per": "commit", "valid_for": "90d", "from": "environment", "count": 2, "by": ["on-call"]},
    )
    terms = signers.terms[0]
    assert (terms.per, terms.valid_for.days, terms.via, terms.count) == (
        "commit",
        90,
        ("environment",),
        2,
    )


def test_without_a_place_to_sign_it_tells_how_to_get_one() -> None:
    finding = asked_of(FakeSignOffs(place=None))
    assert finding.remedy == (
        "people sign on a pull request or a release ticket: open one, name it in the input `ticket`, "
        'or write "Release ticket: #12" in the pull request'
    )
    laptop = asked_of(FakeSignOffs(place=None), variables=shell())
    assert laptop.remedy == "people sign on a pull request or a release ticket, not on a laptop"


def test_records_that_cannot_be_read_are_unknown() -> None:
    assert asked_of(FakeSignOffs(trouble=Unobservable("GitHub is down"))).outcome is Outcome.UNKNOWN
    assert asked_of(None).outcome is Outcome.UNKNOWN


@pytest.mark.parametrize(
    "written",
    [
        {"from": ["emoji"]},
        {"from": []},
        {"by": []},
        {"count": 0},
        {"per": "year"},
        {"from_": "tick"},
    ],
)
def test_terms_that_nobody_can_meet_are_a_fault_at_load(written: object) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(written)
