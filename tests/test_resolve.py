"""What is gated, by whose words: the fewest questions to GitHub, and no answer believed that is not trusted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from msgspec.structs import replace

from deploy_checklist.checklist.model import Phase
from deploy_checklist.errors import Unusable
from deploy_checklist.github.model import (
    History,
    PullRef,
    PullRequest,
    Records,
    Ticket,
    Tree,
)
from deploy_checklist.outcome import Unobservable
from deploy_checklist.run.model import GatePolicy, ResolvedTarget, Stage, Target
from deploy_checklist.run.policy import read_policy
from deploy_checklist.run.resolve import AskedCommit, resolve
from deploy_checklist.settings import Inputs

AT = datetime(2026, 11, 22, tzinfo=UTC)
HEAD, MERGE, TIP, OTHER = "a" * 40, "b" * 40, "c" * 40, "d" * 40
RULES, CHECKLIST = ".github/deploy-checklist.yml", "docs/deployment-checklist.md"
GATE: dict[str, bytes | None] = {
    RULES: f"version: 1\nchecklist: {CHECKLIST}\nitems:\n  Announced: sign\n".encode(),
    CHECKLIST: b"- [ ] Announced\n",
}
INPUTS = Inputs.read({"INPUT_RELEASE-PR": "release/**"})
REVIEW = Target(
    stage=Stage.REVIEW,
    phase=Phase.BEFORE,
    commit=HEAD,
    pull_request=412,
    ticket=None,
    tag=None,
    environment=None,
    base="main",
    from_fork=False,
    re_run=False,
    finds_pull_request=False,
)
PUSH = replace(
    REVIEW, stage=Stage.GATE, commit=MERGE, pull_request=None, base=None, finds_pull_request=True
)


def given(**changed: Any) -> Inputs:
    return INPUTS.model_copy(update=changed)


def pull(**changed: Any) -> PullRequest:
    plain: dict[str, Any] = {
        "number": 412,
        "title": "Release",
        "body": "",
        "author": None,
        "state": "OPEN",
        "draft": False,
        "head": HEAD,
        "head_ref": "release/1.4",
        "base_ref": "main",
        "labels": (),
        "merged": False,
        "merge_commit": None,
        "created_at": AT,
        "history": History(revisions=()),
        "reviews": (),
        "comments": (),
        "commits": (),
        "commits_complete": True,
        "pushers": (),
    }
    return PullRequest(**(plain | changed))


def pull_ref(**changed: Any) -> PullRef:
    plain: dict[str, Any] = {
        "number": 412,
        "head": HEAD,
        "head_ref": "release/1.4",
        "base_ref": "main",
        "labels": (),
        "merged": True,
        "merge_commit": MERGE,
        "author": None,
    }
    return PullRef(**(plain | changed))


@dataclass
class FakeGitHub:
    """A TargetReader that answers from what it holds, and remembers what it was asked."""

    pulls: dict[int, PullRequest] = field(default_factory=lambda: {412: pull()})
    trees: dict[str, dict[str, bytes | None]] = field(
        default_factory=lambda: {TIP: GATE, HEAD: GATE, MERGE: GATE}
    )
    tips: dict[str, str] = field(default_factory=lambda: {"main": TIP})
    refs: list[list[PullRef]] = field(default_factory=list)
    holds: set[tuple[str, str]] = field(default_factory=set)
    asked: list[str] = field(default_factory=list)

    def records(
        self,
        *,
        pull_request: int | None,
        ticket: int | None,
        base: str | None,
        files: Sequence[str],
        more: Sequence[str] = (),
    ) -> Records:
        self.asked.append("records")
        tip = self.tips.get(base or "main")
        read = Ticket(
            number=ticket or 0,
            title="",
            body="",
            author=None,
            state="OPEN",
            created_at=AT,
            history=History(revisions=()),
            comments=(),
        )
        return Records(
            repository_id=1,
            default_branch="main",
            pull_request=self.pulls[pull_request] if pull_request else None,
            ticket=read if ticket else None,
            trusted=self._tree(tip, files) if tip else None,
        )

    def tree(
        self, commit: str, files: Sequence[str], *, statuses: bool, more: Sequence[str]
    ) -> Tree:
        self.asked.append(f"tree {commit[0]}")
        return self._tree(commit, files)

    def pulls_with(self, commit: str) -> Sequence[PullRef]:
        self.asked.append("pulls")
        return self.refs.pop(0) if self.refs else []

    def contained(self, commit: str, branch: str) -> bool:
        self.asked.append(f"contained {branch}")
        return (commit, branch) in self.holds

    def file(self, path: str, commit: str) -> bytes | None:
        self.asked.append(f"file {path}")
        return self.trees.get(commit, {}).get(path)

    def texts(self, commit: str, paths: Sequence[str]) -> Mapping[str, bytes]:
        self.asked.append("texts")
        files_there = self.trees.get(commit, {})
        return {path: data for path in paths if (data := files_there.get(path)) is not None}

    def _tree(self, commit: str, files: Sequence[str]) -> Tree:
        files_there = self.trees.get(commit, {})
        docs = tuple(
            path.removeprefix("docs/")
            for path in files_there
            if path.startswith("docs/") and files_there[path]
        )
        return Tree(
            commit=commit,
            files={path: files_there.get(path) for path in files},
            folders={"docs": docs},
        )


def resolved_with(
    hub: FakeGitHub, target: Target = REVIEW, inputs: Inputs = INPUTS, **more: Any
) -> tuple[ResolvedTarget, GatePolicy]:
    settings = {"lagging": False, "wait": lambda _: None, "asked_commit": asks_nothing} | {
        k: v for k, v in more.items() if k != "pushed"
    }
    resolved = resolve(target, inputs, hub, **settings)
    pushed = more.get("pushed")
    return resolved, read_policy(resolved, inputs, hub, branch=pushed, statuses=False)


def test_a_release_pr_is_judged_by_the_trusted_tips_words_at_its_own_head() -> None:
    """In three questions: the records, the checklist that the rules name, the head's own documents."""
    hub = FakeGitHub()
    hub.trees[HEAD] = {RULES: b"version: 2\n", CHECKLIST: b""}
    place, judged = resolved_with(hub)
    assert (place.commit, place.release) == (HEAD, True)
    assert [item.text for item in judged.documents.checklist.items] == ["Announced"]
    assert isinstance(judged.proposed, Unusable)
    assert hub.asked == ["records", f"file {CHECKLIST}", "tree a"]


