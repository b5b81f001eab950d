"""Answers make rules of questions: once, in any order, in a file that is there or not, and no other line changes."""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path

import pytest

from .shop import ANSWERS, PATH, RULES, answered, lines_of, typed, written

pytestmark = pytest.mark.usefixtures("folder")

IDS = [line.partition(": ")[0] for line in ANSWERS.splitlines()]


def questions() -> list[dict[str, object]]:
    code, out, err = typed("init", "--questions", "json")
    assert (code, err) == (0, "")
    found: list[dict[str, object]] = json.loads(out)
    return found


def test_the_questions_are_listed_those_that_open_most_first_and_nothing_is_written() -> None:
    found = questions()
    assert [each["id"] for each in found] == IDS
    assert all(
        list(each) == ["id", "item", "line", "question", "example", "choices", "default"]
        for each in found
    )
    assert not RULES.exists()
    lines = PATH.read_text(encoding="utf-8").split("\n")
    for each in found:
        line = each["line"]
        assert isinstance(line, int)
        assert lines[line - 1].startswith("- [ ] ")
    by_id = {each["id"]: each for each in found}
    assert by_id["choices:CARD_GATEWAY"]["default"] == ["acme", "bolt"]
    assert by_id["status:METRICS_URL"]["default"] == 200
    assert by_id["domain:production"]["default"] is None


def test_each_question_takes_its_own_example() -> None:
    examples = {str(each["id"]): each["example"] for each in questions()}
    code, _, err = answered(json.dumps(examples))
    assert (code, err) == (0, "")
    assert "TODO" not in written().partition("version:")[2]
    assert typed("lint", "--strict")[0] == 0


def test_each_open_question_stays_a_line_with_its_example() -> None:
    typed("init")
    for each in questions():
        line = next(line for line in written().split("\n") if f"# TODO {each['id']} " in line)
        assert str(each["question"]) in line
        assert "For example: " in line


def test_answers_before_and_after_the_file_is_there_make_the_same_file() -> None:
    answered(ANSWERS)
    at_once = written()
    RULES.unlink()
    answered(ANSWERS)
    assert written() == at_once
    RULES.unlink()
    typed("init")
    answered(ANSWERS)
    assert written() == at_once
    RULES.unlink()
    typed("init")
    for line in reversed(ANSWERS.splitlines()):
        assert answered(line)[0] == 0
    assert written() == at_once
    assert "0 questions answered" in answered(ANSWERS)[1]
    assert written() == at_once


def test_json_and_the_standard_input_are_read_too(monkeypatch: pytest.MonkeyPatch) -> None:
    answered(ANSWERS)
    at_once = written()
    RULES.unlink()
    answers = {
        "domain:staging": "staging.acme.dev",
        "domain:production": "acme.dev",
        "fact:clustering": "CLUSTER_MODE=on",
        "fact:tracing": "TRACING",
        "members:payments-lead": ["@octo-lead", "@acme/payments"],
        "choices:CARD_GATEWAY": ["acme", "bolt", "cash"],
        "status:METRICS_URL": [200, 204],
    }
    on_stdin(monkeypatch, json.dumps(answers).encode())
    assert typed("init", "--answers", "-")[0] == 0
    assert written() == at_once


