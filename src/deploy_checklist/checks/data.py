"""a value in a JSON, YAML or TOML document passes the comparators

Name exactly one source: a `file` in the repository, a `url`, or a file on `github`. Dates are
compared as text, also those of TOML: `2026-11-22`, `2026-11-22T08:00:00Z`. An entry without the
value that the path names is an error in `each` and in `min`, `max`, `sum`, `avg`, `sort` and
`join`; `items[?price].price` leaves such entries out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..data_formats import Malformed, load_document
from ..opaque import OpaqueStruct
from ..outcome import Finding, Outcome, failed, passed
from ..values.comparators import MISSING
from ..world.ports import World
from . import value
from .base import JudgeContext, Needs, Observation
from .shared import document
from .shared.document import Document, DocumentParams

OF_RUNNING_WORLD = True


def _jmespath(expression: str) -> str:
    import jmespath

    try:
        jmespath.compile(expression)
    except (jmespath.exceptions.JMESPathError, RecursionError):
        raise PydanticCustomError(
            "jmespath", "is not a JMESPath expression (https://jmespath.org)"
        ) from None
    return expression


At = Annotated[str, Field(min_length=1), AfterValidator(_jmespath)]


class ValueAtPath(value.Comparison):
    """The value at a JMESPath, and at least one comparator on it."""

    at: At | None = Field(
        default=None,
        description="JMESPath of the value. Default: the whole document.",
        examples=["plans[].price"],
    )

    @model_validator(mode="after")
    def _is_not_vacuous(self) -> ValueAtPath:
        if not self.given:
            raise PydanticCustomError(
                "vacuous", "needs a comparator, such as `equals` or `exists: true`"
            )
        return self


class Params(ValueAtPath, DocumentParams):
    """One source and at least one comparator."""

    file_key = "file"

    file: str | None = Field(
        default=None,
        min_length=1,
        description="Path of a file in the repository.",
        examples=["config/limits.yml"],
    )
    show: bool = Field(
        default=False,
        description="`true`: the report shows the value. Only for a file in the repository.",
    )

    @model_validator(mode="after")
    def _shows_files_only(self) -> Params:
        if self.show and self.file is None:
            raise PydanticCustomError("show", "`show` is only for a `file` of the repository")
        return self


class _Observed(OpaqueStruct, frozen=True, kw_only=True):
    document: Document
    others: Mapping[str, str]


def reads(params: Params) -> frozenset[Needs]:
    return document.needs(params)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    others = value.others_of(params, world)
    found = document.read(params, world)
    return Observation(source=found.source, data=_Observed(document=found, others=others))


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    found: _Observed = observation.data
    if found.document.fault is not None:
        return failed(f"{params.source} {found.document.fault}")
    try:
        parsed = load_document(found.document.data, found.document.name)
    except Malformed as error:
        return failed(f"{params.source} cannot be read: line {error.line}: {error.why}")
    return judge_at(params, parsed, found.others, params.source, show=params.show)


def judge_at(
    located: ValueAtPath,
    document: object,
    others: Mapping[str, str],
    source: str,
    *,
    secret: bool = False,
    show: bool = False,
) -> Finding:
    """Applies the comparators to the value at `at` of a document that `source` names. Only `show`
    puts the value into the message.
    """
    where = f"`{located.at}` in {source}" if located.at else source
    try:
        found = value_at(document, located.at, keep_missing="each" in located.given)
    except LookupError:
        return failed(
            f"`{located.at}` does not fit {source}:"
            " a value that it uses is missing or has another type"
        )
    finding = value.judge_value(located, found, others, secret=secret, show=show)
    if finding.outcome is not Outcome.PASS:
        return failed(f"{where} {finding.message}")
    return passed(f"{where}: {finding.message}")


def value_at(document: object, at: str | None, *, keep_missing: bool = False) -> object:
    """The value at a JMESPath, MISSING if there is none. LookupError if the path's functions do not
    fit the document.

    `keep_missing`: an entry without the value at the path becomes MISSING. JMESPath would leave it
    out, and nobody would notice the one missing price. The arguments of `min` and similar
    functions are always read this way; a missing one is a LookupError.
    """
    if at is None:
        return document
    import jmespath

    try:
        path = jmespath.compile(at).parsed
        visit: Visit = _interpreter()(keep=keep_missing).visit
        found = _value_or_missing(path, document, visit)
        return _with_nulls(found) if keep_missing else found
    except _ERRORS:
        raise LookupError from None


# jmespath's own errors are ValueErrors. It also lets Python's through: a text ordered with a
# number, a slice in steps of 0, infinity rounded, a mean too large for a fraction.
_ERRORS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)


# Applies a node of jmespath's tree to a value.
Visit = Callable[[Any, object], object]


def _value_or_missing(path: Any, value: object, visit: Visit) -> object:  # noqa: ANN401 - jmespath's tree
    """The value at a path, or MISSING. JMESPath gives None both for a null and for no value."""
    found = visit(path, value)
    return MISSING if found is None and not _ends_at_null(path, value, visit) else found


def _ends_at_null(path: Any, value: object, visit: Visit) -> bool:  # noqa: ANN401 - jmespath's tree
    """Whether a path that gave None leads to a null in the document. Only a plain path can."""
    kind = path["type"]
    if kind == "field":
        return isinstance(value, dict) and path["value"] in value
    if kind == "index":
        return isinstance(value, list) and -len(value) <= path["value"] < len(value)
    if kind in ("subexpression", "index_expression", "pipe"):
        *before, last = path["children"]
        for step in before:
            value = visit(step, value)
        return _ends_at_null(last, value, visit)
    return kind in ("identity", "current")


_NULL = object()  # stands for null in a projection, which leaves out every None


def _with_nulls(found: object) -> object:
    if isinstance(found, list):
        return [_with_nulls(each) for each in found]
    if isinstance(found, dict):
        return {key: _with_nulls(each) for key, each in found.items()}
    return None if found is _NULL else found


# Functions of every entry. Without the missing entries, their result would be about the rest only.
_OF_EVERY_ENTRY = frozenset({"avg", "join", "max", "min", "sort", "sum"})


@cache
def _interpreter() -> Any:  # noqa: ANN401 - a class of jmespath, imported only where it is used
    from jmespath.visitor import TreeInterpreter

    def keeping(node: Any) -> Any:  # noqa: ANN401 - its tree
        base, each, *condition = node["children"]
        unkept = [{"type": "unkept", "children": [one]} for one in condition]
        return {**node, "children": [base, {"type": "kept", "children": [each]}, *unkept]}

    class KeepingInterpreter(TreeInterpreter):
        """Projections keep the place of an entry without a value: if `keep` is set, and in the
        arguments of functions of every entry.
        """

        def __init__(self, *, keep: bool) -> None:
            super().__init__()
            self._keep = keep

        def visit_projection(self, node: Any, value: object) -> list[Any] | None:  # noqa: ANN401 - its tree
            return super().visit_projection(keeping(node) if self._keep else node, value)

        def visit_value_projection(self, node: Any, value: object) -> list[Any] | None:  # noqa: ANN401 - its tree
            return super().visit_value_projection(keeping(node) if self._keep else node, value)

        def visit_filter_projection(self, node: Any, value: object) -> list[Any] | None:  # noqa: ANN401 - its tree
            return super().visit_filter_projection(keeping(node) if self._keep else node, value)

        def visit_function_expression(self, node: Any, value: object) -> object:  # noqa: ANN401 - its tree
            keep = self._keep or node["value"] in _OF_EVERY_ENTRY
            return self._with(
                keep, lambda: super(KeepingInterpreter, self).visit_function_expression(node, value)
            )

        def visit_kept(self, node: Any, value: object) -> object:  # noqa: ANN401 - its tree
            [each] = node["children"]
            found = _value_or_missing(each, value, self.visit)
            return _NULL if found is None else found

        def visit_unkept(self, node: Any, value: object) -> object:  # noqa: ANN401 - its tree
            """A filter's condition: for it, a list of missing entries is empty, which is false."""
            [condition] = node["children"]
            return self._with(False, lambda: self.visit(condition, value))

        def _with(self, keep: bool, visit: Callable[[], object]) -> object:
            before, self._keep = self._keep, keep
            try:
                return visit()
            finally:
                self._keep = before

    return KeepingInterpreter
