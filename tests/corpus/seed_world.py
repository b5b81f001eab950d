"""A world in which every item of the seed holds: what was handed over, what lies in the checkout,
and real servers of this machine. A test changes one thing in it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from init.shop import RULES, all_uncommented, answered, outcomes, written
from servers.authorities import NOW, SOON, shaking_hands, trusted
from servers.github import FakeHub
from servers.otlp import otlp
from servers.redis import redis
from servers.services import Shift, connect, pagerduty, stripe
from servers.web import Answer, Asked, web
from world.gits import commit, git

FOLDER = os.environ.get("CORPUS_DIR")
PATH = Path("deployment-checklist.md")
ANSWERS: Mapping[str, object] = {
    "domain:staging": "staging.fans.dev",
    "domain:production": "fans.dev",
    "fact:clustering": "REALTIME_CLUSTERING",
    "fact:tracing": "TRACING_ENABLED",
    "members:backend-lead": "@octo-lead",
    "choices:PAYMENT_PROVIDER": ["stripe", "paynow"],
    "status:METRICS_ENDPOINT_URL": 200,
}
REAL = "q7Zk29xLmPw4Rt8BvNs3"
CALLBACK = "https://fans.dev/paid"
VALUES = {
    "PAYMENT_PROVIDER": "stripe",
    "PAYMENT_API_KEY": REAL,
    "PAYMENT_WEBHOOK_SECRET": REAL[::-1],
    "PAYMENT_CALLBACK_URL": CALLBACK,
    "PAYMENT_USSD_SHORTCODE": "*384*120#",
    "REALTIME_SOCKET_ORIGIN_ALLOWLIST": "https://fans.dev,https://app.fans.dev",
    "REALTIME_SERVICE_API_KEY": REAL.swapcase(),
    "REALTIME_CLUSTERING": "yes",
    "REALTIME_REDIS_URL": f"redis://:{REAL}@localhost:@REDIS@",
    "METRICS_EXPORTER_API_KEY": REAL[5:] + REAL[:5],
    "METRICS_ENDPOINT_URL": "@WEB@/200",
    "LOG_DRAIN_URL": "https://api.logflare.app/logs",
    "TRACING_ENABLED": "true",
    "OTEL_SERVICE_NAME": "fan-api",
    "OTEL_EXPORTER_OTLP_ENDPOINT": "@OTLP@",
    "OP_CONNECT_TOKEN": "connect-token",
    "STRIPE_READ_KEY": "rk_live_1",
    "PAGERDUTY_TOKEN": "t",
    "AWS_ACCESS_KEY_ID": "AKIAQ7ZK29XLMPW4RT8B",
    "AWS_SECRET_ACCESS_KEY": REAL * 2,
    "AWS_REGION": "eu-west-1",
    "GH_TOKEN": "meta",
    "GITHUB_API_URL": "@GITHUB@",
    "GITHUB_GRAPHQL_URL": "@GITHUB@/graphql",
}
WORKFLOW = ".github/workflows/release.yml"
STATE = "infra/realtime.tfstate"
FILES = {
    WORKFLOW: """\
# The steps of deployment-checklist.md.
on: { push: { branches: [main] } }
permissions: { contents: read }
jobs:
  e2e:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - name: As deployment-checklist.md asks
        run: npm run test:e2e
  publish:
    needs: [e2e]
    permissions: { contents: write }
    runs-on: ubuntu-latest
    steps:
      - run: gh release create v1
