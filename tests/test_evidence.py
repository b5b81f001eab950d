"""The evidence of a release: what it states, of which files, and that nothing in it can be changed alone."""

from __future__ import annotations

import copy
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from deploy_checklist import __version__
from deploy_checklist.arguments import parser
from deploy_checklist.checklist.model import Phase
from deploy_checklist.cli import run
from deploy_checklist.commands.evidence import evidence_in, of_evidence
from deploy_checklist.commands.report_files import report_in
from deploy_checklist.errors import Unusable
from deploy_checklist.outcome import Outcome
from deploy_checklist.publish.evidence_file import basis
from deploy_checklist.publish.outputs import OUTPUTS
from deploy_checklist.publish.publishers import publish_after_status
from deploy_checklist.redaction.needles import Needle
from deploy_checklist.redaction.redact import Redactor
from deploy_checklist.report.evidence import (
    PREDICATE_TYPE,
    EvidenceBasis,
    EvidenceSubject,
    release_property,
    render,
    signed_properties,
    statement,
)
from deploy_checklist.report.json_v1 import on_the_wire
from deploy_checklist.report.json_v1 import render as render_json
from deploy_checklist.report.model import Report, Verdict
from deploy_checklist.runtime.subjects import subjects
from deploy_checklist.settings import Inputs
from destinations import destinations_below
from random_runs import random_report
from reports import blocked, ready

ROOT = Path(__file__).parent.parent
PAGE = ROOT / "docs" / "recipes" / "evidence.md"
READY, SIGNED = "DEPLOY_CHECKLIST_READY_PRODUCTION", "DEPLOY_CHECKLIST_SIGNED_BACKEND_LEAD"
NOTHING_HIDDEN = Redactor.hiding(())


def released() -> Report:
    """A ready report of a run on GitHub: what passed counts."""
    counts = [replace(each, counts_toward_ready=True) for each in ready().entries]
    return replace(ready(), entries=tuple(counts))


def stated(report: Report, *artefacts: EvidenceSubject, status_written: bool = True) -> str:
    """The evidence of a report that was written as `report.json`."""
    about = basis(report, NOTHING_HIDDEN, "report.json", artefacts, status_written=status_written)
    return render(statement(on_the_wire(report), about))


def test_it_is_a_statement_with_a_simple_verification_result() -> None:
    report = released()
    artefact = EvidenceSubject(name="dist/shop.tar.gz", digest={"sha256": "ab" * 32})
    digest = sha256(render_json(report).encode()).hexdigest()
    assert json.loads(stated(report, artefact)) == {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            {"name": "report.json", "digest": {"sha256": digest}},
            {"name": "dist/shop.tar.gz", "digest": {"sha256": "ab" * 32}},
        ],
        "predicateType": "https://in-toto.io/attestation/svr/v0.2",
        "predicate": {
            "verifier": {
                "id": "https://github.com/org/deploy-checklist/v1",
                "version": {"deploy-checklist": __version__},
                "policies": [
                    {"name": report.checklist, "digest": {"sha256": report.checklist_sha256}},
                    {"name": report.rules, "digest": {"sha256": report.rules_sha256}},
                ],
            },
            "timeCreated": "2026-11-22T21:14:00Z",
            "properties": [READY, SIGNED],
        },
    }


def test_without_a_rules_file_the_checklist_is_the_only_policy() -> None:
    report = replace(released(), rules=None, rules_sha256=None)
    policies = json.loads(stated(report))["predicate"]["verifier"]["policies"]
    assert [each["name"] for each in policies] == [report.checklist]


# --- what it states


@pytest.mark.parametrize(
    "change",
    [
        {"verdict": Verdict.WAITING},
        {"verdict": Verdict.BLOCKED},
        {"verdict": Verdict.UNDETERMINED},
        {"mode": "report"},
        {"links": None},  # on a laptop
        {"phase": Phase.DEPLOY},
        {"phase": Phase.AFTER},
    ],
)
def test_only_what_lets_a_release_begin_is_ready(change: dict[str, Any]) -> None:
    report = replace(released(), **change)
    assert READY not in json.loads(stated(report))["predicate"]["properties"]


def test_a_status_that_was_not_written_is_not_ready() -> None:
    found = json.loads(stated(released(), status_written=False))
    assert found["predicate"]["properties"] == [SIGNED]


def test_a_run_that_blocks_nothing_names_no_role() -> None:
    """It may be judged by a pull request's own rules, where anybody may be in any role."""
    for change in ({"mode": "report"}, {"links": None}):
        assert signed_properties(on_the_wire(replace(released(), **change))) == ()


