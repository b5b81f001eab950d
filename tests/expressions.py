"""What GitHub makes of the few expressions that the recipes use."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_NAME = re.compile(r"\b(?:github|inputs|secrets|steps|vars)\.[\w.-]*\w")
_FUNCTIONS = {
    "cancelled": lambda: False,
    "contains": lambda found, part: part in found,
    "format": lambda text, *parts: text.format(*parts),
    "fromJSON": json.loads,
    "startsWith": str.startswith,
    "toJSON": json.dumps,
    "true": True,
}


def filled(text: str, facts: Mapping[str, str]) -> str:
    """The text with what its expressions come to."""
    return re.sub(r"\$\{\{ (.*?) \}\}", lambda found: str(_value(found[1], facts)), text)


def holds(condition: str, facts: Mapping[str, str]) -> bool:
    """Whether an `if:` lets the step or job run."""
    return bool(_value(condition.removeprefix("${{").removesuffix("}}"), facts))


def _value(expression: str, facts: Mapping[str, str]) -> object:
    python = _NAME.sub(lambda name: repr(facts.get(name[0], "")), expression)
    for github, word in (("&&", " and "), ("||", " or "), ("!cancelled", " not cancelled")):
        python = python.replace(github, word)
    return eval(f"({python})", dict(_FUNCTIONS))
