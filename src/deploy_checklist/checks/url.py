"""it parses; no user, password, fragment or stray space; the host is as said, not private, not
another environment's

`host` is an exact name, or `.suffix` for any name below it. The host of another environment is told
by the values under `environments:`: the longest one that the host lies in decides whose it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..outcome import Finding, failed, passed
from ..values.hosts import Reach, address_of, canonical_host, is_within, reach
from ..values.schemes import USUAL_PORTS
from ..world.ports import World
from . import base
from .base import JudgeContext, Needs, Observation

_SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]")
_DRIVER = re.compile(
    r"(?:[A-Za-z][A-Za-z0-9+.-]*:)+(?=[A-Za-z][A-Za-z0-9+.-]*://)"
)  # `jdbc:` before a URL
_STRAY = re.compile(r"[\s\x00-\x20\x7f]")


def _host_name(written: str) -> str:
    name = canonical_host(written.removeprefix("."))
    if name is None:
        raise PydanticCustomError(
            "host", "is no host name: write pay.acme.example, or .acme.example for any below"
        )
    return f".{name}" if written.startswith(".") else name


HostName = Annotated[str, AfterValidator(_host_name)]


class Params(base.Params):
    """All optional; `true` asks for a well-formed URL with a public host."""

    scheme: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9+.-]*$")], ...], base.ONE_OR_MORE
    ] = Field(default=(), description="one of these: https, rediss, syslog+tls, …")
    host: Annotated[tuple[HostName, ...], base.ONE_OR_MORE] = Field(
        default=(),
        description="one of these names, or below one that is written with a dot before it",
    )
    port: Annotated[tuple[Annotated[int, Field(ge=1, le=65535)], ...], base.ONE_OR_MORE] = Field(
        default=(), description="one of these; where the URL has none, the scheme's own"
    )
    path: str | None = Field(default=None, pattern="^/", description="exactly this")
    allow_private: bool = Field(
        default=False, description="loopback, private addresses and bare names are meant"
    )


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.VALUE})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    return Observation(source=world.variables.place(), data=base.value_of(subject, world))


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    parts = _parts(observation.data)
    if isinstance(parts, str):
        return failed(parts, context.set_command())
    if trouble := _wrong(params, parts, context):
        return failed(trouble, context.set_command())
    return passed(_right(params, parts))


def _right(params: Params, parts: SplitResult) -> str:
    """Of the value, only what the rule spells out itself."""
    scheme = [parts.scheme] if params.scheme else []
    hosts = [f"`{host}`" for host in params.host]
    return ", ".join([*scheme, " or ".join(hosts)] if hosts else scheme) or "a well-formed URL"


def _parts(text: str) -> SplitResult | str:
    """The parts of a URL, or why it is none. urlsplit forgives newlines and backslashes, on which
    clients differ.
    """
    if _STRAY.search(text):
        return "has white space or a control character in it"
    if "\\" in text:
        return "has a backslash in it"
    if not _SHAPE.match(text):
        return "is not a URL: it must read scheme://host"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:  # its text quotes the value
        return "is not a URL that can be read: look at its host and port"
    if port == 0:
        return "names port 0, on which nothing listens"
    if "@" in parts.netloc:
        return "has a user or a password in it"
    if "#" in text:
        return "has a fragment (#) in it"
    if not host or canonical_host(host) is None:
        return "has no usable host name"
    return parts


def _wrong(params: Params, parts: SplitResult, context: JudgeContext) -> str | None:
    host = canonical_host(parts.hostname or "") or ""
    return (
        _wrong_scheme(params, parts.scheme)
        or wrong_host(host, params.host, context)
        or unreachable(host, allow_private=params.allow_private)
        or _wrong_port(params, parts)
        or _wrong_path(params, parts.path)
    )


def _wrong_scheme(params: Params, scheme: str) -> str | None:
    wanted = _either(f"{each}://" for each in params.scheme)
    return f"does not begin with {wanted}" if _not_in(scheme, params.scheme) else None


def wrong_host(host: str, allowed: Sequence[str], context: JudgeContext) -> str | None:
    """Whose host it is instead. A name that the rule itself spells out is never another
    environment's.
    """
    if host in allowed:
        return None
    needs = _either(
        f"a name below `{each[1:]}`" if each[0] == "." else f"`{each}`" for each in allowed
    )
    here = context.environment
    owner = environment_of(host, context)
    if owner is not None:
        return (
            f"points to {owner}'s host; {f'{here} needs {needs}' if needs else f'this is {here}'}"
        )
    if allowed and not any(name[0] == "." and host.endswith(name) for name in allowed):
        return f"points to another host; {here or 'it'} needs {needs}"
    return None


def environment_of(host: str, context: JudgeContext) -> str | None:
    """The other environment that a host belongs to, by the longest of all environments' hosts that
    it lies in.
    """
    if context.environment is None:
        return None
    owners = [(name, domain) for name, domain in _domains(context) if _lies_in(host, domain)]
    domains = ((len(domain), name == context.environment, name) for name, domain in owners)
    _, own, name = max(domains, default=(0, True, ""))
    return None if own else name


def _lies_in(host: str, domain: str) -> bool:
    """A bare name and an address have nothing below them: `redis` is not where `eu.redis` lies."""
    return is_within(host, domain) if "." in domain and not address_of(domain) else host == domain


def _domains(context: JudgeContext) -> Iterable[tuple[str, str]]:
    for name, values in context.environments.items():
        for value in _texts(values):
            for written in re.split(r"[\s,;|]+", value):
                host = canonical_host(_host_in(written).removeprefix("*").removeprefix("."))
                if host is not None and not _own_machine(host):
                    yield name, host


def _own_machine(host: str) -> bool:
    """Whether it is the machine that asks, so that no environment has it for itself."""
    address = address_of(host)
    return address.is_loopback if address else host == "localhost"


def _host_in(written: str) -> str:
    """The host of `https://host/path`, `jdbc:x://host`, `host:6379`, `host/path` or `host`; "" if
    it is none.
    """
    if ":" in written and address_of(written):
        return written
    written = _DRIVER.sub("", written)
    try:
        parts = urlsplit(written if _SHAPE.match(written) else f"//{written}")
    except ValueError:
        return ""
    return "" if "@" in written and not parts.scheme else parts.hostname or ""


def _texts(values: object) -> Iterable[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for value in values.values():
            yield from _texts(value)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _texts(value)


def unreachable(host: str, *, allow_private: bool) -> str | None:
    """What keeps a canonical host from being a public one."""
    where = reach(host)
    if where is Reach.METADATA:
        return "points to a cloud's metadata service"
    if where is Reach.PRIVATE and not allow_private:
        return "points to a private host, which nobody outside can reach"
    return None


def _wrong_port(params: Params, parts: SplitResult) -> str | None:
    port = parts.port if parts.port is not None else USUAL_PORTS.get(parts.scheme)
    return (
        f"does not use port {_either(map(str, params.port))}"
        if _not_in(port, params.port)
        else None
    )


def _wrong_path(params: Params, path: str) -> str | None:
    if params.path is None or path == params.path or (params.path == "/" and not path):
        return None
    if path.rstrip("/") == params.path.rstrip("/"):
        return f"differs from the path `{params.path}` only in a trailing slash"
    return f"has another path than `{params.path}`"


def _not_in(value: object, allowed: Sequence[object]) -> bool:
    return bool(allowed) and value not in allowed


def _either(names: Iterable[str]) -> str:
    return " or ".join(names)
