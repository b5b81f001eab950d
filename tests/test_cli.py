"""The command line as a newcomer types it: what is printed, what it exits with, and what each bad input is told."""

from __future__ import annotations

import io
import json
import os
import re
import signal
import subprocess
import sys
import time
import unicodedata
from collections.abc import Mapping
from pathlib import Path

import pytest

from deploy_checklist.arguments import parser
from deploy_checklist.cli import run
from deploy_checklist.report.formats import FORMATS

ROOT = Path(__file__).parent.parent
NOW = "2026-11-22T21:14:00Z"
CHECKLIST = "# Release\n\n## Payments\n- [ ] `API_KEY` is set\n- [ ] Dashboards looked at\n"
RULES = (
    "version: 1\nchecklist: checklist.md\nitems:\n  API_KEY: secret\n  Dashboards looked at: sign\n"
)


def typed(*arguments: str, environ: Mapping[str, str] | None = None) -> tuple[int, str, str]:
    """Exit code, screen, errors."""
    out, err = io.StringIO(), io.StringIO()
    try:
        code = run(arguments, environ or {}, out, err)
    except SystemExit as stop:
        code = int(stop.code or 0)
    return code, out.getvalue(), err.getvalue()


def unwrapped(screen: str) -> str:
    """The words, however wide the terminal is."""
    return " ".join(screen.split())


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a checklist and its rules, and we are in it."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "checklist.md").write_text(CHECKLIST)
    (tmp_path / "deploy-checklist.yml").write_text(RULES)
    return tmp_path


def outcomes(*arguments: str, environ: Mapping[str, str] | None = None) -> dict[str, str]:
    _, out, err = typed("check", "--format", "json", "--now", NOW, *arguments, environ=environ)
    assert err == ""
    return {item["id"]: item["outcome"] for item in json.loads(out)["items"]}


# --- what a run says


