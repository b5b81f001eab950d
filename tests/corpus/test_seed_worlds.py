"""The seed after its questions were answered: each item passes in a world where it holds, and in no
world where it does not. What changes for one item changes nothing for another.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta

import pytest

from servers import free_port

from .seed_world import (
    CALLBACK,
    REAL,
    STATE,
    VALUES,
    WORKFLOW,
    Change,
    World,
    answer_all,
    everything_holds,
    in_file,
    in_rules,
    on_github,
    together,
    values,
)

ANSWERED, UNCOMMENTED = "answered", "uncommented"
Table = Mapping[str, tuple[str, Change]]  # by what the world is like: an item, and the change

PEOPLE = (
    *("PAYMENT_USSD_SHORTCODE", "REALTIME_SERVICE_API_KEY"),
    *("load", "alerting", "checklist", "linked"),
)
WAIT_FOR_PEOPLE = {ANSWERED: (*PEOPLE, "tls"), UNCOMMENTED: PEOPLE}
WRONG_VALUES = {
    "PAYMENT_PROVIDER": ("adyen", "", "Stripe", "stripe,paynow"),
    "PAYMENT_API_KEY": ("", "changeme", "${PAYMENT_API_KEY}", "abc", " "),
    "PAYMENT_WEBHOOK_SECRET": ("", "<webhook-secret>", "xxxxxxxxxxxxxxxx"),
    "PAYMENT_CALLBACK_URL": (
        *("", "fans.dev/paid", "https://staging.fans.dev/paid"),
        *("https://fans.dev.evil.example/paid", "https://fans.dev@evil.example/paid"),
    ),
    "PAYMENT_USSD_SHORTCODE": ("", "TBD"),
    "REALTIME_SOCKET_ORIGIN_ALLOWLIST": (
        *("", "https://app.fans.dev", "https://fans.dev,*", "https://staging.fans.dev"),
        *("https://fans.dev,http://app.fans.dev", "https://fans.dev/"),
    ),
    "REALTIME_SERVICE_API_KEY": ("", "<your-api-key>"),
    "REALTIME_REDIS_URL": ("", "<redis-url>"),
    "METRICS_EXPORTER_API_KEY": ("", " ", "password"),
    "METRICS_ENDPOINT_URL": (
        *("", "none", "@WEB@/204", "@WEB@/302", "@WEB@/401", "@WEB@/404", "@WEB@/500"),
    ),
    "LOG_DRAIN_URL": ("", '"https://logs.fans.dev"', "TODO"),
    "OTEL_SERVICE_NAME": ("",),
    "OTEL_EXPORTER_OTLP_ENDPOINT": ("", "<endpoint>"),
}
ITEMS = {name: name for name in VALUES} | {
    "OTEL_EXPORTER_OTLP_ENDPOINT": "OTEL_SERVICE_NAME",
    "TRACING_ENABLED": "OTEL_SERVICE_NAME",
    "REALTIME_CLUSTERING": "REALTIME_REDIS_URL",
}
SECRET, E2E = "PAYMENT_WEBHOOK_SECRET", "npm run test:e2e"
SECRETS = ("PAYMENT_API_KEY", "REALTIME_SERVICE_API_KEY", "METRICS_EXPORTER_API_KEY")
# Rules that were written before there was a workflow.
BEFORE_TAG = in_rules("before:\n        jobs: [publish]", "before: tag")
FAILS: Table = {
    **{
        f"{name} is wrong ({number})": (ITEMS[name], values(**{name: value}))
        for name, wrong in WRONG_VALUES.items()
        for number, value in enumerate(wrong, start=1)
    },
    **{
        f"neither this job nor GitHub has {name}": (name, values(**{name: None}))
        for name in SECRETS
    },
    "staging alone has the key": (
        "PAYMENT_API_KEY",
        together(values(PAYMENT_API_KEY=None), on_github("staging", "PAYMENT_API_KEY", days=9)),
    ),
    "rotated 91 days ago": (SECRET, on_github("production", SECRET, days=91)),
    "rotated tomorrow": (SECRET, on_github("production", SECRET, days=-1.5)),
    "rotated in staging only": (
        SECRET,
        together(on_github("production", SECRET, days=400), on_github("staging", SECRET, days=1)),
    ),
    "CI runs something else": ("ci", in_file(WORKFLOW, E2E, "npm run test:unit")),
    "CI runs a part": ("ci", in_file(WORKFLOW, E2E, f"{E2E}:smoke")),
    "CI goes on whatever comes": (
        "ci",
        in_file(WORKFLOW, E2E, f"{E2E}\n        continue-on-error: true"),
    ),
    "CI runs something else, and the rules were there first": (
        "ci",
        together(BEFORE_TAG, in_file(WORKFLOW, E2E, "npm run test:unit")),
    ),
    "CI only says the command": ("ci", in_file(WORKFLOW, E2E, f"echo {E2E}")),
    "CI runs it in no event": ("ci", in_file(WORKFLOW, "  e2e:\n", "  e2e:\n    if: false\n")),
    "CI's script does nothing": ("ci", in_file("package.json", "playwright test", "echo well")),
    "CI does not name the checklist": (
        "ci",
        in_file(WORKFLOW, "deployment-checklist.md", "the list"),
    ),
    "CI releases without it": ("ci", in_file(WORKFLOW, "    needs: [e2e]\n", "")),
}
WAITS: Table = {
    **{
        f"{name} is not handed over": (ITEMS[name], values(**{name: None}))
        for name in (*WRONG_VALUES, "REALTIME_CLUSTERING", "TRACING_ENABLED")
        if name not in (*SECRETS, SECRET)
    },
    "the rotation has no date": (SECRET, lambda world: world.secrets.clear()),
    "CI may hide a failure": ("ci", in_file(WORKFLOW, E2E, f"{E2E} || true")),
    "CI's script may hide one": ("ci", in_file("package.json", 'test"', 'test || true"')),
}
SKIPS: Table = {
    "no clustering": (
        "REALTIME_REDIS_URL",
        values(REALTIME_CLUSTERING="off", REALTIME_REDIS_URL=""),
    ),
    "no tracing": (
        "OTEL_SERVICE_NAME",
        values(TRACING_ENABLED="no", OTEL_SERVICE_NAME="", OTEL_EXPORTER_OTLP_ENDPOINT=""),
    ),
}
IN_STAGING = together(
    lambda world: setattr(world, "environment", "staging"),
    on_github("staging", SECRET, days=9),
    values(
        PAYMENT_CALLBACK_URL="https://staging.fans.dev/paid",
        REALTIME_SOCKET_ORIGIN_ALLOWLIST="https://staging.fans.dev",
    ),
)
_LATELY = f"{datetime.now(UTC) - timedelta(days=88):%Y-%m-%d}"
HOLDS: Mapping[str, Change] = {
    "as it is": together(),
    "rotated 89 days ago": on_github("production", SECRET, days=89),
    "a variable dates the rotation": together(
        lambda world: world.secrets.clear(), values(PAYMENT_WEBHOOK_SECRET_ROTATED_AT=_LATELY)
    ),
    "GitHub alone has the key": together(
        values(PAYMENT_API_KEY=None), on_github("production", "PAYMENT_API_KEY", days=700)
    ),
    "GitHub alone has the secret": values(PAYMENT_WEBHOOK_SECRET=None),
    "the other provider": values(PAYMENT_PROVIDER="paynow"),
    "origins as a list": values(
        REALTIME_SOCKET_ORIGIN_ALLOWLIST='["https://app.fans.dev", "https://fans.dev"]'
    ),
    "in staging": IN_STAGING,
    "the rules were there first": BEFORE_TAG,
    "CI runs it among others": in_file(WORKFLOW, f"run: {E2E}", f"run: npm ci && {E2E}"),
}

STAGING_FAILS: Table = {
    "staging has production's callback": (
        "PAYMENT_CALLBACK_URL",
        together(IN_STAGING, values(PAYMENT_CALLBACK_URL=CALLBACK)),
    ),
    "staging lets production's pages in alone": (
        "REALTIME_SOCKET_ORIGIN_ALLOWLIST",
        together(IN_STAGING, values(REALTIME_SOCKET_ORIGIN_ALLOWLIST="https://fans.dev")),
    ),
    "production's secret alone is young": (
        SECRET,
        together(IN_STAGING, on_github("staging", SECRET, days=91)),
    ),
}

# With the lines that `init` wrote as comments, and what they look at.
NOWHERE = str(free_port())


def redis_at(address: str) -> Change:
    """The variable and the state both say so."""
    usual = VALUES["REALTIME_REDIS_URL"]
    return together(values(REALTIME_REDIS_URL=address), in_file(STATE, usual, address))


def endpoint(**said: object) -> Change:
    """Stripe's endpoint with something else said of it."""
    return lambda world: world.endpoints[0].update(said)


