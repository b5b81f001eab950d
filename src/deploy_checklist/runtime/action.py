"""The composition root of a run in GitHub Actions: event, checkout, the step's `env:`, and GitHub.

Making it sends no request. Then, in this order: `resolve` asks GitHub what is gated, `decide` reads
the documents that decide, `sign_offs` reads what was signed, and `world` gives the ports of the
checks.
"""

from __future__ import annotations

import os
import posixpath
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ..checklist.model import Phase
from ..deadline import Deadline
from ..engine.gate import Options
from ..engine.plan import reads_repository
from ..outcome import Override, Unobservable
from ..publish.files import remove_below
from ..publish.gate_files import GateFiles, address_with
from ..publish.status import GateStatus
from ..report.model import Rollback, TargetRef
from ..run import deploy_gate
from ..run.early_reads import ReadsOfRun
from ..run.environment_proof import Claimed, downgrade_to
from ..run.event import read_event
from ..run.gate_name import gate_name
from ..run.model import Answer, GatePolicy, NothingGated, ResolvedTarget, Run
from ..run.policy import read_policy
from ..run.resolve import (
    checkout_may_decide,
    decide,
    resolve,
    status_target,
    with_pull_request,
)
from ..run.trial import trial_of
from ..settings import Inputs, RunContext
from ..side_by_side import begun
from ..signoffs.port import SignOffs
from ..signoffs.unavailable import NoSignOffs
from ..world.clock import SystemClock
from ..world.compose import world_of
from ..world.ports import NotPublished, Repository, World
from ..world.repository import WorkTree
from ..world.variables import ProcessVariables
from .checkout import checkout_policy, is_checked_out
from .gate_status import (
    gate_files,
    posted_before,
    refuse_taken_comment,
    refuse_taken_status,
    status_name,
)
from .given_files import read_authorities, read_payload
from .late_answer import not_known_in_time
from .links import links
from .this_job import this_job
from .ticket import asked_commit

if TYPE_CHECKING:
    from ..report.evidence import EvidenceSubject
    from .github import GitHubConnection


