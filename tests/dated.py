"""Releases whose items change with time: random rules, and a world that says the same on every day."""

from __future__ import annotations

import base64
import json
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from deploy_checklist.checklist.model import Checklist, Phase, words_hash
from deploy_checklist.checklist.parse import parse
from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.gate import Options
from deploy_checklist.github.model import Actor, Permission, Review
from deploy_checklist.report.model import TargetRef
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.rules.model import Rules
from deploy_checklist.signoffs.claims import ItemNames, Statements
from deploy_checklist.signoffs.evaluate import GitHubSignOffs
from deploy_checklist.world.clock import FixedClock
from deploy_checklist.world.ports import Certificate, HttpAnswer, HttpRequest, SecretDate, World
from fakes import NOW, FakeGitHub, FakeRepository, world
from test_signoffs import HEAD, pull

PEOPLE = {1: "octo-lead", 2: "octocat", 4: "octo-ops"}
SERVICE = "https://service.acme.example"


@dataclass
class FakeServices:
    """1Password, Vault and ACM, by the last words of a request's path or its body."""

    answers: dict[str, object] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)

    def send(self, request: HttpRequest) -> HttpAnswer:
        asked = f"{request.url} {(request.body or b'').decode()}"
        self.requests.append(asked)
        found = next((each for key, each in self.answers.items() if key in asked), {})
        return HttpAnswer(
            status=200,
            headers={"content-type": "application/json"},
            body=json.dumps(found).encode(),
            truncated=False,
            address="192.0.2.1",
        )


@dataclass
class FakeTls:
    """One certificate for each host."""

    certificates_of: dict[str, Certificate] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def certificates(self, host: str, port: int, **_: object) -> Sequence[Certificate]:
        self.asked.append(host)
        return [self.certificates_of[host]]


@dataclass
class Dated:
    """One release, on any day."""

    checklist: Checklist
    rules: Rules
    here: World
    statements: Statements
    http: FakeServices
    tls: FakeTls
    github: FakeGitHub
    asked_people: list[str]

    def on(self, now: datetime) -> World:
        """The same world with another clock."""
        sign_offs = GitHubSignOffs(replace(self.statements, now=now))
        return replace(self.here, clock=FixedClock(now), sign_offs=sign_offs)

    @property
    def requests(self) -> int:
        """How many questions anybody was asked so far."""
        asked = (self.http.requests, self.tls.asked, self.github.asked, self.asked_people)
        return sum(map(len, asked))


def options() -> Options:
    return Options(phase=Phase.BEFORE, deadline=Deadline.after(60), target=TargetRef(commit=HEAD))


def jwt(expires: datetime) -> str:
    """A token that expires."""
    claims = json.dumps({"exp": expires.timestamp()}).encode()
    body = base64.urlsafe_b64encode(claims).decode().rstrip("=")
    return f"eyJhbGciOiJub25lIn0.{body}.c2lnbmF0dXJl"


