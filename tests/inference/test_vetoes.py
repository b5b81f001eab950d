"""Where a wrong guess would be a false pass or a false alarm."""

from __future__ import annotations

import pytest

from .items import in_document, of, rules


@pytest.mark.parametrize(
    "sentence",
    [
        "`.env` populated with real values",  # on the host
        "`/etc/nginx/nginx.conf` reloaded",
        "Upload `dist/` to the bucket",
        "`LEGACY_KEY` removed from the settings",
        "`OLD_FLAG` - no longer used",
        "Rotation of `SIGNING_KEY` is documented",
        "Apply migrations: `alembic upgrade head`",
        "`terraform apply` finished",
        "`black .` ran",
        "Publish with `npm publish`",
        "Edit https://wiki.acme.dev/deploys",
        "https://localhost:8443/health returns 200",
        "https://<your-domain>/health returns 200",
        "Load tests passed",
        "Restore of the backup tested",
        "Reviewed by the lead",
    ],
)
def test_nothing_is_checked_that_would_show_nothing(sentence: str) -> None:
    assert rules(of(sentence)) == []


@pytest.mark.parametrize(
    "sentence",
    [
        "`API_URL` set if the shop is on",
        "`API_URL` (optional)",
        "`API_URL` / `SHOP_URL` set",
        "`API_URL` must not end in a slash",
        "`API_URL` 未设置时使用默认值",
        "`API_URL` wenn der Shop läuft",
    ],
)
def test_a_condition_a_choice_or_a_no_never_fails(sentence: str) -> None:
    found = of(sentence)
    assert found is not None
    assert not found.may_fail


def test_an_unconditional_want_may_fail() -> None:
    found = of("`API_URL` points to the new shop")
    assert found is not None
    assert found.may_fail


@pytest.mark.parametrize(
    "path",
    [
        ".env",
        "deploy/.env.production",
        "certs/server.key",
        "id_rsa",
        "serviceAccountKey.json",
        "config/secrets.yml",
        "terraform.tfvars",
        ".npmrc",
        "kubeconfig",
    ],
)
@pytest.mark.parametrize(
    "sentence",
    [
        "`{}` exists",
        "`{}` is committed",
        "`{}` is filled in",
        "`{}` present on the server",
        "`{}` 已创建",
        "`{}` vorhanden",
        "`{}` rempli",
        "`{}` заполнен",
        "`{}` を作成",
        "{} ready",
        "[the file]({})",
        "Run `docker compose --env-file x -f {} up`",
    ],
)
def test_nobody_should_commit_a_file_that_contains_secrets(path: str, sentence: str) -> None:
    assert rules(of(sentence.format(path))) == []


def test_an_example_of_an_env_file_is_an_ordinary_file() -> None:
    assert rules(of("`.env.example` exists")) == [{"file": ".env.example"}]


def test_a_file_in_capitals_is_not_a_variable() -> None:
    assert rules(of("`RELEASE_NOTES.md` has every change")) == [{"file": "RELEASE_NOTES.md"}]
    assert rules(of("RELEASE_NOTES.md has every change")) == [{"file": "RELEASE_NOTES.md"}]


def test_a_blank_or_a_placeholder_is_not_a_value() -> None:
    for sentence in ("`APP_MODE=` (to be filled in)", "`APP_MODE=<mode>`", "`APP_MODE=your-mode`"):
        assert rules(of(sentence)) == [{"env": "APP_MODE", "present": True}]


def test_text_below_is_read_and_never_passes_automatically() -> None:
    found = in_document(
        """
        # Shop

        - [ ] `API_URL` is set
          - `CACHE_URL` too, with TLS
        - [ ] Tests pass

          ```sh
          pytest -q   # all of them
          rm -rf tmp
          ```
        """
    )
    assert rules(found[3]) == [
        {"env": "API_URL", "present": True},
        {"env": "CACHE_URL", "present": True},
    ]
    assert {"ci": {"runs": "pytest -q"}} in rules(found[5])
    assert found[3].remainder
    assert found[5].remainder


def test_the_heading_supplies_what_the_item_leaves_out() -> None:
    found = in_document(
        "# Shop\n\n## Required secret keys\n\n- [ ] `PAYMENT_TOKEN`\n- [ ] `CACHE_PORT`\n"
    )
    assert rules(found[5]) == [{"env": "PAYMENT_TOKEN", "secret": True}]
    assert rules(found[6]) == [{"env": "CACHE_PORT", "present": True}]
    assert found[5].remainder == "PAYMENT_TOKEN"


def test_signs_of_the_tables_in_a_document_are_only_text() -> None:
    found = of("⟨n0⟩ is set, and ⟨c1⟩ passes")
    assert rules(found) == []


@pytest.mark.measures_time
@pytest.mark.parametrize(
    "piece",
    [
        *("( a, ", "`A_B`, ", "`A_B` and ", "changelog update ", "A_B=", "[", "set "),
        *("(npm test ", "npm run a ", "make test ", "a/", "/a ", "tag ", "remove docs/a.md "),
    ],
)
def test_a_hostile_line_is_read_in_no_time(piece: str) -> None:
    from time import process_time

    started = process_time()
    of("`Q_R` " + piece * 40_000)
    assert process_time() - started < 2


def test_a_prefix_of_english_is_not_a_negation() -> None:
    found = of("`RATE` populated and validated for non-zero pricing")
    assert found is not None
    assert found.may_fail
