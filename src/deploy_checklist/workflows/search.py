"""Where the workflows of a repository run exactly this command.

A command is understood where it is a step's `run:`, or a line of it among plain commands, or the
literal entry of a matrix or input that such a step runs. If its words are in another form, the text
does not show whether its failure stops anything; the message says so, with the line.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec import Struct

from .expand import Reusable, RunningJob, RunningStep, running_jobs, running_steps
from .folders import below_root
from .jobs import Workflow
from .script import Script, command_words, expression_of, read_script

# Options after which a shell still runs the script: `-n` and `-c` are none.
_OPTION = (
    r"(?:-[eEilux]+|-[eEilux]*o (?:errexit|nounset|pipefail|xtrace)"
    r"|--(?:login|noprofile|norc|posix))"
)
_SHELL = re.compile(rf"(?:/(?:usr/)?bin/)?(?:ba)?sh(?: {_OPTION})* \{{0\}}")
# Inputs of actions of others that hold a command, and those by which its failure may be ignored.
_RUNS_INPUT = re.compile(r"(?i)(?:(?:test|shell|bash)[_-]?)?(?:run|runs|cmd|command|script)")
_IGNORES_INPUT = re.compile(
    r"(?i).*(?:continue|ignore|allow|fail|soft|warn|error|exit|dry|skip|only|able|condition).*"
    r"|if|when|unless|shell|background|detach"
)
# What YAML reads as a text without quotes around it.
_PLAIN_YAML = re.compile(r"[A-Za-z0-9./$](?:[^:#\n]|:(?=\S)|(?<=\S)#)*+")
_PRINTS = frozenset(("echo", "printf", ":", "#"))
_COMMENT = re.compile(r"""(?m)(?:^|(?<=\s))#[^'"\n]*+$""")  # without a quote: it may be inside one


class CommandUse(Struct, frozen=True, kw_only=True):
    """A step that runs the command."""

    step: RunningStep
    index: int  # of the command among those of the step's script
    folder: str | None  # where it runs; None if that is not certain
    # Why its failure does not fail the job, or why it may not run though the job does.
    why_ineffective: str | None
    script: Script | None = None  # None: an action runs it


class UnclearUse(Struct, frozen=True, kw_only=True):
    """A place where the command's words are in a form that proves nothing."""

    text: str  # "`ci.yml` step 3 (line 12) has a pipe (line 2 of its script)"
    remedy: str


class Found(Struct, frozen=True, kw_only=True):
    """What a search gave."""

    uses: tuple[CommandUse, ...]
    unclear: tuple[UnclearUse, ...]
    longer: tuple[RunningStep, ...]  # steps that run the command with more words
    elsewhere: tuple[RunningJob, ...]  # jobs that call a workflow of another repository


def started(workflows: Mapping[str, Workflow]) -> Iterator[Workflow]:
    """The workflows that an event starts."""
    return (workflow for workflow in workflows.values() if workflow.starts)


def find_command(command: str, workflows: Iterable[Workflow], reusable: Reusable) -> Found:
    """All steps of these started workflows that run exactly the words of this simple command."""
    search = _Search(command)
    for workflow in workflows:
        for job in running_jobs(workflow, reusable):
            if job.elsewhere and job.why_ineffective() is None:
                search.elsewhere.append(job)
            for step in running_steps(job, reusable):
                search.look_at(step)
    return Found(
        uses=tuple(search.uses),
        unclear=tuple(search.unclear),
        longer=tuple(search.longer),
        elsewhere=tuple(search.elsewhere),
    )


