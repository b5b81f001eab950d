"""`workflow`: what a team adds to its repository, and what to add to its existing files."""

from __future__ import annotations

import os
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Checklist
from ..errors import Unusable
from ..publish import files
from ..rules.model import Rules
from ..workflows.deploy_jobs import DeployJob
from ..workflows.expand import Reusable
from ..workflows.jobs import Workflow
from ..world.files import read
from .workflow_files import (
    PLACEHOLDER,
    Gate,
    NewFile,
    deploy_file,
    gate_files,
    habits,
    is_gate_file,
    own_copy,
)
from .workflow_inserts import CONTROL, DeployingJobs, Insertion, deployments, insertion
from .workflow_values import StepValues, step_values

_LIMIT = 1_048_576
_EXAMPLES = {
    "uses: org/": "`org/` with the owner of your copy of the action",
    "run: ./deploy.sh": "`./deploy.sh` with your own command",
}


class RepositoryShape(Struct, frozen=True, kw_only=True):
    """What is read of the repository first."""

    branch: str | None = None  # the default branch; None: the clone does not know it
    tags: Sequence[str] = ()  # the newest first
    workflows: Mapping[str, Workflow] = {}
    reusable: Reusable = Reusable(workflows={}, actions={})
    unread: Sequence[str] = ()  # why files could not be read


class TeamWorkflows(Struct, frozen=True, kw_only=True):
    """New files, and what to add to a team's own."""

    files: tuple[NewFile, ...]
    deployments: tuple[DeployingJobs, ...]
    insertions: tuple[Insertion, ...]
    notes: tuple[str, ...] = ()


def team_workflows(
    checklist: Checklist,
    of_each: Sequence[Rules],
    gate: Gate,
    shape: RepositoryShape,
    job: str | None = None,
) -> TeamWorkflows:
    """`of_each`: the rules for each environment of the gate. `job`: "release.yml:ship", the one
    that a person chose to be the one that deploys. Raises Unusable if there is no such job.
    """
    gate = replace(gate, action=own_copy(shape.workflows))

    def values_for(rules: Sequence[Rules]) -> StepValues:
        if gate.names_only:
            return StepValues(before=(), after=())
        return step_values(checklist, rules)

    by_name = {rules.environment: rules for rules in of_each}
    own = {path: each for path, each in shape.workflows.items() if not is_gate_file(path)}
    found = deployments(own, shape.reusable, gate.environments, job)
    if job is not None and not any(each.chosen for each in found):
        hint = "write it as FILE:JOB, such as deploy.yml:ship"
        raise Unusable(f"no job `{job}` deploys to one of these environments", hint=hint)
    known = habits(shape.branch, shape.tags, own)
    new = list(gate_files(gate, known))
    if not any(each.chosen or each.unclear for each in found) and not shape.unread:
        values = {
            environment: values_for([by_name.get(environment, of_each[0])])
            for environment in gate.environments or (None,)
        }
        new.append(deploy_file(gate, known, values))
    insertions = []
    for each in _jobs(found):
        rules = [by_name[name] for name in each.environments if name in by_name] or of_each
        insertions.append(insertion(each, gate, values_for(rules)))
    notes = list(shape.unread)
    if shape.branch is None:
        tells = "run `git remote set-head origin --auto` to let it know"
        notes.append(f"this clone does not know the default branch, so `main` was written; {tells}")
    return TeamWorkflows(
        files=tuple(new),
        deployments=tuple(found),
        insertions=tuple(insertions),
        notes=tuple(notes),
    )


def rendered(found: TeamWorkflows) -> str:
    """The new files, one YAML document each, whose first line says where it belongs; then, all in
    comments but the lines to paste, what goes into existing files.
    They say once that `org/` is a placeholder.
    """
    parts = [each.text for each in found.files[:1]]
    parts += [each.text.replace(PLACEHOLDER, "") for each in found.files[1:]]
    into = "\n".join(_into(found))
    return "---\n".join([*parts, *([f"{into}\n"] if into else [])])


def written(found: TeamWorkflows, root: Path) -> list[str]:
    """Writes the new files, and says what was done for each. Raises Unusable if one exists with
    other content; then none is written.
    """
    there = {each.path: _content(root / each.path) for each in found.files}
    for each in found.files:
        if not _is_same(there[each.path], each.text):
            raise Unusable(
                f"{each.path} already exists with other content: nothing was written",
                hint="compare it with the output of `workflow` without --write, or move it away",
            )
    said, new = list[str](), ""
    for each in found.files:
        if there[each.path] is not None:
            said.append(f"{each.path} already exists with this content")
            continue
        files.create_below(root, each.path, each.text.encode())
        said.append(f"wrote {each.path}")
        new += each.text
    return [*said, *_to_replace(new)]


