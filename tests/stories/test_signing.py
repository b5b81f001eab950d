"""People sign: who ticked, whether they may, and what becomes of it."""

from __future__ import annotations

import html
import re

from servers.github.state import Pull

from .telling import CHECKLIST, LEAD_BOX, RULES, SECTION_BOX, Story, documents

LEAD_ASKED = f"- [ ] **{LEAD_BOX}**"


def asked(story: Story, **more: object) -> Pull:
    """A release PR whose gate waits for people."""
    pull = story.repo.open_pull(**more)  # type: ignore[arg-type]
    ran = story.on_pull(pull)
    assert LEAD_ASKED in story.comment(pull.number).body, ran.log
    return pull


def test_the_wrong_person_ticks_and_the_box_is_reset_with_the_reason(story: Story) -> None:
    pull = asked(story)
    story.repo.roles["octo-other"] = "write"
    story.hub.tick("octo-other", story.comment(pull.number), LEAD_BOX)
    story.on_comment(pull)
    body = story.comment(pull.number).body
    assert LEAD_ASKED in body
    assert "octo-other is not in backend-lead" in body.replace("<!-- -->", "")


def test_the_lead_ticks_and_is_credited(story: Story) -> None:
    pull = asked(story)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.on_comment(pull)
    body = story.comment(pull.number).body
    assert LEAD_ASKED not in body
    assert "signed by @octo-lead" in body.replace("<!-- -->", "")
    assert story.status(pull.head) == ("pending", "1 to sign: anyone with write access")


def test_everybody_signed_and_the_status_is_success(story: Story) -> None:
    pull = asked(story)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.hub.tick("octo-dev", story.comment(pull.number), SECTION_BOX)
    ran = story.on_comment(pull)
    assert ran.code == 0, ran.log
    assert story.status(pull.head) == ("success", "2 passed, 2 signed")
    assert story.comment(pull.number).body.startswith("## 🟢 production is ready")


def test_what_is_signed_once_for_all_is_committed_by_the_line_that_the_comment_prints(
    story: Story,
) -> None:
    once = RULES.replace("per: commit, not_author: true", "per: once")
    story.repo.commit("main", documents(rules=once))
    pull = asked(story)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.on_comment(pull)
    body = html.unescape(story.comment(pull.number).body.replace("<!-- -->", ""))
    assert LEAD_ASKED in body
    [line] = set(re.findall(r"<code>(- \{ item: .* \})</code>|`(- \{ item: .*? \})`", body))
    story.repo.commit("main", documents(rules=f"{once}signed:\n  {max(line)}\n"))
    later = story.repo.open_pull(head="release/1.5")
    story.on_pull(later)
    body = story.comment(later.number).body
    assert LEAD_ASKED not in body
    assert "signed by @octo-lead" in body.replace("<!-- -->", "")


def test_text_changed_together_with_boxes_signs_nothing_and_is_restored(story: Story) -> None:
    pull = asked(story)
    comment = story.comment(pull.number)
    whole = comment.body
    story.hub.edit(
        "octo-lead", comment, whole.replace("- [ ]", "- [x]").replace("2 to sign", "all is well")
    )
    story.on_comment(pull)
    body = story.comment(pull.number).body
    assert body.startswith("## 🔵 production is waiting: 2 to sign")
    assert LEAD_ASKED in body
    assert "the edit changed text as well as boxes" in body


def test_a_comment_whose_last_line_was_cut_off_is_found_and_restored(story: Story) -> None:
    pull = asked(story)
    comment = story.comment(pull.number)
    story.hub.edit("octo-dev", comment, "nothing to see here")
    story.on_comment(pull)
    assert LEAD_ASKED in story.comment(pull.number).body


def test_an_earlier_credit_outlives_a_mangled_comment(story: Story) -> None:
    pull = asked(story)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.on_comment(pull)
    story.hub.edit("octo-dev", story.comment(pull.number), "gone")
    story.on_comment(pull)
    assert "signed by @octo-lead" in story.comment(pull.number).body.replace("<!-- -->", "")


def test_a_blanked_history_signs_nothing(story: Story) -> None:
    pull = asked(story)
    comment = story.comment(pull.number)
    story.hub.tick("octo-lead", comment, LEAD_BOX)
    story.hub.blank("octo-lead", comment, -1)
    story.on_comment(pull)
    body = story.comment(pull.number).body
    assert LEAD_ASKED in body
    assert "deleted from the history" in body


