"""Where a variable is stored: among the secrets, unless its name or its rule shows that it is public."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from deploy_checklist.checklist.model import Checklist, Phase
from deploy_checklist.commands.workflow_values import step_values
from deploy_checklist.deadline import Deadline
from deploy_checklist.engine.gate import Options, gate
from deploy_checklist.engine.variables import named_variables, secrets_among, storage_of
from deploy_checklist.report.model import Report, TargetRef
from deploy_checklist.rules.model import Rules
from deploy_checklist.signoffs.unavailable import NoSignOffs
from deploy_checklist.storage import Storage
from deploy_checklist.world.ports import World
from fakes import world
from rules.written import checklist, rules

SECRET_BY_NAME = [
    *("DATABASE_URL", "MONGODB_URI", "AMQP_URL", "SLACK_WEBHOOK_URL", "REDIS_URL", "SENTRY_DSN"),
    *("ENCRYPTION_KEY_BASE", "KAFKA_SASL_JAAS_CONFIG", "PAYMENT_API_KEY", "SESSION_TOKEN"),
    *("SMTP_PASS", "GOOGLE_APPLICATION_CREDENTIALS", "AWS_ACCESS_KEY_ID", "HEALTH_URL", "SALT"),
    *("API_KEYS", "TLS_CERT", "NEXT_PUBLIC_MAPS_KEY", "HOST_PASSWORD", "PORTAL", "REPORT", "X"),
]
PUBLIC_BY_NAME = [
    *("PAYMENT_PROVIDER", "COOKIE_DOMAIN", "DB_HOST", "SMTP_PORT", "NODE_ENV", "APP_ENV", "PORT"),
    *("TRACING_ENABLED", "AWS_REGION", "PAYMENT_MODE", "LOG_LEVEL", "OTEL_SERVICE_NAME", "TZ"),
    *(
        "CORS_ORIGINS",
        "SOCKET_ORIGIN_ALLOWLIST",
        "SESSION_TTL",
        "API_KEY_ROTATED_AT",
        "NEXT_PUBLIC_API_URL",
        "VITE_TITLE",
    ),
]


@pytest.mark.parametrize("name", SECRET_BY_NAME)
def test_a_name_that_shows_no_setting_is_stored_as_a_secret(name: str) -> None:
    assert Storage().env_line(name) == f"{name}: ${{{{ secrets.{name} }}}}"


@pytest.mark.parametrize("name", PUBLIC_BY_NAME)
def test_a_name_that_shows_a_setting_is_stored_in_the_open(name: str) -> None:
    assert Storage().env_line(name) == f"{name}: ${{{{ vars.{name} }}}}"


PUBLIC_BY_RULE = [
    "{THE_VALUE: {one_of: [a, b]}}",
    "{THE_VALUE: {equals: a}}",
    "{THE_VALUE: [{when: staging, equals: a}, {when: production, matches: 'a.*'}]}",
    "{THE_VALUE: {at_least: 3}}",
    "{THE_VALUE: {origins: {include: ['https://a.example']}}}",
    "{THE_VALUE: {url: {scheme: https, host: a.example}}}",
    "{THE_VALUE: {url: {host: a.example}}}",
    "{Words: {env: THE_VALUE, one_of: [a, b]}}",
    "{THE_VALUE: absent}",
    "{API_KEY: {rotated_within: {within: 90d, source: env, name: THE_VALUE}}}",
]
SECRET_BY_RULE = [
    "{THE_VALUE: }",
    "{THE_VALUE: {matches: 'sk_live_.*'}}",
    "{THE_VALUE: {contains: a}}",
    "{THE_VALUE: {min_length: 20}}",
    "{THE_VALUE: {not_one_of: [a]}}",
    "{THE_VALUE: {equals_env: PAYMENT_MODE}}",
    "{THE_VALUE: {url: {scheme: https}}}",
    "{THE_VALUE: {url: {scheme: https, host: hooks.chat.example}}}",
    "{THE_VALUE: [{url: {host: a.example}}, {url: {scheme: postgres, host: b.example}}]}",
    "{THE_VALUE: {when: staging, absent: true}}",
    "{Words: {env: THE_VALUE, severity: warning}}",
    "{THE_VALUE: {url: {scheme: postgres, host: db.example}}}",
    "{THE_VALUE: {url: {scheme: [https, redis], host: db.example}}}",
    "{THE_VALUE: {http: true, tls: {host: a.example}}}",
    "{THE_VALUE: [{when: staging, absent: true}, {when: production, present: true}]}",
    "{THE_VALUE: {secret: true, one_of: [a, b]}}",
    "{THE_VALUE: {rotated_within: 90d, equals: a}}",
    "{THE_VALUE: {one_of: [a]}, Words: {http: {url: 'https://a.example', bearer_env: THE_VALUE}}}",
    "{Words: {http: {url: 'https://a.example', basic_env: [THE_VALUE, API_KEY]}}}",
    "{THE_VALUE: {equals: 'https://user:pw@a.example'}}",
    "{THE_VALUE: {one_of: [a, sk_live_51HqR2x9Kq]}}",
]
ENVIRONMENTS = "environments: {staging: {}, production: {}}\n"


def stored(text: str, document: str = "- [ ] Words\n") -> Storage:
    found, items = rules(ENVIRONMENTS + text, "production"), checklist(document)
    return storage_of(named_variables(items, found), items, found)


@pytest.mark.parametrize("items", PUBLIC_BY_RULE)
def test_a_rule_that_spells_the_value_out_lets_it_be_stored_in_the_open(items: str) -> None:
    assert not stored(f"items: {items}").is_secret("THE_VALUE")


@pytest.mark.parametrize("items", SECRET_BY_RULE)
def test_any_other_rule_leaves_it_among_the_secrets(items: str) -> None:
    assert stored(f"items: {items}").is_secret("THE_VALUE")


def test_a_webhooks_address_is_its_credential_whatever_host_it_has() -> None:
    rule = "{url: {scheme: https, host: hooks.chat.example}}"
    assert stored(f"items: {{CHAT_WEBHOOK_URL: {rule}}}").is_secret("CHAT_WEBHOOK_URL")


@pytest.mark.parametrize(
    ("fact", "secret"),
    [
        ("{env: THE_VALUE, default: false}", False),
        ("{env: THE_VALUE, equals: a}", False),
        ("{env: THE_VALUE, matches: 'a.*'}", True),
        ("{env: THE_VALUE}", True),
    ],
)
def test_a_fact_that_says_what_the_value_is_lets_it_be_stored_in_the_open(
    fact: str, secret: bool
) -> None:
    found = stored(f"facts: {{it: {fact}}}\nitems: {{Words: {{when: it, sign: true}}}}")
    assert found.is_secret("THE_VALUE") is secret


def test_a_row_in_a_table_of_secrets_outweighs_the_name_and_the_rule() -> None:
    table = "- [ ] Words\n\n| Secret | Owner |\n| --- | --- |\n| `PAYMENT_MODE` | Ops |\n"
    assert stored("items: {PAYMENT_MODE: {one_of: [live]}}", table).is_secret("PAYMENT_MODE")


@pytest.mark.parametrize(
    "line",
    ["- [ ] `FEED_HOST=u:r7K@a.example`", "- [ ] Words\n\n```\nFEED_HOST=sk_live_51HqR2x9Kq\n```"],
)
def test_a_value_in_the_form_of_a_secret_outweighs_the_name(line: str) -> None:
    assert stored("items: {FEED_HOST: {one_of: [a]}}", f"{line}\n").is_secret("FEED_HOST")
    assert not stored("items: {FEED_HOST: }").is_secret("FEED_HOST")


def test_what_was_passed_in_the_form_of_a_secret_is_fixed_as_one() -> None:
    document, found = checklist("- [ ] `FEED_HOST`\n"), rules("items: {FEED_HOST: {equals: a}}")
    for value, kind in {"b": "variable", "u:r7K@a.example": "secret"}.items():
        report = judged(document, found, world({"FEED_HOST": value}))
        assert remedies(report) == [f"gh {kind} set FEED_HOST"]


def test_what_is_hidden_in_a_report_is_no_less_than_before() -> None:
    """Where a variable is stored does not decide whether its value is searched for."""
    document, found = checklist("- [ ] `DATABASE_URL` and `API_KEY`\n"), rules("items: {}")
    assert secrets_among(named_variables(document, found), document, found) == {"API_KEY"}


def test_the_printed_workflow_asks_the_secrets_for_a_connection() -> None:
    document = checklist("- [ ] `DATABASE_URL`, `LOG_LEVEL` and `CALLBACK` are set\n")
    found = rules("items: {CALLBACK: {url: {scheme: https, host: a.example}}}")
    printed = "\n".join(step_values(document, [found]).before)
    assert "DATABASE_URL: ${{ secrets.DATABASE_URL }}" in printed
    assert "LOG_LEVEL: ${{ vars.LOG_LEVEL }}" in printed
    assert "CALLBACK: ${{ vars.CALLBACK }}" in printed


def judged(document: Checklist, found: Rules, around: World) -> Report:
    options = Options(phase=Phase.BEFORE, deadline=Deadline.after(9), target=TargetRef())
    return gate(document, found, replace(around, sign_offs=NoSignOffs()), options)


def remedies(report: Report) -> list[str | None]:
    return [
        finding.remedy for each in report.entries for finding in each.findings if finding.remedy
    ]


def test_what_is_wrong_with_a_variable_is_fixed_where_it_is_stored() -> None:
    document = checklist("- [ ] `DATABASE_URL`\n- [ ] `CALLBACK`\n- [ ] `LOG_LEVEL`\n")
    url = "{url: {scheme: https, host: a.example}}"
    found = rules(f"items: {{DATABASE_URL: , CALLBACK: {url}, LOG_LEVEL: }}")
    around = world({"DATABASE_URL": "", "CALLBACK": "ftp://a.example", "LOG_LEVEL": "todo"})
    assert remedies(judged(document, found, around)) == [
        "gh secret set DATABASE_URL",
        "gh variable set CALLBACK",
        "gh variable set LOG_LEVEL",
    ]


def test_the_line_to_paste_says_where_it_is_stored() -> None:
    document = checklist("- [ ] `DATABASE_URL`\n- [ ] `LEVELS`\n")
    report = judged(document, rules("items: {DATABASE_URL: , LEVELS: {one_of: [a]}}"), world())
    said = "add this line to the step's `env:` block: "
    assert set(remedies(report)) == {
        f"{said}`DATABASE_URL: ${{{{ secrets.DATABASE_URL }}}}`",
        f"{said}`LEVELS: ${{{{ vars.LEVELS }}}}`",
    }
    assert report.not_handed_over == ("DATABASE_URL", "LEVELS")
    assert report.secret_names == ("DATABASE_URL",)
