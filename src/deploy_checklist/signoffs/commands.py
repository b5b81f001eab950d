"""`/checklist sign|unsign|skip|override|unoverride` in people's comments. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import datetime
from hashlib import sha256
from itertools import count

from msgspec import Struct

from ..gfm.blocks import UnreadableMarkdown
from ..gfm.parse import plain_texts
from ..github.model import Actor, Comment

# The blanks at a line's end are removed before: `.*?[ \t]*$` would try a long run of blanks again
# from each of them, which is quadratic, and anyone may comment.
OVERRIDE, UNOVERRIDE = "override", "unoverride"
_KNOWN = ("sign", "unsign", "skip", OVERRIDE, UNOVERRIDE)
_VERB = f"(?P<verb>{'|'.join(_KNOWN)})"
_COMMAND = re.compile(rf"/checklist[ \t]+{_VERB}(?:[ \t]+(?P<rest>\S.*))?")

# Verbs that people write, each with the command that they mean.
_VERBS = {verb: verb for verb in _KNOWN}
_VERBS |= dict.fromkeys(("approve", "approved", "signed", "signoff", "sign-off"), "sign")
_OTHER_VERB = re.compile(r"/checklist[ \t]+(?P<verb>[A-Za-z-]{2,12})(?:[ \t]+(?P<rest>\S.*))?")

_LINE = re.compile(r"^/(?=(checklist(?:[ \t][^\n]*)?$))", re.MULTILINE)
_LINE_END = re.compile(r"\r\n?")
_HIDDEN = "it is not on a line of its own"
_UNREADABLE = "the comment's Markdown could not be read; write a new one"


# A line that could be a command, after marks of quotes, lists, tables, code or emphasis,
# or as a phone writes it: with a capital letter, or with a non-breaking space.
_MEANT = re.compile(
    rf"^(?!/checklist[ \t]+(?:{'|'.join(_KNOWN)})(?:[ \t]|$))"
    r"[ \t>*_~`|+\-\d.)\[\]xX]*+(?=(?i:/checklist)\s)(?P<line>[^\n]*)",
    re.MULTILINE,
)
_MEANT_COMMAND = re.compile(rf"/checklist\s+{_VERB}(?:\s+(?P<rest>\S.*))?", re.IGNORECASE)
_CLOSING_MARKS = "*_~`| \t\xa0"


class SignOffCommand(Struct, frozen=True, kw_only=True):
    """One line of a comment, not yet resolved to items."""

    verb: str
    words: tuple[str, ...]  # ids first, then the reason
    by: Actor | None
    at: datetime
    refused: str | None  # why it does not count
    # It does not count: GitHub shows it in a quote, a list, code or the like, or it is misspelt.
    hidden: bool = False
    misspelt: str | None = None  # what is written instead of the verb
    url: str | None = None  # of the comment


def commands(comments: Iterable[Comment]) -> Iterator[SignOffCommand]:
    """Every command, oldest comment first. Those of edited comments, bots and Apps are refused.

    Those that are `hidden` come with the others.
    """
    for comment in sorted(comments, key=lambda each: each.created_at):
        if comment.own:
            continue
        for line, unreadable, hidden in _command_lines(comment.text):
            pattern = _MEANT_COMMAND if hidden else _COMMAND
            found = pattern.fullmatch(line.rstrip(" \t"))
            if found:
                yield SignOffCommand(
                    verb=found["verb"].lower(),
                    words=tuple((found["rest"] or "").split()),
                    by=comment.author,
                    at=comment.created_at,
                    refused=_HIDDEN if hidden else _refused(comment) or unreadable,
                    hidden=hidden,
                    url=comment.url,
                )
            elif not (hidden or unreadable or _refused(comment)):
                yield from _misspelt(line.rstrip(" \t"), comment)


def _misspelt(line: str, comment: Comment) -> Iterator[SignOffCommand]:
    """The command that a line with another verb may mean."""
    found = _OTHER_VERB.fullmatch(line)
    verb = _verb_meant(line)
    if found and verb and found["verb"].lower() != verb:
        yield SignOffCommand(
            verb=verb,
            words=tuple((found["rest"] or "").split()),
            by=comment.author,
            at=comment.created_at,
            refused=None,
            hidden=True,
            misspelt=found["verb"],
        )


def _verb_meant(line: str) -> str | None:
    """The verb that a line may mean: it differs by one typing mistake. Anything else is probably
    for another tool.
    """
    found = _OTHER_VERB.match(line)
    written = found["verb"].lower() if found else ""
    near = (meant for known, meant in _VERBS.items() if _is_one_slip(written, known))
    return _VERBS.get(written) or next(near, None)


def _is_one_slip(one: str, other: str) -> bool:
    """Whether one letter is too many, too few or another, or two letters are swapped."""
    pairs = enumerate(zip(one, other, strict=False))
    same = next((at for at, (a, b) in pairs if a != b), min(len(one), len(other)))
    one, other = one[same:], other[same:]
    changed_places = one[:2] == other[:2][::-1] and one[2:] == other[2:]
    return one[1:] in (other, other[1:]) or one == other[1:] or changed_places


def _command_lines(text: str) -> Iterator[tuple[str, str | None, bool]]:
    """The lines with commands as they are written, why they cannot count, and whether hidden.

    One that counts begins a line of a paragraph that is inside nothing else, as GitHub shows it: an
    example in a quote or in code is not a command, nor is hidden text.
    """
    text = _LINE_END.sub("\n", text).replace("\0", "\ufffd")
    lines = [f"/{rest}" for rest in _LINE.findall(text)]
    for meant in _MEANT.finditer(text):
        yield meant["line"].rstrip(_CLOSING_MARKS), None, True
    if not any(map(_verb_meant, lines)):
        return
    try:
        shown = _shown(text)
    except UnreadableMarkdown:
        yield from ((line, _UNREADABLE, False) for line in lines)
        return
    yield from ((line, None, number not in shown) for number, line in enumerate(lines))


def _shown(text: str) -> Collection[int]:
    """Which of the lines that could be commands are shown as such, each by its number from 0."""
    # The text before a line decides how it is read, so no line can be read alone:
    # each is numbered, and looked for in what was read. No comment can hold the mark of a number:
    # it is a hash of the comment.
    mark = f"/{sha256(text.encode('utf-8', 'replace')).hexdigest()}x"
    numbers = count()
    numbered = _LINE.sub(lambda _: f"{mark}{next(numbers)}x", text)
    shown: dict[int, tuple[int, str]] = {}
    for place, words in plain_texts(numbered):
        if words.startswith(mark):
            number, _, rest = words.removeprefix(mark).partition("x")
            shown[int(number)] = (place, f"/{rest}")
    # In a label a number changes what the label means, and a line that a link or an image hides
    # would be shown. So each must be shown at the same place of the comment as it was written.
    if not set(shown.values()) <= set(plain_texts(text)):
        raise UnreadableMarkdown(1, "a command inside the label of a link does not count")
    return shown


def _refused(comment: Comment) -> str | None:
    if comment.author is None:
        return "the account was deleted"
    if not comment.author.person or comment.via_app is not False:
        return "bots and Apps cannot sign"
    if comment.edited_at is not None:
        return "the comment was edited; write a new one"
    return None
