"""The forms in which `compare` shows what it found."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ..redaction.redact import Redactor
from ..report.escape import inline, log_text, plain
from ..report.wire_schema import Schema, schema_of
from .compare_result import KINDS, ComparedEnvironments, Difference
from .wire import wire_text

FORMS = ("text", "json", "markdown")


def render(
    found: ComparedEnvironments, form: str, values: Mapping[str, str], secrets: Collection[str]
) -> str:
    """What was found, without the values of these secrets. Raises Leak if one is in it."""
    words = (*found.environments, *found.places, *(each.name for each in found.differences), *KINDS)
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
        lines += [f"  {plain(_told(each))}" for each in differences]
    lines += ["", *(plain(each) for each in _end(found))]
    return "\n".join(lines) + "\n"


def _markdown(found: ComparedEnvironments) -> str:
    lines = [f"## {inline(_about(found))}"]
    for heading, differences in _groups(found):
        lines += ["", f"### {heading}", ""]
        lines += [f"- {inline(_told(each))}" for each in differences]
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


def _told(each: Difference) -> str:
    return f"{each.message}. {each.remedy}" if each.remedy else each.message


def _end(found: ComparedEnvironments) -> Iterator[str]:
    """How much was compared, and what it came to."""
    if found.unreadable is not None:
        yield f"Could not look: {found.unreadable}"
        return
    if found.unshown:
        what = "name is" if found.unshown == 1 else "names are"
        yield (
            f"{found.unshown} more {what} in one file only, and not shown: "
            "a value may have been pasted there"
        )
    count = len(found.differences) + found.unshown
    looked = "names and values" if found.with_values else "names"
    settle = f"{count} to settle" if count else "nothing to settle"
    yield f"{found.names} names, {looked} compared: {settle}"
    if found.notice:
        yield found.notice
