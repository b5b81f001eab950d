"""Where a sign-off command counts: as GitHub shows the comment, in 60 ways to hide one and some to say it plainly.

Two parsers judge each: comrak, which the gate uses, and markdown-it-py. The second knows neither footnotes nor
formulas, and has no view of what an open HTML element holds: these rows are judged by the first alone.
"""

from __future__ import annotations

import re
from hashlib import sha256
from itertools import pairwise

import pytest
from markdown_it import MarkdownIt
from msgspec.structs import replace

from deploy_checklist.github.model import Comment
from deploy_checklist.github.records import has_command
from deploy_checklist.signoffs.commands import commands
from test_signoffs import BOT, LEAD, at, comment_by

C = "/checklist sign API_KEY"

SHOWN = {
    "alone": C,
    "after a paragraph": f"I looked.\n\n{C}",
    "after a line of its paragraph": f"I looked.\n{C}",
    "before a line of its paragraph": f"{C}\nI looked.",
    "after a hard break of blanks": f"I looked.  \n{C}",
    "after a hard break of a backslash": f"I looked.\\\n{C}",
    "lines that end in CR LF": f"I looked.\r\n{C}\r\n",
    "lines that end in CR": f"I looked.\r{C}\r",
    "after a closed fence": f"```\nx\n```\n{C}",
    "after a closed fence of tildes": f"~~~\nx\n~~~\n{C}",
    "after a quote and an empty line": f"> quoted\n\n{C}",
    "after a list and an empty line": f"- entry\n\n{C}",
    "after a heading": f"# Heading\n{C}",
    "after a heading's end": f"Heading\n===\n{C}",
    "after a rule": f"x\n\n---\n{C}",
    "after a comment": f"<!-- hidden -->\n{C}",
    "after backticks that open no fence": f"```a `b`\n{C}",
    "after a definition of a link": f"[a]: /x 'title'\n{C}",
    "with words that are marked up": f"{C} I *looked* at `it`",
    "after a break within the line": f"one <br> two\n{C}",
    "after emphasis that has ended": f"**looked**\n{C}",
    "after a backtick that opens nothing": f"a ` b\n{C}",
    "after a comment that never ends, within a line": f"a <!-- b\n{C}",
    "after a byte order mark": f"\ufeffI looked.\n{C}",
    "after a NUL": f"I\0looked.\n{C}",
    "with a NUL in its reason": f"{C} \0",
    "after what is indented by a tab": f"\tcode\n{C}",
    "after a fence in a quote": f"> ```\n> x\n{C}",
    "after a heading in a quote": f"> # x\n{C}",
    "after a heading in an entry": f"- # x\n{C}",
    "after a table and an empty line": f"a | b\n--- | ---\nc | d\n\n{C}",
    "after HTML and an empty line": f"<div>\nx\n</div>\n\n{C}",
    "after a tag that is none": f"a <b\n{C}\n>",
    "before a heading's underline that a blank line precedes": f"{C}\n\n===",
}

