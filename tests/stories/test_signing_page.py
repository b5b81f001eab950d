"""The commands of docs/signing.md do what the page says, with the checklist and the rules that it shows."""

from __future__ import annotations

import re

import pytest

from deploy_checklist.signoffs.commands import commands
from pages.blocks import ROOT
from servers.github.state import Pull
from test_signoffs import comment_by

from .telling import Story, documents
from .test_order import InOneProcess

PAGE = (ROOT / "docs/signing.md").read_text(encoding="utf-8")
CHECKLIST, RULES = (
    re.search(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)[1]  # type: ignore[index]
    for language in ("markdown", "yaml")
)
ITEMS = {"PAYMENT_API_KEY", "refunds", "card", "checklist", "notes"}
# What is closed once each command of the page has followed its opposite for `refunds`, `card` and
# `notes`, in the same comment.
CLOSES = {
    "/checklist sign refunds": {"refunds"},
    "/checklist sign refunds tried three cards": {"refunds"},
    "/checklist sign refunds, notes": {"refunds", "notes"},
    "/checklist sign refunds, notes tried on staging": {"refunds", "notes"},
    "/checklist sign payments": {"refunds", "card"},
    "/checklist skip card no shop has a terminal yet": {"card"},
    "/checklist unsign refunds": {"card", "notes"},
    "/checklist unsign payments": {"notes"},
}
OVERRIDES = {
    "/checklist override production checkout is down, the fix is in this release": "success",
    "/checklist unoverride production": "pending",
}


@pytest.fixture
def story(story: Story) -> Story:
    rules = f"{RULES}override: {{ by: [backend-lead], for: 4h }}\n"
    story.repo.commit("main", documents(CHECKLIST, rules))
    return InOneProcess(story.hub, story.repo, story.folder, values={"PAYMENT_API_KEY": "k9-Zq4m"})


def asked(story: Story, pull: Pull) -> set[str]:
    """The ids of the items whose boxes the comment shows."""
    boxes = re.findall(r"^- \[ \] .*<!-- asks (.*) -->", story.comment(pull.number).body, re.M)
    return {each.partition("=")[0] for box in boxes for each in box.split()}


def test_every_command_of_the_page_does_what_it_is_shown_for(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull)
    assert asked(story, pull) == ITEMS
    for command, closed in CLOSES.items():
        verb = "sign" if "unsign" in command else "unsign"
        before = f"/checklist {verb} refunds, card, notes"
        story.hub.advance(seconds=5)
        story.repo.comment(pull.number, "octo-dev", f"{before}\n{command}")
        story.on_comment(pull)
        assert asked(story, pull) == ITEMS - closed, command
    for command, state in OVERRIDES.items():
        story.hub.advance(seconds=5)
        story.repo.comment(pull.number, "octo-lead", command)
        story.on_comment(pull)
        assert story.status(pull.head)[0] == state, command


def test_unsign_leaves_a_line_of_the_rules(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull)
    [words] = re.findall(r"asks notes=(\w+)|notes=(\w+)", story.comment(pull.number).body)
    line = f'  - {{ item: notes, by: "@octo-lead", on: 2026-11-01, words: {"".join(words)} }}\n'
    story.repo.commit("main", documents(CHECKLIST, f"{RULES}signed:\n{line}"))
    story.repo.comment(pull.number, "octo-lead", "/checklist unsign notes")
    story.on_comment(pull)
    assert asked(story, pull) == ITEMS - {"notes"}


def test_an_untick_takes_back_what_others_ticked(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull)
    box = story.comment(pull.number)
    story.hub.tick("octo-lead", box, "Payments")
    story.hub.tick("octo-dev", box, "Payments", on=False)
    story.on_comment(pull)
    assert asked(story, pull) == ITEMS


def test_a_comment_in_the_ticket_of_an_open_pull_request_counts_at_its_next_run(
    story: Story,
) -> None:
    ticket = story.repo.open_issue("octo-lead", "Release 1.4")
    pull = story.repo.open_pull(body=f"Release ticket: #{ticket.number}")
    story.on_pull(pull)
    story.repo.comment(ticket.number, "octo-dev", "/checklist sign refunds")
    assert "is not a release ticket" in story.on_comment(ticket).log
    assert asked(story, pull) == ITEMS
    story.on_pull(pull)
    assert asked(story, pull) == ITEMS - {"refunds"}


def test_nothing_is_said_of_a_command_for_an_item_that_only_a_check_decides(story: Story) -> None:
    rules = "version: 1\nitems:\n  PAYMENT_API_KEY: { one_of: [a] }\n"
    story.repo.commit("main", documents(CHECKLIST, rules))
    pull = story.repo.open_pull()
    story.on_pull(pull)
    story.repo.comment(pull.number, "octo-dev", "/checklist sign PAYMENT_API_KEY")
    story.on_comment(pull)
    body = story.comment(pull.number).body
    assert "1 failed" in body
    assert "does not count" not in body


def test_these_are_all_commands_of_the_page() -> None:
    shown = re.findall(r"`(/checklist [^`]+)`", PAGE)
    placeholders = {"/checklist sign", "/checklist unsign ID"}
    assert set(shown) - placeholders == CLOSES.keys() | OVERRIDES.keys()


def test_every_command_that_any_page_shows_is_one() -> None:
    """In code within a sentence, or on a line of its own."""
    shown = [
        (page.name, "".join(found))
        for page in (ROOT / "docs").rglob("*.md")
        for found in re.findall(
            r"`(/checklist [a-z][^`\n]*)`|^(/checklist .+)$", page.read_text("utf-8"), re.MULTILINE
        )
    ]
    assert {"signing.md", "way-back.md", "rules.md"} <= {page for page, _ in shown}
    for where, command in shown:
        [found] = commands([comment_by(command)])
        assert (found.hidden, found.refused) == (False, None), (where, command)
