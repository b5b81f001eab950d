"""a value in a JSON file that an earlier step of this job wrote passes the comparators

This is for checks of your own. A step before the gate's step runs any tool and writes its result as
JSON (SARIF is JSON), and the rule judges that result. The gate executes none of it. `file` is
below `$RUNNER_TEMP/`, or it is a file in the workspace that git does not track.

The item is not checked unless all of this is true: In the gated commit, the workflow has a step
with the id `made_by`, in this job, before the gate's step and without `if:`. Neither that step nor
one between the two downloads an artifact or restores a cache. If that step may have been skipped,
the gate's own step has no `if:` with which it runs after a failure (`always()`). The file is a
plain JSON file of at most 10 MiB and was written after the job began, for which the gate asks
GitHub (`actions: read`).

Under `pull_request_target`, and on a pull request from a fork, the file is never read, because the
code of the pull request may have written it. The same is true if the workflow of the run is not
that of the gated commit: a comment, for example, starts the workflow of the default branch. For
these cases, write `phase: deploy`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..data_formats import Malformed, load_document
from ..opaque import OpaqueStruct
from ..outcome import Finding, Unobservable, unknown
from ..values.globs import literal_glob
from ..workflows.made_by import why_not_made
from ..world.job_port import WrittenFile
from ..world.ports import World
from . import data, value
from .base import JudgeContext, Needs, Observation
from .shared.workflow_files import read_workflows

OF_RUNNING_WORLD = True
LIMIT = 10_485_760
TEMP = "$RUNNER_TEMP/"


def _plain_path(path: str) -> str:
    below = path.removeprefix(TEMP)
    # In another spelling git would not know a file that it tracks.
    if "$" in below or not {"", ".", ".."}.isdisjoint(below.split("/")):
        why = "must be a path in the workspace, or one that begins with `$RUNNER_TEMP/`"
        raise PydanticCustomError("path", why)
    return path


class Params(data.ValueAtPath):
    """The file, the step that makes it, and at least one comparator."""

    file: Annotated[str, AfterValidator(_plain_path)] = Field(
        description="A file that this job wrote, such as `$RUNNER_TEMP/trivy.json`.",
        examples=["$RUNNER_TEMP/trivy.json"],
    )
    made_by: Annotated[str, Field(pattern="^[A-Za-z_][A-Za-z0-9_-]*$")] = Field(
        description="The `id:` of the step that writes the file.", examples=["scan"]
    )


class _Observed(OpaqueStruct, frozen=True, kw_only=True):
    data: bytes
    others: Mapping[str, str]


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.REPOSITORY, Needs.GITHUB})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    _require_its_step(params, world)
    found = _file(params, world)
    others = value.others_of(params, world)
    return Observation(
        source=f"`{params.file}`, written by step `{params.made_by}` of this job",
        data=_Observed(data=found.data, others=others),
    )


def _require_its_step(params: Params, world: World) -> None:
    place = world.job.place()
    files = read_workflows(world.repository)
    workflow = files.workflows.get(place.workflow)
    if workflow is None:
        raise files.fault or Unobservable(f"the gated commit has no `{place.workflow}`")
    why = why_not_made(
        workflow,
        files.reusable,
        made_by=params.made_by,
        job_id=place.job,
        action=place.action,
        own_step=place.step,
    )
    if why is not None:
        raise Unobservable(
            f"cannot prove that a step of this job wrote `{params.file}`: {why}",
            f"write it in the step with `id: {params.made_by}`, right before this action's step",
        )


def _file(params: Params, world: World) -> WrittenFile:
    if not params.file.startswith(TEMP):
        _refuse_tracked(params.file, world)
    began = world.job.started_at()
    found = world.job.read(params.file, LIMIT)
    if found is None:
        raise Unobservable(
            f"`{params.file}` does not exist", f"check that step `{params.made_by}` writes it"
        )
    if found.written < began:
        raise Unobservable(
            f"`{params.file}` is older than this job",
            f"make step `{params.made_by}` write it again in each run",
        )
    return found


def _refuse_tracked(path: str, world: World) -> None:
    if world.repository.waits:  # its answers come from GitHub
        raise Unobservable(
            "the workspace does not contain the gated commit",
            "check it out with actions/checkout, or write the file below `$RUNNER_TEMP/`",
        )
    if world.repository.tracked([literal_glob(path)]):
        raise Unobservable(
            f"git tracks `{path}`, so it may come from the commit itself",
            "make the step write a file outside the repository: `$RUNNER_TEMP/…`",
        )


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    found: _Observed = observation.data
    try:
        document = load_document(found.data, "result.json")
    except Malformed as error:
        why = f"`{params.file}` is not valid JSON: line {error.line}: {error.why}"
        return unknown(why, f"check that step `{params.made_by}` writes complete JSON")
    return data.judge_at(params, document, found.others, f"`{params.file}`")
