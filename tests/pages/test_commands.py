"""Every command that a page shows in a console is run, or stands in a table with the reason why it is not."""

from __future__ import annotations

import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy_checklist.arguments import parser
from deploy_checklist.cli import run
from doctor.conftest import Team
from init.shop import ANSWERS, CHECKLIST, PATH, RULES
from pages.blocks import PAGES, ROOT, blocks
from servers.github import FakeHub

NOW = "2026-11-22T21:14:00Z"
OURS = "deploy-checklist "
# `NAME=value ` in front of a command, the value perhaps a substitution.
SETTINGS = re.compile(r"^(?:[A-Z_]+=(?:\$\([^)]*\)|\S*) )+")
_INDEX = "asks the package index; .ci/run and the CI install so"
_FETCHES = "fetches this repository from GitHub, where it has only a placeholder for an address yet"
_CI = "one of the steps of .ci/run, which the CI runs on every commit"
_GITHUB = "writes to the real GitHub; tests/rehearsal runs the rehearsal against a fake of it"
NOT_RUN = {
    "pip install .": _INDEX,
    "pip install --require-hashes -r requirements-dev.lock": _INDEX,
    "pip install --no-deps -e .": _INDEX,
    "pipx run --spec git+https://github.com/org/deploy-checklist deploy-checklist check": _FETCHES,
    "uvx --from git+https://github.com/org/deploy-checklist deploy-checklist check": _FETCHES,
    "python -m venv .venv": _CI,
    ". .venv/bin/activate": _CI,
    "python -m pytest": "runs this test",
    "pytest": "runs this test",
    "ruff check": _CI,
    "ruff format --check": _CI,
    "mypy": _CI,
    "uv pip compile --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml"
    " -o requirements.lock": "asks the package index for versions of today",
    "uv pip compile --universal --generate-hashes --no-header --python-version 3.11 pyproject.toml"
    " --group dev -o requirements-dev.lock": "asks the package index for versions of today",
    "gh repo create OWNER/SCRATCH --private --add-readme": _GITHUB,
    "gh repo edit OWNER/SCRATCH --add-topic deploy-checklist-rehearsal": _GITHUB,
    "python tests/on_github.py OWNER/SCRATCH --action OWNER/deploy-checklist@v1": _GITHUB,
    "op inject -i .env.tpl | deploy-checklist check -e production --env-file -": "another's program, "
    "which needs an account; tests/test_cli.py reads the values from standard input",
    "pipx run --spec git+https://github.com/org/deploy-checklist@v1 deploy-checklist check"
    " -e production": "fetches the repository; tests/pages/test_self_hosted.py runs the line without that",
    "uvx --from git+https://github.com/org/deploy-checklist@v1 deploy-checklist check"
    " -e production": "fetches the repository; tests/pages/test_self_hosted.py runs the line without that",
    "gh run rerun 1843": "starts a run on GitHub again; tests/stories/test_rollback.py plays the run",
    "gh workflow run deploy.yml --ref v1.4.0 -f rollback=true": "starts a workflow on GitHub; "
    "tests/stories/test_rollback.py plays the run",
    "gh attestation verify report.json --repo acme/shop"
    " --signer-workflow acme/shop/.github/workflows/gate.yml"
    " --predicate-type https://in-toto.io/attestation/svr/v0.2 --format json"
    " --jq '.[0].verificationResult.statement' > statement.json": "asks GitHub for a signature",
    """jq -e '.predicate.properties | index("DEPLOY_CHECKLIST_READY_PRODUCTION")' statement.json""": (
        "needs the statement of a gate on GitHub; tests/stories/test_release_evidence.py reads it"
    ),
}


def commands() -> Iterator[tuple[str, str]]:
    """Each command and its page, without what is set in front of it and the comment behind it."""
    for block in blocks("console"):
        for line in block.text.splitlines():
            if line.startswith("$ "):
                for each in re.sub(r" +# .*", "", line[2:]).split(" && "):
                    yield block.page, SETTINGS.sub("", each.strip())


