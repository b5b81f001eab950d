"""git ignores these paths; no tracked file matches those"""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..outcome import Finding, failed, passed
from ..values.globs import everywhere, matches_nothing
from ..world.ports import World
from . import base
from .base import Context, Reads, Seen


def _one_or_more(given: object) -> object:
    return (given,) if isinstance(given, str) else given


def _may_match(glob: str) -> str:
    if why := matches_nothing(glob):
        raise PydanticCustomError("vacuous", why)
    return glob


Glob = Annotated[str, AfterValidator(_may_match)]
Paths = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], Field(min_length=1), BeforeValidator(_one_or_more)]
Globs = Annotated[tuple[Glob, ...], Field(min_length=1), BeforeValidator(_one_or_more)]


class Params(base.Params):
    """At least one of the two."""

    ignored: Paths | None = Field(default=None, description="paths that a `.gitignore` covers; they need not exist")
    untracked: Globs | None = Field(
        default=None, description="globs that match no tracked file; one without `/` is looked for in every folder"
    )

    @model_validator(mode="after")
    def _asks_something(self) -> Params:
        if self.ignored is None and self.untracked is None:
            raise PydanticCustomError("vacuous", "needs `ignored` or `untracked`, or both")
        return self


def reads(params: Params) -> frozenset[Reads]:
    return frozenset({Reads.REPOSITORY})


def observe(params: Params, subject: str | None, world: World) -> Seen:
    repository = world.repository
    ignored = repository.ignored(params.ignored or ())
    tracked = repository.tracked([glob for each in params.untracked or () for glob in everywhere(each)])
    # A path that is tracked is not ignored, whatever `.gitignore` says: the remedy differs.
    bare = [path for path in params.ignored or () if not ignored[path]]
    committed = {path for path in bare if repository.tracked([literally(path), f"{literally(path.rstrip('/'))}/**"])}
    return Seen(source=repository.place(), what=(ignored, tracked, committed))


def judge(params: Params, seen: Seen, context: Context) -> Finding:
    ignored, tracked, committed = seen.what
    bare = [path for path in params.ignored or () if not ignored[path]]
    wrong = [f"`{path}` is tracked by git" if path in committed else f"git does not ignore `{path}`" for path in bare]
    if tracked:
        wrong.append(f"git tracks {_listed(tracked)}, which must stay out of the repository")
    if not wrong:
        return passed("; ".join(_holding(params)))
    return failed("; ".join(wrong), _remedy(bare, [*(path for path in bare if path in committed), *tracked]))


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
