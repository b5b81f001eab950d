"""The event of a run in GitHub Actions: its payload, what it gates, and whether GitHub gave the run any secret."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from .checklist.model import Phase
from .errors import Unusable
from .settings import Inputs, RunContext
from .target.decide import Target, target

_DEPENDABOT = "dependabot[bot]"
_WITHOUT_SECRETS = frozenset({"pull_request", "pull_request_review"})  # GitHub gives a fork's run no secret on these


def event_target(inputs: Inputs, context: RunContext, payload: Mapping[str, Any]) -> Target:
    """What the event gates, as far as it can tell."""
    return target(
        context.github_event_name,
        payload,
        phase=Phase(inputs.phase),
        sha=context.github_sha,
        ref=context.github_ref,
        attempt=context.github_run_attempt,
        commit=inputs.commit,
    )


def event_payload(path: str | None) -> Mapping[str, Any]:
    """The webhook's own words; they are data, whoever wrote the pull request's title."""
    if path is None:
        return {}
    try:
        payload = json.loads(Path(path).read_bytes())
    except (OSError, ValueError):
        raise Unusable("the event's payload (GITHUB_EVENT_PATH) cannot be read") from None
    return payload if isinstance(payload, dict) else {}


def without_secrets(run: Target, context: RunContext) -> bool:
    """GitHub gives forks and Dependabot no values, and a token that only reads."""
    unsigned = context.github_event_name in _WITHOUT_SECRETS
    return unsigned and (run.from_fork or context.github_actor == _DEPENDABOT)
