"""`workflow` with `before: tag`: what tags or releases is known by its words, in any shell and under any name."""

from __future__ import annotations

import json
import time

import pytest

from checks.judging import finding_of
from deploy_checklist.outcome import Outcome
from fakes import FakeRepository, world

TEST = "npm run test:e2e"


def releases(step: dict[str, object], runner: str = "x") -> bool:
    """Whether a job with that step, which waits for nothing, is in the way of `before: tag`."""
    return _is_early(f"runs-on: {runner}, steps: [ {json.dumps(step)} ]")


def _is_early(job: str) -> bool:
    text = f"""
        on: push
        jobs:
          e2e: {{ runs-on: x, steps: [ {{ run: {TEST} }} ] }}
          sure: {{ needs: e2e, runs-on: x, steps: [ {{ run: git tag v1 }} ] }}
          other: {{ {job} }}
        """
    repository = FakeRepository({".github/workflows/ci.yml": text})
    finding = finding_of(
        "workflow", {"runs": TEST, "before": "tag"}, None, world(repository=repository)
    )
    assert (
        finding.outcome is Outcome.PASS
        or "job `other` of `ci.yml` tags or releases" in finding.message
    )
    return finding.outcome is Outcome.FAIL


RELEASES = [
    "git -c user.name=x tag v1",
    "git -c user.name=x -c user.email=y tag -a v1 -m 'release 1'",
    "git -C web --no-pager tag v1",
    "sudo git tag v1",
    'git tag "$TAG"',
    "git push --tags",
    "git push origin --follow-tags",
    "git -C web push origin tag v1",
    "git push origin v1.2.3",
    "git push -f origin v1",
    'git push origin "v$VERSION"',
    "git push origin ${{ steps.next.outputs.new_tag }}",
    "git push origin HEAD:refs/tags/next",
    "npm publish",
    "npm --prefix web publish --access public",
    "npm publish -w web",
    "pnpm -r publish --no-git-checks",
    "pnpm --filter web publish",
    "yarn publish",
    "yarn npm publish",
    "yarn workspace web npm publish",
    "yarn workspaces foreach -A npm publish",
    "bun publish",
    "npm version patch",
    "VERSION=$(npm version patch)",
    "npx --yes semantic-release@24",
    "npx -p semantic-release -p @semantic-release/git semantic-release",
    "yarn release-it --ci",
    "npx @changesets/cli publish",
    "npx lerna publish from-git",
    "npm run release",
    "yarn release",
    "uv publish",
    "poetry publish --build",
    "python -m twine upload dist/*",
    "uv run twine upload dist/*",
    "cargo +nightly publish",
    "cargo publish -p core",
    "gem push x.gem",
    "gh release create v1",
    "gh release upload v1 dist.zip",
    "gh workflow run release.yml -f version=1",
    "gh -R octo/web release create v1",
    "gh api repos/octo/web/releases -f tag_name=v1",
    "gh api --method POST /repos/octo/web/git/refs --input ref.json",
    "curl -X POST https://api.github.com/repos/octo/web/releases",
    "docker push octo/web:latest",
    "docker push octo/web",
    "docker push ghcr.io/octo/web:v1.2.3",
    "docker push ghcr.io/octo/web:${{ github.ref_name }}",
    "docker image push --all-tags octo/web",
    "goreleaser release --clean",
    "./gradlew publish",
    "./gradlew --no-daemon clean build :core:publishToSonatype closeAndReleaseStagingRepositories",
    "gradle publishPlugins -Pkey=x",
    "mvn --batch-mode deploy",
    "./mvnw -B -s settings.xml clean deploy -DskipTests",
    "mvn -B release:clean release:prepare",
    "sbt ci-release",
    "sbt +test +publishSigned",
    "sbt 'release with-defaults'",
    "docker buildx build --push -t ghcr.io/octo/web:1.2.3 .",
    "docker build --push -t a/b:${{ github.ref_name }} .",
    "docker buildx build . --tag=octo/web:pr-7 --tag=octo/web:latest --push",
    "docker buildx build -t octo/web:1.2.3 --output type=registry .",
    "docker buildx bake --push",
    "docker compose push",
    "docker compose -f prod.yml push web",
    "docker-compose push",
    "yarn version --patch",
    "yarn version patch",
    "bun pm version patch",
    "bump2version patch",
    "bump-my-version bump minor",
    "uvx bump-my-version bump minor",
    "npx np",
    "npx np --yolo minor",
    "dart pub publish --force",
    "mix hex.publish --yes",
    "pod trunk push X.podspec",
    "crane push web.tar ghcr.io/octo/web:v1.2.3",
    "skopeo copy oci:web docker://ghcr.io/octo/web:1.2.3",
    "oras push ghcr.io/octo/web:1.2.3 web.tgz",
    "git push origin ${{ github.ref_name }}",
    'git push origin "$GITHUB_REF_NAME"',
    "git push origin ${GITHUB_REF}",
    "bash -c 'git tag v1'",
    'eval "npm publish"',
    "./scripts/release.sh v1",
    "bash scripts/publish.sh",
    "make release",
    "if true; then git tag v1; fi",
    "echo $(git tag v1)",
    "git tag v1 'an unclosed quote",
]


