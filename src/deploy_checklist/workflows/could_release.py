"""Whether a job could make or publish a release: by what it is allowed to do, not by what it does.

No list of commands and actions can show that a job does not release. A token that may not write,
and no other credential, can.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import reduce
from posixpath import basename

from .expand import RunningJob, RunningStep
from .script import PlainCommand, read_script

# With these a token reports on a commit, a pull request or an issue. `actions: write` is none of
# them: it starts another workflow.
_REPORTS = frozenset({"statuses", "checks", "pull-requests", "issues"})
# Steps that prepare a job: they fetch, set up or install, or pass files to another job.
_PREPARING_ACTION = re.compile(
    r"actions/(?:checkout|upload-artifact|download-artifact)@.+"
    r"|[\w.-]+(?:/[\w.-]+)*/(?:[\w.-]*-)?(?:setup|install|cache|toolchain)(?:-[\w.-]+)?"
    r"(?:/(?:restore|save))?@.+|step-security/harden-runner@.+",
    re.IGNORECASE,
)
_INSTALLERS = frozenset(
    (
        *("npm", "pnpm", "yarn", "bun", "corepack", "npx", "pip", "pip3", "pipx", "poetry", "uv"),
        *("pipenv", "conda", "bundle", "gem", "go", "cargo", "rustup", "composer", "dotnet", "mix"),
        *("apt", "apt-get", "apk", "brew", "dnf", "yum", "playwright", "flutter", "dart", "swift"),
    )
)
_INSTALLS = frozenset(
    (
        *("install", "i", "ci", "add", "sync", "restore", "fetch", "download", "update", "enable"),
        *("deps.get", "bundle"),
    )
)
# `go mod download`, `uv pip install`, `npx playwright install`, `flutter pub get`.
_INSTALLS_BY_TWO = re.compile(
    r"mod download|(?:pip|playwright|tool|self|python|toolchain) (?:install|restore|add)|pub get"
)
_SHELLS = (None, "bash", "sh", "pwsh", "powershell", "cmd")
_QUIET = frozenset(("-y", "-q", "-qq", "-yq", "-qy", "-yqq", "--yes", "--quiet", "--no-install"))
_BEFORE_INSTALLER = frozenset(("sudo", "python", "python3", "-m", "env"))
_HARMLESS = frozenset(("cd", "echo", "printf", "mkdir", "set", "export", "pwd", "ls", "true", ":"))


def why_it_could_release(job: RunningJob) -> str | None:
    """What would let a job release something, in words that follow its name; None if nothing
    would.
    """
    if job.elsewhere:
        return f"calls `{job.elsewhere}`, which could not be read"
    if owns_environment(job):
        return "uses an environment"
    if (writable := _writable(job)) is None:
        return "has no limited `permissions:`"
    if writable - _REPORTS:
        return f"may write `{min(writable - _REPORTS)}`"
    secrets = [name for at in job.calls for name in (*at.job.secrets, *at.workflow.secrets)]
    if secrets:
        all_of_them = secrets[0] in ("inherit", "*")
        return "receives all secrets" if all_of_them else f"receives the secret `{secrets[0]}`"
    if job.job.own_machine:
        return "runs on your own machine, with whatever credentials that machine has"
    return None


def how_to_narrow(job: RunningJob) -> str | None:
    """What to change so that a job could release nothing; None if that needs more than a line."""
    if job.elsewhere or owns_environment(job) or job.job.own_machine:
        return None
    lines = list[str]()
    writable = _writable(job)
    if writable is None or writable - _REPORTS:
        lines.append(f"add `permissions: {{ contents: read }}` to job `{job.job.id}`")
    for at in job.calls:
        file = basename(at.workflow.path)
        lines += [f"remove {_shown(name)} from {at.name}" for name in at.job.secrets]
        lines += [
            f"remove {_shown(name)} from the `env:` of `{file}`" for name in at.workflow.secrets
        ]
    return " and ".join(lines)


def _shown(name: str) -> str:
    """A secret as written in the file; "*" is any of them."""
    if name == "inherit":
        return "`secrets: inherit`"
    return "the `secrets` context" if name == "*" else f"`secrets.{name}`"


def says_it_may_release(job: RunningJob) -> bool:
    """Whether something written lets it release, rather than a default."""
    return _writable(job) is not None or owns_environment(job)


def owns_environment(job: RunningJob) -> bool:
    """Whether it, or a job that calls it, appears to deploy."""
    return any(at.job.deploys for at in job.calls)


def only_prepares(step: RunningStep) -> bool:
    """Whether a step does no more than to check out, set up or install."""
    if step.never:
        return True
    if step.step.uses:
        return bool(_PREPARING_ACTION.fullmatch(step.step.uses))
    if step.step.shell not in _SHELLS:
        return False
    script = read_script(step.step.run)
    return script.obstacle is None and only_installs(script.commands)


def only_installs(commands: Iterable[PlainCommand]) -> bool:
    """Whether commands do no more than to set up or install."""
    return all(_installs(command.words) for command in commands)


def _writable(job: RunningJob) -> frozenset[str] | None:
    """What its token may write: a call can only narrow it. None if nothing narrows it."""
    told = [at.job.writes if at.job.writes is not None else at.workflow.writes for at in job.calls]
    narrowed = [writes for writes in told if writes is not None]
    if not narrowed:
        return None
    return reduce(_both, narrowed)


def _both(one: frozenset[str], other: frozenset[str]) -> frozenset[str]:
    if "write-all" in one:
        return other
    return one if "write-all" in other else one & other


def _installs(words: tuple[str, ...]) -> bool:
    rest = [word for word in words if word not in _BEFORE_INSTALLER]
    if not rest or rest[0] in _HARMLESS:
        return True
    return rest[0] in _INSTALLERS and _asks_to_install(rest[0], rest[1:])


def _asks_to_install(installer: str, rest: list[str]) -> bool:
    """Whether the first words that are not options ask to install; so does `yarn` alone."""
    plain = [word for word in rest if not word.startswith("-")]
    if not plain:
        return installer != "npx"
    before = rest[: rest.index(plain[0])]
    if not _QUIET.issuperset(before):
        return False  # the word may belong to the option before it: `yarn --cwd ci publish`
    if plain[0] in _INSTALLS and installer != "npx":
        return True
    return _INSTALLS_BY_TWO.fullmatch(" ".join(plain[:2])) is not None
