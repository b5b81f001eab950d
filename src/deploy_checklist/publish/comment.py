"""Creates or updates the one comment of an environment and phase; keeps ticks made meanwhile.

It is found again by its last line.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from urllib.parse import quote, unquote

from msgspec import Struct
from msgspec.structs import replace

from ..github.model import Comment, Posted, comment_number
from ..report import markdown
from ..report.escape import inline
from ..report.model import Report, Verdict
from ..side_by_side import begun
from ..world.ports import NotPublished
from .base import Destinations, GitHubWriter
from .gate_files import GateFiles
from .one_comment import (
    MeanwhileWritten,
    leave_one,
    own_comments,
    with_new_ticks,
    write_newest,
)
from .status import OvertakenBy

_MARKER = re.compile(
    r"<!-- deploy-checklist repository=(?P<repository>\d{1,19}) number=(?P<number>\d{1,19})"
    r" environment=(?P<environment>[^\s<>]*)(?: gate=(?P<name>[^\s<>]+))?"
    r"(?: checklist=(?P<checklist>[^\s<>]+))?(?: rules=(?P<rules>[^\s<>]+))?"
    r" phase=(?P<phase>[a-z]+)"
    r" run=(?P<run>[0-9T:.+-]+Z?) head=(?P<head>[0-9a-f]{40,64}) -->"
)
_RUN = re.compile(r" run=\S+ ")
_COUNT = re.compile(r" \d+(?:, |$)")  # behind each name of those whose turn it is
_WARNINGS = 3  # writes of a warning over what another run wrote at the same moment
_FOOTER = re.compile(r"^<sub>.*?\d{4}-\d\d-\d\d \d\d:\d\d UTC")


class CommentRights(Struct, frozen=True, kw_only=True):
    """What this run may do, and how it looks again at what others did meanwhile."""

    create: bool  # a comment where there is none
    overtaken: Callable[[], OvertakenBy | None]
    comments_now: Callable[[], Sequence[Comment]]
    before_writing: Callable[[], None] = lambda: None


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
    """The comment's address, if there is one now, and whether it names other people than before."""
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
        create=create and not report.nothing_in_phase,
        overtaken=to.github.overtaken,
        comments_now=partial(to.github.comments_now, to.github.comment_on),
    )
    if to.github.last_looks is not None:
        may = replace(may, before_writing=to.github.last_looks.begin_at_status)
    writer, comments = to.github.writer(), to.github.comment_on.comments
    posted = publish(text, marker, comments, writer, may)
    if posted is None:
        return {}
    if isinstance(posted, str):  # it says the same already, or a later run says what changed
        return {"comment-url": posted, "turn-changed": "false"}
    ours = own_comments(comments, marker, parse)
    changed = _turn_in(text) != _turn_in(_surely_written(ours[0][0]) if ours else "")
    others = MeanwhileWritten(may.comments_now, marker, parse)
    told = {"turn-changed": str(changed).lower()}
    if to.github.last_looks is None:
        return {"comment-url": leave_one(posted, others, writer, to.out), **told}
    to.github.last_looks.defer(others.begin, partial(leave_one, posted, others, writer, to.out))
    return {"comment-url": posted.url, **told}


def of_another_gate(comments: Sequence[Comment], marker: Marker) -> list[GateFiles]:
    """The other gates that have commented under our gate's name."""
    written = (found.gate for _, found in own_comments(comments, marker, parse))
    return [gate for gate in written if marker.gate.other_file(gate)]


