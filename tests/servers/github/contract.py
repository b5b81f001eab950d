"""GitHub's own description: a judge of every request and response, and the filler of all a test does not care about."""

from __future__ import annotations

import json
import re
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from graphql import GraphQLSchema, build_schema
from openapi_schema_validator import OAS30Validator, oas30_format_checker
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

FOLDER = Path(__file__).parents[2] / "contract"
ROOT = "urn:github"
VIOLATIONS: list[str] = []  # of the whole session; a fixture asserts that it is empty

_MISSING = object()


@dataclass(frozen=True)
class Operation:
    """One described operation and the path it was asked by."""

    method: str
    template: str
    values: dict[str, str]
    description: dict[str, Any]

    @property
    def key(self) -> str:
        return f"{self.method} {self.template}"


@cache
def openapi() -> dict[str, Any]:
    document = json.loads((FOLDER / "github-openapi.json").read_text())
    for file in sorted(FOLDER.glob("github-openapi-*.json")):
        more = json.loads(file.read_text())
        for path, operations in more["paths"].items():
            document["paths"].setdefault(path, {}).update(operations)
        for kind, parts in more["components"].items():
            document["components"][kind] |= parts
    _nullable_enums(document)
    _corrected(document)
    return document


def _corrected(document: dict[str, Any]) -> None:
    """Where the description is known to be wrong."""
    # the repository of a head is null once its fork was deleted (the webhook schemas say so, this one does not)
    head = document["components"]["schemas"]["pull-request-simple"]["properties"]["head"][
        "properties"
    ]
    head["repo"] = {"anyOf": [head["repo"], {"enum": [None]}]}
    # the discriminator names a property, which a folder's listing, an array, cannot have
    answer = document["paths"]["/repos/{owner}/{repo}/contents/{path}"]["get"]["responses"]["200"]
    del answer["content"]["application/json"]["schema"]["discriminator"]


def _nullable_enums(node: Any) -> None:
    """OpenAPI 3.0 lets a nullable enum be null without listing it; JSON Schema does not."""
    if isinstance(node, dict):
        if node.get("nullable") and "enum" in node and None not in node["enum"]:
            node["enum"].append(None)
        for child in node.values():
            _nullable_enums(child)
    elif isinstance(node, list):
        for child in node:
            _nullable_enums(child)


@cache
def graphql_schema() -> GraphQLSchema:
    return build_schema(
        (FOLDER / "github.graphql").read_text() + (FOLDER / "extra.graphql").read_text()
    )


@cache
def _registry() -> Registry[Any]:
    return Registry().with_resource(ROOT, Resource(contents=openapi(), specification=DRAFT4))


@cache
def _routes() -> list[tuple[str, re.Pattern[str], str]]:
    """Templates with more fixed text first; `{path}` and `{ref}` may hold slashes, as at GitHub."""
    routes = []
    for template in openapi()["paths"]:
        pattern = re.sub(r"\{(path)\}", r"(?P<\1>.+)", template.replace("...", r"\.\.\."))
        pattern = re.sub(r"git/(refs?)/\{ref\}", r"git/\1/(?P<ref>.+)", pattern)
        pattern = re.sub(r"\{(\w+)\}", r"(?P<\1>[^/]+)", pattern)
        routes.append((template, re.compile(f"^{pattern}$"), template))
    return sorted(routes, key=lambda route: (route[0].count("{"), -len(route[0])))


def operation(method: str, path: str) -> Operation | None:
    for template, pattern, _ in _routes():
        found = pattern.match(path)
        if (
            found
            and method.lower() in openapi()["paths"][template]
            and "{basehead}" not in template
        ):
            return Operation(
                method, template, found.groupdict(), openapi()["paths"][template][method.lower()]
            )
    return None


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        node: Any = openapi()
        for part in schema["$ref"].removeprefix("#/").split("/"):
            node = node[part.replace("~1", "/")]
        schema = node
    return schema


@cache
def _validator(pointer: str) -> OAS30Validator:
    return OAS30Validator(
        {"$ref": f"{ROOT}#{pointer}"}, registry=_registry(), format_checker=oas30_format_checker
    )


def _faults(pointer: str, instance: Any) -> list[str]:
    return [
        f"{'/'.join(map(str, error.path))}: {error.message[:200]}"
        for error in _validator(pointer).iter_errors(instance)
    ]


