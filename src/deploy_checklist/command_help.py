"""The help of each command: what it does, when to use it, an example and its exit codes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple


class CommandHelp(NamedTuple):
    """What `deploy-checklist --help` says of a command in its list, and what the command's own
    `--help` says above and below its flags.
    """

    summary: str
    description: str
    epilog: str


DESCRIPTION = """\
Turns the deployment checklist that you already have into a release gate.
Each item is checked automatically or signed by a person; the release is ready once none is open.
"""
EPILOG = """\
examples:
  deploy-checklist check                                  what is done, what is open, who is next
  deploy-checklist check -e production --env-file .env    the same, with values to check
  deploy-checklist explain                                how each item was understood
  deploy-checklist init                                   write the rules file
  deploy-checklist check --help                           help for one command

exit codes of check: 0 ready · 1 blocked or waiting · 2 unusable input, nothing was judged · \
3 something was not checked, or nothing passed
"""

_CHECK = CommandHelp(
    summary="judge every item; the exit code is the gate",
    description="""\
Judges every item of the checklist and prints the verdict.
Use it on a laptop before a release, or in a CI system other than GitHub Actions.
""",
    epilog="""\
examples:
  deploy-checklist check -e production --env-file .env.production
  deploy-checklist check -e production --on 2027-01-31
  deploy-checklist check --format json --output report.json

exit codes: 0 ready · 1 blocked or waiting · 2 unusable input, nothing was judged · \
3 something was not checked, or nothing passed
""",
)

_FORECAST = CommandHelp(
    summary="list what will change on its date: a rotation, a certificate, a waiver, a sign-off",
    description="""\
Checks every item once and lists the days on which an item or the verdict will change.
Use it to renew secrets, certificates, waivers and sign-offs before they block a release.
""",
    epilog="""\
example:
  deploy-checklist forecast -e production --env-file .env.production --until 2027-01-31

exit codes: 0 the forecast was written · 2 unusable input
""",
)

_LINT = CommandHelp(
    summary="list where the checklist and the rules disagree; no secrets, no network",
    description="""\
Lists every place where the checklist and the rules disagree. It reads no secrets and opens no
connection. Use it in an editor, in a pre-commit hook, or after you changed either file.
""",
    epilog="""\
examples:
  deploy-checklist lint
  deploy-checklist lint --strict

exit codes: 0 no errors · 1 an error, or with --strict a warning · 2 a file cannot be used
""",
)

_EXPLAIN = CommandHelp(
    summary="show how each item was understood, and why",
    description="""\
Shows for each item what is checked automatically, what a person signs, and why.
With --check it describes one kind of check instead. Use it while you write rules.
""",
    epilog="""\
examples:
  deploy-checklist explain --item DATABASE_URL
  deploy-checklist explain --check tls
""",
)

_INIT = CommandHelp(
    summary="write a rules file from the words of the checklist",
    description="""\
Writes a rules file from the words of the checklist, and asks about what they leave open.
It never changes a line that you wrote; --pin only adds comments. Run it once, to begin.
""",
    epilog="""\
examples:
  deploy-checklist init
  deploy-checklist init --add

exit codes: 0 the rules file was written or is complete · 2 nothing was written
""",
)

_WORKFLOW = CommandHelp(
    summary="print the workflows of the gate, and the steps for the job that deploys",
    description="""\
Prints complete workflows for the gate, and the steps to add to the job that deploys.
Use it to set up the gate, and again after the rules name another environment.
""",
    epilog="""\
examples:
  deploy-checklist workflow
  deploy-checklist workflow --job deploy.yml:ship
  deploy-checklist workflow --write

exit codes: 0 done · 2 unusable input, or a file exists with other content
""",
)

_RULESET = CommandHelp(
    summary="print a ruleset that requires the gate's status, for tags or for a branch",
    description="""\
