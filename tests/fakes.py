"""Fakes of the ports: plain values in memory. A test says only what matters to it."""

from __future__ import annotations

import fnmatch
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from msgspec.structs import replace

from deploy_checklist.outcome import IgnoredSignOff, Override, Unobservable
from deploy_checklist.signoffs.port import FoundSignOffs, SignOffRequest, Terms
from deploy_checklist.signoffs.unavailable import NoSignOffs
from deploy_checklist.world.clock import FixedClock
from deploy_checklist.world.dns_port import ResolvedName
from deploy_checklist.world.gate_port import PostedVerdict
from deploy_checklist.world.job_port import JobPlace, WrittenFile
from deploy_checklist.world.offline import OfflineGitHub, OfflineJob, OfflineProbes
from deploy_checklist.world.ports import (
    CommitCheckResult,
    HttpAnswer,
    HttpRequest,
    ReleaseState,
    SecretDate,
    WorkflowStepResult,
    World,
)
from deploy_checklist.world.variables import ProcessVariables

NOW = datetime(2026, 11, 22, 21, 14, tzinfo=UTC)

ASKED = SignOffRequest(
    item="KEY", key="KEY", section=("Payment",), words="`KEY` is scoped.", skippable=False
)


@dataclass
class FakeRepository:
    """Files in memory; every one is tracked unless `untracked` names it."""

    contents: Mapping[str, str | bytes] = field(default_factory=dict)
    ignored_paths: frozenset[str] = frozenset()
    untracked: frozenset[str] = frozenset()
    since: tuple[str | None, Sequence[str]] = (None, ())
    trouble: Unobservable | None = None
    waits: bool = False

    def place(self) -> str:
        return "this checkout at 4f2c91a"

    def name(self) -> str | None:
        return "acme/shop"

    def read(self, path: str, limit: int = 10_485_760) -> bytes | None:
        self._look()
        text = self.contents.get(path)
        if text is not None and len(text) > limit:
            raise Unobservable(f"{path} is larger than {limit} bytes")
        return text.encode() if isinstance(text, str) else text

    def kind(self, path: str) -> str | None:
        self._look()
        if path in self.contents:
            return "file"
        return "folder" if any(name.startswith(f"{path}/") for name in self.contents) else None

    def files(self, folder: str = "") -> Sequence[str]:
        self._look()
        inside = f"{folder.rstrip('/')}/" if folder else ""
        return [
            name
            for name in sorted(self.contents)
            if name.startswith(inside) and name not in self.untracked
        ]

    def ignored(self, paths: Sequence[str]) -> Mapping[str, bool]:
        self._look()
        return {path: path in self.ignored_paths for path in paths}

    def tracked(self, pathspecs: Sequence[str]) -> Sequence[str]:
        return [
            name for name in self.files() if any(fnmatch.fnmatch(name, spec) for spec in pathspecs)
        ]

    def changed(self, globs: Sequence[str]) -> tuple[str | None, Sequence[str]]:
        self._look()
        tag, names = self.since
        return tag, [name for name in names if any(fnmatch.fnmatch(name, glob) for glob in globs)]

    def _look(self) -> None:
        if self.trouble:
            raise self.trouble


@dataclass
class FakeGitHub:
    """What GitHub's API would say; `trouble` instead of any answer."""

    secrets: Mapping[str, SecretDate] = field(default_factory=dict)
    results: Sequence[CommitCheckResult] = ()
    steps: Sequence[WorkflowStepResult] = ()
    contents: Mapping[tuple[str, str], bytes] = field(default_factory=dict)
    tags: Sequence[str] = ()
    releases: Mapping[str, ReleaseState] = field(default_factory=dict)  # by tag
    verdicts: Mapping[str, PostedVerdict] = field(default_factory=dict)  # by environment
    trouble: Unobservable | None = None
    asked: list[tuple[str, str | None]] = field(default_factory=list)

    def posted_verdict(self, environment: str) -> PostedVerdict | None:
        self._look()
        return self.verdicts.get(environment)

    def secret(self, name: str, environment: str | None) -> SecretDate | None:
        self.asked.append((name, environment))
        self._look()
        return self.secrets.get(name)

    def check_results(self) -> Sequence[CommitCheckResult]:
        self._look()
        return self.results

    def step_results(self, workflows: Container[str]) -> Sequence[WorkflowStepResult]:
        self._look()
        return self.steps

    def has_tag(self, tag: str) -> bool:
        self._look()
        return tag in self.tags

    def release(self, tag: str) -> ReleaseState | None:
        self._look()
        return self.releases.get(tag)

    def read(self, repository: str, path: str, ref: str | None) -> bytes | None:
        self._look()
        return self.contents.get((repository, path))

    def _look(self) -> None:
        if self.trouble:
            raise self.trouble


