"""The release ticket's log row: one comment for each environment and tag."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote

from msgspec import Struct

from ..github.model import Comment, Posted
from ..report.escape import inline
from ..report.model import Report
from .base import Destinations, GitHubWriter
from .gate_files import GateFiles
from .one_comment import MeanwhileWritten, leave_one, own_comments

_CHECKLIST = re.compile(r" checklist=[^\s<>]*")
_BAR = re.compile(r"(?<!\\)\|")
_MARK = re.compile(r"<!-- deploy-checklist-log (?P<subject>[^<>]*?)( run=(?P<run>\S+))? -->")
_RUN = re.compile(r" run=\S+ -->$")


class RowMark(Struct, frozen=True, kw_only=True):
    """The comment's last line."""

    subject: str  # environment, tag or commit, gate and checklist
    started_at: datetime  # when that run began to look

    def __str__(self) -> str:
        run = self.started_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return f"<!-- deploy-checklist-log {self.subject} run={run} -->"

    def same_subject(self, other: RowMark) -> bool:
        """Whether both are about the same deployment. 1.0.0 wrote no checklist."""
        one, two = self.subject, other.subject
        return one == two or one == _CHECKLIST.sub("", two) or _CHECKLIST.sub("", one) == two


def text(report: Report, to: Destinations) -> str | None:
    """The log row, if there is a release ticket to write it to."""
    if to.github is None or to.github.log_on is None or not report.log_row:
        return None
    return row_comment(report, to.log_columns, to.github.began)


def write(text: str, report: Report, to: Destinations) -> Mapping[str, str]:
    """As a comment of the ticket."""
    mark = parse(text)
    if to.github is None or to.github.log_on is None or mark is None:
        return {}
    ticket, writer = to.github.log_on, to.github.writer()
    posted = publish(text, mark, ticket.number, ticket.comments, writer)
    if posted is not None:
        look = partial(to.github.comments_now, ticket)
        leave_one(posted, MeanwhileWritten(look, mark, parse), writer, to.out)
    return {}


def publish(
    body: str, mark: RowMark, number: int, comments: Sequence[Comment], writer: GitHubWriter
) -> Posted | None:
    """Creates the comment, or updates it if it changed. None: it was not changed."""
    for comment, says in own_comments(comments, mark, parse):
        same = _content(comment.text) == _content(body)
        if same or says.started_at > mark.started_at:
            return None
        return writer.update_comment(comment.id, body)
    return writer.create_comment(number, body)


def row_comment(report: Report, columns: Sequence[str], began: datetime) -> str:
    """A table with the one row, and the mark."""
    from ..report.tables import markdown_rows  # tabulate takes 17 ms to import

    what = report.target.tag or (report.target.commit or "")[:7]
    parts = ("Deployment log", report.gate, report.environment, what)
    title = " · ".join(part for part in parts if part)
    cells = [cell.replace("\\|", "|").strip() for cell in _BAR.split(report.log_row or "")[1:-1]]
    table = ([*map(inline, columns)], ["---"] * len(columns), [*map(inline, cells)])
    mark = RowMark(subject=_subject(report), started_at=began)
    return "\n".join((f"**{inline(title)}**", "", *markdown_rows(table), "", str(mark)))


def parse(text: str) -> RowMark | None:
    """The mark on a text's last line; None if it is not a log row. Older ones name no run."""
    found = _MARK.fullmatch(text.rstrip().rpartition("\n")[2].strip())
    if found is None:
        return None
    try:
        run = datetime.fromisoformat(found["run"]) if found["run"] else datetime.min
    except ValueError:
        return None
    return RowMark(
        subject=found["subject"], started_at=run if run.tzinfo else run.replace(tzinfo=UTC)
    )


def _subject(report: Report) -> str:
    environment = quote(report.environment or "", safe="")
    tag = quote(report.target.tag or "", safe="")
    commit = "" if tag else f" commit={report.target.commit}"
    gate = " ".join(GateFiles.of(report.gate, report.checklist, None).fields())
    return f"environment={environment} tag={tag}{commit} {gate}"


def _content(text: str) -> list[str]:
    without = _CHECKLIST.sub("", _RUN.sub("", text.rstrip()))
    return without.removesuffix(" -->").split()