def test_the_first_command_of_the_readme_shows_a_real_result(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    rules = ("--rules", "examples/deploy-checklist.yml", "-e", "production", "--now", NOW)
    code, out, _ = typed("check", *rules, "--env-file", "examples/failing.env")
    assert code == 1
    assert "was rotated 118 days ago, on 2026-07-27; the limit is 90" in unwrapped(out)
    assert "points to staging's host; production needs pay.fans.example" in unwrapped(out)
    assert "made-up" not in out


def test_the_ready_example_fails_nothing_and_waits_for_people_only(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    rules = ("--rules", "examples/deploy-checklist.yml", "-e", "production", "--now", NOW)
    code, out, _ = typed("check", *rules, "--env-file", "examples/ready.env", "--format", "json")
    report = json.loads(out)
    assert (code, report["verdict"]) == (1, "waiting")
    assert report["totals"]["fail"] == report["totals"]["unknown"] == 0
    assert len(report["items"]) == 18


def test_the_json_has_exactly_the_keys_of_its_schema(folder: Path) -> None:
    _, out, _ = typed("check", "--format", "json", "--now", NOW)
    _, schema, _ = typed("schema", "--report")
    shapes, report = json.loads(schema)["$defs"], json.loads(out)
    assert list(report) == shapes["JsonReport"]["required"]
    assert list(report["totals"]) == shapes["JsonTotals"]["required"]
    assert list(report["items"][0]) == shapes["JsonItem"]["required"]


def test_the_same_input_gives_the_same_bytes(folder: Path) -> None:
    for form in FORMATS:
        first, second = (typed("check", "--format", form, "--now", NOW) for _ in range(2))
        assert first == second


def test_a_variable_that_is_not_set_on_a_laptop_is_judged_like_an_empty_one(folder: Path) -> None:
    assert outcomes() == {"API_KEY": "fail", "dashboards": "pending"}
    assert outcomes(environ={"API_KEY": "a-real-looking-key"}) == {
        "API_KEY": "pass",
        "dashboards": "pending",
    }


def test_in_a_job_a_variable_without_an_env_line_is_unknown(folder: Path) -> None:
    assert outcomes(environ={"GITHUB_ACTIONS": "true"})["API_KEY"] == "unknown"


def test_without_rules_every_item_waits_for_a_person_in_the_box_of_its_section(
    folder: Path,
) -> None:
    (folder / "deploy-checklist.yml").unlink()
    code, out, _ = typed("check", "checklist.md", "--now", NOW)
    assert code == 1
    assert "no rules file, so their own words decide" in out
    assert "waiting" in out


def test_an_env_file_stands_for_the_whole_environment_and_is_not_proposed_again(
    folder: Path,
) -> None:
    (folder / ".env.staging").write_text("OTHER=1\n")
    given = ("--env-file", ".env.staging")
    _, out, _ = typed("check", "--now", NOW, *given, environ={"API_KEY": "a-real-looking-key"})
    assert "The variable it names is not in the file .env.staging." in unwrapped(out)
    assert "--env-file" not in out


def test_the_first_lines_count_each_item_once_and_no_title(folder: Path) -> None:
    (folder / "deploy-checklist.yml").unlink()
    keys = "".join(f"  - [ ] `{name}_KEY` is set\n" for name in "ABCDE")
    (folder / "checklist.md").write_text(
        f"# R\n- [ ] **Secrets**\n{keys}- [ ] Dashboards looked at\n- [ ] `F_NAME` set to the active one\n"
    )
    _, out, _ = typed("check", "checklist.md", "--now", NOW)
    lines = out.splitlines()
    start = lines.index("With the values, the items are:")
    assert lines[start + 1 : start + 4] == [
        "   5  checked by a machine alone: A_KEY, B_KEY, C_KEY, D_KEY, …",
        "   1  checked in part; a person signs the rest",
        "   1  signed by a person",
    ]
    assert lines[-1].endswith("7 items")


def test_an_item_that_is_to_fix_and_to_sign_is_counted_once_in_all(folder: Path) -> None:
    (folder / "checklist.md").write_text("# R\n- [ ] `API_KEY` set and ours\n- [ ] `B_KEY`\n")
    (folder / "deploy-checklist.yml").write_text(
        "version: 1\nitems:\n  API_KEY: { secret: true, sign: it is ours }\n  B_KEY: secret\n"
    )
    last = typed("check", "checklist.md", "--now", NOW)[1].splitlines()[-1]
    assert last.startswith("blocked: 2 failed, 1 to sign ")
    assert last.endswith(" 2 items, 1 of them in two lists")


def test_report_mode_shows_the_same_and_exits_zero(folder: Path) -> None:
    enforced, reported = (
        typed("check", "--now", NOW),
        typed("check", "--now", NOW, "--mode", "report"),
    )
    assert (enforced[0], reported[0]) == (1, 0)


def test_a_phase_that_no_item_belongs_to_says_so_and_exits_zero(folder: Path) -> None:
    code, out, _ = typed("check", "--phase", "after", "--now", NOW)
    assert code == 0
    assert "No item belongs to the phase after" in out


def test_strict_lets_drift_hold_the_release(folder: Path) -> None:
    (folder / "checklist.md").write_text(
        CHECKLIST.replace("- [ ] Dashboards", "- [ ] New\n- [ ] Dashboards")
    )
    assert typed("lint")[0] == 0
    assert typed("lint", "--strict")[0] == 1
    assert "New" in typed("lint")[1]


def test_lint_and_the_report_tell_every_item_that_is_never_asked(folder: Path) -> None:
    assert "never checked" not in typed("lint")[1]
    steps = "\n## Rollback\n- [ ] Revert the release\n- [ ] Notify the team\n- [ ] Plan tested\n"
    (folder / "checklist.md").write_text(CHECKLIST + steps)
    at = (CHECKLIST + steps).split("\n").index("- [ ] Revert the release") + 1
    assert f"notice: for reference, never checked: 2 (lines {at}, {at + 1})." in typed("lint")[1]
    assert typed("check", "--now", NOW)[1].count("for reference, never checked") == 2
    assert unwrapped(typed("explain")[1]).count("skipped for reference, never checked") == 2


def test_output_goes_to_a_file_and_follows_no_link(folder: Path) -> None:
    code, out, _ = typed("check", "--format", "json", "--output", "report.json", "--now", NOW)
    assert (code, out) == (1, "")
    assert json.loads((folder / "report.json").read_text())["schema"] == 1
    (folder / "target").write_text("kept")
    (folder / "link.json").symlink_to(folder / "target")
    code, _, err = typed("check", "--format", "json", "--output", "link.json", "--now", NOW)
    assert code == 2
    assert "link" in err
    assert (folder / "target").read_text() == "kept"


def test_a_waiver_is_shown_and_an_expired_one_has_no_effect(folder: Path) -> None:
    waiver = 'waivers:\n  - {{ item: API_KEY, reason: "r", approved_by: "@o", expires: {} }}\n'
    rules = folder / "deploy-checklist.yml"
    rules.write_text(RULES + waiver.format("2026-11-22"))
    assert outcomes()["API_KEY"] == "waived"
    rules.write_text(RULES + waiver.format("2026-11-21"))
    assert outcomes()["API_KEY"] == "fail"
    assert "expired on 2026-11-21 and has no effect" in unwrapped(typed("check", "--now", NOW)[1])


# --- what each bad input is told


def refused(
    folder: Path, *arguments: str, rules: str | None = None, checklist: str | bytes | None = None
) -> str:
    """The message of a run that judged nothing."""
    if rules is not None:
        (folder / "deploy-checklist.yml").write_text(rules)
    if isinstance(checklist, bytes):
        (folder / "checklist.md").write_bytes(checklist)
    elif checklist is not None:
        (folder / "checklist.md").write_text(checklist)
    code, out, err = typed("check", *arguments)
    assert (code, out) == (2, "")
    return err


def test_no_checklist(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, err = typed("check")
    assert code == 2
    assert err.startswith(
        "no checklist found; searched for *deploy*checklist*.md and *release*checklist*.md in the "
        "repository's root, .github/ and docs/\n"
    )
    assert "deploy-checklist COMMAND FILE" in err


def test_two_candidates(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    for name in ("RELEASE_CHECKLIST.md", "docs/deploy-checklist.md"):
        (tmp_path / name).write_text(CHECKLIST)
    assert "2 checklists found: RELEASE_CHECKLIST.md, docs/deploy-checklist.md" in refused(tmp_path)


def test_two_rules_files(folder: Path) -> None:
    (folder / ".github").mkdir()
    (folder / ".github" / "deploy-checklist.yml").write_text(RULES)
    assert "two rules files: .github/deploy-checklist.yml and deploy-checklist.yml" in refused(
        folder
    )


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"- [ ] caf\xe9\n", "checklist.md:1: not UTF-8 (byte 10 of the file)"),
        ("", "checklist.md: is empty"),
        ("# Only words\n", "no item"),
        (b"- [ ] a\n" + b" " * 60_000_000, "too large for a checklist"),
    ],
    ids=["not UTF-8", "empty", "no items", "60 MB"],
)
def test_a_checklist_that_cannot_be_used(folder: Path, content: str | bytes, told: str) -> None:
    assert told in refused(folder, checklist=content)


@pytest.mark.parametrize("command", ["check", "lint", "explain", "init"])
@pytest.mark.parametrize(
    ("content", "told"),
    [
        ("- [ ] a\n" + " " * 1_048_576, "(1,048,584 bytes, at most 1,048,576 allowed)"),
        ("- [ ] a\n" * 20_001, "(20,001, at most 20,000 allowed)"),
    ],
    ids=["bytes", "items"],
)
def test_no_command_reads_a_checklist_that_is_too_large(
    folder: Path, command: str, content: str, told: str
) -> None:
    (folder / "checklist.md").write_text(content)
    (folder / "deploy-checklist.yml").unlink()
    code, out, err = typed(command, "checklist.md")
    assert (code, out) == (2, "")
    assert told in err
    assert "\nsplit " in err.lower()


def test_a_folder_for_a_checklist(folder: Path) -> None:
    (folder / "docs").mkdir()
    assert "docs: the checklist is a folder, not a file" in refused(folder, "docs")


def test_a_checklist_that_the_rules_name_and_nobody_has(folder: Path) -> None:
    told = refused(folder, rules=RULES.replace("checklist.md", "gone.md"))
    assert told.startswith(
        "deploy-checklist.yml:2: the file in `checklist: gone.md` does not exist"
    )


@pytest.mark.parametrize("path", ["../outside.md", "/etc/passwd", ".git/config", "linked.md"])
def test_the_rules_name_no_checklist_outside_the_repository(folder: Path, path: str) -> None:
    (folder.parent / "outside.md").write_text(CHECKLIST)
    (folder / "linked.md").symlink_to(folder / "checklist.md")
    assert f"`checklist: {path}`" in refused(folder, rules=RULES.replace("checklist.md", path))


TWO = "environments:\n  staging: { domain: s.example }\n  production: { domain: p.example }\n"
BAD_RULES = {
    "broken YAML": ("version: 1\nitems: [\n", (), "3:1: not YAML: expected a value here"),
    "aliases": (
        "version: 1\nitems:\n  A_B: &x present\n  C_D: *x\n",
        (),
        "3:8: `&` makes this an anchor, and anchors are not allowed: write the value in full, or quote it",
    ),
    "50,000 open brackets": (
        "version: 1\nitems: " + "[" * 50_000,
        (),
        "2:57: nested deeper than 50 levels",
    ),
    "a duplicate key": (
        RULES + "  API_KEY: present\n",
        (),
        "6:3: duplicate key, first in line 4: keep one of the two",
    ),
    "a misspelt key": (
        RULES.replace("API_KEY: secret", "API_KEY: { secrt: true }"),
        (),
        "4:14: `secrt` is neither a check nor a setting of a rule. Did you mean `secret`?",
    ),
    "an unknown environment": (
        RULES + TWO,
        ("-e", "prod"),
        "`prod` is not an environment of the rules file\n"
        "Did you mean `production`? deploy-checklist.yml declares staging, production",
    ),
    "none named of two": (
        RULES + TWO,
        (),
        "which environment?\nchoose one with `-e`; deploy-checklist.yml declares staging, production",
    ),
    "a ${name} missing in one environment": (
        RULES.replace("API_KEY: secret", 'API_KEY: { equals: "${zone}" }')
        + TWO.replace("s.example }", "s.example, zone: z }"),
        ("-e", "staging"),
        "4:22: `${zone}` is missing in production. Every environment must declare each name that a rule uses",
    ),
    "a malformed waiver date": (
        RULES + 'waivers: [{ item: API_KEY, reason: "r", approved_by: "@o", expires: soon }]\n',
        (),
        "6:69: `expires` must be a real date such as 2026-12-31 (YYYY-MM-DD)",
    ),
    "a waiver for an unknown item": (
        RULES + 'waivers: [{ item: GONE, reason: "r", approved_by: "@o", expires: 2027-01-01 }]\n',
        (),
        "6:19: the waiver's item `GONE` is not in checklist.md, and no rule has that key. "
        "Allowed: API_KEY, dashboards, Dashboards looked at",
    ),
    "a waiver for a non-waivable one": (
        RULES.replace("API_KEY: secret", "API_KEY: { secret: true, waivable: false }")
        + 'waivers: [{ item: API_KEY, reason: "r", approved_by: "@o", expires: 2027-01-01 }]\n',
        (),
        "6:19: `API_KEY` cannot be waived: its rule says `waivable: false`. Remove the waiver, or change the rule in line 4",
    ),
    "look-around in a regex": (
        RULES.replace("API_KEY: secret", 'API_KEY: { matches: "(?=a)b" }'),
        (),
        "4:23: `matches` uses look-around (`(?=`, `(?!`, `(?<`), which Rust's regular expressions do not have",
    ),
    "an unknown fact": (
        RULES.replace("API_KEY: secret", "API_KEY: { when: clustring }"),
        (),
        "4:20: `clustring` is not a fact and not an environment in this file. Declare it under `facts:`",
    ),
}


@pytest.mark.parametrize("name", BAD_RULES)
def test_rules_that_cannot_be_used(folder: Path, name: str) -> None:
    rules, arguments, told = BAD_RULES[name]
    assert (
        refused(folder, *arguments, rules=rules).removeprefix("deploy-checklist.yml:")
        == f"{told}\n"
    )


def test_ambiguous_first_words_are_refused_with_the_candidates(folder: Path) -> None:
    two = CHECKLIST + "- [ ] Dashboards shared\n"
    told = refused(folder, rules=RULES.replace("Dashboards looked at", "Dashboards"), checklist=two)
    assert "`dashboards-looked` (line 5), `dashboards-shared` (line 6)" in told


def test_a_rule_for_a_deleted_item_is_drift_not_silence(folder: Path) -> None:
    (folder / "checklist.md").write_text("- [ ] `API_KEY` is set\n")
    assert "Dashboards looked at" in typed("lint")[1]
    assert "orphan" in typed("lint")[1]


def test_no_command_quotes_what_a_secret_holds(folder: Path) -> None:
    """Not in a fault, from the shell or from the env file; nor of a variable that only a rule calls a secret."""
    (folder / ".env").write_text("DOOR_PASSWORD=HunterTwo2Secret99\n")
    rules = RULES.replace("API_KEY: secret", "API_KEY: { HunterTwo2Secret99: true }")
    assert "`***` is neither a check" in refused(folder, "--env-file", ".env", rules=rules)
    (folder / "deploy-checklist.yml").write_text(
        RULES.replace("API_KEY: secret", "DOOR_PIN: secret")
    )
    (folder / "checklist.md").write_text(
        CHECKLIST + "- [ ] HunterTwo2Secret99 opens the `DOOR_PIN`\n"
    )
    for command in (
        ("lint",),
        ("explain",),
        ("explain", "--format", "json"),
        ("check", "--format", "json"),
    ):
        _, out, err = typed(*command, environ={"DOOR_PIN": "HunterTwo2Secret99"})
        assert "unter" not in out + err
        assert "***" in out or command == ("lint",)


HOSTILE = "\x1b[2J\u202e\x9b31m ##[error]x\u2028::add-mask::y\x85::error::z"


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("holds", ["hunter2hunter2", "hunter2h"], ids=["all of it", "a part of it"])
def test_a_secret_that_is_typed_is_hidden_like_any(folder: Path, form: str, holds: str) -> None:
    """What stands behind `-e`, or names a file, is no word of the report's own: it may be pasted by mistake."""
    secret = {"API_KEY": holds, "GITHUB_ACTIONS": "true"}
    (folder / "hunter2hunter2.md").write_text(CHECKLIST)
    (folder / "hunter2hunter2.yml").write_text(RULES)
    (folder / "deploy-checklist.yml").unlink()
    rules = "hunter2hunter2.yml"
    for arguments in (
        ("checklist.md", "-e", "hunter2hunter2"),
        ("checklist.md", "-e", "hunter2hunter2", "--rules", rules),
        ("hunter2hunter2.md",),
        ("checklist.md", "--rules", rules),
        ("./hunter2hunter2.md", "-v"),
    ):
        code, out, err = typed("check", *arguments, "--format", form, "--now", NOW, environ=secret)
        assert (code, err) == (1, ""), arguments
        assert "hunter2h" not in out


def test_a_typed_word_that_every_report_holds_cannot_be_hidden_and_is_reported(
    folder: Path,
) -> None:
    _, out, _ = typed("check", "-e", "production", environ={"API_KEY": "production"})
    assert "API_KEY is an ordinary word, not a secret" in unwrapped(out)
    assert "production" in out


@pytest.mark.parametrize(
    "command", [("lint",), ("explain",), ("explain", "--format", "json"), ("init",)]
)
def test_no_command_acts_on_the_words_of_a_document(folder: Path, command: tuple[str, ...]) -> None:
    """What is printed is read by a terminal or by the runner: escape sequences and commands in it would act there."""
    document = CHECKLIST + f"- [ ] ::error::pwned {HOSTILE} `B_KEY`\n"
    (folder / "checklist.md").write_text(document, encoding="utf-8")
    if command == ("init",):
        (folder / "deploy-checklist.yml").unlink()
        command = ("init", "checklist.md")
    code, out, err = typed(*command)
    assert (code, err) == (0, "")
    assert inert(out)


def inert(printed: str) -> bool:
    acting = [
        char
        for char in printed
        if unicodedata.category(char) in ("Cc", "Cf", "Zl", "Zp") and char != "\n"
    ]
    return not acting and "##[" not in printed and not re.search(r"(?m)^\s*::", printed)


@pytest.mark.parametrize(
    "rules",
    [f"version: 1\nitems:\n  {HOSTILE!a}: sign\n", f'version: "{HOSTILE}"', f"{HOSTILE}: 1"],
)
def test_no_fault_acts_on_what_it_quotes(folder: Path, rules: str) -> None:
    rules = rules.replace("'\\x1b", '"\\x1b').replace("z'", 'z"')
    assert inert(refused(folder, rules=rules))
    assert inert(refused(folder, "\x1b[2J\n::error::x.md"))


def test_a_fact_without_a_value_holds_the_release_and_says_what_to_set(folder: Path) -> None:
    rules = RULES.replace("items:", "facts: { clustering: { env: CLUSTERING } }\nitems:")
    (folder / "deploy-checklist.yml").write_text(
        rules.replace("API_KEY: secret", "API_KEY: { when: clustering }")
    )
    code, out, _ = typed("check", "--now", NOW, environ={"API_KEY": "a-real-looking-key"})
    assert code == 3
    assert "cannot decide clustering: CLUSTERING was not set" in unwrapped(out)
    assert "set CLUSTERING, or give the fact a default: in the rules" in unwrapped(out)


def test_every_mistake_is_reported_at_once(folder: Path) -> None:
    told = refused(folder, rules="version: 2\nitms: {}\nitems:\n  A_B: { url: { schem: https } }\n")
    assert len(told.strip().splitlines()) >= 3


@pytest.mark.parametrize(
    "value",
    [
        "",
        "   ",
        "'quoted'",
        '"quoted"',
        "changeme",
        "null",
        "${{ secrets.API_KEY }}",
        "a-key-with-an-end\n",
        "abc",
        "API_KEY",
    ],
)
def test_a_value_that_is_none_fails_and_is_never_shown(folder: Path, value: str) -> None:
    code, out, err = typed("check", "--now", NOW, environ={"API_KEY": value})
    assert code == 1
    assert "API_KEY" in out
    assert err == ""
    if len(value.strip()) >= 6 and value != "API_KEY":
        assert value.strip() not in out


def test_a_value_of_a_megabyte_is_judged(folder: Path) -> None:
    (folder / "deploy-checklist.yml").write_text(
        RULES.replace("API_KEY: secret", 'API_KEY: { matches: "(a+)+$" }')
    )
    assert outcomes(environ={"API_KEY": "a" * 1_000_000 + "!"})["API_KEY"] == "fail"


def test_names_in_any_script(folder: Path) -> None:
    (folder / "deploy-checklist.yml").unlink()
    (folder / "checklist.md").write_text("## Выпуск\n- [ ] Проверить журналы\n- [ ] 检查日志\n")
    assert set(outcomes("checklist.md")) == {"проверить", "检查日志"}


def test_a_path_that_leaves_the_repository_is_never_read(folder: Path) -> None:
    (folder / "secret-link").symlink_to("/etc/passwd")
    for path in ("../x", "/etc/passwd", "secret-link", ".git/config"):
        rules = RULES.replace(
            "API_KEY: secret", f'API_KEY: {{ file: {{ path: "{path}", contains: root }} }}'
        )
        (folder / "deploy-checklist.yml").write_text(rules)
        code, out, err = typed(
            "check", "--now", NOW, "--format", "json", environ={"API_KEY": "something-set"}
        )
        assert code in (2, 3), path
        assert "root:" not in out + err


# --- the process itself


def test_the_module_runs_as_a_process_and_tells_no_traceback(folder: Path) -> None:
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        [sys.executable, "-m", "deploy_checklist", "check", "--now", NOW],
        capture_output=True,
        text=True,
        env=environ,
        cwd=folder,
        check=False,
    )
    assert done.returncode == 1
    assert "Traceback" not in done.stdout + done.stderr


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "latin-1", "utf-8"])
@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_a_narrow_terminal_gets_the_report_with_what_it_can_show(
    folder: Path, encoding: str, form: str
) -> None:
    (folder / "checklist.md").write_text(
        CHECKLIST + "- [ ] Проверить журналы 检查\n", encoding="utf-8"
    )
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT / "src"),
        "PYTHONIOENCODING": encoding,
    }
    command = [sys.executable, "-m", "deploy_checklist", "check", "--now", NOW, "--format", form]
    done = subprocess.run(command, capture_output=True, env=environ, cwd=folder, check=False)
    assert (done.returncode, done.stderr) == (1, b"")
    assert "API_KEY" in done.stdout.decode(encoding)


