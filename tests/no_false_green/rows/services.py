"""The rows of kinds that ask somebody else's service, which takes any credential at all."""

from __future__ import annotations

from datetime import timedelta
from urllib.parse import parse_qs

from no_false_green.asking import Row
from no_false_green.rows.good import (
    BEGAN,
    ENDS,
    ISO,
    LAST_WEEK,
    PROBE,
    VALUE,
    saying,
    xml,
)
from servers.authorities import NOW
from servers.services import Respond, of
from servers.web import Answer, Asked

HOOK = "https://pay.acme.example/hook"
LONG_AGO, FUTURE = "2020-01-01T00:00:00Z", "2100-01-01T00:00:00Z"
CREDENTIALS = {"AWS_ACCESS_KEY_ID": "AKIAQ7ZK29XLMPW4RT8B", "AWS_SECRET_ACCESS_KEY": VALUE}
ENDPOINT = {
    "id": "we_1",
    "url": HOOK,
    "livemode": True,
    "status": "enabled",
    "enabled_events": ["charge.failed"],
}
CERTIFICATE = {
    "DomainName": "a.example",
    "Status": "ISSUED",
    "InUseBy": ["lb"],
    "NotBefore": (NOW - timedelta(days=10)).timestamp(),
    "NotAfter": (NOW + timedelta(days=300)).timestamp(),
}


def vault_items(*items: dict[str, object], vault: str = "V") -> Respond:
    """1Password Connect's lists, which take any filter."""

    def respond(asked: Asked) -> Answer:
        if asked.path.startswith("/v1/vaults?"):
            return of(200, [{"id": "1", "name": vault}])
        return of(200, list(items))

    return respond


def endpoints(*found: dict[str, object]) -> Respond:
    return saying({"data": list(found), "has_more": False})


def certificate(**said: object) -> Respond:
    """Serves as the list and as one certificate's description."""
    listed = {"CertificateArn": "arn", "DomainName": "a.example"}
    return saying({"CertificateSummaryList": [listed], "Certificate": {**CERTIFICATE, **said}})


def group(*states: str, path: str = "/up") -> Respond:
    targets = "".join(
        f"<member><TargetHealth><State>{state}</State></TargetHealth></member>" for state in states
    )
    return xml(
        "<R><TargetGroups><member><TargetGroupArn>a</TargetGroupArn><TargetGroupName>rt"
        f"</TargetGroupName><HealthCheckPath>{path}</HealthCheckPath></member></TargetGroups>"
        f"<TargetHealthDescriptions>{targets}</TargetHealthDescriptions></R>"
    )


def aws_error(name: str, status: int = 400) -> Respond:
    return lambda asked: of(status, {"__type": f"com.amazonaws#{name}"})


NO_VAULT = frozenset({"a list"})  # an empty one says that there is no such vault
VAULT_ITEM = {"id": "i", "title": "I", "updatedAt": ISO}
ACCOUNTS = (
    Row(
        kind="onepassword",
        written={"url": "@URL@", "vault": "V", "item": "I", "updated_within": "90d", **PROBE},
        values={"OP_CONNECT_TOKEN": VALUE},
        over="http",
        about="service",
        answer=vault_items(VAULT_ITEM),
        no_faults=NO_VAULT,
        dated=True,
        wrong={
            "no item": vault_items(),
            "another item": vault_items({**VAULT_ITEM, "title": "J"}),
            "two items": vault_items(VAULT_ITEM, VAULT_ITEM),
            "archived": vault_items({**VAULT_ITEM, "state": "ARCHIVED"}),
            "old": vault_items({**VAULT_ITEM, "updatedAt": LONG_AGO}),
            "of the future": vault_items({**VAULT_ITEM, "updatedAt": FUTURE}),
            "without a date": vault_items({**VAULT_ITEM, "updatedAt": None}),
            "no vault": saying([]),
            "another vault": vault_items(VAULT_ITEM, vault="W"),
        },
    ),
    Row(
        kind="stripe_webhook",
        written={
            "url": "@URL@",
            "key_env": "KEY",
            "live": True,
            "events": ["charge.failed"],
            **PROBE,
        },
        values={"NAME": HOOK, "KEY": VALUE},
        over="http",
        about="service",
        answer=endpoints(ENDPOINT),
        wrong={
            "none": endpoints(),
            "another URL": endpoints({**ENDPOINT, "url": f"{HOOK}s"}),
            "two": endpoints(ENDPOINT, ENDPOINT),
            "disabled": endpoints({**ENDPOINT, "status": "disabled"}),
            "test mode": endpoints({**ENDPOINT, "livemode": False}),
            "no mode": endpoints({**ENDPOINT, "livemode": None}),
            "another event": endpoints({**ENDPOINT, "enabled_events": ["charge.succeeded"]}),
            "a word for events": endpoints({**ENDPOINT, "enabled_events": "*"}),
            "pages without end": saying({"data": [ENDPOINT], "has_more": True}),
        },
    ),
    Row(
        kind="aws_certificate",
        written={"url": "@URL@", "domain": "a.example", "region": "eu-west-1", **PROBE},
        values=CREDENTIALS,
        over="http",
        about="service",
        answer=certificate(),
        dated=True,
        wrong={
            "of another name": certificate(DomainName="b.example"),
            "not in use": certificate(InUseBy=[]),
            "pending": certificate(Status="PENDING_VALIDATION"),
            "no status": certificate(Status=None),
            "renewal failed": certificate(RenewalSummary={"RenewalStatus": "FAILED"}),
            "expired": certificate(NotAfter=LAST_WEEK.timestamp()),
            "no end": certificate(NotAfter=None),
            "denied": aws_error("AccessDeniedException"),
            "expired token": aws_error("ExpiredTokenException"),
            "throttled": aws_error("ThrottlingException"),
            "not found": aws_error("ResourceNotFoundException"),
            "none": saying({"CertificateSummaryList": []}),
        },
    ),
    Row(
        kind="aws_target_group",
        written={"url": "@URL@", "name": "rt", "path": "/up", **PROBE},
        values={**CREDENTIALS, "AWS_REGION": "eu-west-1"},
        over="http",
        about="service",
        answer=group("healthy", "healthy"),
        wrong={
            "unhealthy": group("healthy", "unhealthy"),
            "no targets": group(),
            "draining": group("draining"),
            "unused": group("unused"),
            "initial": group("initial"),
            "one is initial": group("healthy", "initial"),
            "one is unused": group("healthy", "unused"),
            "a state without a name": group(""),
            "another path": group("healthy", path="/"),
            "no path": group("healthy", path=""),
            "no group": xml("<R><TargetGroups/><TargetHealthDescriptions/></R>"),
            "denied": lambda asked: Answer(
                status=403, body=b"<R><Error><Code>AccessDenied</Code></Error></R>"
            ),
        },
    ),
)


