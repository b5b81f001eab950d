"""A script's commands are found where they run, and believed only where their failure fails the script."""

from __future__ import annotations

import shutil
import subprocess
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from deploy_checklist.workflows.shell import ShellCommand, commands

E2E = ("npm", "run", "test:e2e")


def found(script: str, **how: bool) -> list[ShellCommand]:
    return [command for command in commands(script, **how) if command.words == E2E]


DECIDES = [
    "npm run test:e2e",
    "npm ci\nnpm run test:e2e\nnpm run report",
    "npm run \\\n  test:e2e",
    "npm run 'test:e2e'",
    'npm "run" test\\:e2e',
    "CI=1 BASE_URL=https://${{ inputs.host || 'a' }} npm run test:e2e",
    "npm run test:e2e > out.log 2>&1",
    "npm run test:e2e 2>&1 # with a comment",
    "npm ci && npm run test:e2e",
    "npm run test:e2e && npm run report",
    "cd web && npm run test:e2e\nnpm run report",
    "(cd web && npm run test:e2e)\necho done",
    "{ npm run test:e2e; }\necho done",
    "npm run test:e2e || exit 1\necho done",
    "npm run test:e2e || { echo failed; exit 1; }\necho done",
    "cat log | npm run test:e2e\necho done",
    "set -o pipefail\nnpm run test:e2e | tee log",
    "set +e\nnpm run test:e2e",
    "set +e\nx\nset -e\nnpm run test:e2e\ny",
    "set +e\nset -o errexit\nnpm run test:e2e\ny",
    "set +e\nshopt -so errexit\nnpm run test:e2e\ny",
    "set -euxo pipefail\nnpm run test:e2e | tee log",
    "set -eo pipefail -- -n\nnpm run test:e2e | tee log\ny",
    "shopt -s globstar nullglob\nnpm run test:e2e\ny",
    "shopt -u -q extglob\nnpm run test:e2e\ny",
    "set -- --noexec -n +e\nnpm run test:e2e\ny",
    'eval "$(ssh-agent)"\nnpm run test:e2e\ny',
    'eval "$(ssh-agent -s)"\nssh-add - <<< "$KEY"\nnpm run test:e2e\ny',
    'eval "$(fnm env --use-on-cd)"\nnpm run test:e2e\ny',
    "source venv/bin/activate\nnpm run test:e2e\ny",
    "cat <<EOF\nnot a command\nEOF\nnpm run test:e2e",
    "x=(a b)\nnpm run test:e2e",
    "if [ -z x ]; then exit 1; fi\nnpm run test:e2e",
    "for x in a b; do echo $x; done\nnpm run test:e2e\n",
    "case x in a) echo;; (b) echo;; esac\nnpm run test:e2e",
    "[[ $x =~ ^(a|b)$ ]] && echo\nnpm run test:e2e",
    'echo $(( 1 + 2 )) `date` $(echo ")")\nnpm run test:e2e',
    "npm run test:e2e\r\necho done\r\n",
    "npm run test:e2e;",
]


@pytest.mark.parametrize("script", DECIDES)
def test_a_command_whose_failure_fails_the_script_is_believed(script: str) -> None:
    assert [command.why_ineffective for command in found(script)] == [None]


DOES_NOT_RUN = [
    "# npm run test:e2e",
    "echo 'npm run test:e2e'",
    'echo "npm run test:e2e"',
    "echo npm run test:e2e",
    "npm run test:e2e:debug",
    "npm run test:e2e -- --grep one",
    "npm run test:e2e --if-present",
    "npm run test",
    "cat <<EOF\nnpm run test:e2e\nEOF",
    "cat <<-'END' && echo\n\tnpm run test:e2e\n\tEND",
    "x=$(npm run test:e2e)",
    "bash -c 'npm run test:e2e'",
    "alias e='npm run test:e2e'",
    ": <<'#'\nnpm run test:e2e\n#",
    "echo 'a\nnpm run test:e2e\nb'",
    "echo \\\nnpm run test:e2e",
    "npm run test:e2e 'unclosed",
    "npm run test:e2e $(unclosed",
    "npm run ${{ inputs.script }}",
    "x=(\nnpm run test:e2e\n)",
    "cat <<(npm run test:e2e)",
    "1<(npm run test:e2e)",
]


@pytest.mark.parametrize("script", DOES_NOT_RUN)
def test_what_only_looks_like_the_command_is_not_found(script: str) -> None:
    assert found(script) == []


