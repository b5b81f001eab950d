"""git, run with a bare environment: no user's or system's settings, no hooks, no monitor, no pager,
no network.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import which

from ..outcome import Unobservable

# What a repository's own settings could make git start is switched off here: settings on the
# command line win.
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
    """Runs git in one repository. `search` is the PATH in which git is found; relative entries are
    not looked at.
    """

    def __init__(self, root: Path, *, search: str, seconds: float = SECONDS) -> None:
        self._root = root
        self._search = os.pathsep.join(
            place for place in search.split(os.pathsep) if Path(place).is_absolute()
        )
        self._seconds = seconds
        self._known: dict[str, str] | None = (
            None  # of the repository's configuration, what is asked of it here
        )

    def text(self, *words: str, given: str = "") -> str:
        """What git prints. A failure is Unobservable, without git's words: they can quote a file."""
        code, output = self._run(words, given)
        if code:
            raise Unobservable(
                f"git could not look here (`git {words[0]}` failed)",
                "see whether `git status` works",
            )
        return output

    def fields(self, *words: str, given: Sequence[str] = ()) -> list[str]:
        """What git prints under `-z`, one by one."""
        return self.text(*words, given="\0".join(given)).split("\0")[:-1]

    def fields_or_none(self, *words: str, given: Sequence[str] = ()) -> list[str]:
        """The same, where git says by exit code 1 that there is nothing."""
        code, output = self._run(words, "\0".join(given))
        if code > 1:
            raise Unobservable(
                f"git could not look here (`git {words[0]}` failed)",
                "see whether `git status` works",
            )
        return output.split("\0")[:-1]

    def origin(self) -> str | None:
        """The URL of the remote `origin`, as configured."""
        return self._configured().get("remote.origin.url")

    def _run(self, words: Sequence[str], given: str) -> tuple[int, str]:
        filters = self._no_filters() if words[0] in ("status", "diff") else {}
        return self._started(words, given, filters)

    def _no_filters(self) -> dict[str, str]:
        """Settings that empty the repository's own filters: to compare a changed file git would
        start them.
        """
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
            wanted = r"^(filter\..*|remote\.origin\.url)$"
            code, output = self._started(("config", "-z", "--get-regexp", wanted), "", {})
            if code > 1:
                raise Unobservable(
                    "git could not look here (`git config` failed)",
                    "see whether `git status` works",
                )
            entries = (entry.partition("\n") for entry in output.split("\0") if entry)
            self._known = {key: value for key, _, value in entries}
        return self._known

    def _started(
        self, words: Sequence[str], given: str, more: Mapping[str, str]
    ) -> tuple[int, str]:
        git = which("git", path=self._search)
        if git is None:
            raise Unobservable("git is not installed here", "install git")
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
            raise Unobservable("git could not be started here", "install git") from None
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
            # A broken `.git` here must not make git speak of a repository around it.
            "GIT_CEILING_DIRECTORIES": str(self._root.parent),
        }
