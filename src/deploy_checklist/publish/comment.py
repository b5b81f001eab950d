"""Creates or updates the one comment of an environment and phase; keeps ticks that were made
meanwhile.

It is found again by its last line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from msgspec import Struct

from ..github.model import Comment
from ..report import markdown
from ..report.model import Report, Verdict
from .base import Destinations, GitHubWriter

_MARKER = re.compile(
    r"<!-- deploy-checklist repository=(?P<repository>\d+) number=(?P<number>\d+)"
    r" environment=(?P<environment>[^\s<>]*) phase=(?P<phase>[a-z]+)"
    r" run=(?P<run>[0-9T:.+-]+Z?) head=(?P<head>[0-9a-f]{40,64}) -->"
)
_RUN = re.compile(r" run=\S+ ")
_FOOTER = re.compile(r"^<sub>.*?\d{4}-\d\d-\d\d \d\d:\d\d UTC")
_BOX = re.compile(r"^(- )\[[ xX]\]( .*<!-- asks [^<>]* -->)\s*$")
_TICKED = re.compile(r"^- \[[xX]\]")


class CommentRights(Struct, frozen=True, kw_only=True):
    """What this run may do."""

    create: bool  # a comment where there is none
    overtaken: Callable[[], bool]  # whether another run began to look after this one


class Marker(Struct, frozen=True, kw_only=True):
    """The comment's last line. It decides only which run may write; nothing of it is believed for a
    verdict.
    """

    repository: int
    number: int
    environment: str | None
    phase: str
    started_at: datetime  # when that run began to look
    head: str  # the commit it spoke of

    def __str__(self) -> str:
        environment = quote(self.environment or "", safe="")
        run = self.started_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return (
            f"<!-- deploy-checklist repository={self.repository} number={self.number} environment={environment}"
            f" phase={self.phase} run={run} head={self.head} -->"
        )

    def speaks_of(self, other: Marker) -> bool:
        """The same place, environment and phase."""
        mine = (self.repository, self.number, self.environment, self.phase)
        return mine == (other.repository, other.number, other.environment, other.phase)


def text(report: Report, to: Destinations) -> str | None:
    """The report with boxes that can be ticked, if it belongs on a pull request or a ticket."""
    if to.github is None or to.github.comment_on is None or to.inputs.comment == "never":
        return None
    return markdown.render(report, boxes=True)


def write(text: str, report: Report, to: Destinations) -> Mapping[str, str]:
    """The comment's address, if there is one now."""
    if to.github is None or to.github.comment_on is None:
        return {}
    marker = Marker(
        repository=to.github.repository_id,
        number=to.github.comment_on.number,
        environment=report.environment,
        phase=report.phase.value,
        started_at=to.github.began,
        head=to.github.commit,
    )
    wanted = to.inputs.comment == "always" or report.verdict is not Verdict.READY
    may = CommentRights(
        create=wanted and not report.nothing_in_phase, overtaken=to.github.overtaken
    )
    url = publish(text, marker, to.github.comment_on.comments, to.github.writer(), may)
    return {"comment-url": url} if url else {}


def publish(
    text: str, marker: Marker, there: Sequence[Comment], writer: GitHubWriter, may: CommentRights
) -> str | None:
    """Writes the comment if it must be; its address, None if there is none. `there`: all comments
    of the place.
    """
    body = f"{text.rstrip()}\n\n{marker}"
    ours = [
        each for each in there if (found := _ours(each)) is not None and found.speaks_of(marker)
    ]
    for double in ours[1:]:
        if not double.minimized:
            writer.minimize(double.node)
    if not ours:
        return (
            writer.create_comment(marker.number, body).url
            if may.create and not may.overtaken()
            else None
        )
    first = ours[0]
    if any(
        (found := _ours(each)) is not None and found.started_at > marker.started_at for each in ours
    ):
        return first.url  # a run that began to look later has written
    if _lasting(first.text) == _lasting(body):
        return first.url
    if may.overtaken():
        return first.url
    now = writer.comment_text(first.id)
    if now is None:
        return writer.create_comment(marker.number, body).url if may.create else None
    written = parse(now)
    if written is not None and written.started_at > marker.started_at:
        return first.url
    return writer.update_comment(first.id, carried(body, first.text, now)).url


def parse(text: str) -> Marker | None:
    """The marker on a text's last line; None if it is no comment of the gate's."""
    lines = text.replace("\r\n", "\n").rstrip().split("\n")
    found = _MARKER.fullmatch(lines[-1].strip())
    if found is None or not lines[0].startswith("## "):
        return None
    try:
        run = datetime.fromisoformat(found["run"])
    except ValueError:
        return None
    return Marker(
        repository=int(found["repository"]),
        number=int(found["number"]),
        environment=unquote(found["environment"]) or None,
        phase=found["phase"],
        started_at=run if run.tzinfo else run.replace(tzinfo=UTC),
        head=found["head"],
    )


def carried(body: str, before: str, now: str) -> str:
    """Our text with the boxes that were ticked since we read the comment: that tick is the next
    run's to judge.
    """
    ticked = _ticked(now) - _ticked(before)
    return "\n".join(
        f"{box[1]}[x]{box[2]}" if (box := _BOX.match(line)) and box[2] in ticked else line
        for line in body.split("\n")
    )


def _ours(comment: Comment) -> Marker | None:
    """Our own identity's, and what it said when we last wrote it: somebody may have cut its last
    line off since.
    """
    if not comment.own:
        return None
    last = next(
        (each.text for each in reversed(comment.history.revisions) if each.by_gate and each.text),
        None,
    )
    return parse(last or comment.text)


def _ticked(text: str) -> set[str]:
    lines: Iterable[str] = text.replace("\r\n", "\n").split("\n")
    return {box[2] for line in lines if (box := _BOX.match(line)) and _TICKED.match(line)}


def _lasting(text: str) -> list[str]:
    """The text without the run and the time, which are no reason to write it again."""
    lines = text.replace("\r\n", "\n").rstrip().split("\n")
    return [_RUN.sub(" ", _FOOTER.sub("", line)) for line in lines]
