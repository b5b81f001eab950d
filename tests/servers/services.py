"""Services of which nothing faithful can be installed, in the shapes that their documentation records."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from servers.web import Answer, Asked

Respond = Callable[[Asked], Answer]


def of(status: int, body: object) -> Answer:
    return Answer(
        status=status, body=json.dumps(body).encode(), headers={"Content-Type": "application/json"}
    )


def connect(
    vaults: Mapping[str, Sequence[Mapping[str, object]]], token: str = "connect-token"
) -> Respond:
    """1Password Connect: vaults by name, each with its items. Lists hold no field of any item."""
    ids = {f"{number:026d}": name for number, name in enumerate(vaults)}

    def respond(asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {token}":
            return of(401, {"status": 401, "message": "Invalid token signature"})
        parts = urlsplit(asked.path)
        named = re.fullmatch(
            r'(?:name|title) eq "([^"]*)"', parse_qs(parts.query).get("filter", [""])[0]
        )
        wanted = named[1].lower() if named else None
        if parts.path == "/v1/vaults":
            return of(
                200,
                [{"id": id_, "name": name} for id_, name in ids.items() if name.lower() == wanted],
            )
        vault = re.fullmatch(r"/v1/vaults/(\d+)/items", parts.path)
        if vault is None or vault[1] not in ids:
            return of(403, {"status": 403, "message": "vault not granted"})
        items = vaults[ids[vault[1]]]
        return of(200, [each for each in items if str(each["title"]).lower() == wanted])

    return respond


def stripe(
    endpoints: Sequence[Mapping[str, object]], key: str = "rk_live_1", *, restricted: bool = False
) -> Respond:
    """Stripe's `GET /v1/webhook_endpoints`, in pages; a key sees the endpoints of its own mode."""

    def respond(asked: Asked) -> Answer:
        if asked.headers.get("authorization") != f"Bearer {key}":
            return of(
                401,
                {"error": {"type": "invalid_request_error", "message": "Invalid API Key provided"}},
            )
        if restricted:
            return of(
                403,
                {"error": {"code": "more_permissions_required", "type": "invalid_request_error"}},
            )
        query = parse_qs(urlsplit(asked.path).query)
        seen = [each for each in endpoints if each["livemode"] is ("_live_" in key)]
        after = query.get("starting_after", [None])[0]
        first = next((number + 1 for number, each in enumerate(seen) if each["id"] == after), 0)
        size = int(query["limit"][0])
        page = seen[first : first + size]
        return of(200, {"object": "list", "data": page, "has_more": first + size < len(seen)})

    return respond


def vault(
    versions: Mapping[str, Mapping[str, object]], current: int, token: str = "vault-token"
) -> Respond:
    """HashiCorp Vault's metadata of one secret of a KV engine, version 2."""

    def respond(asked: Asked) -> Answer:
        if asked.headers.get("x-vault-token") != token:
            return of(403, {"errors": ["permission denied"]})
        if asked.path != "/v1/secret/metadata/payments/webhook":
            return of(404, {"errors": []})
        return of(
            200,
            {
                "data": {
                    "current_version": current,
                    "versions": versions,
                    "updated_time": "2026-11-20T00:00:00Z",
                }
            },
        )

    return respond


Shift = tuple[str | None, str | None]


def pagerduty(shifts: Sequence[Shift], level: int = 1) -> Respond:
    """PagerDuty's `GET /oncalls`, two a page."""

    def respond(asked: Asked) -> Answer:
        if asked.headers.get("authorization") != "Token token=t":
            return of(401, {"error": {"message": "Unauthorized", "code": 2006}})
        query = parse_qs(urlsplit(asked.path).query)
        first = int(query["offset"][0])
        page = shifts[first : first + int(query["limit"][0])]
        who = {"user": {"summary": "Alice"}, "schedule": {"id": "S1"}, "escalation_level": level}
        found = [{**who, "start": start, "end": end} for start, end in page]
        return of(200, {"oncalls": found, "more": first + len(page) < len(shifts)})

    return respond


def grafana(shifts: Sequence[Shift]) -> Respond:
    """Grafana IRM's `final_shifts`, one a page. It takes its own key, or a service account's with its stack."""

    def respond(asked: Asked) -> Answer:
        sent = asked.headers.get("authorization"), asked.headers.get("x-grafana-url")
        if sent not in (("t", None), ("Bearer t", "https://acme.grafana.net")):
            return of(403, {"detail": "Invalid token."})
        page = int(parse_qs(urlsplit(asked.path).query)["page"][0])
        found = [
            {
                "user_pk": "U1",
                "user_email": "alice@acme.example",
                "shift_start": start,
                "shift_end": end,
            }
            for start, end in shifts[page - 1 : page]
        ]
        return of(200, {"next": "…" if page < len(shifts) else None, "results": found})

    return respond


def opsgenie(begins: str, ends: str) -> Respond:
    """Opsgenie's `on-calls?flat=true&date=`: who is on call at one moment, covered between two."""

    def respond(asked: Asked) -> Answer:
        if asked.headers.get("authorization") != "GenieKey t":
            return of(401, {"message": "Could not authenticate"})
        at = datetime.fromisoformat(parse_qs(urlsplit(asked.path).query)["date"][0])
        on = datetime.fromisoformat(begins) <= at.astimezone(UTC) < datetime.fromisoformat(ends)
        return of(
            200,
            {
                "data": {
                    "_parent": {"id": "S1"},
                    "onCallRecipients": ["alice@acme.example"] if on else [],
                }
            },
        )

    return respond
