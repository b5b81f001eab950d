"""Whole runs of the gate, from two texts to one Report: no way to a false green, no way to a wrong red."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from textwrap import dedent

import pytest
from msgspec.structs import replace

from deploy_checklist.checklist.model import Phase
from deploy_checklist.checklist.parse import parse
from deploy_checklist.checks.registry import kinds
from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.gate import Options, exit_code, gate
from deploy_checklist.errors import Exit
from deploy_checklist.outcome import Outcome, Severity
from deploy_checklist.publish import outputs
from deploy_checklist.report import markdown, terminal
from deploy_checklist.report.model import ItemResult, Report, TargetRef, Verdict
from deploy_checklist.report.next_steps import next_steps
from deploy_checklist.report.status import sentence
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.signoffs.port import SignOffs
from deploy_checklist.signoffs.unavailable import NoSignOffs
from deploy_checklist.world.ports import HttpAnswer, HttpRequest, Variables
from fakes import FakeGitHub, FakeRepository, job, world

OPTIONS = Options(phase=Phase.BEFORE, deadline=Deadline.after(5), target=TargetRef())
TICKED = FakeRepository(contents={"README.md": "hello"})


def judged(
    document: str,
    rules: str,
    values: Mapping[str, str] | None = None,
    *,
    environment: str | None = None,
    sign_offs: SignOffs | None = None,
    options: Options = OPTIONS,
    given: Variables | None = None,
    **parts: object,
) -> Report:
    """The Report of a checklist and a rules file, in a job that was handed `values`."""
    checklist = parse(dedent(document).lstrip("\n"), "checklist.md")
    resolved = resolve(
        load("version: 1\n" + dedent(rules).lstrip("\n"), "rules.yml"), environment, {}
    )
    here = world(values, **{"repository": TICKED, **parts})
    here = replace(here, variables=given or here.variables, sign_offs=sign_offs or NoSignOffs())
    options = replace(
        options, deadline=Deadline.after(options.deadline.seconds)
    )  # begins with this run
    return gate(checklist, resolved, here, options)


def at(report: Report, line: int) -> ItemResult:
    return next(each for each in report.entries if each.item.line == line)


def test_a_rule_is_asked_although_its_item_became_a_title() -> None:
    """Adding a colon and boxes below an item must not take its rule out of the gate."""
    document = """
        # Release
        - [ ] Certificates renewed:
          - [ ] `MODE` is right
    """
    rules = "items: { Certificates renewed: { file: missing.pem }, MODE: present }\n"
    report = judged(document, rules, {"MODE": "live"})
    assert (at(report, 2).outcome, report.verdict) == (Outcome.FAIL, Verdict.BLOCKED)
    assert report.totals.fail == 1


def test_only_a_rule_itself_takes_its_item_out_of_every_phase() -> None:
    """A pin in the document moves items without a rule to the reference, and no others."""
    document = """
        # Release
        ## Rollback
        <!-- phase: reference -->
        - [ ] `MODE` is right
        - [ ] Know whom to call
    """
    report = judged(document, "items: { MODE: present }\n", {"MODE": ""})
    assert (at(report, 4).outcome, at(report, 5).outcome) == (Outcome.FAIL, Outcome.SKIPPED)
    assert "is marked as reference" in report.drift[0].message
    own = judged(document, "items: { MODE: { present: true, phase: reference } }\n", {"MODE": ""})
    assert at(own, 4).outcome is Outcome.SKIPPED


def test_a_second_rule_of_another_phase_is_judged_in_its_phase() -> None:
    """It is no reason to say that nothing belongs to the phase."""
    rules = "items: { Readme: [ { file: README.md }, { phase: after, file: missing } ] }\n"
    after = judged("- [ ] Readme is there\n", rules, options=replace(OPTIONS, phase=Phase.AFTER))
    assert not after.nothing_in_phase
    assert (after.verdict, exit_code(after)) == (Verdict.BLOCKED, Exit.HELD)
    before = judged("- [ ] Readme is there\n", rules)
    assert before.verdict is Verdict.READY


def test_a_phase_that_no_item_belongs_to_says_so_and_blocks_nothing() -> None:
    report = judged(
        "- [ ] Readme\n",
        "items: { Readme: { file: missing } }\n",
        options=replace(OPTIONS, phase=Phase.AFTER),
    )
    assert report.nothing_in_phase
    assert exit_code(report) is Exit.READY
    assert report.verdict is Verdict.READY, "what steps read agrees with the exit code"
    assert {key: outputs.values(report)[key] for key in ("verdict", "ready")} == {
        "verdict": "ready",
        "ready": "true",
    }
    assert (
        terminal.render(report, colour=False, verbose=False)
        .splitlines()[-1]
        .startswith("ready: no item belongs to the phase after")
    )
    assert markdown.render(report).startswith(
        "## ⏭️ the release is ready: no item belongs to the phase after\n"
    )


@pytest.mark.parametrize("phase", [Phase.BEFORE, Phase.DEPLOY])
def test_before_the_deployment_it_is_not_enough_that_nothing_is_asked(phase: Phase) -> None:
    """Nothing was verified: a step that asks for `ready` does not deploy."""
    report = judged(
        "- [ ] Readme\n",
        "items: { Readme: { phase: after, file: README.md } }\n",
        options=replace(OPTIONS, phase=phase),
    )
    assert report.nothing_in_phase
    assert (report.verdict, outputs.values(report)["ready"]) == (Verdict.UNDETERMINED, "false")


OF_PRODUCTION = """
    # Release
    - [ ] Readme
    ## After the deployment
    ### Production
    - [ ] Status page says done
