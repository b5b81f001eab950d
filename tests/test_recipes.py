"""Every recipe is a rules file that loads as it stands, passes on a good server and does not on a bad one."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from deploy_checklist.checks.base import Context, Params, kinds
from deploy_checklist.outcome import Finding, Outcome, Unobservable, unknown, worst
from deploy_checklist.rules.load import load, resolve
from fakes import NOW, FakeRepository
from outside import outside
from servers.authorities import shaking_hands, trusted
from servers.otlp import otlp
from servers.prometheus import BROKEN, alertmanager, prometheus, pushgateway
from servers.services import Respond, of, vault
from servers.web import Answer, Asked, web

FOLDER = Path(__file__).parent.parent / "docs" / "recipes"
RECIPES = sorted(path.stem for path in FOLDER.glob("*.md") if path.stem != "README")


def written(recipe: str) -> str:
    blocks = re.findall(r"```yaml\n(.*?)```", (FOLDER / f"{recipe}.md").read_text(), re.DOTALL)
    assert len(blocks) == 1, "a recipe is one snippet"
    return str(blocks[0])


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Where the servers of a recipe are, by the host that it names, and what was handed over."""

    hosts: Mapping[str, str]
    values: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    now: datetime = NOW


def outcome(recipe: str, scene: Scene) -> Outcome:
    """The worst of the recipe's checks, sign-offs aside."""
    rules = resolve(load(written(recipe), f"{recipe}.yml"), None, {})
    findings = [
        _found(use.kind, _moved(use.params, scene.hosts), rule.variable, scene)
        for rule in rules.rules
        for clause in rule.clauses
        for use in clause.uses
        if use.params is not None and use.kind not in ("sign", "present", "secret")
    ]
    assert findings
    return worst(finding.outcome for finding in findings)


def _moved(params: Params, hosts: Mapping[str, str]) -> Params:
    """The same parameters, aimed at the servers on this machine."""
    given: dict[str, object] = {"allow_private": True}
    for name, local in hosts.items():
        if (url := getattr(params, "url", None)) is not None:
            given["url"] = re.sub(rf"^https://{re.escape(name)}(?=/|$)", local, given.get("url", url))  # type: ignore[call-overload]
        if getattr(params, "host", None) == name:
            given |= {"host": "localhost", "port": int(local.rpartition(":")[2]), "ca_file": "infra/origin-ca.pem"}
    return params.model_copy(update=given)


def _found(kind: str, params: Params, subject: str | None, scene: Scene) -> Finding:
    repository = FakeRepository(scene.files)
    world = outside({**scene.values}, repository=repository)
    context = Context(now=scene.now, environment=None, environments={}, subject=subject)
    try:
        return kinds()[kind].judge(params, kinds()[kind].observe(params, subject, world), context)
    except Unobservable as trouble:
        return unknown(trouble.reason)


Play = Callable[[Path, bool], AbstractContextManager[Scene]]


def answering(host: str, good: Respond, bad: Respond, **values: str) -> Play:
    """One host that answers as documented, well or badly."""

    @contextmanager
    def play(folder: Path, well: bool) -> Iterator[Scene]:
        with web(good if well else bad) as there:
            yield Scene(hosts={host: there.url}, values=values)

    return play


def guarded(header: str, text: str, answer: Answer) -> Respond:
    return lambda asked: answer if asked.headers.get(header) == text else Answer(status=401)


@contextmanager
def prometheus_rules(folder: Path, well: bool) -> Iterator[Scene]:
    with ExitStack() as stack:
        (folder / "am").mkdir()
        mail = stack.enter_context(alertmanager(folder / "am"))
        port = int(mail.rpartition(":")[2])
        rules = {} if well else {"rules": BROKEN}
        url = stack.enter_context(prometheus(folder, alertmanager=port, **rules))
        until_found(url)
        yield Scene(hosts={"prometheus.acme.example": url})


def until_found(url: str) -> None:
    """Prometheus looks its Alertmanagers up a moment after it started."""
    ends = time.monotonic() + 15
    while time.monotonic() < ends:
        with urlopen(f"{url}/api/v1/alertmanagers") as answer:
            if b'"activeAlertmanagers":[{' in answer.read():
                return
        time.sleep(0.05)


@contextmanager
def alertmanager_silences(folder: Path, well: bool) -> Iterator[Scene]:
    with alertmanager(folder) as url:
        if not well:
            matcher = '{"name": "a", "value": "b", "isRegex": false}'
            begins, ends = (datetime.now(UTC) + timedelta(hours=hours) for hours in (1, 2))
            body = (
                f'{{"matchers": [{matcher}], "startsAt": "{begins.isoformat()}", "endsAt": "{ends.isoformat()}", '
                '"createdBy": "a", "comment": "b"}'
            )
            urlopen(Request(f"{url}/api/v2/silences", body.encode(), {"Content-Type": "application/json"})).close()
        yield Scene(hosts={"alertmanager.acme.example": url})


@contextmanager
def pushgateway_ready(folder: Path, well: bool) -> Iterator[Scene]:
    with pushgateway(folder) as url:
        yield Scene(hosts={}, values={"METRICS_ENDPOINT_URL": url if well else f"{url}/elsewhere"})


@contextmanager
def remote_write(folder: Path, well: bool) -> Iterator[Scene]:
    with prometheus(folder) as url, web(lambda asked: Answer(status=401)) as other:
        yield Scene(hosts={"prometheus.acme.example": url if well else other.url})
        if well:
            with pytest.raises(HTTPError):  # a body that is not packed is refused: 204 was not just any answer
                urlopen(Request(f"{url}/api/v1/write", b"x"))


