"""Parameters of a check: validated by its kind's own model, each mistake put where it stands in the
file.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeVar, get_args

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from ..checks.base import Params
from ..checks.registry import Kind, kinds
from ..data_formats import Node
from .faults import Faults, in_words, one_line, unknown
from .substitute import Unresolved, is_resolved


class Validated:
    """Parameters that were validated already: rules repeat `secret: true` and `90d`, and Params are
    frozen.
    """

    def __init__(self) -> None:
        self._known: dict[tuple[str, object, object], Params] = {}

    def params(self, key: str, raw: object, node: Node, faults: Faults) -> Params | None:
        """The parameters of a use, `${name}` replaced already; None, with faults, if they are
        wrong.
        """
        if isinstance(raw, dict | list):
            return params(key, raw, node, faults)
        written = (key, type(raw), raw)
        found = self._known.get(written)
        if found is None:
            found = params(key, raw, node, faults)
            if found is not None:
                self._known[written] = found
        return found


def params(key: str, raw: object, node: Node, faults: Faults) -> Params | None:
    """As `Validated.params`, without its memory."""
    kind = kinds()[key]
    own = is_comparator(kind, key)
    if not own and (raw is None or raw is False):
        given = "nothing" if raw is None else "false"
        faults.at_key(
            node,
            f"`{key}` is given {given}",
            f"Leave it out, or write `{key}: true` or its parameters",
        )
        return None
    root = Node({key: node}, node.line, node.column)
    return validated(kind.Params, {key: raw} if own else raw, root, () if own else (key,), faults)


def is_comparator(kind: Kind, key: str) -> bool:
    """Whether the key is one of several that share a module and its Params."""
    return key in getattr(kind, "KEYS", ())


Model = TypeVar("Model", bound=BaseModel)


def validated(
    model: type[Model], raw: object, root: Node, prefix: tuple[str, ...], faults: Faults
) -> Model | None:
    """The model's value. `root` holds what is written; below `prefix` in it lies `raw`."""
    try:
        return model.model_validate(raw)
    except ValidationError as error:
        details = error.errors(include_url=False, include_input=False)
    alternatives: dict[tuple[Node, bool], list[tuple[str, str | None]]] = {}
    for detail in details:
        if detail["type"] == "too_short" and any(
            _below(each["loc"], detail["loc"]) for each in details
        ):
            continue  # it has entries, of which each is told as wrong
        place, at_key, message, hint = _mistake(detail, model, root, prefix)
        if _may_be_right(detail["type"], place):
            continue
        alternatives.setdefault((place, at_key), []).append((message, hint))
    for (place, at_key), found in alternatives.items():
        # Several messages of one place are the arms of a union, none of which fits.
        subject = found[0][0].partition("` ")[0] + "` "
        message = ", or ".join(
            dict.fromkeys(
                message if n == 0 else message.removeprefix(subject)
                for n, (message, _) in enumerate(found[:3])
            )
        )
        (faults.at_key if at_key else faults.at)(place, message, found[0][1])
    return None


def _may_be_right(mistake: str, place: Node) -> bool:
    """Whether it hangs on a `${name}` without a value here. `mistake` is pydantic's name for it."""
    if mistake in ("extra_forbidden", "missing") or is_resolved(place):
        return False
    return isinstance(place.value, Unresolved) or not mistake.endswith("_type")


def _below(place: tuple[int | str, ...], other: tuple[int | str, ...]) -> bool:
    return len(place) > len(other) and place[: len(other)] == other


def _mistake(
    detail: ErrorDetails, model: type[BaseModel], root: Node, prefix: tuple[str, ...]
) -> tuple[Node, bool, str, str | None]:
    """Where a mistake stands, whether at the key, what it is, and a hint."""
    place, name = root, ""
    path: list[str | int] = []
    for part in (*prefix, *detail["loc"]):
        value = place.value
        if isinstance(value, dict) and isinstance(part, str) and part in value:
            place, name = value[part], f"{name}.{part}" if name else part
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            place, name = value[part], f"{name}[{part}]"
        else:
            continue  # the name of a union's arm, or a field that is not there
        path.append(part)
    last = one_line(str(detail["loc"][-1])) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        around = name.rpartition(".")[0] or "a rule"
        known = _fields_at(model, path[len(prefix) : -1])
        return place, True, *unknown(last, f"is not a parameter of `{around}`", known)
    if detail["type"] == "missing":
        return place, False, f"`{name}` needs `{last}`", None
    return place, False, f"`{name}` {in_words(detail)}", None


def _fields_at(model: type[BaseModel], path: Sequence[str | int]) -> list[str]:
    """The names of the parameters that may stand at a place below a model."""
    models = [model]
    for part in path:
        if isinstance(part, str):
            inner = (each.model_fields for each in models)
            found = [
                field
                for fields in inner
                for name, field in fields.items()
                if part in (name, field.alias)
            ]
            models = [each for field in found for each in _models_in(field.annotation)]
    return [field.alias or name for each in models for name, field in each.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:  # noqa: ANN401 - any annotation
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in get_args(annotation):
        yield from _models_in(part)
