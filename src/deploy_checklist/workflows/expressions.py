"""Evaluates the expressions of GitHub's `if:`, as far as what is known decides.

https://docs.github.com/actions/reference/workflows-and-actions/expressions
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache


class Some(Enum):
    """A value of which only the truth is known."""

    TRUE = True
    FALSE = False


Value = str | float | bool | Some | None
Known = Callable[[str], Value]  # what a function's call or a context is; None if it is not known

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<operator>&&|\|\||==|!=|<=|>=|[<>!(),\[\]])|(?P<name>[A-Za-z_.*][\w.*-]*))",
)
_DEEPEST = 50  # levels of brackets; GitHub refuses more
_LONGEST = 20_000  # characters; GitHub takes 21,000
_LITERALS: dict[str, Value] = {"true": True, "false": False, "null": ""}


def evaluate(condition: str, known: Known) -> bool | None:
    """Whether a condition is true, as far as what is known decides.

    GitHub takes `${{ … }}` with something around it for a text; nothing is proven by it here.
    """
    if "${{" in condition or len(condition) > _LONGEST:
        return None
    try:
        reader = _Reader(condition, known)
        found = reader.either(0)
        return truth(found) if reader.at_end() else None
    except _Unreadable:
        return None


def truth(value: Value) -> bool | None:
    """GitHub's own: false, 0 and the empty text are false."""
    if isinstance(value, Some):
        return value.value
    return None if value is None else bool(value)


class _Unreadable(Exception):
    pass


class _Reader:
    """Reads an expression from left to right, and evaluates it meanwhile."""

    def __init__(self, text: str, known: Known) -> None:
        self._tokens = _tokens(text)
        self._at = 0
        self._known = known

    def at_end(self) -> bool:
        return self._at == len(self._tokens)

    def either(self, depth: int) -> Value:
        """`a || b`."""
        values = [self._both(depth)]
        while self._takes("||"):
            values.append(self._both(depth))
        return _joined(values, decisive=True)

    def _both(self, depth: int) -> Value:
        values = [self._compared(depth)]
        while self._takes("&&"):
            values.append(self._compared(depth))
        return _joined(values, decisive=False)

    def _compared(self, depth: int) -> Value:
        left = self._operand(depth)
        while (operator := self._peek()) in ("==", "!=", "<", ">", "<=", ">="):
            self._at += 1
            right = self._operand(depth)
            left = _compare(left, operator, right)
        return left

    def _operand(self, depth: int) -> Value:
        if depth > _DEEPEST:
            raise _Unreadable
        if self._takes("!"):
            holds = truth(self._operand(depth + 1))
            return None if holds is None else not holds
        if self._takes("("):
            value = self.either(depth + 1)
            self._expect(")")
            return value
        token = self._next()
        if token.startswith("'"):
            return token[1:-1].replace("''", "'")
        if re.fullmatch(r"-?\d+(?:\.\d+)?", token):
            return float(token)
        if token.lower() in _LITERALS:
            return _LITERALS[token.lower()]
        if not re.fullmatch(r"[A-Za-z_][\w.*-]*", token):
            raise _Unreadable
        return self._known(self._called(token.lower(), depth))

    def _called(self, name: str, depth: int) -> str:
        """A context or a call, with all that is in its brackets, in one spelling."""
        while (opener := self._peek()) in ("(", "["):
            self._at += 1
            name += opener
            closer = ")" if opener == "(" else "]"
            while not self._takes(closer):
                name += self._argument(depth)
            name += closer
        return name

    def _argument(self, depth: int) -> str:
        if depth > _DEEPEST:
            raise _Unreadable
        part = self._next()
        if part in ("(", "["):
            closer = ")" if part == "(" else "]"
            inner = ""
            while not self._takes(closer):
                inner += self._argument(depth + 1)
            return f"{part}{inner}{closer}"
        return part.lower()

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        if self._at >= len(self._tokens):
            raise _Unreadable
        self._at += 1
        return self._tokens[self._at - 1]

    def _takes(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self._at += 1
        return True

    def _expect(self, token: str) -> None:
        if not self._takes(token):
            raise _Unreadable


@lru_cache(maxsize=2_000)
def _tokens(text: str) -> tuple[str, ...]:
    found, at = list[str](), 0
    text = text.strip()
    while at < len(text):
        token = _TOKEN.match(text, at)
        if token is None:
            raise _Unreadable
        found.append(token[0].strip())
        at = token.end()
    return tuple(found)


def _joined(values: list[Value], *, decisive: bool) -> Value:
    """`&&` and `||`: the first operand that is decisive, otherwise the last one, as GitHub does.

    One that is decisive decides, whatever those before it are.
    """
    certain = True
    for value in values[:-1]:
        holds = truth(value)
        if holds is decisive:
            return value if certain else Some(decisive)
        certain = certain and holds is not None
    last = values[-1]
    if certain:
        return last
    return Some(decisive) if truth(last) is decisive else None


def _compare(left: Value, operator: str, right: Value) -> Value:
    if left is None or right is None or operator not in ("==", "!="):
        return None
    if isinstance(left, Some) or isinstance(right, Some):
        return None
    equal: bool
    if isinstance(left, str) and isinstance(right, str):
        if not (left + right).isascii():
            return None  # what is the same letter there is not the same everywhere
        equal = left.lower() == right.lower()
    elif type(left) is type(right):
        equal = left == right
    else:
        return None  # GitHub turns both into numbers
    return equal if operator == "==" else not equal
