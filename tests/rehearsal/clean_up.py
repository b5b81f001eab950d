"""Takes back everything that a rehearsal makes, by name, and in an order that lets it go."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from rehearsal.github_api import GitHub, NotDone, Refused
from rehearsal.scratch import BEFORE

SECONDS = 75.0  # are kept free for it
RELEASE_BRANCH = "release/rehearsal"
RULESET = "Release tags need the deployment checklist of production"
TAGS = ("v0.0.1", "v0.0.2", "v0.0.3", "v0.0.4", "v0.0.5")
ENVIRONMENTS = ("production", "rehearsal-reviewed")
SECRET = "REHEARSAL_OF_REPOSITORY"

Removal = tuple[str, str, dict[str, object] | None]  # verb, path below the repository, body


def clean_up(github: GitHub, say: Callable[[str], None]) -> bool:
    """Whether nothing is left. Says what is left, and with which command it goes.

    Only where the branch stands that a rehearsal makes first, in a repository that it found empty.
    """
    left: list[str] = []
    try:
        before = commit_before(github)
        for find in (runs, rulesets, releases, tags, pull_requests, settings, branches):
            for removal in find(github, before) if before else ():
                left += removed(github, *removal)
        if before and not left:
            left += removed(github, "DELETE", f"git/refs/heads/{BEFORE}", None)
    except (NotDone, KeyboardInterrupt) as error:
        left.append(f"not everything was looked for: {error or 'it was interrupted'}")
    for line in left:
        say(f"left: {line}")
    if left:
        say(f"clean up again: python tests/on_github.py {github.repository} --clean-up")
    return not left


def commit_before(github: GitHub) -> str | None:
    """main's commit before the rehearsal; None where there was none."""
    try:
        found = github.ask("GET", f"git/ref/heads/{BEFORE}")
    except Refused as refused:
        if refused.status == 404:
            return None
        raise
    return str(found["object"]["sha"])


def removed(github: GitHub, verb: str, path: str, body: dict[str, object] | None) -> list[str]:
    """Nothing, or one line with the command of what is left."""
    try:
        github.ask(verb, path, body)
    except Refused as refused:
        gone = refused.status in (404, 410) or "does not exist" in refused.message
        if gone or (refused.status == 409 and path.endswith("/cancel")):
            return []
        reason = str(refused)
    except NotDone as error:
        reason = str(error)
    else:
        return []
    fields = "".join(f" -F {name}={value}" for name, value in (body or {}).items())
    command = f"gh api --method {verb} /repos/{github.repository}/{path}{fields}"
    return [f"{command}  # {reason}"]


def runs(github: GitHub, _: str) -> Iterator[Removal]:
    """Those that still go on would write to what is taken away."""
    for run in github.ask("GET", "actions/runs?per_page=100")["workflow_runs"]:
        if run["status"] != "completed":
            yield "POST", f"actions/runs/{run['id']}/cancel", None


def rulesets(github: GitHub, _: str) -> Iterator[Removal]:
    """Before the tags, which it keeps from being deleted."""
    for ruleset in github.ask("GET", "rulesets?includes_parents=false"):
        if ruleset["name"] == RULESET:
            yield "DELETE", f"rulesets/{ruleset['id']}", None


def releases(github: GitHub, _: str) -> Iterator[Removal]:
    for release in github.ask("GET", "releases?per_page=100"):
        if release["tag_name"] in TAGS:
            yield "DELETE", f"releases/{release['id']}", None


def tags(github: GitHub, _: str) -> Iterator[Removal]:
    for tag in github.ask("GET", "tags?per_page=100"):
        if tag["name"] in TAGS:
            yield "DELETE", f"git/refs/tags/{tag['name']}", None


def pull_requests(github: GitHub, _: str) -> Iterator[Removal]:
    """GitHub deletes none; it is closed."""
    for pull in github.ask("GET", "pulls?state=open&per_page=100"):
        if pull["head"]["ref"] == RELEASE_BRANCH:
            yield "PATCH", f"issues/{pull['number']}", {"state": "closed"}


def settings(github: GitHub, _: str) -> Iterator[Removal]:
    """The environments with their secrets, and the repository's own."""
    for environment in github.ask("GET", "environments?per_page=100")["environments"]:
        if environment["name"] in ENVIRONMENTS:
            yield "DELETE", f"environments/{environment['name']}", None
    yield "DELETE", f"actions/secrets/{SECRET}", None


def branches(github: GitHub, before: str) -> Iterator[Removal]:
    """main gets back the commit that it had."""
    yield "DELETE", f"git/refs/heads/{RELEASE_BRANCH}", None
    if github.ask("GET", "git/ref/heads/main")["object"]["sha"] != before:
        yield "PATCH", "git/refs/heads/main", {"sha": before, "force": True}
