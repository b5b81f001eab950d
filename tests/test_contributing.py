"""What CONTRIBUTING says makes a new check, port, format, publisher and event: done as it says, in a copy."""

from __future__ import annotations

import json
import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from container.documents import CHECKLIST, SIGN, VALUES, files
from test_action import checkout

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / ".github" / "CONTRIBUTING.md").read_text()
SECTIONS = {section.partition("\n")[0]: section for section in PAGE.split("\n## ")}
CHECK = ("check", "examples/deployment-checklist.md", "--rules", "examples/deploy-checklist.yml")
PLACE = re.compile(r"^# (\S+\.py)(?:, (above|below) `(.+)`)?\n", re.MULTILINE)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package, what writes its docs, and what a check's test needs."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=ignored)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    for folder in ("checks", "world"):
        (tmp_path / "tests" / folder).mkdir(parents=True)
    for name in (
        "pyproject.toml",
        "tests/fakes.py",
        "tests/checks/judging.py",
        "tests/checks/test_absent.py",
        "tests/world/test_compose.py",
    ):
        shutil.copy(ROOT / name, tmp_path / name)
    return tmp_path


def parts(heading: str) -> Iterator[tuple[str, str, str, str]]:
    """Path, "above" or "below" or "", the line that is meant, and the text, of each part of a section's examples."""
    for block in re.findall(r"```python\n(.*?)```", SECTIONS[heading], re.DOTALL):
        begins, *rest = PLACE.split(block)
        assert begins == "", f"{heading}: an example does not say which file it is"
        yield from zip(rest[::4], rest[1::4], rest[2::4], rest[3::4], strict=True)


def follow(copy: Path, heading: str) -> None:
    """Writes the section's new files, and its lines into files that are there."""
    for path, where, line, text in parts(heading):
        folder = copy if path.startswith("tests/") else copy / "src" / "deploy_checklist"
        if not where:
            assert not (folder / path).exists(), path
            (folder / path).write_text(text.rstrip() + "\n")
            continue
        lines = (folder / path).read_text().splitlines(keepends=True)
        (found,) = [number for number, each in enumerate(lines) if line in each]
        if where == "above":
            lines.insert(found, text)
        else:
            lines.insert(found + 1, text.rstrip() + "\n")
        (folder / path).write_text("".join(lines))


def python(
    copy: Path, *arguments: str, environ: Mapping[str, str] | None = None, codes: tuple[int, ...]
) -> str:
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(copy / "src"), **(environ or {})}
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in codes, ran.stderr + ran.stdout
    return ran.stdout


def tool(copy: Path, *arguments: str, codes: tuple[int, ...] = (0,)) -> str:
    return python(copy, "-m", "deploy_checklist", *arguments, codes=codes)


def run_tests(copy: Path, *paths: str) -> None:
    """Test files of the copy, run there."""
    python(copy, "-m", "pytest", "-q", "-n", "0", "-p", "no:cacheprovider", *paths, codes=(0,))


def test_a_new_check_is_one_file_and_one_test(copy: Path) -> None:
    follow(copy, "A new check")
    run_tests(copy, "tests/checks/test_uuid.py")
    python(copy, "docs/generate.py", codes=(0,))
    page = (copy / "docs" / "checks.md").read_text()
    assert "| [`uuid`](#uuid) | the variable's value is a UUID, written with hyphens |" in page
    assert '"uuid"' in tool(copy, "schema")


LISTENS = '''"""something accepts a connection at `host` and `port`"""

from ..outcome import Finding, passed
from ..world.ports import World
from .base import JudgeContext, Needs, Observation
from .shared import probe


class Params(probe.ProbeParams):
    """Where."""

    host: str
    port: int


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=False)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    address = world.tcp.connect(
        params.host, params.port, timeout=params.timeout, allow_private=params.allow_private
    )
    return Observation(source=f"`{params.host}` from this machine", data=address)


def judge(params: Params, seen: Observation, context: JudgeContext) -> Finding:
    return passed(f"{seen.data} accepted a connection")
'''


