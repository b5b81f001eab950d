"""Back to what was deployed before: a rollback, and everything that only looks like one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from servers.github import FakeHub

from .past import ITEMS, KEY, Shop, github_of_the_past
from .telling import RULES_PATH, VALUES, Story


@pytest.fixture
def hub() -> Iterator[FakeHub]:
    with github_of_the_past() as fake:
        yield fake


@pytest.fixture
def shop(story: Story) -> Shop:
    """A repository in which nothing was deployed yet."""
    return Shop(story)


@pytest.fixture
def gone(shop: Shop) -> Shop:
    """One whose release was deployed through its gate, and replaced by the next one."""
    shop.earned(shop.old)
    shop.deployed(shop.old)
    shop.replaced()
    return shop


def test_a_rollback_is_let_through_and_leaves_its_trace(gone: Shop) -> None:
    ran = gone.back(in_process=False)
    assert ran.code == 0, ran.log
    assert ran.outputs["verdict"] == "rolled_back"
    assert (ran.outputs["ready"], ran.outputs["rolled-back"]) == ("false", "true")
    assert f"{gone.new[:7]} has been deployed since" in ran.summary
    assert "The limit is five" in ran.summary  # it warns
    assert ran.writes == ()


def test_before_the_deploy_job_its_status_says_that_it_is_none_of_a_release(gone: Shop) -> None:
    tip = gone.new
    inputs = {"phase": "before", "commit": gone.old}
    ran = gone.back(ref="refs/heads/main", sha=tip, inputs=inputs)
    assert ran.code == 0, ran.log
    state, sentence = gone.story.status(gone.old, "production")
    assert state == "success"
    assert str(sentence).startswith("rolled back to the deployment of ")
    assert len(str(sentence)) <= 140


def test_a_rollback_may_be_run_again_and_repeated(gone: Shop) -> None:
    """Its own status and its own deployment are no release's: the first ones still count."""
    inputs = {"phase": "before", "commit": gone.old}
    assert gone.back(ref="refs/heads/main", sha=gone.new, inputs=inputs).code == 0
    assert gone.back().outputs["verdict"] == "rolled_back"
    gone.deployed(gone.old)
    assert gone.back(attempt=2).outputs["verdict"] == "rolled_back"
    gone.deployed(gone.new)
    assert gone.back().outputs["verdict"] == "rolled_back"


def test_a_commit_whose_items_are_all_right_is_rolled_back_too_and_not_ready(shop: Shop) -> None:
    shop.old = shop.repo.commit("main", {"limits.json": '{"limit": 5}'})
    shop.earned(shop.old)
    shop.deployed(shop.old)
    shop.replaced()
    ran = shop.back()
    assert (ran.code, ran.outputs["verdict"]) == (0, "rolled_back"), ran.log


def test_an_ordinary_deployment_of_a_green_commit_is_ready_whatever_it_asks_for(shop: Shop) -> None:
    shop.replaced()
    shop.old = shop.repo.commit("main", {"limits.json": '{"limit": 5}'})
    shop.earned(shop.old)
    ran = shop.back()
    assert (ran.code, ran.outputs["verdict"]) == (0, "ready"), ran.log
    assert "This is not a rollback" in ran.summary


History = Callable[[Shop], object]


def _only_earned(shop: Shop) -> None:
    shop.earned(shop.old)
    shop.replaced()


def _deployed_in_vain(shop: Shop) -> None:
    shop.earned(shop.old)
    shop.deployed(shop.old, "failure")
    shop.replaced()


def _deployed_and_broken(shop: Shop) -> None:
    """A deployment that succeeded, and was then said to have failed."""
    shop.earned(shop.old)
    shop.deployed(shop.old)
    shop.repo.become(shop.repo.deployments[-1], "failure")
    shop.replaced()


def _with(**status: Any) -> History:
    """Deployed under another status than the gate's own `success`."""

    def happened(shop: Shop) -> None:
        shop.earned(shop.old, **status)
        shop.deployed(shop.old)
        shop.replaced()

    return happened


