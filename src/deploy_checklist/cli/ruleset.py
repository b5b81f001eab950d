"""`ruleset`: prints the ruleset that requires the status of the gate."""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from ..commands.ruleset import ruleset
from ..commands.workflow_files import tag_glob
from ..doctor.jobs import GateJobs, deploying_tags
from ..doctor.model import ExaminedGate
from ..doctor.refs import patterns_for
from ..errors import Exit
from ..run.gate_name import gate_name
from ..runtime.local import LocalRuntime
from ..world.files import found_rules
from .shell import Shell, root_folder


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    root = root_folder()
    here = LocalRuntime(root, shell.environ)
    gate, environment = None, given.environment
    # A gate without documents here has no name: then only the environment is needed.
    if given.file or given.rules or found_rules(lambda name: (root / name).exists()):
        documents = here.documents(given.file, given.rules)
        rules = here.rules(documents, given.environment)
        gate, environment = gate_name(rules, documents.checklist.path), rules.environment
    tags = () if given.branch else _released_tags(given, here, environment)
    shell.out.write(
        ruleset(environment, app_id=given.app_id, gate=gate, branch=given.branch, tags=tags)
    )
    return Exit.READY


def _released_tags(
    given: argparse.Namespace, here: LocalRuntime, environment: str | None
) -> Sequence[str]:
    """The tags whose push starts the deployment, by the folder's workflows; else those in use."""
    shape = here.shape()
    files = {path: each.text.encode() for path, each in shape.workflows.items()}
    of_gate = ExaminedGate(
        repository=shape.reusable.own_name or "",
        environment=environment,
        status="",
        review_status="",
        files=(),
        checklist=str(given.file) if given.file else None,
        rules=str(given.rules) if given.rules else None,
        app=None,
        on_github_com=True,
        flags="",
    )
    pushed = deploying_tags(GateJobs.of(files, of_gate.repository), of_gate)
    return patterns_for(pushed) if pushed else (tag_glob(shape.tags),)
