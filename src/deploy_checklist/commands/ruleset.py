"""The rulesets that need the gate's status: for release tags, and for merges to a branch."""

from __future__ import annotations

import json
from collections.abc import Sequence

from ..publish.status_name import context

_TAGS = ("v*.*.*",)  # a moving `v1` does not match


def ruleset(
    environment: str | None,
    *,
    app_id: int | None,
    gate: str | None = None,
    branch: str | None = None,
    tags: Sequence[str] = _TAGS,
) -> str:
    """JSON for *Settings › Rules › Import*. `app_id`: only that App's status counts; `gate` is the
    gate's name. With a `branch` nothing is merged into it without the status of the pull request;
    without one no release tag is made without that of its commit. `tags`: globs, as rulesets have
    them, or "~ALL".
    """
    name = context(environment, "before", review=branch is not None, gate=gate)
    check: dict[str, object] = {"context": name}
    if app_id is not None:
        check["integration_id"] = app_id
    about = ", ".join(part for part in (gate, environment) if part)
    suffix = f" of {about}" if about else ""
    subject = f"Merges to {branch} need" if branch else "Release tags need"
    refs = [f"refs/heads/{branch}"] if branch else [_ref(each) for each in tags]
    content = {
        "name": f"{subject} the deployment checklist{suffix}",
        "target": "branch" if branch else "tag",
        "enforcement": "active",
        "bypass_actors": [],  # nobody may bypass it
        "conditions": {"ref_name": {"include": refs, "exclude": []}},
        "rules": [
            {"type": "deletion"},
            {"type": "non_fast_forward"},
            *([] if branch else [{"type": "update"}]),  # a branch moves with each merge
            {
                "type": "required_status_checks",
                "parameters": {
                    "strict_required_status_checks_policy": False,
                    "do_not_enforce_on_create": False,  # a tag's creation is the gated moment
                    "required_status_checks": [check],
                },
            },
        ],
    }
    return json.dumps(content, indent=2, ensure_ascii=False) + "\n"


def _ref(tag: str) -> str:
    return tag if tag.startswith("~") else f"refs/tags/{tag}"