"""
DECLARED = "environments: { production: {}, staging: {} }\n"


@pytest.mark.parametrize(
    "rules",
    [
        DECLARED + "items: { Readme: { file: README.md } }\n",
        DECLARED + "items: { Status page: { when: production, sign: { by: ['@o'] } } }\n",
    ],
)
def test_what_is_asked_of_another_environment_does_not_fail_the_job_after_this_ones_deployment(
    rules: str,
) -> None:
    document = (
        OF_PRODUCTION if "Readme" in rules else OF_PRODUCTION.replace("    ### Production\n", "")
    )
    options = replace(OPTIONS, phase=Phase.AFTER)
    report = judged(document, rules, environment="staging", options=options)
    assert not report.nothing_in_phase
    assert (report.verdict, exit_code(report)) == (Verdict.READY, Exit.READY)
    assert outputs.values(report)["ready"] == "true"
    there = judged(document, rules, environment="production", options=options)
    assert exit_code(there) is Exit.HELD, "it is asked there"


@pytest.mark.parametrize("phase", [Phase.BEFORE, Phase.DEPLOY, Phase.AFTER])
def test_where_the_environment_may_be_misspelt_it_is_not_enough_that_nothing_is_asked(
    phase: Phase,
) -> None:
    """No environment is declared, so nobody knows that this one has no section."""
    report = judged(
        OF_PRODUCTION.replace("    - [ ] Readme\n", ""),
        "sections: { Production: { environment: production } }\nitems: {}\n",
        environment="prodution",
        options=replace(OPTIONS, phase=phase),
    )
    assert all(each.outcome is Outcome.SKIPPED for each in report.entries)
    assert (report.verdict, outputs.values(report)["ready"]) == (Verdict.UNDETERMINED, "false")


@pytest.mark.parametrize(
    "order",
    [
        "{ severity: warning, file: %s }, { file: README.md }",
        "{ file: README.md }, { severity: warning, file: %s }",
    ],
)
@pytest.mark.parametrize("path", ["README.md", "missing"])
def test_a_warning_takes_nothing_from_the_blocker_that_passed_on_the_same_item(
    order: str, path: str
) -> None:
    report = judged("- [ ] Readme\n", f"items: {{ Readme: [ {order % path} ] }}\n")
    assert report.verdict is Verdict.READY


def test_a_parent_waits_for_a_warning_below_it_without_holding_the_release() -> None:
    document = """
        - [ ] Readme is there
          - [ ] License is there
    """
    rules = (
        "items: {{ Readme: {{ file: README.md }}, License: {{ file: LICENSE, severity: {} }} }}\n"
    )
    report = judged(document, rules.format("warning"))
    assert (at(report, 1).outcome, at(report, 1).severity) == (Outcome.PENDING, Severity.WARNING)
    assert report.verdict is Verdict.READY
    held = judged(document, rules.format("blocker"))
    assert (at(held, 1).severity, held.verdict) == (Severity.BLOCKER, Verdict.BLOCKED)


def test_an_absent_variable_silences_only_its_own_rules_checks() -> None:
    """Where another item's presence is a warning or waived, the value check of this one still holds the release."""
    document = """
        - [ ] `CALLBACK_URL` is set
        - [ ] Callback points home
    """
    rules = """
        items:
          CALLBACK_URL: { severity: warning }
          Callback points home: { env: CALLBACK_URL, url: { host: pay.acme.example } }
    """
    report = judged(document, rules, {"CALLBACK_URL": ""})
    assert [each.outcome for each in report.entries] == [Outcome.FAIL, Outcome.FAIL]
    assert report.verdict is Verdict.BLOCKED


