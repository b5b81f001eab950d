"""Whether the status is required, whose it has to be, and who can release without it."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from ..outcome import Outcome, Severity, Unobservable
from ..values.glob_languages import TooManyStates
from ..workflows.pushes import PushedRefs
from ..world.enforcement_port import (
    Bypass,
    ClassicProtection,
    Enforcement,
    RequiredStatus,
    Ruleset,
    RulesetName,
)
from .model import ACTIONS_APP, Examined, ExaminedGate
from .refs import TAGS, in_words, not_covered

_ROLES = {2: "maintain", 4: "write", 5: "admin"}  # ids of RepositoryRole
_ACTORS = {
    "OrganizationAdmin": "the organization's admins",
    "DeployKey": "deploy keys",
    "Integration": "App",
    "Team": "team",
    "User": "user",
}
_MODES = {
    "always": "always",
    "by_merge": "by merging a pull request",
    "exempt": "always, without a trace",
}


class Requirement(Struct, frozen=True, kw_only=True):
    """What requires a status of tags or of the default branch."""

    found: Examined
    rulesets: tuple[Ruleset, ...] = ()
    classic: ClassicProtection | None = None
    context: str


def of_tags(
    github: Enforcement, gate: ExaminedGate, pushed: Sequence[PushedRefs], newest: str | None
) -> Requirement:
    """What requires the status of release tags: those whose push starts the deployment; where no
    push of a tag is known to do so, the newest one. Unobservable if anything cannot be read.
    """
    for_tags = [github.ruleset(each) for each in github.rulesets() if each.target == "tag"]
    asking = [each for each in for_tags if _asks(each.required, gate.status)]
    holding = [each for each in asking if _why_ineffective(each) is None]
    add = _add(gate, "")

    def requirement(outcome: Outcome, message: str, remedy: str | None = None) -> Requirement:
        found = Examined(fact="required", outcome=outcome, message=message, remedy=remedy)
        used = tuple(holding) if outcome is Outcome.PASS else ()
        return Requirement(found=found, rulesets=used, context=gate.status)

    if not asking:
        others = _others(for_tags, gate.status)
        why = f"no tag ruleset requires `{gate.status}`{others}"
        return requirement(Outcome.FAIL, why, add)
    if not holding:
        why, remedy = _ineffective(asking[0], gate)
        return requirement(Outcome.FAIL, why, remedy)
    without_bypass = [each for each in holding if each.bypasses == ()]
    if without_bypass and _uncovered_tag(pushed, without_bypass, newest) is None:
        holding = without_bypass
    uncovered = _uncovered_tag(pushed, holding, newest)
    about = _about(holding)
    if uncovered is not None:
        why = f"the tag `{uncovered}` needs no status: `{gate.status}` is only required for {about}"
        edit = f"add your release tags to {_named(holding[0].name)}, or run: {add}"
        return requirement(Outcome.FAIL, why, edit)
    return requirement(Outcome.PASS, f"`{gate.status}` is required for {about}")


def _uncovered_tag(
    pushed: Sequence[PushedRefs], rulesets: Sequence[Ruleset], newest: str | None
) -> str | None:
    """A release tag that none of the rulesets is about."""
    try:
        if pushed:
            return not_covered(pushed, rulesets, TAGS)
        if newest is None:  # nobody knows yet which tags are released
            return None
        return not_covered([PushedRefs(include=(_literal(newest),))], rulesets, TAGS)
    except TooManyStates:
        raise Unobservable(
            "the rulesets and the workflow have too many patterns to compare",
            "use one pattern for the release tags in both",
        ) from None


def _literal(name: str) -> str:
    return "".join(f"\\{char}" for char in name)


def of_branch(github: Enforcement, gate: ExaminedGate, branch: str) -> Requirement:
    """What requires the status of the pull requests to the default branch. Unobservable if anything
    cannot be read.
    """
    context = gate.review_status
    active = github.branch_rules(branch).required
    names = {each.id: each for each in github.rulesets()}
    rulesets = []
    for number, required in active.items():
        if _asks(required, context):
            if number not in names:
                raise Unobservable(
                    f"GitHub does not list ruleset {number}, which applies to {branch}"
                )
            rulesets.append(github.ruleset(names[number]))
    classic = github.classic_protection(branch)
    by_classic = _asks(classic.required, context) and classic.enforcement != "off"
    places = [_named(each.name) for each in rulesets]
    places += [f"the protection of branch {branch}"] if by_classic else []
    if places:
        message = f"`{context}` is required for pull requests to {branch} by {', '.join(places)}"
        return Requirement(
            found=Examined(fact="required", outcome=Outcome.PASS, message=message),
            rulesets=tuple(rulesets),
            classic=classic if by_classic else None,
            context=context,
        )
    of_branches = [each for each in names.values() if each.target == "branch"]
    others = [github.ruleset(each) for each in of_branches if each.enforcement != "active"]
    asking = [each for each in others if _asks(each.required, context)]
    why = f"nothing requires `{context}` for pull requests to {branch}"
    remedy: str | None = _add(gate, f" --branch {shlex.quote(branch)}")
    if asking:
        why, remedy = _ineffective(asking[0], gate)
    found = Examined(fact="required", outcome=Outcome.FAIL, message=why, remedy=remedy)
    return Requirement(found=found, context=context)


def whose_status(required: Requirement, gate: ExaminedGate, *, own_token: bool) -> Examined:
    """Which App's status counts. `own_token`: a job of the gate passes `status-token`."""
    apps = {app for status in _statuses(required) if (app := status.app) is not None}
    anybody = any(status.app is None for status in _statuses(required))
    if anybody or not apps:
        return Examined(
            fact="app",
            outcome=Outcome.FAIL,
            severity=Severity.WARNING,
            message="the status counts no matter who posts it, and anyone with write access "
            "can post it",
            remedy=f"to bind it to one App: deploy-checklist ruleset{gate.flags} --app-id N",
        )
    named = ", ".join(_app(app, gate) for app in sorted(apps))
    expected = gate.app
    if expected is None and not own_token and gate.on_github_com:
        expected = ACTIONS_APP
    if expected is None:
        return Examined(
            fact="app",
            outcome=Outcome.UNKNOWN,
            message=f"only the status of {named} counts, and which App the gate's token belongs "
            f"to is not known",
            remedy=f"run it with the App that posts the status: deploy-checklist "
            f"doctor{gate.flags} --app-id N",
        )
    if apps != {expected}:
        return Examined(
            fact="app",
            outcome=Outcome.FAIL,
            message=f"only the status of {named} counts, but {_app(expected, gate)} posts it",
            remedy=f"require the status from the App that posts it; if `status-token` belongs to "
            f"another App, run: deploy-checklist doctor{gate.flags} --app-id N",
        )
    return Examined(fact="app", outcome=Outcome.PASS, message=f"only the status of {named} counts")


