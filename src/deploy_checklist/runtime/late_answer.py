"""The message if GitHub does not know in time which pull request a commit comes from."""

from __future__ import annotations

import shlex

from ..deadline import Deadline
from ..outcome import Unobservable
from ..run.event import Event
from ..settings import RunContext
from .this_job import workflow_file


def not_known_in_time(deadline: Deadline, event: Event, context: RunContext) -> Unobservable:
    """A dispatched run comes later, when GitHub knows, and so does not wait."""
    reason = (
        f"GitHub did not say within the run's deadline of {deadline.seconds:g}s which pull "
        "request this commit comes from"
    )
    words = ["gh", "workflow", "run"]
    if workflow := workflow_file(context):
        words.append(workflow.rpartition("/")[2])
    if event.branch:
        words += ["--ref", event.branch]
    if event.target.commit:
        words += ["-f", f"commit={event.target.commit}"]
    return Unobservable(reason, f"run `{shlex.join(words)}`, or raise `deadline`")
