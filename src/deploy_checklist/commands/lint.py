"""Where checklist and rules disagree, in any environment. Needs no secret and no network: safe on a fork's PR."""

from __future__ import annotations

from collections.abc import Iterator

from ..checklist.model import Drift
from ..drift.compare import drift
from ..journey.reading import Documents, resolved
from ..journey.variables import named, secrets_among
from ..rules.bind import bind
from ..rules.model import Rules


def lint(documents: Documents) -> tuple[Drift, ...]:
    """Every disagreement once, in the order of the files' lines. Raises Unusable for mistakes in the rules file."""
    if documents.rules is None:
        return ()
    found: dict[Drift, None] = {}
    for rules in _in_each_environment(documents):
        found |= dict.fromkeys(drift(documents.checklist, rules, bind(documents.checklist, rules)))
    return tuple(sorted(found, key=lambda each: (each.file or "", each.line or 0)))


def secrets_of(documents: Documents) -> frozenset[str]:
    """The variables that the documents call secrets, in any environment: nothing that they hold may be quoted."""
    checklist = documents.checklist
    several = (secrets_among(named(checklist, rules), checklist, rules) for rules in _in_each_environment(documents))
    return frozenset().union(*several)


def _in_each_environment(documents: Documents) -> Iterator[Rules]:
    environments = documents.rules.environments if documents.rules is not None else ()
    for environment in environments or (None,):
        yield resolved(documents, environment, {})


def line_of(each: Drift) -> str:
    """`file:line: kind: message; hint`, as editors and people read it."""
    place = ":".join(str(part) for part in (each.file, each.line) if part is not None)
    return f"{place}: {each.kind}: {each.message}" + (f". {each.hint}" if each.hint else "")
