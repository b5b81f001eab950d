"""each of these that the rule names is true: git ignores the paths, tracks no file that matches the
globs, tracks no env file
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..outcome import Finding, failed, passed
from ..values.globs import expanded, glob_fault, literal_glob
from ..values.plain import quoted
from ..values.secret_files import is_env_file
from ..world.ports import Repository, World
from . import base
from .base import JudgeContext, Needs, Observation

_MOST_NAMED = 3


def _may_match(glob: str) -> str:
    if why := glob_fault(glob):
        raise PydanticCustomError("vacuous", why)
    return glob


Glob = Annotated[str, AfterValidator(_may_match)]
Path = Annotated[str, Field(min_length=1)]
Paths = Annotated[tuple[Path, ...], Field(min_length=1), base.ONE_OR_MORE]
Globs = Annotated[tuple[Glob, ...], Field(min_length=1), base.ONE_OR_MORE]

_ANY_FILE = "any-file"
# Files that are committed only so that git keeps their folder.
_FOLDER_KEEPERS = frozenset({".gitkeep", ".keep", ".gitignore"})
_MAY_BE_ENV_FILES = ("**/*[eE][nN][vV]*", "**/.envs/**")


class Params(base.Params):
    """At least one of the three."""

    ignored: Paths | None = Field(
        default=None,
        description="Paths that git must ignore because of a `.gitignore`. They need not exist.",
        examples=[".env"],
    )
    untracked: Globs | None = Field(
        default=None,
        description="Globs that no tracked file may match. A glob without `/` applies in every "
        "folder.",
        examples=["*.pem"],
    )
    no_env_files: Literal[True] | None = Field(
        default=None,
        description="Git tracks no env file in any folder (`.env`, `.env.production`, `prod.env`, "
        "…). Examples such as `.env.example` are allowed.",
    )

    @model_validator(mode="after")
    def _asks_something(self) -> Params:
        if self.ignored is None and self.untracked is None and self.no_env_files is None:
            raise PydanticCustomError("vacuous", "needs `ignored`, `untracked` or `no_env_files`")
        return self


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.REPOSITORY})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    repository = world.repository
    ignored = repository.ignored(params.ignored or ())
    tracked = set(
        repository.tracked([glob for each in params.untracked or () for glob in expanded(each)])
    )
    if params.no_env_files:
        tracked |= {path for path in repository.tracked(_MAY_BE_ENV_FILES) if is_env_file(path)}
    not_ignored = []
    for path in params.ignored or ():
        found = _not_ignored_in(path, repository) if ignored[path] else path
        if found:
            not_ignored.append(found)
    # A path that is tracked is not ignored, whatever `.gitignore` says: the remedy differs.
    committed = {
        path
        for path in not_ignored
        if repository.tracked([literal_glob(path), f"{literal_glob(path.rstrip('/'))}/**"])
    }
    return Observation(source=repository.place(), data=(not_ignored, sorted(tracked), committed))


def _not_ignored_in(folder: str, repository: Repository) -> str | None:
    """A path that git does not ignore in a folder that it ignores, such as `config/keep` with the
    lines `config/*` and `!config/keep`.
    """
    if not folder.endswith("/"):
        return None
    paths = [
        path
        for path in dict.fromkeys(_negated_paths(folder, repository))
        if path.rpartition("/")[2] not in _FOLDER_KEEPERS
    ]
    ignored = repository.ignored(paths)
    return next((path for path in paths if not ignored[path]), None)


def _negated_paths(folder: str, repository: Repository) -> Iterator[str]:
    """A path in the folder for every line `!…` of a `.gitignore` in or above it. Only git knows
    what the line does to the path.
    """
    parts = folder.rstrip("/").split("/")
    for depth in range(len(parts) + 1):
        above = "".join(f"{part}/" for part in parts[:depth])
        lines = (repository.read(f"{above}.gitignore") or b"").decode(errors="replace").splitlines()
        for pattern in (line[1:].strip() for line in lines if line.startswith("!")):
            name = re.sub(r"\*+|\?", "x", pattern.lstrip("/"))
            if pattern.endswith("/"):
                name += _ANY_FILE
            if (above + name).startswith(folder):
                yield above + name
            else:
                yield folder + name.removesuffix(f"/{_ANY_FILE}").rpartition("/")[2]


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    not_ignored, tracked, committed = observation.data
    faults = [
        f"`{path}` is tracked by git" if path in committed else f"git does not ignore `{path}`"
        for path in not_ignored
    ]
    if tracked:
        faults.append(f"git tracks {_listed(tracked)}, which must stay out of the repository")
    if faults:
        to_remove = [*(path for path in not_ignored if path in committed), *tracked]
        return failed("; ".join(faults), _remedy(not_ignored, to_remove))
    facts = []
    if params.ignored:
        facts.append(f"git ignores {_listed(params.ignored)}")
    if params.untracked:
        facts.append(f"git tracks no {_listed(params.untracked)}")
    if params.no_env_files:
        facts.append("git tracks no env file")
    return passed("; ".join(facts))


def _remedy(not_ignored: list[str], tracked: list[str]) -> str:
    steps = [f"add {_listed(not_ignored)} to `.gitignore`"] if not_ignored else []
    if tracked:
        command = shlex.join(["git", "rm", "--cached", *tracked[:_MOST_NAMED]])
        more = _more(tracked)
        steps.append(f"{quoted(command)}{more}, then replace the secrets that were in it")
    return "; ".join(steps)


def _listed(names: tuple[str, ...] | list[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:_MOST_NAMED]) + _more(names)


def _more(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return f" and {more} more" if more > 0 else ""
