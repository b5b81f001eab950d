"""A changelog has an entry for a version: a heading of exactly it, released, with something under it."""

from __future__ import annotations

import io
import time
from pathlib import Path

import pytest

from deploy_checklist.cli import run
from deploy_checklist.values.changelog import entry_fault
from world.gits import git, repository

ENTRIES = {
    "Keep a Changelog": "# Changelog\n\n## [Unreleased]\n\n## [1.2.3] - 2026-01-02\n\n- words\n",
    "changesets": "# @acme/ui\n\n## 1.2.3\n\n### Patch Changes\n\n- words\n",
    "release-please": "## [1.2.3](https://github.com/a/b/compare/v1.2.2...v1.2.3) (2026-01-02)\n\n* x\n",
    "with a v": "# v1.2.3\nwords",
    "with words around it": "## Release 1.2.3 – Winter (2026-01-02)\n\nwords\n",
    "of a component": "## @acme/ui@1.2.3\n\nwords\n",
    "closed heading": "## 1.2.3 ##\nwords\n",
    "underlined": "Changes\n=======\n\n1.2.3 (2026-01-02)\n------------------\n\n* words\n",
    "underlined once": "4.0.0 / 2026-02-01\n===\n\n* x\n\n1.2.3 / 2026-01-02\n===\n\n  * words\n",
    "AsciiDoc": "== 1.2.3\n\n* words\n",
    "bold": "**v1.2.3** (2026-01-02)\n\n- words\n",
    "bold, with a month": "**v1.2.3** - Jan 1, 2026\n- words\n",
    "a summary that unfolds": "<details><summary>1.2.3</summary>\n\n- words\n\n</details>\n",
    "HTML": "<h2>1.2.3</h2>\n\n- words\n",
    "Debian": "pkg (1.2.3) unstable; urgency=medium\n\n  * words\n",
    "after its date": "2026-01-02  Version 1.2.3\n\n\t* words\n",
    "a byte order mark": "\ufeff## 1.2.3\n\n- words\n",
    "under its series": "# Version 1.2\n\n## 1.2.3\n\n- words\n",
    "a name in quotes": '## 1.2.3 "Pending Moon"\n\n- words\n',
    "alone on its line": "1.2.3 (2026-01-02)\n\n- words\n",
    "under a heading without a version": "# 2026\n\n## January\n\n### 1.2.3\n\nwords\n",
    "code under it": "## 1.2.3\n\n```sh\nnpm i\n```\n",
    "Windows' line ends": "# C\r\n\r\n## 1.2.3\r\n\r\n- words\r\n",
    "after one that does not count": "## 1.2.3 (unreleased)\n\n- x\n\n## 1.2.3\n\n- words\n",
    "the word below it": "## 1.2.3\n\n- Unreleased drafts are kept; from 1.2.2 to 1.2.3\n",
}
NONE = {
    "a line that bumps": "## [1.2.2] - 2026-01-01\n\n- bump lodash from 1.2.1 to 1.2.3\n",
    "a candidate": "## 1.2.3-rc.1\n\n- words\n",
    "a longer number": "## 1.2.3.1\n\n- words\n\n## 11.2.3\n\n- words\n\n## 1.2.30\n\n- words\n",
    "build metadata": "## 1.2.3+build.5\n\n- words\n",
    "unreleased": "## 1.2.3 (unreleased)\n\n- words\n",
    "Unreleased in brackets": "## [1.2.3] - Unreleased\n\n- words\n",
    "no date yet": "## 1.2.3 - YYYY-MM-DD\n\n- words\n",
    "to be announced": "## 1.2.3 (TBD)\n\n- words\n",
    "in other words": "## 1.2.3（未リリース）\n\n- words\n",
    "a beta": "## 1.2.3 beta 2\n\n- words\n",
    "a candidate in words": "## 1.2.3 (release candidate)\n\n- words\n",
    "under development": "## 1.2.3 (under development)\n\n- words\n",
    "in German": "## 1.2.3 (in Arbeit)\n\n- words\n",
    "in French": "## 1.2.3 (à venir)\n\n- words\n",
    "in Russian": "## 1.2.3 (в разработке)\n\n- words\n",
    "in Korean": "## 1.2.3 (개발 중)\n\n- words\n",
    "struck": "## ~~1.2.3~~\n\n- words\n",
    "Debian's word for it": "pkg (1.2.3) UNRELEASED; urgency=low\n\n  * words\n",
    "no changes yet": "## 1.2.3\n\n_No changes yet_\n",
    "an empty summary": "<details><summary>1.2.3</summary>\n</details>\n",
    "below Unreleased": "## Unreleased\n\n### 1.2.3\n\n- words\n",
    "below another version": "## 1.2.2\n\n### lodash 1.2.3\n\n- words\n",
    "a comment": "# C\n\n<!--\n## 1.2.3\n\n- words\n-->\n",
    "a template in a fence": "# C\n\n```md\n## 1.2.3\n\n- words\n```\n",
    "nothing under it": "## 1.2.3\n\n## 1.2.2\n\n- words\n",
    "only headings under it": "## 1.2.3\n\n### Added\n\n### Fixed\n\n## 1.2.2\n\n- words\n",
    "nothing to read under it": "## 1.2.3\n\n- TBD\n- …\n\n## 1.2.2\n\n- words\n",
    "only a link's target": "## [1.2.2]\n\n- words\n\n[1.2.3]: https://example.org/v1.2.3\n",
    "only the target of another's link": "## [1.2.2](https://a.example/1.2.3)\n\n- words\n",
    "a heading that speaks of it": "## 1.2.4\n\nx\n\n## Upgrading from 1.2.3\n\nwords\n",
    "an empty file": "",
}


