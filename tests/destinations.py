"""A run that may publish everywhere, and what it wrote."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from deploy_checklist.github.model import Comment, Issue, Posted
from deploy_checklist.publish.base import Destinations, GitHubPlaces
from deploy_checklist.settings import Inputs, RunContext


@dataclass
class RecordingWriter:
    """GitHub, which takes everything."""

    written: list[str] = field(default_factory=list)

    def comment_text(self, comment: int) -> str | None:
        return None

    def create_comment(self, number: int, text: str) -> Posted:
        self.written.append(text)
        return Posted(id=1, node="1", url="https://github.example/1")

    def update_comment(self, comment: int, text: str) -> Posted:
        raise AssertionError("there is none")

    def minimize(self, node: str) -> None:
        raise AssertionError("there is none")

    def issues(self, label: str) -> Sequence[Issue]:
        return ()

    def create_issue(self, title: str, body: str, label: str) -> int:
        self.written.append(f"{title}\n{body}")
        return 1

    def close_issue(self, number: int) -> None:
        raise AssertionError("there is none")


@dataclass(frozen=True)
class EmptyConversation:
    """A pull request or a ticket that nobody has commented on."""

    number: int
    comments: Sequence[Comment] = ()


@dataclass(frozen=True)
class Everywhere:
    """Destinations of every kind, and what lies there now."""

    to: Destinations
    writer: RecordingWriter
    folder: Path

    @property
    def log(self) -> str:
        assert isinstance(self.to.out, io.StringIO)
        return self.to.out.getvalue()

    @property
    def everything(self) -> str:
        files = (path.read_text() for path in sorted(self.folder.rglob("*")) if path.is_file())
        return "\n".join((self.log, *self.writer.written, *files))


def destinations_below(tmp_path: Path) -> Everywhere:
    writer = RecordingWriter()
    places = GitHubPlaces(
        writer=lambda: writer,
        repository_id=4711,
        commit="a" * 40,
        began=datetime(2026, 11, 22, 21, 14, tzinfo=UTC),
        overtaken=lambda: None,
        comments_now=lambda _: (),
        comment_on=EmptyConversation(412),
        log_on=EmptyConversation(7),
        follow_ups=True,
        may_open_issues=True,
    )
    runner = {
        "GITHUB_WORKSPACE": str(tmp_path),
        "GITHUB_STEP_SUMMARY": str(tmp_path / "summary"),
        "GITHUB_OUTPUT": str(tmp_path / "output"),
    }
    to = Destinations(
        inputs=Inputs.read({"INPUT_REPORT-FILE": "report.json", "INPUT_FOLLOW-UPS": "true"}),
        context=RunContext.read(runner),
        out=io.StringIO(),
        log_columns=("Date", "Notes"),
        github=places,
    )
    return Everywhere(to=to, writer=writer, folder=tmp_path)