class _Writer:
    """Writes a checklist, its rules and the world that they are about."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.items: list[str] = []
        self.rules: list[str] = []
        self.waivers: list[str] = []
        self.signed: list[str] = []
        self.values = {"TOKEN": "t", "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s"}
        self.http, self.tls, self.github = FakeServices(), FakeTls(), FakeGitHub()
        self.reviews = [
            Review(
                author=Actor(login=login, id=number, kind="User"),
                at=self.moment(-60, 0),
                state="APPROVED",
                commit=HEAD,
            )
            for number, login in PEOPLE.items()
        ]

    def moment(self, first: int = -130, last: int = 100) -> datetime:
        """A random moment so many days from now; often at midnight, where days are decided."""
        day = datetime(NOW.year, NOW.month, NOW.day, tzinfo=UTC)
        day += timedelta(days=self.random.randint(first, last))
        seconds = self.random.choice([0, 0, 1, 43_200, 86_399, self.random.randrange(86_400)])
        found = day + timedelta(seconds=seconds)
        return found if last > 0 else min(found, NOW - timedelta(hours=1))

    def span(self) -> str:
        return self.random.choice([f"{self.random.randint(20, 200)}d", "36h", "1500h", "12w"])

    def item(self, number: int) -> None:
        name = f"KEY_{number}"
        words = f"`{name}` is as it should be."
        below = "  " if self.items and self.random.random() < 0.2 else ""
        self.items.append(f"{below}- [ ] {words}")
        self.values[name] = "a-value-of-it"
        clauses = [self.clause(name, words) for _ in range(self.random.choice([1, 1, 1, 2]))]
        self.rules.append(f"  {name}: [{', '.join(clauses)}]")
        if self.random.random() < 0.15:
            expires = f"{self.moment():%Y-%m-%d}"
            self.waivers.append(
                f'  - {{ item: {name}, reason: r, approved_by: "@o", expires: {expires} }}'
            )

    def clause(self, name: str, words: str) -> str:
        kinds: Sequence[Callable[[str, str], str]] = [
            self.by_variable,
            self.by_github,
            self.token,
            self.certificate,
            self.acm,
            self.onepassword,
            self.vault,
            self.signed_line,
            self.review,
            self.undated,
        ]
        parts = [self.random.choice(kinds)(name, words)]
        if self.random.random() < 0.2:
            parts.append(f"enforce_from: {self.moment():%Y-%m-%d}")
        elif self.random.random() < 0.1:
            parts.append("severity: warning")
        return "{ " + ", ".join(parts) + " }"

    def by_variable(self, name: str, words: str) -> str:
        at = self.moment(-70, 2)
        form = self.random.choice(["%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ"])
        self.values[f"{name}_ROTATED_AT"] = f"{at:{form}}"
        presence = self.random.choice(["", ", present: true", ", secret: true"])
        return f"rotated_within: {{ within: {self.span()}, name: {name}_ROTATED_AT }}{presence}"

    def by_github(self, name: str, words: str) -> str:
        secret = SecretDate(name=name, level="environment", updated_at=self.moment(-70, 0))
        self.github.secrets = {**self.github.secrets, name: secret}
        return f"rotated_within: {{ within: {self.span()}, source: github }}"

    def token(self, name: str, words: str) -> str:
        """A JWT: when it expires, the checks of its value have nothing to say any more."""
        self.values[name] = jwt(self.moment(-10))
        return "secret: true" + self.random.choice(["", ", min_length: 10"])

    def certificate(self, name: str, words: str) -> str:
        host = f"{name.lower().replace('_', '-')}.acme.example"
        begins = self.moment(-70, 2)
        ends = begins + timedelta(days=self.random.choice([6, 90, 365, 398]))
        self.tls.certificates_of[host] = Certificate(
            address="192.0.2.1",
            not_before=begins,
            not_after=ends,
            fault=None,
            remedy=None,
            issuers_end=self.random.choice([None, None, ends - timedelta(days=20)]),
        )
        least = self.random.choice(["", ", min_days: 30", ", min_days: 0"])
        return f"tls: {{ host: {host}{least} }}"

    def acm(self, name: str, words: str) -> str:
        arn = f"arn:aws:acm:eu-west-1:1:certificate/{name}"
        begins = self.moment(-320, 2)
        self.http.answers[f'{arn}"'] = {
            "Certificate": {
                "Status": "ISSUED",
                "InUseBy": ["lb"],
                "NotBefore": begins.timestamp(),
                "NotAfter": (begins + timedelta(days=395)).timestamp(),
                "RenewalEligibility": self.random.choice(["ELIGIBLE", "INELIGIBLE"]),
            }
        }
        return f'aws_certificate: {{ arn: "{arn}", url: "{SERVICE}" }}'

    def onepassword(self, name: str, words: str) -> str:
        self.http.answers[f"/v1/vaults/{name}/items"] = [
            {"title": name, "updatedAt": f"{self.moment(-70, 2).isoformat()}"}
        ]
        self.http.answers[f"%22{name}%22"] = [{"id": name, "name": name}]
        place = f'url: "{SERVICE}", vault: {name}, item: {name}, token_env: TOKEN'
        return f"onepassword: {{ {place}, updated_within: {self.span()} }}"

    def vault(self, name: str, words: str) -> str:
        deletion = self.random.choice(["", self.moment(-10).isoformat()])
        version = {"created_time": self.moment(-70, 0).isoformat(), "deletion_time": deletion}
        self.http.answers[f"/metadata/{name} "] = {
            "data": {"current_version": 1, "versions": {"1": version}}
        }
        place = f'source: vault, url: "{SERVICE}", path: {name}, token_env: TOKEN'
        return f"rotated_within: {{ within: {self.span()}, {place} }}"

    def signed_line(self, name: str, words: str) -> str:
        valid = self.random.choice(["", f", valid_for: {self.span()}"])
        for login in self.random.sample([*PEOPLE.values(), "stranger"], 2):
            on = self.moment(-60, 30)
            until = self.random.choice(["", f", until: {self.moment(-10):%Y-%m-%d}"])
            self.signed.append(
                f'  - {{ item: {name}, by: "@{login}", on: {on:%Y-%m-%d}{until},'
                f" words: {words_hash(words)} }}"
            )
        return f"sign: {{ per: once, count: {self.random.choice([1, 1, 2])}{valid} }}"

    def review(self, name: str, words: str) -> str:
        count = self.random.choice([1, 2, 3])
        return f"sign: {{ from: [review], count: {count}, valid_for: {self.span()} }}"

    def undated(self, name: str, words: str) -> str:
        return self.random.choice(
            ["file: missing", "file: README.md", "file: README.md", "sign: true"]
        )


def release(seed: int, rules: int) -> Dated:
    """A release of so many random rules, each of one item."""
    written = _Writer(seed)
    for number in range(rules):
        written.item(number)
    text = "\n".join(
        [
            "version: 1",
            *(["unverified: sign"] if written.random.random() < 0.4 else []),
            "items:",
            *written.rules,
            *(["waivers:", *written.waivers] if written.waivers else []),
            *(["signed:", *written.signed] if written.signed else []),
        ]
    )
    checklist = parse("# Release\n" + "\n".join(written.items) + "\n", "checklist.md")
    resolved = resolve(load(text, "rules.yml"), "production", {})
    asked: list[str] = []

    def permission(login: str) -> Permission:
        asked.append(login)
        return Permission.WRITE if login in PEOPLE.values() else Permission.READ

    statements = Statements(
        pull_request=pull(reviews=written.reviews),
        ticket=None,
        approvals=(),
        signed=resolved.signed,
        roles={},
        permission=permission,
        member=lambda team, login: False,
        environment="production",
        commit=HEAD,
        tip=None,
        now=NOW,
        names=ItemNames(items={}, sections={}, texts={}),
    )
    here = world(
        written.values,
        repository=FakeRepository(contents={"README.md": "hello"}),
        http=written.http,
        tls=written.tls,
        github=written.github,
    )
    return Dated(
        checklist=checklist,
        rules=resolved,
        here=here,
        statements=statements,
        http=written.http,
        tls=written.tls,
        github=written.github,
        asked_people=asked,
    )
