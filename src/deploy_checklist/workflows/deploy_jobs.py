"""The jobs that deploy to an environment, by what they own and what their words say."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from posixpath import basename

from msgspec import Struct
from msgspec.structs import replace

from .deploy_environments import Owned, handed, owned
from .deploy_steps import Deploys, how_much, says_deploy
from .expand import JobAt, Reusable, RunningJob, RunningStep, running_jobs, running_steps
from .gate_jobs import asks_a_gate_alone
from .jobs import Workflow, WorkflowJob, WorkflowStep

_OTHER_SYSTEM = re.compile(r"(?i)windows|macos")
_SAME = (
    frozenset({"production", "prod", "prd", "live"}),
    frozenset({"staging", "stage", "stg"}),
    frozenset({"development", "dev"}),
)
_DOCUMENTS = re.compile(
    r"(?i)(?<![a-z])(?:docs?|documentation|storybook|pages|gh-pages|github-pages|wiki|npm|pypi|crates?"
    r"|release-please|changesets?|charts?)(?![a-z])"
)
_BESIDE = frozenset({"test", "tests", "lint", "e2e", "check", "checks", "notify", "summary"})
_OTHERS = ("uat", "qa", "sandbox", "demo", "preprod", "canary")
# Jobs that end an environment, or show a change to those who review it.
_NO_DEPLOYMENT = re.compile(
    r"(?i)preview|destroy|teardown|tear-down|cleanup|clean-up|rollback|restore|recover|backup"
    r"|maintenance|(?:^|[-_ ])(?:lint|plan|delete)(?![a-z])"
)


CERTAIN = 3


class DeployJob(Struct, frozen=True, kw_only=True):
    """A job that deploys, or may."""

    at: JobAt
    written: str  # its environment, as written there; "" if it has none
    environments: tuple[str, ...]  # of the asked ones, those that it may deploy to
    owns: bool  # it has an `environment:`, or passes one to a workflow of another repository
    closed: bool  # the texts of the workflow show that it deploys to these environments
    says: int  # how strongly its names and steps suggest that it deploys, up to CERTAIN
    strength: Deploys  # of its strongest step
    first: WorkflowStep | None = None  # that deploys
    last: WorkflowStep | None = None
    deploying: tuple[WorkflowStep, ...] = ()  # all that deploy or publish, from first to last
    careless: tuple[WorkflowStep, ...] = ()  # that run, or may, where a step before them failed
    called: bool = False  # another workflow calls the one that it is in
    says_environment: bool = False  # a name of the job, workflow or file holds the environment's
    says_itself: bool = False  # its own name says that it deploys
    documents: bool = False  # by its names it publishes documents or libraries
    alias: str | None = None  # the job's own environment, if it is the asked one's other name
    possible: Owned | None = None  # all environments that it may own

    @property
    def job(self) -> WorkflowJob:
        """The job in its file."""
        return self.at.job

    @property
    def place(self) -> str:
        """ "release.yml:ship", as the command line takes it."""
        return f"{basename(self.at.workflow.path)}:{self.job.id}"

    @property
    def elsewhere(self) -> str:
        """The workflow of another repository that it calls; "" if it has steps."""
        return self.job.uses

    @property
    def takes_steps(self) -> bool:
        """Whether a step that runs in a container can be put into it."""
        return not self.job.uses and not _OTHER_SYSTEM.search(
            f"{self.job.runs_on} {self.job.matrix if 'matrix.' in self.job.runs_on else ''}"
        )

    @property
    def rank(self) -> tuple[int, ...]:
        """The larger, the likelier it is that this job deploys."""
        by_name = self.says_environment and not self.owns
        words = (not self.documents, self.says_environment, self.says_itself and not self.owns)
        return (self.owns, by_name, self.says, *words, self.closed, self.strength)


def deploy_jobs(
    workflows: Mapping[str, Workflow], reusable: Reusable, environment: str | None
) -> list[DeployJob]:
    """All jobs that may deploy to an environment; None: to any. In the order of files and jobs."""
    runs = _runs(workflows, reusable)
    found = list[DeployJob]()
    for workflow in workflows.values():
        for job in workflow.jobs.values():
            here = runs.get((workflow.path, job.id), ())
            one = _deploy_job(JobAt(workflow=workflow, job=job), here, reusable, environment)
            if one is not None:
                found.append(one)
    return found


def best(found: Sequence[DeployJob]) -> list[DeployJob]:
    """Those of the highest rank: that use the environment, else that say they deploy to it."""
    most = max((each.rank for each in found), default=None)
    return [each for each in found if each.rank == most]


def owned_environments(workflows: Mapping[str, Workflow]) -> tuple[str, ...]:
    """All environments that jobs own by name, sorted; without those that only ask the gate."""
    jobs = (job for workflow in workflows.values() for job in workflow.jobs.values())
    others = (job for job in jobs if not asks_a_gate_alone(job))
    return tuple(sorted({job.environment for job in others if job.environment is not None}))


def _runs(
    workflows: Mapping[str, Workflow], reusable: Reusable
) -> Mapping[tuple[str, str], list[RunningJob]]:
    found = defaultdict[tuple[str, str], list[RunningJob]](list)
    for workflow in workflows.values():
        if workflow.starts:
            for run in running_jobs(workflow, reusable):
                found[run.calls[-1].workflow.path, run.job.id].append(run)
    return found


def _deploy_job(
    at: JobAt, runs: Sequence[RunningJob], reusable: Reusable, environment: str | None
) -> DeployJob | None:
    job, workflow = at.job, at.workflow
    names = (job.id, job.name, workflow.name, basename(workflow.path))
    if _NO_DEPLOYMENT.search(" ".join((job.id, job.name, basename(workflow.path)))):
        return None
    if asks_a_gate_alone(job):  # whatever its name: "Deployment checklist"
        return None
    if reusable.find(job.uses) if job.uses else None:
        return None  # the jobs of the called workflow are checked themselves
    written, owns = _written(job, workflow, runs, environment)
    environments, closed, alias = _matched(owns, environment)
    if not environments and job.id.lower() in _BESIDE:
        return None
    if not environments and _says_another(environment, " ".join(names)):
        return None
    by_job, by_file = says_deploy(job.id, job.name, job.uses), says_deploy(*names)
    named = by_job or by_file
    if owns is not None and not environments and not (job.uses and named):
        return None
    steps = [] if job.uses else _steps(at, runs, reusable)
    most = max((much for _, much in steps), default=Deploys.NO)
    if not (owns is not None and environments) and not (
        named and (job.uses or most >= Deploys.PUBLISHES)
    ):
        return None
    deploying = [step for step, much in steps if much is most]
    if most is Deploys.NO:
        deploying = [step for step, _ in steps][-1:]
    return DeployJob(
        at=at,
        written=written,
        environments=environments or ((environment,) if environment else ()),
        owns=bool(environments) and owns is not None,
        closed=closed,
        says=_says_much(most, elsewhere=bool(job.uses), by_job=by_job, by_file=by_file),
        strength=most,
        first=deploying[0].listed if deploying else None,
        last=_last(steps, most),
        deploying=_deploying(steps, deploying, most),
        careless=tuple(_careless(deploying[0], steps)) if deploying else (),
        called=not workflow.starts,
        says_itself=by_job,
        says_environment=_says(environment, " ".join(names)),
        documents=bool(_DOCUMENTS.search(" ".join(names))),
        alias=alias,
        possible=owns,
    )


def _matched(
    owns: Owned | None, environment: str | None
) -> tuple[tuple[str, ...], bool, str | None]:
    """The environments, whether the text shows them, and the job's own name."""
    if owns is None:
        return (), False, None
    if environment is None:
        return tuple(sorted(owns.names)) or ("",), not owns.others, None
    if exact := Owned(names=owns.names).among([environment]):
        spelt = {name for name in owns.names if name.lower() == environment.lower()}
        return exact, True, None if environment in spelt else min(spelt)
    same = _other_names(environment)
    alias = next((name for name in sorted(owns.names) if name.lower() in same), None)
    if alias is not None:
        return (environment,), True, alias
    return owns.among([environment]), False, None


