"""At the container's edge: no piece of any secret in anything that comes out, whatever the secret looks like."""

from __future__ import annotations

import base64
import json
import random
import string
from collections.abc import Callable
from pathlib import Path

import pytest

from container.hosted import ON_HOST, addresses, pushed
from container.step import Ran
from deploy_checklist.redaction.needles import encodings
from servers.github import FakeHub
from servers.github.repository import Repository
from servers.github.rest_talk import pull_view

pytestmark = pytest.mark.timeout(600)  # the image may have to be built

Run = Callable[..., Ran]
DICE = random.Random(20261122)


def noise(length: int) -> str:
    return "".join(DICE.choices(string.ascii_letters + string.digits, k=length))


SECRETS = {
    "NEWLINE_SECRET": f"{noise(24)}\n{noise(24)}\n\n{noise(24)}",
    "CARRIAGE_SECRET": f"{noise(24)}\r\n{noise(24)}",
    "PERCENT_SECRET": f"100%{noise(24)}%0A%25{noise(8)}%",
    "COMMAND_SECRET": f"{noise(16)}::add-mask::{noise(16)}",
    "LEADING_SECRET": f"::error::{noise(24)}##[error]{noise(8)}",
    "QUOTED_SECRET": f"{noise(12)}'\"`$(id)`\"'{noise(12)}",
    "LONG_SECRET": noise(40_960),
    "JSON_SECRET": json.dumps(
        {"type": "service_account", "key": noise(32), "nested": {"a": [noise(16)]}}
    ),
    "INDENTED_SECRET": json.dumps(
        {"key": noise(32), "mail": f"{noise(12)}@acme.example"}, indent=2
    ),
    "UNICODE_SECRET": f"pässwörd-密碼-🔑-{noise(12)}",
    "MARKDOWN_SECRET": f"**{noise(12)}**|<b>{noise(12)}</b>[x](y)@octo",
    "BASE64_SECRET": base64.b64encode(noise(48).encode()).decode(),
}
TOKENS = {
    "github-token": f"ghs_{noise(36)}",
    "metadata-token": f"github_pat_{noise(40)}",
    "status-token": f"ghs_{noise(36)}",
}
RUNNERS = {
    "ACTIONS_RUNTIME_TOKEN": f"eyJ{noise(60)}",
    "ACTIONS_ID_TOKEN_REQUEST_TOKEN": f"eyJ{noise(60)}",
}
URL = f"https://{noise(12)}:{noise(20)}@hooks.acme.example/in?key={noise(20)}"

CHECKLIST = "# Deployment checklist\n" + "".join(
    f"- [ ] `{name}` is set.\n" for name in (*SECRETS, "WEBHOOK_URL")
)
KINDS = {
    "right": "secret",
    "wrong": '[secret, { matches: "nothing like it" }]',
    "another": "[secret, { one_of: [stripe, paynow] }]",
    "shape": "[secret, { url: { scheme: https, host: .acme.example } }]",
    "same": "[secret, { equals_env: WEBHOOK_URL }]",
    "absent": "absent",
}


def rules(kind: str) -> str:
    lines = "".join(f"  {name}: {kind}\n" for name in SECRETS)
    return f"version: 1\nitems:\n{lines}  WEBHOOK_URL: {{ url: {{ scheme: https, host: pay.acme.example }} }}\n"


def pieces(secret: str) -> set[str]:
    """What an attacker could use: the whole, each of its lines, encoded or not, and stretches of twelve characters."""
    stretches = (
        {secret[at : at + 12] for at in range(0, max(len(secret) - 12, 1), 5)}
        if len(secret) < 1000
        else set()
    )
    return {piece for piece in (*encodings(secret), *stretches) if len(piece) >= 8}


def everything(done: Ran, masked: dict[str, str]) -> str:
    """All that came out, less exactly one mask for each of these secrets."""
    lines = done.stdout.split("\n")
    for name, secret in masked.items():
        escaped = secret.strip().replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        assert lines.count(f"::add-mask::{escaped}") == 1, f"{name} is to be masked once"
        lines.remove(f"::add-mask::{escaped}")
    report = done.workspace / "report.json"
    written = report.read_text() if report.is_file() else ""
    return "\n".join((*lines, done.stderr, done.summary, done.output_file, written))


