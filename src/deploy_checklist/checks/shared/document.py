"""The document that a rule names, as it lies there: a file of the repository, a URL, or a file on
GitHub.
"""

from __future__ import annotations

import re
from typing import Annotated, ClassVar, Self
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from ...opaque import OpaqueStruct
from ...outcome import Unobservable
from ...world.ports import HttpAnswer, HttpRequest, ServiceFault, World
from ..base import Needs, Params, Seconds
from . import probe
from .calls import Calls

_ON_GITHUB = re.compile(
    r"(?P<repository>[\w.-]+/[\w.-]+)/(?P<path>[^@]+?)(?:@(?P<ref>[^@\s]+))?", re.ASCII
)
_FORMATS = {"json": "json", "yaml": "yaml", "yml": "yaml", "toml": "toml"}
LIMIT = 10_485_760


def _on_github(written: str) -> str:
    if _place(written) is None:
        raise PydanticCustomError("github", "must be written `owner/repository/path@ref`")
    return written


def _plain_url(written: str) -> str:
    if not probe.usable(written) or urlsplit(written).username is not None:
        raise PydanticCustomError("url", "must be an http or https URL without user and password")
    return written


GithubFile = Annotated[str, AfterValidator(_on_github)]
PlainUrl = Annotated[str, AfterValidator(_plain_url)]


class Sourced(Params):
    """Exactly one source. A kind names its parameter for a file of the repository in `file_key`."""

    file_key: ClassVar[str]

    url: PlainUrl | None = Field(
        default=None, description="an http or https URL; redirects are not followed"
    )
    github: GithubFile | None = Field(
        default=None, description="`owner/repository/path@ref`, read with `metadata-token`"
    )
    allow_private: bool = Field(default=False, description="the URL may lead to a private address")
    timeout: Seconds = Field(default=10.0, description="for the URL")

    @model_validator(mode="after")
    def _has_one_source(self) -> Self:
        if sum(each is not None for each in (self.path, self.url, self.github)) != 1:
            raise PydanticCustomError(
                "source", f"needs exactly one of `{self.file_key}`, `url` and `github`"
            )
        return self

    @property
    def path(self) -> str | None:
        """The file of the repository, if it is one."""
        path: str | None = getattr(self, self.file_key)
        return path

    @property
    def source(self) -> str:
        """The document as the rule names it, a URL's query left out."""
        if self.url is not None:
            return f"`{urlsplit(self.url)._replace(query='', fragment='').geturl()}`"
        return f"`{self.path or self.github}`"


class Document(OpaqueStruct, frozen=True, kw_only=True):
    """The bytes and where they were seen; their format shows in `name`. `trouble`: what is wrong
    with the source.
    """

    seen: str
    data: bytes = b""
    name: str = ""
    trouble: str | None = None


def needs(params: Sourced) -> frozenset[Needs]:
    """What reading it takes."""
    if params.path is not None:
        return frozenset({Needs.REPOSITORY})
    return frozenset({Needs.GITHUB if params.github is not None else Needs.NETWORK})


def read(params: Sourced, world: World) -> Document:
    """The document, whole. Unobservable if it cannot be looked at from here."""
    if params.url is not None:
        return _at_url(params, params.url, world)
    return (
        on_github(params.github, world)
        if params.github is not None
        else in_repository(params.path or "", world)
    )


def in_repository(path: str, world: World) -> Document:
    """A file of the repository."""
    data = world.repository.read(path)
    return _found(f"`{path}` in {world.repository.place()}", data, path)


def on_github(written: GithubFile, world: World) -> Document:
    """A file of another repository."""
    named = _place(written)
    assert named is not None  # as the rules file was read
    data = world.github.read(named["repository"], named["path"], named["ref"])
    return _found(f"`{written}` on GitHub", data, named["path"])


def _found(seen: str, data: bytes | None, name: str) -> Document:
    return (
        Document(seen=seen, trouble="is not there")
        if data is None
        else Document(seen=seen, data=data, name=name)
    )


def _at_url(params: Sourced, url: str, world: World) -> Document:
    request = HttpRequest(url=url, allow_private=params.allow_private, limit=LIMIT)
    at = probe.ProbeTarget(url=url, name=f"`{urlsplit(url).hostname or ''}`", shown=params.source)
    calls = Calls(world, params.timeout)
    try:
        answer = calls.send(at, request)
    except ServiceFault as trouble:
        return Document(seen=calls.seen(params.source), trouble=trouble.message)
    return fetched(answer, at, calls.seen(params.source))


def fetched(answer: HttpAnswer, at: probe.ProbeTarget, seen: str) -> Document:
    """What an answer holds. A server that is busy, or that does not let us in, has not been looked
    at.
    """
    if answer.status in (401, 403):
        raise Unobservable(
            f"{at.name} does not let us in: it {probe.answered(answer)}",
            "may this document be read?",
        )
    if probe.busy(answer):
        raise Unobservable(f"{at.name} {probe.answered(answer)}", "try again later")
    if answer.status != 200:
        return Document(seen=seen, trouble=f"answered {answer.status}; expected 200")
    if answer.truncated:
        reason = f"{at.shown} could not be read whole: it is cut, packed, or larger than {LIMIT // 1_048_576} MiB"
        raise Unobservable(reason, "name a smaller document, uncompressed")
    if "html" in answer.headers.get("content-type", "").lower():
        raise Unobservable(
            f"{at.name} answered with a page, not with a document", "does it ask to sign in?"
        )
    return _found(seen, answer.body, _named(at.url, answer.headers.get("content-type", "")))


def _named(url: str, media_type: str) -> str:
    """A name that tells the format: by the URL's ending, else by what the server says, else JSON."""
    ending = urlsplit(url).path.rpartition(".")[2].lower()
    told = next((form for word, form in _FORMATS.items() if word in media_type.lower()), "json")
    return f"document.{_FORMATS.get(ending, told)}"


def _place(written: str) -> re.Match[str] | None:
    found = _ON_GITHUB.fullmatch(written)
    return None if found is None or ".." in found["path"].split("/") else found
