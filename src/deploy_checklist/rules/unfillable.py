"""Sign-offs that nobody, or too few people, could ever give: mistakes of the rules file."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from .faults import Faults, one_line, suggestion
from .model import Rule, Use
from .top_level import LEVELS

_Roles = Mapping[str, Sequence[str]]


def report_unfillable(rules: Iterable[Rule], roles: _Roles, faults: Faults) -> None:
    """Reports each `sign` that the people of its roles cannot satisfy, for any author.

    A team, or everybody with a permission, may be any number of people, so that is not a mistake.
    """
    for rule in rules:
        for use in [use for clause in rule.clauses for use in clause.uses if use.kind == "sign"]:
            by: tuple[str, ...] = getattr(use.params, "by", ())
            if by:
                _report(use, by, roles, faults)


def _report(use: Use, by: Sequence[str], roles: _Roles, faults: Faults) -> None:
    members = [who for role in by for who in roles.get(role, (role,))]
    people = {who.lower() for who in members if who.startswith("@") and "/" not in who}
    names = " or ".join(f"`{one_line(role)}`" for role in by)
    if any("/" in who or who in LEVELS for who in members):
        return
    if not people:
        if any(role in roles for role in by):
            return  # its list is a mistake that was reported there
        message = f"nobody can sign: {names} is not a role in this file"
        hint = suggestion(by[0], (*roles, *LEVELS)) or "Declare it under `roles:`"
        faults.add(use.line, use.column, message, hint)
        return
    count: int = getattr(use.params, "count", 1)
    if count > len(people):
        some = "one person" if len(people) == 1 else f"{len(people)} people"
        message = f"{count} people must sign, but {names} has only {some}"
        faults.add(use.line, use.column, message, "Lower `count`, or name more people or a team")
