"""A workflow file's triggers, jobs and steps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from ..data_formats import Malformed, Node, SyntaxFault, parse_yaml
from . import conditions
from .folders import below_root

FOLDER = ".github/workflows"
_OTHER_SYSTEM = re.compile(r"(?i)ubuntu|mac-?os|linux")
_COMMENT = re.compile(r"(?:^|(?<=\s))#(.*)$", re.MULTILINE)


class WorkflowStep(Struct, frozen=True, kw_only=True):
    """One entry of `steps:`; `number` counts from 1."""

    number: int
    line: int
    name: str
    uses: str
    run: str
    shell: str | None
    folder: str | None  # `working-directory`, "" for none; None if it is not literal
    condition: str
    tolerated: bool  # `continue-on-error`
    inputs: Mapping[str, object]


class WorkflowJob(Struct, frozen=True, kw_only=True):
    """One entry of `jobs:`."""

    id: str
    line: int
    name: str
    needs: tuple[str, ...]
    uses: str  # a reusable workflow
    condition: str
    tolerated: bool
    deploys: bool  # has an `environment:`
    steps: tuple[WorkflowStep, ...]
    environment: str | None = None  # its name; None if there is none or it is an expression
    condition_with_texts: str = ""  # its condition with the texts in it
    runs_on: str = ""
    # Some legs run on Windows, where PowerShell runs a script that names no shell.
    windows_too: bool = False

    @property
    def waits(self) -> bool:
        """Whether it runs only if all jobs that it needs have succeeded."""
        return conditions.waits(self.condition)


class Workflow(Struct, frozen=True, kw_only=True):
    """A workflow file; or a composite action, its steps as one job with the id ""."""

    path: str
    text: str
    name: str
    triggers: Mapping[str, object]
    jobs: Mapping[str, WorkflowJob]

    @property
    def starts(self) -> bool:
        """Whether an event starts it; `workflow_call` is none."""
        return bool(set(self.triggers) - {"workflow_call", "None"})

    def words(self) -> Iterator[str]:
        """Its comments, names, actions and scripts; no inputs, filters or values."""
        yield self.name
        yield from (found[1] for found in _COMMENT.finditer(self.text))
        for job in self.jobs.values():
            yield from (job.id, job.name, job.uses)
            for step in job.steps:
                yield from (step.name, step.uses, step.run)


def parse_workflow(data: bytes, path: str) -> Workflow:
    """A workflow file or an action's, even if GitHub would refuse it. Raises Malformed."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Malformed(SyntaxFault(1, 1, "not UTF-8 text"), file=path) from None
    top = _mapping(parse_yaml(text, path))
    runs = top.get("runs")
    jobs = {"": runs} if runs is not None else _mapping(top.get("jobs"))
    shell, folder = _defaults(top)
    return Workflow(
        path=path,
        text=text,
        name=_text(top, "name"),
        triggers=_triggers(top.get("on")),
        jobs={name: _job(name, node, shell, folder) for name, node in jobs.items()},
    )


def is_local(uses: str) -> bool:
    """Whether this is an action or workflow of the same repository."""
    return uses.startswith("./") and ".." not in uses.split("/") and "${{" not in uses


def _job(name: str, node: Node, shell: str | None, folder: str | None) -> WorkflowJob:
    fields = _mapping(node)
    own_shell, own_folder = _defaults(fields)
    runs_on = str(fields["runs-on"].plain() or "") if "runs-on" in fields else ""
    windows, others = _systems(runs_on, fields)
    shell = own_shell or shell or ("pwsh" if windows and not others else None)
    folder = folder if own_folder == "" else own_folder
    steps = fields["steps"].value if "steps" in fields else []
    return WorkflowJob(
        id=name,
        line=node.key_line,
        name=_text(fields, "name"),
        needs=tuple(str(each) for each in _list(fields.get("needs")) if each is not None),
        uses=_text(fields, "uses"),
        condition=conditions.normalized(_text(fields, "if")),
        condition_with_texts=conditions.normalized_with_texts(_text(fields, "if")),
        runs_on=runs_on,
        windows_too=windows and others,
        tolerated=_tolerated(fields),
        deploys="environment" in fields,
        environment=_environment(fields.get("environment")),
        steps=tuple(
            _step(number, step, shell, folder)
            for number, step in enumerate(steps if isinstance(steps, list) else [], start=1)
        ),
    )


def _systems(runs_on: str, job: Mapping[str, Node]) -> tuple[bool, bool]:
    """Whether it runs on Windows, and whether on another system; a matrix may have legs on both."""
    matrix = _mapping(job.get("strategy")).get("matrix")
    written = runs_on
    if matrix is not None and "matrix." in runs_on:
        written = f"{runs_on} {matrix.plain()}"
    if "windows" not in written.lower():
        return False, True
    return True, written != runs_on and bool(_OTHER_SYSTEM.search(written))


def _environment(node: Node | None) -> str | None:
    """`environment: production`, or its `name:`."""
    inner = node.value if node is not None else None
    name = _text(inner, "name") if isinstance(inner, dict) else inner
    return name if isinstance(name, str) and name and "${{" not in name else None


def _step(number: int, node: Node, shell: str | None, folder: str | None) -> WorkflowStep:
    fields = _mapping(node)
    inputs = fields["with"].plain() if "with" in fields else {}
    return WorkflowStep(
        number=number,
        line=node.line,
        name=_text(fields, "name"),
        uses=_text(fields, "uses"),
        run=_text(fields, "run"),
        shell=_text(fields, "shell") or shell,
        folder=_folder(fields) if "working-directory" in fields else folder,
        condition=conditions.normalized(_text(fields, "if")),
        tolerated=_tolerated(fields),
        inputs=inputs if isinstance(inputs, dict) else {},
    )


def _defaults(fields: Mapping[str, Node]) -> tuple[str | None, str | None]:
    """Shell and folder of `defaults.run`."""
    run = _mapping(_mapping(fields.get("defaults")).get("run"))
    return _text(run, "shell") or None, _folder(run)


def _folder(fields: Mapping[str, Node]) -> str | None:
    written = _text(fields, "working-directory")
    if not written:
        return ""
    return None if "$" in written else below_root(written)


def _tolerated(fields: Mapping[str, Node]) -> bool:
    """True unless `continue-on-error` is certainly false: an expression may let a failure pass."""
    return _text(fields, "continue-on-error").strip().lower() not in ("", "false", "${{ false }}")


def _triggers(node: Node | None) -> Mapping[str, object]:
    if node is not None and isinstance(node.value, dict):
        return {event: filters.plain() for event, filters in node.value.items()}
    return dict.fromkeys(str(each) for each in _list(node))


def _list(node: Node | None) -> list[object]:
    value = node.plain() if node is not None else None
    return value if isinstance(value, list) else [value]


def _mapping(node: Node | None) -> Mapping[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _text(fields: Mapping[str, Node], key: str) -> str:
    value = fields[key].value if key in fields else None
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or isinstance(value, dict | list) else str(value)
