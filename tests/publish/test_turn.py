"""Whether other people are named than before: by our own comment as we wrote it last, and once for each change."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from datetime import timedelta

import pytest
from msgspec.structs import replace

from deploy_checklist.github.model import Actor, Comment, History, Posted, Revision
from deploy_checklist.publish.comment import Marker, write
from deploy_checklist.publish.status import OvertakenBy
from destinations import EmptyConversation, Everywhere, RecordingWriter
from reports import blocked

US = Actor(login="github-actions[bot]", id=41898282, kind="Bot")


@dataclasses.dataclass
class OneComment(RecordingWriter):
    """GitHub with one comment of ours."""

    now: str = ""

    def comment_text(self, comment: int) -> str | None:
        return self.now

    def update_comment(self, comment: int, text: str) -> Posted:
        self.written.append(text)
        return Posted(id=comment, node="1", url="https://github.example/1")


def text(turn: str) -> str:
    line = f"**Your turn:** {turn}\n\n" if turn else ""
    return f"## 🔵 production is waiting\n{line}words\n"


def changed(
    everywhere: Everywhere, before: str, now: str, *, later: bool = False, overtaken: bool = False
) -> str:
    """The output, where our comment said `before`. `later`: a run wrote it that began after us."""
    github = everywhere.to.github
    assert github is not None
    began = github.began + timedelta(minutes=1 if later else -1)
    marker = Marker(
        repository=4711,
        number=412,
        environment=blocked().environment,
        phase="before",
        started_at=began,
        head="a" * 40,
    )
    body = f"{text(before)}\n{marker}"
    revision = Revision(editor=US, at=began + timedelta(seconds=9), text=body, by_gate=True)
    comment = Comment(
        id=1,
        node="1",
        author=US,
        text=body,
        created_at=revision.at,
        edited_at=None,
        minimized=False,
        own=True,
        history=History(revisions=(revision,)),
        url="https://github.example/1",
    )
    writer = OneComment(now=body)
    comments: Sequence[Comment] = (comment,)
    places = replace(
        github,
        writer=lambda: writer,
        comment_on=EmptyConversation(412, comments),
        comments_now=lambda _: comments,
        overtaken=lambda: OvertakenBy.LATER_RUN if overtaken else None,
    )
    to = replace(everywhere.to, github=places)
    return write(text(now), blocked(), to)["turn-changed"]


@pytest.mark.parametrize(
    ("before", "now", "expected"),
    [
        ("Ops 2", "Ops 2, Backend Lead 1", "true"),
        ("Ops 2, Backend Lead 1", "Backend Lead 3, Ops 1", "false"),
        ("Ops 12", "Ops 2", "false"),
        ("Ops 2", "", "true"),
        ("", "Ops 2", "true"),
        ("Team 1, Ops 2", "Team 1, Ops 12", "false"),
        ("Team 1 2", "Team 3 2", "true"),  # the number is part of the name
    ],
)
def test_other_names_are_a_change_and_other_counts_are_none(
    everywhere: Everywhere, before: str, now: str, expected: str
) -> None:
    assert changed(everywhere, before, now) == expected


def test_what_a_later_run_wrote_or_will_write_is_its_to_tell(everywhere: Everywhere) -> None:
    assert changed(everywhere, "Ops 2", "Backend Lead 1", later=True) == "false"
    assert changed(everywhere, "Ops 2", "Backend Lead 1", overtaken=True) == "false"