def _without_the_gate(shop: Shop) -> None:
    shop.deployed(shop.old)
    shop.earned(shop.old)
    shop.replaced()


def _by_another_account_in_between(shop: Shop) -> None:
    shop.earned(shop.old)
    shop.earned(shop.old, by="octo-dev")
    shop.deployed(shop.old)
    shop.replaced()


def _taken_back(shop: Shop) -> None:
    shop.earned(shop.old)
    shop.earned(shop.old, state="failure", description="1 failed")
    shop.deployed(shop.old)
    shop.replaced()


def _to_staging(shop: Shop) -> None:
    shop.earned(shop.old)
    shop.deployed(shop.old, "success", "staging")
    shop.replaced()


def _not_replaced(shop: Shop) -> None:
    """Neither before, nor with success, nor in this environment, nor by a commit that holds it."""
    shop.earned(shop.old)
    shop.deployed(shop.older)
    shop.deployed(shop.old)
    shop.deployed(shop.older)
    shop.replaced("failure")
    shop.deployed(shop.new, "success", "staging")
    shop.deployed(shop.new, None)


def _replaced_under(key: str) -> History:
    def happened(shop: Shop) -> None:
        shop.earned(shop.old)
        shop.deployed(shop.old)
        shop.replaced(key=key)

    return happened


def _allowed_by_a_pull_request(shop: Shop) -> None:
    """Which is open, and by the rules of the old commit itself."""
    shop.old = shop.repo.commit("main", {RULES_PATH: ITEMS + KEY})
    _replaced_under("")(shop)
    shop.repo.open_pull(files={RULES_PATH: ITEMS + KEY})


LOOKS_LIKE_ONE: dict[str, tuple[History, str]] = {
    "never deployed": (_only_earned, "was never deployed to production successfully"),
    "deployed in vain": (_deployed_in_vain, "was never deployed to production successfully"),
    "deployed, then broken": (_deployed_and_broken, "never deployed to production successfully"),
    "to another environment": (_to_staging, "was never deployed to production successfully"),
    "without the gate": (_without_the_gate, "the gate had not judged it"),
    "while it waited": (_with(state="pending"), "was pending"),
    "under another name": (_with(context="deploy-checklist/staging"), "had not judged it"),
    "by another account": (_with(by="octo-dev"), "by another account"),
    "by nobody": (_with(by=None), "by another account"),
    "by another, later": (_by_another_account_in_between, "by another account"),
    "by another gate": (_with(target_url="https://x.example#checklist=a.md"), "by another gate"),
    "by an override": (
        _with(description="overridden by @octo-lead until 2026-11-22 21:14 UTC: 1 failed"),
        "the release was not ready but overridden",
    ),
    "by a rollback": (
        _with(description="rolled back to the deployment of 2026-11-02 10:00 UTC: 3 passed"),
        "the release was not ready but rolled back",
    ),
    "taken back before": (_taken_back, "was failure"),
    "not replaced": (_not_replaced, "no newer commit was deployed to production since"),
    "not allowed": (_replaced_under(""), "rules of main do not say rollback: true"),
    "forbidden": (_replaced_under("rollback: false\n"), "do not say rollback: true"),
    "allowed by mistaken rules": (_replaced_under(KEY + "roles: 7\n"), "do not say"),
    "allowed elsewhere": (_allowed_by_a_pull_request, "rules of main do not say"),
}


@pytest.mark.parametrize("name", LOOKS_LIKE_ONE)
def test_what_only_looks_like_a_rollback_is_judged_as_any_other_run(shop: Shop, name: str) -> None:
    happened, why = LOOKS_LIKE_ONE[name]
    happened(shop)
    ran = shop.back()
    assert (ran.code, ran.outputs["verdict"]) == (1, "blocked"), ran.log
    assert ran.outputs["rolled-back"] == "false"
    said = " ".join(ran.log.split())
    assert "This is not a rollback, so it was judged like any other run" in said
    assert why in said


