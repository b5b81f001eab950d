"""The two documents that are given or found: the checklist and the rules file. They may lie anywhere on a laptop."""

from __future__ import annotations

import os
import re
from pathlib import Path

from ..errors import Unusable

RULES = (".github/deploy-checklist.yml", "deploy-checklist.yml")
_FOLDERS = ("", ".github", "docs")
_CHECKLIST = re.compile(r".*(deploy|release).*checklist.*\.md", re.IGNORECASE)
CHECKLIST_LIMIT = 5_242_880  # bytes; the longest real checklist seen has 17 kB
RULES_LIMIT = 1_048_576


def read(path: Path, *, what: str, limit: int) -> bytes:
    """The file's bytes. `what` names it in the errors ("checklist", "rules file")."""
    try:
        if path.is_dir():
            raise Unusable(f"{path}: the {what} is a folder, not a file", hint=f"name the file inside {path}")
        with path.open("rb") as file:
            data = file.read(limit + 1)
            size = os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        raise Unusable(f"{path}: no such {what}") from None
    except OSError as trouble:
        raise Unusable(f"{path}: the {what} cannot be read ({trouble.strerror})") from None
    if len(data) > limit:
        raise Unusable(f"{path}: {max(size, len(data)) / 1e6:.1f} MB is too large for a {what}; at most {limit / 1e6:.1f} MB")
    return data


def found_rules(root: Path) -> Path | None:
    """The rules file at one of its two places; both at once is an error that names them."""
    there = [name for name in RULES if (root / name).is_file()]
    if len(there) > 1:
        raise Unusable(f"two rules files: {there[0]} and {there[1]}", hint="keep one, or name one with --rules")
    return root / there[0] if there else None


def found_checklist(root: Path) -> Path:
    """The only `*deploy*checklist*.md` or `*release*checklist*.md` in the root, `.github/` or `docs/`."""
    there = [
        Path(folder) / name
        for folder in _FOLDERS
        for name in _names(root / folder)
        if _CHECKLIST.fullmatch(name) and (root / folder / name).is_file()
    ]
    if len(there) > 1:
        listed = ", ".join(str(path) for path in there)
        raise Unusable(f"{len(there)} checklists found: {listed}", hint="name one: deploy-checklist check FILE")
    if not there:
        raise Unusable(
            "no checklist found: looked for *deploy*checklist*.md and *release*checklist*.md here, in .github/ and docs/",
            hint="name it: deploy-checklist check FILE",
        )
    return root / there[0]


def _names(folder: Path) -> list[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return []
