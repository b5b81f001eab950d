"""The README's first run is what the commands print and write, for the files of `examples/first-run/`.

`UPDATE_DOCS=1 pytest tests/pages/test_first_run.py` writes both blocks anew. docs/terminal.py draws the rest of the run.
"""

from __future__ import annotations

import os
import re
import runpy
from pathlib import Path

import pytest

from pages.blocks import ROOT
from pages.test_outputs import typed
from world.gits import repository

README, EXAMPLES = ROOT / "README.md", ROOT / "examples" / "first-run"
LOOK, RULES = "console\n$ deploy-checklist check\n", "yaml\nitems:\n  PAYMENT_API_KEY: secret\n"
NOW = "2026-11-22T21:14:00Z"


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with the checklist of the first run and nothing of the gate's."""
    checklist = (EXAMPLES / "deployment-checklist.md").read_text(encoding="utf-8")
    repository(tmp_path, {"docs/deployment-checklist.md": checklist, ".gitignore": ".env*\n"})
    monkeypatch.chdir(tmp_path)
    return tmp_path


def shown(start: str, text: str) -> None:
    """The README's block that starts so goes on with the text."""
    block = re.compile(rf"^(```{re.escape(start)})(.*?)^```$", re.DOTALL | re.MULTILINE)
    page = README.read_text(encoding="utf-8")
    if os.environ.get("UPDATE_DOCS"):
        README.write_text(block.sub(lambda found: f"{found[1]}{text}```", page), encoding="utf-8")
        return
    assert [rest for _, rest in block.findall(page)] == [text]


def init() -> str:
    """The rules that `init` writes with the answers of the example."""
    typed("init", "--answers", str(EXAMPLES / "answers.yml"))
    return Path(".github/deploy-checklist.yml").read_text(encoding="utf-8")


def test_check_prints_what_the_readme_shows(team: Path) -> None:
    shown(LOOK, typed("check"))


def test_init_writes_what_the_readme_shows_without_its_comments(team: Path) -> None:
    written = re.sub(r"^ *#.*\n|^\n", "", init(), flags=re.MULTILINE)
    _, first, rest = written.partition(RULES.removeprefix("yaml\n"))
    assert first
    shown(RULES, rest)


def test_three_values_of_the_first_run_are_wrong(team: Path) -> None:
    """As the README says of the picture, and the picture shows."""
    init()
    (team / ".env.production").write_bytes((EXAMPLES / "values.env").read_bytes())
    on = ("-e", "production", "--env-file", ".env.production", "--now", NOW)
    assert typed("check", *on).splitlines()[-1].startswith("blocked: 3 ")


def test_the_picture_shows_what_a_terminal_does(tmp_path: Path) -> None:
    """The questions with their answers, and the verdict in its colour: docs/pictures.py draws no more than that."""
    drawn = runpy.run_path(str(ROOT / "docs" / "terminal.py"))
    shown = drawn["first_minute"](tmp_path)
    assert shown.startswith("$ deploy-checklist init\nPress Enter to skip a question")
    assert "[such as acme.example] acme.example\n" in shown
    assert "\nwrote .github/deploy-checklist.yml   5 items\n" in shown
    verdict = re.search(r"\x1b\[1;31m(blocked: 3 .*, 2 to sign)\x1b\[0m", shown)
    assert verdict is not None
    page = drawn["page"](shown, "dark")
    assert f'<span class="bold red">{verdict[1]}</span>' in page
    assert "\x1b" not in page
