"""The words that a rendering is made of, whatever it says: a secret that equals one of them cannot be hidden in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from ..checklist.model import Phase
from ..outcome import Outcome, Severity
from .model import Report, Verdict

_FIXED = """
$schema --env-file Checklist Commit Could DRIFT Every Item LATER NOTE Next None People Release SIGNED SKIP There This
Tick Trial UNSEEN UTF-8 WAIT WAIVED WARN Warnings Will access admin anyone applicable approved approver approving
artifactLocation asked asks author automationDetails bGH- backslashreplace belongs blocked boxes build bwww changes
checked claims columnKind comments could-not-look counts dated defaultConfiguration deploy-checklist details disagree
does drift driver each encoding environment errors everything evidence exception explain external failures false
findings full github handed hands have held hold html https ignored_signoffs init input items itself json judged junit
justification kept kind knows laptop later leaves left level lines link lint locations log_row looked mailto maintainer
make markdown message mode more names needs none notes nothing notices null once only open outcome owner page
partialFingerprints pass paste pending people person phase physicalLocation present production pull_request questions
ready reason region release releases remarks remedy report report-file repository rest results reviewer revision ruleId
rules runs sarif-2 schemastore secrets section semanticVersion severity shell shortDescription shows sign-offs signed
skipped source span split stage startLine status steps summary suppressions target testcase testsuites text that their
themselves then there they this ticked ticket ticks time title to-fix to-sign tool totals trial true type u0023 unbound
uncommitted understood undetermined unicodeCodePoints unknown unseen until update useful utf-8 variables vars verdict
verified version waiting waits waived waivers warned warning were what when where with words would writes written xmpp
yaml
"""


def own_words(report: Report) -> Iterator[str]:
    """The fixed ones, and what this report is about: names of variables, places, roles, checks. No text of an item."""
    yield from _FIXED.split()
    yield from (word.value for kind in (Outcome, Severity, Verdict, Phase) for word in kind)
    yield from report.not_handed_over
    yield from sorted(report.secrets)  # a variable that holds its own name would hide it
    yield from _given((report.environment, report.checklist, report.rules, *_target(report)))
    for box in report.boxes:
        yield from box.by
        yield from box.via
    for entry in report.entries:
        yield from (finding.check for finding in entry.findings)
        yield from (sign.role or "" for finding in entry.findings for sign in finding.signed)


def _target(report: Report) -> Collection[str | None]:
    return (report.target.repository, report.target.commit, report.target.tag)


def _given(words: Collection[str | None]) -> Iterator[str]:
    yield from (word for word in words if word)
