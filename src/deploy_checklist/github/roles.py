"""What a person may do here, and who is in a team."""

from __future__ import annotations

from ..outcome import Unobservable
from .answers import Answers
from .client import Client, under
from .decode import decoded
from .model import Permission
from .rest_shapes import RestMembership, RestRole


class Roles:
    """Permissions and memberships, each asked once in a run."""

    def __init__(self, client: Client, teams: Client | None) -> None:
        self._client = client
        self._teams = teams  # with `metadata-token`: a job's own token cannot read teams
        self._permissions = Answers[Permission]()
        self._members = Answers[bool]()

    def permission(self, login: str) -> Permission:
        """The strongest thing `login` may do; nothing for an account that GitHub does not know."""
        return self._permissions.get(login, lambda: self._read_permission(login))

    def member(self, organization: str, team: str, login: str) -> bool:
        """Whether `login` is an active member of the team or of its child teams.

        Unobservable if the team itself cannot be read.
        """
        key = (organization, team, login)
        return self._members.get(key, lambda: self._read_membership(*key))

    def _read_permission(self, login: str) -> Permission:
        need = self._client.need(f"the permission of @{login}", "metadata: read")
        path = self._client.at("collaborators", login, "permission")
        answer = self._client.read_if_there(path, need)
        if answer is None:
            return Permission.NONE
        role = decoded(answer, RestRole, need)
        if role.role_name in set(Permission):
            return Permission(role.role_name)
        return role.permission

    def _read_membership(self, organization: str, team: str, login: str) -> bool:
        if self._teams is None:
            raise Unobservable(
                f"the members of @{organization}/{team} cannot be read with github-token",
                "pass metadata-token with the organization permission Members: read",
            )
        need = self._teams.need(f"team @{organization}/{team}", "Members: read (organization)")
        path = under(f"/orgs/{organization}/teams", team)
        answer = self._teams.read_if_there(under(path, "memberships", login), need)
        if answer is None:
            # A 404 also means that the team is hidden or does not exist, which is not "no member".
            self._teams.read(path, need)
            return False
        return decoded(answer, RestMembership, need).state == "active"
