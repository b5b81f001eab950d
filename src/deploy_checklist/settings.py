"""What the step was given: Inputs (INPUT_*), RunContext (GITHUB_*), and the names of what it gives
back (OUTPUTS).

The one source for action.yml, the README and docs/inputs.md: tests hold them together in both
directions.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AliasGenerator, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import (
    BaseSettings,
    EnvSettingsSource,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from .data_formats import duration
from .errors import Fault, Unusable

OUTPUTS: Mapping[str, str] = {
    "verdict": "`ready`, `waiting`, `blocked` or `undetermined`.",
    "ready": "`true` if the verdict is ready, else `false`.",
    "blocking": "Ids of the items that hold the release because they failed or could not be looked at, one a line.",
    "waiting": "Ids of the items that wait for a person, one a line.",
    "pass": "How many items a machine verified.",
    "signed": "How many items a person signed.",
    "fail": "How many items failed.",
    "pending": "How many items wait.",
    "unknown": "How many items could not be looked at.",
    "waived": "How many items are waived.",
    "skipped": "How many items were not asked this time.",
    "report": "The path of the JSON report, if `report-file` was given.",
    "log-row": "The row for the deployment log, in the checklist's own columns.",
    "comment-url": "The address of the comment, if one was written.",
}


def _lines(value: object) -> object:
    """`a, b` or one a line, as an action's inputs know no lists."""
    if isinstance(value, str):
        return tuple(
            part for part in (piece.strip() for piece in re.split(r"[,\n]", value)) if part
        )
    return value


def _span(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        span = duration(value)
    except ValueError:
        raise ValueError("should be a duration such as 30s or 5m") from None
    if not _SECOND <= span <= _SIX_HOURS:
        raise ValueError("should be a duration from 1s to 6h")
    return span


def _issue_number(value: object) -> object:
    return value.strip().removeprefix("#") if isinstance(value, str) else value


def _path_below(value: object) -> object:
    """A relative path that stays below the workspace; links are refused where the file is opened."""
    if isinstance(value, str):
        path = Path(value)
        if path.is_absolute() or ".." in path.parts or "\0" in value:
            raise ValueError("should be a path below the repository's root, without `..`")
    return value


_SECOND, _SIX_HOURS = (
    timedelta(seconds=1),
    timedelta(hours=6),
)  # the longest that GitHub lets a job run
Lines = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_lines)]
PathBelow = Annotated[str, BeforeValidator(_path_below)]


class _FromEnvironment(BaseSettings):
    """Settings whose environment is a parameter. An empty value is one that was not given: GitHub
    sets every input.
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
        """Nothing but what `read` hands over: no .env file of the workspace, no secrets folder."""
        return (init_settings,)

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """The settings in `environ`; Unusable names each input that is wrong and quotes none."""
        source = EnvSettingsSource(cls)
        source.env_vars = {name: value.strip() for name, value in environ.items() if value.strip()}
        try:
            return cls(**source())
        except ValidationError as trouble:
            raise Unusable(
                faults=_faults(trouble)
            ) from None  # the cause's repr could hold what was given


def _faults(trouble: ValidationError) -> tuple[Fault, ...]:
    """pydantic's sentences, which say what is expected; what was given stays out."""
    errors = trouble.errors(include_url=False, include_context=False, include_input=False)
    return tuple(
        Fault(
            file=_shown(str(error["loc"][0])),
            line=None,
            column=None,
            message=_expected(error["type"], error["msg"]),
        )
        for error in errors
    )


_EXPECTED = {
    "bool_parsing": "should be true or false",
    "int_parsing": "should be a whole number",
    "string_pattern_mismatch": "should be the hash of a commit in full: 40 hexadecimal digits",
}


def _expected(kind: str, sentence: str) -> str:
    return _EXPECTED.get(kind) or sentence.removeprefix("Value error, ").replace(
        "Input should", "should"
    )


def _shown(variable: str) -> str:
    """INPUT_FOLLOW-UPS as people wrote it: `input follow-ups`."""
    return (
        f"input {variable.removeprefix('INPUT_').lower()}"
        if variable.startswith("INPUT_")
        else variable
    )


