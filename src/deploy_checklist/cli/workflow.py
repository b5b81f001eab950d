"""`workflow`: prints the workflows of a team."""

from __future__ import annotations

import argparse

from ..commands.workflow import workflows
from ..errors import Exit
from ..run.gate_name import gate_name
from ..runtime.local import LocalRuntime
from .shell import Shell, root_folder


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    here = LocalRuntime(root_folder(), shell.environ)
    documents = here.documents(given.file, given.rules)
    rules = here.rules(documents, given.environment)
    values = {
        "environment": rules.environment,
        "checklist": documents.checklist.path if given.file else None,
        "rules": rules.path if given.rules else None,
    }
    inputs = {name: value for name, value in values.items() if value}
    gate = gate_name(rules, documents.checklist.path)
    shell.out.write(workflows(documents.checklist, rules, inputs, gate))
    return Exit.READY
