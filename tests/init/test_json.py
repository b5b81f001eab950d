"""`init --format json`: all that the text says, for a program; and nothing is asked."""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy_checklist.commands.init_formats import json_schema

from .shop import ANSWERS, CHECKLIST, PATH, RULES, answered, typed, written
from .test_asking import Terminal

pytestmark = pytest.mark.usefixtures("folder")


def as_json(*arguments: str, environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    code, out, err = typed("init", "--format", "json", *arguments, environ=environ)
    found: dict[str, Any] = json.loads(out)
    assert (found["exit_code"], err) == (code, "")
    Draft202012Validator(json_schema()).validate(found)
    return found


def both(*arguments: str) -> tuple[str, dict[str, Any]]:
    """The text and the JSON of the same command on the same files."""
    before = {path: path.read_bytes() if path.exists() else None for path in (RULES, PATH)}
    text = typed("init", *arguments)[1]
    for path, data in before.items():
        if data is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(data)
    found = as_json(*arguments)
    assert found["errors"] == []
    return text, found


def assert_told(text: str, found: dict[str, Any]) -> None:
    """Every line of the text says nothing that the JSON does not have."""
    questions = len(found["questions"])
    says = {
        "",
        f"wrote {found['rules']}   {found['item_count']} items",
        f"wrote {found['rules']}   {found['item_count']} items, {questions} questions left open (`# TODO`)",
        f"pinned {found['pinned']} items in {found['checklist']}",
        f"{found['rules']}: {len(found['answered'])} questions answered",
        f"{found['rules']}: {len(found['answered'])} question answered",
        f"{found['rules']}: {found['added']} items added",
        f"  {len(found['answered'])} question answered",
        *(
            f"  {found['checklist']}:{each['line']:<4} {each['question']}"
            for each in found["questions"]
        ),
        *(f"  {each['id']}: {each['why']}" for each in found["not_taken"]),
        *(f"Next   {each['why']}, and run  {each['command']}" for each in found["next"]),
    }
    if found["change"] == "none":
        says.add(f"Nothing was written to {found['rules']}")
    steps = {f"{each['command']} {each['why']}" for each in found["next"]}
    for line in text.splitlines():
        left = re.fullmatch(r"(\d+) questions? left open: (.*?)(?: and \d+ more)?", line)
        if left:
            assert int(left[1]) == questions
            assert set(left[2].split(", ")) <= {each["id"] for each in found["questions"]}
        else:
            assert line in says or " ".join(line.removeprefix("Next").split()) in steps, line


KEYS = [
    "schema",
    "exit_code",
    "change",
    "rules",
    "checklist",
    "rule_count",
    "item_count",
    "automation",
    "checks",
    "added",
    "pinned",
    "answered",
    "not_taken",
    "questions",
    "private_domains",
    "next",
    "errors",
]


def test_a_new_file_is_reported_with_everything_that_the_text_says() -> None:
    text, found = both()
    assert list(found) == KEYS
    assert_told(text, found)
    assert (found["change"], found["rules"]) == ("created", str(RULES))
    assert found["checklist"] == str(PATH)
    assert found["added"] is None
    listed = json.loads(typed("init", "--questions", "json")[1])
    assert sorted(listed, key=str) == sorted(found["questions"], key=str)
    assert [each["command"] for each in found["next"]] == [
        "deploy-checklist init",
        "deploy-checklist lint",
        "deploy-checklist check",
    ]
    Draft202012Validator.check_schema(json_schema())


@pytest.mark.parametrize("is_there", [False, True], ids=["new", "there"])
def test_the_counts_are_those_of_the_file(is_there: bool) -> None:
    if is_there:
        answered(ANSWERS)
        PATH.write_text(f"{CHECKLIST}- [ ] Cake ordered.\n")
    found = as_json(*(["--add"] if is_there else []))
    rows = json.loads(typed("explain", "-e", "production", "--format", "json")[1])
    assert found["item_count"] == sum(found["automation"].values()) == len(rows)
    for whom, count in found["automation"].items():
        assert count == [row["automation"] for row in rows].count(whom)
    for kind, count in found["checks"].items():
        if kind != "sign":
            assert count == sum(kind in {use["kind"] for use in row["checks"]} for row in rows)
    assert found["rule_count"] == len(re.findall(r"(?m)^  [^ #]", written().partition("items:")[2]))


def test_answers_are_reported_one_by_one() -> None:
    typed("init")
    RULES.write_text(written().replace("CARD_GATEWAY Which", "CARD_GATEWAY WHICH"))
    Path("answers.yml").write_text(ANSWERS)
    text, found = both("--answers", "answers.yml")
    assert_told(text, found)
    assert (found["change"], len(found["answered"])) == ("changed", 6)
    assert [each["id"] for each in found["not_taken"]] == ["choices:CARD_GATEWAY"]
    assert [each["id"] for each in found["questions"]] == ["choices:CARD_GATEWAY"]
    assert found["questions"][0]["example"]
    text, found = both("--answers", "answers.yml")
    assert_told(text, found)
    assert (found["change"], found["answered"], found["next"]) == ("none", [], [])


def test_added_items_are_counted() -> None:
    answered(ANSWERS)
    PATH.write_text(f"{CHECKLIST}- [ ] Cake ordered.\n- [ ] Reviewed by the security lead.\n")
    text, found = both("--add")
    assert_told(text, found)
    assert (found["change"], found["added"]) == ("changed", 2)
    assert [each["id"] for each in found["questions"]] == ["members:security-lead"]
    text, found = both("--add")
    assert_told(text, found)
    assert (found["change"], found["added"]) == ("none", 0)


def test_pins_are_counted_and_the_pinned_items_have_their_rules() -> None:
    text, found = both("--pin")
    assert_told(text, found)
    assert found["pinned"] == PATH.read_text().count("<!-- rule: ") > 0
    without = as_json_without_pins()
    for key in ("automation", "checks", "rule_count", "item_count"):
        assert found[key] == without[key]


def as_json_without_pins() -> dict[str, Any]:
    RULES.unlink()
    PATH.write_text(CHECKLIST)
    return as_json()


def test_a_question_that_the_checklist_no_longer_asks_has_its_id_only() -> None:
    typed("init")
    PATH.write_text("# D\n- [ ] Cake ordered.\n")
    found = as_json("--add")
    assert found["questions"]
    assert {each["question"] for each in found["questions"]} == {None}


@pytest.mark.parametrize(
    ("answers", "line", "column", "message", "remedy"),
    [
        (
            "domain:production: 7 %\n",
            1,
            20,
            "`domain:production` must be a domain that can be deployed to",
            "",
        ),
        ("domain:prodution: acme.dev\n", 1, 1, "is not a question about this", "Did you mean"),
    ],
)
def test_a_wrong_answer_is_an_error_with_its_place_and_nothing_is_written(
    answers: str, line: int, column: int, message: str, remedy: str
) -> None:
    Path("answers.yml").write_text(answers)
    found = as_json("--answers", "answers.yml")
    (error,) = found["errors"]
    assert list(found) == KEYS
    assert (found["exit_code"], found["change"], RULES.exists()) == (2, "none", False)
    assert (error["file"], error["line"], error["column"]) == ("answers.yml", line, column)
    assert message in typed("init", "--answers", "answers.yml")[2]
    assert error["message"] in typed("init", "--answers", "answers.yml")[2]
    assert (error["remedy"] or "").startswith(remedy)


def test_a_file_that_is_there_is_an_error() -> None:
    typed("init")
    before = written()
    (error,) = as_json()["errors"]
    assert error["message"] == f"{RULES} already exists; init does not overwrite it"
    assert error["remedy"].startswith("to answer its open questions use `--answers FILE`")
    assert written() == before


def test_on_a_terminal_nothing_is_asked(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "--format", "json")
    assert terminal.ends() == 0
    assert json.loads(terminal.screen)["change"] == "created"


def test_no_value_of_a_variable_is_shown_and_no_key_is_lost() -> None:
    PATH.write_text(
        "# D\n- [ ] `CARD_GATEWAY` set to the gateway in use (`hunterlive`, `12345678`, etc.)\n"
    )
    environ = {"API_TOKEN": "hunterlive", "A_KEY": "12345678", "B_KEY": "questions"}
    for arguments in (("--questions", "json"), ("--format", "json")):
        out = typed("init", *arguments, environ=environ)[1]
        assert "hunterlive" not in out
        assert "12345678" not in out
        assert "***" in out
        assert json.loads(out)
    assert '"questions": [' in out


def test_hostile_words_are_text() -> None:
    PATH.write_text(
        "# D\n- [ ] `CARD_GATEWAY` set to the gateway in use (`a\u2028::error::x`, `##[error]`, etc.)\n"
    )
    out = typed("init", "--format", "json")[1]
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]", out)
    assert "##[" not in out
    assert json.loads(out)["questions"][0]["id"] == "choices:CARD_GATEWAY"


@pytest.mark.parametrize("answers", ["", ANSWERS], ids=["open", "answered"])
def test_each_next_command_works_as_it_is_printed(answers: str) -> None:
    """`check` needs an environment where the rules declare several."""
    Path("answers.yml").write_text(answers, encoding="utf-8")
    found = as_json("--answers", "answers.yml")
    commands = [shlex.split(each["command"])[1:] for each in found["next"]]
    judging = [words for words in commands if words[0] != "init"]
    assert judging[-1] == ["check", *(["-e", "production"] if answers else [])]
    for words in judging:
        code, _, errors = typed(*words)
        assert (code in (0, 1), errors) == (True, ""), words
