"""The jobs that a job becomes: one for each leg of its matrix, and for each call of its workflow.

Where a value is only known in a run, the expression stays as it is written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice, product

from msgspec.structs import replace

from ..run.deploy_gate import StartedJob
from ..workflows.jobs import WorkflowJob, local_path

_REFERENCE = re.compile(r"\$\{\{\s*((?:matrix|inputs)\.[\w-]+)\s*\}\}")
_MOST_LEGS = 256  # as GitHub allows for a matrix

_Values = Mapping[str, str]  # "matrix.environment" → "production"


def by_leg(jobs: Sequence[StartedJob], repository: str) -> tuple[StartedJob, ...]:
    """Every job as often as it runs with other values, as far as the files show it."""
    called = [list(_legs(each, _given(each, jobs, repository))) for each in jobs]
    return tuple(job for legs in called for job in legs)


def _legs(at: StartedJob, given: Sequence[_Values]) -> Iterator[StartedJob]:
    if not any(_REFERENCE.search(text) for text in _texts(at.job)):
        yield at
        return
    legs = dict[tuple[str, ...], WorkflowJob]()
    for inputs, leg in product(given, _of_matrix(at.job.matrix)):
        job = _with(at.job, {**inputs, **leg})
        legs[tuple(_texts(job))] = job
    for job in legs.values():
        yield StartedJob(workflow=at.workflow, job=job)


def _given(at: StartedJob, jobs: Sequence[StartedJob], repository: str) -> list[_Values]:
    """What the callers of a workflow pass to it; nothing if an event starts it."""
    if not any("inputs." in text for text in _texts(at.job)):
        return [{}]
    calls = [
        (each.job, leg)
        for each in jobs
        if local_path(each.job.uses, repository) == at.workflow.path
        for leg in _of_matrix(each.job.matrix)
    ]
    handed = [
        {
            f"inputs.{name}".lower(): text
            for name, value in {**at.workflow.defaults, **caller.inputs}.items()
            if "${{" not in (text := _filled(str(value), leg))
        }
        for caller, leg in calls
    ]
    return [*handed, *([{}] if at.workflow.starts or not handed else [])]


def _of_matrix(matrix: Mapping[str, object] | str | None) -> list[_Values]:
    """The legs; one without values, where they are only known in a run."""
    if not isinstance(matrix, Mapping):
        return [{}]
    lists = {name: each for name, each in matrix.items() if name not in ("include", "exclude")}
    included = matrix.get("include", [])
    if not all(isinstance(each, list) for each in (*lists.values(), included)):
        return [{}]
    named = [[(name, value) for value in _list(each)] for name, each in lists.items()]
    legs = [dict(leg) for leg in islice(product(*named), _MOST_LEGS)] if named else []
    without = _list(matrix.get("exclude"))
    legs = [leg for leg in legs if not any(_is_part(each, leg) for each in without)]
    added = list[dict[str, object]]()
    for row in _list(included):
        if not isinstance(row, dict):
            return [{}]
        # A row goes to every leg of the lists that it does not contradict, else it is one itself.
        shared = [name for name in row if name in lists]
        fitting = [leg for leg in legs if all(leg[name] == row[name] for name in shared)]
        for leg in fitting:
            leg.update(row)
        added += [] if fitting else [row]
    legs += added
    return [{f"matrix.{name}".lower(): str(leg[name]) for name in leg} for leg in legs] or [{}]


def _is_part(row: object, leg: Mapping[str, object]) -> bool:
    return isinstance(row, Mapping) and all(leg.get(name) == row[name] for name in row)


def _list(value: object) -> Sequence[object]:
    return value if isinstance(value, list) else []


def _texts(job: WorkflowJob) -> Iterable[str]:
    yield job.environment_written
    for step in job.steps:
        yield from map(str, step.inputs.values())


def _with(job: WorkflowJob, values: _Values) -> WorkflowJob:
    written = _filled(job.environment_written, values)
    steps = tuple(
        replace(
            step, inputs={name: _filled(str(value), values) for name, value in step.inputs.items()}
        )
        for step in job.steps
    )
    known = written if written and "${{" not in written else None
    return replace(job, environment_written=written, environment=known, steps=steps)


def _filled(text: str, values: _Values) -> str:
    return _REFERENCE.sub(lambda found: values.get(found[1].lower(), found[0]), text)
