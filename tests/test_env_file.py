"""A file that stands for the environment on a laptop: what is corrected there first, and which of its names are wrong."""

from __future__ import annotations

import random
import string
from pathlib import Path
from textwrap import dedent

import pytest

from deploy_checklist.report import formats
from deploy_checklist.report.model import Report
from deploy_checklist.world.variables import ProcessVariables
from test_cli import typed
from test_gate import judged

CHECKLIST = """
    # Release
    - [ ] `PAYMENT_PROVIDER` is the active gateway
    - [ ] `PAYMENT_API_KEY` is set
    - [ ] `PAYMENT_CALLBACK_URL` is ours

    | Secret | Source of truth | Owner |
    | --- | --- | --- |
    | `PAYMENT_API_KEY` | Payments vault | Finance |
    """
RULES = """
    facts:
      clustering: { env: CLUSTERING, default: false }
    items:
      PAYMENT_PROVIDER: { one_of: [stripe, paynow] }
      PAYMENT_API_KEY: { secret: true, rotated_within: 90d }
      PAYMENT_CALLBACK_URL: { url: { scheme: https } }
    """
GOOD = (
    "PAYMENT_PROVIDER=stripe\n"
    "PAYMENT_API_KEY=sk_live_x8Kq2Lm9Rt4Vw6Zb\n"
    "PAYMENT_CALLBACK_URL=https://pay.acme.dev/\n"
    "PAYMENT_API_KEY_ROTATED_AT=2026-11-01\n"
)


PLAIN_RULES = dedent(RULES).lstrip()


