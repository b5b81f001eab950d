"""The name of a gate, by which several gates in one repository are distinguished. Pure."""

from __future__ import annotations

from posixpath import dirname, normpath
from urllib.parse import quote

from ..rules.model import Rules
from ..world.files import FOLDERS, RULES


def gate_name(rules: Rules, checklist: str) -> str | None:
    """What the rules say; else none for a rules file or a checklist at one of the usual places,
    and for any other the folder of the checklist. `checklist` is its path.
    """
    if rules.name is not None:
        return rules.name or None
    if rules.path is not None and normpath(rules.path) in RULES:
        return None
    folder = dirname(normpath(checklist))
    if folder in FOLDERS or folder.startswith(("/", "..")):  # the latter only on a laptop
        return None
    return quote(folder)
