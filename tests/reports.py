"""Reports as plain values: the team of the mock-ups on the day its release is blocked, and what others need."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from msgspec.structs import replace

from deploy_checklist.checklist.model import Item, Phase, fold, words_hash
from deploy_checklist.outcome import (
    Evidence,
    Finding,
    Outcome,
    Prompt,
    Severity,
    SignOff,
)
from deploy_checklist.report.model import (
    Box,
    Change,
    Drift,
    Forecast,
    IgnoredSignOff,
    ItemResult,
    Notice,
    Override,
    Report,
    Rollback,
    TargetRef,
    Totals,
    Verdict,
    Waived,
)

NOW = datetime(2026, 11, 22, 21, 14, tzinfo=UTC)
HERE = Evidence(source="this job", at=NOW)
PAYMENTS, REALTIME, METRICS, SIGN_OFF = ("Payments",), ("Realtime",), ("Telemetry",), ("Sign-off",)


def item(
    line: int, text: str, *names: str, section: tuple[str, ...] = PAYMENTS, **changed: Any
) -> Item:
    """An item of the checklist; its text names the variables as code spans."""
    plain: dict[str, Any] = {
        "id": names[0] if names else "-".join(text.lower().split()[:3]),
        "line": line,
        "end_line": line,
        "markdown": text,
        "text": text,
        "words": text,
        "section": section,
        "section_line": None,
        "ticked": False,
        "depth": 0,
        "parent": None,
        "is_title": False,
        "pin": None,
        "names": names,
        "spans": names,
        "fences": (),
        "links": (),
        "phase": Phase.BEFORE,
        "environment": None,
        "struck": False,
        "optional": False,
    }
    return Item(**(plain | changed))


def found(outcome: Outcome, message: str, check: str = "present", **changed: Any) -> Finding:
    """A finding as the gate hands it over."""
    return Finding(outcome=outcome, message=message, check=check, evidence=HERE, **changed)


def entry(of: Item, *findings: Finding, **changed: Any) -> ItemResult:
    """An entry whose outcome is that of its worst finding."""
    plain: dict[str, Any] = {
        "item": of,
        "phase": of.phase,
        "outcome": min(
            (each.outcome for each in findings),
            key=lambda outcome: outcome.rank,
            default=Outcome.SKIPPED,
        ),
        "severity": Severity.BLOCKER,
        "rule": "rules",
        "rule_key": of.names[0] if of.names else None,
        "owner": None,
        "findings": findings,
    }
    return ItemResult(**(plain | changed))


def asked(
    that: str, *by: str, not_author: bool = False, via: tuple[str, ...] = ("tick", "command")
) -> Finding:
    """A finding of what a person is to sign."""
    ask = Prompt(
        that=that, by=by or ("write",), via=via, not_author=not_author, words=words_hash(that)
    )
    who = " or ".join(by) or "anyone with write access"
    message = f"to be signed by {who}{', not the author' if not_author else ''}"
    return found(Outcome.PENDING, message, "sign", ask=ask)


def box(of: ItemResult) -> Box:
    """The own box of an item."""
    ask = next(each.ask for each in of.findings if each.ask)
    return Box(
        id=of.item.id,
        title=ask.that,
        entries=(of,),
        clauses=(),
        by=ask.by,
        not_author=ask.not_author,
        via=ask.via,
        section=False,
        words=((of.item.id, ask.words),),
    )


def section_box(title: str, *entries: ItemResult) -> Box:
    """One box for a whole section."""
    return Box(
        id=fold(title).replace(" ", "-"),
        title=title,
        entries=entries,
        clauses=tuple(each.item.text for each in entries),
        by=("write",),
        not_author=False,
        via=("tick", "command"),
        section=True,
        words=tuple((each.item.id, words_hash(each.item.text)) for each in entries),
    )


def totals(entries: tuple[ItemResult, ...]) -> Totals:
    """Counted as the gate does."""
    said = [
        "signed" if each.signed else each.outcome.value
        for each in entries
        if not each.item.is_title
    ]
    return Totals(
        passed=said.count("pass"),
        **{
            name: said.count(name)
            for name in ("signed", "fail", "pending", "unknown", "waived", "skipped")
        },
    )


def report(*entries: ItemResult, **changed: Any) -> Report:
    """A report of these entries; each with an ask has a box of its own."""
    plain: dict[str, Any] = {
        "verdict": Verdict.READY,
        "environment": "production",
        "phase": Phase.BEFORE,
        "target": TargetRef(repository="acme/shop", commit="4f2c91a" + "0" * 33, pull_request=412),
        "checklist": "docs/deployment-checklist.md",
        "checklist_sha256": "c0ffee" + "0" * 58,
        "rules": ".github/deploy-checklist.yml",
        "rules_sha256": "feed" + "0" * 60,
        "laptop": False,
        "mode": "enforce",
        "strict": False,
        "at": NOW,
        "entries": entries,
        "totals": totals(entries),
        "boxes": tuple(
            box(each) for each in entries if any(finding.ask for finding in each.findings)
        ),
        "drift": (),
        "notices": (),
        "ignored_signoffs": (),
        "log_row": None,
        "not_handed_over": (),
    }
    return Report(**(plain | changed))


def blocked() -> Report:
    """Three to fix, six to sign, one waived, one skipped, seven verified."""
    return report(
        *_payments(),
        *_realtime(),
        *_telemetry(),
        *_sign_off(),
        verdict=Verdict.BLOCKED,
        links={
            "file": "https://github.example/acme/shop/blob/4f2c91a/docs/deployment-checklist.md",
            "rules": "https://github.example/acme/shop/blob/4f2c91a/.github/deploy-checklist.yml",
            "run": "https://github.example/acme/shop/actions/runs/9000001842",
            "pull_request": "https://github.example/acme/shop/pull/412",
        },
        run_number=1842,
        log_row="| 2026-11-22 | production |  |  | 3 failed, 6 to sign |",
    )


def _payments() -> tuple[ItemResult, ...]:
    failing = "was rotated 118 days ago, on 2026-07-27; the limit is 90"
    roll = "gh secret set PAYMENT_WEBHOOK_SECRET --env production"
    return (
        entry(
            item(8, "PAYMENT_PROVIDER names the gateway in use", "PAYMENT_PROVIDER"),
            found(Outcome.PASS, "present in this job"),
            found(Outcome.PASS, "one of stripe, paynow", "one_of"),
        ),
        entry(
            item(9, "PAYMENT_API_KEY comes from the environment's secrets", "PAYMENT_API_KEY"),
            found(Outcome.PASS, "present in this job", "secret"),
        ),
        entry(
            item(10, "PAYMENT_WEBHOOK_SECRET is no older than 90 days", "PAYMENT_WEBHOOK_SECRET"),
            found(Outcome.PASS, "present in this job", "secret"),
            found(Outcome.FAIL, failing, "rotated_within", remedy=roll),
            owner="Backend Lead",
            source_of_truth="Stripe dashboard › Webhooks",
        ),
        entry(
            item(
                11, "PAYMENT_CALLBACK_URL is on this environment's domain", "PAYMENT_CALLBACK_URL"
            ),
            found(
                Outcome.FAIL,
                "points to staging's host; production needs `pay.acme.example`",
                "url",
                remedy="gh variable set PAYMENT_CALLBACK_URL --env production",
            ),
            owner="Backend Lead",
        ),
        entry(
            item(12, "PAYMENT_USSD_SHORTCODE charges a price", "PAYMENT_USSD_SHORTCODE"),
            found(Outcome.PASS, "present in this job"),
            asked("MTN shows the code with a non-zero price", "partnerships"),
            owner="Partnerships",
        ),
    )


def _realtime() -> tuple[ItemResult, ...]:
    balancer = "Load balancer health checks follow the topology"
    return (
        entry(
            item(
                21,
                "REALTIME_SOCKET_ORIGIN_ALLOWLIST lists our domains",
                "REALTIME_SOCKET_ORIGIN_ALLOWLIST",
                section=REALTIME,
            ),
            found(
                Outcome.FAIL,
                "lacks `https://app.acme.example`",
                "origins",
                remedy="gh variable set REALTIME_SOCKET_ORIGIN_ALLOWLIST --env production",
            ),
            owner="Platform Eng",
        ),
        entry(
            item(
                22,
                "REALTIME_SERVICE_API_KEY has the scope it needs",
                "REALTIME_SERVICE_API_KEY",
                section=REALTIME,
            ),
            found(Outcome.PASS, "present in this job", "secret"),
            asked("the key is scoped to fan-facing namespaces", "backend-lead"),
        ),
        entry(
            item(
                23,
                "REALTIME_REDIS_URL serves the adapter of a cluster",
                "REALTIME_REDIS_URL",
                section=REALTIME,
            ),
            found(
                Outcome.SKIPPED,
                "clustering is off: `REALTIME_CLUSTERING` is not set, default no",
                "",
            ),
        ),
        entry(
            item(24, "TLS certificates renewed on every realtime endpoint", section=REALTIME),
            found(Outcome.PASS, "`rt.acme.example`: 61 of 90 days left, 2 addresses", "tls"),
            rule_key="TLS certificates renewed",
        ),
        entry(
            item(25, balancer, section=REALTIME),
            found(Outcome.PASS, "`infra/lb.tf` changed since v2.3.0", "changed"),
            asked(balancer, "on-call"),
            rule_key="Load balancer health checks",
        ),
    )


def _telemetry() -> tuple[ItemResult, ...]:
    tracing = "OTEL_SERVICE_NAME and OTEL_EXPORTER_OTLP_ENDPOINT lead to the collector"
    waiver = Waived(
        reason="gateway moves to the new VPC, OPS-412",
        approved_by="@octo-ops",
        expires=date(2026, 12, 15),
        instead_of=Outcome.FAIL,
    )
    return (
        entry(
            item(
                34,
                "METRICS_EXPORTER_API_KEY opens the push gateway",
                "METRICS_EXPORTER_API_KEY",
                section=METRICS,
            ),
            found(Outcome.PASS, "accepted; refused without it", "http"),
        ),
        entry(
            item(35, "METRICS_ENDPOINT_URL answers", "METRICS_ENDPOINT_URL", section=METRICS),
            found(Outcome.FAIL, "answered 503", "http"),
            outcome=Outcome.WAIVED,
            waived=waiver,
        ),
        entry(
            item(36, "LOG_DRAIN_URL leads to the log drain", "LOG_DRAIN_URL", section=METRICS),
            found(Outcome.PASS, "https, `.logflare.app`", "url"),
        ),
        entry(
            item(37, tracing, "OTEL_SERVICE_NAME", "OTEL_EXPORTER_OTLP_ENDPOINT", section=METRICS),
            found(Outcome.PASS, "present in this job"),
            found(Outcome.PASS, "an empty export was accepted", "otlp"),
        ),
        entry(
            item(38, "Alerting rules reviewed; someone is on call for the launch", section=METRICS),
            found(Outcome.PASS, "on-call is covered until 24 Nov 09:00 UTC", "on_call"),
            asked("Alerting rules reviewed", "on-call"),
            rule_key="Alerting rules",
        ),
    )


def _sign_off() -> tuple[ItemResult, ...]:
    end_to_end = "CI npm run test:e2e runs before the tag"
    reviewed = "Checklist reviewed and signed by the lead"
    return (
        entry(
            item(55, reviewed, section=SIGN_OFF),
            asked(reviewed, "backend-lead", not_author=True, via=("review", "tick")),
            rule_key="Checklist reviewed and signed",
        ),
        entry(
            item(56, "Linked in the runbook's entry for this release", section=SIGN_OFF),
            asked("Linked in the runbook's entry for this release"),
        ),
        entry(
            item(57, end_to_end, section=SIGN_OFF, spans=("npm run test:e2e",)),
            found(Outcome.PASS, "`release.yml` step 4, before the tag; green on `4f2c91a`", "ci"),
            rule_key="CI npm run test:e2e",
        ),
    )


def ready() -> Report:
    """The same team when everything is fixed and signed."""
    lead = SignOff(
        by="octo-lead",
        by_id=1,
        role="backend-lead",
        at=NOW,
        commit="4f2c91a",
        words="0",
        via="tick",
    )
    done = tuple(_done(each, lead) for each in blocked().entries)
    return replace(
        blocked(),
        verdict=Verdict.READY,
        entries=done,
        totals=totals(done),
        boxes=(),
        signers=(lead,),
    )


def _done(each: ItemResult, lead: SignOff) -> ItemResult:
    if each.outcome is Outcome.FAIL:
        return replace(
            each, outcome=Outcome.PASS, findings=(found(Outcome.PASS, "as the rule says", "url"),)
        )
    if each.outcome is Outcome.PENDING:
        signed = found(
            Outcome.PASS,
            "signed by @octo-lead (backend-lead), 22 Nov 21:14 UTC",
            "sign",
            signed=(lead,),
        )
        return replace(each, outcome=Outcome.PASS, findings=(signed,))
    return each


def overridden() -> Report:
    """The blocked release, let through for two hours by the person on call."""
    return replace(
        blocked(),
        verdict=Verdict.OVERRIDDEN,
        override=Override(
            by="octo-oncall",
            role="on-call",
            reason="checkout is down, the fix is in <this> release",
            at=NOW.replace(hour=20),
            until=NOW.replace(hour=22),
            url="https://github.example/acme/shop/pull/412#issuecomment-77",
        ),
    )


def rolled_back() -> Report:
    """What was deployed two days ago, whose certificate is only warned of now."""
    return replace(
        report(
            entry(item(36, "LOG_DRAIN_URL is set", "LOG_DRAIN_URL"), found(Outcome.PASS, "is set")),
            entry(
                item(37, "The certificate is renewed", section=REALTIME),
                found(Outcome.FAIL, "only 15 days of 90 are left", "tls", remedy="renew it"),
                severity=Severity.WARNING,
            ),
        ),
        verdict=Verdict.ROLLED_BACK,
        rollback=Rollback(
            deployed_at=NOW.replace(day=20),
            deployment="https://github.example/acme/shop/deployments/31",
            gate_run="https://github.example/acme/shop/actions/runs/9000001800",
            newer="81acda2" + "0" * 33,
        ),
    )


def first_run(*, laptop: bool = False) -> Report:
    """Nobody wrote rules yet and no variable was handed over: two sections ask a person for everything."""
    names = ("PAYMENT_PROVIDER", "PAYMENT_API_KEY", "PAYMENT_CALLBACK_URL")
    payments = (
        entry(
            item(8, "PAYMENT_PROVIDER set to the gateway in use", names[0]),
            asked("set to the gateway in use"),
            automation="partial",
        ),
        entry(
            item(9, "PAYMENT_API_KEY present in the secrets", names[1]),
            asked("present in the secrets"),
            automation="full",
        ),
        entry(
            item(11, "PAYMENT_CALLBACK_URL matches the domain", names[2]),
            asked("matches the domain"),
            automation="partial",
        ),
    )
    people = tuple(
        entry(item(line, text, section=SIGN_OFF), asked(text), automation="person", rule="none")
        for line, text in ((55, "Reviewed by the lead"), (56, "Linked in the runbook"))
    )
    return report(
        *payments,
        *people,
        verdict=Verdict.WAITING,
        rules=None,
        mode="report",
        environment=None if laptop else "production",
        target=TargetRef()
        if laptop
        else TargetRef(repository="acme/shop", commit="4f2c91a" + "0" * 33, pull_request=412),
        laptop=laptop,
        boxes=(section_box("Payments", *payments), section_box("Sign-off", *people)),
        not_handed_over=names,
        secret_names=("PAYMENT_API_KEY", "PAYMENT_CALLBACK_URL"),
        open_questions=(
            "domain:staging",
            "domain:production",
            "choices:PAYMENT_PROVIDER",
            "members:lead",
        ),
        waiting_for_answers=2,
        more_by_machine=2,
    )


def undetermined() -> Report:
    """A probe that found no way, drift, a notice, an ignored sign-off and a warning."""
    return report(
        entry(
            item(36, "LOG_DRAIN_URL leads to the log drain", "LOG_DRAIN_URL"),
            found(
                Outcome.UNKNOWN,
                "`drain.acme.example` does not resolve",
                "http",
                remedy="open the runner's DNS",
            ),
        ),
        entry(
            item(37, "The changelog has an entry"),
            found(Outcome.FAIL, "has no entry for v2.4.0", "file", remedy="write it"),
            severity=Severity.WARNING,
        ),
        entry(
            item(60, "The old release is removed", phase=Phase.AFTER),
            found(Outcome.SKIPPED, "phase: after", "", later=True),
        ),
        verdict=Verdict.UNDETERMINED,
        drift=(
            Drift(
                kind="orphan",
                message="`PAYMENT_KEY` binds no item",
                file=".github/deploy-checklist.yml",
                line=3,
            ),
        ),
        notices=(
            Notice(
                message="the certificate has 20 of 90 days left", item="TLS certificates", line=24
            ),
        ),
        ignored_signoffs=(
            IgnoredSignOff(
                item="runbook", by="octocat", via="tick", reason="@octocat is not in on-call"
            ),
        ),
    )


def forecast() -> Forecast:
    """A secret grows too old, a certificate ends, a waiver and a sign-off expire, shifts are unread."""
    key = item(9, "PAYMENT_API_KEY was rotated in the last 90 days", "PAYMENT_API_KEY")
    old = "was rotated 91 days ago, on 2026-09-05; the limit is 90"
    rotate = "gh secret set PAYMENT_API_KEY --env production"
    hosts = item(24, "TLS certificates renewed on every realtime endpoint", section=REALTIME)
    scope = item(22, "REALTIME_KEY has the scope it needs", "REALTIME_KEY", section=REALTIME)
    metrics = _telemetry()[1]
    alerts = item(38, "Alerting rules reviewed; someone is on call", section=METRICS)
    left = "`rt.acme.example`: only 15 days of 90 days are left; renewal is overdue"
    unread = "on-call shifts are known only until 29 Nov 09:00 UTC"
    pairs = (
        (date(2026, 11, 29), alerts, found(Outcome.UNKNOWN, unread, "on_call"), None),
        (
            date(2026, 12, 5),
            key,
            found(Outcome.FAIL, old, "rotated_within", remedy=rotate),
            "Finance Ops",
        ),
        (date(2026, 12, 12), hosts, found(Outcome.FAIL, left, "tls", remedy="renew it"), "DevOps"),
        (
            date(2027, 1, 20),
            scope,
            asked("the key is limited to the fans' namespaces", "backend-lead"),
            None,
        ),
    )
    changes = [
        Change(
            on=day,
            before=entry(of, found(Outcome.PASS, "there")),
            after=entry(
                of, then, owner=owner, **({"rule_key": "TLS certificates"} if of is hosts else {})
            ),
        )
        for day, of, then, owner in pairs
    ]
    waived = Change(
        on=date(2026, 12, 16),
        before=metrics,
        after=replace(metrics, outcome=Outcome.FAIL, waived=None, owner="Observability Lead"),
    )
    return Forecast(
        report=ready(),
        until=date(2027, 2, 20),
        changes=tuple(sorted([*changes, waived], key=lambda each: each.on)),
        verdicts=((date(2026, 11, 29), Verdict.UNDETERMINED), (date(2026, 12, 5), Verdict.BLOCKED)),
        dated=7,
    )


def every_state() -> Report:
    """One item in each state of the glossary."""
    running = entry(
        item(9, "CI is green", section=PAYMENTS),
        found(Outcome.PENDING, "still running: `build`", "ci", remedy="wait for CI"),
    )
    missing = replace(
        running.findings[0], outcome=Outcome.UNKNOWN, message="`build` is not readable"
    )
    signature = SignOff(
        by="octo-lead", by_id=1, role="lead", at=NOW, commit=None, words=None, via="tick"
    )
    return report(
        *_payments(),
        running,
        *_telemetry(),
        replace(
            running,
            item=item(61, "The pipeline is readable"),
            outcome=Outcome.UNKNOWN,
            findings=(missing,),
        ),
        replace(running, item=item(62, "The pipeline is fast"), severity=Severity.WARNING),
        entry(
            item(63, "The plan is agreed"),
            replace(
                asked("The plan is agreed", "lead"),
                outcome=Outcome.PASS,
                ask=None,
                message="signed by @octo-lead",
                signed=(signature,),
            ),
        ),
        entry(item(64, "The queue is drained"), found(Outcome.SKIPPED, "`queue` is off", "")),
        entry(
            item(65, "The old release is removed"),
            found(Outcome.SKIPPED, "phase: after", "", later=True),
        ),
        replace(
            asked_and_failed(),
            seen=(
                found(Outcome.FAIL, "`docs/plan.md` is not there", "file"),
                missing,
                running.findings[0],
            ),
        ),
        verdict=Verdict.BLOCKED,
        log_row="| 2026-11-22 | production |  |  | blocked |",
    )


def asked_and_failed() -> ItemResult:
    """An item to sign, of which a check could be tried in vain."""
    return entry(item(66, "The runbook is current"), asked("The runbook is current", "lead"))