def started(folder: Path, command: str, **environ: str) -> tuple[int, str, str]:
    """A process as a shell starts it."""
    here = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src"), **environ}
    line = f"{sys.executable} -m deploy_checklist {command}"
    done = subprocess.run(
        ["sh", "-c", line],
        capture_output=True,
        text=True,
        env=here,
        cwd=folder,
        check=False,
        timeout=60,
    )
    assert "Traceback" not in done.stderr and "a bug" not in done.stderr, done.stderr
    return done.returncode, done.stdout, done.stderr


@pytest.mark.parametrize("columns", ["9" * 5000, "99999999999999999999", "0", "-5", "x"])
def test_a_terminal_of_no_width_that_there_is(folder: Path, columns: str) -> None:
    code, out, _ = started(folder, f"check --now {NOW}", COLUMNS=columns)
    assert code == 1 and "API_KEY" in out


@pytest.mark.parametrize(
    ("command", "code"),
    [("check >&-", 1), ("check 2>&-", 1), ("lint 2>&-", 0), ("lint >&- 2>&-", 0)],
)
def test_a_stream_that_is_closed_changes_no_verdict(folder: Path, command: str, code: int) -> None:
    assert started(folder, command)[0] == code


def test_a_folder_that_is_gone_is_reported(folder: Path) -> None:
    (folder / "gone").mkdir()
    code, _, err = started(
        folder / "gone", f"--help >&- ; rmdir ../gone; {sys.executable} -m deploy_checklist lint"
    )
    assert (code, err) == (2, "this folder no longer exists\nchange to the repository's folder\n")


