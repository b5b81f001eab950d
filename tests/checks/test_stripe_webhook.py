"""Stripe's endpoints: exactly one that is enabled, in the right mode, with the events."""

from __future__ import annotations

import pytest

from deploy_checklist.outcome import Finding, Outcome
from outside import looked
from servers.services import stripe
from servers.web import web

URL = "https://pay.acme.example/hooks/stripe"


def endpoint(number: int = 0, **changed: object) -> dict[str, object]:
    events = ["charge.succeeded", "charge.failed"]
    own = {
        "id": f"we_{number}",
        "url": URL,
        "status": "enabled",
        "livemode": True,
        "enabled_events": events,
    }
    return {**own, **changed}


def found(
    *endpoints: dict[str, object], key: str = "rk_live_1", restricted: bool = False, **more: object
) -> Finding:
    with web(stripe(endpoints, key, restricted=restricted)) as there:
        written = {
            "url": there.url,
            "key_env": "KEY",
            "live": True,
            "events": ["charge.failed"],
            **more,
        }
        return looked("stripe_webhook", written, {"NAME": URL, "KEY": key})


def test_one_enabled_endpoint_with_the_events_passes() -> None:
    finding = found(endpoint())
    assert (finding.outcome, finding.message) == (
        Outcome.PASS,
        "one enabled endpoint in live mode with `charge.failed`",
    )
    assert found(endpoint(enabled_events=["*"])).outcome is Outcome.PASS


def test_the_endpoint_is_found_on_the_last_page() -> None:
    others = [endpoint(number, url=f"https://other.example/{number}") for number in range(250)]
    assert found(*others, endpoint(999)).outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"url": "https://other.example"}, "no endpoint at Stripe has this URL"),
        (
            {"url": URL + "/"},
            "Stripe's endpoint differs from this URL only in case or a final slash",
        ),
        ({"status": "disabled"}, "Stripe's endpoint is disabled"),
        (
            {"enabled_events": ["charge.succeeded"]},
            "Stripe does not send `charge.failed` to the endpoint",
        ),
    ],
)
def test_what_is_wrong_with_an_endpoint(changed: dict[str, object], words: str) -> None:
    finding = found(endpoint(**changed))
    assert (finding.outcome, finding.message) == (Outcome.FAIL, words)


def test_two_enabled_endpoints_would_send_every_event_twice() -> None:
    assert (
        found(endpoint(1), endpoint(2)).message
        == "2 enabled endpoints have this URL, so each event arrives 2 times"
    )
    assert found(endpoint(1), endpoint(2, status="disabled")).outcome is Outcome.PASS


def test_a_test_key_in_production_is_named() -> None:
    finding = found(endpoint(livemode=False), key="sk_test_1")
    assert (finding.outcome, finding.message) == (Outcome.FAIL, "is an endpoint in test mode only")
    assert finding.of_value  # so that it holds a rollback, too
    assert "KEY is a test mode key" in str(finding.remedy)


def test_a_restricted_key_is_distinguished_from_a_wrong_one() -> None:
    with web(stripe([])) as there:
        wrong = looked(
            "stripe_webhook",
            {"url": there.url, "key_env": "KEY", "live": True},
            {"NAME": URL, "KEY": "x"},
        )
    narrow = found(restricted=True)
    assert (wrong.outcome, narrow.outcome) == (Outcome.UNKNOWN, Outcome.UNKNOWN)
    assert wrong.message == "Stripe refuses KEY: it is wrong, expired or revoked"
    assert narrow.message == "Stripe does not allow KEY to do this"
    assert "Webhook Endpoints: Read" in str(narrow.remedy)
