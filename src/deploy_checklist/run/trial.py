"""Why a run blocks nothing: the report says so, so that nobody takes the run for a gate."""

from __future__ import annotations

from ..report.model import Trial
from ..settings import Inputs
from .model import Run


def trial_of(run: Run, inputs: Inputs) -> Trial | None:
    """Why a run blocks nothing; None if it may block."""
    if run.mode != "report":
        return None
    is_release = run.resolved is None or run.resolved.release
    return Trial(
        by_mode=inputs.mode == "report",
        release_pr=() if is_release else inputs.release_pr,
        preview=run.untrusted_checklist,
    )
