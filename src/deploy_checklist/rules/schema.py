"""The JSON Schema of the rules file, for editors, made from the kinds and words of the loader."""

from __future__ import annotations

import re
from typing import Any

from ..checklist.model import Phase
from ..checks import value
from ..checks.base import Kind, kinds, summary
from ..outcome import Severity
from .clauses import SHORT
from .params import is_comparator

Schema = dict[str, Any]  # a JSON Schema is a tree of everything JSON has

_TEXT: Schema = {"type": ["string", "number"]}
_DATE: Schema = {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}
_VARIABLE: Schema = {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"}
_GIVEN = r"^\$\{[^${}]+\}$"  # `${name}` stands for a value of any type
_IN_QUOTES = {  # what is text, and read as this nevertheless: `"10"`, and `yes`
    "boolean": "^(yes|no|on|off|true|false)$",
    "integer": "^[0-9]+$",
    "number": r"^-?[0-9]+(\.[0-9]+)?$",
}
_PHASE: Schema = {"enum": [str(phase) for phase in Phase]}
_SEVERITY: Schema = {"enum": [str(severity) for severity in Severity]}


def json_schema() -> Schema:
    """The schema. Choices are made by `if` on the type, not by `anyOf`: an error then names the
    place that is wrong.
    """
    definitions: Schema = {}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "deploy-checklist rules",
        **_object(
            {
                "version": {"const": 1},
                "checklist": {
                    "type": "string",
                    "description": "the Markdown file, from the repository's root",
                },
                "unverified": {
                    "const": "sign",
                    "description": "what is not verified is asked of a person, and nothing fails",
                },
                "environments": _map(
                    _map({"type": ["string", "number", "boolean", "array"]}, nullable=True)
                ),
                "facts": _map(_fact(definitions)),
                "roles": _map(_one_or_many({"type": "string"})),
                "sections": _map(_object({"skip": _TEXT, "phase": _PHASE})),
                "items": _map(_rule()),
                "waivers": _exceptions(("item", "reason", "approved_by", "expires"), "environment"),
                "signed": _exceptions(("item", "by", "on", "words"), "until", "environment"),
            },
            needed=("version", "items"),
        ),
        "$defs": {"clause": _clause(definitions), "when": _when(), **definitions},
    }


def _rule() -> Schema:
    clause = {"$ref": "#/$defs/clause"}
    short = {"enum": [*SHORT, None]}
    return _by_type(
        "object", clause, _by_type("array", {"items": _by_type("object", clause, short)}, short)
    )


def _clause(definitions: Schema) -> Schema:
    checks = {key: _check(key, kind, definitions) for key, kind in kinds().items()}
    meta: Schema = {
        "when": {"$ref": "#/$defs/when"},
        "severity": _by_type("object", {"additionalProperties": _SEVERITY}, _SEVERITY),
        "enforce_from": {**_DATE, "description": "a warning until that day"},
        "owner": _TEXT,
        "fix": {**_TEXT, "description": "what to do when it does not hold"},
        "waivable": {"type": "boolean"},
        "env": {**_VARIABLE, "description": "the variable whose value is judged"},
        "phase": _PHASE,
    }
    return _object({**meta, **checks})


def _check(key: str, kind: Kind, definitions: Schema) -> Schema:
    own = _params(kind, definitions)
    if is_comparator(kind, key):
        return {"$ref": f"#/$defs/{own}/properties/{key}"}
    return {
        "$ref": f"#/$defs/{own}",
        "description": summary(kind.__doc__),
    }


def _params(kind: Kind, definitions: Schema) -> str:
    """The name under which a kind's parameters are defined."""
    name = kind.__name__.rpartition(".")[2]
    if name not in definitions:
        schema = kind.Params.model_json_schema(by_alias=True, ref_template="{model}")
        inner = schema.pop("$defs", {})
        if "$ref" in schema:  # a model that contains itself
            schema = inner[schema["$ref"]]
        definitions[name] = _for_editors(schema, name, inner)
        definitions.update(
            {f"{name}.{each}": _for_editors(found, name, inner) for each, found in inner.items()}
        )
    return name


