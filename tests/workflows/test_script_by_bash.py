"""Bash is the judge: where the reader says that a command decides, a script fails with the command."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import pytest

from deploy_checklist.workflows.script import PLAIN_BUILTINS, read_script

BASH, SH = shutil.which("bash") or "", shutil.which("sh") or ""
COMMAND = ("npm", "run", "test:e2e")
SHELLS = {  # whether it is started with `-e`
    (BASH, "--noprofile", "--norc", "-eo", "pipefail"): True,
    (BASH, "-e"): True,
    (SH, "-e"): True,
    (BASH,): False,
    (SH,): False,
}

PLAIN = "npm run test:e2e"
WRITTEN = [
    "'npm' run test:e2e",
    'n"p"m run "test:e2e"',
    "npm\\ run test:e2e",
    "'npm run' test:e2e",
    "npm run \\\n  test:e2e",
    "npm \\\nrun test\\\n:e2e",
    "npm run test:e2e\\\n2>&1",
    "\\npm run $'test:e2e'",
    "npm run\u00a0test:e2e",
    "npm run test:e2e\r",
    "npm run test:e2e # it",
    "npm run test:e2e#it",
    "npm run test:e2e -- --list",
    "npm run test:e2{e,f}",
    "npm run test:e2e 2>&1 >log",
    "npm run test:e2e 2 >log",
    "npm run test:e2e 12>log",
    "npm run test:e2e {fd}>log",
    "npm run test:e2e >& log",
    "npm run test:e2e &> log",
    "npm run test:e2e < missing",
    "npm run test:e2e > missing/log",
    ">log npm run test:e2e",
    "CI=1 npm run test:e2e",
    "CI='a b' X= npm run test:e2e",
    "CI=a b npm run test:e2e",
    "'CI'=1 npm run test:e2e",
    "UID=1 npm run test:e2e",
    "npm run ${X:-test:e2e}",
    "npm run test:e2e $UNSET",
    "$EMPTY npm run test:e2e",
    "npm run ${{ inputs.script }}",
    "echo npm run test:e2e",
    "echo 'npm run test:e2e",
    "command npm run test:e2e",
    "exec npm run test:e2e",
    "[ -z x ] && npm run test:e2e",
    "! npm run test:e2e",
    "if npm run test:e2e",
    "npm run test:e2e &",
    "npm run test:e2e | cat",
    "npm run test:e2e || true",
    "x=$(npm run test:e2e)",
    "<<E npm run test:e2e",
]
AROUND = [
    "build",
    "build one 'two three' \"$HOME\"",
    "lint --fix",
    "build && lint",
    "X=1",
    "X='a\nb' lint",
    "export X=1",
    "export PATH",
    "cd web",
    "cd web && build",
    "cd missing && build",
    "cd ..",
    "echo 'text; \" $(x) || &' # a comment",
    'echo "text; \' # || \\" $HOME"',
    "echo a\\ b \\' \\\n  c",
    "[ -d web ]",
    "[ -d missing ] && build",
    "test -n x && lint",
    "true",
    "printf '%s' x",
    "# npm run test:e2e",
    "",
    "  ",
    "set -e",
    "set -euo pipefail",
    "set -x",
    "set -e > missing/log",
    "> log",
    "build 2>&1 >log",
    "${{ inputs.more }} x",
    "echo ${{ github.ref == 'main' && 'a' }}",
]
UNUSUAL = [
    "set +e",
    "set +o errexit",
    "set -n",
    "set -t",
    "set - +e",
    "set $OFF",
    "shopt -uo errexit",
    "exit 0",
    "exit",
    "return 0",
    "exec true",
    "trap 'exit 0' EXIT",
    "eval 'set +e'",
    ". ./off",
    "source ./off",
    "npm() { true; }",
    "function npm { true; }",
    "npm () \n{ :; }",
    "alias npm=true",
    "shopt -s expand_aliases",
    "hash -p /bin/true npm",
    "enable -n test",
    "command exit 0",
    "builtin exit 0",
    "kill $$",
    "PATH=$PWD/fake:$PATH",
    "export PATH=",
    "IFS=e",
    "BASH_ENV=off",
    "POSIXLY_CORRECT=1",
    "UID=4",
    "x=(a b)",
    "x[0]=1",
    "x+=1",
    "readonly X",
    "cat <<E",
    "cat <<'E' && build",
    "E",
    "'",
    '"',
    "`",
    "(",
    ")",
    "{",
    "}",
    "if build; then",
    "then",
    "else",
    "fi",
    "for x in a b; do",
    "while false; do",
    "until build",
    "do",
    "done",
    "case a in",
    "b) ;;",
    "esac",
    "[[ -n '' ]] &&",
    "(( 0 )) &&",
    "! build &&",
    "time build",
    "coproc build",
    "build |",
    "build ||",
    "build &&",
    "&& build",
    "|| build",
    "build;",
    "build & ",
    "echo $(build)",
    "echo `build`",
    'echo "$(exit 1)" "${X:=a}"',
    "echo ${X?gone}",
    "echo ${X:?}",
    "echo ${X@Z}",
    "echo $((1/0))",
    "echo \\",
    "#\\",
    "build \\",
    "build <(lint)",
    "build <<< x",
    "wait",
    "unset -f npm",
    "unset PATH",
    "printf -v PATH x",
    "read X",
    "local x",
    "npm run \U000f0074est:e2e",
    "\x00",
    "\f",
]
WRAPPED = [
    "if build; then\n{}\nfi",
    "if ! {}; then exit 1; fi",
    "for x in 1 2; do\n{}\ndone",
    "while build; do {}; break; done",
    "case x in\n x) {} ;;\nesac",
    "(\n{}\n)",
    "{{ {}; }}",
    "{{ {}; }} || true",
    "f() {{\n{}\n}}",
    "function f {{ {}; }}",
    "echo $({})",
    "bash -c '{}'",
    "eval '{}'",
    "trap '{}' EXIT",
    "cat <<E\n{}\nE",
    ": '\n{}\n'",
    ': "\n{}\n"',
    "time {}",
    "! {}",
    "{}\\\n",
    "\\\n{}",
    "{} \\\n",
    "# {}",
    "{} && {}",
]
JOINTS = ["\n"] * 8 + [" && ", " &&\n", "&&", "\n\n", "\n# why\n", " && # why\n"]
UNUSUAL_JOINTS = [
    "; ",
    " || ",
    " | ",
    " |& ",
    " & ",
    ";;",
    " &&\\\n",
    "\\\n",
    "\r\n",
    "\n&& ",
    "\v",
]
SIGNS = " \t\n\n\\'\"$`;&|()<>#{}=*?[~!0123:-\u00a0"


def scripts(seed: int, count: int) -> list[str]:
    """Half of them are nearly plain; the others hold whatever a shell has."""
    chance = random.Random(seed)
    return [nearly_plain(chance) if number % 2 else anything(chance) for number in range(count)]


def nearly_plain(chance: random.Random) -> str:
    written = chance.choice(WRITTEN) if chance.random() < 0.4 else PLAIN
    parts = [*chance.choices(AROUND, k=chance.randrange(4)), written]
    parts += chance.choices(AROUND, k=chance.choice((0, 0, 1, 2)))
    if chance.random() < 0.2:
        parts.insert(chance.randrange(len(parts) + 1), chance.choice(UNUSUAL))
    return joined(chance, parts, JOINTS)


def anything(chance: random.Random) -> str:
    parts = chance.choices(AROUND + UNUSUAL, k=chance.randrange(1, 4))
    parts.append(chance.choice((PLAIN, chance.choice(WRITTEN))))
    chance.shuffle(parts)
    if chance.random() < 0.4:
        at = chance.randrange(len(parts))
        parts[at] = chance.choice(WRAPPED).format(parts[at], chance.choice(AROUND))
    text = joined(chance, parts, JOINTS + UNUSUAL_JOINTS)
    for _ in range(chance.choice((0, 0, 1, 2))):
        at = chance.randrange(len(text) + 1)
        text = text[:at] + chance.choice(SIGNS) + text[at + chance.randrange(2) :]
    return text


def joined(chance: random.Random, parts: Sequence[str], joints: Sequence[str]) -> str:
    text = parts[0]
    for part in parts[1:]:
        text += chance.choice(joints) + part
    return text + chance.choice(("", "\n"))


def decides(script: str, *, errexit: bool) -> bool:
    found = read_script(script, errexit=errexit).commands
    return any(each.words == COMMAND and each.hidden is None for each in found)


class Judge:
    """Runs scripts in real shells, where the command or another program may fail."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._programs, self._home = folder / "programs", folder / "home"
        self._programs.mkdir()
        (self._home / "web").mkdir(parents=True)
        for name in ("build", "lint", "cat"):
            self._program(name, '[ "$FAILING" != "${0##*/}" ]')
        self._program("npm", '[ "$#$1$2" != 2runtest:e2e ] || exit "$CODE"')

    def _program(self, name: str, text: str) -> None:
        file = self._programs / name
        file.write_text(f"#!/bin/sh\n{text}\n")
        file.chmod(0o755)

    def end_well(self, runs: Sequence[tuple[str, int, str]], shell: tuple[str, ...]) -> list[bool]:
        """Whether each script ends without failure, where the command has this exit code and the
        program that is named fails.
        """
        lines = [f"cd {self._home}"]
        for number, (script, code, failing) in enumerate(runs):
            file = self._folder / f"{number}.sh"
            file.write_bytes(without_expressions(script))
            ways = f"CODE={code} FAILING={failing}"
            lines.append(f"{ways} {' '.join(shell)} {file} </dev/null >/dev/null 2>&1; echo $?")
        told = subprocess.run(
            [BASH, "-s"],
            input="\n".join(lines),
            env={"PATH": str(self._programs), "HOME": "/", "OFF": "+e"},
            stdout=subprocess.PIPE,
            text=True,
            check=True,
        )
        return [line == "0" for line in told.stdout.splitlines()]


