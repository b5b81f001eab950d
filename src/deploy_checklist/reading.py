"""From two files to Checklist and Rules: found or given, read, parsed, resolved for one environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from .checklist.model import Checklist
from .checklist.parse import decode, parse, require_items
from .errors import Unusable
from .rules.infer import inferred
from .rules.load import RulesFile, load, resolve
from .rules.model import Rules
from .world import files


@dataclass(frozen=True, kw_only=True, slots=True)
class Documents:
    """The two documents, read but not yet resolved for an environment."""

    checklist: Checklist
    rules: RulesFile | None


def from_folder(root: Path, checklist: Path | None, rules: Path | None) -> Documents:
    """The documents of a folder: those given, else those found (design §10)."""
    rules_path = rules or files.found_rules(root)
    loaded = None
    if rules_path is not None:
        data = files.read(rules_path, what="rules file", limit=files.RULES_LIMIT)
        loaded = load(decode(data, shown(rules_path, root)), shown(rules_path, root))
    if checklist is None and loaded is not None and loaded.checklist:
        checklist = root / loaded.checklist
        if not checklist.is_file():
            raise Unusable(
                f"{shown(rules_path or root, root)}: `checklist: {loaded.checklist}` is not there",
                hint="correct the path; it is relative to the repository's root",
            )
    path = checklist or files.found_checklist(root)
    data = files.read(path, what="checklist", limit=files.CHECKLIST_LIMIT)
    return Documents(checklist=from_bytes(data, shown(path, root)), rules=loaded)


def from_bytes(data: bytes, path: str) -> Checklist:
    """A checklist that has at least one item."""
    checklist = parse(decode(data, path), path)
    require_items(checklist)
    return checklist


def resolved(documents: Documents, environment: str | None, builtins: Mapping[str, str | None]) -> Rules:
    """The rules for one environment; without a rules file, those that the items' own words state."""
    if documents.rules is None:
        return inferred(documents.checklist, environment)
    return resolve(documents.rules, environment, builtins)


def shown(path: Path, root: Path) -> str:
    """A path as people know it: relative to the root where it is below it."""
    try:
        return path.resolve().relative_to(root.resolve()).as_posix()
    except ValueError:
        return str(path)
