"""Where checklist and rules disagree, in any environment. Needs no secret and no network: safe on a
fork's PR.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TextIO

from ..checklist.model import Drift
from ..drift.compare import drift
from ..engine.variables import named_variables, secrets_among
from ..redaction.report import safe_for_log
from ..rules.bind import bind
from ..rules.model import Rules
from ..run.document_files import Documents, resolve_rules
from .owners import owners_file, unowned


def print_findings(
    root: Path, documents: Documents, environ: Mapping[str, str], out: TextIO
) -> int:
    """One line for each disagreement and each file of the gate without an owner; their number."""
    found = (*lint(documents), *unowned(root, documents))
    secrets = secrets_of(documents) if found else frozenset()
    for each in found:
        print(safe_for_log(line_of(each), environ, secrets), file=out)
    print(_summary(len(found), documents.rules is not None), file=out)
    if (root / ".git").exists() and owners_file(root) is None:
        unprotected = "the checklist, its rules and the workflows"
        print(f"no CODEOWNERS: whoever may merge may change {unprotected}", file=out)
    return len(found)


def _summary(found: int, has_rules: bool) -> str:
    if found:
        return f"{found} to look at"
    if not has_rules:
        return "no rules file yet: every item is read by its own words (deploy-checklist init writes one)"
    return "checklist and rules agree"


def lint(documents: Documents) -> tuple[Drift, ...]:
    """Every disagreement once, in the order of the files' lines. Raises Unusable for mistakes in
    the rules file.
    """
    if documents.rules is None:
        return ()
    found: dict[Drift, None] = {}
    for rules in _in_each_environment(documents):
        found |= dict.fromkeys(drift(documents.checklist, rules, bind(documents.checklist, rules)))
    return tuple(sorted(found, key=lambda each: (each.file or "", each.line or 0)))


def secrets_of(documents: Documents) -> frozenset[str]:
    """The variables that the documents call secrets, in any environment: nothing that they hold may
    be quoted.
    """
    checklist = documents.checklist
    several = (
        secrets_among(named_variables(checklist, rules), checklist, rules)
        for rules in _in_each_environment(documents)
    )
    return frozenset().union(*several)


def _in_each_environment(documents: Documents) -> Iterator[Rules]:
    environments = documents.rules.environments if documents.rules is not None else ()
    for environment in environments or (None,):
        yield resolve_rules(documents, environment, {})


def line_of(each: Drift) -> str:
    """`file:line: kind: message; hint`, as editors and people read it."""
    place = ":".join(str(part) for part in (each.file, each.line) if part is not None)
    return f"{place}: {each.kind}: {each.message}" + (f". {each.hint}" if each.hint else "")
