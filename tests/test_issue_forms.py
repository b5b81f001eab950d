"""The forms for issues pass GitHub's schemas, and warn of secrets before anything is pasted."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parents[1] / ".github" / "ISSUE_TEMPLATE"
CONFIG = FOLDER / "config.yml"
FORMS = sorted(set(FOLDER.glob("*.yml")) - {CONFIG})


def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    ("schema", "files"), [("github-issue-forms", FORMS), ("github-issue-config", [CONFIG])]
)
def test_they_pass_githubs_schemas(schema: str, files: list[Path]) -> None:
    tool = str(Path(sys.executable).with_name("check-jsonschema"))
    line = [tool, "--builtin-schema", f"vendor.{schema}", *map(str, files)]
    checked = subprocess.run(line, capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout
    assert files


@pytest.mark.parametrize("form", FORMS, ids=lambda path: path.stem)
def test_they_warn_of_secrets(form: Path) -> None:
    assert "Do not paste secrets" in form.read_text(encoding="utf-8")


def test_a_wrong_verdict_cannot_be_posted_before_somebody_looked_for_secrets() -> None:
    (boxes,) = (
        each for each in read(FOLDER / "wrong-verdict.yml")["body"] if each["type"] == "checkboxes"
    )
    assert all(option["required"] for option in boxes["attributes"]["options"])


def test_a_vulnerability_is_reported_privately_and_nothing_without_a_form() -> None:
    config = read(CONFIG)
    (contact,) = config["contact_links"]
    assert contact["url"].endswith("/deploy-checklist/security/advisories/new")
    assert config["blank_issues_enabled"] is False
