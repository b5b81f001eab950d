"""`lint --format json|github`: all that the text says, for programs and for the lines of a pull request."""

from __future__ import annotations

import io
import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from deploy_checklist.cli import run
from deploy_checklist.commands.lint_findings import KINDS
from deploy_checklist.commands.lint_formats import json_schema
from deploy_checklist.outcome import capitalized
from deploy_checklist.report.view import counted

Files = Mapping[str, str]
CHECKLIST = "# Release\n- [ ] `API_KEY` is set\n"
RULES = "version: 1\nitems:\n  API_KEY: secret\n"
OWNERS = "* @octo\n"


def typed(*arguments: str, environ: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    code = run(["lint", *arguments], environ or {}, out, err)
    return code, out.getvalue(), err.getvalue()


def as_json(*arguments: str, environ: Mapping[str, str] | None = None) -> dict[str, Any]:
    code, out, err = typed("--format", "json", *arguments, environ=environ)
    found: dict[str, Any] = json.loads(out)
    assert (found["exit_code"], err) == (code, "")
    Draft202012Validator(json_schema()).validate(found)
    return found


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    subprocess.run(["git", "init", "-q"], check=True)
    return tmp_path


def write(folder: Path, checklist: str = CHECKLIST, rules: str = RULES, **more: str) -> None:
    named = {"deploy-checklist.md": checklist, "deploy-checklist.yml": rules, "CODEOWNERS": OWNERS}
    for name, text in {**named, **more}.items():
        (folder / name).write_text(text, encoding="utf-8")


def with_item(words: str, rule: str = "") -> tuple[str, str]:
    return f"{CHECKLIST}- [ ] {words}\n", f"{RULES}{rule}"


# One way to each kind of finding.
CAUSES: dict[str, tuple[str, str, Files]] = {
    "unusable": (CHECKLIST, RULES.replace("secret", "secrt"), {}),
    "box": (f"{CHECKLIST}-[ ] Prices\n", RULES, {}),
    "unbound": (*with_item("Prices looked at"), {}),
    "orphan": (CHECKLIST, f"{RULES}  OLD_KEY: secret\n", {}),
    "moved": (
        f"{CHECKLIST}\n## Later\n- [ ] Prices looked at again\n",
        f"{RULES}  Before/Prices looked at again: sign\n",
        {},
    ),
    "renumbered": (*with_item("3.2 Prices looked at", "  3.1 Prices looked at: sign\n"), {}),
    "reworded": (*with_item("Tax and prices looked at", "  All prices looked at: sign\n"), {}),
    "split": (
        f"{CHECKLIST}- [ ] Prices compared\n- [ ] Taxes reviewed\n",
        f"{RULES}  Prices compared taxes reviewed: sign\n",
        {},
    ),
    "optional": (*with_item("Prices looked at (optional)", "  Prices looked at: sign\n"), {}),
    "table": (
        f"{CHECKLIST}\n| Secret | Source of truth | Owner |\n| --- | --- | --- |\n| `B_KEY` | vault | Ops |\n",
        RULES,
        {},
    ),
    "role": (
        *with_item("Prices looked at", "  Prices looked at: { sign: { by: [leed, write] } }\n"),
        {},
    ),
    "section": (CHECKLIST, f"{RULES}sections: {{ Payment: {{ skip: none }} }}\n", {}),
    "unowned": (CHECKLIST, RULES, {"CODEOWNERS": "/docs/ @octo\n"}),
    "question": (CHECKLIST, f"{RULES}  # TODO domain:production What is it?\n", {}),
    "reference": (f"{CHECKLIST}\n## Rollback\n- [ ] Revert\n- [ ] Tell all\n", RULES, {}),
    "variables": (CHECKLIST, RULES, {".env.example": "API_KEY=\nPORT=\n"}),
}


def test_every_kind_has_a_cause() -> None:
    assert list(CAUSES) == list(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_kind_is_found_and_all_that_the_text_says_of_it_is_in_the_json(
    folder: Path, kind: str
) -> None:
    checklist, rules, more = CAUSES[kind]
    write(folder, checklist, rules, **more)
    found = as_json("--strict")
    assert kind in {each["kind"] for each in found["findings"]}
    code, out, err = typed("--strict")
    assert code == found["exit_code"]
    for line in (out + err).splitlines():
        assert is_told(line, found), line


def is_told(line: str, found: dict[str, Any]) -> bool:
    """Whether a line of the text says nothing that the JSON does not have."""
    findings = found["findings"]
    holding = [each for each in findings if each["level"] != "notice"]
    asked = [each["question"] for each in holding if each["question"]]
    never = [each for each in findings if each["kind"] == "reference"]
    lines = ", ".join(str(each["line"]) for each in never)
    which = "line" if len(never) == 1 else "lines"
    return (
        line
        in {
            "the checklist and the rules agree",
            counted(len(holding) - len(asked), "finding"),
            f"{len(asked)} question left open: {', '.join(asked)}. "
            "Answer it with `deploy-checklist init`",
            *(
                f"notice: for reference, never checked: {len(never)} ({which} {lines}). {each['remedy']}"
                for each in never
            ),
            f"--strict: {found['counts']['error']} to fix first, so the exit code is 1",
        }
        or [text_of(each) for each in findings].count(line) == 1
    )


def text_of(each: dict[str, Any]) -> str:
    place = [each["file"], each["line"], each["column"]]
    words = [each["message"], each["remedy"]]
    if each["kind"] != "unusable":
        words[1] = capitalized(each["remedy"] or "")
        words[0] = f"{'notice' if each['level'] == 'notice' else each['kind']}: {words[0]}"
    where = ":".join(str(part) for part in place if part is not None)
    return f"{where}: " + ". ".join(part for part in words if part)


def test_the_form_is_the_documented_one(folder: Path) -> None:
    write(folder, *with_item("Prices looked at"))
    found = as_json()
    assert list(found) == [
        *("schema", "exit_code", "strict", "checklist", "rules", "counts", "findings")
    ]
    assert found["findings"] == [
        {
            "level": "warning",
            "kind": "unbound",
            "message": "no rule covers “Prices looked at”, so a person must sign it",
            "remedy": "add `Prices looked at: sign` under `items:`",
            "file": "deploy-checklist.md",
            "line": 3,
            "column": None,
            "item": "prices",
            "question": None,
        }
    ]
    assert found["counts"] == {"error": 0, "warning": 1, "notice": 0}
    assert (found["checklist"], found["rules"]) == ("deploy-checklist.md", "deploy-checklist.yml")
    Draft202012Validator.check_schema(json_schema())


def test_without_a_rules_file_there_is_none(folder: Path) -> None:
    write(folder)
    (folder / "deploy-checklist.yml").unlink()
    assert as_json()["rules"] is None
    assert as_json("--strict")["findings"] == []


def test_without_owners_a_repository_is_told_so(folder: Path) -> None:
    write(folder)
    (folder / "CODEOWNERS").unlink()
    (only,) = as_json("--strict")["findings"]
    assert (only["level"], only["kind"], only["file"]) == ("notice", "unowned", None)
    assert typed()[1].splitlines()[1] == f"notice: {only['message']}. {only['remedy']}"


@pytest.mark.parametrize("form", ["text", "json", "github"])
@pytest.mark.parametrize("kind", ["unusable", "unbound", "question", "reference", "variables"])
def test_the_form_changes_no_exit_code(folder: Path, form: str, kind: str) -> None:
    checklist, rules, more = CAUSES[kind]
    write(folder, checklist, rules, **more)
    holds = {"unusable": (2, 2), "reference": (0, 0), "variables": (0, 0)}.get(kind, (0, 1))
    assert (typed("--format", form)[0], typed("--format", form, "--strict")[0]) == holds


@pytest.mark.parametrize("kind", KINDS)
def test_strict_ends_with_1_for_every_warning_and_for_no_notice(folder: Path, kind: str) -> None:
    """In the text, what is above the summary is a warning, and each notice says that it is one."""
    checklist, rules, more = CAUSES[kind]
    write(folder, checklist, rules, **more)
    counts = as_json()["counts"]
    if counts["error"]:
        assert typed("--strict")[0] == 2
        return
    code, out, _ = typed("--strict")
    assert code == (1 if counts["warning"] else 0)
    assert counts["warning"] + counts["notice"] > 0
    told = len(re.findall(r"^(?:[\w.-]+:(?:\d+:)? )?notice: ", out, re.MULTILINE))
    assert bool(told) is bool(counts["notice"])
    assert (f"{counts['warning']} to fix first" in out) is (code == 1)


# --- what cannot be used


def test_a_mistake_in_the_rules_is_a_finding_with_its_place(folder: Path) -> None:
    write(folder, rules=RULES.replace("secret", "{ secrt: true }"))
    (only,) = as_json()["findings"]
    assert (only["file"], only["line"], only["column"]) == ("deploy-checklist.yml", 3, 14)
    assert only["message"] == "`secrt` is neither a check nor a setting of a rule"
    assert only["remedy"] == "Did you mean `secret`?"
    assert typed("--format", "github")[1] == (
        "::error file=deploy-checklist.yml,line=3,col=14,title=deploy-checklist lint%3A unusable"
        "::secrt is neither a check nor a setting of a rule. Did you mean secret?\n"
    )


def test_every_mistake_is_in_the_json_however_many(folder: Path) -> None:
    write(folder, rules=RULES + "".join(f"  KEY_{n}: secrt\n" for n in range(80)))
    assert len(as_json()["findings"]) == 80
    commands = typed("--format", "github")[1].splitlines()
    assert len(commands) == 10
    assert commands[-1] == "::error title=and more::71 more are listed by deploy-checklist lint"


@pytest.mark.parametrize(
    ("data", "arguments", "file", "line", "message"),
    [
        (b"", (), "deploy-checklist.md", None, "is empty"),
        (b"a\n\xff", (), "deploy-checklist.md", 2, "not UTF-8 (byte 3 of the file)"),
        (b"# R\n", (), "deploy-checklist.md", None, "has no items"),
        (b"", ("gone.md",), "gone.md", None, "no such checklist"),
        (b"", ("docs",), "docs", None, "the checklist is a folder, not a file"),
        (b"", ("--rules", "gone.yml"), "gone.yml", None, "no such rules file"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(
    folder: Path,
    data: bytes,
    arguments: tuple[str, ...],
    file: str,
    line: int | None,
    message: str,
) -> None:
    (folder / "docs").mkdir()
    (folder / "deploy-checklist.md").write_bytes(data)
    found = as_json(*arguments)
    (only,) = found["findings"]
    assert (only["file"], only["line"], only["message"]) == (file, line, message)
    assert (found["exit_code"], only["level"]) == (2, "error")
    assert (found["checklist"], found["rules"]) == (None, None)


def test_a_file_that_was_found_is_named_from_the_root(folder: Path) -> None:
    write(folder)
    (folder / "deploy-checklist.yml").unlink()
    (folder / "deploy-checklist.yml").mkdir()
    (only,) = as_json()["findings"]
    assert only["file"] == "deploy-checklist.yml"


def test_a_checklist_that_the_rules_name_and_nobody_has(folder: Path) -> None:
    write(folder, rules=f"{RULES}checklist: gone.md\n")
    (only,) = as_json()["findings"]
    assert (only["file"], only["line"]) == ("deploy-checklist.yml", 4)
    assert only["message"] == "the file in `checklist: gone.md` does not exist"


def test_no_checklist_at_all(folder: Path) -> None:
    (only,) = as_json()["findings"]
    assert only["message"].startswith("no checklist found")
    assert (only["file"], typed("--format", "github")[0]) == (None, 2)


# --- text from outside

HOSTILE = "Pay\u2028::error::x \x1b[31mred ##[error]y %0A::stop-commands::z \u202etxt\u202c, a=b:c"


def test_hostile_words_are_text_in_json(folder: Path) -> None:
    write(folder, *with_item(HOSTILE))
    _, out, _ = typed("--format", "json")
    assert "Pay" in out
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\ud800-\udfff]", out)
    assert "##[" not in out
    assert not [line for line in out.splitlines() if line.strip().startswith("::")]


def test_hostile_words_are_one_command_each(folder: Path) -> None:
    write(folder, *with_item(HOSTILE), **{".env.example": "API_KEY=\nPORT=\n"})
    _, out, _ = typed("--format", "github")
    form = r"::(error|warning|notice) [a-z]+=[^:,\n]*(,[a-z]+=[^:,\n]*)*::[^\n\r]*"
    lines = out.split("\n")
    assert lines.pop() == ""
    assert len(lines) == 2
    for line in lines:
        assert re.fullmatch(form, line), line
        assert not re.search("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e]", line)
        assert "##[" not in line
    assert "%250A" in lines[0]


@pytest.mark.parametrize("form", ["text", "json", "github"])
def test_no_value_of_a_variable_is_shown(folder: Path, form: str) -> None:
    value = "hunter2-hunter2"
    write(folder, *with_item(f"{value} and more of `OTHER_NAME`"))
    for environ in ({"API_KEY": value}, {"A_PASSWORD": value}):
        _, out, err = typed("--format", form, environ=environ)
        assert value not in out + err
        assert "***" in out
    write(folder, rules=f"{RULES}  {value}: {value}\n")
    _, out, err = typed("--format", form, environ={"A_TOKEN": value})
    assert value not in out + err


@pytest.mark.parametrize("value", ["item", "message", "unbound", "warning", "1234", "true"])
def test_a_secret_that_is_a_word_of_the_form_does_not_break_it(folder: Path, value: str) -> None:
    write(folder, *with_item("Prices looked at"))
    without = as_json()
    assert as_json(environ={"API_KEY": value})["counts"] == without["counts"]
    commands = typed("--format", "github", environ={"API_KEY": value})[1]
    assert commands.startswith("::warning file=")


def test_github_marks_the_lines_and_items_that_are_never_asked_share_one(folder: Path) -> None:
    checklist = f"{CHECKLIST}- [ ] Prices\n\n## Rollback\n- [ ] Revert\n- [ ] Tell all\n"
    write(folder, checklist)
    mark = "title=deploy-checklist lint%3A"
    assert typed("--format", "github")[1].splitlines() == [
        f"::warning file=deploy-checklist.md,line=3,{mark} unbound"
        "::no rule covers “Prices”, so a person must sign it. Add Prices: sign under items:",
        f"::notice file=deploy-checklist.md,line=6,{mark} reference"
        "::for reference, never checked: 2 (lines 6, 7). <!-- phase: before --> under a heading makes "
        "its items part of the gate",
    ]
    assert typed("--format", "github", "--strict")[1].startswith("::error file=")
    write(folder)
    assert typed("--format", "github")[1] == ""