def test_a_time_before_all_times_is_no_time(folder: Path) -> None:
    assert "--now takes an ISO 8601 time" in refused(folder, "--now", "0001-01-01T00:00:00+14:00")


def test_a_rules_file_that_would_not_be_read_stops_the_run(folder: Path) -> None:
    """Without it the words of the checklist would decide, and more would pass."""
    (folder / "deploy-checklist.yml").rename(folder / "deploy-checklist.yaml")
    assert refused(folder) == (
        "deploy-checklist.yaml is ignored: its name must end in .yml\nrename it to deploy-checklist.yml\n"
    )
    (folder / "deploy-checklist.yaml").unlink()
    (folder / "deploy-checklist.yml").symlink_to("elsewhere.yml")
    assert refused(folder).endswith("deploy-checklist.yml: no such rules file\n")


@pytest.mark.parametrize(
    ("link", "target", "what"),
    [
        ("deploy-checklist.yml", "{outside}/deploy-checklist.yml", "rules file"),
        ("deploy-checklist.yml", "/etc/passwd", "rules file"),
        ("deploy-checklist.yml", "../outside/gone.yml", "rules file"),
        ("deploy-checklist.yml", ".git/config", "rules file"),
        (".github", "{outside}", "rules file"),
        ("deploy-checklist.md", "{outside}/deploy-checklist.md", "checklist"),
        ("deploy-checklist.md", ".git/config", "checklist"),
        ("docs", "../outside/only-a-checklist", "checklist"),
    ],
)
def test_a_link_out_of_the_repository_is_no_document(
    folder: Path, monkeypatch: pytest.MonkeyPatch, link: str, target: str, what: str
) -> None:
    """Whoever may write to the repository may not read all that this user may."""
    outside, repository = folder / "outside", folder / "repository"
    (outside / "only-a-checklist").mkdir(parents=True)
    for each in (outside / "deploy-checklist.md", outside / "only-a-checklist/deploy-checklist.md"):
        each.write_text("- [ ] s3cr3t\n")
    (outside / "deploy-checklist.yml").write_text("s3cr3t: 1\n")
    (repository / ".git").mkdir(parents=True)
    (repository / ".git/config").write_text("s3cr3t\n")
    (repository / link).symlink_to(target.format(outside=outside))
    monkeypatch.chdir(repository)
    for command in ("check", "lint", "explain"):
        code, out, err = typed(command)
        assert code == 2
        assert (
            f"the path of the {what} has a symbolic link to a place outside the repository" in err
        )
        assert "s3cr3t" not in out + err


