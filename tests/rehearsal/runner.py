"""Carries out the workflows of a repository of the fake GitHub: the gate as the real process, the probes as they are."""

from __future__ import annotations

import base64
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from itertools import count, repeat
from pathlib import Path
from threading import Condition, Thread
from typing import Any

import yaml

from servers.github import FakeHub
from servers.github.repository import Repository
from servers.github.state import Account, Run
from servers.web import Answer, Asked
from stories.telling import Story

PATIENCE = 60.0  # seconds for what a test's GitHub waits for


class Runner:
    """Runs what an event starts, each job in a thread and a folder of its own.

    `signals` reach a container when its run is cancelled. `claims` are those of the identity token.
    `old_secrets`: a re-run is handed those of the repository that the first attempt had.
    `approvals_stay`: a re-run needs none of its own.
    """

    def __init__(self, hub: FakeHub, folder: Path, action: str) -> None:
        self.hub = hub
        self.action = action
        self.signals = (signal.SIGINT, signal.SIGTERM)
        self.claims: dict[str, str] = {"environment": "production"}
        self.old_secrets = True
        self.approvals_stay = False
        self.identity_url = ""
        self._folder = folder
        self._numbers = count(1)
        self._told: dict[int, tuple[str, Mapping[str, Any], str, str]] = {}
        self._queued_secrets: dict[int, dict[tuple[str | None, str], str]] = {}
        self._groups: dict[str, list[int]] = {}
        self._changed = Condition()
        self.threads: list[Thread] = []
        hub.happened = self.begin  # type: ignore[method-assign]
        hub.run_again = self.again  # type: ignore[method-assign]

    def begin(
        self,
        repo: Repository,
        event: str,
        payload: dict[str, Any],
        ref: str,
        sha: str,
        sender: Account,
    ) -> None:
        for path, text in repo.commits[sha].files.items():
            if not path.startswith(".github/workflows/"):
                continue
            workflow = yaml.safe_load(text)
            listens = workflow.get("on", workflow.get(True))
            if event not in listens or not listened(listens[event] or {}, payload, ref):
                continue
            if event == "workflow_dispatch" and payload["workflow"] != path:
                continue
            branch = ref.split("/", 2)[2]
            run = repo.run(sha, path, event=event, branch=branch)
            self._told[run.id] = (event, payload, ref, sender.login)
            self._queued_secrets[run.id] = dict(repo.secret_values)
            self._start(repo, run)

    def again(self, repo: Repository, run: Run) -> None:
        run.attempt += 1
        run.state = ""
        if not self.old_secrets:
            self._queued_secrets[run.id] = dict(repo.secret_values)
        self._start(repo, run)

    def _start(self, repo: Repository, run: Run) -> None:
        workflow = yaml.safe_load(repo.commits[run.sha].files[run.path])
        event, payload, _, _ = self._told[run.id]
        jobs = {n: job for n, job in workflow["jobs"].items() if asked(job, event, payload)}
        run.jobs = [(name, None, []) for name in jobs]
        for index, (name, job) in enumerate(jobs.items()):
            reviewed = repo.reviewers.get(environment_of(job) or "")
            if reviewed and not (self.approvals_stay and run.attempt > 1):
                run.held.append(environment_of(job) or "")
            thread = Thread(target=self._job, args=(repo, run, index, name, job), daemon=True)
            self.threads.append(thread)
            thread.start()

    def _job(
        self, repo: Repository, run: Run, index: int, name: str, job: Mapping[str, Any]
    ) -> None:
        group = self._group(run, job)
        conclusion = "failure"
        try:
            until(lambda: environment_of(job) not in run.held or run.state == "cancelled")
            first = self._its_turn(group, run)
            conclusion = self._steps(repo, run, job) if first else "cancelled"
        finally:
            with self._changed:
                self._groups[group].remove(run.id)
                self._changed.notify_all()
            run.jobs[index] = (name, conclusion, [])
            if all(ended for _, ended, _ in run.jobs):
                run.state = "completed"

    def _group(self, run: Run, job: Mapping[str, Any]) -> str:
        """The concurrency group, which the run joins; of those that wait the newest alone stays."""
        _, payload, _, _ = self._told[run.id]
        about = payload.get("number") or payload.get("issue", {}).get("number") or run.sha
        group = str((job.get("concurrency") or {}).get("group", f"{run.id} {id(job)}"))
        name = re.sub(r"\$\{\{.*?\}\}", str(about), group, flags=re.DOTALL)
        with self._changed:
            queue = self._groups.setdefault(name, [])
            del queue[1:]
            queue.append(run.id)
            self._changed.notify_all()
        return name

    def _its_turn(self, group: str, run: Run) -> bool:
        with self._changed:
            queue = self._groups[group]
            self._changed.wait_for(
                lambda: run.id not in queue or queue[0] == run.id, timeout=PATIENCE
            )
            if run.id not in queue:
                queue.append(run.id)  # so that it can be taken off again
                return False
            return True

    def _steps(self, repo: Repository, run: Run, job: Mapping[str, Any]) -> str:
        token = self.hub.token(f"ghs_{run.id}_{next(self._numbers)}", permissions=granted(job))
        workspace = self._folder / f"{run.id}-{next(self._numbers)}"
        workspace.mkdir(parents=True)
        for step in job["steps"]:
            if run.state == "cancelled":
                return "cancelled"
            code = self._step(repo, run, job, step, workspace, token)
            if code:
                return "failure"
        return "success"

    def _step(
        self,
        repo: Repository,
        run: Run,
        job: Mapping[str, Any],
        step: Mapping[str, Any],
        workspace: Path,
        token: str,
    ) -> int:
        """The exit code of a step."""
        uses = step.get("uses", "")
        context = {"github.token": token}
        context |= {f"inputs.{n}": v for n, v in self._told[run.id][1].get("inputs", {}).items()}
        context |= self._secrets(repo, run, environment_of(job))
        env = {n: filled(v, context) for n, v in (step.get("env") or {}).items()}
        if uses.startswith("actions/checkout@"):
            for path, data in repo.commits[run.sha].files.items():
                (workspace / path).parent.mkdir(parents=True, exist_ok=True)
                (workspace / path).write_bytes(data)
            return 0
        environ = {**self._environ(repo, run, job), **env}
        if uses == self.action:
            inputs = {n: filled(v, context) for n, v in step["with"].items()}
            return self._gate(repo, run, inputs, env, token)
        if uses.startswith("./"):
            program = str(workspace / uses.removeprefix("./") / "probe.py")
            return self._container(run, [sys.executable, program, "container"], environ)
        words = step["run"].split("#")[0].split()
        words = [sys.executable if word == "python3" else word for word in words]
        line = ["sh", words[0], *words[1:]] if words[0].endswith(".sh") else words
        return subprocess.run(line, cwd=workspace, env=environ, check=False).returncode

    def _secrets(self, repo: Repository, run: Run, environment: str | None) -> dict[str, str]:
        """Those of the repository as the run was queued, those of the environment as the job begins."""
        early = {n: v for (where, n), v in self._queued_secrets[run.id].items() if where is None}
        late = {n: v for (where, n), v in repo.secret_values.items() if where == environment}
        return {f"secrets.{name}": value for name, value in {**early, **late}.items()}

    def _environ(self, repo: Repository, run: Run, job: Mapping[str, Any]) -> dict[str, str]:
        identity = {
            "ACTIONS_ID_TOKEN_REQUEST_URL": self.identity_url,
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-the-runner",
        }
        return {
            "PATH": os.defpath,
            "GITHUB_API_URL": self.hub.url,
            "GITHUB_GRAPHQL_URL": self.hub.graphql_url,
            "GITHUB_REPOSITORY": repo.full_name,
            "GITHUB_REPOSITORY_OWNER": repo.owner.login,
            "GITHUB_SHA": run.sha,
            "GITHUB_ACTOR": self._told[run.id][3],
            "GITHUB_RUN_ATTEMPT": str(run.attempt),
            **(identity if "id-token" in job["permissions"] else {}),
        }

    def _gate(
        self,
        repo: Repository,
        run: Run,
        inputs: Mapping[str, str],
        values: Mapping[str, str],
        token: str,
    ) -> int:
        event, payload, ref, actor = self._told[run.id]
        folder = self._folder / f"gate-{next(self._numbers)}"
        story = Story(self.hub, repo, folder, inputs={}, values={}, runs=repeat(run.id))
        ran = story.run(
            event,
            payload,
            ref=ref,
            sha=run.sha,
            inputs=inputs,
            values=values,
            token=token,
            actor=actor,
            attempt=run.attempt,
            GITHUB_WORKFLOW_REF=f"{repo.full_name}/{run.path}@{ref}",
        )
        return ran.code

    def _container(self, run: Run, line: list[str], environ: Mapping[str, str]) -> int:
        with subprocess.Popen(line, env=dict(environ)) as process:
            until(lambda: run.state == "cancelled" or process.poll() is not None)
            for each in self.signals:
                process.send_signal(each)
                time.sleep(0.3)
            process.kill()
        return 137

    def identity(self, _: Asked) -> Answer:
        """What the runner answers who asks for the job's identity token."""
        claims = base64.urlsafe_b64encode(json.dumps(self.claims).encode()).rstrip(b"=").decode()
        return Answer(body=json.dumps({"value": f"e30.{claims}.c2ln"}).encode())


