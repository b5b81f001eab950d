"""One word for each state: no rendering and no page names a state by a second word.

The words are those of docs/glossary.md, which `report/states.py` holds. Wire values stay: in JSON, in
outputs, and on pages in code.
"""

from __future__ import annotations

import ast
import html
import io
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

import reports
from deploy_checklist.arguments import parser
from deploy_checklist.cli import run
from deploy_checklist.commands import compare_formats
from deploy_checklist.commands.compare_result import ComparedEnvironments
from deploy_checklist.doctor import formats as doctor_formats
from deploy_checklist.doctor.model import DoctorResult, Examined
from deploy_checklist.fleet import formats as fleet_formats
from deploy_checklist.outcome import Outcome
from deploy_checklist.publish import follow_ups
from deploy_checklist.report import formats, markdown
from deploy_checklist.report.forecast import FORMS
from deploy_checklist.report.model import Report, Verdict
from deploy_checklist.report.states import LIGHTS, State, verdict_word
from deploy_checklist.report.status import with_verdict
from fleet.example import example
from pages.blocks import PAGES, ROOT
from random_runs import random_report
from second_words import second_words
from test_glossary import STATES, VERDICTS


def test_the_words_are_those_of_the_glossary_each_once() -> None:
    assert {word for word, *_ in STATES} == {state.value for state in State}
    assert {word for word, *_ in VERDICTS} == {verdict_word(verdict) for verdict in Verdict}
    assert set(LIGHTS) == set(Verdict)


# Renderings


REPORTS: dict[str, Callable[[], Report]] = {
    "every state": reports.every_state,
    "blocked": reports.blocked,
    "ready": reports.ready,
    "first run": reports.first_run,
    "undetermined": reports.undetermined,
    "overridden": reports.overridden,
    "rolled back": reports.rolled_back,
}
FORMS_OF_A_REPORT: dict[str, Callable[[Report], str]] = {
    "text": lambda report: formats.render(report, "text"),
    "text -v": lambda report: formats.render(report, "text", verbose=True),
    "comment": lambda report: markdown.render(report, boxes=True),
    "summary": lambda report: formats.render(report, "markdown"),
    "annotations": lambda report: formats.render(report, "github"),
    "junit": lambda report: said_in_junit(formats.render(report, "junit")),
    "sarif": lambda report: "\n".join(said_in_json(json.loads(formats.render(report, "sarif")))),
    "json": lambda report: "\n".join(said_in_json(json.loads(formats.render(report, "json")))),
    "status": with_verdict,
    "issues": lambda report: follow_ups.issues(report, forecast=True),
}
_SAID = {"message", "text", "why", "how", "remedy", "hint", "log_row", "reason"}  # keys of texts