def test_who_signed_what_is_still_open_is_not_told() -> None:
    report = on_the_wire(released())
    failing = [replace(each, outcome=Outcome.FAIL) for each in report.items]
    assert signed_properties(report) == (SIGNED,)
    assert signed_properties(replace(report, items=tuple(failing))) == ()


RELEASED = on_the_wire(released())


def named(environment: str | None, gate: str | None = None) -> str:
    (found,) = release_property(replace(RELEASED, environment=environment, gate=gate))
    return found


@pytest.mark.parametrize(
    ("environment", "gate", "name"),
    [
        ("production", None, "DEPLOY_CHECKLIST_READY_PRODUCTION"),
        ("eu-west-1", None, "DEPLOY_CHECKLIST_READY_EU_WEST_1"),
        (None, None, "DEPLOY_CHECKLIST_READY"),
        ("production", "services/api", "DEPLOY_CHECKLIST_READY_SERVICESx2fxAPI__PRODUCTION"),
        (None, "web", "DEPLOY_CHECKLIST_READY_WEB__"),
        ("prod.eu", None, "DEPLOY_CHECKLIST_READY_PRODx2exEU"),
        ('"],\n"x', None, "DEPLOY_CHECKLIST_READY_x22xx5dxx2cxxaxx22xX"),
    ],
)
def test_a_name_becomes_a_word(environment: str | None, gate: str | None, name: str) -> None:
    assert named(environment, gate) == name


NAME = st.text(st.sampled_from("abxAB19-_./ é\N{LATIN SMALL LETTER LONG S}"), max_size=6)


@settings(deadline=None)
@given(st.tuples(NAME, NAME), st.tuples(NAME, NAME))
def test_no_two_gates_or_environments_have_one_name(
    one: tuple[str, str], other: tuple[str, str]
) -> None:
    """Whoever chooses a name; upper and lower case of a letter are the same."""
    names = [named(environment or None, gate or None) for environment, gate in (one, other)]
    same = [part.encode().lower() for part in one] == [part.encode().lower() for part in other]
    assert (names[0] == names[1]) is same
    assert all(each.isascii() and each.replace("_", "").isalnum() for each in names)


# --- held to its report


def agrees(report: bytes, evidence: bytes) -> bool:
    """As `verify` decides: unusable is detected, too."""
    try:
        read = report_in(report, "report.json")
        found = of_evidence(evidence_in(evidence, "e.json"), read, sha256(report).hexdigest())
        return not list(found)
    except Unusable:
        return False


def without_each_key(document: Any, here: Any = None) -> Iterator[Any]:
    """For each key in it the same document without that key."""
    inside = document if here is None else here
    for key, value in list(inside.items()) if isinstance(inside, dict) else enumerate(inside):
        if isinstance(inside, dict):
            kept = dict(inside)
            del inside[key]
            yield copy.deepcopy(document)
            inside.clear()
            inside.update(kept)
        if isinstance(value, dict | list):
            yield from without_each_key(document, value)


def changed_leaves(document: Any, path: tuple[str | int, ...] = ()) -> Iterator[Any]:
    """For each value in it the same document with that one changed; lists also turned round and cut."""
    here = document
    for step in path:
        here = here[step]
    others: list[Any] = []
    if isinstance(here, dict):
        for key in here:
            yield from changed_leaves(document, (*path, key))
    elif isinstance(here, list):
        for index in range(len(here)):
            yield from changed_leaves(document, (*path, index))
        others = [here[1:], here[::-1]] if here else []
    elif isinstance(here, bool):
        others = [not here]
    elif isinstance(here, int):
        others = [here + 1]
    else:
        others = ["2026-01-01T00:00:00Z" if here is None else f"{here}x"]
    for other in others:
        if other != here:
            changed = copy.deepcopy(document)
            at = changed
            for step in path[:-1]:
                at = at[step]
            at[path[-1]] = other
            yield changed


def test_of_a_thousand_changed_reports_none_agrees_with_the_evidence() -> None:
    """Each field, a signer, a date, the order of items, another checklist: the evidence has its digest."""
    count = 0
    for report in (released(), blocked()):
        text, evidence = render_json(report), stated(report).encode()
        assert agrees(text.encode(), evidence)
        for each in changed_leaves(json.loads(text)):
            assert not agrees(json.dumps(each, indent=2).encode(), evidence)
            count += 1
    assert count >= 1000


