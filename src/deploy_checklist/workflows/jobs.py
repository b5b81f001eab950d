"""What stands in a workflow file: triggers, jobs and steps."""

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
    tolerated: bool
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
    environment: str | None = None  # its name; None if there is none or an expression makes it
    spelled: str = ""  # its condition with the texts in it
    runs_on: str = ""  # "" if nothing is said
    windows_too: bool = (
        False  # one leg of several, on which PowerShell reads a script that names no shell
    )

    @property
    def waits(self) -> bool:
        """Runs only if everything it needs has succeeded."""
        return conditions.waits(self.condition)


class Workflow(Struct, frozen=True, kw_only=True):
    """A workflow file, or the steps of a composite action as the one job of it."""

    path: str
    text: str
    name: str
    triggers: Mapping[str, object]
    jobs: Mapping[str, WorkflowJob]

    @property
    def starts(self) -> bool:
        """Something starts it by itself; a `workflow_call` alone does not."""
        return bool(set(self.triggers) - {"workflow_call", "None"})

    def words(self) -> Iterator[str]:
        """Everything in it that is said or done: comments, names, actions and scripts; no inputs,
        filters or values.
        """
        yield self.name
        yield from (found[1] for found in _COMMENT.finditer(self.text))
        for job in self.jobs.values():
            yield from (job.id, job.name, job.uses)
            for step in job.steps:
                yield from (step.name, step.uses, step.run)


def parse_workflow(data: bytes, path: str) -> Workflow:
    """A workflow file, or an action's, whether GitHub takes it or not. Raises Malformed."""
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
    """An action or workflow of the same repository."""
    return uses.startswith("./") and ".." not in uses.split("/") and "${{" not in uses


def _job(name: str, node: Node, shell: str | None, folder: str | None) -> WorkflowJob:
    said = _mapping(node)
    own_shell, own_folder = _defaults(said)
    runs_on = str(said["runs-on"].plain() or "") if "runs-on" in said else ""
    windows, others = _systems(runs_on, said)
    fallback = own_shell or shell or ("pwsh" if windows and not others else None)
    steps = said["steps"].value if "steps" in said else []
    return WorkflowJob(
        id=name,
        line=node.key_line,
        name=_text(said, "name"),
        needs=_listed(said.get("needs")),
        uses=_text(said, "uses"),
        condition=conditions.condition(_text(said, "if")),
        spelled=conditions.spelled(_text(said, "if")),
        runs_on=runs_on,
        windows_too=windows and others,
        tolerated=_tolerated(said),
        deploys="environment" in said,
        environment=_environment(said.get("environment")),
        steps=tuple(
            _step(number, step, fallback, folder if own_folder == "" else own_folder)
            for number, step in enumerate(steps if isinstance(steps, list) else [], start=1)
        ),
    )


def _systems(runs_on: str, said: Mapping[str, Node]) -> tuple[bool, bool]:
    """Whether it runs on Windows, and whether on something else; a matrix may have legs on both."""
    matrix = _mapping(said.get("strategy")).get("matrix")
    written = (
        f"{runs_on} {matrix.plain()}" if matrix is not None and "matrix." in runs_on else runs_on
    )
    windows = "windows" in written.lower()
    return windows, not windows or (written != runs_on and bool(_OTHER_SYSTEM.search(written)))


def _environment(node: Node | None) -> str | None:
    """`environment: production`, or its `name:`."""
    inner = node.value if node is not None else None
    name = _text(inner, "name") if isinstance(inner, dict) else inner
    return name if isinstance(name, str) and name and "${{" not in name else None


def _step(number: int, node: Node, shell: str | None, folder: str | None) -> WorkflowStep:
    said = _mapping(node)
    inputs = said["with"].plain() if "with" in said else {}
    return WorkflowStep(
        number=number,
        line=node.line,
        name=_text(said, "name"),
        uses=_text(said, "uses"),
        run=_text(said, "run"),
        shell=_text(said, "shell") or shell,
        folder=_folder(said) if "working-directory" in said else folder,
        condition=conditions.condition(_text(said, "if")),
        tolerated=_tolerated(said),
        inputs=inputs if isinstance(inputs, dict) else {},
    )


def _defaults(said: Mapping[str, Node]) -> tuple[str | None, str | None]:
    run = _mapping(_mapping(said.get("defaults")).get("run"))
    return _text(run, "shell") or None, _folder(run)


def _folder(said: Mapping[str, Node]) -> str | None:
    written = _text(said, "working-directory")
    if not written:
        return ""
    return None if "$" in written else below_root(written)


def _tolerated(said: Mapping[str, Node]) -> bool:
    """Anything but a plain no may let a failure pass."""
    return _text(said, "continue-on-error").strip().lower() not in ("", "false", "${{ false }}")


def _triggers(node: Node | None) -> Mapping[str, object]:
    said = node.plain() if node is not None else None
    if isinstance(said, dict):
        return said
    return dict.fromkeys(str(each) for each in (said if isinstance(said, list) else [said]))


def _listed(node: Node | None) -> tuple[str, ...]:
    said = node.plain() if node is not None else None
    return tuple(
        str(each) for each in (said if isinstance(said, list) else [said]) if each is not None
    )


def _mapping(node: Node | None) -> Mapping[str, Node]:
    return node.value if node is not None and isinstance(node.value, dict) else {}


def _text(said: Mapping[str, Node], key: str) -> str:
    value = said[key].value if key in said else None
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None or isinstance(value, dict | list) else str(value)
