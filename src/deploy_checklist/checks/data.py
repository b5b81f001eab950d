"""the value at a JMESPath of a JSON, YAML or TOML document is as said; the document is a file, a URL or on GitHub"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ..documents import Malformed, load_document
from ..frozen import frozen
from ..outcome import Finding, Outcome, Unobservable, failed, passed
from ..world.ports import HttpRequest, Trouble, World
from . import value
from .base import Context, Reads, Seconds, Seen
from .outside import probe

_ON_GITHUB = re.compile(r"(?P<repository>[\w.-]+/[\w.-]+)/(?P<path>[^@]+?)(?:@(?P<ref>[^@\s]+))?", re.ASCII)
_FORMATS = {"json": "json", "yaml": "yaml", "yml": "yaml", "toml": "toml"}


def _jmespath(expression: str) -> str:
    import jmespath

    try:
        jmespath.compile(expression)
    except jmespath.exceptions.JMESPathError:
        raise PydanticCustomError("jmespath", "is not a JMESPath expression (https://jmespath.org)") from None
    return expression


At = Annotated[str, Field(min_length=1), AfterValidator(_jmespath)]


class Located(value.Comparison):
    """The value at a JMESPath, and at least one comparator on it."""

    at: At | None = Field(default=None, description="where the value stands, a JMESPath; without it, all of it")

    @model_validator(mode="after")
    def _is_not_vacuous(self) -> Located:
        if not self.given:
            raise PydanticCustomError("vacuous", "needs a comparator, such as `equals` or `exists: true`")
        return self


class Params(Located):
    """One source and at least one comparator."""

    file: str | None = Field(default=None, min_length=1, description="a file of the repository")
    url: str | None = Field(default=None, description="an http or https URL; redirects are not followed")
    github: str | None = Field(default=None, description="`owner/repository/path@ref`, read with `metadata-token`")
    show: bool = Field(default=False, description="the report shows the value; only for a file of the repository")
    allow_private: bool = Field(default=False, description="the URL may lead to a private address")
    timeout: Seconds = Field(default=10.0, description="for the URL")

    @model_validator(mode="after")
    def _has_one_source(self) -> Params:
        if sum(each is not None for each in (self.file, self.url, self.github)) != 1:
            raise PydanticCustomError("source", "needs exactly one of `file`, `url` and `github`")
        if self.show and self.file is None:
            raise PydanticCustomError("show", "`show` is only for a `file` of the repository")
        if self.url is not None and not _is_plain(self.url):
            raise PydanticCustomError("url", "`url` is not an http or https URL without user and password")
        if self.github is not None and _on_github(self.github) is None:
            raise PydanticCustomError("github", "`github` is written `owner/repository/path@ref`")
        return self

    @property
    def source(self) -> str:
        """The document as the rule names it, a URL's query left out."""
        if self.url is not None:
            return f"`{urlsplit(self.url)._replace(query='', fragment='').geturl()}`"
        return f"`{self.file or self.github}`"


@frozen(shown=False)
class Looked:
    """The document's bytes and the name its format shows in; or what is wrong with the source."""

    data: bytes = b""
    name: str = ""
    trouble: str | None = None
    others: Mapping[str, str]


def reads(params: Params) -> frozenset[Reads]:
    if params.file is not None:
        return frozenset({Reads.REPOSITORY})
    return frozenset({Reads.GITHUB if params.github is not None else Reads.NETWORK})


def observe(params: Params, subject: str | None, world: World) -> Seen:
    others = value.others_of(params, world)
    if params.url is not None:
        return Seen(source=params.source, what=_at_url(params, others, world))
    if params.github is not None:
        return Seen(source=f"{params.source} on GitHub", what=_at_github(params.github, others, world))
    path = params.file or ""
    data = world.repository.read(path)
    seen = (
        Looked(trouble="is not there", others=others) if data is None else Looked(data=data, name=path, others=others)
    )
    return Seen(source=f"{params.source} in {world.repository.place()}", what=seen)


def judge(params: Params, seen: Seen, context: Context) -> Finding:
    looked: Looked = seen.what
    if looked.trouble is not None:
        return failed(f"{params.source} {looked.trouble}")
    try:
        document = load_document(looked.data, looked.name)
    except Malformed as error:
        return failed(f"{params.source} cannot be read: line {error.line}: {error.why}")
    return judged_at(params, document, looked.others, params.source, show=params.show)


