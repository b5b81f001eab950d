"""What the package says of itself: its licence, its version and its addresses are said once and the same everywhere."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from deploy_checklist import __version__

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_the_licence_is_mit_in_the_package_in_the_image_and_as_a_text() -> None:
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("MIT License\n\nCopyright (c) 2026 The deploy-checklist authors\n")
    assert (PROJECT["license"], PROJECT["license-files"]) == ("MIT", ["LICENSE"])
    assert 'org.opencontainers.image.licenses="MIT"' in (ROOT / "Dockerfile").read_text(
        encoding="utf-8"
    )
    assert not any(each.startswith("License ::") for each in PROJECT["classifiers"]), "PEP 639"


def test_the_changelog_begins_with_what_is_not_released_and_knows_this_version() -> None:
    titles = re.findall(r"^## \[(.+?)\](?: - (\d{4}-\d\d-\d\d))?$", CHANGELOG, re.MULTILINE)
    assert titles[0] == ("Unreleased", "")
    assert titles[1][0] == PROJECT["version"] == __version__
    assert all(day for _, day in titles[1:])


def test_the_changes_have_the_kinds_of_keep_a_changelog() -> None:
    kinds = set(re.findall(r"^### (.+)$", CHANGELOG, re.MULTILINE))
    assert kinds <= {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}


def test_every_address_is_below_the_repository_that_the_readme_uses() -> None:
    (used,) = re.findall(
        r"uses: ([\w.-]+/deploy-checklist)@", (ROOT / "README.md").read_text(encoding="utf-8")
    )
    assert all(
        re.match(rf"https://github\.com/{used}(?:[/#]|$)", url) for url in PROJECT["urls"].values()
    )


def test_every_python_that_is_tested_is_named() -> None:
    tested = re.findall(
        r'"(3\.\d+)"', (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    )
    named = [
        each.rpartition(" ")[2] for each in PROJECT["classifiers"] if re.search(r"3\.\d+$", each)
    ]
    assert sorted(set(tested)) == named
