"""Which steps deploy, by the words of their action, commands and name.

Words prove nothing: this only finds the place for a step, and never decides whether something
passes. A step too early is harmless there, so in doubt a step deploys.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import IntEnum
from posixpath import basename

from .could_release import only_prepares
from .expand import RunningStep

_CHECKLIST = re.compile(r"(?i)[a-z0-9._-]{1,100}/deploy-checklist@[a-z0-9._/-]{1,250}")


class Deploys(IntEnum):
    """How much a step's words suggest that it deploys; the larger, the likelier."""

    NO = 0
    MORE_THAN_PREPARES = 1  # it does more than check out, set up, build a name or send a message
    PUBLISHES = 2  # it pushes an image, a branch or a release
    YES = 3


# Programs, with the words after them that deploy; without words the program alone does.
_DEPLOYING: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(
        ("kubectl", "oc"),
        ("apply", "create", "set", "rollout restart", "rollout undo", "replace", "patch"),
    ),
    **dict.fromkeys(("helm", "helm3", "helmfile"), ("upgrade", "install", "apply", "sync")),
    **dict.fromkeys(("terraform", "tofu", "terragrunt"), ("apply",)),
    **dict.fromkeys(("serverless", "sls", "cdk", "sam", "firebase", "eb", "amplify"), ("deploy",)),
    **dict.fromkeys(("netlify", "fly", "flyctl", "copilot", "skaffold", "mvn"), ("deploy",)),
    **dict.fromkeys(("npm", "pnpm", "yarn", "bun", "uv", "poetry", "flit", "cargo"), ("publish",)),
    **dict.fromkeys(("hatch", "pdm", "changeset", "lerna"), ("publish",)),
    **dict.fromkeys(("ssh", "scp", "rsync", "lftp", "sftp", "ansible-playbook"), ()),
    **dict.fromkeys(("semantic-release", "kamal", "dokku", "cap"), ()),
    "aws": (
        *("deploy", "sync", "cp", "update-service", "update-stack", "create-stack"),
        *("update-function-code", "create-deployment", "send-command", "update-environment"),
    ),
    "gcloud": ("deploy", "update", "rolling-action", "instance-templates create"),
    "gsutil": ("rsync", "cp"),
    "az": ("deploy", "deployment", "up", "update", "config-zip", "upload-batch"),
    "vercel": ("deploy", "--prod", "promote"),
    "wrangler": ("deploy", "publish"),
    "railway": ("up", "redeploy"),
    "heroku": ("container:release", "pipelines:promote"),
    "pulumi": ("up",),
    "cf": ("push", "deploy"),
    "docker": ("stack deploy", "service update"),
    "twine": ("upload",),
    "gh": ("release create", "release upload", "release edit"),
    "gem": ("push",),
    "dotnet": ("nuget push",),
    "nx": ("deploy", "release"),
}
_PUBLISHING: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("docker", "podman", "git", "skopeo"), ("push", "imagetools", "copy", "up")),
    "docker-compose": ("up",),
    "gh": ("workflow run",),
    "goreleaser": ("release",),
}
_RUNNERS = frozenset(
    (
        *("npm", "pnpm", "yarn", "bun", "npx", "pnpx", "make", "just", "task", "bash", "sh"),
        *("bundle", "rake", "poetry", "uv", "python", "python3", "composer", "gradlew", "gradle"),
        *("mise", "invoke", "inv", "tox", "nox", "turbo", "nx", "node", "sudo", "env", "time"),
    )
)
_TELLS = frozenset(("echo", "printf", "#", "cd", "mkdir", "cat", "ls", "export", "chmod", "test"))
_WORD = re.compile(r"[A-Za-z]+")
_DEPLOY_WORDS = frozenset(
    (
        *("deploy", "deploys", "deploying", "deployment", "redeploy", "rollout", "promote"),
        *("promotion", "ship"),
    )
)
_RELEASE_WORDS = frozenset(("publish", "publishing", "release", "releasing"))
# Of a step: databases are migrated, and `deployer` is a program of many teams.
_STEP_WORDS = _DEPLOY_WORDS | {"migrate", "migration", "migrations", "deployer"}
_MAKES = frozenset(("make", "create", "cut", "draft"))
_REPORTS = frozenset(
    ("test", "tests", "coverage", "report", "reports", "results", "summary", "artifact", "sentry")
)
_DEPLOYING_ACTIONS = frozenset(
    (
        *("ecs", "lambda", "cloudrun", "appengine", "webapps", "functions", "pages", "ssh", "scp"),
        *("rsync", "ftp", "sftp", "netlify", "vercel", "wrangler", "firebase", "hosting", "heroku"),
        *("amplify", "kubectl", "helm", "kubernetes", "nais", "serverless", "pulumi", "flyctl"),
        *("openshift", "deployer", "pypi", "ansible", "cloudformation", "beanstalk", "kamal"),
        *("cloudflare", "cg", "semantic"),
    )
)
_PUBLISHING_ACTIONS = frozenset(("push", "changesets", "goreleaser"))
# Actions that prepare or announce a deployment.
_BESIDE = re.compile(
    r"(?i)login|setup|configure|credential|render-task|artifact|download|cache|notify|slack|wait"
    r"|status|sentry|drafter|deployments?-action|/deployments@|ssh-agent|ssh-key|known.hosts|auth"
    r"|metadata|checkout|label|marker|newrelic"
)
# First words of the names of such steps.
_PREPARES = frozenset(
    (
        *("set", "setup", "install", "configure", "config", "checkout", "check", "download"),
        *("notify", "wait", "verify", "validate", "smoke", "test", "tests", "build", "get"),
        *("determine", "generate", "prepare", "extract", "login", "log", "authenticate", "cache"),
        *("print", "show", "comment", "load", "read", "fill", "render", "assume", "import", "add"),
        *("find", "resolve", "compute", "confirm", "ensure", "health", "report", "send", "start"),
        *("debug", "cleanup", "clean", "remove", "enable", "parse", "define", "export", "mask"),
    )
)


