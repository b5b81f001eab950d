"""Stripe has exactly one enabled endpoint with the URL in the variable, for these events and in the
right mode

The key must be a secret key, or a restricted key with *Webhook Endpoints: Read*.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec.structs import replace
from pydantic import Field

from ..opaque import OpaqueStruct
from ..outcome import Finding, Unobservable, failed, passed
from ..world.ports import World
from . import base
from .base import JudgeContext, Needs, Observation
from .shared import service
from .shared.calls import Calls
from .shared.service import Call, Service, ServiceUrl

OF_RUNNING_WORLD = True
_PAGES = 20  # of 100 endpoints


class Params(service.ServiceParams):
    """Of the variable's own URL. `key_env` needs a secret key, or a restricted one with *Webhook
    Endpoints: Read*.
    """

    url: ServiceUrl = Field(
        default="https://api.stripe.com", description="URL of the API. The key is sent only there."
    )
    key_env: str = Field(
        min_length=1, description="Variable that contains the key.", examples=["STRIPE_API_KEY"]
    )
    events: tuple[str, ...] = Field(
        default=(),
        description="Events that the endpoint must receive.",
        examples=[["checkout.session.completed"]],
    )
    live: bool = Field(description="`true`: live mode. `false`: test mode.")


class _Observed(OpaqueStruct, frozen=True, kw_only=True):
    callback: str
    endpoints: Sequence[dict[str, Any]]


def reads(params: Params) -> frozenset[Needs]:
    return params.needs(value=True)


def observe(params: Params, subject: str | None, world: World) -> Observation:
    stripe = Service(
        name="Stripe",
        credential=params.key_env,
        permission="*Webhook Endpoints: Read* (it is a restricted key)",
    )
    callback = base.value_of(subject, world)
    headers = service.bearer_header(params.key_env, world)
    calls = Calls(world, params.timeout)
    endpoints: list[dict[str, Any]] = []
    query = {"limit": "100"}
    for _ in range(_PAGES):
        call = Call(path="/v1/webhook_endpoints", query=query, headers=headers)
        page = service.mapping(
            stripe, service.json_of_200(stripe, service.ask(stripe, params, call, calls))
        )
        endpoints += service.entries(stripe, page.get("data"))
        if not isinstance(page.get("has_more"), bool):
            raise service.unexpected_answer(stripe)
        if not page["has_more"] or not endpoints:
            observed = _Observed(callback=callback, endpoints=endpoints)
            return Observation(source=calls.source("Stripe's webhook endpoints"), data=observed)
        query = {"limit": "100", "starting_after": str(endpoints[-1].get("id"))}
    raise Unobservable(f"Stripe lists more than {_PAGES * 100} endpoints")


def judge(params: Params, observation: Observation, context: JudgeContext) -> Finding:
    observed: _Observed = observation.data
    mode = "live" if params.live else "test"
    with_url = [each for each in observed.endpoints if each.get("url") == observed.callback]
    if not with_url:
        message = "no endpoint at Stripe has this URL"
        urls = {str(each.get("url", "")).rstrip("/").lower() for each in observed.endpoints}
        if observed.callback.rstrip("/").lower() in urls:
            message = "Stripe's endpoint differs from this URL only in case or a final slash"
        return failed(message, f"correct it in *Stripe dashboard › Webhooks* ({mode} mode)")
    of_mode = [each for each in with_url if each.get("livemode") is params.live]
    if not of_mode:
        other = "test" if params.live else "live"
        finding = failed(
            f"is an endpoint in {other} mode only",
            f"{params.key_env} is a {other} mode key: use the {mode} mode key",
        )
        return replace(finding, of_value=True)  # another environment's
    enabled = [each for each in of_mode if each.get("status") == "enabled"]
    if not enabled:
        return failed(
            "Stripe's endpoint is disabled",
            "enable it again; Stripe disables endpoints that keep failing",
        )
    if len(enabled) > 1:
        return failed(
            f"{len(enabled)} enabled endpoints have this URL,"
            f" so each event arrives {len(enabled)} times",
            "delete all but one",
        )
    enabled_events = enabled[0].get("enabled_events")
    if not isinstance(enabled_events, list):
        raise Unobservable(
            "Stripe's answer does not match its documentation", "check that `url` is its API"
        )
    missing = [event for event in params.events if event not in enabled_events]
    if missing and "*" not in enabled_events:
        return failed(
            f"Stripe does not send {_listed(missing)} to the endpoint", "add them to its events"
        )
    events = f" with {_listed(params.events)}" if params.events else ""
    return passed(f"one enabled endpoint in {mode} mode{events}")


def _listed(events: Sequence[str]) -> str:
    return ", ".join(f"`{event}`" for event in events)
