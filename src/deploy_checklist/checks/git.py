"""git ignores these paths; no tracked file matches those"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..outcome import Finding, failed, passed
from ..values.globs import expanded, glob_fault
from ..world.ports import Repository, World
from . import base
from .base import JudgeContext, Needs, Observation


def _may_match(glob: str) -> str:
    if why := glob_fault(glob):
        raise PydanticCustomError("vacuous", why)
    return glob


Glob = Annotated[str, AfterValidator(_may_match)]
Path = Annotated[str, Field(min_length=1)]
Paths = Annotated[tuple[Path, ...], Field(min_length=1), base.ONE_OR_MORE]
Globs = Annotated[tuple[Glob, ...], Field(min_length=1), base.ONE_OR_MORE]


_ANY = "any-file"
_HOLD_A_PLACE = frozenset(
    {".gitkeep", ".keep", ".gitignore"}
)  # so that git has the folder; nothing is in them


class Params(base.Params):
    """At least one of the two."""

    ignored: Paths | None = Field(
        default=None, description="paths that a `.gitignore` covers; they need not exist"
    )
    untracked: Globs | None = Field(
        default=None,
        description="globs that match no tracked file; one without `/` is looked for in every folder",
    )

    @model_validator(mode="after")
    def _asks_something(self) -> Params:
        if self.ignored is None and self.untracked is None:
            raise PydanticCustomError("vacuous", "needs `ignored` or `untracked`, or both")
        return self


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.REPOSITORY})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    repository = world.repository
    ignored = repository.ignored(params.ignored or ())
    tracked = repository.tracked(
        [glob for each in params.untracked or () for glob in expanded(each)]
    )
    bare = [
        hole
        for path in params.ignored or ()
        if (hole := _hole(path, repository) if ignored[path] else path)
    ]
    # A path that is tracked is not ignored, whatever `.gitignore` says: the remedy differs.
    committed = {
        path
        for path in bare
        if repository.tracked([literally(path), f"{literally(path.rstrip('/'))}/**"])
    }
    return Observation(source=repository.place(), data=(bare, tracked, committed))


def _hole(folder: str, repository: Repository) -> str | None:
    """What git does not ignore in a folder that it ignores: `config/*` does that, and
    `!config/keep` takes one back.
    """
    if not folder.endswith("/"):
        return None
    inside = dict.fromkeys(_taken_back(folder, repository))
    asked = [path for path in inside if path.rpartition("/")[2] not in _HOLD_A_PLACE]
    ignored = repository.ignored(asked)
    return next((path for path in asked if not ignored[path]), None)


def _taken_back(folder: str, repository: Repository) -> Iterator[str]:
    """A path in the folder for every `!…` of a `.gitignore` in or above it; git itself is asked
    what the line does.
    """
    parts = folder.rstrip("/").split("/")
    for depth in range(len(parts) + 1):
        above = "".join(f"{part}/" for part in parts[:depth])
        lines = (repository.read(f"{above}.gitignore") or b"").decode(errors="replace").splitlines()
        for pattern in (line[1:].strip() for line in lines if line.startswith("!")):
            name = re.sub(r"\*+|\?", "x", pattern.lstrip("/")) + (
                _ANY if pattern.endswith("/") else ""
            )
            path = above + name
            yield (
                path
                if path.startswith(folder)
                else folder + name.removesuffix(f"/{_ANY}").rpartition("/")[2]
            )


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    bare, tracked, committed = observation.data
    wrong = [
        f"`{path}` is tracked by git" if path in committed else f"git does not ignore `{path}`"
        for path in bare
    ]
    if tracked:
        wrong.append(f"git tracks {_listed(tracked)}, which must stay out of the repository")
    if not wrong:
        return passed("; ".join(_holding(params)))
    return failed(
        "; ".join(wrong), _remedy(bare, [*(path for path in bare if path in committed), *tracked])
    )


def _holding(params: Params) -> list[str]:
    said = [f"git ignores {_listed(params.ignored)}"] if params.ignored else []
    return said + ([f"git tracks no {_listed(params.untracked)}"] if params.untracked else [])


def _remedy(bare: list[str], tracked: list[str]) -> str:
    steps = [f"add {_listed(bare)} to `.gitignore`"] if bare else []
    if tracked:
        steps.append(f"`git rm --cached` {_listed(tracked)}, and replace what was secret in it")
    return "; ".join(steps)


def _listed(names: tuple[str, ...] | list[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(f"`{name}`" for name in names[:3]) + more


def literally(path: str) -> str:
    """A glob that matches this path alone."""
    return "".join(f"\\{char}" if char in "*?[]\\" else char for char in path)