def on_stdin(monkeypatch: pytest.MonkeyPatch, data: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(data), "utf-8", "strict"))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (
            b"domain:production: \xff\n",
            "the answers:1:20: `domain:production` must be a domain that can be deployed to",
        ),
        (b"# " + b"x" * 1_048_576 + b"\ndomain:production: acme.dev\n", "too large"),
    ],
)
def test_answers_on_the_standard_input_that_are_not_text_or_too_long(
    data: bytes, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_stdin(monkeypatch, data)
    code, _, err = typed("init", "--answers", "-")
    assert (code, RULES.exists()) == (2, False)
    assert told in err


def test_a_standard_input_that_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    code, _, err = typed("init", "--answers", "-")
    assert code == 2
    assert "standard input is closed" in err


def test_a_byte_order_mark_on_the_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    on_stdin(monkeypatch, b"\xef\xbb\xbfdomain:production: acme.dev\n")
    assert typed("init", "--answers", "-")[0] == 0
    assert "  production:\n    domain: acme.dev\n" in written()


def test_null_and_an_absent_answer_leave_a_question_open() -> None:
    answered("domain:staging: null\nstatus:METRICS_URL: 204\n")
    assert lines_of("METRICS_URL") == "  METRICS_URL:\n    http:\n      expect: [204]"
    assert "# TODO domain:staging " in written()
    assert {str(each["id"]) for each in questions()} == set(IDS) - {"status:METRICS_URL"}


def test_true_takes_what_the_words_propose() -> None:
    answered("choices:CARD_GATEWAY: true\nstatus:METRICS_URL: true\n")
    assert lines_of("CARD_GATEWAY") == "  CARD_GATEWAY:\n    one_of: [acme, bolt]"
    assert lines_of("METRICS_URL") == "  METRICS_URL:\n    http: true"


def test_one_domain_of_two_declares_both_environments_and_no_rule_waits_for_the_other() -> None:
    assert answered("domain:production: acme.dev")[0] == 0
    assert "  production:\n    domain: acme.dev\n" in written()
    assert "  staging: {}  # TODO domain:staging " in written()
    assert "${domain}" not in written().partition("\nitems:")[2]
    for environment in ("staging", "production"):
        assert typed("explain", "-e", environment)[0] == 0
    assert answered("domain:staging: staging.acme.dev")[0] == 0
    assert '- url:\n        host: "${domain}"\n' in lines_of("CARD_CALLBACK_URL")
    assert (
        lines_of("CORS_ORIGINS")
        == '  CORS_ORIGINS:  # add the others, such as "https://app.${domain}"\n'
        '    origins:\n      include: ["https://${domain}"]'
    )


def test_a_private_domain_is_taken_and_its_checks_may_connect_there() -> None:
    code, out, _ = answered("domain:staging: shop.lan\ndomain:production: shop.internal\n")
    assert code == 0
    assert "shop.lan, shop.internal are private" in out
    assert "only a runner inside that network can reach them" in out
    at_once = lines_of("CARD_CALLBACK_URL")
    assert 'url:\n        host: "${domain}"\n        allow_private: true\n' in at_once
    assert typed("lint")[0] == 0
    RULES.unlink()
    typed("init")
    answered("domain:production: shop.internal")
    code, out, _ = answered("domain:staging: staging.acme.dev")
    assert "private" not in out
    assert lines_of("CARD_CALLBACK_URL") == at_once


def test_private_domains_are_not_mentioned_if_there_are_none() -> None:
    _, out, _ = answered(ANSWERS)
    assert "private" not in out + written()


WRONG = {
    "domains:production: acme.dev": "1:1: `domains:production` is not a question about this checklist. "
    "Did you mean `domain:production`?",
    "domain:production: https://acme.dev/shop": "1:20: `domain:production` must be a domain that can be deployed to, "
    "such as acme.example. Did you mean `acme.dev`?",
    "domain:production: acme.dev:443": "Did you mean `acme.dev`?",
    "domain:production: localhost": "must be a domain that can be deployed to",
    "domain:production: shop.localhost": "must be a domain that can be deployed to",
    "domain:production: 10.0.0.7": "must be a domain that can be deployed to",
    "domain:production: metadata.google.internal": "must be a domain that can be deployed to",
    "domain:production: https://shop.internal/": "Did you mean `shop.internal`?",
    "domain:production: [a.dev, b.dev]": "must have one answer",
    "domain:production: true": "has no proposal for `true` to accept: write an answer, such as acme.example",
    "domain:production: {a: b}": "must be a text or a list of texts",
    "fact:tracing: tracing enabled": "must be a variable's name or NAME=value, such as "
    "TRACING_ENABLED. Did you mean `TRACING_ENABLED`?",
    "fact:tracing: false": "is not a yes or no question",
    "fact:tracing: yes": "must be a variable's name or NAME=value, such as TRACING_ENABLED\n",
    "fact:tracing: 'NO'": "must be a variable's name or NAME=value, such as TRACING_ENABLED\n",
    "fact:tracing: TRACING=${mode}": "has a value that a rule cannot contain",
    "members:payments-lead: octo-lead": "Did you mean `@octo-lead`?",
    "members:payments-lead: []": "has an empty answer",
    "choices:CARD_GATEWAY: [acme, '']": "has an empty answer",
    "choices:CARD_GATEWAY: ghp_q7Zk29xLmPw4Rt8BvNs3q7Zk29xLmPw4Rt8B": "that a rule cannot contain",
    "status:METRICS_URL: 2000": "must be HTTP statuses, 100 to 599",
    "status:METRICS_URL: 200.5": "must be HTTP statuses",
    "- domain:production": "answers must be a mapping of question ids to answers",
    "a: [": "answers.yml:",
    "domain:production: a.dev\ndomain:production: b.dev": "answers.yml:2:1: duplicate key",
}


@pytest.mark.parametrize("there", [False, True], ids=["new", "there"])
@pytest.mark.parametrize("answers", WRONG)
def test_a_wrong_answer_is_named_with_its_line_and_writes_nothing(
    answers: str, there: bool
) -> None:
    if there:
        typed("init")
    before = written() if there else None
    code, out, err = answered(answers)
    assert (code, out) == (2, "")
    assert err.startswith("answers.yml:")
    assert WRONG[answers] in err
    assert (written() if RULES.exists() else None) == before
    assert "ghp_" not in err


def test_all_mistakes_are_reported_together() -> None:
    _, _, err = answered("status:METRICS_URL: ok\nfact:tracing: 1\n")
    assert [line.partition(": ")[0] for line in err.splitlines()] == [
        "answers.yml:1:21",
        "answers.yml:2:15",
    ]


def test_the_ends_of_lines_stay_as_they_are() -> None:
    typed("init")
    RULES.write_bytes(RULES.read_bytes().replace(b"\n", b"\r\n"))
    answered(ANSWERS)
    assert b"\r\n" in RULES.read_bytes()
    assert b"\n" not in RULES.read_bytes().replace(b"\r\n", b"")
    assert "TODO" not in written().partition("version:")[2]


def test_no_link_leads_the_answers_elsewhere(tmp_path: Path) -> None:
    typed("init")
    elsewhere = tmp_path / "elsewhere.yml"
    RULES.rename(elsewhere)
    RULES.symlink_to(elsewhere)
    before = elsewhere.read_text()
    assert answered(ANSWERS)[0] == 2
    assert elsewhere.read_text() == before


def test_each_line_keeps_its_own_end() -> None:
    typed("init")
    lines = RULES.read_bytes().split(b"\n")
    mixed = b"\n".join(line + b"\r" * (at % 2) for at, line in enumerate(lines[:-1])) + b"\n"
    RULES.write_bytes(mixed)
    answered("{}")
    assert RULES.read_bytes() == mixed
    answered(ANSWERS)
    head = mixed.partition(b"environments:")[0]
    assert b"\r\n" in head
    assert RULES.read_bytes().startswith(head)
    assert b"  CORS_ORIGINS:  # add the others" in RULES.read_bytes()
