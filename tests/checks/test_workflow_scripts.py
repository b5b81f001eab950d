"""`workflow`: where the command starts a script of package.json, the script must do something and fail with it."""

from __future__ import annotations

import json

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Finding, Outcome
from fakes import FakeRepository, world

E2E = "npm run test:e2e"


def judged(package: str, command: str = E2E, more: str = "") -> Finding:
    return finding_of("workflow", command, None, world(repository=FakeRepository(files(package, command, more))))


def files(package: str, command: str, more: str = "") -> dict[str, str]:
    workflow = f"on: push\njobs: {{ e2e: {{ {more}steps: [ {{ run: {command} }} ] }} }}"
    return {".github/workflows/ci.yml": workflow, "package.json": package}


def of_script(script: str, **others: str) -> Finding:
    return judged(json.dumps({"scripts": {"test:e2e": script, **others}}))


NOTHING_THERE = {
    '{"scripts": {"test": "x"}}': "`package.json` has no script `test:e2e`",
    '{"scripts": {"test:e2e": " "}}': "`package.json` has no script `test:e2e`",
    '{"scripts": []}': "`package.json` has no script `test:e2e`",
    "[]": "`package.json` has no script `test:e2e`",
    "{": "`package.json` cannot be read: line 1",
    '{"scripts": {"test:e2e": "echo no tests && exit 0"}}': "the script `test:e2e` in `package.json` does nothing",
    '{"scripts": {"test:e2e": "true"}}': "the script `test:e2e` in `package.json` does nothing",
    '{"scripts": {"test:e2e": "playwright \'test"}}': "the script `test:e2e` in `package.json` cannot be read",
}


@pytest.mark.parametrize("package", NOTHING_THERE)
def test_the_script_must_be_in_package_json_and_do_something(package: str) -> None:
    finding = judged(package)
    assert finding.outcome is Outcome.FAIL
    assert NOTHING_THERE[package] in finding.message


FAILS_WITH_IT = [
    "playwright test",
    "echo skip && playwright test",
    "npm run build && playwright test",
    "rm -rf out; mkdir -p out; playwright test",
    "npx rimraf out || true; playwright test",
    "docker compose down || true; docker compose up -d && playwright test",
    "vite preview & npx wait-on http://localhost:4173 && playwright test",
    "playwright test || exit 1",
    "playwright test || { echo failed; exit 1; }",
    "set -e; playwright test; echo done",
    "[ -d dist ] || npm run build; playwright test",
    "if [ ! -d dist ]; then mkdir dist; fi; playwright test",
    "cat answers | playwright test",
    "cross-env CI=1 playwright test --reporter=list",
    "start-server-and-test dev http://localhost:3000 'playwright test || true'",
]


@pytest.mark.parametrize("script", FAILS_WITH_IT)
def test_a_script_that_fails_with_its_command_passes(script: str) -> None:
    finding = of_script(script, build="vite build")
    assert finding.outcome is Outcome.PASS, finding.message


HIDES = {
    "playwright test || true": "`playwright test` is followed by `||`, which hides its failure",
    "playwright test; exit 0": "`playwright test` is followed by more lines without `set -e`, which hides its failure",
    "playwright test | cat": "`playwright test` is piped without `pipefail`, which hides its failure",
    "playwright test &": "`playwright test` runs in the background",
    "playwright test & wait": "`playwright test` runs in the background",
    "! playwright test": "`playwright test` stands after `!`, which turns its failure around",
    "playwright test; docker compose down": "`playwright test` is followed by more lines",
    "docker compose up -d && playwright test; docker compose down": "is followed by `&&` and then more lines",
    "playwright test || true; playwright show-report": "`playwright test` is followed by `||`",
    "(playwright test || true) && npm run report": "`playwright test` is followed by `||`",
    "if [ $CI ]; then playwright test; fi": "`playwright test` runs only under a condition",
}


@pytest.mark.parametrize("script", HIDES)
def test_a_script_that_hides_the_failure_of_its_command_fails(script: str) -> None:
    finding = of_script(script)
    assert finding.outcome is Outcome.FAIL
    assert f"`{E2E}`, but in the script `test:e2e` in `package.json` " in finding.message
    assert HIDES[script] in finding.message


def test_a_script_is_followed_into_the_one_that_it_starts() -> None:
    assert of_script("npm run ci", ci="playwright test").outcome is Outcome.PASS
    assert "in the script `ci` in `package.json` `playwright test` is followed by `||`" in (
        of_script("npm run build && npm run ci", build="vite build", ci="playwright test || true").message
    )
    assert "`package.json` has no script `ci`" in of_script("npm run ci").message
    assert of_script("cd web && npm run ci").outcome is Outcome.PASS  # another package.json
    assert of_script("npm run test:e2e").outcome is Outcome.PASS  # npm itself gives up


@pytest.mark.parametrize(
    "command", ["npm run --if-present e2e", "npm -s run e2e --if-present", "pnpm --silent run e2e"]
)
def test_a_script_that_need_not_be_there_must_be_there(command: str) -> None:
    assert "`package.json` has no script `e2e`" in judged("{}", command).message
    assert judged('{"scripts": {"e2e": "playwright test"}}', command).outcome is Outcome.PASS


@pytest.mark.parametrize("command", ["yarn e2e", "pnpm e2e", "pnpm run e2e", "bun run e2e"])
def test_every_runner_starts_its_scripts(command: str) -> None:
    def outcome(script: str) -> Outcome:
        return judged(json.dumps({"scripts": {"e2e": script}}), command).outcome

    assert outcome("playwright test") is Outcome.PASS
    assert outcome("playwright test || true") is Outcome.FAIL


def test_a_command_that_starts_no_script_is_not_looked_up() -> None:
    for package in ("{}", "{"):
        assert judged(package, "npx playwright test").outcome is Outcome.PASS
        assert judged(package, "yarn playwright test").outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("command", "more"),
    [
        (f"cd web && {E2E}", ""),
        (f"{E2E}, working-directory: web", ""),
        (E2E, "defaults: { run: { working-directory: ./web/ } }, "),
    ],
)
def test_the_package_json_is_the_one_where_the_step_runs(command: str, more: str) -> None:
    placed = files('{"scripts": {"test:e2e": "x"}}', command, more)
    finding = finding_of("workflow", E2E, None, world(repository=FakeRepository({**placed, "web/package.json": "{}"})))
    assert "`web/package.json` has no script `test:e2e`" in finding.message


def test_where_the_step_runs_is_not_guessed() -> None:
    where = "defaults: { run: { working-directory: '${{ inputs.where }}' } }, "
    assert judged("{}", E2E, where).outcome is Outcome.PASS
