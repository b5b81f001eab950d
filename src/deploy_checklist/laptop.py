"""What a run on a laptop is made of: this folder, this shell, this clock. The one place where they become a World."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from . import reading
from .errors import Unusable
from .nobody import Nobody
from .report.model import TargetRef
from .rules.model import Rules
from .world.clock import FixedClock, SystemClock
from .world.environment import HandedOver
from .world.ports import Clock, People, World
from .world.probes import LiveProbes
from .world.repository import WorkTree


class Laptop:
    """The real things, built once and only as far as they are asked for."""

    def __init__(
        self,
        root: Path,
        environ: Mapping[str, str],
        *,
        env_file: Path | None = None,
        now: str | None = None,
        offline: bool = False,
    ) -> None:
        self._root = root
        self._environ = environ
        self._environment = HandedOver.of_shell(environ, env_file)
        self._clock = _clock(now)
        self._offline = offline
        self._repository = WorkTree(root)

    def documents(self, checklist: Path | None, rules: Path | None) -> reading.Documents:
        """The checklist and the rules file, given or found."""
        return reading.from_folder(self._root, checklist, rules)

    def rules(self, documents: reading.Documents, environment: str | None) -> Rules:
        """The rules for one environment. On a laptop a tag is known only if HEAD carries one."""
        return reading.resolved(documents, environment, self._builtins(environment))

    def target(self) -> TargetRef:
        """What is looked at: the working folder as it is."""
        return TargetRef(
            repository=self._repository.remote_name(),
            commit=self._repository.commit(),
            tag=self._repository.head_tag(),
            uncommitted=self._repository.uncommitted(),
        )

    def world(self) -> World:
        """Everything a check may look at from here."""
        probes = None if self._offline else LiveProbes()
        return World(
            environment=self._environment,
            repository=self._repository,
            clock=self._clock,
            http=probes,
            tls=probes,
            redis=probes,
            offline=self._offline,
        )

    def people(self) -> People:
        """On a laptop nobody can sign."""
        return Nobody()

    def values(self) -> Mapping[str, str]:
        """Every variable of the shell and the env file: what must not come out."""
        return self._environment.everything()

    def _builtins(self, environment: str | None) -> Mapping[str, str | None]:
        tag = self._repository.head_tag()
        version = tag.removeprefix("v") if tag else None
        return {"environment": environment, "tag": tag, "version": version, "commit": self._repository.commit()}


def _clock(now: str | None) -> Clock:
    if now is None:
        return SystemClock()
    try:
        return FixedClock.at(now)
    except ValueError:
        raise Unusable("--now takes an ISO 8601 time, such as 2026-11-22T21:14:00Z") from None