def _to_replace(text: str) -> Iterator[str]:
    """The examples in these new files that people have to replace."""
    todo = [what for words, what in _EXAMPLES.items() if words in text]
    if todo:
        yield f"before you commit, replace {' and '.join(todo)}"


def into_own_files(found: TeamWorkflows) -> str:
    """Only what goes into existing files."""
    into = "\n".join([*_into(found), ""])
    has_placeholder = any(PLACEHOLDER in each.text for each in found.files) and "uses: org/" in into
    return f"{PLACEHOLDER if has_placeholder else ''}{into}"


def _is_same(there: str | None, text: str) -> bool:
    """Whether nothing would be overwritten; the line about the placeholder does not count."""
    without = text.replace(PLACEHOLDER, "")
    return there is None or there.replace(PLACEHOLDER, "") == without


def _content(path: Path) -> str | None:
    """A file's text; None if nothing is there. Git may have given it other line ends."""
    if not os.path.lexists(path):
        return None
    data = read(path, what="workflow file", limit=_LIMIT)
    return data.decode(errors="replace").replace("\r\n", "\n")


def _jobs(found: Sequence[DeployingJobs]) -> list[DeployJob]:
    """The chosen jobs, once each, with all the environments that they deploy to."""
    jobs = dict[str, DeployJob]()
    for deployment in found:
        for each in deployment.chosen:
            known = jobs.get(each.place)
            if known is None:
                jobs[each.place] = each
            else:
                both = (*known.environments, *each.environments)
                jobs[each.place] = replace(known, environments=tuple(dict.fromkeys(both)))
    return list(jobs.values())


def _into(found: TeamWorkflows) -> Iterator[str]:
    for note in found.notes:
        yield from _comment(note)
    for deployment in found.deployments:
        yield from _unclear(deployment)
    for each in found.insertions:
        yield from _insertion(each)
    for deployment in found.deployments:
        if deployment.chosen and deployment.beside:
            places = ", ".join(f"`{each.place}`" for each in deployment.beside)
            yield from _comment(
                f"{places} may also deploy to {_environment(deployment)}, but looks less "
                f"like a deployment, so nothing is added there. To print the steps for it "
                f"anyway: `--job FILE:JOB`"
            )


def _unclear(deployment: DeployingJobs) -> Iterator[str]:
    if not deployment.unclear:
        return
    yield from _comment(
        f"Which job deploys to {_environment(deployment)}? It may be one of these: choose it "
        f"with `--job`, or give the environment the same name in the rules as in the job"
    )
    for each in deployment.unclear:
        owns = each.job.environment_written
        about = f"environment {_clean(owns)}" if owns else "no environment"
        yield f"#   --job {_clean(each.place)} (line {each.job.line}, {about})"


def _insertion(each: Insertion) -> Iterator[str]:
    found, path = each.found, each.found.at.workflow.path
    to = ", ".join(_clean(name) for name in found.environments if name)
    yield from _comment(
        f"{path}, job `{_clean(found.job.id)}` (line {found.job.line}), which deploys"
        f"{f' to {to}' if to else ''}"
    )
    for remark in each.remarks:
        yield from _comment(f"- {remark}", deeper="  ")
    if "\r\n" in found.at.workflow.text and each.changes:
        yield from _comment("- the file has CRLF line ends; give these lines the same", deeper="  ")
    for change in sorted(each.changes, key=lambda change: change.line):
        yield f"# {change.place}, {_clean(change.what)}:"
        yield from map(_clean, change.lines)
    yield from map(_clean, each.by_hand)
    yield "#"


def _environment(deployment: DeployingJobs) -> str:
    return f"`{_clean(deployment.environment)}`" if deployment.environment else "an environment"


def _clean(text: str) -> str:
    """A person's text in one of our lines: on one line, without control characters."""
    return CONTROL.sub("?", text)


def _comment(text: str, deeper: str = "") -> list[str]:
    return textwrap.wrap(
        _clean(text),
        width=110,
        initial_indent="# ",
        subsequent_indent=f"# {deeper}",
        break_long_words=False,
        break_on_hyphens=False,
    )
