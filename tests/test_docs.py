"""The pages of the checks and of the words say what the code does, and are written by it."""

from __future__ import annotations

import os
import runpy
from pathlib import Path

import pytest

from deploy_checklist.checks.registry import Kind, kinds, summary
from deploy_checklist.report.formats import FORMATS

GENERATE = Path(__file__).parent.parent / "docs" / "generate.py"
FORMATS_PAGE = GENERATE.parent / "formats.md"
GOLDENS = Path(__file__).parent / "report" / "goldens"
OWN_KINDS = {kind.__name__: kind for kind in kinds().values()}


def test_the_page_of_the_checks_is_what_the_kinds_say() -> None:
    """UPDATE_DOCS=1 writes it anew, as `python docs/generate.py` does."""
    generate = runpy.run_path(str(GENERATE))
    if os.environ.get("UPDATE_DOCS"):
        generate["PAGE"].write_text(generate["page"](), encoding="utf-8")
    assert generate["PAGE"].read_text(encoding="utf-8") == generate["page"](), (
        "run: python docs/generate.py"
    )


def test_the_page_of_the_formats_is_what_the_renderers_say() -> None:
    """UPDATE_DOCS=1 writes it anew, as `python docs/generate.py` does."""
    generate = runpy.run_path(str(GENERATE))
    if os.environ.get("UPDATE_DOCS"):
        generate["FORMATS_PAGE"].write_text(generate["formats"](), encoding="utf-8")
    assert generate["FORMATS_PAGE"].read_text(encoding="utf-8") == generate["formats"](), (
        "run: python docs/generate.py"
    )


def test_the_page_of_the_report_is_what_its_shapes_say() -> None:
    """UPDATE_DOCS=1 writes it anew, as `python docs/generate_report.py` does."""
    generate = runpy.run_path(str(GENERATE.parent / "generate_report.py"))
    if os.environ.get("UPDATE_DOCS"):
        generate["PAGE"].write_text(generate["page"](), encoding="utf-8")
    assert generate["PAGE"].read_text(encoding="utf-8") == generate["page"](), (
        "run: python docs/generate_report.py"
    )


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_has_goldens_and_a_line_of_the_docs(form: str) -> None:
    assert sorted(GOLDENS.glob(f"*.{form}")), "run: UPDATE_GOLDENS=1 pytest tests/report"
    (line,) = [
        line for line in FORMATS_PAGE.read_text().splitlines() if line.startswith(f"| `{form}` |")
    ]
    assert line.endswith(". |")


def test_the_page_of_the_words_is_what_the_tables_say() -> None:
    """UPDATE_DOCS=1 writes it anew, as `python docs/generate.py` does."""
    generate = runpy.run_path(str(GENERATE))
    if os.environ.get("UPDATE_DOCS"):
        generate["WORDS"].write_text(generate["words"](), encoding="utf-8")
    assert generate["WORDS"].read_text(encoding="utf-8") == generate["words"](), (
        "run: python docs/generate.py"
    )


def test_the_tables_of_the_page_of_the_rules_are_what_the_schema_says() -> None:
    """UPDATE_DOCS=1 writes them anew, as `python docs/generate.py` does."""
    generate = runpy.run_path(str(GENERATE))
    if os.environ.get("UPDATE_DOCS"):
        generate["RULES"].write_text(generate["rules"](), encoding="utf-8")
    page = generate["RULES"].read_text(encoding="utf-8")
    assert page == generate["rules"](), "run: python docs/generate.py"
    for meanings in generate["_KEYS_OF"].values():
        assert all(f"| `{key}` | {each.text}" in page for key, each in meanings.items())


@pytest.mark.parametrize("kind", OWN_KINDS.values(), ids=OWN_KINDS.keys())
def test_the_first_paragraph_of_a_kind_ends_the_sentence_it_passes_when(kind: Kind) -> None:
    first = summary(kind.__doc__)
    assert first
    assert not first.endswith(".")