class ActionRuntime:
    """The real ports, built once."""

    def __init__(self, inputs: Inputs, context: RunContext, environ: Mapping[str, str]) -> None:
        self.inputs = inputs
        self._context = context
        self._environ = environ
        self._root = Path(context.github_workspace or Path.cwd())
        self._event = read_event(inputs, context, read_payload(context.github_event_path))
        self._clock = SystemClock()
        self.began = self._clock.now()
        self._deadline = Deadline.after(inputs.deadline.total_seconds())
        self._own_authorities = read_authorities(self._root, inputs.ca_file)
        self._variables = ProcessVariables.of_job(
            environ,
            withheld=self._event.read_only,
            may_be_old=self._event.target.re_run,
        )
        self.github = _connection(inputs, context, self._deadline, self._own_authorities)
        self._early: ReadsOfRun | None = None
        self._claim: Future[Claimed] | None = None

    def secrets(self) -> tuple[str, ...]:
        """The tokens of the inputs and of the runner, for the filter that every output passes."""
        return (*self.inputs.secrets, *self._context.secrets)

    def resolve(self) -> Answer:
        """Asks GitHub what the event gates. A failure is returned, so that a status can show it."""
        if self.github is None:
            return None
        self._early = ReadsOfRun(self._event, self.inputs, self.github.reader)
        try:
            return resolve(
                self._event.target,
                self.inputs,
                self.github.reader,
                lagging=self._event.lagging,
                wait=self._wait,
                early=self._early,
                asked_commit=partial(asked_commit, self._event.environment, self.inputs),
            )
        except Unobservable as unavailable:
            return unavailable

    def _wait(self, seconds: float) -> None:
        """Waits until GitHub knows more. Nothing was checked yet, so this run is no older than one
        that ended in the meantime. Raises Unobservable if the deadline comes first.
        """
        if seconds >= self._deadline.remaining():
            raise not_known_in_time(self._deadline, self._event, self._context)
        time.sleep(seconds)
        self.began = self._clock.now()
        if self._early is not None:
            self._early.forget()

    def decide(self, answer: Answer) -> Run | NothingGated:
        """Reads the documents that decide: from GitHub, or from the checkout without a token.

        Raises Unusable, or Unobservable if GitHub does not answer and the checkout may not decide.
        """
        if isinstance(answer, ResolvedTarget) and answer.idle:
            return NothingGated(reason=answer.idle)
        try:
            policy = self._read_policy(answer)
        except Unobservable as unavailable:
            if not self._checkout_may_decide():
                raise
            policy = checkout_policy(self._root, self.inputs, unavailable)
        return decide(self._event, self.inputs, answer, policy)

    def status(self, answer: Answer, run: Run) -> GateStatus | None:
        """The status that this run posts; None: it posts none.

        Raises NameTaken if it is another gate's.
        """
        target = status_target(self._event, self.inputs, answer)
        if self.github is None or target is None or target.commit is None:
            return None
        files = gate_files(run)
        name = status_name(target, run.rules.environment, files.name)
        replaces = refuse_taken_status(run, name, self.github)
        status = self._status(self.github, target.commit, name, files)
        status.replaces = replaces
        return status

    def statuses_of_failure(self, answer: Answer) -> Sequence[GateStatus]:
        """The statuses of a run that ended before its documents were read: none of them remains.
        Nothing was judged, so they have the time of what is published.
        """
        if self.github is None:
            return ()
        event = self._event
        if isinstance(answer, Unobservable) and self.inputs.mode == "enforce":
            with suppress(Unobservable):  # then nothing is known that could get a status
                event = with_pull_request(event, self.github.late_reader)
        target = status_target(event, self.inputs, answer)
        if target is None or target.commit is None:
            return ()
        addresses: Mapping[str, str | None] = {}
        with suppress(NotPublished):  # posting the status will show why
            addresses = self.github.final_statuses.addresses(target.commit)
        found = posted_before(target, event.environment, self.inputs, addresses)
        commit, github = target.commit, self.github
        return [self._status(github, commit, name, files) for name, files in found.items()]

    def _status(
        self, github: GitHubConnection, commit: str, name: str, files: GateFiles
    ) -> GateStatus:
        return GateStatus(
            github.final_statuses,
            commit,
            name,
            address_with(self._context.run_url, files),
            began=self.began,
            now=self._clock.now,
            first=github.first_statuses,
        )

    def refuse_taken_comment(self, run: Run) -> None:
        """Raises NameTaken if another gate's comment is where this run's would be."""
        if self.github is not None and self.inputs.comment != "never":
            refuse_taken_comment(run, self.github, self.began)

    def remove_old_evidence(self) -> None:
        """Removes what an earlier run left there: none of it may pass for what this one found.
        Raises Unusable if it cannot be removed.
        """
        if self.inputs.evidence_file is not None:
            remove_below(self._root, self.inputs.evidence_file)

    def artefacts(self) -> Sequence[EvidenceSubject]:
        """Reads the files of the input `subjects`. Raises Unusable for what is not there."""
        if not self.inputs.subjects:
            return ()
        from .subjects import subjects  # only with evidence

        given = (self.inputs.report_file, self.inputs.evidence_file)
        without = [posixpath.normpath(path) for path in given if path]
        return subjects(self._root, self.inputs.subjects, without, named_by="input subjects")

    def begin_beside_status(self, run: Run) -> None:
        """Begins to read what nobody changes while the first status is written: the files of the
        commit, the approvals of this run, the job's identity.
        """
        if run.to_prove is not None and not self.inputs.offline:
            self._claim = begun(self._ask_claim)
        if self.github is None or run.resolved is None or run.unavailable:
            return
        self.github.begin_approvals(run)
        looks = run.target.phase is not Phase.AFTER and reads_repository(run.rules)
        if looks and self._repository(run).waits:
            self.github.tree(run.commit, run.tree).begin()

    def sign_offs(self, run: Run, rollback: Rollback | None) -> SignOffs:
        """What people signed; nothing where GitHub is not asked."""
        if run.unavailable or run.resolved is None or self.github is None:
            return NoSignOffs(unreadable=run.unavailable)
        return self.github.read_sign_offs(run, run.resolved, self.began, rollback)

    def world(self, run: Run, sign_offs: SignOffs) -> World:
        """Everything that a check may use."""
        gate = gate_name(run.rules, run.checklist.path)
        return world_of(
            variables=self._variables,
            repository=self._repository(run),
            clock=self._clock,
            sign_offs=sign_offs,
            github=self.github.answers(run.commit, gate) if self.github else None,
            job=this_job(self._event, run, self._context, self._root, self.github),
            offline=self.inputs.offline,
        )

    def claimed_environment(self, run: Run) -> Claimed:
        """Which environment the deploy job's identity names; None: it names none."""
        return self._claim.result() if self._claim and run.to_prove is not None else None

    def _ask_claim(self) -> Claimed:
        from ..github.identity import environment_claim  # only in the deploy job

        try:
            return environment_claim(self._environ, self._deadline.remaining, self._own_authorities)
        except Unobservable as unavailable:
            return unavailable

    def options(
        self, run: Run, claimed: Claimed, override: Override | None, rollback: Rollback | None
    ) -> Options:
        """How the gate is to judge this run."""
        return Options(
            phase=run.target.phase,
            deadline=self._deadline,
            mode=run.mode,
            trial=trial_of(run, self.inputs),
            strict=self.inputs.strict,
            gate=gate_name(run.rules, run.checklist.path),
            deploy_gate=self._has_deploy_gate(run),
            downgrade_to=downgrade_to(claimed, run.to_prove, strict=self.inputs.strict),
            target=TargetRef(
                repository=self._context.github_repository,
                commit=run.commit,
                pull_request=run.target.pull_request,
                tag=run.target.tag,
                ticket=run.resolved.ticket_to_sign if run.resolved else None,
            ),
            links=links(run, self._context),
            override=override,
            override_by=run.overridden_by,
            rollback=rollback,
        )

    def _read_policy(self, answer: Answer) -> GatePolicy:
        if isinstance(answer, Unobservable):
            raise answer
        if answer is None or self.github is None:
            return checkout_policy(self._root, self.inputs)
        branch = self._event.branch_of(answer.target.commit)
        posts = status_target(self._event, self.inputs, answer) is not None
        # Another token posts it: this one need not be allowed to read it.
        statuses = posts and self.inputs.status_token is None
        return read_policy(
            answer,
            self.inputs,
            self.github.reader,
            branch=branch,
            statuses=statuses,
            early=self._early,
        )

    def _checkout_may_decide(self) -> bool:
        """Whether a trusted branch's commit is gated, and is checked out in the workspace."""
        if not checkout_may_decide(self._event, self.inputs):
            return False
        return is_checked_out(self._root, self._event.target.commit)

    def _repository(self, run: Run) -> Repository:
        """The checkout, if it is the gated commit or GitHub's merge of it; else the API's."""
        tree = partial(self.github.tree, known=run.tree) if self.github and run.resolved else None
        here = WorkTree(
            self._root,
            expected=run.commit,
            or_its_merge=run.target.pull_request is not None,
            search=os.defpath,  # the step's own PATH may name a folder of the workspace
            elsewhere=tree,
        )
        if tree is None:
            return here
        try:
            here.place()
        except Unobservable:
            return tree(run.commit)
        return here

    def _has_deploy_gate(self, run: Run) -> bool:
        """Whether the gated commit's own workflows run the gate again in the deploy job."""
        if run.tree is None or run.target.phase is not Phase.BEFORE:
            return False
        expected = deploy_gate.DeployGateStep(
            action=self._context.own_action,
            on_github_com=self._context.github_server_url == "https://github.com",
            environment=run.rules.environment,
            checklist=self.inputs.checklist,
            rules=self.inputs.rules,
        )
        files = {path: data for path, data in run.tree.files.items() if data is not None}
        return deploy_gate.is_proven(files, expected)


def _connection(
    inputs: Inputs,
    context: RunContext,
    deadline: Deadline,
    own_authorities: bytes | None,
) -> GitHubConnection | None:
    """GitHub, if there is a token and the run is not offline."""
    if inputs.offline or inputs.github_token is None:
        return None
    from .github import GitHubConnection  # only with a token

    return GitHubConnection(inputs, context, inputs.github_token, deadline, own_authorities)
