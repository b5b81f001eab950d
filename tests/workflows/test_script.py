"""A command is understood where it stands plainly; anything else is named, with its line."""

from __future__ import annotations

import time

import pytest

from deploy_checklist.workflows.script import (
    Obstacle,
    PlainCommand,
    command_words,
    expression_of,
    read_script,
)

E2E = ("npm", "run", "test:e2e")


def found(script: str, *, errexit: bool = True) -> list[PlainCommand]:
    read = read_script(script, errexit=errexit)
    assert read.obstacle is None
    return [command for command in read.commands if command.words == E2E]


DECIDES = [
    "npm run test:e2e",
    "npm ci\nnpm run test:e2e\n",
    "npm ci\nnpm run test:e2e\nnpm run report",
    "cd web && npm ci && npm run test:e2e",
    "npm ci &&\n  npm run test:e2e &&\n  npm run report\n\n",
    "npm ci && \\\nnpm run test:e2e",
    "npm ci &&\\\nnpm run test:e2e",
    "set -euo pipefail\nnpm run test:e2e\necho done",
    "set -Eeux -o pipefail\nset +x\nnpm run test:e2e\necho done",
    "npm run \\\n  test:e2e",
    "npm run 'test:e2e'",
    'npm "run" test\\:e2e',
    "CI=1 BASE_URL=https://${{ inputs.host || 'a b' }} npm run test:e2e",
    "ENV=staging PATH=$HOME/bin:$PATH npm run test:e2e",
    "npm run test:e2e > out.log 2>&1",
    "npm run test:e2e >>$GITHUB_STEP_SUMMARY 2>/dev/null <answers",
    "npm run test:e2e 2>&1 # with a comment; not a command",
    "# the tests (all of them)\n\tnpm run test:e2e # 'one\necho done",
    'export CI=1 BASE="$URL"\nunset NODE_OPTIONS\nnpm run test:e2e\necho done',
    'echo "see `issue`"\nnpm run test:e2e'.replace("`", "'"),
    "echo '$(not run); | && \"'\nnpm run test:e2e\necho 'two\nlines'",
    'echo "a \\"quote\\", a \\$ and \\` and # and ;"\nnpm run test:e2e\necho done',
    "echo ${GITHUB_REF#refs/tags/} ${VERSION:-1.0} ${X%%.*} a#b *.js {a,b} ~/x\nnpm run test:e2e",
    "[ -d web ]\nnpm run test:e2e\ntrue",
    'test -n "$URL" && npm run test:e2e',
    "~/.local/bin/setup && ./gradlew build && npm run test:e2e",
    "echo '${{ github.event.head_commit.message == 'x' }}' # ${{ 'it''s }}' }}\nnpm run test:e2e",
    "echo ${{ a &&\n  b }}\nnpm run test:e2e\necho",
    "echo ✅ 日本\u2028\u0085\nnpm run test:e2e",
]


@pytest.mark.parametrize("script", DECIDES)
def test_a_command_that_stands_plainly_decides(script: str) -> None:
    assert [command.hidden for command in found(script)] == [None]


DOES_NOT_RUN = [
    "# npm run test:e2e",
    "echo 'npm run test:e2e'",
    "echo npm run test:e2e",
    "echo 'a\nnpm run test:e2e\nb'",
    "echo \\\nnpm run test:e2e",
    "npm run test:e2e:debug",
    "npm run test:e2e -- --grep one",
    "npm run test:e2e#",
    "npm run test:e2\\\\e",
    "npm run 'test:e2e '",
    "npm 'run test:e2e'",
    "npm run\u00a0test:e2e",
    "npm run ${{ inputs.script }}",
    "npm run ${SCRIPT:-test:e2e}",
    "bash -c 'npm run test:e2e'",
    "timeout 600 npm run test:e2e",
    "env CI=1 npm run test:e2e",
]


@pytest.mark.parametrize("script", DOES_NOT_RUN)
def test_what_only_looks_like_the_command_is_not_it(script: str) -> None:
    assert found(script) == []


HIDDEN = {
    "npm run test:e2e && echo ok\necho done": 1,
    "cd web && npm run test:e2e\necho done": 1,
    "npm ci\n[ -n x ] && npm run test:e2e &&\necho ok\n\nX=1": 2,
}


@pytest.mark.parametrize("script", HIDDEN)
def test_a_list_that_is_not_the_last_line_hides_its_commands(script: str) -> None:
    [command] = found(script)
    assert command.hidden == (
        "is joined by `&&` before the last line: if one fails, the script goes on"
    )
    assert command.line == HIDDEN[script]


def test_without_errexit_only_the_last_line_decides() -> None:
    def hidden(script: str) -> bool:
        return found(script, errexit=False)[0].hidden is not None

    assert not hidden("npm ci\nnpm ci && npm run test:e2e && npm run report\n# end")
    assert hidden("npm run test:e2e\necho done")
    assert hidden("npm run test:e2e\n> log")
    assert hidden("npm run test:e2e && set -e\ntrue")
    assert hidden("npm run test:e2e\nset -e\ntrue")
    assert hidden("set -e > missing/log\nnpm run test:e2e\necho done")
    assert not hidden("set -e\nnpm run test:e2e\necho done")
    assert not hidden("set -uo errexit\nnpm run test:e2e\necho done")
    assert hidden("set -u -o pipefail\nnpm run test:e2e\necho done")


