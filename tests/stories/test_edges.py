"""Where GitHub gives less, or gives it from another side."""

from __future__ import annotations

import re

from deploy_checklist.publish.outputs import HELD

from .telling import (
    CHECKLIST,
    CHECKLIST_PATH,
    LEAD_BOX,
    RULES,
    RULES_PATH,
    SECTION_BOX,
    Story,
    documents,
)

READS = {
    "contents": "read",
    "pull_requests": "read",
    "issues": "read",
    "statuses": "read",
    "checks": "read",
}
READING_TOKEN = "ghs_OnlyReads0000000000000000000000000000"


def test_a_forks_run_only_reads(story: Story) -> None:
    """Summary and annotations, one notice, no write."""
    story.hub.token(READING_TOKEN, permissions=READS)
    pull = story.repo.open_pull(fork=True)
    ran = story.on_pull(pull, event="pull_request", token=READING_TOKEN, values={})
    assert ran.writes == ()
    assert "cannot write to GitHub" in ran.summary
    assert ran.code == 3
    assert "withholds" in ran.summary


def test_dependabot_is_treated_like_a_fork(story: Story) -> None:
    story.hub.token(READING_TOKEN, permissions=READS)
    pull = story.repo.open_pull("dependabot[bot]", labels=["release"], head="dependabot/npm/x")
    ran = story.on_pull(
        pull, event="pull_request", token=READING_TOKEN, values={}, GITHUB_ACTOR="dependabot[bot]"
    )
    assert ran.writes == ()
    assert "cannot write to GitHub" in ran.summary


def test_a_merge_queues_commit_gets_the_review_status(story: Story) -> None:
    """What was signed on the head holds for the commit that the queue made of it."""
    pull = story.repo.open_pull()
    story.signed(pull)
    before = story.comment(pull.number).body
    sha, ran = story.on_queue(pull)
    assert ran.code == 0, ran.log
    assert story.states(sha) == ["pending", "success"]
    assert story.comment(pull.number).body == before


def test_a_server_of_ones_own_is_asked_at_its_own_addresses(story: Story) -> None:
    pull = story.repo.open_pull()
    ran = story.on_pull(
        pull,
        GITHUB_API_URL=f"{story.hub.url}/api/v3",
        GITHUB_GRAPHQL_URL=f"{story.hub.url}/api/graphql",
        GITHUB_SERVER_URL="https://github.acme.example",
    )
    assert ran.code == 1, ran.log
    assert "https://github.acme.example/acme/shop/blob/" in story.comment(pull.number).body


def test_a_hundred_and_fifty_comments_hide_neither_ours_nor_a_tick(story: Story) -> None:
    pull = story.repo.open_pull()
    for number in range(149):
        story.repo.comment(pull.number, "octo-dev", f"talk {number}")
    story.on_pull(pull)
    story.hub.tick("octo-lead", story.comment(pull.number), LEAD_BOX)
    story.on_comment(pull)
    assert "signed by @octo-lead" in story.comment(pull.number).body.replace("<!-- -->", "")


def test_five_hundred_items_are_cut_where_it_can_be_seen(story: Story) -> None:
    many = "".join(
        f"## Part {n}\n- [ ] Do the thing number {n} {'very ' * 30}thoroughly\n" for n in range(500)
    )
    story.repo.commit("main", documents(CHECKLIST + many))
    pull = story.repo.open_pull()
    ran = story.on_pull(pull)
    body = story.comment(pull.number).body
    assert len(body) <= 60_000, ran.log[-500:]
    assert "cut here" in body
    assert LEAD_BOX in body


def test_a_rerun_comes_to_what_the_first_attempt_came_to(story: Story) -> None:
    """It says once that the secrets may be those of the first attempt, and what to do."""
    pull = story.repo.open_pull()
    story.signed(pull)
    story.repo.tag("v1.4.0", story.repo.merge(pull))
    ran = [story.on_tag("v1.4.0", attempt=attempt) for attempt in (1, 2, 3)]
    assert [each.outputs["verdict"] for each in ran] == ["ready"] * 3
    assert [each.log.count("This is a re-run") for each in ran] == [0, 1, 1]
    said = " ".join(ran[1].log.split())
    assert "GitHub may give it the secrets of the first attempt" in said
    assert "start a new run of the workflow (workflow_dispatch" in said