def test_a_link_within_the_repository_is_followed(folder: Path) -> None:
    (folder / "ops").mkdir()
    (folder / "deploy-checklist.yml").rename(folder / "ops/rules.yml")
    (folder / "deploy-checklist.yml").symlink_to("ops/rules.yml")
    assert typed("lint")[0] == 0
    (folder / "deploy-checklist.yml").unlink()
    (folder / "ops/deploy-checklist.md").write_text(CHECKLIST)
    (folder / "docs").symlink_to("ops")
    assert typed("lint")[::2] == (0, "")


def test_a_link_that_a_person_names_is_followed(folder: Path) -> None:
    (folder / "repository/.git").mkdir(parents=True)
    (folder / "repository/linked.md").symlink_to(folder / "checklist.md")
    assert typed("lint", "repository/linked.md")[0] == 0


@pytest.mark.measures_time
@pytest.mark.parametrize("what", ["checklist", "rules file"])
@pytest.mark.parametrize("named", [False, True])
def test_a_pipe_as_a_document_is_refused_at_once(folder: Path, what: str, named: bool) -> None:
    """Nobody may ever write to it."""
    path = folder / ("checklist.md" if what == "checklist" else "deploy-checklist.yml")
    path.unlink()
    os.mkfifo(path)
    arguments = ("--rules", path.name) if what == "rules file" and named else ()
    if what == "checklist" and named:
        arguments = (path.name,)
    began = time.monotonic()
    code, _, err = started(folder, f"check --now {NOW} {' '.join(arguments)}")
    assert code == 2
    assert time.monotonic() - began < 10
    assert "a pipe or a device, not a file" in err or "neither a file nor a folder" in err


