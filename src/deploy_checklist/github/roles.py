"""What a person may do here, and who is in a team."""

from __future__ import annotations

from threading import Lock

from ..outcome import Unobservable
from .client import Client, parsed, under
from .model import Permission


class Roles:
    """Permissions and memberships, each asked once in a run."""

    def __init__(self, client: Client, teams: Client | None) -> None:
        self._client = client
        self._teams = teams  # with `metadata-token`: a job's own token cannot read teams
        self._lock = Lock()
        self._permissions: dict[str, Permission] = {}
        self._members: dict[tuple[str, str, str], bool] = {}

    def permission(self, login: str) -> Permission:
        """The strongest thing `login` may do. Somebody GitHub does not know (any more) may do
        nothing.
        """
        with self._lock:
            if login not in self._permissions:
                self._permissions[login] = self._asked(login)
            return self._permissions[login]

    def member(self, organization: str, team: str, login: str) -> bool:
        """Whether `login` is an active member, child teams included; Unobservable if the team
        itself cannot be read.
        """
        key = (organization, team, login)
        with self._lock:
            if key not in self._members:
                self._members[key] = self._joined(*key)
            return self._members[key]

    def _asked(self, login: str) -> Permission:
        need = self._client.need(f"what @{login} may do", "metadata: read")
        answer = self._client.read_if_there(
            self._client.at("collaborators", login, "permission"), need
        )
        if answer is None:
            return Permission.NONE
        with parsed(need):
            # a custom role shows its own name; `permission` tells what it comes down to
            role, legacy = answer["role_name"], answer["permission"]
            return Permission(role if role in set(Permission) else legacy)

    def _joined(self, organization: str, team: str, login: str) -> bool:
        if self._teams is None:
            raise Unobservable(
                f"the members of @{organization}/{team} cannot be read with github-token",
                "hand over metadata-token with the organization permission Members: read",
            )
        need = self._teams.need(f"team @{organization}/{team}", "Members: read (organization)")
        path = under(f"/orgs/{organization}/teams", team)
        answer = self._teams.read_if_there(under(path, "memberships", login), need)
        if answer is None:
            self._teams.read(
                path, need
            )  # 404 here too: the team is hidden or not there, and that is not "no member"
            return False
        with parsed(need):
            return bool(answer["state"] == "active")
