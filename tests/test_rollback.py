"""What a rollback is held by, and what it only warns of."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec.structs import replace

from deploy_checklist.checklist.parse import parse
from deploy_checklist.checks.registry import is_of_running_world, kinds
from deploy_checklist.engine.gate import exit_code, gate
from deploy_checklist.errors import Exit
from deploy_checklist.inference.infer import inferred
from deploy_checklist.outcome import Outcome, Severity, failed
from deploy_checklist.report.model import Report, Rollback, Verdict
from deploy_checklist.report.status import sentence
from fakes import NOW, FakeRepository, FakeSignOffs, world
from test_gate import OPTIONS, judged

BACK = replace(
    OPTIONS,
    rollback=Rollback(deployed_at=NOW - timedelta(days=3), deployment="7", newer="b" * 40),
)
ENVIRONMENTS = (
    "environments: { production: { domain: acme.io }, staging: { domain: test.acme.io } }\n"
)
FILES = FakeRepository(contents={"limits.json": '{"limit": 4}', "README.md": "hello"})

# Whether a check looks at what runs, or at what others keep; else at the value, or at this commit.
OF_RUNNING_WORLD = {
    **dict.fromkeys(("absent", "present", "secret", "url", "value"), False),
    **dict.fromkeys(("file", "git", "workflow", "sign"), False),
    **dict.fromkeys(("http", "tls", "dns", "redis", "otlp", "origins", "window"), True),
    **dict.fromkeys(("data", "terraform", "result", "ci", "release"), True),
    **dict.fromkeys(("rotated_within", "onepassword", "on_call", "stripe_webhook"), True),
    **dict.fromkeys(("aws_certificate", "aws_target_group"), True),
}


def back(rule: str, values: dict[str, str] | None = None, more: str = "") -> Report:
    """The report of a rollback with one item beside one that passes."""
    return report_of(rule, values, more, rolled_back=True)


def report_of(rule: str, values: dict[str, str] | None, more: str, *, rolled_back: bool) -> Report:
    rules = f"{ENVIRONMENTS}{more}items:\n  The readme: {{ file: README.md }}\n  The shop: {rule}\n"
    document = "# Release\n- [ ] The readme\n- [ ] The shop\n"
    options = BACK if rolled_back else OPTIONS
    return judged(
        document, rules, values, environment="production", options=options, repository=FILES
    )


def test_each_kind_says_what_it_looks_at() -> None:
    """A new kind has to be thought of: a row here, and `OF_RUNNING_WORLD` if it is true."""
    found = {
        kind.__name__.rpartition(".")[2]: is_of_running_world(kind) for kind in kinds().values()
    }
    assert found == OF_RUNNING_WORLD


WARNED = {
    "a wrong answer": "{ data: { file: limits.json, at: limit, equals: 5 } }",
    "no answer": '{ http: { url: "https://api.acme.io" } }',
    "no permission": "{ ci: { green: true } }",
    "no credential": "{ http: { url: 'https://api.acme.io', bearer_env: TOKEN } }",
    "a closed window": "{ window: { tz: UTC, days: [mon], from: '09:00', to: '09:01' } }",
    "what this run lacks": "{ release: { tag: '${tag}' } }",
    "several at once": "{ data: { file: limits.json, at: limit, equals: 5 }, ci: { green: true } }",
}


@pytest.mark.parametrize("rule", WARNED.values(), ids=WARNED)
@pytest.mark.parametrize("mode", ["", "unverified: sign\n"])
def test_checks_of_what_runs_become_warnings(rule: str, mode: str) -> None:
    assert report_of(rule, None, mode, rolled_back=False).verdict is not Verdict.READY
    report = back(rule, more=mode)
    found = report.entries[1]
    assert report.verdict is Verdict.ROLLED_BACK
    assert exit_code(report) is Exit.READY
    assert found.severity is Severity.WARNING
    assert found.outcome in (Outcome.FAIL, Outcome.UNKNOWN)
    assert report.boxes == ()
    assert sentence(report).startswith("rolled back to the deployment of ")


HELD = {
    "a file of the commit": ("{ file: missing.txt }", {}),
    "a person": ("{ sign: true }", {}),
    "an empty value": ("{ env: URL, http: true }", {"URL": ""}),
    "a placeholder": ("{ env: URL, http: true }", {"URL": "https://<your-host>/"}),
    "another word for none": ("{ env: URL, http: true }", {"URL": "changeme"}),
    "no value handed over": ("{ env: URL, http: true }", {}),
    "another environment's": ("{ env: URL, http: true }", {"URL": "https://api.test.acme.io"}),
    "that of a store": ("{ env: URL, redis: true }", {"URL": "rediss://u:p4ss@r.test.acme.io:1"}),
    "another environment's host": ("{ env: URL, url: true }", {"URL": "https://test.acme.io"}),
    "a list of none": (
        "{ env: URL, origins: { include: 'https://acme.io', probe: 'https://api.acme.io' } }",
        {"URL": "https://other.example"},
    ),
    "an empty credential": (
        "{ http: { url: 'https://api.acme.io', bearer_env: TOKEN } }",
        {"TOKEN": ""},
    ),
    "a placeholder as a credential": (
        "{ http: { url: 'https://api.acme.io', basic_env: [USER_NAME, TOKEN] } }",
        {"USER_NAME": "shop", "TOKEN": "changeme"},
    ),
    "nothing to compare with": (
        "{ data: { file: limits.json, at: limit, equals_env: LIMIT } }",
        {"LIMIT": ""},
    ),
    "another environment's to compare with": (
        "{ data: { file: limits.json, at: limit, equals_env: LIMIT } }",
        {"LIMIT": "https://test.acme.io"},
    ),
    "no URL": ("{ env: URL, http: true }", {"URL": "shop"}),
    "no URL of a store": ("{ env: URL, redis: true }", {"URL": "https://acme.io"}),
    "a store without TLS": (
        "{ env: URL, redis: { require_tls: true } }",
        {"URL": "redis://r.acme.io:6379"},
    ),
    "no URL with a host": ("{ env: URL, tls: true }", {"URL": "shop"}),
    "another host": ("{ env: URL, http: { host: api.acme.io } }", {"URL": "https://acme.io"}),
    "a wrong word": ("{ env: URL, one_of: [live] }", {"URL": "test"}),
    "beside a warning": ("{ sign: true, data: { file: limits.json, at: limit, equals: 5 } }", {}),
    "an undecided condition": ("{ when: big, file: README.md }", {"SIZE": "large"}),
}


@pytest.mark.parametrize("name", HELD)
def test_what_is_not_of_what_runs_holds_a_rollback_as_any_other_run(name: str) -> None:
    rule, values = HELD[name]
    more = "facts: { big: { env: SIZE } }\n"
    report = back(rule, values, more)
    assert report.verdict in (Verdict.BLOCKED, Verdict.WAITING, Verdict.UNDETERMINED)
    assert report.entries[1].severity is Severity.BLOCKER
    assert exit_code(report) in (Exit.HELD, Exit.UNDETERMINED)
    assert report.rollback is not None  # it was asked for, and says so
    plain = report_of(rule, values, more, rolled_back=False)
    assert plain.verdict not in (Verdict.READY, Verdict.ROLLED_BACK)


def test_a_probe_of_the_own_value_only_warns() -> None:
    report = back("{ env: URL, http: true }", {"URL": "https://api.acme.io"})
    assert (report.verdict, report.entries[1].severity) == (Verdict.ROLLED_BACK, Severity.WARNING)


def test_nothing_needs_to_pass_for_a_rollback_that_nothing_holds() -> None:
    rules = "items: { The limit: { data: { file: limits.json, at: limit, equals: 5 } } }\n"
    report = judged("- [ ] The limit\n", rules, options=BACK, repository=FILES)
    assert report.verdict is Verdict.ROLLED_BACK


def test_where_rules_and_checklist_disagree_a_strict_run_is_held_all_the_same() -> None:
    rules = "items: { The limit: { file: README.md }, Not there: { file: README.md } }\n"
    strict = replace(BACK, strict=True)
    report = judged("- [ ] The limit\n- [ ] Another\n", rules, options=strict, repository=FILES)
    assert report.verdict is Verdict.BLOCKED


def test_what_was_only_inferred_is_still_asked_of_a_person() -> None:
    """The commit has no rules file yet: what it asks was signed for that deployment, or is now."""
    document = "- [ ] All CI checks are green\n- [ ] `URL` is reachable over HTTPS\n"
    checklist = parse(document, "checklist.md")
    here = world({"URL": "https://acme.io"}, sign_offs=FakeSignOffs())
    report = gate(checklist, inferred(checklist, "production", {}), here, BACK)
    assert report.verdict is Verdict.WAITING
    assert [each.outcome for each in report.entries] == [Outcome.PENDING] * 2


def test_values_of_another_environment_hold_it_by_the_jobs_identity() -> None:
    other = failed("this job runs in staging", "name the environment in the job")
    options = replace(BACK, downgrade_to=other)
    rules = "items: { URL: present }\n"
    report = judged("- [ ] `URL`\n", rules, {"URL": "https://acme.io"}, options=options)
    assert report.verdict is Verdict.BLOCKED
