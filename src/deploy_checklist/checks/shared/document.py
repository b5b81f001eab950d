"""Reads the document that a rule names: a repository file, a URL, or a file on GitHub."""

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


def _parsed(written: str) -> re.Match[str] | None:
    found = _ON_GITHUB.fullmatch(written)
    return None if found is None or ".." in found["path"].split("/") else found


def _on_github(written: str) -> str:
    if _parsed(written) is None:
        raise PydanticCustomError("github", "must be written `owner/repository/path@ref`")
    return written


def _plain_url(written: str) -> str:
    if not probe.is_http_url(written) or urlsplit(written).username is not None:
        raise PydanticCustomError("url", "must be an http or https URL without user and password")
    return written


GithubFile = Annotated[str, AfterValidator(_on_github)]
PlainUrl = Annotated[str, AfterValidator(_plain_url)]


class DocumentParams(Params):
    """Exactly one source. `file_key` is the name of the parameter for a file of the repository."""

    file_key: ClassVar[str]

    url: PlainUrl | None = Field(
        default=None,
        description="An http or https URL. Redirects are not followed.",
        examples=["https://api.acme.example/limits.json"],
    )
    github: GithubFile | None = Field(
        default=None,
        description="A file on GitHub, as `owner/repository/path@ref`. It is read with "
        "`metadata-token`.",
        examples=["acme/infra/outputs.json@main"],
    )
    allow_private: bool = Field(
        default=False, description="`true`: the URL may lead to a private address."
    )
    timeout: Seconds = Field(default=10.0, description="Time limit for the URL.")

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
    """The bytes of a document and where they were read, or what is wrong with the source."""

    source: str
    data: bytes = b""
    name: str = ""  # its ending tells the format
    fault: str | None = None


def needs(params: DocumentParams) -> frozenset[Needs]:
    """What reading the document takes."""
    if params.path is not None:
        return frozenset({Needs.REPOSITORY})
    return frozenset({Needs.GITHUB if params.github is not None else Needs.NETWORK})


def read(params: DocumentParams, world: World) -> Document:
    """The whole document. Unobservable if it cannot be read from here."""
    if params.url is not None:
        return _read_from_url(params, params.url, world)
    if params.github is not None:
        return read_from_github(params.github, world)
    return read_from_repository(params.path or "", world)


def read_from_repository(path: str, world: World) -> Document:
    """A file of the repository."""
    data = world.repository.read(path)
    return _document(f"`{path}` in {world.repository.place()}", data, path)


def read_from_github(written: GithubFile, world: World) -> Document:
    """A file of another repository."""
    file = _parsed(written)
    assert file is not None  # validated when the rules file was read
    data = world.github.read(file["repository"], file["path"], file["ref"])
    return _document(f"`{written}` on GitHub", data, file["path"])


def _document(source: str, data: bytes | None, name: str) -> Document:
    if data is None:
        return Document(source=source, fault="does not exist")
    return Document(source=source, data=data, name=name)


def _read_from_url(params: DocumentParams, url: str, world: World) -> Document:
    request = HttpRequest(url=url, allow_private=params.allow_private, limit=LIMIT)
    at = probe.ProbeTarget(url=url, name=f"`{urlsplit(url).hostname or ''}`", shown=params.source)
    calls = Calls(world, params.timeout)
    try:
        answer = calls.send(at, request)
    except ServiceFault as fault:
        return Document(source=calls.source(params.source), fault=fault.message)
    return document_of(answer, at, calls.source(params.source))


def document_of(answer: HttpAnswer, at: probe.ProbeTarget, source: str) -> Document:
    """The document in an answer. Unobservable if the server is busy or does not let us in."""
    if answer.status in (401, 403):
        raise Unobservable(
            f"{at.name} denies access: it {probe.describe_answer(answer)}",
            "check that this document may be read",
        )
    if probe.is_busy(answer):
        raise Unobservable(f"{at.name} {probe.describe_answer(answer)}", "try again later")
    if answer.status != 200:
        return Document(source=source, fault=f"answered {answer.status}; expected 200")
    if answer.truncated:
        raise Unobservable(
            f"{at.shown} could not be read: it is incomplete, compressed, "
            f"or larger than {LIMIT // 1_048_576} MiB",
            "use a smaller document, uncompressed",
        )
    media_type = answer.headers.get("content-type", "").lower()
    if "html" in media_type:
        raise Unobservable(
            f"{at.name} answered with a web page, not with a document",
            "check whether it asks to sign in",
        )
    return _document(source, answer.body, _file_name(at.url, media_type))


def _file_name(url: str, media_type: str) -> str:
    """A file name that tells the format: by the URL's ending, else the media type, else JSON."""
    ending = urlsplit(url).path.rpartition(".")[2].lower()
    if ending in _FORMATS:
        return f"document.{_FORMATS[ending]}"
    for word, format_ in _FORMATS.items():
        if word in media_type:
            return f"document.{format_}"
    return "document.json"
