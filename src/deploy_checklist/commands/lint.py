"""Where checklist and rules disagree, in any environment.

Needs no secret and no network, so that it is safe on a pull request from a fork.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TextIO

from ..checklist.model import Drift, Phase
from ..drift.compare import drift, near_boxes
from ..engine.plan import plan
from ..engine.variables import named_variables, secrets_among
from ..redaction.report import safe_for_log
from ..rules.bind import bind
from ..rules.open_questions import left_open
from ..run.document_files import Documents, rules_of_each_environment
from ..world.ports import Repository
from .owners import owners_file, unowned
from .variables_in_files import notices_of_files


def print_findings(
    root: Path,
    documents: Documents,
    repository: Repository,
    environ: Mapping[str, str],
    out: TextIO,
) -> int:
    """Prints each disagreement, each file of the gate without an owner and the open questions;
    returns their number.

    Notices follow, and do not count.
    """
    found = (*lint(documents), *unowned(root, documents))
    has_git = (root / ".git").exists()  # else the folder may hold anything
    notices = tuple(notices_of_files(documents, repository)) if has_git else ()
    secrets = _secret_names(documents) if found or notices else frozenset()

    def show(each: Drift) -> None:
        place = ":".join(str(part) for part in (each.file, each.line) if part is not None)
        hint = f". {each.hint}" if each.hint else ""
        text = f"{place}: {each.kind}: {each.message}{hint}"
        print(safe_for_log(text, environ, secrets), file=out)

    for each in found:
        show(each)
    print(_summary(len(found), documents.rules is not None), file=out)
    questions = documents.rules.common.open_questions if documents.rules is not None else ()
    if questions:
        told = f"{left_open(questions)}. Answer them with `deploy-checklist init`"
        print(safe_for_log(told, environ, secrets), file=out)
    if never := _never_asked(documents):
        print(never, file=out)
    if has_git and owners_file(root) is None:
        unprotected = "the checklist, its rules and the workflows"
        print(
            f"no CODEOWNERS file: whoever may merge may change {unprotected}. "
            "Name their owners in .github/CODEOWNERS",
            file=out,
        )
    for each in notices:
        show(each)
    return len(found) + len(questions)


def _summary(found: int, has_rules: bool) -> str:
    if found:
        return f"{found} to look at"
    if not has_rules:
        return (
            "no rules file yet: every item is read by its own words "
            "(deploy-checklist init writes one)"
        )
    return "checklist and rules agree"


def _never_asked(documents: Documents) -> str | None:
    """Which items are reference, in any environment, and how to have them asked."""
    checklist = documents.checklist
    lines: set[int] = set()
    for rules in rules_of_each_environment(documents):
        for each in plan(checklist, rules, bind(checklist, rules)):
            if each.phase is Phase.REFERENCE and not each.item.is_title:
                lines.add(each.item.line)
    if not lines:
        return None
    return (
        f"reference, never asked: {len(lines)} (line {', '.join(map(str, sorted(lines)))}). "
        "`<!-- phase: before -->` under a heading asks its items all the same"
    )


def lint(documents: Documents) -> tuple[Drift, ...]:
    """Every disagreement once, sorted by file and line.

    Raises Unusable for mistakes in the rules file.
    """
    if documents.rules is None:
        return near_boxes(documents.checklist)
    found: dict[Drift, None] = {}
    for rules in rules_of_each_environment(documents):
        found |= dict.fromkeys(drift(documents.checklist, rules, bind(documents.checklist, rules)))
    return tuple(sorted(found, key=lambda each: (each.file or "", each.line or 0)))


def _secret_names(documents: Documents) -> frozenset[str]:
    """The variables that the documents call secrets, in any environment: no value is quoted."""
    checklist = documents.checklist
    names: frozenset[str] = frozenset()
    for rules in rules_of_each_environment(documents):
        names |= secrets_among(named_variables(checklist, rules), checklist, rules)
    return names