HIDDEN = {
    # quotes
    "in a quote": f"> {C}",
    "in a quote, continued lazily": f"> quoted\n{C}",
    "in a quote in a quote": f"> > quoted\n{C}",
    "in a quote after NEL": f"> quoted\x85{C}",
    "in a quote after VT": f"> quoted\x0b{C}",
    "in a quote after FF": f"> quoted\x0c{C}",
    "in a quote after FS": f"> quoted\x1c{C}",
    "in a quote after GS": f"> quoted\x1d{C}",
    "in a quote after RS": f"> quoted\x1e{C}",
    "in a quote after U+2028": f"> quoted\u2028{C}",
    "in a quote after U+2029": f"> quoted\u2029{C}",
    "in an alert": f"> [!NOTE]\n{C}",
    "in a quote after CR": f"> quoted\r{C}",
    "in a quote after CR LF": f"> quoted\r\n{C}",
    "in a quote after a NUL": f"> quoted\0{C}",
    "in a quote behind a tab": f">\t{C}",
    "in a quote in an entry, continued lazily": f"- > quoted\n{C}",
    "in an entry in a quote, continued lazily": f"> - entry\n{C}",
    # code
    "in a fence": f"```\n{C}\n```",
    "in a fence of tildes": f"~~~\n{C}\n~~~",
    "in a fence without an end": f"```\n{C}",
    "in a fence that a shorter one does not end": f"````\n```\n{C}\n````",
    "in a fence that tildes do not end": f"```\n~~~\n{C}\n```",
    "in a fence that backticks with a word do not end": f"```\n``` x\n{C}\n```",
    "in a fence that an indented one does not end": f"```\n    ```\n{C}\n```",
    "in a fence with a language": f"```text title='x'\n{C}\n```",
    "indented by four": f"    {C}",
    "indented by a tab": f"\t{C}",
    "indented by blanks and a tab": f"  \t{C}",
    "indented in an entry": f"- entry\n\n      {C}",
    "in a fence after CR": f"```\r{C}\r```",
    "in a fence that blanks behind a word do not end": f"```\n```x   \n{C}\n```",
    "in a span of two backticks with one in it": f"``code ` \n{C}\n``",
    "in a span of code": f"`code\n{C}\n`",
    "in a span of three backticks": f"a ```code\n{C}\nb```",
    # HTML
    "in a comment": f"<!--\n{C}\n-->",
    "in a comment with an empty line": f"<!--\n\n{C}\n\n-->",
    "in a comment without an end": f"<!--\n\n{C}",
    "in a comment within a line": f"a <!--\n{C}\n--> b",
    "in pre": f"<pre>\n{C}\n</pre>",
    "in pre with an empty line": f"<pre>\n\n{C}\n\n</pre>",
    "in pre without an end": f"<pre>\n\n{C}",
    "in PRE": f"<PRE class='x'>\n\n{C}\n\n</PRE>",
    "in script": f"<script>\n\n{C}\n\n</script>",
    "in style": f"<style>\n\n{C}\n\n</style>",
    "in textarea": f"<textarea>\n\n{C}\n\n</textarea>",
    "in div": f"<div>\n{C}\n</div>",
    "in details": f"<details>\n{C}\n</details>",
    "in a processing instruction": f"<?x\n\n{C}\n\n?>",
    "in a declaration": f"<!X\n\n{C}\n\n>",
    "in a processing instruction without an end": f"<?x\n\n{C}",
    "in CDATA": f"<![CDATA[\n\n{C}\n\n]]>",
    "in an attribute": f"a <span title='\n{C}\n'>b</span>",
    "behind a closing tag alone on its line": f"</x-y>\n{C}",
    "behind the closing tag of a block": f"</div>\n{C}",
    "in any tag alone on its line": f"<x-y>\n{C}\n</x-y>",
    # lists, headings, tables
    "in an entry": f"- {C}",
    "in an entry, continued lazily": f"- entry\n{C}",
    "in a numbered entry, continued lazily": f"1. entry\n{C}",
    "in a box, continued lazily": f"- [ ] entry\n{C}",
    "in an entry behind a tab": f"-\t{C}",
    "in an entry's second paragraph": f"- entry\n\n  {C}",
    "in an entry with a parenthesis": f"1) entry\n{C}",
    "in an entry of an entry, continued lazily": f"- a\n  - b\n{C}",
    "behind the mark of a heading": f"# {C}",
    "as a heading": f"{C}\n===",
    "as a heading of rank two": f"{C}\n---",
    "in a heading with the line before it": f"x\n{C}\n===",
    "as the header of a table": f"{C} | b\n--- | ---",
    "as a heading with a reason": f"{C} because\n===",
    "in a table in a quote": f"> a | b\n> --- | ---\n> {C} | x",
    "as a row of a table": f"a | b\n--- | ---\n{C}",
    # links, images, emphasis
    "in the text of a link": f"[a\n{C}\nb](/x)",
    "in the title of a link": f"[a](/x '\n{C}\n')",
    "in the text of an image": f"![a\n{C}\nb](/x)",
    "in the label of a definition": f"[a\n{C}\n]: /x\n",
    "in the title of a definition": f"[a]: /x '\n{C}\n'\n",
    "in text that is struck through": f"~~a\n{C}~~",
    "in emphasis": f"*a\n{C}*",
    # not at the line's beginning
    "behind a word": f"please {C}",
    "behind a backslash": f"\\{C}",
    "behind a byte order mark": f"\ufeff{C}",
    "behind a NUL": f"\0{C}",
    "behind a word joiner": f"\u2060{C}",
    "behind a mark that turns the direction": f"\u202e{C}",
    "behind a form feed": f"\x0c{C}",
    "with a NUL in it": "/checklist\0 sign API_KEY",
    "with a soft hyphen in it": "/check\xadlist sign API_KEY",
    "in capitals": "/Checklist sign API_KEY",
    "behind a blank": f" {C}",
    "behind a blank that is no ASCII": f"\xa0{C}",
    "behind a zero-width space": f"\u200b{C}",
    "behind an entity": f"&#10;{C}",
    "written with an entity": "&#47;checklist sign API_KEY",
    "with letters of another script": "/checkl\u0456st sign API_KEY",
    "with other blanks": "/checklist\xa0sign API_KEY",
}

