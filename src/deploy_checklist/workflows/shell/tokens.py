"""Words and operators of a shell script: quotes, substitutions, comments, redirections and
here-documents.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from msgspec import Struct

ASSIGNMENT = re.compile(r"[A-Za-z_]\w*\+?=", re.ASCII)
_DIGITS = re.compile(r"[0-9]*")
_OPERATORS = ("&&", "||", ";;", "|&", ";", "&", "|", "(", ")", "\n")
_REDIRECTIONS = ("<<<", "<<-", "&>>", "<<", ">>", ">&", "<&", "<>", ">|", "&>", "<", ">")


class UnreadableScript(Exception):
    """Quotes or brackets that do not close, or nesting beyond reason."""


class ShellToken(Struct, frozen=True):
    """A word, its quotes taken off and its substitutions kept as written, or an operator."""

    text: str
    line: int
    operator: bool


def tokens(text: str) -> Iterator[ShellToken]:
    """A script's tokens without redirections. IndexError or UnreadableScript if it is broken."""
    at, line, target, heredocs = 0, 1, "", list[tuple[str, bool]]()
    while at < len(text):
        char = text[at]
        if text.startswith("\\\n", at):
            at, line = at + 2, line + 1
        elif char in " \t\r":
            at += 1
        elif char == "#":
            at = _until(text, at, "\n")
        elif redirection := _redirection(text, at):
            at, target = at + len(redirection[0]), redirection[1]
        elif operator := next((each for each in _OPERATORS if text.startswith(each, at)), None):
            yield ShellToken(operator, line, True)
            at += len(operator)
            if operator == "\n":
                line += 1
                for end, tabs in heredocs:
                    at, line = _after_heredoc(text, at, line, end, tabs)
                heredocs.clear()
        else:
            word, after = _word(text, at)
            if after == at:  # a bracket where none can be
                raise UnreadableScript
            if target in ("<<", "<<-"):
                heredocs.append((word, target == "<<-"))
            elif not target:
                yield ShellToken(word, line, False)
            target = ""
            line += text.count("\n", at, after)
            at = after


def _redirection(text: str, at: int) -> tuple[str, str] | None:
    """A redirection with the file descriptor before it, and its operator."""
    digits = _DIGITS.match(text, at)
    number = digits[0] if digits else ""
    sign = next((each for each in _REDIRECTIONS if text.startswith(each, at + len(number))), None)
    if sign in ("<", ">") and text.startswith("(", at + len(number) + 1):
        return None  # `<(…)` is a word
    if sign is None:
        return None
    return number + sign, sign


def _after_heredoc(text: str, at: int, line: int, end: str, tabs: bool) -> tuple[int, int]:
    while at < len(text):
        after = _until(text, at, "\n")
        found = text[at:after]
        at, line = after + 1, line + 1
        if (found.lstrip("\t") if tabs else found) == end:
            break
    return min(at, len(text)), line


def _until(text: str, at: int, char: str) -> int:
    found = text.find(char, at)
    return len(text) if found < 0 else found


def _word(text: str, at: int) -> tuple[str, int]:
    """One word, its quotes taken off and its substitutions kept as written, and where it ends."""
    said: list[str] = []
    while at < len(text) and text[at] not in " \t\r\n;&|":
        char = text[at]
        if char in "()" or (char in "<>" and not text.startswith("(", at + 1)):
            if char != "(" or not said or not ASSIGNMENT.fullmatch("".join(said)):
                break
            after = _balanced(text, at)  # an array
        elif char in "<>":
            after = _balanced(text, at + 1)
        elif char == "\\":
            after = at + 2
            said.append(text[at + 1 : after].replace("\n", ""))
            at = after
            continue
        elif char in "'\"":
            after = _quoted(text, at)
            said.append(text[at + 1 : after - 1])
            at = after
            continue
        else:
            after = _substitution(text, at)
        said.append(text[at:after])
        at = after
    return "".join(said), at


def _substitution(text: str, at: int) -> int:
    """Where `$(…)`, `${…}` or a backtick substitution ends; the next character if none begins."""
    if text.startswith(("$(", "${"), at):
        return _balanced(text, at + 1)
    if text[at] == "`":
        return _closed(text.find("`", at + 1))
    return at + 1


def _quoted(text: str, at: int) -> int:
    """Where a quotation ends."""
    quote, at = text[at], at + 1
    if quote == "'":
        return _closed(text.find("'", at))
    while text[at] != '"':
        at = at + 2 if text[at] == "\\" else _substitution(text, at)
    return at + 1


def _balanced(text: str, at: int) -> int:
    """Where the bracket that opens here is closed."""
    closer = {"(": ")", "{": "}"}
    wanted = [closer[text[at]]]
    at += 1
    while wanted:
        char = text[at]
        if char in "'\"":
            at = _quoted_flat(text, at)
            continue
        if char == wanted[-1]:
            wanted.pop()
        elif char in closer:
            wanted.append(closer[char])
        at += 2 if char == "\\" else 1
    return at


def _quoted_flat(text: str, at: int) -> int:
    """Where a quotation inside a substitution ends; what it nests is not looked into."""
    quote, at = text[at], at + 1
    while text[at] != quote:
        at += 2 if text[at] == "\\" and quote == '"' else 1
    return at + 1


def _closed(found: int) -> int:
    if found < 0:
        raise UnreadableScript
    return found + 1
