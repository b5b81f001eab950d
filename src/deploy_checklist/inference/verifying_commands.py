"""Commands that verify something and change nothing, as CI runs them. Others are left to people."""

from __future__ import annotations

import re

_WHAT = (
    r"(?:unit|integration|e2e|test|tests|lint|build|typecheck|type-check|type_check|types|tsc|check"
    r"|checks|check-types|verify|validate|audit|ci|coverage|security|vet|clippy|compile|doctor|spec"
    r"|analyze|analyse)"
)
_TASK = rf"{_WHAT}(?:[:_.-][\w:.-]+)?|[\w.-]+[:_-]{_WHAT}"
_FLAGS = r"(?: -[\w=./:-]+(?: (?!-)(?:\./)?[\w./-]+(?= ))?)*?"
_VERIFYING = tuple(
    re.compile(rf"(?:{pattern})(?: .*)?")
    for pattern in (
        r"(?:npm|pnpm|yarn|bun|turbo|nx)(?: run| exec| -r| workspace \S+| -w \S+)*"
        rf"{_FLAGS} (?:{_TASK})",
        r"(?:npx |pnpm exec |pnpm dlx |bunx |yarn )?(?:eslint|jest|vitest|mocha|tsc|playwright test"
        r"|cypress run|stylelint|prettier --check|biome (?:check|ci|lint)|hardhat (?:test|compile)"
        r"|astro check|svelte-check|vue-tsc|ava)",
        r"(?:python3? -m |poetry run |uv run |pipenv run |hatch run |pdm run )?"
        r"(?:pytest|tox|nox|mypy|flake8|pylint|bandit|pip-audit|ruff check|ruff(?= \.|$)"
        r"|black --check|isort --check\S*|unittest|pyright|safety (?:check|scan))",
        r"(?:python3? )?(?:\./)?manage\.py (?:test|check)",
        r"(?:npm|pnpm|yarn|bun) (?:ci|install)(?= --|$)",
        r"(?:npx )?(?:vite|next|astro|ng|nuxt|gatsby|remix|webpack|rollup|mkdocs) build",
        r"go (?:test|vet|build)|golangci-lint run|staticcheck|govulncheck",
        r"cargo (?:\+\S+ )?(?:test|check|clippy|build|nextest run|audit|deny check|doc"
        r"|fmt (?:--all )?(?:-- )?--check)",
        rf"(?:make|just|task|rake|bundle exec rake|invoke) (?:{_TASK})",
        r"(?:\./)?(?:mvnw?|gradlew?)(?: -\S+)*(?: clean)? "
        r"(?:test|install|verify|validate|package|check|build|lint|assemble\w*)",
        r"docker(?:-compose| compose| buildx)? (?:build|config)",
        r"composer (?:test|validate|audit)|(?:\./)?(?:vendor/bin/)?(?:phpunit|phpstan|pest)",
        r"php artisan test",
        r"(?:bundle exec )?(?:rspec|rubocop|brakeman)|(?:bin/)?rails test",
        r"dotnet (?:test|build)|flutter (?:test|analyze|build)|dart (?:test|analyze)",
        r"swift (?:test|build)|terraform (?:validate|fmt -check)|helm lint|hadolint|shellcheck",
        r"actionlint|yamllint|markdownlint\S*",
        r"xcodebuild (?:test|build)|sphinx-build|make all",
        r"mix (?:test|credo|compile)|sbt (?:test|compile)|bazel (?:test|build)",
        r"deno (?:test|lint|check)|ctest|forge (?:test|build)|anchor (?:test|build)|pre-commit run",
        r"trivy \w+|gitleaks detect|semgrep",
    )
)
# A fix or a watch never fails for what it finds, a placeholder is no command, and a pipe ends with
# the result of another command.
_NOT = re.compile(
    r"(?:--| )fix\b|--write\b|--watch\b|--push\b|[<>|;&$]|(?<!/)\.\.\.|…|\byour[-_]"
    r"|(?<!--)deploy|migrat|publish|release:|\band-(?:release|push)"
)
_LONGEST = 200  # characters: no command that a checklist names is longer


def verifies(text: str) -> bool:
    """Whether the command's success proves something, and running it changes nothing deployed."""
    return (
        0 < len(text) <= _LONGEST
        and not _NOT.search(text)
        and any(pattern.fullmatch(text) for pattern in _VERIFYING)
    )
