"""The questions that are left open in a rules file: the `# TODO` that `init` wrote into it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

KINDS = ("domain", "fact", "members", "choices", "status")  # the most useful first
TODO = "# TODO "

_MOST_NAMED = 7  # in one message

_ID = re.compile(rf"(?:{'|'.join(KINDS)}):[^\s:]\S*|{KINDS[0]}(?=: )")


def open_questions(text: str) -> tuple[str, ...]:
    """The ids of the open questions in the text of a rules file, each once.

    A rule that waits for the domain of every environment says `domain`: that counts where no single
    one is open.
    """
    ids = dict.fromkeys(_by_line(text).values())
    if any(each.startswith(f"{KINDS[0]}:") for each in ids):
        ids.pop(KINDS[0], None)
    return tuple(ids)


def question_lines(text: str) -> Mapping[str, int]:
    """The first line in which each question is open, by its id."""
    first: dict[str, int] = {}
    for line, id_ in _by_line(text).items():
        first.setdefault(id_, line)
    return first


def open_lines(text: str) -> tuple[int, ...]:
    """The lines in which a question is open."""
    return tuple(_by_line(text))


def _by_line(text: str) -> dict[int, str]:
    """The ids of the questions, by their lines."""
    lines = enumerate(text.splitlines(), start=1)
    found = ((number, _in_line(line)) for number, line in lines if TODO in line)
    return {number: id_ for number, id_ in found if id_}


def left_open(ids: Sequence[str]) -> str:
    """That these questions are open, for people."""
    noun = "question" if len(ids) == 1 else "questions"
    more = f" and {len(ids) - _MOST_NAMED} more" if len(ids) > _MOST_NAMED else ""
    return f"{len(ids)} {noun} left open: {', '.join(ids[:_MOST_NAMED])}{more}"


def _in_line(line: str) -> str | None:
    before, _, after = line.rpartition(TODO)
    id_ = _ID.match(after)
    is_comment = not before or before[-1].isspace()
    return id_[0] if id_ and is_comment and not _ends_in_quotes(before) else None


def _ends_in_quotes(text: str) -> bool:
    """Whether a quote is still open at the end of a piece of one line of YAML."""
    quote, is_escaped = "", False
    for char in text:
        if is_escaped:
            is_escaped = False
        elif quote == '"' and char == "\\":
            is_escaped = True
        elif quote:
            quote = "" if char == quote else quote
        elif char in "\"'":
            quote = char
    return bool(quote)
