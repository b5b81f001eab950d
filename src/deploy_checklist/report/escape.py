"""The one place where text that others wrote is made harmless, for each thing that will read it.

Every function takes text as it is and returns one line. What GitHub would turn into a mention, a
reference, a link, an emoji or a workflow command stays readable, and is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

_NOTHING = "<!-- -->"  # splits a text node: GitHub's filters for mentions and references look at one node at a time
_DIRECTION = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# Control characters (escape sequences, newlines), lone surrogates, and the separators of lines and
# paragraphs.
_BREAKS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_BREAKS_IN_A_LINE = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_ENTITY = {
    "&": "&amp;",
    "<": "&lt;",
    ">": "&gt;",
    "$": "<span>$</span>",
}  # $: GitHub reads $…$ as mathematics
_ACTIVE = re.compile(
    r"""
      (?P<mark> [\\`*_{}\[\]|~!] )
    | (?P<html> [&<>$] )
    | (?P<split> @(?=\w) | \#(?=\d) | \bGH-(?=\d) | \b(?:https?|ftp|mailto|xmpp):(?=\S) | \bwww(?=\.) | :(?=[\w+-]+:) )
    """,
    re.VERBOSE | re.IGNORECASE,
)
_COMMAND = re.compile(r"(?<!\S)::")
_OPENING = re.compile(
    r"^(?:(\d{1,9})(?=[.)])|(?=[-+=#:]))"
)  # what would open a block or a command at a line's start
_PLAIN_SPAN = re.compile(r"[^`<>|&\\]+")
_UNLINKABLE = re.compile(r"[\s<>()\[\]\\\"'`|]")


def line(text: str) -> str:
    """One line without control characters, direction overrides and broken surrogates; white space
    folded.
    """
    if not (text.isascii() and text.isprintable()):
        text = _BREAKS.sub(" ", _DIRECTION.sub("", text))
    return " ".join(text.split())


def inline(text: str) -> str:
    """Our own words, with others' in them, within a line or a cell of Markdown: code spans stay,
    nothing else acts.
    """
    text = line(text)
    return _joined(text, _backticked(text))


def words(text: str, spans: Sequence[str] = ()) -> str:
    """An item's plain text within a line or a cell of Markdown; `spans` are those of its words that
    were code.
    """
    text = line(text)
    return _joined(text, _found(text, (line(span) for span in spans)))


def code(text: str) -> str:
    """A code span, whatever is in it."""
    text = line(text)
    if _PLAIN_SPAN.fullmatch(text) and "##[" not in text:
        return f"`{text}`"
    return f"<code>{_quoted(text)}</code>" if text else ""


def plain(text: str) -> str:
    """Our own words for a terminal or a data format: one line, the marks of code spans gone."""
    text = line(text)
    if "`" not in text:
        return text
    parts, end = [], 0
    for start, stop, content in _backticked(text):
        parts += [text[end:start], content]
        end = stop
    return "".join((*parts, text[end:]))


def link(markdown: str, url: str | None) -> str:
    """A link around Markdown that is safe already; only the Markdown if there is no URL or it could
    end the link.
    """
    if url is None or not url.startswith(("https://", "http://")) or _UNLINKABLE.search(url):
        return markdown
    return f"[{markdown}]({url})"


def log_line(text: str) -> str:
    """Text for a log that GitHub's runner reads: no `::command::` after white space, no
    `##[command]` anywhere.
    """
    return _without_commands(line(text))


def log_words(text: str) -> str:
    """Our own words for such a log, the marks of code spans gone."""
    return _without_commands(plain(text))


def _without_commands(text: str) -> str:
    return (
        _COMMAND.sub(": :", text.replace("##[", "# #[")) if "::" in text or "##[" in text else text
    )


def log_text(text: str) -> str:
    """The same for several lines of ours, whose spaces are a layout and stay; harmless on a
    terminal, too.
    """
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
    found = match[0]
    if match.lastgroup == "html":
        return _ENTITY[found]
    return f"\\{found}" if match.lastgroup == "mark" else f"{found}{_NOTHING}"


def _backticked(text: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and content of each code span, paired as CommonMark does, in one pass from the
    right and one back.
    """
    if "`" not in text:
        return
    runs = [(run.start(), run.end()) for run in re.finditer("`+", text)]
    closer: dict[int, int] = {}
    nearest: dict[int, int] = {}
    for index in range(len(runs) - 1, -1, -1):
        length = runs[index][1] - runs[index][0]
        if length in nearest:
            closer[index] = nearest[length]
        nearest[length] = index
    index = 0
    while index < len(runs):
        if index in closer:
            yield (
                runs[index][0],
                runs[closer[index]][1],
                text[runs[index][1] : runs[closer[index]][0]].strip(),
            )
            index = closer[index]
        index += 1


def _found(text: str, spans: Iterable[str]) -> Iterator[tuple[int, int, str]]:
    """Where the spans stand in the text, in their order; one that is not there as a word of its own
    is left out.
    """
    end = 0
    for span in spans:
        match = re.compile(rf"(?<!\w){re.escape(span)}(?!\w)").search(text, end) if span else None
        if match:
            yield match.start(), match.end(), span
            end = match.end()
