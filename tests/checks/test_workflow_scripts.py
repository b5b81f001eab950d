"""`workflow`: where the command starts a script of package.json, the script must do something and fail with it."""

from __future__ import annotations

import json
import time

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Finding, Outcome, Unobservable
from fakes import FakeRepository, world

E2E = "npm run test:e2e"


def judged(package: str, command: str = E2E, more: str = "") -> Finding:
    return finding_of(
        "workflow", command, None, world(repository=FakeRepository(files(package, command, more)))
    )


def files(package: str, command: str, more: str = "") -> dict[str, str]:
    workflow = f"on: push\njobs: {{ e2e: {{ {more}runs-on: x, steps: [ {{ run: {command} }} ] }} }}"
    return {".github/workflows/ci.yml": workflow, "package.json": package}


def of_script(script: str, **others: str) -> Finding:
    return judged(json.dumps({"scripts": {"test:e2e": script, **others}}))


NOTHING_THERE = {
    '{"scripts": {"test": "x"}}': "`package.json` has no script `test:e2e`",
    '{"scripts": {"test:e2e": " "}}': "the script `test:e2e` in `package.json` does nothing",
    '{"scripts": []}': "`package.json` has no script `test:e2e`",
    "[]": "`package.json` has no script `test:e2e`",
    "{": "`package.json` cannot be read: line 1",
    '{"scripts": {"test:e2e": "echo no tests && exit 0"}}': "the script `test:e2e` in `package.json` does nothing",
    '{"scripts": {"test:e2e": "true"}}': "the script `test:e2e` in `package.json` does nothing",
    '{"scripts": {"test:e2e": "exit"}}': "the script `test:e2e` in `package.json` does nothing",
    '{"scripts": {"test:e2e": "cd e2e"}}': "the script `test:e2e` in `package.json` does nothing",
    '{"scripts": {"test:e2e": "test -n x"}}': "the script `test:e2e` in `package.json` does nothing",
    '{"scripts": {"test:e2e": "echo no test specified && exit 1"}}': "`test:e2e` in `package.json` does nothing",
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
    "rimraf out && mkdir -p out && playwright test > out/log.txt 2>&1",
    "cross-env CI=1 playwright test --reporter=list",
    "CI=1 playwright test",
    "start-server-and-test dev http://localhost:3000 'playwright test'",
]


@pytest.mark.parametrize("script", FAILS_WITH_IT)
def test_a_script_that_fails_with_its_command_passes(script: str) -> None:
    finding = of_script(script, build="vite build")
    assert finding.outcome is Outcome.PASS, finding.message


NOT_PLAIN = {
    "playwright test || true": "has `||`",
    "playwright test || exit 1": "has `||`",
    "playwright test; exit 0": "has `;`",
    "set -e; playwright test; echo done": "has `;`",
    "playwright test | cat": "has a pipe",
    "playwright test &": "has a command in the background",
    "! playwright test": "has `!`",
    "(playwright test || true) && npm run report": "has a bracket",
    "if [ $CI ]; then playwright test; fi": "has `if`",
    "playwright $(cat args)": "has a command substitution",
    "playwright 'test": "has a command or quotation that does not end",
}


@pytest.mark.parametrize("script", NOT_PLAIN)
def test_a_script_that_is_not_plain_is_not_checked(script: str) -> None:
    finding = of_script(script)
    assert finding.outcome is Outcome.UNKNOWN
    assert f"`{E2E}`, but the script `test:e2e` in `package.json` " in finding.message
    assert NOT_PLAIN[script] in finding.message


def test_a_script_is_followed_into_the_one_that_it_starts() -> None:
    assert of_script("npm run ci", ci="playwright test").outcome is Outcome.PASS
    assert "the script `ci` in `package.json` has `||`" in (
        of_script(
            "npm run build && npm run ci", build="vite build", ci="playwright test || true"
        ).message
    )
    assert "`package.json` has no script `ci`" in of_script("npm run ci").message
    assert of_script("cd web && npm run ci").outcome is Outcome.UNKNOWN  # another package.json


def chain(length: int) -> dict[str, str]:
    """Scripts of which each starts the next, and the last one tests."""
    return {f"s{at}": f"npm run s{at + 1}" for at in range(1, length)} | {
        f"s{length}": "playwright test"
    }


