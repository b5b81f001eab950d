"""The variables that were handed to this process, or that a file hands over in their place."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from ..errors import Unusable
from ..opaque import OpaqueStruct
from .files import read
from .ports import Absence, Value

_LARGEST_FILE = 1_048_576
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_.-]*")
# What the runner, or the image the action runs in, sets for itself. It says nothing of the team's
# deployment.
_RESERVED = frozenset(
    ("PATH", "HOME", "CI", "HOSTNAME", "PWD", "OLDPWD", "SHLVL", "_", "LANG", "GPG_KEY")
)
_RESERVED_PREFIXES = ("GITHUB_", "RUNNER_", "INPUT_", "PYTHON_", "ACTIONS_")


class ProcessVariables(OpaqueStruct, frozen=True, kw_only=True):
    """Values by name, and what it means if one is not there. It has no repr: it holds every value."""

    values: Mapping[str, str]
    source: str
    laptop: bool
    withheld: bool = False  # GitHub gave this run no values, or old ones
    own: Mapping[str, str] | None = (
        None  # the process's own variables, where `values` come from a file
    )

    @classmethod
    def of_shell(cls, environ: Mapping[str, str], env_file: Path | None = None) -> ProcessVariables:
        """What a shell hands over. A file stands for the whole environment: the shell does not fill
        its gaps.
        """
        laptop = "GITHUB_ACTIONS" not in environ
        if env_file is not None:
            return cls(
                values=_file(env_file),
                source=f"the file {env_file.name}",
                laptop=laptop,
                own=environ,
            )
        return cls(values=environ, source="this shell" if laptop else "this job", laptop=laptop)

    @classmethod
    def of_job(cls, environ: Mapping[str, str], *, withheld: bool = False) -> ProcessVariables:
        """What a step hands over in its `env:`. `withheld`: a fork, Dependabot, or a re-run, which
        gets old values.
        """
        return cls(values=environ, source="this job", laptop=False, withheld=withheld)

    def lookup(self, name: str) -> Value | Absence:
        """The value, or why there is none."""
        if self.own is None and not self.laptop and _is_reserved(name):
            return Absence.RESERVED
        if self.withheld:
            return Absence.WITHHELD
        text = self.values.get(name)
        if text:
            return Value(text)
        if text is None:
            return Absence.UNSET if self.laptop else Absence.NOT_HANDED_OVER
        return Absence.EMPTY

    def place(self) -> str:
        """Where values come from, for evidence."""
        return self.source

    def file(self) -> str | None:
        """The same, if a file stands for the environment."""
        return self.source if self.own is not None else None

    def everything(self) -> Mapping[str, str]:
        """Every variable there is, so that none of them comes out."""
        return {**(self.own or {}), **self.values}


def _is_reserved(name: str) -> bool:
    return name in _RESERVED or name.startswith(_RESERVED_PREFIXES)


def _file(path: Path) -> Mapping[str, str]:
    """Values as they are written: `${X}` stays what it is, because nothing here would expand it for
    the deployment.
    """
    try:
        text = read(path, what="env file", limit=_LARGEST_FILE).decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unusable(f"{path}: the env file is not UTF-8", hint="save it as UTF-8") from None
    return dict(_named(path, text))


def _named(path: Path, text: str) -> Iterator[tuple[str, str]]:
    """Its lines NAME=value. A line that says something else is refused: whoever wrote it believes
    that it counts.
    """
    from io import StringIO  # only with --env-file: start-up is counted in milliseconds

    from dotenv.parser import parse_stream

    names = set[str]()
    for binding in parse_stream(StringIO(text)):
        key, value = binding.key, binding.value
        if not binding.error and key is None:
            continue  # blank, or words behind a #
        exported = (
            value is None and key in names and binding.original.string.lstrip().startswith("export")
        )
        if (
            binding.error
            or key is None
            or not _NAME.fullmatch(key)
            or (value in (None, "=") and not exported)
        ):
            blank = re.match(r"\s*", binding.original.string)
            line = binding.original.line + (blank.group().count("\n") if blank else 0)
            raise Unusable(
                f"{path}:{line}: is no line NAME=value, or its quotes do not close",
                hint="write NAME=value; of several lines: NAME='…' with the quote closed; words begin with #",
            )
        names.add(key)
        if value is not None:
            yield key, value