def who_may_bypass(required: Requirement) -> Examined:
    """Who may release without the status."""
    told: list[str] = []
    hidden: list[Ruleset] = []
    for ruleset in required.rulesets:
        if ruleset.bypasses is not None:
            told += [_actor(each) for each in ruleset.bypasses]
        elif ruleset.own_bypass not in (None, "never"):
            told.append("you")
        else:
            hidden.append(ruleset)
    classic = required.classic
    if classic is not None and not required.rulesets:
        if classic.enforcement == "non_admins":
            told.append("repository admins")
        elif classic.enforcement != "everyone":
            return _bypass(Outcome.UNKNOWN, "GitHub did not say whether admins need the status")
    where = _settings(required)
    if told:
        named = ", ".join(dict.fromkeys(told))
        return _bypass(Outcome.FAIL, f"these can release without the status: {named}", where)
    if hidden:
        why = f"this token cannot see who may bypass {_named(hidden[0].name)}"
        look = f"use the token of somebody who may edit it, or check it yourself: {where}"
        return _bypass(Outcome.UNKNOWN, why, look)
    return _bypass(Outcome.PASS, "nobody can bypass it")


def _bypass(outcome: Outcome, message: str, remedy: str | None = None) -> Examined:
    return Examined(fact="bypass", outcome=outcome, message=message, remedy=remedy)