FLAWED = {
    "npm run test:e2e || true": "is followed by `||`, which hides its failure",
    "npm run test:e2e || echo failed": "is followed by `||`, which hides its failure",
    "npm run test:e2e || exit 0": "is followed by `||`, which hides its failure",
    "npm run test:e2e && echo ok || true": "is followed by `||`, which hides its failure",
    "npm run test:e2e || { exit 1 && true; } || true": "is followed by `||`, which hides its failure",
    "npm run test:e2e || if x; then exit 1; fi": "is followed by `||`, which hides its failure",
    "(npm run test:e2e) || true": "is followed by `||`, which hides its failure",
    "npm run test:e2e &": "runs in the background",
    "npm run test:e2e | tee log": "is piped without `pipefail`, which hides its failure",
    "! npm run test:e2e": "stands after `!`, which turns its failure around",
    "npm run test:e2e && echo ok\necho done": "is followed by `&&` and then more lines, which hides its failure",
    '[ "$RUN" ] && npm run test:e2e\necho done': "runs only if the command before `&&` succeeds",
    "! cd web && npm run test:e2e\necho": "runs only if the command before `&&` succeeds",
    "! f() { true; } | npm run test:e2e": "stands after `!`, which turns its failure around",
    "true || npm run test:e2e": "runs only if another command fails",
    "set +e\nnpm run test:e2e\necho done": "is followed by more lines without `set -e`, which hides its failure",
    "if x; then npm run test:e2e; fi": "runs only under a condition, or in a loop",
    "while x\ndo\n  npm run test:e2e\ndone": "runs only under a condition, or in a loop",
    "case x in\n a) npm run test:e2e;;\nesac": "runs only under a condition, or in a loop",
    "if npm run test:e2e; then echo; fi": "runs only under a condition, or in a loop",
    "e2e() { npm run test:e2e; }": "is in a function",
    "e2e() (\nnpm run test:e2e\n)": "is in a function",
    "function e2e { npm run test:e2e; }": "is in a function",
    "npm() { :; }\nnpm run test:e2e": "is a call of the script's own function `npm`",
    "exit 0\nnpm run test:e2e": "comes after an `exit` that may skip it",
    "[ x ] || exit 0\nnpm run test:e2e": "comes after an `exit` that may skip it",
    'if [ -z "$T" ]; then exit; fi\nnpm run test:e2e': "comes after an `exit` that may skip it",
    "exec true\nnpm run test:e2e": "comes after `exec`",
    "trap 'exit 0' EXIT\nnpm run test:e2e": "comes after a `trap` that may change how the script ends",
    "eval 'exit 0'\nnpm run test:e2e": "comes after an `eval` that may change how the script ends",
    "eval 'set +e'\nnpm run test:e2e": "comes after an `eval` that may change how the script ends",
    "eval set +e\nnpm run test:e2e": "comes after an `eval` that may change how the script ends",
    "eval 'shopt -uo errexit'\nnpm run test:e2e": "comes after an `eval` that may change how the script ends",
    "eval 'npm() { :; }'\nnpm run test:e2e": "comes after an `eval` that may change how the script ends",
    "alias npm=true\nnpm run test:e2e": "is a call of the script's own function `npm`",
    "set -n\nnpm run test:e2e": "comes after `set -o noexec`, after which nothing may run",
    "set -vn\nnpm run test:e2e": "comes after `set -o noexec`, after which nothing may run",
    "set -o noexec\nnpm run test:e2e": "comes after `set -o noexec`, after which nothing may run",
    "set -e -o noexec\nnpm run test:e2e": "comes after `set -o noexec`, after which nothing may run",
    "set -eo noexec\nnpm run test:e2e": "comes after `set -o noexec`, after which nothing may run",
    "shopt -so noexec\nnpm run test:e2e": "comes after `set -o noexec`, after which nothing may run",
    "if x; then set -n; fi\nnpm run test:e2e": "comes after `set -o noexec`, after which nothing may run",
    "set -t\nnpm run test:e2e": "comes after `set -o onecmd`, after which nothing may run",
    "set `options`\nnpm run test:e2e": "comes after a `set` whose options are not certain",
    "set $OPTIONS\nnpm run test:e2e": "comes after a `set` whose options are not certain",
    **{
        f"{off}\nnpm run test:e2e\ny": "is followed by more lines without `set -e`, which hides its failure"
        for off in (
            "set +e\nset -- -e",
            "set +e\nset - -e",
            "set +e\nset -- --release",
            "set +e\nset --release",
            "set +e\nset a -e",
            "set +o errexit",
            "set -u +e",
            "set -u +eo pipefail",
            "shopt -uo errexit",
            "shopt -u -o errexit",
            "shopt -o -u errexit pipefail",
            "set +e\nif x; then shopt -so errexit; fi",
        )
    },
    "builtin exit 0\nnpm run test:e2e": "comes after an `exit` that may skip it",
    "command set +e\nnpm run test:e2e\necho": "is followed by more lines without `set -e`, which hides its failure",
    "(npm run test:e2e; echo) && echo": "is followed by more lines without `set -e`, which hides its failure",
}


