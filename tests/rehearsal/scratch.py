"""Whether a repository is there to be rehearsed on. Everything else is left alone."""

from __future__ import annotations

from typing import Any, NamedTuple

from rehearsal.github_api import GitHub, NotDone

TOPIC = "deploy-checklist-rehearsal"
BEFORE = "rehearsal/before"  # the branch that keeps main's commit until all is cleaned up


class Scratch(NamedTuple):
    """A repository that may be used, and by whom."""

    login: str
    user_id: int
    tip: str  # main's one commit


def marked(github: GitHub) -> dict[str, Any]:
    """The repository, if its owner marked it for rehearsals. NotDone otherwise."""
    repository: dict[str, Any] = github.ask("GET", "")
    if TOPIC not in repository.get("topics", ()):
        raise NotDone(
            f"{github.repository} is not marked as a repository for rehearsals. If nothing in it is "
            f"needed: gh repo edit {github.repository} --add-topic {TOPIC}"
        )
    if not (repository.get("permissions") or {}).get("admin"):
        raise NotDone(f"the token's owner does not administer {github.repository}")
    return repository


def scratch(github: GitHub) -> Scratch:
    """The marked repository, if it is as good as empty. NotDone says what it holds."""
    repository = marked(github)
    if repository["default_branch"] != "main" or repository.get("archived"):
        raise NotDone("its default branch has to be `main`, and it must not be archived")
    branches = [each["name"] for each in github.ask("GET", "branches?per_page=100")]
    if BEFORE in branches:
        raise NotDone(
            "an earlier rehearsal did not clean up: "
            f"python tests/on_github.py {github.repository} --clean-up"
        )
    held = [*(f"a branch {name}" for name in branches if name != "main"), *held_things(github)]
    if "main" not in branches:
        held.append("no commit: make it with a README")
    if held:
        raise NotDone(f"{github.repository} is not empty. It has {', '.join(held)}")
    tip = github.ask("GET", "commits/main")
    if tip["parents"] or github.status("contents/.github") != 404:
        raise NotDone("it has more than its first commit, or files in .github/")
    user = github.ask("GET", "/user")
    return Scratch(user["login"], user["id"], tip["sha"])


def held_things(github: GitHub) -> list[str]:
    """What an empty repository would not have."""
    lists = {
        "tags": github.ask("GET", "tags"),
        "releases": github.ask("GET", "releases"),
        "rulesets": github.ask("GET", "rulesets?includes_parents=false"),
        "environments": github.ask("GET", "environments")["environments"],
        "secrets": github.ask("GET", "actions/secrets")["secrets"],
        "open issues or pull requests": github.ask("GET", "issues?state=open"),
    }
    return [name for name, found in lists.items() if found]