def without_expressions(script: str) -> bytes:
    return re.sub(r"\$\{\{.*?\}\}", "other", script).encode()


# The command fails in each; what is there to be found is a script that does not.
FAULTS = ((7, ""), (7, "build"), (7, "lint"))


def believed(seed: int, count: int, *, errexit: bool) -> list[str]:
    """The scripts in which the reader finds a command that decides."""
    return [script for script in scripts(seed, count) if decides(script, errexit=errexit)]


def refuted(found: Sequence[str], shell: tuple[str, ...], folder: Path) -> list[str]:
    """Those that end well although the command did not run or has failed."""
    runs = [(script, *fault) for script in found for fault in FAULTS]
    ended_well = Judge(folder).end_well(runs, shell)
    return [run[0] for run, well in zip(runs, ended_well, strict=True) if well]


@pytest.mark.parametrize("shell", SHELLS, ids=["bash by name", "bash", "sh", "no -e", "sh, no -e"])
def test_a_command_that_decides_fails_its_script(shell: tuple[str, ...], tmp_path: Path) -> None:
    """In 3,000 scripts, of which several hundred are understood."""
    found = believed(list(SHELLS).index(shell), 600, errexit=SHELLS[shell])
    assert len(found) > 100
    assert refuted(found, shell, tmp_path) == []


def test_most_scripts_that_are_understood_can_end_well(tmp_path: Path) -> None:
    """So that the scripts above do not fail for reasons of their own."""
    shell = next(iter(SHELLS))
    found = believed(0, 600, errexit=True)
    ended_well = Judge(tmp_path).end_well([(script, 0, "") for script in found], shell)
    assert sum(ended_well) > len(found) / 2


def test_every_builtin_and_word_of_bash_is_plain_or_an_obstacle() -> None:
    words = subprocess.check_output([BASH, "-c", "compgen -b; compgen -k"], text=True).split()
    plain = {word for word in words if read_script(f"{word} x").obstacle is None}
    assert plain <= PLAIN_BUILTINS