OUTSIDE_FAILS: Table = {
    "1Password has no such item": (
        "PAYMENT_API_KEY",
        lambda world: world.vaults["Payments Vault"].clear(),
    ),
    "1Password has it twice": (
        "PAYMENT_API_KEY",
        lambda world: world.vaults["Payments Vault"].append(world.vaults["Payments Vault"][0]),
    ),
    "1Password has it in another vault": (
        "REALTIME_SERVICE_API_KEY",
        lambda world: world.vaults["Payments Vault"].append(world.vaults["Platform Vault"].pop()),
    ),
    "1Password keeps it in the archive": (
        "REALTIME_SERVICE_API_KEY",
        lambda world: world.vaults["Platform Vault"][0].update(state="ARCHIVED"),
    ),
    "Stripe calls another address": (
        "PAYMENT_CALLBACK_URL",
        values(PAYMENT_CALLBACK_URL=f"{CALLBACK}/twice"),
    ),
    "Stripe calls it no more": ("PAYMENT_CALLBACK_URL", endpoint(status="disabled")),
    "Stripe calls it in test mode": ("PAYMENT_CALLBACK_URL", endpoint(livemode=False)),
    "Stripe calls it twice": (
        "PAYMENT_CALLBACK_URL",
        lambda world: world.endpoints.append({**world.endpoints[0], "id": "we_2"}),
    ),
    "the state says another address": (
        "REALTIME_REDIS_URL",
        in_file(STATE, "localhost", "127.0.0.1"),
    ),
    "the state has no such output": (
        "REALTIME_REDIS_URL",
        in_file(STATE, "realtime_redis_url", "cache_url"),
    ),
    "Redis refuses the password": (
        "REALTIME_REDIS_URL",
        redis_at("redis://:other@localhost:@REDIS@"),
    ),
    "it is no address of Redis": ("REALTIME_REDIS_URL", redis_at("@WEB@/200")),
    "the certificate ends today": ("tls", in_rules("@TLS@", "@LATE@")),
    "the certificate is another host's": ("tls", in_rules("@TLS@", "@MISNAMED@")),
    "nobody trusts the certificate": ("tls", in_rules(", ca_file: ca.pem", "")),
    "traces are not taken": (
        "OTEL_SERVICE_NAME",
        values(OTEL_EXPORTER_OTLP_ENDPOINT="@WEB@/404"),
    ),
    "any page takes traces": (
        "OTEL_SERVICE_NAME",
        values(OTEL_EXPORTER_OTLP_ENDPOINT="@WEB@/302"),
    ),
    "the load balancer asks another path": ("load", in_rules("/healthz", "/readyz")),
    "a target is not healthy": ("load", lambda world: world.targets.append("unhealthy")),
    "the load balancer has no targets": ("load", lambda world: world.targets.clear()),
    "nobody is on call": ("alerting", lambda world: world.shifts.clear()),
    "somebody is on call for an hour": (
        "alerting",
        lambda world: world.shifts.__setitem__(
            0, (None, (datetime.now(UTC) + timedelta(hours=1)).isoformat())
        ),
    ),
}
OUTSIDE_WAITS: Table = {
    "1Password does not know the token": ("PAYMENT_API_KEY", values(OP_CONNECT_TOKEN="other")),
    "Stripe does not know the key": ("PAYMENT_CALLBACK_URL", values(STRIPE_READ_KEY="rk_live_2")),
    "Redis is not there": ("REALTIME_REDIS_URL", redis_at(f"redis://:{REAL}@localhost:{NOWHERE}")),
    "TLS is not there": ("tls", in_rules("@TLS@", NOWHERE)),
    "the receiver is not there": (
        "OTEL_SERVICE_NAME",
        values(OTEL_EXPORTER_OTLP_ENDPOINT=f"http://localhost:{NOWHERE}"),
    ),
    "AWS is not there": ("load", in_rules("@AWS@", f"http://localhost:{NOWHERE}")),
    "the token of the schedule is missing": ("alerting", values(PAGERDUTY_TOKEN=None)),
}

