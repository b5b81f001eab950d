"""Plain English: phrases that a reader stumbles over stay out of messages, docstrings and comments."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).parent.parent / "src" / "deploy_checklist"

# What to look for, as a regular expression between two ends of words, and what to write.
PHRASES = {
    "(?:is|are|was|were) told": "say who says it: `the report says`, `the message names`",
    "(?:is|are) meant": "`you mean`, or say what to write",
    "(?:hand|hands|handed|handing) over": "`pass`, `passed to the step`, `set`",
    "handed to": "`passed to`",
    "(?:speak|speaks|spoken) of": "`mention`, `name`; of a rule: `covers`",
    "stands? twice": "`is a duplicate`, `appears twice`",
    "all the same": "`anyway`, `still`",
    "the very same": "`the same`",
    "by hand": "`manually`, or say what the person does",
    "likewise": "`also`, `the same way`",
    "mend": "`fix`",
    "(?:could|can) not be looked (?:at|into)": "`could not be checked`, `could not be read`",
    "anew": "`again`; of a file: `replace`",
    "at the most": "`at most`",
    "heeds?": "`waits for its result`, `obeys`",
    "stands (?:on|at|there|behind|before)": "`is in`, `comes before`, `follows`",
    "lies? (?:in|at|behind|below|elsewhere)": "`is in`, `is below`",
    "(?:is|are) as (?:said|asked|the rule says)": "say what is right: `above 0`, `matches`",
    "(?:is|are) said": "say who says it: `the report says`, `the message shows`",
    "said of": "`said about`",
    "(?:come|comes|came) to something": "say what the result is",
    "whoever": "`anyone who`, `the person who`",
    "(?:GitHub|server|service|store|resolver|redis|host) (?:is|was|were|be) (?:not )?asked for": "`contacted`, `queried`; of a thing: `requested`, `read`",
    "(?:items?|sections?|clauses?|rules?|conditions?) (?:is|are|was|were) (?:never |not )?asked": "`applies`; of a person: `is asked to sign`",
    "(?:ended|gone|changed|replaced) meanwhile": "`in the meantime`, `while this run was running`",
    "while this one looked": "`while this one was running`",
    "behind line": "`after line`",
    "owns? (?:the|an) environment": "`uses the environment`",
    "by time alone": "`on a known date`",
    "to its end": "`completely`",
    "for ever": "`forever`",
}

ANY = re.compile(rf"\b(?:{'|'.join(PHRASES)})\b", re.IGNORECASE)


def modules() -> list[Path]:
    """Every module of the package."""
    return sorted(SOURCE.rglob("*.py"))


def texts(source: str) -> Iterator[tuple[int, str]]:
    """The line and the words of each string and comment; an f-string without its expressions."""
    tree = ast.parse(source)
    pieces = {
        id(piece)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for piece in node.values
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            fixed = [each.value if isinstance(each, ast.Constant) else "{}" for each in node.values]
            yield node.lineno, "".join(map(str, fixed))
        elif isinstance(node, ast.Constant) and id(node) not in pieces:
            yield node.lineno, node.value if isinstance(node.value, str) else ""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def stumbles(source: str) -> list[str]:
    """Each phrase of the list that a text of this module has, with its line and the plain words."""
    return [
        f"line {line}: “{found[0]}”: write {plain}"
        for line, text in texts(source)
        if ANY.search(words := " ".join(text.split()))
        for phrase, plain in PHRASES.items()
        if (found := re.search(rf"(?i)\b{phrase}\b", words))
    ]


@pytest.mark.parametrize("path", modules(), ids=lambda path: path.relative_to(SOURCE).as_posix())
def test_no_text_of_a_module_has_a_phrase_of_the_list(path: Path) -> None:
    assert not stumbles(path.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "source",
    [
        '"""What is told."""',
        '"""What is\n    told."""',
        'why = "is told"',
        'why = f"{name} is told"',
        "# Mend it.",
    ],
)
def test_a_phrase_is_found_in_docstrings_messages_and_comments(source: str) -> None:
    assert len(stumbles(source)) == 1


def test_a_name_in_code_is_no_text() -> None:
    assert not stumbles("handed_over = is_told(mend)")
