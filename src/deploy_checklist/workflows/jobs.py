"""A workflow file's triggers, jobs and steps."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from math import prod
from posixpath import normpath

from msgspec import Struct

from ..data_formats import Malformed, Node, SyntaxFault, parse_yaml
from . import conditions
from .folders import below_root
from .gate_command import gate_command
from .plain_texts import plain_texts

FOLDER = ".github/workflows"
_HOSTED = re.compile(r"(?i)ubuntu|windows|macos")  # a machine of GitHub's, by its label
_OTHER_SYSTEM = re.compile(r"(?i)ubuntu|mac-?os|linux")
_COMMENT = re.compile(r"(?:^|(?<=\s))#(.*)$", re.MULTILINE)
_EXPRESSION = re.compile(r"\$\{\{((?:'[^']*+(?:'|\Z)|[^'}]|\}(?!\}))*+)")
_SECRET = re.compile(r"(?i)(?<![\w.-])secrets\b(?:\s*\.\s*([\w-]+)|\s*\[\s*'([\w-]+)'\s*\])?")


class WorkflowStep(Struct, frozen=True, kw_only=True):
    """One entry of `steps:`; `number` counts from 1."""

    number: int
    line: int
    id: str
    name: str
    uses: str
    run: str
    shell: str | None
    folder: str | None  # `working-directory`, "" for none; None if it is not literal
    condition: str
    tolerated: bool  # `continue-on-error`
    inputs: Mapping[str, object]
    env: str = ""  # all names and values of its `env:`
    fetched: bool = False  # `uses` is an action that its `run:` fetches from github.com


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
    environment_written: str = ""  # the same, an expression as written there
    runs_on: str = ""
    own_machine: bool = False  # it may run on a machine that is not GitHub's
    # Some legs run on Windows, where PowerShell runs a script that names no shell.
    windows_too: bool = False
    inputs: Mapping[str, object] = {}  # what it passes to the workflow that it calls
    # The permissions that its token may write with; None if they are not given.
    writes: frozenset[str] | None = None
    secrets: tuple[str, ...] = ()  # that it names; "inherit" for all of them
    matrix: Mapping[str, object] | str | None = None  # a text: an expression makes it
    texts: str = ""  # all names and values of its `env:` and matrix

    @property
    def legs(self) -> int | None:
        """How many times it runs by its matrix; None if that is not certain."""
        if self.matrix is None:
            return 1
        lists = list(self.matrix.values()) if isinstance(self.matrix, Mapping) else [None]
        sizes = [len(each) for each in lists if isinstance(each, list)]
        # What is added to other legs, or taken off, is not counted here.
        counted = len(lists) == 1 or not {"include", "exclude"} & set(self.matrix)
        return prod(sizes) if counted and len(sizes) == len(lists) else None


class Workflow(Struct, frozen=True, kw_only=True, eq=False):
    """A workflow file; or a composite action, its steps as one job with the id ""."""

    path: str
    text: str
    name: str
    triggers: Mapping[str, object]
    jobs: Mapping[str, WorkflowJob]
    writes: frozenset[str] | None = None  # of its jobs without `permissions:` of their own
    secrets: tuple[str, ...] = ()  # that its `env:` names, for all its jobs
    defaults: Mapping[str, object] = {}  # of the inputs that it takes where it is called
    env: str = ""  # all names and values of its `env:`
    names_bash_env: bool = False  # anywhere: bash reads the script that it names before any other

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
    top = _mapping(parse_yaml(text, path, anchors=True))
    runs = top.get("runs")
    jobs = _mapping(top.get("jobs"))
    if runs is not None:  # an action, which has steps of its own only if it is a composite one
        jobs = {"": runs} if _text(_mapping(runs), "using").lower() == "composite" else {}
    shell, folder = _defaults(top)
    triggers = _triggers(top.get("on"))
    env = top["env"].plain() if "env" in top else None
    return Workflow(
        path=path,
        text=text,
        name=_text(top, "name"),
        triggers=triggers,
        jobs={name: _job(name, node, shell, folder, env) for name, node in jobs.items()},
        writes=_writes(top.get("permissions")),
        secrets=_secrets(env),
        env=" ".join(plain_texts(env)),
        names_bash_env="BASH_ENV" in text,
        defaults=_input_defaults(top["inputs"].plain() if "inputs" in top else triggers),
    )


def local_path(uses: str, own_name: str | None = None) -> str | None:
    """The path of an action or workflow in this repository; None if it is elsewhere.

    `./x` and `$/x` are this repository's, and so is `owner/name/x@ref` with its own name.
    """
    path = uses
    if uses.startswith("$/"):
        path = f".{uses[1:]}"
    elif own_name and uses.lower().startswith(f"{own_name.lower()}/"):
        path = f"./{uses[len(own_name) + 1 :].partition('@')[0]}"
    if not path.startswith("./") or ".." in path.split("/") or "${{" in path:
        return None
    return normpath(path)


def _job(
    name: str, node: Node, shell: str | None, folder: str | None, outer_env: object
) -> WorkflowJob:
    fields, plain = _mapping(node), node.plain()
    own_shell, own_folder = _defaults(fields)
    runs_on = str(fields["runs-on"].plain() or "") if "runs-on" in fields else ""
    matrix = _matrix(fields)
    machines = f"{runs_on} {matrix}" if "matrix." in runs_on else runs_on
    windows, others = _systems(machines, runs_on)
    shell = own_shell or shell or ("pwsh" if windows and not others else None)
    folder = folder if own_folder == "" else own_folder
    steps = fields["steps"].value if "steps" in fields else []
    environment = _environment(fields.get("environment"))
    return WorkflowJob(
        id=name,
        line=node.key_line,
        name=_text(fields, "name"),
        needs=tuple(str(each) for each in _list(fields.get("needs")) if each is not None),
        uses=_text(fields, "uses"),
        condition=conditions.expression(_text(fields, "if")),
        runs_on=runs_on,
        own_machine="self-hosted" in machines or not _HOSTED.search(machines),
        windows_too=windows and others,
        tolerated=_tolerated(fields),
        deploys="environment" in fields,
        environment=environment if "${{" not in environment and environment else None,
        environment_written=environment,
        inputs=_plain(fields, "with"),
        writes=_writes(fields.get("permissions")),
        secrets=_secrets(plain),
        matrix=matrix,
        texts=f"{_all(fields.get('env'))} {_all(fields.get('strategy'))}",
        steps=tuple(
            _step(number, step, shell, folder, job=plain, outer_env=outer_env)
            for number, step in enumerate(steps if isinstance(steps, list) else [], start=1)
        ),
    )


def _systems(machines: str, runs_on: str) -> tuple[bool, bool]:
    """Whether it runs on Windows, and whether on another system; a matrix may have legs on both."""
    if "windows" not in machines.lower():
        return False, True
    return True, machines != runs_on and bool(_OTHER_SYSTEM.search(machines))


def _environment(node: Node | None) -> str:
    """`environment: production`, or its `name:`; "" if there is none."""
    inner = node.value if node is not None else None
    name = _text(inner, "name") if isinstance(inner, dict) else inner
    return name if isinstance(name, str) else ""


def _step(
    number: int,
    node: Node,
    shell: str | None,
    folder: str | None,
    *,
    job: object,
    outer_env: object,
) -> WorkflowStep:
    fields = _mapping(node)
    shell = _text(fields, "shell") or shell
    run = _text(fields, "run")
    gate = None
    if "deploy-checklist" in run:
        env = fields["env"].plain() if "env" in fields else None
        gate = gate_command(run, shell, env, job, outer_env)
    return WorkflowStep(
        number=number,
        line=node.line,
        id=_text(fields, "id"),
        name=_text(fields, "name"),
        uses=gate.uses if gate else _text(fields, "uses"),
        run="" if gate else run,
        shell=shell,
        folder=_folder(fields) if "working-directory" in fields else folder,
        condition=conditions.expression(_text(fields, "if")),
        tolerated=_tolerated(fields),
        inputs=gate.inputs if gate else _plain(fields, "with"),
        env=_all(fields.get("env")),
        fetched=gate is not None,
    )


def _input_defaults(declared: object) -> Mapping[str, object]:
    """The defaults of an action's `inputs:`, or of those of a workflow's `workflow_call`."""
    if isinstance(declared, dict) and "workflow_call" in declared:
        call = declared["workflow_call"]
        declared = call.get("inputs") if isinstance(call, dict) else None
    if not isinstance(declared, dict):
        return {}
    return {
        name: each["default"]
        for name, each in declared.items()
        if isinstance(each, dict) and "default" in each
    }


def _plain(fields: Mapping[str, Node], name: str) -> Mapping[str, object]:
    plain = fields[name].plain() if name in fields else {}
    return plain if isinstance(plain, dict) else {}


def _matrix(fields: Mapping[str, Node]) -> Mapping[str, object] | str | None:
    node = _mapping(fields.get("strategy")).get("matrix")
    if node is None:
        return None
    plain = node.plain()
    return plain if isinstance(plain, dict) else str(plain)


def _writes(node: Node | None) -> frozenset[str] | None:
    """What `permissions:` lets the token write. A form that GitHub does not have counts as all."""
    plain = node.plain() if node is not None else None
    if plain is None:
        return None
    if isinstance(plain, dict):
        known = ("read", "none")
        return frozenset(name for name, access in plain.items() if access not in known)
    return frozenset() if plain == "read-all" else frozenset({"write-all"})


def _secrets(plain: object) -> tuple[str, ...]:
    """The secrets that a part of a workflow names, but for the job's own token."""
    named = list[str]()
    if isinstance(plain, dict) and plain.get("secrets") == "inherit":
        named.append("inherit")
    if isinstance(plain, dict) and isinstance(plain.get("if"), str):
        named += _secrets_in(plain["if"])
    for text in plain_texts(plain):
        for part in _EXPRESSION.finditer(text):
            named += _secrets_in(part[1])
    return tuple(dict.fromkeys(name for name in named if name.lower() != "github_token"))


def _secrets_in(expression: str) -> list[str]:
    return [found[1] or found[2] or "*" for found in _SECRET.finditer(expression)]


def _all(node: Node | None) -> str:
    """All names and values of a part."""
    return " ".join(plain_texts(node.plain())) if node is not None else ""


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
