"""The log row in the release ticket: one for each environment and tag, harmless whatever its columns say."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from msgspec.structs import replace

from deploy_checklist.github.model import Actor, Comment, History, Posted
from deploy_checklist.publish import ticket
from deploy_checklist.report.model import Report
from reports import ready

AT = datetime(2026, 11, 22, tzinfo=UTC)
COLUMNS = ("Date", "Version", "Notes")


@dataclass
class Place:
    """What was written."""

    done: list[str] = field(default_factory=list)

    def comment_text(self, comment: int) -> str | None:
        raise AssertionError("not asked")

    def create_comment(self, number: int, text: str) -> Posted:
        return self._wrote(f"create on {number}")

    def update_comment(self, comment: int, text: str) -> Posted:
        return self._wrote(f"update {comment}")

    def minimize(self, node: str) -> None:
        raise AssertionError("not asked")

    def _wrote(self, what: str) -> Posted:
        self.done.append(what)
        return Posted(id=1, node="1", url="")


def released(tag: str = "v1.4.0", row: str = "| 2026-11-22 | v1.4.0 | 7 passed |") -> Report:
    report = ready()
    return replace(report, log_row=row, target=replace(report.target, tag=tag))


def there(text: str, *, own: bool = True) -> Comment:
    return Comment(
        id=5,
        node="5",
        author=Actor(login="github-actions[bot]", id=1, kind="Bot"),
        text=text,
        created_at=AT,
        edited_at=None,
        minimized=False,
        own=own,
        history=History(revisions=()),
    )


def done(report: Report, *comments: Comment, began: datetime = AT) -> list[str]:
    place = Place()
    text = ticket.row_comment(report, COLUMNS, began)
    mark = ticket.parse(text)
    assert mark is not None
    ticket.publish(text, mark, 7, comments, place)
    return place.done


def test_it_is_written_once_and_anew_only_where_it_changed() -> None:
    first = ticket.row_comment(released(), COLUMNS, AT)
    assert done(released()) == ["create on 7"]
    assert done(released(), there(first)) == []
    assert done(released(row="| 2026-11-23 | v1.4.0 | 7 passed |"), there(first)) == ["update 5"]


def test_a_row_of_1_0_0_names_no_run_and_no_checklist_and_is_the_same_row() -> None:
    first = ticket.row_comment(released(), COLUMNS, AT)
    older = re.sub(r" checklist=\S+ run=\S+ -->$", " -->", first)
    assert older.endswith("<!-- deploy-checklist-log environment=production tag=v1.4.0 -->")
    assert done(released(), there(older)) == []
    assert done(released(row="| 2026-11-23 | v1.4.0 | 7 passed |"), there(older)) == ["update 5"]


def test_an_older_run_writes_nothing_over_the_row_of_a_newer_one() -> None:
    first = ticket.row_comment(released(), COLUMNS, AT)
    row = "| 2026-11-23 | v1.4.0 | 7 passed |"
    assert done(released(row=row), there(first), began=AT - timedelta(seconds=1)) == []


def test_another_tag_environment_or_author_has_another_row() -> None:
    first = ticket.row_comment(released(), COLUMNS, AT)
    assert done(released("v1.5.0"), there(first)) == ["create on 7"]
    assert done(replace(released(), environment="staging"), there(first)) == ["create on 7"]
    assert done(released(), there(first, own=False)) == ["create on 7"]


def test_another_gate_has_another_row() -> None:
    first = ticket.row_comment(released(), COLUMNS, AT)
    for other in (
        replace(released(), gate="services/api"),
        replace(released(), checklist="services/api/checklist.md"),
    ):
        assert done(other, there(first)) == ["create on 7"]
        assert done(other, there(ticket.row_comment(other, COLUMNS, AT))) == []


def test_cells_and_columns_stay_cells_and_text() -> None:
    row = "| 2026-11-22 | v1 | a \\| b @acme/all <img> |"
    text = ticket.row_comment(released(row=row), ("Date", "Who @all", "Notes"), AT)
    (table,) = [line for line in text.splitlines() if "v1 " in line]
    assert table.replace("\\|", "").count("|") == 4
    assert "@acme" not in text
    assert "@all" not in text
    assert "<img>" not in text
