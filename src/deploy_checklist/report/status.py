"""The one sentence that a commit status has room for: whose turn it is, or what was done."""

from __future__ import annotations

from .escape import line
from .model import Report, Verdict
from .view import CLOSED, View, closed_counts, cut, groups, open_counts, roles

MOST = 140  # characters; GitHub refuses a longer description

# How the sentence of a `success` begins where the checks did not let the release through.
NOT_BY_CHECKS = ("overridden by", "rolled back")


def is_of_ready(description: str) -> bool | None:
    """Whether a `success` with this sentence was earned: every item passed, was signed or excused.
    False for an override and a rollback; None for a sentence that no version of this gate writes.
    """
    if description.lower().startswith(NOT_BY_CHECKS):
        return False
    parts = (part.partition(" ") for part in description.split(", "))
    closed = all(number.isdecimal() and what in CLOSED for number, _, what in parts)
    return True if closed else None


def sentence(report: Report, found: View | None = None) -> str:
    """ "3 to fix, 6 to sign" · "6 to sign: backend-lead, on-call" · "7 verified, 6 signed".

    `found`: the report's groups, if the caller has them already.
    """
    if report.nothing_in_phase:
        return f"no item belongs to the phase {report.phase.value}"
    found = found or groups(report)
    # Of a report that is ready, what is open is a warning and holds nothing.
    still_open = [] if report.verdict is Verdict.READY else open_counts(found)
    if not still_open:
        closed = ", ".join(count for _, count in closed_counts(found))
        return cut(closed or "nothing was judged", MOST)
    only_people = found.to_sign and len(still_open) == 1
    whose = ": " + ", ".join(map(line, roles(found.boxes))) if only_people else ""
    return cut(", ".join(still_open) + whose, MOST)