def test_a_rerun_that_is_handed_no_value_says_nothing_of_values(story: Story) -> None:
    pull = story.repo.open_pull()
    assert "This is a re-run" not in story.on_pull(pull, attempt=2, values={}).log


def test_a_rerun_reads_everything_live(story: Story) -> None:
    pull = story.repo.open_pull()
    story.signed(pull)
    story.repo.comment(pull.number, "octo-lead", "/checklist unsign checklist")
    assert story.on_pull(pull, attempt=2).outputs["verdict"] == "waiting"
    assert story.status(pull.head)[0] == "pending"


def test_a_second_gate_for_another_environment_has_its_own_comment_and_status(story: Story) -> None:
    rules = RULES.replace(
        "  production:", "  staging: { domain: staging.acme.example }\n  production:"
    )
    story.repo.commit("main", documents(rules=rules))
    pull = story.repo.open_pull()
    story.on_pull(pull)
    story.on_pull(pull, inputs={"environment": "staging"})
    assert len(story.comments(pull.number)) == 2
    assert story.states(pull.head, "staging/review") == ["pending", "failure"]
    assert story.states(pull.head, "production/review") == ["pending", "pending"]


def test_without_a_token_the_checkout_is_judged_and_nobody_signs(story: Story) -> None:
    pull = story.repo.open_pull()
    ran = story.on_pull(pull, token="")
    assert ran.requests == 0
    assert "no checklist found" in ran.log  # the workspace is empty


def test_an_app_of_the_teams_own_posts_the_status(story: Story) -> None:
    app = story.hub.token(
        "ghs_TheTeamsOwnApp00000000000000000000", "release-gate[bot]", {"statuses": "write"}
    )
    pull = story.repo.open_pull()
    story.on_pull(pull, inputs={"status-token": app})
    assert {
        status.creator.login for status in story.repo.statuses[pull.head] if status.creator
    } == {"release-gate"}
    assert story.states(pull.head) == ["pending", "pending"]


def test_a_team_is_a_role_if_the_metadata_token_can_read_it(story: Story) -> None:
    story.repo.commit("main", documents(rules=RULES.replace("@octo-lead", "@acme/leads")))
    story.hub.team("acme", "leads", octo_lead="active")
    pull = story.repo.open_pull()
    story.signed(pull)
    assert "1 not checked" in story.comment(pull.number).body
    token = story.hub.token(
        "ghp_ReadsTeams000000000000000000000000", "octo-admin", {"members": "read"}
    )
    ran = story.on_pull(pull, inputs={"metadata-token": token})
    assert ran.code == 0, ran.log
    assert SECTION_BOX not in story.comment(pull.number).body


def test_a_checklists_name_is_no_command_to_the_runner(story: Story) -> None:
    """The runner ends a line at a carriage return as well."""
    story.repo.commit("main", {RULES_PATH: None, CHECKLIST_PATH: None})
    name = "docs/deployment-checklist\r::stop-commands::pwnd\r.md"
    ran = story.on_pull(story.repo.open_pull(head="feature/gate", files={name: CHECKLIST}))
    assert "stop-commands" in ran.log
    assert not [
        line for line in re.split(r"[\r\n]", ran.log) if line.lstrip().startswith("::stop-commands")
    ]


def test_a_long_lint_says_how_much_more_there_is_and_lists_it_in_the_summary(story: Story) -> None:
    unbound = "".join(f"- [ ] `NEW_{number}_URL` is known\n" for number in range(30))
    pull = story.repo.open_pull(
        head="feature/x", files=documents(f"{CHECKLIST}\n## More\n{unbound}")
    )
    ran = story.on_pull(pull)
    assert ran.code == 0
    assert (ran.log.count("::warning"), ran.summary.count("is known”")) == (10, 30)
    assert "more; the summary of this run lists them all" in ran.log
    assert ran.outputs == {"verdict": "", **HELD}
    strict = story.on_pull(pull, inputs={"strict": "true"})
    assert (strict.code, strict.log.count("::error"), strict.log.count("::warning")) == (1, 10, 0)
