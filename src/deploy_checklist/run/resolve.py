"""From the event and GitHub's answers to the Run: what is gated, by whom, and what is written.

Which event brings which target is in EVENTS (event.py); there are four kinds.
1. A pull request that is open, and a merge queue's commit: reviewed at its head, by the checklist
   and rules of the branch it wants to go to, if that is trusted. If it is not a release, it is
   linted.
2. A commit (a push, a tag, a release, a dispatch, a schedule, CI's end, a deployment, and a pull
   request that was merged): gated by its own documents, if a trusted branch holds it. GitHub tells
   which merged pull request brought it: what people signed there counts.
3. A comment: on a pull request as 1, on an issue as 2, if the issue is the commit's release ticket.
   If the issue is another commit's, because the gate asks for that commit there, that one is gated.
   The ticket that a run is given is asked in, unless a release pull request brought the commit.
4. In phase `deploy` or `after` a pull request or a comment means the run's own commit, as 2.

`resolve` asks GitHub for the target, policy.read_policy whose documents decide; `decide` is pure.
"""

from __future__ import annotations

from msgspec.structs import replace

from ..checklist.model import Checklist, Phase
from ..engine.plan import nothing_asked, plan
from ..errors import Unusable
from ..github.model import PullRef, PullRequest, Records
from ..outcome import Unobservable
from ..rules.bind import bind
from ..rules.model import Rules
from ..settings import Inputs
from . import document_files
from .document_files import Documents
from .early_reads import ReadsOfRun
from .event import Event
from .merged_pull_request import Wait, merged_pull_request
from .model import (
    Answer,
    GatePolicy,
    NothingGated,
    ResolvedTarget,
    Run,
    Stage,
    Target,
    TargetReader,
)
from .release_pr import is_release, is_trusted, ticket_in
from .release_ticket import AskedCommit, asked_in_ticket, of_ticket
from .trusted_rules import trusted_rules
from .wanted_files import named_files, usual_checklists


def resolve(
    target: Target,
    inputs: Inputs,
    github: TargetReader,
    *,
    lagging: bool,
    wait: Wait,
    asked_commit: AskedCommit,
    early: ReadsOfRun | None = None,
) -> ResolvedTarget:
    """Asks GitHub for the target's pull request and ticket, in the fewest requests.

    `lagging`: GitHub itself made the commit, and may not know yet of which pull request. `early`:
    begins beside them what is to be read of the commit. Raises Unobservable if GitHub does not
    answer.
    """
    if early is not None and target.stage is not Stage.REVIEW:
        early.begin_of_commit(target, None, release=True)
        early.begin_ticket(target, target.ticket)
    number = target.pull_request
    if number is None and target.finds_pull_request and target.commit:
        found = merged_pull_request(target.commit, github, wait if lagging else None)
        number = found.number if found else None
        if early is not None and found is not None:
            early.begin_ticket(target, ticket_in(found.body))
    records, release = _records(target, number, inputs, github, early)
    pull = records.pull_request
    ticket = records.ticket.number if records.ticket else None
    is_no_release = not (pull and is_release(inputs.release_pr, pull.head_ref, pull.labels))
    idle = None
    if target.ticket is not None and (ticket != target.ticket or is_no_release):
        asked = asked_in_ticket(target, records, inputs, github, asked_commit, early)
        if asked is not None:
            return of_ticket(target, asked, records, inputs, github, early)
        if ticket != target.ticket:
            idle = f"#{target.ticket} is not a release ticket for this commit"
    given = ticket is not None and ticket == inputs.ticket
    return ResolvedTarget(
        target=_completed(target, pull),
        records=records,
        release=release,
        idle=idle,
        asks_in_ticket=given and pull is not None and pull.merged and is_no_release,
    )


def checkout_may_decide(event: Event, inputs: Inputs) -> bool:
    """Whether the run's commit is known to be a trusted branch's without GitHub."""
    branch = event.branch_of(event.target.commit)
    if branch is None or event.target.ticket:
        return False
    return is_trusted(branch, event.default_branch or "", inputs.trusted_branches)


def status_target(event: Event, inputs: Inputs, answer: Answer) -> Target | None:
    """The target whose commit gets a status, even if nothing can be judged; None: there is none."""
    if answer is None or event.read_only or inputs.mode == "report":
        return None
    if isinstance(answer, ResolvedTarget):
        target, release = answer.target, answer.release and not answer.idle
    else:  # an older status must not stay on the commit when GitHub did not answer
        target, release = event.target, _is_release(event, inputs)
    if not release or target.stage is Stage.DEPLOY or target.commit is None:
        return None
    return target


def with_pull_request(event: Event, github: TargetReader) -> Event:
    """The event, with its pull request read once if the payload lacks it.

    Nor does that of a re-run, which is its first attempt's.

    For the status of a run whose query failed. Raises Unobservable if this fails, too.
    """
    target = event.target
    told = target.head_ref is not None and not target.re_run
    if target.stage is not Stage.REVIEW or target.pull_request is None or told:
        return event
    pull = github.pull(target.pull_request)
    known = replace(target, head_ref=pull.head_ref, labels=pull.labels)
    return replace(event, target=_completed(known, pull))


