"""The ruleset that allows release tags only on commits with the gate's status."""

from __future__ import annotations

import json

from ..publish.status import context

TAGS = "refs/tags/v*.*.*"  # a moving `v1` does not match


def ruleset(environment: str | None, *, app_id: int | None, gate: str | None = None) -> str:
    """JSON for *Settings › Rules › Import*. `app_id`: only that App's status counts; `gate` is the
    gate's name.
    """
    name = context(environment, "before", review=False, gate=gate)
    check: dict[str, object] = {"context": name}
    if app_id is not None:
        check["integration_id"] = app_id
    about = ", ".join(part for part in (gate, environment) if part)
    suffix = f" of {about}" if about else ""
    content = {
        "name": f"Release tags need the deployment checklist{suffix}",
        "target": "tag",
        "enforcement": "active",
        "bypass_actors": [],  # nobody may bypass it
        "conditions": {"ref_name": {"include": [TAGS], "exclude": []}},
        "rules": [
            {"type": "deletion"},
            {"type": "non_fast_forward"},
            {"type": "update"},
            {
                "type": "required_status_checks",
                "parameters": {
                    "strict_required_status_checks_policy": False,
                    "do_not_enforce_on_create": False,  # the tag's creation is the gated moment
                    "required_status_checks": [check],
                },
            },
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"
