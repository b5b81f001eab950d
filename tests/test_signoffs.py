"""Whose word counts, of which words, on which commit: a case for each sentence of the design's chapter on people."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from deploy_checklist.box_marker import encode_marker
from deploy_checklist.github.model import (
    Actor,
    Approval,
    Comment,
    Commit,
    History,
    Permission,
    PullRequest,
    Review,
    Revision,
    Ticket,
)
from deploy_checklist.outcome import Unobservable
from deploy_checklist.rules.model import SignedLine
from deploy_checklist.signoffs.claims import ItemNames, Statements
from deploy_checklist.signoffs.evaluate import GitHubSignOffs, digest
from deploy_checklist.signoffs.port import SignOffRequest, Terms
from deploy_checklist.signoffs.ticks import Tick, ticks
from deploy_checklist.signoffs.unavailable import NoSignOffs
from rules.written import rules

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
HEAD, MERGE, OLD = "a" * 40, "b" * 40, "c" * 40
LEAD = Actor(login="octo-lead", id=1, kind="User")
CAT = Actor(login="octocat", id=2, kind="User")
AUTHOR = Actor(login="octo-author", id=3, kind="User")
BOT = Actor(login="github-actions[bot]", id=9, kind="Bot")
KEY = SignOffRequest(
    item="API_KEY", key="API_KEY", section=("Payments",), words="The key is scoped", skippable=False
)
LEADS = Terms(by=("backend-lead",))
PERMISSIONS = {
    "octo-lead": Permission.MAINTAIN,
    "octocat": Permission.WRITE,
    "octo-author": Permission.ADMIN,
}


def at(minutes: int) -> datetime:
    return START + timedelta(minutes=minutes)


def body(*boxes: str, head: str = HEAD, note: str = "", environment: str = "production") -> str:
    marker = f"<!-- deploy-checklist repository=1 number=412 environment={environment} phase=before head={head} -->"
    return "\n".join(("## production", note, *boxes, "", marker))


def box(tick: str = " ", request: SignOffRequest = KEY, terms: Terms = LEADS) -> str:
    return f"- [{tick}] **{request.words}** · backend-lead {encode_marker(((request.item, digest(request, terms)),))}"


def ours(minute: int, text: str | None) -> Revision:
    return Revision(editor=BOT, at=at(minute), text=text, by_gate=True)


def theirs(minute: int, text: str | None, by: Actor | None = LEAD) -> Revision:
    return Revision(editor=by, at=at(minute), text=text)


def comment(*revisions: Revision, complete: bool = True) -> Comment:
    return Comment(
        id=1,
        node="n",
        author=BOT,
        text=revisions[-1].text or "",
        created_at=revisions[0].at,
        edited_at=None,
        minimized=False,
        own=True,
        history=History(revisions=revisions, complete=complete),
    )


def comment_by(text: str, by: Actor | None = LEAD, minute: int = 5, **more: object) -> Comment:
    plain = Comment(
        id=2,
        node="m",
        author=by,
        text=text,
        created_at=at(minute),
        edited_at=None,
        minimized=False,
        own=False,
        history=History(revisions=()),
        via_app=False,
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def pull(*comments: Comment, reviews: Sequence[Review] = (), **more: object) -> PullRequest:
    plain = PullRequest(
        number=412,
        title="",
        body="",
        author=AUTHOR,
        state="OPEN",
        draft=False,
        head=HEAD,
        head_ref="release/2",
        base_ref="main",
        labels=(),
        merged=False,
        merge_commit=None,
        created_at=START,
        history=History(revisions=()),
        reviews=tuple(reviews),
        comments=tuple(comments),
        commits=(Commit(sha=HEAD, authors=(AUTHOR,), committer=AUTHOR, at=START),),
        commits_complete=True,
        pushers=(),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def statements(pull_request: PullRequest | None, **more: object) -> Statements:
    plain = Statements(
        pull_request=pull_request,
        ticket=None,
        approvals=(),
        signed=(),
        roles={"backend-lead": ("@octo-lead",), "on-call": ("maintain",)},
        permission=lambda login: PERMISSIONS.get(login, Permission.READ),
        member=lambda team, login: False,
        environment="production",
        commit=HEAD,
        tip=None,
        now=at(60),
        names=ItemNames(
            items={"api_key": ("API_KEY",)},
            sections={"payments": ("API_KEY", "other")},
            texts={"the key is scoped": ("API_KEY",)},
        ),
    )
    return replace(plain, **more)  # type: ignore[arg-type]


def in_ticket(found: Statements) -> Statements:
    """The same comments, on the release ticket of a commit that no pull request brought."""
    assert found.pull_request is not None
    ticket = Ticket(
        number=7,
        title="",
        body="",
        author=None,
        state="OPEN",
        created_at=START,
        history=History(revisions=()),
        comments=found.pull_request.comments,
    )
    return replace(found, pull_request=None, ticket=ticket)


def signed_by(found: Statements, request: SignOffRequest = KEY, terms: Terms = LEADS) -> list[str]:
    return [sign.by for sign in GitHubSignOffs(found).find(request, terms).counted]


def why_not(found: Statements, request: SignOffRequest = KEY, terms: Terms = LEADS) -> str:
    sign_offs = GitHubSignOffs(found)
    answer = sign_offs.find(request, terms)
    assert answer.counted == ()
    return "; ".join(each.reason for each in (*sign_offs.unattributed(), *answer.ignored))


def ticked(by: Actor | None = LEAD, **more: object) -> Statements:
    return statements(pull(comment(ours(0, body(box())), theirs(1, body(box("x")), by)), **more))


def test_the_lead_ticks_and_is_credited() -> None:
    sign_offs = GitHubSignOffs(ticked())
    answer = sign_offs.find(KEY, LEADS)
    (sign,) = answer.counted
    assert (sign.by, sign.role, sign.via, sign.commit, sign.at) == (
        "octo-lead",
        "backend-lead",
        "tick",
        HEAD,
        at(1),
    )
    assert (*sign_offs.unattributed(), *answer.ignored) == ()
    assert answer.place == "PR #412"


@pytest.mark.parametrize(
    ("by", "reason"),
    [
        (CAT, "@octocat is not in backend-lead"),
        (None, "the editor's account was deleted"),
        (Actor(login="renovate[bot]", id=7, kind="Bot"), "a bot ticked it"),
    ],
)
def test_nobody_else_is(by: Actor | None, reason: str) -> None:
    assert why_not(ticked(by)) == reason


def test_a_body_that_is_ticked_by_ourselves_signs_nothing() -> None:
    """Only a person's revision counts: the state of the body is never believed."""
    assert signed_by(statements(pull(comment(ours(0, body(box())), ours(1, body(box("x"))))))) == []