def listened(filters: Mapping[str, Any], payload: Mapping[str, Any], ref: str) -> bool:
    """Whether the filters of an event let it start the workflow."""
    kind, name = ref.split("/", 2)[1:]
    wanted = {"tags": filters.get("tags"), "heads": filters.get("branches")}
    other = {"tags": filters.get("branches"), "heads": filters.get("tags")}
    if payload.get("action") not in (None, *filters.get("types", [payload.get("action")])):
        return False
    if wanted[kind] is None:
        return other[kind] is None
    return any(fnmatchcase(name, glob) for glob in wanted[kind])


def asked(job: Mapping[str, Any], event: str, payload: Mapping[str, Any]) -> bool:
    """What the jobs' `if:` come down to here."""
    condition = str(job.get("if", ""))
    if "inputs.probe" in condition:
        return f"'{payload['inputs']['probe']}'" in condition
    if event == "issue_comment":
        by_bot = payload["comment"]["user"]["login"] == "github-actions[bot]"
        return by_bot and payload["sender"]["type"] == "User"
    return True


def environment_of(job: Mapping[str, Any]) -> str | None:
    found = job.get("environment")
    return found["name"] if isinstance(found, dict) else found


def granted(job: Mapping[str, Any]) -> dict[str, str]:
    return {name.replace("-", "_"): level for name, level in job["permissions"].items()}


def filled(text: object, context: Mapping[str, str]) -> str:
    return re.sub(r"\$\{\{\s*(.*?)\s*\}\}", lambda each: context.get(each[1], ""), str(text))


def until(condition: Callable[[], bool]) -> None:
    ends = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < ends:
        time.sleep(0.02)
