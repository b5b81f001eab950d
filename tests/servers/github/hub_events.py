"""What may start a workflow. Nothing that a job does with its own token, as at GitHub."""

from __future__ import annotations

from typing import Any

from .rest import Call


def happened(call: Call, event: str, payload: dict[str, Any], ref: str, sha: str) -> None:
    if call.token.account is not call.hub.bot:
        call.hub.happened(call.repo, event, payload, ref, sha, call.token.account)
