"""Where a command starts a script of package.json, the script must do something and stand plainly."""

from __future__ import annotations

import json
import time

import pytest

from deploy_checklist.workflows.package_scripts import (
    ScriptFault,
    folder_of,
    may_start_script,
    script_fault,
)

E2E = "npm run test:e2e"


def fault(package: str | None, command: str = E2E) -> ScriptFault | None:
    data = None if package is None else package.encode()
    return script_fault(tuple(command.split()), data, "package.json")


def of_script(script: str, command: str = E2E, **others: str) -> ScriptFault | None:
    return fault(json.dumps({"scripts": {"test:e2e": script, **others}}), command)


def failed(text: str) -> ScriptFault:
    return ScriptFault(text=text, certain=True)


def not_seen(text: str) -> ScriptFault:
    return ScriptFault(text=text, certain=False)


def test_a_script_must_be_there() -> None:
    missing = failed("`package.json` has no script `test:e2e`")
    for package in ('{"scripts": {"test": "x"}}', '{"scripts": []}', "{}", "[]"):
        assert fault(package) == missing
    assert fault('{"scripts": {"test:e2e": 1}}') == missing
    assert fault(None) == failed("there is no `package.json`")
    found = fault("{")
    assert found is not None
    assert found.certain
    assert found.text.startswith("`package.json` cannot be read: line 1: ")


NOTHING = ["", " ", "true", ":", "exit", "exit 0", "echo no tests && exit 0", "cd e2e", "test -n x"]
NOTHING += ['echo "Error: no test specified" && exit 1', "echo 'a; b'", "echo a; exit 0", "X=1"]


@pytest.mark.parametrize("script", NOTHING)
def test_a_script_must_do_something(script: str) -> None:
    assert of_script(script) == failed("the script `test:e2e` in `package.json` does nothing")
    assert of_script("npm run build && npm run nothing", build="echo", nothing=script) == failed(
        "the script `test:e2e` in `package.json` does nothing"
    )


PLAIN = [
    "playwright test",
    "echo skip && playwright test",
    "npm run build && playwright test",
    "CI=1 cross-env A=b playwright test --reporter=list > log 2>&1",
    "cd e2e && playwright test",
    "npm run lint && playwright test",
    "npm run none --if-present && playwright test",
    "start-server-and-test dev http://localhost:3000 'playwright test || true'",
    "npm run build && npm run build",
]


@pytest.mark.parametrize("script", PLAIN)
def test_a_plain_script_has_no_fault(script: str) -> None:
    assert of_script(script, build="vite build", lint="echo no lint") is None


OBSTACLES = {
    "playwright test || true": "`||`",
    "playwright test || exit 1": "`||`",
    "playwright test; exit 0": "`;`",
    "playwright test && exit 0": "`exit`",
    "playwright test | cat": "a pipe",
    "playwright test &": "a command in the background",
    "vite preview & playwright test": "a command in the background",
    "! playwright test": "`!`",
    "(playwright test || true) && npm run report": "a bracket",
    "if [ $CI ]; then playwright test; fi": "`if`",
    "$RUNNER test": "a variable instead of a command",
    "playwright 'test": "a command or quotation that does not end",
    "echo $(playwright test)": "a command substitution",
}


@pytest.mark.parametrize("script", OBSTACLES)
def test_a_script_that_is_not_plain_could_not_be_checked(script: str) -> None:
    assert of_script(script) == not_seen(
        f"the script `test:e2e` in `package.json` has {OBSTACLES[script]}"
    )


def test_only_the_last_line_of_a_script_decides() -> None:
    hidden = "is not in the last line of a script without `-e`, so its failure is lost"
    assert of_script("playwright test\necho done") == not_seen(
        f"in the script `test:e2e` in `package.json` `playwright test` {hidden}"
    )


def test_a_script_is_followed_into_those_that_it_starts() -> None:
    assert of_script("npm run ci", ci="playwright test") is None
    assert of_script("npm run ci") == failed("`package.json` has no script `ci`")
    assert of_script(
        "npm run build && npm run ci", build="vite build", ci="playwright test || true"
    ) == not_seen("the script `ci` in `package.json` has `||`")
    for elsewhere in ("cd web && npm run ci", "npm --prefix web run ci", "npm -C /web run ci"):
        found = of_script(elsewhere, ci="playwright test")
        assert found is not None
        assert not found.certain
        assert found.text.endswith("` starts a script of another folder")
    assert of_script("npm run ci -w web", ci="playwright test") == not_seen(
        "`npm run ci -w web` starts a script of workspaces"
    )


def chain(length: int) -> dict[str, str]:
    """Scripts of which each starts the next, and the last one tests."""
    starts = {f"s{at}": f"npm run s{at + 1}" for at in range(1, length)}
    return {**starts, f"s{length}": "playwright test"}


def test_a_script_is_followed_only_so_far_and_not_in_a_circle() -> None:
    assert of_script("npm run s1", **chain(4)) is None
    assert of_script("npm run s1", **chain(5)) == not_seen(
        "the script `s5` in `package.json` is started through 5 other scripts"
    )
    assert of_script(E2E) == failed("the script `test:e2e` in `package.json` starts itself")
    assert of_script("npm run a", a="npm run b", b="npm run a") == failed(
        "the script `a` in `package.json` starts itself"
    )


