"""What the package says of itself: its licence, its version and its addresses are said once and the same everywhere."""

from __future__ import annotations

import email
import re
import tomllib
import zipfile
from email.message import Message
from pathlib import Path

import pytest
from hatchling.build import build_wheel
from trove_classifiers import classifiers

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


@pytest.fixture
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> zipfile.ZipFile:
    """The wheel that a release uploads."""
    monkeypatch.chdir(ROOT)
    return zipfile.ZipFile(tmp_path / build_wheel(str(tmp_path)))


def metadata_of(wheel: zipfile.ZipFile) -> Message:
    (path,) = [name for name in wheel.namelist() if name.endswith(".dist-info/METADATA")]
    return email.message_from_bytes(wheel.read(path))


def test_the_wheel_says_all_that_an_index_shows(wheel: zipfile.ZipFile) -> None:
    found = metadata_of(wheel)
    assert (found["Name"], found["Version"]) == ("deploy-checklist", __version__)
    assert found["Summary"]
    assert found["License-Expression"] == "MIT"
    assert found["Description-Content-Type"] == "text/markdown"
    assert found["Requires-Python"] == ">=3.11"
    assert {"checklist", "deployment", "github-actions", "release-gate"} <= set(
        found["Keywords"].split(",")
    )
    addresses = dict(line.split(", ") for line in found.get_all("Project-URL", []))
    assert addresses.keys() == {"Homepage", "Repository", "Documentation", "Changelog", "Issues"}


def test_the_wheel_names_classifiers_that_exist_one_of_each_sort(wheel: zipfile.ZipFile) -> None:
    found = metadata_of(wheel).get_all("Classifier", [])
    assert set(found) <= classifiers
    sorts = {each.partition(" :: ")[0] for each in found}
    assert {"Development Status", "Intended Audience", "Operating System", "Topic"} <= sorts
    assert "Typing :: Typed" in found


def test_the_wheel_has_the_licence_and_the_mark_of_typed_packages(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    (licence,) = [name for name in names if name.endswith("licenses/LICENSE")]
    assert wheel.read(licence) == (ROOT / "LICENSE").read_bytes()
    assert "deploy_checklist/py.typed" in names
    assert not any(name.startswith(("tests/", "docs/")) for name in names)
