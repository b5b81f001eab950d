"""Written from the texts of report/ by `UPDATE_WORDS=1 pytest tests/redaction`; nothing to edit."""

FIXED_WORDS = """
$schema --env-file Answer Checklist Could DRIFT Every FORECAST Forecast Found GitHub HTTP Hand Item
LATER Looked NAME NOTE Name Next None Nothing People Release SIGNED SKIP This Tick Today Turns
UNSEEN UTF-8 WAIT WAIVED WARN Warnings What Whose Without Write _ROTATED_AT access admin alone
answers anyone applicable approved approver approving artifactLocation asked asks author
automationDetails bGH- backslashreplace belongs below blocked blocks boxes build bwww changes
checked claims columnKind commands comments could-not-look counts decided defaultConfiguration
deploy-checklist details disagree does done drift driver each either encoding environment errors
everything evidence exception explain external failures findings fixed forecast from full handed
have held holds html https ignored_signoffs init input items itself json judged justification kept
kind knows laptop later level likewise lines lint lists locations log_row looked_at machine mailto
maintainer markdown merged message mode more names needs none notes nothing notices once only open
others outcome owner page partialFingerprints pass paste pending people person phase
physicalLocation present production pull_request question ready reason region release-pr releases
remarks remedy report-file repository rest results reviewer revision ruleId rules runs sarif-2
schemastore secrets section semanticVersion sets severity shell shortDescription shows sign-offs
signed signs skipped source span split stage startLine status stay step such summary suppressions
taken target testcase testsuites text that their them then there they this ticked ticket ticks time
title to-fix to-sign today tool totals trial turn type u0023 unbound uncommitted undated understood
undetermined unicodeCodePoints unknown unseen until update utf-8 values variables vars verdicts
verified verify version waiting waits waived waiver warned warning were what when where whose
without words would write written wrong xmpp yaml
"""
