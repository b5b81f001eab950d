"""Whoever does what `next` says, to the letter, has signed: every step that says `sign` really signs its item."""

from __future__ import annotations

import json
from typing import Any

from servers.github.state import Pull

from .telling import Story, documents

SECTIONS = "".join(
    f"\n### Part {name}\n- [ ] Step {name} is done\n- [ ] `{name}_VALUE` was looked at\n"
    for name in "ABCDEFGH"
)
CHECKLIST = f"""\
# Deployment checklist

## Payments
- [ ] `PAYMENTS` was compared with the ledger
- [ ] Refunds
- [ ] `REFUNDS` were tried

## Sign-off
- [ ] Two people looked
- [ ] The contract was read
- [ ] Seen by the lead
- [ ] Approved by the lead
- [ ] Ticked by hand
- [ ] 태그 생성

## Parts
{SECTIONS}"""
RULES = """\
version: 1
checklist: docs/deployment-checklist.md
environments: { production: {} }
roles:
  lead: ["@octo-lead"]
  ops: ["@octo-ops", "@octo-dev"]
items:
  PAYMENTS: { sign: { by: lead } }
  REFUNDS: { sign: { by: ops, not_author: true, that: "two of them arrived" } }
  Two people looked: { sign: { by: [lead, ops], count: 2, not_author: true } }
  The contract was read: { sign: { by: lead, per: once } }
  Seen by the lead: { sign: { by: lead, from: command } }
  Approved by the lead: { sign: { by: lead, from: review } }
  Ticked by hand: { sign: { by: lead, from: tick } }
"""
WAYS = {"approve the pull request", "tick the box in the comment"}


class Signing:
    """Does for people what `next` tells them, and nothing else."""

    def __init__(self, story: Story, pull: Pull) -> None:
        self.story = story
        self.pull = pull

    def steps(self) -> list[dict[str, Any]]:
        self.story.on_pull(self.pull, inputs={"report-file": "report.json"})
        newest = max(self.story.folder.iterdir(), key=lambda path: int(path.name))
        report = json.loads((newest / "workspace" / "report.json").read_text())
        found: list[dict[str, Any]] = report["next"]
        assert bool(found) is (report["verdict"] != "ready")
        return found

    def do(self, step: dict[str, Any]) -> None:
        if step["do"] == "hand_over":
            name = step["command"].partition(":")[0]
            assert step["command"] == f"{name}: ${{{{ secrets.{name} }}}}"
            self.story.values[name] = "9f-live-0123456789"
            return
        people = step["people"] or ["octo-other"]
        for who in people:
            if step["command"]:
                self.story.repo.comment(self.pull.number, who, step["command"])
            elif step["how"] == "approve the pull request":
                self.story.repo.review(self.pull, who)
            else:
                assert step["how"] == "tick the box in the comment"
                comment = self.story.comment(self.pull.number)
                self.story.hub.tick(who, comment, f"**{step['why']}**")


def test_every_step_that_says_sign_signs_its_item(story: Story) -> None:
    story.repo.commit("main", documents(CHECKLIST, RULES))
    for login in ("octo-other", "octo-ops"):
        story.hub.user(login)
        story.repo.roles[login] = "write"
    signing = Signing(story, story.repo.open_pull())
    steps = signing.steps()
    assert {step["do"] for step in steps} == {"hand_over", "sign"}
    assert {step["how"] for step in steps} >= WAYS
    for step in steps:
        signing.do(step)
    (once,) = signing.steps()
    assert (once["item"], once["where"]) == ("the", ".github/deploy-checklist.yml")
    kept = f"{RULES}signed:\n  {once['command']}\n"
    story.repo.commit("main", documents(CHECKLIST, kept))
    assert signing.steps() == []
