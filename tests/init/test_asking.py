"""On a terminal `init` asks, one line a question; nowhere else does it wait for anybody."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .shop import ANSWERS, RULES, answered, typed, written

SOURCE = Path(__file__).parent.parent.parent / "src"
TYPED = [
    "staging.acme.dev",
    "acme.dev",
    "CLUSTER_MODE=on",
    "TRACING",
    "@octo-lead, @acme/payments",
    "acme, bolt,cash",
    "200, 204",
]


class Terminal:
    """`init` on a terminal, and a person who types."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._own, theirs = pty.openpty()
        environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE), "COLUMNS": "200"}
        command = [sys.executable, "-m", "deploy_checklist", "init", *arguments]
        self.process = subprocess.Popen(
            command, cwd=folder, env=environ, stdin=theirs, stdout=theirs, stderr=theirs,
            start_new_session=True,
        )  # fmt: skip
        os.close(theirs)
        self.screen = ""

    def until(self, words: str) -> None:
        """Reads until the words are on the screen."""
        deadline = time.monotonic() + 20
        while words not in self.screen:
            assert time.monotonic() < deadline, self.screen
            if not self._read():
                break
        assert words in self.screen

    def _read(self) -> str:
        try:
            more = os.read(self._own, 65_536).decode()
        except OSError:  # nobody has the other end any more
            return ""
        self.screen += more
        return more

    def types(self, text: str) -> None:
        os.write(self._own, text.encode())

    def ends(self) -> int:
        """Reads to the end, and returns the exit code."""
        while self._read():
            pass
        os.close(self._own)
        return self.process.wait(20)


def test_each_question_is_asked_in_one_line_and_its_answer_written(folder: Path) -> None:
    terminal = Terminal(folder)
    for number, answer in enumerate(TYPED, 1):
        terminal.until(f"{number}/7  line ")
        terminal.types(f"{answer}\n")
    assert terminal.ends() == 0
    asked = [line for line in terminal.screen.splitlines() if re.match(r"\d/7  ", line)]
    assert len(asked) == 7
    assert asked[0].startswith(
        "1/7  line 9: What is the domain in staging? [such as staging.acme.example] "
    )
    assert "Which values may CARD_GATEWAY have? [`yes` for acme, bolt] " in asked[5]
    by_terminal = written()
    RULES.unlink()
    answered(ANSWERS)
    assert written() == by_terminal


def test_enter_skips_and_the_open_ones_are_asked_the_next_time(folder: Path) -> None:
    terminal = Terminal(folder)
    terminal.until("1/7")
    terminal.types("\n\n\n\n\nyes\n\n")
    assert terminal.ends() == 0
    assert "6 questions left open" in terminal.screen
    assert "deploy-checklist init       answers the open questions" in terminal.screen
    again = Terminal(folder)
    again.until("1/6")
    again.types("\n" * 5 + "y\n")
    assert again.ends() == 0
    assert "5 questions left open: domain:staging, " in again.screen
    assert "METRICS_URL:\n    http: true\n" in written()


def test_a_wrong_answer_is_reported_and_asked_again(folder: Path) -> None:
    terminal = Terminal(folder)
    terminal.until("1/7")
    terminal.types("https://staging.acme.dev/\n")
    terminal.until(
        "This must be a domain that can be deployed to, such as staging.acme.example. Did you mean"
    )
    terminal.types("staging.acme.dev\n")
    terminal.until("2/7")
    terminal.types("\x04")  # the end of the input
    assert terminal.ends() == 0
    assert "  staging:\n    domain: staging.acme.dev\n" in written()


@pytest.mark.parametrize("there", [False, True], ids=["new", "there"])
def test_control_c_writes_nothing(folder: Path, there: bool) -> None:
    if there:
        typed("init")
    before = written() if there else None
    terminal = Terminal(folder)
    terminal.until("1/7")
    terminal.types("staging.acme.dev\n")
    terminal.until("2/7")
    os.killpg(terminal.process.pid, 2)
    assert terminal.ends() == 130
    assert "Traceback" not in terminal.screen
    assert (written() if RULES.exists() else None) == before


def test_where_nothing_is_open_nothing_is_asked(folder: Path) -> None:
    answered(ANSWERS)
    terminal = Terminal(folder)
    assert terminal.ends() == 2
    assert "already exists and has no open questions" in terminal.screen


def test_without_a_terminal_it_never_waits(folder: Path) -> None:
    reading, writing = os.pipe()  # nobody writes into it, and nobody closes it
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(SOURCE)}
    command = [sys.executable, "-m", "deploy_checklist", "init"]
    ran = subprocess.run(
        command, cwd=folder, env=environ, stdin=reading, capture_output=True, timeout=20, check=True
    )
    os.close(reading)
    os.close(writing)
    assert b"7 questions left open" in ran.stdout
