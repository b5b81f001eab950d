"""What is wrong with the script of a package.json that a command such as `npm run e2e` starts.

It is started by `sh -c`, without `-e`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from ..data_formats import Malformed, load_document
from .folders import below_root
from .script import PLAIN_BUILTINS, read_script

_RUNNERS = frozenset(("npm", "pnpm", "yarn", "bun"))
_RUN = frozenset(("run", "run-script", "rum", "urn"))
_TEST = frozenset(("test", "tst", "t"))
_NO_SCRIPT = frozenset(("", "add", "ci", "create", "dlx", "exec", "i", "init", "install", "x"))
_VERBS = _RUN | _TEST | _NO_SCRIPT
_FLAGS = frozenset(("--if-present", "--silent", "-s"))
_FOLDER = frozenset(("--prefix", "-C", "--dir", "--cwd"))
_WORKSPACES = frozenset(("-w", "--workspace", "-ws", "--workspaces", "-F", "--filter", "-r"))
_WORKSPACES |= {"--recursive", "recursive", "workspace", "workspaces"}
_LAST_EXIT = re.compile(r"(?:^|&&|;)\s*+exit(?:\s+[0-9]+)?\s*+(?:;\s*+)?$")
_DEEPEST = 5  # scripts that start one another


class ScriptFault(Struct, frozen=True, kw_only=True):
    """Why a script may not fail with what it is there for; `text` reads after "runs it, but "."""

    text: str
    certain: bool  # False: what the script does could not be checked


class _Start(Struct, frozen=True):
    """How a command starts a script."""

    name: str  # "" if it is not certain
    folder: str  # that the command names, "." if it names none
    in_workspaces: bool
    or_program: bool  # where there is no such script, it starts a program


class _Fault(Exception):
    """The text of a ScriptFault, and whether it is certain."""


def may_start_script(words: Sequence[str]) -> bool:
    """Whether a command starts a script, in whatever folder; `yarn X` does only if there is one."""
    return _start(words) is not None


def folder_of(words: Sequence[str], folder: str | None) -> str | None:
    """The folder of the package.json that a command reads in `folder`; None if that is not
    certain.
    """
    start = _start(words)
    inner = start.folder if start else "."
    if folder is None or inner.startswith(("/", "~")) or "$" in inner:
        return None
    return below_root(f"{folder or '.'}/{inner}")


def script_fault(words: Sequence[str], package: bytes | None, file: str) -> ScriptFault | None:
    """What is wrong with the script that a command starts; None too if it starts none.

    `package`: what `file` holds; None if there is no such file.
    """
    try:
        _Package(package, file).does_something(words, ())
    except _Fault as fault:
        text, certain = fault.args
        return ScriptFault(text=text, certain=certain)
    return None


def _start(words: Sequence[str]) -> _Start | None:
    runner, *arguments = words
    own = iter(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    plain, folder, in_workspaces, after_options, certain = list[str](), ".", False, False, True
    for word in own:
        option, sign, value = word.partition("=")
        if option in _FOLDER:
            folder = value if sign else next(own, "$")
        elif option in _WORKSPACES and (option.startswith("-") or not plain):
            in_workspaces = True
        elif not word.startswith("-"):
            plain.append(word)
        elif word not in _FLAGS:  # the next word may be its value
            after_options = after_options or not plain
            certain = certain and _RUN.isdisjoint(plain[-1:])
    verbs = plain if after_options or in_workspaces else plain[:1]
    first = next((word for word in verbs if word in _VERBS), "".join(plain[:1]))
    no_script = first in _NO_SCRIPT or (runner, first) == ("bun", "test")
    if runner not in _RUNNERS or no_script or (runner == "npm" and first not in _VERBS):
        return None
    name, or_program = "test" if first in _TEST else first, first not in _VERBS
    if first in _RUN:
        name = "".join(plain[plain.index(first) + 1 :][:1])
        or_program = runner in ("yarn", "bun")
    elif or_program and after_options:
        certain = False
    return _Start(name if certain else "", folder, in_workspaces, or_program)


class _Package:
    """A package.json, whose scripts may start one another."""

    def __init__(self, data: bytes | None, file: str) -> None:
        self._file, self._fault = file, f"there is no `{file}`" if data is None else ""
        self._known: dict[str, bool] = {}  # by script, whether it does something
        document: object = None
        try:
            document = load_document(data or b"{}", "package.json")
        except Malformed as error:
            self._fault = f"`{file}` cannot be read: line {error.line}: {error.why}"
        scripts = document.get("scripts") if isinstance(document, dict) else None
        self._scripts: Mapping[str, object] = scripts if isinstance(scripts, dict) else {}

    def does_something(self, words: Sequence[str], above: tuple[str, ...]) -> bool:
        """Whether a command starts more than builtins of the shell. `above`: the scripts that led
        here. _Fault if it is not certain, or if what the first script starts is nothing.
        """
        start = _start(words)
        if start is None:
            return words[0] not in PLAIN_BUILTINS
        if start.in_workspaces or not start.name:
            where = "of workspaces" if start.in_workspaces else "whose name is not certain"
            raise _Fault(f"`{' '.join(words)}` starts a script {where}", False)
        script = self._scripts.get(start.name)
        if script is None and (start.or_program or (above and "--if-present" in words)):
            return start.or_program
        if not isinstance(script, str):
            raise _Fault(self._fault or f"`{self._file}` has no script `{start.name}`", True)
        if start.name not in self._known:
            self._known[start.name] = self._runs_something(start.name, script, above)
        if not above and not self._known[start.name]:
            raise _Fault(f"the script `{start.name}` in `{self._file}` does nothing", True)
        return self._known[start.name]

    def _runs_something(self, name: str, script: str, above: tuple[str, ...]) -> bool:
        where = f"the script `{name}` in `{self._file}`"
        if name in above or len(above) == _DEEPEST:
            why = (
                "starts itself" if name in above else f"is started through {_DEEPEST} other scripts"
            )
            raise _Fault(f"{where} {why}", name in above)
        read = read_script(_LAST_EXIT.sub("", script), errexit=False)
        if read.obstacle is None and all(each.words[0] in PLAIN_BUILTINS for each in read.commands):
            return False
        read = read_script(script, errexit=False)
        if read.obstacle is not None:
            raise _Fault(f"{where} has {read.obstacle.what}", False)
        works = False
        for command in read.commands:
            shown = f"in {where} `{' '.join(command.words)}`"
            if command.hidden is not None:
                raise _Fault(f"{shown} {command.hidden}", False)
            if may_start_script(command.words) and folder_of(command.words, command.folder) != "":
                raise _Fault(f"{shown} starts a script of another folder", False)
            works = self.does_something(command.words, (*above, name)) or works
        return works
