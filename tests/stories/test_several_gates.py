"""Several gates in one repository: each has its own status, comment, row and issues, and none writes over another's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from deploy_checklist.publish.outputs import HELD
from servers.github.state import Issue

from .telling import (
    CHECKLIST,
    CHECKLIST_PATH,
    LEAD_BOX,
    RULES,
    RULES_PATH,
    SECTION_BOX,
    Pull,
    Ran,
    Story,
    documents,
)

LOG = """\

## Deployment log
| Date | Environment | Version | Signed by | Result |
| --- | --- | --- | --- | --- |
| | | | | |
"""
WRONG = {"PAYMENT_PROVIDER": "paypal", "PAYMENT_CALLBACK_URL": "https://pay.acme.example/callback"}
ORDERS = pytest.mark.parametrize("order", [("api", "worker"), ("worker", "api")])
TAKEN = "belongs to another gate, the one of {}, and was not changed"


def rules_of(checklist: str, name: str | None = None) -> str:
    given = RULES.replace(CHECKLIST_PATH, checklist)
    return given if name is None else given.replace("version: 1\n", f"version: 1\nname: {name}\n")


def add(
    story: Story, service: str, *, name: str | None = None, folder: str = "services/{}"
) -> None:
    """A service with its own checklist and rules."""
    checklist = f"{folder.format(service)}/{service}.md"
    rules = rules_of(checklist, name)
    story.repo.commit("main", {checklist: CHECKLIST + LOG, f"services/{service}/rules.yml": rules})


def of(service: str, **more: str) -> dict[str, str]:
    return {"environment": "production", "rules": f"services/{service}/rules.yml", **more}


@pytest.fixture
def services(story: Story) -> Story:
    """Two services, and nothing at the usual places."""
    story.repo.commit("main", {RULES_PATH: None, CHECKLIST_PATH: None})
    for service in ("api", "worker"):
        add(story, service)
    return story


def about(story: Story, number: int, gate: str) -> Any:
    """The comment on a pull request or issue that is about a gate."""
    (found,) = [each for each in story.comments(number) if f"{gate}:" in each.body.split("\n")[0]]
    return found


def written(story: Story) -> object:
    """Everything that stands on GitHub."""
    statuses = {
        sha: [(each.context, each.state, each.target_url) for each in found]
        for sha, found in story.repo.statuses.items()
    }
    issues = [
        (each.title, each.body, each.open, [(c.body, c.minimized) for c in each.comments])
        for each in story.repo.issues.values()
    ]
    return statuses, issues


@ORDERS
def test_two_services_have_a_verdict_each_on_one_commit(
    services: Story, order: tuple[str, str]
) -> None:
    """The api is blocked, the worker waits: whichever looks last, and before and after the merge."""
    values = {"api": WRONG, "worker": services.values}
    pull = services.repo.open_pull()
    for service in (*order, *order):
        ran = services.on_pull(pull, inputs=of(service), values=values[service])
        assert ran.code == 1, ran.log
    merged = services.repo.merge(pull)
    for service in order:
        services.on_push(merged, inputs=of(service), values=values[service])
    for sha, moment in ((pull.head, "/review"), (merged, "")):
        api = services.states(sha, f"services/api/production{moment}")
        worker = services.states(sha, f"services/worker/production{moment}")
        assert (set(api[1::2]), set(worker)) == ({"failure"}, {"pending"})
    assert about(services, pull.number, "services/api").body.startswith("## 🔴")
    assert about(services, pull.number, "services/worker").body.startswith("## 🔵")
    assert len(services.comments(pull.number)) == 2


@ORDERS
def test_what_is_signed_for_one_service_is_signed_for_no_other(
    services: Story, order: tuple[str, str]
) -> None:
    """Both checklists have the same words."""
    pull = services.repo.open_pull()
    for service in order:
        services.on_pull(pull, inputs=of(service))
    comment = about(services, pull.number, "services/api")
    services.hub.tick("octo-lead", comment, LEAD_BOX)
    services.hub.tick("octo-dev", comment, SECTION_BOX)
    codes = {service: services.on_comment(pull, inputs=of(service)).code for service in order}
    assert codes == {"api": 0, "worker": 1}
    assert services.status(pull.head, "services/api/production/review")[0] == "success"
    assert services.status(pull.head, "services/worker/production/review")[0] == "pending"


@ORDERS
def test_two_services_have_a_row_and_issues_each(services: Story, order: tuple[str, str]) -> None:
    for service in order:
        path = f"services/{service}/rules.yml"
        rules = rules_of(f"services/{service}/{service}.md").replace(
            "[stripe, paynow] }", "[stripe, paynow], severity: warning }"
        )
        services.repo.commit("main", {path: rules})
    ticket = services.repo.open_issue("octo-lead", "Release 1.4")
    pull = services.repo.open_pull(body=f"Release ticket: #{ticket.number}")
    merged = services.repo.merge(pull)
    services.repo.tag("v1.4.0", merged)
    for service in order:
        services.on_tag("v1.4.0", inputs=of(service, **{"follow-ups": "true"}), values=WRONG)
    for service in order:
        assert about_row(services, ticket, f"services/{service}")
    api = follow_ups(services, "services/api")
    worker = follow_ups(services, "services/worker")
    assert [each.open for each in (*api, *worker)] == [True, True]
    services.on_tag("v1.4.0", inputs=of("api", **{"follow-ups": "true"}))
    assert [each.open for each in (*api, *worker)] == [False, True]
    assert len(services.comments(ticket.number)) == 2


def about_row(story: Story, ticket: Issue, gate: str) -> bool:
    return any(f"Deployment log · {gate} ·" in each.body for each in story.comments(ticket.number))


def follow_ups(story: Story, gate: str) -> list[Issue]:
    return [each for each in story.repo.issues.values() if each.title.startswith(f"{gate}: ")]


@ORDERS
@pytest.mark.parametrize("same", ["name", "folder"])
@pytest.mark.parametrize("event", ["pull request", "push", "pull request after a new commit"])
def test_of_two_gates_with_one_name_the_second_ends_with_2_and_writes_nothing(
    services: Story, order: tuple[str, str], same: str, event: str
) -> None:
    for service in order:
        if same == "name":
            add(services, service, name="shop")
        else:
            add(services, service, folder="docs")  # one of the usual places: no name
    first, second = order
    pull = services.repo.open_pull()
    sha = services.repo.branches["main"]

    def look(service: str) -> Ran:
        if event == "push":
            return services.on_push(sha, inputs=of(service))
        return services.on_pull(pull, inputs=of(service))

    assert look(first).code == 1
    if event == "pull request after a new commit":  # no status yet, and the comment of before
        services.repo.commit("release/1.4", {"CHANGES.md": "more"})
    before = written(services)
    ran = look(second)
    assert ran.code == 2, ran.log
    assert ran.writes == ()
    assert written(services) == before
    folder = "docs" if same == "folder" else f"services/{first}"
    assert TAKEN.format(f"{folder}/{first}.md") in ran.log
    assert "give each gate its own `name:` in its rules" in ran.log
    assert "Nothing was judged" in ran.summary
    assert ran.outputs == {"verdict": "", **HELD}
    assert look(first).code == 1, "the first one goes on"


@pytest.mark.parametrize("first", ["usual", "api"])
def test_a_nameless_gate_and_the_usual_one_are_distinguished(story: Story, first: str) -> None:
    add(story, "api", folder="docs")
    story.repo.commit("main", {RULES_PATH: RULES})
    given = {"usual": {"environment": "production"}, "api": of("api")}
    pull = story.repo.open_pull()
    assert story.on_pull(pull, inputs=given.pop(first)).code == 1
    (second,) = given.values()
    before = written(story)
    assert story.on_pull(pull, inputs=second).code == 2
    assert written(story) == before


def test_an_environment_that_is_called_like_a_gate_is_seen(services: Story) -> None:
    """Contexts of a gate without a name are those of 1.0.0, whatever its environment is called."""
    rules = RULES.replace("production:", "services/api/production:")
    services.repo.commit("main", documents(rules=rules))
    pull = services.repo.open_pull()
    assert services.on_pull(pull, inputs=of("api")).code == 1
    ran = services.on_pull(pull, inputs={"environment": "services/api/production"})
    assert ran.code == 2, ran.log
    assert services.states(pull.head, "services/api/production/review") == ["pending", "pending"]


def test_a_comment_alone_is_not_written_over_either(services: Story) -> None:
    """In report mode there is no status."""
    for service in ("api", "worker"):
        add(services, service, name="shop")
    pull = services.repo.open_pull()
    assert services.on_pull(pull, inputs=of("api", mode="report")).code == 0
    before = written(services)
    assert services.on_pull(pull, inputs=of("worker", mode="report")).code == 2
    assert written(services) == before
    assert services.on_pull(pull, inputs=of("worker", mode="report", comment="never")).code == 0


def test_nor_by_a_gate_of_which_nothing_is_asked_now(services: Story) -> None:
    """It would post no status, and must not post that nothing was judged."""
    for service in ("api", "worker"):
        add(services, service, name="shop")
    after = "\n## After the deployment\n- [ ] Metrics look right\n"
    services.repo.commit("main", {"services/api/api.md": CHECKLIST + after})
    pull = services.repo.open_pull()
    merged = services.repo.merge(pull)
    assert services.on_push(merged, inputs=of("api", phase="after", mode="report")).code == 0
    before = written(services)
    assert services.on_push(merged, inputs=of("worker", phase="after")).code == 2
    assert written(services) == before


def test_a_checklist_that_has_moved_stays_the_same_gates(story: Story) -> None:
    pull = story.repo.open_pull()
    story.on_pull(pull)
    moved: Mapping[str, str | bytes | None] = {
        CHECKLIST_PATH: None,
        "docs/release-checklist.md": CHECKLIST,
        RULES_PATH: None,
        "deploy-checklist.yml": rules_of("docs/release-checklist.md"),
    }
    story.repo.commit("main", dict(moved))
    assert story.on_pull(pull).code == 1
    assert story.states(pull.head) == ["pending"] * 4
    assert len(story.comments(pull.number)) == 1
    assert "docs/release-checklist.md" in story.comment(pull.number).body


def test_a_gates_own_green_does_not_stand_where_its_comment_is_another_gates(
    services: Story,
) -> None:
    """Two of one name that began at the same instant may have left one comment, of the other."""
    for service in ("api", "worker"):
        add(services, service, name="shop")
    pull = services.repo.open_pull()
    services.on_pull(pull, inputs=of("api"))
    services.hub.tick("octo-lead", services.comment(pull.number), LEAD_BOX)
    services.hub.tick("octo-dev", services.comment(pull.number), SECTION_BOX)
    assert services.on_comment(pull, inputs=of("api")).code == 0
    comment = services.comment(pull.number)
    others = comment.body.replace("services/api/api.md", "services/worker/worker.md")
    services.repo.delete_comment(comment)
    services.repo.comment(pull.number, services.hub.bot, others)
    assert services.on_pull(pull, inputs=of("api"), values=WRONG).code == 2
    assert services.status(pull.head, "shop/production/review")[0] == "error"
    assert services.comment(pull.number).body == others


@ORDERS
@pytest.mark.parametrize("renamed", ["first", "second"])
def test_of_two_gates_with_one_name_either_may_get_another(
    services: Story, order: tuple[str, str], renamed: str
) -> None:
    """What the first one wrote under the old name is nobody's then."""
    for service in order:
        add(services, service, name="shop")
    first, second = order
    pull = services.repo.open_pull()
    services.on_pull(pull, inputs=of(first))
    assert services.on_pull(pull, inputs=of(second)).code == 2
    add(services, first if renamed == "first" else second, name="other")
    for service in order:
        ran = services.on_pull(pull, inputs=of(service))
        assert ran.code == 1, ran.log


