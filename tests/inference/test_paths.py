"""Which file a document means: by a path in its words, and by a link."""

from __future__ import annotations

from textwrap import dedent
from typing import ClassVar

import pytest

from deploy_checklist.checklist.parse import parse
from deploy_checklist.inference.understand import Understood, understood
from deploy_checklist.run.document_files import from_tree

from .items import rules

THERE = {"docs/backup.md", "docs/guides/x.md", "README.md", "docs/README.md", "src/shop.py"}
THERE |= {"docs/package.json", "docs/CHANGELOG.md", "runbook.md"}


def of(sentence: str, document: str = "docs/go-live.md") -> Understood | None:
    text = f"# Shop\n\n- [ ] {sentence}\n"
    return understood(parse(text, document), THERE.__contains__).get(3)


@pytest.mark.parametrize(
    ("sentence", "file"),
    [
        ("`backup.md` exists", "docs/backup.md"),
        ("backup.md is in the repository", "docs/backup.md"),
        ("`guides/x.md` exists", "docs/guides/x.md"),
        ("`docs/backup.md` exists", "docs/backup.md"),
        ("`src/shop.py` exists", "src/shop.py"),
        ("`runbook.md` exists", "runbook.md"),
        ("`README.md` exists", "docs/README.md"),
        ("`../README.md` exists", "README.md"),
        ("`./backup.md` exists", "docs/backup.md"),
        ("`nowhere.md` exists", "nowhere.md"),
        ("[the guide](backup.md) was followed", "docs/backup.md"),
        ("[the guide](./backup.md#step-2) was followed", "docs/backup.md"),
        ("[the guide](../README.md) was followed", "README.md"),
        ("[the guide](/runbook.md) was followed", "runbook.md"),
        ("[the guide](more%20of%20it.md) was followed", "docs/more of it.md"),
        ("[`runbook.md`](backup.md) was followed", "docs/backup.md"),
    ],
)
def test_a_file_is_looked_for_beside_the_document(sentence: str, file: str) -> None:
    assert rules(of(sentence)) == [{"file": file}]


def test_what_is_read_of_a_file_is_read_beside_the_document_too() -> None:
    assert rules(of("Bump the version in `package.json`")) == [
        {"data": {"file": "docs/package.json", "at": "version", "equals": "${version}"}}
    ]
    entry = {"file": {"path": "docs/CHANGELOG.md", "entry": "${version}"}}
    assert rules(of("Changelog updated")) == [entry]
    assert rules(of("[Changelog](CHANGELOG.md) updated")) == [entry]
    assert rules(of("Version bumped in [the manifest](package.json)")) == [
        {"data": {"file": "docs/package.json", "at": "version", "equals": "${version}"}}
    ]


@pytest.mark.parametrize(
    "sentence",
    [
        "`../../README.md` exists",
        "[the guide](../../README.md) was followed",
        "[the guide](../../../other/blob/main/README.md) was followed",
        "[backup.md](https://wiki.acme.dev/backup)",
        "[backup.md](https://wiki.acme.dev/backup.md) was followed",
        "[`backup.md`](https://github.com/acme/other/blob/main/backup.md) was followed",
        "[docs/backup.md](https://gitlab.com/acme/other/-/blob/main/docs/backup.md)",
        "https://github.com/acme/other/blob/main/docs/backup.md was followed",
        "[the changelog](https://wiki.acme.dev/changes) updated",
        "[CHANGELOG.md](https://wiki.acme.dev/changes) updated",
        '<a href="https://wiki.acme.dev/backup">backup.md</a> was followed',
        "[backup.md](//wiki.acme.dev/backup.md) was followed",
        "[backup.md](mailto:backup.md) was followed",
        "[backup.md](#backup.md) was followed",
        "[the files](a*b.md) were sent",
        "[the file](${NAME}.md) was sent",
        "[README](https://wiki.acme.dev) updated",
        "[`package.json`](https://github.com/acme/other/blob/main/package.json) version bumped",
        "TLS certificate as in [backup.md](https://wiki.acme.dev)",
        "git@github.com:acme/other/README.md was cloned",
    ],
)
def test_what_leaves_the_repository_is_not_a_file(sentence: str) -> None:
    assert rules(of(sentence)) == []


def test_a_link_hides_no_file_beside_it() -> None:
    sentence = "`runbook.md` agrees with [backup.md](https://wiki.acme.dev/backup)"
    assert rules(of(sentence)) == [{"file": "runbook.md"}]


def test_a_clause_is_not_closed_if_one_of_its_files_is_none() -> None:
    found = of("`runbook.md` and `../../README.md` exist")
    assert found is None or found.remainder is not None


def test_where_only_some_folders_are_known_nothing_is_guessed() -> None:
    """From GitHub the names in some folders are known, and not what is in a folder of theirs."""
    known = {"docs/backup.md": True, "docs/guides/x.md": None}
    text = """\
        # Shop

        - [ ] `backup.md` exists
        - [ ] `guides/x.md` exists
        - [ ] `src/shop.py` exists
        """
    found = understood(parse(dedent(text), "docs/go-live.md"), lambda path: known.get(path, False))
    assert [rules(found.get(line)) for line in (3, 4, 5)] == [
        [{"file": "docs/backup.md"}],
        [],
        [{"file": "src/shop.py"}],
    ]


@pytest.mark.parametrize("document", ["/elsewhere/docs/go-live.md", "go-live.md"])
def test_beside_a_document_outside_of_the_repository_there_is_nothing(document: str) -> None:
    assert rules(of("`backup.md` exists", document)) == [{"file": "backup.md"}]


class _Commit:
    """The names in the folders that GitHub is asked for."""

    FILES: ClassVar = {"docs/deployment-checklist.md": b"# D\n\n- [ ] one\n"}
    NAMES: ClassVar = {"": ("README.md", "src/"), "docs": ("deployment-checklist.md", "guides/")}

    def read(self, path: str) -> bytes | None:
        return self.FILES.get(path)

    def names(self, folder: str) -> tuple[str, ...]:
        return self.NAMES.get(folder, ())


def test_of_a_commit_only_what_was_read_is_known() -> None:
    documents = from_tree(_Commit(), None, None)
    assert documents is not None
    paths = ("README.md", "docs/README.md", "docs/guides", "docs/guides/x.md", "docs/src/x.py")
    assert [documents.exists(path) for path in paths] == [True, False, True, None, False]
