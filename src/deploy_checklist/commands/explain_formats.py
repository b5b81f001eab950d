"""The forms in which `explain` shows how each item was understood."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence

from ..redaction.report import safe_for_log
from ..report.places import place
from ..report.tables import text_table
from ..report.view import ANYONE
from ..report.wire_schema import Schema, schema_of
from .explain_result import (
    ExplainedClause,
    ExplainedRole,
    ExplainedRule,
    ExplainedSignOff,
    ExplainedWhen,
    Explanation,
)
from .wire import wire_text


def render(
    explained: Sequence[Explanation],
    form: str,
    environ: Mapping[str, str],
    secrets: Collection[str],
    folder: str = ".",
) -> str:
    """The items as `text` or `json`, without the values of these secrets.

    `folder`: the working directory, from the root; in `text`, paths lead from there.
    """
    if form == "text":
        return safe_for_log(as_text(explained, folder), environ, secrets)
    return wire_text(list(explained), json_schema(), environ, secrets, _kinds(explained))


def json_schema() -> Schema:
    """The JSON Schema of the form `json`."""
    return schema_of(list[Explanation], "deploy-checklist explain")


def _kinds(explained: Sequence[Explanation]) -> set[str]:
    """Every kind of check that is named."""
    clauses = [clause for each in explained for rule in each.rules for clause in rule.clauses]
    kinds = {check.kind for clause in clauses for check in clause.checks}
    return kinds | {check.kind for each in explained for check in (*each.checks, *each.maybe)}


def as_text(explained: Sequence[Explanation], folder: str = ".") -> str:
    """A table of all items, then each with the words that were used."""
    paragraphs = "\n".join(_paragraph(each, folder) for each in explained)
    if len(explained) < 2:
        return paragraphs
    rows = []
    for each in explained:
        kinds = " ".join(dict.fromkeys(check.kind for check in each.checks))
        rows.append((each.line, each.id, _WHO[each.automation], kinds))
    overview = text_table(("line", "item", "who", "checks"), rows)
    return f"{overview}\n\n{paragraphs}"


_WHO = {"full": "a machine", "partial": "machine and person", "person": "a person"}


def _paragraph(each: Explanation, folder: str) -> str:
    lines = [f"{place(each.file, each.line, folder)}  {each.id}  ({_WHO[each.automation]})"]
    lines.append(f"      {each.text}")
    lines += [f"      · {clause}" for clause in each.understood]
    if each.environment:
        lines.append(f"      only in {each.environment}")
    lines += [f"      {line}" for line in rule_lines(each, folder)]
    if each.person:
        lines.append(f"      person   {each.person}")
    if each.skipped:
        lines.append(f"      skipped  {each.skipped}")
    return "\n".join(lines) + "\n"


def rule_lines(each: Explanation, folder: str = ".") -> tuple[str, ...]:
    """The item's rules, one after the other; without any, why there is none."""
    lines = [line for rule in each.rules for line in _rule(rule, folder)]
    if each.no_rule is not None:
        lines = [f"no rule  {each.no_rule}"]
    if each.box_signers:
        who = " or ".join(ANYONE.get(role, role) for role in each.box_signers)
        lines.append(f"signs    {who}, in the box of its section")
    return tuple(lines)


def _rule(rule: ExplainedRule, folder: str) -> Iterator[str]:
    if rule.file is None:
        yield "rule     taken from the item's words; there is no rules file"
    else:
        yield f"rule     {place(rule.file, rule.line or 1, folder)}"
    yield from (f"    {line}" for line in rule.written.split("\n"))
    yield from (f"value    ${{{name}}} is {value}" for name, value in rule.placeholders.items())
    clauses = rule.clauses
    yield from dict.fromkeys(_when(each.when) for each in clauses if each.when)
    yield from dict.fromkeys(
        f"signs    {_signers(sign_off)}" for each in clauses for sign_off in each.signs
    )
    yield f"severity {_severities(clauses)}"
    yield from dict.fromkeys(f"owner    {each.owner}" for each in clauses if each.owner)
    for waiver in rule.waivers:
        ends = "expired on" if waiver.expired else "until"
        about = f"{ends} {waiver.expires}: {waiver.reason}, {waiver.approved_by}"
        where = place(waiver.file or "", waiver.line, folder)
        yield f"waiver   {about} ({where})"


def _when(when: ExplainedWhen) -> str:
    if when.asked is None:
        return f"when     not known yet: {when.why}"
    return f"when     {'applies' if when.asked else 'does not apply'} now: {when.why}"


def _severity(clause: ExplainedClause) -> str:
    if clause.warns_until is not None:
        return f"warning until {clause.warns_until}, then {clause.severity}"
    return clause.severity


def _severities(clauses: Sequence[ExplainedClause]) -> str:
    """The severity of all checks, or of each if they differ: "warning: present; blocker: sign"."""
    checks: dict[str, dict[str, None]] = {}
    for clause in clauses:
        kinds = dict.fromkeys(check.kind for check in clause.checks)
        checks.setdefault(_severity(clause), {}).update(kinds)
    if len(checks) == 1:
        return next(iter(checks))
    return "; ".join(f"{severity}: {', '.join(kinds)}" for severity, kinds in checks.items())


def _signers(sign_off: ExplainedSignOff) -> str:
    who = [_role(each) for each in sign_off.by]
    text = f"{' or '.join(who)}, by {' or '.join(sign_off.ways)}"
    if sign_off.count > 1:
        text = f"{sign_off.count} of {text}"
    if sign_off.not_author:
        text += ", not the author"
    return text + {"commit": ", for each commit", "once": ", once"}.get(sign_off.per, "")


def _role(each: ExplainedRole) -> str:
    if each.members:
        return f"{each.role} ({', '.join(each.members)})"
    return ANYONE.get(each.role, each.role)
