"""Which of the printed workflows an event starts, and what its step is given: GitHub's expressions, as far as these files use them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

import yaml

from workflow_command.made import OURS

Payload = Mapping[str, Any]


def inputs_of_run(text: str, event: str, payload: Payload) -> dict[str, str] | None:
    """What the gate's step is given; None where the workflow or its job is not started."""
    workflow = yaml.safe_load(text)
    job = workflow["jobs"]["gate"]
    if event not in workflow[True]:  # YAML 1.1 reads `on` so
        return None
    if payload.get("action") and payload["action"] not in workflow[True][event]["types"]:
        return None
    if not holds(job["if"], event, payload):
        return None
    (step,) = (step for step in job["steps"] if step.get("uses") == OURS)
    return {
        name: "" if value == "${{ inputs.commit }}" else value
        for name, value in step["with"].items()
    }


def holds(condition: str, event: str, payload: Payload) -> bool:
    """Whether GitHub would start the job: the expression in Python's words."""

    def value(path: str) -> object:
        found: Any = {"github": {"event_name": event, "event": payload, "ref": "refs/heads/main"}}
        for name in path.split("."):
            found = found.get(name) if isinstance(found, Mapping) else None
        return found if found is not None else ""

    texts = list[str]()

    def kept(found: re.Match[str]) -> str:
        texts.append(found[1].replace("''", "'"))
        return f"texts[{len(texts) - 1}]"

    python = re.sub(r"'((?:[^']|'')*)'", kept, condition).replace("&&", "and").replace("||", "or")
    python = re.sub(r"\bgithub(?:\.\w+)+", lambda found: f'value("{found[0]}")', python)
    functions = {
        "texts": texts,
        "value": value,
        "fromJSON": json.loads,
        "format": lambda form, *given: form.format(*given),
        "contains": lambda text, part: str(part).lower() in str(text).lower(),
    }
    return bool(eval(" ".join(python.split()), functions))