def decide(event: Event, inputs: Inputs, answer: Answer, policy: GatePolicy) -> Run | NothingGated:
    """The Run, from what `resolve` came to and whose documents decide. Pure.

    Raises Unusable for mistakes in the rules, and if the commit is not known.
    """
    if policy.lint_only:
        return NothingGated(reason=policy.lint_only, lint=policy.proposed or policy.documents)
    resolved = None
    if isinstance(answer, ResolvedTarget) and policy.unavailable is None:
        resolved = answer
    target = resolved.target if resolved else event.target
    if target.commit is None:
        raise Unusable(
            f"on `{event.name}` the commit to gate can only be read from GitHub's API",
            hint="start the gate on pull_request, push or workflow_dispatch",
        )
    rules = _rules(policy.documents, event, target)
    pull = resolved.pull_request if resolved else None
    queued = event.kind.is_queue and pull is not None and not pull.merged
    holds = not policy.untrusted and (resolved is None or resolved.release)
    may_write = resolved is not None and not event.read_only
    return Run(
        target=target,
        commit=target.commit,
        signed_commit=pull.head if queued and pull else target.commit,
        checklist=policy.documents.checklist,
        rules=rules,
        proposed=_proposed(policy, event, target),
        tree=policy.tree,
        resolved=resolved,
        unavailable=policy.unavailable,
        mode=inputs.mode if holds else "report",
        to_prove=rules.environment if target.phase is Phase.DEPLOY else None,
        untrusted_checklist=policy.untrusted,
        read_only=event.read_only,
        may_write=may_write,
        posts_status=not policy.untrusted and status_target(event, inputs, answer) is not None,
        keeps_comment=may_write and not event.kind.is_queue and target.stage is not Stage.DEPLOY,
        override_rules=_override_rules(resolved, rules, inputs) if resolved else None,
    )


def asks_something(run: Run) -> bool:
    """Whether any item belongs to this phase."""
    planned = plan(run.checklist, run.rules, bind(run.checklist, run.rules))
    return not nothing_asked(planned, run.target.phase)


def asks_for_approvals(rules: Rules) -> bool:
    """Whether a reviewer's approval of the environment signs any item."""
    clauses = (clause for rule in rules.rules for clause in rule.clauses)
    signs = (use for clause in clauses for use in clause.uses if use.kind == "sign")
    return any("environment" in getattr(use.params, "from_", ()) for use in signs)


def _records(
    target: Target,
    number: int | None,
    inputs: Inputs,
    github: TargetReader,
    early: ReadsOfRun | None,
) -> tuple[Records, bool]:
    """One query; another one only for a branch or a ticket that the first one named. And whether
    it is a release.
    """
    files, more = named_files(inputs), usual_checklists(inputs)
    ticket = inputs.ticket
    records = github.records(
        pull_request=number, ticket=ticket, base=target.base, files=files, more=more
    )
    pull = records.pull_request
    release = True
    if pull is not None and not pull.merged:
        release = is_release(inputs.release_pr, pull.head_ref, pull.labels)
    base = target.base or records.default_branch
    named = ticket_in(pull.body) if pull and ticket is None else None
    other = pull is not None and pull.base_ref != base and target.stage is Stage.REVIEW
    if early is not None and not other:
        early.begin_of_commit(_completed(target, pull), records, release=release)
    if named is None and not other:
        return records, release

    def ask_again() -> Records:
        return github.records(
            pull_request=number if other else None,
            ticket=named or ticket,
            base=pull.base_ref if pull and other else target.base,
            files=files,
            more=more,
        )

    if early is None or other:
        again = ask_again()
    else:
        again = early.answer(("ticket", named, target.base), ask_again)
    return replace(again, pull_request=again.pull_request or pull), release


def _is_release(event: Event, inputs: Inputs) -> bool:
    """Whether the event alone shows that a release is gated, by a branch that may be trusted."""
    target = event.target
    if target.stage is not Stage.REVIEW:
        return True
    if target.head_ref is None or target.base is None:
        return False
    trusted = is_trusted(target.base, event.default_branch or "", inputs.trusted_branches)
    return trusted and is_release(inputs.release_pr, target.head_ref, target.labels)


def _completed(target: Target, pull: PullRequest | PullRef | None) -> Target:
    """A comment's event names no commit, and any event's payload may be old."""
    if target.stage is not Stage.REVIEW or pull is None:
        if target.commit is None:
            why = "the pull request could not be read, so the commit to gate is unknown"
            raise Unobservable(why)
        return replace(target, pull_request=pull.number if pull else target.pull_request)
    if pull.merged:
        if pull.merge_commit is None:
            raise Unobservable("GitHub does not say which merge commit it made of the pull request")
        return replace(target, commit=pull.merge_commit, stage=Stage.GATE, base=pull.base_ref)
    return replace(target, commit=_reviewed_commit(target, pull), base=pull.base_ref)


def _reviewed_commit(target: Target, pull: PullRequest | PullRef) -> str:
    """The pull request's head now, whatever the payload says.

    A re-run has the payload of its first attempt, and a run that waited may begin after a push. But
    GitHub's answer may be late as well: where it is the head before the push that started this run,
    the payload says the present one.
    """
    if target.commit is None:
        return pull.head
    is_late = not target.re_run and pull.head == target.head_before
    return pull.head if target.is_head and not is_late else target.commit


def _rules(documents: Documents, event: Event, target: Target) -> Rules:
    """The rules for the environment that is gated."""
    builtins = document_files.builtins(event.environment, target.tag, target.commit)
    return document_files.resolve_rules(documents, event.environment, builtins)


def _override_rules(resolved: ResolvedTarget, own: Rules, inputs: Inputs) -> Rules | None:
    try:
        return trusted_rules(resolved, own, inputs)
    except Unobservable:  # who may is not known
        return None


def _proposed(
    policy: GatePolicy, event: Event, target: Target
) -> tuple[Checklist, Rules] | Unusable | None:
    if policy.proposed is None or isinstance(policy.proposed, Unusable):
        return policy.proposed
    try:
        return policy.proposed.checklist, _rules(policy.proposed, event, target)
    except Unusable as error:
        return error
