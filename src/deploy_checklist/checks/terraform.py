"""an output or a resource in a Terraform state, or in the output of `terraform output -json`,
passes the comparators

Name exactly one source: a file in the checkout (`state`), a `url`, or a file on `github`. The file
is a state (version 4) or those outputs. Values are never shown, because states contain secrets in
plain text.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from msgspec.structs import replace
from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from ..data_formats import Malformed, load_document
from ..opaque import OpaqueStruct
from ..outcome import Finding, Outcome, Unobservable, failed, unknown
from ..values.globs import literal_glob
from ..world.ports import World
from . import value
from .base import JudgeContext, Needs, Observation
from .data import ValueAtPath, judge_at
from .shared import document, terraform_shapes
from .shared.document import Document, DocumentParams
from .shared.terraform_shapes import Commands

OF_RUNNING_WORLD = True
_MOST_NAMED = 3  # tainted resources in one notice


class Params(ValueAtPath, DocumentParams):
    """One output or one resource, and at least one comparator. Values are never shown: states hold
    secrets in clear.
    """

    file_key = "state"

    state: str | None = Field(
        default=None,
        min_length=1,
        description="Path of a file in the checkout.",
        examples=["terraform.tfstate"],
    )
    output: str | None = Field(
        default=None, min_length=1, description="Name of an output.", examples=["lb_dns_name"]
    )
    resource: str | None = Field(
        default=None,
        min_length=1,
        description="Address of a resource. Without an index: each of its instances.",
        examples=["module.lb.aws_lb.main[0]"],
    )

    @model_validator(mode="after")
    def _names_one_thing(self) -> Params:
        if (self.output is None) == (self.resource is None):
            raise PydanticCustomError("source", "needs exactly one of `output` and `resource`")
        return self


class _Observed(OpaqueStruct, frozen=True, kw_only=True):
    document: Document
    tracked: bool
    others: Mapping[str, str]


def reads(params: Params) -> frozenset[Needs]:
    return document.needs(params)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    others = value.others_of(params, world)
    found = document.read(params, world)
    tracked = params.state is not None and found.fault is None and _tracked(params.state, world)
    observed = _Observed(document=found, tracked=tracked, others=others)
    return Observation(source=found.source, data=observed)


def _tracked(path: str, world: World) -> bool:
    """Whether git tracks the file; False if git cannot be asked, so that there is no notice."""
    try:
        return bool(world.repository.tracked([literal_glob(path.removeprefix("./"))]))
    except Unobservable:
        return False


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    observed: _Observed = observation.data
    if observed.document.fault is not None:
        remedy = None
        if params.state:
            remedy = f"write it in an earlier step: `terraform output -json > {params.state}`"
        return failed(f"{params.source} {observed.document.fault}", remedy)
    finding = _judge_document(params, observed)
    if not observed.tracked:
        return finding
    notice = f"{params.source} is tracked by git, but a state contains secrets in plain text"
    return replace(finding, notices=(*finding.notices, notice))


def _judge_document(params: Params, observed: _Observed) -> Finding:
    source, commands = params.source, _commands(params)
    try:
        found = load_document(observed.document.data, "state.json")
    except Malformed as error:
        return terraform_shapes.not_json(source, observed.document.data, error, commands)
    if not isinstance(found, dict):
        return terraform_shapes.single_value(source, commands)
    foreign = terraform_shapes.foreign_document(source, found, params.output, commands)
    if foreign is not None:
        return foreign
    named = _outputs(params, found) if params.output is not None else _resources(params, found)
    if isinstance(named, Finding):
        return named
    findings = [_judge_value(params, each, observed.others, name) for name, each in named]
    failures = [finding for finding in findings if finding.outcome is not Outcome.PASS]
    finding = (failures or findings)[0]
    return replace(finding, notices=(*finding.notices, *_taint_notices(params, found)))


def _commands(params: Params) -> Commands:
    return Commands.into(params.state, resource=params.resource is not None)


def _judge_value(params: Params, found: object, others: Mapping[str, str], name: str) -> Finding:
    where = f"{name} of {params.source}"
    if isinstance(found, str) and found in terraform_shapes.MASKED:
        return unknown(
            f"{where} is masked, so its value is not known",
            _commands(params).remedy(),
        )
    finding = judge_at(params, found, others, where, secret=True)
    if found is None and finding.outcome is Outcome.FAIL:
        return failed(f"{where} exists, but is null")
    return finding


Named = list[tuple[str, object]]  # the values to check, and their names in messages


def _outputs(params: Params, document: dict[str, object]) -> Named | Finding:
    outputs = document.get("outputs") if _is_state(document) else document
    output = outputs.get(params.output) if isinstance(outputs, dict) else None
    if isinstance(output, dict) and "value" in output:
        return [(f"output `{params.output}`", output["value"])]
    message = f"{params.source} has no output `{params.output}`"
    if outputs:
        return failed(message)
    return failed(f"{message}: it has no outputs", _commands(params).where())


def _resources(params: Params, document: dict[str, object]) -> Named | Finding:
    if not _is_state(document):
        return failed(
            f"{params.source} contains only outputs, so there is no resource to check",
            "use the state file",
        )
    found: Named = [
        (f"`{address}`", instance.get("attributes"))
        for resource, address, instance in _instances(document.get("resources"))
        if params.resource in (resource, address)
    ]
    if found:
        return found
    if params.resource in [_address(each) for each in _dicts(document.get("resources"))]:
        return failed(
            f"`{params.resource}` has no instance in {params.source}",
            "check whether its `count` or `for_each` is empty in this environment",
        )
    return failed(f"{params.source} has no resource `{params.resource}`")


def _taint_notices(params: Params, document: dict[str, object]) -> tuple[str, ...]:
    """Of the resource that the rule names; for an output, of all that it may come from."""
    tainted = [
        f"`{address}`"
        for resource, address, instance in _instances(document.get("resources"))
        if instance.get("status") == "tainted"
        and (params.resource is None or params.resource in (resource, address))
    ]
    if not _is_state(document) or not tainted:
        return ()
    more = len(tainted) - _MOST_NAMED
    named = ", ".join(tainted[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
    are = "are" if len(tainted) > 1 else "is"
    return (f"{named} {are} tainted in {params.source}: Terraform will replace it",)


def _is_state(document: dict[str, object]) -> bool:
    return document.get("version") == 4 and not isinstance(document.get("version"), bool)


def _instances(resources: object) -> Iterator[tuple[str, str, dict[str, object]]]:
    """The resource's address, the instance's and the instance, of every instance that is not
    about to be destroyed after its replacement.
    """
    for resource in _dicts(resources):
        address = _address(resource)
        for instance in _dicts(resource.get("instances")):
            if "deposed" not in instance:
                index = instance.get("index_key")
                key = "" if index is None else f"[{json.dumps(index, ensure_ascii=False)}]"
                yield address, f"{address}{key}", instance


def _address(resource: Mapping[str, object]) -> str:
    mode = "data" if resource.get("mode") == "data" else None
    parts = (resource.get("module"), mode, resource.get("type"), resource.get("name"))
    return ".".join(str(part) for part in parts if part)


def _dicts(entries: object) -> list[dict[str, object]]:
    """Those entries of a list that are objects."""
    return [each for each in entries if isinstance(each, dict)] if isinstance(entries, list) else []