@pytest.mark.parametrize(
    ("ref", "labels", "release"), [("feature/x", (), False), ("release/2", (), True)]
)
def test_another_pull_request_is_only_linted(
    ref: str, labels: tuple[str, ...], release: bool
) -> None:
    hub = FakeGitHub(pulls={412: pull(head_ref=ref, labels=labels)})
    place, judged = resolved_with(hub)
    assert place.release is release
    assert (judged.lint_only is None) is release


@pytest.mark.parametrize("inputs", [given(mode="report"), INPUTS])
def test_in_report_mode_or_without_rules_every_pull_request_is_reported(inputs: Inputs) -> None:
    hub = FakeGitHub(pulls={412: pull(head_ref="feature/x")})
    if inputs.mode == "enforce":
        hub.trees[TIP] = {CHECKLIST: GATE[CHECKLIST]}
    assert resolved_with(hub, inputs=inputs)[1].lint_only is None


def test_where_the_trusted_branch_has_no_checklist_the_prs_own_is_shown() -> None:
    hub = FakeGitHub()
    hub.trees[TIP] = {}
    assert resolved_with(hub)[1].untrusted


def test_words_of_an_untrusted_base_are_not_believed() -> None:
    hub = FakeGitHub(pulls={412: pull(base_ref="evil")}, tips={"main": TIP, "evil": OTHER})
    hub.trees[OTHER] = GATE
    assert resolved_with(hub, replace(REVIEW, base="evil"))[1].untrusted
    assert not resolved_with(hub, replace(REVIEW, base="evil"), given(trusted_branches=("evil",)))[
        1
    ].untrusted


def test_without_any_checklist_it_says_so() -> None:
    with pytest.raises(Unusable, match="neither main nor aaaaaaa has a checklist"):
        resolved_with(FakeGitHub(trees={}))


def test_a_comments_event_learns_the_commit_from_the_pull_request() -> None:
    place, _ = resolved_with(FakeGitHub(), replace(REVIEW, commit=None, base=None))
    assert place.commit == HEAD


def test_what_was_merged_since_the_event_is_gated_at_its_merge() -> None:
    hub = FakeGitHub(pulls={412: pull(merged=True, merge_commit=MERGE)}, holds={(MERGE, "main")})
    place, _ = resolved_with(hub, replace(REVIEW, commit=None))
    assert (place.target.stage, place.commit) == (Stage.GATE, MERGE)


