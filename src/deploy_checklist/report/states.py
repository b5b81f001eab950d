"""The words of docs/glossary.md for what an item and a release came to, with their signs.

Every text that names a state takes the word from here. Values on the wire are other ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from ..outcome import Outcome, Severity
from .model import Verdict


class State(StrEnum):
    """What an item came to, in the word of every text. In the order in which reports list them."""

    FAILED = "failed"
    NOT_CHECKED = "not checked"
    TO_SIGN = "to sign"
    WAITING = "waiting"
    WARNING = "warning"
    WAIVED = "waived"
    SKIPPED = "skipped"
    LATER = "later"
    SIGNED = "signed"
    PASSED = "passed"

    @property
    def sign(self) -> str:
        """The sign beside the word, such as ❌."""
        return _SIGNS[self]

    @property
    def heading(self) -> str:
        """ "❌ Failed", "⚠️ Warnings": the heading above the items in this state."""
        return f"{self.sign} {self._plural.capitalize()}"

    @property
    def mark(self) -> str:
        """ "NOT CHECKED": the word at the beginning of a line on a terminal."""
        return self.value.upper()

    def counted(self, count: int) -> str:
        """ "3 failed", "2 warnings"."""
        return f"{count} {self.value if count == 1 else self._plural}"

    @property
    def _plural(self) -> str:
        return "warnings" if self is State.WARNING else self.value


_SIGNS: Mapping[State, str] = {
    State.FAILED: "❌",
    State.NOT_CHECKED: "❔",
    State.TO_SIGN: "✋",
    State.WAITING: "⏳",
    State.WARNING: "⚠️",
    State.WAIVED: "🟡",
    State.SKIPPED: "⏭️",
    State.LATER: "⏳",
    State.SIGNED: "✍️",
    State.PASSED: "✅",
}
_BY_OUTCOME: Mapping[Outcome, State] = {
    Outcome.FAIL: State.FAILED,
    Outcome.UNKNOWN: State.NOT_CHECKED,
    Outcome.PENDING: State.TO_SIGN,
    Outcome.WAIVED: State.WAIVED,
    Outcome.SKIPPED: State.SKIPPED,
    Outcome.PASS: State.PASSED,
}
LIGHTS: Mapping[Verdict, str] = {
    Verdict.READY: "🟢",
    Verdict.WAITING: "🔵",
    Verdict.BLOCKED: "🔴",
    Verdict.UNDETERMINED: "⚪",
    Verdict.OVERRIDDEN: "🟣",
    Verdict.ROLLED_BACK: "↩️",
}


def state_of(
    outcome: Outcome,
    severity: Severity = Severity.BLOCKER,
    *,
    asked: bool = True,
    signed: bool = False,
    later: bool = False,
) -> State:
    """The state of a check, a clause or an item.

    `asked`: a pending one can be signed now. `signed`: people signed a part of a passed one.
    `later`: another phase or the deploy job checks a skipped one.
    """
    is_warning = severity is Severity.WARNING
    if is_warning and (outcome in (Outcome.FAIL, Outcome.UNKNOWN) or _waits(outcome, asked)):
        return State.WARNING
    if _waits(outcome, asked):
        return State.WAITING
    if outcome is Outcome.PASS and signed:
        return State.SIGNED
    if outcome is Outcome.SKIPPED and later:
        return State.LATER
    return _BY_OUTCOME[outcome]


def _waits(outcome: Outcome, asked: bool) -> bool:
    return outcome is Outcome.PENDING and not asked


def verdict_word(verdict: Verdict) -> str:
    """ "blocked", "rolled back"."""
    return verdict.value.replace("_", " ")