def test_an_env_file_may_be_a_pipe_and_is_read_once(folder: Path) -> None:
    """`--env-file <(op inject …)`; a mistake is told without the values that came through it."""
    (folder / ".env").write_text("API_KEY=kR7vT2xQ9mW4bN8jL3pZ\n")
    line = f"check --now {NOW} --format json --env-file <(sleep 0.3; cat .env)"
    code, out, err = by_bash(folder, line)
    assert (code, err) == (1, "")
    assert {each["id"]: each["outcome"] for each in json.loads(out)["items"]}["API_KEY"] == "pass"
    (folder / "deploy-checklist.yml").write_text(
        RULES.replace("API_KEY: secret", "API_KEY: { kR7vT2xQ9mW4bN8jL3pZ: true }")
    )
    code, _, err = by_bash(folder, line)
    assert code == 2
    assert "`***` is neither a check" in err


def test_the_values_may_come_on_the_standard_input(folder: Path) -> None:
    """And not from a file of the name `-`, nor from the shell, nor are they shown."""
    (folder / "-").write_text("API_KEY=\n")
    code, out, err = by_bash(folder, f"check --now {NOW} -v --env-file - <<< API_KEY=kR7vT2xQ9mW4")
    assert (code, err) == (1, "")
    assert "standard input" in unwrapped(out)
    assert "1 failed" not in out
    assert "kR7vT2xQ9mW4" not in out
    code, out, _ = by_bash(folder, f"check --now {NOW} --env-file - < /dev/null")
    assert (code, "1 failed" in out) == (1, True)
    assert "is not in standard input" in unwrapped(out)


@pytest.mark.parametrize("line", ["check --env-file ./-", "compare a b --env-file .env .//-"])
def test_a_file_of_that_name_is_never_mistaken_for_it(folder: Path, line: str) -> None:
    (folder / "-").write_text("API_KEY=kR7vT2xQ9mW4\n")
    code, _, err = by_bash(folder, f"{line} < /dev/null")
    assert (code, "/-' could mean standard input: give its whole path" in err) == (2, True)
    code, out, _ = by_bash(folder, f"check --now {NOW} --env-file {folder}/- < /dev/null")
    assert (code, "1 failed" in out) == (1, False)


def test_a_mistake_on_the_standard_input_is_reported_with_its_line(folder: Path) -> None:
    code, _, err = by_bash(folder, "check --env-file - <<< API_KEY")
    assert (code, err.startswith("-:1: expected NAME=value")) == (2, True)
    code, _, err = by_bash(folder, "check --env-file - <&-")
    assert (code, err) == (2, "the env file cannot be read: standard input is closed\n")


@pytest.mark.measures_time
def test_a_standard_input_that_nobody_closes_ends_with_the_deadline(folder: Path) -> None:
    began = time.monotonic()
    code, _, err = by_bash(folder, "check --deadline 1s --env-file - < <(exec sleep 9 2>/dev/null)")
    assert (code, time.monotonic() - began < 8) == (2, True)
    assert err.startswith("-: the env file is a pipe, and its writer did not finish in time\n")