def test_text_and_boxes_edited_together_credit_nobody() -> None:
    edited = body(box("x"), note="and I say so")
    assert (
        why_not(statements(pull(comment(ours(0, body(box())), theirs(1, edited)))))
        == "the edit changed text as well as boxes"
    )


def test_after_an_unattributable_edit_nothing_counts_until_we_write_again() -> None:
    mangled = [ours(0, body(box())), theirs(1, None), theirs(2, body(box("x")))]
    assert "has no known author" in why_not(statements(pull(comment(*mangled))))
    restored = [*mangled, ours(3, body(box())), theirs(4, body(box("x")))]
    assert signed_by(statements(pull(comment(*restored)))) == ["octo-lead"]


def test_restoring_a_mangled_comment_loses_no_earlier_credit() -> None:
    history = [
        ours(0, body(box())),
        theirs(1, body(box("x"))),
        theirs(2, "vandalised", CAT),
        ours(3, body(box())),
    ]
    assert signed_by(statements(pull(comment(*history)))) == ["octo-lead"]


def test_a_tick_made_while_we_wrote_is_not_lost() -> None:
    """Our revision after it shows an empty box again, but the history has the tick."""
    history = [
        ours(0, body(box())),
        theirs(1, body(box("x"))),
        ours(1, body(box(), note="a newer report")),
    ]
    assert signed_by(statements(pull(comment(*history)))) == ["octo-lead"]


def test_an_untick_takes_the_tick_back() -> None:
    history = [ours(0, body(box())), theirs(1, body(box("x"))), theirs(2, body(box()), CAT)]
    assert signed_by(statements(pull(comment(*history)))) == []


def test_a_comment_that_begins_with_somebody_else_attributes_nothing() -> None:
    forged = [theirs(0, body(box())), theirs(1, body(box("x")))]
    assert signed_by(statements(pull(comment(*forged)))) == []


def test_the_marker_in_somebody_elses_comment_is_just_text() -> None:
    forged = replace(
        comment(theirs(0, body(box())), theirs(1, body(box("x")))), own=False, author=LEAD
    )
    assert signed_by(statements(pull(forged))) == []


def test_rewording_returns_it_to_pending() -> None:
    assert (
        why_not(ticked(), replace(KEY, words="The key is scoped to fans"))
        == "the item was reworded after @octo-lead signed"
    )
    assert (
        why_not(ticked(), terms=replace(LEADS, that="It is scoped"))
        == "the item was reworded after @octo-lead signed"
    )


def test_per_commit_falls_with_a_new_commit_and_holds_on_the_merge_github_made() -> None:
    terms = replace(LEADS, per="commit")
    assert signed_by(ticked(), terms=terms) == ["octo-lead"]
    assert why_not(replace(ticked(), commit=OLD), terms=terms) == "@octo-lead signed another commit"
    merged = ticked(merged=True, merge_commit=MERGE, state="MERGED")
    assert signed_by(replace(merged, commit=MERGE), terms=terms) == ["octo-lead"]
    assert signed_by(replace(merged, commit=OLD), terms=terms) == []