def is_checklist(uses: str) -> bool:
    """Whether a step uses this action, no matter who owns the copy of it."""
    return bool(_CHECKLIST.fullmatch(uses))


def how_much(step: RunningStep) -> Deploys:
    """What the words of one step suggest."""
    if is_checklist(step.step.uses):
        return Deploys.NO
    by_name = _by_name(step.step.name)
    if only_prepares(step) and (step.step.uses or by_name is not Deploys.YES):
        return Deploys.NO
    by_words = _by_action(step.step.uses) if step.step.uses else _by_commands(step.step.run)
    if by_name is None:
        return by_words if by_words is not Deploys.MORE_THAN_PREPARES else Deploys.NO
    return max(by_name, by_words)


def says_deploy(*texts: str) -> bool:
    """Whether one of these names says that something is deployed or released."""
    words = {word.lower() for text in texts for word in _WORD.findall(text)}
    return bool(words & (_DEPLOY_WORDS | _RELEASE_WORDS | {"cd", "delivery"}))


def _by_name(name: str) -> Deploys | None:
    """None if the step only prepares or announces a deployment, by its name."""
    words = [word.lower() for word in _WORD.findall(name)]
    if words and words[0] in _PREPARES:
        return None
    if _STEP_WORDS.intersection(words):
        return Deploys.YES
    makes = bool(words) and words[0] in _MAKES and "release" in words
    releases = makes or _RELEASE_WORDS.intersection(words[:1])
    return Deploys.YES if releases and not _REPORTS.intersection(words) else Deploys.NO


def _by_action(uses: str) -> Deploys:
    path = uses.partition("@")[0]
    if _BESIDE.search(f"{path}@"):
        return Deploys.NO
    words = {word.lower() for word in _WORD.findall(path)}
    if words & (_DEPLOY_WORDS | _DEPLOYING_ACTIONS | _RELEASE_WORDS):
        return Deploys.YES
    if words & _PUBLISHING_ACTIONS:
        return Deploys.PUBLISHES
    return Deploys.MORE_THAN_PREPARES


def _by_commands(script: str) -> Deploys:
    lines = [line.split() for line in script.replace("\\\n", " ").splitlines()]
    return max(
        (_by_words(line) for line in lines if line and line[0] not in _TELLS),
        default=Deploys.NO,
    )


def _by_words(words: Sequence[str]) -> Deploys:
    found = Deploys.MORE_THAN_PREPARES
    for number, word in enumerate(words):
        program = basename(word.strip("\"'`$();&|"))
        behind = f" {' '.join(words[number + 1 :][:30])} "
        if _names(_DEPLOYING.get(program), behind):
            return Deploys.YES
        if _names(_PUBLISHING.get(program), behind):
            found = Deploys.PUBLISHES
    started = [word for word in words[:6] if not word.startswith("-")]
    rest = started if started and basename(started[0]) in _RUNNERS else started[:1]
    names = {word.lower() for each in rest for word in _WORD.findall(each)}
    if names & _STEP_WORDS or "deploy" in started:
        return Deploys.YES
    return max(found, Deploys.PUBLISHES if names & _RELEASE_WORDS else Deploys.NO)


def _names(phrases: Iterable[str] | None, behind: str) -> bool:
    if phrases is None:
        return False
    known = tuple(phrases)
    return not known or any(f" {phrase} " in behind for phrase in known)
