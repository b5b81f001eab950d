"""`workflow`: prints the workflows of a team, or writes those that are new."""

from __future__ import annotations

import argparse

from ..commands.workflow import into_own_files, rendered, team_workflows, written
from ..commands.workflow_files import Gate
from ..errors import Exit
from ..run.document_files import rules_of_each_environment
from ..run.gate_name import gate_name
from ..runtime.local import LocalRuntime
from .shell import Shell, root_folder


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    root = root_folder()
    here = LocalRuntime(root, shell.environ)
    documents = here.documents(given.file, given.rules)
    if given.environment:
        of_each = [here.rules(documents, given.environment)]
    else:
        of_each = list(rules_of_each_environment(documents))
    values = {
        "checklist": documents.checklist.path if given.file else None,
        "rules": of_each[0].path if given.rules else None,
    }
    gate = Gate(
        name=gate_name(of_each[0], documents.checklist.path),
        environments=tuple(each.environment for each in of_each if each.environment),
        inputs={name: value for name, value in values.items() if value},
        rollback=of_each[0].rollback,
        names_only=given.names_only,
    )
    found = team_workflows(documents.checklist, of_each, gate, here.shape(), given.job)
    if given.write:
        shell.out.write("".join(f"# {line}\n" for line in written(found, root)))
        shell.out.write(into_own_files(found))
    else:
        shell.out.write(rendered(found))
    return Exit.READY