@pytest.mark.parametrize("script", RELEASES)
def test_a_command_that_tags_or_publishes_is_a_release(script: str) -> None:
    assert releases({"run": script})


RELEASES_NOT = [
    "git tag",
    "git tag --sort=-v:refname | head -1",
    "LAST=$(git tag --sort=-v:refname \\\n  | head -1)",
    "git -C web tag --list 'v*'",
    "git tag -n1",
    "git tag --no-contains HEAD",
    "git tag -d v1",
    "git push",
    "git push origin main",
    "git push origin HEAD:${{ github.head_ref }}",
    "git push origin HEAD:${{ github.ref_name }}",
    "git push origin release/$VERSION",
    "git push https://x:${{ secrets.RELEASE_TOKEN }}@github.com/octo/web HEAD:gh-pages",
    "git push origin --delete v1.2.3",
    "git push origin :refs/tags/v1",
    "git fetch --tags",
    "git describe --tags",
    "npm version",
    "npm --version",
    "npm view . version",
    "npm version 1.2.3 --no-git-tag-version",
    "npm publish --dry-run",
    "cargo publish --dry-run",
    "npx semantic-release --dry-run",
    "goreleaser release --snapshot",
    "npm install -g semantic-release release-it",
    "pip install twine",
    "twine check dist/*",
    "dotnet publish -c Release",
    "cargo build --release",
    "docker build -t web .",
    "docker push localhost:5000/web:latest",
    "docker push ghcr.io/octo/web:${{ github.sha }}",
    "docker push ghcr.io/octo/web:pr-7",
    'docker push "$IMAGE"',
    "gh release view v1",
    "gh workflow run nightly.yml",
    "gh api repos/octo/web/releases --jq '.[0].tag_name'",
    "gh api repos/octo/web/git/refs --raw-field ref=refs/heads/next",
    "curl -fsSL https://api.github.com/repos/octo/web/releases",
    "./gradlew publishToMavenLocal",
    "./gradlew publish --dry-run",
    "./gradlew build -Ppublish=false",
    "mvn -B verify",
    "mvn install",
    "sbt test publishLocal",
    "docker buildx build -t ghcr.io/octo/web:1.2.3 .",
    "docker buildx build --push -t ghcr.io/octo/web:${{ github.sha }} .",
    "docker buildx build --load -t octo/web:latest .",
    "docker compose pull",
    "docker compose up -d push",
    "yarn --version",
    "yarn version check",
    "bump2version --dry-run patch",
    "bump-my-version show current_version",
    "bump-my-version bump patch --no-tag",
    "pip install bump2version",
    "dart pub publish --dry-run",
    "mix hex.audit",
    "pod lib lint",
    "crane push web.tar ghcr.io/octo/web:${{ github.sha }}",
    "oras push localhost:5000/web:1.2.3 web.tgz",
    "git push origin HEAD:$GITHUB_REF_NAME",
    "git push origin ${{ github.head_ref }}",
    "echo git tag v1",
    "echo 'then run npm publish'",
    "git commit -m 'npm publish is next'",
    "chmod +x scripts/release.sh",
    "shellcheck scripts/release.sh",
    "bash -n scripts/release.sh",
    "# git tag v1",
    "ls  # $(npm version patch)",
]


@pytest.mark.parametrize("script", RELEASES_NOT)
def test_a_command_that_lists_tries_or_only_names_it_is_none(script: str) -> None:
    assert not releases({"run": script})


FOREIGN = {
    "pwsh": "if ($tag) { git tag $tag; git push origin $tag }",
    "powershell": "& npm publish",
    "cmd": "git push --tags",
    "python": "import subprocess\nsubprocess.run(['git', 'tag', 'v1'], check=True)",
    "node {0}": "execSync('npm publish')",
    "nu {0}": "^gh release create v1",
}


@pytest.mark.parametrize("shell", FOREIGN)
def test_a_shell_that_is_not_read_releases_by_the_words_in_it(shell: str) -> None:
    assert releases({"run": FOREIGN[shell], "shell": shell})
    assert not releases(
        {"run": "git fetch --tags\n# git tag v1\ngit tag --list > tags.txt", "shell": shell}
    )


def test_so_does_the_shell_of_windows() -> None:
    assert releases({"run": "git tag v1"}, "windows-latest")