def _pointer(*parts: str) -> str:
    return "".join("/" + part.replace("~", "~0").replace("/", "~1") for part in parts)


def check_request(asked: Operation, query: dict[str, list[str]], body: Any) -> list[str]:
    """What GitHub's description has against a request: unknown query parameters and body keys too."""
    known = {resolved(parameter)["name"] for parameter in asked.description.get("parameters", [])}
    faults = [f"{asked.key}: unknown query parameter {name}" for name in query if name not in known]
    described = asked.description.get("requestBody")
    if described is None:
        return faults + (
            [f"{asked.key}: a body where none is described"] if body is not None else []
        )
    schema = resolved(described["content"]["application/json"]["schema"])
    pointer = _pointer(
        "paths",
        asked.template,
        asked.method.lower(),
        "requestBody",
        "content",
        "application/json",
        "schema",
    )
    faults += [f"{asked.key} request {fault}" for fault in _faults(pointer, body)]
    extra = set(body or {}) - set(schema.get("properties", body or {}))
    return faults + [f"{asked.key}: unknown key {name} in the body" for name in sorted(extra)]


def check_response(asked: Operation, status: int, body: Any) -> list[str]:
    """What GitHub's description has against a response. Errors it does not list must be GitHub's basic error."""
    responses = asked.description["responses"]
    if str(status) not in responses:
        if status < 400:
            return [f"{asked.key}: status {status} is not described"]
        return [
            f"{asked.key} {status} {fault}"
            for fault in _faults("/components/schemas/basic-error", body)
        ]
    described = resolved(responses[str(status)])
    if "application/json" not in described.get("content", {}):
        return []
    if "$ref" in responses[str(status)]:
        pointer = responses[str(status)]["$ref"].removeprefix("#") + _pointer(
            "content", "application/json", "schema"
        )
    else:
        pointer = _pointer(
            "paths",
            asked.template,
            asked.method.lower(),
            "responses",
            str(status),
            "content",
            "application/json",
            "schema",
        )
    return [f"{asked.key} {status} {fault}" for fault in _faults(pointer, body)]


def filled(schema: str | dict[str, Any], given: Any, base: str, now: str) -> Any:
    """What is given, completed with everything the schema requires."""
    start = {"$ref": f"#/components/schemas/{schema}"} if isinstance(schema, str) else schema
    return _Filler(base, now).fill(start, given)


class _Filler:
    def __init__(self, base: str, now: str) -> None:
        self.base = base
        self.now = now

    def fill(self, schema: dict[str, Any], given: Any = _MISSING, name: str = "") -> Any:
        schema = resolved(schema)
        for choice in ("oneOf", "anyOf"):
            if choice in schema and "properties" not in schema:
                return self.fill(self._choice(schema[choice], given), given, name)
        if "allOf" in schema:
            for part in schema["allOf"]:
                given = self.fill(part, given, name)
            return given
        if given is None:
            return None
        if given is _MISSING:
            if schema.get("nullable"):
                return None
            given = self._blank(schema, name)
        if isinstance(given, dict):
            return self._object(schema, given)
        if isinstance(given, list):
            return [self.fill(schema.get("items", {}), entry, name) for entry in given]
        return given

    def _choice(self, choices: list[dict[str, Any]], given: Any) -> dict[str, Any]:
        kinds = {dict: "object", list: "array", str: "string", int: "integer"}
        wanted = kinds.get(type(given))
        return next(
            (choice for choice in choices if resolved(choice).get("type") == wanted), choices[0]
        )

    def _object(self, schema: dict[str, Any], given: dict[str, Any]) -> dict[str, Any]:
        properties = schema.get("properties", {})
        names = [*given, *(name for name in schema.get("required", []) if name not in given)]
        return {
            name: self.fill(properties.get(name, {}), given.get(name, _MISSING), name)
            for name in names
        }

    def _blank(self, schema: dict[str, Any], name: str) -> Any:
        if schema.get("enum"):
            return schema["enum"][0]
        if schema.get("format") == "date-time":
            return self.now
        if schema.get("format") == "uri" or name.endswith("_url") or name == "url":
            return f"{self.base}/{name}"
        blanks = {
            "string": "",
            "integer": 0,
            "number": 0,
            "boolean": False,
            "array": [],
            "object": {},
        }
        return deepcopy(blanks[schema.get("type", "object")])