def test_a_new_port_is_one_file_and_a_line_where_worlds_are_made(copy: Path) -> None:
    follow(copy, "A new port")
    (copy / "src" / "deploy_checklist" / "checks" / "listens.py").write_text(LISTENS)
    run_tests(copy, "tests/world/test_compose.py", "tests/checks/test_absent.py")
    (copy / "list.md").write_text("- [ ] The mail server listens.\n")
    with socket.create_server(("127.0.0.1", 0)) as server:
        where = f"host: 127.0.0.1, port: {server.getsockname()[1]}, allow_private: true"
        rules = f"version: 1\nitems:\n  The mail server: {{ listens: {{ {where} }} }}\n"
        (copy / "rules.yml").write_text(rules)
        check = ("check", "list.md", "--rules", "rules.yml", "--verbose")
        assert "127.0.0.1 accepted a connection" in tool(copy, *check)
        assert "this run is offline" in tool(copy, *check, "--offline", codes=(3,))
    assert "refused the connection" in tool(copy, *check, codes=(3,))


def test_a_new_format_is_one_file_and_one_line(copy: Path) -> None:
    follow(copy, "A new format")
    failing = ("-e", "production", "--env-file", "examples/failing.env")
    shown = tool(copy, *CHECK, *failing, "--format", "open-ids", codes=(1,))
    assert "PAYMENT_WEBHOOK_SECRET" in shown.splitlines()
    assert "open-ids" in tool(copy, "check", "--help")
    python(copy, "docs/generate.py", codes=(0,))
    assert "| `open-ids` | The ids of the open items" in (copy / "docs" / "formats.md").read_text()


def test_a_new_publisher_is_one_file_and_one_line(
    copy: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    follow(copy, "A new publisher")
    step = checkout(tmp_path_factory.mktemp("run"), files(CHECKLIST))
    environ = {**VALUES, **step.context()}
    python(copy, "-m", "deploy_checklist", "action", environ=environ, codes=(0,))
    assert (step.folder / "deploy-checklist.verdict").read_text() == "ready\n"


def test_a_new_event_is_one_entry_of_the_table(
    copy: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """It is a whole run, which gates the commit that the payload names."""
    follow(copy, "A new event")
    step = checkout(tmp_path_factory.mktemp("run"), files(CHECKLIST + SIGN))
    payload = step.folder.parent / "event.json"
    payload.write_text(json.dumps({"check_suite": {"head_sha": step.commit}}))
    environ = {
        **VALUES,
        **step.context(),
        "GITHUB_EVENT_NAME": "check_suite",
        "GITHUB_EVENT_PATH": str(payload),
        "GITHUB_SHA": "a" * 40,
        "INPUT_REPORT-FILE": "report.json",
    }
    python(copy, "-m", "deploy_checklist", "action", environ=environ, codes=(1,))
    report = json.loads((step.folder / "report.json").read_text())
    assert (report["target"]["commit"], report["verdict"]) == (step.commit, "waiting")


PAGES = [
    ROOT / ".github" / "CONTRIBUTING.md",
    *sorted((ROOT / "docs").glob("architecture.md")),
    *sorted((ROOT / "docs").glob("glossary.md")),
]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_file_that_a_page_for_contributors_names_is_there(page: Path) -> None:
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    package = ROOT / "src" / "deploy_checklist"
    for path in re.findall(r"`([\w./]+(?:\.(?:py|md|yml)|/))`", text):
        assert (ROOT / path).exists() or (package / path).exists(), path


SWITCH = re.compile(
    r"(?:\bos\.|(?<![\w.]))environ(?:\.get\(|\[)\"([A-Z_]+)\"|\"([A-Z_]+)\" (?:not )?in os\.environ"
)
NO_SWITCHES = {"PATH", "XDG_CACHE_HOME", "PYTEST_XDIST_WORKER"}  # of the machine, and of a plugin


def test_every_variable_that_changes_the_tests_is_named() -> None:
    texts = [path.read_text() for path in sorted((ROOT / "tests").rglob("*.py"))]
    read = {name for text in texts for found in SWITCH.findall(text) for name in found if name}
    assert {"RACES", "ORDERS"} <= read
    named = set(re.findall(r"`([A-Z_]+)(?:=\d+)?`", SECTIONS["Tests"]))
    assert named == read - NO_SWITCHES
