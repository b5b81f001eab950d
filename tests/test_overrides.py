"""Whose override counts, of which commit and environment, and until when; each other one is told with its reason."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import quote

import pytest
from msgspec.structs import replace

from deploy_checklist.github.model import Actor, Comment, Permission
from deploy_checklist.outcome import Override, Unobservable
from deploy_checklist.rules.model import OverrideTerms
from deploy_checklist.signoffs.claims import Statements
from deploy_checklist.signoffs.evaluate import GitHubSignOffs
from test_signoffs import (
    AUTHOR,
    BOT,
    CAT,
    LEAD,
    MERGE,
    OLD,
    at,
    body,
    comment,
    comment_by,
    in_ticket,
    ours,
    pull,
    statements,
)

TERMS = OverrideTerms(by=("backend-lead",), lasts=timedelta(hours=4))
SAID = "/checklist override production checkout is down"
SHOWN = comment(ours(0, body()))


def said(text: str = SAID, by: Actor | None = LEAD, minute: int = 5, **more: object) -> Comment:
    return comment_by(text, by, minute, url="https://github.example/x#issuecomment-2", **more)


def talk(*comments: Comment, shown: Comment = SHOWN, **more: object) -> Statements:
    """A release PR with these comments, of a gate that has commented."""
    given: dict[str, object] = {"override": TERMS, "may_override": True, "now": at(60)}
    given["environments"] = ("staging", "production")
    said = statements(pull(shown, *comments), **(given | more))
    return replace(said, override_roles=said.roles)


def found(given: Statements) -> Override | None:
    return GitHubSignOffs(given).override()


def why_not(given: Statements) -> str:
    sign_offs = GitHubSignOffs(given)
    assert sign_offs.override() is None
    return "; ".join(each.reason for each in sign_offs.unattributed())


def test_a_person_in_the_role_overrides() -> None:
    sign_offs = GitHubSignOffs(talk(said()))
    assert sign_offs.override() == Override(
        by="octo-lead",
        role="backend-lead",
        reason="checkout is down",
        at=at(5),
        until=at(5) + timedelta(hours=4),
        url="https://github.example/x#issuecomment-2",
    )
    assert sign_offs.unattributed() == ()


def test_so_does_one_in_the_release_ticket() -> None:
    given = in_ticket(talk(said()))
    assert found(given)


WRITE = "write `/checklist override ENVIRONMENT REASON`"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (said(by=CAT), "@octocat is not in backend-lead"),
        (said(by=BOT), "bots and Apps cannot sign"),
        (said(via_app=True), "bots and Apps cannot sign"),
        (said(via_app=None), "bots and Apps cannot sign"),
        (said(by=None), "the account was deleted"),
        (said(edited_at=at(6)), "the comment was edited; write a new one"),
        (said("/checklist override production"), f"it gives no reason: {WRITE}"),
        (said("/checklist override"), f"it names no environment: {WRITE}"),
        (said("/checklist override prod x"), f"it does not name `production`: {WRITE}"),
        (
            said("/checklist overide production x"),
            "`overide` is not a command: did you mean `override`?",
        ),
        (said(f"> {SAID}"), "it is not on a line of its own"),
        (said(f"```\n{SAID}\n```"), "it is not on a line of its own"),
        (said("/Checklist override production x"), "it is not on a line of its own"),
        (said(minute=-1), "it was written before the gate's first comment"),
        (said(minute=66), "it is dated in the future: this runner's clock is slow"),
    ],
)
def test_one_that_does_not_count_is_reported_with_its_reason(wrong: Comment, reason: str) -> None:
    assert why_not(talk(wrong)) == reason


@pytest.mark.parametrize(
    "other",
    [
        said("/checklist override staging checkout is down"),
        said("checklist override production x"),
        said("/checklist override-production x"),
        said(f"> {SAID}", by=CAT),
        said("please /checklist override production x"),
    ],
)
def test_what_is_not_meant_for_this_gate_is_reported_by_nobody(other: Comment) -> None:
    assert why_not(talk(other)) == ""


def test_without_the_key_there_is_none() -> None:
    assert (
        why_not(talk(said(), override=None))
        == "the trusted branch's rules have no `override:`, so nobody can override"
    )


def test_where_nothing_is_held_nothing_is_overridden() -> None:
    assert why_not(talk(said(), may_override=False)) == ""


def test_the_author_cannot_under_not_author_and_can_without() -> None:
    admins = OverrideTerms(by=("write",), lasts=timedelta(hours=4))
    mine = said(by=AUTHOR)
    assert found(talk(mine, override=admins))
    reason = why_not(talk(mine, override=replace(admins, not_author=True)))
    assert reason == "@octo-author is the author, so somebody else must sign"
    assert found(talk(said(by=CAT), override=replace(admins, not_author=True)))


def test_it_holds_until_its_time_is_over_and_not_at_that_moment() -> None:
    second = timedelta(seconds=1)
    end = at(5) + timedelta(hours=4)
    assert found(talk(said(), now=end - second))
    assert why_not(talk(said(), now=end)) == "it expired at 2026-11-22 13:05 UTC"


def test_a_runner_whose_clock_is_behind_lets_none_outlive_its_time() -> None:
    end = at(5) + timedelta(hours=4)
    assert found(talk(said(), now=at(60), answered_at=at(61)))
    assert why_not(talk(said(), now=at(60), answered_at=end)).startswith("it expired")
    assert why_not(talk(said(), now=end, answered_at=at(60))).startswith("it expired")


def test_a_new_one_goes_on() -> None:
    override = found(talk(said(), said("/checklist override production still", minute=30)))
    assert override
    assert (override.reason, override.at) == ("still", at(30))


def test_of_one_that_never_counts_nobodys_role_is_asked() -> None:
    def nobody(login: str) -> Permission:
        raise AssertionError(login)

    by = OverrideTerms(by=("maintain",), lasts=timedelta(hours=4))
    for wrong in (said(minute=-1), said("/checklist override production"), said(edited_at=at(6))):
        assert why_not(talk(wrong, override=by, permission=nobody))


def test_a_role_that_cannot_be_read_overrides_nothing() -> None:
    def unreadable(team: str, login: str) -> bool:
        raise Unobservable("the team cannot be read")

    given = talk(said(), roles={"backend-lead": ("@acme/leads",)}, member=unreadable)
    assert why_not(given) == (
        "could not check whether @octo-lead may do this: the team cannot be read"
    )


# One commit


def test_one_of_another_commit_does_not_count() -> None:
    given = talk(said(), shown=comment(ours(0, body(head=OLD))))
    assert why_not(given) == "it is for another commit"


@pytest.mark.parametrize(
    ("minute", "reason"), [(5, "it is for another commit"), (6, "a newer commit was pushed since")]
)
def test_a_push_ends_it_even_if_it_is_taken_back(minute: int, reason: str) -> None:
    """The gate's comment was about another commit since, if only in the same second."""
    pushed = comment(ours(0, body()), ours(minute, body(head=OLD)), ours(20, body()))
    assert why_not(talk(said(), shown=pushed)) == reason
    again = said(minute=30)
    assert found(talk(said(), again, shown=pushed))