COMMANDS = list(dict.fromkeys(commands()))
RUN = [each for each in COMMANDS if each[1].startswith(OURS)]


def test_every_command_is_run_or_has_a_reason() -> None:
    assert {command for _, command in COMMANDS if not command.startswith(OURS)} == NOT_RUN.keys()
    assert len(RUN) > 20
    for reason in NOT_RUN.values():
        assert all((ROOT / path).exists() for path in re.findall(r"tests/[\w/.]*\w", reason)), (
            reason
        )


def ended(*arguments: str) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return run(arguments, {}, out, err), out.getvalue(), err.getvalue()


def furnish(folder: Path, arguments: list[str]) -> None:
    """What a team has that types this: a checklist, its rules, and the files that are named."""
    for path in (PATH, RULES):
        path.parent.mkdir(parents=True)
    PATH.write_text(f"{CHECKLIST}- [ ] `PAYMENT_API_KEY` is set.\n", encoding="utf-8")
    Path("answers.yml").write_text(ANSWERS, encoding="utf-8")
    Path(".env.staging").write_text("CARD_KEY=of-staging\nMETRICS_URL=\n", encoding="utf-8")
    Path(".env.production").write_text("CARD_KEY=of-production\n", encoding="utf-8")
    first = arguments == ["check"]  # the first look, without a rules file
    if not first and (arguments[0] != "init" or "--add" in arguments):
        assert ended("init", "--answers", "answers.yml")[0] == 0
    if arguments[0] == "verify":
        outputs = ("--output", "report.json", "--evidence", "statement.json")
        assert ended("check", "-e", "production", "--format", "json", *outputs)[2] == ""


@pytest.mark.parametrize(("page", "command"), RUN)
def test_a_command_does_what_it_is_shown_for(
    page: str, command: str, tmp_path: Path, hub: FakeHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It ends as it should for this team: values are missing, the two environments differ."""
    typed = re.sub(r"<\(.*?\)", ".env.production", command)  # what another program prints
    arguments = shlex.split(typed.partition(" > ")[0])[1:]
    if arguments[0] == "doctor":
        monkeypatch.chdir(tmp_path)
        assert "in force" in Team(tmp_path, hub).printed(*arguments)
        return
    of_the_example = "examples/" in command
    monkeypatch.chdir(ROOT if of_the_example else tmp_path)
    if not of_the_example:
        furnish(tmp_path, arguments)
    if arguments[0] in ("check", "forecast"):
        arguments += ["--now", NOW]
    code, out, err = ended(*arguments)
    assert (code, err) == (1 if arguments[0] in ("check", "compare") else 0, "")
    assert len(out) > 20


INLINE = re.compile(r"`((?:[A-Z_]+=\S+ )?deploy-checklist [a-z][^`]*)`")
PLACEHOLDERS = {"N": "1", "F": "rules.yml", "REPORT…": "report.json"}


def inline() -> Iterator[str]:
    for page in PAGES:
        text = re.sub(r"^ *```.*?^ *```", "", page.read_text(encoding="utf-8"), flags=re.M | re.S)
        for found in INLINE.findall(text):
            yield SETTINGS.sub("", " ".join(found.split())).partition(" > ")[0].partition(" | ")[0]
    for block in blocks("yaml", "yml"):
        yield from re.findall(r"^- run: (deploy-checklist .+)$", block.text, re.MULTILINE)


@pytest.mark.parametrize("command", dict.fromkeys(inline()))
def test_a_command_within_a_sentence_can_be_typed(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One word is the name of a command; `check --format` at the end is that of an option."""
    words = [PLACEHOLDERS.get(word, word) for word in shlex.split(command)[1:]]
    if words[-1] == "--format":
        words.append("json")
    if len(words) > 1:
        parser().parse_args(words)
        return
    with pytest.raises(SystemExit) as helped:
        parser().parse_args([*words, "--help"])
    assert (helped.value.code, f"{OURS}{words[0]}" in capsys.readouterr().out) == (0, True)