def test_a_signature_expires() -> None:
    terms = replace(LEADS, valid_for=timedelta(minutes=30))
    assert why_not(ticked(), terms=terms) == "@octo-lead's signature has expired"
    assert signed_by(replace(ticked(), now=at(20)), terms=terms) == ["octo-lead"]


def test_what_was_read_once_tells_who_counts_at_any_later_time() -> None:
    """Nobody is asked again, and what counts then is what a later look finds."""
    asked: list[str] = []

    def permission(login: str) -> Permission:
        asked.append(login)
        return PERMISSIONS.get(login, Permission.READ)

    terms = Terms(by=("write",), valid_for=timedelta(minutes=30))
    line = replace(KEPT, by="@octocat", on=date(2026, 11, 23), until=date(2026, 12, 1))
    line = replace(line, words=digest(KEY, terms))
    told = replace(ticked(), permission=permission, signed=[line], now=at(20))
    answer = GitHubSignOffs(told).find(KEY, replace(terms, valid_for=timedelta(days=2)))
    before = len(asked)
    for moment in (at(20), at(24 * 60), at(2 * 24 * 60 + 1), at(2 * 24 * 60 + 2), at(30 * 24 * 60)):
        later = GitHubSignOffs(replace(told, now=moment))
        fresh = later.find(KEY, replace(terms, valid_for=timedelta(days=2)))
        then = answer.at(moment)
        assert replace(then, dated=None) == replace(fresh, dated=None), moment
        before += len(asked) - before  # those of the later look
        assert answer.at(moment) == then
        assert len(asked) == before
    assert [sign.by for sign in answer.at(at(24 * 60)).counted] == ["octo-lead", "octocat"]
    assert answer.at(at(30 * 24 * 60)).counted == ()


def test_a_sign_off_that_counts_at_all_times_has_no_date() -> None:
    answer = GitHubSignOffs(ticked()).find(KEY, LEADS)
    assert (answer.dated, list(answer.moments())) == (None, [])
    assert answer.at(at(10**6)) is answer


def test_a_line_that_begins_later_and_whose_signer_cannot_be_looked_up_blocks_nothing_today() -> (
    None
):
    def permission(login: str) -> Permission:
        raise Unobservable("no permission to read this")

    line = replace(KEPT, on=date(2026, 11, 25), words=digest(KEY, Terms()))
    found = statements(None, signed=[line], permission=permission)
    answer = GitHubSignOffs(found).find(KEY, Terms())
    assert answer.note == "@octo-lead's signature is dated in the future"
    with pytest.raises(Unobservable):
        answer.at(at(5 * 24 * 60))


def test_the_author_and_the_last_pusher_are_not_somebody_else() -> None:
    terms = Terms(by=("write",), not_author=True)
    assert why_not(ticked(AUTHOR), terms=terms).startswith("@octo-author is the author")
    assert why_not(ticked(CAT, pushers=(CAT,)), terms=terms).startswith(
        "@octocat pushed the last commit"
    )
    assert signed_by(ticked(CAT), terms=terms) == ["octocat"]


def test_whoever_wrote_a_commit_that_was_pushed_over_is_not_somebody_else() -> None:
    """A run that begins after a forced push gates a commit that the pull request has lost."""
    terms = Terms(by=("write",), not_author=True)
    lost = Commit(sha=HEAD, authors=(CAT,), committer=CAT, at=START)
    other = Commit(sha=OLD, authors=(AUTHOR,), committer=AUTHOR, at=START)
    found = replace(ticked(CAT, head=OLD, commits=(other,)), tip=lost)
    assert "@octocat wrote this commit" in why_not(found, terms=terms)
    by_others = replace(found, tip=replace(lost, authors=(LEAD,), committer=LEAD))
    assert signed_by(by_others, terms=terms) == ["octocat"]


def test_without_a_pull_request_whoever_wrote_the_commit_is_not_somebody_else() -> None:
    terms = Terms(by=("write",), not_author=True)
    tip = Commit(sha=HEAD, authors=(AUTHOR, None), committer=CAT, at=START)
    ticket = in_ticket(ticked(CAT))
    for refused in (CAT, AUTHOR):
        found = replace(in_ticket(ticked(refused)), tip=tip)
        assert "wrote this commit" in why_not(found, terms=terms)
    assert signed_by(replace(ticket, tip=replace(tip, committer=AUTHOR)), terms=terms) == [
        "octocat"
    ]
    with pytest.raises(Unobservable, match="the authors of this commit"):
        signed_by(ticket, terms=terms)