def _on_call(provider: str, answer: Respond, wrong: dict[str, Respond], **more: str) -> Row:
    written = {"provider": provider, "schedule": "S", "for": "1h", "token_env": "KEY", **more}
    return Row(
        kind="on_call",
        label=provider,
        written={"url": "@URL@", **written, **PROBE},
        values={"KEY": VALUE, **({"USER": "ops@acme.example"} if "user_env" in more else {})},
        over="http",
        about="service",
        answer=answer,
        wrong=wrong,
        dated=True,
    )


SHIFT = {
    "start": BEGAN,
    "end": ENDS,
    "escalation_level": 1,
    "user": {"id": "U"},
    "schedule": {"id": "S"},
}
IRM = {"user_pk": "U", "shift_start": BEGAN, "shift_end": ENDS}
SOON = f"{NOW + timedelta(minutes=30):%Y-%m-%dT%H:%M:%SZ}"


def shifts(*found: dict[str, object]) -> Respond:
    return saying({"oncalls": list(found), "more": False})


def irm(*found: dict[str, object]) -> Respond:
    return saying({"results": list(found), "next": None})


def at_each_moment(people: object, key: str, nobody: object = ()) -> Respond:
    """Somebody is on call at the moments of the shift, and nobody else ever."""

    def respond(asked: Asked) -> Answer:
        at = parse_qs(asked.path.partition("?")[2])["date"][0]
        found = people if BEGAN <= at < ENDS else list(nobody)  # type: ignore[call-overload]
        return of(200, {"data": {key: found}} if key == "onCallRecipients" else {key: found})

    return respond


ON_CALL = (
    _on_call(
        "pagerduty",
        shifts(SHIFT),
        {
            "nobody": shifts(),
            "no user": shifts({**SHIFT, "user": None}),
            "only the second in line": shifts({**SHIFT, "escalation_level": 2}),
            "of another schedule": shifts({**SHIFT, "schedule": {"id": "T"}}),
            "over": shifts({**SHIFT, "end": BEGAN}),
            "not for so long": shifts({**SHIFT, "end": SOON}),
            "a gap": shifts({**SHIFT, "start": SOON}),
            "without times": shifts({"user": {"id": "U"}, "schedule": {"id": "S"}}),
            "pages without end": saying({"oncalls": [], "more": True}),
        },
    ),
    _on_call(
        "grafana",
        irm(IRM),
        {
            "nobody": irm(),
            "no user": irm({**IRM, "user_pk": None}),
            "a gap": irm({**IRM, "shift_start": SOON}),
            "without times": irm({"user_pk": "U"}),
        },
    ),
    _on_call(
        "opsgenie",
        at_each_moment(["a@acme.example"], "onCallRecipients"),
        {
            "nobody": saying({"data": {"onCallRecipients": []}}),
            "an empty name": saying({"data": {"onCallRecipients": [""]}}),
            "null": saying({"data": {"onCallRecipients": None}}),
            "no list": saying({"data": {}}),
        },
    ),
    _on_call(
        "jsm",
        at_each_moment(["U"], "onCallUsers"),
        {
            "nobody": saying({"onCallUsers": []}),
            "noone": saying({"onCallParticipants": [{"type": "noone", "id": "x"}]}),
            "an empty team": saying(
                {"onCallParticipants": [{"type": "team", "id": "T", "onCallParticipants": []}]}
            ),
        },
        user_env="USER",
    ),
)
SERVICES = (*ACCOUNTS, *ON_CALL)
