"""The JSON Schema of the rules file, for editors, made from the kinds and words of the loader."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from ..checklist.model import Phase
from ..checks import value
from ..checks.registry import Kind, kinds, summary
from ..outcome import Severity
from . import key_meanings
from .clauses import SHORT
from .conditions import NO, YES
from .key_meanings import KeyMeaning
from .params import is_comparator
from .top_level import LEVELS, MOST_OF_NAME, NAME, WHO

Schema = dict[str, Any]  # a JSON Schema is a tree of everything JSON has


def _in_any_case(word: str) -> str:
    """A pattern of a JSON Schema has no flag for it."""
    return "".join(f"[{each}{each.upper()}]" if each.isalpha() else each for each in word)


_TEXT: Schema = {"type": ["string", "number"], "pattern": r"\S"}
_DATE: Schema = {"type": "string", "pattern": "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$"}
_VARIABLE: Schema = {"type": "string", "pattern": "^[A-Z][A-Z0-9_]*$"}
_PATTERN: Schema = {"type": "string", "pattern": "^[A-Z_*][A-Z0-9_*]{0,199}$"}
_GIVEN = r"^\$\{[^${}]+\}$"  # `${name}` may be a value of any type
_YES_OR_NO = ("yes", "no", "on", "off", "true", "false", "y", "n", "t", "f", "1", "0")
_DIGITS = "[0-9]+(_[0-9]+)*"
_IN_QUOTES = {  # what is text, and read as this nevertheless: `"10"`, and `yes`
    "boolean": f"^({'|'.join(map(_in_any_case, _YES_OR_NO))})$",
    "integer": rf"^\s*[+]?{_DIGITS}(\.0+)?\s*$",  # none may be negative
    "number": rf"^\s*[+-]?({_DIGITS}(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?\s*$",
}
_TRUTH: Schema = {  # of a fact
    "type": ["boolean", "integer", "string"],
    "pattern": f"^({'|'.join(map(_in_any_case, sorted(YES | NO)))})$",
    "minimum": 0,
    "maximum": 1,
}
_GIVEN_VALUE: Schema = {  # of an environment
    "type": ["string", "number", "boolean"],
    "not": {"type": "string", "pattern": r"\$\{"},
}
_WHO: Schema = {"type": "string", "pattern": f"^({'|'.join(LEVELS)}|{WHO})$"}
_EIGHT_SIGNS: Schema = {  # all of them may be digits
    "type": ["string", "integer"],
    "pattern": "^[0-9a-f]{8}$",
    "minimum": 10**7,
    "maximum": 10**8 - 1,
}
_PHASE: Schema = {"enum": [str(phase) for phase in Phase]}
_SEVERITY: Schema = {"enum": [str(severity) for severity in Severity]}


def json_schema() -> Schema:
    """The schema. Choices are made by `if` on the type, not by `anyOf`, so that an editor marks
    the place that is wrong.
    """
    definitions: Schema = {}
    properties = {
        "version": {"const": 1},
        "name": {
            "type": ["string", "number"],
            "pattern": f"^({NAME})?$",
            "maxLength": MOST_OF_NAME,
        },
        "checklist": _TEXT,
        "unverified": {"const": "sign"},
        "environments": _map(_map(_by_type("array", {"items": _GIVEN_VALUE}, _GIVEN_VALUE))),
        "facts": _map(_fact(definitions)),
        "roles": _map(_one_or_many(_WHO)),
        "sections": _map(_section()),
        "items": _items(),
        "waivers": _exceptions(key_meanings.WAIVER, optional={"environment"}),
        "ignore": _by_type("null", {}, _one_or_many(_PATTERN)),
        "override": _override(),
        "rollback": {"type": "boolean"},
        "signed": _exceptions(key_meanings.SIGNED, optional={"until", "environment"}),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "The rules file of deploy-checklist, version 1",
        **_object(_described(properties, key_meanings.FILE), needed=("version", "items")),
        "$defs": {"clause": _clause(definitions), "when": _when(), **definitions},
    }


def _items() -> Schema:
    """A variable's name is a rule by itself: the variable is present."""
    variable = {str(_VARIABLE["pattern"]): _rule({}, (*SHORT, None))}
    other = _rule({"minProperties": 1}, SHORT)
    return {"type": "object", "patternProperties": variable, "additionalProperties": other}