def test_the_answer_names_everybody_who_is_excluded() -> None:
    terms = Terms(by=("write",), not_author=True)
    hub = Actor(login="web-flow", id=19864447, kind="User")
    commits = (
        Commit(sha=OLD, authors=(LEAD,), committer=LEAD, at=START),
        Commit(sha=HEAD, authors=(CAT, None, BOT), committer=hub, at=START),
    )
    people = GitHubSignOffs(statements(pull(commits=commits, pushers=(AUTHOR,))))
    assert people.find(KEY, terms).excluded == ("octo-author", "octocat")
    assert people.find(KEY, replace(terms, not_author=False)).excluded == ()
    bots = GitHubSignOffs(statements(pull(author=BOT, commits=commits)))
    assert bots.find(KEY, terms).excluded == ("octocat", "octo-lead")


def test_whoever_wrote_a_bots_commits_is_its_author() -> None:
    terms = Terms(by=("write",), not_author=True)
    commits = (
        Commit(sha=OLD, authors=(CAT,), committer=CAT, at=START),
        Commit(sha=HEAD, authors=(BOT,), committer=BOT, at=START),
    )
    assert why_not(ticked(CAT, author=BOT, commits=commits), terms=terms).startswith(
        "@octocat wrote commits of this PR"
    )
    with pytest.raises(Unobservable):
        signed_by(ticked(CAT, author=BOT, commits=commits[1:], commits_complete=False), terms=terms)


def review(
    state: str = "APPROVED", commit: str | None = HEAD, by: Actor = LEAD, minute: int = 2
) -> Review:
    return Review(author=by, state=state, commit=commit, at=at(minute))


def test_one_approving_review_does_not_sign_everything() -> None:
    """Only a rule that says so takes a review; elsewhere it is not even reported."""
    found = statements(pull(reviews=[review()]))
    assert signed_by(found) == []
    assert why_not(found) == ""
    assert signed_by(found, terms=replace(LEADS, via=("review", "tick"))) == ["octo-lead"]


def test_only_a_persons_last_opinion_counts_and_only_on_this_commit() -> None:
    terms = replace(LEADS, via=("review",))
    assert (
        signed_by(statements(pull(reviews=[review(), review("DISMISSED", minute=3)])), terms=terms)
        == []
    )
    assert signed_by(
        statements(pull(reviews=[review(), review("COMMENTED", minute=3)])), terms=terms
    ) == ["octo-lead"]
    assert (
        why_not(statements(pull(reviews=[review(commit=OLD)])), terms=terms)
        == "@octo-lead approved another commit"
    )


def commanded(text: str, **more: object) -> Statements:
    return statements(pull(comment(ours(0, body(box()))), comment_by(text, **more)))  # type: ignore[arg-type]


def test_a_command_signs_what_our_comment_showed_when_it_was_written() -> None:
    assert signed_by(commanded("/checklist sign API_KEY looked at it")) == ["octo-lead"]
    assert signed_by(commanded("/checklist sign API_KEY", minute=-1)) == []
    later = statements(
        pull(
            comment(ours(0, body(box())), ours(9, body(box(), head=OLD))),
            comment_by("/checklist sign API_KEY"),
        )
    )
    assert signed_by(later, terms=replace(LEADS, per="commit")) == ["octo-lead"]


@pytest.mark.parametrize(
    ("text", "more", "reason"),
    [
        (
            "/checklist sign API_KEY",
            {"edited_at": at(6)},
            "the comment was edited; write a new one",
        ),
        ("/checklist sign API_KEY", {"via_app": True}, "bots and Apps cannot sign"),
        ("/checklist sign API_KEY", {"via_app": None}, "bots and Apps cannot sign"),
        ("/checklist sign NO_SUCH", {}, "it names no item: give an id from the gate's comment"),
        (
            "/checklist skip API_KEY no need",
            {},
            "@octo-lead cannot skip it: the item is neither conditional nor optional",
        ),
    ],
)
def test_a_command_that_does_not_count_says_why(
    text: str, more: dict[str, object], reason: str
) -> None:
    assert why_not(commanded(text, **more)) == reason


OTHER = replace(KEY, item="rollback")
NAMED = ItemNames(
    items={"api_key": ("API_KEY",), "rollback": ("rollback",)},
    sections={"release": ("API_KEY", "rollback")},
    texts={},
)


def about_two(text: str) -> Statements:
    """A command where two items are asked, and their section."""
    return statements(
        pull(comment(ours(0, body(box(), box(request=OTHER)))), comment_by(text)), names=NAMED
    )


@pytest.mark.parametrize(
    ("text", "signed"),
    [
        ("/checklist sign API_KEY rollback", ["API_KEY", "rollback"]),
        ("/checklist sign API_KEY, rollback", ["API_KEY", "rollback"]),
        ("/checklist sign API_KEY, rollback looked at both", ["API_KEY", "rollback"]),
        ("/checklist sign API_KEY looked at the rollback", ["API_KEY"]),
        ("/checklist sign API_KEY, looked at it", ["API_KEY"]),
    ],
)
def test_a_command_names_items_and_then_a_reason(text: str, signed: list[str]) -> None:
    found = about_two(text)
    assert [each.item for each in (KEY, OTHER) if signed_by(found, each)] == signed


