"""Workflow files: which step of which job runs a command, and under which names GitHub lists it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from . import documents

FOLDER = ".github/workflows"


@dataclass(frozen=True, kw_only=True, slots=True)
class CommandStep:
    """A step that runs the command, with patterns for the names that a run of it has."""

    workflow: str  # path of the file whose run it is part of
    job: re.Pattern[str]
    step: re.Pattern[str]


def steps_running(command: str, files: Mapping[str, bytes]) -> tuple[CommandStep, ...]:
    """Every step that runs `command` and fails with it, in these workflow files; callers of reusable ones included."""
    workflows = {path: _jobs(data, path) for path, data in files.items()}
    found = []
    for path, jobs in workflows.items():
        for name, job in jobs.items():
            for step in _mappings(job.get("steps")):
                if runs(step, command):
                    at = [path, *_callers(path, workflows)]
                    found += [CommandStep(workflow=where, job=_job(name, job), step=_shown(step)) for where in at]
    return tuple(found)


def runs(step: Mapping[str, object], command: str) -> bool:
    """Whether the step runs the command and ends badly if the command does."""
    script = step.get("run")
    if not isinstance(script, str) or step.get("continue-on-error") not in (None, False):
        return False
    wanted = " ".join(command.split())
    return any(_runs(line, wanted) for line in script.replace("\\\n", " ").splitlines())


_SEPARATOR = re.compile(r"(\|\||&&|;|\||&)")
_ASSIGNMENT = re.compile(r"^(?:\w+=(?:'[^']*'|\"[^\"$`]*\"|[^\s'\"]*) )+")


def _runs(line: str, command: str) -> bool:
    """Whether one command of the line is this one, and nothing behind it swallows its failure."""
    folded = " ".join(line.split())
    if folded.startswith("#"):
        return False
    parts = [part.strip() for part in _SEPARATOR.split(folded.split(" #")[0])]
    for part, behind in zip(parts[::2], [*parts[1::2], ""], strict=True):
        bare = _ASSIGNMENT.sub("", part)
        if (bare == command or bare.startswith(f"{command} ")) and behind in ("", "&&", ";"):
            return True
    return False


def _jobs(data: bytes, path: str) -> Mapping[str, Mapping[str, object]]:
    """A file that is no workflow has no jobs; GitHub does not run it either."""
    try:
        plain = documents.yaml(data.decode("utf-8-sig"), path).plain()
    except (documents.Malformed, UnicodeDecodeError):
        return {}
    jobs = plain.get("jobs") if isinstance(plain, dict) else None
    return {name: job for name, job in jobs.items() if isinstance(job, dict)} if isinstance(jobs, dict) else {}


def _callers(path: str, workflows: Mapping[str, Mapping[str, Mapping[str, object]]]) -> Iterator[str]:
    for caller, jobs in workflows.items():
        if any(job.get("uses") == f"./{path}" for job in jobs.values()):
            yield caller


def _mappings(steps: object) -> Iterator[Mapping[str, object]]:
    if isinstance(steps, list):
        yield from (step for step in steps if isinstance(step, dict))


def _job(name: str, job: Mapping[str, object]) -> re.Pattern[str]:
    """GitHub lists "name", "name (matrix values)", and "caller / name" for a reusable workflow's."""
    return re.compile(rf"(?:.* / )?{_pattern(str(job.get('name') or name))}(?: \(.*\))?")


def _shown(step: Mapping[str, object]) -> re.Pattern[str]:
    """A step without a name is listed as "Run " and the first line of its script."""
    first = str(step["run"]).strip().split("\n")[0].strip()
    return re.compile(_pattern(str(step["name"])) if step.get("name") else _pattern(f"Run {first}"))


def _pattern(name: str) -> str:
    """An expression in a name can become any text."""
    return ".*".join(re.escape(part) for part in re.split(r"\$\{\{.*?\}\}", name))
