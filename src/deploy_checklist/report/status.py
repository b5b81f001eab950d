"""The one sentence that a commit status has room for: whose turn it is, or what was done."""

from __future__ import annotations

from .escape import line
from .model import Report, Verdict
from .view import (
    Groups,
    closed_counts,
    cut,
    groups,
    open_counts,
    roles,
)

MOST = 140  # characters; GitHub refuses a longer description


def sentence(report: Report, sorted_already: Groups | None = None) -> str:
    """ "3 to fix, 6 to sign" · "6 to sign: backend-lead, on-call" · "7 verified, 6 signed, 1 waived,
    1 skipped".
    """
    if report.nothing_in_phase:
        return f"no item belongs to the phase {report.phase.value}"
    found = sorted_already or groups(report)
    still_open = (
        [] if report.verdict is Verdict.READY else open_counts(found)
    )  # an open warning holds nothing
    if not still_open:
        return cut(
            ", ".join(said for _, said in closed_counts(found)) or "nothing was judged", MOST
        )
    only_people = found.to_sign and len(still_open) == 1
    whose = ": " + ", ".join(map(line, roles(found.boxes))) if only_people else ""
    return cut(", ".join(still_open) + whose, MOST)
