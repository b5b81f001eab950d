"""What a run in GitHub Actions is made of: the event, the checkout, the step's `env:`. Where they become a World."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import reading
from .checklist.model import Phase
from .errors import Unusable
from .gate import Options
from .nobody import Nobody
from .report.model import TargetRef
from .rules.model import Rules
from .settings import Inputs, RunContext
from .target import Target, target
from .world.clock import SystemClock
from .world.environment import HandedOver
from .world.ports import People, World
from .world.probes import LiveProbes
from .world.repository import WorkTree

_DEPENDABOT = "dependabot[bot]"
_WITHOUT_SECRETS = frozenset({"pull_request", "pull_request_review"})  # GitHub gives a fork's run no secret on these


class Job:
    """The real things, built once and only as far as they are asked for."""

    def __init__(self, inputs: Inputs, context: RunContext, environ: Mapping[str, str]) -> None:
        self._inputs = inputs
        self._context = context
        self._root = Path(context.github_workspace or Path.cwd())
        self._target = _target(inputs, context)
        self._environment = HandedOver.of_job(environ, withheld=_withheld(self._target, context))
        self._repository = WorkTree(
            self._root,
            expected=self._commit,
            or_its_merge=self._target.pull_request is not None,
            search=os.defpath,  # the step's own PATH may name a folder of the workspace
        )

    def documents(self) -> reading.Documents:
        """The checklist and the rules file of the checkout, named by the inputs or found."""
        return reading.from_folder(self._root, self._below(self._inputs.checklist), self._below(self._inputs.rules))

    def rules(self, documents: reading.Documents) -> Rules:
        """The rules for the environment that is gated."""
        tag = self._target.tag
        builtins = {
            "environment": self._environment_name,
            "tag": tag,
            "version": tag.removeprefix("v") if tag else None,
            "commit": self._commit,
        }
        return reading.resolved(documents, self._environment_name, builtins)

    def world(self) -> World:
        """Everything a check may look at from here."""
        probes = None if self._inputs.offline else LiveProbes()
        return World(
            environment=self._environment,
            repository=self._repository,
            clock=SystemClock(),
            http=probes,
            tls=probes,
            redis=probes,
            offline=self._inputs.offline,
        )

    def people(self) -> People:
        """Nobody, as long as nothing of GitHub's is read."""
        return Nobody()

    def options(self, checklist: str) -> Options:
        """What the gate is told from outside; `checklist` is the path of the document."""
        return Options(
            phase=self._target.phase,
            deadline=self._inputs.deadline,
            mode=self._inputs.mode,
            strict=self._inputs.strict,
            target=TargetRef(
                repository=self._context.github_repository,
                commit=self._commit,
                pull_request=self._target.pull_request,
                tag=self._target.tag,
            ),
            links=self._links(checklist),
        )

    @property
    def _environment_name(self) -> str | None:
        return self._inputs.environment or self._target.environment

    @property
    def _commit(self) -> str:
        if self._target.commit is None:
            raise Unusable(
                f"on `{self._context.github_event_name}` only GitHub's API knows the commit to gate",
                hint="start the gate on pull_request, push or workflow_dispatch",
            )
        return self._target.commit

    def _below(self, path: str | None) -> Path | None:
        return self._root / path if path else None

    def _links(self, checklist: str) -> Mapping[str, str]:
        server, repository = self._context.github_server_url, self._context.github_repository
        links = {"run": self._context.run_url}
        if repository:
            links["file"] = f"{server}/{repository}/blob/{self._commit}/{quote(checklist)}"
            if self._target.pull_request is not None:
                links["pull_request"] = f"{server}/{repository}/pull/{self._target.pull_request}"
        return {name: link for name, link in links.items() if link}


def _target(inputs: Inputs, context: RunContext) -> Target:
    return target(
        context.github_event_name,
        _payload(context.github_event_path),
        phase=Phase(inputs.phase),
        sha=context.github_sha,
        ref=context.github_ref,
        attempt=context.github_run_attempt,
        commit=inputs.commit,
    )


def _payload(path: str | None) -> Mapping[str, Any]:
    """The webhook's own words; they are data, whoever wrote the pull request's title."""
    if path is None:
        return {}
    try:
        payload = json.loads(Path(path).read_bytes())
    except (OSError, ValueError):
        raise Unusable("the event's payload (GITHUB_EVENT_PATH) cannot be read") from None
    return payload if isinstance(payload, dict) else {}


def _withheld(run: Target, context: RunContext) -> bool:
    """GitHub gives no values to forks and Dependabot, and a re-run gets those of its first attempt."""
    unsigned = context.github_event_name in _WITHOUT_SECRETS
    return run.re_run or (unsigned and (run.from_fork or context.github_actor == _DEPENDABOT))
