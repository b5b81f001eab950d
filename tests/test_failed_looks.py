"""A person who signs what the machine should have verified is told which look failed, and why."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from deploy_checklist.box_marker import decode_marker, encode_marker
from deploy_checklist.outcome import Outcome, SignOff, Unobservable
from deploy_checklist.report import formats, markdown
from deploy_checklist.signoffs.evaluate import GitHubSignOffs, digest
from deploy_checklist.signoffs.port import FoundSignOffs, SignOffRequest, Terms
from deploy_checklist.world.ports import CommitCheckResult, Variables
from fakes import NOW, FakeGitHub, FakeHttp, FakeRepository, FakeSignOffs, job, shell
from test_gate import judged
from test_signoffs import KEY, LEADS, body, comment, ours, pull, statements, theirs
from test_unverified import CLOSED_LOOK, outcomes

UNREACHABLE = Unobservable("no answer from the host within 10s")
REFUSED = FakeGitHub(trouble=Unobservable("the token may not read checks"))
UNREAD = FakeRepository(trouble=Unobservable("this checkout has no history"))
FAILED_LOOKS: dict[str, tuple[str, dict[str, object], str]] = {
    "a host": ("http: { url: 'https://shop.acme.dev/' }", {}, "no answer from the host within 10s"),
    "a permission": (CLOSED_LOOK, {"github": REFUSED}, "the token may not read checks"),
    "the repository": ("file: README.md", {"repository": UNREAD}, "this checkout has no history"),
    "a run that goes on": (
        CLOSED_LOOK,
        {
            "github": FakeGitHub(
                results=[
                    CommitCheckResult(name="build", state="pending", own=False, source="status")
                ]
            )
        },
        "still running or not reported yet: `build`",
    ),
    "no tag": (
        "http: { url: 'https://shop.acme.dev/${tag}' }",
        {},
        "this run has no tag",
    ),
}


@pytest.mark.parametrize(("rule", "parts", "why"), FAILED_LOOKS.values(), ids=FAILED_LOOKS)
def test_a_person_who_signs_reads_what_was_not_checked_and_why(
    rule: str, parts: dict[str, object], why: str
) -> None:
    """Else the box would read as if there were nothing to check."""
    http = FakeHttp()
    http.trouble = UNREACHABLE
    rules = f"unverified: sign\nitems:\n  Set: {{ {rule} }}\n"
    report = judged("- [ ] Set `API_KEY`\n", rules, **{"http": http, **parts})
    assert outcomes(report) == [Outcome.PENDING]
    comment = markdown.render(report, boxes=True)
    [box] = [line for line in comment.splitlines() if line.startswith("- [ ] ")]
    state = "waiting" if "still running" in why else "not checked"
    assert f"(**{state}:** " in box
    assert why in box
    assert "a check failed" not in box
    [row] = [line for line in formats.render(report, "text").splitlines() if f" {state}: " in line]
    assert row.endswith(why.replace("`", ""))
    [finding] = report.entries[0].seen
    assert finding.outcome in (Outcome.UNKNOWN, Outcome.PENDING)


def test_what_was_seen_and_what_could_not_be_checked_are_distinguished() -> None:
    rules = f"""
        unverified: sign
        items:
          Set: [{{ file: missing, severity: warning }}, {{ {CLOSED_LOOK} }}]
    """
    report = judged("- [ ] Set `API_KEY`\n", rules, github=REFUSED)
    told = "(**a check failed:** `missing` does not exist) (**not checked:** the token may not read checks)"
    assert told in markdown.render(report, boxes=True)


@pytest.mark.parametrize("given", [job(), job(withheld=True), shell()])
@pytest.mark.parametrize("offline", [False, True])
def test_what_the_run_was_not_given_is_no_failed_look(given: Variables, offline: bool) -> None:
    """Of values, a token and connections it is said once what is missing, and not in every box."""
    rules = f"""
        unverified: sign
        items:
          API_KEY: [secret, {{ rotated_within: 90d }}]
          Checks: {{ {CLOSED_LOOK} }}
    """
    document = "- [ ] Set `API_KEY`\n- [ ] Checks are green\n"
    report = judged(document, rules, given=given, offline=offline)
    assert outcomes(report) == [Outcome.PENDING] * 2
    assert [each.seen for each in report.entries] == [(), ()]


NAMED = "roles: { lead: ['@octo', '@octo-ops'] }\nunverified: sign\nitems:\n"


@pytest.mark.parametrize("sign", ["{ by: [lead] }", "{ by: [lead], per: commit, count: 2 }"])
@pytest.mark.parametrize("look", ["secret: true", CLOSED_LOOK])
def test_an_item_that_a_role_signs_as_a_whole_is_asked_in_one_box(sign: str, look: str) -> None:
    rules = f"{NAMED}  API_KEY: {{ {look}, sign: {sign} }}\n"
    report = judged("- [ ] `API_KEY` is scoped\n", rules, github=REFUSED)
    assert outcomes(report) == [Outcome.PENDING]
    assert [(box.section, box.by) for box in report.boxes] == [(False, ("lead",))]


OTHER_QUESTIONS = {
    "a part of the item": "API_KEY: { secret: true, sign: { by: [lead], that: it is scoped } }",
    "kept for later releases": "API_KEY: { secret: true, sign: { by: [lead], valid_for: 90d } }",
    "once": "API_KEY: { secret: true, sign: { by: [lead], per: once } }",
    "a warning": "API_KEY: [secret, { severity: warning, sign: { by: [lead] } }]",
    "another rule": "API_KEY: secret\n  Rotate: { sign: { by: [lead] } }",
}


class SignedByTheLead(FakeSignOffs):
    """The lead has signed what the rule asks of the lead, and nothing else."""

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        by = SignOff(by="octo", by_id=1, role=None, at=NOW, commit=None, words=None, via="tick")
        counted = (by,) if terms.by == ("lead",) else ()
        digest = "1" if terms.that else "2"
        return FoundSignOffs(counted=counted, digest=digest, place="PR #412")


@pytest.mark.parametrize("rule", OTHER_QUESTIONS.values(), ids=OTHER_QUESTIONS)
def test_what_the_lead_does_not_answer_for_is_asked_in_the_same_box_and_stays_open(
    rule: str,
) -> None:
    """Else it would be ready although nobody looked at it, nor confirmed it."""
    document, rules = "- [ ] Rotate `API_KEY` now\n", f"{NAMED}  {rule}\n"
    [box] = judged(document, rules).boxes
    assert (box.section, box.by) == (False, ("lead",))
    signed = judged(document, rules, sign_offs=SignedByTheLead())
    assert outcomes(signed) == [Outcome.PENDING]
    assert [box.section for box in signed.boxes] == [True]


def test_one_tick_signs_a_part_of_the_item_and_what_could_not_be_checked() -> None:
    rules = f"{NAMED}  {OTHER_QUESTIONS['a part of the item']}\n"
    report = judged("- [ ] Rotate `API_KEY` now\n", rules, sign_offs=Digests())
    assert [box.words for box in report.boxes] == [(("API_KEY", "1"), ("API_KEY", "2"))]
    comment = markdown.render(report, boxes=True)
    [line] = [line for line in comment.splitlines() if line.startswith("- [ ] ")]
    assert "**It is scoped; Rotate `API_KEY` now** · lead" in line
    assert decode_marker(line) == {"API_KEY": {"1", "2"}}
    part = rules.replace("it is scoped", "rotate")
    assert judged("- [ ] Rotate `API_KEY` now\n", part).boxes[0].title == "Rotate API_KEY now"


@pytest.mark.parametrize("that", ["paid", "in", "✅ ✅", "Invoices"])
def test_a_box_that_asks_two_things_says_both(that: str) -> None:
    """In the words of the item, "paid" is a part of "unpaid"; in a mark alone there is no word."""
    rules = f"{NAMED}  API_KEY: {{ secret: true, sign: {{ by: [lead], that: {that} }} }}\n"
    [box] = judged("- [ ] Invoices of `API_KEY` unpaid\n", rules, sign_offs=Digests()).boxes
    whole = "Invoices of API_KEY unpaid"
    assert box.title == (whole if that == "Invoices" else f"{that}; {whole}")


def test_what_a_box_has_no_room_for_is_folded_and_not_left_out() -> None:
    long = " ".join(["scoped"] * 80)
    rules = f"{NAMED}  API_KEY: {{ secret: true, sign: {{ by: [lead], that: {long} }} }}\n"
    report = judged("- [ ] Rotate `API_KEY` now\n", rules, sign_offs=Digests())
    [line] = [
        line
        for line in markdown.render(report, boxes=True).splitlines()
        if line.startswith("- [ ] ")
    ]
    assert line.lower().count("scoped") == 80
    assert "Rotate `API_KEY` now" in line.partition("<details>")[2]


def test_a_tick_of_a_box_with_two_hashes_is_credited_for_both() -> None:
    part, rest = replace(LEADS, that="it is scoped"), replace(KEY, key=None, in_section="all of it")
    asked = [(KEY, part), (rest, Terms())]
    marker = encode_marker([(KEY.item, digest(request, terms)) for request, terms in asked])
    before, after = (body(f"- [{tick}] **x** {marker}") for tick in " x")
    found = GitHubSignOffs(statements(pull(comment(ours(0, before), theirs(1, after)))))
    credited = [found.find(request, terms).counted for request, terms in asked]
    assert [[sign.by for sign in each] for each in credited] == [["octo-lead"]] * 2


class Digests(FakeSignOffs):
    """Nobody has signed; what is asked instead of the item's words has another hash."""

    def find(self, request: SignOffRequest, terms: Terms) -> FoundSignOffs:
        return FoundSignOffs(digest="1" if terms.that else "2", place="PR #412")