@pytest.mark.parametrize(
    ("more", "reviewed"),
    [
        ({"is_head": True, "re_run": True}, OTHER),
        ({"is_head": True, "re_run": True, "head_before": OTHER}, OTHER),
        ({"is_head": True}, OTHER),
        ({"is_head": True, "head_before": MERGE}, OTHER),
        ({"is_head": True, "head_before": OTHER}, HEAD),
        ({"re_run": True}, HEAD),
    ],
    ids=[
        "a re-run",
        "a re-run after a push back",
        "another head since",
        "another push since",
        "GitHub does not know of the push yet",
        "named by the input, or a queue's",
    ],
)
def test_a_pull_request_is_reviewed_at_its_head_and_not_at_an_earlier_one(
    more: dict[str, Any], reviewed: str
) -> None:
    hub = FakeGitHub(pulls={412: pull(head=OTHER)})
    hub.trees[OTHER] = GATE
    place, _ = resolved_with(hub, replace(REVIEW, **more))
    assert place.commit == reviewed


def test_a_merge_without_a_commit_is_not_guessed() -> None:
    with pytest.raises(Unobservable):
        resolved_with(FakeGitHub(pulls={412: pull(merged=True)}))


def test_a_push_finds_the_merged_pull_request_that_made_this_very_commit() -> None:
    merged = pull(merged=True, merge_commit=MERGE)
    strangers = [
        pull_ref(number=7, merged=False, merge_commit=None),
        pull_ref(number=8, merge_commit=OTHER),
    ]
    hub = FakeGitHub(pulls={412: merged}, refs=[[*strangers, pull_ref()]])
    place, _ = resolved_with(hub, PUSH, pushed="main")
    assert place.target.pull_request == 412


def test_it_is_asked_again_while_github_does_not_know_its_own_merge_yet() -> None:
    naps: list[float] = []
    hub = FakeGitHub(
        pulls={412: pull(merged=True, merge_commit=MERGE)}, refs=[[], [], [pull_ref()]]
    )
    place, _ = resolved_with(hub, PUSH, pushed="main", lagging=True, wait=naps.append)
    assert place.target.pull_request == 412
    assert naps == [1.0, 2.0]


def test_two_that_claim_the_same_commit_are_none() -> None:
    hub = FakeGitHub(refs=[[pull_ref(), pull_ref(number=413)]])
    assert resolved_with(hub, PUSH, pushed="main")[0].target.pull_request is None


def test_a_commit_outside_every_trusted_branch_is_refused() -> None:
    with pytest.raises(Unusable, match="not in a trusted branch"):
        resolved_with(FakeGitHub(), PUSH)
    with pytest.raises(Unusable, match="not in a trusted branch"):
        resolved_with(FakeGitHub(), PUSH, pushed="feature/x")
    assert resolved_with(FakeGitHub(holds={(MERGE, "main")}), PUSH)
    assert resolved_with(
        FakeGitHub(), PUSH, given(trusted_branches=("hotfix/*",)), pushed="hotfix/1"
    )


def test_outside_pull_requests_the_gated_commits_own_words_count() -> None:
    hub = FakeGitHub()
    hub.trees[TIP] = {RULES: b"version: 2\n"}
    assert resolved_with(hub, PUSH, pushed="main")[1].documents.rules is not None


def test_the_ticket_is_the_one_that_the_pull_request_names() -> None:
    hub = FakeGitHub(pulls={412: pull(body="Release ticket: #12")})
    place, _ = resolved_with(hub)
    assert place.ticket is not None
    assert place.ticket.number == 12
    assert hub.asked.count("records") == 2


def test_talk_on_an_issue_that_is_no_ticket_is_idle() -> None:
    place = commented_on(9, INPUTS, asks_nothing)
    assert place.idle == "#9 is not a release ticket for this commit"
    assert commented_on(9, given(ticket=9), asks_nothing).idle is None


def test_a_comment_in_a_ticket_gates_the_commit_that_the_gate_asks_for_there() -> None:
    """Its event names neither commit nor ticket; the input `ticket` does, and then decides."""
    place = commented_on(9, INPUTS, lambda _: OTHER)
    assert (place.commit, place.idle, place.release) == (OTHER, None, True)
    assert place.ticket is not None
    assert place.home is place.ticket
    assert commented_on(9, given(ticket=9), lambda _: OTHER).commit == MERGE


def commented_on(ticket: int, inputs: Inputs, asked_commit: AskedCommit) -> ResolvedTarget:
    return resolve(
        replace(PUSH, ticket=ticket),
        inputs,
        FakeGitHub(),
        lagging=False,
        wait=lambda _: None,
        asked_commit=asked_commit,
    )


def asks_nothing(records: Records) -> str | None:
    return None