# What only one of the parsers, or neither, knows of GitHub's own.
HIDDEN_BY_GITHUB = {
    "in a quote after a definition": f"> [a]: /x\n{C}",
    "in a footnote": f"see[^1]\n\n[^1]: note\n{C}",
    "in a footnote that nothing refers to": f"[^1]: note\n{C}",
    "in a formula": f"$$\n{C}\n$$",
    "in a formula within a line": f"a $b\n{C}\nc$",
    "in details with empty lines": f"<details>\n\n{C}\n\n</details>",
    "in details in a paragraph": f"a <details>\n{C}\n</details>",
    "in div with empty lines": f"<div align='center'>\n\n{C}\n\n</div>",
    "in a quote of HTML": f"<blockquote>\n\n{C}\n\n</blockquote>",
    "in a list of HTML": f"<ul><li>\n\n{C}\n\n</li></ul>",
    "in a table of HTML": f"<table><tr><td>\n\n{C}\n\n</td></tr></table>",
    "in struck text of HTML": f"a <del>\n{C}\n</del>",
    "in details that never end": f"<details><summary>More</summary>\n\n{C}",
    "in details after others that ended": f"<details>\n\nx\n\n</details>\n\n<details>\n\n{C}",
}
SHOWN_BY_GITHUB = {
    "after details that ended": f"<details>\n\nx\n\n</details>\n\n{C}",
    "after a tag that GitHub takes out": f"the <name> of it\n{C}",
    "after an element in a comment": f"<!-- <details> -->\n\n{C}",
    "after a price": f"it costs $5\n{C}",
}
EVERY_SHOWN, EVERY_HIDDEN = SHOWN | SHOWN_BY_GITHUB, HIDDEN | HIDDEN_BY_GITHUB

_OTHER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def said(text: str) -> list[tuple[str, tuple[str, ...]]]:
    found = commands([comment_by(text)])
    return [(each.verb, each.words[:1]) for each in found if not each.hidden]


def shown_by_the_other(text: str) -> bool:
    """Whether markdown-it-py finds the command at the beginning of a line of a top-level paragraph."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if f"\n{C}" not in f"\n{text}":
        return False  # no line of the source begins with it, whatever is shown
    tokens = _OTHER.parse(text)
    for opening, inline in pairwise(tokens):
        if opening.type != "paragraph_open" or opening.level:
            continue
        at_start = True
        for child in inline.children or ():
            if at_start and child.level == 0 and child.content.startswith(C):
                return child.type == "text"
            at_start = child.type in ("softbreak", "hardbreak")
    return False


@pytest.mark.parametrize("text", EVERY_SHOWN.values(), ids=EVERY_SHOWN)
def test_a_line_of_a_paragraph_that_begins_with_a_command_counts(text: str) -> None:
    assert said(text) == [("sign", ("API_KEY",))]


@pytest.mark.parametrize("text", EVERY_HIDDEN.values(), ids=EVERY_HIDDEN)
def test_a_command_anywhere_else_is_none(text: str) -> None:
    assert said(text) == []
    assert said(f"{text}\n\n- [ ] x\n\n[^2]: y") == []


def test_there_are_60_ways_to_hide_one() -> None:
    assert len(HIDDEN) >= 60


LABELS = {
    "of an image": f"![x][a\n{C}\nb]\n\n[a {C} b]: /x",
    "of a link": f"[x][a\n{C}\nb]\n\n[a {C} b]: /x",
    "of an image, in capitals": f"![x][a\n{C}\nb]\n\n[A {C.upper()} B]: /x",
    "of an image, in other capitals": f"![x][a\n{C}\nb]\n\n[a {C.replace('k', chr(0x212A))} b]: /x",
    "of an image, with one that is shown in its place": f"![x][a\n{C}\nb]\n\n[a {C} b]: /x\n\n\\{C}",
    "of an image that is one": f"![a\n{C}\nb]\n\n[a {C} b]: /x",
    "of an image, with a link that holds one in its place": f"![x][a\n{C}\nb]\n\n[a {C} b]: /x\n\n"
    f"[a\n{C}\n[a\n{C}\nb]](/u)",
    "of an image, too long for one with other words": f"![x][a\n{C}\n{C * 20}]\n\n[a {C} {C * 20}]: /x",
    "of a footnote": f"[^a\n{C}\nb]\n\n[^a {C} b]: x",
}


@pytest.mark.parametrize("text", LABELS.values(), ids=LABELS)
def test_a_command_in_a_label_does_not_count(text: str) -> None:
    """Whether a label is one depends on another line: it must be the same there, word for word."""
    for before in ("", f"{C}\n\n"):
        assert [
            each
            for each in commands([comment_by(before + text)])
            if not (each.refused or each.hidden)
        ] == []


@pytest.mark.parametrize(
    "other",
    ["/checklist", f"\\{C}", f"&#47;{C[1:]}", f"*x*{C}", C.upper(), f"`{C}`", "/checklists"],
)
def test_other_words_take_nothing_from_a_command(other: str) -> None:
    assert said(f"{other}\n\n{C}\n{other}\n") == [("sign", ("API_KEY",))]


UNREADABLE = {
    "quotes": "> " * 30_000,
    "quotes in a footnote": "[^a]\n\n[^a]: " + "> " * 30_000,
    "quotes in a footnote's next line": "[^a]\n\n[^a]: x\n\n    " + ">" * 60_000,
    "quotes in footnotes": "[^a]\n\n" + "[^a]: > " * 8_000,
    "emphasis": "*a" * 30_000 + "*" * 5_000,
}


@pytest.mark.parametrize("text", UNREADABLE.values(), ids=UNREADABLE)
def test_a_comment_that_cannot_be_read_says_so_and_stops_no_run(text: str) -> None:
    """Nesting without end would overflow the parser's stack, and so end the process."""
    [command] = commands([comment_by(f"{C}\n\n{text}")])
    assert command.refused == "the comment's Markdown could not be read; write a new one"


