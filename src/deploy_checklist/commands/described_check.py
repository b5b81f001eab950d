"""What a kind of check says about itself: when it passes, and which parameters it takes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from ..checks import value
from ..checks.registry import Kind, kinds, summary
from ..errors import Unusable
from ..values.near_names import did_you_mean

_Schema = Mapping[str, Any]  # a JSON Schema, or a part of one
_TYPES = {
    "string": "text",
    "boolean": "`true` · `false`",
    "integer": "whole number",
    "number": "number",
    "object": "mapping",
    "array": "list",
}


class DescribedParameter(Struct, frozen=True, kw_only=True):
    """A key below the check's own; as Markdown, but for its name."""

    name: Annotated[str, Meta(description="The key in the rule, below the check's own.")]
    takes: Annotated[str, Meta(description="The values that may be written, as Markdown.")]
    required: Annotated[bool, Meta(description="Whether the check needs it.")]
    default: Annotated[
        str | None,
        Meta(description="The value if the rule gives none, as Markdown; null: no value."),
    ]
    meaning: Annotated[str, Meta(description="What it does, as Markdown.")]


class DescribedCheck(Struct, frozen=True, kw_only=True):
    """A check as docs/checks.md and `explain --check` describe it, in Markdown but for its name."""

    schema: Annotated[Literal[1], Meta(description="The version of this form.")] = 1
    name: Annotated[str, Meta(description="The key in a rule.")]
    passes: Annotated[
        str, Meta(description="The end of the sentence “It passes when …”, as Markdown.")
    ]
    paragraphs: Annotated[
        tuple[str, ...], Meta(description="What else to know about the check, as Markdown.")
    ]
    takes: Annotated[
        str | None,
        Meta(description="The values that a comparator takes, as Markdown; null: no comparator."),
    ]
    parameters: Annotated[
        tuple[DescribedParameter, ...],
        Meta(description="Every key that may be written below it; empty: it takes `true`."),
    ]
    compares: Annotated[bool, Meta(description="Whether the check takes any comparator as well.")]


def described_check(name: str) -> DescribedCheck:
    """The check with this key. Raises Unusable if there is none."""
    kind = kinds().get(name)
    if kind is None:
        hint = did_you_mean(name, kinds()) or f"The kinds are: {', '.join(kinds())}"
        raise Unusable(f"`{name}` is not a kind of check", hint=hint)
    paragraphs = tuple((kind.__doc__ or "").strip().split("\n\n")[1:])
    if name in value.KEYS:
        return _comparator(name, paragraphs)
    return DescribedCheck(
        name=name,
        passes=summary(kind.__doc__),
        paragraphs=paragraphs,
        takes=None,
        parameters=tuple(_parameters(kind)),
        compares=issubclass(kind.Params, value.Comparison),
    )


def _comparator(name: str, paragraphs: tuple[str, ...]) -> DescribedCheck:
    schema = value.Comparison.model_json_schema(by_alias=True)
    return DescribedCheck(
        name=name,
        passes=f"the value {value.Comparison.model_fields[name].description or ''}",
        paragraphs=paragraphs,
        takes=_takes(schema["properties"][name], schema),
        parameters=(),
        compares=False,
    )


def _parameters(kind: Kind) -> Iterator[DescribedParameter]:
    """The check's own first, then those that it has in common with others."""
    schema = kind.Params.model_json_schema(by_alias=True)
    mapping = _mapping(schema)
    required = mapping.get("required", [])
    compares = issubclass(kind.Params, value.Comparison)
    own = [
        field.alias or name
        for name, field in kind.Params.model_fields.items()
        if name in vars(kind.Params)["__annotations__"]
    ]
    for key, each in sorted(mapping["properties"].items(), key=lambda pair: pair[0] not in own):
        if not (compares and key in value.KEYS):
            yield DescribedParameter(
                name=key,
                takes=_takes(each, schema),
                required=key in required,
                default=None if key in required else _default(each) or None,
                meaning=each.get("description", ""),
            )


def _mapping(schema: _Schema) -> _Schema:
    """The form of a kind's parameters that spells them all out."""
    schema = resolved(schema, schema)
    return next((resolved(each, schema) for each in reversed(schema.get("anyOf", []))), schema)


def resolved(each: _Schema, schema: _Schema) -> _Schema:
    """The part that a `$ref` names; any other part itself."""
    reference = each.get("$ref")
    if reference is None:
        return each
    found: _Schema = schema["$defs"][reference.rsplit("/", 1)[1]]
    return found


def _takes(each: _Schema, schema: _Schema) -> str:
    """What may be written, in words."""
    words = list(dict.fromkeys(_alternatives(each, schema)))
    one = ", ".join(words[:-1])
    if words[-1] == f"list of {one}":
        return f"{one}, or a list"
    if words == [_TYPES["string"]] and "anyOf" in each and "examples" in each:
        return _such_as(each)
    return ", ".join(words)


def _alternatives(each: _Schema, schema: _Schema) -> Iterator[str]:
    for arm in each.get("anyOf", [each]):
        found = resolved(arm, schema)
        if "anyOf" in found:
            yield from _alternatives(found, schema)
        elif found.get("type") != "null":
            yield takes_one(found, schema)


def _such_as(each: _Schema) -> str:
    return f"{_TYPES['string']}, such as `{each['examples'][0]}`"


def takes_one(arm: _Schema, schema: _Schema) -> str:
    """What may be written, by one of the alternatives of a schema, in words."""
    if "const" in arm:
        return f"`{str(arm['const']).lower()}`"
    if "enum" in arm:
        return " · ".join(f"`{word}`" for word in arm["enum"])
    if "examples" in arm and "string" in arm.get("type", ""):
        return _such_as(arm)
    if arm.get("type") == "array" and "items" in arm:
        return f"list of {_takes(arm['items'], schema)}"
    if "anyOf" in arm:
        return _takes(arm, schema)
    return _TYPES.get(arm.get("type", ""), "value")


def _default(each: _Schema) -> str:
    default = each.get("default")
    if default is None or default in ([], {}, "", ()):
        return ""
    if isinstance(default, float) and "examples" in each:  # seconds that are written as a duration
        return f"`{default:g}s`"
    if isinstance(default, list):
        return ", ".join(f"`{entry}`" for entry in default)
    return f"`{str(default).lower() if isinstance(default, bool) else default}`"
