"""Which files of a commit a run is going to want, as far as its inputs and rules show it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..data_formats import Malformed, Node, parse_yaml
from ..errors import Unusable
from ..github.model import Tree
from ..settings import Inputs
from ..world.files import FOLDERS, RULES, RULES_LIMIT, found_checklist

_MOST = 30  # files of the items
_LONGEST = 200  # characters of a path
_NAMES_A_FILE = frozenset({"file", "path", "state", "ca_file"})
_USUAL = (
    "deployment-checklist.md",
    "DEPLOYMENT_CHECKLIST.md",
    "release-checklist.md",
    "RELEASE_CHECKLIST.md",
)
_SCRIPTS = "package.json"  # where a command that a rule names may be written


def named_files(inputs: Inputs) -> list[str]:
    """The files whose paths are known before any of them was read."""
    rules = (inputs.rules,) if inputs.rules else RULES
    return [path for path in (inputs.checklist, *rules) if path]


def usual_checklists(inputs: Inputs) -> list[str]:
    """Where the checklist may be, while no rules name it: asking for it there costs no request of
    its own.
    """
    if inputs.checklist is not None:
        return []
    return [f"{folder}/{name}" if folder else name for folder in FOLDERS for name in _USUAL]


def wanted_files(inputs: Inputs, tree: Tree | None) -> list[str]:
    """The files of a commit that a run is going to want; `tree` has the rules that tell. None: they
    are not known yet.

    A guess: a file that is missing here is asked for where it is needed, and mistakes in the rules
    are not reported here.
    """
    files = named_files(inputs)
    if tree is None:
        return [*files, *usual_checklists(inputs)]
    rules = _rules(inputs, tree)
    checklist = inputs.checklist or _checklist(rules, tree)
    items = rules.get("items")
    of_items = dict.fromkeys(_files_in(items)) if items else {}
    return list(dict.fromkeys((*files, *([checklist] if checklist else []), *[*of_items][:_MOST])))


def _rules(inputs: Inputs, tree: Tree) -> Mapping[str, Node]:
    """What the rules file says; empty if it cannot be read."""
    paths = (inputs.rules,) if inputs.rules else RULES
    data = next((tree.files[path] for path in paths if path and tree.files.get(path)), None)
    if data is None or len(data) > RULES_LIMIT:
        return {}
    try:
        found = parse_yaml(data.decode(), "").value
    except (Malformed, UnicodeDecodeError):
        return {}
    return found if isinstance(found, dict) else {}


def _checklist(rules: Mapping[str, Node], tree: Tree) -> str | None:
    """The checklist that the rules name, else the one that is found."""
    if "checklist" in rules:
        named = rules["checklist"].value
        return named if isinstance(named, str) and _is_path(named) else None
    try:
        return found_checklist(lambda folder: tree.folders.get(folder, ()))
    except Unusable:
        return None


def _files_in(node: Node) -> Iterator[str]:
    """What may be paths of files in the rules of items."""
    value = node.value
    if isinstance(value, list):
        for each in value:
            yield from _files_in(each)
    if not isinstance(value, dict):
        return
    for key, each in value.items():
        if key == "runs":
            yield _SCRIPTS
        elif key in _NAMES_A_FILE and isinstance(each.value, str) and _is_path(each.value):
            yield each.value
        else:
            yield from _files_in(each)


def _is_path(text: str) -> bool:
    parts = text.split("/")
    is_relative = bool(text) and len(text) <= _LONGEST and {"", "..", "."}.isdisjoint(parts)
    return is_relative and not set(text) & set("$*?[\n\r\0")
