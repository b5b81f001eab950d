"""What the action costs a team: its image, its start, its run. Needs a container engine; anyone can repeat it:

    python benchmarks/container.py [--build]

The example of this repository, offline, as a plain process of this interpreter and as the container that a runner
would start, interleaved; medians of 15, on the wall clock and, for the process, in CPU time over `python -c pass`.

Then the container against a GitHub of the tests' own that answers each request after 120 ms: each event of
docs/costs.md, in a repository with 33 workflow files; the median of three runs, each of a scene of its own.
"""

from __future__ import annotations

import argparse
import compileall
import io
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import redirect_stdout
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from dotenv import dotenv_values

if TYPE_CHECKING:
    from stories.telling import Story
    from stories.test_round_trips import Event

ROOT = Path(__file__).parent.parent
IMAGE, BASE = "deploy-checklist:benchmark", "python:3.13-slim"
SAVED = f"docker save {IMAGE} | gzip"
LATENCY = 0.12  # seconds
GIT = ("git", "-c", "user.name=o", "-c", "user.email=o@acme.example")


def main() -> None:
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--runs", type=int, default=15)
    arguments.add_argument(
        "--build", action="store_true", help="also build from scratch, without any cache"
    )
    given = arguments.parse_args()
    if given.build:
        shown(
            "build from scratch, s",
            seconds(["docker", "build", "--no-cache", "--quiet", "-t", IMAGE, str(ROOT)]),
            20,
        )
    subprocess.run(
        ["docker", "build", "--quiet", "-t", IMAGE, str(ROOT)], check=True, capture_output=True
    )
    shown("image over its base, MB", (size(IMAGE) - size(BASE)) / 1e6, 55)
    pulled = len(subprocess.run(SAVED, shell=True, check=True, capture_output=True).stdout)
    shown("image, compressed, MB", pulled / 1e6, 80)
    with tempfile.TemporaryDirectory() as folder:
        runs(Path(folder) / "shop", given.runs)
        on_github(Path(folder) / "github")


def runs(folder: Path, count: int) -> None:
    """The same step as a process and as a container, and what the engine takes for a container that does nothing."""
    environment = step(folder)
    compileall.compile_dir(ROOT / "src", quiet=1)
    here = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "GITHUB_WORKSPACE": str(folder),
    }
    process = [sys.executable, "-m", "deploy_checklist", "action"]
    variables = [argument for name in environment for argument in ("-e", name)]
    line = [
        "docker",
        "run",
        "--rm",
        "--workdir",
        "/github/workspace",
        "-v",
        f"{folder}:/github/workspace",
    ]
    container = [*line, *variables, "-e", "GITHUB_WORKSPACE=/github/workspace", IMAGE]
    nothing = [*line, "--entrypoint", "true", BASE]
    plain, whole, engine, floors, costs = ([] for _ in range(5))
    for _ in range(count):
        plain.append(seconds(process, {**environment, **here}, folder))
        whole.append(seconds(container, {**os.environ, **environment}))
        engine.append(seconds(nothing))
        floors.append(cpu([sys.executable, "-c", "pass"], here, folder))
        costs.append(cpu(process, {**environment, **here}, folder))
    process_s, container_s, engine_s = map(statistics.median, (plain, whole, engine))
    print(
        f"{'process / container / docker run true, s':44} {process_s:.2f} / {container_s:.2f} / {engine_s:.2f}"
    )
    shown("container over (process + docker run true)", container_s / (process_s + engine_s), 1.6)
    shown("`action` over the floor, CPU", statistics.median(costs) / statistics.median(floors), 26)


def on_github(folder: Path) -> None:
    """Each event, as a container and as a process: how long it takes where every answer takes 120 ms."""
    sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "src")]
    from stories.test_round_trips import EVENTS

    for event in EVENTS:
        whole, plain = (
            statistics.median(wall(event, folder, contained=contained) for _ in range(3))
            for contained in (True, False)
        )
        shown(f"{event.name}, s (as a process {plain:.2f})", whole, 1.5)


def wall(event: Event, folder: Path, *, contained: bool) -> float:
    """The seconds of one run, in a scene of its own; `contained`: of the container, not of a process."""
    from servers.github import FakeHub
    from stories.telling import TOKEN, Story, documents
    from stories.test_round_trips import scene

    with FakeHub(datetime.now(UTC), ticking=True) as hub, redirect_stdout(io.StringIO()):
        hub.token(TOKEN)
        repo = hub.repository(files=documents())
        for login, role in {"octo-lead": "maintain", "octo-dev": "write"}.items():
            hub.user(login)
            repo.roles[login] = role
        story = Story(hub, repo, folder / str(hub.port))
        start = scene(story, event, 32)
        if contained:
            story.executed = partial(container, story)  # type: ignore[method-assign]
        hub.before = lambda *_: time.sleep(LATENCY)  # type: ignore[method-assign]
        begun = time.perf_counter()
        start()
        return time.perf_counter() - begun


def container(story: Story, environment: Mapping[str, str], workspace: Path) -> tuple[int, str]:
    """The exit code and the log of a container in the place of a process."""
    names = [name for name in environment if name not in ("PATH", "PYTHONPATH")]
    variables = [argument for name in names for argument in ("-e", name)]
    mount = ["-v", f"{story.folder}:{story.folder}", "--workdir", str(workspace)]
    command = ["docker", "run", "--rm", "--network", "host", *mount, *variables, IMAGE]
    given = {**os.environ, **{name: environment[name] for name in names}}
    done = subprocess.run(command, env=given, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def step(folder: Path) -> Mapping[str, str]:
    """A repository with the example, and the step's variables."""
    shutil.copytree(ROOT / "examples", folder / "examples")
    for command in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "example"]):
        subprocess.run([*GIT, "-C", str(folder), *command], check=True)
    head = subprocess.run(
        [*GIT, "-C", str(folder), "rev-parse", "HEAD"], check=True, capture_output=True, text=True
    )
    values = {
        name: value or "" for name, value in dotenv_values(ROOT / "examples/ready.env").items()
    }
    inputs = {
        "ENVIRONMENT": "production",
        "RULES": "examples/deploy-checklist.yml",
        "OFFLINE": "true",
    }
    return {
        **values,
        **{f"INPUT_{name}": value for name, value in inputs.items()},
        "INPUT_CHECKLIST": "examples/deployment-checklist.md",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "push",
        "GITHUB_REF": "refs/heads/main",
        "GITHUB_SHA": head.stdout.strip(),
    }


def seconds(
    command: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> float:
    """The wall clock of one run."""
    begun = time.perf_counter()
    done = subprocess.run(
        command, env=environment, cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode not in (0, 1, 3):
        raise SystemExit(
            f"{command[0]} ended with {done.returncode}: {done.stdout[-500:]}{done.stderr[-500:]}"
        )
    return time.perf_counter() - begun


def cpu(command: Sequence[str], environment: Mapping[str, str], folder: Path) -> float:
    """User and system time of one process and its children."""
    process = subprocess.Popen(command, env=environment, cwd=folder, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    return usage.ru_utime + usage.ru_stime


def size(image: str) -> int:
    found = subprocess.run(
        ["docker", "image", "inspect", "-f", "{{.Size}}", image], check=True, capture_output=True
    )
    return int(found.stdout)


def shown(what: str, value: float, goal: float) -> None:
    print(f"{what:60} {value:6.2f}   goal {goal:g}   {'' if value <= goal else 'MISSED'}")


if __name__ == "__main__":
    main()
