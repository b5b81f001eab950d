"""A shell script, read but never run: its commands, if it contains only plain commands.

Plain are simple commands on lines of their own or joined by `&&`, with comments, quotes, variables
in arguments, assignments before the command and redirections to files. Everything else is an
obstacle for the whole script: it may change what a later line does, or how the script ends.
An expression of GitHub's may become any text; in an argument it is taken as a part of the word.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from posixpath import normpath

from msgspec import Struct

_EXPRESSION = re.compile(r"\$\{\{(?:[^'}]|'[^']*+'|\}(?!\}))*+(?P<end>\}\})?")
_ONLY_EXPRESSION = re.compile(r"\s*\$\{\{\s*((?:matrix|inputs)\.[\w-]+)\s*\}\}\s*", re.ASCII)
_HIDDEN_SIGN = re.compile("[\U000f0000-\U000fffff]")
_UNREADABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\U000f0000-\U000fffff]")

_NAME = r"[A-Za-z_][A-Za-z0-9_]*+"
_VARIABLE = rf"\$(?:{_NAME}|\{{{_NAME}(?:(?::?[-+?]|##?|%%?)[A-Za-z0-9_./:@,*-]*+)?\}})"
_UNQUOTED = re.compile(
    rf"""(?P<active>(?:[^ \t\n\\'"$`;&|()<>]|{_VARIABLE})++)"""
    r"""|\\(?P<escaped>[^\n])|'(?P<quoted>[^']*+)'|(?P<mark>")"""
)
_IN_QUOTES = re.compile(
    rf"""(?P<active>{_VARIABLE})|\\\n|\\(?P<escaped>["$`\\])"""
    r"""|(?P<quoted>[^"$`\\]++|\\(?!["$`\\\n]))|(?P<mark>")"""
)
_ACTIVE = re.compile(r"[\\$*?\[{~]")
_WORD_ENDS = re.compile(r"[ \t\n<>]|&&|\\\n(?:[ \t\n]|\Z)|\Z")
_BLANKS = re.compile(r"(?:[ \t]|\\\n)*+")
_BETWEEN_COMMANDS = re.compile(r"(?:[ \t\n]|\\\n|#[^\n]*+)*+")
_REDIRECTION = re.compile(
    r"[0-9]?(?:>&(?P<number>[0-9])(?=[ \t\n]|&&|\Z)|(?:>>|[<>])(?![<>&|(])[ \t]*+)"
)
_DESCRIPTOR = re.compile(r"[0-9]+|\{\w+\}")  # before `<` or `>`; the shells differ in them
# Variables that a shell itself reads, or refuses to set. PATH is none: where it leads nowhere, a
# command is not found, and fails.
_SPECIAL = r"(?:BASH\w*|SHELLOPTS|POSIXLY_CORRECT|IFS|PS4|CDPATH|UID|EUID|PPID|_)"
_ASSIGNMENT = re.compile(rf"(?!{_SPECIAL}=){_NAME}=")
_EXPORTED = re.compile(rf"{_NAME}|{_ASSIGNMENT.pattern}.*", re.DOTALL)
_SWITCHED_ON = re.compile(
    r"(?:\0(?:\+[uvx]++"
    r"|-[Eeuvx]*+(?:(?<=[Eeuvx])|o\0(?:errexit|nounset|pipefail|xtrace))(?=\0|\Z)))++"
)
_PROGRAM = re.compile(r"[A-Za-z0-9_./~@+,:-]+|\[")
# These stay inside the shell, and change nothing for later lines.
PLAIN_BUILTINS = frozenset((":", "[", "cd", "echo", "export", "false", "printf", "pwd", "set"))
PLAIN_BUILTINS |= {"test", "true", "type", "unset"}
_NOT_PLAIN = re.compile(  # the shells' other builtins, and their own words
    r"\.|alias|bg|bind|break|builtin|caller|chdir|command|compgen|complete|compopt|continue|declare"
    r"|dirs|disown|enable|eval|exec|exit|fc|fg|getopts|hash|help|history|jobs|kill|let|local|logout"
    r"|mapfile|popd|pushd|read|readarray|readonly|return|shift|shopt|source|suspend|times|trap"
    r"|typeset|ulimit|umask|unalias|wait|!|\{|\}|\[\[|\]\]|case|coproc|do|done|elif|else|esac|fi|for"
    r"|function|if|in|select|then|time|until|while"
)
_SIGNS = (
    (("||",), "`||`"),
    (("|",), "a pipe"),
    (("&&",), "`&&` without a command on each side"),
    (("&>",), "`&>`, which `sh` takes for `&`"),
    (("&",), "a command in the background"),
    ((";",), "`;`"),
    (("<<<",), "a here-string"),
    (("<<",), "a here-document"),
    (("<(", ">("), "a process substitution"),
    (("<", ">"), "a complex redirection"),
    (("$((",), "arithmetic"),
    (("$(", "`"), "a command substitution"),
    (("$",), "a `$` that is not a simple variable"),
    (("()",), "a function"),
    (("(", ")"), "a bracket"),
    (("\\",), "a word that continues on the next line"),
)


class PlainCommand(Struct, frozen=True, kw_only=True):
    """A simple command in a script.

    `words` are as the shell reads them, without redirections and the assignments before them.
    Quotes are taken off; a `$`, `*` and the like that they make an ordinary sign has a backslash.
    """

    words: tuple[str, ...]
    assignments: tuple[str, ...]  # `CI=1` before the command
    line: int  # in the script, from 1
    # Where it runs, after a `cd`: "" for the script's own folder; None if that is not certain.
    folder: str | None
    # Why it may not run, or why its failure may not fail the script; None if neither.
    hidden: str | None


class Obstacle(Struct, frozen=True, kw_only=True):
    """Something that is not plain; `what` reads after "line 3 has "."""

    line: int
    what: str


class Script(Struct, frozen=True, kw_only=True):
    """The content of a script: no commands if there is an obstacle."""

    commands: tuple[PlainCommand, ...]
    obstacle: Obstacle | None  # the first one


class _NotPlain(Exception):
    """Where in the text something is not plain, and what it is."""


class _Simple(Struct, frozen=True):
    words: tuple[str, ...]
    assignments: tuple[str, ...]
    redirected: bool
    at: int  # where it begins in the text


def expression_of(text: str) -> str | None:
    """`matrix.x` or `inputs.x` of a script that is nothing but this expression."""
    found = _ONLY_EXPRESSION.fullmatch(text)
    return found[1] if found else None


def command_words(command: str) -> tuple[str, ...] | None:
    """The words of one simple command; None if the text is anything else."""
    found = read_script(command).commands
    return found[0].words if len(found) == 1 else None


# The same script is read when a rule is observed, when it is judged, and for each further rule.
@lru_cache(maxsize=1_000)
def read_script(text: str, *, errexit: bool = True) -> Script:
    """The commands of a script. `errexit`: whether its shell is started with `-e`."""
    try:
        return Script(commands=tuple(_commands(text, errexit)), obstacle=None)
    except _NotPlain as found:
        at, what = found.args
        line = text.count("\n", 0, at) + 1
        return Script(commands=(), obstacle=Obstacle(line=line, what=what))


def _commands(text: str, errexit: bool) -> Iterator[PlainCommand]:
    if unreadable := _UNREADABLE.search(text):
        raise _NotPlain(unreadable.start(), "a control character")
    lists = list(_lists(_EXPRESSION.sub(_hidden, text)))
    line, counted = 1, 0
    folder: str | None = ""
    for number, joined in enumerate(lists, start=1):
        why = None
        if number < len(lists) and not errexit:
            why = "is not in the last line of a script without `-e`, so its failure is lost"
        elif number < len(lists) and len(joined) > 1:
            why = "is joined by `&&` before the last line: if one fails, the script goes on"
        for simple in joined:
            line, counted = line + text.count("\n", counted, simple.at), simple.at
            words = tuple(map(_shown, simple.words))
            assignments = tuple(map(_shown, simple.assignments))
            if words:
                yield PlainCommand(
                    words=words, assignments=assignments, line=line, folder=folder, hidden=why
                )
            if words[:1] == ("cd",):
                folder = _inside(folder, words[1:])
        if why is not None and any(simple.words[:1] == ("cd",) for simple in joined):
            folder = None
        errexit = errexit or (len(joined) == 1 and _sets_errexit(joined[0]))


def _hidden(expression: re.Match[str]) -> str:
    """As many signs that mean nothing to a shell: an expression is replaced before a shell reads
    the script, so its own quotes and blanks do not count.
    """
    if not expression["end"]:
        raise _NotPlain(expression.start(), "an expression that does not end")
    return "".join(chr(0xF0000 + ord(sign) % 0x10000) for sign in expression[0])


def _shown(word: str) -> str:
    return _HIDDEN_SIGN.sub(lambda sign: chr(ord(sign[0]) - 0xF0000), word)


def _lists(text: str) -> Iterator[list[_Simple]]:
    """The simple commands of each line, or of more lines that `&&` joins."""
    at = _after(_BETWEEN_COMMANDS, text, 0)
    while at < len(text):
        simple, at = _simple(text, at)
        joined = [simple]
        while text.startswith("&&", at):
            simple, at = _simple(text, _after(_BETWEEN_COMMANDS, text, at + 2))
            joined.append(simple)
        yield joined
        at = _after(_BETWEEN_COMMANDS, text, at)


def _simple(text: str, at: int) -> tuple[_Simple, int]:
    """The simple command that begins here, and where the line, `&&` or a comment ends it."""
    start, words, assignments, redirected = at, list[str](), list[str](), False
    while at < len(text) and not text.startswith(("\n", "#", "&&"), at):
        if redirection := _REDIRECTION.match(text, at):
            at, redirected = redirection.end(), True
            if redirection["number"] is None:
                _, at = _word(text, at)
        elif not words and (assignment := _ASSIGNMENT.match(text, at)):
            value, at = _word(text, assignment.end(), may_be_empty=True)
            assignments.append(assignment[0] + value)
        else:
            word, after = _word(text, at)
            if not words and (what := _why_not_plain(word)):
                raise _NotPlain(at, what)
            words.append(word)
            at = after
        at = _after(_BLANKS, text, at)
    if at == start:
        raise _obstacle(text, at)
    if words and (what := _change_of_shell(*words)):
        raise _NotPlain(start, what)
    return _Simple(tuple(words), tuple(assignments), redirected, start), at


def _word(text: str, at: int, *, may_be_empty: bool = False) -> tuple[str, int]:
    start, said, in_quotes = at, "", False
    while piece := (_IN_QUOTES if in_quotes else _UNQUOTED).match(text, at):
        at = piece.end()
        in_quotes ^= piece["mark"] is not None
        ordinary = piece["quoted"] or piece["escaped"] or ""
        said += piece["active"] or _ACTIVE.sub(r"\\\g<0>", ordinary)
    before_redirection = text.startswith(("<", ">"), at)
    ends = not in_quotes and _WORD_ENDS.match(text, at) and (at > start or may_be_empty)
    if not ends or (before_redirection and _DESCRIPTOR.fullmatch(text, start, at)):
        raise _obstacle(text, at)
    return said, at


def _after(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    return found.end() if found else at


def _obstacle(text: str, at: int) -> _NotPlain:
    what = (words for signs, words in _SIGNS if text.startswith(signs, at))
    return _NotPlain(at, next(what, "a command or quotation that does not end"))


def _why_not_plain(name: str) -> str | None:
    """What is in the place of a command; None if it is the plain name of one."""
    if _HIDDEN_SIGN.search(name):
        return "an expression instead of a command"
    if name.startswith("$"):
        return "a variable instead of a command"
    if _NOT_PLAIN.fullmatch(name):
        return f"`{name}`"
    if "=" in name:
        return "a complex assignment"
    return None if _PROGRAM.fullmatch(name) else "a command with an unusual name"


def _change_of_shell(name: str, *rest: str) -> str | None:
    """What a plain builtin does to later lines; None if it is nothing that matters here."""
    if name == "set" and not _SWITCHED_ON.fullmatch("".join(f"\0{word}" for word in rest)):
        option = next((word for word in rest if word.startswith(("-", "+"))), "")
        return f"`set {_shown(option)}`" if option else "`set` with no options"
    if name == "printf" and rest and rest[0].startswith(("-", "$")):
        return "`printf` that sets a variable"
    if name in ("export", "unset") and not all(map(_EXPORTED.fullmatch, rest)):
        return f"`{name}` with something that is not a plain name"
    return None


def _sets_errexit(simple: _Simple) -> bool:
    """Where a redirection fails, `set` does nothing."""
    options = (re.fullmatch(r"-[^\We]*+e\w*+|errexit", word) for word in simple.words)
    return simple.words[:1] == ("set",) and not simple.redirected and any(options)


def _inside(folder: str | None, rest: tuple[str, ...]) -> str | None:
    if folder is None or len(rest) != 1 or not re.fullmatch(r"[\w.][\w./-]*", rest[0], re.ASCII):
        return None
    found = normpath(f"{folder}/{rest[0]}" if folder else rest[0])
    return "" if found == "." else found
