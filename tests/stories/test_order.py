"""One verdict for one commit: whichever events start the gate, in whatever order, and however often.

Between them people sign and withdraw, values change, runs are started again, and GitHub does not answer.
"""

from __future__ import annotations

import io
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from deploy_checklist import action
from deploy_checklist.run.event import EVENTS
from servers.github import FakeHub
from servers.github.state import Issue

from .telling import LEAD_BOX, SECTION_BOX, TOKEN, Ran, Story, documents
from .test_not_author import payload_of

ORDERS = int(os.environ.get("ORDERS", "3"))  # of each kind of commit; by hand, thousands
STATES = {"ready": "success", "waiting": "pending", "blocked": "failure", None: "error"}

# Of one commit of main: every event that gates it, and the job that deploys it.
GATING = sorted({*EVENTS, "the deploy job"} - {"merge_group", "pull_request_review"})
# Of the head of a pull request that is open; the merge queue makes another commit of it.
REVIEWING = ["pull_request", "pull_request_target", "pull_request_review", "issue_comment"]

HEADINGS = {"ready": "## 🟢", "waiting": "## 🔵", "blocked": "## 🔴"}
FAULTS = ("",) * 22 + ("forbidden",) * 2 + ("down",)  # 403, which is final, and 502
PUSHES = "a commit is pushed"
CHANGES = ("nothing", "lead signs", "lead withdraws", "section is signed", "value", "value back")


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something happens, and then an event starts a run."""

    change: str
    event: str
    attempt: int
    fault: str  # how GitHub answers the query instead of with what is asked; "" for no fault
    actor: str


class InOneProcess(Story):
    """The same entry point without a process of its own, which would take most of the time."""

    def executed(self, environ: Mapping[str, str], workspace: Path) -> tuple[int, str]:
        out = io.StringIO()
        return action.run(environ, out), out.getvalue()


@dataclass
class Release:
    """A commit on its way, and what is so of it at the moment."""

    story: Story
    about: Issue  # where people sign: the pull request or the ticket
    sha: str
    context: str  # of its status
    inputs: Mapping[str, str]
    lead: bool = False
    section: bool = False
    right: bool = True
    asked: str | None = None  # the commit that the comment is about
    opened: Mapping[str, Any] = field(default_factory=dict)  # the pull request, as it was at first
    seen: str | None = None  # the state of its status after the newest look

    @property
    def verdict(self) -> str:
        if not self.right:
            return "blocked"
        return "ready" if self.lead and self.section else "waiting"

    def change(self, change: str) -> None:
        self.story.hub.advance(seconds=2)
        match change:
            case "lead signs" if not self.lead:
                self.sign("octo-lead", LEAD_BOX, "checklist")
                self.lead = self.asked in (self.sha, None)  # else it is another commit's signature
            case "lead withdraws" if self.lead:
                self.say("octo-lead", "/checklist unsign checklist")
                self.lead = False
            case "section is signed" if not self.section:
                self.sign("octo-dev", SECTION_BOX, "sign-off")
                self.section = True
            case "value" | "value back":
                self.right = change == "value back"
            case "a commit is pushed":
                self.sha = self.story.repo.commit("release/1.4", {"CHANGES.md": self.sha})
                self.lead, self.seen = False, None
        self.story.hub.advance(seconds=2)

    def sign(self, who: str, box: str, name: str) -> None:
        """By a tick where the comment shows the box."""
        comment = self.story.comment(self.about.number)
        if any(line.startswith("- [ ]") and box in line for line in comment.body.split("\n")):
            self.story.hub.tick(who, comment, box)
        else:
            self.say(who, f"/checklist sign {name}")

    def say(self, who: str, text: str) -> None:
        self.story.repo.comment(self.about.number, who, text)

    def run(self, step: Step) -> Ran:
        """A run of the gate, to which GitHub answers the query or does not."""
        values = self.story.values if self.right else {**self.story.values, "PAYMENT_PROVIDER": "x"}
        if step.fault:
            self.story.hub.fault(step.fault, "POST", "/graphql", times=99)
        event, ref, more = step.event, "refs/heads/main", {}
        if step.event == "the deploy job":
            event, more = "push", {"phase": "deploy"}
        if event in ("create", "release") or more:
            ref = "refs/tags/v1.4.0"
        if event == "workflow_dispatch":
            more = {"commit": self.sha}
        ran = self.story.run(
            event,
            self.payload(event, again=step.attempt > 1),
            ref=ref,
            sha=self.story.repo.branches["main"],
            inputs={**self.inputs, **more},
            values=values,
            attempt=step.attempt,
            actor=step.actor,
        )
        self.story.hub.faults.clear()
        return ran

    def payload(self, event: str, *, again: bool) -> Mapping[str, Any]:
        """What GitHub tells of the event. A re-run is told what its first attempt was told."""
        if again and event.startswith("pull_request"):
            return {"action": "closed", "number": self.about.number, "pull_request": self.opened}
        return payload_of(self.story, event, self.sha, self.about)

    def check(self, step: Step) -> None:
        """What is so decides, and nothing else; the status tells the newest look."""
        self.change(step.change)
        ran = self.run(step)
        posts = step.event != "the deploy job"
        told = (ran.outputs["verdict"], ran.outputs["ready"])
        if not step.fault:
            assert told == (self.verdict, str(self.verdict == "ready").lower())
            assert ran.code == (self.verdict != "ready")
        else:
            assert (told, ran.code) == (("", "false"), 3)
        if posts:
            self.seen = STATES[self.verdict if not step.fault else None]
        assert self.story.status(self.sha, self.context)[0] == (self.seen or "none")
        assert len(self.story.comments(self.about.number)) == 1
        if posts and not step.fault:
            body = self.story.comment(self.about.number).body
            assert body.startswith(HEADINGS[self.verdict])
            assert f"head={self.sha} -->" in body
            self.asked = self.asked and self.sha


@contextmanager
def team() -> Iterator[Story]:
    """As the fixture `story`, once for each order of events."""
    with tempfile.TemporaryDirectory() as folder, FakeHub(datetime.now(UTC), ticking=True) as hub:
        hub.token(TOKEN)
        repo = hub.repository(files=documents())
        for login, role in {"octo-lead": "maintain", "octo-dev": "write"}.items():
            hub.user(login)
            repo.roles[login] = role
        yield InOneProcess(hub, repo, Path(folder))


def steps(kinds: list[str], changes: Sequence[str] = CHANGES) -> st.SearchStrategy[list[Step]]:
    """Each kind of event once, in any order; some more than once."""
    orders = st.tuples(st.permutations(kinds), st.lists(st.sampled_from(kinds), max_size=3))
    return orders.map(lambda both: [*both[0], *both[1]]).flatmap(
        lambda events: st.tuples(*(step(event, changes) for event in events)).map(list)
    )


def step(event: str, changes: Sequence[str]) -> st.SearchStrategy[Step]:
    return st.builds(
        Step,
        change=st.sampled_from(changes),
        event=st.just(event),
        attempt=st.sampled_from((1, 1, 2)),
        fault=st.sampled_from(FAULTS),
        actor=st.sampled_from(("octo-dev", "octo-lead")),
    )


# Shrinking takes minutes; `ORDERS=1000` tries others than those of the suite.
every_order = settings(
    max_examples=ORDERS,
    deadline=None,
    derandomize="ORDERS" not in os.environ,
    phases=[Phase.generate],
)


@every_order
@given(steps(GATING))
def test_a_merged_commit_has_one_verdict_whatever_came_last(order: list[Step]) -> None:
    with team() as story:
        pull = story.repo.open_pull()
        story.on_pull(pull)
        opened = story.view(pull)
        merged = story.repo.merge(pull)
        story.repo.tag("v1.4.0", merged)
        release = Release(story, pull, merged, "production", {}, opened=opened)
        for each in order:
            release.check(each)


@every_order
@given(steps([each for each in GATING if not each.startswith("pull_request")]))
def test_a_commit_without_a_pull_request_has_one_verdict(order: list[Step]) -> None:
    with team() as story:
        ticket = story.repo.open_issue("octo-dev", "Release 1.4")
        sha = story.repo.commit("main", {"CHANGES.md": "x"})
        story.repo.tag("v1.4.0", sha)
        inputs = {"ticket": f"#{ticket.number}"}
        story.on_push(sha, inputs=inputs)
        release = Release(story, ticket, sha, "production", inputs)
        release.seen = "pending"
        for each in order:
            release.check(each)


@every_order
@given(steps(REVIEWING, (*CHANGES, PUSHES)))
def test_the_head_of_a_pull_request_has_one_verdict(order: list[Step]) -> None:
    with team() as story:
        pull = story.repo.open_pull()
        story.on_pull(pull)
        release = Release(story, pull, pull.head, "production/review", {})
        release.opened, release.asked, release.seen = story.view(pull), pull.head, "pending"
        for each in order:
            release.check(each)
