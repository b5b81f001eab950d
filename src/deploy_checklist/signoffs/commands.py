"""`/checklist sign|unsign|skip` in people's comments. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import datetime

from msgspec import Struct

from ..github.model import Actor, Comment

# The blanks at a line's end are removed before: `.*?[ \t]*$` would try a long run of blanks again
# from each of them, which is quadratic, and anyone may comment.
_COMMAND = re.compile(r"/checklist[ \t]+(?P<verb>sign|unsign|skip)(?:[ \t]+(?P<rest>\S.*))?")

_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")


class SignOffCommand(Struct, frozen=True, kw_only=True):
    """One line of a comment, not yet resolved to items."""

    verb: str
    words: tuple[str, ...]  # ids first, then the reason
    by: Actor | None
    at: datetime
    refused: str | None  # why it does not count


def commands(comments: Iterable[Comment]) -> Iterator[SignOffCommand]:
    """Every command, oldest comment first. Those of edited comments, bots and Apps are refused."""
    for comment in sorted(comments, key=lambda each: each.created_at):
        if comment.own:
            continue
        for line in _lines_outside_code(comment.text):
            found = _COMMAND.fullmatch(line.rstrip(" \t"))
            if found:
                yield SignOffCommand(
                    verb=found["verb"],
                    words=tuple((found["rest"] or "").split()),
                    by=comment.author,
                    at=comment.created_at,
                    refused=_refused(comment),
                )


def _lines_outside_code(text: str) -> Iterator[str]:
    """The lines outside fenced code: an example of a command is no command."""
    fence = ""
    for line in text.splitlines():
        found = _FENCE.match(line)
        if fence:
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
        elif found:
            fence = found[1]
        else:
            yield line


def _refused(comment: Comment) -> str | None:
    if comment.author is None:
        return "the account is gone"
    if not comment.author.person or comment.via_app is not False:
        return "bots and Apps cannot sign"
    if comment.edited_at is not None:
        return "the comment was edited; write a new one"
    return None
