"""git, run without user and system settings, hooks, monitor, pager or network."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import which

from ..outcome import Unobservable

# These switch off every program that a repository's own settings could make git start: settings on
# the command line take precedence.
_SETTINGS = (
    "core.fsmonitor=false",
    f"core.hooksPath={os.devnull}",
    f"core.excludesFile={os.devnull}",
    f"core.attributesFile={os.devnull}",
    "core.quotePath=false",
    "core.pager=cat",
    "diff.external=",
    "protocol.allow=never",
    "safe.directory=*",
    "versionsort.suffix=-",
)
SECONDS = 15.0


class Git:
    """Runs git in one repository. `search` is the PATH on which git is found. `in_job`: in a job of
    GitHub Actions, where nobody types a command.

    Relative entries of it are ignored: they would let a repository bring its own git.
    """

    def __init__(
        self, root: Path, *, search: str, in_job: bool = False, seconds: float = SECONDS
    ) -> None:
        self._root = root
        self._search = os.pathsep.join(
            entry for entry in search.split(os.pathsep) if Path(entry).is_absolute()
        )
        self._in_job = in_job
        self._seconds = seconds
        self._known: dict[str, str] | None = None  # the settings that are read here

    def text(self, *words: str, given: str = "") -> str:
        """What git prints; Unobservable if it fails. git's own message may quote a file's content,
        so it is not shown.
        """
        code, output = self._run(words, given)
        if code:
            raise self._failed(words[0])
        return output

    def fields(self, *words: str, given: Sequence[str] = ()) -> list[str]:
        """The fields that git prints with `-z`."""
        return self.text(*words, given="\0".join(given)).split("\0")[:-1]

    def fields_or_none(self, *words: str, given: Sequence[str] = ()) -> list[str]:
        """The same, where git's exit code 1 means that there are none."""
        code, output = self._run(words, "\0".join(given))
        if code > 1:
            raise self._failed(words[0])
        return output.split("\0")[:-1]

    def origin(self) -> str | None:
        """The URL of the remote `origin`, as configured."""
        return self._configured().get("remote.origin.url")

    def _run(self, words: Sequence[str], given: str) -> tuple[int, str]:
        filters = self._no_filters() if words[0] in ("status", "diff") else {}
        return self._start(words, given, filters)

    def _no_filters(self) -> dict[str, str]:
        """Settings that empty the repository's own filters, which git starts to compare files."""
        drivers = sorted(
            {name.rpartition(".")[0] for name in self._configured() if name.startswith("filter.")}
        )
        keys = [(f"{driver}.{key}", "") for driver in drivers for key in ("clean", "process")]
        keys += [(f"{driver}.required", "false") for driver in drivers]
        filters = {"GIT_CONFIG_COUNT": str(len(keys))}
        for number, (key, value) in enumerate(keys):
            filters |= {f"GIT_CONFIG_KEY_{number}": key, f"GIT_CONFIG_VALUE_{number}": value}
        return filters

    def _configured(self) -> Mapping[str, str]:
        if self._known is None:
            names = r"^(filter\..*|remote\.origin\.url)$"
            code, output = self._start(("config", "-z", "--get-regexp", names), "", {})
            if code > 1:
                raise self._failed("config")
            entries = (entry.partition("\n") for entry in output.split("\0") if entry)
            self._known = {key: value for key, _, value in entries}
        return self._known

    def _start(self, words: Sequence[str], given: str, more: Mapping[str, str]) -> tuple[int, str]:
        """git's exit code and output. `more`: environment variables for it."""
        git = which("git", path=self._search)
        if git is None:
            raise Unobservable("git is not installed on this machine", "install git")
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        try:
            done = subprocess.run(  # noqa: S603 - a list of our own words, never a shell
                [git, "-C", str(self._root), "--no-pager", *settings, *words],
                input=given.encode(),
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env={**self._environment(), **more},
                timeout=self._seconds,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise Unobservable(f"git did not answer within {self._seconds:g} seconds") from None
        except OSError:
            raise Unobservable("git could not be started on this machine", "install git") from None
        return done.returncode, done.stdout.decode(errors="replace")

    def _environment(self) -> dict[str, str]:
        return {
            "PATH": self._search,
            "LC_ALL": "C",
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": os.devnull,
            "GIT_ATTR_NOSYSTEM": "1",
            "GIT_OPTIONAL_LOCKS": "0",
            "GIT_TERMINAL_PROMPT": "0",
            "GIT_NO_LAZY_FETCH": "1",
            "GIT_NO_REPLACE_OBJECTS": "1",
            # If `.git` is broken here, git must not answer for a repository in a folder above.
            "GIT_CEILING_DIRECTORIES": str(self._root.parent),
        }

    def _failed(self, command: str) -> Unobservable:
        remedy = "check whether `git status` works"
        if self._in_job:
            remedy = "check the repository out again, with actions/checkout before this step"
        return Unobservable(f"git failed in this folder (`git {command}`)", remedy)
