"""Which commit a release ticket is about, where only the gate's own comment in it says so."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from ..checklist.model import Phase
from ..github.model import Records
from ..settings import Inputs
from .gate_status import reads

if TYPE_CHECKING:
    from ..publish.comment import Marker


def asked_commit(environment: str | None, inputs: Inputs, records: Records) -> str | None:
    """The commit that the gate's newest comment in the ticket is about, for this environment and
    these documents; None if it asks nothing there.

    Only what the gate itself wrote is believed, not what somebody edited in its comment.
    """
    about = [
        marker
        for marker in _markers(records)
        if environment in (None, marker.environment) and reads(inputs, marker.gate)
    ]
    return max(about, key=lambda marker: marker.started_at).head if about else None


def _markers(records: Records) -> Iterator[Marker]:
    """The last lines of what the gate wrote in the ticket, before the deployment."""
    from ..publish.comment import parse  # renders: not needed by every run
    from ..publish.one_comment import by_githubs_clock

    ticket = records.ticket
    for comment in ticket.comments if ticket else ():
        for revision in comment.history.revisions:
            marker = parse(revision.text) if revision.by_gate and revision.text else None
            if marker is None or ticket is None or marker.phase != Phase.BEFORE.value:
                continue
            if (marker.repository, marker.number) == (records.repository_id, ticket.number):
                yield by_githubs_clock(marker, revision.at)
