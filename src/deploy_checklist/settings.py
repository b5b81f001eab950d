"""What the step gets: its inputs (INPUT_*) and the run that it is part of (GITHUB_*).

The one source of the inputs for action.yml, the README and docs/inputs.md: tests compare them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from posixpath import normpath
from typing import Annotated, Literal, Self

from pydantic import AliasGenerator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from .errors import Fault, Unusable
from .input_values import (
    PathBelow,
    TextList,
    WebUrl,
    issue_number,
    time_limit,
    yes_no_or_forecast,
)


class _FromEnvironment(BaseSettings):
    """Settings of an environment that is a parameter.

    An empty variable counts as not given: GitHub sets every input.
    """

    model_config = SettingsConfigDict(
        frozen=True, extra="forbid", case_sensitive=True, hide_input_in_errors=True
    )

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Nothing but what `read` passes: no .env file of the workspace, no secrets folder."""
        return (init_settings,)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """The settings in `environ`; Unusable names each input that is wrong and quotes none."""
        source = EnvSettingsSource(cls)
        source.env_vars = {name: value.strip() for name, value in environ.items() if value.strip()}
        try:
            return cls(**source())
        except ValidationError as error:
            # Without the cause, whose repr could hold what was given.
            raise Unusable(faults=_faults(error)) from None


_MESSAGES = {
    "bool_parsing": "should be true or false",
    "int_parsing": "should be a whole number",
    "string_pattern_mismatch": "should be the full hash of a commit: 40 hexadecimal digits",
}


def _faults(error: ValidationError) -> tuple[Fault, ...]:
    """Says what is expected, in pydantic's words if we have none; never quotes the input."""
    faults: list[Fault] = []
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        name = str(each["loc"][0])
        if name.startswith("INPUT_"):
            name = f"input {name.removeprefix('INPUT_').lower()}"
        sentence = each["msg"].removeprefix("Value error, ").replace("Input should", "should")
        message = _MESSAGES.get(each["type"], sentence)
        faults.append(Fault(file=name, line=None, column=None, message=message))
    return tuple(faults)


class Inputs(_FromEnvironment):
    """The inputs of the action. GitHub keeps hyphens: `github-token` is INPUT_GITHUB-TOKEN."""

    model_config = SettingsConfigDict(
        alias_generator=AliasGenerator(
            validation_alias=lambda field: f"INPUT_{field.upper().replace('_', '-')}"
        )
    )

    environment: str | None = Field(
        None, description="The environment to release to, such as `production`."
    )
    phase: Literal["before", "deploy", "after"] = Field(
        "before",
        description="When the gate runs: `before` the deployment, in the `deploy` job (which "
        "has the values), or `after` it.",
    )
    checklist: PathBelow | None = Field(
        None,
        description="The Markdown checklist. Default: the one that the rules name, else the "
        "only one that is found.",
    )
    rules: PathBelow | None = Field(
        None,
        description="The rules file. "
        "Default: `.github/deploy-checklist.yml` or `deploy-checklist.yml`, if any.",
    )
    github_token: SecretStr | None = Field(
        None,
        description="The job's own token. It reads reviews and checks, and writes the comment "
        "and the status.",
    )
    metadata_token: SecretStr | None = Field(
        None,
        description="A token that reads the names and dates of secrets, and the members of "
        "teams. It never reads a value.",
    )
    status_token: SecretStr | None = Field(
        None,
        description="A token of your own GitHub App for the commit status, so that no other "
        "workflow can forge it.",
    )
    ca_file: PathBelow | None = Field(
        None,
        description="For a GitHub Enterprise Server or a proxy with a private certificate "
        "authority: its certificate in PEM format, a path in the workspace.",
    )
    mode: Literal["enforce", "report"] = Field(
        "enforce",
        description="`report` shows everything and blocks nothing: the job does not fail, and "
        "there is no commit status.",
    )
    comment: Literal["always", "on-failure", "never"] = Field(
        "always",
        description="When to write the comment on the pull request: `always`, `on-failure` or "
        "`never`.",
    )
    release_pr: TextList = Field(
        (
            "release/**",
            "release-please--**",
            "changeset-release/**",
            "release-plz-**",
            "releaser-pleaser--**",
            "tagpr-from-**",
            "knope/release",
            "label:release",
            "label:autorelease: pending",
        ),
        description="Which pull requests are releases: globs for the head branch and `label:` "
        "names, one per line.",
    )
    trusted_branches: TextList = Field(
        (),
        description="Branches to trust besides the default branch, as names or globs, one per "
        "line.",
    )
    commit: Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")] | None = Field(
        None,
        description="The commit to gate. It must be in a trusted branch. Default: the commit of "
        "the event.",
    )
    ticket: Annotated[int, BeforeValidator(issue_number), Field(ge=1)] | None = Field(
        None, description="The number of the release ticket, an issue in the same repository."
    )
    rollback: bool = Field(
        False,
        description="`true`: go back to a commit that was deployed before. The rules on the "
        "trusted branch must say `rollback: true`, too.",
    )
    follow_ups: Annotated[bool | Literal["forecast"], BeforeValidator(yes_no_or_forecast)] = Field(
        False,
        description="`true`: open an issue for each waived item and each warning. `forecast`: "
        "also, up to 30 days ahead, for what will fail or wait on its date.",
    )
    strict: bool = Field(
        False,
        description="`true`: drift between checklist and rules holds the release, too, and a "
        "value that may belong to another environment counts as not checked.",
    )
    offline: bool = Field(
        False,
        description="`true`: make no network calls. Checks that need one count as not checked.",
    )
    deadline: Annotated[timedelta, BeforeValidator(time_limit)] = Field(
        timedelta(seconds=60),
        description="Time limit for all checks together, such as `60s` or `5m`. Unfinished ones "
        "count as not checked.",
    )
    report_file: PathBelow | None = Field(
        None,
        description="Where to write the JSON report: a path in the workspace. Default: nowhere.",
    )
    evidence_file: PathBelow | None = Field(
        None,
        description="Where to write the evidence, an in-toto Statement about the report file: a "
        "path in the workspace. Default: nowhere.",
    )
    subjects: TextList = Field(
        (),
        description="Artefacts that the evidence also covers: paths or globs in the workspace, "
        "or `name@sha256:…`, one per line.",
    )

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """The inputs. Refuses a misspelt name: the runner only warns about `phse: deploy`."""
        variables = [str(field.validation_alias) for field in cls.model_fields.values()]
        misspelt = _misspelt(environ, variables)
        if misspelt:
            raise Unusable(faults=misspelt)
        inputs = super().read(environ)
        if lacking := _lacking(inputs):
            raise Unusable(faults=lacking)
        return inputs

    @property
    def secrets(self) -> tuple[str, ...]:
        """The tokens, for masking and for the filter that every output passes."""
        tokens = (self.github_token, self.metadata_token, self.status_token)
        return tuple(token.get_secret_value() for token in tokens if token)