@pytest.mark.parametrize("trouble", ["query", "rules", "rules that bind nothing"])
def test_what_stands_for_a_named_gate_does_not_outlive_a_look_that_failed(
    services: Story, trouble: str
) -> None:
    """Not even where the name is not known; the other gate's stays."""
    pull = services.repo.open_pull()
    for service in ("api", "worker"):
        services.on_pull(pull, inputs=of(service))
    path = "services/api/rules.yml"
    if trouble == "query":
        services.hub.fault("down", "POST", "/graphql", times=99)
    elif trouble == "rules":
        services.repo.commit("main", {path: "version: 1\nname: [api]\nitems: {KEY: secrt}\n"})
    else:
        waivers = "waivers:\n  - { item: none, reason: r, approved_by: a, expires: 2099-01-01 }\n"
        services.repo.commit("main", {path: rules_of("services/api/api.md") + waivers})
    ran = services.on_pull(pull, inputs=of("api", deadline="5s"))
    assert ran.code == (3 if trouble == "query" else 2)
    assert services.status(pull.head, "services/api/production/review")[0] == "error"
    assert services.states(pull.head, "services/worker/production/review") == ["pending"] * 2
    assert services.states(pull.head) == []


@pytest.mark.parametrize("written_by", ["this version", "1.0.0"])
def test_nor_where_only_the_rules_name_the_environment(story: Story, written_by: str) -> None:
    add(story, "api")
    story.repo.commit("main", {RULES_PATH: RULES})
    pull = story.repo.open_pull()
    everywhere = {"environment": ""}
    if written_by == "1.0.0":
        run = "https://github.com/acme/shop/actions/runs/7"
        story.repo.status(pull.head, "deploy-checklist/production", "success", target_url=run)
        context = "deploy-checklist/production/review"
        story.repo.status(pull.head, context, "success", by=story.hub.bot, target_url=run)
    else:
        assert story.on_pull(pull, inputs=everywhere).code == 1
    assert story.on_pull(pull, inputs=of("api")).code == 1
    story.hub.fault("down", "POST", "/graphql", times=99)
    assert story.on_pull(pull, inputs={**everywhere, "deadline": "5s"}).code == 3
    assert story.status(pull.head)[0] == "error"
    assert story.status(pull.head, "services/api/production/review")[0] == "pending"
    assert "error" not in story.states(pull.head, "production")
    assert story.states(pull.head, "review") == []