def _settings(required: Requirement) -> str:
    if not required.rulesets:
        return "Settings › Branches"
    return f"Settings › Rules › {_named(required.rulesets[0].name)}, Bypass list"


def _actor(each: Bypass) -> str:
    """ "the role admin (always)", "App 15368 (by merging a pull request)"."""
    if each.kind == "RepositoryRole":
        who = f"the role {_ROLES.get(each.id or 0) or each.id}"
    else:
        who = _ACTORS.get(each.kind, "an unknown actor")
        if each.id is not None and each.kind not in ("OrganizationAdmin", "DeployKey"):
            who += f" {each.id}"
    return f"{who} ({_MODES.get(each.mode or 'always', 'in some way')})"


def _app(app: int, gate: ExaminedGate) -> str:
    is_actions = app == ACTIONS_APP and gate.on_github_com
    return "GitHub Actions" if is_actions else f"App {app}"


def _asks(required: Iterable[RequiredStatus], context: str) -> bool:
    return any(_is_same(each.context, context) for each in required)


def _is_same(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()  # as GitHub compares contexts


def _statuses(required: Requirement) -> Iterator[RequiredStatus]:
    classic = required.classic.required if required.classic else ()
    for status in (*(each for rules in required.rulesets for each in rules.required), *classic):
        if _is_same(status.context, required.context):
            yield status


def _why_ineffective(ruleset: Ruleset) -> str | None:
    """Why a ruleset blocks nothing; None if it works."""
    match ruleset.name.enforcement:
        case "active":
            pass
        case "evaluate":
            return "is only evaluated, so it blocks nothing"
        case "disabled":
            return "is switched off"
        case _:
            return "is in an unknown state"
    if not ruleset.holds_creation:
        return "applies when a tag moves, but not when one is created"
    return None if ruleset.include else "includes no branch or tag"


def _ineffective(ruleset: Ruleset, gate: ExaminedGate) -> tuple[str, str]:
    """Why a ruleset that requires the status blocks nothing, and what to type."""
    why = f"{_named(ruleset.name)} {_why_ineffective(ruleset)}"
    if ruleset.name.enforcement == "active":
        return why, f"delete it, then {_add(gate, '')}"
    if ruleset.name.of_repository:
        return why, (
            f"gh api -X PUT repos/{gate.repository}/rulesets/{ruleset.name.id}"
            " -f enforcement=active"
        )
    owner = gate.repository.partition("/")[0]
    return why, f"gh api -X PUT orgs/{owner}/rulesets/{ruleset.name.id} -f enforcement=active"


def _named(name: RulesetName) -> str:
    of = "" if name.of_repository else f" of {name.source}"
    return f"the ruleset “{name.name}”{of}"


def _about(rulesets: Sequence[Ruleset]) -> str:
    return "; ".join(f"{in_words(each)} by {_named(each.name)}" for each in rulesets)


def _others(rulesets: Sequence[Ruleset], context: str) -> str:
    """The gate's other statuses that are required instead."""
    contexts = (status.context for each in rulesets for status in each.required)
    found = [f"`{each}`" for each in dict.fromkeys(contexts) if "deploy-checklist" in each]
    return f", only {', '.join(found[:5])}" if found else ""


def _add(gate: ExaminedGate, more: str) -> str:
    return (
        f"deploy-checklist ruleset{gate.flags}{more}"
        f" | gh api repos/{gate.repository}/rulesets --input -"
    )
