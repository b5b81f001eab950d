"""A rule of which one part can never hold while another does: a mistake of the file, not of the
deployment.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..checks.base import Needs
from ..checks.registry import kinds
from ..checks.value import BOUNDS, Comparison, no_number
from .faults import Faults
from .model import Clause, Use

# Without one of these keys a rule contradicts nothing: nearly every rule of a long file.
SUSPECTS = frozenset(("absent", "exists", "empty", *BOUNDS))


def contradictions(clauses: Sequence[Clause], variable: str | None, faults: Faults) -> None:
    """Told at the later of the two. Clauses with different conditions may exclude each other."""
    for clause in clauses:
        compared = {
            use.kind: (use, use.params) for use in clause.uses if isinstance(use.params, Comparison)
        }
        for use, params in compared.values():
            if _wants_nothing(params, use.kind):
                hint = "Write `absent: true` for a variable that must not be set"
                faults.add(
                    use.line,
                    use.column,
                    f"`{use.kind}` of a variable that a rule asks for never holds",
                    hint,
                )
        bounds = {
            key: getattr(params, key) for key, (_, params) in compared.items() if key in BOUNDS
        }
        if no_number(bounds):
            last = max((compared[key][0] for key in bounds), key=_place)
            faults.add(
                last.line, last.column, f"no number is within these bounds: {', '.join(bounds)}"
            )
    for subject, absent, others in _absences(clauses, variable):
        for use in others:
            message = f"`{absent.kind}` and `{use.kind}` of {subject} never hold together"
            last = max((absent, use), key=_place)
            faults.add(last.line, last.column, message, "Keep one, or give each its own `when:`")


def _place(use: Use) -> tuple[int, int]:
    return use.line, use.column


def _wants_nothing(params: Comparison, key: str) -> bool:
    return (key == "exists" and params.exists is False) or (key == "empty" and params.empty is True)


def _absences(
    clauses: Sequence[Clause], variable: str | None
) -> Iterator[tuple[str, Use, Sequence[Use]]]:
    """Each `absent` with what is asked of the same variable whenever it is."""
    for clause in clauses:
        subject = clause.env or variable
        for absent in (use for use in clause.uses if use.kind == "absent"):
            beside = [
                use
                for each in clauses
                if (each.env or variable) == subject
                and each.when in (None, clause.when)
                and each.phase == clause.phase
                for use in each.uses
                if use.kind != "absent" and _judges(use)
            ]
            if subject and beside:
                yield subject, absent, beside


def _judges(use: Use) -> bool:
    return use.params is not None and Needs.VALUE in kinds()[use.kind].reads(use.params)
