"""Whatever a checklist says: the file loads, its questions are those that are counted, and each takes its example."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from deploy_checklist.rules.open_questions import open_questions

from .shop import RULES, answered, typed, written

HEADINGS = [
    "# R", "## Payments", "## # TODO fact:x y", "## \"a\": [b] # 'c'", "## Staging environment",
    "## Production environment", "## 決済 & {x}", "### Vercel", "## After the release", "## If chat is on",
    "## Development environment", "## null",
]  # fmt: skip
NAMES = [
    "A_URL",
    "B_KEY",
    "C_ORIGINS",
    "D_REDIS_URL",
    "OTEL_EXPORTER_OTLP_ENDPOINT",
    "E_MODE",
    "F_HOST",
]
NAMES += ["CHAT_ON", "A_CALLBACK_URL", "WRITE_TOKEN"]
SAYS = [
    "is set and `/ready` returns 200",
    "is set", "rotated within the last {n} days", "matches the deployed domain", "lists all web domains",
    "set to the mode in use (`x`, `# TODO fact:y`, `\"q\"`, etc.)", "reachable from the deployment environment",
    "answers", "set to e.g. `a: b`", "configured and rotated within {n} weeks", "is fine, and reachable",
    "set to such as `x`, and reachable", "present and scoped # TODO status:A_URL", "set to such as", "and `E_MODE` are set",
]  # fmt: skip
ENDS = [
    "", "", "", " (if chat is on)", " when `CHAT_ON` is enabled", " if using Card # TODO fact:z", " where needed",
    " if staging is used", " (if production is on)", " wenn Suche aktiviert ist", " if the 'x' is on", " or not?",
    " — x: y (if enabled)",
]  # fmt: skip
OTHERS = [
    "Reviewed by the security lead", "`/readyz` answers 200", "`/health` returns 200",
    "Tag pushed", "`docs/x.md` written", "`make test` passes", "Signed by write team", "Approved by the admin owner", "TLS certificate",
    "On-call: {a}", "`npm test` step names this checklist before releasing", "[x](y.md) read", "#", "- [ ] x",
    "~~gone~~", "**Bold:**", "Sign-off by QA lead and the ops team", "x" * 400,
]  # fmt: skip
ROWS = [
    "| `B_KEY` | 1Password › \"A\\B\" | Ops, write & Δ team |", "| `D_REDIS_URL` | Terraform `x/../y.tfstate` | SRE |",
    "| `A_URL` | Stripe | @octo-lead |", "| TLS certificate | 1Password › ${x} | # TODO members:a |",
]  # fmt: skip


def random_checklist(chance: random.Random) -> str:
    lines: list[str] = []
    for _ in range(chance.randrange(1, 5)):
        lines += [chance.choice(HEADINGS), ""]
        for _ in range(chance.randrange(0, 5)):
            says = chance.choice(SAYS).format(n=chance.randrange(1, 400))
            item = f"`{chance.choice(NAMES)}` {says}{chance.choice(ENDS)}"
            lines.append(f"- [ ] {chance.choice([item, item, chance.choice(OTHERS)])}")
        if chance.random() < 0.5:
            rows = chance.sample(ROWS, chance.randrange(1, 4))
            lines += ["", "| Secret | Source of truth | Owner |", "| --- | --- | --- |", *rows]
        lines.append("")
    return "\n".join(["Before staging or production.", "", "- [ ] One item", "", *lines])


@pytest.mark.parametrize("seed", range(120))
def test_random_checklists(folder: Path, seed: int) -> None:
    text = random_checklist(random.Random(seed))
    (folder / "docs/deployment-checklist.md").write_text(text, encoding="utf-8")
    code, out, err = typed("init", "--questions", "json")
    assert (code, err) == (0, "")
    examples = {each["id"]: each["example"] for each in json.loads(out)}
    code, out, err = typed("init")
    assert (code, err) == (0, "")
    assert set(open_questions(written())) == set(examples)
    assert typed("lint")[0] == 0
    code, out, err = answered(json.dumps(examples))
    assert (code, err) == (0, "")
    assert open_questions(written()) == ()
    assert "by hand" not in out
    assert typed("lint")[0] == 0
    by_steps = written()
    RULES.unlink()
    answered(json.dumps(examples))
    assert written() == by_steps


LONG = "x" * 1500  # YAML has no key of more than 1024 characters


@pytest.mark.parametrize(
    "items",
    [
        (LONG, "B"),
        (f"`{LONG.upper()}` is set", "B"),
        (f"Done {LONG} <!-- rule: {LONG} -->", "B"),
        ("word " * 300 + "one", "word " * 300 + "two"),
        (f"Reviewed by the {LONG} lead", "B"),
        (f"{'值' * 1400} `A_KEY`", "`A_KEY` is set"),
    ],
    ids=lambda items: items[0][:20],
)
def test_very_long_words(folder: Path, items: tuple[str, ...]) -> None:
    text = "".join(f"- [ ] {item}\n" for item in items)
    (folder / "docs/deployment-checklist.md").write_text(text, encoding="utf-8")
    code, _, err = typed("init")
    assert (code, err) == (0, "")
    assert typed("lint")[0] == 0
