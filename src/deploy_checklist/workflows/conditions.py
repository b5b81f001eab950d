"""What the text of an `if:` proves about when a job or step runs.

A condition is evaluated with three values: true, false, and None where what is known decides
neither. In doubt, nothing is proven.
"""

from __future__ import annotations

import re

from msgspec import Struct

from .expressions import Known, Value, evaluate

_STATUS = re.compile(r"(?<![\w.-])(?:success|always|failure|cancelled)\s*\(", re.IGNORECASE)
_TEXT = re.compile(r"'(?:[^']|'')*'")
# `contains(needs.*.result, 'failure')`, also of a joined text.
_ANY_RESULT = re.compile(
    r"contains\((?P<text>(?:join|tojson)\()?needs\.\*\.result(?:(?:,'[^']*')?\))?,'(?P<asked>\w+)'\)"
)
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


def _unknown(name: str) -> Value:
    return None


def _status(*, failed: bool | None, cancelled: bool) -> Known:
    """What the status functions are where not all before has succeeded."""
    status = {"success()": False, "always()": True, "failure()": failed, "cancelled()": cancelled}
    return status.get


_AFTER_FAILURE = _status(failed=True, cancelled=False)
_AFTER_SKIP = _status(failed=False, cancelled=False)
_CANCELLED = _status(failed=None, cancelled=True)