def test_two_environments_cannot_both_come_on_the_standard_input(folder: Path) -> None:
    (folder / ".env.b").write_text("API_KEY=\n")
    code, _, err = typed("compare", "a", "b", "--env-file", "-", "-")
    assert (code, err.splitlines()[0]) == (2, "standard input can be only one of the two files")
    code, out, err = by_bash(folder, "compare a b --env-file - .env.b <<< OTHER=1")
    assert (code, err) == (1, "")
    assert "OTHER" in out


@pytest.mark.measures_time
def test_a_pipe_that_nobody_writes_ends_with_the_deadline(folder: Path) -> None:
    os.mkfifo(folder / "pipe")
    began = time.monotonic()
    code, _, err = started(folder, "check --deadline 1s --env-file pipe")
    assert code == 2
    assert time.monotonic() - began < 10
    assert err == (
        "pipe: the env file is a pipe, and its writer did not finish in time\n"
        "check the command that writes to it, or raise --deadline\n"
    )


@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_ends_a_command(folder: Path, number: signal.Signals, code: int) -> None:
    os.mkfifo(folder / "pipe")
    command = [sys.executable, "-m", "deploy_checklist", "check", "--env-file", "pipe"]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    process = subprocess.Popen(
        command, env=environ, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    # Opening a pipe to write waits until the process has opened it to read.
    with process, (folder / "pipe").open("wb"):
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (code, b"", b"")


def by_bash(folder: Path, line: str) -> tuple[int, str, str]:
    """A command with a process substitution, which `sh` does not know."""
    here = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        ["bash", "-c", f"{sys.executable} -m deploy_checklist {line}"],
        capture_output=True,
        text=True,
        env=here,
        cwd=folder,
        check=False,
        timeout=60,
    )
    return done.returncode, done.stdout, done.stderr


HEAVY = {
    *(
        "github",
        "requests",
        "urllib3",
        "pydantic_settings",
        "dotenv",
        "cryptography",
        "ssl",
        "http.client",
    ),
    "difflib",
    "shtab",
    *(
        "jmespath",
        "tabulate",
        "tomllib",
        "deploy_checklist.inference",
        "deploy_checklist.rules.schema",
    ),
}


def imported_by(folder: Path, *arguments: str) -> set[str]:
    """The modules that a whole process of this command has imported in the end."""
    program = (
        "import io, os, sys; os.environ['PYDANTIC_DISABLE_PLUGINS'] = '__all__';"
        "from deploy_checklist.cli import run; run(sys.argv[1:], {}, io.StringIO(), sys.stderr); print(*sys.modules)"
    )
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    command = [sys.executable, "-c", program, *arguments]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environ, cwd=folder, check=True
    )
    assert done.stderr == ""
    return set(done.stdout.split())


def test_check_imports_nothing_heavy_that_this_run_does_not_use(folder: Path) -> None:
    assert imported_by(folder, "check", "--now", NOW) & HEAVY == set()
    (folder / ".env").write_text("API_KEY=a-real-looking-key\n")
    assert imported_by(folder, "check", "--now", NOW, "--env-file", ".env") & HEAVY == {"dotenv"}


def test_without_rules_only_a_report_drafts_what_init_would_write(folder: Path) -> None:
    (folder / "deploy-checklist.yml").unlink()
    drafting = "deploy_checklist.inference.drafting.draft"
    for arguments in (["explain", "checklist.md"], ["lint", "checklist.md"]):
        found = imported_by(folder, *arguments)
        assert "deploy_checklist.inference.infer" in found
        assert drafting not in found
        assert "yaml" not in found
    assert drafting in imported_by(folder, "check", "checklist.md", "--now", NOW)


def test_no_plugin_of_pydantic_sees_a_value(folder: Path, tmp_path: Path) -> None:
    """Whatever is installed beside us: pydantic hands its plugins everything it validates."""
    installed = tmp_path / "installed"
    (installed / "spy-1.0.dist-info").mkdir(parents=True)
    (installed / "spy-1.0.dist-info" / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: spy\nVersion: 1.0\n"
    )
    (installed / "spy-1.0.dist-info" / "entry_points.txt").write_text("[pydantic]\nspy = spy\n")
    (installed / "spy.py").write_text("raise SystemExit('the plugin was loaded')\n")
    path = f"{ROOT / 'src'}{os.pathsep}{installed}"
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": path, "API_KEY": "a-real-looking-key"}
    command = [sys.executable, "-m", "deploy_checklist", "check", "--now", NOW]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environ, cwd=folder, check=False
    )
    assert "1 passed" in done.stdout, done.stderr
    assert "plugin" not in done.stderr


def test_check_imports_only_the_kinds_that_its_rules_use(folder: Path) -> None:
    def kinds(rules: str) -> set[str]:
        (folder / "deploy-checklist.yml").write_text(rules)
        found = imported_by(folder, "check", "--now", NOW)
        prefix = "deploy_checklist.checks."
        return {name.removeprefix(prefix) for name in found if name.startswith(prefix)} - {
            "base",
            "registry",
            "value",
        }

    assert kinds(RULES) == {"present", "secret", "sign"}
    of_a_variable = RULES.replace(
        "API_KEY: secret", "API_KEY: { secret: true, rotated_within: 90d, origins: true }"
    )
    assert kinds(of_a_variable) == {"present", "secret", "sign", "rotated_within", "origins", "url"}


def test_a_report_is_as_wide_as_the_terminal_or_as_asked(folder: Path) -> None:
    for columns in (60, 140):
        _, out, _ = typed("check", "--now", NOW, environ={"COLUMNS": str(columns)})
        assert len(out.splitlines()[-1]) == columns
    for odd in ("", "0", "wide", "-3"):
        assert typed("check", "--now", NOW, environ={"COLUMNS": odd})[0] == 1