def said_in_json(value: Any, key: str = "") -> Iterator[str]:
    """The texts for people; every other one is a value on the wire."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from said_in_json(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from said_in_json(each, key)
    elif isinstance(value, str) and key in _SAID:
        yield value


def said_in_junit(xml: str) -> str:
    return html.unescape("\n".join(re.findall(r'message="([^"]*)"', xml)))


@pytest.mark.parametrize("form", FORMS_OF_A_REPORT)
@pytest.mark.parametrize("name", REPORTS)
def test_no_rendering_has_a_second_word(name: str, form: str) -> None:
    assert second_words(FORMS_OF_A_REPORT[form](REPORTS[name]())) == []


# Odd mixtures: whatever a release came to, each verdict with it, and what people then read of it.


def with_each_verdict(report: Report) -> Iterator[Report]:
    """Overridden and rolled back are said in words of their own, whatever is open."""
    yield report
    override, rollback = reports.overridden().override, reports.rolled_back().rollback
    yield replace(report, verdict=Verdict.OVERRIDDEN, override=override, rollback=None)
    yield replace(report, verdict=Verdict.ROLLED_BACK, rollback=rollback, override=None)


@pytest.mark.parametrize("form", FORMS_OF_A_REPORT)
def test_no_rendering_of_a_random_run_has_a_second_word(form: str) -> None:
    for seed in range(30):
        for report in with_each_verdict(random_report(seed)):
            assert second_words(FORMS_OF_A_REPORT[form](report), str(seed)) == []


@pytest.mark.parametrize("verdict", ["blocked", "ready", "rolled back"])
def test_verify_says_the_verdict_in_its_word(verdict: str, tmp_path: Path) -> None:
    report = REPORTS[verdict]()
    entries = tuple(replace(each, counts_toward_ready=True) for each in report.entries)
    path = tmp_path / "report.json"
    path.write_text(formats.render(replace(report, entries=entries), "json"), encoding="utf-8")
    said = typed("verify", str(path))
    assert f": {verdict}; its " in said
    assert second_words(said) == []


_COUNTED = "|".join({state.counted(count) for state in State for count in (1, 2)})
_COUNTED = re.sub(r"\b[12] ", "", _COUNTED)
# Where a state stands by itself, whatever a new text calls it: a count, a mark, a heading, a sign.
_PLACES = {
    "text": (
        r"^\d+ (?!more where|variables? )(.+?)(?=, \d| \(|$)",
        r"^\d+ .*?, \d+ (.+?)(?= \(|$)",
        r"^([A-Z]{2,}(?: [A-Z]+)?) +\d+  ",
    ),
    "comment": (r"^### \W+(.+?)(?:, one box per section)?$", r"[❌❔✋⏳🟡✅] \d+ ([a-z ]+[a-z])"),
    "status": (r"(?:^[a-z ]+: |, )\d+ (?!where)([a-z ]+[a-z])",),
}


@pytest.mark.parametrize("form", _PLACES)
def test_where_a_state_stands_by_itself_its_word_is_one_of_the_glossary(form: str) -> None:
    words = {"text": rf"(?i:{_COUNTED})|NOTE|DRIFT", "comment": rf"(?i:{_COUNTED})"}
    known = re.compile(words.get(form, _COUNTED))
    found = [
        word
        for report in (reports.every_state(), *map(random_report, range(30)))
        for place in _PLACES[form]
        for word in re.findall(place, FORMS_OF_A_REPORT[form](report), re.MULTILINE)
    ]
    assert len(found) > 20
    assert [word for word in found if not known.fullmatch(word)] == []


@pytest.mark.parametrize("state", State)
def test_every_state_is_said_in_its_word(state: State) -> None:
    report = reports.every_state()
    text = formats.render(report, "text", verbose=True)
    assert re.search(rf"^{state.mark} +\d", text, re.MULTILINE)
    comment = markdown.render(report, boxes=True)
    assert state.heading in comment or re.search(rf"{state.sign} \d+ {state}", comment)


# Commands


def typed(*arguments: str) -> str:
    """What a command prints, from the project's own folder, without a value."""
    out, err = io.StringIO(), io.StringIO()
    run(arguments, {}, out, err)
    return out.getvalue() + err.getvalue()


EXAMPLE = ("--rules", "examples/deploy-checklist.yml", "-e", "production")
LIVE = ("--rules", "examples/live.yml", "-e", "production")
ON = ("--now", "2026-11-22T21:14:00Z")
COMMANDS = {
    "check": ("check", *EXAMPLE, *ON, "--env-file", "examples/failing.env"),
    "check without values": ("check", *EXAMPLE, *ON),
    "check without a network": ("check", *LIVE, *ON, "--offline", "-v"),
    "forecast": ("forecast", *EXAMPLE, *ON, "--env-file", "examples/ready.env"),
    "lint": ("lint", "--rules", "examples/deploy-checklist.yml"),
    "explain": ("explain", *EXAMPLE),
    "compare": (
        "compare",
        "staging",
        "production",
        "--rules",
        "examples/deploy-checklist.yml",
        "--env-file",
        "examples/failing.env",
        "examples/ready.env",
    ),
    "workflow": ("workflow", *EXAMPLE),
}


