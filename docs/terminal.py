"""The first minute with `deploy-checklist`, as a terminal shows it: real commands, on a real terminal, drawn as a web page."""

from __future__ import annotations

import html
import os
import pty
import re
import select
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import yaml

EXAMPLES = Path(__file__).parent.parent / "examples" / "first-run"
COLUMNS, LINES = 100, 60
NOW = "2026-11-22T21:14:00Z"  # the pictures show the same day, whenever they are drawn
PATIENCE = 20.0  # seconds until a command has to have said something
TOGETHER = ("check", "-e", "production", "--env-file", ".env.production")
# SGR codes that the command writes, and GitHub's own colours for them: red, green, yellow, magenta, cyan.
CODES = {"31": "red", "32": "green", "33": "yellow", "35": "magenta", "36": "cyan"}
THEMES = {
    "light": "--paper:#ffffff; --bar:#f6f8fa; --line:#d1d9e0; --ink:#1f2328; --dim:#59636e; --prompt:#0969da;"
    " --red:#cf222e; --green:#1a7f37; --yellow:#9a6700; --magenta:#8250df; --cyan:#1b7c83;",
    "dark": "--paper:#0d1117; --bar:#151b23; --line:#3d444d; --ink:#f0f6fc; --dim:#9198a1; --prompt:#4493f8;"
    " --red:#ff7b72; --green:#3fb950; --yellow:#d29922; --magenta:#be8fff; --cyan:#39c5cf;",
}
PAGE = """<!doctype html><meta charset="utf-8"><style>
:root {{ {theme} }}
html, body {{ margin: 0; background: var(--paper); }}
body {{ padding: 2px; }}
.window {{ border: 1px solid var(--line); border-radius: 10px; overflow: hidden; }}
.bar {{ height: 34px; background: var(--bar); border-bottom: 1px solid var(--line); display: flex; align-items: center; gap: 8px;
  padding: 0 14px; font: 12px system-ui, sans-serif; color: var(--dim); }}
.bar i {{ width: 11px; height: 11px; border-radius: 50%; background: var(--line); }}
.bar span {{ margin: 0 auto; padding-right: 52px; }}
pre {{ margin: 0; padding: 16px 18px 18px; font: 13px/1.5 "DejaVu Sans Mono", monospace; color: var(--ink); }}
.prompt {{ color: var(--prompt); font-weight: bold; }} .typed {{ font-weight: bold; }} .dim {{ color: var(--dim); }}
.bold {{ font-weight: bold; }} .red {{ color: var(--red); }} .green {{ color: var(--green); }} .yellow {{ color: var(--yellow); }}
.magenta {{ color: var(--magenta); }} .cyan {{ color: var(--cyan); }}
</style><div class="window"><div class="bar"><i></i><i></i><i></i><span>acme/shop</span></div><pre>{text}</pre></div>"""
_ANSWERED = re.compile(r"^(\d+/\d+ .*\] )(.+)$")
_SGR = re.compile(r"\x1b\[([0-9;]*)m")
_OTHER = re.compile(r"\r(?!\n)[^\n]*?\x1b\[K|\x1b\[K|\r")  # a line of progress that was wiped away


def first_minute(folder: Path) -> str:
    """What the terminal shows in the empty folder, with its colours: the questions of `init`, then the verdict of `check`."""
    _repository(folder)
    answers = yaml.safe_load((EXAMPLES / "answers.yml").read_text(encoding="utf-8"))
    typed = [each if isinstance(each, str) else ", ".join(each) for each in answers.values()]
    return "\n".join(
        [
            f"$ deploy-checklist init\n{_on_a_terminal(folder, ['init'], typed)}",
            f"$ deploy-checklist {' '.join(TOGETHER)}\n{_on_a_terminal(folder, [*TOGETHER, '--now', NOW])}",
        ]
    )


def page(shown: str, theme: str) -> str:
    """The window of a terminal; the commands that were typed stand out."""
    lines = [_line(line) for line in shown.rstrip("\n").split("\n")]
    return PAGE.format(theme=THEMES[theme], text="\n".join(lines))


def _repository(folder: Path) -> None:
    (folder / "docs").mkdir()
    for name, source in {
        "docs/deployment-checklist.md": "deployment-checklist.md",
        ".env.production": "values.env",
    }.items():
        (folder / name).write_bytes((EXAMPLES / source).read_bytes())
    (folder / ".gitignore").write_text(".env*\n", encoding="utf-8")
    on = {f"GIT_{who}_DATE": NOW for who in ("AUTHOR", "COMMITTER")}
    git = ["git", "-c", "user.name=A", "-c", "user.email=a@acme.example"]
    for words in (["init", "-q", "-b", "main"], ["add", "-A"], ["commit", "-q", "-m", "x"]):
        subprocess.run([*git, *words], cwd=folder, check=True, env={**os.environ, **on})  # noqa: S603 - ours


def _on_a_terminal(folder: Path, words: Sequence[str], answers: Sequence[str] = ()) -> str:
    """What the command writes to a terminal; each answer is typed where it waits for one."""
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(EXAMPLES.parents[1] / "src")}
    size = {"TERM": "xterm-256color", "COLUMNS": str(COLUMNS), "LINES": str(LINES)}
    ours, its = pty.openpty()
    with subprocess.Popen(  # noqa: S603 - ours
        [sys.executable, "-m", "deploy_checklist", *words],
        cwd=folder,
        env=bare | size,
        stdin=its,
        stdout=its,
        stderr=its,
    ):
        os.close(its)
        shown, left = "", list(answers)
        while found := _read(ours):
            shown += found
            if left and shown.endswith("] "):
                os.write(ours, f"{left.pop(0)}\n".encode())
    os.close(ours)
    return _OTHER.sub("", shown)


def _read(terminal: int) -> str:
    """What was written since; nothing once the command has ended."""
    if not select.select([terminal], [], [], PATIENCE)[0]:
        raise SystemExit("the command neither ends nor asks")
    try:
        return os.read(terminal, 65536).decode("utf-8")
    except OSError:  # Linux' word for the end of a terminal
        return ""


def _line(line: str) -> str:
    if line.startswith("$ "):
        return f'<span class="prompt">$</span> <span class="typed">{html.escape(line[2:])}</span>'
    if answered := _ANSWERED.match(line):
        question, answer = map(html.escape, answered.groups())
        return f'{question}<span class="typed">{answer}</span>'
    parts = _SGR.split(line)
    shown = html.escape(parts[0])
    for codes, text in zip(parts[1::2], parts[2::2], strict=True):
        classes = [
            CODES.get(code, {"1": "bold", "2": "dim"}.get(code, "")) for code in codes.split(";")
        ]
        kind = " ".join(filter(None, classes))
        shown += f'<span class="{kind}">{html.escape(text)}</span>' if kind else html.escape(text)
    return shown
