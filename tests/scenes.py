"""The servers of each recipe, at their best and with one thing wrong; and what the recipe says of them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from textwrap import indent
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

import pytest

from deploy_checklist.checks.base import JudgeContext, Params
from deploy_checklist.checks.registry import kinds
from deploy_checklist.outcome import Finding, Outcome, Unobservable, unknown, worst
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.world.job_port import WrittenFile
from fakes import NOW, FakeJob, FakeRepository
from outside import outside
from servers.authorities import LATER, SOON, shaking_hands, trusted
from servers.otlp import otlp
from servers.prometheus import (
    BROKEN,
    CREDENTIAL,
    GOOD,
    GUARDED,
    NONE,
    RECORDING,
    alertmanager,
    prometheus,
    pushgateway,
)
from servers.services import Respond, of
from servers.web import Answer, Asked, web

FOLDER = Path(__file__).parent.parent / "docs" / "recipes"
# The recipes that are rules; the others are workflows, and have tests of their own.
RECIPES = sorted(path.stem for path in FOLDER.glob("*.md") if "\nversion: 1\n" in path.read_text())


def written(recipe: str) -> str:
    """The one snippet of a recipe."""
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
    made: bytes | None = None  # what a step of the job wrote into each file that a rule names


@dataclass(frozen=True, kw_only=True)
class Played:
    """The scene of a recipe: by the name of what is wrong in it, or None."""

    scene: Callable[[Path, str | None], AbstractContextManager[Scene]]
    faults: Sequence[str]


def played(*faults: str) -> Callable[[Callable[[Path, str | None], Iterator[Scene]]], Played]:
    """A scene of real servers, which each of these may be wrong in."""
    return lambda scene: Played(scene=contextmanager(scene), faults=faults)


def answering(host: str, well: Respond, badly: Mapping[str, Respond], **values: str) -> Played:
    """The scene of one host that answers as documented, well or badly."""

    @contextmanager
    def scene(folder: Path, fault: str | None) -> Iterator[Scene]:
        with web(badly[fault] if fault else well) as there:
            yield Scene(hosts={host: there.url}, values=values)

    return Played(scene=scene, faults=list(badly))


def leaving(well: object, badly: Mapping[str, object]) -> Played:
    """The scene of a step that leaves a file, good or bad, in the job that the recipe describes."""

    @contextmanager
    def scene(folder: Path, fault: str | None) -> Iterator[Scene]:
        yield Scene(hosts={}, made=json.dumps(badly[fault] if fault else well).encode())

    return Played(scene=scene, faults=list(badly))


def steps_of(recipe: str) -> str | None:
    """The steps that the recipe describes, beside its rules; None if it has none."""
    blocks = re.findall(r"```yml\n(.*?)```", (FOLDER / f"{recipe}.md").read_text(), re.DOTALL)
    return str(blocks[0]) if blocks else None


def workflow_of(recipe: str) -> str | None:
    """The workflow with the steps that the recipe describes; None if it has none."""
    steps = steps_of(recipe)
    head = "on: push\njobs:\n  gate:\n    runs-on: ubuntu-latest\n    steps:\n"
    return head + indent(steps, "      ") if steps else None


def guarded(header: str, text: str, answer: Answer) -> Respond:
    return lambda asked: answer if asked.headers.get(header) == text else Answer(status=401)


def bearer(body: object) -> Respond:
    """Says this to whoever brings the token `t`."""
    return guarded("authorization", "Bearer t", of(200, body))


@contextmanager
def among_strangers(recipe: str, body: bytes, kind: str) -> Iterator[Scene]:
    """Whatever the recipe asks, this is the answer, with status 200, to whoever brings any credential."""
    text = written(recipe)
    asks_for_one = "rejects_without_auth" in text

    def respond(asked: Asked) -> Answer:
        brought = {"authorization", "x-api-key"} & set(asked.headers)
        if asks_for_one and asked.method == "POST" and not brought:
            return Answer(status=401)
        return Answer(body=body, headers={"Content-Type": kind})

    if "made_by:" in text:
        yield Scene(hosts={}, made=body)
        return
    with web(respond) as there:
        hosts = dict.fromkeys(re.findall(r"(?:https://|host: )([\w.-]+)", text), there.url)
        names = re.findall(r"\b[A-Z][A-Z0-9]*_[A-Z0-9_]+\b", text)
        yield Scene(
            hosts=hosts,
            values={name: there.url if name.endswith("_URL") else "k" for name in names},
        )


def outcome(recipe: str, scene: Scene) -> Outcome:
    """The worst of the recipe's checks, sign-offs aside."""
    tag = {"tag": "v1.4.0", "version": "1.4.0"}
    rules = resolve(load(written(recipe), f"{recipe}.yml"), None, tag)
    findings = [
        _found(recipe, use.kind, _moved(use.params, scene.hosts), rule.variable, scene)
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
            given["url"] = re.sub(
                rf"^https://{re.escape(name)}(?=/|$)", local, given.get("url", url)
            )  # type: ignore[call-overload]
        if getattr(params, "host", None) == name and hasattr(params, "port"):
            given |= {
                "host": "localhost",
                "port": int(local.rpartition(":")[2]),
                "ca_file": "infra/origin-ca.pem",
            }
        elif getattr(params, "host", None) == name:
            given["host"] = urlsplit(local).hostname
    return params.model_copy(update=given)


def _found(recipe: str, kind: str, params: Params, subject: str | None, scene: Scene) -> Finding:
    steps = workflow_of(recipe)
    files = {**scene.files, **({".github/workflows/gate.yml": steps.encode()} if steps else {})}
    made = {} if scene.made is None else {getattr(params, "file", ""): scene.made}
    job = FakeJob({name: WrittenFile(data=data, written=NOW) for name, data in made.items()})
    world = outside({**scene.values}, repository=FakeRepository(files), job=job)
    context = JudgeContext(now=scene.now, environment=None, environments={}, subject=subject)
    try:
        return kinds()[kind].judge(params, kinds()[kind].observe(params, subject, world), context)
    except Unobservable as trouble:
        return unknown(trouble.reason)


def until_found(url: str) -> None:
    """Prometheus looks its Alertmanagers up a moment after it started."""
    ends = time.monotonic() + 15
    while time.monotonic() < ends:
        with urlopen(f"{url}/api/v1/alertmanagers") as answer:
            if b'"activeAlertmanagers":[{' in answer.read():
                return
        time.sleep(0.05)


RULES = {"a rule fails": BROKEN, "there is no rule": NONE, "no rule alerts": RECORDING}


@played(*RULES, "nobody is told")
def prometheus_rules(folder: Path, fault: str | None) -> Iterator[Scene]:
    with ExitStack() as stack:
        port = None
        if fault != "nobody is told":
            (folder / "am").mkdir()
            port = int(stack.enter_context(alertmanager(folder / "am")).rpartition(":")[2])
        url = stack.enter_context(
            prometheus(folder, RULES.get(fault or "", GOOD), alertmanager=port)
        )
        if port is not None:
            until_found(url)
        yield Scene(hosts={"prometheus.acme.example": url})


@played("one begins later", "one is active")
def alertmanager_silences(folder: Path, fault: str | None) -> Iterator[Scene]:
    with alertmanager(folder) as url:
        if fault is not None:
            matcher = '{"name": "a", "value": "b", "isRegex": false}'
            hours = (1, 2) if fault == "one begins later" else (0, 2)
            begins, ends = (datetime.now(UTC) + timedelta(hours=each, seconds=1) for each in hours)
            body = (
                f'{{"matchers": [{matcher}], "startsAt": "{begins.isoformat()}", "endsAt": "{ends.isoformat()}", '
                '"createdBy": "a", "comment": "b"}'
            )
            urlopen(
                Request(
                    f"{url}/api/v2/silences", body.encode(), {"Content-Type": "application/json"}
                )
            ).close()
        yield Scene(hosts={"alertmanager.acme.example": url})


@played("it is elsewhere")
def pushgateway_ready(folder: Path, fault: str | None) -> Iterator[Scene]:
    with pushgateway(folder) as url:
        yield Scene(hosts={}, values={"METRICS_ENDPOINT_URL": f"{url}/elsewhere" if fault else url})


@played("the key is wrong", "no key is needed")
def remote_write(folder: Path, fault: str | None) -> Iterator[Scene]:
    with prometheus(folder, guard="" if fault == "no key is needed" else GUARDED) as url:
        key = "x" if fault == "the key is wrong" else "k"
        values = {"METRICS_USER_ID": "12", "METRICS_EXPORTER_API_KEY": key}
        yield Scene(hosts={"prometheus.acme.example": url}, values=values)
        if fault is None:
            with pytest.raises(
                HTTPError
            ):  # a body that is not packed is refused: 204 was not just any answer
                urlopen(Request(f"{url}/api/v1/write", b"x", CREDENTIAL))


@played("the key is wrong", "no key is needed", "it is coming up")
def logflare(folder: Path, fault: str | None) -> Iterator[Scene]:
    """Its /health is as its health_check_controller.ex has it."""
    with otlp(key=None if fault == "no key is needed" else "k") as receiver:

        def respond(asked: Asked) -> Answer:
            if asked.path == "/health":
                return (
                    of(503, {"status": "coming_up"})
                    if fault == "it is coming up"
                    else of(200, {"status": "ok"})
                )
            try:
                request = Request(f"{receiver.url}{asked.path}", asked.body, dict(asked.headers))
                with urlopen(request) as answer:
                    return Answer(status=answer.status, body=answer.read())
            except HTTPError as refused:
                refused.close()
                return Answer(status=refused.code)

        with web(respond) as there:
            values = {"LOGFLARE_API_KEY": "x" if fault == "the key is wrong" else "k"}
            yield Scene(hosts={"api.logflare.example": there.url}, values=values)


@played("the proxy's expires", "the origin's expires", "the origin's is another authority's")
def behind_a_proxy(folder: Path, fault: str | None) -> Iterator[Scene]:
    """One file holds both authorities here, because the proxy's is nobody that this machine knows."""
    proxy, public = trusted(ends=SOON if fault == "the proxy's expires" else LATER)
    origin, private = trusted(ends=SOON if fault == "the origin's expires" else LATER)
    with shaking_hands(proxy) as front, shaking_hands(origin) as behind:
        yield Scene(
            hosts={
                "rt.acme.example": f"https://localhost:{front}",
                "origin.acme.example": f"https://localhost:{behind}",
            },
            files={
                "infra/origin-ca.pem": public
                if fault == "the origin's is another authority's"
                else public + private
            },
            now=datetime.now(UTC),
        )