Prints a GitHub ruleset as JSON. It requires the gate's status for every release tag, or for each
pull request to a branch. Use it once, so that nobody can release without the gate.
""",
    epilog="""\
example:
  deploy-checklist ruleset -e production | gh api repos/OWNER/NAME/rulesets --input -
""",
)

_DOCTOR = CommandHelp(
    summary="show whether the gate is in force: what requires its status, and who can bypass it",
    description="""\
Checks on GitHub whether the gate is in force: what requires its status, which job posts it, and
who can release without it. Use it after setup, and whenever somebody changes the settings.
It needs a token in GH_TOKEN or GITHUB_TOKEN, and writes nothing.
""",
    epilog="""\
example:
  GH_TOKEN=$(gh auth token) deploy-checklist doctor -e production

exit codes: 0 in force · 1 not in force · 2 unusable input · 3 something could not be checked
""",
)

_COMPARE = CommandHelp(
    summary="show what two environments lack, share or mix up; never shows a value",
    description="""\
Compares two environments: names that one of them lacks, secrets that both share, and values that
look like the other environment's. It never shows a value. Use it before the first release to an
environment, or when something works in staging only.
""",
    epilog="""\
Without --env-file it compares the names that GitHub stores for the environments, the repository
and the organization; that needs a token in GH_TOKEN or GITHUB_TOKEN. With two files
it also compares the values.

examples:
  GH_TOKEN=$(gh auth token) deploy-checklist compare staging production
  deploy-checklist compare staging production --env-file .env.staging .env.production

exit codes: 0 no differences · 1 differences found · 2 unusable input · \
3 GitHub could not be read
""",
)

_FLEET = CommandHelp(
    summary="show the reports of many repositories on one page",
    description="""\
Puts the reports of many repositories on one page, those that need people first.
Use it to see at a glance which services can be released.
""",
    epilog="""\
A file may contain one report (from `check --format json` or the input `report-file`), a list of
reports, or one report on each line. A file that cannot be read becomes a row that says why.

example:
  deploy-checklist fleet reports/ --format html --output gates.html

exit codes: 0 every report was read, whatever its verdict · 1 a report could not be read · \
2 no report was found
""",
)

_SCHEMA = CommandHelp(
    summary="print the JSON Schema of the rules file, or of an output",
    description="""\
Prints the JSON Schema of the rules file, or of what a command prints as JSON.
Use it to complete and check the rules in an editor, or to read an output in a program.
""",
    epilog="""\
examples:
  deploy-checklist schema > deploy-checklist.schema.json
  deploy-checklist schema --report
""",
)

_VERIFY = CommandHelp(
    summary="check that a JSON report agrees with itself and with its files",
    description="""\
Checks that a JSON report agrees with itself, and with the checklist, the rules and the evidence
that you name. It does not verify a signature: use `gh attestation verify` for that.
Use it when you review a release later.
""",
    epilog="""\
example:
  deploy-checklist verify report.json --checklist docs/checklist.md --evidence evidence.json

exit codes: 0 everything agrees · 1 something disagrees · 2 a file cannot be used
""",
)

_COMPLETION = CommandHelp(
    summary="print a script that completes commands and flags in your shell",
    description="""\
Prints a script that completes commands and flags in your shell. Run it once, and put the script
where your shell loads completions from.
""",
    epilog="""\
example:
  deploy-checklist completion bash > ~/.local/share/bash-completion/completions/deploy-checklist
""",
)

# In the order of `deploy-checklist --help`.
COMMANDS: Mapping[str, CommandHelp] = {
    "check": _CHECK,
    "forecast": _FORECAST,
    "lint": _LINT,
    "explain": _EXPLAIN,
    "init": _INIT,
    "workflow": _WORKFLOW,
    "ruleset": _RULESET,
    "doctor": _DOCTOR,
    "compare": _COMPARE,
    "fleet": _FLEET,
    "schema": _SCHEMA,
    "verify": _VERIFY,
    "completion": _COMPLETION,
}
