"""A misspelt command, flag, choice, file or environment is told what may have been meant."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from deploy_checklist.cli import run


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/deployment-checklist.md").write_text("- [ ] `API_KEY` is set\n")
    (tmp_path / ".env.staging").write_text("API_KEY=a\n")
    (tmp_path / "deploy-checklist.yml").write_text(
        "version: 1\nchecklist: docs/deployment-checklist.md\n"
        "environments: { staging: {}, production: {} }\nitems: { API_KEY: present }\n"
    )
    return tmp_path


def told(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """What a command says that judged nothing."""
    out, err = io.StringIO(), io.StringIO()
    try:
        code = run(arguments, {}, out, err)
    except SystemExit as stop:
        code = int(stop.code or 0)
    printed = capsys.readouterr()
    assert (code, out.getvalue() + printed.out) == (2, "")
    return err.getvalue() + printed.err


def test_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    message = told(capsys, "chekc")
    assert "invalid choice: 'chekc'" in message
    assert message.endswith("Did you mean `check`?\n")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["check", "--envfile", ".env"], "`--env-file`?"),
        (["check", "--env-fil=.env"], "`--env-file`?"),
        (["check", "--env", "production"], "`--environment` or `--env-file`?"),
        (["check", "--colour", "never"], "`--color`?"),
        (["lint", "--strct"], "`--strict`?"),
        (["explain", "--itme", "x"], "`--item`?"),
        (["--verison", "check"], "`--version`?"),
        (["check", "--rul\x1b[31mes"], "`--rules`?"),
    ],
)
def test_a_flag(typed: list[str], meant: str, capsys: pytest.CaptureFixture[str]) -> None:
    message = told(capsys, *typed)
    assert "unrecognized arguments: --" in message
    assert message.endswith(f"Did you mean {meant}\n")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["--vesion"], "`--version`?"),
        (["version"], "`--version`?"),
        (["help"], "`--help`?"),
        (["compare", "--fromat", "json"], "`--format`?"),
        (["fleet", "--outptu", "x"], "`--output`?"),
    ],
)
def test_a_flag_where_a_word_is_missing(
    typed: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert told(capsys, *typed).endswith(f"Did you mean {meant}\n")


def test_a_flag_and_its_word(capsys: pytest.CaptureFixture[str]) -> None:
    message = told(capsys, "check", "--format", "jsn", "--strct")
    assert message.endswith("Did you mean `json`? Did you mean `--strict`?\n")


def test_no_flag_of_another_command_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "chekc", "--verison").endswith("Did you mean `check`?\n")


def test_a_report_of_a_fleet(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "report.json").write_text("{}")
    assert told(capsys, "fleet", "reprt.json") == "no report found\nDid you mean `report.json`?\n"
    nothing_near = "no report found\ngive files, folders or globs, or `-`\n"
    assert told(capsys, "fleet", "nothing/*.json") == nothing_near


def test_the_beginning_of_a_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert "Did you mean `production`?" in told(capsys, "check", "-e", "prod")
    assert "Did you mean" not in told(capsys, "check", "-e", "p")


def test_a_flag_of_a_command_is_reported_with_the_usage_of_this_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert told(capsys, "lint", "--strct").startswith("usage: deploy-checklist lint ")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (["check", "-environment", "production"], "`--environment`?"),
        (["check", "-verbose"], "`--verbose`?"),
        (["check", "-env-file=.env.staging"], "`--env-file`?"),
        (["lint", "-rules", "a.yml"], "`--rules`?"),
    ],
)
def test_a_flag_with_one_dash_is_never_several_short_ones(
    typed: list[str], meant: str, capsys: pytest.CaptureFixture[str]
) -> None:
    message = told(capsys, *typed)
    assert message.endswith(f"unrecognized arguments: {typed[1]}. Did you mean {meant}\n")


def test_a_word_after_two_dashes_is_no_flag(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "check", "--env-file", "--").endswith(": expected one argument\n")
    assert told(capsys, "lint", "--", "-rules") == "-rules: no such checklist\n"


def test_nothing_that_was_typed_is_a_command_to_a_terminal_or_a_runner(
    capsys: pytest.CaptureFixture[str],
) -> None:
    message = told(capsys, "lint", "--x\x1b[31m\n::error::boom\n")
    assert "\x1b" not in message and "\n::" not in message


def test_a_secret_that_was_typed_is_not_shown(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "correct-horse-battery")
    message = told(capsys, "lint", "a.md", "correct-horse-battery")
    assert "correct-horse" not in message and "unrecognized arguments: " in message


def test_a_flag_like_no_other_is_told_nothing_more(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "lint", "--xyzzy").endswith("unrecognized arguments: --xyzzy\n")
    assert told(capsys, "lint", "-x").endswith("unrecognized arguments: -x\n")


def test_one_of_some_words(capsys: pytest.CaptureFixture[str]) -> None:
    message = told(capsys, "check", "--format", "jsn")
    assert "argument --format: invalid choice: 'jsn'" in message
    assert message.endswith("Did you mean `json`?\n")


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        (
            ["lint", "docs/deploymnt-checklist.md"],
            "docs/deploymnt-checklist.md: no such checklist\n"
            "Did you mean `docs/deployment-checklist.md`?\n",
        ),
        (
            ["check", "-e", "staging", "--env-file", ".env.stagign"],
            ".env.stagign: no such env file\nDid you mean `.env.staging`?\n",
        ),
        (
            ["lint", "--rules", "deploy-cheklist.yml"],
            "deploy-cheklist.yml: no such rules file\nDid you mean `deploy-checklist.yml`?\n",
        ),
        (["lint", "nothing/like-it.md"], "nothing/like-it.md: no such checklist\n"),
        (["lint", "docs/x.md"], "docs/x.md: no such checklist\n"),
    ],
)
def test_a_file(typed: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, *typed) == message


def test_the_checklist_that_the_rules_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    rules = folder / "deploy-checklist.yml"
    rules.write_text(rules.read_text().replace("deployment", "deployent"))
    assert told(capsys, "lint") == (
        "deploy-checklist.yml:2: the file in `checklist: docs/deployent-checklist.md` does not exist\nDid you mean `docs/deployment-checklist.md`? Else correct the path; it must be relative to the repository's root\n"
    )


@pytest.mark.parametrize("command", [["check", "-e"], ["explain", "-e"], ["compare", "staging"]])
def test_an_environment(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    files = ["--env-file", ".env.staging", ".env.staging"] if command[0] == "compare" else []
    assert "Did you mean `production`?" in told(capsys, *command, "prodution", *files)
