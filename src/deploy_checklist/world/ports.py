"""Small Protocols through which checks look at the world. Every one is easy to fake."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from ..opaque import OpaqueStruct
from ..outcome import Unobservable
from ..signoffs.port import SignOffRequest, SignOffs
from ..storage import Storage


class NotInThisRun(Unobservable):
    """The run has no such port: it is offline, or it was given no token for GitHub."""


class Absence(StrEnum):
    """Why there is no value. They differ: only EMPTY (and, by a rule, UNSET) is a fault of the
    thing looked at.
    """

    EMPTY = "empty"  # handed over, but empty (the secret is not set)
    UNSET = "not set"  # on a laptop only: judged like EMPTY by rules, but no evidence for inference
    NOT_HANDED_OVER = "not handed over"  # the step has no `env:` line for it
    WITHHELD = "withheld"  # GitHub gives none to forks, Dependabot and re-runs of an old run
    RESERVED = "set by the runner itself"  # PATH, CI, GITHUB_*: the runner's own, no evidence of the team's


class Value(OpaqueStruct, frozen=True):
    """A variable's value. It has no repr and no str, so that it cannot slip into a message."""

    text: str

    def __str__(self) -> str:
        return "<a value>"

    __repr__ = __str__


class Variables(Protocol):
    """The variables that were handed to this process."""

    @property
    def laptop(self) -> bool:
        """Not in GitHub Actions."""

    def lookup(self, name: str) -> Value | Absence:
        """The value, or why there is none."""

    def place(self) -> str:
        """Where values come from, for evidence: "this job", "this shell", "the file
        .env.production".
        """

    def file(self) -> str | None:
        """The same, if a file stands for the environment."""


class Repository(Protocol):
    """The files of the repository at the gated commit. Paths are relative to its root, with `/`.

    Every method raises Unobservable if it cannot look (not a git repository, shallow, HEAD is
    another commit), and errors.Unusable never: a refused path (`..`, absolute, a link, `.git/`,
    `/proc`) is Unobservable with the reason.
    """

    @property
    def waits(self) -> bool:
        """Whether each answer is a request to another machine. A working tree's files are at hand."""

    def place(self) -> str:
        """For evidence: "this checkout at 4f2c91a", "the folder x + uncommitted changes"."""

    def read(self, path: str, limit: int = 10_485_760) -> bytes | None:
        """A file's bytes; None if there is no such file. Larger than `limit`: Unobservable."""

    def kind(self, path: str) -> str | None:
        """ "file", "folder", or None if nothing is there."""

    def files(self, folder: str = "") -> Sequence[str]:
        """The files git tracks below `folder`; without git, every file that is there."""

    def ignored(self, paths: Sequence[str]) -> Mapping[str, bool]:
        """Whether git ignores each path (it need not exist)."""

    def tracked(self, pathspecs: Sequence[str]) -> Sequence[str]:
        """Tracked files that match any of the globs (`*` within a folder, `**` across)."""

    def changed(self, globs: Sequence[str]) -> tuple[str | None, Sequence[str]]:
        """The newest `v*` tag reachable from, and not on, the commit; and the matching files
        changed since it.

        A glob without `/` matches in every folder, and one that is a folder's name all in it, as in
        `.gitignore`. No such tag: (None, every matching file). Shallow, and nobody else to ask:
        Unobservable, "fetch-depth: 0".
        """


class Clock(Protocol):
    """The time, as a parameter."""

    def now(self) -> datetime:
        """An aware time in UTC."""


class SecretDate(Struct, frozen=True, kw_only=True):
    """What GitHub's secret metadata says of a name; never a value."""

    name: str
    level: str  # environment | repository | organization
    updated_at: datetime


class CheckResult(Struct, frozen=True, kw_only=True):
    """A check run or a status on the target commit."""

    name: str
    state: str  # success | failure | neutral | skipped | cancelled | pending | …
    own: bool  # made by this run
    source: str  # "check run" | "status"


class StepResult(Struct, frozen=True, kw_only=True):
    """A step of a workflow job on the target commit."""

    workflow: str  # path of the workflow file
    job: str
    step: str
    number: int
    state: str  # success | failure | skipped | cancelled | pending
    event: str
    branch: str | None
    run_started: datetime


