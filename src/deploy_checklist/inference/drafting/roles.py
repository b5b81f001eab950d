"""The roles that a checklist names: who signs, who owns a secret, who fills in the log."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ...checklist.identity import slug
from ...checklist.model import Checklist, Item, SecretRow
from ...rules.top_level import LEVELS
from ...values.secret_forms import looks_like_a_secret

_SIGNER = re.compile(
    r"\b(?:signed(?: off)?|approved|reviewed|confirmed|sign-?off|approval|review) by "
    r"(?:the |a |an |our )?"
    r"(?P<role>(?:(?!and |or )[a-z][\w-]* ){0,2}"
    r"(?:lead|leads|manager|owner|team|engineers?|engineering|ops"
    r"|operations|officer|director|architect|administrator|devops|sre|security|legal|product|qa"
    r"|partnerships|cto|ciso|dpo))\b",
    re.IGNORECASE,
)
_REVIEWER = re.compile(
    r"^(?:reviewer|approver|deployer|operator|release manager|负责人|执行人|담당자)$", re.IGNORECASE
)
_BETWEEN = re.compile(r"[,/&+、，]|\band\b|\bor\b|\bund\b|\bet\b")
_MOST = 40  # roles of one checklist; if there are more, they are not roles


def signer(item: Item) -> str | None:
    """The role by which an item is signed, in its own words."""
    found = _SIGNER.search(item.text)
    role = _role(found["role"]) if found else None
    return None if role == "team" else role  # which one?


def owners(row: SecretRow | None) -> tuple[str, ...]:
    """The roles in the owner's cell of a table of secrets."""
    if row is None or not row.owner:
        return ()
    found = (_role(part) for part in _BETWEEN.split(row.owner))
    return tuple(dict.fromkeys(role for role in found if role))


def roles_of(checklist: Checklist) -> tuple[str, ...]:
    """Every role, in the order of the document."""
    return tuple(dict.fromkeys(_all(checklist)))[:_MOST]


def _all(checklist: Checklist) -> Iterator[str]:
    for item in checklist.items:
        if role := signer(item):
            yield role
    for row in checklist.secret_rows:
        yield from owners(row)
    for column in checklist.log_template.columns if checklist.log_template else ():
        role = _role(column) if _REVIEWER.match(column.strip()) else None
        if role:
            yield role


def _role(words: str) -> str | None:
    name = slug(words)
    return None if not name or name in LEVELS or looks_like_a_secret(words) else name
