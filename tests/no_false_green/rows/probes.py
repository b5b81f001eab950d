"""The rows of kinds that ask what is deployed."""

from __future__ import annotations

import re
from collections.abc import Callable

from deploy_checklist.world.dns_port import ResolvedName
from fakes import FakeDns
from no_false_green.asking import Row
from no_false_green.rows.good import PROBE, VALUE, saying
from no_false_green.rows.variables import ORIGINS
from servers.services import Respond
from servers.web import Answer, Asked


def allowing(*origins: str) -> Respond:
    """Lets in these origins, as a browser is told."""

    def respond(asked: Asked) -> Answer:
        origin = asked.headers.get("origin", "")
        allowed = {"Access-Control-Allow-Origin": origin} if origin in origins else {}
        return Answer(status=204, headers=allowed)

    return respond


def matching(matches: Callable[[str], bool]) -> Respond:
    """Lets in every origin that a careless comparison takes for a listed one."""

    def respond(asked: Asked) -> Answer:
        origin = asked.headers.get("origin", "")
        return allowing(*ORIGINS, *([origin] if matches(origin) else []))(asked)

    return respond


def always(origin: str) -> Respond:
    return lambda asked: Answer(status=204, headers={"Access-Control-Allow-Origin": origin})


def refusing_strangers(body: bytes) -> Respond:
    def respond(asked: Asked) -> Answer:
        if "authorization" not in asked.headers:
            return Answer(status=401)
        return Answer(body=body, headers={"Content-Type": "application/json"})

    return respond


# An empty body is what a receiver answers to an empty export.
EMPTY_ANSWERS = frozenset({"an empty body", "an empty object", "a blank", "a cut text"})


def accepting_exports(asked: Asked) -> Answer:
    return Answer(headers={"Content-Type": "application/x-protobuf"})


UP = {"json": {"at": "status", "equals": "up"}}
DEPLOYED = (
    Row(
        kind="origins",
        label="probed",
        written={"probe": "@URL@/x", "allow_private": True, "timeout": "4s"},
        values={"NAME": ", ".join(ORIGINS)},
        over="http",
        about="deployed",
        answer=allowing(*ORIGINS),
        looks_inside=False,
        no_faults=frozenset({"status 201", "status 202", "status 206", "status 204"}),
        wrong={
            "any origin": matching(lambda origin: True),
            "what begins so": matching(lambda origin: origin.startswith(ORIGINS[0])),
            "what ends so": matching(lambda origin: origin.endswith("app.acme.example")),
            "any subdomain": matching(lambda origin: origin.endswith(".acme.example")),
            "a dot for any letter": matching(lambda origin: bool(re.fullmatch(ORIGINS[0], origin))),
            "any scheme": matching(lambda origin: origin.endswith(ORIGINS[0][5:])),
            "null too": matching(lambda origin: origin == "null"),
            "a wildcard": always("*"),
            "null": always("null"),
            "one origin for all": always(ORIGINS[0]),
            "none": lambda asked: Answer(status=204),
            "only the first": allowing(ORIGINS[0]),
        },
    ),
    Row(
        kind="http",
        label="for a body",
        written={"url": "@URL@/health", **UP, **PROBE},
        over="http",
        about="deployed",
        answer=saying({"status": "up"}),
        wrong={"down": saying({"status": "down"}), "no status": saying({"state": "up"})},
    ),
    Row(
        kind="http",
        label="for a text",
        written={"url": "@URL@/health", "contains": '"status": "up"', **PROBE},
        no_faults=frozenset({"two documents"}),
        over="http",
        about="deployed",
        answer=saying({"status": "up"}),
        wrong={"down": saying({"status": "down"})},
    ),
    Row(
        kind="http",
        label="for a status",
        written={"url": "@URL@/health", **PROBE},
        over="http",
        about="deployed",
        answer=saying({"status": "up"}),
        looks_inside=False,
    ),
    Row(
        kind="http",
        label="of a variable",
        written={"path": "/health", **UP, **PROBE},
        values={"NAME": "@URL@/api"},
        over="http",
        about="deployed",
        answer=saying({"status": "up"}),
    ),
    Row(
        kind="http",
        label="with a credential",
        written={"url": "@URL@/", "bearer_env": "KEY", "rejects_without_auth": True, **UP, **PROBE},
        values={"KEY": VALUE},
        over="http",
        about="deployed",
        answer=refusing_strangers(b'{"status": "up"}'),
        wrong={"anybody is let in": saying({"status": "up"})},
    ),
    Row(
        kind="http",
        label="with a password",
        written={"url": "@URL@/", "basic_env": ["USER_NAME", "KEY"], **UP, **PROBE},
        values={"USER_NAME": "shop-reader", "KEY": VALUE},
        over="http",
        about="deployed",
        answer=saying({"status": "up"}),
    ),
    Row(
        kind="otlp",
        written={"url": "@URL@", "headers_env": "KEY", **PROBE},
        values={"KEY": f"x-api-key={VALUE}"},
        over="http",
        about="deployed",
        answer=accepting_exports,
        no_faults=EMPTY_ANSWERS,
    ),
    Row(
        kind="otlp",
        label="of a variable",
        written={"header_env": {"x-api-key": "KEY"}, "host": "localhost", **PROBE},
        values={"NAME": "@URL@", "KEY": VALUE},
        over="http",
        about="deployed",
        answer=accepting_exports,
        no_faults=EMPTY_ANSWERS,
    ),
)
ALIAS = ResolvedName(addresses=("192.0.2.1", "2001:db8::1"), canonical=("lb.example",))
NAMES = (
    Row(
        kind="dns",
        written={"name": "${domain}", "cname": "lb.example"},
        ports={"dns": FakeDns({"acme.example": ALIAS})},
    ),
    Row(
        kind="dns",
        label="of addresses",
        written={"name": "${domain}", "addresses": ["192.0.2.0/24", "2001:db8::1"]},
        ports={"dns": FakeDns({"acme.example": ALIAS})},
    ),
)
TLS = {"allow_private": True, "timeout": 4, "ca_file": "ca.pem"}
CONNECTIONS = (
    Row(
        kind="tls",
        written={"host": "localhost", "port": "@PORT@", **TLS},
        over="tls",
        about="deployed",
        dated=True,
    ),
    Row(
        kind="tls",
        label="of a variable",
        written=TLS,
        values={"NAME": "https://localhost:@PORT@/x"},
        over="tls",
        about="deployed",
        dated=True,
    ),
    Row(
        kind="redis",
        written=PROBE,
        values={"NAME": f"redis://:{VALUE}@localhost:@PORT@"},
        over="redis",
        about="deployed",
    ),
    Row(
        kind="redis",
        label="over TLS",
        written={"require_tls": True, **TLS},
        values={"NAME": "@URL@/0"},
        over="rediss",
        about="deployed",
    ),
    Row(
        kind="redis",
        label="with its adapter",
        written={"adapter_nodes": 1, **PROBE},
        values={"NAME": f"redis://:{VALUE}@localhost:@PORT@/0"},
        over="redis",
        about="deployed",
    ),
)
PROBES = (*DEPLOYED, *NAMES, *CONNECTIONS)
