"""The composition root of a run on a laptop: this folder, this shell, this clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ..deadline import Deadline
from ..engine.facts import FactState, fact_states, facts_in
from ..engine.plan import ItemPlan
from ..engine.pool import Pool
from ..errors import Unusable
from ..outcome import Unobservable
from ..report.model import TargetRef
from ..rules.model import Rules
from ..run import document_files
from ..signoffs.unavailable import NoSignOffs
from ..values.hosts import is_web_url
from ..world.clock import clock_at
from ..world.compose import world_of
from ..world.names_port import StoredNames
from ..world.ports import GitHub, Repository, World
from ..world.repository import WorkTree
from ..world.variables import ProcessVariables

if TYPE_CHECKING:
    from ..commands.workflow import RepositoryShape
    from ..github.client import Client
    from ..github.connections import Access
    from ..world.enforcement_port import Enforcement

_DEADLINE = timedelta(seconds=60)
_GITHUB = "https://github.com"


class LocalRuntime:
    """The real ports, built once. git and GitHub are asked only when something needs them."""

    def __init__(
        self,
        root: Path,
        environ: Mapping[str, str],
        *,
        env_file: Path | None = None,
        now: str | None = None,
        offline: bool = False,
        deadline: timedelta = _DEADLINE,
    ) -> None:
        self.deadline = Deadline.after(deadline.total_seconds())
        self._root = root
        self._environ = environ
        self._variables = ProcessVariables.of_shell(
            environ, env_file, seconds=self.deadline.remaining()
        )
        self._clock = clock_at(now)
        self._offline = offline
        self._token = None if offline else environ.get("GH_TOKEN") or environ.get("GITHUB_TOKEN")
        self._repository = WorkTree(root, elsewhere=self._on_github if self._token else None)
        self._tag = cache(self._repository.head_tag)  # starts git
        self._client = cache(self._connect)

    def documents(self, checklist: Path | None, rules: Path | None) -> document_files.Documents:
        """The checklist and the rules file, given or found."""
        return document_files.from_folder(self._root, checklist, rules)

    def jobs_after(self, command: str) -> tuple[str, ...]:
        """The jobs of the folder's workflows that release after a command."""
        # Only `init` asks, and the reader of workflows takes a while to import.
        from ..checks.shared import workflow_files

        return workflow_files.jobs_after(command, self._repository)

    def shape(self) -> RepositoryShape:
        """The folder's workflows, default branch and tags. It lists what cannot be read."""
        # Only `workflow` asks.
        from ..checks.shared import workflow_files
        from ..commands.workflow import RepositoryShape

        try:
            files = workflow_files.read_workflows(self._repository)
            branch, tags = self._repository.default_branch(), self._repository.newest_tags()
        except Unobservable as error:
            return RepositoryShape(unread=(error.reason,))
        return RepositoryShape(
            branch=branch,
            tags=tags,
            workflows=files.workflows,
            reusable=files.reusable,
            unread=files.notices,
        )

    def rules(self, documents: document_files.Documents, environment: str | None) -> Rules:
        """The rules for one environment. On a laptop a tag is known only if HEAD carries one."""
        builtins = document_files.builtins(environment, self._tag(), self._repository.commit())
        return document_files.resolve_rules(documents, environment, builtins)

    def target(self) -> TargetRef:
        """What is judged: the working folder as it is."""
        return TargetRef(
            repository=self._repository.remote_name(),
            commit=self._repository.commit(),
            tag=self._tag(),
            uncommitted=self._repository.uncommitted(),
        )

    def world(self) -> World:
        """Everything that a check may use from here."""
        return world_of(
            variables=self._variables,
            repository=self._repository,
            clock=self._clock,
            sign_offs=NoSignOffs(),
            github=self._github(),
            job=None,
            offline=self._offline,
        )

    def stored_names(self) -> StoredNames:
        """The names that GitHub stores, by the person's own token. Raises Unusable without one."""
        if not self._token:
            hint = "set GH_TOKEN, or compare two files: `--env-file FILE OTHER_FILE`"
            raise Unusable("there is no token to read names from GitHub", hint=hint)
        from ..github.stored_names import LiveStoredNames  # only where names are compared

        return LiveStoredNames(self._client())

    def now(self) -> datetime:
        """The time of this run."""
        return self._clock.now()

    def fact_states(self, planned: Sequence[ItemPlan], rules: Rules) -> Mapping[str, FactState]:
        """What the facts are here and now, that any rule of these items asks for."""
        conditions = (step.clause.when for each in planned for step in each.steps)
        names = dict.fromkeys(name for each in conditions for name in facts_in(each))
        with Pool(self.deadline, laptop=True) as pool:
            return fact_states([rules.facts[name] for name in names], self.world(), pool)

    def enforcement(self) -> Enforcement:
        """What keeps a release behind its gate. Raises Unusable without a token."""
        if not self._token:
            hint = "set GH_TOKEN, for example: GH_TOKEN=$(gh auth token) deploy-checklist doctor"
            raise Unusable("a token is needed to read from GitHub", hint=hint)
        from ..github.enforcement import EnforcementReader  # only with a token

        return EnforcementReader(self._client())

    def repository_name(self) -> str:
        """`owner/name` of the remote `origin`. Raises Unusable if it is on no such server."""
        try:
            return self._access().repository
        except Unobservable as failure:
            raise Unusable(failure.reason, hint=failure.remedy) from None

    def is_on_github_com(self) -> bool:
        """Whether the server is github.com, rather than a company's own."""
        return urlsplit(self._url("GITHUB_SERVER_URL", _GITHUB)).hostname == "github.com"

    def _github(self) -> GitHub | None:
        """GitHub by the person's own token, which reads secrets' dates and teams, too."""
        if not self._token:
            return None
        from ..github.live import LiveGitHub, OwnRun  # only with a token

        own = OwnRun(id=None, workflow=None)
        return LiveGitHub(self._client(), self._client(), commit=self._repository.commit(), own=own)

    def _on_github(self, commit: str) -> Repository:
        from ..github.tree import CommitTree  # only with a token

        return CommitTree(self._client(), commit)

    def _connect(self) -> Client:
        from ..github.client import Client  # only with a token

        return Client(self._access, remaining=self.deadline.remaining)

    def _access(self) -> Access:
        """Found with the first request. Unobservable if `origin` is on another server."""
        from ..github.connections import Access  # only with a token

        server = urlsplit(self._url("GITHUB_SERVER_URL", _GITHUB)).hostname or ""
        repository = self._repository.remote_name(server)
        if repository is None and not self._repository.has_origin():
            raise Unobservable(
                "this folder has no git remote `origin`", "add it: git remote add origin URL"
            )
        if repository is None:
            raise Unobservable(
                f"the remote `origin` is not a repository on {server}",
                "correct it: git remote set-url origin URL; for a GitHub server of your own,"
                " set the variable GITHUB_SERVER_URL",
            )
        return Access(
            token=self._token or "",
            repository=repository,
            api_url=self._url("GITHUB_API_URL", "https://api.github.com"),
            graphql_url=self._url("GITHUB_GRAPHQL_URL", "https://api.github.com/graphql"),
            token_name="GH_TOKEN",  # noqa: S106 - a variable's name
        )

    def _url(self, name: str, usual: str) -> str:
        """The URL in a variable, or the usual one. Unobservable if it holds none."""
        url = self._environ.get(name) or usual
        if not is_web_url(url):
            raise Unobservable(
                f"the variable {name} is not an http or https URL such as {usual}",
                "correct it or unset it",
            )
        return url

    def values(self) -> Mapping[str, str]:
        """Every variable of the shell and the env file: values that must not be shown."""
        return self._variables.everything()