class _Search:
    def __init__(self, command: str) -> None:
        self._command = command.strip()
        self._words = command_words(command) or ()
        between = r"[\s\"'\\]+"
        spelled = between.join(map(_spelled, self._words))
        self._written = re.compile(rf"(?<![\w./:@-]){spelled}(?![\w./:@-])")
        self.uses: list[CommandUse] = []
        self.unclear: list[UnclearUse] = []
        self.longer: list[RunningStep] = []
        self.elsewhere: list[RunningJob] = []

    def look_at(self, step: RunningStep) -> None:
        if step.step.run:
            if any(at.workflow.names_bash_env for at in step.job.calls):
                if self._stands_in(step.step.run):
                    self._unclear(step, "may be changed by the file in `BASH_ENV`")
                return
            texts = _scripts(step)
            if texts is None:
                self._unclear(step, "runs an expression whose value is not known")
            for text in texts or ():
                self._look_at_script(step, text)
            if texts == (step.step.run,) and "$" in step.step.run:
                self._look_at_values(step)
        elif step.step.uses:
            self._look_at_inputs(step)

    def _look_at_script(self, step: RunningStep, text: str) -> None:
        options = _shell_options(step.step.shell)
        if options is None:
            if self._stands_in(text):
                self._unclear(step, f"runs by `shell: {step.step.shell}`, which cannot be read")
            return
        errexit = not options or any(
            re.fullmatch(r"-[^\We]*+e\w*+|errexit", option) for option in options
        )
        script = read_script(text, errexit=errexit)
        if script.obstacle is not None:
            if self._stands_in(text):
                line = script.obstacle.line
                where = f" (line {line} of its script)" if line > 1 else ""
                self._unclear(step, f"has {script.obstacle.what}{where}")
            return
        for index, command in enumerate(script.commands):
            if command.words == self._words:
                self._add(step, script, index)
            elif command.words[: len(self._words)] == self._words:
                self.longer.append(step)
            elif command.words[0] not in _PRINTS and self._stands_in(" ".join(command.words)):
                self._unclear(
                    step,
                    f"runs a longer command that contains `{self._command}`",
                    "write the whole command in `runs`, or run the command in its own step",
                )

    def _look_at_values(self, step: RunningStep) -> None:
        """A script may run what a variable or an expression holds."""
        at = step.job.calls[-1]
        if any(map(self._stands_in, (step.step.env, at.job.texts, at.workflow.env))):
            self._unclear(step, "may run the value of a variable or of its matrix")

    def _add(self, step: RunningStep, script: Script, index: int) -> None:
        command = script.commands[index]
        why = step.why_ineffective or command.hidden
        powershell = step.job.job.windows_too and step.step.shell is None
        if why is None and powershell and index < len(script.commands) - 1:
            why = (
                "also runs on Windows, where the script goes on after a failed line: add "
                "`shell: bash`"
            )
        folder = None
        if step.step.folder is not None and command.folder is not None:
            folder = below_root(f"{step.step.folder or '.'}/{command.folder or '.'}")
        self.uses.append(
            CommandUse(step=step, index=index, folder=folder, why_ineffective=why, script=script)
        )

    def _look_at_inputs(self, step: RunningStep) -> None:
        """An action of others may run the command that an input of it holds."""
        inputs = step.step.inputs
        for name, value in inputs.items():
            if not isinstance(value, str) or not self._stands_in(value):
                continue
            script = read_script(value)
            alone = [command.words for command in script.commands] == [self._words]
            ignored = [other for other in inputs if other != name and _IGNORES_INPUT.match(other)]
            if alone and _RUNS_INPUT.fullmatch(name) and not ignored:
                self.uses.append(
                    CommandUse(
                        step=step, index=0, folder=None, why_ineffective=step.why_ineffective
                    )
                )
            else:
                self._unclear(step, f"passes it to `{step.step.uses}` as `{name}`")

    def _stands_in(self, text: str) -> bool:
        return self._written.search(_COMMENT.sub("", text)) is not None

    def _unclear(self, step: RunningStep, what: str, remedy: str | None = None) -> None:
        plain = run_it_plainly(self._command)
        self.unclear.append(UnclearUse(text=f"{step.place()} {what}", remedy=remedy or plain))


def run_it_plainly(command: str) -> str:
    """What to write if a command is in another form."""
    return f"run it directly, in its own step: `- {run_line(command)}`"


def run_line(command: str) -> str:
    """The `run:` of a step, in YAML."""
    return f"run: {command if _PLAIN_YAML.fullmatch(command) else json.dumps(command)}"


def _spelled(word: str) -> str:
    """A pattern for a word with or without the backslashes and quotes of its special signs."""
    return re.sub(r"\\\\(\\.|.)", r"[\"'\\\\]*\1", re.escape(word))


def _scripts(step: RunningStep) -> Sequence[str] | None:
    """What a step's `run:` may be; None if it is an expression that is not known here."""
    expression = expression_of(step.step.run)
    if expression is None:
        return (step.step.run,)
    context, _, name = expression.partition(".")
    if context == "inputs":
        value = step.inputs.get(name.lower())
        return (value,) if isinstance(value, str) and "${{" not in value else None
    matrix = step.job.job.matrix
    if context != "matrix" or not isinstance(matrix, Mapping) or "exclude" in matrix:
        return None
    values = matrix.get(name, [])
    included = matrix.get("include", [])
    if not isinstance(values, list) or not isinstance(included, list):
        return None
    entries = [*values, *(each.get(name) for each in included if isinstance(each, dict))]
    return [entry for entry in entries if isinstance(entry, str) and "${{" not in entry]


def _shell_options(shell: str | None) -> list[str] | None:
    """The options of a shell that is read here; none for GitHub's own, which have `-e`."""
    if shell in (None, "bash", "sh"):
        return []
    return shell.split()[1:] if shell and _SHELL.fullmatch(shell) else None
