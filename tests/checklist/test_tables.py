"""Tables of secrets, by tolerant headers, and the deployment log, with its columns in any order."""

from __future__ import annotations

import pytest

from .reading import bookshop, read


def table(header: str, *rows: str, heading: str = "## Keys") -> tuple[str, ...]:
    columns = header.count("|") + 1
    return (
        heading,
        "",
        f"| {header} |",
        "|" + "---|" * columns,
        *(f"| {row} |" for row in rows),
        "",
    )


@pytest.mark.parametrize(
    "header",
    [
        "Service | Secret | Source of truth | Rotation owner",
        "SYSTEM | **Variable** | Source | Owner",
        "System | Environment variable | Where | Team",
        "Service | Key | Stored in | Responsible",
        "Service | Name | Where it lives | Owned by",
        "Component | Secret name | Location | Rotated by",
        "Service | Geheimnis | Quelle | Verantwortlich",
        "System | Secreto | Fuente | Responsable",
        "Service | Variável | Origem | Responsável",
        "Service | Variable | Emplacement | Propriétaire",
        "Service | Variabile | Fonte | Responsabile",
        "Service | Переменная | Источник | Ответственный",
        "Service | 环境变量 | 来源 | 负责人",
        "Service | 環境変数 | 保管場所 | 担当者",
        "Service | 환경 변수 | 출처 | 담당자",
        "Service | Değişken | Kaynak | Sorumlu",
        "Service | Variabel | Sumber | Penanggung jawab",
    ],
)
def test_a_table_of_secrets_is_known_by_its_headers(header: str) -> None:
    (row,) = read(*table(header, "Mail | `MAIL_KEY` | Vault \\| Mail | Ops")).secret_rows
    assert (row.service, row.name, row.source_of_truth, row.owner) == (
        "Mail",
        "MAIL_KEY",
        "Vault | Mail",
        "Ops",
    )
    assert (row.line, row.section) == (5, ("Keys",))


@pytest.mark.parametrize(
    "header", ["Owner | Where | Secret | Service", "Secret | Service | Owner | Source"]
)
def test_columns_stand_in_any_order(header: str) -> None:
    cells = {
        "Owner": "Ops",
        "Where": "Vault",
        "Source": "Vault",
        "Secret": "`MAIL_KEY`",
        "Service": "Mail",
    }
    (row,) = read(
        *table(header, " | ".join(cells[name] for name in header.split(" | ")))
    ).secret_rows
    assert (row.service, row.name, row.source_of_truth, row.owner) == (
        "Mail",
        "MAIL_KEY",
        "Vault",
        "Ops",
    )


def test_a_row_names_its_variable_or_speaks_by_words_and_an_empty_one_says_nothing() -> None:
    rows = read(
        *table(
            "Secret | Owner",
            "`A_B` and `C_D` | Ops",
            "MAIL_KEY | Ops",
            "Wildcard certificate | ",
            " | Ops",
        )
    ).secret_rows
    assert [(row.name, row.words, row.owner) for row in rows] == [
        ("A_B", "A_B and C_D", "Ops"),
        ("C_D", "A_B and C_D", "Ops"),
        ("MAIL_KEY", "MAIL_KEY", "Ops"),
        (None, "Wildcard certificate", None),
    ]


@pytest.mark.parametrize(
    ("header", "row"),
    [
        ("Name | Team | Phone", "Ada | Core | 123"),
        ("Service | Port | Owner", "web | 80 | Ops"),
        ("Variable | Default", "`A_B` | 1"),
        ("Problem | Solution", "a | b"),
    ],
)
def test_other_tables_hold_no_secrets(header: str, row: str) -> None:
    assert read(*table(header, row)).secret_rows == ()


@pytest.mark.parametrize(
    "header",
    [
        "Date | Environment | Release tag | Reviewer | Notes",
        "Reviewer | Notes | Version | Env | When",
        "Deployed by | Commit | Date",
    ],
)
def test_the_deployment_log_is_known_by_its_columns(header: str) -> None:
    log = read(*table(header, heading="## Records")).log_template
    assert log is not None
    assert log.columns == tuple(header.split(" | "))
    assert (log.line, log.section) == (3, ("Records",))


def test_two_such_columns_are_enough_under_the_title_of_a_log() -> None:
    header = "Date | Version | Notes"
    assert read(*table(header, heading="## Deployment log")).log_template is not None
    assert read(*table(header, heading="## History of the idea")).log_template is None


def test_a_table_may_follow_a_line_of_words_directly() -> None:
    (row,) = read("The keys:", "| Secret | Owner |", "|---|---|", "| `A_B` | Ops |").secret_rows
    assert (row.name, row.line) == ("A_B", 4)


def test_without_a_table_there_is_no_log() -> None:
    assert read("# T", "- [ ] a").log_template is None


def test_the_tables_of_a_whole_document_are_found_with_their_lines() -> None:
    checklist = bookshop()
    assert [
        (row.name, row.words, row.service, row.source_of_truth, row.owner, row.line)
        for row in checklist.secret_rows
    ] == [
        (
            "CHECKOUT_SIGNING_KEY",
            "CHECKOUT_SIGNING_KEY",
            "Checkout",
            "Vault › Orders",
            "Payments",
            16,
        ),
        (None, "Wildcard certificate", "Checkout", "Issued by automation", None, 17),
    ]
    assert checklist.log_template is not None
    assert checklist.log_template.columns == (
        "Reviewer",
        "Version",
        "Remarks",
        "Environment",
        "Day",
    )
    assert (checklist.log_template.line, checklist.log_template.section) == (41, ("Records",))