def test_a_presence_that_only_warns_silences_no_blocker_of_the_same_rule() -> None:
    rules = "items: { MODE: [ { secret: true, severity: warning }, { matches: 'live_.*' } ] }\n"
    report = judged("- [ ] `MODE`\n", rules, {"MODE": ""})
    assert report.verdict is Verdict.BLOCKED
    quiet = judged(
        "- [ ] `MODE`\n", "items: { MODE: { matches: 'live_.*', min_length: 9 } }\n", {"MODE": ""}
    )
    assert [finding.message for finding in at(quiet, 1).findings] == ["is empty"]


def test_what_a_rule_without_a_check_says_holds_for_the_person_who_is_asked() -> None:
    rules = """
        facts: { moving: { env: MOVING } }
        items: { Old step: { when: moving, severity: warning, owner: Ops } }
    """
    asked = judged("- [ ] Old step\n", rules, {"MOVING": "yes"})
    [entry] = asked.entries
    assert (entry.outcome, entry.severity, entry.owner) == (
        Outcome.PENDING,
        Severity.WARNING,
        "Ops",
    )
    [spared] = judged("- [ ] Old step\n", rules, {"MOVING": "no"}).entries
    assert spared.outcome is Outcome.SKIPPED
    [unseen] = judged("- [ ] Old step\n", rules).entries
    assert unseen.outcome is Outcome.UNKNOWN


def test_where_the_machine_only_helps_a_person_is_asked_as_strictly_as_the_rule() -> None:
    rules = """
        unverified: sign
        items: { Readme: [ { file: README.md }, { ci: { green: true } }, { severity: warning, file: other } ] }
    """
    [entry] = judged("- [ ] Readme\n", rules).entries
    assert (entry.outcome, entry.severity) == (Outcome.PENDING, Severity.BLOCKER)


def test_a_panic_in_one_check_is_one_finding_and_ends_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A Rust library's panic is no Exception; its text may hold a piece of a value."""

    class Panic(BaseException):
        pass

    def panics(*_: object) -> None:
        raise Panic("s3cret")

    monkeypatch.setattr(kinds()["file"], "judge", panics)
    document = """
        - [ ] Readme
        - [ ] `MODE`
    """
    report = judged(
        document, "items: { Readme: { file: README.md }, MODE: present }\n", {"MODE": "live"}
    )
    assert [each.outcome for each in report.entries] == [Outcome.UNKNOWN, Outcome.PASS]
    assert "Panic" in at(report, 1).findings[0].message
    assert "s3cret" not in repr(report)


GATED = replace(OPTIONS, deploy_gate=True)


def test_what_needs_a_value_that_was_not_passed_is_left_to_a_proven_deploy_gate() -> None:
    """The variable itself, a credential that a probe sends, and a variable that a `when:` asks for."""
    document = """
        - [ ] `API_KEY`
        - [ ] Metrics answer
        - [ ] Clustering works
        - [ ] Readme
    """
    rules = """
        facts: { clustering: { env: CLUSTERING } }
        items:
          API_KEY: { secret: true, min_length: 20 }
          Metrics answer: { http: { url: "https://m.acme.example", bearer_env: METRICS_AUTH } }
          Clustering works: { when: clustering, file: missing }
          Readme: { file: README.md }
    """
    report = judged(document, rules, options=GATED)
    assert [each.outcome for each in report.entries] == [Outcome.SKIPPED] * 3 + [Outcome.PASS]
    assert all(each.later for each in report.entries[:3])
    assert report.verdict is Verdict.READY
    assert report.not_handed_over == ("API_KEY", "METRICS_AUTH", "CLUSTERING")
    assert {"API_KEY", "METRICS_AUTH"} <= report.secrets
    unproven = judged(document, rules)
    assert [each.outcome for each in unproven.entries[:3]] == [Outcome.UNKNOWN] * 3
    deploying = judged(document, rules, options=replace(GATED, phase=Phase.DEPLOY))
    assert deploying.verdict is Verdict.UNDETERMINED


def test_a_variable_that_is_gone_is_not_to_be_passed() -> None:
    """Nobody is to paste a line for it, unless a rule asks for it."""
    document = """
        - [ ] `API_KEY` is set
        - [ ] `OLD_KEY` is no longer used
        - [ ] `OLD_MODE` was removed
        """
    rules = "items: { API_KEY: { secret: true }, OLD_MODE: { absent: true } }"
    report = judged(document, rules)
    assert report.not_handed_over == ("API_KEY", "OLD_MODE")
    assert "OLD_KEY" not in {step.item for step in next_steps(report) if step.do == "hand_over"}
    assert not report.has_values
    assert judged(document, rules, {"OLD_KEY": "x"}).has_values


