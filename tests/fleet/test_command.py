"""`deploy-checklist fleet` as it is typed: what it reads, what it writes, and what it exits with."""

from __future__ import annotations

import inspect
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import reports
from deploy_checklist.arguments import parser
from deploy_checklist.cli import run
from deploy_checklist.fleet.documents import LARGEST
from deploy_checklist.fleet.formats import FORMATS, render
from deploy_checklist.fleet.model import Dated, FleetRow, Standing
from deploy_checklist.fleet.read import MOST_FAULTS, MOST_REPORTS
from deploy_checklist.fleet.texts import COLUMNS
from fleet.example import example
from fleet.given import data, of, written
from test_cli import RULES, imported_by

CHECKLIST = "# Release\n\n- [ ] `API_KEY` is set\n"
NOW = "2026-11-23T08:00:00Z"


def typed(*arguments: str) -> tuple[int, str, str]:
    """Exit code, screen, errors."""
    out, err = io.StringIO(), io.StringIO()
    code = run(("fleet", *arguments, "--now", NOW), {}, out, err)
    return code, out.getvalue(), err.getvalue()


def sources(*arguments: str) -> dict[str, str]:
    """Of each row where it was read, and what it is."""
    _, out, err = typed("--format", "json", *arguments)
    assert err == ""
    return {row["source"]: row["standing"] for row in json.loads(out)["rows"]}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with reports, and we are in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "reports" / "deep").mkdir(parents=True)
    (tmp_path / "reports" / "a.json").write_bytes(data(written()))
    (tmp_path / "reports" / "deep" / "b.json").write_bytes(data(written(reports.ready())))
    (tmp_path / "reports" / "notes.txt").write_text("no report")
    return tmp_path


def given_on_standard_input(monkeypatch: pytest.MonkeyPatch, content: bytes) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))


def test_files_folders_and_globs_are_read(folder: Path) -> None:
    both = {"reports/a.json": "blocked", "reports/deep/b.json": "ready"}
    assert sources("reports/a.json") == {"reports/a.json": "blocked"}
    assert sources("reports") == sources("reports/") == sources("reports/**/*.json") == both
    assert sources("r*/*.json") == sources("reports/[a-c].json") == {"reports/a.json": "blocked"}
    assert sources("**/b.json") == {"reports/deep/b.json": "ready"}
    absolute = str(folder / "reports")
    assert sources(f"{absolute}/*/b.json") == {f"{absolute}/deep/b.json": "ready"}


def test_the_standard_input_is_one_report_a_list_or_one_on_each_line(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, other = written(), written(reports.ready())
    for content, expected in (
        (json.dumps(one, indent=2).encode(), {"-": "blocked"}),
        (data(one), {"-": "blocked"}),
        (data([one, other]), {"-, entry 1": "blocked", "-, entry 2": "ready"}),
        (data(one) + b"\n" + data(other), {"-, line 1": "blocked", "-, line 2": "ready"}),
    ):
        given_on_standard_input(monkeypatch, content)
        assert sources("-") == expected
    given_on_standard_input(monkeypatch, data(other))
    assert sources("reports/a.json", "-") == {"reports/a.json": "blocked", "-": "ready"}
    monkeypatch.setattr(sys, "stdin", None)
    assert sources("-", "reports/a.json")["-"] == "unreadable"


def test_a_folder_of_hundreds_is_one_page(folder: Path) -> None:
    for number in range(300):
        report = written(of(f"acme/shop-{number}", reports.ready()))
        (folder / "reports" / f"{number}.json").write_bytes(data(report))
    code, out, _ = typed("reports")
    assert code == 0
    assert out.startswith("## 302 reports: 1 blocked, 301 ready\n")


def test_no_link_of_a_folder_is_followed_and_each_is_a_row(folder: Path) -> None:
    outside = folder / "outside.json"
    outside.write_bytes(data(written()))
    (folder / "reports" / "link.json").symlink_to(outside)
    (folder / "reports" / "elsewhere").symlink_to(folder)
    os.mkfifo(folder / "reports" / "pipe.json")
    found = {
        "reports/a.json": "blocked",
        "reports/deep/b.json": "ready",
        "reports/link.json": "unreadable",
    }
    assert sources("reports") == sources("reports/**/*.json") == found
    assert sources("reports/link.json") == {"reports/link.json": "blocked"}  # somebody named it


def test_a_pipe_or_a_device_that_is_named_is_not_waited_for(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    assert sources("pipe", "/dev/zero", "reports/a.json") == {
        "reports/a.json": "blocked",
        "pipe": "unreadable",
        "/dev/zero": "unreadable",
    }


def test_a_file_of_100_megabytes_is_a_row(folder: Path) -> None:
    with (folder / "large.json").open("wb") as large:
        large.write(b'{"schema": 1,\n')
        large.truncate(100_000_000)
    code, out, _ = typed("large.json", "reports/a.json")
    assert code == 1
    assert "larger than 4 MiB, which no report needs to be" in out


def test_a_name_that_cannot_be_shown_as_it_is_is_shown_all_the_same(folder: Path) -> None:
    for name in (b"\xff.json", b"a\nb.json", b"<b>|.json"):
        (folder / "reports" / os.fsdecode(name)).write_bytes(data(written()))
    for form in FORMATS:
        code, out, err = typed("reports", "--format", form)
        assert (code, err) == (1, "")  # a name with a control character is refused
        assert out.encode("utf-8", "strict")


def test_a_name_that_is_too_long_leads_to_no_file(folder: Path) -> None:
    for name in ("a" * 5_000, "a/" * 3_000 + "*"):
        assert list(sources(name, "reports/a.json").values()) == ["blocked", "unreadable"]


def test_folders_that_are_nested_too_deep_are_a_row(folder: Path) -> None:
    (folder / "deep" / "/".join("d" * 400)).mkdir(parents=True)
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack(0)) + 300)
    try:
        assert sources("deep", "reports/a.json") == {
            "reports/a.json": "blocked",
            "deep": "unreadable",
        }
    finally:
        sys.setrecursionlimit(before)