def test_the_head_s_goes_along_to_the_commit_that_github_makes_of_it() -> None:
    merged = comment(ours(0, body()), ours(20, body(head=MERGE)))
    given = talk(said(), shown=merged, commit=MERGE)
    assert given.pull_request
    of_it = replace(given.pull_request, merged=True, merge_commit=MERGE)
    assert found(replace(given, pull_request=of_it))
    other = replace(of_it, merge_commit=OLD)
    assert why_not(replace(given, pull_request=other)) == "it is for another commit"


def test_one_that_other_gates_and_environments_were_asked_for_does_not_count() -> None:
    shown = comment(ours(0, body(environment="staging")))
    assert why_not(talk(said(), shown=shown)) == "it was written before the gate's first comment"


@pytest.mark.parametrize(
    ("gate", "environment", "name"),
    [
        (None, "production", "production"),
        (None, "production", "`Production`"),
        (None, None, "release"),
        (None, "Production  EU", "production eu"),
        (None, "Production EU", "`Production EU`"),
        ("services/api", "production", "services/api/production"),
        ("services/api", None, "services/api/release"),
    ],
)
def test_it_names_what_the_status_names(
    gate: str | None, environment: str | None, name: str
) -> None:
    fields = f"environment={quote(environment or '')}" + (f" gate={gate}" if gate else "")
    shown = comment(ours(0, body().replace("environment=production", fields)))
    more = {"gate": gate, "environment": environment, "shown": shown, "environments": ()}
    assert found(talk(said(f"/checklist override {name} checkout is down"), **more))
    assert not found(talk(said("/checklist override other checkout is down"), **more))


