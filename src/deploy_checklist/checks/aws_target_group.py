"""the target group's health check asks `path`, and every target is healthy"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Self
from urllib.parse import urlencode

from msgspec import Struct
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..outcome import Finding, Unobservable, failed, passed
from ..world.ports import World
from .base import JudgeContext, Needs, Observation
from .shared.aws import Aws, AwsParams, NotFound
from .shared.calls import Calls

if TYPE_CHECKING:
    from xml.etree import ElementTree

_VERSION = "2015-12-01"
_STATES = (
    "healthy",
    "initial",
    "unhealthy",
    "unhealthy.draining",
    "unused",
    "draining",
    "unavailable",
)
_LEAVING = "draining"


class Params(AwsParams):
    """`arn` or `name`; needs `elasticloadbalancing:DescribeTargetGroups` and
    `…:DescribeTargetHealth`.
    """

    arn: str | None = Field(
        default=None,
        pattern="^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]*:targetgroup/.+$",
        description="of the target group",
    )
    name: str | None = Field(
        default=None, min_length=1, max_length=32, description="of the target group"
    )
    path: str | None = Field(
        default=None, min_length=1, description="that its health check must ask"
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.arn is None) == (self.name is None):
            raise PydanticCustomError("aws", "takes either `arn` or `name`")
        return self


class _Observed(Struct, frozen=True, kw_only=True):
    """`path` is None if there is no such group; states in AWS' own words."""

    path: str | None
    states: tuple[str, ...] = ()


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=False)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    if params.arn and params.region is None:
        params = params.model_copy(update={"region": params.arn.split(":")[3]})
    calls = Calls(world, params.timeout)
    elb = Aws(name="ELBv2", endpoint="elasticloadbalancing", params=params, calls=calls)
    found = _look(elb, params)
    return Observation(source=calls.source("AWS target groups"), data=found)


def _look(elb: Aws, params: Params) -> _Observed:
    wanted = (
        {"TargetGroupArns.member.1": params.arn}
        if params.arn
        else {"Names.member.1": params.name or ""}
    )
    try:
        group = _members(_action(elb, "DescribeTargetGroups", wanted), "TargetGroups").find(
            "{*}member"
        )
        if group is None:
            return _Observed(path=None)
        named = group.findtext("{*}TargetGroupArn" if params.arn else "{*}TargetGroupName")
        if named != (params.arn or params.name):
            raise _odd()
        health = _action(
            elb, "DescribeTargetHealth", {"TargetGroupArn": group.findtext("{*}TargetGroupArn", "")}
        )
    except NotFound:  # of either: it may be deleted between the two
        return _Observed(path=None)
    described = _members(health, "TargetHealthDescriptions").iterfind("{*}member")
    states = [each.findtext("{*}TargetHealth/{*}State", "") for each in described]
    return _Observed(path=group.findtext("{*}HealthCheckPath", ""), states=tuple(states))


def _action(elb: Aws, action: str, query: dict[str, str]) -> ElementTree.Element:
    body = elb.xml(
        urlencode({"Action": action, "Version": _VERSION, **query}),
        f"elasticloadbalancing:{action}",
    )
    from xml.etree import ElementTree

    try:
        text = (
            body.decode()
        )  # as AWS writes; in UTF-16 a declaration would not be seen, and some encodings crash
        if (
            "<!" in text
        ):  # neither entities nor document types belong in an answer, and both misuse a parser
            raise _odd()
        return ElementTree.fromstring(text)  # noqa: S314 - declarations are refused above
    except (UnicodeDecodeError, ElementTree.ParseError):
        raise _odd() from None


def _members(answer: ElementTree.Element, name: str) -> ElementTree.Element:
    """A list of an answer; one that is not there at all is not an empty one."""
    found = answer.find(f".//{{*}}{name}")
    if found is None:
        raise _odd()
    return found


def _odd() -> Unobservable:
    return Unobservable("AWS did not answer as its documentation says")


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    look: _Observed = observation.data
    if look.path is None:
        return failed("AWS has no such target group", "is it the right account and region?")
    if params.path is not None and look.path != params.path:
        return failed(
            f"its health check does not ask `{params.path}`",
            "correct the health check of the target group",
        )
    staying = [state for state in look.states if state != _LEAVING]
    if not staying:
        return failed(
            "the target group has no targets",
            "register the targets, or name the group that is in use",
        )
    if set(staying) == {"unused"}:
        return failed("the target group is attached to no load balancer", "attach it to a listener")
    counts = Counter(state if state in _STATES else "in another state" for state in staying)
    if set(counts) != {"healthy"}:
        rest = ", ".join(
            f"{count} {state}" for state, count in sorted(counts.items()) if state != "healthy"
        )
        return failed(
            f"{rest}, of {len(staying)} targets", "see the reason of each in *EC2 › Target groups*"
        )
    asks = f"; the health check asks `{params.path}`" if params.path else ""
    return passed(f"{len(staying)} of {len(staying)} targets are healthy{asks}")
