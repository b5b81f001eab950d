"""A separate job for the gate, if no step fits into the job that deploys."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from ..workflows.conditions import expression
from ..workflows.deploy_jobs import DeployJob
from ..workflows.layout import JobLayout, LineChange, YamlEntry, above, text_lines
from .workflow_steps import GateStep, one_line
from .workflow_values import scalar

_STATUS = re.compile(r"(?i)\b(?:always|failure|cancelled|success)\s*\(|\bmatrix\.")


def job_changes(
    text: str, layout: JobLayout, found: DeployJob, steps: tuple[GateStep, GateStep]
) -> list[LineChange]:
    """A job before the one that deploys, which then needs it, and one after it."""
    before, after = (f"{job_id}-{found.job.id}" for job_id in ("checklist", "checklist-after"))
    lines = text_lines(text)
    at = above(lines, layout.key)
    blank = ("",) if lines[at - 2].strip() and layout.key.start > 1 else ()
    inner = min((entry.indent for entry in layout.fields.values()), default=4) - layout.key.indent
    needs = list(found.job.needs)
    return [
        LineChange(
            line=at,
            lines=(*blank, *_job(before, needs, found, steps[0], layout.key.indent, inner), ""),
            what=f"job `{found.job.id}`",
        ),
        _needs(layout, [before, *needs], inner),
        LineChange(
            line=layout.key.end + 1,
            lines=("", *_job(after, [found.job.id], found, steps[1], layout.key.indent, inner)),
            what=f"job `{found.job.id}`",
            how="after",
        ),
    ]


def _needs(layout: JobLayout, needs: Sequence[str], inner: int) -> LineChange:
    line = f"{' ' * (layout.key.indent + inner)}needs: [{', '.join(map(scalar, needs))}]"
    entry = layout.fields.get("needs")
    if entry is None:
        return LineChange(
            line=layout.key.start + 1,
            lines=(line,),
            what="so that the job waits for it",
            how="after",
        )
    if entry.start == entry.end:
        return LineChange(
            line=entry.start, lines=(line,), what="the job's `needs:`", how="instead of"
        )
    item = f"{' ' * (entry.indent + 2)}- {scalar(needs[0])}"
    return LineChange(
        line=entry.start + 1, lines=(item,), what="so that the job waits for it", how="after"
    )


def _job(
    job_id: str, needs: Sequence[str], found: DeployJob, step: GateStep, indent: int, inner: int
) -> tuple[str, ...]:
    at, deeper = " " * (indent + inner), " " * (indent + 2 * inner)
    # The job after is skipped with the one that it needs.
    condition = expression(found.job.condition) if found.job.id not in needs else ""
    lines = [f"{' ' * indent}{job_id}:", f"{at}name: {step.name}"]
    if needs:
        lines.append(f"{at}needs: [{', '.join(map(scalar, needs))}]")
    if condition and not _STATUS.search(condition):
        lines.append(f"{at}if: {json.dumps(one_line(condition), ensure_ascii=False)}")
    lines += [f"{at}runs-on: ubuntu-latest", f"{at}timeout-minutes: 10"]
    environment = step.inputs.get("environment", "") or found.written
    if "matrix." in environment:
        named = ", ".join(map(scalar, found.environments))
        lines += [
            f"{at}strategy:",
            f"{deeper}matrix: {{ environment: [{named}] }}",
            f"{at}environment: ${{{{ matrix.environment }}}}",
        ]
        step = _for_matrix(step)
    elif environment:
        lines.append(f"{at}environment: {scalar(environment)}")
    lines.append(f"{at}permissions:")
    lines += [f"{deeper}{name}: {value}{note}" for name, (value, note) in step.permissions.items()]
    lines.append(f"{at}steps:")
    lines += step.lines(YamlEntry(start=1, end=1, indent=indent + 2 * inner))
    return tuple(lines)


def _for_matrix(step: GateStep) -> GateStep:
    inputs: Mapping[str, str] = {**step.inputs, "environment": "${{ matrix.environment }}"}
    return replace(step, inputs=inputs)
