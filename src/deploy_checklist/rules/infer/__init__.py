"""From an item's own words to rules, where there is no rules file."""

from __future__ import annotations

from ...checklist.model import Checklist
from ..model import Rules


def inferred(checklist: Checklist, environment: str | None) -> Rules:
    """The rules that the words of `checklist` state by themselves."""
    return Rules(
        path=None,
        checklist=checklist.path,
        environments={},
        environment=environment,
        facts={},
        roles={},
        sections={},
        rules=(),
        waivers=(),
        signed=(),
        lines={},
    )
