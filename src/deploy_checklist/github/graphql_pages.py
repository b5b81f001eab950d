"""The pages of a GraphQL connection."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from .client import MOST_PAGES
from .decode import unexpected
from .failures import RequestPurpose
from .graphql_shapes import PagedNodes

T = TypeVar("T")


def all_nodes(
    first: PagedNodes[T],
    next_page: Callable[[str | None], PagedNodes[T]],
    what: str,
    need: RequestPurpose,
) -> list[T]:
    """The nodes of a connection, from all of its pages. `next_page` asks for the one after a
    cursor. Unobservable, naming `what`, if they do not end.
    """
    found, page = list(first.nodes), first.page_info
    for _ in range(MOST_PAGES):
        if not page.has_next_page:
            return found
        more = next_page(page.end_cursor)
        found += more.nodes
        page = more.page_info
    raise unexpected(need, f"`{what}` has more than {MOST_PAGES} pages")
