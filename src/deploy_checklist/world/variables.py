"""The variables of this process, or of a file that replaces them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..errors import Unusable
from ..opaque import OpaqueStruct
from .files import STANDARD_INPUT, read_or_wait, standard_input_or_wait
from .ports import Absence, EnvFile, Value

_LARGEST_FILE = 1_048_576
# python-dotenv looks for a comment from each blank of a run: a long run would take minutes.
_LONG_BLANKS = re.compile(r"(?<![^\S\r\n])[^\S\r\n]{1001}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# Set by the runner, or by the image that the action runs in: they tell nothing of the deployment.
_RESERVED = frozenset(
    ("PATH", "HOME", "CI", "HOSTNAME", "PWD", "OLDPWD", "SHLVL", "_", "LANG", "GPG_KEY")
)
_RESERVED_PREFIXES = ("GITHUB_", "RUNNER_", "INPUT_", "PYTHON_", "ACTIONS_")


class ProcessVariables(OpaqueStruct, frozen=True, kw_only=True):
    """Values by name, and why a value is missing. It has no repr, because it holds every value.

    `withheld`: GitHub gave this run no values. `may_be_old`: it may have given it those of an
    earlier attempt. Where `values` come from a file, that is `env_file`, and `process` has the
    process's own variables.
    """

    values: Mapping[str, str]
    source: str
    laptop: bool
    withheld: bool = False
    may_be_old: bool = False
    env_file: EnvFile | None = None
    process: Mapping[str, str] | None = None

    @classmethod
    def of_shell(
        cls, environ: Mapping[str, str], env_file: Path | None = None, *, seconds: float = 60
    ) -> ProcessVariables:
        """The variables of a shell, or of a file in its place: then the shell's do not count.

        The file may be a pipe (`<(op inject …)`) or `-`, standard input, which is waited for
        so many seconds.
        """
        laptop = "GITHUB_ACTIONS" not in environ
        if env_file is not None:
            values, lines = _file(env_file, seconds)
            empty = frozenset(name for name, value in values.items() if not value)
            stream = _stream(env_file)
            return cls(
                values=values,
                source=stream or f"the file {env_file.name}",
                laptop=laptop,
                env_file=EnvFile(name=stream or _openable(env_file), lines=lines, empty=empty),
                process=environ,
            )
        return cls(values=environ, source="this shell" if laptop else "this job", laptop=laptop)

    @classmethod
    def of_job(
        cls, environ: Mapping[str, str], *, withheld: bool = False, may_be_old: bool = False
    ) -> ProcessVariables:
        """The variables of a step's `env:`. `withheld`: for a fork or Dependabot; `may_be_old`: in
        a re-run.
        """
        return cls(
            values=environ,
            source="this job",
            laptop=False,
            withheld=withheld,
            may_be_old=may_be_old,
        )

    def lookup(self, name: str) -> Value | Absence:
        """The value, or why there is none."""
        reserved = name in _RESERVED or name.startswith(_RESERVED_PREFIXES)
        if reserved and self.process is None and not self.laptop:
            return Absence.RESERVED
        if self.withheld:
            return Absence.WITHHELD
        if name not in self.values:
            return Absence.UNSET if self.laptop else Absence.NOT_HANDED_OVER
        text = self.values[name]
        return Value(text) if text else Absence.EMPTY

    def place(self) -> str:
        """Where values come from, for evidence."""
        return self.source

    def file(self) -> EnvFile | None:
        """The file that replaces the environment, if there is one."""
        return self.env_file

    def everything(self) -> Mapping[str, str]:
        """Every value that this process knows: they are searched for in whatever it prints."""
        return {**(self.process or {}), **self.values}


def _stream(path: Path) -> str | None:
    """What people call it if it is no file: the name of a pipe is only a number."""
    if str(path) == STANDARD_INPUT:
        return "standard input"
    return "the pipe" if path.is_fifo() else None


def _openable(path: Path) -> str:
    """The path from the working directory, so that a terminal opens it, or as it was typed."""
    below = path.is_absolute() and path.is_relative_to(Path.cwd())
    return str(path.relative_to(Path.cwd()) if below else path)


def _file(path: Path, seconds: float) -> tuple[Mapping[str, str], Mapping[str, tuple[int, ...]]]:
    """The values as written, and the lines of each name. `${X}` is kept, because nothing would
    expand it for the deployment.
    """
    try:
        if str(path) == STANDARD_INPUT:
            data = standard_input_or_wait(what="env file", limit=_LARGEST_FILE, seconds=seconds)
        else:
            data = read_or_wait(path, what="env file", limit=_LARGEST_FILE, seconds=seconds)
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable(f"{path}: the env file is not UTF-8", hint="save it as UTF-8") from None
    values: dict[str, str] = {}
    lines: defaultdict[str, tuple[int, ...]] = defaultdict(tuple)
    for name, value, line in _assignments(path, text):
        values[name] = value
        lines[name] += (line,)
    return values, lines


def _assignments(path: Path, text: str) -> Iterator[tuple[str, str, int]]:
    """Name, value and line of each NAME=value. Any other line is an error: its author believes
    that it counts.
    """
    from io import StringIO  # only with --env-file: start-up is counted in milliseconds

    from dotenv.parser import parse_stream

    if blanks := _LONG_BLANKS.search(text):
        line = text.count("\n", 0, blanks.start()) + 1
        raise Unusable(f"{path}:{line}: more than 1,000 blanks in a row", hint="remove them")
    names = set[str]()
    for binding in parse_stream(StringIO(text)):
        name, value, written = binding.key, binding.value, binding.original.string
        if not binding.error and name is None:
            continue  # a blank line or a comment
        exports = value is None and name in names and written.lstrip().startswith("export")
        assigned = value not in (None, "=") or exports
        blank = written[: len(written) - len(written.lstrip())]
        line = binding.original.line + blank.count("\n")
        if binding.error or name is None or not _NAME.fullmatch(name) or not assigned:
            raise Unusable(
                f"{path}:{line}: expected NAME=value (or a quote is not closed)",
                hint="quote a value with several lines; start a comment with #",
            )
        names.add(name)
        if value is not None:
            yield name, value, line