@pytest.mark.parametrize("word", ["rollback", "release"])
def test_a_reason_that_begins_like_an_item_or_a_section_signs_nothing_and_is_reported(
    word: str,
) -> None:
    found = about_two(f"/checklist sign API_KEY {word} went well")
    for each in (KEY, OTHER):
        assert (
            f"`{word}` may be an item or the start of the reason: put a comma between items"
            in why_not(found, each)
        )


def test_what_an_unclear_command_may_take_back_is_taken_back() -> None:
    both = [
        comment_by("/checklist sign API_KEY rollback"),
        comment_by("/checklist unsign API_KEY rollback is broken", LEAD, 6),
    ]
    found = statements(pull(comment(ours(0, body(box(), box(request=OTHER)))), *both), names=NAMED)
    assert [signed_by(found, each) for each in (KEY, OTHER)] == [[], []]


def test_unsign_takes_back_ones_own_word_only() -> None:
    both = [comment_by("/checklist sign API_KEY"), comment_by("/checklist unsign API_KEY", CAT, 6)]
    assert signed_by(statements(pull(comment(ours(0, body(box()))), *both))) == ["octo-lead"]
    both = [comment_by("/checklist sign API_KEY"), comment_by("/checklist unsign API_KEY", LEAD, 6)]
    assert signed_by(statements(pull(comment(ours(0, body(box()))), *both))) == []


def test_a_word_that_was_taken_back_can_be_given_again_before_the_gate_looks() -> None:
    """The box of what was signed is gone; what it had asked is known, and whether it changed."""
    said = [
        comment_by(f"/checklist {verb} API_KEY", LEAD, minute)
        for minute, verb in ((5, "sign"), (7, "unsign"), (8, "sign"))
    ]
    signed = ours(6, body())
    both = pull(comment(ours(0, body(box())), signed), *said)
    assert signed_by(statements(both)) == ["octo-lead"]
    reworded = replace(KEY, words="`API_KEY` is another one")
    assert why_not(statements(both), reworded) == "the item was reworded after @octo-lead signed"
    never_asked = pull(comment(ours(0, body()), signed), *said)
    assert "before the gate asked" in why_not(statements(never_asked))


HIDDEN = "on a line of its own: write it on one, outside quotes, lists, code, tables and HTML"


@pytest.mark.parametrize(
    "text",
    [
        "> {}",
        "> x\n{}",
        "- {}",
        "`{}`",
        "```\n{}\n```",
        "| {} |",
        "<div>\n{}\n</div>",
        " {}",
        "**{}**",
    ],
)
def test_who_could_sign_is_told_where_a_command_counts(text: str) -> None:
    said = text.format("/checklist sign API_KEY")
    assert (
        why_not(commanded(said)) == f"@octo-lead did not write `/checklist sign API_KEY` {HIDDEN}"
    )
    assert why_not(commanded(said, by=CAT)) == ""
    assert why_not(commanded(said, by=BOT)) == ""


@pytest.mark.parametrize(
    "said",
    [
        "/Checklist sign API_KEY",
        "/checklist Sign API_KEY",
        "/checklist\xa0sign API_KEY",
        "/checklist sign\xa0API_KEY",
        "/checklist sign\xa0API_KEY\r\n",
        "- /checklist sign\xa0API_KEY\xa0",
    ],
)
def test_who_could_sign_is_told_of_what_a_phone_made_of_a_command(said: str) -> None:
    reason = f"@octo-lead did not write `/checklist sign API_KEY` {HIDDEN}"
    assert why_not(commanded(said)) == reason
    assert why_not(commanded(said, by=CAT)) == ""


def test_a_hidden_command_of_whom_nobody_could_look_up_is_not_spoken_of() -> None:
    def unreadable(_: str) -> Permission:
        raise Unobservable("no permission")

    found = replace(commanded("> /checklist sign API_KEY"), permission=unreadable)
    assert why_not(found, terms=replace(LEADS, by=("write",))) == ""


def test_a_hidden_command_that_changes_nothing_is_not_spoken_of() -> None:
    quoted = comment_by("> /checklist sign API_KEY", minute=6)
    asked = comment(ours(0, body(box())))
    signed = statements(pull(asked, quoted, comment_by("/checklist sign API_KEY")))
    answer = GitHubSignOffs(signed).find(KEY, LEADS)
    assert ([each.by for each in answer.counted], answer.ignored) == (["octo-lead"], ())
    taken_back = comment_by("/checklist unsign API_KEY", minute=7)
    assert why_not(statements(pull(asked, quoted, taken_back))) == ""
    assert why_not(commanded("> /checklist sign NOTHING")) == ""