def test_a_changed_field_of_the_evidence_does_not_agree() -> None:
    text, evidence = render_json(released()).encode(), json.loads(stated(released()))
    changed = [*changed_leaves(evidence), *without_each_key(evidence)]
    assert len(changed) >= 30
    kept = [each for each in changed if agrees(text, json.dumps(each).encode())]
    # Less may be claimed, as after a status that was not written; a subject's name is not compared.
    claimed = [each["predicate"]["properties"] for each in kept]
    assert claimed == [[READY, SIGNED], [SIGNED], [READY, SIGNED]]
    names = [each["subject"][0].get("name") for each in kept]
    assert names == ["report.jsonx", "report.json", None]


def test_the_evidence_of_every_report_of_the_gate_agrees_with_it() -> None:
    """No false alarm, whatever came of the run and whether its status was written."""
    for seed in range(100):
        report = random_report(seed)
        text = render_json(report).encode()
        for written in (True, False):
            assert agrees(text, stated(report, status_written=written).encode()), seed


def test_more_than_the_report_says_is_not_claimed() -> None:
    """A report that waits, and evidence that says it is ready."""
    for report in (blocked(), replace(released(), mode="report")):
        evidence = json.loads(stated(report))
        evidence["predicate"]["properties"] = [READY]
        assert not agrees(render_json(report).encode(), json.dumps(evidence).encode())


def test_each_thing_that_does_not_agree_is_one_line(tmp_path: Path) -> None:
    report, evidence = tmp_path / "report.json", tmp_path / "evidence.json"
    report.write_text(render_json(blocked()))
    evidence.write_text(stated(released()))
    code, lines, _ = verified(str(report), "--evidence", str(evidence))
    assert code == 1
    assert [line.partition(": ")[0] for line in lines[:2]] == [
        "evidence.subject",
        "evidence.properties",
    ]
    assert "expected none (from the report)" in lines[1]
    assert lines[-1].startswith("no signature was checked: ")


