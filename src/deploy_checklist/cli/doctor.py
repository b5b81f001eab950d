"""`doctor`: whether the gate is in force."""

from __future__ import annotations

import argparse
import shlex

from ..checklist.model import Checklist
from ..doctor.examine import examined
from ..doctor.formats import render
from ..doctor.model import ExaminedGate
from ..engine.variables import named_variables, secrets_among
from ..publish.status_name import context
from ..rules.model import Rules
from ..run.gate_name import gate_name
from ..runtime.local import LocalRuntime
from .shell import Shell, root_folder


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    here = LocalRuntime(root_folder(), shell.environ)
    documents = here.documents(given.file, given.rules)
    checklist = documents.checklist
    rules = here.rules(documents, given.environment)
    gate = _gate(given, here, checklist, rules)
    found = examined(here.enforcement(), gate)
    secrets = secrets_among(named_variables(checklist, rules), checklist, rules)
    shell.out.write(render(found, given.format, shell.environ, secrets))
    return found.exit_code


def _gate(
    given: argparse.Namespace, here: LocalRuntime, checklist: Checklist, rules: Rules
) -> ExaminedGate:
    environment, name = rules.environment, gate_name(rules, checklist.path)
    return ExaminedGate(
        repository=here.repository_name(),
        environment=environment,
        status=context(environment, "before", review=False, gate=name),
        review_status=context(environment, "before", review=True, gate=name),
        files=tuple(path for path in (checklist.path, rules.path) if path),
        checklist=checklist.path if given.file else None,
        rules=rules.path if given.rules else None,
        app=given.app_id,
        on_github_com=here.is_on_github_com(),
        flags=_flags(given),
    )


def _flags(given: argparse.Namespace) -> str:
    """As they were typed, for another command."""
    flags: list[str] = []
    if given.file:
        flags.append(str(given.file))
    if given.rules:
        flags += ["--rules", str(given.rules)]
    if given.environment:
        flags += ["-e", given.environment]
    return "".join(f" {shlex.quote(each)}" for each in flags)