@contextmanager
def logflare(folder: Path, well: bool) -> Iterator[Scene]:
    with otlp(key="k") as receiver:

        def respond(asked: Asked) -> Answer:
            if asked.path == "/health":
                return of(200, {"status": "ok"})
            try:
                request = Request(f"{receiver.url}{asked.path}", asked.body, dict(asked.headers))
                with urlopen(request) as answer:
                    return Answer(status=answer.status, body=answer.read())
            except HTTPError as refused:
                refused.close()
                return Answer(status=refused.code)

        with web(respond) as there:
            values = {"LOGFLARE_API_KEY": "k" if well else "x"}
            yield Scene(hosts={"api.logflare.example": there.url}, values=values)


@contextmanager
def behind_a_proxy(folder: Path, well: bool) -> Iterator[Scene]:
    ends = datetime.now(UTC) + timedelta(days=80 if well else 1)
    server, ca = trusted(ends=ends)
    with shaking_hands(server) as port:
        local = f"https://localhost:{port}"
        yield Scene(
            hosts={"rt.acme.example": local, "origin.acme.example": local},
            files={"infra/origin-ca.pem": ca},
            now=datetime.now(UTC),
        )


def loki(asked: Asked) -> Answer:
    """Grafana's gateway in front of Loki (sources: pkg/validation/validate.go, MissingStreamsErrorMsg)."""
    if asked.headers.get("authorization") != "Basic MTI6aw==":
        return Answer(status=401)
    return Answer(status=422, body=b"error at least one valid stream is required for ingestion")


YOUNG, OLD = "2026-10-01T10:00:00Z", "2026-01-01T10:00:00Z"
TOKEN = "Bearer t"
ALERTS = [{"uid": "a", "isPaused": False}, {"uid": "b", "isPaused": False}]
PLAYS: Mapping[str, Play] = {
    "prometheus-rules": prometheus_rules,
    "alertmanager": alertmanager_silences,
    "pushgateway": pushgateway_ready,
    "remote-write-key": remote_write,
    "logflare": logflare,
    "tls-behind-a-proxy": behind_a_proxy,
    "loki-push-key": answering(
        "logs-prod-012.grafana.example",
        loki,
        lambda asked: Answer(status=204),
        LOKI_USER_ID="12",
        METRICS_EXPORTER_API_KEY="k",
    ),
    "grafana-alert-rules": answering(
        "acme.grafana.example",
        guarded("authorization", TOKEN, of(200, ALERTS)),
        guarded("authorization", TOKEN, of(200, [*ALERTS, {"uid": "c", "isPaused": True}])),
        GRAFANA_TOKEN="t",
    ),
    "vault-secret-age": answering(
        "vault.acme.example",
        vault({"1": {"created_time": YOUNG}}, 1),
        vault({"1": {"created_time": OLD}}, 1),
        VAULT_TOKEN="vault-token",
    ),
    "gcp-secret-age": answering(
        "secretmanager.googleapis.com",
        guarded("authorization", TOKEN, of(200, {"createTime": YOUNG, "state": "ENABLED"})),
        guarded("authorization", TOKEN, of(200, {"createTime": OLD, "state": "ENABLED"})),
        GCP_TOKEN="t",
    ),
    "azure-secret-age": answering(
        "acme.vault.azure.example",
        guarded(
            "authorization",
            TOKEN,
            of(
                200,
                {
                    "value": [
                        {"attributes": {"enabled": True, "created": each}} for each in (1_600_000_000, 1_790_848_800)
                    ]
                },
            ),
        ),
        guarded(
            "authorization", TOKEN, of(200, {"value": [{"attributes": {"enabled": True, "created": 1_600_000_000}}]})
        ),
        AZURE_TOKEN="t",
    ),
    "hcp-terraform-outputs": answering(
        "app.terraform.io",
        guarded("authorization", TOKEN, of(200, {"data": [{"attributes": {"name": "redis_tls", "value": True}}]})),
        guarded("authorization", TOKEN, of(200, {"data": [{"attributes": {"name": "redis_tls", "value": False}}]})),
        HCP_TOKEN="t",
    ),
    "momo-key-pair": answering(
        "proxy.momoapi.mtn.example",
        guarded("authorization", "Basic dTpr", of(200, {"access_token": "x", "expires_in": 3600})),
        lambda asked: Answer(status=401),
        MOMO_API_USER="u",
        PAYMENT_API_KEY="k",
        MOMO_SUBSCRIPTION_KEY="s",
    ),
    "load-balancer-health": answering(
        "rt.acme.example", lambda asked: of(200, {"status": "ok"}), lambda asked: of(200, {"status": "draining"})
    ),
}


def test_every_recipe_is_run_and_listed() -> None:
    assert sorted(PLAYS) == RECIPES
    listed = re.findall(r"\]\(([\w-]+)\.md\)", (FOLDER / "README.md").read_text())
    assert sorted(listed) == RECIPES


@pytest.mark.parametrize("recipe", RECIPES)
def test_it_passes_where_all_is_well(recipe: str, tmp_path: Path) -> None:
    with PLAYS[recipe](tmp_path, True) as scene:
        assert outcome(recipe, scene) is Outcome.PASS


@pytest.mark.parametrize("recipe", RECIPES)
def test_it_does_not_pass_where_something_is_wrong(recipe: str, tmp_path: Path) -> None:
    with PLAYS[recipe](tmp_path, False) as scene:
        assert outcome(recipe, scene) is Outcome.FAIL