@pytest.mark.parametrize("command", COMMANDS)
def test_no_command_prints_a_second_word(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    printed = typed(*COMMANDS[command])
    assert len(printed) > 40
    assert second_words(printed) == []


def test_no_help_has_a_second_word() -> None:
    [commands] = (each for each in parser()._actions if each.dest == "command")
    assert commands.choices is not None
    for name, command in dict(commands.choices).items():  # type: ignore[call-overload]
        assert second_words(command.format_help(), name) == []


def test_neither_doctor_nor_compare_nor_the_fleet_has_a_second_word() -> None:
    facts = tuple(
        Examined(fact="owners", outcome=outcome, message="may not read `.github`", remedy="let it")
        for outcome in (Outcome.FAIL, Outcome.UNKNOWN, Outcome.PASS, Outcome.SKIPPED)
    )
    for in_force in (True, False, None):
        result = DoctorResult(
            exit_code=0,
            in_force=in_force,
            repository="acme/shop",
            environment=None,
            status="deploy-checklist/release",
            facts=facts,
        )
        assert second_words(doctor_formats.as_text(result)) == []
    compared = ComparedEnvironments(
        exit_code=3,
        environments=("staging", "production"),
        places=("GitHub",),
        names=0,
        with_values=False,
        differences=(),
        unreadable="the token may not read secrets",
    )
    for form in ("text", "markdown"):
        assert second_words(compare_formats.render(compared, form, {}, ())) == []
    for form in ("markdown", "html"):
        shown = fleet_formats.render(example(), form)
        shown = re.sub(
            r"<style>.*?</style>|<script>.*?</script>|<[^>]*>", "", shown, flags=re.DOTALL
        )
        assert second_words(shown) == []


@pytest.mark.parametrize("form", ("text", "markdown"))
def test_no_forecast_has_a_second_word(form: str) -> None:
    assert second_words(FORMS[form](reports.forecast())) == []


# Texts in the code


def texts(path: Path) -> Iterator[str]:
    """The texts of a module, each with `…` for its values; docstrings are for readers of the code."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    parts = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr | ast.Expr)
        for part in ast.walk(node)
        if part is not node
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield "".join(
                str(part.value) if isinstance(part, ast.Constant) else "…" for part in node.values
            )
        elif (
            isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in parts
        ):
            yield node.value


def test_no_text_in_the_code_has_a_second_word() -> None:
    package = ROOT / "src" / "deploy_checklist"
    said = {
        path.relative_to(package).as_posix(): "\n".join(each for each in texts(path) if " " in each)
        for path in package.rglob("*.py")
    }
    del said["redaction/fixed_words.py"]  # a list of words, those on the wire among them
    assert len(said) > 300
    found = [hit for where, text in said.items() for hit in second_words(without_code(text), where)]
    assert found == []


# Pages


_FENCE = re.compile(r"^( *)```([\w-]*)\n(.*?)^ *```", re.DOTALL | re.MULTILINE)
_DATA = ("json", "yaml", "yml", "python")


def without_code(markdown: str) -> str:
    """A page without the values on the wire that it names in code; outputs of commands stay."""
    markdown = _FENCE.sub(lambda block: "" if block[2] in _DATA else block[3], markdown)
    return re.sub(r"`[^`\n]*`", "`…`", markdown)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_no_page_has_a_second_word(page: Path) -> None:
    where = page.relative_to(ROOT).as_posix()
    if where != "CHANGELOG.md":  # it tells what earlier versions said, in their words
        assert second_words(without_code(page.read_text(encoding="utf-8")), where) == []


@pytest.mark.parametrize("path", ["action.yml", *sorted(map(str, Path("examples").glob("*.*")))])
def test_no_example_has_a_second_word(path: str) -> None:
    assert second_words(without_code((ROOT / path).read_text(encoding="utf-8")), path) == []


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ("blocked: 3 to fix, 6 to sign", "failed"),
        ("| ❔ unknown, naming the host |", "not checked"),
        ("### ❔ Could not look", "not checked"),
        ("UNSEEN   12  KEY", "not checked"),
        ("✅ 7 verified", "passed"),
        ("the item is *pending*", "to sign"),
        ("production waits for people", "waiting"),
        ("never verified", "passed"),
        ("METRICS_URL excused until 2026-12-15", "waived"),
        ("An item of the checklist was undecided", "not checked"),
        ("the item is **unknown**", "not checked"),
        ("3 put off, 2 deferred", "later"),
    ],
)
def test_a_second_word_is_found(said: str, word: str) -> None:
    assert word in "".join(second_words(said))


@pytest.mark.parametrize(
    "said",
    [
        "`unknown` becomes `pending`",
        "With `unverified: sign`, people sign what was not checked.",
        "the certificate is verified against the chain",
        "blocked: 3 failed, 1 not checked, 6 to sign",
        "a label is unknown to GitHub",
    ],
)
def test_other_things_are_no_second_words(said: str) -> None:
    assert second_words(without_code(said)) == []
