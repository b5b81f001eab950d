"""What a document says becomes rules; what it leaves open is asked, and claimed nowhere."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy_checklist.checklist.parse import parse
from deploy_checklist.inference.drafting.clause_forms import FORMS, form_of
from deploy_checklist.inference.init_writer import proposed

from .shop import ANSWERS, PATH, answered, lines_of, typed, written

DOCS = (Path(__file__).parent.parent.parent / "docs" / "init.md").read_text(encoding="utf-8")

pytestmark = pytest.mark.usefixtures("folder")


def rules_of(*items: str, title: str = "# R", known: object = None) -> str:
    """What is written for a checklist of these items, without its head."""
    text = "\n".join([title, "", *(f"- [ ] {item}" for item in items)]) + "\n"
    return proposed(parse(text, "c.md"), path=None, pin=False).text.partition("sign\n")[2]


def test_what_the_document_says_is_a_rule_at_once() -> None:
    typed("init")
    assert lines_of("CARD_WEBHOOK_SECRET") == (
        "  CARD_WEBHOOK_SECRET:\n    secret: true\n    rotated_within: 60d"
    )
    assert lines_of("CI npm run") == (
        '  CI npm run:\n    workflow:\n      runs: "npm run e2e"\n'
        "      mentions: deployment-checklist\n      before: tag"
    )
    assert lines_of("CARD_SHORT_CODE") == (
        '  CARD_SHORT_CODE:\n    sign:\n      that: "dialled by hand"\n      by: [partner-desk]'
    )
    assert lines_of("TLS certificates look").startswith(
        "  TLS certificates look:\n    sign:\n      by: [sre, devops]\n"
    )
    assert lines_of("Read and approved") == (
        "  Read and approved:\n    sign:\n      by: [payments-lead]"
    )


def test_each_role_of_the_document_is_there_and_may_be_anybody_until_people_are_named() -> None:
    typed("init")
    roles = written().partition("\nroles:\n")[2].partition("\n\n")[0].split("\n")
    names = [line.split("  #")[0].strip() for line in roles]
    assert names == [
        "payments-lead: [write]",
        "finance: [write]",
        "partner-desk: [write]",
        "sre: [write]",
        "devops: [write]",
    ]
    assert ["# TODO" in line for line in roles] == [True, False, False, False, False]


def test_until_it_is_known_what_tells_a_condition_a_person_signs_and_nothing_fails() -> None:
    typed("init")
    for key in ("OTEL_SERVICE_NAME", "QUEUE_REDIS_URL"):
        head, *rule = lines_of(key).split("\n")
        assert head.startswith(f"  {key}:  # TODO")
        assert rule == ["    - present: true", "      severity: warning", "    - sign"]
    second = lines_of("OTEL_EXPORTER_OTLP_ENDPOINT")
    assert ":  # TODO fact:tracing " in second
    assert second.endswith("\n    present: true\n    severity: warning")
    assert "when:" not in written().partition("\nitems:")[2]
    report = json.loads(typed("check", "--offline", "--format", "json")[1])
    outcomes = {each["id"]: each["outcome"] for each in report["items"]}
    assert outcomes["OTEL_SERVICE_NAME"] == outcomes["QUEUE_REDIS_URL"] == "pending"


def test_a_condition_is_put_on_every_variable_of_its_item() -> None:
    answered(ANSWERS)
    assert lines_of("OTEL_SERVICE_NAME") == "  OTEL_SERVICE_NAME:\n    when: tracing"
    assert lines_of("OTEL_EXPORTER_OTLP_ENDPOINT").startswith(
        "  OTEL_EXPORTER_OTLP_ENDPOINT:\n    when: tracing\n    # otlp: true"
    )
    assert lines_of("QUEUE_REDIS_URL").startswith("  QUEUE_REDIS_URL:\n    when: clustering\n    #")
    code, out, _ = typed("explain", "-e", "production", "--format", "json")
    whole = [each["id"] for each in json.loads(out) if each["automation"] == "full"]
    assert code == 0
    assert whole == [
        "CARD_GATEWAY",
        "CARD_KEY",
        "CARD_WEBHOOK_SECRET",
        "CARD_CALLBACK_URL",
        "CORS_ORIGINS",
        "QUEUE_REDIS_URL",
        "OTEL_SERVICE_NAME",
        "METRICS_URL",
        "ci",
    ]


@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.kind)
def test_each_form_has_an_example(form: object) -> None:
    example = getattr(form, "example")  # noqa: B009 - the parameter's type is object
    variable = example.split("`")[1]
    found = form_of(example.removeprefix(f"`{variable}` "), variable)
    assert found is not None
    assert found[0] is form
    assert f"| {example} | `" in DOCS


@pytest.mark.parametrize(
    "item",
    [
        "`API_TOKEN` rotated within the last 30 days by hand",
        "`API_TOKEN` rotated within the last few days",
        "`SHOP_URL` matches the domain in the partner's console",
        "`SHOP_NAME` matches the deployed domain",
        "`CORS_ORIGINS` lists no domain of the old shop",
        "`DATABASE_URL` reachable from the office",
        "`SHOP_URL` reachable from the deployment environment, and shows the new prices",
    ],
)
def test_what_says_more_than_a_form_stays_with_a_person(item: str) -> None:
    assert "sign" in rules_of(item).partition("items:")[2]
    assert "TODO" not in rules_of(item)
    assert "rotated_within" not in rules_of(item)


@pytest.mark.parametrize(
    ("item", "title"),
    [
        ("`SHOP_URL` answers or the status page says why", "# R"),
        ("`SHOP_KEY` rotated within the last 30 days", "# R\n\n## On Vercel"),
        ("`SHOP_KEY` rotated within the last 30 days", "# R\n\n## If the shop moves"),
        ("`SHOP_KEY` rotated within the last 30 days", "# R\n\n## After the release"),
    ],
)
def test_a_form_claims_nothing_of_another_place_time_or_case(item: str, title: str) -> None:
    assert "rotated_within" not in rules_of(item, title=title)
    assert "http" not in rules_of(item, title=title)


@pytest.mark.parametrize(
    ("condition", "fact", "words"),
    [
        ("(if clustering is enabled)", "clustering", "clustering is enabled"),
        ("when card payments are on", "card-payments", "card payments is on"),
        ("if using Bolt", "bolt", "you use Bolt"),
        ("— card payments (if enabled)", "card-payments", "card payments is enabled"),
        ("wenn Sprachsuche aktiviert ist", "sprachsuche", "Sprachsuche is aktiviert"),
        ("si la recherche est activée", "recherche", "recherche is activée"),
        ("si el chat está habilitado", "chat", "chat is habilitado"),
        ("se o chat estiver habilitado", "chat", "chat is habilitado"),
    ],
)
def test_a_condition_that_one_variable_can_decide_is_a_fact(
    condition: str, fact: str, words: str
) -> None:
    text = rules_of(f"`SHOP_MODE` set {condition}")
    assert f"# TODO fact:{fact} Which variable tells whether {words}?" in text


@pytest.mark.parametrize(
    "condition",
    ["if needed", "if it is used", "where applicable", "if the shop or the app is on", "if asked"],
)
def test_a_condition_that_no_variable_can_decide_asks_nothing(condition: str) -> None:
    assert "TODO" not in rules_of(f"`SHOP_MODE` set {condition}")


def test_a_variable_of_the_checklist_that_may_tell_is_proposed() -> None:
    text = "# R\n\n- [ ] `SHOP_CHAT_ENABLED` is set\n- [ ] `SHOP_KEY` set if chat is enabled\n"
    Path("c.md").write_text(text, encoding="utf-8")
    _, out, _ = typed("init", "c.md", "--questions", "json")
    (question,) = json.loads(out)
    assert question["default"] == "SHOP_CHAT_ENABLED"
    assert question["choices"] == ["SHOP_CHAT_ENABLED"]


@pytest.mark.parametrize(
    ("title", "environments"),
    [
        ("# R", ["production"]),
        ("# R\n\nTried on Staging first.\n", ["staging", "production"]),
        ("# R\n\n## QA environment\n\n- [ ] x\n\n## Rest", ["test", "production"]),
    ],
)
def test_the_domain_of_each_environment_is_asked(title: str, environments: list[str]) -> None:
    text = rules_of("`CORS_ORIGINS` lists all web domains", title=title)
    asked = [line.split()[2] for line in text.splitlines() if line.startswith("  # TODO domain:")]
    assert asked == [f"domain:{name}" for name in environments]


def test_no_secret_of_the_tables_is_copied() -> None:
    secret = "ghp_q7Zk29xLmPw4Rt8BvNs3q7Zk29xLmPw4Rt8B"
    table = f"| Secret | Source of truth | Owner |\n| --- | --- | --- |\n| `A_KEY` | 1Password › {secret} | {secret} |"
    Path("c.md").write_text(f"# R\n\n- [ ] `A_KEY` is set\n\n{table}\n", encoding="utf-8")
    typed("init", "c.md")
    assert secret not in written()
    assert secret.lower() not in written()


def test_a_variable_alone_that_must_not_be_set_is_signed_and_not_checked() -> None:
    text = "# Shop\n\n## Must not be set\n\n- [ ] `DEBUG_ROUTES`\n- [ ] `MOCK_MODE=1`\n"
    PATH.write_text(text, encoding="utf-8")
    assert typed("init")[0] == 0
    items = written().partition("\nitems:\n")[2]
    assert "\n  debug_routes: sign\n  # maybe: DEBUG_ROUTES: { present: true }\n" in items
    assert '\n  "MOCK_MODE=1": sign\n  # maybe: MOCK_MODE: { equals: "1" }\n' in items
    assert typed("lint", "--strict")[0] == 0