def _lacking(inputs: Inputs) -> tuple[Fault, ...]:
    """A fault for each input that has no effect without another one."""
    faults: list[Fault] = []

    def fault(name: str, message: str) -> None:
        faults.append(Fault(file=f"input {name}", line=None, column=None, message=message))

    evidence, report = inputs.evidence_file, inputs.report_file
    if evidence is not None and report is None:
        fault(
            "evidence-file", "needs the input report-file, because the evidence describes that file"
        )
    if evidence is not None and report is not None and normpath(evidence) == normpath(report):
        fault("evidence-file", "should be a different path from the input report-file")
    if inputs.subjects and evidence is None:
        fault("subjects", "needs the input evidence-file, which lists the artefacts")
    return tuple(faults)


def _misspelt(environ: Mapping[str, str], variables: Collection[str]) -> tuple[Fault, ...]:
    """A fault for each name that looks like an input but is not one."""
    others = [name for name in environ if name.startswith("INPUT_") and name not in variables]
    if not others:
        return ()
    from difflib import get_close_matches  # only for a name that is not declared

    declared = [name.removeprefix("INPUT_") for name in variables]
    faults: list[Fault] = []
    for name in (name.removeprefix("INPUT_") for name in others):
        close = get_close_matches(name, declared, n=1, cutoff=0.8)
        if close:
            file, hint = f"input {name.lower()}", f"Did you mean {close[0].lower()}?"
            message = "there is no such input"
            faults.append(Fault(file=file, line=None, column=None, message=message, hint=hint))
    return tuple(faults)


class RunContext(_FromEnvironment):
    """The run this process is part of, as GitHub describes it; no other module knows about it."""

    model_config = SettingsConfigDict(alias_generator=AliasGenerator(validation_alias=str.upper))

    github_event_name: str | None = None
    github_event_path: str | None = None
    github_repository: str | None = None
    github_sha: str | None = None
    github_ref: str | None = None
    github_actor: str | None = None
    github_workflow_ref: str | None = None
    github_run_id: int | None = None
    github_run_number: int | None = None
    github_run_attempt: int = 1
    github_api_url: WebUrl = "https://api.github.com"
    github_graphql_url: WebUrl = "https://api.github.com/graphql"
    github_server_url: WebUrl = "https://github.com"
    github_workspace: str | None = None
    github_workflow_sha: str | None = None
    github_job: str | None = None
    github_action: str | None = None
    github_action_repository: str | None = None
    runner_name: str | None = None
    runner_temp: str | None = None
    github_output: str | None = None
    github_step_summary: str | None = None
    actions_id_token_request_token: SecretStr | None = None
    actions_runtime_token: SecretStr | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The runner's own tokens that reach a container, for masking and for the filter."""
        tokens = (self.actions_id_token_request_token, self.actions_runtime_token)
        return tuple(token.get_secret_value() for token in tokens if token)

    @property
    def own_action(self) -> str | None:
        """The action that this step uses, "org/deploy-checklist"; None for `uses: ./` in the
        action's own repository, "" if neither is known: a command may have started it.
        """
        is_own = (self.github_repository or "").lower().endswith("/deploy-checklist")
        return self.github_action_repository or (None if is_own else "")

    @property
    def run_url(self) -> str | None:
        """The page of this run."""
        if self.github_repository is None or self.github_run_id is None:
            return None
        repository = f"{self.github_server_url}/{self.github_repository}"
        return f"{repository}/actions/runs/{self.github_run_id}"


def token_variables() -> frozenset[str]:
    """The variables in which tokens arrive: every field without a repr."""
    fields = (*Inputs.model_fields.values(), *RunContext.model_fields.values())
    return frozenset(
        str(field.validation_alias) for field in fields if field.annotation == SecretStr | None
    )
