"""What a run costs, as a ratio to `python -c pass` of the same interpreter. Anyone can repeat it:

    python benchmarks/whole_process.py

Whole processes, CPU time (user and system), the two interleaved, median of 15; peak memory of the largest run.
Bytecode is compiled first, as it is in the image: without it every figure is about 2.6 times as large.
"""

from __future__ import annotations

import argparse
import compileall
import os
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parent.parent
GOALS = {
    "example": (22, None),
    "example, as an action": (26, None),
    "10,000 items, 20 rules": (65, 75),
    "10,000 items, 10,000 rules": (95, 90),
}


@dataclass(frozen=True)
class Command:
    """What is typed, and where."""

    words: tuple[str, ...]
    folder: Path = ROOT
    environ: Mapping[str, str] = field(default_factory=dict)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--runs", type=int, default=15)
    runs = arguments.parse_args().runs
    compileall.compile_dir(ROOT / "src", quiet=1)
    compileall.compile_dir(sysconfig.get_paths()["purelib"], quiet=2, workers=0)
    with tempfile.TemporaryDirectory() as folder:
        print(f"{'':28} {'ratio':>6} {'goal':>6} {'CPU ms':>8} {'floor':>6} {'MiB':>6} {'goal':>6}")
        for name, command in commands(Path(folder)).items():
            floor, cost, memory = measured(command, runs)
            ratio, (most, most_memory) = cost / floor, GOALS[name]
            print(
                f"{name:28} {ratio:6.1f} {most:6} {cost:8.0f} {floor:6.0f} {memory:6.0f} {most_memory or '':>6}"
            )


def commands(folder: Path) -> dict[str, Command]:
    check = (sys.executable, "-m", "deploy_checklist", "check", "--offline")
    example = (
        "-e",
        "production",
        "--env-file",
        "examples/ready.env",
        "--rules",
        "examples/deploy-checklist.yml",
    )
    few, many = large(folder / "few", 10_000, 20), large(folder / "many", 10_000, 10_000)
    return {
        "example": Command((*check, *example)),
        "example, as an action": action(folder),
        "10,000 items, 20 rules": Command((*check, *few)),
        "10,000 items, 10,000 rules": Command((*check, *many)),
    }


def action(folder: Path) -> Command:
    """The example on a push, as the runner starts it, without a token: nobody is asked for anything."""
    workspace = folder / "workspace"
    shutil.copytree(ROOT / "examples", workspace / "examples")
    git = ("git", "-c", "user.name=A", "-c", "user.email=a@acme.example")
    for words in (("init", "-q"), ("add", "-A"), ("commit", "-q", "-m", "x")):
        subprocess.run([*git, *words], cwd=workspace, check=True)
    head = subprocess.run(
        [*git, "rev-parse", "HEAD"], cwd=workspace, check=True, capture_output=True, text=True
    )
    lines = (ROOT / "examples/ready.env").read_text().splitlines()
    values = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    given = {
        "INPUT_ENVIRONMENT": "production",
        "INPUT_RULES": "examples/deploy-checklist.yml",
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_SHA": head.stdout.strip(),
        "GITHUB_OUTPUT": str(folder / "outputs"),
        "GITHUB_STEP_SUMMARY": str(folder / "summary"),
    }
    return Command(
        (sys.executable, "-m", "deploy_checklist", "action"), workspace, {**values, **given}
    )


def large(folder: Path, items: int, rules: int) -> tuple[str, ...]:
    """A checklist of that many items in sections of 50, the first of them variables with a rule."""
    folder.mkdir()
    sections = [
        f"\n## Section {number // 50}\n" if number % 50 == 0 else "" for number in range(items)
    ]
    lines = [
        f"{sections[number]}- [ ] `VARIABLE_{number:05}` is set to what service {number} needs"
        for number in range(items)
    ]
    (folder / "deploy-checklist.md").write_text("# Release\n" + "\n".join(lines) + "\n")
    ruled = [
        f"  VARIABLE_{number:05}: {{ one_of: [a{number}, b{number}], owner: Team {number % 7} }}"
        for number in range(rules)
    ]
    (folder / "rules.yml").write_text("version: 1\nitems:\n" + "\n".join(ruled) + "\n")
    return (str(folder / "deploy-checklist.md"), "--rules", str(folder / "rules.yml"))


def measured(command: Command, runs: int) -> tuple[float, float, float]:
    """Median CPU milliseconds of the floor and of the command, and the command's peak memory in MiB."""
    floor = Command((sys.executable, "-c", "pass"))
    floors, costs = [], []
    for _ in range(runs):
        floors.append(cpu(floor)[0])
        costs.append(cpu(command))
    return (
        statistics.median(floors),
        statistics.median(cost for cost, _ in costs),
        max(memory for _, memory in costs),
    )


def cpu(command: Command) -> tuple[float, float]:
    """CPU milliseconds and peak MiB of one process and its children."""
    environ = {
        "PATH": os.environ.get("PATH", ""),
        "PYTHONPATH": str(ROOT / "src"),
        "HOME": os.environ.get("HOME", "/"),
    }
    process = subprocess.Popen(
        command.words,
        cwd=command.folder,
        env={**environ, **command.environ},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
    assert process.stderr is not None
    trouble = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1, 3):
        raise SystemExit(f"{command.words} ended with {process.returncode}: {trouble.decode()}")
    return (usage.ru_utime + usage.ru_stime) * 1000, usage.ru_maxrss / 1024


if __name__ == "__main__":
    main()
