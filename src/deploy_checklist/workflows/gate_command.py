"""A step that starts the gate by a command, on a runner that cannot start containers.

It counts as a step with `uses:`, so that a search for the gate in a workflow finds it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from msgspec import Struct

from .plain_texts import plain_texts

# As docs/self-hosted.md says, and nothing else on the line: `|| true` would be another command.
_COMMAND = re.compile(
    r"(?:pipx run --spec|uvx --from) (?P<quote>[\"']?)"
    r"git\+https://github\.com/(?P<action>[\w.-]{1,100}/deploy-checklist)(?P<ref>@[\w./-]{1,250})"
    r"(?P=quote) deploy-checklist action\s*",
    re.ASCII,
)
_INPUT = "INPUT_"
# By these the shell, Python, git or the tool may start something else, or fetch it elsewhere.
_CHANGES_COMMAND = re.compile(
    r"PATH|HOME|ENV|SHELLOPTS|(?:BASH|LD_|DYLD_|XDG_|GIT_|PIP|UV_|PYTHON(?!UTF8\Z)).*", re.DOTALL
)


class GateCommand(Struct, frozen=True, kw_only=True):
    """What such a step starts, in the words of a step with `uses:`."""

    uses: str
    inputs: Mapping[str, object]


def gate_command(
    run: str, shell: str | None, env: object, job: object, outer_env: object
) -> GateCommand | None:
    """None if the step may do something else, or with other inputs than it says itself.

    `env`: the step's own; `outer_env`: the workflow's. Shells other than bash drop some inputs.
    """
    found = _COMMAND.fullmatch(run)
    if found is None or shell != "bash":
        return None
    if not isinstance(env, Mapping) or not isinstance(job, Mapping):
        return None
    if "container" in job:  # its image has variables and programs of its own
        return None
    around = [outer_env, job.get("env"), *_beside_env(job.get("steps"))]
    if re.search(f"{_INPUT}|BASH_ENV", " ".join(plain_texts(around)), re.IGNORECASE):
        return None  # a script may set it for the steps that follow
    outer = [each for each in (outer_env, job.get("env")) if each is not None]
    if any(_may_change_command(each) for each in (env, *outer)):
        return None
    inputs = [str(name) for name in env if str(name).upper().startswith(_INPUT)]
    if any(name != name.upper() for name in inputs):
        return None  # it looks like an input, and the gate does not read it
    return GateCommand(
        uses=found["action"] + found["ref"],
        inputs={name.removeprefix(_INPUT).lower(): env[name] for name in inputs},
    )


def _may_change_command(env: object) -> bool:
    """Whether an `env:` has such a variable, or may: an expression may add any name."""
    if not isinstance(env, Mapping):
        return True
    return any("${{" in name or _CHANGES_COMMAND.fullmatch(name) for name in map(str, env))


def _beside_env(steps: object) -> Iterator[object]:
    """What steps say but for their `env:`, which is for themselves."""
    for step in steps if isinstance(steps, list) else []:
        if isinstance(step, Mapping):
            yield {name: value for name, value in step.items() if name != "env"}