def test_the_words_are_those_that_were_written() -> None:
    [command] = commands([comment_by("x\n/checklist skip `a_b`, ~c~ *d* &amp; \\e \ue0000\ue000")])
    assert command.words == ("`a_b`,", "~c~", "*d*", "&amp;", "\\e", "\ue0000\ue000")


def test_each_line_is_judged_where_it_stands() -> None:
    text = f"{C}_1\n\n> {C}_2\n{C}_3\n\nx\n{C}_4\n\n```\n{C}_5\n```\n{C}_6"
    found = list(commands([comment_by(text)]))
    shown = [command.words[0] for command in found if not command.hidden]
    assert shown == ["API_KEY_1", "API_KEY_4", "API_KEY_6"]
    hidden = [command.words[0] for command in found if command.hidden]
    assert hidden == ["API_KEY_2", "API_KEY_3", "API_KEY_5"]


@pytest.mark.parametrize(
    "mark", ["/x0x", "/0", "/\ue0000\ue000", "/&#xE000;9&#xE000;", "&#47;checklist"]
)
def test_what_stands_for_a_line_cannot_be_forged(mark: str) -> None:
    """Lines are found again by what the gate puts in their place; no comment can hold that."""
    text = f"```\n{C}\n```\n\n"
    for own in (mark, f"/{sha256(text.encode()).hexdigest()}x0x"):
        assert said(f"{text}{own} sign API_KEY") == []


def test_a_comment_without_a_command_is_not_parsed() -> None:
    """No Markdown costs anything where nobody says `/checklist`: this comment could not be read."""
    quoted = " /checklist sign API_KEY\n> /checklist sign API_KEY\n\n" + "> " * 30_000
    assert all(each.hidden for each in commands([comment_by(quoted)]))


@pytest.mark.parametrize(
    ("more", "refused"),
    [
        ({}, None),
        ({"edited_at": at(6)}, "the comment was edited; write a new one"),
        ({"author": None}, "the account was deleted"),
        ({"author": BOT}, "bots and Apps cannot sign"),
        ({"author": replace(LEAD, kind="Mannequin")}, "bots and Apps cannot sign"),
        ({"author": replace(LEAD, id=None)}, "bots and Apps cannot sign"),
        ({"via_app": True}, "bots and Apps cannot sign"),
    ],
    ids=[
        "a person",
        "edited",
        "gone",
        "another bot",
        "a mannequin",
        "no id",
        "an App for a person",
    ],
)
def test_whose_word_it_is_decides_too(more: dict[str, object], refused: str | None) -> None:
    [command] = commands([comment_by(f"I looked.\n{C}", **more)])
    assert command.refused == refused


def test_the_gates_own_comment_commands_nothing() -> None:
    own: Comment = comment_by(C, BOT, own=True)
    assert list(commands([own])) == []


@pytest.mark.parametrize(
    "text", (EVERY_SHOWN | EVERY_HIDDEN).values(), ids=EVERY_SHOWN | EVERY_HIDDEN
)
def test_github_is_asked_who_wrote_every_comment_with_a_command_and_no_other(text: str) -> None:
    """The lines are those that could be commands, wherever they stand."""
    lines = re.split("\r\n|\r|\n", text)
    assert has_command(text) == any(re.match("/checklist[ \t]", line) for line in lines)
    assert has_command(text) or not said(text)


@pytest.mark.parametrize("text", (SHOWN | HIDDEN).values(), ids=SHOWN | HIDDEN)
def test_another_parser_agrees(text: str) -> None:
    assert shown_by_the_other(text) == bool(said(text))
