"""A command with a slip in its verb says nothing, and who could have said it is told so."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from deploy_checklist.github.model import Permission
from deploy_checklist.outcome import Unobservable
from deploy_checklist.signoffs.commands import commands
from deploy_checklist.signoffs.evaluate import GitHubSignOffs
from test_signoffs import (
    BOT,
    CAT,
    KEY,
    LEAD,
    LEADS,
    Statements,
    at,
    body,
    box,
    comment,
    comment_by,
    ours,
    pull,
    statements,
    why_not,
)

SLIPS = {
    "signs": "sign",
    "sgin": "sign",
    "sig": "sign",
    "sogn": "sign",
    "unsing": "unsign",
    "skipp": "skip",
    "approve": "sign",
    "aprove": "sign",
    "Sign-off": "sign",
}


def said(text: str, **more: object) -> Statements:
    """Who says it after the gate has asked."""
    return statements(pull(comment(ours(0, body(box()))), comment_by(text, **more)))


@pytest.mark.parametrize(("written", "verb"), SLIPS.items())
def test_who_could_sign_is_told_which_verb_may_be_meant(written: str, verb: str) -> None:
    [found] = commands([comment_by(f"/checklist {written} API_KEY")])
    assert (found.verb, found.misspelt, found.hidden) == (verb, written, True)
    if verb != "unsign":
        reason = (
            f"@octo-lead wrote `/checklist {written}`: did you mean `/checklist {verb} API_KEY`?"
        )
        assert why_not(said(f"/checklist {written} API_KEY")) == reason


@pytest.mark.parametrize(
    "text",
    [
        "/checklist assign API_KEY",
        "/checklist done API_KEY",
        "/checklist resign API_KEY",
        "/checklist s API_KEY",
        "/checklist 2 API_KEY",
        "/checklist signs NOTHING",
        "/signs API_KEY",
        "/checklists sign API_KEY",
        "> /checklist signs API_KEY",
        "```\n/checklist signs API_KEY\n```",
        "write /checklist signs API_KEY",
    ],
)
def test_other_tools_commands_and_what_is_no_line_of_its_own_are_not_spoken_of(text: str) -> None:
    assert why_not(said(text)) == ""


@pytest.mark.parametrize("text", ["/checklist signs API_KEY", "/checklist aprove"])
def test_neither_bots_nor_those_who_could_not_sign_are_reported(text: str) -> None:
    assert why_not(said(text)) != ""
    stranger = replace(CAT, login="stranger", id=77)
    for more in ({"by": BOT}, {"by": stranger}, {"by": None}, {"via_app": True}, {"via_app": None}):
        assert why_not(said(text, **more)) == ""


def test_a_misspelt_verb_alone_is_reported_once() -> None:
    sign_offs = GitHubSignOffs(said("/checklist aprove"))
    [told] = sign_offs.unattributed()
    assert (told.by, told.via, told.item) == ("octo-lead", "command", "")
    assert told.reason == "`aprove` is not a command: did you mean `/checklist sign ID`?"
    assert sign_offs.find(KEY, LEADS).ignored == ()


def test_it_is_not_told_once_they_have_said_it() -> None:
    asked, slip = comment(ours(0, body(box()))), comment_by("/checklist aprove", minute=5)
    later = comment_by("/checklist sign API_KEY", minute=6)
    done = GitHubSignOffs(statements(pull(asked, slip, later)))
    assert done.unattributed() == ()
    assert [each.by for each in done.find(KEY, LEADS).counted] == ["octo-lead"]
    earlier = GitHubSignOffs(statements(pull(asked, later, replace(slip, created_at=at(7)))))
    assert len(earlier.unattributed()) == 1


def test_whose_permission_cannot_be_read_is_not_spoken_of() -> None:
    def unreadable(_: str) -> Permission:
        raise Unobservable("no permission")

    assert why_not(replace(said("/checklist aprove", by=LEAD), permission=unreadable)) == ""


def test_a_crowd_of_them_is_few_questions() -> None:
    asked: list[str] = []

    def permission(login: str) -> Permission:
        asked.append(login)
        return Permission.READ

    crowd = [
        comment_by("/checklist aprove", by=replace(CAT, login=f"cat-{n}", id=100 + n))
        for n in range(500)
    ]
    found = statements(pull(comment(ours(0, body(box()))), *crowd), permission=permission)
    assert GitHubSignOffs(found).unattributed() == ()
    assert len(asked) <= 20
