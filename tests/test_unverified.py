"""People are asked only for what could not be looked at: a rule decides, and what was seen is said."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from msgspec.structs import replace

from deploy_checklist.checklist.parse import parse
from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.gate import Options, gate
from deploy_checklist.inference.infer import inferred
from deploy_checklist.inference.init_writer import proposed
from deploy_checklist.outcome import Outcome, Severity, SignOff, Unobservable
from deploy_checklist.report import annotations, formats, markdown, view
from deploy_checklist.report.model import Report, Verdict
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.signoffs.port import FoundSignOffs, SignOffRequest, Terms
from deploy_checklist.signoffs.unavailable import NoSignOffs
from deploy_checklist.world.ports import Variables
from fakes import NOT_READ, NOW, FakeGitHub, FakeRepository, FakeSignOffs, job, shell, world
from test_gate import EXCUSED, OPTIONS, judged

HERE = FakeRepository(contents={"README.md": "hello", "web/.env.production": "A=1"})
REAL = "q7Zk29xLmPw4Rt8BvNs3"
CLOSED_LOOK = "ci: { green: true }"  # there is no token, so nobody can look


def from_now() -> Options:
    """The deadline begins with this run."""
    return replace(OPTIONS, deadline=Deadline.after(OPTIONS.deadline.seconds))


def by_words(document: str, given: Variables | None = None, **parts: object) -> Report:
    """The Report of a checklist without a rules file."""
    checklist = parse(document, "checklist.md")
    here = world(**{"repository": HERE, "sign_offs": NoSignOffs(), **parts})
    here = replace(here, variables=given or here.variables)
    return gate(checklist, inferred(checklist, None), here, from_now())


def with_the_file_of_init(document: str, given: Variables) -> Report:
    """The Report of the same checklist with the rules file that `init` writes for it."""
    checklist = parse(document, "checklist.md")
    text = proposed(checklist, path="checklist.md", pin=False).text
    here = world(repository=HERE, sign_offs=NoSignOffs())
    rules = resolve(load(text, "rules.yml"), None, {})
    return gate(checklist, rules, replace(here, variables=given), from_now())


def outcomes(report: Report) -> list[Outcome]:
    return [each.outcome for each in report.entries]


SEEN_TO_BE_WRONG = {
    "a placeholder": "API_KEY: secret",
    "another value": "API_KEY: { equals: other }",
    "no address": "API_KEY: { url: { scheme: https } }",
    "not absent": "API_KEY: absent",
    "no file": "Set: { file: missing }",
    "a tracked file": "Set: { git: { untracked: [.env.production] } }",
    "beside what passed": "Set: [{ file: README.md }, { file: missing }]",
    "beside what people sign": "Set: { file: missing, sign: it is good }",
    "beside what could not be looked at": f"Set: [{{ file: missing }}, {{ {CLOSED_LOOK} }}]",
}


@pytest.mark.parametrize("rule", SEEN_TO_BE_WRONG.values(), ids=SEEN_TO_BE_WRONG)
@pytest.mark.parametrize("words", ["now", "if somebody asks", "and do not wait"])
def test_a_rule_decides_whatever_the_words_of_its_item_are(rule: str, words: str) -> None:
    rules = f"unverified: sign\nitems:\n  {rule}\n"
    report = judged(
        f"- [ ] Set `API_KEY` {words}\n", rules, {"API_KEY": "changeme"}, repository=HERE
    )
    assert (outcomes(report), report.verdict) == ([Outcome.FAIL], Verdict.BLOCKED)
    assert report.boxes == ()
    assert "changeme" not in repr(report)


@pytest.mark.parametrize(
    "given",
    [job(), job(withheld=True), shell(), shell({"OTHER": "x"})],
    ids=["not handed over", "withheld", "a laptop", "a laptop with others"],
)
@pytest.mark.parametrize(
    "rule",
    ["secret", "present", "{ equals: x }", "{ url: { scheme: https } }", "{ min_length: 9 }"],
)
def test_what_was_not_passed_could_not_be_checked(rule: str, given: Variables) -> None:
    """A variable that is not set on a laptop reads as an empty one, and nobody saw an empty one."""
    rules = f"unverified: sign\nitems:\n  API_KEY: {rule}\n"
    report = judged("- [ ] Set `API_KEY`\n", rules, given=given)
    assert outcomes(report) == [Outcome.PENDING]
    assert view.seen(report.entries[0]) == ""
    assert [box.clauses for box in report.boxes] == [("Set API_KEY",)]


def test_another_variable_that_is_not_set_on_a_laptop_is_no_difference() -> None:
    rules = "unverified: sign\nitems:\n  API_KEY: { equals_env: OLD_KEY }\n"
    report = judged("- [ ] Set `API_KEY`\n", rules, given=shell({"API_KEY": REAL}))
    assert outcomes(report) == [Outcome.PENDING]
    wrong = judged(
        "- [ ] Set `API_KEY`\n", rules, given=shell({"API_KEY": REAL, "OLD_KEY": REAL[1:]})
    )
    assert outcomes(wrong) == [Outcome.FAIL]


def test_a_failed_warning_only_warns_and_is_said_beside_the_request() -> None:
    rules = "unverified: sign\nitems:\n  Set: [{ file: missing, severity: warning }, sign]\n"
    report = judged("- [ ] Set `API_KEY`\n", rules)
    [entry] = report.entries
    assert (entry.outcome, entry.severity) == (Outcome.PENDING, Severity.BLOCKER)
    assert view.seen(entry) == "`missing` does not exist"
    assert "(**a check failed:** `missing` does not exist)" in markdown.render(report, boxes=True)
    alone = judged("- [ ] Set `API_KEY`\n", rules.replace(", sign", ""))
    assert (outcomes(alone), alone.entries[0].severity) == ([Outcome.FAIL], Severity.WARNING)


def test_a_failed_part_of_an_item_with_its_own_box_is_said_in_it() -> None:
    rules = "items:\n  Set: { file: missing, sign: { that: it is good, by: [admin] } }\n"
    report = judged("- [ ] Set `API_KEY`\n", rules)
    comment = markdown.render(report, boxes=True)
    [box] = [line for line in comment.splitlines() if line.startswith("- [ ] ")]
    assert "**a check failed:** `missing` does not exist" in box
    assert "### ❌ Failed" in comment
    row = next(line for line in formats.render(report, "text").splitlines() if "TO SIGN" in line)
    assert "it is good (a check failed: missing does not exist)" in row


def test_a_waived_failure_leaves_what_could_not_be_checked_to_a_person() -> None:
    """The item was ready, and nobody had looked at its second rule nor signed it."""
    rules = "unverified: sign\nitems:\n  Set: { file: missing }\n  C_D: present\n"
    document = "- [ ] Set `A_B`\n- [ ] `C_D`\n"
    values = {"A_B": REAL, "C_D": REAL}
    excused = judged(document, rules + EXCUSED % "Set", values)
    assert (outcomes(excused), excused.verdict) == ([Outcome.WAIVED, Outcome.PASS], Verdict.READY)
    other = f"  A_B: {{ {CLOSED_LOOK} }}\n"
    report = judged(document, rules + other + EXCUSED % "Set", values)
    assert (outcomes(report), report.verdict) == ([Outcome.PENDING, Outcome.PASS], Verdict.WAITING)
    assert [box.clauses for box in report.boxes] == [("Set A_B",)]


class OnlyWritersAreKnown(FakeSignOffs):
    """GitHub does not show this token who is in a team."""

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        if terms.by != ("write",):
            raise Unobservable("the team cannot be read")
        return super().find(request, terms)


def test_who_has_signed_under_a_rule_is_not_asked_of_anyone_else() -> None:
    """A team that cannot be read was exchanged for everybody with write access."""
    rules = "unverified: sign\nitems:\n  Set: { sign: { by: [admin] } }\n"
    sign_off = SignOff(by="octo", by_id=1, role=None, at=NOW, commit=None, words=None, via="tick")
    people = OnlyWritersAreKnown(found=FoundSignOffs(counted=(sign_off,)))
    report = judged("- [ ] Set `API_KEY`\n", rules, sign_offs=people)
    assert outcomes(report) == [Outcome.UNKNOWN]
    assert people.terms == []


def test_a_message_names_the_variable_where_the_item_is_not_called_by_it_alone() -> None:
    rules = "items:\n  Callback: { env: CALLBACK_URL, present: true }\n  A_B: present\n"
    document = "- [ ] Callback points home\n- [ ] `A_B`\n- [ ] `A_B` and `C_D` differ\n"
    report = judged(document, rules, {"CALLBACK_URL": "", "A_B": ""})
    said = ["`CALLBACK_URL` is empty", "is empty", "`A_B` is empty"]
    assert [view.why(each) for each in report.entries] == said


def test_a_message_about_something_else_does_not_continue_the_name_of_the_variable() -> None:
    rules = "items:\n  Callback: { env: CALLBACK_URL, file: missing }\n"
    report = judged("- [ ] Callback points home\n", rules, {"CALLBACK_URL": "x"})
    assert view.why(report.entries[0]) == "`CALLBACK_URL`: `missing` does not exist"


def test_a_condition_of_the_rule_still_decides_whether_it_is_asked() -> None:
    rules = """
        unverified: sign
        facts: { tracing: { env: TRACING, default: false } }
        items: { A_B: { when: tracing, equals: x } }
    """
    off = judged("- [ ] `A_B`\n", rules, {"A_B": "y", "TRACING": "no"})
    on = judged("- [ ] `A_B`\n", rules, {"A_B": "y", "TRACING": "yes"})
    assert outcomes(off) + outcomes(on) == [Outcome.SKIPPED, Outcome.FAIL]


BY_WORDS = """\
# Release