Make = Callable[[str], World]


@pytest.fixture(scope="module")
def make(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Make]:
    """Makes worlds in which every item holds, with the rules of that name."""
    folder = tmp_path_factory.mktemp("seed") / "checkout"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        with everything_holds(folder) as fresh:
            rules = {
                ANSWERED: answer_all(with_comments=False),
                UNCOMMENTED: answer_all(with_comments=True),
            }
            yield lambda name: fresh(rules[name])


@pytest.fixture(scope="module")
def well(make: Make) -> Mapping[str, Mapping[str, str]]:
    """The outcomes where every item holds, by the name of the rules."""
    return {name: make(name).outcomes() for name in (ANSWERED, UNCOMMENTED)}


def others(outcomes: Mapping[str, str], item: str) -> dict[str, str]:
    return {name: outcome for name, outcome in outcomes.items() if name != item}


def changed(
    make: Make, well: Mapping[str, Mapping[str, str]], rules: str, item: str, change: Change
) -> str:
    """What the change makes of the item; it makes nothing of the others."""
    world = make(rules)
    change(world)
    found = world.outcomes()
    assert others(found, item) == others(well[rules], item)
    return found[item]


def cases(rules: str, table: Table) -> list[object]:
    """The rules of that name in each world of a table."""
    return [
        pytest.param(rules, item, change, id=f"{name}-{rules}")
        for name, (item, change) in table.items()
    ]


