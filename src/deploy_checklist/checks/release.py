"""GitHub has a release for the tag, published or a draft as the rule says; with `tag_only`, GitHub
has the tag

GitHub shows drafts only to a token that may write: to check a draft, give the job `contents:
write`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..outcome import Finding, Unobservable, failed, passed
from ..values.plain import quoted
from ..world.ports import ReleaseState, World
from . import base
from .base import JudgeContext, Needs, Observation

OF_RUNNING_WORLD = True
Text = Annotated[str, Field(min_length=1)]


class Params(base.Params):
    """Which tag, and in which state its release is."""

    shorthand = "tag"

    tag: Text = Field(description="The tag, usually `${tag}`.", examples=["${tag}"])
    draft: bool = Field(
        default=False, description="`true`: the release is still a draft. `false`: it is published."
    )
    prerelease: bool | None = Field(
        default=None,
        description="`true`: the release is marked as a pre-release. `false`: it is not.",
    )
    tag_only: bool = Field(
        default=False, description="`true`: only the tag must exist. A release is not needed."
    )

    @model_validator(mode="after")
    def _asks_one_thing(self) -> Params:
        if self.tag_only and (self.draft or self.prerelease is not None):
            raise PydanticCustomError(
                "contradiction", "a tag without a release is neither a draft nor a pre-release"
            )
        return self


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.GITHUB})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    if params.tag_only:
        return Observation(source="GitHub's tags", data=world.github.has_tag(params.tag))
    found = world.github.release(params.tag)
    if found is None and params.draft:
        raise Unobservable(
            f"this token sees no draft release for {quoted(params.tag)}",
            "create the draft, and give the job `contents: write`",
        )
    return Observation(source="GitHub's releases", data=found)


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    tag = quoted(params.tag)
    if params.tag_only:
        if observation.data:
            return passed(f"GitHub has the tag {tag}")
        return failed(f"GitHub has no tag {tag}", "push the tag")
    found: ReleaseState | None = observation.data
    if found is None:
        return failed(f"there is no published release for {tag}", "publish the release")
    if found.draft != params.draft:
        is_draft, remedy = "is still a draft", "publish the release"
        if params.draft:
            is_draft, remedy = "is already published", "check what was published"
        return failed(f"the release of {tag} {is_draft}", remedy)
    if params.prerelease is not None and found.prerelease != params.prerelease:
        marked = "is marked as a pre-release" if found.prerelease else "is not a pre-release"
        return failed(f"the release of {tag} {marked}", "edit the release")
    return passed(f"GitHub has {'a draft of ' if found.draft else ''}the release of {tag}")
