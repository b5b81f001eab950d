"""an output or a resource of a Terraform state, or of `terraform output -json`, is as said

The state (v4) or those outputs lie in the checkout (`state`), at a `url` or on `github`: exactly
one of them.
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
from ..world.ports import World
from . import value
from .base import JudgeContext, Needs, Observation
from .data import ValueAtPath, judge_at
from .git import literal_glob
from .shared import document
from .shared.document import Document, DocumentParams

_ENCRYPTED = "encrypted_data"  # OpenTofu


class Params(ValueAtPath, DocumentParams):
    """One output or one resource, and at least one comparator. Values are never shown: states hold
    secrets in clear.
    """

    file_key = "state"

    state: str | None = Field(
        default=None, min_length=1, description="a file that lies in the checkout"
    )
    output: str | None = Field(default=None, min_length=1, description="an output's name")
    resource: str | None = Field(
        default=None,
        min_length=1,
        description="an address, such as `module.lb.aws_lb.main[0]`; without index: each",
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
    """Whether git tracks the file; False where git cannot be asked: there is no notice then."""
    try:
        return bool(world.repository.tracked([literal_glob(path.removeprefix("./"))]))
    except Unobservable:
        return False


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    observed: _Observed = observation.data
    if observed.document.fault is not None:
        remedy = None
        if params.state:
            remedy = f"write it in a step before: `terraform output -json > {params.state}`"
        return failed(f"{params.source} {observed.document.fault}", remedy)
    finding = _judge_document(params, observed)
    if not observed.tracked:
        return finding
    notice = f"{params.source} is tracked by git; a state holds secrets in clear"
    return replace(finding, notices=(*finding.notices, notice))


def _judge_document(params: Params, observed: _Observed) -> Finding:
    source = params.source
    try:
        found = load_document(observed.document.data, "state.json")
    except Malformed as error:
        return failed(f"{source} cannot be read: line {error.line}: {error.why}")
    if not isinstance(found, dict):
        return failed(f"{source} is neither a state nor the output of `terraform output -json`")
    if _ENCRYPTED in found:
        path = params.state or "outputs.json"
        return unknown(
            f"{source} is encrypted and unreadable here",
            f"write its outputs in a step before: `tofu output -json > {path}`",
        )
    if isinstance(found.get("version"), int) and not _is_state(found):
        return unknown(
            f"{source} is a state of another version than 4", "run `terraform apply` once"
        )
    named = _outputs(params, found) if params.output is not None else _resources(params, found)
    if isinstance(named, Finding):
        return named
    findings = [
        judge_at(params, each, observed.others, f"{name} of {source}", secret=True)
        for name, each in named
    ]
    failures = [finding for finding in findings if finding.outcome is not Outcome.PASS]
    return (failures or findings)[0]


Named = list[tuple[str, object]]  # the values that are meant, and their names in messages


def _outputs(params: Params, document: dict[str, object]) -> Named | Finding:
    outputs = document.get("outputs") if _is_state(document) else document
    output = outputs.get(params.output) if isinstance(outputs, dict) else None
    if not isinstance(output, dict) or "value" not in output:
        return failed(f"{params.source} has no output `{params.output}`")
    return [(f"output `{params.output}`", output["value"])]


def _resources(params: Params, document: dict[str, object]) -> Named | Finding:
    if not _is_state(document):
        return failed(
            f"{params.source} holds outputs alone, so there is no resource to look at",
            "name the state file",
        )
    found: Named = [
        (f"`{address}`", attributes)
        for resource, address, attributes in _instances(document.get("resources"))
        if params.resource in (resource, address)
    ]
    return found or failed(f"{params.source} has no resource `{params.resource}`")


def _is_state(document: dict[str, object]) -> bool:
    return document.get("version") == 4 and not isinstance(document.get("version"), bool)


def _instances(resources: object) -> Iterator[tuple[str, str, object]]:
    """The resource's address, the instance's and its attributes, of every instance that is not
    about to be replaced.
    """
    for resource in resources if isinstance(resources, list) else []:
        if not isinstance(resource, dict):
            continue
        mode = "data" if resource.get("mode") == "data" else None
        parts = (resource.get("module"), mode, resource.get("type"), resource.get("name"))
        address = ".".join(str(part) for part in parts if part)
        instances = resource.get("instances")
        for instance in instances if isinstance(instances, list) else []:
            if isinstance(instance, dict) and "deposed" not in instance:
                index = instance.get("index_key")
                key = "" if index is None else f"[{json.dumps(index, ensure_ascii=False)}]"
                yield address, f"{address}{key}", instance.get("attributes")
