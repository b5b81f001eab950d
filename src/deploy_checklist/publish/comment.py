"""Creates or updates the one comment of an environment and phase; keeps ticks made meanwhile.

It is found again by its last line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, unquote

from msgspec import Struct

from ..github.model import Comment
from ..report import markdown
from ..report.escape import inline
from ..report.model import Report, Verdict
from .base import Destinations, GitHubWriter
from .gate_files import GateFiles

_MARKER = re.compile(
    r"<!-- deploy-checklist repository=(?P<repository>\d+) number=(?P<number>\d+)"
    r" environment=(?P<environment>[^\s<>]*)(?: gate=(?P<name>[^\s<>]+))?"
    r"(?: checklist=(?P<checklist>[^\s<>]+))?(?: rules=(?P<rules>[^\s<>]+))?"
    r" phase=(?P<phase>[a-z]+)"
    r" run=(?P<run>[0-9T:.+-]+Z?) head=(?P<head>[0-9a-f]{40,64}) -->"
)
_RUN = re.compile(r" run=\S+ ")
_FOOTER = re.compile(r"^<sub>.*?\d{4}-\d\d-\d\d \d\d:\d\d UTC")
_COMMENT_ID = re.compile(r"#issuecomment-(\d+)$")  # the end of every comment's address
_BOX = re.compile(r"^(- )\[[ xX]\]( .*<!-- asks [^<>]* -->)\s*$")
_TICKED = re.compile(r"^- \[[xX]\]")


class CommentRights(Struct, frozen=True, kw_only=True):
    """What this run may do."""

    create: bool  # a comment where there is none
    overtaken: Callable[[], bool]  # whether another run began to look after this one


class Marker(Struct, frozen=True, kw_only=True):
    """The comment's last line. It decides which run may write, and nothing of a verdict."""

    repository: int
    number: int
    environment: str | None
    gate: GateFiles = GateFiles()
    phase: str
    started_at: datetime  # when that run began to look
    head: str  # the commit that it is about

    def __str__(self) -> str:
        environment = quote(self.environment or "", safe="")
        run = self.started_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
        return (
            f"<!-- deploy-checklist repository={self.repository} number={self.number}"
            f" {' '.join((f'environment={environment}', *self.gate.fields()))}"
            f" phase={self.phase} run={run} head={self.head} -->"
        )

    def same_subject(self, other: Marker) -> bool:
        """Whether both are about the same place, environment and phase, of gates of one name."""
        return self._subject() == other._subject()

    def _subject(self) -> tuple[object, ...]:
        return (self.repository, self.number, self.environment, self.gate.name, self.phase)


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
        gate=GateFiles.of(report.gate, report.checklist, report.rules),
        phase=report.phase.value,
        started_at=to.github.began,
        head=to.github.commit,
    )
    create = to.inputs.comment == "always" or report.verdict is not Verdict.READY
    may = CommentRights(
        create=create and not report.nothing_in_phase, overtaken=to.github.overtaken
    )
    url = publish(text, marker, to.github.comment_on.comments, to.github.writer(), may)
    return {"comment-url": url} if url else {}


def of_another_gate(comments: Sequence[Comment], marker: Marker) -> list[GateFiles]:
    """The other gates that have commented under our gate's name."""
    written = [
        found.gate for found in map(_own_marker, comments) if found and found.same_subject(marker)
    ]
    return [gate for gate in written if marker.gate.other_file(gate)]


def publish(
    text: str, marker: Marker, comments: Sequence[Comment], writer: GitHubWriter, may: CommentRights
) -> str | None:
    """Writes the comment, unless it says the same already or a later run has written.

    `comments`: all of the pull request or issue. Returns the address; None if there is no comment.
    """
    body = f"{text.rstrip()}\n\n{marker}"
    ours: list[Comment] = []
    newest = marker.started_at
    for comment in comments:
        found = _own_marker(comment)
        if found is not None and found.same_subject(marker):
            ours.append(comment)
            newest = max(newest, found.started_at)
    for duplicate in ours[1:]:
        if not duplicate.minimized:
            writer.minimize(duplicate.node)
    if not ours:
        if not may.create or may.overtaken():
            return None
        return writer.create_comment(marker.number, body).url
    first = ours[0]
    if newest > marker.started_at:
        return first.url  # a run that began to look later has written
    if _without_run(first.text) == _without_run(body) or may.overtaken():
        return first.url
    now = writer.comment_text(first.id)
    if now is None:
        return writer.create_comment(marker.number, body).url if may.create else None
    written = parse(now)
    if written is not None and written.started_at > marker.started_at:
        return first.url
    return writer.update_comment(first.id, with_new_ticks(body, first.text, now)).url


def add_warning(warning: str, url: str, to: Destinations) -> None:
    """Puts a warning under the heading of the comment that this run wrote or left as it was.

    Ticks made meanwhile stay. A comment that is no longer ours, or a later run's, is left alone.
    """
    found = _COMMENT_ID.search(url)
    if to.github is None or found is None:
        return
    writer, comment = to.github.writer(), int(found[1])
    now = writer.comment_text(comment)
    written = parse(now) if now is not None else None
    if now is None or written is None or written.started_at > to.github.began:
        return
    heading, _, rest = now.replace("\r\n", "\n").partition("\n")
    text = f"{heading}\n\n> [!CAUTION]\n> {inline(warning)}\n{rest}"
    writer.update_comment(comment, text)


def parse(text: str) -> Marker | None:
    """The marker on a text's last line; None if it is no comment of the gate."""
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
        gate=_gate_of(found),
        phase=found["phase"],
        started_at=run if run.tzinfo else run.replace(tzinfo=UTC),
        head=found["head"],
    )


def with_new_ticks(body: str, before: str, now: str) -> str:
    """The body with the ticks made since we read the comment: the next run judges them."""
    ticked = _ticked_boxes(now) - _ticked_boxes(before)
    lines = body.split("\n")
    for index, line in enumerate(lines):
        box = _BOX.match(line)
        if box and box[2] in ticked:
            lines[index] = f"{box[1]}[x]{box[2]}"
    return "\n".join(lines)


def _gate_of(marker: re.Match[str]) -> GateFiles:
    name, checklist, rules = (
        unquote(value) if value else None for value in marker.group("name", "checklist", "rules")
    )
    return GateFiles(name=name, checklist=checklist, rules=rules)


def _own_marker(comment: Comment) -> Marker | None:
    """The marker of our own comment, as we wrote it last: somebody may have removed it since."""
    if not comment.own:
        return None
    for revision in reversed(comment.history.revisions):
        if revision.by_gate and revision.text:
            return parse(revision.text)
    return parse(comment.text)


def _ticked_boxes(text: str) -> set[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    boxes = [_BOX.match(line) for line in lines if _TICKED.match(line)]
    return {box[2] for box in boxes if box}


def _without_run(text: str) -> list[str]:
    """The text without the run and the time, which are no reason to write it again."""
    lines = text.replace("\r\n", "\n").rstrip().split("\n")
    return [_RUN.sub(" ", _FOOTER.sub("", line)) for line in lines]
