"""What every REST operation of the fake is made of. A handler gives what matters; the contract fills in the rest."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from .repository import Repository
from .state import Account, Issue, Pull

if TYPE_CHECKING:
    from .hub import FakeHub, Token

Handler = Callable[["Call"], Any]
HANDLERS: dict[str, tuple[Handler, str]] = {}


class Answer(Exception):
    """An answer other than 200."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.body: dict[str, Any] = {
            "message": message,
            "documentation_url": "https://docs.github.com/rest",
        }
        if status == 422:
            self.body["errors"] = []


@dataclass
class Page:
    """A list the server cuts into pages; `key` holds it in an object with `total_count`."""

    items: list[Any]
    key: str | None = None


@dataclass
class Call:
    hub: FakeHub
    token: Token
    values: dict[str, str]
    query: dict[str, list[str]]
    body: Any
    status: int = 200

    @property
    def repo(self) -> Repository:
        repository = self.hub.repositories.get(
            f"{self.values['owner']}/{self.values['repo']}".lower()
        )
        if repository is None or not self.token.sees(repository):
            raise Answer(404, "Not Found")
        return repository

    def value(self, name: str) -> str:
        return unquote(self.values[name])

    def one(self, name: str, default: str = "") -> str:
        return self.query.get(name, [default])[-1]

    def sha(self, name: str = "ref") -> str:
        sha = self.repo.resolve(self.value(name))
        if sha is None:
            raise Answer(422, f"No commit found for SHA: {self.value(name)}")
        return sha

    def issue(self) -> Issue:
        issue = self.repo.issues.get(int(self.values["issue_number"]))
        if issue is None:
            raise Answer(404, "Not Found")
        if not self.repo.issues_enabled and not isinstance(issue, Pull):
            raise Answer(410, "Issues are disabled for this repo")
        return issue


def on(method: str, template: str, needs: str = "metadata:read") -> Callable[[Handler], Handler]:
    """Registers a handler; `needs` is a permission, or several of which one will do ("issues:read|checks:read")."""

    def register(handler: Handler) -> Handler:
        HANDLERS[f"{method} {template}"] = (handler, needs)
        return handler

    return register


REPO = "/repos/{owner}/{repo}"


def stamp(at: datetime | None) -> str | None:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ") if at else None


def user(account: Account | None) -> dict[str, Any] | None:
    return account and {
        "login": account.rest_login,
        "id": account.id,
        "type": account.kind,
        "node_id": f"U_{account.id}",
    }
