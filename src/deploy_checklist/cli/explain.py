"""`explain`: how each item was understood."""

from __future__ import annotations

import argparse

from ..commands.explain import explanations
from ..commands.explain_formats import render
from ..commands.explain_rules import background_of
from ..engine.plan import plan
from ..engine.variables import named_variables, secrets_among
from ..errors import Exit
from ..rules.bind import bind, find
from ..runtime.local import LocalRuntime
from .shell import Shell, root_folder


def run(given: argparse.Namespace, shell: Shell) -> int:
    """Runs it and returns the exit code. Raises Unusable."""
    here = LocalRuntime(root_folder(), shell.environ, offline=True)
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
    shell.out.write(render(explained, given.format, shell.environ, secrets))
    return Exit.READY
