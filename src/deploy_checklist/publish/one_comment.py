"""One comment of the gate on one subject, also where several runs write at once.

GitHub has no way to write a comment only if nobody else has written meanwhile. Every run therefore
looks again after its last write, so that the last of them to write leaves one comment, which says
what the run found that began last.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from datetime import datetime, timedelta
from typing import Generic, Protocol, Self, TextIO, TypeVar, overload

from msgspec.structs import replace

from ..github.model import Comment, Posted
from ..outcome import Unobservable
from ..side_by_side import begun
from ..world.ports import NotPublished
from .base import GitHubWriter
from .errors import annotate

_LOOKS = 3  # after each of which another run may write once more
_MAYBE_TWO = (
    "could not check whether another run also wrote a comment; if so, the next run hides it"
)
_BOX = re.compile(r"^(- )\[[ xX]\]( .*<!-- asks [^<>]* -->)\s*$")
_TICKED = re.compile(r"^- \[[xX]\]")


class AnyMarker(Protocol):
    """The last line of a comment of the gate."""

    @property
    def started_at(self) -> datetime:
        """When the run that wrote it began to look."""

    def same_subject(self, other: Self) -> bool: ...


Found = TypeVar("Found", bound=AnyMarker)


class MeanwhileWritten(Generic[Found]):
    """What runs have written on the subject of a marker, as GitHub returns it when asked."""

    def __init__(
        self,
        comments_now: Callable[[], Sequence[Comment]],
        marker: Found,
        parse: Callable[[str], Found | None],
    ) -> None:
        self._comments_now = comments_now
        self._marker = marker
        self._parse = parse
        self._begun: Future[Sequence[Comment]] | None = None

    def begin(self) -> None:
        """Begins to ask for the comments, once."""
        self._begun = self._begun or begun(self._comments_now)

    def comments(self) -> list[tuple[Comment, Found]]:
        """The gate's own comments, oldest first, each with its marker. Asks GitHub."""
        asked, self._begun = self._begun, None
        found = asked.result() if asked else self._comments_now()
        return own_comments(found, self._marker, self._parse)

    def newest_text(self, ours: Sequence[tuple[Comment, Found]]) -> tuple[datetime, str]:
        """What the run wrote in them that began last, and when it began."""
        return max(self._texts(ours), key=lambda written: written[0])

    def _texts(self, ours: Sequence[tuple[Comment, Found]]) -> Iterator[tuple[datetime, str]]:
        for comment, own in ours:
            yield own.started_at, comment.text
            for revision in comment.history.revisions:
                if revision.by_gate and revision.text:
                    found = self._parse(revision.text)
                    if found is not None and found.same_subject(own):
                        yield by_githubs_clock(found, revision.at).started_at, revision.text


def own_comments(
    comments: Sequence[Comment], marker: Found, parse: Callable[[str], Found | None]
) -> list[tuple[Comment, Found]]:
    """The gate's own comments on what the marker is about, oldest first, each with its marker."""
    found = ((comment, _own_marker(comment, parse)) for comment in comments)
    return [(comment, own) for comment, own in found if own and own.same_subject(marker)]


def leave_one(
    posted: Posted, others: MeanwhileWritten[Found], writer: GitHubWriter, out: TextIO
) -> str:
    """Looks what other runs wrote meanwhile, and returns the address of the comment that stays.

    That is the oldest one. It is made to say what the run found that began last, whichever comment
    says so, or said so before another text was written over it. Then ours is folded, if it is
    another one. A failure is a warning.
    """
    try:
        return _leave_one(posted, others, writer)
    except (NotPublished, Unobservable):
        annotate(out, "warning", _MAYBE_TWO)
        return posted.url


def last_written(comment: Comment) -> tuple[str, datetime]:
    """Our own comment as we wrote it last, and when: somebody may have edited it since."""
    for revision in reversed(comment.history.revisions):
        if revision.by_gate and revision.text:
            return revision.text, revision.at
    return comment.text, comment.edited_at or comment.created_at


def with_new_ticks(body: str, before: str, now: str) -> str:
    """The body with the ticks made since we read the comment: the next run judges them."""
    ticked = _ticked_boxes(now) - _ticked_boxes(before)
    lines = body.split("\n")
    for index, line in enumerate(lines):
        box = _BOX.match(line)
        if box and box[2] in ticked:
            lines[index] = f"{box[1]}[x]{box[2]}"
    return "\n".join(lines)


def write_newest(
    others: MeanwhileWritten[Found], writer: GitHubWriter
) -> tuple[list[tuple[Comment, Found]], bool]:
    """Makes the oldest of the gate's comments say what the run found that began last. Returns the
    comments, oldest first, and whether it had to write.
    """
    wrote = False
    ours: list[tuple[Comment, Found]] = []
    for _ in range(_LOOKS):
        ours = others.comments()
        if not ours:
            break
        first, says = ours[0]
        newest, text = others.newest_text(ours)
        if newest <= says.started_at:
            break
        writer.update_comment(first.id, with_new_ticks(text, text, first.text))
        wrote = True
    return ours, wrote


def _leave_one(posted: Posted, others: MeanwhileWritten[Found], writer: GitHubWriter) -> str:
    ours, _ = write_newest(others, writer)
    if not ours or ours[0][0].id == posted.id:
        return posted.url
    if any(comment.id == posted.id and not comment.minimized for comment, _ in ours):
        writer.minimize(posted.node)
    return ours[0][0].url or posted.url


def _own_marker(comment: Comment, parse: Callable[[str], Found | None]) -> Found | None:
    """The marker of our own comment, as we wrote it last: somebody may have removed it since."""
    if not comment.own:
        return None
    text, written = last_written(comment)
    return by_githubs_clock(parse(text), written)


@overload
def by_githubs_clock(marker: Found, written: datetime) -> Found: ...
@overload
def by_githubs_clock(marker: Found | None, written: datetime) -> Found | None: ...
def by_githubs_clock(marker: Found | None, written: datetime) -> Found | None:
    """A run had begun when GitHub took what it wrote, even if its machine's clock was ahead: it
    would count as the newest until that time has passed.
    """
    latest = written + timedelta(seconds=1)  # GitHub's times have no fractions of a second
    if marker is None or marker.started_at <= latest:
        return marker
    return replace(marker, started_at=latest)  # type: ignore[type-var] # every marker is a Struct


def _ticked_boxes(text: str) -> set[str]:
    lines = text.replace("\r\n", "\n").split("\n")
    boxes = [_BOX.match(line) for line in lines if _TICKED.match(line)]
    return {box[2] for box in boxes if box}
