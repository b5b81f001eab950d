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
        r"(?:(?:bash|sh|node|python3?|npx tsx|uv run|poetry run) (?:\./)?|\./)(?:[\w.-]+/)*"
        rf"(?:[\w.-]+[_-])?{_WHAT}(?:[_-][\w.-]*)?\.(?:sh|py|mjs|js|ts|rb)",
    )
)
# A fix or a watch never fails for what it finds, a placeholder is no command, and a pipe ends with
# the result of another command.
_NOT = re.compile(
    r"(?:--| )fix\b|--write\b|--watch\b|--push\b|[<>|;&$]|(?<!/)\.\.\.|…|\byour[-_]"
    r"|(?<!--)deploy|migrat|publish|release:|\band-(?:release|push)"
)
# Outside of code: where a command may begin, and the words that can be a part of it.
BARE_COMMAND = (
    r"(?:npm|pnpm|yarn|npx|bun|make|just|cargo|go|mvn|\./mvnw|\./gradlew|docker|dotnet|python3?"
    r"|node|bash|pytest|uv|poetry|tox|ruff|mypy|flutter|composer|bundle|php) "
    r"[A-Za-z0-9_ .:/=@*+-]{1,190}"
)
_OF_COMMAND = re.compile(
    rf"-[\w=./:-]+|[\w@*+-]*[./:=_*][\w@*+./:=-]*|{_TASK}|run|exec|install|clean|compose|buildx"
    r"|config|artisan|nextest|deny|fmt|eslint|jest|vitest|mocha|playwright|pytest|mypy|ruff"
    r"|tox|nox|all"
)
_BARE_NAMES = frozenset({"go", "make", "just"})  # verbs of English, too
_MAY_FOLLOW = re.compile(
    r"$|[^a-z]|and|or|in|on|is|must|should|with|without|from|locally|pass|succe|run"
)
_OWN = re.compile(
    r"(?:(?:npm|pnpm|yarn|bun) run|make|just|task|cargo xtask|(?:node|python3?|bash|sh|npx tsx) "
    r"(?=[\w./-]+\.[a-z])|\./(?=[\w./-]+\.[a-z])) ?[\w.:/@=-]+(?: [\w.:/@=-]+)*"
)
_CHANGES = re.compile(
    r"seed|start|serve|\bdev\b|install|push|\bup\b|down|creat|init|setup|apply|import|export|backup"
    r"|restor|roll|clean|reset|drop|delet|bump|logs|ssh|send|upload|sync|tag|build_files|run_?server"
)
_LONGEST = 200  # characters: no command that a checklist names is longer


def verifies(text: str) -> bool:
    """Whether the command's success proves something, and running it changes nothing deployed."""
    return (
        0 < len(text) <= _LONGEST
        and not _NOT.search(text)
        and any(pattern.fullmatch(text) for pattern in _VERIFYING)
    )


def is_own_command(text: str) -> bool:
    """Whether this runs a task or script of the repository itself, and its name does not say that
    it changes something.
    """
    return (
        len(text) <= _LONGEST
        and _OWN.fullmatch(text) is not None
        and not (_NOT.search(text) or _CHANGES.search(text))
    )


def bare_command(text: str) -> str | None:
    """The command that a text outside of code begins with, if it verifies something."""
    words = text.split(" ")
    count = 1
    while count < len(words) and _OF_COMMAND.fullmatch(words[count].rstrip(".,:")):
        count += 1
    if count < 2 or (words[0] in _BARE_NAMES and not _MAY_FOLLOW.match(" ".join(words[count:]))):
        return None
    command = " ".join(words[:count]).rstrip(".,:")
    return command if verifies(command) else None
