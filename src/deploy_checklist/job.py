"""What a run in GitHub Actions is made of: event, checkout, the step's `env:`, and GitHub if it may be asked."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from .checklist.model import Checklist, Phase
from .deadline import Deadline
from .errors import Unusable
from .event import event_payload, event_target, without_secrets
from .gate import Options
from .journey import reading
from .journey.plan import nothing_asked, plan
from .outcome import Finding, Unobservable
from .people.unavailable import NoSignOffs
from .publish.status import GateStatus, context
from .report.model import Notice, TargetRef
from .rules.bind import bind
from .rules.model import Rules
from .settings import Inputs, RunContext
from .target import deploy_gate, provenance, trust
from .target.decide import Moment, Target
from .target.release_pr import trusted
from .world.clock import SystemClock
from .world.compose import world_of
from .world.environment import HandedOver
from .world.ports import Repository, SignOffs, World
from .world.repository import WorkTree

if TYPE_CHECKING:
    from .connected import Connected
    from .target.situation import Situation


class Job:
    """The real things, built once and only as far as they are asked for."""

    def __init__(self, inputs: Inputs, context: RunContext, environ: Mapping[str, str]) -> None:
        self._inputs = inputs
        self._context = context
        self._environ = environ
        self._root = Path(context.github_workspace or Path.cwd())
        self._payload = event_payload(context.github_event_path)
        self._event = event_target(inputs, context, self._payload)
        self.clock = SystemClock()
        self.began = self.clock.now()
        self._deadline = Deadline.after(inputs.deadline.total_seconds())
        self.read_only = without_secrets(self._event, context)
        self._environment = HandedOver.of_job(environ, withheld=self._event.re_run or self.read_only)

    @cached_property
    def _github(self) -> Connected | None:
        """GitHub, if there is a token and it may be asked."""
        if self._inputs.offline or self._inputs.github_token is None:
            return None
        from .connected import Connected  # what speaks to GitHub is loaded with a token

        return Connected(self._inputs, self._context, self._payload, self._event, self._deadline)

    @property
    def hub(self) -> Connected | None:
        """GitHub, if it is asked and tells what this run is about."""
        return None if self._unheard else self._github

    @cached_property
    def _unheard(self) -> Unobservable | None:
        """Why GitHub does not tell, where the checkout can be judged nevertheless; elsewhere it is raised."""
        try:
            if self._github is not None and self._github.place.idle is None:
                self._github.situation  # noqa: B018 - asks
        except Unobservable as trouble:
            if not self._own_words_count():
                raise
            return trouble
        return None

    def _own_words_count(self) -> bool:
        """A commit of a trusted branch is judged by its own words, and this run's own lies in the workspace."""
        branch = self._github.pushed(self._event) if self._github else None
        default = (self._payload.get("repository") or {}).get("default_branch") or ""
        if branch is None or self._event.ticket or not trusted(branch, default, self._inputs.trusted_branches):
            return False
        try:
            return bool(WorkTree(self._root, expected=self._event.commit, search=os.defpath).place())
        except Unobservable:
            return False

    @property
    def situation(self) -> Situation | None:
        """By whose words the target is judged; None if only the checkout can be read."""
        return self.hub.situation if self.hub else None

    @property
    def target(self) -> Target:
        """What is gated, as far as it is known."""
        return self.hub.place.target if self.hub else self._event

    @property
    def preview(self) -> bool:
        """The trusted branch has no checklist yet: the pull request's own is shown, and holds nothing."""
        return self.situation is not None and self.situation.untrusted

    @property
    def writes(self) -> bool:
        """Whether this run may write to GitHub."""
        return self.hub is not None and not self.read_only

    @property
    def comments(self) -> bool:
        """Whether this run keeps the comment true. A merge queue's run leaves it to the pull request's own runs."""
        queued = self._context.github_event_name == "merge_group"
        return self.writes and not queued and self.target.moment is not Moment.DEPLOY

    @property
    def strict(self) -> bool:
        """Drift is an error."""
        return self._inputs.strict

    @property
    def idle(self) -> str | None:
        """Why there is nothing to do."""
        return self.hub.place.idle if self.hub else None

    @property
    def lint_only(self) -> str | None:
        """Why the target is not gated but only linted."""
        return self.situation.lint_only if self.situation else None

    def documents(self) -> reading.Documents:
        """The checklist and the rules file that decide: the trusted ones, or without GitHub the checkout's."""
        if self.situation:
            return self.situation.documents
        return reading.from_folder(self._root, self._below(self._inputs.checklist), self._below(self._inputs.rules))

    def own_documents(self) -> reading.Documents:
        """Those of the pull request itself, which is what a lint is about."""
        own = self.situation.own if self.situation else None
        if isinstance(own, Unusable):
            raise own
        return own or self.documents()

    def rules(self, documents: reading.Documents) -> Rules:
        """The rules for the environment that is gated."""
        tag = self.target.tag
        builtins = {
            "environment": self.environment,
            "tag": tag,
            "version": tag.removeprefix("v") if tag else None,
            "commit": self._commit,
        }
        return reading.resolved(documents, self.environment, builtins)

    def world(self, sign_offs: SignOffs) -> World:
        """Everything a check may look at from here."""
        return world_of(
            environment=self._environment,
            repository=self._repository(),
            clock=self.clock,
            sign_offs=sign_offs,
            github=self._github.github(self._commit) if self._github else None,
            offline=self._inputs.offline,
        )

    def sign_offs(self, checklist: Checklist, rules: Rules) -> SignOffs:
        """What people signed; nothing where GitHub is not asked."""
        if self.hub is None:
            return NoSignOffs(unreadable=self._unheard)
        return self.hub.sign_offs(checklist, rules, self.began)

    def status(self, environment: str | None) -> GateStatus | None:
        """The status of this run; None where it posts none."""
        if self._github is None or self.read_only or self._inputs.mode == "report":
            return None
        try:
            place = self._github.place
            found, release = place.target, place.release and not place.idle
        except Unobservable:  # what stands on the commit must not outlive a look that failed
            found, release = self._event, self._event.moment is not Moment.REVIEW
        if not release or found.moment is Moment.DEPLOY or found.commit is None:
            return None
        name = context(environment, found.phase.value, review=found.moment is Moment.REVIEW)
        return GateStatus(self._github.statuses(), found.commit, name, self._context.run_url)

    def asks_something(self, checklist: Checklist, rules: Rules) -> bool:
        """Whether any item belongs to this phase."""
        return not nothing_asked(plan(checklist, rules, bind(checklist, rules)), self.target.phase)

    def notices(self, rules: Rules) -> tuple[Notice, ...]:
        """What is worth saying of where the words came from."""
        if self._unheard:
            why = f"{self._unheard.reason}: only this checkout was judged, and nobody's sign-off could be read"
            message = f"{why}. {self._unheard.remedy}" if self._unheard.remedy else why
            return (Notice(message=message, prominent=True),)
        if self.hub is None:
            why = "this run is offline" if self._inputs.offline else "no github-token"
            unposted = "no status, comment, log row or follow-up is posted"
            return (Notice(message=f"GitHub was not asked ({why}): nobody's sign-off is read, {unposted}"),)
        said: list[Notice] = []
        if self.read_only:
            said.append(Notice(message="a fork's or Dependabot's token writes nothing: see the summary of this run"))
        if self.preview:
            branch = self.target.base or self.hub.place.records.default_branch
            message = f"Applies after merge: {branch} has no checklist yet, so this is a preview and holds nothing"
            said.append(Notice(message=message, prominent=True))
        if self.target.phase is Phase.DEPLOY and rules.environment and self._claimed is None:
            said.append(Notice(message=provenance.unproven(rules.environment).message))
        return (*said, *self._changes(rules))

    def _changes(self, rules: Rules) -> tuple[Notice, ...]:
        """What the pull request changes in the gate itself."""
        found = self.situation
        if found is None or found.own is None or self.hub is None:
            return ()
        branch = self.target.base or self.hub.place.records.default_branch
        try:
            if isinstance(found.own, Unusable):
                raise found.own
            own = self.rules(found.own)
            trusted = (found.documents.checklist, rules)
            return trust.changes(trusted, (found.own.checklist, own), branch)
        except Unusable as faulty:
            return (trust.unusable(faulty, branch),)

    def options(self, checklist: str, rules: Rules) -> Options:
        """What the gate is told from outside; `checklist` is the path of the document."""
        return Options(
            phase=self.target.phase,
            deadline=self._deadline,
            mode=self._mode,
            strict=self._inputs.strict,
            deploy_gate=self._deploy_gate(rules),
            doubt=self._doubt(rules),
            target=TargetRef(
                repository=self._context.github_repository,
                commit=self._commit,
                pull_request=self.target.pull_request,
                tag=self.target.tag,
            ),
            links=self._links(checklist, rules.path),
        )

    def _deploy_gate(self, rules: Rules) -> bool:
        """Whether the gated commit's own workflows ask again with the values."""
        tree = self.situation.tree if self.situation else None
        if tree is None or self.target.phase is not Phase.BEFORE:
            return False
        wanted = deploy_gate.Wanted(
            action=self._environ.get("GITHUB_ACTION_REPOSITORY"),
            environment=rules.environment,
            checklist=self._inputs.checklist,
            rules=self._inputs.rules,
        )
        return deploy_gate.proven({path: data for path, data in tree.files.items() if data is not None}, wanted)

    def _doubt(self, rules: Rules) -> Finding | None:
        """In the deploy job: what to make of its values, if they are not proven to be the gated environment's."""
        if rules.environment is None or self.target.phase is not Phase.DEPLOY:
            return None
        if self._claimed == rules.environment:
            return None
        if self._claimed is not None:
            return provenance.wrong(self._claimed, rules.environment)
        return provenance.unproven(rules.environment) if self._inputs.strict else None

    @cached_property
    def _claimed(self) -> str | None:
        """The environment that the job's identity names; None: it does not tell."""
        from .world.github.claim import environment_claim  # in the deploy job

        try:
            return None if self._inputs.offline else environment_claim(self._environ)
        except Unobservable:
            return None

    @property
    def environment(self) -> str | None:
        """The environment that inputs or event name."""
        return self._inputs.environment or self._event.environment

    @property
    def _mode(self) -> str:
        """A pull request that is no release, or comes before the first rules, is shown the report and not held."""
        trial = self.preview or (self.hub is not None and not self.hub.place.release)
        return "report" if trial else self._inputs.mode

    @property
    def _commit(self) -> str:
        if self.target.commit is None:
            raise Unusable(
                f"on `{self._context.github_event_name}` only GitHub's API knows the commit to gate",
                hint="start the gate on pull_request, push or workflow_dispatch",
            )
        return self.target.commit

    def _repository(self) -> Repository:
        """The checkout, if it is the gated commit or GitHub's merge of it; else the commit through the API."""
        here = WorkTree(
            self._root,
            expected=self._commit,
            or_its_merge=self.target.pull_request is not None,
            search=os.defpath,  # the step's own PATH may name a folder of the workspace
            elsewhere=self.hub.tree if self.hub else None,
        )
        if self.hub is None:
            return here
        try:
            here.place()
        except Unobservable:
            return self.hub.tree(self.hub.place.commit)
        return here

    def _below(self, path: str | None) -> Path | None:
        return self._root / path if path else None

    def _links(self, checklist: str, rules: str | None) -> Mapping[str, str]:
        server, repository = self._context.github_server_url, self._context.github_repository
        links = {"run": self._context.run_url}
        if repository:
            tree = f"{server}/{repository}/blob/{self._commit}"
            links["file"] = f"{tree}/{quote(checklist)}"
            links["rules"] = f"{tree}/{quote(rules)}" if rules else None
            if self.target.pull_request is not None:
                links["pull_request"] = f"{server}/{repository}/pull/{self.target.pull_request}"
        return {name: link for name, link in links.items() if link}
