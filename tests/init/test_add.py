"""A checklist grows: `init --add` writes rules for items that have none, and changes no line."""

from __future__ import annotations

from pathlib import Path

import pytest

from .shop import ANSWERS, CHECKLIST, PATH, RULES, answered, lines_of, typed, written

pytestmark = pytest.mark.usefixtures("folder")

NEW = """\
- [ ] `SHOP_URL` reachable from the deployment environment.
- [ ] `CHAT_MODE` and `CHAT_URL` set if chat is enabled.
- [ ] `SHOP_HOST` matches the deployed domain.
- [ ] Reviewed by the security lead.
- [ ] Cake ordered.
"""


def lines_kept(before: str) -> bool:
    kept = iter(written().split("\n"))
    return all(line in kept for line in before.split("\n"))


@pytest.mark.parametrize("answers", ["", ANSWERS], ids=["open", "answered"])
def test_each_new_item_has_its_rule_and_every_line_stays(answers: str) -> None:
    answered(answers)
    before = written()
    PATH.write_text(CHECKLIST + NEW, encoding="utf-8")
    code, out, err = typed("init", "--add")
    assert (code, err) == (0, "")
    assert "5 items added" in out
    assert lines_kept(before)
    assert "# TODO status:SHOP_URL " in lines_of("SHOP_URL")
    assert "# TODO fact:chat " in lines_of("CHAT_URL")
    assert "  # TODO fact:chat " in written().partition("\nfacts:")[2].partition("\n\n")[0]
    assert "security-lead: [write]  # TODO members:security-lead " in written()
    domain = '  SHOP_HOST:\n    url:\n      host: "${domain}"\n'
    assert (domain in written()) is bool(answers)
    assert lines_of("Cake ordered") == "  Cake ordered: sign"
    assert typed("lint")[0] == 0
    assert "unbound" not in typed("lint")[1]
    twice = written()
    again = typed("init", "--add")[1]
    assert "0 items added" in again
    assert again.endswith("Nothing was written to .github/deploy-checklist.yml\n")
    assert written() == twice


def test_the_questions_of_new_items_are_answered_as_all_others() -> None:
    answered(ANSWERS)
    PATH.write_text(CHECKLIST + NEW, encoding="utf-8")
    typed("init", "--add")
    new = "status:SHOP_URL: 200\nfact:chat: CHAT\nmembers:security-lead: '@octo-lead'\n"
    assert "3 questions answered" in answered(new)[1]
    assert lines_of("CHAT_MODE") == "  CHAT_MODE:\n    when: chat"
    assert lines_of("CHAT_URL") == "  CHAT_URL:\n    when: chat"
    assert typed("lint", "--strict")[0] == 0


MINE = """\
version: 1
checklist: docs/deployment-checklist.md
items:
    CARD_KEY: secret
    # the rest comes later
    Cake ordered:
        sign: true

# behind
waivers: []
"""


def test_rules_that_a_person_wrote_are_added_to() -> None:
    PATH.write_text(CHECKLIST + NEW, encoding="utf-8")
    RULES.parent.mkdir()
    RULES.write_text(MINE, encoding="utf-8")
    Path("answers.yml").write_text(ANSWERS, encoding="utf-8")
    code, _, err = typed("init", "--add", "--answers", "answers.yml")
    assert (code, err) == (0, "")
    assert lines_kept(MINE)
    rule = "\n    CARD_WEBHOOK_SECRET:\n      secret: true\n      rotated_within: 60d\n"
    assert rule in written()
    assert written().index("Reviewed by the security") < written().index("# behind")
    assert typed("lint")[0] == 0


@pytest.mark.parametrize("items", ["{}", "{ CARD_KEY: secret }"])
def test_rules_on_one_line_are_left_alone_and_what_to_add_is_reported(items: str) -> None:
    RULES.parent.mkdir()
    text = f"version: 1\nitems: {items}\n"
    RULES.write_text(text, encoding="utf-8")
    code, _, err = typed("init", "--add")
    assert code == 2
    assert ":2: `items:` is written on one line, and `init` does not change your lines" in err
    assert "  CARD_WEBHOOK_SECRET:\n    secret: true\n    rotated_within: 60d\n" in err
    assert written() == text


def test_a_section_that_is_left_out_gets_no_rules() -> None:
    RULES.parent.mkdir()
    text = "version: 1\nsections:\n  Queue: { skip: not here }\nitems:\n  CARD_KEY: secret\n"
    RULES.write_text(text, encoding="utf-8")
    typed("init", "--add")
    assert "METRICS_URL" not in written()
    assert "CARD_GATEWAY" in written()


def test_without_a_rules_file_a_new_one_is_written() -> None:
    assert typed("init", "--add")[0] == 0
    added = written()
    RULES.unlink()
    typed("init")
    assert written() == added


def test_answers_given_with_add_are_those_of_the_new_items_too() -> None:
    answered(ANSWERS)
    before = written()
    PATH.write_text(CHECKLIST + NEW, encoding="utf-8")
    new = "status:SHOP_URL: 200\nfact:chat: CHAT\nmembers:security-lead: '@octo-lead'\n"
    Path("answers.yml").write_text(new, encoding="utf-8")
    code, out, _ = typed("init", "--add", "--answers", "answers.yml")
    assert code == 0
    assert "5 items added\n  3 questions answered\n" in out
    assert "edited" not in out
    assert "TODO" not in written().partition("version:")[2]
    assert lines_kept(before)
    assert lines_of("CHAT_URL") == "  CHAT_URL:\n    when: chat"
    assert '  security-lead: ["@octo-lead"]\n' in written()
    assert typed("lint", "--strict")[0] == 0


@pytest.mark.parametrize(
    ("old", "new", "end"),
    [
        ("facts:\n", '"facts":\n', "\n"),
        ("facts:\n", "facts :  # mine\n", "\r\n"),
        ("items:\n", "# The rules.\n# Really.\nitems:\n", "\r"),
        ("items:\n", "'items':\n", "\n"),
        ("unverified: sign", "name: |-\n  x\nunverified: sign", "\r"),
        ("unverified: sign", "# a\u2028# b\x85# c\nunverified: sign", "\r\n"),
    ],
)
def test_the_file_afterwards_is_the_file_before_and_the_new_lines(
    old: str, new: str, end: str
) -> None:
    answered(ANSWERS)
    before = written().replace(f"\n{old}", f"\n{new}", 1)
    assert before != written()
    RULES.write_bytes(before.replace("\n", end).encode())
    PATH.write_text(CHECKLIST + NEW, encoding="utf-8")
    code, _, err = typed("init", "--add")
    assert (code, err) == (0, "")
    after = RULES.read_bytes().decode()
    assert end == "\n" or "\n" not in after.replace(end, "")
    kept = iter(after.split(end))
    assert all(line in kept for line in before.split("\n"))
    assert "unbound" not in typed("lint")[1]
    assert new.replace("\n", end) in after


def test_a_comment_above_the_rules_stays_above_them() -> None:
    RULES.parent.mkdir()
    RULES.write_text("version: 1\n\n# The rules.\nitems:\n  Reviewed: sign\n", encoding="utf-8")
    PATH.write_text("- [ ] Reviewed\n- [ ] Approved by the security lead\n", encoding="utf-8")
    assert typed("init", "--add")[0] == 0
    assert "\n\n# The rules.\nitems:\n  Reviewed: sign\n" in written()
    assert "\nroles:\n" in written().partition("# The rules.")[0]