class NotPublished(Exception):
    """Something could not be written to GitHub: `reason` and `remedy` name the permission, no
    exception's text.
    """

    def __init__(self, reason: str, remedy: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


class GitHub(Protocol):
    """What GitHub tells of the own repository. 403, 404 and outages are Unobservable, naming the
    permission.
    """

    def secret(self, name: str, environment: str | None) -> SecretDate | None:
        """The metadata of a secret; None only if the parent was readable and the name is not there."""

    def check_results(self) -> Sequence[CheckResult]:
        """All check runs and statuses of the target commit, the own run marked."""

    def step_results(self) -> Sequence[StepResult]:
        """Steps of the workflow runs on the target commit, newest attempt of each run."""

    def read(self, repository: str, path: str, ref: str | None) -> bytes | None:
        """A file of another repository, with `metadata-token`; None if it is not there."""


class HttpRequest(OpaqueStruct, frozen=True, kw_only=True):
    """One request of a probe. Credentials in `headers` go only to the host of `url`.

    `timeout` bounds the whole probe: name look-up, connection, handshake, answer and one retry.
    Where several requests share it, `left` is what those before have left of it. Only the rule
    knows whether a message may name the host: `called` is what it is called there.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] | None = None
    body: bytes | None = None
    timeout: float = 10.0
    left: float | None = None  # seconds
    called: str = "the host"
    allow_private: bool = False
    ca_file: bytes | None = None
    limit: int = 1_048_576  # body bytes read at the most


class HttpAnswer(OpaqueStruct, frozen=True, kw_only=True):
    """A server's answer. Redirects are not followed; `body` never leaves the check."""

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    truncated: bool  # it is not all there is: longer than asked for, cut, or packed in a way that was not asked for
    address: str = ""  # the one that was connected to
    retried: bool = False


class Http(Protocol):
    """HTTP probes."""

    def send(self, request: HttpRequest) -> HttpAnswer:
        """The answer; Unobservable if the host cannot be reached, the time is up, or the address is
        refused.

        A bad certificate is CertificateTrouble, an answer in another protocol ProtocolTrouble:
        the thing looked at is wrong, not our means.
        """


class ServiceFault(Exception):
    """What was reached is wrong: `message` says how, `remedy` what to do. Both hold nothing the
    server said.
    """

    def __init__(self, message: str, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class CertificateFault(ServiceFault):
    """The server's certificate is wrong."""


class ProtocolFault(ServiceFault):
    """The port answers, but not in the protocol that is due there."""


class Certificate(Struct, frozen=True, kw_only=True):
    """What one address presented, verified or with the reason why not."""

    address: str
    not_before: datetime | None
    not_after: datetime | None
    trouble: str | None  # None: chain and name verified
    remedy: str | None
    reached: bool = True  # False: this machine has no route to addresses of that family (GitHub's runners have no IPv6)
    retried: bool = False
    issuers_end: datetime | None = (
        None  # the first of those it was verified by, a public root left out; None: none
    )


class Tls(Protocol):
    """TLS probes of every address of a name."""

    def certificates(
        self,
        host: str,
        port: int,
        *,
        timeout: float,
        allow_private: bool,
        ca_file: bytes | None,
        called: str = "the host",
    ) -> Sequence[Certificate]:
        """One per address; Unobservable if the name does not resolve or an address with a route
        cannot be reached.
        """


class RedisAnswer(Struct, frozen=True, kw_only=True):
    """What a Redis server said to PING and PUBSUB."""

    pong: bool
    adapter_nodes: int | None
    trouble: str | None  # "wrong password", "PING is not allowed to this user", …
    role: str | None = None
    remedy: str | None = None
    retried: bool = False


class Redis(Protocol):
    """Redis probes (RESP over TCP or TLS)."""

    def ping(
        self,
        url: Value,
        *,
        timeout: float,
        allow_private: bool,
        count_nodes: bool,
        ca_file: bytes | None = None,
        called: str = "the host",
    ) -> RedisAnswer:
        """Unobservable if it cannot be reached; Trouble if the certificate or the protocol is
        wrong.
        """


class World(Struct, frozen=True, kw_only=True):
    """Everything a check may look at. A port that this run has not got raises NotInThisRun."""

    variables: Variables
    repository: Repository
    clock: Clock
    sign_offs: SignOffs
    github: GitHub
    http: Http
    tls: Tls
    redis: Redis
    environment: str | None = (
        None  # of the environment that is gated: whose secrets GitHub is asked for
    )
    storage: Storage = Storage()  # where variables are to be stored
    request: SignOffRequest | None = (
        None  # what people are asked to confirm of the item that is looked at
    )
    offline: bool = False
