"""The help of every command: what it does, when to use it, an example that works, its flags."""

from __future__ import annotations

import argparse
import re
import shlex

import pytest

from deploy_checklist.arguments import parser
from deploy_checklist.command_help import COMMANDS, EPILOG

EXAMPLE = re.compile(r"^  (?:GH_TOKEN=\S+ (?:auth token\) )?)?deploy-checklist (.*)$", re.MULTILINE)
SUFFIX = re.compile(r" +[|>] .*|   .*")  # another command or a file, or what the example shows


def commands() -> dict[str, argparse.ArgumentParser]:
    of_top = next(
        action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)
    )
    return dict(of_top.choices)


def examples(epilog: str) -> list[list[str]]:
    return [shlex.split(SUFFIX.sub("", each)) for each in EXAMPLE.findall(epilog)]


def test_every_command_has_a_help_of_its_own() -> None:
    assert list(commands()) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_says_in_sentences_what_it_does_and_when_to_use_it(name: str) -> None:
    summary, description, _ = COMMANDS[name]
    sentences = re.split(r"(?<=\.)\s+", description.strip())
    assert all(each[0].isupper() and each.endswith(".") for each in sentences)
    assert re.search(r"\b(Use|Run) it ", description)
    assert summary[0].islower() and not summary.endswith(".")
    assert all(len(line) <= 100 for line in description.splitlines())


@pytest.mark.parametrize("name", COMMANDS)
def test_the_help_of_a_command_shows_examples_that_can_be_typed(name: str) -> None:
    shown = examples(COMMANDS[name].epilog)
    assert shown
    for words in shown:
        assert parser().parse_args(words).command == name


def test_the_examples_of_the_first_help_can_be_typed() -> None:
    shown = examples(EPILOG)
    assert len(shown) == 5
    for words in shown[:-1]:
        parser().parse_args(words)
    assert shown[-1] == ["check", "--help"]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_flag_has_a_help(name: str) -> None:
    assert [action.dest for action in commands()[name]._actions if not action.help] == []
