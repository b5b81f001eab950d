"""Written from the texts of report/ by `UPDATE_WORDS=1 pytest tests/redaction`; nothing to edit."""

FIXED_WORDS = """
$schema --env-file Checklist Commit Could DRIFT Every First Item LATER NAME NOTE Next None People
Release SIGNED SKIP This Tick Trial UNSEEN UTF-8 WAIT WAIVED WARN Warnings Will _ROTATED_AT access
admin anyone applicable approved approver approving artifactLocation asked author automationDetails
bGH- backslashreplace belongs blocked boxes build bwww changes checked claims columnKind comments
could-not-look counts dated defaultConfiguration deploy-checklist details disagree does drift
driver each encoding environment errors everything evidence exception explain external failures
findings full handed hands have held hold html https ignored_signoffs init input items itself json
judged justification kept kind knows laptop later leaves left level likewise lines lint locations
log_row looked mailto maintainer make message mode more names needs none notes nothing notices once
only open others outcome owner page partialFingerprints pass paste pending people person phase
physicalLocation present production pull_request question ready reason region releases remarks
remedy report-file repository rest results reviewer revision ruleId rules runs sarif-2 schemastore
secrets section semanticVersion severity shell shortDescription shows sign-offs signed signs
skipped source span split stage startLine status steps summary suppressions target testcase
testsuites text that their themselves then there they this ticked ticket ticks time title to-fix
to-sign tool totals trial type u0023 unbound uncommitted understood undetermined unicodeCodePoints
unknown unseen until update useful utf-8 variables vars verdict verified version waiting waits
waived waiver warned warning were what when where whose with words would writes written wrong xmpp
yaml
"""
