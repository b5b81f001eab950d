"""Rules files and checklists as short as a test can say them."""

from __future__ import annotations

from textwrap import dedent

import pytest

from deploy_checklist.checklist.model import Checklist
from deploy_checklist.checklist.parse import parse
from deploy_checklist.errors import Unusable
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.rules.model import Clause, Rules, Use

TWO = """
environments:
  staging: {domain: staging.acme.example, mode: test, days: 30}
  production: {domain: acme.example, mode: live, days: 90}
"""


def rules(text: str, environment: str | None = None, **builtins: str) -> Rules:
    """The Rules of a file that needs nothing but what the test is about."""
    return resolve(
        load("version: 1\n" + dedent(text).strip("\n") + "\n", "rules.yml"), environment, builtins
    )


def uses(found: Rules, key: str) -> dict[str, Use]:
    """The uses of the one clause of a rule, by kind."""
    [clause] = clauses(found, key)
    return {use.kind: use for use in clause.uses}


def clauses(found: Rules, key: str) -> tuple[Clause, ...]:
    return next(rule.clauses for rule in found.rules if rule.key == key)


def faults(text: str) -> list[str]:
    """Every mistake that loading names. The text's first line is the file's second."""
    with pytest.raises(Unusable) as caught:
        rules(text)
    return [str(fault) for fault in caught.value.faults]


def checklist(text: str) -> Checklist:
    return parse(dedent(text).lstrip("\n"), "checklist.md")