class Inputs(_FromEnvironment):
    """The inputs of the action. Hyphens stay in the variable's name: `github-token` arrives as
    INPUT_GITHUB-TOKEN.
    """

    model_config = SettingsConfigDict(
        alias_generator=AliasGenerator(
            validation_alias=lambda field: f"INPUT_{field.upper().replace('_', '-')}"
        )
    )

    environment: str | None = Field(
        None, description="The environment that is gated, such as `production`."
    )
    phase: Literal["before", "deploy", "after"] = Field(
        "before",
        description="The moment: `before` the deployment, in the `deploy` job with the values, or `after` it.",
    )
    checklist: PathBelow | None = Field(
        None,
        description="The Markdown checklist. Default: the one the rules name, else the only one that is found.",
    )
    rules: PathBelow | None = Field(
        None,
        description="The rules file. Default: `.github/deploy-checklist.yml` or `deploy-checklist.yml`, if any.",
    )
    github_token: SecretStr | None = Field(
        None,
        description="The job's own token: reads reviews and checks, writes the comment and the status.",
    )
    metadata_token: SecretStr | None = Field(
        None,
        description="A token that reads the names and dates of secrets, and teams. It never reads a value.",
    )
    status_token: SecretStr | None = Field(
        None,
        description="A token of an App of your own for the commit status, so that no other workflow can forge it.",
    )
    mode: Literal["enforce", "report"] = Field(
        "enforce",
        description="`report` shows the same and blocks nothing: no failed job, no commit status.",
    )
    comment: Literal["always", "on-failure", "never"] = Field(
        "always",
        description="When the pull request gets the comment: `always`, `on-failure` or `never`.",
    )
    release_pr: Lines = Field(
        ("release/**", "release-please--*", "changeset-release/*", "label:release"),
        description="Which pull requests are releases: globs of the head branch and `label:` names, one a line.",
    )
    trusted_branches: Lines = Field(
        (), description="Branches trusted besides the default branch, globs allowed, one a line."
    )
    commit: Annotated[str, Field(pattern=r"^([0-9a-f]{40}|[0-9a-f]{64})$")] | None = Field(
        None,
        description="The commit to gate, contained in a trusted branch. Default: the event's own.",
    )
    ticket: Annotated[int, BeforeValidator(_issue_number), Field(ge=1)] | None = Field(
        None, description="The number of the release ticket, an issue in the same repository."
    )
    follow_ups: bool = Field(
        False, description="`true`: open an issue for each waived item and each warning."
    )
    strict: bool = Field(
        False, description="`true`: drift between checklist and rules is an error."
    )
    offline: bool = Field(
        False, description="`true`: open no connection; what would need one is unknown."
    )
    deadline: Annotated[timedelta, BeforeValidator(_span)] = Field(
        timedelta(seconds=60),
        description="How long all checks together may take, such as `60s` or `5m`.",
    )
    report_file: PathBelow | None = Field(
        None,
        description="Where to write the JSON report, a path below the workspace. Default: nowhere.",
    )

    @classmethod
    def read(cls, environ: Mapping[str, str]) -> Self:
        """The inputs; a near miss of a name is refused: the runner only warns, and `phse: deploy`
        would gate less.
        """
        near = _near_misses(
            environ, [str(field.validation_alias) for field in cls.model_fields.values()]
        )
        if near:
            raise Unusable(faults=tuple(_misspelt(name, meant) for name, meant in near))
        return super().read(environ)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The tokens, for masking and for the filter everything passes."""
        tokens = (self.github_token, self.metadata_token, self.status_token)
        return tuple(token.get_secret_value() for token in tokens if token)


def _near_misses(environ: Mapping[str, str], variables: Collection[str]) -> list[tuple[str, str]]:
    """Names that are no input's but look like one, each with the one that was probably meant."""
    others = [name for name in environ if name.startswith("INPUT_") and name not in variables]
    if not others:
        return []
    from difflib import get_close_matches  # only for a name that is not declared

    names = [name.removeprefix("INPUT_") for name in others]
    declared = [name.removeprefix("INPUT_") for name in variables]
    closest = [(name, get_close_matches(name, declared, n=1, cutoff=0.8)) for name in names]
    return [(name, close[0]) for name, close in closest if close]


