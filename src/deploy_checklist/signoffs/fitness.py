"""Whether a person may sign: by a role of the rules file, a team, a permission. Pure."""

from __future__ import annotations

from ..github.model import Actor, Permission
from .claims import Statements
from .involvement import involvement
from .port import Terms

_PERMISSIONS = {role.value for role in (Permission.WRITE, Permission.MAINTAIN, Permission.ADMIN)}


def why_unfit(statements: Statements, by: Actor, terms: Terms, who: str) -> str | None:
    """Why a person may not sign under these terms, with how to call them; None if they may.

    Raises Unobservable if GitHub does not answer.
    """
    involved = involvement(statements, by) if terms.not_author else None
    if involved:
        return f"{who} {involved}, so somebody else must sign"
    if not any(holds(statements, by.login, role) for role in terms.by):
        return f"{who} is not in {', '.join(terms.by)}"
    return None


def holds(statements: Statements, login: str, role: str) -> bool:
    """Whether a person has a role: a user's name, a team, or a permission. Raises as above."""
    if role in _PERMISSIONS:
        return statements.permission(login).covers(Permission(role))
    if not role.startswith("@"):
        return any(holds(statements, login, member) for member in statements.roles.get(role, ()))
    if "/" in role:
        return statements.member(role, login)
    return role[1:].lower() == login.lower()
