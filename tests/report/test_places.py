"""Where a person has to act, the text has a `file:line` that a terminal opens from where they are."""

from __future__ import annotations

import io
import os
import re
import threading
from pathlib import Path

import pytest

from deploy_checklist.cli import run
from deploy_checklist.report.places import place

CHECKLIST = """\
# Going live
- [ ] `API_KEY` is set
- [ ] `SHOP_MODE` is live
- [ ] `SHOP_URL` answers
- [ ] Announced
- [ ] `GONE` is gone
"""
RULES = """\
version: 1
checklist: docs/checklist.md
items:
  API_KEY: { secret: true, rotated_within: 90d }
  SHOP_MODE: { equals: live }
  SHOP_URL: { http: true }
  Announced: sign
  GONE: absent
  NEVER_NAMED: present
"""
VALUES = "API_KEY=sk_live_27f0c1d9b\nAPI_KEY_ROTATED_AT=2026-11-02\nSHOP_MODE=test\nSHOP_URL=https://shop.example\n"
LOOKING = ("--offline", "--now", "2026-11-29T12:00:00Z", "--env-file")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A repository of a team."""
    for folder in (".git", ".github", "docs", "config"):
        (tmp_path / folder).mkdir()
    (tmp_path / "docs/checklist.md").write_text(CHECKLIST)
    (tmp_path / ".github/deploy-checklist.yml").write_text(RULES)
    (tmp_path / "config/shop.env").write_text(VALUES)
    return tmp_path


def typed(folder: Path, *arguments: str) -> str:
    os.chdir(folder)
    out, err = io.StringIO(), io.StringIO()
    run(arguments, {"COLUMNS": "100"}, out, err)
    return out.getvalue() + err.getvalue()


def places(text: str) -> list[str]:
    """Each `file:line` in it, as a terminal finds them."""
    return re.findall(r"(?<![\w./-])[\w./-]+\.(?:md|yml|env):\d+", text)


def check(folder: Path, env_file: str, *flags: str) -> str:
    return typed(folder, "check", *LOOKING, env_file, *flags)


@pytest.fixture(autouse=True)
def back(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)


def test_what_failed_is_to_sign_or_was_not_checked_has_its_place(root: Path) -> None:
    lines = "docs/checklist.md:3 config/shop.env:3 docs/checklist.md:4 docs/checklist.md:5"
    drift = ".github/deploy-checklist.yml:9"
    assert places(check(root, "config/shop.env")) == [*lines.split(), drift]


def test_what_passed_has_none_with_its_evidence_neither(root: Path) -> None:
    shown = places(check(root, "config/shop.env", "-v"))
    assert not {"docs/checklist.md:2", "docs/checklist.md:6"} & {*shown}


@pytest.mark.parametrize("folder", [".", "docs", ".github", "config"])
def test_each_place_leads_there_from_the_working_directory(root: Path, folder: str) -> None:
    where = root / folder
    env_file = os.path.relpath(root / "config/shop.env", where)
    for text in (
        check(where, env_file),
        typed(where, "forecast", *LOOKING, env_file),
        typed(where, "lint"),
        typed(where, "explain"),
    ):
        found = places(text)
        assert found
        for each in found:
            file, _, line = each.partition(":")
            assert len((where / file).read_text().splitlines()) >= int(line)


@pytest.mark.parametrize("folder", [".", "docs", ".github", "config"])
def test_a_mistake_is_told_where_it_opens(root: Path, folder: str) -> None:
    rules = root / ".github/deploy-checklist.yml"
    rules.write_text(RULES.replace("http: true", "htp: true"))
    for command in ("check", "lint", "explain"):
        [told] = places(typed(root / folder, command))
        assert (root / folder / told.partition(":")[0]).resolve() == rules
    rules.write_text(RULES.replace("docs/checklist.md", "docs/gone.md"))
    [told] = places(typed(root / folder, "lint"))
    assert (root / folder / told.partition(":")[0]).resolve() == rules


def test_a_file_that_was_typed_is_told_as_it_was_typed(root: Path) -> None:
    (root / "docs/empty.md").write_text("\n")
    assert typed(root / "docs", "lint", "empty.md").startswith("empty.md")
    assert typed(root / "docs", "lint", "nothing.md").startswith("nothing.md: ")


@pytest.mark.parametrize("folder", [".", "docs"])
def test_each_question_of_init_has_its_place(root: Path, folder: str) -> None:
    rules = root / ".github/deploy-checklist.yml"
    rules.unlink()
    (root / "docs/checklist.md").write_text("- [ ] Announced\n- [ ] Signed by the backend lead\n")
    (root / "docs/checklist.md").rename(root / "docs/deployment-checklist.md")
    shown = typed(root / folder, "init")
    checklist = os.path.relpath(root / "docs/deployment-checklist.md", root / folder)
    assert f"wrote {os.path.relpath(rules, root / folder)}   2 items" in shown
    assert f"\n  {checklist}:2 " in shown


def test_a_checklist_elsewhere_keeps_its_path(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    other = tmp_path_factory.mktemp("other") / "checklist.md"
    other.write_text("- [ ] Announced\n")
    assert f"{other}:1" in map(str.strip, typed(root / "docs", "check", str(other)).splitlines())


def test_an_env_file_elsewhere_keeps_its_path(
    root: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Another file of its name may be here."""
    for file in (tmp_path_factory.mktemp("other") / "shop.env", root / "config/shop.env"):
        file.write_text("")
        shown = check(root, str(file))
        where = "config/shop.env" if file.is_relative_to(root) else str(file)
        assert f"a line in {where}, then" in " ".join(shown.split())


def test_the_number_of_a_pipe_is_not_its_name(root: Path) -> None:
    os.mkfifo(root / "63")
    writer = threading.Thread(target=(root / "63").write_text, args=("OTHER=1\n",))
    writer.start()
    shown = " ".join(check(root, "63").split())
    writer.join()
    assert "a line in the pipe, then" in shown and " 63" not in shown


def test_a_place_stands_alone_on_its_line(root: Path) -> None:
    shown = check(root, "config/shop.env").splitlines()
    assert "                 docs/checklist.md:3" in shown
    coloured = check(root, "config/shop.env", "--color", "always").splitlines()
    assert "                 \x1b[2mdocs/checklist.md:3\x1b[0m" in coloured


@pytest.mark.parametrize(
    ("path", "folder", "shown"),
    [
        ("docs/a.md", "", "docs/a.md:7"),
        ("docs/a.md", ".", "docs/a.md:7"),
        ("docs/a.md", "docs", "a.md:7"),
        ("a.md", "docs/deep", "../../a.md:7"),
        ("/elsewhere/a.md", "docs", "/elsewhere/a.md:7"),
        ("../../elsewhere/a.md", "docs", "../../elsewhere/a.md:7"),
    ],
)
def test_a_place_is_relative(path: str, folder: str, shown: str) -> None:
    assert place(path, 7, folder) == shown
