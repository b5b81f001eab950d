"""The forms in which `init` shows what it did."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..inference.drafting.questions import OpenQuestion
from ..redaction.report import safe_for_log
from ..report.places import from_folder
from ..report.view import counted
from ..report.wire_schema import Schema, schema_of
from ..rules.open_questions import left_open
from .init_result import InitQuestion, InitResult
from .wire import wire_text


def render(
    result: InitResult,
    form: str,
    environ: Mapping[str, str],
    secrets: Collection[str],
    folder: str,
) -> str:
    """The result as `text` or `json`, without the values of these secrets. `folder`: the working
    directory, from the root; in `text`, paths lead from there.
    """
    if form == "json":
        return wire_text(result, json_schema(), environ, secrets, result.checks)
    created = result.change == "created"
    text = _of_new_file(result, folder) if created else _of_amended_file(result, folder)
    return safe_for_log("".join(f"{line}\n" for line in text), environ, secrets)


def question_list(
    questions: Sequence[OpenQuestion], environ: Mapping[str, str], secrets: Collection[str]
) -> str:
    """The list that `--questions json` prints."""
    schema = schema_of(list[InitQuestion], "deploy-checklist init --questions json")
    return wire_text(list(questions), schema, environ, secrets)


def json_schema() -> Schema:
    """The JSON Schema of the form `json`."""
    return schema_of(InitResult, "deploy-checklist init")


def _of_new_file(result: InitResult, folder: str) -> Iterator[str]:
    checklist = from_folder(result.checklist or "", folder)
    path = from_folder(result.rules or "", folder)
    first = f"wrote {path}   {counted(result.item_count, 'item')}"
    if result.questions:
        first += f", {counted(len(result.questions), 'question')} left open (`# TODO`)"
    yield first
    yield from (f"  {checklist}:{each.line:<4} {each.question}" for each in result.questions)
    if result.pinned:
        yield f"pinned {result.pinned} items in {checklist}"
    yield ""
    width = max(28, 2 + max((len(each.command) for each in result.next), default=0))
    for number, each in enumerate(result.next):
        yield f"{'' if number else 'Next':<7}{each.command:<{width}}{each.why}"
    yield from _on_private_domains(result)


def _of_amended_file(result: InitResult, folder: str) -> Iterator[str]:
    path = from_folder(result.rules or "", folder)
    answered = f"{counted(len(result.answered), 'question')} answered"
    if result.added is None:
        yield f"{path}: {answered}"
    else:
        yield f"{path}: {counted(result.added, 'item')} added"
        if result.answered:
            yield f"  {answered}"
    yield from (f"  {each.id}: {each.why}" for each in result.not_taken)
    if result.questions:
        yield left_open([each.id for each in result.questions])
    yield ""
    if result.change == "none":
        yield f"Nothing was written to {path}"
    for each in result.next:
        yield f"Next   {each.why}, and run  {each.command}"
    yield from _on_private_domains(result)


def _on_private_domains(result: InitResult) -> Iterator[str]:
    """What private domains among the answers mean for the checks."""
    domains = result.private_domains
    if domains:
        named, are = ", ".join(domains), "is" if len(domains) == 1 else "are"
        yield ""
        yield f"Note   {named} {are} private: the checks of these addresses have"
        yield "       `allow_private: true`, and only a runner inside that network can reach them"