## Settings
- [ ] `SHOP_URL` uses HTTPS
- [ ] `NODE_ENV=production` is set
- [ ] `docs/runbook.md` exists
- [ ] `.env.production` is not committed
- [ ] `OLD_TOKEN` removed from the environment
- [ ] `CACHE_URL` is set if caching is on
- [ ] `API_KEY` is set
"""
VALUES = {
    "SHOP_URL": "http://shop.acme.dev/canary",
    "NODE_ENV": "staging",
    "OLD_TOKEN": "changeme",
    "CACHE_URL": "",
    "API_KEY": REAL,
}
SAID = {
    4: "`SHOP_URL` does not begin with https://",
    5: "`NODE_ENV` is not `production`",
    6: "`docs/runbook.md` does not exist",
    7: "git tracks `web/.env.production`, which must stay out of the repository",
    8: "`OLD_TOKEN` is set, but must not be (it is a placeholder word, not a value, but a program may "
    "still use it)",
    9: "`CACHE_URL` is empty",
    10: "",
}


def test_without_a_rules_file_what_was_seen_stays_with_the_person_and_is_reported() -> None:
    report = by_words(BY_WORDS, job(VALUES))
    assert outcomes(report) == [Outcome.PENDING] * 6 + [Outcome.PASS]
    assert {each.item.line: view.seen(each) for each in report.entries} == SAID


@pytest.mark.parametrize("form", [*formats.FORMATS, "comment"])
def test_every_form_says_what_was_seen(form: str) -> None:
    report = by_words(BY_WORDS, job(VALUES))
    if form == "comment":
        shown = markdown.render(report, boxes=True)
    else:
        shown = formats.render(report, form, width=200)
    shown = shown.replace("<!-- -->", "").replace("`", "")
    for text in filter(None, SAID.values()):
        # JSON has the variable in a key of its own.
        message = text.partition("` ")[2] if form == "json" and text.startswith("`") else text
        assert message.replace("`", "") in shown
    assert "canary" not in shown


def test_the_json_carries_it_as_findings_of_their_own() -> None:
    report = by_words(BY_WORDS, job(VALUES))
    first, *_, last = json.loads(formats.render(report, "json"))["items"]
    assert [each["outcome"] for each in first["findings"]] == ["pending"]
    assert [(each["check"], each["outcome"]) for each in first["seen"]] == [("url", "fail")]
    assert last["seen"] == []


@pytest.mark.parametrize("value", ["", "changeme", "op://Prod/Shop/key", "${SHOP_URL}"])
def test_without_a_rules_file_no_value_fails_and_hides_nothing_else_that_was_seen(
    value: str,
) -> None:
    document = "- [ ] `SHOP_URL` uses HTTPS, `NODE_ENV=production` is set\n"
    report = by_words(document, job({"SHOP_URL": value, "NODE_ENV": "staging"}))
    assert outcomes(report) == [Outcome.FAIL]
    assert view.why(report.entries[0]).endswith("; a check failed: `NODE_ENV` is not `production`")


@pytest.mark.parametrize("given", [job(), shell(), job(withheld=True)])
def test_nothing_is_said_of_what_nobody_checked(given: Variables) -> None:
    document = "- [ ] `SHOP_URL` uses HTTPS\n- [ ] `API_KEY` is set\n- [ ] All CI checks pass\n"
    report = by_words(document, given)
    assert outcomes(report) == [Outcome.PENDING] * 3
    assert "a check failed" not in markdown.render(report, boxes=True)
    assert annotations.commands(report) == []


def test_a_secret_that_github_does_not_have_was_checked() -> None:
    report = by_words("- [ ] `API_KEY` is set\n", job(), github=FakeGitHub())
    assert outcomes(report) == [Outcome.PENDING]
    assert "has no secret of that name" in view.seen(report.entries[0])


def test_what_was_seen_is_still_said_when_a_person_has_signed() -> None:
    sign_off = SignOff(by="octo", by_id=1, role=None, at=NOW, commit=None, words=None, via="tick")
    signed = FakeSignOffs(found=FoundSignOffs(counted=(sign_off,)))
    report = by_words("- [ ] `docs/runbook.md` exists\n", sign_offs=signed)
    assert (outcomes(report), report.entries[0].signed) == ([Outcome.PASS], True)
    for form in ("markdown", "text"):
        shown = formats.render(report, form).replace("`", "")
        assert "signed by @" in shown.replace("<!-- -->", "")
        assert "a check failed: docs/runbook.md does not exist" in shown


def test_sign_offs_that_cannot_be_read_do_not_hide_it() -> None:
    document = "".join(f"- [ ] `docs/{n}.md` exists\n" for n in range(4))
    report = by_words(document, sign_offs=NOT_READ)
    assert outcomes(report) == [Outcome.UNKNOWN] * 4
    comment = markdown.render(report)
    assert all(f"a check failed: `docs/{n}.md` does not exist" in comment for n in range(4))


def test_of_many_in_one_box_those_are_shown_of_which_something_was_seen() -> None:
    document = "# R\n" + "".join(f"- [ ] Somebody confirms number {n}\n" for n in range(80))
    report = by_words(document + "- [ ] `docs/runbook.md` exists\n")
    comment = markdown.render(report, boxes=True)
    assert "(**a check failed:** `docs/runbook.md` does not exist)" in comment
    assert "… 21 more" in comment


INIT = """\
# Release
- [ ] `SHOP_URL` uses HTTPS
- [ ] `CACHE_URL` and `QUEUE_URL` set when clustering is on.
- [ ] `REDIS_URL` configured (if caching is on)
- [ ] `API_KEY` is set
- [ ] Somebody has looked
"""


@pytest.mark.parametrize(
    "given", [job(), job(withheld=True), shell()], ids=["not handed over", "withheld", "laptop"]
)
def test_the_file_of_init_makes_nothing_red_that_was_not_checked(given: Variables) -> None:
    assert outcomes(with_the_file_of_init(INIT, given)) == [Outcome.PENDING] * 5


def test_the_rules_that_init_wrote_decide_but_where_the_words_leave_a_condition_open() -> None:
    values: Mapping[str, str] = {
        "SHOP_URL": "http://shop.acme.dev",
        "CACHE_URL": "",
        "QUEUE_URL": "changeme",
        "REDIS_URL": "",
        "API_KEY": REAL,
    }
    report = with_the_file_of_init(INIT, job(values))
    expected = [Outcome.FAIL, Outcome.PENDING, Outcome.PENDING, Outcome.PASS, Outcome.PENDING]
    assert outcomes(report) == expected
    seen = [view.seen(each) for each in report.entries]
    assert seen[1] == "`CACHE_URL` is empty; `QUEUE_URL` is a placeholder word, not a value"
    assert seen[2] == "`REDIS_URL` is empty"


def test_the_file_of_init_says_the_law() -> None:
    text = proposed(parse(INIT, "checklist.md"), path=None, pin=False).text
    words = " ".join(text.replace("#", " ").split())
    assert "A check that found a mistake fails" in words
    assert "nothing fails" not in words
