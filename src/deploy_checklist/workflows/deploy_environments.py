"""Which environments a job may own, where its `environment:` is an expression."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from .expand import RunningJob
from .jobs import Workflow, WorkflowJob

_EXPRESSION = re.compile(r"\$\{\{((?:'[^']*+(?:'|\Z)|[^'}]|\}(?!\}))*+)")
_TEXT = re.compile(r"'([^']*)'")
_REFERENCE = re.compile(r"\b(?P<context>matrix|inputs|github\.event\.inputs)\.(?P<name>[\w-]+)")
# What only decides which of the other texts it is.
_ASKS = re.compile(
    r"(?<![\w.-])[\w.-]++ ?[!=]= ?'[^']*+'|(?:contains|startsWith|endsWith)\([^()]*+\)"
)
_OPEN = re.compile(r"(?<![\w.])(?:(?:needs|vars|env|steps)\.|github\.(?:\w+_name|\w+_ref)\b)")


class Owned(Struct, frozen=True, kw_only=True):
    """The environments that a job may own, and whether there may be others."""

    names: frozenset[str]
    others: bool = False

    def among(self, asked: Sequence[str]) -> tuple[str, ...]:
        """Those of the asked ones that it may own. GitHub ignores upper and lower case."""
        known = {name.lower() for name in self.names}
        return tuple(name for name in asked if self.others or name.lower() in known)


def owned(job: WorkflowJob, workflow: Workflow, runs: Sequence[RunningJob]) -> Owned | None:
    """None for a job without `environment:`. `runs`: this job wherever a started workflow runs it.

    Texts that an expression compares with (`'refs/heads/main'`) are among the names: harmless, as
    none of them is asked for.
    """
    return _possible(job.environment_written, job, workflow, runs)


def handed(
    job: WorkflowJob, workflow: Workflow, runs: Sequence[RunningJob]
) -> Iterator[tuple[str, Owned]]:
    """What is passed to the workflow of another repository, of which an environment may be one:
    each text as it is written, and what it may be.
    """
    for value in job.inputs.values():
        possible = _possible(value, job, workflow, runs) if isinstance(value, str) else None
        if possible is not None and isinstance(value, str):
            yield value, possible


def _possible(
    written: str, job: WorkflowJob, workflow: Workflow, runs: Sequence[RunningJob]
) -> Owned | None:
    if not written:
        return None
    if "${{" not in written:
        return Owned(names=frozenset({written}))
    names, others = set[str](), False
    for found in _EXPRESSION.finditer(written):
        names.update(_TEXT.findall(found[1]))
        others = others or bool(_OPEN.search(_TEXT.sub("", _ASKS.sub("", found[1]))))
        for reference in _REFERENCE.finditer(found[1]):
            if reference["context"] == "matrix":
                values = list(_of_matrix(job, reference["name"]))
            else:
                values = list(_of_inputs(workflow, reference["name"], runs))
            others = others or not values
            names.update(text for value in values for text in _texts(value))
    return Owned(names=frozenset(names - {""}), others=others)


def _texts(value: str) -> list[str]:
    return _TEXT.findall(value) if "${{" in value else [value]


def _of_matrix(job: WorkflowJob, name: str) -> Iterator[str]:
    if not isinstance(job.matrix, Mapping):
        yield from _TEXT.findall(job.matrix or "")
        return
    included = job.matrix.get("include")
    rows = included if isinstance(included, list) else []
    values = [row.get(name) for row in rows if isinstance(row, Mapping)]
    listed = job.matrix.get(name)
    values += listed if isinstance(listed, list) else [listed]
    for value in values:
        parts = value.values() if isinstance(value, Mapping) else [value]
        yield from (part for part in parts if isinstance(part, str))


def _of_inputs(workflow: Workflow, name: str, runs: Sequence[RunningJob]) -> Iterator[str]:
    """The values that callers pass, and those that a person may choose."""
    for run in runs:
        value = run.inputs.get(name.lower())
        if isinstance(value, str):
            yield value
        caller = run.calls[-2] if len(run.calls) > 1 else None
        given = caller.job.inputs.get(name) if caller is not None else None
        if caller is not None and isinstance(given, str) and "matrix." in given:
            for reference in _REFERENCE.finditer(given):
                yield from _of_matrix(caller.job, reference["name"])
    dispatch = workflow.triggers.get("workflow_dispatch")
    declared = dispatch.get("inputs") if isinstance(dispatch, Mapping) else None
    entry = declared.get(name) if isinstance(declared, Mapping) else None
    if isinstance(entry, Mapping):
        options = entry.get("options")
        chosen = [*(options if isinstance(options, list) else []), entry.get("default")]
        yield from (value for value in chosen if isinstance(value, str))
