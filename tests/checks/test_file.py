"""`file`: a file of the repository is as said."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from checks.judging import finding_of, said
from deploy_checklist.checks.file import Params
from deploy_checklist.outcome import Outcome, Unobservable
from fakes import FakeRepository, world

RUNBOOK = "# Runbook\r\n\r\n- release v2.4.0: see [the log](log.md)\n"
FILES = {
    "docs/runbook.md": RUNBOOK,
    "docs/binary": b"\xff\xfe\x00",
    "docs/bom": b"\xef\xbb\xbfv2.4.0",
}

LOOKED = [
    ({"path": "docs/runbook.md"}, Outcome.PASS, "`docs/runbook.md` exists"),
    ("docs/runbook.md", Outcome.PASS, "`docs/runbook.md` exists"),
    ("docs/no.md", Outcome.FAIL, "`docs/no.md` does not exist"),
    ("docs", Outcome.FAIL, "`docs` is a folder, not a file"),
    ("docs/", Outcome.PASS, "`docs/` exists"),
    ("docs/runbook.md/", Outcome.FAIL, "`docs/runbook.md/` is a file, not a folder"),
    ({"path": "docs/no.md", "exists": False}, Outcome.PASS, "no `docs/no.md`"),
    ({"path": "docs", "exists": False}, Outcome.FAIL, "`docs` exists, but must not"),
    ({"path": "docs/no.md", "contains": "x"}, Outcome.FAIL, "`docs/no.md` does not exist"),
    (
        {"path": "docs/runbook.md", "contains": "v2.4.0"},
        Outcome.PASS,
        "`docs/runbook.md` contains the required text",
    ),
    ({"path": "docs/runbook.md", "contains": "V2.4.0"}, Outcome.FAIL, "does not contain `V2.4.0`"),
    (
        {"path": "docs/runbook.md", "contains": ["v2.4.0", "a", "b?"]},
        Outcome.FAIL,
        "does not contain `b?`",
    ),
    (
        {"path": "docs/runbook.md", "matches": r"- release v2\..+"},
        Outcome.PASS,
        "`docs/runbook.md` line 3 matches",
    ),
    (
        {"path": "docs/runbook.md", "matches": "# Runbook"},
        Outcome.PASS,
        "`docs/runbook.md` line 1 matches",
    ),
    (
        {"path": "docs/runbook.md", "matches": "release"},
        Outcome.FAIL,
        "has no line that matches `release`",
    ),
    ({"path": "docs/bom", "matches": r"v2\.4\.0"}, Outcome.PASS, "line 1"),
    ({"path": "docs/binary", "contains": "x"}, Outcome.FAIL, "`docs/binary` is not UTF-8 text"),
    ({"path": "docs/binary"}, Outcome.PASS, "exists"),
]


@pytest.mark.parametrize(("written", "outcome", "message"), LOOKED)
def test_a_file_is_judged_as_said(written: object, outcome: Outcome, message: str) -> None:
    finding = finding_of("file", written, None, world(repository=FakeRepository(FILES)))
    assert finding.outcome is outcome
    assert message in finding.message


def test_what_a_line_says_is_shown_only_when_asked() -> None:
    around = world(repository=FakeRepository(FILES))
    written = {"path": "docs/runbook.md", "matches": ".*release v2.*"}
    assert "the log" not in said(finding_of("file", written, None, around))
    assert "the log" in said(finding_of("file", {**written, "show": True}, None, around))


def test_a_repository_that_cannot_be_read_never_passes() -> None:
    around = world(
        repository=FakeRepository({}, trouble=Unobservable("`../x` leads out of its folder (`..`)"))
    )
    for written in ({"path": "../x"}, {"path": "../x", "exists": False}):
        finding = finding_of("file", written, None, around)
        assert (finding.outcome, finding.message) == (
            Outcome.UNKNOWN,
            "`../x` leads out of its folder (`..`)",
        )


@pytest.mark.parametrize(
    "written",
    [
        {},
        {"path": ""},
        {"path": "x", "contains": ""},
        {"path": "x", "contains": []},
        {"path": "x", "matches": "("},
        {"path": "x", "exists": False, "contains": "y"},
        {"path": "x", "show": True},
        {"path": "x", "contain": "y"},
    ],
)
def test_a_use_that_asks_nothing_or_contradicts_itself_is_refused(written: object) -> None:
    with pytest.raises(ValidationError):
        Params.model_validate(written)


@pytest.mark.parametrize("sign", ["\u2028", "\u2029", "\x0b", "\x0c", "\x1c", "\x1e", "\x85"])
def test_a_line_ends_where_an_editor_ends_it(sign: str) -> None:
    """Not at every sign that Python takes for an end: half of a line is not the line that was asked for."""
    around = world(repository=FakeRepository({"a.txt": f"old{sign}mode: live{sign}x"}))
    finding = finding_of("file", {"path": "a.txt", "matches": "mode: live"}, None, around)
    assert finding.outcome is Outcome.FAIL


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_end_in_any_system_s_way(end: str) -> None:
    around = world(repository=FakeRepository({"a.txt": f"one{end}two{end}"}))
    finding = finding_of("file", {"path": "a.txt", "matches": "two"}, None, around)
    assert finding.message == "`a.txt` line 2 matches"
    assert (
        finding_of("file", {"path": "a.txt", "matches": "x*"}, None, around).outcome is Outcome.FAIL
    )


@pytest.mark.parametrize("path", [".env.production", "certs/server.key", "config/secrets.yml"])
def test_no_remedy_says_to_add_a_file_that_contains_secrets(path: str) -> None:
    finding = finding_of("file", path, None, world(repository=FakeRepository({})))
    assert finding.outcome is Outcome.FAIL
    assert "do not commit this file" in str(finding.remedy)
    assert "add" not in str(finding.remedy)


def test_a_file_that_lies_deeper_is_named() -> None:
    around = world(
        repository=FakeRepository({"docs/backup.md": b"x", "a/b.md": b"", "c/b.md": b""})
    )
    meant = "if you mean `docs/backup.md`, write that (paths start at the repository's root)"
    remedy = finding_of("file", "backup.md", None, around).remedy
    assert remedy == f"{meant}; otherwise add `backup.md`"
    assert finding_of("file", "b.md", None, around).remedy == "add `b.md`"


CONFLICT = "# Changes\n<<<<<<< HEAD\nmode: live\n=======\nmode: test\n>>>>>>> feature\n"


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("asked", [{"contains": "mode: live"}, {"matches": "mode: live"}])
def test_a_text_in_a_merge_conflict_is_not_decided(asked: dict[str, str], end: str) -> None:
    around = world(repository=FakeRepository({"a.txt": CONFLICT.replace("\n", end)}))
    finding = finding_of("file", {"path": "a.txt", **asked}, None, around)
    assert (finding.outcome, finding.message) == (
        Outcome.FAIL,
        "`a.txt` contains an unresolved merge conflict (line 2)",
    )


@pytest.mark.parametrize(
    "text",
    [
        "Title\n=======\n\nmode: live\n",
        "    <<<<<<< HEAD\nmode: live\n    =======\n    >>>>>>> feature\n",
        "<<<<<<< HEAD\nmode: live\n",
        ">>>>>>> b\n=======\n<<<<<<< a\nmode: live\n",
    ],
)
def test_some_of_the_marks_of_a_conflict_are_none(text: str) -> None:
    around = world(repository=FakeRepository({"a.txt": text}))
    assert finding_of("file", {"path": "a.txt", "matches": "mode: live"}, None, around).outcome is (
        Outcome.PASS
    )