def test_a_script_is_followed_only_so_far_and_not_in_a_circle() -> None:
    assert of_script("npm run s1", **chain(4)).outcome is Outcome.PASS
    assert (
        "`s5` in `package.json` is started through 5 other scripts"
        in of_script("npm run s1", **chain(5)).message
    )
    assert "the script `test:e2e` in `package.json` starts itself" in of_script(E2E).message
    assert (
        "the script `a` in `package.json` starts itself"
        in of_script("npm run a", a="npm run b", b="npm run a").message
    )


@pytest.mark.measures_time
def test_a_script_that_many_start_is_checked_once() -> None:
    wide = {f"s{at}": " && ".join([f"npm run s{at + 1}"] * 200) for at in range(1, 4)}
    started = time.process_time()
    assert of_script("npm run s1", **wide, s4="playwright test").outcome is Outcome.PASS
    assert time.process_time() - started < 2


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
    assert outcome("echo none") is Outcome.FAIL
    assert outcome("playwright test || true") is Outcome.UNKNOWN


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
    finding = finding_of(
        "workflow",
        E2E,
        None,
        world(repository=FakeRepository({**placed, "web/package.json": "{}"})),
    )
    assert "`web/package.json` has no script `test:e2e`" in finding.message


def test_where_the_step_runs_is_not_guessed() -> None:
    where = "defaults: { run: { working-directory: '${{ inputs.where }}' } }, "
    finding = judged("{}", E2E, where)
    assert finding.outcome is Outcome.PASS
    assert (
        "the script that it starts could not be checked, because its folder is not known"
        in finding.notices[0]
    )
    assert judged("{}", "npx playwright test", where).notices == ()


@pytest.mark.parametrize("command", ["npm tst", "npm t", "npm test", "pnpm t"])
def test_the_script_called_test_has_short_names(command: str) -> None:
    assert "`package.json` has no script `test`" in judged("{}", command).message
    assert judged('{"scripts": {"test": "vitest run"}}', command).outcome is Outcome.PASS


@pytest.mark.parametrize(
    "command",
    [
        "npm rum e2e",
        "npm urn e2e",
        "npm --prefix . run e2e",
        "npm --loglevel error run e2e",
        "npm --foreground-scripts run-script e2e",
    ],
)
def test_run_is_known_by_each_of_its_names(command: str) -> None:
    assert "`package.json` has no script `e2e`" in judged("{}", command).message


@pytest.mark.parametrize(
    "command",
    [
        "npm --prefix web run e2e",
        "npm --prefix=./web run e2e",
        "npm -C web run e2e",
        "npm run e2e --prefix web",
        "pnpm --dir web e2e",
        "yarn --cwd web e2e",
    ],
)
def test_a_folder_that_the_command_names_is_where_its_script_is(command: str) -> None:
    def outcome(script: str) -> Outcome:
        placed = {
            **files("{}", command),
            "web/package.json": json.dumps({"scripts": {"e2e": script}}),
        }
        return finding_of(
            "workflow", command, None, world(repository=FakeRepository(placed))
        ).outcome

    assert outcome("playwright test") is Outcome.PASS
    assert outcome("echo none") is Outcome.FAIL
    assert outcome("playwright test || true") is Outcome.UNKNOWN


def test_what_is_after_two_dashes_is_for_the_script() -> None:
    assert (
        judged('{"scripts": {"e2e": "playwright test"}}', "npm run e2e -- --prefix web").notices
        == ()
    )


def test_a_script_of_a_workspace_is_not_looked_up_in_the_wrong_place() -> None:
    finding = judged("{}", "npm run e2e -w web")
    assert finding.outcome is Outcome.UNKNOWN
    assert "starts a script of workspaces" in finding.message


class OneLink(FakeRepository):
    """A repository in which package.json may not be followed."""

    def read(self, path: str, limit: int = 10_485_760) -> bytes | None:
        if path == "package.json":
            raise Unobservable(f"`{path}` is or leads through a symbolic link")
        return super().read(path, limit)


def test_a_package_json_that_cannot_be_read_does_not_pass() -> None:
    def found(command: str, repository: type[FakeRepository], package: str = "{}") -> Finding:
        return finding_of(
            "workflow", command, None, world(repository=repository(files(package, command)))
        )

    assert found(E2E, OneLink).outcome is Outcome.UNKNOWN
    assert "symbolic link" in found(E2E, OneLink).message
    assert found("yarn e2e", OneLink).outcome is Outcome.UNKNOWN  # perhaps a script
    assert found(E2E, FakeRepository, " " * 1_048_577).outcome is Outcome.UNKNOWN
    assert found("npx playwright test", OneLink).outcome is Outcome.PASS