def test_a_hidden_withdrawal_is_told_to_who_signed() -> None:
    quoted = comment_by("> /checklist unsign API_KEY", minute=6)
    asked = comment(ours(0, body(box())))
    signed = statements(pull(asked, quoted, comment_by("/checklist sign API_KEY")))
    [ignored] = GitHubSignOffs(signed).find(KEY, LEADS).ignored
    assert ignored.reason == f"@octo-lead did not write `/checklist unsign API_KEY` {HIDDEN}"
    assert why_not(statements(pull(asked, quoted))) == ""


def test_hidden_commands_of_a_crowd_are_few_questions() -> None:
    asked: list[str] = []

    def permission(login: str) -> Permission:
        asked.append(login)
        return Permission.READ

    crowd = [
        comment_by("> /checklist sign API_KEY\n" * 9, Actor(login=f"o{n}", id=900 + n, kind="User"))
        for n in range(200)
    ]
    found = statements(pull(comment(ours(0, body(box()))), *crowd), permission=permission)
    assert why_not(found, terms=replace(LEADS, by=("write",))) == ""
    assert len(set(asked)) <= 20


def test_a_sections_name_signs_only_what_is_asked_in_its_box() -> None:
    assert signed_by(commanded("/checklist sign payments")) == []
    other = replace(KEY, item="other", key=None)
    shown = statements(
        pull(comment(ours(0, body(box(request=other)))), comment_by("/checklist sign payments"))
    )
    assert signed_by(shown, other) == ["octo-lead"]


@pytest.mark.parametrize("key", ["API_KEY", None])
def test_a_sections_name_takes_back_all_that_was_signed_in_it(key: str | None) -> None:
    request = replace(KEY, key=key)
    said = [
        comment_by("/checklist sign API_KEY"),
        comment_by("/checklist unsign payments", minute=6),
    ]
    assert signed_by(statements(pull(comment(ours(0, body(box()))), *said)), request) == []


def test_a_conditional_item_is_skipped_by_a_person_with_a_reason() -> None:
    optional = replace(KEY, skippable=True)
    skipped = GitHubSignOffs(commanded("/checklist skip API_KEY not used here")).find(
        optional, LEADS
    )
    assert [(sign.by, sign.reason) for sign in skipped.skipped] == [("octo-lead", "not used here")]
    assert (
        why_not(commanded("/checklist skip API_KEY"), optional)
        == "@octo-lead gave no reason for skipping it"
    )


def test_a_copy_of_the_checklist_in_the_tickets_body_can_be_ticked() -> None:
    lines = ("- [ ] The key is scoped", "- [x] The key is scoped")
    ticket = Ticket(
        number=12,
        title="",
        body=lines[1],
        author=AUTHOR,
        state="OPEN",
        created_at=START,
        history=History(revisions=(theirs(0, lines[0], AUTHOR), theirs(1, lines[1]))),
        comments=(),
    )
    assert signed_by(statements(None, ticket=ticket)) == ["octo-lead"]
    created_ticked = replace(ticket, history=History(revisions=(theirs(0, lines[1], LEAD),)))
    assert signed_by(statements(None, ticket=created_ticked)) == []


def test_this_runs_approval_counts_for_this_environment() -> None:
    terms = replace(LEADS, via=("environment",))
    approval = Approval(environments=("production",), state="approved", user=LEAD)
    assert signed_by(statements(None, approvals=[approval]), terms=terms) == ["octo-lead"]
    assert (
        signed_by(
            statements(None, approvals=[replace(approval, environments=("staging",))]), terms=terms
        )
        == []
    )
    assert (
        signed_by(statements(None, approvals=[replace(approval, state="rejected")]), terms=terms)
        == []
    )


def test_a_line_under_signed_outlives_releases_until_its_day_or_other_words() -> None:
    line = SignedLine(
        item="API_KEY",
        by="@octo-lead",
        on=date(2026, 11, 2),
        until=date(2026, 11, 22),
        words=digest(KEY, LEADS),
        environment=None,
        line=1,
    )
    assert signed_by(statements(None, signed=[line])) == ["octo-lead"]
    assert (
        why_not(statements(None, signed=[replace(line, until=date(2026, 11, 21))]))
        == "@octo-lead's signature has expired"
    )
    assert (
        why_not(statements(None, signed=[replace(line, words="00000000")]))
        == "the item was reworded after @octo-lead signed"
    )
    assert (
        why_not(statements(None, signed=[replace(line, by="@octocat")]))
        == "@octocat is not in backend-lead"
    )


KEPT = SignedLine(
    item="API_KEY",
    by="@octo-lead",
    on=date(2026, 11, 2),
    until=None,
    words=digest(KEY, LEADS),
    environment=None,
    line=1,
)