def _for_editors(schema: Any, name: str, inner: Schema) -> Any:  # noqa: ANN401 - any JSON
    """Pydantic's schema, with what the loader takes besides, and choices made by type.

    The loader takes `${name}` for a value that is not text, a number where text is wanted, and a
    number in quotes.
    """
    if isinstance(schema, list):
        return [_for_editors(each, name, inner) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _for_editors(each, name, inner) for key, each in schema.items()}
    if isinstance(schema.get("$ref"), str):
        found["$ref"] = f"#/$defs/{name}.{schema['$ref']}"
    elif isinstance(schema.get("anyOf"), list):
        types = [inner.get(each.get("$ref", ""), each).get("type") for each in schema["anyOf"]]
        found.update(_chosen_by_type(found.pop("anyOf"), types))
    elif in_quotes := _IN_QUOTES.get(str(schema.get("type"))):
        return _or_text(f"{_GIVEN}|{in_quotes}", found)
    elif {"enum", "pattern"} & schema.keys():
        if schema.get("type") == "string" and re.search(schema.get("pattern", ""), "10"):
            found["type"] = ["string", "number"]  # an id of digits
        return _or_text(_GIVEN, found)
    elif schema.get("type") == "string":
        found["type"] = ["string", "number"]  # `1.10` is text where text is wanted
    return found


def _or_text(pattern: str, otherwise: Schema) -> Schema:
    """Text of this form, or what the other schema says, whose words for people stay outside."""
    about: Schema = {key: otherwise.pop(key) for key in _FOR_PEOPLE if key in otherwise}
    return {**about, "if": {"type": "string", "pattern": pattern}, "else": otherwise}


_FOR_PEOPLE = ("title", "description", "default")


def _chosen_by_type(arms: list[Schema], types: list[object]) -> Schema:
    """Of an `anyOf`, the mapping and the list are told by their type; only single values are left
    to try.
    """
    single = [arm for arm, kind in zip(arms, types, strict=True) if kind not in ("object", "array")]
    chosen: Schema = {"anyOf": single} if single else {"type": ["object", "array"]}
    if len(single) == 1:
        chosen = single[0]
    for kind in ("array", "object"):
        several = [arm for arm, each in zip(arms, types, strict=True) if each == kind]
        if several:
            chosen = _by_type(kind, several[0] if len(several) == 1 else {"anyOf": several}, chosen)
    return chosen


def _fact(definitions: Schema) -> Schema:
    own = _params(kinds()[value.KEYS[0]], definitions)
    comparators = {key: {"$ref": f"#/$defs/{own}/properties/{key}"} for key in value.KEYS}
    changed = _object({"changed": _one_or_many({"type": "string"})})
    compared = _object(
        {
            "env": _VARIABLE,
            "default": {"enum": [True, False, "yes", "no", "on", "off"]},
            **comparators,
        },
        needed=("env",),
    )
    return {"type": "object", "if": {"required": ["changed"]}, "then": changed, "else": compared}


def _when() -> Schema:
    whole = {"$ref": "#/$defs/when"}
    any_of = _object(
        {"any_of": {"type": "array", "minItems": 1, "items": whole}}, needed=("any_of",)
    )
    several: Schema = {"minItems": 1, "items": whole}
    return {
        "description": "a fact, `not fact`, an environment, a list (all), or { any_of: […] }",
        **_by_type("object", any_of, _by_type("array", several, {"type": "string"})),
    }


def _exceptions(needed: tuple[str, ...], *optional: str) -> Schema:
    dates = {"expires", "on", "until"}
    known = {key: _DATE if key in dates else _TEXT for key in (*needed, *optional)}
    return {"type": ["array", "null"], "items": _object(known, needed=needed)}


def _object(properties: Schema, needed: tuple[str, ...] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(needed)} if needed else found


def _map(values: Schema, *, nullable: bool = True) -> Schema:
    return {"type": ["object", "null"] if nullable else "object", "additionalProperties": values}


def _one_or_many(one: Schema) -> Schema:
    return _by_type("array", {"minItems": 1, "items": one}, one)


def _by_type(kind: str, then: Schema, otherwise: Schema) -> Schema:
    return {"if": {"type": kind}, "then": then, "else": otherwise}