def _misspelt(name: str, meant: str) -> Fault:
    hint = f"Did you mean {meant.lower()}?"
    return Fault(
        file=f"input {name.lower()}",
        line=None,
        column=None,
        message="there is no such input",
        hint=hint,
    )


class RunContext(_FromEnvironment):
    """The run this process is part of, as GitHub describes it. Nothing of it is trusted to be there
    on a laptop.
    """

    model_config = SettingsConfigDict(alias_generator=AliasGenerator(validation_alias=str.upper))

    github_actions: bool = False
    github_event_name: str | None = None
    github_event_path: str | None = None
    github_repository: str | None = None
    github_repository_id: int | None = None
    github_sha: str | None = None
    github_ref: str | None = None
    github_ref_name: str | None = None
    github_ref_type: str | None = None
    github_base_ref: str | None = None
    github_head_ref: str | None = None
    github_actor: str | None = None
    github_actor_id: int | None = None
    github_job: str | None = None
    github_workflow_ref: str | None = None
    github_run_id: int | None = None
    github_run_number: int | None = None
    github_run_attempt: int = 1
    github_api_url: str = "https://api.github.com"
    github_graphql_url: str = "https://api.github.com/graphql"
    github_server_url: str = "https://github.com"
    github_workspace: str | None = None
    github_output: str | None = None
    github_step_summary: str | None = None
    actions_id_token_request_url: str | None = None
    actions_id_token_request_token: SecretStr | None = None
    actions_runtime_token: SecretStr | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The runner's own tokens that reach a container, for masking and for the filter everything
        passes.
        """
        tokens = (self.actions_id_token_request_token, self.actions_runtime_token)
        return tuple(token.get_secret_value() for token in tokens if token)

    @property
    def run_url(self) -> str | None:
        """The page of this run."""
        if self.github_repository is None or self.github_run_id is None:
            return None
        return (
            f"{self.github_server_url}/{self.github_repository}/actions/runs/{self.github_run_id}"
        )


def input_names() -> Mapping[str, str]:
    """Every input, as written under `with:`, and the field that holds it."""
    return {name.replace("_", "-"): name for name in Inputs.model_fields}


def token_variables() -> frozenset[str]:
    """The variables in which tokens arrive: every field without a repr."""
    fields = (*Inputs.model_fields.values(), *RunContext.model_fields.values())
    return frozenset(
        str(field.validation_alias) for field in fields if field.annotation == SecretStr | None
    )


def written_default(field: str) -> str:
    """An input's default as a person would write it; empty if there is none."""
    default = Inputs.model_fields[field].default
    if field == "github_token":
        return "${{ github.token }}"  # action.yml's; the container itself is given no token unasked
    if isinstance(default, timedelta):
        return f"{default.seconds}s"
    if isinstance(default, tuple):
        return "\n".join(default)
    if isinstance(default, bool):
        return str(default).lower()
    return "" if default is None else str(default)


def inputs_table() -> str:
    """The inputs as a Markdown table, for the README and docs/inputs.md."""
    rows = (
        (f"`{name}`", _cell(written_default(field)), Inputs.model_fields[field].description or "")
        for name, field in input_names().items()
    )
    return _table(("Input", "Default", "Meaning"), rows)


def outputs_table() -> str:
    """The outputs as a Markdown table, for the README and docs/inputs.md."""
    return _table(
        ("Output", "Meaning"), ((f"`{name}`", meaning) for name, meaning in OUTPUTS.items())
    )


def _cell(default: str) -> str:
    return " ".join(f"`{line}`" for line in default.splitlines())


def _table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = (header, ("---",) * len(header), *rows)
    return "\n".join("| " + " | ".join(cells) + " |" for cells in lines)