def test_a_gate_that_never_spoke_and_cannot_be_read_leaves_the_usual_one_alone(
    story: Story,
) -> None:
    add(story, "api")
    story.repo.commit("main", {RULES_PATH: RULES})
    pull = story.repo.open_pull()
    story.on_pull(pull)
    story.repo.commit("main", {"services/api/rules.yml": "version: 2\n"})
    assert story.on_pull(pull, inputs=of("api")).code == 2
    assert story.states(pull.head) == ["pending", "pending"]


def test_a_status_token_looks_with_one_request_of_its_own(services: Story) -> None:
    for service in ("api", "worker"):
        add(services, service, name="shop")
    services.hub.token("gate-app", "gate[bot]", {"statuses": "write"})
    few = {"metadata": "read", "contents": "read", "pull_requests": "write", "checks": "read"}
    services.hub.token("ghs_few", services.hub.bot, few)
    pull = services.repo.open_pull()
    more = {"status-token": "gate-app", "comment": "never"}
    first = services.on_pull(pull, inputs=of("api", **more), token="ghs_few")
    assert first.code == 1, first.log
    second = services.on_pull(pull, inputs=of("worker", **more), token="ghs_few")
    assert (second.code, second.writes) == (2, ())
    assert services.states(pull.head, "shop/production/review") == ["pending", "pending"]


