"""Each check behind a `#` only needs its `#` removed: alone, and all of them together."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from deploy_checklist.data_formats import load_document
from deploy_checklist.rules.schema import json_schema

from .shop import (
    ANSWERS,
    COMMENTED,
    RULES,
    all_uncommented,
    answered,
    lines_of,
    typed,
    uncommented,
    written,
)

pytestmark = pytest.mark.usefixtures("folder")


def checks() -> list[re.Match[str]]:
    return list(COMMENTED.finditer(written()))


def refusals() -> list[str]:
    """What the schema and `lint` have to say of the rules file, besides the open questions."""
    data = load_document(RULES.read_bytes(), "rules.yml")
    validator = Draft202012Validator(json_schema())
    found = [error.message for error in validator.iter_errors(json.loads(json.dumps(data)))]
    code, out, err = typed("lint")
    assert code == 0, err
    return found + [line for line in out.splitlines() if re.match(r"\S+:\d+: ", line)]


def asked() -> set[str]:
    code, out, _ = typed("explain", "-e", "production", "--format", "json")
    assert code == 0
    return {check["kind"] for each in json.loads(out) for check in each["checks"]}


OPEN = {"onepassword", "stripe_webhook", "tls", "on_call", "one_of", "origins", "http"}
ANSWERED = {"onepassword", "stripe_webhook", "tls", "on_call", "terraform", "redis", "otlp"}


@pytest.mark.parametrize(
    ("answers", "kinds"), [("", OPEN), (ANSWERS, ANSWERED)], ids=["open", "answered"]
)
def test_each_line_alone_and_all_together_pass_the_schema_and_lint(
    answers: str, kinds: set[str]
) -> None:
    answered(answers)
    text, found, before = written(), checks(), asked()
    assert refusals() == []
    assert kinds.isdisjoint(before)
    for chosen in ([check] for check in found):
        RULES.write_text(uncommented(chosen, text), encoding="utf-8")
        assert refusals() == []
        assert len(asked() - before) == 1
    RULES.write_text(uncommented(found, text), encoding="utf-8")
    assert refusals() == []
    assert asked() - before == kinds


def test_in_a_document_of_many_words_too(tmp_path: Path) -> None:
    """Rules in a list, keys in words, and variables of several items."""
    items = [
        "`MAIN_REDIS_URL` and `SIDE_REDIS_URL` are set, and the caches are warm",
        "`MAIN_REDIS_URL` reaches `SIDE_REDIS_URL`",
        "`SHOP_URL` answers from where we run (staging or production)",
        "`SHOP_MODE` set to the mode in use, e.g. `on: off`, `#1`, `yes`, `- x`",
        "SSL certificates of `SHOP_HOST` and on-call plan are read",
        "Certificates: {a: b} # on-call",
    ]
    text = "# R\n\n" + "".join(f"- [ ] {item}\n" for item in items)
    (tmp_path / "docs/deployment-checklist.md").write_text(text, encoding="utf-8")
    typed("init")
    before, found = written(), checks()
    assert len(found) >= 3
    for chosen in (*([check] for check in found), found):
        RULES.write_text(uncommented(chosen, before), encoding="utf-8")
        assert refusals() == []


def test_a_service_is_in_live_mode_in_production_alone() -> None:
    answered("")
    assert "stripe_webhook: { key_env: STRIPE_READ_KEY, live: true }" in lines_of(
        "CARD_CALLBACK_URL"
    )
    assert "when: production" not in written()
    RULES.unlink()
    answered(ANSWERS)
    assert "    # - { when: production, stripe_webhook: { key_env: " in written()


@pytest.mark.parametrize(
    ("item", "then"),
    [
        ("SSL certificate installed and working", "delete `sign`"),
        ("TLS certificates valid (if configured)", "delete `sign`"),
        ("Verify the SSL certificate is valid.", "delete `sign`"),
        ("TLS certificates of the shop look fresh", None),
        ("SSL certificate obtained and configured", None),
        ("SSL certificate is valid and auto-renewing", None),
        ("SSL certificate expiry monitoring", None),
        ("TLS certificates renewed for all customer domains", "delete `sign`"),
        ("Certificates renewed for Apple Push", None),
        ("Certificate is valid for code signing", None),
        ("TLS certificates valid for partner clients", None),
        ("TLS certificate valid for 90 days", None),
        ("SSL certificates installed on all phones", None),
        ("SSL certificate tested on old phones", None),
        ("SSL certificates active on staging", None),
        ("Certificates are valid; see [the page](https://acme.dev/tls)", None),
        ("Certificates are valid\n  and somebody has looked", None),
        ("On-call rotation set for first 72 hours", "delete `sign`"),
        ("Someone is on-call for the night", "delete `sign`"),
        ("On-call engineer notified", None),
        ("On-call rotation set for backend and frontend", None),
        ("On-call engineer confirmed for each region", None),
        ("Someone is on-call during the night of the move", None),
        ("Load balancer health check configured", "delete `sign`"),
        ("Health checks of the load balancer updated after the move", None),
        ("Alerts read; on-call schedule confirmed", 'keep only `sign: "Alerts read"`'),
        (
            "Bill of ${fees} read; someone is on-call; reviewed by the security lead",
            'keep only `sign: { that: "Bill of $${fees} read; reviewed by the security lead", '
            "by: [security-lead] }`",
        ),
        (f"{'Read ' * 60}; on-call schedule confirmed", None),
    ],
)
def test_a_line_says_what_it_leaves_to_a_person(
    tmp_path: Path, item: str, then: str | None
) -> None:
    (tmp_path / "docs/deployment-checklist.md").write_text(f"# R\n\n- [ ] {item}\n")
    typed("init")
    (check,) = checks()
    assert check[0].partition("; then ")[2] == (then or "")
    RULES.write_text(all_uncommented(written()), encoding="utf-8")
    assert refusals() == []
    [explained] = json.loads(typed("explain", "-e", "production", "--format", "json")[1])
    assert explained["automation"] == ("full" if then == "delete `sign`" else "partial")
