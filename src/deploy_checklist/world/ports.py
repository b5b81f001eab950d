"""The ports: small protocols through which checks read from this machine, the network and GitHub.

For sign-offs see signoffs/port.py, for names dns_port.py, for the run's job job_port.py.
"""

from __future__ import annotations

from collections.abc import Container, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from ..opaque import OpaqueStruct
from ..outcome import Unobservable
from ..signoffs.port import SignOffRequest, SignOffs
from ..storage import Storage
from .dns_port import Dns
from .gate_port import PostedVerdicts
from .job_port import ThisJob


class NotInThisRun(Unobservable):
    """This run has no such port: it is offline, or has no token for GitHub."""


class Absence(StrEnum):
    """Why there is no value. Only EMPTY and, for a rule, UNSET are faults of the team's setup."""

    # Passed to the step, but empty: the secret is not set.
    EMPTY = "empty"
    # On a laptop only. A rule judges it like EMPTY, but inference does not count it as evidence.
    UNSET = "not set"
    # The step has no `env:` line for it.
    NOT_HANDED_OVER = "not passed to the step"
    # GitHub gives no values to forks and Dependabot.
    WITHHELD = "withheld"
    # PATH, CI, GITHUB_*: the runner sets them, so the team's values are not known.
    RESERVED = "set by the runner itself"


class Value(OpaqueStruct, frozen=True):
    """A variable's value. It has no repr and no str, so that it cannot slip into a message."""

    text: str

    def __str__(self) -> str:
        return "<a value>"

    __repr__ = __str__


class EnvFile(Struct, frozen=True, kw_only=True):
    """A file with lines NAME=value, without the values."""

    name: str  # "config/.env.production", as it was typed; of an absolute path its last part
    lines: Mapping[str, tuple[int, ...]]  # where each name is set; the last line counts
    empty: frozenset[str] = frozenset()  # the names whose value is empty


class Variables(Protocol):
    """The variables that were passed to this process."""

    @property
    def laptop(self) -> bool:
        """Not in GitHub Actions."""

    @property
    def may_be_old(self) -> bool:
        """Whether GitHub may have passed the values of an earlier attempt."""

    def lookup(self, name: str) -> Value | Absence:
        """The value, or why there is none."""

    def place(self) -> str:
        """Where values come from, for evidence: "this job", "this shell", "the file
        .env.production".
        """

    def file(self) -> EnvFile | None:
        """The file that replaces the environment, if there is one."""


class Repository(Protocol):
    """The files of the repository at the gated commit. Paths are relative to its root, with `/`.

    Every method raises Unobservable if it cannot look: no git repository, a shallow one, another
    commit is checked out, or the path is refused (`..`, absolute, a link, `.git/`, `/proc`).
    """

    @property
    def waits(self) -> bool:
        """Whether each answer takes a request to another machine."""

    def place(self) -> str:
        """For evidence: "this checkout at 4f2c91a", "the folder x + uncommitted changes"."""

    def name(self) -> str | None:
        """The repository's full name, "acme/shop"; None if it is not known."""

    def read(self, path: str, limit: int = 10_485_760) -> bytes | None:
        """A file's bytes; None if it does not exist. Unobservable if it is larger than `limit`."""

    def kind(self, path: str) -> str | None:
        """ "file", "folder", or None if nothing is there."""

    def files(self, folder: str = "") -> Sequence[str]:
        """The files git tracks below `folder`; without git, every file that is there."""

    def ignored(self, paths: Sequence[str]) -> Mapping[str, bool]:
        """Whether git ignores each path (it need not exist)."""

    def tracked(self, pathspecs: Sequence[str]) -> Sequence[str]:
        """Tracked files that match any of the globs (`*` within a folder, `**` across)."""

    def changed(self, globs: Sequence[str]) -> tuple[str | None, Sequence[str]]:
        """The newest `v*` tag reachable from, not on, the commit; and matching files changed since.

        As in `.gitignore`, a glob without `/` matches in every folder, and a folder's name matches
        all that is in it. Without such a tag: None and every matching file. Unobservable if the
        checkout is shallow and nobody else can be asked.
        """


class Clock(Protocol):
    """The time, as a parameter."""

    def now(self) -> datetime:
        """An aware time in UTC."""


class SecretDate(Struct, frozen=True, kw_only=True):
    """When a secret was last updated, by GitHub's metadata. It holds no value."""

    name: str
    level: str  # environment | repository | organization
    updated_at: datetime


class CommitCheckResult(Struct, frozen=True, kw_only=True):
    """A check run or a status on the target commit."""

    name: str
    state: str  # success | failure | neutral | skipped | cancelled | pending | …
    own: bool  # made by this run
    source: str  # "check run" | "status"
    workflow: str = ""  # path of this commit's file whose job it is; "" if it is none, or unsure


