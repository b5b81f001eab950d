"""Where checklist and rules disagree, in any environment.

It needs no secret and no network, so it is safe on a pull request from a fork.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from ..checklist.model import Drift, Phase
from ..drift.compare import drift, near_boxes
from ..engine.plan import plan
from ..engine.variables import named_variables, secrets_among
from ..errors import Exit, Unusable
from ..rules.bind import bind
from ..rules.open_questions import question_lines
from ..run.document_files import Documents, rules_of_each_environment
from ..world.ports import Repository
from .lint_findings import REFERENCE, Counts, Level, LintFinding, LintResult
from .mistakes import mistakes_of
from .owners import owners_file, unowned
from .variables_in_files import notices_of_files


def lint_result(
    root: Path, documents: Documents, repository: Repository, *, strict: bool
) -> LintResult:
    """Each disagreement, each file of the gate without an owner and each open question, which fail
    the command if `strict`; then notices, which never do.

    Raises Unusable for mistakes in the rules file.
    """
    has_git = (root / ".git").exists()  # else the folder may hold anything
    level: Level = "error" if strict else "warning"
    items = {item.line: item.id for item in documents.checklist.items}

    def of_drift(each: Drift, level: Level) -> LintFinding:
        in_checklist = each.file == documents.checklist.path
        return LintFinding(
            level=level,
            kind=each.kind,
            message=each.message,
            remedy=each.hint,
            file=each.file,
            line=each.line,
            item=items.get(each.line or 0) if in_checklist else None,
        )

    findings = [of_drift(each, level) for each in (*lint(documents), *unowned(root, documents))]
    findings += _open_questions(documents, level)
    findings += _never_asked(documents)
    if has_git and owners_file(root) is None:
        findings.append(_NO_OWNERS_FILE)
    if has_git:
        findings += [of_drift(each, "notice") for each in notices_of_files(documents, repository)]
    return LintResult(
        exit_code=Exit.HELD if any(each.level == "error" for each in findings) else Exit.READY,
        strict=strict,
        checklist=documents.checklist.path,
        rules=documents.rules.path if documents.rules is not None else None,
        counts=_counted(findings),
        findings=tuple(findings),
    )


def unusable_result(error: Unusable, root: Path | None, *, strict: bool) -> LintResult:
    """The result if nothing could be compared: every mistake, however many."""
    findings = [
        LintFinding(
            level="error",
            kind="unusable",
            message=each.message,
            remedy=each.remedy,
            file=each.file,
            line=each.line,
            column=each.column,
        )
        for each in mistakes_of(error, root)
    ]
    return LintResult(
        exit_code=Exit.UNUSABLE,
        strict=strict,
        checklist=None,
        rules=None,
        counts=_counted(findings),
        findings=tuple(findings),
    )


_NO_OWNERS_FILE = LintFinding(
    level="notice",
    kind="unowned",
    message="no CODEOWNERS file: anyone who can merge can change the checklist, its rules and "
    "the workflows",
    remedy="Add a line for them to .github/CODEOWNERS",
)


def _counted(findings: Sequence[LintFinding]) -> Counts:
    levels = [each.level for each in findings]
    return Counts(
        error=levels.count("error"),
        warning=levels.count("warning"),
        notice=levels.count("notice"),
    )


def _open_questions(documents: Documents, level: Level) -> Iterator[LintFinding]:
    if documents.rules is None:
        return
    lines = question_lines(documents.rules.text)
    for question in documents.rules.common.open_questions:
        yield LintFinding(
            level=level,
            kind="question",
            message=f"the question `{question}` is open",
            remedy="Answer it with `deploy-checklist init`",
            file=documents.rules.path,
            line=lines[question],
            question=question,
        )


def _never_asked(documents: Documents) -> Iterator[LintFinding]:
    """The items that are reference, in any environment."""
    checklist = documents.checklist
    items: dict[int, str] = {}
    for rules in rules_of_each_environment(documents):
        for each in plan(checklist, rules, bind(checklist, rules)):
            if each.phase is Phase.REFERENCE and not each.item.is_title:
                items[each.item.line] = each.item.id
    for line in sorted(items):
        yield LintFinding(
            level="notice",
            kind=REFERENCE,
            message="for reference, never checked",
            remedy="`<!-- phase: before -->` under a heading makes its items part of the gate",
            file=checklist.path,
            line=line,
            item=items[line],
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


def secret_names(documents: Documents) -> frozenset[str]:
    """The variables that the documents call secrets, in any environment: no value is quoted."""
    checklist = documents.checklist
    names: frozenset[str] = frozenset()
    for rules in rules_of_each_environment(documents):
        names |= secrets_among(named_variables(checklist, rules), checklist, rules)
    return names
