"""What the text of an `if:` proves about when a job or step runs.

A condition is evaluated with three values: true, false, and None where what is known decides
neither. In doubt, nothing is proven.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from functools import lru_cache

from msgspec import Struct


class Some(Enum):
    """A value of which is known only whether it holds."""

    TRUE = True
    FALSE = False


Value = str | float | bool | Some | None
Known = Callable[[str], Value]  # what a function's call or a context is; None if it is not known

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?:\.\d+)?(?![\w.]))"
    r"|(?P<operator>&&|\|\||==|!=|<=|>=|[<>!(),\[\]])|(?P<name>[A-Za-z_.*][\w.*-]*))",
)
_STATUS = re.compile(r"(?<![\w.-])(?:success|always|failure|cancelled)\s*\(", re.IGNORECASE)
_TEXT = re.compile(r"'(?:[^']|'')*'")
# `contains(needs.*.result, 'failure')`, also of a joined text.
_ANY_RESULT = re.compile(
    r"contains\((?P<text>(?:join|tojson)\()?needs\.\*\.result(?:(?:,'[^']*')?\))?,'(?P<asked>\w+)'\)"
)
_DEEPEST = 50  # levels of brackets; GitHub refuses more
_LONGEST = 20_000  # characters; GitHub takes 21,000
_LITERALS: dict[str, Value] = {"true": True, "false": False, "null": ""}
_ALL_WELL: dict[str, Value] = {
    "success()": True,
    "always()": True,
    "failure()": False,
    "cancelled()": False,
}


class Ended(Struct, frozen=True, kw_only=True):
    """How a needed job may end other than in success: what an `if:` of the job that needs it sees.

    `job` is its id in lower case.
    """

    job: str
    result: str  # "failure", "cancelled" or "skipped"
    alone: bool  # whether the one with the `if:` needs no other
    failed: bool | None = None  # whether it or a job before it has failed; None if perhaps
    cancelled: bool = False  # whether the run was cancelled
    # Whether the one with the `if:` needs all jobs before this one, of which one has failed.
    sees_failure: bool = False

    def job_level(self, name: str) -> Value:
        """What the status functions and `needs` are in the `if:` of a job."""
        status: dict[str, Value] = {
            "success()": False,
            "always()": True,
            "failure()": self.failed,
            "cancelled()": self.cancelled,
        }
        return status[name] if name in status else self._of_needs(name)

    def step_level(self, name: str) -> Value:
        """The same in a step, whose status functions ask for the steps before it."""
        return _ALL_WELL[name] if name in _ALL_WELL else self._of_needs(name)

    def _of_needs(self, name: str) -> Value:
        if name == f"needs.{self.job}.result":
            return self.result
        if found := _ANY_RESULT.fullmatch(name):
            asked = found["asked"]
            if asked == self.result or (asked == "failure" and self.sees_failure):
                return True
            if found["text"] and asked in self.result:
                return True
            if self.alone:
                return False
        return None


def expression(written: str) -> str:
    """An `if:` without the `${{ }}` around the whole of it."""
    whole = re.fullmatch(r" *\$\{\{((?:(?!\}\}).)*)\}\} *", written, re.DOTALL)
    return (whole[1] if whole else written).strip()


def never(condition: str) -> bool:
    """Whether the condition can never hold."""
    return evaluate(condition, _unknown) is False


def always(condition: str) -> bool:
    """Whether the condition holds at least wherever nothing before has failed."""
    return not condition or evaluate(condition, _ALL_WELL.get) is True


def only_after_failure(condition: str) -> bool:
    """Whether the condition does not hold where everything before has succeeded."""
    return bool(condition) and evaluate(condition, _ALL_WELL.get) is False


def after_failure(condition: str) -> bool | None:
    """Whether a condition holds where something before it has failed; None in doubt."""
    return False if asks_no_status(condition) else evaluate(condition, _AFTER_FAILURE)


def after_skip(condition: str) -> bool | None:
    """Whether a job's condition holds where a job before it was skipped; None in doubt."""
    return False if asks_no_status(condition) else evaluate(condition, _AFTER_SKIP)


def when_cancelled(condition: str) -> bool | None:
    """Whether a condition holds where the run was cancelled before; None in doubt."""
    return False if asks_no_status(condition) else evaluate(condition, _CANCELLED)


def asks_no_status(condition: str) -> bool:
    """Whether GitHub adds `success() &&`, as it does where no status function is called."""
    return not _STATUS.search(_TEXT.sub("", condition))


def asks_success(condition: str) -> bool:
    """Whether a job's condition holds only where all jobs before it have succeeded."""
    return asks_no_status(condition) or evaluate(condition, {"success()": False}.get) is False


def demands(condition: str, name: str, value: str) -> bool:
    """Whether the condition holds only where this context has this value."""
    written = {text[1:-1].replace("''", "'") for text in _TEXT.findall(condition)}
    others = {text for text in written if text.lower() != value} | {"", f"not {value}"}
    return bool(condition) and all(
        evaluate(condition, {name: other}.get) is False for other in others
    )


def evaluate(condition: str, known: Known) -> bool | None:
    """Whether a condition holds, as far as what is known decides.

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
    """GitHub's own: false, 0 and the empty text do not hold."""
    if isinstance(value, Some):
        return value.value
    return None if value is None else bool(value)


def _unknown(name: str) -> Value:
    return None


def _status(*, failed: bool | None, cancelled: bool) -> Known:
    """What the status functions are where not all before has succeeded."""
    status = {"success()": False, "always()": True, "failure()": failed, "cancelled()": cancelled}
    return status.get


_AFTER_FAILURE = _status(failed=True, cancelled=False)
_AFTER_SKIP = _status(failed=False, cancelled=False)
_CANCELLED = _status(failed=None, cancelled=True)


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
