"""Each name, path, command, address and tag of an item is told by its form, in code and outside."""

from __future__ import annotations

import pytest

from .items import in_document, of, rules

VERSION_ENTRY = {"file": {"path": "CHANGELOG.md", "entry": "${version}"}}
TAG = {"release": {"tag": "${tag}", "tag_only": True}}

DRAFT = {"release": {"tag": "${tag}", "draft": True}}
PUBLISHED = {"release": {"tag": "${tag}", "draft": False}}


def answering(path: str, **more: object) -> list[dict[str, object]]:
    return [{"http": {"url": f"https://${{domain}}{path}", **more}}]


@pytest.mark.parametrize(
    ("sentence", "looked_at"),
    [
        ("Added the order model (src/db/order.py)", [{"file": "src/db/order.py"}]),
        ("src/billing/を作成", [{"file": "src/billing/"}]),
        ("order.pyを追加", [{"file": "order.py"}]),
        (".dockerignore hinzugefügt", [{"file": ".dockerignore"}]),
        ("config/limits.php angepasst", [{"file": "config/limits.php"}]),
        ("npm audit を毎週実行", [{"ci": {"runs": "npm audit"}}]),
        ("pnpm build succeeds in CI", [{"ci": {"runs": "pnpm build"}}]),
        ("pytest -q tests/unit", [{"ci": {"runs": "pytest -q tests/unit"}}]),
        ("Run scripts/check-licences.sh", [{"ci": {"runs": "scripts/check-licences.sh"}}]),
        ("`make schema` leaves no diff", [{"ci": {"runs": "make schema"}}]),
        ("`/readyz` answers 200", answering("/readyz")),
        ("/orders returns 401 without a session", answering("/orders", expect=401)),
        ("ヘルスチェック（/health）が動作", answering("/health")),
        ("Endpoint /orders responde", answering("/orders")),
        ("`GET /api/v1/orders` → the list", answering("/api/v1/orders")),
        (
            "The shop opens at https://shop.acme.dev",
            [{"http": {"url": "https://shop.acme.dev"}}],
        ),
        ("Set `MODE` to live", [{"env": "MODE", "equals": "live"}]),
        ("`MODE` is `a` or `b`", [{"env": "MODE", "one_of": ["a", "b"]}]),
        ("Remove `docs/draft.md`", [{"file": {"path": "docs/draft.md", "exists": False}}]),
        ("docs/draft.md gelöscht", [{"file": {"path": "docs/draft.md", "exists": False}}]),
        ("Create and push a git tag", [TAG]),
        ("上线前 git tag 标记版本", [TAG]),
        ("`git tag -s v1.2.3`", [TAG]),
        ("Draft a release from the notes", [DRAFT]),
        ("Publish the release", [PUBLISHED]),
        ("The pipeline of the release commit is green", [{"ci": {"green": True}}]),
        ("Re-run the whole client suite", [{"ci": {"green": True}}]),
        ("工作流显示绿色", [{"ci": {"green": True}}]),
        ("Keine Linter-Fehler", [{"ci": {"green": True}}]),
        ("Änderungsprotokoll aktualisiert", [VERSION_ENTRY]),
    ],
)
def test_what_is_named_is_checked(sentence: str, looked_at: list[dict[str, object]]) -> None:
    assert rules(of(sentence)) == looked_at


@pytest.mark.parametrize(
    "sentence",
    [
        "Copy `API_URL` from the console",
        "Note down your `API_URL`",
        "Скопировать `API_URL`",
        "`git push $REMOTE v$VERSION_TAG`",
        "`export RELEASE_VERSION=x.y.z`",
        "Add the directory to `PATH`",
        "`API_KEY` kept in the vault",
        "Copy the text from CHANGELOG.md",
        "回滚步骤已演练（见 docs/rollback.md）",
        "Security headers by Helmet.js and Next.js",
        "Update bioconductor.example.org/config.yaml",
        "hinzufügen/ändern",
        "Migraciones sin errores",
        "Spike test: PASSED",
        "Make sure that make is there",
        "Use `/wait-for-images` to see that they are available",
        "POST /orders answers",
        "/metrics scraped by the monitoring",
        "Uptime monitoring on /health",
        "Save the release draft",
        "Draft release notes",
        "Open the release page",
    ],
)
def test_what_is_only_mentioned_is_not(sentence: str) -> None:
    assert rules(of(sentence)) == []


def test_a_name_that_is_only_the_condition_is_not_checked() -> None:
    assert rules(of("`CACHE_URL` set when `CLUSTER_ON` is true")) == [
        {"env": "CACHE_URL", "present": True}
    ]


def test_a_generator_is_not_a_value() -> None:
    assert rules(of("`NONCE=openssl rand -hex 16`")) == [{"env": "NONCE", "present": True}]
    assert rules(of("`SHOP_URL=https://ваш-домен`")) == [{"env": "SHOP_URL", "present": True}]


def test_the_heading_says_what_is_asked_of_a_list() -> None:
    found = in_document(
        """
        # Shop

        ## The .gitignore has

        - [ ] `uploads/`

        ## CHANGELOG

        - [ ] Add a dated section

        ## Not to be uploaded

        - [ ] `.env`
        - [ ] `docs/draft.md`
        """
    )
    assert [rules(each) for each in found.values()] == [
        [{"git": {"ignored": "uploads/"}}],
        [VERSION_ENTRY],
        [{"git": {"no_env_files": True}}],
        [{"file": {"path": "docs/draft.md", "exists": False}}],
    ]


def test_a_script_below_an_item_sets_nothing() -> None:
    found = in_document(
        """
        # Shop

        - [ ] Ask the service

          ```python
          API_URL = "https://shop.acme.dev"
          print(API_URL)
          ```
        - [ ] Environment of the job

          ```
          LOG_LEVEL=warn
          ```
        """
    )
    assert {line: rules(each) for line, each in found.items()} == {
        9: [{"env": "LOG_LEVEL", "equals": "warn"}]
    }