def kept_line(found: Statements, terms: Terms) -> str:
    """The line under `signed:` that is offered for the key's item."""
    answer = GitHubSignOffs(found).find(KEY, terms)
    [line] = [each.keep for each in (*answer.counted, *answer.ignored) if each.keep]
    return line


def read_back(line: str) -> SignedLine:
    """As the rules file is read with that line in it."""
    written = rules(
        f"items: {{API_KEY: sign}}\nenvironments: {{production: {{}}}}\nsigned:\n  {line}",
        "production",
    )
    return written.signed[0]


def test_what_is_signed_once_for_all_counts_by_the_line_that_is_offered() -> None:
    once = replace(LEADS, per="once")
    assert signed_by(ticked(), terms=once) == []
    assert (
        why_not(ticked(), terms=once)
        == "@octo-lead's signature must be kept in the rules: add its line under `signed:`"
    )
    line = kept_line(ticked(), once)
    assert line.startswith(
        '- { item: API_KEY, by: "@octo-lead", on: 2026-11-22, environment: production, words: '
    )
    assert signed_by(statements(pull(), signed=[read_back(line)]), terms=once) == ["octo-lead"]


def test_what_holds_longer_than_a_release_counts_at_once_and_offers_its_line() -> None:
    long = replace(LEADS, valid_for=timedelta(days=90))
    assert signed_by(ticked(), terms=long) == ["octo-lead"]
    assert signed_by(
        statements(pull(), signed=[read_back(kept_line(ticked(), long))]), terms=long
    ) == ["octo-lead"]
    [plain] = GitHubSignOffs(ticked()).find(KEY, LEADS).counted
    assert plain.keep is None


def test_no_line_is_offered_to_who_may_not_sign() -> None:
    answer = GitHubSignOffs(ticked(CAT)).find(KEY, replace(LEADS, per="once"))
    assert answer.counted == ()
    assert [(each.reason, each.keep) for each in answer.ignored] == [
        ("@octocat is not in backend-lead", None)
    ]


@pytest.mark.parametrize("item", ["tls", "a/b~2", "태그-생성", "yes", 'it: "says"', "1.10"])
def test_a_line_names_any_item_so_that_it_is_read_back(item: str) -> None:
    request = replace(KEY, item=item)
    sign_offs = GitHubSignOffs(
        statements(
            pull(
                comment(
                    ours(0, body(box(request=request))), theirs(1, body(box("x", request=request)))
                )
            )
        )
    )
    [ignored] = sign_offs.find(request, replace(LEADS, per="once")).ignored
    assert read_back(ignored.keep or "").item == item


@pytest.mark.parametrize(
    ("line", "terms", "reason"),
    [
        (
            KEPT,
            replace(LEADS, per="commit"),
            "names no commit, and this item is signed for each commit",
        ),
        (
            replace(KEPT, until=date(2030, 1, 1)),
            replace(LEADS, valid_for=timedelta(days=10)),
            "has expired",
        ),
        (replace(KEPT, on=date(2026, 11, 23)), LEADS, "is dated in the future"),
        (
            replace(KEPT, by="octo-author"),
            Terms(not_author=True),
            "is the author, so somebody else must sign",
        ),
        (replace(KEPT, by="renovate[bot]"), Terms(), "is not a person"),
    ],
)
def test_a_line_under_signed_is_held_to_all_that_other_words_are(
    line: SignedLine, terms: Terms, reason: str
) -> None:
    line = replace(line, words=digest(KEY, terms))
    assert reason in why_not(statements(pull(), signed=[line]), terms=terms)


def test_a_tick_on_stagings_comment_signs_nothing_for_production() -> None:
    """Each environment has its own comment on the same pull request, and both ask the same words."""
    staging = comment(
        ours(0, body(box(), environment="staging")),
        theirs(1, body(box("x"), environment="staging")),
    )
    assert signed_by(statements(pull(staging))) == []
    assert signed_by(statements(pull(staging), environment="staging")) == ["octo-lead"]
    both = pull(
        comment(ours(0, body(box(), environment="staging"))), comment_by("/checklist sign API_KEY")
    )
    assert signed_by(statements(both)) == []


def test_a_command_signs_each_box_that_its_item_had() -> None:
    """Two rules of one item may ask a person two things."""
    other = replace(LEADS, that="The key is rotated")
    found = statements(
        pull(comment(ours(0, body(box(), box(terms=other)))), comment_by("/checklist sign API_KEY"))
    )
    assert (signed_by(found), signed_by(found, terms=other)) == (["octo-lead"], ["octo-lead"])


def test_an_example_of_a_command_is_no_command() -> None:
    quoted = "To sign, write\n```\n/checklist sign API_KEY\n```\n"
    assert signed_by(commanded(quoted)) == []
    assert signed_by(commanded(f"{quoted}\n/checklist sign API_KEY")) == ["octo-lead"]


