"""What is published lands in the right file, whole, and nowhere else."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

import reports
from deploy_checklist.errors import Unusable
from deploy_checklist.publish import annotations, outputs, report_file, summary
from destinations import Everywhere


def add_output(path: Path, text: str) -> None:
    outputs.write(path, {"verdict": text})


def test_a_summary_is_added_to_what_is_there(tmp_path: Path) -> None:
    target = tmp_path / "summary"
    target.write_text("before\n")
    summary.append(target, "after\n")
    assert target.read_text() == "before\nafter\n"


def test_a_summary_that_is_too_large_is_cut_between_lines_and_says_so(tmp_path: Path) -> None:
    target = tmp_path / "summary"
    target.write_text("x" * 1_000_000 + "\n")
    summary.append(target, "<details>\n" + "a line of the summary ü\n" * 60_000)
    written = target.read_bytes()
    assert len(written) <= summary.MOST
    assert b"cut here" in written
    assert set(written.decode().splitlines()[2:-3]) == {"a line of the summary ü"}
    assert written.count(b"</details>") == 1


@pytest.mark.parametrize(
    "write", [lambda path: summary.append(path, "x"), lambda path: report_file.write_at(path, "x")]
)
@pytest.mark.parametrize("kind", ["link", "dangling", "fifo", "folder"])
def test_nothing_but_a_plain_file_is_written(tmp_path: Path, kind: str, write: object) -> None:
    target, elsewhere = tmp_path / "target", tmp_path / "elsewhere"
    if kind == "link":
        elsewhere.write_text("untouched")
    {
        "link": lambda: target.symlink_to(elsewhere),
        "dangling": lambda: target.symlink_to(elsewhere),
        "fifo": lambda: os.mkfifo(target),
        "folder": target.mkdir,
    }[kind]()
    with pytest.raises(Unusable, match="cannot write"):
        write(target)  # type: ignore[operator] # a lambda of the table above
    assert elsewhere.read_text() == "untouched" if kind == "link" else not elsewhere.exists()


def test_a_report_file_is_replaced_and_folders_are_made(tmp_path: Path) -> None:
    report_file.write_below(tmp_path, "reports/checklist.json", "a longer text")
    report_file.write_below(tmp_path, "reports/checklist.json", "short")
    assert (tmp_path / "reports" / "checklist.json").read_text() == "short"


def test_what_root_makes_belongs_to_whom_the_workspace_belongs_to(tmp_path: Path) -> None:
    """The container runs as root; the runner's user deletes the workspace before the next job."""
    owner = 1001 if os.geteuid() == 0 else os.getuid()
    (tmp_path / "kept.json").write_text("as it was")
    kept = (tmp_path / "kept.json").stat().st_uid
    os.chown(tmp_path, owner, -1)
    for path in ("new.json", "reports/of/checklist.json", "kept.json"):
        report_file.write_below(tmp_path, path, "x")
    made = ("new.json", "reports", "reports/of", "reports/of/checklist.json")
    assert {path: (tmp_path / path).stat().st_uid for path in made} == dict.fromkeys(made, owner)
    assert (tmp_path / "kept.json").stat().st_uid == kept, "what was there keeps its owner"


@pytest.mark.parametrize(
    "path", ["../out", "/tmp/out", "a/../../out", ".git/hooks/x", ".GIT/x", "", ".", "a\0b"]
)
def test_a_report_file_stays_below_the_workspace(tmp_path: Path, path: str) -> None:
    with pytest.raises(Unusable, match="below the workspace"):
        report_file.write_below(tmp_path, path, "x")


def test_a_link_in_the_place_of_a_folder_leads_nowhere(tmp_path: Path) -> None:
    workspace, outside = tmp_path / "workspace", tmp_path / "outside"
    workspace.mkdir()
    outside.mkdir()
    (workspace / "reports").symlink_to(outside)
    with pytest.raises(Unusable):
        report_file.write_below(workspace, "reports/checklist.json", "x")
    assert list(outside.iterdir()) == []


def test_a_folder_that_is_not_there_is_an_error_with_words(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot write"):
        report_file.write_at(tmp_path / "missing" / "file", "x")


@pytest.mark.parametrize("write", [summary.append, report_file.write_at, add_output])
@pytest.mark.parametrize("name", ["missing/file", "x" * 300, "file/below", "."])
def test_whatever_stands_in_the_way_of_a_file_is_reported_with_what_to_do(
    tmp_path: Path, write: Callable[[Path, str], None], name: str
) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(Unusable, match="cannot write") as refused:
        write(tmp_path / name, "x")
    assert refused.value.hint


def test_a_workspace_that_is_gone_is_reported(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot write x"):
        report_file.write_below(tmp_path / "gone", "x", "x")


def test_a_disk_without_room_is_reported(tmp_path: Path) -> None:
    """As a limit on the size of files, which Python meets in the same place."""
    write = "from deploy_checklist.publish import report_file; report_file.write_at(Path('x'), 'x')"
    limit = "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))"
    done = subprocess.run(
        [sys.executable, "-c", f"import resource; from pathlib import Path; {limit}; {write}"],
        cwd=tmp_path,
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Unusable: cannot write x (File too large)" in done.stderr


def test_outputs_of_several_lines_come_back_as_they_went(tmp_path: Path) -> None:
    target = tmp_path / "output"
    outputs.write(target, {"verdict": "blocked", "blocking": "A\r\nB\rC"})
    read = dict(
        re.findall(r"(\S+)<<(?:\S+)\n(.*?)\nend-[0-9a-f]{32}\n", target.read_text(), re.DOTALL)
    )
    assert read == {"verdict": "blocked", "blocking": "A\nB\nC"}


def test_no_value_can_add_an_output() -> None:
    with pytest.raises(Unusable):
        outputs.rendered({"a": "x\nSAME\nevil<<SAME\n1\nSAME"}, lambda: "SAME")
    with pytest.raises(Unusable):
        outputs.rendered({"a<<b\n": "x"})


def test_each_output_has_a_delimiter_of_its_own() -> None:
    delimiters = re.findall(r"<<(\S+)", outputs.rendered({"a": "1", "b": "2"}))
    assert len(set(delimiters)) == 2


def test_annotations_are_one_command_a_line(everywhere: Everywhere) -> None:
    text = annotations.text(reports.blocked(), everywhere.to)
    annotations.write(text, reports.blocked(), everywhere.to)
    assert [line[:7] for line in text.splitlines()] == ["::error", "::error", "::error", "::warni"]
    assert everywhere.log == text