def test_the_look_costs_no_request(story: Story) -> None:
    """It is a part of the query for the commit's files."""
    pull = story.repo.open_pull()
    for _ in range(2):
        before = len(story.hub.requests)
        assert story.on_pull(pull).code == 1
        asked = [(each.method, each.path) for each in story.hub.requests[before:]]
        about_statuses = [method for method, path in asked if "/status" in path]
        assert about_statuses[0] == "POST"


def test_a_pull_request_that_renames_the_gate_says_what_that_means(story: Story) -> None:
    files = {RULES_PATH: rules_of(CHECKLIST_PATH, "shop")}
    pull: Pull = story.repo.open_pull(files=dict(files))
    story.on_pull(pull)
    body = story.comment(pull.number).body.replace("<!-- -->", "")
    assert "changes `name:`" in body.replace("\\", "")
    assert story.states(pull.head) == ["pending", "pending"], "the trusted branch's name decides"
    merged = story.repo.merge(pull)
    story.on_push(merged)
    assert story.states(merged, "shop/production") == ["pending", "pending"]


def test_what_1_0_0_wrote_for_the_usual_gate_is_still_its_own(story: Story) -> None:
    """Neither its statuses nor its comments say of which checklist they are."""
    pull = story.repo.open_pull()
    run = "https://github.com/acme/shop/actions/runs/7"
    context = "deploy-checklist/production/review"
    story.repo.status(pull.head, context, "success", by=story.hub.bot, target_url=run)
    assert story.on_pull(pull).code == 1
    assert story.states(pull.head) == ["success", "pending", "pending"]
