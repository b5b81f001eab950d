"""the value is a URL without user, password, fragment or stray spaces, and its host is allowed by
the rule, public, and not that of another environment

`host` is an exact name, or `.suffix` for any name below it. The values under `environments:` tell
which environment a host belongs to: of several that match, the longest decides.

A URL with a user or a password in it, as `DATABASE_URL` often is, does not pass: all of it is a
secret. Use `secret` for it, and `matches` to check its form. The commands that the gate prints
store it as a secret, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Annotated
from urllib.parse import SplitResult, urlsplit

from pydantic import AfterValidator, Field
from pydantic_core import PydanticCustomError

from ..outcome import Finding, failed, passed
from ..values.hosts import (
    Reach,
    address_of,
    canonical_host,
    has_stray_character,
    is_within,
    reach,
    shown_host,
)
from ..values.schemes import USUAL_PORTS
from ..world.ports import World
from . import base
from .base import JudgeContext, Needs, Observation

_SHAPE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://[^/?#]")
# A driver's prefix before a URL, such as `jdbc:`.
_DRIVER = re.compile(
    r"(?<![A-Za-z0-9+.:-])(?:[A-Za-z][A-Za-z0-9+.-]*+:(?!//))++(?=[A-Za-z][A-Za-z0-9+.-]*+://)"
)
_BLANK = re.compile(r"[\s\x00-\x20\x7f]")


def _host_name(written: str) -> str:
    name = canonical_host(written.removeprefix(".").strip("[]"))
    if name is None:
        raise PydanticCustomError(
            "host",
            "is not a host name: write pay.acme.example, or .acme.example for all names below it",
        )
    return f".{name}" if written.startswith(".") else name


HostName = Annotated[str, AfterValidator(_host_name)]


class Params(base.Params):
    """All optional; `true` asks for a well-formed URL with a public host."""

    scheme: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[a-z][a-z0-9+.-]*$")], ...], base.ONE_OR_MORE
    ] = Field(
        default=(),
        description="Allowed schemes, such as https, rediss, syslog+tls.",
        examples=["https"],
    )
    host: Annotated[tuple[HostName, ...], base.ONE_OR_MORE] = Field(
        default=(),
        description="Allowed hosts. A name that begins with a dot allows every name below it.",
        examples=["pay.${domain}"],
    )
    port: Annotated[tuple[Annotated[int, Field(ge=1, le=65535)], ...], base.ONE_OR_MORE] = Field(
        default=(),
        description="Allowed ports. A URL without a port has that of its scheme.",
        examples=[443],
    )
    path: str | None = Field(
        default=None,
        pattern="^/",
        description="The path that the URL must have.",
        examples=["/callback"],
    )
    allow_private: bool = Field(
        default=False,
        description="`true`: loopback addresses, private addresses and names without a dot are "
        "allowed.",
    )


def reads(params: Params) -> frozenset[Needs]:
    return frozenset({Needs.VALUE})


def observe(params: Params, subject: str | None, world: World) -> Observation:
    return Observation(source=world.variables.place(), data=base.value_of(subject, world))


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    parts = _parts(observation.data)
    if isinstance(parts, str):
        return failed(parts, context.set_command())
    if fault := _fault_of(params, parts, context):
        return failed(fault, context.set_command())
    # The message shows only what the rule itself names.
    facts = [parts.scheme] if params.scheme else []
    if params.host:
        facts.append(" or ".join(f"`{shown_host(host)}`" for host in params.host))
    return passed(", ".join(facts) or "a well-formed URL")


def _parts(text: str) -> SplitResult | str:
    """The parts of a URL, or why it is not a URL. urlsplit accepts backslashes, which clients
    interpret in different ways.
    """
    if _BLANK.search(text):
        return "contains white space or a control character"
    if "\\" in text:
        return "contains a backslash"
    if not _SHAPE.match(text):
        return "is not a URL (expected scheme://host)"
    try:
        parts = urlsplit(text)
        host, port = parts.hostname, parts.port
    except ValueError:  # the error's own text quotes the value
        return "is not a valid URL: check its host and port"
    if port == 0:
        return "has port 0, which no server uses"
    if "@" in parts.netloc:
        return "contains a user or a password"
    if "#" in text:
        return "contains a fragment (#)"
    if not host or canonical_host(host) is None:
        return "has no valid host name"
    if has_stray_character(text):
        return "contains an invisible character"
    return parts


def _fault_of(params: Params, parts: SplitResult, context: JudgeContext) -> str | None:
    if params.scheme and parts.scheme not in params.scheme:
        return f"does not begin with {' or '.join(f'{each}://' for each in params.scheme)}"
    host = canonical_host(parts.hostname or "") or ""
    return (
        _host_fault(host, params.host, context)
        or _reach_fault(host, params)
        or _port_fault(params, parts)
        or _path_fault(params, parts.path)
    )


def _host_fault(host: str, allowed: Sequence[str], context: JudgeContext) -> str | None:
    """What is wrong with the host; None if it is allowed. A host that the rule names exactly never
    belongs to another environment.
    """
    if host in allowed:
        return None
    names = (
        f"a name below `{each[1:]}`" if each[0] == "." else f"`{shown_host(each)}`"
        for each in allowed
    )
    needs = " or ".join(names)
    environment = context.environment
    owner = other_environment(host, context)
    if owner is not None:
        remedy = f"{environment} needs {needs}" if needs else f"this is {environment}"
        return f"points to {owner}'s host; {remedy}"
    if allowed and not any(name[0] == "." and host.endswith(name) for name in allowed):
        return f"points to another host; {environment or 'it'} needs {needs}"
    return None


def other_environment(host: str, context: JudgeContext) -> str | None:
    """The other environment that a host belongs to. If several environments' hosts contain it, the
    longest one decides.
    """
    if context.environment is None:
        return None
    domains = (
        (len(domain), name == context.environment, name)
        for name, domain in _domains(context)
        if _lies_in(host, domain)
    )
    _, is_this, name = max(domains, default=(0, True, ""))
    return None if is_this else name


def environment_pointed_to(text: str, context: JudgeContext) -> str | None:
    """The other environment that an address, in whatever form, points to; None if to none."""
    host = canonical_host(_host_in(text))
    return other_environment(host, context) if host else None


def _lies_in(host: str, domain: str) -> bool:
    """A bare name or an address has nothing below it: `eu.redis` is not below `redis`."""
    if "." in domain and not address_of(domain):
        return is_within(host, domain)
    return host == domain


def _domains(context: JudgeContext) -> Iterable[tuple[str, str]]:
    """Every host among the environments' values, with its environment's name. This machine is
    nobody's.
    """
    for name, values in context.environments.items():
        for value in _texts(values):
            for host in hosts_in(value):
                yield name, host


def hosts_in(text: str) -> Iterable[str]:
    """Every host in a text that may be a list of URLs or names, but this machine."""
    for written in re.split(r"[\s,;|]+", text):
        host = canonical_host(_host_in(written).removeprefix("*").removeprefix("."))
        if host is not None and not _is_this_machine(host):
            yield host


def _is_this_machine(host: str) -> bool:
    address = address_of(host)
    return address.is_loopback if address else host == "localhost"


def _host_in(written: str) -> str:
    """The host in `https://host/path`, `jdbc:x://host`, `host:6379`, `host/path` or `host`; "" if
    there is none.
    """
    if ":" in written and address_of(written):
        return written
    written = _DRIVER.sub("", written)
    try:
        parts = urlsplit(written if _SHAPE.match(written) else f"//{written}")
    except ValueError:
        return ""
    if "@" in written and not parts.scheme:
        return ""
    return parts.hostname or ""


def _texts(values: object) -> Iterable[str]:
    if isinstance(values, str):
        yield values
    elif isinstance(values, Mapping):
        for value in values.values():
            yield from _texts(value)
    elif isinstance(values, list | tuple):
        for value in values:
            yield from _texts(value)


def _reach_fault(host: str, params: Params) -> str | None:
    where = reach(host)
    if where is Reach.METADATA:
        return "points to a cloud's metadata service"
    if where is Reach.PRIVATE and not params.allow_private:
        return "points to a private host, which cannot be reached from outside"
    return None


def _port_fault(params: Params, parts: SplitResult) -> str | None:
    port = parts.port if parts.port is not None else USUAL_PORTS.get(parts.scheme)
    if not params.port or port in params.port:
        return None
    return f"does not use port {' or '.join(map(str, params.port))}"


def _path_fault(params: Params, path: str) -> str | None:
    if params.path is None or path == params.path or (params.path == "/" and not path):
        return None
    if path.rstrip("/") == params.path.rstrip("/"):
        return f"differs from the path `{params.path}` only in a trailing slash"
    return f"has a path other than `{params.path}`"
