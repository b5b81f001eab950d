"""What the recipes for tickets, chat and other systems send and run, step by step."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import yaml

from expressions import filled, holds
from scenes import written
from servers import binary
from servers.web import Answer, Asked, web
from world.gits import write

# The body that slackapi/slack-github-action 4.0.0 (dcb1066f) sent to a local server for the recipe's payload, recorded.
SENT = (
    '{"text":"production is waiting","blocks":[{"type":"section","text":{"type":"plain_text","text":'
    '"production is waiting. Your turn: Back \\"end\\" <!channel> \\\\ ${{ x }} Ünï 2, a 1"}},{"type":"section","text":'
    '{"type":"mrkdwn","text":"<https://github.com/acme/shop/pull/7#issuecomment-1|The checklist>"}}]}'
)
SLACK_INPUTS = {"webhook", "webhook-type", "payload"}  # of its action.yml, of twelve
HOSTILE = 'Back "end" <!channel> \\ ${{ x }} Ünï 2, a 1'
TOLD = {
    "steps.gate.outputs.verdict": "waiting",
    "steps.gate.outputs.turn": HOSTILE,
    "steps.gate.outputs.turn-changed": "true",
    "steps.gate.outputs.comment-url": "https://github.com/acme/shop/pull/7#issuecomment-1",
    "github.server_url": "https://github.com",
    "github.repository": "acme/shop",
    "github.run_id": "1842",
}


def steps(recipe: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = yaml.safe_load(written(recipe))
    return found


def test_slacks_action_is_given_what_it_sent_when_it_was_recorded() -> None:
    """Whatever the names of the owners are."""
    message = steps("slack")[-1]
    assert message["uses"] == "slackapi/slack-github-action@v4"
    assert set(message["with"]) == SLACK_INPUTS
    assert json.loads(filled(message["with"]["payload"], TOLD)) == json.loads(SENT)


@pytest.mark.parametrize(
    ("told", "sentence", "link"),
    [
        (
            {"steps.gate.outputs.verdict": "ready", "steps.gate.outputs.turn": ""},
            "production is ready. Your turn: nobody",
            TOLD["steps.gate.outputs.comment-url"],
        ),
        (
            {"steps.gate.outputs.comment-url": ""},
            f"production is waiting. Your turn: {HOSTILE}",
            "https://github.com/acme/shop/actions/runs/1842",
        ),
    ],
)
def test_the_message_is_whole_without_a_turn_or_a_comment(
    told: Mapping[str, str], sentence: str, link: str
) -> None:
    payload = json.loads(filled(steps("slack")[-1]["with"]["payload"], {**TOLD, **told}))
    texts = [block["text"]["text"] for block in payload["blocks"]]
    assert texts == [sentence, f"<{link}|The checklist>"]


def test_it_is_posted_only_when_the_turn_has_changed() -> None:
    condition = steps("slack")[-1]["if"]
    assert holds(condition, TOLD)
    assert not holds(condition, {**TOLD, "steps.gate.outputs.turn-changed": "false"})
    assert not holds(condition, {}), "the gate's step did not run"


ROW = '| 2026-11-29 | production | v1.4.0 | octo-lead "x" $(id) | `y` |'


def commented(change: str, status: int = 201) -> tuple[int, list[Asked]]:
    """The exit code of the script, and what Jira was asked."""
    for name in ("jq", "curl"):
        binary(name, f"apt-get install {name}")
    step = steps("jira-log")[-1]
    asked: list[Asked] = []

    def respond(request: Asked) -> Answer:
        asked.append(request)
        return Answer(status=status)

    with web(respond) as there:
        facts = {"inputs.change": change, "steps.gate.outputs.log-row": ROW}
        facts |= {"vars.JIRA_EMAIL": "gate@acme.example", "secrets.JIRA_API_TOKEN": "t0k=en"}
        env = {name: filled(text, facts) for name, text in step["env"].items()}
        line = ["bash", "-e", "-c", step["run"]]
        environment = {**env, "JIRA_URL": there.url, "PATH": os.environ["PATH"]}
        done = subprocess.run(line, env=environment, check=False, capture_output=True)
    return done.returncode, asked


def test_the_row_is_a_comment_of_the_change() -> None:
    code, [request] = commented("CHG-42")
    assert code == 0
    assert (request.method, request.path) == ("POST", "/rest/api/3/issue/CHG-42/comment")
    assert request.headers["content-type"] == "application/json"
    assert request.headers["authorization"] == "Basic Z2F0ZUBhY21lLmV4YW1wbGU6dDBrPWVu"
    document = json.loads(request.body)["body"]
    assert (document["type"], document["version"]) == ("doc", 1)
    assert document["content"] == [
        {"type": "codeBlock", "content": [{"type": "text", "text": ROW}]}
    ]


@pytest.mark.parametrize("change", ["", "CHG-42/../../2/user", "CHG-42?x=1", "chg-42", "42"])
def test_what_is_no_key_of_a_change_is_not_asked_for(change: str) -> None:
    code, asked = commented(change)
    assert code != 0
    assert asked == []


def test_a_row_that_jira_refuses_fails_the_step() -> None:
    assert commented("CHG-42", status=404)[0] != 0


LIST = "# Deployment checklist\n\n- [ ] `PAYMENT_PROVIDER` set\n- [ ] Announced\n"
RULES = """\
version: 1
environments: { production: {} }
items:
  PAYMENT_PROVIDER: { one_of: [stripe, paynow] }
  Announced: { sign: true, phase: reference }
"""


@pytest.mark.parametrize(("value", "code"), [("stripe", 0), ("paypal", 1), (None, 1)])
def test_gitlabs_job_writes_its_cases_and_ends_with_the_gates_code(
    value: str | None, code: int, tmp_path: Path
) -> None:
    job = yaml.safe_load(written("gitlab"))["deployment-checklist"]
    dockerfile = (Path(__file__).parents[1] / "Dockerfile").read_text()
    words = job["script"][0].split(" ")
    assert json.dumps(words[:6])[:-1] in dockerfile, "as the image starts it"
    write(tmp_path, {"docs/deployment-checklist.md": LIST, "deploy-checklist.yml": RULES})
    environment = {"PATH": os.defpath, "PYTHONPATH": str(Path(__file__).parents[1] / "src")}
    if value is not None:
        environment["PAYMENT_PROVIDER"] = value
    line = [sys.executable, "-X", "utf8", *words[4:]]
    ran = subprocess.run(line, cwd=tmp_path, env=environment, check=False, capture_output=True)
    assert ran.returncode == code, ran.stderr
    report = ElementTree.parse(tmp_path / job["artifacts"]["reports"]["junit"]).getroot()
    assert job["artifacts"]["when"] == "always"
    assert (report.get("tests"), report.get("failures")) == ("2", str(code))
