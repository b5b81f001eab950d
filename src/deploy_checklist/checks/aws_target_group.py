"""every target of the group is healthy and, with `path`, the health check requests that path

Name the group by `arn` or `name`. The role needs the permissions
`elasticloadbalancing:DescribeTargetGroups` and `elasticloadbalancing:DescribeTargetHealth`.
"""

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

OF_RUNNING_WORLD = True
_VERSION = "2015-12-01"
_STATES = ("healthy", "initial", "unhealthy", "unhealthy.draining", "unused", "unavailable")


class Params(AwsParams):
    """`arn` or `name`; needs `elasticloadbalancing:DescribeTargetGroups` and
    `…:DescribeTargetHealth`.
    """

    arn: str | None = Field(
        default=None,
        pattern="^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:[0-9]*:targetgroup/.+$",
        description="ARN of the target group.",
    )
    name: str | None = Field(
        default=None,
        min_length=1,
        max_length=32,
        description="Name of the target group.",
        examples=["shop"],
    )
    path: str | None = Field(
        default=None,
        min_length=1,
        description="The path that its health check must request.",
        examples=["/healthz"],
    )

    @model_validator(mode="after")
    def _names_one(self) -> Self:
        if (self.arn is None) == (self.name is None):
            raise PydanticCustomError("aws", "needs exactly one of `arn` and `name`")
        return self


class _Observed(Struct, frozen=True, kw_only=True):
    path: str | None  # of the health check; None if there is no such group
    states: tuple[str, ...] = ()  # of the targets, in AWS' words


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=False)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    if params.arn and params.region is None:
        params = params.model_copy(update={"region": params.arn.split(":")[3]})
    calls = Calls(world, params.timeout)
    elb = Aws(name="ELBv2", endpoint="elasticloadbalancing", params=params, calls=calls)
    try:
        found = _target_group(elb, params)
    except NotFound:  # also where it is deleted between the two calls
        found = _Observed(path=None)
    return Observation(source=calls.source("AWS target groups"), data=found)


def _target_group(elb: Aws, params: Params) -> _Observed:
    if params.arn:
        query, name_tag = {"TargetGroupArns.member.1": params.arn}, "{*}TargetGroupArn"
    else:
        query, name_tag = {"Names.member.1": params.name or ""}, "{*}TargetGroupName"
    groups = _call(elb, "DescribeTargetGroups", query, "TargetGroups")
    group = groups.find("{*}member")
    if group is None:
        return _Observed(path=None)
    if group.findtext(name_tag) != (params.arn or params.name):
        raise _unexpected_answer()
    query = {"TargetGroupArn": group.findtext("{*}TargetGroupArn", "")}
    targets = _call(elb, "DescribeTargetHealth", query, "TargetHealthDescriptions")
    states = [
        target.findtext("{*}TargetHealth/{*}State", "") for target in targets.iterfind("{*}member")
    ]
    return _Observed(path=group.findtext("{*}HealthCheckPath", ""), states=tuple(states))


def _call(elb: Aws, action: str, query: dict[str, str], list_tag: str) -> ElementTree.Element:
    """The list that an action answers with. A missing list is Unobservable, not empty."""
    from xml.etree import ElementTree

    asked = urlencode({"Action": action, "Version": _VERSION, **query})
    body = elb.xml(asked, f"elasticloadbalancing:{action}")
    try:
        # AWS writes UTF-8. In UTF-16 a declaration would not be found below, and some encodings
        # crash the parser.
        text = body.decode()
        # Entities and document types have no place in an answer, and both can be used against a
        # parser.
        if "<!" in text:
            raise _unexpected_answer()
        answer = ElementTree.fromstring(text)  # noqa: S314 - declarations are refused above
    except (UnicodeDecodeError, ElementTree.ParseError):
        raise _unexpected_answer() from None
    found = answer.find(f".//{{*}}{list_tag}")
    if found is None:
        raise _unexpected_answer()
    return found


def _unexpected_answer() -> Unobservable:
    return Unobservable("AWS's answer does not match its documentation")


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    group: _Observed = observation.data
    if group.path is None:
        return failed("AWS has no such target group", "check the account and the region")
    if params.path is not None and group.path != params.path:
        return failed(
            f"its health check does not request `{params.path}`",
            "change the path in the target group's health check",
        )
    states = [state for state in group.states if state != "draining"]
    if not states:
        return failed(
            "the target group has no targets",
            "register the targets, or name the group that you use",
        )
    if set(states) == {"unused"}:
        return failed("no load balancer uses the target group", "attach it to a listener")
    counts = Counter(state if state in _STATES else "in another state" for state in states)
    healthy = counts.pop("healthy", 0)
    if counts:
        rest = ", ".join(f"{count} {state}" for state, count in sorted(counts.items()))
        return failed(
            f"{rest}, of {len(states)} targets", "see the reasons in *EC2 › Target groups*"
        )
    asks = f"; the health check requests `{params.path}`" if params.path else ""
    return passed(f"{healthy} of {len(states)} targets are healthy{asks}")
