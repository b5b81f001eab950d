"""Who waits for whom among the jobs of a workflow."""

from __future__ import annotations

from .jobs import Workflow


def reaches(workflow: Workflow, job: str, needed: str) -> bool:
    """Whether a job runs only after another has succeeded."""
    seen, open_ = set[str](), [job]
    while open_:
        current = workflow.jobs.get(open_.pop())
        if current is None or current.id in seen or not current.waits:
            continue
        seen.add(current.id)
        if needed in current.needs:
            return True
        open_ += current.needs
    return False