@pytest.mark.parametrize("rules", [ANSWERED, UNCOMMENTED])
@pytest.mark.parametrize("name", list(HOLDS))
def test_where_everything_holds_people_alone_are_waited_for(
    make: Make, rules: str, name: str
) -> None:
    world = make(rules)
    HOLDS[name](world)
    found = world.outcomes()
    assert len(found) == 18
    expected = dict.fromkeys(WAIT_FOR_PEOPLE[rules], "pending")
    assert found == {item: expected.get(item, "pass") for item in found}


@pytest.mark.parametrize(
    ("rules", "item", "change"),
    [
        *cases(ANSWERED, FAILS),
        *cases(ANSWERED, STAGING_FAILS),
        *cases(UNCOMMENTED, FAILS),
        *cases(UNCOMMENTED, OUTSIDE_FAILS),
    ],
)
def test_what_does_not_hold_fails(
    make: Make, well: Mapping[str, Mapping[str, str]], rules: str, item: str, change: Change
) -> None:
    assert changed(make, well, rules, item, change) == "fail"


@pytest.mark.parametrize(
    ("rules", "item", "change"),
    [
        *cases(ANSWERED, WAITS),
        *cases(UNCOMMENTED, WAITS),
        *cases(UNCOMMENTED, OUTSIDE_WAITS),
    ],
)
def test_what_could_not_be_looked_at_waits(
    make: Make, well: Mapping[str, Mapping[str, str]], rules: str, item: str, change: Change
) -> None:
    assert changed(make, well, rules, item, change) in ("pending", "unknown")


@pytest.mark.parametrize(
    ("rules", "item", "change"), [*cases(ANSWERED, SKIPS), *cases(UNCOMMENTED, SKIPS)]
)
def test_what_is_not_asked_here_is_skipped(
    make: Make, well: Mapping[str, Mapping[str, str]], rules: str, item: str, change: Change
) -> None:
    assert changed(make, well, rules, item, change) == "skipped"