@pytest.fixture(autouse=True)
def _folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file below the working directory is named from there."""
    monkeypatch.chdir(tmp_path)


def read(folder: Path, text: str, *, rules: str = RULES) -> Report:
    """The report of a laptop that was given an env file with this text."""
    path = folder / ".env.production"
    path.write_text(text, encoding="utf-8")
    given = ProcessVariables.of_shell({}, path)
    return judged(CHECKLIST, rules, given=given)


def screen(report: Report, *, verbose: bool = False) -> str:
    text = formats.render(report, "text", verbose=verbose, width=300)
    return "\n".join(" ".join(line.split()) for line in text.splitlines())


def notes(report: Report) -> list[str]:
    return [each.message for each in report.notices]


def test_a_good_file_is_passed_without_a_word(tmp_path: Path) -> None:
    report = read(tmp_path, GOOD)
    assert "FIX" not in screen(report)
    assert notes(report) == []


def test_the_first_fix_is_the_line_of_the_file_then_the_source_then_githubs_command(
    tmp_path: Path,
) -> None:
    report = read(tmp_path, "# ours\n\n" + GOOD.replace("sk_live_x8Kq2Lm9Rt4Vw6Zb", "changeme"))
    line = ".env.production:4, then Payments vault, then\ngh secret set PAYMENT_API_KEY"
    assert f"Finance: {line}" in screen(report)
    assert (
        "`.env.production`, line 4, then Payments vault, then <br>`gh secret set"
        in formats.render(report, "markdown")
    )


def test_the_last_of_two_lines_is_the_one_to_correct(tmp_path: Path) -> None:
    report = read(tmp_path, GOOD + "PAYMENT_PROVIDER=paypal\nPAYMENT_PROVIDER=cash\n")
    assert ".env.production:6, then\ngh variable set PAYMENT_PROVIDER" in screen(report)
    assert notes(report) == [
        "`.env.production` sets `PAYMENT_PROVIDER` in lines 1, 5 and 6: the last one counts"
    ]


@pytest.mark.parametrize(
    "written", ["PAYMENT_PROVDER", "payment_provider", "PAYMENT-PROVIDER", "PAYMENTS_PROVIDER"]
)
def test_a_misspelt_name_comes_with_the_closest_known_name(tmp_path: Path, written: str) -> None:
    report = read(tmp_path, GOOD.replace("PAYMENT_PROVIDER", written))
    assert notes(report) == [
        f"`.env.production`, line 1: `{written}`: did you mean `PAYMENT_PROVIDER`?"
    ]
    assert "a line in .env.production, then\ngh variable set PAYMENT_PROVIDER" in screen(report)


def test_what_is_missing_is_listed_and_a_fact_with_a_default_is_not(tmp_path: Path) -> None:
    report = read(tmp_path, "PAYMENT_PROVIDER=stripe\n")
    assert screen(report).count("a line in .env.production, then") == 2
    assert notes(report) == []
    report = read(tmp_path, "PAYMENT_PROVIDER=stripe\n", rules=f"unverified: sign\n{PLAIN_RULES}")
    assert notes(report) == ["`.env.production` lacks `PAYMENT_API_KEY`, `PAYMENT_CALLBACK_URL`"]


def test_what_is_not_asked_is_not_missing(tmp_path: Path) -> None:
    text = GOOD.replace("PAYMENT_PROVIDER=stripe\n", "")
    assert notes(read(tmp_path, text, rules=f"unverified: sign\n{PLAIN_RULES}")) == [
        "`.env.production` lacks `PAYMENT_PROVIDER`"
    ]
    rules = PLAIN_RULES.replace("PAYMENT_PROVIDER: {", "PAYMENT_PROVIDER: { when: clustering,")
    assert notes(read(tmp_path, text, rules=f"unverified: sign\n{rules}")) == []


def test_the_date_of_a_rotation_is_known_with_its_secret(tmp_path: Path) -> None:
    text = GOOD + "PAYMENT_PROVIDER_ROTATED_AT=2026-11-01\n"
    assert notes(read(tmp_path, text)) == []


def test_names_that_nothing_knows_are_one_line(tmp_path: Path) -> None:
    more = "".join(f"OTHER_{n}=1\n" for n in range(30))
    (note,) = notes(read(tmp_path, GOOD + more))
    assert note.startswith("`.env.production` has 30 names that no item or rule uses: `OTHER_")
    assert note.endswith("`OTHER_19` and 10 more")


def test_a_line_of_a_key_is_not_shown_as_a_name(tmp_path: Path) -> None:
    """Unquoted, the last line of a key is a name with an empty value."""
    signs = random.Random(7)
    lines = []
    capitals = string.ascii_uppercase
    for alphabet in (string.ascii_letters + string.digits, capitals + "234567", capitals):
        for _ in range(50):
            first = signs.choice(string.ascii_uppercase)
            lines.append(first + "".join(signs.choices(alphabet, k=40)))
    report = read(tmp_path, GOOD + "".join(f"{line}=\n" for line in lines))
    shown = screen(report) + formats.render(report, "json")
    assert "has 150 names that no item or rule uses" in shown
    assert [line for line in lines if line[:8] in shown] == []


def test_no_message_has_a_value_of_the_file(tmp_path: Path) -> None:
    values = [f"value-{n}-of-theirs" for n in range(5)]
    names = ["PAYMENT_PROVDER", "payment_api_key", "PAYMENT_CALLBACK_URL", "A_B", "A_B"]
    text = "".join(f"{name}={value}\n" for name, value in zip(names, values, strict=True))
    report = read(tmp_path, text)
    for form in formats.FORMATS:
        shown = formats.render(report, form, verbose=True)
        assert not [value for value in values if value in shown or value[:8] in shown]


def test_in_a_job_the_report_mentions_no_file(tmp_path: Path) -> None:
    report = judged(CHECKLIST, RULES, {"PAYMENT_PROVIDER": "cash"})
    assert "this shell" not in screen(report, verbose=True)
    assert "gh variable set PAYMENT_PROVIDER" in screen(report)


def test_if_nothing_was_passed_the_first_thing_to_do_is_to_pass_it() -> None:
    report = judged(CHECKLIST, RULES, given=ProcessVariables.of_shell({}))
    shown = screen(report)
    assert "--env-file .env.production" in shown
    assert shown.count("is not set") == 3
    assert "gh secret set" not in shown
    assert "gh variable set" not in shown
    spelled_out = screen(report, verbose=True)
    assert "this shell, or a file for --env-file, then Payments vault, then\ngh secret set" in (
        spelled_out
    )


def test_where_only_some_are_not_set_the_others_are_fixed_where_they_are() -> None:
    given = ProcessVariables.of_shell({"PAYMENT_CALLBACK_URL": "http://pay.acme.dev"})
    shown = screen(judged(CHECKLIST, RULES, given=given))
    assert "2 variables are not set in this shell. Pass a file that sets them:" in shown
    assert shown.count("gh ") == 1
    assert "gh secret set PAYMENT_CALLBACK_URL" in shown


def test_the_command_line_reads_the_lines_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "checklist.md").write_text("- [ ] `A_KEY` is set\n- [ ] `B_KEY` is set\n")
    (tmp_path / "deploy-checklist.yml").write_text(
        "version: 1\nchecklist: checklist.md\nitems:\n  A_KEY: secret\n  B_KEY: secret\n"
    )
    (tmp_path / ".env").write_text("\n# the key\nA_KEY=short\nb_key=x8Kq2Lm9Rt4Vw6Zb\n")
    code, out, err = typed("check", "--env-file", ".env")
    assert (code, err) == (1, "")
    assert ".env:3, then\n             gh secret set A_KEY" in out
    assert "did you mean B_KEY?" in " ".join(out.split())
    assert "x8Kq2" not in out


def test_a_name_that_must_be_absent_or_is_only_signed_for_is_not_lacking(tmp_path: Path) -> None:
    checklist = """
        - [ ] `A_TOKEN` is set
        - [ ] `DEBUG_TOKEN` is not set
        - [ ] `OLD_TOKEN` is no longer used
        """
    rules = """
        items:
          A_TOKEN: secret
          DEBUG_TOKEN: absent
          "`OLD_TOKEN` is no longer": sign
        """
    path = tmp_path / ".env.production"
    path.write_text("SHOP_MODE=live\n", encoding="utf-8")
    for text in (rules, "unverified: sign\n" + dedent(rules)):
        report = judged(checklist, text, given=ProcessVariables.of_shell({}, path))
        assert "DEBUG_TOKEN" not in str(notes(report))
        assert "OLD_TOKEN" not in str(notes(report))
    assert "`.env.production` lacks `A_TOKEN`" in notes(report)


def test_a_variable_that_only_a_list_below_the_item_names_counts_as_passed(
    tmp_path: Path,
) -> None:
    checklist = (
        "- [ ] Required variables\n\n  ```\n  A_URL=\n  B_URL=\n  ```\n- [ ] `C_URL` is set\n"
    )
    rules = """
        items:
          Required variables: [{ env: A_URL, present: true }, { env: B_URL, present: true }]
        """
    path = tmp_path / ".env.production"
    path.write_text("A_URL=https://acme.dev/\n", encoding="utf-8")
    report = judged(checklist, rules, given=ProcessVariables.of_shell({}, path))
    assert "None of the" not in screen(report)
