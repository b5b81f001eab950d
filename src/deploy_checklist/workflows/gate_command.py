"""A step that starts the gate by a command, on a runner that cannot start containers.

It counts as a step with `uses:`, so that a search for the gate in a workflow finds it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

# As docs/self-hosted.md says, and nothing else on the line: `|| true` would be another command.
_COMMAND = re.compile(
    r"(?:pipx run --spec|uvx --from) (?P<quote>[\"']?)"
    r"git\+https://github\.com/(?P<action>[\w.-]{1,100}/deploy-checklist)(?P<ref>@[\w./-]{1,250})"
    r"(?P=quote) deploy-checklist action\s*",
    re.ASCII,
)
_INPUT = "INPUT_"
_SHELLS = (None, "bash", "sh")  # anything else may do something else with the command


def action_of(run: str, shell: str | None, outer_env: str) -> str:
    """The action that a script starts, as `uses:` would name it; "" if it does something else.

    `outer_env`: all names that the workflow and the job set for their steps. Where an input is
    among them, what the step itself says is not all of it.
    """
    found = _COMMAND.fullmatch(run)
    if found is None or shell not in _SHELLS or _INPUT in outer_env.upper():
        return ""
    return found["action"] + found["ref"]


def inputs_of(env: Mapping[str, object]) -> Mapping[str, object]:
    """The inputs among a step's variables, by the names that `with:` has for them."""
    return {
        name.removeprefix(_INPUT).lower(): value
        for name, value in env.items()
        if name.startswith(_INPUT)
    }
