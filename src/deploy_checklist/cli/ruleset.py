"""`ruleset`: prints the ruleset that requires the status of the gate."""

from __future__ import annotations

import argparse

from ..commands.ruleset import ruleset
from ..errors import Exit
from ..run.gate_name import gate_name
from ..runtime.local import LocalRuntime
from ..world.files import found_rules
from .shell import Shell, root_folder


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    root = root_folder()
    gate, environment = None, given.environment
    # A gate without documents here has no name: then only the environment is needed.
    if given.file or given.rules or found_rules(lambda name: (root / name).exists()):
        here = LocalRuntime(root, shell.environ)
        documents = here.documents(given.file, given.rules)
        rules = here.rules(documents, given.environment)
        gate, environment = gate_name(rules, documents.checklist.path), rules.environment
    shell.out.write(ruleset(environment, app_id=given.app_id, gate=gate))
    return Exit.READY