def _rule(about_clause: Schema, short_forms: Collection[str | None]) -> Schema:
    clause = {"$ref": "#/$defs/clause", **about_clause}
    short = {"enum": [*short_forms]}
    several = {"minItems": 1, "items": _by_type("object", clause, short)}
    return _by_type("object", clause, _by_type("array", several, short))


def _section() -> Schema:
    known = {"skip": _TEXT, "phase": _PHASE, "environment": _TEXT}
    return {**_object(_described(known, key_meanings.SECTION)), "minProperties": 1}


def _clause(definitions: Schema) -> Schema:
    checks = {key: _check(key, kind, definitions) for key, kind in kinds().items()}
    meta: Schema = {
        "when": {"$ref": "#/$defs/when"},
        "severity": _by_type("object", {"additionalProperties": _SEVERITY}, _SEVERITY),
        "enforce_from": _DATE,
        "owner": _TEXT,
        "fix": _TEXT,
        "waivable": {"type": "boolean"},
        "env": _VARIABLE,
        "phase": _PHASE,
    }
    return _object({**_described(meta, key_meanings.RULE), **checks})


def _check(key: str, kind: Kind, definitions: Schema) -> Schema:
    name = _params(kind, definitions)
    if is_comparator(kind, key):
        description = value.passes_when(key)
        return {"$ref": f"#/$defs/{name}/properties/{key}", "description": description}
    return {"$ref": f"#/$defs/{name}", "description": f"Passes when {summary(kind.__doc__)}."}


def _params(kind: Kind, definitions: Schema) -> str:
    """The name under which a kind's parameters are defined."""
    name = kind.__name__.rpartition(".")[2]
    if name not in definitions:
        schema = kind.Params.model_json_schema(by_alias=True, ref_template="{model}")
        inner = schema.pop("$defs", {})
        if "$ref" in schema:  # a model that contains itself
            schema = inner[schema["$ref"]]
        models = {name: schema, **{f"{name}.{each}": inner[each] for each in inner}}
        for called, each in models.items():
            # An editor shows what the key means, and not what the class is for.
            bare = {key: each[key] for key in each if key not in ("title", "description")}
            definitions[called] = _for_editors(bare, name, inner)
    return name


def _for_editors(schema: Any, name: str, inner: Schema) -> Any:  # noqa: ANN401 - any JSON
    """Pydantic's schema with choices made by type, and with what the loader accepts besides:
    `${name}` for a value that is not text, a number for text, and a number in quotes.
    """
    if isinstance(schema, list):
        return [_for_editors(each, name, inner) for each in schema]
    if not isinstance(schema, dict):
        return schema
    found = {key: _for_editors(each, name, inner) for key, each in schema.items()}
    if found.get("default") in ("", None, []):
        found.pop("default", None)  # of a parameter that may be left out: nothing to write
    elif isinstance(found.get("default"), float):
        found["default"] = f"{found['default']:g}s"  # of a duration, which people write like this
    if isinstance(schema.get("$ref"), str):
        found["$ref"] = f"#/$defs/{name}.{schema['$ref']}"
    elif isinstance(schema.get("anyOf"), list):
        types = [inner.get(each.get("$ref", ""), each).get("type") for each in schema["anyOf"]]
        found.update(_chosen_by_type(found.pop("anyOf"), types))
    elif schema.get("const") is True and schema.get("type") == "boolean":
        del found["const"], found["type"]
        found["enum"] = [True, 1]  # which are the same for the loader
    elif in_quotes := _IN_QUOTES.get(str(schema.get("type"))):
        if schema["type"] == "boolean":
            found |= {"type": ["boolean", "integer"], "minimum": 0, "maximum": 1}
        return _or_text(f"{_GIVEN}|{in_quotes}", found)
    elif {"enum", "pattern"} & schema.keys():
        if schema.get("type") == "string" and re.search(schema.get("pattern", ""), "10"):
            is_fraction = re.search(schema.get("pattern", ""), "1.5")  # an id of digits, or a path
            found["type"] = ["string", "number" if is_fraction else "integer"]
        return _or_text(_GIVEN, found)
    elif schema.get("type") == "string":
        found["type"] = ["string", "number"]  # `1.10` is text where text is wanted
    return found


