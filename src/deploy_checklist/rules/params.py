"""Validates the parameters of a check with its kind's model; mistakes are reported in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..checks.base import Params
from ..checks.registry import Kind, kinds
from ..data_formats import Node
from .faults import TEXT, TRUE_OR_FALSE, Faults, one_line, unknown
from .substitute import Unresolved, is_resolved

_WHOLE = "must be a whole number"
_LIST = "must be a list"
_PARAMETERS = "must be a mapping of parameters"
_MESSAGES = {  # by pydantic's type of error
    "string_type": TEXT,
    "bool_type": TRUE_OR_FALSE,
    "bool_parsing": TRUE_OR_FALSE,
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "float_type": "must be a number",
    "float_parsing": "must be a number",
    "list_type": _LIST,
    "tuple_type": _LIST,
    "set_type": _LIST,
    "frozen_set_type": _LIST,
    "dict_type": "must be a mapping",
    "mapping_type": "must be a mapping",
    "model_type": _PARAMETERS,
    "model_attributes_type": _PARAMETERS,
    "none_required": "must be left empty",
    "too_short": "must not be empty",
}


class ParamsReader:
    """Reads the parameters of checks. Rules repeat `secret: true` and `90d`, so what was valid
    once is not validated again.
    """

    def __init__(self, faults: Faults) -> None:
        self._faults = faults
        self._valid: dict[tuple[str, object, object], Params] = {}

    def read(self, key: str, raw: object, node: Node) -> Params | None:
        """The parameters of a check. `raw` is what `node` holds, with every `${name}` replaced.
        None, with faults, if they are wrong.
        """
        if isinstance(raw, dict | list):
            return self._validated(key, raw, node)
        written = (key, type(raw), raw)
        params = self._valid.get(written)
        if params is None:
            params = self._validated(key, raw, node)
            if params is not None:
                self._valid[written] = params
        return params

    def _validated(self, key: str, raw: object, node: Node) -> Params | None:
        kind = kinds()[key]
        root = Node({key: node}, node.line, node.column)
        if is_comparator(kind, key):
            return validated(kind.Params, {key: raw}, root, (), self._faults)
        if raw is None or raw is False:
            given = "has no value" if raw is None else "must not be false"
            hint = f"Remove the line, or write `{key}: true` or its parameters"
            self._faults.at_key(node, f"`{key}` {given}", hint)
            return None
        return validated(kind.Params, raw, root, (key,), self._faults)


def is_comparator(kind: Kind, key: str) -> bool:
    """Whether the key is one of several that share a module and its Params."""
    return key in getattr(kind, "KEYS", ())


Model = TypeVar("Model", bound=BaseModel)


def validated(
    model: type[Model], raw: object, root: Node, prefix: tuple[str, ...], faults: Faults
) -> Model | None:
    """The model with the values of `raw`, which is below `prefix` in `root`. None, with faults, if
    they are wrong.
    """
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
    found: dict[tuple[Node, bool], list[tuple[str, str | None]]] = {}
    for detail in details:
        if detail["type"] == "too_short" and _has_faulty_entries(detail, details):
            continue
        if detail["type"] == "literal_error" and _is_told_better(detail, details):
            continue
        node, at_key, message, hint = _mistake(detail, model, root, prefix)
        if not _may_be_right(detail["type"], node):
            found.setdefault((node, at_key), []).append((message, hint))
    for (node, at_key), mistakes in found.items():
        # Several messages about one node come from the members of a union, none of which fits.
        message, hint = mistakes[0]
        subject = message.partition("` ")[0] + "` "
        others = dict.fromkeys(other.removeprefix(subject) for other, _ in mistakes[1:3])
        message = ", or ".join((message, *others))
        if at_key:
            faults.at_key(node, message, hint)
        else:
            faults.at(node, message, hint)
    return None


def _may_be_right(error_type: str, node: Node) -> bool:
    """Whether the error may come from a `${name}` that has no value here."""
    if error_type in ("extra_forbidden", "missing") or is_resolved(node):
        return False
    return isinstance(node.value, Unresolved) or not error_type.endswith("_type")


def _has_faulty_entries(too_short: ErrorDetails, details: Sequence[ErrorDetails]) -> bool:
    """The list is not empty: its entries were left out, and each is reported as wrong."""
    place = too_short["loc"]
    return any(
        len(each["loc"]) > len(place) and each["loc"][: len(place)] == place for each in details
    )


def _is_told_better(literal: ErrorDetails, details: Sequence[ErrorDetails]) -> bool:
    """The error is that of a union's word, where a mapping was written, and what is wrong in the
    mapping is reported.
    """
    place = literal["loc"]
    return str(place[-1]).startswith("literal[") and any(
        len(each["loc"]) > len(place) and each["loc"][: len(place) - 1] == place[:-1]
        for each in details
    )


def _mistake(
    detail: ErrorDetails, model: type[BaseModel], root: Node, prefix: tuple[str, ...]
) -> tuple[Node, bool, str, str | None]:
    """The node of a mistake, whether it is the node's key that is wrong, the message and a hint."""
    node, name = root, ""
    path: list[str | int] = []
    for part in (*prefix, *detail["loc"]):
        value = node.value
        if isinstance(value, dict) and isinstance(part, str) and part in value:
            node, name = value[part], f"{name}.{part}" if name else part
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            node, name = value[part], f"{name}[{part}]"
        else:
            continue  # the name of a union's member, or a field that is missing
        path.append(part)
    last = one_line(str(detail["loc"][-1])) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        parent = name.rpartition(".")[0] or "a rule"
        known = _fields_at(model, path[len(prefix) : -1])
        return node, True, *unknown(last, f"is not a parameter of `{parent}`", known)
    if detail["type"] == "missing":
        return node, False, f"`{name}` needs `{last}`", None
    if _MESSAGES.get(detail["type"]) == _PARAMETERS and len(path) > len(prefix):
        fields = ", ".join(f"`{field}`" for field in _fields_at(model, path[len(prefix) :]))
        return node, False, f"`{name}` must be a mapping with {fields}", None
    return node, False, f"`{name}` {_message(detail)}", None


def _message(detail: ErrorDetails) -> str:
    """Our own message, the kind's own, or pydantic's. None of them quotes what was given."""
    if detail["type"] in _MESSAGES:
        return _MESSAGES[detail["type"]]
    if detail["type"] in ("literal_error", "enum"):
        return f"must be {detail['ctx']['expected']}"
    if detail["type"] == "string_pattern_mismatch":
        return f"must match `{detail['ctx']['pattern']}`"
    message = detail["msg"].removeprefix("Value error, ").removeprefix("Assertion failed, ")
    for subject in ("Input", "Value", "String", "List", "Tuple"):
        if message.startswith(f"{subject} should "):
            return "must " + message.removeprefix(f"{subject} should ")
    return message


def _fields_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The names of the parameters that are allowed at a path below a model."""
    models = [model]
    for part in path:
        if isinstance(part, str):
            fields = [field for each in models for field in each.model_fields.items()]
            named = [field for name, field in fields if part in (name, field.alias)]
            models = [each for field in named for each in _models_in(field.annotation)]
    return [field.alias or name for each in models for name, field in each.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
