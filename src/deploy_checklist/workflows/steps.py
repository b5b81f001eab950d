"""Workflow files: which step of which job runs a command, and under which names GitHub lists it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from ..data_formats import Malformed, parse_yaml
from .shell import commands

FOLDER = ".github/workflows"


class CommandStep(Struct, frozen=True, kw_only=True):
    """A step that runs the command, with patterns for the names that a run of it has."""

    workflow: str  # path of the file whose run it is part of
    job: re.Pattern[str]
    step: re.Pattern[str]


def steps_running(command: str, files: Mapping[str, bytes]) -> tuple[CommandStep, ...]:
    """Every step that runs `command` and fails with it, also in calls of reusable workflows."""
    workflows = {path: _workflow(data, path) for path, data in files.items()}
    return tuple(
        CommandStep(workflow=where, job=_job(name, job), step=_shown(step))
        for path, workflow in workflows.items()
        for name, job in _jobs(workflow).items()
        for step in _steps(job)
        if runs(step, command, _shell(job) or _shell(workflow))
        for where in [path, *_callers(path, workflows)]
    )


def runs(step: Mapping[str, object], command: str, shell: object = None) -> bool:
    """Whether the step runs the command, perhaps with more arguments, and fails if it fails."""
    script, shell = step.get("run"), step.get("shell") or shell
    if not isinstance(script, str) or shell not in _SHELLS:
        return False
    if step.get("continue-on-error") not in (None, False):
        return False
    words = tuple(word for each in commands(command) for word in each.words)
    found = commands(script, pipefail=shell == "bash")
    return bool(words) and any(
        each.why_ineffective is None and each.words[: len(words)] == words for each in found
    )


# GitHub runs these with `-e`, and with `-o pipefail` only a bash that is named.
_SHELLS = (None, "bash", "sh")


def _workflow(data: bytes, path: str) -> Mapping[str, object]:
    """The file as plain data; empty if it cannot be read, since GitHub does not run it either."""
    try:
        plain = parse_yaml(data.decode("utf-8-sig"), path).plain()
    except (Malformed, UnicodeDecodeError):
        return {}
    return _mapping(plain)


def _jobs(workflow: Mapping[str, object]) -> Mapping[str, Mapping[str, object]]:
    return {name: _mapping(job) for name, job in _mapping(workflow.get("jobs")).items()}


def _steps(job: Mapping[str, object]) -> Iterator[Mapping[str, object]]:
    steps = job.get("steps")
    yield from (_mapping(step) for step in steps) if isinstance(steps, list) else ()


def _shell(part: Mapping[str, object]) -> object:
    """The shell that a workflow or job sets for its steps."""
    return _mapping(_mapping(part.get("defaults")).get("run")).get("shell")


def _callers(path: str, workflows: Mapping[str, Mapping[str, object]]) -> Iterator[str]:
    for caller, workflow in workflows.items():
        if any(job.get("uses") == f"./{path}" for job in _jobs(workflow).values()):
            yield caller


def _mapping(value: object) -> Mapping[str, object]:
    return value if isinstance(value, dict) else {}


def _job(name: str, job: Mapping[str, object]) -> re.Pattern[str]:
    """The names that GitHub lists: "name", "name (matrix values)", "caller / name"."""
    return re.compile(rf"(?:.* / )?{_pattern(str(job.get('name') or name))}(?: \(.*\))?")


def _shown(step: Mapping[str, object]) -> re.Pattern[str]:
    """A step without a name is listed as "Run " and the first line of its script."""
    first = str(step["run"]).strip().split("\n")[0].strip()
    return re.compile(_pattern(str(step.get("name") or f"Run {first}")))


def _pattern(name: str) -> str:
    """An expression in a name can become any text."""
    return ".*".join(re.escape(part) for part in re.split(r"\$\{\{.*?\}\}", name))
