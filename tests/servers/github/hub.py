"""The fake GitHub itself: accounts, tokens, clock, faults, the record of requests, and the server on 127.0.0.1."""

from __future__ import annotations

import itertools
import time
from datetime import UTC, datetime, timedelta
from http.server import ThreadingHTTPServer
from importlib import import_module
from pathlib import Path
from threading import RLock, Thread
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from . import contract, graph
from .faults import Fault
from .repository import Repository
from .rest import HANDLERS, Answer, Call, Page
from .server import Handler, Seen
from .state import Account, Run, Team, Text, ticked

GATE_PERMISSIONS = {
    "metadata": "read",
    "contents": "read",
    "pull_requests": "write",
    "issues": "write",
    "statuses": "write",
    "checks": "read",
    "actions": "read",
}
ACTIONS_BOT = 41898282


for _operations in sorted(Path(__file__).parent.glob("rest_*.py")):
    import_module(f".{_operations.stem}", __package__)  # registers their handlers


class Token:
    """What a token may do. `repositories` None: all that the fake has."""

    def __init__(
        self,
        name: str,
        account: Account,
        permissions: dict[str, str],
        repositories: set[str] | None,
    ) -> None:
        self.name = name
        self.account = account
        self.permissions = permissions
        self.repositories = repositories

    def may(self, needed: str) -> bool:
        return any(self._has(*choice.split(":")) for choice in needed.split("|"))

    def _has(self, name: str, level: str) -> bool:
        return self.permissions.get(name) in ((level, "write") if level == "read" else ("write",))

    def sees(self, repository: Repository) -> bool:
        return (
            self.repositories is None
            or repository.full_name in self.repositories
            or not repository.private
        )


