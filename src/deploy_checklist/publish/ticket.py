"""The release ticket's log row: one comment for each environment and tag."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from urllib.parse import quote

from ..github.model import Comment
from ..report.escape import inline
from ..report.model import Report
from .base import Destinations, GitHubWriter
from .gate_files import GateFiles

_CHECKLIST = re.compile(r" checklist=[^\s<>]*")
_BAR = re.compile(r"(?<!\\)\|")


def text(report: Report, to: Destinations) -> str | None:
    """The log row, if there is a release ticket to write it to."""
    if to.github is None or to.github.log_on is None or not report.log_row:
        return None
    return row_comment(report, to.log_columns)


def write(text: str, report: Report, to: Destinations) -> Mapping[str, str]:
    """As a comment of the ticket."""
    if to.github is not None and to.github.log_on is not None:
        ticket = to.github.log_on
        publish(text, ticket.number, ticket.comments, to.github.writer())
    return {}


def publish(body: str, number: int, comments: Sequence[Comment], writer: GitHubWriter) -> None:
    """Creates the comment, or updates it where it has changed. Its last line is its mark, in which
    1.0.0 wrote no checklist.
    """
    mark = body.rpartition("\n")[2]
    ours = {mark, _CHECKLIST.sub("", mark)}
    for comment in comments:
        if comment.own and comment.text.rstrip().rpartition("\n")[2].strip() in ours:
            if comment.text.split() != body.split():
                writer.update_comment(comment.id, body)
            return
    writer.create_comment(number, body)


def row_comment(report: Report, columns: Sequence[str]) -> str:
    """A table with the one row, and the mark."""
    from ..report.tables import markdown_rows  # tabulate takes 17 ms to import

    what = report.target.tag or (report.target.commit or "")[:7]
    parts = ("Deployment log", report.gate, report.environment, what)
    title = " · ".join(part for part in parts if part)
    cells = [cell.replace("\\|", "|").strip() for cell in _BAR.split(report.log_row or "")[1:-1]]
    table = ([*map(inline, columns)], ["---"] * len(columns), [*map(inline, cells)])
    return "\n".join((f"**{inline(title)}**", "", *markdown_rows(table), "", _mark(report)))


def _mark(report: Report) -> str:
    environment = quote(report.environment or "", safe="")
    tag = quote(report.target.tag or "", safe="")
    commit = "" if tag else f" commit={report.target.commit}"
    gate = " ".join(GateFiles.of(report.gate, report.checklist, None).fields())
    return f"<!-- deploy-checklist-log environment={environment} tag={tag}{commit} {gate} -->"
