"""`completion bash`: the script is read by a real bash, which completes what a person has begun to type."""

from __future__ import annotations

import io
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from deploy_checklist.arguments import parser
from deploy_checklist.cli import run

COMPLETE = """
source ./completion.bash
COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
_shtab_deploy_checklist deploy-checklist "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
printf '%s\\n' "${COMPREPLY[@]}"
"""


def script(shell: str) -> str:
    out, err = io.StringIO(), io.StringIO()
    assert (run(["completion", shell], {}, out, err), err.getvalue()) == (0, "")
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    found = tmp_path_factory.mktemp("completion")
    (found / "completion.bash").write_text(script("bash"))
    (found / "going-live.md").write_text("- [ ] Announced\n")
    return found


def completed(folder: Path, *typed: str) -> set[str]:
    """What bash proposes for the last of these words."""
    line = ["bash", "-c", COMPLETE, "bash", "deploy-checklist", *typed]
    ran = subprocess.run(line, cwd=folder, capture_output=True, text=True, check=True)
    return set(ran.stdout.split())


def test_commands_flags_choices_and_files_are_completed(folder: Path) -> None:
    assert completed(folder, "ch") == {"check"}
    assert {"check", "lint", "doctor", "completion"} <= completed(folder, "")
    assert completed(folder, "check", "--env") == {"--environment", "--env-file"}
    assert completed(folder, "check", "--format", "js") == {"json"}
    assert completed(folder, "check", "--color", "a") == {"auto", "always"}
    assert completed(folder, "lint", "going") == {"going-live.md"}
    assert completed(folder, "check", "--rules", "going") == {"going-live.md"}
    assert completed(folder, "check", "--environment", "going") == set()
    assert completed(folder, "completion", "z") == {"zsh"}


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish", "tcsh", "powershell"])
def test_no_hidden_flag_is_shown(shell: str) -> None:
    text = script(shell)
    assert "--env-file" in text
    assert "--now" not in text


def test_without_the_library_it_says_how_to_have_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "shtab", None)
    out, err = io.StringIO(), io.StringIO()
    assert run(["completion", "bash"], {}, out, err) == 2
    assert err.getvalue().startswith("completion needs the library shtab\n")


def test_each_command_of_the_page_for_a_laptop_can_be_typed() -> None:
    page = (Path(__file__).parents[1] / "docs/laptop.md").read_text(encoding="utf-8")
    lines = re.findall(r"^\$ (?:.+ \| )?deploy-checklist (.+?)(?: > .+)?$", page, re.MULTILINE)
    assert len(lines) == 10
    for line in lines:
        given = parser().parse_args(shlex.split(line.replace("<(op inject -i .env.tpl)", "pipe")))
        assert given.command == line.split()[0]
