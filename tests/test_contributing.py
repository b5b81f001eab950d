"""What CONTRIBUTING says makes a new format and a new publisher: done as it says, in a copy of the package."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from container.documents import CHECKLIST, VALUES, files
from test_action import checkout

ROOT = Path(__file__).parent.parent
SECTIONS = (ROOT / ".github" / "CONTRIBUTING.md").read_text().split("\n## ")
CHECK = (
    "check",
    "examples/deployment-checklist.md",
    "--rules",
    "examples/deploy-checklist.yml",
    "-e",
    "production",
)


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """The package and what writes its docs."""
    ignored = shutil.ignore_patterns("__pycache__")
    shutil.copytree(ROOT / "src", tmp_path / "src", ignore=ignored)
    shutil.copytree(ROOT / "docs", tmp_path / "docs", ignore=ignored)
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    return tmp_path


def follow(copy: Path, heading: str, table: str) -> None:
    """Writes the section's file, and its line into the table."""
    (section,) = [text for text in SECTIONS if text.startswith(heading)]
    module, line = re.findall(r"```python\n(.*?)```", section, re.DOTALL)
    name = re.search(r"whole one, `(\S+\.py)`", section)
    assert name
    package = copy / "src" / "deploy_checklist"
    (package / name[1]).write_text(module)
    before, brace, after = (package / table).read_text().partition("\n}\n")
    (package / table).write_text(f"{before}\n{line.rstrip()}{brace}{after}")


def python(copy: Path, *arguments: str, environ: Mapping[str, str] | None = None) -> str:
    given = {"PATH": os.environ["PATH"], "PYTHONPATH": str(copy / "src"), **(environ or {})}
    ran = subprocess.run(
        [sys.executable, *arguments],
        cwd=copy,
        env=given,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode in (0, 1), ran.stderr + ran.stdout
    return ran.stdout


def test_a_new_format_is_one_file_and_one_line(copy: Path) -> None:
    follow(copy, "A new format", "report/formats.py")
    shown = python(
        copy,
        "-m",
        "deploy_checklist",
        *CHECK,
        "--env-file",
        "examples/failing.env",
        "--format",
        "open-ids",
    )
    assert "PAYMENT_WEBHOOK_SECRET" in shown.splitlines()
    assert "open-ids" in python(copy, "-m", "deploy_checklist", "check", "--help")
    python(copy, "docs/generate.py")
    assert "| `open-ids` | The ids of the open items" in (copy / "docs" / "formats.md").read_text()


def test_a_new_publisher_is_one_file_and_one_line(
    copy: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    follow(copy, "A new publisher", "publish/publishers.py")
    step = checkout(tmp_path_factory.mktemp("run"), files(CHECKLIST))
    python(copy, "-m", "deploy_checklist", "action", environ={**VALUES, **step.context()})
    assert (step.folder / "deploy-checklist.verdict").read_text() == "ready\n"
