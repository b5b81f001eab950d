"""Every form of the page: the one table that the command line and the tests read."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:  # the command line reads the table before it needs a page
    from .model import Fleet


class FleetRenderer(Protocol):
    """A module of this folder."""

    def render(self, fleet: Fleet) -> str:
        """The whole page, as text that ends with a newline."""


# The name that `--format` takes, and the module of this folder, which is imported when it is used.
FORMATS: Mapping[str, str] = {"markdown": "markdown", "html": "html", "json": "json_v1"}


def render(fleet: Fleet, form: str) -> str:
    """The page in one of FORMATS."""
    return cast(FleetRenderer, import_module(f".{FORMATS[form]}", __package__)).render(fleet)