@pytest.mark.parametrize(
    ("uses", "early"),
    [
        ("octo/shared/.github/workflows/release.yml@v1", True),
        ("octo/shared/.github/workflows/npm-publish.yml@v1", True),
        ("./.github/workflows/auto-tag.yaml", True),
        ("octo/shared/.github/workflows/lint.yml@release", False),
        ("./.github/workflows/check-release.yml", False),
        ("octo/shared/.github/workflows/release-notes-lint.yml@v1", False),
    ],
)
def test_a_called_workflow_that_cannot_be_read_does_what_it_is_called(
    uses: str, early: bool
) -> None:
    assert _is_early(f"uses: {uses}") is early


@pytest.mark.parametrize(
    ("uses", "early"),
    [
        ("./.github/actions/release", True),
        ("./tools/create-tag/", True),
        ("./.github/actions/latest-tag", False),
        ("./.github/actions/release-notes", False),
    ],
)
def test_an_action_of_its_own_that_cannot_be_read_does_what_it_is_called(
    uses: str, early: bool
) -> None:
    assert releases({"uses": uses}) is early


@pytest.mark.parametrize(
    ("uses", "given", "early"),
    [
        ("rubygems/release-gem@v1", {}, True),
        ("ad-m/github-push-action@v1", {"tags": True}, True),
        ("ad-m/github-push-action@v1", {}, False),
        ("release-drafter/release-drafter@v6", {"publish": True}, True),
        ("release-drafter/release-drafter@v6", {"publish": "${{ inputs.publish }}"}, True),
        ("release-drafter/release-drafter@v6", {"publish": False}, False),
        ("release-drafter/release-drafter@v6", {}, False),
        ("docker/build-push-action@v6", {"push": True, "tags": "octo/web:1.2.3"}, True),
        (
            "docker/build-push-action@v6",
            {"push": True, "tags": "octo/web:${{ github.ref_name }}"},
            True,
        ),
        (
            "docker/build-push-action@v6",
            {"push": "${{ inputs.push }}", "tags": "octo/web:pr-7\nocto/web:latest"},
            True,
        ),
        (
            "docker/build-push-action@v6",
            {"outputs": "type=image,push=true", "tags": "octo/web:pr-7,octo/web"},
            True,
        ),
        (
            "docker/build-push-action@v6",
            {"push": True, "tags": "octo/web:${{ github.sha }}"},
            False,
        ),
        ("docker/build-push-action@v6", {"push": False, "tags": "octo/web:1.2.3"}, False),
        ("docker/build-push-action@v6", {"tags": "octo/web:1.2.3"}, False),
        ("docker/build-push-action@v6", {"push": True}, False),
        ("docker/bake-action@v6", {"push": True}, True),
        ("docker/bake-action@v6", {}, False),
        ("stefanzweifel/git-auto-commit-action@v7", {"tagging_message": "v1"}, True),
        ("stefanzweifel/git-auto-commit-action@v7", {"commit_message": "v1"}, False),
    ],
)
def test_an_action_releases_if_its_inputs_say_so(
    uses: str, given: dict[str, object], early: bool
) -> None:
    assert releases({"uses": uses, "with": given}) is early


@pytest.mark.parametrize(
    ("script", "early"),
    [
        ("await github.request('POST /repos/{owner}/{repo}/releases', { tag_name })", True),
        ("await exec.exec('git', ['push', '--tags'])", True),
        ("await github.rest.repos.getLatestRelease(context.repo)", False),
        ("await github.request('GET /repos/{owner}/{repo}/releases')", False),
    ],
)
def test_a_script_of_github_releases_by_its_calls_and_its_commands(
    script: str, early: bool
) -> None:
    assert releases({"uses": "actions/github-script@v8", "with": {"script": script}}) is early


def test_a_release_in_the_same_step_comes_after_the_command_only_if_that_is_certain() -> None:
    def outcome(script: str) -> Outcome:
        text = (
            f"on: push\njobs: {{ all: {{ runs-on: x, steps: [ {json.dumps({'run': script})} ] }} }}"
        )
        repository = FakeRepository({".github/workflows/ci.yml": text})
        return finding_of(
            "workflow", {"runs": TEST, "before": "tag"}, None, world(repository=repository)
        ).outcome

    assert outcome(f"{TEST}\nnpm version patch") is Outcome.PASS
    assert outcome(f"{TEST}\nVERSION=$(npm version patch)") is Outcome.FAIL


@pytest.mark.parametrize(
    "piece",
    ["__", "git -a b ", "npx -p x ", "gh api /releases ", "a/", "$x", "bash -x ", "docker -t x "],
)
def test_a_long_command_is_read_in_linear_time(piece: str) -> None:
    started = time.process_time()
    assert not releases({"run": f"git push {piece * (20_000 // len(piece))}"})
    assert time.process_time() - started < 2
