"""Where `check` writes in colour: for a person at a terminal, or where it is asked to."""

from __future__ import annotations

import io
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy_checklist import progress
from deploy_checklist.cli import run


class Terminal(io.StringIO):
    """A screen that a person looks at."""

    def isatty(self) -> bool:
        return True


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "checklist.md").write_text("- [ ] `API_KEY` is set\n- [ ] Announced\n")
    return tmp_path


def shown(out: io.StringIO, *flags: str, environ: Mapping[str, str] | None = None) -> str:
    run(["check", "checklist.md", *flags], environ or {}, out, io.StringIO())
    return out.getvalue()


def is_coloured(out: io.StringIO, *flags: str, environ: Mapping[str, str] | None = None) -> bool:
    return "\x1b[" in shown(out, *flags, environ=environ)


def test_a_terminal_has_colours_and_a_pipe_has_none() -> None:
    assert is_coloured(Terminal())
    assert not is_coloured(io.StringIO())


@pytest.mark.parametrize(
    ("environ", "on_a_terminal", "in_a_pipe"),
    [
        ({"NO_COLOR": "1"}, False, False),
        ({"NO_COLOR": ""}, True, False),
        ({"TERM": "dumb"}, False, False),
        ({"TERM": "xterm-256color"}, True, False),
        ({"FORCE_COLOR": "1"}, True, True),
        ({"FORCE_COLOR": ""}, True, False),
        ({"FORCE_COLOR": "1", "TERM": "dumb"}, True, True),
        ({"FORCE_COLOR": "1", "NO_COLOR": "1"}, False, False),
    ],
)
def test_variables_that_other_programs_read_too(
    environ: Mapping[str, str], on_a_terminal: bool, in_a_pipe: bool
) -> None:
    assert is_coloured(Terminal(), environ=environ) is on_a_terminal
    assert is_coloured(io.StringIO(), environ=environ) is in_a_pipe


@pytest.mark.parametrize("environ", [{}, {"NO_COLOR": "1"}, {"FORCE_COLOR": "1"}])
def test_the_flag_counts_before_every_variable(environ: Mapping[str, str]) -> None:
    assert is_coloured(io.StringIO(), "--color", "always", environ=environ)
    assert not is_coloured(Terminal(), "--color", "never", environ=environ)


def test_a_file_has_colours_only_if_the_flag_says_so(folder: Path) -> None:
    shown(Terminal(), "--output", "report.txt", environ={"FORCE_COLOR": "1"})
    assert "\x1b" not in (folder / "report.txt").read_text()
    shown(Terminal(), "--output", "report.txt", "--color", "always")
    assert "\x1b[" in (folder / "report.txt").read_text()


def test_a_format_for_programs_has_no_colours() -> None:
    for form in ("json", "junit", "sarif", "github", "markdown"):
        assert not is_coloured(Terminal(), "--format", form, "--color", "always")


@pytest.mark.parametrize(("environ", "waits"), [({}, True), ({"TERM": "dumb"}, False)])
def test_a_dumb_terminal_is_not_told_that_it_still_looks(
    environ: Mapping[str, str], waits: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "SLOW", 0.0)
    out = Terminal()
    with progress.progress(out, environ):
        for _ in range(100):
            if out.getvalue():
                break
            time.sleep(0.002)
    assert ("checking …" in out.getvalue()) is waits
    assert ("\r\x1b[K" in out.getvalue()) is waits
