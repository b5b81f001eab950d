"""The house of the design: who may import whom, who may touch the world, and that a kind is one file and one test."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from deploy_checklist.run.event import EVENTS

ROOT = Path(__file__).parent.parent
SOURCE = ROOT / "src" / "deploy_checklist"
MODULES = sorted(SOURCE.rglob("*.py"))

LEAVES = {"opaque", "deadline", "side_by_side", "outcome", "errors", "box_marker", "storage"}
LEAVES |= {"redaction.needles", "redaction.texts", "redaction.fixed_words", "github.model"}
EVERYWHERE = {"", "__version__", "opaque"}
MAY_IMPORT: dict[str, set[str]] = {
    "data_formats": {"data_formats"},
    "values": {"values"},
    "gfm": {"gfm"},
    "workflows": {"workflows", "data_formats", "values.glob_matching"},
    "checklist": {"checklist", "gfm", "errors"},
    "world": {
        "world",
        "signoffs.port",
        "outcome",
        "errors",
        "storage",
        "data_formats",
        "values",
    },
    "github": {
        "github",
        "world.ports",
        "world.enforcement_port",
        "world.gate_port",
        "world.names_port",
        "world.files",
        "world.folder",
        "values.glob_matching",
        "data_formats.shapes",
        "values.globs",
        "outcome",
        "errors",
        "deadline",
        "side_by_side",
    },
    "checks": {
        "checks",
        "outcome",
        "world.ports",
        "world.dns_port",
        "world.job_port",
        "signoffs.port",
        "data_formats",
        "values",
        "workflows",
        "storage",
    },
    "rules": {
        "rules",
        "checks",
        "checklist",
        "data_formats",
        "values",
        "errors",
        "outcome",
        "storage",
    },
    "drift": {
        "drift",
        "rules",
        "checks.registry",
        "checklist.model",
        "data_formats",
        "values.secret_forms",
    },
    "inference": {
        "inference",
        "rules",
        "checks.base",
        "checklist",
        "data_formats",
        "values",
        "storage",
        "errors",
    },
    "report": {"report", "outcome", "checklist.model", "box_marker"},
    "fleet": {"fleet", "report", "data_formats", "outcome"},
    "redaction": {"redaction", "report", "outcome", "checklist.model", "values.no_value"},
    "engine": {
        "engine",
        "drift",
        "inference",
        "rules",
        "checks",
        "checklist",
        "report",
        "values",
        "world.ports",
        "signoffs.port",
    }
    | {"outcome", "errors", "deadline", "storage"},
    "signoffs": {
        "signoffs",
        "engine",
        "rules",
        "checklist.model",
        "gfm",
        "github.model",
        "outcome",
        "world.ports",
    }
    | {"box_marker"},
    "publish": {
        "publish",
        "report",
        "redaction",
        "github.model",
        "world.ports",
        "signoffs.ticks",
        "outcome",
    }
    | {"errors", "settings", "side_by_side"},
    "run": {
        "run",
        "engine",
        "inference",
        "rules",
        "checks.base",
        "checklist",
        "workflows",
        "report.model",
        "report.exceptions",
        "values.glob_matching",
        "values.versions",
    }
    | {"github.model", "world.files", "data_formats", "outcome", "errors", "settings"}
    | {"side_by_side"},
    "doctor": {
        "doctor",
        "commands.owners",
        "commands.wire",
        "publish.gate_files",
        "redaction.report",
        "report.escape",
        "report.states",
        "report.wire_schema",
        "run.deploy_gate",
        "values",
        "workflows",
        "world.enforcement_port",
        "outcome",
        "errors",
    },
    "commands": {
        "commands",
        "run.document_files",
        "engine",
        "drift",
        "inference",
        "rules",
        "workflows",
        "checks.sign",
        "checks.registry",
        "checks.value",
        "data_formats",
        "checklist",
        "values.near_names",
    }
    | {
        "report",
        "fleet",
        "redaction.report",
        "redaction.redact",
        "publish.files",
        "publish.status_name",
        "world.files",
        "world.names_port",
        "world.ports",
        "outcome",
        "errors",
        "storage",
    },
}
PORTS = {
    "world.ports",
    "world.dns_port",
    "world.enforcement_port",
    "world.gate_port",
    "world.job_port",
    "world.names_port",
    "signoffs.port",
}
COMPOSES = {"cli", "runtime", "action", "__main__"}  # construct real things
OPEN_THE_WORLD = {"socket", "ssl", "requests", "urllib3", "http", "subprocess", "github"}


def name_of(path: Path) -> str:
    return ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")


def imports(path: Path) -> Iterator[str]:
    """Absolute names of everything a module imports; ours without the package's name, as `.x`."""
    package = ("deploy_checklist", *path.relative_to(SOURCE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            yield node.module or ""
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1]
            found = ".".join((*base, *((node.module or "").split(".") if node.module else ())))
            for alias in node.names:
                deeper = SOURCE.parent.joinpath(*found.split("."), alias.name)
                is_module = deeper.is_dir() or deeper.with_suffix(".py").is_file()
                yield f"{found}.{alias.name}" if is_module else found


def ours(path: Path) -> set[str]:
    return {
        name.removeprefix("deploy_checklist").lstrip(".")
        for name in imports(path)
        if name.startswith("deploy_checklist")
    }


def within(name: str, allowed: set[str]) -> bool:
    return any(name == each or name.startswith(f"{each}.") for each in allowed)


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_data_flows_one_way(path: Path) -> None:
    """Every module imports only what its room may import."""
    name = name_of(path)
    room = name.split(".", maxsplit=1)[0]
    imported = ours(path) - {name} - EVERYWHERE
    if name in LEAVES:
        assert imported == set()
    elif room in MAY_IMPORT:
        assert {each for each in imported if not within(each, MAY_IMPORT[room])} == set()


@pytest.mark.parametrize("path", MODULES, ids=name_of)
def test_only_the_world_opens_a_socket_or_starts_a_process(path: Path) -> None:
    name = name_of(path)
    touched = {module.split(".")[0] for module in imports(path)} & OPEN_THE_WORLD
    if name.startswith("github"):
        return
    if name.startswith("world"):
        assert "github" not in touched, "only github/ imports PyGithub"
        return
    assert touched == set()


def test_no_room_imports_in_a_circle() -> None:
    """A room is a folder, or a module that stands alone; leaves are rooms of their own."""
    rooms: dict[str, set[str]] = {}
    for path in MODULES:
        imported = {room_of(each) for each in ours(path) - EVERYWHERE}
        rooms.setdefault(room_of(name_of(path)), set()).update(imported)
    TopologicalSorter(
        {room: needs - {room} for room, needs in rooms.items()}
    ).prepare()  # raises CycleError


def room_of(name: str) -> str:
    alone = next((leaf for leaf in (*LEAVES, *PORTS) if within(name, {leaf})), None)
    return alone or name.split(".", maxsplit=1)[0]


def test_one_module_imports_the_markdown_parser() -> None:
    """So that it can be exchanged; and whoever reads no document does not wait for it."""
    assert [name_of(path) for path in MODULES if "comrak" in imports(path)] == ["gfm.parse"]


def test_only_the_composition_roots_construct_real_things() -> None:
    """Everything else receives the world through ports (`run.document_files` and `cli` read the two documents)."""
    for path in MODULES:
        name = name_of(path)
        if name.split(".")[0] in {"world", "github", *COMPOSES}:
            continue
        real = {
            each
            for each in ours(path)
            if within(each, {"world", "github"})
            and not within(each, {*PORTS, "world.files", "github.model"})
        }
        assert real == set(), name


def test_a_kind_is_one_file_and_one_test() -> None:
    kinds = {path.stem for path in (SOURCE / "checks").glob("*.py")} - {
        "__init__",
        "base",
        "registry",
    }
    private = {
        path.stem
        for path in (SOURCE / "checks").glob("*.py")
        if "def judge(" not in path.read_text()
    }
    missing = {
        kind
        for kind in kinds - private
        if not (ROOT / "tests" / "checks" / f"test_{kind}.py").is_file()
    }
    assert missing == set()


def test_no_function_is_longer_than_sixty_lines_and_no_file_than_three_hundred_and_fifty() -> None:
    for path in MODULES:
        text = path.read_text()
        assert len(text.splitlines()) <= 350, name_of(path)
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno:
                assert node.end_lineno - node.lineno < 60, f"{name_of(path)}.{node.name}"


# Where `push`, `release` or `schedule` are words of a team, of git or of GitHub's other objects.
OTHER_WORDS = {"checklist", "checks", "github", "inference", "report", "workflows", "world"}
OTHER_WORDS |= {"signoffs"}


def named_events(path: Path) -> set[str]:
    """The events that a module names as a text; a key, as in `payload["release"]`, is a field."""
    tree = ast.parse(path.read_text())
    keys = {id(node.slice) for node in ast.walk(tree) if isinstance(node, ast.Subscript)}
    texts = (
        node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in keys
    )
    return {str(text.value) for text in texts} & set(EVENTS)


def test_one_module_names_the_events() -> None:
    """A new event is one entry of its table."""
    naming = {name_of(path) for path in MODULES if named_events(path)} - PORTS
    assert {name for name in naming if name.split(".")[0] not in OTHER_WORDS} == {"run.event"}


def test_reading_an_attribute_of_a_composition_root_asks_nobody() -> None:
    for path in (SOURCE / "runtime").glob("*.py"):
        names = {
            node.id for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Name)
        }
        assert names.isdisjoint({"property", "cached_property"}), name_of(path)


MAY_HOLD_A_SECRET = {"environ", "headers", "values", "password"}


def test_what_may_hold_a_secret_shows_no_field() -> None:
    """By the names of its fields: such a value is an OpaqueStruct."""
    shown = set()
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.ClassDef) and any(
                ast.unparse(b) == "Struct" for b in node.bases
            ):
                fields = {ast.unparse(f.target) for f in node.body if isinstance(f, ast.AnnAssign)}
                if fields & MAY_HOLD_A_SECRET:
                    shown.add(f"{name_of(path)}.{node.name}")
    assert shown == set()


def test_one_module_composes_the_world() -> None:
    composing = {
        name_of(path)
        for path in MODULES
        if re.search(r"\bWorld\(\n? +variables=", path.read_text())
    }
    assert composing == {"world.compose"}
