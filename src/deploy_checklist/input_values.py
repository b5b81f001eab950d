"""How the text of an input is read, where pydantic alone is not enough. A wrong one raises
ValueError, which never quotes it.
"""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Annotated

from pydantic import BeforeValidator, TypeAdapter, ValidationError
from pydantic_settings import NoDecode

from .data_formats import duration
from .values.hosts import is_web_url

# The longest deadline: GitHub lets no job run longer.
_SECOND, _SIX_HOURS = timedelta(seconds=1), timedelta(hours=6)


def texts(value: object) -> object:
    """`a, b` or one a line: an action's inputs are texts."""
    if isinstance(value, str):
        return tuple(filter(None, map(str.strip, re.split(r"[,\n]", value))))
    return value


def time_limit(value: object) -> object:
    if not isinstance(value, str):
        return value
    try:
        found = duration(value)
    except ValueError:
        raise ValueError("should be a duration such as 30s or 5m") from None
    if not _SECOND <= found <= _SIX_HOURS:
        raise ValueError("should be a duration from 1s to 6h")
    return found


def yes_no_or_forecast(value: object) -> object:
    if not isinstance(value, str) or value == "forecast":
        return value
    try:
        return TypeAdapter(bool).validate_python(value)
    except ValidationError:
        raise ValueError("should be true, false or forecast") from None


def issue_number(value: object) -> object:
    return value.strip().removeprefix("#") if isinstance(value, str) else value


def path_below(value: object) -> object:
    """A relative path below the workspace; links are refused where the file is opened."""
    if isinstance(value, str):
        path = Path(value)
        if path.is_absolute() or ".." in path.parts or "\0" in value:
            raise ValueError("should be a path below the repository's root, without `..`")
    return value


def web_url(value: object) -> object:
    if isinstance(value, str) and not is_web_url(value):
        raise ValueError("should be an http or https URL, such as https://api.github.com")
    return value


TextList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(texts)]
PathBelow = Annotated[str, BeforeValidator(path_below)]
WebUrl = Annotated[str, BeforeValidator(web_url)]