def test_help_teaches() -> None:
    text = parser().format_help()
    for command in (
        "check",
        "lint",
        "explain",
        "init",
        "workflow",
        "ruleset",
        "schema",
        "exit codes",
    ):
        assert command in text
    assert " action " not in text


def test_a_deadline_that_is_none_is_reported(folder: Path) -> None:
    assert "--deadline takes a duration" in refused(folder, "--deadline", "3x")


def test_without_a_command_the_help_is_shown() -> None:
    assert parser().prog == "deploy-checklist"
    assert typed()[0] == 0


def test_a_misspelt_command_is_told_the_right_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert typed("chek")[0] == 2
    assert "'action'" not in capsys.readouterr().err


# --- from a folder below the root


@pytest.fixture
def below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """We are in `src/api` of a repository whose documents lie at its root; its rules name a file of the root."""
    (tmp_path / ".git").mkdir()
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/deploy-checklist.md").write_text("- [ ] Status page is announced\n")
    (tmp_path / "status.txt").write_text("announced\n")
    rules = (
        "version: 1\nitems:\n  Status page: { file: { path: status.txt, contains: announced } }\n"
    )
    (tmp_path / "deploy-checklist.yml").write_text(rules)
    (tmp_path / "src/api").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "src/api")
    return tmp_path


def test_below_the_root_the_same_documents_count_and_their_paths_lead_from_the_root(
    below: Path,
) -> None:
    for command in ("lint", "explain", "workflow"):
        code, _, err = typed(command)
        assert (code, err) == (0, "")
    (below / ".git").rmdir()
    subprocess.run(["git", "init", "-q", str(below)], check=True, env={"PATH": os.environ["PATH"]})
    assert outcomes() == {"status": "pass"}


def test_above_the_nearest_root_nothing_is_looked_for(below: Path) -> None:
    (below / ".git").rename(below / "src/.git")
    assert "no checklist found" in typed("check")[2]


def test_below_the_root_a_typed_path_leads_from_where_one_stands(below: Path) -> None:
    (below / "src/api/mine.md").write_text("- [ ] Mine\n- [ ] Status page is announced\n")
    code, out, err = typed("explain", "mine.md", "--format", "json")
    assert (code, err) == (0, "")
    assert [row["text"] for row in json.loads(out)] == ["Mine", "Status page is announced"]
    assert typed("lint", "../../docs/deploy-checklist.md")[0] == 0
    assert "nowhere.md: no such checklist" in typed("lint", "nowhere.md")[2]


def test_below_the_root_init_writes_where_the_rules_are_found(below: Path) -> None:
    (below / "deploy-checklist.yml").unlink()
    code, out, err = typed("init")
    assert (code, err) == (0, "")
    assert out.startswith("wrote ../../.github/deploy-checklist.yml ")
    assert (
        "checklist: docs/deploy-checklist.md\n"
        in (below / ".github/deploy-checklist.yml").read_text()
    )
    assert not (below / "src/api/.github").exists()


def test_init_of_a_checklist_outside_names_no_path_that_check_would_refuse(below: Path) -> None:
    (below / "deploy-checklist.yml").unlink()
    (below / ".git").rmdir()
    (below / "src/.git").mkdir()
    code, _, err = typed("init", "../../docs/deploy-checklist.md")
    assert (code, err) == (0, "")
    assert "\nchecklist:" not in (below / "src/.github/deploy-checklist.yml").read_text()


def test_of_several_variables_each_failing_one_says_what_is_wrong_with_it(folder: Path) -> None:
    (folder / "checklist.md").write_text("- [ ] `A_URL` and `B_URL` are right\n")
    rules = "version: 1\nchecklist: checklist.md\nitems:\n  A_URL: { url: { scheme: https } }\n  B_URL: { url: true }\n"
    (folder / "deploy-checklist.yml").write_text(rules)
    said = unwrapped(
        typed("check", "--now", NOW, environ={"A_URL": "http://a.example", "B_URL": ""})[1]
    )
    assert "A_URL does not begin with https://; B_URL is empty" in said


def test_what_a_rule_calls_a_secret_is_passed_as_one_wherever_it_is_said(folder: Path) -> None:
    (folder / "checklist.md").write_text("- [ ] `CACHE_URL` is set\n")
    rules = "version: 1\nchecklist: checklist.md\nitems:\n  CACHE_URL: secret\n"
    (folder / "deploy-checklist.yml").write_text(rules)
    _, out, _ = typed("check", "--now", NOW, "--offline", environ={"GITHUB_ACTIONS": "true"})
    assert "CACHE_URL: ${{ secrets.CACHE_URL }}" in unwrapped(out)
    assert "vars.CACHE_URL" not in out


# --- where the report goes


def _process(folder: Path, out: int) -> tuple[int, str]:
    """Exit code and errors of a whole process that prints to this file."""
    words = [sys.executable, "-m", "deploy_checklist", "check"]
    environ = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(
        words, stdout=out, stderr=subprocess.PIPE, text=True, cwd=folder, env=environ, check=False
    )
    return done.returncode, done.stderr


def test_a_report_that_finds_no_space_is_no_verdict(folder: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        code, err = _process(folder, full.fileno())
    assert (code, err) == (
        2,
        "the disk is full, so the output is not complete; do not use it\n",
    )


def test_a_reader_that_went_away_is_told_nothing_and_gets_no_verdict(folder: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    code, err = _process(folder, writing)
    os.close(writing)
    assert (code, err) == (2, "")
