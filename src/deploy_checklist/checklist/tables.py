"""The tables that the gate reads: the secrets with their sources and owners, and the log."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from ..gfm.blocks import Inline
from .model import LogTemplate, SecretRow, fold
from .names import variables_in_cell


class Table:
    """A table: its first row is its header."""

    def __init__(self, line: int, section: tuple[str, ...]) -> None:
        self.line = line
        self.section = section
        self.rows: list[tuple[int, Sequence[Inline]]] = []

    @property
    def header(self) -> Sequence[Inline]:
        return self.rows[0][1] if self.rows else ()


# A header cell takes the first of these roles that fits and that no cell before it has.
_SECRET_COLUMNS = {
    "source": r"\b(?:source|source of truth|where|stored|store|vault|location|managed in|kept in"
    r"|origin|quelle|speicherort|fuente|origen|ubicaci[oó]n|fonte|origem|emplacement|origine|bron"
    r"|источник|хранилище|джерело|сховище|kaynak|kayna[ğg][ıi]|sumber|lokasi|nguồn)\b"
    r"|来源|來源|存储位置|出典|保管場所|保管先|출처|저장 ?위치",
    "owner": r"\b(?:owner|owners|owned by|team|responsible|rotated by|maintainer|verantwortlich\w*"
    r"|zust[aä]ndig\w*|eigent[uü]mer\w*|responsables?|propietari[oa]|due[nñ]o|respons[aá]vel"
    r"|propriet[aá]rio|propri[eé]taire|responsabile|eigenaar|verantwoordelijke?|владелец"
    r"|ответственн\w+|власник|відповідальн\w+|sahibi|sorumlu\w*|pemilik|penanggung jawab"
    r"|người phụ trách)\b|负责人|負責人|所有者|担当|담당",
    "secret": r"\b(?:secrets?|variables?|env vars?|credentials?|tokens?|geheimnis\w*|secretos?"
    r"|segredos?|vari[aá]ve(?:l|is)|variabil[ei]|segreti|секрет\w*|переменн\w+|змінн\w+"
    r"|de[ğg]i[şs]ken\w*|gizli\w*|rahasia|variabel|biến)\b"
    r"|密钥|密鑰|变量|變量|変数|シークレット|비밀|변수",
    "service": r"\b(?:service|services|system|component|provider)\b",
    "name": r"^(?:key|keys|name|key name|setting|parameter)$",  # weak: many tables have names
}
_LOG_COLUMNS = {
    "date": r"\b(?:date|when|day|datum|fecha|data|дата|ngày)\b|日期|时间|날짜",
    "environment": r"\b(?:environment|env|target|stage|umgebung|entorno|ambiente|environnement"
    r"|среда)\b|环境|환경",
    "tag": r"\b(?:tag|release|version|build|commit|sha)\b|版本|버전",
    "reviewer": r"\b(?:reviewer|approver|deployer|operator|sign off"
    r"|(?:reviewed|approved|deployed|signed) by)\b|负责人|执行人|담당자",
}
_SECRET_PATTERNS = {role: re.compile(pattern) for role, pattern in _SECRET_COLUMNS.items()}
_LOG_PATTERNS = {role: re.compile(pattern) for role, pattern in _LOG_COLUMNS.items()}
_LOG_TITLE = re.compile(r"\b(?:deploy\w*|release) (?:log|history|record)|\blog\b|部署记录|发布记录")


def secret_rows(tables: Sequence[Table]) -> tuple[SecretRow, ...]:
    """The rows of every table of secrets, in the order of the document."""
    return tuple(row for table in tables for row in _rows(table))


def log_template(tables: Sequence[Table]) -> LogTemplate | None:
    """The table with the most of date, environment, tag and reviewer among its columns.

    None if there is none with three of them, or with two under the title of a log.
    """
    best = max(tables, key=_log_score, default=None)
    if best is None or _log_score(best) < 3:
        return None
    columns = tuple(cell.text for cell in best.header)
    return LogTemplate(columns=columns, line=best.line, section=best.section)


def _log_score(table: Table) -> int:
    columns = _columns(table, _LOG_PATTERNS)
    titled = bool(table.section) and bool(_LOG_TITLE.search(fold(table.section[-1])))
    return len(columns) + (titled and len(columns) >= 2)


def _columns(table: Table, patterns: dict[str, re.Pattern[str]]) -> dict[str, int]:
    """The number of the column that has each role."""
    found: dict[str, int] = {}
    for column, cell in enumerate(table.header):
        words = fold(cell.text)
        for role, pattern in patterns.items():
            if role not in found and pattern.search(words):
                found[role] = column
                break
    return found


def _rows(table: Table) -> Iterator[SecretRow]:
    columns = _columns(table, _SECRET_PATTERNS)
    secret = columns.get("secret", columns.get("name"))
    if secret is None or not ("source" in columns or "owner" in columns):
        return
    rows = [(line, cells) for line, cells in table.rows[1:] if secret < len(cells)]
    names_of = {line: variables_in_cell(cells[secret]) for line, cells in rows}
    if "secret" not in columns and not any(names_of.values()):
        return  # names and owners of something else
    for line, cells in rows:
        words = cells[secret].text
        names = names_of[line] or ((None,) if words else ())
        for name in names:
            yield SecretRow(
                name=name,
                words=words,
                service=_cell(cells, columns.get("service")),
                source_of_truth=_cell(cells, columns.get("source")),
                owner=_cell(cells, columns.get("owner")),
                line=line,
                section=table.section,
            )


def _cell(cells: Sequence[Inline], column: int | None) -> str | None:
    if column is None or column >= len(cells):
        return None
    return cells[column].text or None
