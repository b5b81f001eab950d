"""How a test puts one kind to work: parameters as the rules file would hold them, a world, and the finding."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from deploy_checklist.checks.base import JudgeContext
from deploy_checklist.checks.registry import kinds
from deploy_checklist.outcome import Finding, Unobservable, unknown
from deploy_checklist.world.ports import World
from fakes import NOW, world

ENVIRONMENTS = {
    "staging": {"domain": "staging.acme.example", "mode": "test"},
    "production": {"domain": "acme.example", "mode": "live"},
}


def finding_of(
    key: str,
    written: object,
    subject: str | None = "NAME",
    around: World | None = None,
    *,
    environment: str | None = "production",
    environments: Mapping[str, Mapping[str, object]] = ENVIRONMENTS,
    secret: bool = False,
    now: datetime = NOW,
) -> Finding:
    """What one use of a check comes to, `{key: written}` standing in a rule."""
    kind: Any = kinds()[key]
    params = (
        kind.Params(**{key: written})
        if hasattr(kind, "KEYS")
        else kind.Params.model_validate(written)
    )
    around = around or world()
    context = JudgeContext(
        now=now,
        environment=environment,
        environments=environments,
        subject=subject,
        secret=secret,
        stored_as_secret=secret,
        laptop=around.variables.laptop,
        may_be_old=around.variables.may_be_old,
    )
    try:
        return kind.judge(params, kind.observe(params, subject, around), context)
    except Unobservable as trouble:
        return unknown(trouble.reason, trouble.remedy)


OLD = "GitHub may have passed this re-run the value of an earlier attempt"  # a notice


def said(finding: Finding) -> str:
    """Everything a rendering could show of a finding."""
    return "\n".join([finding.message, finding.remedy or "", *finding.notices])