def test_a_skip_names_one_item_and_the_rest_is_its_reason() -> None:
    """A word of the reason that happens to be another item's id skips nothing."""
    other = replace(KEY, item="other", skippable=True)
    names = ItemNames(items={"api_key": ("API_KEY",), "other": ("other",)}, sections={}, texts={})
    boxes = body(box(), box(request=other))
    found = statements(
        pull(comment(ours(0, boxes)), comment_by("/checklist skip API_KEY other team does it")),
        names=names,
    )
    assert GitHubSignOffs(found).find(other, LEADS).skipped == ()
    [skip] = GitHubSignOffs(found).find(replace(KEY, skippable=True), LEADS).skipped
    assert skip.reason == "other team does it"


def test_a_copy_of_the_items_words_does_not_sign_what_the_rule_asks_instead() -> None:
    lines = ("- [ ] The key is scoped", "- [x] The key is scoped")
    copied = pull(history=History(revisions=(theirs(0, lines[0], AUTHOR), theirs(1, lines[1]))))
    assert signed_by(statements(copied)) == ["octo-lead"]
    assert "its rule asks for something else" in why_not(
        statements(copied), terms=replace(LEADS, that="The key is rotated")
    )


def test_two_are_two_people_not_two_words_of_one() -> None:
    twice = statements(
        pull(
            comment(ours(0, body(box())), theirs(1, body(box("x")))),
            comment_by("/checklist sign API_KEY"),
        )
    )
    assert signed_by(twice) == ["octo-lead"]


def test_roles_are_users_teams_and_permissions() -> None:
    assert signed_by(ticked(LEAD), terms=Terms(by=("on-call",))) == ["octo-lead"]
    assert signed_by(ticked(CAT), terms=Terms(by=("on-call",))) == []
    teams = replace(
        ticked(CAT),
        roles={"leads": ("@acme/leads",)},
        member=lambda team, login: (team, login) == ("@acme/leads", "octocat"),
    )
    assert signed_by(teams, terms=Terms(by=("leads",))) == ["octocat"]


def test_where_a_team_cannot_be_read_nothing_is_decided() -> None:
    def unreadable(team: str, login: str) -> bool:
        raise Unobservable("the team cannot be read", "give metadata-token")

    with pytest.raises(Unobservable):
        signed_by(
            replace(ticked(CAT), roles={"leads": ("@acme/leads",)}, member=unreadable),
            terms=Terms(by=("leads",)),
        )


def test_without_a_place_to_sign_nobody_has_signed() -> None:
    found = NoSignOffs().find(KEY, LEADS)
    assert (found.place, found.counted) == (None, ())


def test_sign_offs_that_cannot_be_read_are_neither_there_nor_missing() -> None:
    with pytest.raises(Unobservable, match="GitHub is down"):
        NoSignOffs(unreadable=Unobservable("GitHub is down")).find(KEY, LEADS)


def test_github_is_asked_who_may_sign_only_where_anybody_said_anything() -> None:
    assert not GitHubSignOffs(statements(pull())).waits(KEY)
    assert not NoSignOffs().waits(KEY)
    assert GitHubSignOffs(ticked()).waits(KEY)
    assert not GitHubSignOffs(ticked()).waits(replace(KEY, item="other", key="other"))
    assert GitHubSignOffs(statements(pull(reviews=[review()]))).waits(KEY)
    assert GitHubSignOffs(statements(pull(), signed=[KEPT])).waits(KEY)
    of_the_rule = replace(KEPT, item="Key is scoped")
    assert GitHubSignOffs(statements(pull(), signed=[of_the_rule])).waits(
        replace(KEY, key="Key is scoped")
    )


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["ours", "tick", "untick", "mangle", "blank", "gone"]),
            st.sampled_from([LEAD, CAT]),
        ),
        max_size=12,
    )
)
def test_no_box_is_ever_credited_to_somebody_who_did_not_tick_it(
    acts: list[tuple[str, Actor]],
) -> None:
    """For random histories of people's revisions and ours."""
    revisions, boxes, really = [ours(0, body(box()))], " ", set()
    for minute, (act, who) in enumerate(acts, 1):
        if act == "ours":
            boxes = " "
            revisions.append(ours(minute, body(box())))
        elif act in ("tick", "untick"):
            new = "x" if act == "tick" else " "
            if new == "x" and boxes == " ":
                really.add((who.login, at(minute)))
            boxes = new
            revisions.append(theirs(minute, body(box(new)), who))
        else:
            text = {
                "mangle": body(box("x"), note=str(minute)),
                "blank": None,
                "gone": body(box("x")),
            }[act]
            boxes = "x"
            revisions.append(theirs(minute, text, None if act == "gone" else who))
    credited = {
        (each.by.login, each.at)
        for each in ticks(History(revisions=tuple(revisions)), ours=True)
        if isinstance(each, Tick) and each.ticked
    }
    assert credited <= really
