"""Written from the texts of report/ by `UPDATE_WORDS=1 pytest tests/redaction`; nothing to edit."""

FIXED_WORDS = """
$schema --env-file A-Z0-9 A-Za-z0-9 Answer Checked Checklist DEPLOY_CHECKLIST_ DRIFT Every FORECAST
Failed Forecast GitHub HTTP Item NAME NOTE Next None Only Pass People REASON Release SIGNED_
Statement This Tick Today Turns UTF-8 What Whose With Write Your _ROTATED_AT access admin again
alone answers anyone applicable approved_by approver approving artifactLocation asks assumes
attestation automationDetails bGH- been belongs below blocked blocks boxes build bwww by_mode
cannot changes checked columnKind commands comments could-not-look counts_toward_ready decide
defaultConfiguration deploy-checklist deployed_at deployment details disagree does drift driver
each either encoding ended enforce enough environment errors even everything evidence exception
expires explain external failed failures findings finished fixed forecast found full gate_run
github hand_over have hidden hint holds html https hyphen ignored_signoffs in-toto inferred init
input instead_of issue items itself json judged justification keep kind knows laptop later least
let-through letter level lines lint listed lists locations log_row looked_at machine mailto
maintainer markdown merged message more must names needs never newer next none not_author
not_handed_over notes nothing_in_phase notices number once only open_questions others outcome
overridden override owner_people page partialFingerprints passed paste path pending person
physicalLocation predicateType predicate_type present preview production pull_request reason region
release-pr release_pr releases remarks remedy replace report-file repository rest results reviewer
revision role rollback rolled_back ruleId rules runs same sarif-2 schemastore secrets section seen
semanticVersion sets severity sha256 shell shortDescription shows signature signed signs since
skipped source_of_truth span split stage startLine status stays step still strict such summary
suppressions target testcase testsuites text that their them then there this ticked ticket
timeCreated title to-fix to-sign today tool totals trial true turns u0023 unbound uncommitted
undated understood undetermined unicodeCodePoints unknown until update utf-8 values_from variables
vars verdicts verified version waiting waits waived waiver warned warnings were what when where
which without words would write xmpp yaml your_turn
"""