def verified(*arguments: str) -> tuple[int, list[str], str]:
    """Exit code, lines, errors of `verify`."""
    out, err = io.StringIO(), io.StringIO()
    code = run(("verify", *arguments), {}, out, err)
    return code, out.getvalue().splitlines(), err.getvalue()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{}", "not evidence: `_type`: is missing"),
        ('{"dsseEnvelope": {}}', "a signed bundle, but `verify` reads no signatures"),
        (stated(released()).replace("svr/v0.2", "svr/v0.1"), "not a Statement with the predicate"),
        (stated(released()).replace("Statement/v1", "Statement/v0.1"), "not a Statement"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_what_is_no_evidence_is_unusable(tmp_path: Path, text: str, told: str) -> None:
    report, evidence = tmp_path / "report.json", tmp_path / "evidence.json"
    report.write_text(render_json(released()))
    evidence.write_text(text)
    code, lines, err = verified(str(report), "--evidence", str(evidence))
    assert (code, lines) == (2, [])
    assert told in err


# --- artefacts


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two archives in dist/."""
    (tmp_path / "dist" / "deep").mkdir(parents=True)
    (tmp_path / "dist" / "a.tar.gz").write_bytes(b"a")
    (tmp_path / "dist" / "deep" / "b.tar.gz").write_bytes(b"b")
    return tmp_path


A, B = (sha256(each).hexdigest() for each in (b"a", b"b"))


def found(folder: Path, *entries: str, without: tuple[str, ...] = ()) -> dict[str, str]:
    named = subjects(folder, entries, without, named_by="input subjects")
    return {each.name: each.digest["sha256"] for each in named}


def test_artefacts_are_named_by_path_by_glob_and_by_digest(folder: Path) -> None:
    assert found(folder, "dist/a.tar.gz") == {"dist/a.tar.gz": A}
    assert found(folder, "./dist//a.tar.gz", "dist/*.tar.gz") == {"dist/a.tar.gz": A}
    assert found(folder, "dist/**") == {"dist/a.tar.gz": A, "dist/deep/b.tar.gz": B}
    assert found(folder, "dist/**", without=("dist/a.tar.gz",)) == {"dist/deep/b.tar.gz": B}
    assert found(folder, f"ghcr.io/acme/shop@sha256:{A}") == {"ghcr.io/acme/shop": A}


@pytest.mark.parametrize(
    ("entries", "told"),
    [
        (["dist/c.tar.gz"], "`dist/c.tar.gz` is not there"),
        (["dist/*.zip"], "`dist/*.zip` matches no file"),
        (["dist/*.gz"], "`dist/link.tar.gz` is a symbolic link"),
        (["dist/link.tar.gz"], "is a symbolic link or has one on its way"),
        (["dist"], "is a folder, not a file"),
        (["../dist/*"], "leads out of its folder"),
        (["/etc/passwd"], "is absolute"),
        ([".git/config"], "is in git's own folder"),
        (["dist/{a,b}.tar.gz"], "`dist/{a,b}.tar.gz` is not there"),
        (["dist/*.{gz,zip}"], "uses braces"),
        ([f"x@sha256:{A}", f"x@sha256:{B}"], "is given twice, with different digests"),
        ([f"x{n}@sha256:{A}" for n in range(101)], "is one too many: at most 100 artefacts"),
        (["x@sha256:123"], "is not there"),
        ([f"out/report.json@sha256:{A}"], "is a file that this run writes itself"),
    ],
)
def test_what_is_no_artefact_is_refused(folder: Path, entries: list[str], told: str) -> None:
    (folder / "dist" / "link.tar.gz").symlink_to("a.tar.gz")
    with pytest.raises(Unusable) as refused:
        found(folder, *entries, without=("out/report.json",))
    assert told in str(refused.value)
    assert str(refused.value).startswith("input subjects: ")


def test_what_is_too_large_is_not_read(folder: Path) -> None:
    with (folder / "large").open("wb") as file:
        file.truncate(5 * 1024**3)
    with pytest.raises(
        Unusable, match="`large` exceeds the limit: at most 4 GiB of artefacts are read"
    ):
        found(folder, "large")


# --- where it is written


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"evidence-file": "e.json"}, "input evidence-file: needs the input report-file"),
        (
            {"evidence-file": "./out//r.json", "report-file": "out/r.json"},
            "input evidence-file: should be a different path from the input report-file",
        ),
        ({"subjects": "dist/*"}, "input subjects: needs the input evidence-file"),
        ({"evidence-file": "../e.json", "report-file": "r.json"}, "input evidence-file: should be"),
    ],
)
def test_an_input_that_lacks_another_one_names_both(inputs: dict[str, str], told: str) -> None:
    with pytest.raises(Unusable) as refused:
        Inputs.read({f"INPUT_{name.upper()}": value for name, value in inputs.items()})
    assert told in str(refused.value)


def test_a_secret_in_the_name_of_an_artefact_is_hidden(tmp_path: Path) -> None:
    secret = "correct-horse-battery"
    redactor = Redactor.hiding([Needle("A_KEY", secret)])
    artefact = EvidenceSubject(name=f"dist/{secret}.zip", digest={"sha256": A})
    about = basis(released(), redactor, "report.json", [artefact], status_written=True)
    written = after_status(tmp_path, released(), redactor, about)
    assert [each["name"] for each in written["subject"]] == ["report.json", "dist/***.zip"]


def test_a_secret_of_a_few_digits_stops_no_evidence(tmp_path: Path) -> None:
    """A digest, a date or a property may hold it by chance."""
    about = basis(released(), NOTHING_HIDDEN, "report.json", (), status_written=True)
    for secret in (about.report.digest["sha256"][8:12], "2026", "PRODUCTION", "21:14", "c0ffee"):
        redactor = Redactor.hiding([Needle("A_KEY", secret)])
        assert after_status(tmp_path, released(), redactor, about)


def after_status(
    tmp_path: Path, report: Report, redactor: Redactor, about: EvidenceBasis
) -> dict[str, Any]:
    """What lies in the evidence file after the last publisher."""
    inputs = Inputs.read({"INPUT_REPORT-FILE": "report.json", "INPUT_EVIDENCE-FILE": "e.json"})
    to = replace(destinations_below(tmp_path).to, inputs=inputs, evidence=about)
    publish_after_status(report, redactor, to)
    written: dict[str, Any] = json.loads((tmp_path / "e.json").read_text())
    return written


# --- on a laptop, and without

EXAMPLE = ("--rules", "examples/deploy-checklist.yml", "-e", "production", "--env-file")
CHECK = ("check", *EXAMPLE, "examples/ready.env", "--now", "2026-11-22T21:14:00Z")


def typed(*arguments: str) -> tuple[int, str]:
    out, err = io.StringIO(), io.StringIO()
    return run(arguments, {}, out, err), err.getvalue()


def test_a_laptop_states_what_it_checked_and_nothing_ready(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    report, evidence = str(tmp_path / "r.json"), str(tmp_path / "e.json")
    files = ("--format", "json", "--output", report, "--evidence", evidence)
    code, err = typed(*CHECK, *files, "--subject", "examples/*.yml")
    assert (code, err) == (1, "")
    written = json.loads(Path(evidence).read_text())
    assert written["predicate"]["properties"] == []
    assert [each["name"] for each in written["subject"][1:]] == [
        f"examples/{name}.yml" for name in ("deploy-checklist", "live", "pricing")
    ]
    documents = ("--checklist", "examples/deployment-checklist.md", "--rules", EXAMPLE[1])
    assert verified(report, "--evidence", evidence, *documents)[0] == 0


def test_what_an_earlier_check_wrote_is_no_artefact_of_this_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However its path was typed: it would be named with the digest that it had before."""
    (tmp_path / "examples").symlink_to(ROOT / "examples")
    monkeypatch.chdir(tmp_path)
    checklist = ("check", "examples/deployment-checklist.md", *CHECK[1:])
    for _ in range(2):
        files = ("--output", "./r.json", "--evidence", str(tmp_path / "e.json"))
        assert typed(*checklist, "--format", "json", *files, "--subject", "x@sha256:" + A)[1] == ""
        assert typed(*checklist, "--format", "json", *files, "--subject", "*.json")[1] == ""
        written = json.loads((tmp_path / "e.json").read_text())
        assert [each["name"] for each in written["subject"]] == ["./r.json"]


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--evidence", "e.json"), "--evidence needs --format json and --output"),
        (("--evidence", "e.json", "--output", "r.txt"), "--evidence needs --format json"),
        (("--subject", "x"), "--subject needs --evidence"),
        (
            ("--format", "json", "--output", "r.json", "--evidence", "./r.json"),
            "--evidence and --output are the same file",
        ),
    ],
)
def test_a_flag_that_lacks_another_one_is_refused(
    flags: tuple[str, ...], told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(ROOT)
    code, err = typed(*CHECK, *flags)
    assert code == 2
    assert told in err


def in_a_process(*arguments: str, code: str) -> str:
    """What a new interpreter prints that runs a command after, or before, some code."""
    program = f"import sys, io\nfrom deploy_checklist.cli import run\n{code}"
    environ = {"PYTHONPATH": str(ROOT / "src"), "PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        check=True,
        capture_output=True,
        text=True,
        env=environ,
        cwd=ROOT,
    )
    return done.stdout


def test_a_check_without_evidence_loads_nothing_of_it() -> None:
    code = "run(sys.argv[1:], {}, io.StringIO(), sys.stderr)\nprint(*sys.modules, sep='\\n')"
    loaded = in_a_process(*CHECK, "--format", "json", code=code).splitlines()
    assert "deploy_checklist.report.json_v1" in loaded
    ours = [name for name in loaded if name.startswith("deploy_checklist.")]
    assert [name for name in ours if "evidence" in name or "subjects" in name] == []
    assert [name for name in ours if "commands" in name] == []


def test_verify_opens_no_connection(tmp_path: Path) -> None:
    report, evidence = tmp_path / "report.json", tmp_path / "evidence.json"
    report.write_text(render_json(released()))
    evidence.write_text(stated(released()))
    code = (
        "def refuse(event, given):\n"
        "    if event.startswith(('socket.', 'subprocess.', 'os.exec', 'os.posix_spawn')):\n"
        "        raise SystemExit(event)\n"
        "sys.addaudithook(refuse)\n"
        "print(int(run(sys.argv[1:], {}, io.StringIO(), sys.stderr)))"
    )
    arguments = ("verify", str(report), "--evidence", str(evidence))
    assert in_a_process(*arguments, code=code) == "0\n"


# --- the page that tells how


def test_the_page_uses_what_there_is() -> None:
    """Its workflow gives known inputs, takes known outputs, and has the permissions to sign."""
    page = PAGE.read_text()
    (workflow,) = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    job = yaml.safe_load(workflow)["jobs"]["gate"]
    _, _, gate, attest = job["steps"]
    Inputs.read({f"INPUT_{name.upper()}": value for name, value in gate["with"].items()})
    assert {"id-token", "attestations", "statuses"} <= set(job["permissions"])
    assert attest["with"]["predicate"] == "${{ steps.gate.outputs.predicate }}"
    assert "predicate" in OUTPUTS
    assert attest["with"]["predicate-type"] == PREDICATE_TYPE
    paths = [gate["with"]["report-file"], *gate["with"]["subjects"].split()]
    assert attest["with"]["subject-path"].split() == paths


def test_the_commands_of_the_page_are_ours() -> None:
    page = PAGE.read_text()
    commands = re.findall(r"deploy-checklist ((?:verify|check) [^`\n]+)", page)
    assert len(commands) >= 3
    for command in commands:
        parser().parse_args(command.split())
