"""Lines that a person changed in the rules file stay as they are, whatever is answered."""

from __future__ import annotations

import re

import pytest

from .shop import ANSWERS, RULES, answered, lines_of, typed, written

pytestmark = pytest.mark.usefixtures("folder")


@pytest.mark.parametrize(
    ("id_", "key", "old", "new"),
    [
        ("choices:CARD_GATEWAY", "CARD_GATEWAY", "    sign:", "    one_of: [a]\n    sign:"),
        ("choices:CARD_GATEWAY", "CARD_GATEWAY", "# one_of", "one_of"),
        (
            "choices:CARD_GATEWAY",
            "CARD_GATEWAY",
            "check that the list is complete",
            "check that the list is complete\n    owner: me",
        ),
        ("status:METRICS_URL", "METRICS_URL", "sign:", "severity: warning\n    sign:"),
    ],
)
def test_a_line_that_a_person_changed_stays_as_it_is(
    id_: str, key: str, old: str, new: str
) -> None:
    typed("init")
    before = lines_of(key)
    changed = before.replace(old, new)
    assert changed != before
    RULES.write_text(written().replace(before, changed), encoding="utf-8")
    code, out, _ = answered(ANSWERS)
    assert code == 0
    assert f"{id_}: its line was edited, so it was not changed" in out
    assert changed in written()
    assert "1 question left open: " + id_ in out
    assert 'origins:\n      include: ["https://${domain}"]' in lines_of("CORS_ORIGINS")


def test_what_a_person_declared_in_another_line_is_declared_once() -> None:
    typed("init")
    mine = "  payments-lead: [write]  # TODO members:payments-lead Who? Ask Anna."
    RULES.write_text(re.sub("(?m)^  payments-lead: .*$", mine, written()), encoding="utf-8")
    code, out, _ = answered(ANSWERS)
    assert code == 0
    assert "members:payments-lead: its line was edited, so it was not changed" in out
    assert mine in written()
    assert 'origins:\n      include: ["https://${domain}"]' in lines_of("CORS_ORIGINS")


def test_a_duplicate_question_is_answered_once() -> None:
    typed("init")
    twice = re.sub("(?m)^(  # TODO (?:domain:staging|fact:tracing) .*\n)", r"\1\1", written())
    RULES.write_text(twice, encoding="utf-8")
    code, out, err = answered(ANSWERS)
    assert (code, err) == (0, "")
    assert written().count("  staging:\n") == 1
    assert "TODO" not in written().partition("version:")[2]
    assert "questions answered" in out


def test_lines_below_a_key_that_became_a_comment_belong_to_the_key_above() -> None:
    typed("init")
    RULES.write_text(written().replace("  CARD_KEY:\n", "#  CARD_KEY:\n"), encoding="utf-8")
    before = lines_of("CARD_GATEWAY")
    code, out, err = answered(ANSWERS)
    assert (code, err) == (0, "")
    assert lines_of("CARD_GATEWAY") == before
    assert "choices:CARD_GATEWAY: its line was edited, so it was not changed" in out


def test_with_one_environment_the_others_are_declared_though_their_questions_were_changed() -> None:
    typed("init")
    mine = "  # TODO domain:production Anna knows"
    RULES.write_text(re.sub("(?m)^  # TODO domain:production .*$", mine, written()))
    assert answered("domain:staging: staging.acme.dev")[0] == 0
    assert mine in written()
    assert typed("explain", "-e", "production")[0] == 0
    RULES.write_text(re.sub("(?m)^  production: .*$", "  production: { region: eu }", written()))
    RULES.write_text(re.sub("(?m)^  CORS_ORIGINS:.*\n(    .*\n)+", "", written()))
    assert typed("init", "--add")[0] == 0
    assert "  CORS_ORIGINS:" in written()
    assert typed("lint")[0] == 0


ADDED = re.compile(r"^ +tracing:\n +env: TRACING\n +default: false$", re.MULTILINE)


def test_a_block_that_a_person_rewrote_is_extended_or_reported() -> None:
    typed("init")
    facts = written().partition("\nfacts:\n")[2].partition("\n\n")[0]
    block = "  clustering:\n    env: MINE\n    default: false"
    for mine in (block, "  # mine\n  clustering: { env: MINE }", "", "    deep: { env: DEEP }"):
        RULES.unlink()
        typed("init")
        RULES.write_text(written().replace(facts, mine), encoding="utf-8")
        code, _, err = answered(ANSWERS)
        assert (code, err) == (0, "")
        assert mine in written()
        assert ADDED.search(written())
        assert ("env: CLUSTER_MODE" in written()) is ("MINE" not in mine)
    RULES.unlink()
    typed("init")
    text = written().replace(f"facts:\n{facts}\n", "facts: { mine: { env: MINE } }\n")
    RULES.write_text(text, encoding="utf-8")
    code, _, err = answered(ANSWERS)
    assert code == 2
    assert "`facts:` is written on one line, and `init` does not change your lines" in err
    assert ADDED.search(err)
    assert written() == text


def test_a_declaration_that_a_person_adds_completes_the_rules_that_waited_for_it() -> None:
    answered(ANSWERS)
    complete = written()
    RULES.unlink()
    typed("init")
    blocks = ("environments", "facts")
    for name in blocks:
        open_, mine = (
            text.partition(f"\n{name}:\n")[2].partition("\n\n")[0] for text in (written(), complete)
        )
        RULES.write_text(written().replace(open_, mine), encoding="utf-8")
    before = written()
    typed("init", "--add")
    assert written() == before
    assert ", domain, fact:clustering, fact:tracing, " in typed("lint")[1]
    assert "3 questions answered" in answered("{}")[1]
    assert 'origins:\n      include: ["https://${domain}"]' in lines_of("CORS_ORIGINS")
    assert lines_of("OTEL_SERVICE_NAME") == "  OTEL_SERVICE_NAME:\n    when: tracing"
    answered(ANSWERS)
    assert written() == complete
