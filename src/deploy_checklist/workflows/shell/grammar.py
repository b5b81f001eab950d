"""A script as statements: pipelines joined by `&&` and `||`, of commands joined by `|`, some of
them groups.
"""

from __future__ import annotations

from msgspec import Struct

from .tokens import ASSIGNMENT, ShellToken, UnreadableScript

_CLOSED_BY = {
    "if": "fi",
    "for": "done",
    "while": "done",
    "until": "done",
    "select": "done",
    "case": "esac",
    "{": "}",
    "function": "}",
}
_BETWEEN = frozenset(("then", "do", "else", "elif"))
_CLOSERS = frozenset(_CLOSED_BY.values())
_DEEPEST = 40
_LONGEST = 500  # pipelines in one statement


class Simple(Struct, frozen=True):
    """A simple command: its words, without the assignments before them."""

    words: tuple[str, ...]
    line: int


class Group(Struct, frozen=True):
    """Statements behind `(`, `{`, or a reserved word such as `if`. With a `name`: the body of a
    function.
    """

    opener: str
    statements: tuple[Statement, ...]
    name: str | None = None

    @property
    def runs_in_place(self) -> bool:
        """Neither a function nor under a condition."""
        return self.name is None and self.opener in ("(", "{")


class Pipeline(Struct, frozen=True):
    parts: tuple[Simple | Group, ...]
    negated: bool


class Statement(Struct, frozen=True):
    pipelines: tuple[Pipeline, ...]
    joints: tuple[str, ...]  # between them: `&&` or `||`
    background: bool


class Parser:
    """Recursive descent. What does not close is closed by the end of the script; what is odd raises
    Unreadable.
    """

    def __init__(self, tokens: list[ShellToken]) -> None:
        self._tokens = tokens
        self._at = 0

    def statements(self, depth: int = 0) -> tuple[Statement, ...]:
        if depth > _DEEPEST:
            raise UnreadableScript
        found: list[Statement] = []
        while True:
            while self._sees("\n", ";", ";;", "&"):
                self._at += 1
            if self._done() or (depth and self._closes()):
                return tuple(found)
            found.append(self._statement(depth))

    def _statement(self, depth: int) -> Statement:
        pipelines, joints = [self._pipeline(depth)], list[str]()
        while self._sees("&&", "||"):
            joints.append(self._take().text)
            self._skip_newlines()
            pipelines.append(self._pipeline(depth))
            if len(pipelines) > _LONGEST:
                raise UnreadableScript
        return Statement(tuple(pipelines), tuple(joints), self._sees("&"))

    def _pipeline(self, depth: int) -> Pipeline:
        negated = False
        while self._word() == "!":
            self._at += 1
            negated = not negated
        parts = [self._command(depth)]
        while self._sees("|", "|&"):
            self._at += 1
            self._skip_newlines()
            parts.append(self._command(depth))
        return Pipeline(tuple(parts), negated)

    def _command(self, depth: int, name: str | None = None) -> Simple | Group:
        """With a `name`: the body of the function."""
        word = self._word()
        if self._sees("("):
            self._at += 1
            inner = self.statements(depth + 1)
            self._close(")")
            return Group("(", inner, name)
        if word in _CLOSED_BY:
            return self._compound(depth, name)
        if word == "[[":
            return self._test()
        if word is None or word in _BETWEEN or word in _CLOSERS:
            raise UnreadableScript
        if name is not None or depth > _DEEPEST:
            raise UnreadableScript
        return self._simple(depth)

    def _compound(self, depth: int, name: str | None) -> Group:
        opener, inner = self._take().text, list[Statement]()
        if opener == "function":
            name = self._take().text
            if self._sees("("):
                self._at += 2
            self._skip_newlines()
            if self._word() != "{":
                raise UnreadableScript
            self._at += 1
        closer = _CLOSED_BY[opener]
        while not self._done():
            inner += self.statements(depth + 1)
            if not self._done() and self._take().text == closer:
                break
        return Group(opener, tuple(inner), name)

    def _test(self) -> Simple:
        """`[[ … ]]` has operators of its own."""
        line = self._take().line
        while self._take().text != "]]":
            pass
        return Simple(("[[",), line)

    def _simple(self, depth: int) -> Simple | Group:
        line, words = self._tokens[self._at].line, list[str]()
        while (word := self._word()) is not None:
            words.append(word)
            self._at += 1
        if self._sees("("):  # only a function's name stands before a bracket
            self._at += 1
            self._close(")")
            self._skip_newlines()
            return self._command(depth + 1, words[0])
        while words and ASSIGNMENT.match(words[0]):
            del words[0]
        return Simple(tuple(words), line)

    def _closes(self) -> bool:
        return self._sees(")") or self._word() in _BETWEEN or self._word() in _CLOSERS

    def _close(self, operator: str) -> None:
        if not self._done():
            if not self._sees(operator):
                raise UnreadableScript
            self._at += 1

    def _skip_newlines(self) -> None:
        while self._sees("\n"):
            self._at += 1

    def _sees(self, *operators: str) -> bool:
        return (
            not self._done()
            and self._tokens[self._at].operator
            and self._tokens[self._at].text in operators
        )

    def _word(self) -> str | None:
        return (
            None if self._done() or self._tokens[self._at].operator else self._tokens[self._at].text
        )

    def _take(self) -> ShellToken:
        if self._done():
            raise UnreadableScript
        self._at += 1
        return self._tokens[self._at - 1]

    def _done(self) -> bool:
        return self._at >= len(self._tokens)
