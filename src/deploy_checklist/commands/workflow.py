"""The two workflows of a team, as text ready to commit: the gate, and the deployment that hands the
values over.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from msgspec.structs import replace

from ..checklist.model import Checklist, Phase
from ..engine.plan import plan
from ..engine.variables import named_variables, storage_of
from ..rules.bind import bind
from ..rules.model import Rules
from ..storage import Storage

CHECKOUT = "actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1"
ACTION = "org/deploy-checklist@v1 # zizmor: ignore[unpinned-uses] moves with compatible releases; or pin a commit"

_GATE = """\
# .github/workflows/deploy-checklist.yml: comment and ticks, and the status that the tag needs
name: deploy-checklist
on:
  # zizmor: ignore[dangerous-triggers] runs the base branch's own words, and never checks out the
  # pull request
  pull_request_target: { types: [opened, synchronize, reopened, ready_for_review, labeled], branches: [main] }
  pull_request_review: { types: [submitted, dismissed] }
  issue_comment: { types: [created, edited, deleted] } # ticks, /checklist, withdrawals
  push: { branches: [main] }
  workflow_run: { workflows: [CI], types: [completed], branches: [main] } # `ci` rules: look again when CI has ended
  merge_group: # only with a merge queue
  workflow_dispatch: { inputs: { commit: { description: "commit on main (default: its tip)", required: false } } }
permissions: {}
jobs:
  gate:
    name: Deployment checklist
    if: >-
      (github.event_name != 'issue_comment' || startsWith(github.event.comment.body, '/checklist ') ||
        (github.event.comment.user.login == 'github-actions[bot]' && github.event.sender.type == 'User')) &&
      (github.event_name != 'workflow_run' || (github.event.workflow_run.event == 'push' &&
        github.event.workflow_run.head_repository.id == github.event.repository.id)) &&
      (github.event_name != 'workflow_dispatch' || github.ref == 'refs/heads/main')
    runs-on: ubuntu-latest
    timeout-minutes: 10
    concurrency: # on the job: a workflow's group is claimed before `if:`, a chat comment would cancel a waiting tick
      group: >-
        deploy-checklist-<slug>${{ github.event.pull_request.number || github.event.issue.number || inputs.commit ||
        github.event.workflow_run.head_sha || github.sha }}
      cancel-in-progress: false
    permissions:
      contents: read
      pull-requests: write # the comment
      issues: write # the release ticket and follow-ups
      statuses: write # the status that the tag needs
      checks: read
      actions: read
    # no `environment:`: no reviewer, timer or branch policy holds it, no production value is in
    # reach
    steps:
      - uses: <checkout>
        if: contains(fromJSON('["push", "workflow_run", "workflow_dispatch"]'), github.event_name) # trusted commits
        with:
          ref: ${{ inputs.commit || github.event.workflow_run.head_sha || github.sha }}
          fetch-depth: 0
          persist-credentials: false
      - uses: <action>
        with:<inputs>
          phase: before
          commit: ${{ inputs.commit }}
"""

_DEPLOY = """\
# .github/workflows/deploy.yml: tag, values, deploy, after
name: deploy
on:
  push: { tags: ["v*.*.*"] } # the ruleset's glob; a moving v1 does not match
permissions: {}
concurrency: { group: <group>, cancel-in-progress: false }
jobs:
  deploy:
    name: Deploy
    runs-on: ubuntu-latest
    timeout-minutes: 60
    environment: <name> # its policy: tags v*.*.* only, no admin bypass, no self-review
    permissions:
      contents: read
      pull-requests: write # the comment
      issues: write # the release ticket and follow-ups
      statuses: write # the status of the phase after
      checks: read
      actions: read
      id-token: write # proves which environment the values come from
    steps:
      - uses: <checkout>
        with:
          fetch-depth: 0
          persist-credentials: false
      - name: Checklist, with the values
        uses: <action>
        with:<inputs>
          phase: deploy<env>
      - name: Deploy
        run: ./deploy.sh # yours
      - name: Checklist, after # a step: a second job in this environment would ask the reviewers again
        uses: <action>
        with:<inputs>
          phase: after<after-env>
"""


def workflows(checklist: Checklist, rules: Rules, inputs: Mapping[str, str]) -> str:
    """Both workflows, one YAML document each; the first line of each says where it belongs.

    `inputs` are those that every step is given: `environment`, and what the action would not find
    by itself.
    """
    return f"{_filled(_GATE, checklist, rules, inputs)}---\n{_filled(_DEPLOY, checklist, rules, inputs)}"


def _env(
    names: Iterable[str], storage: Storage, beside: Mapping[str, Sequence[str]] | None = None
) -> str:
    """One `env:` line per variable. Never `toJSON(secrets)`: it would hand every secret of the
    repository over.
    """
    lines: list[str] = []
    for name in names:
        lines.append(storage.env_line(name))
        for dated in (beside or {}).get(name, ()):
            lines.append(f"{storage.env_line(dated)} # not needed with a `metadata-token`")
    return (
        "\n        env: # on the step, never the job\n          " + "\n          ".join(lines)
        if lines
        else ""
    )


def _beside(rules: Rules) -> Mapping[str, Sequence[str]]:
    """By a rule's variable those that may stand beside it: the date of a secret that GitHub may not
    tell.
    """
    return {
        subject: names
        for rule in rules.rules
        for clause in rule.clauses
        for use in clause.uses
        if (subject := clause.env or rule.variable)
        and use.params
        and (names := use.params.beside(subject))
    }


def _filled(template: str, checklist: Checklist, rules: Rules, inputs: Mapping[str, str]) -> str:
    environment = inputs.get("environment")
    names = named_variables(checklist, rules)
    storage = storage_of(names, checklist, rules)
    words = {
        "<checkout>": CHECKOUT,
        "<action>": ACTION,
        "<inputs>": "".join(
            f"\n          {name}: {_scalar(value)}" for name, value in inputs.items()
        ),
        "<slug>": f"{re.sub(r'[^A-Za-z0-9_.-]+', '-', environment)}-" if environment else "",
        "<name>": _scalar(environment or "production"),
        "<group>": _scalar(f"deploy-{environment or 'production'}"),
        "<env>": _env(names, storage, _beside(rules)),
        "<after-env>": _env(_named_after(checklist, rules), storage),
    }
    return re.sub("|".join(words), lambda found: words[found[0]], template)


def _named_after(checklist: Checklist, rules: Rules) -> tuple[str, ...]:
    """The variables of what is asked after the deployment: of the items' own words, of their rules,
    of the facts.
    """
    planned = plan(checklist, rules, bind(checklist, rules))
    asked = [
        each
        for each in planned
        if Phase.AFTER in ({step.phase for step in each.steps} or {each.phase})
    ]
    if not asked:
        return ()
    steps = (step for each in asked for step in each.steps if step.phase is Phase.AFTER)
    ruled = {step.rule.key: step.rule for step in steps}
    items = tuple(each.item for each in asked)
    return named_variables(
        replace(checklist, items=items), replace(rules, rules=tuple(ruled.values()))
    )


def _scalar(name: str) -> str:
    """A name as YAML: plain where nothing in it could mean anything else."""
    return (
        name
        if re.fullmatch(r"[A-Za-z][A-Za-z-]*", name) and name.lower() not in _YAML_WORDS
        else json.dumps(name, ensure_ascii=False)
    )


_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