def test_what_only_a_review_signs_leaves_the_rest_to_the_sections_box() -> None:
    rules = f"{NAMED}  API_KEY: {{ secret: true, sign: {{ from: review, that: it is scoped }} }}\n"
    report = judged("- [ ] Rotate `API_KEY` now\n", rules)
    assert [(box.section, box.via) for box in report.boxes] == [
        (False, ("review",)),
        (True, ("tick", "command")),
    ]


@pytest.mark.parametrize("form", ["text", "markdown"])
def test_an_items_own_box_says_what_is_asked_of_its_variable(form: str) -> None:
    report = judged(
        "- [ ] `API_KEY` is scoped\n", f"{NAMED}  API_KEY: {{ sign: {{ by: [lead] }} }}\n"
    )
    shown = formats.render(report, form)
    [line] = [line for line in shown.splitlines() if "lead" in line and "API_KEY" in line]
    assert "API_KEY is scoped" in " ".join(line.replace("`", "").split())
    assert line.count("API_KEY") == 1


def test_a_look_that_failed_is_reported_in_the_items_own_box() -> None:
    rules = f"{NAMED}  API_KEY: {{ {CLOSED_LOOK}, sign: {{ by: [lead] }} }}\n"
    report = judged("- [ ] `API_KEY` is scoped\n", rules, github=REFUSED)
    comment = markdown.render(report, boxes=True)
    assert "**not checked:** the token may not read checks" in comment
    assert "(not checked: the token may not read checks)" in formats.render(report, "text")