OBSTACLES = {
    "npm ci; npm run test:e2e": "`;`",
    "npm run test:e2e;": "`;`",
    "npm run test:e2e || true": "`||`",
    "npm run test:e2e | tee log": "a pipe",
    "npm run test:e2e |& tee log": "a pipe",
    "npm start &": "a command in the background",
    "npm run test:e2e &> log": "`&>`, which `sh` takes for `&`",
    "npm ci & npm run test:e2e": "a command in the background",
    "npm() { true; }": "a function",
    "npm () {": "a function",
    "function npm { true; }": "`function`",
    "(npm run test:e2e)": "a bracket",
    "x=(a b)": "a bracket",
    "{ npm run test:e2e; }": "`{`",
    "if npm run test:e2e; then": "`if`",
    "for x in 1 2": "`for`",
    "while true": "`while`",
    "until npm run test:e2e": "`until`",
    "case x in": "`case`",
    "select x in a": "`select`",
    "! npm run test:e2e": "`!`",
    "[[ -n $X ]]": "`[[`",
    "time npm run test:e2e": "`time`",
    "coproc npm run test:e2e": "`coproc`",
    "'exec' npm run test:e2e": "`exec`",
    "exit 0": "`exit`",
    "return": "`return`",
    "trap 'exit 0' EXIT": "`trap`",
    "alias npm=true": "`alias`",
    'eval "$X"': "`eval`",
    "source .venv/bin/activate": "`source`",
    ". ./env": "`.`",
    "shopt -s extglob": "`shopt`",
    "enable -n test": "`enable`",
    "builtin exit": "`builtin`",
    "command npm run test:e2e": "`command`",
    "hash -p /bin/true npm": "`hash`",
    "pushd web": "`pushd`",
    "read X": "`read`",
    "set +e": "`set +e`",
    "set +o errexit": "`set +o`",
    "set -eo posix": "`set -eo`",
    "set -n": "`set -n`",
    "set -${{ x }}": "`set -${{ x }}`",
    "set -- a": "`set --`",
    "set": "`set` with no options",
    "set $OPTIONS": "`set` with no options",
    "set '-o pipefail'": "`set -o pipefail`",
    "printf -v PATH x": "`printf` that sets a variable",
    "export -f npm": "`export` with something that is not a plain name",
    "export $VARIABLES": "`export` with something that is not a plain name",
    "export BASH_ENV=off": "`export` with something that is not a plain name",
    "unset -f npm": "`unset` with something that is not a plain name",
    "IFS=, npm run test:e2e": "a complex assignment",
    "BASH_ENV=off": "a complex assignment",
    "'CI'=1 npm run test:e2e": "a complex assignment",
    "x[0]=1": "a complex assignment",
    "echo $(date)": "a command substitution",
    'echo "at $(date)"': "a command substitution",
    "echo `date`": "a command substitution",
    "X=`date`": "a command substitution",
    "echo $((1 + 2))": "arithmetic",
    "((x++))": "a bracket",
    "diff <(a) <(b)": "a process substitution",
    "echo ${X:-$(date)}": "a `$` that is not a simple variable",
    "echo ${X:=a}": "a `$` that is not a simple variable",
    "echo $'a'": "a `$` that is not a simple variable",
    "echo $1": "a `$` that is not a simple variable",
    'echo "${{ unclosed }"': "an expression that does not end",
    "cat <<END": "a here-document",
    "cat 0<<-END": "a here-document",
    "cat <<< text": "a here-string",
    "npm run test:e2e >& log": "a complex redirection",
    "npm run test:e2e 10>log": "a complex redirection",
    "npm run test:e2e {fd}>log": "a complex redirection",
    "npm run test:e2e >| log": "a complex redirection",
    "npm run test:e2e 2>&1x": "a complex redirection",
    "$RUNNER run test:e2e": "a variable instead of a command",
    "CI=1 ${RUNNER} run": "a variable instead of a command",
    "./$X/run": "a command with an unusual name",
    "${{ inputs.command }}": "an expression instead of a command",
    "CI=1 ./${{ matrix.script }} x": "an expression instead of a command",
    "npm\\ run test:e2e": "a command with an unusual name",
    "n{p,}m run test:e2e": "a command with an unusual name",
    "np* run test:e2e": "a command with an unusual name",
    "'' npm run test:e2e": "a command with an unusual name",
    "&& npm run test:e2e": "`&&` without a command on each side",
    "echo a && && echo b": "`&&` without a command on each side",
    "npm ci &&": "a command or quotation that does not end",
    "echo 'a": "a command or quotation that does not end",
    'echo "a': "a command or quotation that does not end",
    "echo a >": "a command or quotation that does not end",
    "npm run te\\\nst:e2e": "a word that continues on the next line",
    "npm run test:e2e \\": "a word that continues on the next line",
    "npm run test:e2e\r": "a control character",
    "npm run \U000f0074est:e2e": "a control character",
}


