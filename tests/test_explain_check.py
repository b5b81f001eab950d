"""`explain --check KIND`: what docs/checks.md says of a kind, in the terminal, without a checklist."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import msgspec
import pytest
from jsonschema import Draft202012Validator

from deploy_checklist.checks import value
from deploy_checklist.checks.registry import kinds
from deploy_checklist.cli import run
from deploy_checklist.commands.described_check import DescribedCheck
from deploy_checklist.commands.described_check_formats import as_text
from deploy_checklist.report.columns import width
from deploy_checklist.schemas import json_schema

PAGE = (Path(__file__).parents[1] / "docs/checks.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## `(\w+)`\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL))


def typed(*arguments: str, columns: str = "80") -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(arguments, {"COLUMNS": columns}, out, err)
    return code, out.getvalue(), err.getvalue()


def words(text: str) -> str:
    return " ".join(text.replace("`", "").replace(r"\|", "|").split())


@pytest.fixture(autouse=True)
def nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder without any document."""
    monkeypatch.chdir(tmp_path)


@pytest.mark.parametrize("kind", [name for name in kinds() if name not in value.KEYS])
def test_a_kind_is_reported_with_all_that_its_page_says(kind: str) -> None:
    code, out, err = typed("explain", "--check", kind)
    assert (code, err) == (0, "")
    shown, (heading, *parts) = words(out), SECTIONS[kind].strip().split("\n\n")
    assert words(heading) in shown
    for part in parts:
        rows = [row.strip("| ").split(" | ") for row in part.split("\n") if row.startswith("| `")]
        for name, takes, *_, meaning in rows:
            assert f"{words(name)}: {words(takes)}" in shown
            assert words(meaning) in shown
        assert part.startswith("|") or words(part) in shown
    assert ("explain --check equals" in shown) is ("| *a comparator* |" in SECTIONS[kind])


@pytest.mark.parametrize("key", value.KEYS)
def test_a_comparator_is_reported_with_what_it_takes(key: str) -> None:
    code, out, _ = typed("explain", "--check", key)
    meaning = re.search(
        rf"^\| `{key}` \| (.+) \|$", PAGE.partition("## Comparators")[2], re.MULTILINE
    )
    assert meaning is not None
    assert code == 0
    assert f"Passes when: the value {words(meaning[1])}." in words(out)
    assert "\n  Takes " in out


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        ("equals_env", "Takes text, such as API_URL."),
        ("contains", "Takes text, true · false, whole number, number, or a list."),
        ("rotated_within", "within: text, such as 90d (required)"),
    ],
)
def test_what_may_be_written_is_told_in_words(kind: str, told: str) -> None:
    assert told in words(typed("explain", "--check", kind)[1])


@pytest.mark.parametrize("columns", ["60", "80", "300"])
def test_no_line_is_wider_than_the_terminal_or_can_be_read(columns: str) -> None:
    for kind in kinds():
        lines = typed("explain", "--check", kind, columns=columns)[1].splitlines()
        assert max(map(width, lines)) <= min(int(columns), 100)


def test_a_kind_that_there_is_not_is_told_what_was_meant() -> None:
    assert typed("explain", "--check", "tlss") == (
        2,
        "",
        "`tlss` is not a kind of check\nDid you mean `tls`?\n",
    )
    assert "The kinds are: absent, aws_certificate, " in typed("explain", "--check", "xyzzy")[2]


def test_a_kind_in_the_place_of_the_checklist_is_told_how_to_ask_for_it() -> None:
    message = "tls: no such checklist\nto describe the check of this name: deploy-checklist explain --check tls\n"
    assert typed("explain", "tls") == (2, "", message)
    Path("tls").write_text("- [ ] Announced\n")
    assert typed("explain", "tls")[0] == 0


@pytest.mark.parametrize("kind", kinds())
def test_the_json_has_all_that_the_text_says(kind: str) -> None:
    code, out, err = typed("explain", "--check", kind, "--format", "json")
    assert (code, err) == (0, "")
    found = json.loads(out)
    Draft202012Validator(json_schema("explain-check")).validate(found)
    check = msgspec.convert(found, DescribedCheck)
    assert as_text(check, 80) == typed("explain", "--check", kind)[1]


def test_a_program_can_tell_what_must_be_given_from_what_has_a_default() -> None:
    found = json.loads(typed("explain", "--check", "dns", "--format", "json")[1])
    assert (found["schema"], found["name"], found["takes"]) == (1, "dns", None)
    by_name = {each["name"]: each for each in found["parameters"]}
    assert (by_name["timeout"]["required"], by_name["timeout"]["default"]) == (False, "`10s`")
    assert (by_name["name"]["required"], by_name["name"]["default"]) == (True, None)
    found = json.loads(typed("explain", "--check", "equals", "--format", "json")[1])
    assert (found["parameters"], found["compares"]) == ([], False)
    assert found["takes"]


def test_a_kind_that_there_is_not_is_no_json() -> None:
    code, out, err = typed("explain", "--check", "tlss", "--format", "json")
    assert (code, out) == (2, "")
    assert "Did you mean `tls`?" in err