@pytest.mark.parametrize(
    ("environment", "text", "counts"),
    [
        ("us", "/checklist override us checkout is down", True),
        ("us", "/checklist override us west is down", False),
        ("us", "/checklist override `us` west is down", True),
        ("us west", "/checklist override us west is down", True),
        ("us west", "/checklist override us checkout is down", False),
        ("us west", "/checklist override `US West` is down", True),
        ("us west", "/checklist override eu west is down", False),
    ],
)
def test_of_two_names_that_begin_alike_the_longer_one_is_meant(
    environment: str, text: str, counts: bool
) -> None:
    """And nobody is told of what was meant for another environment."""
    fields = f"environment={quote(environment)}"
    shown = comment(ours(0, body().replace("environment=production", fields)))
    more = {"environment": environment, "environments": ("us", "us west", "eu west")}
    given = talk(said(text), shown=shown, **more)
    assert (found(given) is not None) is counts
    assert GitHubSignOffs(given).unattributed() == ()


def test_of_a_gate_with_a_name_the_environment_alone_is_not_enough() -> None:
    shown = comment(ours(0, body().replace("production", "production gate=api")))
    given = talk(said(), gate="api", shown=shown)
    assert why_not(given) == f"it does not name `api/production`: {WRITE}"


# Taken back


def back(
    text: str = "/checklist unoverride production", minute: int = 9, **more: object
) -> Comment:
    return said(text, minute=minute, **more)


@pytest.mark.parametrize(
    "taken_back", [back(), back("/checklist unoverride"), back(minute=5), back(f"{SAID}\n", 30)]
)
def test_anybody_in_the_role_takes_it_back(taken_back: Comment) -> None:
    is_new = "unoverride" not in taken_back.text
    assert bool(found(talk(said(), taken_back))) is is_new
    if not is_new:
        assert why_not(talk(said(), taken_back)) == "@octo-lead took it back"


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (back(by=CAT), "@octocat is not in backend-lead"),
        (back(edited_at=at(10)), "the comment was edited; write a new one"),
        (back("> /checklist unoverride production"), "it is not on a line of its own"),
        (
            back("/checklist unoveride production"),
            "`unoveride` is not a command: did you mean `unoverride`?",
        ),
        (back("/checklist unoverride prod"), "it does not name `production`"),
        (back("/checklist unoverride staging"), ""),
        (back(minute=4), ""),
    ],
)
def test_what_takes_nothing_back_is_reported(wrong: Comment, reason: str) -> None:
    sign_offs = GitHubSignOffs(talk(said(), wrong))
    assert sign_offs.override()
    assert "; ".join(each.reason for each in sign_offs.unattributed()) == reason


def test_one_that_is_written_after_it_was_taken_back_counts() -> None:
    assert found(talk(said(), back(), said(minute=12)))


def test_a_deleted_one_is_over() -> None:
    assert found(talk()) is None


def test_whose_role_cannot_be_read_takes_back_all_the_same() -> None:
    def permission(login: str) -> Permission:
        if login == "octocat":
            raise Unobservable("GitHub does not answer")
        return Permission.MAINTAIN

    by = OverrideTerms(by=("maintain",), lasts=timedelta(hours=4))
    given = talk(said(), back(by=CAT), override=by, permission=permission)
    assert "@octocat took it back; their role could not be checked" in why_not(given)


def test_a_thousand_that_do_not_count_hide_none_that_does_and_fill_no_page() -> None:
    strangers = [
        said(
            f"/checklist override production {n}",
            by=Actor(login=f"x{n}", id=100 + n, kind="User"),
            minute=6,
        )
        for n in range(1000)
    ]
    sign_offs = GitHubSignOffs(talk(said(), *strangers))
    override = sign_offs.override()
    assert override
    assert override.by == "octo-lead"
    assert len(sign_offs.unattributed()) == 20
