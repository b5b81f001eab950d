"""`explain`: how each item was understood."""

from __future__ import annotations

import argparse
from pathlib import Path

from .. import screen
from ..checks.registry import kinds
from ..commands.explain import explanations
from ..commands.explain_formats import render
from ..commands.explain_rules import background_of
from ..engine.plan import plan
from ..engine.variables import named_variables, secrets_among
from ..errors import Exit, Unusable
from ..rules.bind import bind, find
from ..runtime.local import LocalRuntime
from .shell import Shell, root_folder, working_folder


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    if given.check is not None:
        return _tell_check(given, shell)
    _refuse_kind_for_a_file(given.file)
    here, folder = LocalRuntime(root_folder(), shell.environ, offline=True), working_folder()
    documents = here.documents(given.file, given.rules)
    rules = here.rules(documents, given.environment)
    binding = bind(documents.checklist, rules)
    planned = plan(documents.checklist, rules, binding)
    if given.item:
        lines = {item.line for item in find(documents.checklist, rules, given.item)}
        planned = tuple(each for each in planned if each.item.line in lines)
    background = background_of(
        documents.checklist,
        rules,
        binding,
        here.now().date(),
        documents.rules,
        here.fact_states(planned, rules),
    )
    explained = explanations(planned, background)
    secrets = secrets_among(named_variables(documents.checklist, rules), documents.checklist, rules)
    shell.out.write(render(explained, given.format, shell.environ, secrets, folder))
    return Exit.READY


def _refuse_kind_for_a_file(file: Path | None) -> None:
    """Raises Unusable for `explain tls`, where no file has this name."""
    if file is not None and str(file) in kinds() and not file.exists():
        hint = f"to describe the check of this name: deploy-checklist explain --check {file}"
        raise Unusable("no such checklist", file=str(file), hint=hint)


def _tell_check(given: argparse.Namespace, shell: Shell) -> int:
    """Describes a kind of check, which needs neither a checklist nor rules."""
    from ..commands.described_check import described_check  # loads a kind, and all comparators
    from ..commands.described_check_formats import render as render_check

    width = screen.width(shell.environ)
    shell.out.write(render_check(described_check(given.check), given.format, width))
    return Exit.READY
