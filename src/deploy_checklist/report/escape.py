"""The one place where text that others wrote is made harmless, for each thing that will read it.

Every function takes text as it is and returns one line. What GitHub would turn into a mention, a
reference, a link, an emoji or a workflow command stays readable, but is text only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

# Splits a text node: GitHub's filters for mentions and references look at one node at a time.
_SPLIT = "<!-- -->"
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Control characters (escape sequences, newlines), lone surrogates, and the separators of lines and
# paragraphs.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BREAKS_IN_A_LINE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
# GitHub reads $…$ as mathematics.
_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "$": "<span>$</span>"}
_ACTIVE = re.compile(
    r"""
      (?P<mark> [\\`*_{}\[\]|~!] )
    | (?P<html> [&<>$] )
    | (?P<split> @(?=\w) | \#(?=\d) | \bGH-(?=\d) | \b(?:https?|ftp|mailto|xmpp):(?=\S)
        | \bwww(?=\.) | :(?=[\w+-]+:) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMMAND = re.compile(r"(?<!\S)::+")
# What would open a block or a command at a line's start.
_OPENING = re.compile(r"^(?:(\d{1,9})(?=[.)])|(?=[-+=#:]))")
_PLAIN_SPAN = re.compile(r"[^`<>|&\\]+")
_COMPARED_MOST = 50  # spans of one text: each is compared with these
_UNLINKABLE = re.compile(r"[\s<>()\[\]\\\"'`|]")


def line(text: str) -> str:
    """One line; no control characters, direction overrides or surrogates; white space folded."""
    if not (text.isascii() and text.isprintable()):
        text = _BREAKS.sub(" ", _DIRECTION.sub("", text))
    return " ".join(text.split())


def inline(text: str) -> str:
    """Our message, which may quote others, for a line or cell of Markdown: only code spans act."""
    text = line(text)
    return _joined(text, _backticked(text))


def words(text: str, spans: Sequence[str] = ()) -> str:
    """An item's plain text for a line or cell of Markdown; `spans`: the parts that were code."""
    text = line(text)
    return _joined(text, _places(text, [line(span) for span in spans]))


def code(text: str) -> str:
    """A code span with any content."""
    text = line(text)
    if _PLAIN_SPAN.fullmatch(text) and "##[" not in text:
        return f"`{text}`"
    return f"<code>{_quoted(text)}</code>" if text else ""


def plain(text: str) -> str:
    """Our message for a terminal or a data format: one line, code spans without their marks."""
    text = line(text)
    if "`" not in text:
        return text
    parts, end = [], 0
    for start, stop, content in _backticked(text):
        parts += [text[end:start], content]
        end = stop
    return "".join((*parts, text[end:]))


def link(markdown: str, url: str | None) -> str:
    """A link around safe Markdown; only the Markdown if there is no URL, or one that is unsafe."""
    if url is None or not url.startswith(("https://", "http://")) or _UNLINKABLE.search(url):
        return markdown
    return f"[{markdown}]({url})"


def log_line(text: str) -> str:
    """For a log that GitHub's runner reads: without `::command::` and `##[command]`."""
    return _without_commands(line(text))


def log_words(text: str) -> str:
    """Our message for such a log, code spans without their marks."""
    return _without_commands(plain(text))


def _without_commands(text: str) -> str:
    return _COMMAND.sub(lambda found: " ".join(found[0]), text.replace("##[", "# #["))


def log_text(text: str) -> str:
    """Several lines of ours for such a log or a terminal. Their spaces are a layout and stay."""
    text = _BREAKS_IN_A_LINE.sub(" ", _DIRECTION.sub("", text))  # the runner ends a line at \r, too
    return re.sub(r"(?m)^(\s*)::", r"\1: :", text.replace("##[", "# #["))


def workflow_data(text: str) -> str:
    """The message of a workflow command."""
    text = text.replace("##[", "# #[")
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def workflow_property(text: str) -> str:
    """A property of a workflow command."""
    return workflow_data(text).replace(":", "%3A").replace(",", "%2C")


def _joined(text: str, spans: Iterable[tuple[int, int, str]]) -> str:
    parts, end = [], 0
    for start, stop, content in spans:
        parts += [_quoted(text[end:start]), code(content)]
        end = stop
    return _OPENING.sub(r"\1\\", "".join((*parts, _quoted(text[end:]))), count=1)


def _quoted(text: str) -> str:
    return _ACTIVE.sub(_harmless, text)


def _harmless(match: re.Match[str]) -> str:
    if match.lastgroup == "html":
        return _ENTITIES[match[0]]
    return f"\\{match[0]}" if match.lastgroup == "mark" else f"{match[0]}{_SPLIT}"


def _backticked(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and content of each code span, as CommonMark pairs runs of backticks.

    Linear: one pass from the right finds the run that closes each one, one pass back takes them.
    """
    runs = [run.span() for run in re.finditer("`+", text)]
    closer: dict[int, int] = {}
    nearest: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        start, end = runs[index]
        if end - start in nearest:
            closer[index] = nearest[end - start]
        nearest[end - start] = index
    index = 0
    while index < len(runs):
        if index in closer:
            start, end = runs[index]
            closer_start, closer_end = runs[closer[index]]
            yield start, closer_end, text[end:closer_start].strip()
            index = closer[index]
        index += 1


def _places(text: str, spans: Sequence[str]) -> Iterator[tuple[int, int, str]]:
    """Start, end and content of each span that is there as whole words, in order. A span is not
    searched within a longer one: `npm test` is not a part of `npm test:e2e`.
    """
    end = 0
    for span in filter(None, spans):
        match = re.compile(rf"(?<!\w){re.escape(span)}(?!\.?\w)").search(text, end)
        if match and not _is_within_another(text, match.start(), span, spans[:_COMPARED_MOST]):
            yield match.start(), match.end(), span
            end = match.end()


def _is_within_another(text: str, at: int, span: str, others: Iterable[str]) -> bool:
    """Whether a longer one of these spans contains the span at a place of the text."""
    for other in others:
        offset = other.find(span)
        starts = at - offset
        if (
            offset >= 0
            and len(other) > len(span)
            and starts >= 0
            and text.startswith(other, starts)
        ):
            return True
    return False