def test_a_new_commit_drops_what_was_signed_per_commit_only(story: Story) -> None:
    pull = asked(story)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.hub.tick("octo-dev", story.comment(pull.number), SECTION_BOX)
    story.on_comment(pull)
    story.repo.commit("release/1.4", {"CHANGES.md": "more"})
    story.on_pull(pull)
    assert story.status(pull.head) == ("pending", "1 to sign: backend-lead")
    assert "signed another commit" in story.comment(pull.number).body


def test_what_was_signed_on_the_final_head_holds_on_the_squash(story: Story) -> None:
    """Merging gives the commit on main the status that the tag needs, without anybody signing again."""
    pull = asked(story)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.hub.tick("octo-dev", story.comment(pull.number), SECTION_BOX)
    story.on_comment(pull)
    merged = story.repo.merge(pull)
    ran = story.on_push(merged, actor="octo-merger")
    assert ran.code == 0, ran.log
    assert story.states(merged, "production") == ["pending", "success"]


def test_the_author_cannot_sign_what_needs_somebody_else(story: Story) -> None:
    pull = asked(story, author="octo-lead")
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.on_comment(pull)
    assert LEAD_ASKED in story.comment(pull.number).body
    assert "octo-lead is the author" in story.comment(pull.number).body.replace("<!-- -->", "")


def test_who_wrote_a_bots_commits_cannot_sign_them(story: Story) -> None:
    story.repo.commit("release/1.4", {"CHANGES.md": "1.4"}, author="octo-lead")
    story.repo.commit("release/1.4", {"CHANGES.md": "1.4.0"}, author="release-bot[bot]")
    pull = story.repo.open_pull("release-bot[bot]")
    pull.commits.insert(0, story.repo.commits[pull.head].parents[0])
    story.on_pull(pull)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.on_comment(pull)
    assert LEAD_ASKED in story.comment(pull.number).body
    assert "wrote commits of this PR" in story.comment(pull.number).body


def test_a_command_signs_until_it_is_edited(story: Story) -> None:
    pull = asked(story)
    story.hub.advance(seconds=5)
    said = story.repo.comment(pull.number, "octo-lead", "/checklist sign checklist")
    story.on_comment(pull)
    assert LEAD_ASKED not in story.comment(pull.number).body
    story.hub.edit("octo-lead", said, "/checklist sign checklist and more")
    story.on_comment(pull)
    assert LEAD_ASKED in story.comment(pull.number).body
    assert "the comment was edited" in story.comment(pull.number).body


def test_a_signature_can_be_taken_back(story: Story) -> None:
    pull = asked(story)
    story.hub.advance(seconds=5)
    story.repo.comment(pull.number, "octo-lead", "/checklist sign checklist")
    story.on_comment(pull)
    assert LEAD_ASKED not in story.comment(pull.number).body
    story.hub.advance(seconds=5)
    story.repo.comment(pull.number, "octo-lead", "/checklist unsign checklist")
    story.on_comment(pull)
    assert LEAD_ASKED in story.comment(pull.number).body


def test_an_app_that_speaks_for_a_person_signs_nothing(story: Story) -> None:
    pull = asked(story)
    story.hub.advance(seconds=5)
    story.repo.comment(pull.number, "octo-lead", "/checklist sign checklist", via_app=True)
    story.on_comment(pull)
    assert LEAD_ASKED in story.comment(pull.number).body
    assert "bots and Apps cannot sign" in story.comment(pull.number).body


def test_a_section_is_signed_by_its_name(story: Story) -> None:
    pull = asked(story)
    story.hub.advance(seconds=5)
    story.repo.comment(pull.number, "octo-dev", "/checklist sign sign-off told everybody")
    story.on_comment(pull)
    assert SECTION_BOX not in story.comment(pull.number).body
    assert LEAD_ASKED in story.comment(pull.number).body


