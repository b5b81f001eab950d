"""What is around the gate: the environment, the owners of its files, the newest release."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime

from ..commands.owners import PLACES, without_owner
from ..outcome import Outcome, Severity
from ..publish.gate_files import files_in
from ..values.versions import version_of
from ..world.enforcement_port import DefaultBranch, Enforcement, PostedStatus, Ruleset, TagName
from .model import Examined, ExaminedGate
from .refs import TAGS, covered

_ACTIONS_BOT = "github-actions[bot]"
_WORKFLOWS = ".github/workflows/"


def _warned(fact: str, message: str, remedy: str | None) -> Examined:
    return Examined(
        fact=fact,
        outcome=Outcome.FAIL,
        severity=Severity.WARNING,
        message=message,
        remedy=remedy,
    )


def environment_lets_in(github: Enforcement, gate: ExaminedGate) -> Examined:
    """Which refs and which people an environment lets in. Unobservable if that cannot be read."""
    name = gate.environment
    if name is None:
        told = "the gate has no environment"
        return Examined(fact="environment", outcome=Outcome.SKIPPED, message=told)
    found = github.environment(name)
    where = f"Settings › Environments › {name}"
    if found is None:
        return _warned("environment", f"GitHub has no environment `{name}` yet", where)
    if found.protected_branches_only:
        refs = "only protected branches"
    elif found.named_branches_only:
        refs = "only the branches and tags of its policy"
    else:
        told = f"every branch and every tag may deploy to `{name}`"
        return _warned("environment", told, f"{where} › Deployment branches and tags")
    people = ", after a reviewer's approval" if "required_reviewers" in found.rules else ""
    told = f"{refs} may deploy to `{name}`{people}"
    return Examined(fact="environment", outcome=Outcome.PASS, message=told)


def files_have_owners(github: Enforcement, gate: ExaminedGate, branch: DefaultBranch) -> Examined:
    """Whether a change of the gate's files needs an owner's approval. Unobservable if the branch's
    rules cannot be read.
    """
    place = next((path for path in PLACES if path in branch.files), None)
    if place is None:
        told = (
            "no CODEOWNERS file: anyone who can merge can change the checklist, the rules and the "
        )
        return _warned(
            "owners", f"{told}workflows", "add a line to .github/CODEOWNERS: /.github/ @your-team"
        )
    workflows = [path for path in branch.files if path.startswith(_WORKFLOWS)]
    paths = dict.fromkeys((*gate.files, place, *sorted(workflows)))
    free = list(without_owner(branch.files[place], place, paths))
    if free:
        more = f", and {len(free) - 1} more" if len(free) > 1 else ""
        return _warned("owners", f"{free[0].message}{more}", free[0].hint)
    if not github.branch_rules(branch.name).owners_review:
        told = f"{place} names owners for every file of the gate, but no ruleset of {branch.name} "
        remedy = "require a review from Code Owners in a ruleset for the branch"
        return _warned("owners", f"{told}requires their review", remedy)
    told = f"a change to the gate on {branch.name} needs a review from the owners in {place}"
    return Examined(fact="owners", outcome=Outcome.PASS, message=told)


def newest_release_tag(tags: Iterable[TagName]) -> TagName | None:
    """The tag with the highest version; a pre-release comes before its release."""
    versions = [(version_of(each.name), each) for each in tags]
    known = [(_order(version), each) for version, each in versions if version is not None]
    return max(known, key=lambda pair: (pair[0], pair[1].name))[1] if known else None


def _order(version: str) -> tuple[tuple[int, ...], bool]:
    numbers = re.match(r"\d{1,9}(?:[.-]\d{1,9})*", version)
    known = numbers[0] if numbers else "0"
    rest = version[len(known) :]
    return tuple(int(each) for each in re.split("[.-]", known)), not rest.startswith("-")


def last_tag_passed(
    github: Enforcement,
    gate: ExaminedGate,
    tags: Sequence[TagName],
    rulesets: Sequence[Ruleset],
    *,
    own_token: bool,
) -> Examined:
    """Whether the newest release tag has the status of the gate. `own_token`: a job of the gate
    passes `status-token`. Unobservable if it cannot be read.
    """
    about = [covered(each) for each in rulesets]
    held = [each for each in tags if any(refs.has(TAGS + each.name) for refs in about)]
    newest = newest_release_tag(held) if about else newest_release_tag(tags)
    if newest is None:
        return Examined(
            fact="last-tag", outcome=Outcome.SKIPPED, message="there is no release tag yet"
        )
    status = github.status(newest.commit, gate.status)
    if status is None or status.state != "success":
        return _without_success(github, newest, status, rulesets)
    who = f"@{status.login}" if status.login else "a deleted account"
    why = _why_forged(status, gate, own_token)
    if why:
        return Examined(
            fact="last-tag",
            outcome=Outcome.FAIL,
            message=f"the status of `{newest.name}` was posted by {who}, {why}",
            remedy=f"ask {who} why, and require the status from one App: deploy-checklist "
            f"ruleset{gate.flags} --app-id N",
        )
    how = _way_around(status.description)
    if how:
        told = f"`{newest.name}` was {how}: {status.description}"
        return _warned("last-tag", told, "check that somebody reviewed it afterwards")
    told = f"`{newest.name}` has the status, posted by {who}"
    return Examined(fact="last-tag", outcome=Outcome.PASS, message=told)


def _without_success(
    github: Enforcement,
    tag: TagName,
    status: PostedStatus | None,
    rulesets: Sequence[Ruleset],
) -> Examined:
    state = f"has the status `{status.state}`" if status else "has no status from this gate"
    told = f"`{tag.name}` {state}"
    since = [each.created_at for each in rulesets]
    if status is None and _is_older(github.committed_at(tag.commit), since):
        told += ": its commit is older than the ruleset"
        return _warned("last-tag", told, "check again after the next release")
    remedy = "ask who made the tag, and how: it did not pass the gate"
    return Examined(fact="last-tag", outcome=Outcome.FAIL, message=told, remedy=remedy)


def _is_older(at: datetime | None, since: Sequence[datetime | None]) -> bool:
    return at is not None and bool(since) and all(each is not None and at < each for each in since)


def _why_forged(status: PostedStatus, gate: ExaminedGate, own_token: bool) -> str | None:
    """Why a status is not the gate's; None if it may be."""
    if not status.is_bot:
        return "a person, not the gate"
    if gate.app is None and not own_token and status.login != _ACTIONS_BOT:
        return "which is not the gate's account"
    files = files_in(status.address)
    named = {path for path in (files.checklist, files.rules) if path}
    if not named <= set(gate.files):
        return "for another checklist"
    return None


def _way_around(description: str) -> str | None:
    """How a release went out without being ready, by the first words of its status."""
    if description.startswith("overridden by @"):
        return "overridden"
    return "rolled back" if description.startswith("rolled back") else None