@dataclass
class FakeSignOffs:
    """The same answer to every request; remembers the terms it was asked under."""

    found: FoundSignOffs = field(default_factory=FoundSignOffs)
    place: str | None = "PR #412"
    trouble: Unobservable | None = None
    terms: list[Terms] = field(default_factory=list)

    def waits(self, request: SignOffRequest) -> bool:
        return False

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        self.terms.append(terms)
        if self.trouble:
            raise self.trouble
        return replace(self.found, place=self.place)

    def override(self) -> Override | None:
        return None

    def unattributed(self) -> Sequence[IgnoredSignOff]:
        return ()


NOT_READ = NoSignOffs(unreadable=Unobservable("nobody's sign-offs can be read in this run"))


def job(
    values: Mapping[str, str] | None = None, *, withheld: bool = False, may_be_old: bool = False
) -> ProcessVariables:
    """The variables of a step in GitHub Actions."""
    return ProcessVariables.of_job(values or {}, withheld=withheld, may_be_old=may_be_old)


def shell(values: Mapping[str, str] | None = None) -> ProcessVariables:
    """The variables of a laptop's shell."""
    return ProcessVariables.of_shell(values or {})


def world(values: Mapping[str, str] | None = None, **parts: object) -> World:
    """A job in GitHub Actions that was handed `values`, and nothing else unless `parts` of World say so."""
    given: dict[str, object] = {
        "variables": job(values),
        "repository": FakeRepository(),
        "clock": FixedClock(NOW),
        "environment": "production",
        "sign_offs": NOT_READ,
        "request": ASKED,
    }
    asked = {name: part for name, part in parts.items() if part is not None}
    nobody = {
        "github": OfflineGitHub(laptop=True, offline=True),
        "has_github": False,
        "http": OfflineProbes(laptop=True),
        "tls": OfflineProbes(laptop=True),
        "redis": OfflineProbes(laptop=True),
        "dns": OfflineProbes(laptop=True),
        "job": OfflineJob(laptop=True, offline=True),
    }
    if "github" in asked:
        asked["has_github"] = True
    if parts.get("offline"):
        return World(**{**given, **asked, **nobody})  # type: ignore[arg-type]
    return World(**{**given, **nobody, **asked})  # type: ignore[arg-type]


@dataclass
class FakeJob:
    """The job `gate` of gate.yml, and the files that its steps wrote."""

    files: Mapping[str, WrittenFile] = field(default_factory=dict)
    started: datetime = NOW
    step: str | None = None
    trouble: Unobservable | None = None

    def place(self) -> JobPlace:
        if self.trouble:
            raise self.trouble
        return JobPlace(
            workflow=".github/workflows/gate.yml",
            job="gate",
            action="org/deploy-checklist",
            step=self.step,
        )

    def started_at(self) -> datetime:
        self.place()
        return self.started

    def read(self, path: str, limit: int) -> WrittenFile | None:
        self.place()
        return self.files.get(path)


@dataclass
class FakeDns:
    """What each name leads to; `trouble` instead of any answer."""

    names: Mapping[str, ResolvedName] = field(default_factory=dict)
    trouble: Unobservable | None = None

    def resolve(self, name: str, *, timeout: float) -> ResolvedName:
        if self.trouble:
            raise self.trouble
        return self.names.get(name, ResolvedName(addresses=(), canonical=()))


class FakeHttp:
    """One answer to every request."""

    def __init__(
        self, status: int = 200, body: bytes = b'{"a": "canary"}', kind: str = "application/json"
    ) -> None:
        self.answer = HttpAnswer(
            status=status,
            headers={"content-type": kind},
            body=body,
            truncated=False,
            address="192.0.2.1",
        )
        self.trouble: Exception | None = None
        self.requests: list[HttpRequest] = []

    def send(self, request: HttpRequest) -> HttpAnswer:
        self.requests.append(request)
        if self.trouble:
            raise self.trouble
        return self.answer