def judged_at(
    located: Located,
    document: object,
    others: Mapping[str, str],
    source: str,
    *,
    secret: bool = False,
    show: bool = False,
) -> Finding:
    """The comparators' word on the value at `at` of a document that `source` names. The value is shown under `show`."""
    where = f"`{located.at}` in {source}" if located.at else source
    try:
        found = value_at(document, located.at, keep_missing="each" in located.given)
    except LookupError:
        return failed(f"`{located.at}` cannot be applied to {source}: a function in it meets another type")
    finding = value.judged(located, found, others, secret=secret, show=show)
    if finding.outcome is not Outcome.PASS:
        return failed(f"{where} {finding.message}")
    return passed(f"{where}: {finding.message}")


def value_at(document: object, at: str | None, *, keep_missing: bool = False) -> object:
    """What stands there, None if nothing does. LookupError if the path's functions do not fit the document.

    `keep_missing`: an entry without what the path asks for is None in its place. JMESPath leaves it out in silence,
    and nobody would look at the one price that is not there.
    """
    if at is None:
        return document
    import jmespath

    try:
        if not keep_missing:
            return jmespath.search(at, document)
        return _none_where_missing(_keeping()().visit(jmespath.compile(at).parsed, document))
    except jmespath.exceptions.JMESPathError:
        raise LookupError from None


_MISSING = object()


def _none_where_missing(found: object) -> object:
    if isinstance(found, list):
        return [_none_where_missing(each) for each in found]
    return None if found is _MISSING else found


@cache
def _keeping() -> Any:  # noqa: ANN401 - a class of jmespath's, which is imported only where it is used
    from jmespath.visitor import TreeInterpreter

    def keeping(node: Any) -> Any:  # noqa: ANN401 - its tree
        base, each, *rest = node["children"]
        return {**node, "children": [base, {"type": "kept", "children": [each]}, *rest]}

    class Keeping(TreeInterpreter):
        """Where a projection finds nothing it keeps the place."""

        def visit_projection(self, node: Any, value: object) -> list[Any] | None:  # noqa: ANN401 - its tree
            return super().visit_projection(keeping(node), value)

        def visit_value_projection(self, node: Any, value: object) -> list[Any] | None:  # noqa: ANN401 - its tree
            return super().visit_value_projection(keeping(node), value)

        def visit_filter_projection(self, node: Any, value: object) -> list[Any] | None:  # noqa: ANN401 - its tree
            return super().visit_filter_projection(keeping(node), value)

        def visit_kept(self, node: Any, value: object) -> object:  # noqa: ANN401 - its tree
            found = self.visit(node["children"][0], value)
            return _MISSING if found is None else found

    return Keeping


def _at_url(params: Params, others: Mapping[str, str], world: World) -> Looked:
    url = params.url or ""
    host = urlsplit(url).hostname or ""
    request = HttpRequest(url=url, timeout=params.timeout, allow_private=params.allow_private, limit=10_485_760)
    try:
        answer = probe.send(world, probe.Place(url=url, name=f"`{host}`", shown=params.source), request)
    except Trouble as trouble:
        return Looked(trouble=trouble.message, others=others)
    if answer.status != 200:
        return Looked(trouble=f"answered {answer.status}; expected 200", others=others)
    if answer.truncated:
        raise Unobservable(f"{params.source} is larger than 10 MiB", "name a smaller document")
    return Looked(data=answer.body, name=_named(url, answer.headers.get("content-type", "")), others=others)


def _named(url: str, media_type: str) -> str:
    """A name that tells the format: by the URL's ending, else by what the server says, else JSON."""
    ending = urlsplit(url).path.rpartition(".")[2].lower()
    told = next((form for word, form in _FORMATS.items() if word in media_type.lower()), "json")
    return f"document.{_FORMATS.get(ending, told)}"


def _at_github(source: str, others: Mapping[str, str], world: World) -> Looked:
    found = _on_github(source)
    if world.github is None or found is None:
        raise Unobservable("GitHub cannot be asked in this run", "give `metadata-token` (on a laptop: GH_TOKEN)")
    data = world.github.read(found["repository"], found["path"], found["ref"])
    if data is None:
        return Looked(trouble="is not there", others=others)
    return Looked(data=data, name=found["path"], others=others)


def _on_github(source: str) -> re.Match[str] | None:
    found = _ON_GITHUB.fullmatch(source)
    return None if found is None or ".." in found["path"].split("/") else found


def _is_plain(url: str) -> bool:
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return False
    usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.username is None and port != 0
    return usable and not re.search(r"[\s\x00-\x1f\x7f]", url)
