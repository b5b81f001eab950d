"""Steps that fail a job where a job that it needs has not succeeded.

A job with `if: always()` that gathers the results of others is how a required check or a release
waits for many jobs at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from .conditions import Ended
from .expressions import evaluate
from .jobs import WorkflowStep

_ALLS_GREEN = re.compile(r"re-actors/alls-green@.+")
_ALL_NEEDS = re.compile(r"(?i)tojson\(\s*needs\s*\)")
_SET_FAILED = re.compile(r"core\.setFailed\([^;\n]*\);?")
_FAILING_SCRIPT = re.compile(
    r"(?:(?:echo|printf)\b[^\n|&;`$]*(?:\n|&&)\s*)*(?:exit [1-9]\d?|false)"
)
_QUOTED = re.compile(r"\$\{\{.*?\}\}|'[^']*'|\"[^\"]*\"", re.DOTALL)
_NOT_ONE_LINE = re.compile(r"\|\||[&;\n!]")
_ALL_SUCCEEDED = re.compile(r"\.result\s*==\s*\\?\"success\\?\"")
_OTHERWISE = re.compile(r"\b(?:or|not|any|skipped|cancelled|failure|if|try|alternative)\b|//")
_RESULT = r"[\"']?\$\{\{\s*needs\.(?P<job>[\w-]+)\.result\s*\}\}[\"']?"
_IS_SUCCESS = re.compile(rf"(?:test|\[\[?) {_RESULT} ={{1,2}} [\"']?success[\"']?(?: \]\]?)?")
_IF_NOT_SUCCESS = re.compile(
    rf"if \[\[? {_RESULT} != [\"']?success[\"']? \]\]?; ?then\s+"
    r"(?:(?:echo|printf)\b[^\n|&;`$]*\n\s*)*exit [1-9]\d?;?\s+fi"
)


def fails_after(steps: Iterable[WorkflowStep], end: Ended) -> bool | None:
    """Whether a step is certain to fail where a needed job ended so; None if that is not certain,
    since a step looks at the needed jobs in another way.
    """
    verdict: bool | None = False
    for step in steps:
        if step.tolerated:
            continue
        runs = evaluate(step.condition, end.step_level) if step.condition else True
        fails = _fails(step, end)
        if runs is False:
            continue
        if runs and fails:
            return True
        if fails is not False or (runs is None and "needs." in step.condition):
            verdict = None
    return verdict


def _fails(step: WorkflowStep, end: Ended) -> bool | None:
    """Whether a step that runs fails."""
    text = step.run.strip()
    if _ALLS_GREEN.fullmatch(step.uses):
        return _heeds_all(step.inputs) or None
    if step.uses.startswith("actions/github-script@"):
        text = str(step.inputs.get("script", "")).strip()
        if _SET_FAILED.fullmatch(text):
            return True
    elif step.shell in (None, "bash", "sh"):
        if _FAILING_SCRIPT.fullmatch(text):
            return True
        if found := _IS_SUCCESS.fullmatch(text) or _IF_NOT_SUCCESS.fullmatch(text):
            return found["job"].lower() == end.job
        if _ALL_NEEDS.search(f"{text} {step.env}") and _asks_jq(text):
            return True
    return None if "needs" in f"{text} {step.env} {step.inputs}" else False


def _heeds_all(inputs: Mapping[str, object]) -> bool:
    """Whether alls-green is given every needed job, and no exception."""
    others = {name for name, value in inputs.items() if value not in (None, "")} - {"jobs"}
    return not others and bool(_ALL_NEEDS.search(str(inputs.get("jobs", ""))))


def _asks_jq(script: str) -> bool:
    """Whether the script is one pipeline that ends in a `jq` which fails unless all succeeded.

    `jq` fails where `-e` is given and what it finds is false.
    """
    plain = _QUOTED.sub("x", script)
    last = plain.split("|")[-1].split()
    if _NOT_ONE_LINE.search(plain) or last[:1] != ["jq"]:
        return False
    if not {"-e", "--exit-status"} & set(last) or not re.search(r"\ball\b", script):
        return False
    return bool(_ALL_SUCCEEDED.search(script)) and not _OTHERWISE.search(script)