def _written(
    job: WorkflowJob, workflow: Workflow, runs: Sequence[RunningJob], environment: str | None
) -> tuple[str, Owned | None]:
    """The environment as it is written, and which it may be; of a job that calls a workflow of
    another repository, what it passes that may be this one.
    """
    if not job.uses:
        return job.environment_written, owned(job, workflow, runs)
    for text, possible in handed(job, workflow, runs):
        if environment is not None and _matched(possible, environment)[1]:
            return text, possible
    return "", None


def _last(steps: Sequence[tuple[RunningStep, Deploys]], most: Deploys) -> WorkflowStep | None:
    """The last step that deploys. Where none surely does, any later one may: too late is harmless
    for what is asked after the deployment.
    """
    least = Deploys.PUBLISHES if most is Deploys.YES else Deploys.MORE_THAN_PREPARES
    if most is Deploys.NO:
        least = Deploys.NO
    deploying = [step.listed for step, much in steps if much >= least]
    return deploying[-1] if deploying else None


def _deploying(
    steps: Sequence[tuple[RunningStep, Deploys]], strongest: Sequence[RunningStep], most: Deploys
) -> tuple[WorkflowStep, ...]:
    if most < Deploys.PUBLISHES:
        return ()
    first = strongest[0].listed.number
    found = (step.listed for step, much in steps if much >= Deploys.PUBLISHES)
    return tuple(step for step in found if step.number >= first)