@pytest.mark.parametrize("script", FLAWED)
def test_a_command_that_may_fail_unnoticed_says_why(script: str) -> None:
    assert [command.why_ineffective for command in found(script)] == [FLAWED[script]]


def test_the_shell_decides_what_a_failure_does() -> None:
    assert found("npm run test:e2e\necho", errexit=False)[0].why_ineffective
    assert found("npm run test:e2e", errexit=False)[0].why_ineffective is None
    assert found("npm run test:e2e | tee log", pipefail=True)[0].why_ineffective is None


@pytest.mark.parametrize(
    ("script", "folder"),
    [
        ("npm run test:e2e", ""),
        ("cd web\nnpm run test:e2e", "web"),
        ("cd web && npm run test:e2e", "web"),
        ("cd web/a/..\ncd ./b\nnpm run test:e2e", "web/b"),
        ("(cd web)\nnpm run test:e2e", ""),
        ("cd $WHERE\nnpm run test:e2e", None),
        ("if x; then cd web; fi\nnpm run test:e2e", None),
        ("cd /srv\nnpm run test:e2e", None),
    ],
)
def test_the_folder_is_followed_as_far_as_it_is_certain(script: str, folder: str | None) -> None:
    assert found(script)[0].folder == folder


def test_lines_count_from_one_through_everything_that_spans_lines() -> None:
    script = "a 'x\ny' \\\n b\n${{ x\n }}\ncat <<E\nz\nE\nnpm run test:e2e"
    assert [command.line for command in found(script)] == [9]


@pytest.mark.parametrize(
    "piece",
    ["${{", "$(", "`", "'", '"', "(", "{ ", "if x; then ", "<<E\n", "a && ", "1", "\\", "x() "],
)
def test_a_long_script_is_read_in_linear_time(piece: str) -> None:
    started = time.process_time()
    commands(piece * (60_000 // len(piece)) + "x")
    assert time.process_time() - started < 2


@given(st.text(alphabet="npm run&|;(){}<>'\"\\$`#!\n=ifthenfido ", max_size=60))
@example("x <<(y)")
@example("x >>(y) 2>(z)")
def test_no_text_is_too_odd(script: str) -> None:
    for command in commands(script):
        assert 1 <= command.line <= script.count("\n") + 1


CALL = "npm run test:e2e"
leaf = st.sampled_from(
    [CALL] * 4
    + [
        "true",
        "false",
        "set +e",
        "set -- -e",
        "set -vn",
        "shopt -uo errexit",
        "eval 'set +e'",
        "set -e",
        "set -o pipefail",
        "exit 0",
        "exit 1",
        "cd .",
        "npm() { true; }",
        "! true",
    ]
)
block = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds("{}\n{}".format, inner, inner),
        st.builds("{}; {}".format, inner, inner),
        st.builds("{} && {}".format, inner, inner),
        st.builds("{} || {}".format, inner, inner),
        st.builds("{} | {}".format, inner, inner),
        st.builds("( {} )".format, inner),
        st.builds("{{ {}\n}}".format, inner),
        st.builds("if {}; then {}\nfi".format, inner, inner),
        st.builds("f() {{ {}\n}}".format, inner),
        st.builds("cat <<E\n{}\nE\n".format, inner),
        st.builds("! {}".format, inner),
        st.builds("{} || exit 1".format, inner),
        st.builds("for i in 1 2; do {}\ndone".format, inner),
    ),
    max_leaves=6,
)


@pytest.mark.skipif(shutil.which("bash") is None, reason="bash is the oracle: apt install bash")
@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(script=block, pipefail=st.booleans())
def test_bash_agrees_that_what_is_believed_fails_the_script(
    tmp_path: Path, script: str, pipefail: bool
) -> None:
    stub = tmp_path / "npm"
    if not stub.exists():
        stub.write_text("#!/bin/sh\nexit 1\n")
        stub.chmod(0o755)
    believed = any(command.why_ineffective is None for command in found(script, pipefail=pipefail))
    if believed:
        options = ["-eo", "pipefail"] if pipefail else ["-e"]
        bash = ["bash", "--noprofile", "--norc", *options, "-c", script]
        done = subprocess.run(
            bash,
            cwd=tmp_path,
            env={"PATH": f"{tmp_path}:/usr/bin:/bin"},
            capture_output=True,
            check=False,
        )
        assert done.returncode != 0, script