def published(repo: Repository) -> str:
    """All that was written to GitHub, where nothing is masked."""
    texts = [text for issue in repo.issues.values() for text in (issue, *issue.comments)]
    statuses = [status for each in repo.statuses.values() for status in each]
    assert statuses, "the run set a status"
    assert len(texts) == 2, "the pull request and its comment"
    return "\n".join(
        (
            *(text.body for text in texts),
            *(f"{each.description} {each.target_url}" for each in statuses),
        )
    )


@pytest.mark.parametrize("kind", KINDS)
def test_of_no_secret_anything_is_left_but_its_mask(
    ran: Run, workspace: Callable[..., Path], hub: FakeHub, kind: str
) -> None:
    """On a release PR: in the log, the summary, the outputs, the report, the comment and the status."""
    files = {
        "docs/deployment-checklist.md": CHECKLIST,
        ".github/deploy-checklist.yml": rules(KINDS[kind]),
    }
    for token in TOKENS.values():
        hub.token(token)
    folder, repo = workspace(files), hub.repository(files={**files})
    pushed(hub, folder, "release/1.4")
    done = ran(
        folder,
        inputs={**TOKENS, "report-file": "report.json"},
        env={**SECRETS, "WEBHOOK_URL": URL},
        event_name="pull_request",
        event={"pull_request": pull_view(repo, repo.open_pull(head="release/1.4"))},
        context={**RUNNERS, **addresses(hub)},
        docker=ON_HOST,
    )
    assert done.code in (0, 1), done.log
    assert done.outputs["unknown"] == "0"
    left = everything(done, {**SECRETS, **TOKENS, **RUNNERS}) + published(repo)
    for name, secret in {
        **SECRETS,
        **TOKENS,
        **RUNNERS,
        "WEBHOOK_URL": URL.partition("//")[2],
    }.items():
        assert [piece for piece in pieces(secret) if piece in left] == [], name


def test_the_masks_come_before_anything_else(ran: Run) -> None:
    files = {
        "docs/deployment-checklist.md": CHECKLIST,
        ".github/deploy-checklist.yml": rules("secret"),
    }
    done = ran(files, inputs=TOKENS, env=SECRETS)
    assert [line.startswith("::add-mask::") for line in done.stdout.splitlines()] == sorted(
        (line.startswith("::add-mask::") for line in done.stdout.splitlines()), reverse=True
    )


def test_a_secret_that_only_the_rules_call_one_is_masked_too(ran: Run) -> None:
    value = noise(24)
    files = {
        "docs/deployment-checklist.md": "- [ ] `WEBHOOK_ADDRESS` is set.\n",
        ".github/deploy-checklist.yml": "version: 1\nitems:\n  WEBHOOK_ADDRESS: secret\n",
    }
    done = ran(files, env={"WEBHOOK_ADDRESS": value})
    assert done.code == 0, done.log
    assert value not in everything(done, {"WEBHOOK_ADDRESS": value})


@pytest.mark.parametrize(
    "pasted", ["{}: {{ nope: 1 }}", "A_KEY: {{ {}: 1 }}", "A_KEY: {}", "A_KEY: {{ when: {} }}"]
)
def test_a_secret_pasted_into_the_rules_does_not_come_out_with_the_fault_that_quotes_it(
    ran: Run, pasted: str
) -> None:
    value = noise(24)
    files = {
        "docs/deployment-checklist.md": "- [ ] `A_KEY` is set.\n",
        ".github/deploy-checklist.yml": f"version: 1\nitems:\n  {pasted.format(value)}\n",
    }
    done = ran(files, env={"A_KEY": value})
    assert done.code == 2
    assert value not in everything(done, {"A_KEY": value})


def test_outside_of_the_runner_nothing_would_take_a_mask_away_so_none_is_printed(
    ran: Run, tmp_path: Path
) -> None:
    files = {"docs/deployment-checklist.md": "- [ ] `A_KEY` is set.\n"}
    done = ran(files, env={"A_KEY": noise(24)}, context={"GITHUB_ACTIONS": "false"})
    assert not done.commands("add-mask")