class WorkflowStepResult(Struct, frozen=True, kw_only=True):
    """A step of a workflow job on the target commit."""

    workflow: str  # path of the workflow file
    job: str
    step: str
    number: int
    state: str  # success | failure | skipped | cancelled | pending
    event: str
    branch: str | None
    run_started: datetime


class ReleaseState(Struct, frozen=True, kw_only=True):
    """A release of this repository, as GitHub lists it."""

    draft: bool
    prerelease: bool


class NotPublished(Exception):
    """Something could not be written to GitHub. `reason` and `remedy` name the permission, and
    quote no other exception.
    """

    def __init__(self, reason: str, remedy: str | None = None) -> None:
        super().__init__(reason)
        self.reason = reason
        self.remedy = remedy


class GitHub(PostedVerdicts, Protocol):
    """What checks read from GitHub. 403, 404 and outages are Unobservable, with the permission
    that is needed.
    """

    def secret(self, name: str, environment: str | None) -> SecretDate | None:
        """The date of a secret; None only if every level was readable and none has the name."""

    def check_results(self) -> Sequence[CommitCheckResult]:
        """All check runs and statuses of the target commit. Those of the gate are marked."""

    def step_results(self, workflows: Container[str]) -> Sequence[WorkflowStepResult]:
        """Steps of the runs of these workflow files on the target commit, in the newest attempt."""

    def has_tag(self, tag: str) -> bool:
        """Whether this repository has the tag."""

    def release(self, tag: str) -> ReleaseState | None:
        """The release of a tag; None if GitHub lists none. A draft is listed only for a token that
        may write.
        """

    def read(self, repository: str, path: str, ref: str | None) -> bytes | None:
        """A file of another repository, with `metadata-token`; None if it is not there."""


class HttpRequest(OpaqueStruct, frozen=True, kw_only=True):
    """One request of a probe. Credentials in `headers` go only to the host of `url`.

    `timeout` bounds the whole probe: name look-up, connection, handshake, answer and one retry.
    Where several requests share it, `left` is what the earlier ones left of it. `called` is what
    messages call the host: only the rule knows whether they may name it.
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
    limit: int = 1_048_576  # at most so many bytes of the body are read


class HttpAnswer(OpaqueStruct, frozen=True, kw_only=True):
    """A server's answer. Redirects are not followed. `body` never leaves the check.

    `truncated`: the body is longer than asked for, cut, or in an encoding that was not asked for.
    """

    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes
    truncated: bool
    address: str = ""  # that was connected to
    retried: bool = False


class Http(Protocol):
    """HTTP probes."""

    def send(self, request: HttpRequest) -> HttpAnswer:
        """The answer; Unobservable if the host cannot be reached, the time is up, or the address is
        refused. CertificateFault and ProtocolFault if the host was reached but is at fault.
        """


class ServiceFault(Exception):
    """The server itself is at fault: `message` says how, `remedy` what to do. Neither quotes the
    server.
    """

    def __init__(self, message: str, remedy: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy


class CertificateFault(ServiceFault):
    """The server's certificate is wrong."""


class ProtocolFault(ServiceFault):
    """The port answers, but not in the expected protocol."""


class Certificate(Struct, frozen=True, kw_only=True):
    """The certificate at one address. `reached` is False if this machine has no route to it:
    GitHub's runners have none to IPv6.
    """

    address: str
    not_before: datetime | None
    not_after: datetime | None
    fault: str | None  # None: chain and name verified
    remedy: str | None
    reached: bool = True
    retried: bool = False
    # When the first of its issuers expires; None without issuers. Public roots do not count.
    issuers_end: datetime | None = None


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
    """A Redis server's answers to PING and PUBSUB."""

    pong: bool
    adapter_nodes: int | None
    fault: str | None  # "wrong password", "PING is not allowed to this user", …
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
        """Unobservable if it cannot be reached; ServiceFault if TLS or the protocol is wrong."""


class World(Struct, frozen=True, kw_only=True):
    """Everything that a check may read. A port that this run does not have raises NotInThisRun."""

    variables: Variables
    repository: Repository
    clock: Clock
    sign_offs: SignOffs
    github: GitHub
    http: Http
    tls: Tls
    redis: Redis
    dns: Dns
    job: ThisJob
    # The gated environment, whose secrets are read from GitHub.
    environment: str | None = None
    storage: Storage = Storage()  # where variables are to be stored
    # The sign-off that the current item needs.
    request: SignOffRequest | None = None
    offline: bool = False
    has_github: bool = True  # False: offline, or without a token for it
