"""The one sentence that fits into a commit status: the counts, and who must sign."""

from __future__ import annotations

from .escape import line
from .exceptions import exception_in, exception_text
from .model import Report, Verdict
from .view import View, closed_counts, cut, groups, open_counts, roles, short_verdict

MOST = 140  # characters; GitHub refuses a longer description
# The words behind the counts of a release that is ready, and those of older versions.
_CLOSED = ("passed", "signed", "warning", "warnings", "waived", "skipped", "later")
_CLOSED_BEFORE = ("verified", "warned of")


def is_of_ready(description: str) -> bool | None:
    """Whether a `success` with this sentence was earned: each item passed or was signed or waived.
    False for an override and a rollback; None for a sentence that no version of this gate writes.
    """
    if exception_in(description) is not None:
        return False
    parts = (part.partition(" ") for part in description.split(", "))
    closed = all(
        number.isdecimal() and what in (*_CLOSED, *_CLOSED_BEFORE) for number, _, what in parts
    )
    return True if closed else None


def shortened(text: str) -> str:
    """The text as a commit status takes it, cut between two words where it is too long."""
    if len(text) <= MOST:
        return text
    end = text.rfind(" ", MOST // 2, MOST - 1)
    return f"{text[:end]} …" if end > 0 else cut(text, MOST)


def sentence(report: Report, found: View | None = None) -> str:
    """ "3 failed, 6 to sign" · "6 to sign: backend-lead, on-call" · "7 passed, 6 signed".

    For a release that is let through, that comes first: "overridden by @octo-lead …".

    `found`: the report's groups, if the caller has them already.
    """
    if report.nothing_in_phase:
        return f"no item belongs to the phase {report.phase.value}"
    exception = exception_text(report)
    counts = _counts(report, found or groups(report))
    return shortened(f"{exception}: {counts}" if exception else counts)


def with_verdict(report: Report, found: View | None = None) -> str:
    """ "blocked: 3 failed, 6 to sign". For a release that is let through, the sentence alone says
    so: "overridden by @octo-lead …".
    """
    said = sentence(report, found)
    return said if exception_text(report) else f"{short_verdict(report)}: {said}"


def _counts(report: Report, found: View) -> str:
    # In a report that is ready, open items are warnings and hold nothing.
    is_done = report.verdict in (Verdict.READY, Verdict.ROLLED_BACK)
    still_open = [] if is_done else open_counts(found)
    if not still_open:
        closed = ", ".join(count for _, count in closed_counts(found))
        return closed or "nothing was judged"
    only_people = found.to_sign_count and len(still_open) == 1
    whose = ": " + ", ".join(map(line, roles(found.boxes))) if only_people else ""
    return ", ".join(still_open) + whose
