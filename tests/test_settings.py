"""Inputs and RunContext: what the step is given, read strictly and told without a value."""

from __future__ import annotations

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from deploy_checklist.errors import Unusable
from deploy_checklist.settings import Inputs, RunContext

CANARY = "s3cr3t-canary"


def test_an_input_that_is_not_set_arrives_as_an_empty_string_and_means_its_default():
    assert Inputs.read(
        {"INPUT_PHASE": "", "INPUT_DEADLINE": " ", "INPUT_GITHUB-TOKEN": ""}
    ) == Inputs.read({})


def test_hyphens_stay_in_the_names_of_the_variables():
    given = Inputs.read({"INPUT_REPORT-FILE": "out/report.json", "INPUT_FOLLOW-UPS": "true"})
    assert given.report_file == "out/report.json"
    assert given.follow_ups is True


def test_only_inputs_are_read_never_a_variable_of_the_same_name():
    assert (
        Inputs.read({"PHASE": "after", "phase": "after", "input_phase": "after"}).phase == "before"
    )


def test_the_real_environment_is_never_read_behind_the_callers_back(monkeypatch):
    monkeypatch.setitem(os.environ, "INPUT_PHASE", "after")
    assert Inputs.read({}).phase == "before"


def test_an_env_file_in_the_workspace_is_not_read(tmp_path, monkeypatch):
    (tmp_path / ".env").write_text("INPUT_MODE=report\n")
    monkeypatch.chdir(tmp_path)
    assert Inputs.read({}).mode == "enforce"


@pytest.mark.parametrize("text", ["a\nb\n\nc\n", "a, b,c", "a,\n b\nc,"])
def test_lists_are_written_one_a_line_or_with_commas(text):
    assert Inputs.read({"INPUT_TRUSTED-BRANCHES": text}).trusted_branches == ("a", "b", "c")


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("5m", 300), ("1h", 3600)])
def test_a_deadline_is_a_duration(text, seconds):
    assert Inputs.read({"INPUT_DEADLINE": text}).deadline.total_seconds() == seconds


@pytest.mark.parametrize("text", ["12", "#12", " 12 "])
def test_a_ticket_is_an_issues_number_with_or_without_its_sign(text):
    assert Inputs.read({"INPUT_TICKET": text}).ticket == 12


WRONG = {
    "INPUT_PHASE": "'before', 'deploy' or 'after'",
    "INPUT_MODE": "'enforce' or 'report'",
    "INPUT_COMMENT": "'always', 'on-failure' or 'never'",
    "INPUT_STRICT": "true or false",
    "INPUT_TICKET": "a whole number",
    "INPUT_COMMIT": "the full hash of a commit",
    "INPUT_DEADLINE": "a duration such as 30s or 5m",
    "INPUT_REPORT-FILE": "a path below the repository's root",
}


@pytest.mark.parametrize(("name", "expected"), WRONG.items())
def test_a_wrong_input_is_named_with_what_is_expected_and_never_with_what_was_given(name, expected):
    with pytest.raises(Unusable) as trouble:
        Inputs.read({name: f"../{CANARY}", "INPUT_STATUS-TOKEN": CANARY})
    assert str(trouble.value).startswith(
        f"input {name.removeprefix('INPUT_').lower()}: should be {expected}"
    )
    assert CANARY not in str(trouble.value) + repr(trouble.value) + repr(trouble.value.__cause__)
    assert trouble.value.__suppress_context__


def test_all_wrong_inputs_are_reported_at_once():
    with pytest.raises(Unusable) as trouble:
        Inputs.read(dict.fromkeys(WRONG, f"../{CANARY}"))
    assert {fault.file for fault in trouble.value.faults} == {
        f"input {n.removeprefix('INPUT_').lower()}" for n in WRONG
    }


@pytest.mark.parametrize("path", ["/etc/passwd", "../up.json", "a/../../up.json", "a\0b"])
@pytest.mark.parametrize("name", ["INPUT_REPORT-FILE", "INPUT_CHECKLIST", "INPUT_RULES"])
def test_paths_stay_below_the_workspace(name, path):
    with pytest.raises(Unusable, match="below the repository's root"):
        Inputs.read({name: path})


@pytest.mark.parametrize(
    ("name", "meant"),
    [("PHSE", "phase"), ("REPORT_FILE", "report-file"), ("TRUSTED-BRANCH", "trusted-branches")],
)
def test_a_near_miss_of_an_inputs_name_is_refused_with_the_name_that_was_meant(name, meant):
    with pytest.raises(Unusable, match=f"Did you mean {meant}"):
        Inputs.read({f"INPUT_{name}": "deploy"})


def test_a_teams_own_variable_that_begins_like_an_input_is_left_alone():
    assert Inputs.read(
        {"INPUT_DIRECTORY": "x", "INPUT_ENTRYPOINT": "", "INPUT_ARGS": ""}
    ) == Inputs.read({})


def test_tokens_have_no_repr():
    given = Inputs.read(
        {f"INPUT_{name}": CANARY for name in ("GITHUB-TOKEN", "METADATA-TOKEN", "STATUS-TOKEN")}
    )
    assert CANARY not in repr(given) + str(given)
    assert given.secrets == (CANARY,) * 3


def test_the_runners_own_tokens_are_secrets_too():
    context = RunContext.read(
        {"ACTIONS_RUNTIME_TOKEN": CANARY, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": CANARY}
    )
    assert context.secrets == (CANARY, CANARY)
    assert CANARY not in repr(context)


@pytest.mark.parametrize("name", ["API", "GRAPHQL", "SERVER"])
@pytest.mark.parametrize("url", ["github", "ftp://x", "https://", "http://[", "https://a:99999"])
def test_a_url_of_github_that_is_none_is_reported_with_its_name(name, url):
    with pytest.raises(Unusable) as refused:
        RunContext.read({f"GITHUB_{name}_URL": url})
    (fault,) = refused.value.faults
    assert fault.file == f"GITHUB_{name}_URL"
    assert fault.message == "should be an http or https URL, such as https://api.github.com"


def test_a_run_knows_its_own_page_on_any_server():
    environ = {
        "GITHUB_REPOSITORY": "acme/shop",
        "GITHUB_RUN_ID": "7",
        "GITHUB_SERVER_URL": "https://ghe.acme.example",
    }
    assert RunContext.read(environ).run_url == "https://ghe.acme.example/acme/shop/actions/runs/7"
    assert RunContext.read({}).run_url is None


@given(st.dictionaries(st.sampled_from(sorted(WRONG)), st.text(min_size=1, max_size=30)))
def test_whatever_is_given_either_it_is_read_or_it_is_unusable(environ):
    try:
        Inputs.read(environ)
    except Unusable as trouble:
        assert {fault.file for fault in trouble.faults} <= {
            f"input {name.removeprefix('INPUT_').lower()}" for name in environ
        }


@pytest.mark.parametrize("settings", [Inputs, RunContext])
def test_whatever_has_no_repr_is_hidden(settings):
    """A token of a new input is searched for in every text, too."""
    fields = settings.model_fields.values()
    names = [
        str(field.validation_alias) for field in fields if field.annotation == SecretStr | None
    ]
    given = {name: f"{CANARY}-{number}" for number, name in enumerate(names)}
    assert sorted(settings.read(given).secrets) == sorted(given.values())
