"""The fake GitHub itself: accounts, tokens, clock, faults, the record of requests, and the server on 127.0.0.1."""

from __future__ import annotations

import itertools
import json
import socket
import struct
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import RLock, Thread
from typing import Any, NamedTuple, Self
from urllib.parse import parse_qs, urlencode, urlsplit

from . import contract, graph
from .faults import AFTER, ANSWERS, Fault
from .rest import HANDLERS, Answer, Call, Page
from .state import Account, Comment, Issue, Repository, Team, Text, ticked

GATE_PERMISSIONS = {
    "metadata": "read", "contents": "read", "pull_requests": "write", "issues": "write", "statuses": "write",
    "checks": "read", "actions": "read",
}  # fmt: skip
ACTIONS_BOT = 41898282


class Seen(NamedTuple):
    """One request as the server saw it."""

    method: str
    path: str
    token: str | None
    status: int


class Token:
    """What a token may do. `repositories` None: all that the fake has."""

    def __init__(self, name: str, account: Account, permissions: dict[str, str], repositories: set[str] | None) -> None:
        self.name = name
        self.account = account
        self.permissions = permissions
        self.repositories = repositories

    def may(self, needed: str) -> bool:
        return any(self._has(*choice.split(":")) for choice in needed.split("|"))

    def _has(self, name: str, level: str) -> bool:
        return self.permissions.get(name) in ((level, "write") if level == "read" else ("write",))

    def sees(self, repository: Repository) -> bool:
        return self.repositories is None or repository.full_name in self.repositories or not repository.private


