"""Rules that can never pass, because one part excludes another: mistakes of the file, not of the
deployment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..checks.base import Needs
from ..checks.registry import kinds
from ..checks.value import BOUNDS, Comparison, no_number
from .faults import Faults
from .model import Clause, Use

# Without one of these keys a rule contradicts nothing. Most rules have none of them.
_SUSPECTS = frozenset(("absent", "exists", "empty", *BOUNDS))


def report_contradictions(clauses: Sequence[Clause], variable: str | None, faults: Faults) -> None:
    """Reports each contradiction at the later of its two parts.

    Clauses with different conditions may exclude each other: that is not a contradiction.
    """
    if not any(use.kind in _SUSPECTS for clause in clauses for use in clause.uses):
        return
    for clause in clauses:
        compared = {
            use.kind: (use, use.params) for use in clause.uses if isinstance(use.params, Comparison)
        }
        for kind, (use, params) in compared.items():
            never_exists = kind == "exists" and params.exists is False
            if never_exists or (kind == "empty" and params.empty is True):
                message = f"`{kind}` can never pass here: the rule requires a value"
                hint = "If the variable must not be set, write `absent: true`"
                faults.add(use.line, use.column, message, hint)
        bounds = {
            key: getattr(params, key) for key, (_, params) in compared.items() if key in BOUNDS
        }
        if no_number(bounds):
            last = max((compared[key][0] for key in bounds), key=_position)
            message = f"no number satisfies these bounds: {', '.join(bounds)}"
            faults.add(last.line, last.column, message)
    for subject, absent, use in _absent_and_judged(clauses, variable):
        message = f"`{absent.kind}` and `{use.kind}` of {subject} can never both pass"
        last = max((absent, use), key=_position)
        faults.add(last.line, last.column, message, "Keep one, or give each its own `when:`")


def _position(use: Use) -> tuple[int, int]:
    return use.line, use.column


def _absent_and_judged(
    clauses: Sequence[Clause], variable: str | None
) -> Iterator[tuple[str, Use, Use]]:
    """Each variable with an `absent` and a check of its value that apply at the same time."""
    for clause in clauses:
        subject = clause.env or variable
        absences = [use for use in clause.uses if use.kind == "absent"]
        if not subject or not absences:
            continue
        together = [
            each
            for each in clauses
            if (each.env or variable) == subject
            and each.when in (None, clause.when)
            and each.phase == clause.phase
        ]
        for absent in absences:
            for use in (use for each in together for use in each.uses):
                if use.kind != "absent" and _judges_value(use):
                    yield subject, absent, use


def _judges_value(use: Use) -> bool:
    return use.params is not None and Needs.VALUE in kinds()[use.kind].reads(use.params)