def _says_much(most: Deploys, *, elsewhere: bool, by_job: bool, by_file: bool) -> int:
    if (by_job and elsewhere) or (most is Deploys.YES and (by_job or by_file)):
        return CERTAIN
    return 2 if by_job else int(by_file)


def _other_names(environment: str) -> frozenset[str]:
    return next((each for each in _SAME if environment.lower() in each), frozenset())


def _says(environment: str | None, names: str) -> bool:
    """Whether names hold an environment's, or another name of it, as a word."""
    words = {word.lower() for word in re.findall(r"[A-Za-z0-9]+", names)}
    return environment is not None and bool(
        words & {environment.lower(), *_other_names(environment)}
    )


def _says_another(environment: str | None, names: str) -> bool:
    """Whether names hold another environment's, and not this one's."""
    if environment is None or _says(environment, names):
        return False
    return any(_says(name, names) for name in ("production", "staging", "development", *_OTHERS))


def _steps(
    at: JobAt, runs: Sequence[RunningJob], reusable: Reusable
) -> list[tuple[RunningStep, Deploys]]:
    """The steps of a job, each with what it, or what it uses of this repository, says."""
    run = runs[0] if runs else RunningJob(calls=(at,), inputs={})
    found = dict[int, tuple[RunningStep, Deploys]]()
    for step in running_steps(run, reusable):
        number, outer = step.listed.number, how_much(replace(step, step=step.listed))
        known = found.get(number)
        much = max(how_much(step), outer, known[1] if known else Deploys.NO)
        found[number] = (known[0] if known else step, much)
    return list(found.values())


def _careless(
    first: RunningStep, steps: Sequence[tuple[RunningStep, Deploys]]
) -> Iterator[WorkflowStep]:
    """Steps from the first that deploys on that do more than report, and run after a failure."""
    for step, much in steps:
        late = step.listed.number >= first.listed.number and step.after_failure is not False
        if late and much >= Deploys.PUBLISHES:
            yield step.listed
