"""A glob or a path that can match nothing is refused when the rules are read: it would hold for ever."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from deploy_checklist.checks import file, git
from rules.written import faults

ONE_EACH = "write each glob as its own list entry"
VACUOUS = [
    ("*.{pem,key}", ONE_EACH),
    ("key{1..3}.pem", ONE_EACH),
    ("*.(pem|key)", ONE_EACH),
    (".env, *.pem", ONE_EACH),
    (".env,*.pem", ONE_EACH),
    (".env *.pem", ONE_EACH),
    ("./.env", "contains `./`"),
    ("secrets/./x", "contains `./`"),
    ("!.env", "begins with `!`"),
    (" .env", "white space"),
    (".env\t", "white space"),
    ("secrets//*.pem", "write one `/`"),
    ("/", "write one `/`"),
    ("secrets\\*.pem", "separate folders with `/`"),
    ("secrets/**.pem", "as in `secrets/**/*.pem`"),
    ("secrets**/x", "as in `secrets/**/*.pem`"),
    ("secrets/[ab.pem", "write `[[]`"),
]
MEANT = [
    ".env",
    "*.key",
    "certs/",
    "secrets/**",
    "**/*.pem",
    "**",
    "a[0-9].pem",
    "a[[]1].txt",
    "My File.txt",
    "{id}.ts",
]


@pytest.mark.parametrize(("glob", "instead"), VACUOUS)
def test_a_glob_that_matches_no_file_whatever_is_there_is_refused(glob: str, instead: str) -> None:
    for written in (glob, [".env", glob]):
        with pytest.raises(ValidationError) as refused:
            git.Params.model_validate({"untracked": written})
        assert instead in str(refused.value)


@pytest.mark.parametrize(("glob", "instead"), VACUOUS)
def test_of_a_fact_too(glob: str, instead: str) -> None:
    quoted = glob.replace("\\", "\\\\").replace("\t", "\\t")
    [fault] = faults(f'facts: {{it: {{changed: [a, "{quoted}"]}}}}\nitems: {{KEY: present}}\n')
    assert fault.startswith("rules.yml:2:27: `changed` of the fact `it` ") and instead in fault


@pytest.mark.parametrize("glob", MEANT)
def test_a_glob_that_may_match_is_taken(glob: str) -> None:
    assert git.Params.model_validate({"untracked": glob}).untracked == (glob,)


@pytest.mark.parametrize(
    "path",
    [
        "*.env",
        "secrets/?.pem",
        ".env.{local,prod}",
        ".env, a.pem",
        " .env",
        ".env\n",
        "secrets\\key.pem",
    ],
)
@pytest.mark.parametrize("exists", [True, False])
def test_a_path_at_which_nothing_can_be_is_refused(path: str, exists: bool) -> None:
    with pytest.raises(ValidationError):
        file.Params.model_validate({"path": path, "exists": exists})


@pytest.mark.parametrize(
    "path", ["app/[id]/page.tsx", "api/{id}.yml", "./README.md", "My File.txt", "a,b.csv"]
)
def test_a_path_may_have_odd_signs(path: str) -> None:
    assert file.Params.model_validate({"path": path, "exists": False}).path == path