@pytest.mark.parametrize(
    ("path", "lacks"),
    [
        ("/deployments$", "deployments: read"),
        ("/deployments/[0-9]+/statuses$", "deployments: read"),
        ("/commits/.*/statuses$", "statuses: read"),
        ("/compare/(?!main)", "contents: read"),
    ],
)
@pytest.mark.parametrize("kind", ["forbidden", "hidden"])
def test_what_cannot_be_read_is_no_rollback(gone: Shop, kind: str, path: str, lacks: str) -> None:
    gone.story.hub.fault(kind, "GET", path, times=9)
    ran = gone.back()
    assert (ran.code, ran.outputs["verdict"]) == (1, "blocked"), ran.log
    said = " ".join(ran.log.split())
    assert "Could not check whether this is a rollback" in said
    assert lacks in said


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ({"PAYMENT_PROVIDER": ""}, "PAYMENT_PROVIDER"),
        ({"PAYMENT_PROVIDER": "changeme"}, "PAYMENT_PROVIDER"),
        ({"PAYMENT_PROVIDER": "paypal"}, "PAYMENT_PROVIDER"),
        ({"PAYMENT_CALLBACK_URL": "https://pay.staging.acme.example/x"}, "PAYMENT_CALLBACK_URL"),
    ],
)
def test_a_value_that_is_none_or_another_environments_still_fails(
    gone: Shop, values: dict[str, str], found: str
) -> None:
    ran = gone.back(values={**VALUES, **values})
    assert (ran.code, ran.outputs["verdict"]) == (1, "blocked"), ran.log
    assert ran.outputs["blocking"] == found
    assert ran.outputs["rolled-back"] == "false"


def test_only_a_run_that_asks_for_a_rollback_asks_github_more(gone: Shop) -> None:
    hub = gone.story.hub
    plain = gone.back(inputs={"rollback": "false"})
    assert plain.outputs["verdict"] == "blocked"
    assert "rollback" not in plain.log
    assert hub.counted("GET", "/deployments") == 0
    asked = gone.back()
    assert asked.requests - plain.requests == 7  # the account that posts is asked for, too
    before = len(hub.requests)
    gone.story.repo.commit("main", {RULES_PATH: ITEMS})
    assert gone.back().requests == plain.requests  # nor does one whose rules allow none
    assert all("/deployments" not in seen.path for seen in hub.requests[before:])


def test_a_deployment_whose_commit_is_gone_does_not_stand_in_the_way(gone: Shop) -> None:
    """GitHub keeps the deployments of commits that a forced push has dropped."""
    for _ in range(9):
        gone.deployed("0" * 40)
    assert gone.back().outputs["verdict"] == "rolled_back"


def test_a_pull_request_is_never_a_rollback(gone: Shop) -> None:
    pull = gone.repo.open_pull()
    ran = gone.gate.on_pull(pull, inputs={"rollback": "true"})
    assert ran.outputs["verdict"] == "blocked"
    assert "a pull request was never deployed" in " ".join(ran.log.split())


def test_after_the_deployment_the_input_changes_nothing(gone: Shop) -> None:
    ran = gone.back(inputs={"phase": "after"})
    assert ran.code == 0, ran.log
    assert "rollback" not in ran.log
    assert gone.story.hub.counted("GET", "/deployments") == 0


def test_with_a_token_of_an_app_its_own_account_is_the_gates(gone: Shop) -> None:
    """Its account is asked of GitHub, and that of the job's own token counts no more."""
    hub = gone.story.hub
    hub.token("app", "release-gate[bot]", {"statuses": "write"})
    assert gone.back(inputs={"status-token": "app"}).outputs["verdict"] == "blocked"
    gone.earned(gone.old, by="release-gate[bot]")
    gone.deployed(gone.old)
    gone.deployed(gone.new)
    assert gone.back(inputs={"status-token": "app"}).outputs["verdict"] == "rolled_back"
    hub.viewer_is_known = False
    ran = gone.back(inputs={"status-token": "app"})
    assert ran.outputs["verdict"] == "blocked"
    assert "does not say which account posts the statuses" in " ".join(ran.log.split())
