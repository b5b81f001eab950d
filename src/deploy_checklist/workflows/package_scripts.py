"""What is wrong with the script of a package.json that `npm run X` starts. npm runs it without `-e` and `pipefail`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..documents import Malformed, load_document
from .shell import commands

_RUNNERS = frozenset(("npm", "pnpm", "yarn", "bun"))
_DOES_NOTHING = frozenset(("echo", "printf", "true", ":"))
# What may fail unseen before or after the command that the script is there for.
_ASIDE = _DOES_NOTHING | {"[", "[[", "test", "set", "export", "exit", "trap", "wait", "kill", "pkill", "sleep", "yes"}
_ASIDE |= {"cat", "cd", "cp", "mkdir", "mv", "rimraf", "rm", "tee", "touch"}
_CONTAINERS_ASIDE = frozenset(("down", "stop", "rm", "kill", "logs", "pull"))
_ANYWHERE = frozenset(("--if-present", "--silent", "-s"))  # with the first, npm is content with no script at all
_DEEPEST = 5  # scripts that start one another


def flaw(words: Sequence[str], package: bytes, file: str) -> str | None:
    """Why the command does nothing, or does not fail with what its script does; None too if it starts no script."""
    try:
        document = load_document(package, "package.json")
    except Malformed as error:
        return f"`{file}` cannot be read: line {error.line}: {error.why}" if _named(words, {}) else None
    scripts = document.get("scripts") if isinstance(document, dict) else None
    return _of_script(words, scripts if isinstance(scripts, dict) else {}, file, 0)


def _of_script(words: Sequence[str], scripts: Mapping[str, object], file: str, depth: int) -> str | None:
    name = _named(words, scripts)
    if name is None or depth == _DEEPEST:
        return None
    script = scripts.get(name)
    if not isinstance(script, str) or not script.strip():
        return f"`{file}` has no script `{name}`"
    found = commands(script, errexit=False)
    where = f"the script `{name}` in `{file}`"
    if not found:
        return f"{where} cannot be read"
    if all(_does_nothing(command.words) for command in found):
        return f"{where} does nothing"
    real = [command for command in found if not _is_aside(command.words)]
    bad = next((command for command in real if command.flaw and "its failure" in command.flaw), None)
    if bad is None and real and all(command.flaw for command in real):
        bad = real[0]
    if bad is not None:
        return f"in {where} `{' '.join(bad.words)}` {bad.flaw}"
    here = (command.words for command in real if command.flaw is None and command.folder == "")
    return next(filter(None, (_of_script(each, scripts, file, depth + 1) for each in here)), None)


def _named(words: Sequence[str], scripts: Mapping[str, object]) -> str | None:
    """The script that a command starts; `yarn X` starts one only if there is one."""
    words = [word for word in words if word not in _ANYWHERE]
    if len(words) < 2 or words[0] not in _RUNNERS:
        return None
    if words[1] in ("run", "run-script"):
        return words[2] if len(words) > 2 and not words[2].startswith("-") else None
    if words[1] in ("test", "t") and words[0] != "bun":
        return "test"
    return words[1] if words[0] != "npm" and words[1] in scripts else None


def _does_nothing(words: Sequence[str]) -> bool:
    return words[0] in _DOES_NOTHING or tuple(words) == ("exit", "0")


def _is_aside(words: Sequence[str]) -> bool:
    program = words[1] if words[0] == "npx" and len(words) > 1 else words[0]
    return program in _ASIDE or (program.startswith("docker") and not _CONTAINERS_ASIDE.isdisjoint(words))