# --- exit codes


def test_the_exit_code_is_0_if_every_report_was_read_whatever_its_verdict(folder: Path) -> None:
    assert typed("reports")[0] == 0


def test_the_exit_code_is_1_and_the_page_is_whole_if_one_was_not(folder: Path) -> None:
    (folder / "bad.json").write_text("{")
    for bad in ("bad.json", "nowhere.json", "nothing/*.json"):
        code, out, err = typed("reports", bad)
        assert (code, err) == (1, "")
        assert out.startswith("## 3 reports: 1 blocked, 1 could not be read, 1 ready\n")
    assert typed("bad.json")[0] == 1


def test_the_exit_code_is_2_if_there_is_no_report(folder: Path) -> None:
    (folder / "empty").mkdir()
    (folder / "none.json").write_text("[]")
    for nothing in ("empty", "nowhere.json", "*.yml", "none.json"):
        code, out, err = typed(nothing)
        assert (code, out) == (2, ""), nothing
        assert err.startswith("no report found\n")


def test_the_help_tells_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        typed("--help")
    said = " ".join(capsys.readouterr().out.split())
    assert "0 every report was read, whatever its verdict" in said
    assert "1 a report could not be read · 2 no report was found" in said


# --- what is written


def test_the_command_line_offers_every_format() -> None:
    for form in FORMATS:
        given: Any = parser().parse_args(["fleet", "x", "--format", form])
        assert given.format == form
    assert parser().parse_args(["fleet", "x"]).format == "markdown"


def test_the_page_is_written_to_a_file_and_through_no_link(folder: Path) -> None:
    assert typed("reports", "--format", "html", "--output", "page.html") == (0, "", "")
    assert (folder / "page.html").read_text().startswith("<!doctype html>")
    (folder / "link.html").symlink_to(folder / "stolen")
    code, _, err = typed("reports", "--output", "link.html")
    assert (code, "it is a symbolic link" in err) == (2, True)


def test_the_same_reports_give_the_same_bytes(folder: Path) -> None:
    for form in FORMATS:
        assert typed("reports", "--format", form) == typed("reports", "--format", form)


def test_a_report_of_check_is_read(folder: Path) -> None:
    (folder / "deploy-checklist.md").write_text(CHECKLIST)
    line = ("check", "--format", "json", "--output", "out.json", "--now", NOW)
    assert run(line, {}, io.StringIO(), io.StringIO()) == 1
    assert list(sources("out.json").values()) == ["waiting"]


def test_a_check_imports_nothing_of_it(tmp_path: Path) -> None:
    (tmp_path / "checklist.md").write_text(CHECKLIST)
    (tmp_path / "deploy-checklist.yml").write_text(RULES)
    loaded = imported_by(tmp_path, "check", "--now", NOW)
    assert not {name for name in loaded if "fleet" in name or "report_files" in name}


def test_it_imports_nothing_that_judges(folder: Path) -> None:
    loaded = imported_by(folder, "fleet", "reports")
    rooms = {name.split(".")[1] for name in loaded if name.startswith("deploy_checklist.")}
    assert not rooms & {"engine", "checks", "rules", "inference", "github", "runtime"}


# --- docs


def test_the_page_of_the_docs_names_every_column_every_key_and_every_standing() -> None:
    text = (Path(__file__).parents[2] / "docs" / "fleet.md").read_text()
    for column in COLUMNS:
        assert f"\n| {column} |" in text
    names = [*Standing, *FleetRow.__struct_fields__, *Dated.__struct_fields__]
    assert [name for name in names if f"`{name}`" not in text] == []
    document = json.loads(render(example(), "json"))
    assert [name for name in document if f"`{name}`" not in text] == []
    assert f"more than {MOST_REPORTS:,}" in text
    assert f"After {MOST_FAULTS:,} faults" in text
    assert f"At most {LARGEST // 1_048_576} MiB" in text
