"""`init` writes a rules file that reads as if the team had written it, and that changes no outcome."""

from __future__ import annotations

import io
import json
from pathlib import Path
from textwrap import dedent

import pytest

from deploy_checklist.checklist.parse import parse
from deploy_checklist.cli import run
from deploy_checklist.commands.init import init
from deploy_checklist.runtime.local import LocalRuntime

CHECKLIST = dedent(
    """\
    # Deployment checklist

    ## Payments
    - [ ] `CARD_PROVIDER` set to the provider in use (`acme`, `bolt`, etc.).
    - [ ] `CARD_API_KEY` present in environment secrets.
    - [ ] `CARD_WEBHOOK_SECRET` configured and rotated within the last 60 days.
    - [ ] `CARD_CALLBACK_URL` points to the domain of the shop.

    | Service | Secret | Source of truth | Rotation owner |
    | --- | --- | --- | --- |
    | Cards | `CARD_API_KEY` | Vault | Finance Ops |
    | Cards | `CARD_WEBHOOK_SECRET` | Vault | Finance Ops |

    ## Realtime
    - [ ] `CACHE_URL` and `QUEUE_URL` set when clustering is on.
    - [ ] ~~`OLD_FLAG` removed~~
    - [ ] Tests pass (`npm test`).
    - [ ] **Before the switch:**
      - [ ] Load balancer says the shop is healthy.
      - [ ] `CACHE_URL` reaches the new cache.

    ## Sign-off
    - [ ] Reviewed and signed by the lead.
    - [ ] https://shop.acme.dev/health answers.
    """
)
WRITTEN = """\
items:
  # Payments
  CARD_PROVIDER:  # TODO choices:CARD_PROVIDER Which values may CARD_PROVIDER have? For example: [acme, bolt]
    sign: "set to the provider in use (acme, bolt, etc.)"
    # one_of: [acme, bolt]  # check that the list is complete
  CARD_API_KEY: secret
  CARD_WEBHOOK_SECRET:
    secret: true
    rotated_within: 60d
  CARD_CALLBACK_URL:  # TODO domain: its value is not answered yet, see `environments:`
    sign: "points to the domain of the shop"

  # Realtime
  CACHE_URL and QUEUE_URL:  # TODO fact:clustering Which variable tells whether clustering is on?
    - env: CACHE_URL
      present: true
      severity: warning
    - env: QUEUE_URL
      present: true
      severity: warning
    - sign
  Tests pass (npm test):
    ci:
      runs: "npm test"

  # Realtime › Before the switch
  Load balancer says: sign
  CACHE_URL reaches the new:
    env: CACHE_URL
    present: true
    sign: "reaches the new cache"

  # Sign-off
  Reviewed and signed:
    sign:
      by: [lead]
  "https://shop.acme.dev/health answers":
    http:
      url: "https://shop.acme.dev/health"
    sign: true
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/deployment-checklist.md").write_text(CHECKLIST)
    return tmp_path


def typed(*arguments: str, environ: dict[str, str] | None = None) -> tuple[int, str, str]:
    out, err = io.StringIO(), io.StringIO()
    return run(arguments, environ or {}, out, err), out.getvalue(), err.getvalue()


def outcomes(environ: dict[str, str]) -> list[tuple[int, str]]:
    _, out, _ = typed("check", "--offline", "--format", "json", environ=environ)
    return [(item["line"], item["outcome"]) for item in json.loads(out)["items"]]


def test_each_item_has_the_shortest_rule_that_says_it(folder: Path) -> None:
    code, out, _ = typed("init")
    assert code == 0
    assert "4 questions left open" in out
    assert "answers the open questions" in out
    written = (folder / ".github/deploy-checklist.yml").read_text()
    assert written.endswith(WRITTEN)
    assert "checklist: docs/deployment-checklist.md\n" in written
    assert "  finance-ops: [write]\n" in written


def test_the_file_agrees_with_the_checklist(folder: Path) -> None:
    typed("init")
    code, out, err = typed("lint")
    assert (code, err) == (0, "")
    assert out.startswith("the checklist and the rules agree\n4 questions left open: ")


NAMES = (
    "CARD_PROVIDER",
    "CARD_API_KEY",
    "CARD_WEBHOOK_SECRET",
    "CARD_CALLBACK_URL",
    "CACHE_URL",
    "QUEUE_URL",
)
FULL = {name: f"a-value-for-{name.lower()}" for name in NAMES}


@pytest.mark.parametrize(
    "environ",
    [
        {},
        FULL,
        dict.fromkeys(NAMES, ""),
        {"GITHUB_ACTIONS": "true"},
        {"GITHUB_ACTIONS": "true", **FULL, "CARD_API_KEY": "", "QUEUE_URL": ""},
        {"GITHUB_ACTIONS": "true", **FULL, "CARD_API_KEY": "changeme"},
    ],
    ids=["nothing", "all", "all empty", "not handed over", "some empty", "a placeholder"],
)
@pytest.mark.parametrize("pin", [(), ("--pin",)], ids=["", "pinned"])
def test_the_gate_says_the_same_with_the_file_as_without(
    folder: Path, environ: dict[str, str], pin: tuple[str, ...]
) -> None:
    before = outcomes(environ)
    assert typed("init", *pin)[0] == 0
    assert outcomes(environ) == before


def test_a_line_less_and_the_rules_decide(folder: Path) -> None:
    typed("init")
    rules = folder / ".github/deploy-checklist.yml"
    rules.write_text(rules.read_text().replace("unverified: sign\n", ""))
    assert dict(outcomes({}))[5] == "fail"


def test_an_empty_variable_fails_and_an_item_that_is_understood_passes(folder: Path) -> None:
    assert dict(outcomes(FULL))[5] == "pass"
    assert dict(outcomes({**FULL, "CARD_API_KEY": ""}))[5] == "fail"
    assert dict(outcomes({**FULL, "CARD_API_KEY": "changeme"}))[5] == "fail"
    assert dict(outcomes({**FULL, "CARD_API_KEY": "op://Prod/Card/key"}))[5] == "fail"
    assert dict(outcomes({**FULL, "QUEUE_URL": ""}))[15] == "pending"  # only when clustering is on


@pytest.mark.parametrize("there", [".github/deploy-checklist.yml", "deploy-checklist.yml"])
def test_nothing_is_overwritten(folder: Path, there: str) -> None:
    (folder / there).parent.mkdir(exist_ok=True)
    (folder / there).write_text("mine")
    code, out, err = typed("init", "--pin")
    assert (code, out) == (2, "")
    assert f"{there} already exists" in err
    assert (folder / there).read_text() == "mine"
    assert (folder / "docs/deployment-checklist.md").read_text() == CHECKLIST


def test_no_link_leads_the_file_elsewhere(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (folder / ".github").symlink_to(elsewhere)
    assert typed("init")[0] == 2
    assert list(elsewhere.iterdir()) == []


@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_pins_are_all_that_changes(folder: Path, ending: str) -> None:
    path = folder / "docs/deployment-checklist.md"
    before = b"\xef\xbb\xbf" + CHECKLIST.replace("\n", ending).encode()
    path.write_bytes(before)
    assert typed("init", "--pin")[0] == 0
    after = path.read_bytes()
    assert after != before
    items = parse(after.decode("utf-8-sig"), "checklist.md").items
    pinned = [item for item in items if item.pin]
    assert {item.text for item in pinned} == {
        "Tests pass (npm test).",
        "Load balancer says the shop is healthy.",
        "Reviewed and signed by the lead.",
        "https://shop.acme.dev/health answers.",
    }
    for item in pinned:
        after = after.replace(f" <!-- rule: {item.pin} -->".encode(), b"")
    assert after == before


def test_what_a_checklist_says_stays_text(folder: Path) -> None:
    (folder / "docs/deployment-checklist.md").write_text(
        "# Deployment\n\n## a: [b] # \u2028c\n- [ ] yes\n- [ ] `X_Y` is ${ready}: \"quoted\" # and 'so' on\n"
        "- [ ] null\n- [ ] {a: b}\n"
    )
    before = outcomes({})
    assert typed("init")[0] == 0
    assert outcomes({}) == before
    assert typed("lint", "--strict")[0] == 0


def test_no_secret_of_the_checklist_is_copied_into_the_rules(folder: Path) -> None:
    (folder / "checklist.md").write_text(
        "- [ ] `FEED_HOST` is set to `https://user:r7Kq29@a.example`\n"
    )
    assert typed("init", "checklist.md")[0] == 0
    written = (folder / ".github" / "deploy-checklist.yml").read_text()
    assert "  FEED_HOST:\n    secret: true\n    sign: true\n" in written
    assert "r7Kq29" not in written


def test_where_no_question_is_open_none_is_to_be_answered(folder: Path) -> None:
    (folder / "docs/deployment-checklist.md").write_text("- [ ] `API_URL` is set\n")
    _, out, _ = typed("init")
    assert out.startswith("wrote .github/deploy-checklist.yml   1 item\n")
    assert "questions" not in out
    assert (
        "Next   deploy-checklist lint       check that it fits the checklist, then commit it\n"
        in out
    )


def test_a_file_beside_the_checklist_is_written_with_its_path(folder: Path) -> None:
    (folder / "docs/backup.md").write_text("How to restore.")
    (folder / "runbook.md").write_text("How to run.")
    (folder / "docs/deployment-checklist.md").write_text(
        "# D\n\n- [ ] `backup.md` exists\n- [ ] [Runbook](../runbook.md) read\n- [ ] `new.md` exists\n"
    )
    before = outcomes({})
    assert typed("init")[0] == 0
    written = (folder / ".github/deploy-checklist.yml").read_text()
    assert "backup.md exists:\n    file: docs/backup.md\n" in written
    assert "Runbook read:\n    file: runbook.md\n    sign: true\n" in written
    assert "new.md exists:\n    file: new.md\n" in written
    assert before == [(3, "pass"), (4, "pending"), (5, "pending")]
    assert outcomes({}) == [(3, "pass"), (4, "pending"), (5, "fail")]  # a rule decides


def test_a_missing_file_fails_only_where_the_words_say_that_it_is_there(folder: Path) -> None:
    (folder / "docs/kept.md").write_text("x", encoding="utf-8")
    (folder / "docs/deployment-checklist.md").write_text(
        "# D\n\n- [ ] `hosts.yml` must exist\n- [ ] Read [the guide](guide.md)\n"
        "- [ ] `docs/runbook.md` updated\n- [ ] `docs/kept.md` updated\n",
        encoding="utf-8",
    )
    assert typed("init")[0] == 0
    written = (folder / ".github/deploy-checklist.yml").read_text(encoding="utf-8")
    assert "hosts.yml must exist:\n    file: hosts.yml\n" in written
    for key, path in (("Read the guide", "docs/guide.md"), ("updated", "docs/runbook.md")):
        warned = f"    - file: {path}\n      severity: warning\n    - sign\n"
        assert f"{key}:\n{warned}" in written
    assert "docs/kept.md updated:\n    file: docs/kept.md\n    sign: true\n" in written
    code, out, _ = typed("check", "--offline")
    assert code == 1
    assert out.count("FAILED ") == 1
    assert "a check failed: docs/guide.md does not exist" in out
    assert "a check failed: docs/runbook.md does not exist" in out


def test_a_section_for_one_environment_is_written_down(folder: Path) -> None:
    (folder / "docs/deployment-checklist.md").write_text(
        "# D\n\n## Staging environment\n- [ ] `PAY_TOKEN` is set\n\n"
        "## Production environment\n- [ ] `PAY_TOKEN` is set\n"
    )
    value = {"PAY_TOKEN": "q7Zk29xLmPw4Rt8B"}
    # In its own environment a section speaks of this job; in a run for none of them a person decides.
    assert "1 passed, 1 skipped" in typed("check", "-e", "staging", environ=value)[1]
    assert "waiting: 1 to sign" in typed("check", environ=value)[1]
    assert typed("init")[0] == 0
    written = (folder / ".github/deploy-checklist.yml").read_text()
    assert "staging-environment/PAY_TOKEN:\n    env: PAY_TOKEN\n    secret: true\n" in written
    assert (
        "sections:\n  Staging environment:\n    environment: staging\n"
        "  Production environment:\n    environment: production\n" in written
    )
    assert typed("lint", "--strict") == (0, "the checklist and the rules agree\n", "")
    _, out, _ = typed("check", "-e", "production", environ={"PAY_TOKEN": "q7Zk29xLmPw4Rt8B"})
    assert "its section is for staging" in out
    assert "ready: 1 passed, 1 skipped" in out
    _, out, _ = typed("check")
    assert (
        "no environment was named, so the sections for staging, production were all included"
        in " ".join(out.split())
    )
    assert "only in staging" in typed("explain")[1]
    for name, is_told in (("prodution", True), ("Production", False), ("prod", False)):
        said = " ".join(typed("check", "-e", name)[1].split())
        told = f"No section is for {name}, and the sections for staging, production were left out"
        assert (told in said) is is_told


RELEASE = """
on: push
jobs:
  e2e: { runs-on: x, steps: [ { run: npm run test:e2e } ] }
  lint: { needs: e2e, runs-on: x, steps: [] }
  ship: { needs: e2e, runs-on: x, permissions: { contents: write }, steps: [ { run: x } ] }
"""


@pytest.mark.parametrize(
    ("workflow", "before"),
    [
        (RELEASE, "\n        jobs: [ship]"),
        (
            RELEASE.replace("permissions: { contents: write }, ", ""),
            "\n        jobs: [lint, ship]",
        ),
        (RELEASE.replace("needs: e2e, ", ""), " tag"),
        ("", " tag"),
    ],
)
def test_a_command_before_the_tag_names_the_jobs_that_release(
    tmp_path: Path, workflow: str, before: str
) -> None:
    words = "# R\n\n- [ ] CI `npm run test:e2e` step references this checklist before tagging a release.\n"
    (tmp_path / "release-checklist.md").write_text(words)
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    if workflow:
        (folder / "release.yml").write_text(workflow)
    here = LocalRuntime(tmp_path, {})
    init(tmp_path, None, releasing=here.jobs_after)
    written = (tmp_path / ".github" / "deploy-checklist.yml").read_text()
    rule = (
        '    workflow:\n      runs: "npm run test:e2e"\n      mentions: release-checklist\n'
        f"      before:{before}\n"
    )
    assert rule in written
