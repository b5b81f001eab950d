"""the value at a JMESPath of a JSON, YAML or TOML document is as said

The document is a `file` of the repository, at a `url` or on `github`: exactly one of them. Dates
are compared as text, TOML's too: `2026-11-22`, `2026-11-22T08:00:00Z`. An entry without what the
path asks for is a fault, under `each` and in `min` `max` `sum` `avg` `sort` `join`;
`items[?price].price` leaves it out.
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
        default=None, description="where the value stands, a JMESPath; without it, all of it"
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

    file: str | None = Field(default=None, min_length=1, description="a file of the repository")
    show: bool = Field(
        default=False, description="the report shows the value; only for a file of the repository"
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
    looked: _Observed = observation.data
    if looked.document.fault is not None:
        return failed(f"{params.source} {looked.document.fault}")
    try:
        found = load_document(looked.document.data, looked.document.name)
    except Malformed as error:
        return failed(f"{params.source} cannot be read: line {error.line}: {error.why}")
    return judged_at(params, found, looked.others, params.source, show=params.show)


def judged_at(
    located: ValueAtPath,
    document: object,
    others: Mapping[str, str],
    source: str,
    *,
    secret: bool = False,
    show: bool = False,
) -> Finding:
    """The comparators' word on the value at `at` of a document that `source` names. The value is
    shown under `show`.
    """
    where = f"`{located.at}` in {source}" if located.at else source
    try:
        found = value_at(document, located.at, keep_missing="each" in located.given)
    except LookupError:
        return failed(
            f"`{located.at}` cannot be applied to {source}: something in it is missing or of another type"
        )
    finding = value.judged(located, found, others, secret=secret, show=show)
    if finding.outcome is not Outcome.PASS:
        return failed(f"{where} {finding.message}")
    return passed(f"{where}: {finding.message}")


def value_at(document: object, at: str | None, *, keep_missing: bool = False) -> object:
    """What stands there, MISSING if nothing does. LookupError if the path's functions do not fit
    the document.

    `keep_missing`: an entry without what the path asks for is MISSING in its place. JMESPath leaves
    it out in silence, and nobody would look at the one price that is not there. The arguments of
    `min` and its like are always read so, and a gap among them is a LookupError.
    """
    if at is None:
        return document
    import jmespath

    try:
        path = jmespath.compile(at).parsed
        visit: Visit = _interpreter()(keep=keep_missing).visit
        found = _or_missing(path, document, visit(path, document), visit)
        return _with_nulls(found) if keep_missing else found
    except _CANNOT_BE_FOLLOWED:
        raise LookupError from None


# Besides its own errors, which are ValueErrors, jmespath lets Python's own through: a text ordered
# with a number, a slice in steps of 0, infinity rounded, a mean too large for a fraction.
_CANNOT_BE_FOLLOWED = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


Visit = Callable[
    [Any, object], object
]  # a node of jmespath's tree, and the value that it is applied to


def _or_missing(path: Any, value: object, found: object, visit: Visit) -> object:  # noqa: ANN401 - jmespath's tree
    """What was found, or MISSING. JMESPath says null for both: for what is not there, and for a
    null that is.
    """
    return MISSING if found is None and not _stands(path, value, visit) else found


def _stands(path: Any, value: object, visit: Visit) -> bool:  # noqa: ANN401 - jmespath's tree
    """Whether a null was found because a null stands there: at the end of a plain path, and nowhere
    else.
    """
    kind = path["type"]
    if kind == "field":
        return isinstance(value, dict) and path["value"] in value
    if kind == "index":
        return isinstance(value, list) and -len(value) <= path["value"] < len(value)
    if kind in ("subexpression", "index_expression", "pipe"):
        *before, last = path["children"]
        for step in before:
            value = visit(step, value)
        return _stands(last, value, visit)
    return kind in ("identity", "current")


_NULL = object()  # a null that a projection keeps, which leaves out every None


def _with_nulls(found: object) -> object:
    if isinstance(found, list):
        return [_with_nulls(each) for each in found]
    if isinstance(found, dict):
        return {key: _with_nulls(each) for key, each in found.items()}
    return None if found is _NULL else found


# They want entries of one type: over what JMESPath leaves out, the least price is that of the others.
_OF_EVERY_ENTRY = frozenset({"avg", "join", "max", "min", "sort", "sum"})


@cache
def _interpreter() -> Any:  # noqa: ANN401 - a class of jmespath's, which is imported only where it is used
    from jmespath.visitor import TreeInterpreter

    def keeping(node: Any) -> Any:  # noqa: ANN401 - its tree
        base, each, *condition = node["children"]
        plainly = [{"type": "plainly", "children": [one]} for one in condition]
        return {**node, "children": [base, {"type": "kept", "children": [each]}, *plainly]}

    class Keeping(TreeInterpreter):
        """Where a projection finds nothing it keeps the place: if asked to, and for functions of
        every entry.
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
                keep, lambda: super(Keeping, self).visit_function_expression(node, value)
            )

        def visit_kept(self, node: Any, value: object) -> object:  # noqa: ANN401 - its tree
            [each] = node["children"]
            found = _or_missing(each, value, self.visit(each, value), self.visit)
            return _NULL if found is None else found

        def visit_plainly(self, node: Any, value: object) -> object:  # noqa: ANN401 - its tree
            """A filter's condition: to it a list of gaps is an empty one, which is no yes."""
            [condition] = node["children"]
            return self._with(False, lambda: self.visit(condition, value))

        def _with(self, keep: bool, visit: Callable[[], object]) -> object:
            before, self._keep = self._keep, keep
            try:
                return visit()
            finally:
                self._keep = before

    return Keeping