class FakeHub:
    """A GitHub of one's own. Use it as a context manager; leaving it asserts that its contract was kept."""

    def __init__(
        self, now: datetime = datetime(2026, 11, 22, 21, 0, tzinfo=UTC), *, ticking: bool = False
    ) -> None:
        """`ticking`: its clock goes on by itself, as that of a process that is its client does."""
        self._now = now
        self._since = time.monotonic() if ticking else None
        self.ids = itertools.count(1001)
        self.accounts: dict[str, Account] = {}
        self.repositories: dict[str, Repository] = {}
        self.teams: dict[tuple[str, str], Team] = {}
        self.tokens: dict[str, Token] = {}
        self.faults: list[Fault] = []
        self.requests: list[Seen] = []
        self.violations: list[str] = []
        self.hidden = False  # a missing permission shows as 404 instead of 403
        self.viewer_is_known = True  # GitHub tells a token whose it is
        self.tree_limit = 100_000
        # What GitHub's description leaves open, or a plan does not have.
        self.peels_tags = True
        self.rulesets_hold_releases = True
        self.has_reviewers = True
        self.lock = RLock()
        self.bot = self.user("github-actions", kind="Bot", number=ACTIONS_BOT)
        self.token("gate", self.bot)
        self._server: ThreadingHTTPServer | None = None
        self.start()

    # Time

    def now(self) -> datetime:
        """GitHub knows whole seconds only."""
        passed = 0.0 if self._since is None else time.monotonic() - self._since
        return (self._now + timedelta(seconds=passed)).replace(microsecond=0)

    def advance(self, **by: float) -> None:
        """Lets time pass."""
        self._now += timedelta(**by)

    # Who

    def user(
        self, login: str | Account | None, *, kind: str = "User", number: int | None = None
    ) -> Any:
        """The account of that name, made at first mention ("x[bot]" is a bot); None is a deleted one."""
        if login is None or isinstance(login, Account):
            return login
        if login.endswith("[bot]"):
            login, kind = login.removesuffix("[bot]"), "Bot"
        account = self.accounts.get(login.lower())
        if account is None:
            account = Account(login, number if number is not None else next(self.ids), kind)
            self.accounts[login.lower()] = account
        return account

    def team(self, organization: str, slug: str, **members: str) -> Team:
        """`members` are logins (with _ for -) and "active" or "pending"."""
        team = Team(
            organization, slug, {login.replace("_", "-"): state for login, state in members.items()}
        )
        self.teams[organization.lower(), slug] = team
        for login in team.members:
            self.user(login)
        return team

    def token(
        self,
        name: str,
        account: str | Account | None = None,
        permissions: dict[str, str] | None = None,
        repositories: set[str] | None = None,
    ) -> str:
        """A token by its name, which is its text too."""
        granted = GATE_PERMISSIONS if permissions is None else {"metadata": "read", **permissions}
        self.tokens[name] = Token(
            name, self.user(account or "github-actions"), dict(granted), repositories
        )
        return name

    def repository(
        self,
        full_name: str = "acme/shop",
        *,
        private: bool = True,
        files: dict[str, str | bytes | None] | None = None,
    ) -> Repository:
        """A repository with a first commit on main."""
        owner = self.user(full_name.split("/", maxsplit=1)[0], kind="Organization")
        repo = Repository(
            full_name, next(self.ids), owner, self.now, self.user, self.ids, private=private
        )
        self.repositories[full_name.lower()] = repo
        repo.commit("main", files or {"README.md": "shop\n"}, message="Begin")
        return repo

    # What people do to texts

    def edit(self, user: str | Account | None, text: Text, body: str) -> None:
        text.revise(self.user(user), body, self.now())

    def tick(self, user: str | Account | None, text: Text, box: str, *, on: bool = True) -> None:
        """A click on the box whose line contains `box`."""
        self.edit(user, text, ticked(text.body, box, on=on))

    def blank(self, user: str, text: Text, index: int) -> None:
        """Somebody deletes the content of a revision (0 is the oldest)."""
        text.blank(index, self.user(user), self.now())

    # Trouble

    def fault(
        self, kind: str, method: str = "*", path: str = "", *, times: int = 1, seconds: float = 0.0
    ) -> Fault:
        fault = Fault(kind, method, path, times, seconds)
        self.faults.append(fault)
        return fault

    def counted(self, method: str = "*", path: str = "") -> int:
        """How many requests there were."""
        return sum(method in ("*", seen.method) and path in seen.path for seen in self.requests)

    # The server

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def graphql_url(self) -> str:
        return f"{self.url}/graphql"

    def start(self) -> None:
        handler = type("Bound", (Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True
        ).start()

    def close(self) -> None:
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._server = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
        assert not self.violations, "\n".join(self.violations)

    # One request

    def before(self, method: str, path: str, token: str) -> None:
        """Is called before a request has any effect; a test may hold it back here."""

    def happened(
        self,
        repo: Repository,
        event: str,
        payload: dict[str, Any],
        ref: str,
        sha: str,
        sender: Account,
    ) -> None:
        """Is called when something happened that may start workflows; a test may start them here."""

    def run_again(self, repo: Repository, run: Run) -> None:
        """Is called when a run is to be run again; a test may do so here."""

    def struck(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.strikes(method, path):
                fault.times -= 1
                return fault
        return None

    def violated(self, faults: list[str]) -> None:
        self.violations += faults
        contract.VIOLATIONS.extend(faults)

    def answer(
        self, token: Token | None, method: str, target: str, body: Any
    ) -> tuple[int, dict[str, str], Any]:
        url = urlsplit(target)
        if token is None:
            return 401, {}, {"message": "Bad credentials"}
        if url.path.endswith("/graphql"):
            answered, faults = graph.execute(
                self, token, body["query"], body.get("variables") or {}
            )
            self.violated(faults)
            return 200, {}, answered
        return self._rest(
            token, method, url.path.removeprefix("/api/v3"), parse_qs(url.query), body
        )

    def _rest(
        self, token: Token, method: str, path: str, query: dict[str, list[str]], body: Any
    ) -> tuple[int, dict[str, str], Any]:
        asked = contract.operation(method, path)
        if asked is None or asked.key not in HANDLERS:
            self.violated(
                [
                    f"{method} {path}: {'not in the contract' if asked is None else 'the fake has no such operation'}"
                ]
            )
            return 404, {}, {"message": "Not Found"}
        self.violated(contract.check_request(asked, query, body))
        handler, needed = HANDLERS[asked.key]
        headers: dict[str, str] = {}
        try:
            if not token.may(needed):
                raise (
                    Answer(404, "Not Found")
                    if self.hidden
                    else Answer(403, "Resource not accessible by integration")
                )
            call = Call(self, token, asked.values, query, body)
            given = handler(call)
            if isinstance(given, Page):
                given, headers = self._page(given, path, query)
            status = call.status
            answered = self._filled(asked, status, given)
        except Answer as refusal:
            status, answered = refusal.status, refusal.body
        self.violated(contract.check_response(asked, status, answered))
        return status, headers, answered

    def _filled(self, asked: contract.Operation, status: int, given: Any) -> Any:
        described = contract.resolved(asked.description["responses"][str(status)])
        if "content" not in described:
            return None
        schema = described["content"]["application/json"]["schema"]
        return contract.filled(schema, given, self.url, self.now().strftime("%Y-%m-%dT%H:%M:%SZ"))

    def _page(
        self, page: Page, path: str, query: dict[str, list[str]]
    ) -> tuple[Any, dict[str, str]]:
        size, number = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
        size = min(size, 100)
        items = page.items[(number - 1) * size : number * size]
        headers = {}
        if number * size < len(page.items):
            following = urlencode(
                {**{name: values[-1] for name, values in query.items()}, "page": str(number + 1)}
            )
            headers["Link"] = (
                f'<{self.url}{path}?{following}>; rel="next", <{self.url}{path}?page=99>; rel="last"'
            )
        return ({"total_count": len(page.items), page.key: items} if page.key else items), headers