def publish(
    text: str, marker: Marker, comments: Sequence[Comment], writer: GitHubWriter, may: CommentRights
) -> Posted | str | None:
    """Writes the comment, unless it says the same already or a later run has written.

    `comments`: all of the pull request or issue. Returns what was written, or the address of a
    comment that was left as it is; None if there is no comment.
    """
    body = f"{text.rstrip()}\n\n{marker}"
    ours = own_comments(comments, marker, parse)
    newest = max((found.started_at for _, found in ours), default=marker.started_at)
    for duplicate, _ in ours[1:]:
        if not duplicate.minimized:
            writer.minimize(duplicate.node)
    if not ours:
        if not may.create:
            return None
        # A later run may not write here: it was stopped, or asks in another ticket.
        theirs = own_comments(may.comments_now(), marker, parse) if may.overtaken() else ()
        if theirs:
            return theirs[0][0].url
        may.before_writing()
        return writer.create_comment(marker.number, body)
    first = ours[0][0]
    if newest > marker.started_at:
        return first.url  # a run that began to look later has written
    if _without_run(first.text) == _without_run(body):
        return first.url
    overtaken = begun(may.overtaken)
    text_now = begun(partial(_text_now, first.id, writer, may.comments_now))
    if overtaken.result() is OvertakenBy.LATER_RUN:
        return first.url
    now = text_now.result()
    if now is None:
        if not may.create:
            return None
        may.before_writing()
        return writer.create_comment(marker.number, body)
    written = parse(now)
    known = parse(first.text)  # counted in `newest`
    if written is not None and written != known and written.started_at > marker.started_at:
        return first.url
    may.before_writing()
    return writer.update_comment(first.id, with_new_ticks(body, first.text, now))


def add_warning(
    warning: str, url: str, to: Destinations, overtaken_by: OvertakenBy | None = None
) -> None:
    """Puts a warning under the heading of the comment that this run wrote or left as it was.

    Ticks made meanwhile stay. A comment that is no longer ours is left alone, and so is one of
    another run that the warning is not about. If another run wrote meanwhile, its text is restored.
    """
    comment = comment_number(url)
    if to.github is None or comment is None:
        return
    writer, place = to.github.writer(), to.github.comment_on
    look = partial(to.github.comments_now, place) if place else tuple
    for _ in range(_WARNINGS):
        now = _text_now(comment, writer, look)
        written = parse(now) if now is not None else None
        if now is None or written is None:
            return
        if not _is_about(overtaken_by, written.started_at, to.github.began):
            return
        heading, _, rest = now.replace("\r\n", "\n").partition("\n")
        text = f"{heading}\n\n> [!CAUTION]\n> {inline(warning)}\n{rest}"
        writer.update_comment(comment, text)
        _, was_newer = write_newest(MeanwhileWritten(look, written, parse), writer)
        if not was_newer:
            return


def parse(text: str) -> Marker | None:
    """The marker on a text's last line; None if it is not a comment of the gate."""
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


def _is_about(overtaken_by: OvertakenBy | None, written: datetime, began: datetime) -> bool:
    """Whether the warning is about the text of a run that began to look at `written`."""
    if overtaken_by is OvertakenBy.ENDED_RUN:  # our `error` was posted after that run's status
        return True
    if overtaken_by is OvertakenBy.LATER_RUN:  # every other run's text may name the status
        return written == began
    return written <= began


def _gate_of(marker: re.Match[str]) -> GateFiles:
    name, checklist, rules = (
        unquote(value) if value else None for value in marker.group("name", "checklist", "rules")
    )
    return GateFiles(name=name, checklist=checklist, rules=rules)


def _surely_written(comment: Comment) -> str:
    """What we wrote last; empty if the history does not hold it: then others may have edited it."""
    texts = (each.text for each in reversed(comment.history.revisions) if each.by_gate)
    return next((text for text in texts if text), "")


def _turn_in(text: str) -> frozenset[str]:
    """Whose turn it is by a text of ours. How many steps each of them has is left out."""
    lines = text.replace("\r\n", "\n").split("\n")
    turn = next((line for line in lines if line.startswith(markdown.YOUR_TURN)), "")
    return frozenset(_COUNT.split(turn.removeprefix(markdown.YOUR_TURN)))


def _text_now(
    comment: int, writer: GitHubWriter, comments_now: Callable[[], Sequence[Comment]]
) -> str | None:
    """What a comment of ours says now; None if it was deleted."""
    text = writer.comment_text(comment)
    if text is None and any(each.id == comment for each in comments_now()):
        raise NotPublished(
            "GitHub lists the gate's comment, but did not find it (404)", "run again"
        )
    return text


def _without_run(text: str) -> list[str]:
    """The text without the run and the time, which are not a reason to write it again."""
    lines = text.replace("\r\n", "\n").rstrip().split("\n")
    return [_RUN.sub(" ", _FOOTER.sub("", line)) for line in lines]