@pytest.mark.parametrize(
    "check",
    [
        "aws_certificate: { domain: a.example, region: eu-west-1 }",
        "aws_target_group: { name: api, region: eu-west-1 }",
        "rotated_within: { within: 90d, source: aws, secret: payments, region: eu-west-1 }",
        "rotated_within: { within: 90d, source: vault, url: 'https://v.acme.example', path: p }",
    ],
)
def test_a_store_whose_credentials_the_deploy_job_has_is_left_to_it(check: str) -> None:
    """AWS' are set by a step of its own there, and no rule names them."""
    document, rules = (
        "- [ ] `MODE`\n- [ ] Store\n",
        f"items: {{ MODE: present, Store: {{ env: MODE, {check} }} }}\n",
    )
    left = judged(document, rules, {"MODE": "live"}, options=GATED)
    assert [each.outcome for each in left.entries] == [Outcome.PASS, Outcome.SKIPPED]
    assert judged(document, rules, {"MODE": "live"}).verdict is Verdict.UNDETERMINED


def test_what_was_passed_empty_or_withheld_is_left_to_nobody() -> None:
    rules = "items: { MODE: present }\n"
    assert judged("- [ ] `MODE`\n", rules, {"MODE": ""}, options=GATED).verdict is Verdict.BLOCKED
    withheld = judged("- [ ] `MODE`\n", rules, options=GATED, given=job(withheld=True))
    assert withheld.verdict is Verdict.UNDETERMINED


def test_under_strict_drift_blocks_for_the_status_as_for_the_exit_code() -> None:
    document = """
        - [ ] Readme
        - [ ] `MODE`

        | Date | Environment | Release tag | Reviewer | Notes |
        | --- | --- | --- | --- | --- |
        | | | | | |
    """
    rules = "items: { Readme: { file: README.md }, MODE: present, GONE: present }\n"
    loose = judged(document, rules, {"MODE": "live"})
    assert (loose.verdict, exit_code(loose), sentence(loose)) == (
        Verdict.READY,
        Exit.READY,
        "2 passed",
    )
    assert loose.drift[0].kind == "orphan"
    strict = judged(document, rules, {"MODE": "live"}, options=replace(OPTIONS, strict=True))
    assert (strict.verdict, exit_code(strict)) == (Verdict.BLOCKED, Exit.HELD)
    assert sentence(strict) == "1 where checklist and rules disagree"
    assert strict.log_row is not None
    assert "1 where checklist and rules disagree" in strict.log_row


class Hanging:
    """A server that never answers."""

    def send(self, request: HttpRequest) -> HttpAnswer:
        threading.Event().wait(30)
        raise AssertionError(request.method)


def test_what_hangs_is_unknown_at_the_deadline_and_the_rest_is_reported() -> None:
    document = """
        - [ ] Probe
        - [ ] Readme
    """
    rules = (
        "items: { Probe: { http: { url: 'https://a.example' } }, Readme: { file: README.md } }\n"
    )
    options = replace(OPTIONS, deadline=Deadline.after(0.2))
    report = judged(document, rules, options=options, http=Hanging())
    assert [each.outcome for each in report.entries] == [Outcome.UNKNOWN, Outcome.PASS]
    assert at(report, 1).findings[0].message == "no answer within the run's deadline of 0.2s"
    assert report.verdict is Verdict.UNDETERMINED


def test_offline_asks_neither_the_network_nor_github() -> None:
    document = """
        - [ ] Probe
        - [ ] `API_KEY`
    """
    rules = "items: { Probe: { http: { url: 'https://a.example' } }, API_KEY: { secret: true, rotated_within: 90d } }\n"
    github = FakeGitHub()
    report = judged(document, rules, http=Hanging(), github=github, offline=True)
    assert [each.outcome for each in report.entries] == [Outcome.UNKNOWN, Outcome.UNKNOWN]
    assert github.asked == []


def test_a_severity_and_a_waiver_hold_for_the_environment_they_name() -> None:
    rules = """
        environments: { staging: {}, production: {} }
        items: { Readme: { file: missing, severity: { staging: warning } }, License: { file: README.md } }
        waivers: [ { item: Readme, environment: staging, reason: r, approved_by: o, expires: 2026-12-01 } ]
    """
    document = """
        - [ ] Readme
        - [ ] License
    """
    assert judged(document, rules, environment="production").verdict is Verdict.BLOCKED
    staging = judged(document, rules, environment="staging")
    assert (at(staging, 1).outcome, staging.verdict) == (Outcome.WAIVED, Verdict.READY)