def test_skipping_needs_a_reason_and_words_that_allow_it(story: Story) -> None:
    optional = CHECKLIST.replace("Status page announced", "Status page announced (optional)")
    story.repo.commit("main", documents(optional))
    pull = asked(story)
    story.hub.advance(seconds=5)
    story.repo.comment(pull.number, "octo-dev", "/checklist skip status")
    story.on_comment(pull)
    assert SECTION_BOX in story.comment(pull.number).body
    assert "gave no reason" in story.comment(pull.number).body
    story.repo.comment(pull.number, "octo-dev", "/checklist skip status internal release")
    story.repo.comment(pull.number, "octo-lead", "/checklist skip checklist no time")
    story.on_comment(pull)
    body = story.comment(pull.number).body.replace("<!-- -->", "")
    assert SECTION_BOX not in body
    assert "not applicable, says @octo-dev: internal release" in body
    assert LEAD_ASKED in body
    assert "neither conditional nor optional" in body


def test_a_reworded_item_is_asked_again(story: Story) -> None:
    pull = asked(story)
    story.hub.tick("octo-dev", story.comment(pull.number), SECTION_BOX)
    story.on_comment(pull)
    assert SECTION_BOX not in story.comment(pull.number).body
    story.repo.commit(
        "main",
        documents(CHECKLIST.replace("Status page announced", "Status page and blog announced")),
    )
    story.on_pull(pull)
    assert SECTION_BOX in story.comment(pull.number).body
    assert "the item was reworded after" in story.comment(pull.number).body


SECTIONS = "ABCDEFGH"  # more than six: short neighbours share a box
MANY = "# Release\n" + "".join(f"\n## Part {each}\n- [ ] Step {each}\n" for each in SECTIONS)
SHARED_BOX = "**Part A**"


def open_steps(story: Story, pull: Pull) -> set[str]:
    """The sections whose step the comment asks for."""
    boxes = [
        line for line in story.comment(pull.number).body.splitlines() if line.startswith("- [ ] ")
    ]
    return {each for each in SECTIONS if f"Step {each}" in " ".join(boxes)}


def with_many_sections(story: Story) -> Pull:
    story.repo.commit("main", documents(checklist=MANY, rules=None))
    pull = story.repo.open_pull()
    ran = story.on_pull(pull)
    assert open_steps(story, pull) == set(SECTIONS), ran.log
    return pull


def test_a_tick_of_a_box_that_sections_share_signs_every_section_in_it(story: Story) -> None:
    pull = with_many_sections(story)
    story.hub.tick("octo-dev", story.comment(pull.number), SHARED_BOX)
    story.on_comment(pull)
    assert open_steps(story, pull) == set("DEFGH")


def test_the_id_of_a_section_that_shares_a_box_signs_its_own_part(story: Story) -> None:
    pull = with_many_sections(story)
    assert "`part-b`" in story.comment(pull.number).body
    story.repo.comment(pull.number, "octo-dev", "/checklist sign part-b")
    story.on_comment(pull)
    assert open_steps(story, pull) == set(SECTIONS) - {"B"}


COPY = "Release 1.4\n\n- [ ] Status page announced\n- [ ] Told the neighbours\n"


def test_a_copy_in_the_description_can_be_ticked_after_its_text_was_edited(story: Story) -> None:
    """An edit of the text alone is no tick, so nobody is told that one does not count."""
    pull = story.repo.open_pull(body=COPY)
    for text in (edited := f"{COPY}Fixes #7\n", edited.replace("- [ ] Told", "- [x] Told")):
        pull.revise(story.hub.user("octo-dev"), text, story.hub.now())
        story.on_pull(pull)
        assert "does not count" not in story.comment(pull.number).body
    pull.revise(story.hub.user("octo-dev"), edited.replace("[ ]", "[x]"), story.hub.now())
    story.on_pull(pull)
    assert "**Sign-off**" not in story.comment(pull.number).body


def test_a_copy_that_is_ticked_with_other_text_signs_nothing_and_the_comment_names_the_item(
    story: Story,
) -> None:
    pull = story.repo.open_pull(body=COPY)
    pull.revise(story.hub.user("octo-dev"), COPY.replace("[ ]", "[x]") + "Done\n", story.hub.now())
    story.on_pull(pull)
    body = story.comment(pull.number).body.replace("<!-- -->", "")
    assert "the tick of @octo-dev on `status` does not count: the edit changed text" in body
    assert "- [ ] **Sign-off**" in body
