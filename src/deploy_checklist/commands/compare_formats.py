"""The forms in which `compare` shows what it found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ..redaction.redact import Redactor
from ..report.escape import code, inline, log_text, plain
from ..report.view import counted
from ..report.wire_schema import Schema, schema_of
from .compare_result import KINDS, ComparedEnvironments, Difference
from .wire import wire_text, words_of

FORMS = ("text", "json", "markdown")
# What every line is made of, names aside: a secret that is one of these words (a placeholder,
# "secret") cannot be hidden, and its file can be compared anyway.
_FIXED = (
    " and , by the file a pipe GitHub",
    " lacks , which has",
    " lacks the secret , which has",
    " lacks the variable , which has",
    " is empty in , but has a value in ",
    " is a secret in but a variable in : "
    "a workflow that reads one of them finds nothing in the other",
    "both environments use the repository's secret organization's secret",
    " is a secret, but has the same value in and ",
    "it is what the rules ask for in ",
    "it points to 's host",
    "it has the name of in it has 's in it",
    " looks like the value for ",
    "Nothing was compared: ",
    " more name names in one file only; not shown, because a value may have been pasted there",
    " names compared, with their values: to correct no differences",
    "Only names were compared. To compare values too: `--env-file FILE OTHER_FILE`",
    "gh secret variable set --env ",
    "true false null",
)


def render(
    found: ComparedEnvironments, form: str, values: Mapping[str, str], secrets: Collection[str]
) -> str:
    """What was found, without the values of these secrets. Raises Leak if one is in it."""
    names = (each.name for each in found.differences)
    keys = words_of(json_schema()) if form == "json" else ()
    words = (*found.environments, *found.places, *names, *KINDS.values(), *keys, *_FIXED)
    redactor = Redactor.of(values, secrets, words)
    if form == "json":
        rendered = wire_text(found, json_schema(), values, secrets, words)
    else:
        clean = redactor.clean(found)
        rendered = _markdown(clean) if form == "markdown" else log_text(_text(clean))
    redactor.check(rendered)
    return rendered


def json_schema() -> Schema:
    """The JSON Schema of the form `json`."""
    return schema_of(ComparedEnvironments, "deploy-checklist compare")


def _text(found: ComparedEnvironments) -> str:
    lines = [plain(_about(found))]
    for heading, differences in _groups(found):
        lines += ["", heading]
        for each in differences:
            lines.append(f"  {plain(each.message)}")
            lines += [f"    {plain(each.remedy)}"] if each.remedy else []
    lines += ["", *(plain(each) for each in _end(found))]
    return "\n".join(lines) + "\n"


def _markdown(found: ComparedEnvironments) -> str:
    lines = [f"## {inline(_about(found))}"]
    for heading, differences in _groups(found):
        lines += ["", f"### {heading}", ""]
        for each in differences:
            remedy = f" <br>{code(each.remedy)}" if each.remedy else ""
            lines.append(f"- {inline(each.message)}{remedy}")
    lines += ["", *(inline(each) for each in _end(found))]
    return "\n".join(lines) + "\n"


def _groups(found: ComparedEnvironments) -> Iterator[tuple[str, list[Difference]]]:
    for kind, heading in KINDS.items():
        differences = [each for each in found.differences if each.kind == kind]
        if differences:
            yield heading, differences


def _about(found: ComparedEnvironments) -> str:
    one, other = found.environments
    return f"{one} and {other}, by {' and '.join(dict.fromkeys(found.places))}"


def _end(found: ComparedEnvironments) -> Iterator[str]:
    """How much was compared, and what it came to."""
    if found.unreadable is not None:
        yield f"Nothing was compared: {found.unreadable}"
        return
    if found.unshown:
        what = "name" if found.unshown == 1 else "names"
        yield (
            f"{found.unshown} more {what} in one file only; not shown, because a value may "
            f"have been pasted there"
        )
    count = len(found.differences) + found.unshown
    values = ", with their values" if found.with_values else ""
    settle = f"{count} to correct" if count else "no differences"
    yield f"{counted(found.names, 'name')} compared{values}: {settle}"
    if found.notice:
        yield found.notice
