"""Reports of the gate itself, from random checklists, rules, values and sign-offs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from msgspec.structs import replace

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checklist.parse import parse
from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.gate import Options, gate
from deploy_checklist.inference.infer import inferred
from deploy_checklist.outcome import Finding, IgnoredSignOff, Outcome, Override, SignOff
from deploy_checklist.redaction.report import redact_report
from deploy_checklist.report.model import Report, TargetRef, Trial
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.signoffs.port import FoundSignOffs, SignOffRequest, Terms
from fakes import NOW, FakeRepository, job, shell, world

NAMES = ("API_KEY", "DATABASE_URL", "MODE", "PAYMENT_TOKEN", "SENTRY_DSN", "LOG_LEVEL")
VALUES = (
    "live",
    "",
    "changeme",
    "https://user:hunter2hunter2@db.example/x",
    "7-9f_live_0123456789",
)
# What a secret may be so that ids, names and digests of a report hold it.
AWKWARD = ("1234", "beef", "api_key", "dashboards-looked-at", "line", "ready", "0000")
PEOPLE = ("octo-lead", "octo-ops", "octo-partner")
CLAUSES = (
    "present: true",
    "secret: true",
    "file: README.md",
    "file: missing.txt",
    "one_of: [live, test]",
    'http: { url: "https://api.example/health" }',
    "sign: { by: lead }",
    "sign: { by: [lead, ops], count: 2 }",
    "sign: true",
)
EXTRAS = (
    "severity: warning",
    "phase: after",
    "phase: deploy",
    "phase: reference",
    "enforce_from: 2026-12-01",
    "enforce_from: 2026-11-01",
    "owner: Lead",
    "when: clustered",
)
HEADINGS = ("Payments", "After the release", "Sign-off", "Reference", "Rollback")


def random_report(seed: int) -> Report:
    """The clean report of one run; the same seed gives the same one."""
    random = Random(seed)
    names = random.sample(NAMES, k=random.randint(0, len(NAMES)))
    document, texts = _document(random, names)
    checklist = replace(parse(document, "docs/checklist.md"), sha256=_digest(random))
    if random.random() < 0.2:
        rules = inferred(checklist, "production", {})
    else:
        rules = resolve(load(_rules(random, names, texts), "rules.yml"), "production", {})
        rules = replace(rules, sha256=_digest(random))
    values = {name: random.choice(VALUES) for name in names if random.random() < 0.7}
    if random.random() < 0.3:
        values["ADMIN_PASSWORD"] = random.choice(AWKWARD)
    laptop = random.random() < 0.3
    parts = {"offline": True} if random.random() < 0.3 else {}
    here = world(
        repository=FakeRepository(contents={"README.md": "hello"}),
        sign_offs=RandomSignOffs(random),
        environment="production",
        **parts,
    )
    here = replace(here, variables=shell(values) if laptop else job(values))
    report = gate(checklist, rules, here, _options(random))
    return redact_report(report, values)[0]


@dataclass
class RandomSignOffs:
    """Some people have signed, some of them not in time or in their role."""

    random: Random

    def waits(self, request: SignOffRequest) -> bool:
        return False

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        people = self.random.sample(PEOPLE, k=self.random.randint(0, len(PEOPLE)))
        counted = tuple(self._signed(who, terms) for who in people)
        skipped = counted[:1] if request.skippable and self.random.random() < 0.2 else ()
        ignored = [IgnoredSignOff(item=request.item, by="bot", via="tick", reason="is no person")]
        return FoundSignOffs(
            counted=counted,
            skipped=skipped,
            ignored=tuple(ignored) if self.random.random() < 0.2 else (),
            digest="0a1b2c3d",
            place="PR #412",
        )

    def _signed(self, who: str, terms: Terms) -> SignOff:
        via = self.random.choice(("tick", "command", "review", "environment", "signed"))
        until = NOW.date() + timedelta(days=self.random.choice((0, 1, 400)))
        return SignOff(
            by=who,
            by_id=PEOPLE.index(who) + 1,
            role=self.random.choice((*terms.by, None)),
            at=NOW - timedelta(seconds=self.random.randint(0, 10**8)),
            commit="4f2c91a" + "0" * 33,
            words="0a1b2c3d",
            via=via,
            until=self.random.choice((None, until)),
        )

    def override(self) -> Override | None:
        return None

    def unattributed(self) -> Sequence[IgnoredSignOff]:
        return ()


def _document(random: Random, names: Sequence[str]) -> tuple[str, list[str]]:
    """The checklist, and texts of items that rules may name."""
    lines, texts = ["# Release"], []
    waiting = [f"`{name}` is set" for name in names]
    waiting += [f"Item {n} is looked at" for n in range(random.randint(0, 6))]
    waiting += ["Rotate keys (optional)"] if random.random() < 0.3 else []
    random.shuffle(waiting)
    for text in [*waiting, "The last item"]:
        if random.random() < 0.25:
            lines += [f"## {random.choice(HEADINGS)}"]
        if random.random() < 0.15:
            lines += [f"- [ ] **Part {len(lines)}**:"]
        indent = "  " if lines[-1].startswith(("- ", "  -")) and random.random() < 0.4 else ""
        lines += [f"{indent}- [{random.choice(' x')}] {text}"]
        texts += [text]
    return "\n".join(lines) + "\n", texts


def _rules(random: Random, names: Sequence[str], texts: Sequence[str]) -> str:
    lines = ["version: 1", "environments: { production: {} }", "roles:"]
    lines += ['  lead: ["@octo-lead"]', '  ops: ["@octo-ops", "@octo-partner"]']
    lines += ["facts:", f"  clustered: {{ env: MODE, equals: {random.choice(('live', 'other'))} }}"]
    if random.random() < 0.3:
        lines += ["unverified: sign"]
    named = [name for name in (*names, *texts) if "`" not in name and random.random() < 0.7]
    clean = random.random() < 0.3  # nothing that a laptop or a missing file fails
    lines += ["items:", "  The last item: sign"]
    for name in named:
        if name == "The last item":
            continue
        lines += [f"  {name}:"]
        for _ in range(random.randint(1, 3)):
            clauses = ("file: README.md", "sign: { by: lead }") if clean else CLAUSES
            clause = random.choice([each for each in clauses if name in NAMES or _is_of_any(each)])
            extras = random.sample(EXTRAS, k=random.choice((0, 0, 1, 2)))
            fields = dict(each.split(": ", 1) for each in extras)
            more = "".join(f", {key}: {value}" for key, value in fields.items())
            lines += [f"    - {{ {clause}{more} }}"]
    lines += ["  Nobody has this item: sign"] if random.random() < 0.2 else []
    waived = [name for name in named if random.random() < 0.2]
    lines += ["waivers:"] if waived else []
    for name in waived:
        expires = random.choice(("2026-11-21", "2026-11-22", "2026-12-24"))
        lines += [f"  - item: {name}", f"    expires: {expires}"]
        lines += ["    reason: moves to the new VPC", '    approved_by: "@octo-ops"']
    return "\n".join(lines) + "\n"


def _is_of_any(clause: str) -> bool:
    """Whether it needs no variable."""
    return clause.startswith(("file", "http", "sign"))


def _options(random: Random) -> Options:
    in_trial = random.random() < 0.3
    downgraded = Finding(outcome=Outcome.UNKNOWN, message="another environment's value")
    return Options(
        phase=random.choice((Phase.BEFORE, Phase.BEFORE, Phase.DEPLOY, Phase.AFTER)),
        deadline=Deadline.after(5),
        mode="report" if in_trial else "enforce",
        trial=Trial(by_mode=True) if in_trial else None,
        strict=random.random() < 0.4,
        target=TargetRef(repository="acme/shop", commit="4f2c91a" + "0" * 33, pull_request=412),
        gate=random.choice((None, "services/api")),
        deploy_gate=random.random() < 0.3,
        downgrade_to=downgraded if random.random() < 0.2 else None,
        links={"run": "https://github.example/acme/shop/actions/runs/9"},
    )


def _digest(random: Random) -> str:
    return random.randbytes(32).hex()
