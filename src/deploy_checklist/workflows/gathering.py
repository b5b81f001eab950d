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
from .script import read_script

_ALLS_GREEN = re.compile(r"re-actors/alls-green@.+")
_ALL_NEEDS = re.compile(r"(?i)tojson\(\s*needs\s*\)")
_SET_FAILED = re.compile(r"core\.setFailed\((?:'[^'\\\n]*'|\"[^\"\\\n]*\"|[^;()'\"\n]*)\);?")
_EXIT = re.compile(r"(?:(?:\A|\n|&&|;)[ \t]*)(?:exit [1-9]\d?|false)\Z")
_LONGEST = 500  # characters of a script that can be one of these
_PRINTS = frozenset(("echo", "printf"))
_RESULT = r"[\"']?\$\{\{\s*needs\.(?P<job>[\w-]+)\.result\s*\}\}[\"']?"
_IS_SUCCESS = re.compile(
    rf"(?:test|\[\[?) {_RESULT} ={{1,2}} [\"']?success[\"']?(?: \]\]?)?"
    r"(?: \|\| exit [1-9]\d?)?"
)
_IF_NOT_SUCCESS = re.compile(
    rf"if \[\[? {_RESULT} != [\"']?success[\"']? \]\]?; ?then\s+(?P<then>[^;\s][^;]*?);?\s++fi"
)
_NEEDS = r"\$\{\{\s*tojson\(\s*needs\s*\)\s*\}\}"
_GIVEN = rf"(?:'{_NEEDS}'|\"(?P<variable>\$\w+|\$\{{\w+\}})\")"
# Every filter requires the result "success" of all jobs; with `-e`, jq fails where it is not.
_FILTERS = (
    r"(?:(?:to_entries|\.)\|)?all\((?:\.\[\](?:\.value)?;)?(?:\.value)?\.result==SUCCESS\)",
    r"(?:to_entries\|)?all\(\.\[\](?:\.value)?\.result;\.==SUCCESS\)",
    r"(?:to_entries\|)?\[\.\[\]\|?(?:\.value)?\.result\]\|all\(\.==SUCCESS\)",
    r"(?:to_entries\|)?\[\.\[\]\|?(?:\.value)?\.result==SUCCESS\]\|all",
    r"(?:to_entries\|)?map(?:_values)?\((?:\.value)?\.result==SUCCESS\)\|all",
)
_JQ = r"jq(?: -[re]+| --exit-status| --raw-output)+ (?P<quote>['\"])(?P<filter>.+)(?P=quote)"
_ASKS_JQ = tuple(
    re.compile(form, re.IGNORECASE)
    for form in (rf"(?:echo|printf '%s(?:\\n)?') {_GIVEN} \| {_JQ}", rf"{_JQ} <<< ?{_GIVEN}")
)


def fails_after(steps: Iterable[WorkflowStep], end: Ended) -> bool | None:
    """Whether a step is certain to fail where a needed job ended so; None if that is not certain,
    because a step checks the needed jobs in another way.
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
        if _only_fails(text):
            return True
        if len(text) > _LONGEST:
            return None if "needs" in f"{text} {step.env} {step.inputs}" else False
        if found := _IS_SUCCESS.fullmatch(text):
            return found["job"].lower() == end.job
        if (found := _IF_NOT_SUCCESS.fullmatch(text)) and _only_fails(found["then"]):
            return found["job"].lower() == end.job
        if _asks_jq(text, step.env):
            return True
    return None if "needs" in f"{text} {step.env} {step.inputs}" else False


def _heeds_all(inputs: Mapping[str, object]) -> bool:
    """Whether alls-green is given every needed job, and no exception."""
    others = {name for name, value in inputs.items() if value not in (None, "")} - {"jobs"}
    return not others and bool(_ALL_NEEDS.search(str(inputs.get("jobs", ""))))


def _only_fails(script: str) -> bool:
    """Whether a script prints, if anything, and then ends in failure."""
    last_line = script[script.rfind("\n") + 1 :]
    if (end := _EXIT.search(script)) is None or "#" in last_line:
        return False
    before = read_script(script[: end.start()])
    return before.obstacle is None and all(
        command.words[0] in _PRINTS for command in before.commands
    )


def _asks_jq(script: str, env: str) -> bool:
    """Whether the script is a `jq` over all needed jobs that fails unless all have succeeded."""
    found = next((found for form in _ASKS_JQ if (found := form.fullmatch(script))), None)
    if found is None:
        return False
    if variable := (found["variable"] or "").strip("${}"):
        given = rf"(?:.* )?{variable} {_NEEDS}(?: .*)?"
        if not re.fullmatch(given, env, re.DOTALL | re.IGNORECASE):
            return False
    options = script[script.index("jq ") : found.start("quote")].split()
    asked = re.sub(r"\s+", "", found["filter"]).replace('\\"', '"').replace('"success"', "SUCCESS")
    fails = any(word == "--exit-status" or re.fullmatch(r"-r*e[re]*", word) for word in options)
    return fails and any(re.fullmatch(form, asked) for form in _FILTERS)