@pytest.mark.parametrize("text", ENTRIES.values(), ids=ENTRIES)
def test_an_entry_is_found_in_every_customary_form(text: str) -> None:
    assert entry_fault(text, "1.2.3") is None


@pytest.mark.parametrize("text", NONE.values(), ids=NONE)
def test_what_only_names_the_version_is_no_entry(text: str) -> None:
    assert entry_fault(text, "1.2.3") is not None


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("a line that bumps", "has no heading for 1.2.3"),
        (
            "unreleased",
            "has no entry for 1.2.3: its heading in line 1 is marked as not released",
        ),
        ("nothing under it", "has no entry for 1.2.3: its heading in line 1 has nothing under it"),
        (
            "below another version",
            "has no entry for 1.2.3: its heading in line 3 is below the heading of another version",
        ),
    ],
)
def test_it_is_said_what_is_missing(name: str, said: str) -> None:
    assert entry_fault(NONE[name], "1.2.3") == said


@pytest.mark.measures_time
@pytest.mark.parametrize(
    "text",
    [
        "# a" + " " * 200_000 + "x",
        "1.2.3" + " " * 200_000 + "x",
        "## 1.2.3\n" + "-" * 200_000,
        "[" * 200_000,
        "<!--" * 50_000,
        "1" * 200_000,
        "## 1.2.3\n" * 20_000,
    ],
)
def test_a_hostile_file_takes_no_time(text: str) -> None:
    began = time.process_time()
    entry_fault(text, "1.2.3")
    assert time.process_time() - began < 2


def test_a_candidate_has_an_entry_of_its_own() -> None:
    assert entry_fault("## 1.2.3-rc.1\n\n- words\n", "1.2.3-rc.1") is None
    assert entry_fault("## 1.2.3\n\n- words\n", "1.2.3-rc.1") is not None


def checked(folder: Path, changelog: str) -> tuple[int, str]:
    files = {
        "deployment-checklist.md": "# R\n\n- [ ] Changelog updated\n",
        "CHANGELOG.md": changelog,
    }
    git(repository(folder, files), "tag", "v1.2.3")
    out = io.StringIO()
    return run(["check", "--offline"], {}, out, io.StringIO()), out.getvalue()


@pytest.mark.parametrize(
    ("changelog", "code"), [(ENTRIES["changesets"], 0), (NONE["unreleased"], 1)]
)
def test_changelog_updated_asks_for_an_entry(
    changelog: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "shop"
    folder.mkdir()
    monkeypatch.chdir(folder)
    found, said = checked(folder, changelog)
    assert found == code, said