@pytest.mark.measures_time
def test_a_script_that_many_start_is_checked_once() -> None:
    wide = {f"s{at}": " && ".join([f"npm run s{at + 1}"] * 200) for at in range(1, 4)}
    started = time.process_time()
    assert of_script("npm run s1", **wide, s4="playwright test") is None
    assert time.process_time() - started < 2


E2E_BY_NAME = [
    "npm run e2e",
    "npm run-script e2e --if-present",
    "npm run --silent e2e -- --list",
    "npm -s run e2e",
    "npm rum e2e",
    "npm urn e2e",
    "npm --prefix . run e2e",
    "npm --loglevel error run e2e",
    "npm --foreground-scripts run e2e",
    "npm run e2e --loglevel error",
    "pnpm run e2e",
    "pnpm --silent run e2e",
]


@pytest.mark.parametrize("command", E2E_BY_NAME)
def test_the_name_of_a_script_is_found_among_options(command: str) -> None:
    assert may_start_script(command.split())
    assert fault("{}", command) == failed("`package.json` has no script `e2e`")
    assert fault('{"scripts": {"e2e": "playwright test"}}', command) is None


@pytest.mark.parametrize("command", ["npm test", "npm tst", "npm t", "pnpm t", "yarn test"])
def test_the_script_called_test_has_short_names(command: str) -> None:
    assert fault("{}", command) == failed("`package.json` has no script `test`")
    assert fault(None, command) == failed("there is no `package.json`")
    assert fault('{"scripts": {"test": "vitest run"}}', command) is None


@pytest.mark.parametrize("command", ["yarn e2e", "yarn run e2e", "pnpm e2e", "bun e2e"])
def test_where_there_is_no_such_script_some_runners_start_a_program(command: str) -> None:
    assert may_start_script(command.split())
    for package in ("{}", "{", None):
        assert fault(package, command) is None
    found = fault('{"scripts": {"e2e": "playwright test || true"}}', command)
    assert found == not_seen("the script `e2e` in `package.json` has `||`")


NO_SCRIPT = ["npm ci", "npm install test", "npm exec playwright test", "npm", "npm -v", "bun test"]
NO_SCRIPT += ["npx playwright test", "pnpm --filter web exec playwright test", "npm -w web ci"]
NO_SCRIPT += ["yarn", "yarn --frozen-lockfile", "make test", "pnpm -r install", "npm publish run"]


@pytest.mark.parametrize("command", NO_SCRIPT)
def test_a_command_that_starts_no_script_is_not_looked_up(command: str) -> None:
    assert not may_start_script(command.split())
    for package in ("{}", "{", None):
        assert fault(package, command) is None


IN_WORKSPACES = ["npm run e2e -w web", "npm run e2e --workspace=web", "npm test --workspaces"]
IN_WORKSPACES += ["npm -w web run e2e", "pnpm --filter web e2e", "pnpm -r test", "pnpm -F web test"]
IN_WORKSPACES += [
    "yarn workspace web e2e",
    "yarn workspaces foreach -A run e2e",
    "bun --filter=* e2e",
]


@pytest.mark.parametrize("command", IN_WORKSPACES)
def test_a_script_of_workspaces_could_not_be_checked(command: str) -> None:
    package = '{"scripts": {"e2e": "playwright test", "test": "x"}}'
    assert fault(package, command) == not_seen(f"`{command}` starts a script of workspaces")
    assert fault('{"scripts": {"workspace": "x"}}', "npm run workspace") is None


@pytest.mark.parametrize(
    "command", ["npm run --foo e2e", "npm run", "pnpm --foo e2e", "yarn run -T x"]
)
def test_a_script_whose_name_is_not_certain_could_not_be_checked(command: str) -> None:
    assert fault("{}", command) == not_seen(
        f"`{command}` starts a script whose name is not certain"
    )


FOLDERS = {
    "npm --prefix web run e2e": "app/web",
    "npm --prefix=./web run e2e": "app/web",
    "npm -C web run e2e": "app/web",
    "npm run e2e --prefix web": "app/web",
    "pnpm --dir web e2e": "app/web",
    "yarn --cwd ../web e2e": "web",
    "npm --prefix ../../web run e2e": None,
    "npm --prefix /web run e2e": None,
    "npm --prefix $X run e2e": None,
    "npm --prefix ${{matrix.x}} run e2e": None,
    "npm run e2e --prefix": None,
    "npm run e2e -- --prefix web": "app",
    "npm run e2e -w web": "app",
    "npx playwright test": "app",
}


@pytest.mark.parametrize("command", FOLDERS)
def test_a_folder_that_the_command_names_is_where_its_script_is(command: str) -> None:
    assert folder_of(command.split(), "app") == FOLDERS[command]
    assert folder_of(command.split(), None) is None
    assert folder_of(("npm", "test"), "") == ""
