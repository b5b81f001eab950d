"""What is wrong with the script of a package.json that `npm run X` starts. npm runs it without `-e`
and `pipefail`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..data_formats import Malformed, load_document
from .folders import below_root
from .shell import commands

_RUNNERS = frozenset(("npm", "pnpm", "yarn", "bun"))
_RUN = frozenset(("run", "run-script", "rum", "urn"))
_TEST = frozenset(("test", "tst", "t"))
_NO_SCRIPT = frozenset(("add", "ci", "create", "dlx", "exec", "i", "init", "install", "x"))
_DOES_NOTHING = frozenset(("echo", "printf", "true", ":"))
# What may fail unseen before or after the command that the script is there for.
_ASIDE = _DOES_NOTHING | {
    "[",
    "[[",
    "test",
    "set",
    "export",
    "exit",
    "trap",
    "wait",
    "kill",
    "pkill",
    "sleep",
    "yes",
}
_ASIDE |= {"cat", "cd", "cp", "mkdir", "mv", "rimraf", "rm", "tee", "touch"}
_CONTAINERS_ASIDE = frozenset(("down", "stop", "rm", "kill", "logs", "pull"))
# With the first, npm does not fail if there is no such script.
_ANYWHERE = frozenset(("--if-present", "--silent", "-s"))
_FOLDER = frozenset(("--prefix", "-C", "--dir", "--cwd"))
_ELSEWHERE = frozenset(
    ("-w", "--workspace", "-ws", "--workspaces", "-F", "--filter", "-r", "--recursive")
)
_ELSEWHERE |= {"workspace", "workspaces"}
_DEEPEST = 5  # scripts that start one another


def may_start_script(words: Sequence[str]) -> bool:
    """Whether a command starts a script, in whatever folder; `yarn X` does only if there is one."""
    plain = _plain(words)
    if plain[0] not in _RUNNERS or len(plain) < 2 or plain[1] in _NO_SCRIPT:
        return False
    return plain[0] != "npm" or plain[1] in _TEST or not _RUN.isdisjoint(plain)


def folder_of(words: Sequence[str], folder: str | None) -> str | None:
    """Where the package.json lies whose script a command starts in `folder`; None if that is not
    certain.
    """
    own = _own(words)
    if folder is None or any(word.partition("=")[0] in _ELSEWHERE for word in own):
        return None
    for at, word in enumerate(own):
        option, sign, value = word.partition("=")
        if option in _FOLDER:
            inner = value if sign else "".join(own[at + 1 : at + 2])
            if not inner or inner.startswith("/") or "$" in inner or "__" in inner:
                return None
            folder = f"{folder}/{inner}" if folder else inner
    return below_root(folder or ".")


def script_fault(words: Sequence[str], package: bytes, file: str) -> str | None:
    """Why the command does nothing, or does not fail with what its script does; None too if it
    starts no script.
    """
    words = _plain(words)
    try:
        document = load_document(package, "package.json")
    except Malformed as error:
        return (
            f"`{file}` cannot be read: line {error.line}: {error.why}"
            if _named(words, {})
            else None
        )
    scripts = document.get("scripts") if isinstance(document, dict) else None
    return _of_script(words, scripts if isinstance(scripts, dict) else {}, file, (), set())


def _of_script(
    words: Sequence[str],
    scripts: Mapping[str, object],
    file: str,
    above: tuple[str, ...],
    sound: set[str],
) -> str | None:
    """`above`: the scripts that led here; `sound`: those that need no second look."""
    name = _named(words, scripts)
    if name is None or name in sound:
        return None
    where = f"the script `{name}` in `{file}`"
    if name in above:
        return f"{where} starts itself"
    if len(above) == _DEEPEST:
        return f"{where} is started through {_DEEPEST} others, which is too deep to follow"
    script = scripts.get(name)
    if not isinstance(script, str) or not script.strip():
        return f"`{file}` has no script `{name}`"
    found = commands(script, errexit=False)
    if not found:
        return f"{where} cannot be read"
    real = [command for command in found if not _is_aside(command.words)]
    if not real:
        return f"{where} does nothing"
    bad = next(
        (
            command
            for command in real
            if command.why_ineffective and "its failure" in command.why_ineffective
        ),
        None,
    )
    if bad is None and all(command.why_ineffective for command in real):
        bad = real[0]
    if bad is not None:
        return f"in {where} `{' '.join(bad.words)}` {bad.why_ineffective}"
    for command in real:
        if command.why_ineffective is None and folder_of(command.words, command.folder) == "":
            inner = _of_script(_plain(command.words), scripts, file, (*above, name), sound)
            if inner is not None:
                return inner
    sound.add(name)
    return None


def _named(words: Sequence[str], scripts: Mapping[str, object]) -> str | None:
    """The script that a command starts, by its words without options; `yarn X` starts one only if
    there is one.
    """
    if len(words) < 2 or words[0] not in _RUNNERS:
        return None
    if words[1] in _RUN:
        return words[2] if len(words) > 2 and not words[2].startswith("-") else None
    if words[1] in _TEST and words[0] != "bun":
        return "test"
    return words[1] if words[0] != "npm" and words[1] in scripts else None


def _own(words: Sequence[str]) -> list[str]:
    """What the runner itself reads; what stands after `--` is for the script."""
    return list(words[: words.index("--")] if "--" in words else words)


def _plain(words: Sequence[str]) -> list[str]:
    """A command without the options that may stand anywhere in it."""
    found, own = list[str](), _own(words)
    for before, word in zip(["", *own], own, strict=False):
        is_folder = word.partition("=")[0] in _FOLDER or before in _FOLDER
        if not is_folder and word not in _ANYWHERE:
            found.append(word)
    if found[1:2] and found[1].startswith("-"):  # other options, with values or without
        start = next((at for at, word in enumerate(found) if word in _RUN | _TEST), 1)
        del found[1:start]
    return found


def _is_aside(words: Sequence[str]) -> bool:
    program = words[1] if words[0] == "npx" and len(words) > 1 else words[0]
    return program in _ASIDE or (
        program.startswith("docker") and not _CONTAINERS_ASIDE.isdisjoint(words)
    )