@pytest.mark.parametrize("script", OBSTACLES)
def test_what_is_not_plain_is_named_with_its_line(script: str) -> None:
    read = read_script(f"npm run test:e2e\n\n{script}")
    assert read.commands == ()
    assert read.obstacle is not None
    assert read.obstacle.what == OBSTACLES[script]
    assert read.obstacle.line == 3 + script.count("\n", 0, script.find("&&") + 1)


def test_an_obstacle_takes_the_whole_script() -> None:
    read = read_script("npm run test:e2e\nnpm ci; npm run lint\nx || y")
    assert read.commands == ()
    assert read.obstacle == Obstacle(line=2, what="`;`")


def words(script: str) -> tuple[str, ...]:
    [command] = read_script(script).commands
    return command.words


def test_words_are_what_the_shell_makes_of_them() -> None:
    assert words("A=1 B='2 3' >out run 'a b'c \"d\\\"e\" f\\ g '' 2>&1 h") == (
        *("run", "a bc", 'd"e', "f g", "", "h"),
    )
    assert words("run \"a\\\nb\" 'c\\\nd'") == ("run", "ab", "c\\\\\nd")
    assert read_script("A=1 B='2 3' run").commands[0].assignments == ("A=1", "B=2 3")


def test_a_sign_that_quotes_make_ordinary_is_not_the_active_one() -> None:
    assert words("run $X *.js") == words('run "$X" *.js') == ("run", "$X", "*.js")
    assert words("run '$X' '*.js'") == words('run \\$X "*".js') == ("run", "\\$X", "\\*.js")


def test_an_expression_stays_as_it_is_written() -> None:
    assert words("run a${{ b || 'c }}' }}\"${{d}}\"") == ("run", "a${{ b || 'c }}' }}${{d}}")


FOLDERS = {
    "here": "",
    "cd web\nhere": "web",
    "cd web && here": "web",
    "cd web\ncd e2e/..\nhere": "web",
    "cd ./web/ && cd .. && here": "",
    "cd ..\nhere": "..",
    "cd web && npm ci\nhere": None,
    "cd /srv\nhere": None,
    "cd $X\nhere": None,
    "cd '$X'\nhere": None,
    "cd -\nhere": None,
    "cd\nhere": None,
    "cd ${{ inputs.folder }}\nhere": None,
}


@pytest.mark.parametrize("script", FOLDERS)
def test_a_command_runs_where_cd_has_led(script: str) -> None:
    assert read_script(script).commands[-1].folder == FOLDERS[script]


def test_without_errexit_a_folder_is_certain_within_its_line_only() -> None:
    assert read_script("cd web\nhere", errexit=False).commands[-1].folder is None
    assert read_script("cd web && here", errexit=False).commands[-1].folder == "web"


@pytest.mark.parametrize(
    ("script", "expression"),
    [
        ("${{ matrix.command }}", "matrix.command"),
        (" ${{inputs.test-command}} \n", "inputs.test-command"),
        ("${{ matrix.a }} b", None),
        ("${{ matrix.a }}${{ matrix.b }}", None),
        ("${{ matrix.a || matrix.b }}", None),
        ("${{ env.COMMAND }}", None),
        ("npm test", None),
    ],
)
def test_a_script_may_be_one_expression(script: str, expression: str | None) -> None:
    assert expression_of(script) == expression


def test_a_rule_names_one_simple_command() -> None:
    assert command_words("npm run 'test:e2e'") == E2E
    assert command_words("CI=1 timeout 600 npm test >log") == ("timeout", "600", "npm", "test")
    for command in ("", "X=1", "# x", "a && b", "a\nb", "a | b", "$X", "exit 0", "if a", "a 'b"):
        assert command_words(command) is None


LONG = {
    "lines": "npm ci\n" * 50_000,
    "a list": "npm ci &&" * 50_000 + "npm ci",
    "words": "npm " * 200_000,
    "a word": "npm " + "a'b'" * 200_000,
    "continuations": "npm \\\n" * 200_000 + "x",
    "continuations of nothing": "\\\n" * 400_000 + "|",
    "blanks": "npm " + " " * 900_000 + "|",
    "quotes": "npm '" + "'\"'" * 100_000,
    "expressions": "npm " + "${{ x }}" * 100_000,
    "open expressions": "npm " + "${{ x'" * 1_000 + "}}",
    "comments": "# x ${{ '\n" * 100_000,
    "variables": "npm " + "${X:-a}" * 100_000 + "${",
    "digits": "npm " + "1" * 900_000 + ">x",
}


@pytest.mark.measures_time
@pytest.mark.parametrize("name", LONG)
def test_a_long_script_is_read_in_linear_time(name: str) -> None:
    started = time.process_time()
    read_script(LONG[name])
    assert time.process_time() - started < 2
