"""The variables of a job, a shell or a file, and what it means if one is not there."""

from __future__ import annotations

from pathlib import Path

import pytest

from deploy_checklist.errors import Unusable
from deploy_checklist.redaction.needles import needles_of
from deploy_checklist.storage import named_like_a_secret
from deploy_checklist.world.clock import FixedClock, SystemClock
from deploy_checklist.world.ports import Absence, Value
from deploy_checklist.world.variables import ProcessVariables

IN_ACTIONS = {"GITHUB_ACTIONS": "true"}


def env_file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / ".env.production"
    path.write_text(text, encoding="utf-8")
    return path


def test_the_three_absences_of_a_job_differ() -> None:
    job = ProcessVariables.of_shell({**IN_ACTIONS, "EMPTY": "", "SET": "x"})
    assert job.lookup("SET") == Value("x")
    assert job.lookup("EMPTY") is Absence.EMPTY
    assert job.lookup("OTHER") is Absence.NOT_HANDED_OVER
    assert ProcessVariables.of_job({"SET": "x"}, withheld=True).lookup("SET") is Absence.WITHHELD
    assert job.place() == "this job"
    assert not job.laptop


def test_on_a_laptop_what_is_not_there_is_not_set() -> None:
    shell = ProcessVariables.of_shell({"EMPTY": "", "PATH": "/bin"})
    assert shell.lookup("EMPTY") is Absence.EMPTY
    assert shell.lookup("OTHER") is Absence.UNSET
    assert shell.lookup("PATH") == Value("/bin")
    assert shell.place() == "this shell"


@pytest.mark.parametrize(
    "name",
    [
        "PATH",
        "HOME",
        "CI",
        "GITHUB_TOKEN",
        "RUNNER_TEMP",
        "INPUT_ENVIRONMENT",
        "PYTHON_VERSION",
        "GPG_KEY",
    ],
)
def test_what_the_runner_or_the_image_sets_is_not_evidence_in_a_job(name: str) -> None:
    assert ProcessVariables.of_job({name: "x"}).lookup(name) is Absence.RESERVED
    assert ProcessVariables.of_job({}).lookup(name) is Absence.RESERVED


def test_a_file_replaces_the_whole_environment(tmp_path: Path) -> None:
    path = env_file(
        tmp_path, "\ufeffexport A=one\nB='two words' # why\nC=\nexport A\nE=${A}\n# F=x\n"
    )
    handed = ProcessVariables.of_shell({"G": "from the shell"}, path)
    assert [handed.lookup(name) for name in "AB"] == [Value("one"), Value("two words")]
    assert handed.lookup("C") is Absence.EMPTY
    assert [handed.lookup(name) for name in "DFG"] == [Absence.UNSET] * 3
    assert handed.lookup("E") == Value("${A}"), "nothing here expands it for the deployment"
    assert handed.place() == "the file .env.production"


def test_everything_that_could_come_out_is_known(tmp_path: Path) -> None:
    handed = ProcessVariables.of_shell({"G": "from the shell"}, env_file(tmp_path, "A=one"))
    assert handed.everything() == {"A": "one", "G": "from the shell"}


def test_neither_the_environment_nor_a_value_shows_itself() -> None:
    handed = ProcessVariables.of_job({"KEY": "s3cr3t-enough"})
    shown = f"{handed!r} {handed} {handed.lookup('KEY')!r} {handed.lookup('KEY')} {[handed.lookup('KEY')]}"
    assert "s3cr3t" not in shown


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "no such env file"),
        (b"A=\xff", "not UTF-8"),
        (b"A=" + b"x" * 1_048_576, r"too large for an env file \(1,048,578 bytes"),
    ],
)
def test_a_file_that_cannot_be_used_stops_the_run(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "missing.env"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(Unusable, match=message):
        ProcessVariables.of_shell({}, path)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("A=1\n\nCLUSTERING: true\nB=2", 3),
        ("A=1\nKEY='s3cr3t-enough\nB=2\n", 2),
        ("KEY='s3cr3t-enough' and more", 1),
        ("A=1\nDEBUG_BACKDOOR\n", 2),
        ("A=1\nexport DEBUG_BACKDOOR\n", 2),
        ("KEY=s3cr3tMIIEvQIBADANBgkq\nhkiG9w0BAQs3cr3t\n", 2),
        ("KEY=s3cr3tMIIEvQIBADANBgkq\nhkiG9w0BAQs3cr3t==\n", 2),
        ("KEY=-----BEGIN KEY-----\nMIIs3cr3t\n-----END KEY-----\n", 2),
        ("KEY+=s3cr3t", 1),
        ("KEY[0]=s3cr3t", 1),
        ("\u200bKEY=s3cr3t", 1),
        ("# fine\n\n---\n", 3),
    ],
)
def test_a_line_that_says_nothing_to_the_parser_stops_the_run_and_is_not_shown(
    tmp_path: Path, text: str, line: int
) -> None:
    """Dropped, it would let a check of what must be absent pass."""
    with pytest.raises(Unusable) as refused:
        ProcessVariables.of_shell({}, env_file(tmp_path, text))
    assert refused.value.message.endswith(
        f".env.production:{line}: expected NAME=value (or a quote is not closed)"
    )
    assert "s3cr3t" not in f"{refused.value} {refused.value.hint}"


@pytest.mark.parametrize(
    "name",
    ["API_KEY", "KEY", "X_TOKEN", "PASSWORD", "DB_PASS", "DSN", "KEYS", "TOKEN_URL", "PASSPORT"],
)
def test_the_line_to_paste_and_the_filter_agree_on_what_is_a_secret(name: str) -> None:
    assert named_like_a_secret(name) is bool(needles_of({name: "plain words"}))


def test_a_long_run_of_blanks_in_a_file_is_refused_by_its_line(tmp_path: Path) -> None:
    """The parser would look for a comment from each of them: 100,000 took 18 seconds."""
    with pytest.raises(Unusable) as refused:
        ProcessVariables.of_shell({}, env_file(tmp_path, "A=1\nB=s3cr3t" + " " * 100_000 + "x\n"))
    assert str(refused.value).endswith(
        ".env.production:2: more than 1,000 blanks in a row\nremove them"
    )
    fine = ProcessVariables.of_shell(
        {}, env_file(tmp_path, "A=1" + " " * 1_000 + "x\n" + "\n" * 2_000)
    )
    assert fine.lookup("A") is not Absence.UNSET


def test_a_fixed_clock_stands_still_and_speaks_utc() -> None:
    clock = FixedClock.at("2026-11-22T23:14:00+02:00")
    assert clock.now().isoformat() == "2026-11-22T21:14:00+00:00"
    assert FixedClock.at("2026-11-22T21:14:00").now() == clock.now()
    offset = SystemClock().now().utcoffset()
    assert offset is not None
    assert not offset