""",
    "package.json": json.dumps({"scripts": {"test:e2e": "playwright test"}}),
    STATE: json.dumps(
        {
            "version": 4,
            "outputs": {
                "realtime_redis_url": {
                    "value": VALUES["REALTIME_REDIS_URL"],
                    "type": "string",
                    "sensitive": True,
                }
            },
        }
    ),
}
ENDPOINT = {"status": "enabled", "livemode": True, "enabled_events": ["*"]}
# Where the rules look on this machine.
HERE = {
    "http: true": "http: { allow_private: true }",
    "redis: true": "redis: { allow_private: true }",
    "otlp: true": "otlp: { allow_private: true }",
    '"https://connect.acme.example"': '"@CONNECT@", allow_private: true',
    "key_env: STRIPE": 'url: "@STRIPE@", allow_private: true, key_env: STRIPE',
    "name: web": 'name: web, url: "@AWS@", allow_private: true',
    "host: acme.example": "host: localhost, port: @TLS@, allow_private: true, ca_file: ca.pem",
    "schedule: P123456": 'schedule: S1, url: "@PAGERDUTY@", allow_private: true',
}


@dataclass(kw_only=True)
class World:
    """What a test may change before the gate looks at it."""

    ports: Mapping[str, str]  # or URLs of servers, by the names that stand for them as `@NAME@`
    rules: str
    values: dict[str, str]
    files: dict[str, str]
    secrets: dict[str, dict[str, datetime]]  # on GitHub: by environment, the date of each
    vaults: dict[str, list[dict[str, object]]]  # of 1Password
    endpoints: list[dict[str, object]]  # of Stripe
    shifts: list[Shift]  # of PagerDuty
    targets: list[str]  # of the load balancer: the state of each, in AWS' words
    environment: str = "production"

    def outcomes(self) -> dict[str, str]:
        """What the gate makes of each item."""
        RULES.write_text(self._filled(self.rules), encoding="utf-8")
        commit(Path(), {name: self._filled(text) for name, text in self.files.items()})
        environ = {name: self._filled(value) for name, value in self.values.items()}
        return outcomes(environ, environment=self.environment)

    def _filled(self, text: str) -> str:
        for name, at in self.ports.items():
            text = text.replace(f"@{name}@", at)
        return text


Change = Callable[[World], object]


def values(**changed: str | None) -> Change:
    """Variables with other values; None: not handed over."""

    def change(world: World) -> None:
        world.values.update({name: value or "" for name, value in changed.items()})
        for name in [name for name, value in changed.items() if value is None]:
            del world.values[name]

    return change


def in_file(name: str, old: str, new: str) -> Change:
    """A file of the checkout with another text in the place of one."""

    def change(world: World) -> None:
        assert old in world.files[name]
        world.files[name] = world.files[name].replace(old, new)

    return change


def in_rules(old: str, new: str) -> Change:
    """The rules with another text in the place of one: they look at another server."""

    def change(world: World) -> None:
        assert old in world.rules
        world.rules = world.rules.replace(old, new)

    return change


def on_github(environment: str, name: str, *, days: float) -> Change:
    """A secret of an environment on GitHub, changed so many days ago."""

    def change(world: World) -> None:
        dated = datetime.now(UTC) - timedelta(days=days)
        world.secrets.setdefault(environment, {})[name] = dated

    return change


def together(*changes: Change) -> Change:
    """All these changes."""
    return lambda world: [change(world) for change in changes]


def put_seed_into(folder: Path) -> None:
    """Copies the document; where there is none, the test is skipped or fails."""
    if not FOLDER:
        if os.environ.get("REQUIRE_CORPUS") == "1":
            pytest.fail("REQUIRE_CORPUS=1, and CORPUS_DIR names no folder")
        pytest.skip("CORPUS_DIR names no folder")
    document = Path(FOLDER).parent / "seed" / PATH
    (folder / PATH).write_bytes(document.read_bytes())


def answer_all(*, with_comments: bool) -> str:
    """The rules that `init` writes here for the answers. `with_comments`: then its lines are
    uncommented, and people sign what its comments leave to them.
    """
    RULES.unlink(missing_ok=True)
    assert answered(json.dumps(ANSWERS))[0] == 0
    rules = all_uncommented(written()) if with_comments else written()
    RULES.write_text(rules, encoding="utf-8")
    return rules


@contextmanager
def everything_holds(folder: Path) -> Iterator[Callable[[str], World]]:
    """Makes such worlds in a folder, in which we are: each from the rules that it is to have."""
    put_seed_into(folder)
    git(folder, "init", "--quiet", "--initial-branch", "main")
    git(folder, "remote", "add", "origin", "git@github.com:acme/shop.git")
    commit(folder, FILES)
    parts: dict[str, Any] = {"secrets": {}, "vaults": {}, "endpoints": []}
    parts |= {"shifts": [], "targets": []}
    with ExitStack() as stack:
        hub = stack.enter_context(FakeHub())
        hub.token("meta", "octo-lead", {"secrets": "read", "environments": "read"})
        hub.repository().environments = parts["secrets"]
        parts["vaults"].update({"Payments Vault": [], "Platform Vault": []})
        server, authority = trusted()
        late, other_authority = trusted(ends=SOON)
        misnamed, third_authority = trusted(name="fans.dev")
        (folder / "ca.pem").write_bytes(authority + other_authority + third_authority)
        password = ("--requirepass", REAL)
        ports = {
            "WEB": stack.enter_context(web(_with_the_status_in_its_path)).url,
            "OTLP": stack.enter_context(otlp()).url,
            "REDIS": str(stack.enter_context(redis(folder.parent, *password))),
            "CONNECT": stack.enter_context(web(connect(parts["vaults"]))).url,
            "STRIPE": stack.enter_context(web(stripe(parts["endpoints"]))).url,
            "PAGERDUTY": stack.enter_context(web(pagerduty(parts["shifts"]))).url,
            "AWS": stack.enter_context(web(partial(_target_group, parts["targets"]))).url,
            "TLS": str(stack.enter_context(shaking_hands(server))),
            "LATE": str(stack.enter_context(shaking_hands(late))),
            "MISNAMED": str(stack.enter_context(shaking_hands(misnamed))),
            "GITHUB": hub.url,
        }

        def fresh(rules: str) -> World:
            for usual, here in HERE.items():
                rules = rules.replace(usual, here)
            parts["secrets"].clear()
            for vault, name in (("Payments", "PAYMENT"), ("Platform", "REALTIME_SERVICE")):
                item = {"title": f"{name}_API_KEY", "updatedAt": NOW.isoformat()}
                parts["vaults"][f"{vault} Vault"][:] = [item]
            parts["endpoints"][:] = [{**ENDPOINT, "id": "we_1", "url": CALLBACK}]
            parts["shifts"][:] = [(None, None)]
            parts["targets"][:] = ["healthy", "healthy"]
            made = World(ports=ports, rules=rules, values=dict(VALUES), files=dict(FILES), **parts)
            on_github("production", "PAYMENT_WEBHOOK_SECRET", days=9)(made)
            return made

        yield fresh


def _with_the_status_in_its_path(asked: Asked) -> Answer:
    status = int(urlsplit(asked.path).path.split("/")[1])
    return Answer(status=status, headers={"Location": "/200"} if 300 <= status < 400 else {})


def _target_group(states: Sequence[str], _asked: Asked) -> Answer:
    """AWS' group `web` whose health check asks /healthz, and its targets."""
    group = (
        "<member><TargetGroupArn>a</TargetGroupArn><TargetGroupName>web</TargetGroupName>"
        "<HealthCheckPath>/healthz</HealthCheckPath></member>"
    )
    targets = "".join(
        f"<member><TargetHealth><State>{state}</State></TargetHealth></member>" for state in states
    )
    health = f"<TargetHealthDescriptions>{targets}</TargetHealthDescriptions>"
    body = f'<R xmlns="urn:x"><TargetGroups>{group}</TargetGroups>{health}</R>'
    return Answer(body=body.encode())