class FakeHub:
    """A GitHub of one's own. Use it as a context manager; leaving it asserts that its contract was kept."""

    def __init__(self, now: datetime = datetime(2026, 11, 22, 21, 0, tzinfo=UTC)) -> None:
        self.clock = now.replace(microsecond=0)
        self.ids = itertools.count(1001)
        self.accounts: dict[str, Account] = {}
        self.repositories: dict[str, Repository] = {}
        self.teams: dict[tuple[str, str], Team] = {}
        self.tokens: dict[str, Token] = {}
        self.faults: list[Fault] = []
        self.requests: list[Seen] = []
        self.violations: list[str] = []
        self.hidden = False  # a missing permission shows as 404 instead of 403
        self.tree_limit = 100_000
        self.lock = RLock()
        self.bot = self.user("github-actions", kind="Bot", id=ACTIONS_BOT)
        self.token("gate", self.bot)
        self._server: ThreadingHTTPServer | None = None
        self.start()

    # Time

    def now(self) -> datetime:
        return self.clock

    def advance(self, **by: float) -> None:
        """Lets time pass; GitHub knows whole seconds only."""
        self.clock = (self.clock + timedelta(**by)).replace(microsecond=0)

    # Who

    def user(self, login: str | Account | None, *, kind: str = "User", id: int | None = None) -> Any:
        """The account of that name, made at first mention ("x[bot]" is a bot); None is a deleted one."""
        if login is None or isinstance(login, Account):
            return login
        if login.endswith("[bot]"):
            login, kind = login.removesuffix("[bot]"), "Bot"
        account = self.accounts.get(login.lower())
        if account is None:
            account = Account(login, id if id is not None else next(self.ids), kind)
            self.accounts[login.lower()] = account
        return account

    def team(self, organization: str, slug: str, **members: str) -> Team:
        """`members` are logins (with _ for -) and "active" or "pending"."""
        team = Team(organization, slug, {login.replace("_", "-"): state for login, state in members.items()})
        self.teams[organization.lower(), slug] = team
        for login in team.members:
            self.user(login)
        return team

    def token(
        self, name: str, account: str | Account | None = None, permissions: dict[str, str] | None = None,
        repositories: set[str] | None = None,
    ) -> str:  # fmt: skip
        """A token by its name, which is its text too."""
        granted = GATE_PERMISSIONS if permissions is None else {"metadata": "read", **permissions}
        self.tokens[name] = Token(name, self.user(account or "github-actions"), dict(granted), repositories)
        return name

    def repository(
        self, full_name: str = "acme/shop", *, private: bool = True, files: dict[str, str | bytes | None] | None = None
    ) -> Repository:
        """A repository with a first commit on main."""
        owner = self.user(full_name.split("/", maxsplit=1)[0], kind="Organization")
        repo = Repository(full_name, next(self.ids), owner, self.now, self.user, self.ids, private=private)
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

    def fault(self, kind: str, method: str = "*", path: str = "", *, times: int = 1, seconds: float = 0.0) -> Fault:
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
        handler = type("Handler", (_Handler,), {"hub": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()

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

    def struck(self, method: str, path: str) -> Fault | None:
        for fault in self.faults:
            if fault.strikes(method, path):
                fault.times -= 1
                return fault
        return None

    def violated(self, faults: list[str]) -> None:
        self.violations += faults
        contract.VIOLATIONS.extend(faults)

    def answer(self, token: Token | None, method: str, target: str, body: Any) -> tuple[int, dict[str, str], Any]:
        url = urlsplit(target)
        if token is None:
            return 401, {}, {"message": "Bad credentials"}
        if url.path.endswith("/graphql"):
            answered, faults = graph.execute(self, token, body["query"], body.get("variables") or {})
            self.violated(faults)
            return 200, {}, answered
        return self._rest(token, method, url.path, parse_qs(url.query), body)

    def _rest(
        self, token: Token, method: str, path: str, query: dict[str, list[str]], body: Any
    ) -> tuple[int, dict[str, str], Any]:
        asked = contract.operation(method, path)
        if asked is None or asked.key not in HANDLERS:
            self.violated(
                [f"{method} {path}: {'not in the contract' if asked is None else 'the fake has no such operation'}"]
            )
            return 404, {}, {"message": "Not Found"}
        self.violated(contract.check_request(asked, query, body))
        handler, needed = HANDLERS[asked.key]
        headers: dict[str, str] = {}
        try:
            if not token.may(needed):
                raise Answer(404, "Not Found") if self.hidden else Answer(403, "Resource not accessible by integration")
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
        schema = described["content"]["application/json"]["schema"]
        return contract.filled(schema, given, self.url, self.clock.strftime("%Y-%m-%dT%H:%M:%SZ"))

    def _page(self, page: Page, path: str, query: dict[str, list[str]]) -> tuple[Any, dict[str, str]]:
        size, number = int(query.get("per_page", ["30"])[0]), int(query.get("page", ["1"])[0])
        size = min(size, 100)
        items = page.items[(number - 1) * size : number * size]
        headers = {}
        if number * size < len(page.items):
            following = urlencode({**{name: values[-1] for name, values in query.items()}, "page": str(number + 1)})
            headers["Link"] = f'<{self.url}{path}?{following}>; rel="next", <{self.url}{path}?page=99>; rel="last"'
        return ({"total_count": len(page.items), page.key: items} if page.key else items), headers


class _Handler(BaseHTTPRequestHandler):
    hub: FakeHub
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: object) -> None:
        pass

    def do_GET(self) -> None:
        self.serve()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date header, by the fake's own clock."""
        return format_datetime(self.hub.clock, usegmt=True)

    def serve(self) -> None:
        hub = self.hub
        length = int(self.headers.get("Content-Length") or 0)
        raw = self.rfile.read(length)
        body = json.loads(raw) if raw else None
        name = (self.headers.get("Authorization") or "").removeprefix("token ").removeprefix("Bearer ")
        path = urlsplit(self.path).path
        with hub.lock:
            fault = hub.struck(self.command, path)
            if fault is None or fault.kind in AFTER:
                status, headers, answer = hub.answer(hub.tokens.get(name), self.command, self.path, body)
            if fault is not None and fault.kind in ANSWERS:
                status, headers, answer = self._failing(fault)
            elif fault is not None and fault.kind == "reset":
                status, headers, answer = 0, {}, None
            hub.requests.append(Seen(self.command, self.path, name or None, status))
        self._send(fault, status, headers, json.dumps(answer).encode())

    def _failing(self, fault: Fault) -> tuple[int, dict[str, str], Any]:
        status, headers, answer = ANSWERS[fault.kind]
        reset = headers.get("x-ratelimit-reset", "")
        if reset.startswith("+"):
            headers = {**headers, "x-ratelimit-reset": str(int(self.hub.clock.timestamp()) + int(reset))}
        return status, headers, answer

    def _send(self, fault: Fault | None, status: int, headers: dict[str, str], answer: bytes) -> None:
        kind = fault.kind if fault else ""
        if kind in ("reset", "reset-after"):
            # linger 0: the close is a reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
            self.close_connection = True
            return
        if kind == "slow" and fault:
            time.sleep(fault.seconds)
        if kind == "html":
            status, answer = 200, b"<html>a proxy</html>"
        self.send_response(status)
        self.send_header("Content-Type", "text/html" if kind == "html" else "application/json; charset=utf-8")
        self.send_header("Content-Length", str(len(answer)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(answer[: len(answer) // 2] if kind == "truncated" else answer)
        except OSError:
            return  # the client did not wait
        if kind == "truncated":
            self.connection.close()
            self.close_connection = True


__all__ = ["ACTIONS_BOT", "GATE_PERMISSIONS", "Comment", "FakeHub", "Issue", "Seen", "Token"]
