"""Sign-offs of a rollback: what people signed for the deployment that it goes back to. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from msgspec import Struct
from msgspec.structs import replace

from ..outcome import IgnoredSignOff, Override, Unobservable
from .claims import Statements
from .evaluate import GitHubSignOffs
from .port import FoundSignOffs, SignOffRequest, SignOffs, Terms


def carried_over(
    statements: Statements, now: GitHubSignOffs, deployed_at: datetime
) -> CarriedOverSignOffs:
    """The sign-offs of a rollback to that deployment. `now` are those of the statements; approvals
    of this run do not belong to that deployment.
    """
    earlier = replace(
        statements, now=deployed_at, until=deployed_at, approvals=(), approvals_unread=None
    )
    return CarriedOverSignOffs(deployed_at=deployed_at, then=GitHubSignOffs(earlier), now=now)


class CarriedOverSignOffs(Struct, frozen=True, kw_only=True):
    """Implements SignOffs. What was signed for that deployment is not asked again, even if the
    signature expired or was taken back since. Everything else can be signed as in any run.
    """

    deployed_at: datetime
    then: SignOffs  # as they were when it was deployed
    now: SignOffs

    def waits(self, request: SignOffRequest) -> bool:
        """Whether GitHub has to be asked about people."""
        return self.then.waits(request) or self.now.waits(request)

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        """The sign-offs of that deployment if they are enough; else those of now."""
        try:
            found = self.then.find(request, terms)
        except Unobservable:  # if it cannot be read either, the present one says why
            return self.now.find(request, terms)
        if found.skipped or len(found.by_person()) >= terms.count:
            # They do not count for later releases.
            counted = tuple(replace(each, keep=None) for each in found.counted)
            return replace(found, counted=counted, given_for=self.deployed_at, dated=None)
        return self.now.find(request, terms)

    def override(self) -> Override | None:
        """That of now."""
        return self.now.override()

    def unattributed(self) -> Sequence[IgnoredSignOff]:
        """Those of now."""
        return self.now.unattributed()
