"""The name of a gate: what its rules say, none at the usual places, else the checklist's folder."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy_checklist.publish.gate_files import GateFiles, address_with, files_in
from deploy_checklist.rules.load import load, resolve
from deploy_checklist.rules.model import Rules
from deploy_checklist.run.gate_name import gate_name


def rules(path: str | None, name: str | None = None) -> Rules:
    return Rules(path=path, name=name, checklist=None, environment=None, rules=())


@pytest.mark.parametrize(
    ("path", "checklist", "name"),
    [
        (None, "docs/deployment-checklist.md", None),
        (None, "DEPLOY-CHECKLIST.md", None),
        (None, ".github/release-checklist.md", None),
        (None, "services/api/checklist.md", "services/api"),
        (".github/deploy-checklist.yml", "docs/deployment-checklist.md", None),
        ("deploy-checklist.yml", "services/api/checklist.md", None),
        ("./deploy-checklist.yml", "services/api/checklist.md", None),
        ("services/api/deploy-checklist.yml", "services/api/checklist.md", "services/api"),
        ("rules.yml", "docs/deployment-checklist.md", None),
        ("rules.yml", "./services/api/checklist.md", "services/api"),
        ("rules.yml", "Dienst für A & B/liste.md", "Dienst%20f%C3%BCr%20A%20%26%20B"),
        ("/tmp/rules.yml", "/tmp/checklist.md", None),
        ("../rules.yml", "../checklist.md", None),
    ],
)
def test_a_gate_is_called_by_the_folder_of_its_checklist(
    path: str | None, checklist: str, name: str | None
) -> None:
    assert gate_name(rules(path), checklist) == name


def test_the_rules_name_it_wherever_it_lies() -> None:
    assert gate_name(rules("deploy-checklist.yml", "shop"), "docs/checklist.md") == "shop"
    assert gate_name(rules("services/api/rules.yml", ""), "services/api/checklist.md") is None


@pytest.mark.parametrize("name", ["api", "services/api", "a.b_c-d/e", "2", "x" * 100])
def test_what_a_name_may_be(name: str) -> None:
    text = f"version: 1\nname: {name}\nitems: {{KEY: present}}\n"
    assert resolve(load(text, "rules.yml"), None, {}).name == name


SOME = st.none() | st.text(min_size=1)


@given(SOME, st.text(min_size=1), SOME)
def test_a_statuss_address_says_whose_it_is_whatever_the_files_are_called(
    name: str | None, checklist: str, path: str | None
) -> None:
    texts = (name, checklist, path)
    if any(text and re.search("[\ud800-\udfff]", text) for text in texts):
        return  # no file is called so
    files = GateFiles(name=name, checklist=checklist, rules=path)
    address = address_with("https://github.com/acme/shop/actions/runs/7", files)
    assert address is not None
    assert address.isascii()
    assert not set(' <>"') & set(address)
    assert files_in(address) == files
    assert unquote(address).startswith("https://github.com/acme/shop/actions/runs/7#")


@pytest.mark.parametrize(
    "address", [None, "", "https://ci.example/7", "http://[::1#x", "https://x/#checklist", "#&=&"]
)
def test_what_others_and_1_0_0_wrote_says_nothing(address: str | None) -> None:
    assert files_in(address) == GateFiles()


def test_a_path_may_be_written_in_several_ways() -> None:
    files = GateFiles.of("api", "./docs//a.md", "./rules.yml")
    assert files == GateFiles(name="api", checklist="docs/a.md", rules="rules.yml")


def test_files_are_other_ones_only_if_both_are_known() -> None:
    ours = GateFiles(checklist="a.md", rules="a.yml")
    assert ours.other_file(GateFiles()) is None
    assert ours.other_file(GateFiles(checklist="a.md")) is None, "the rules came later"
    assert ours.other_file(GateFiles(checklist="b.md", rules="a.yml")) == "b.md"
    assert ours.other_file(GateFiles(checklist="a.md", rules="b.yml")) == "b.yml"