def _or_text(pattern: str, otherwise: Schema) -> Schema:
    """Text of this form, or the other schema. Its annotations stay outside the choice."""
    annotations = ("title", "description", "default", "examples")
    about: Schema = {key: otherwise.pop(key) for key in annotations if key in otherwise}
    return {**about, "if": {"type": "string", "pattern": pattern}, "else": otherwise}


def _chosen_by_type(arms: list[Schema], types: list[object]) -> Schema:
    """An `anyOf` whose mappings and lists are chosen by their type, so that only the members for
    single values are tried one after the other.
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
    comparators = {key: _check(key, kinds()[key], definitions) for key in value.KEYS}
    meanings = key_meanings.FACT
    own = _described({"env": _VARIABLE, "default": _TRUTH}, meanings)
    compared = _object({**own, **comparators}, needed=("env",))
    changed = _object(_described({"changed": _one_or_many(_TEXT)}, meanings))
    ready = _object(_described({"ready": _TEXT}, meanings))
    otherwise = {"if": {"required": ["ready"]}, "then": ready, "else": compared}
    return {"type": "object", "if": {"required": ["changed"]}, "then": changed, "else": otherwise}


def _when() -> Schema:
    several: Schema = {"minItems": 1, "items": {"$ref": "#/$defs/when"}}
    known = _described({"any_of": {"type": "array", **several}}, key_meanings.WHEN)
    any_of = _object(known, needed=("any_of",))
    return _by_type("object", any_of, _by_type("array", several, {"type": "string"}))


def _exceptions(meanings: Mapping[str, KeyMeaning], *, optional: Collection[str]) -> Schema:
    dates = {"expires", "on", "until"}
    known = {key: _DATE if key in dates else _TEXT for key in meanings}
    if "words" in known:
        known["words"] = _EIGHT_SIGNS
    needed = tuple(key for key in meanings if key not in optional)
    return {"type": ["array", "null"], "items": _object(_described(known, meanings), needed=needed)}


def _override() -> Schema:
    known: Schema = {
        "by": _one_or_many(_TEXT),
        "for": {"type": "string", "pattern": "^[0-9]+[smhd]$"},
        "not_author": {"type": "boolean"},
    }
    found = _object(_described(known, key_meanings.OVERRIDE), needed=("by", "for"))
    return {**found, "type": ["object", "null"]}


def _described(properties: Schema, meanings: Mapping[str, KeyMeaning]) -> Schema:
    """The same schemas, each with what its key means."""
    return {key: {**each, **_annotations(meanings[key])} for key, each in properties.items()}


def _annotations(meaning: KeyMeaning) -> Schema:
    found: Schema = {"description": meaning.text}
    if meaning.default is not None:
        found["default"] = meaning.default
    if meaning.examples:
        found["examples"] = list(meaning.examples)
    return found


def _object(properties: Schema, needed: tuple[str, ...] = ()) -> Schema:
    found: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return {**found, "required": list(needed)} if needed else found


def _map(values: Schema) -> Schema:
    return {"type": ["object", "null"], "additionalProperties": values}


def _one_or_many(one: Schema) -> Schema:
    return _by_type("array", {"minItems": 1, "items": one}, one)


def _by_type(kind: str, then: Schema, otherwise: Schema) -> Schema:
    return {"if": {"type": kind}, "then": then, "else": otherwise}