def test_what_was_not_asked_although_its_variable_is_set_is_said() -> None:
    rules = """
        facts: { tracing: { env: TRACING, default: false } }
        items: { OTEL_NAME: { when: tracing }, Readme: { file: README.md } }
    """
    document = """
        - [ ] `OTEL_NAME`
        - [ ] Readme
    """
    report = judged(document, rules, {"OTEL_NAME": "api", "TRACING": ""})
    assert at(report, 1).outcome is Outcome.SKIPPED
    [notice] = report.notices
    assert (
        notice.message
        == "skipped, although it is set: tracing is off: TRACING is not set, default no"
    )
    report = judged(
        document.replace("`OTEL_NAME`", "`OTEL_NAME` and `OTEL_URL`"),
        rules,
        {"OTEL_NAME": "api", "TRACING": ""},
    )
    [notice] = report.notices
    assert notice.message.startswith("OTEL_NAME is skipped, although it is set: tracing is off")


EXCUSED = "waivers: [{ item: %s, reason: r, approved_by: '@o', expires: 2099-12-15 }]\n"


@pytest.mark.parametrize("first", ["A_B", "Set A_B"])
def test_where_the_machine_only_helps_a_waiver_of_one_rule_excuses_no_other(first: str) -> None:
    """What two rules could not verify is asked once, in the item's words; either's waiver would excuse both."""
    rules_of = {
        "A_B": "  A_B: { tls: { host: a.example }, waivable: false }\n",
        "Set A_B": "  Set A_B: { ci: { green: true } }\n",
    }
    ordered = rules_of[first] + "".join(text for key, text in rules_of.items() if key != first)
    rules = f"unverified: sign\nitems:\n  C_D: present\n{ordered}" + EXCUSED % "Set A_B"
    document = "- [ ] Set `A_B` now and look at it\n- [ ] `C_D` ok\n"
    report = judged(document, rules, {"C_D": "x1", "A_B": "yyy"})
    assert report.verdict is Verdict.WAITING
    alone = judged(
        document,
        f"unverified: sign\nitems:\n  C_D: present\n{rules_of['Set A_B']}" + EXCUSED % "Set A_B",
        {"C_D": "x1"},
    )
    assert (alone.verdict, alone.entries[0].outcome) == (Verdict.READY, Outcome.WAIVED)


def test_a_rule_of_settings_alone_is_waived_by_its_key() -> None:
    rules = "items: { Roll back: { severity: blocker }, C_D: present }\n" + EXCUSED % "Roll back"
    report = judged("- [ ] Roll back is rehearsed\n- [ ] `C_D` ok\n", rules, {"C_D": "x1"})
    assert (report.verdict, report.entries[0].outcome) == (Verdict.READY, Outcome.WAIVED)


@pytest.mark.parametrize(
    "check", ["min_length: 3", "differs_from: OTHER", "not_one_of: [test]", "url: true"]
)
def test_what_is_no_value_fails_whatever_is_asked_of_it(check: str) -> None:
    """Even where it happens to be long enough, another than the other, or a URL."""
    rules = f"items: {{ It is so: {{ env: NAME, {check} }} }}\n"
    values = {"NAME": "https://your-domain.com", "OTHER": "https://acme.example"}
    report = judged("- [ ] It is so\n", rules, values)
    [finding] = report.entries[0].findings
    assert (finding.outcome, finding.message) == (
        Outcome.FAIL,
        "is a URL that contains a placeholder",
    )
    assert finding.evidence is not None and finding.evidence.source == "this job"


@pytest.mark.parametrize(
    ("check", "value"),
    [
        ("matches: ^(none|s3)$", "none"),
        ("matches: 'null|[0-9]+'", "null"),
        ("one_of: ['-', x]", "-"),
        ("equals: changeme", "changeme"),
        ("contains: '*'", "*"),
        ("contains: ['*']", "*"),
    ],
)
def test_what_a_rule_writes_out_is_a_value(check: str, value: str) -> None:
    for settings in ("", "present: true, "):
        rules = f"items: {{ It is so: {{ env: NAME, {settings}{check} }} }}\n"
        assert judged("- [ ] It is so\n", rules, {"NAME": value}).verdict is Verdict.READY


def test_a_pattern_writes_out_nothing_that_it_only_may_match() -> None:
    rules = "items: { It is so: { env: NAME, matches: '.+|[a-z]+|change.*' } }\n"
    report = judged("- [ ] It is so\n", rules, {"NAME": "changeme"})
    assert report.verdict is Verdict.BLOCKED
