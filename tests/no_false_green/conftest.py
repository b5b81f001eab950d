"""The servers of the table, started once for all cells of a process."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from fakes import FakeRepository
from no_false_green.asking import Row
from no_false_green.redis_replies import WELL, over_tls, speaks_redis
from servers.authorities import shaking_hands, trusted
from servers.raw import Behaviour, raw
from servers.services import Respond
from servers.web import Answer, Asked, web


@dataclass
class Servers:
    """Servers on this machine. What the web server says is put in by each cell."""

    stack: ExitStack
    url: str = ""
    ca: bytes = b""
    respond: Respond = field(default=lambda asked: Answer(status=404))
    _ports: dict[Behaviour, int] = field(default_factory=dict)

    def port(self, behave: Behaviour) -> int:
        """A port where every connection is treated so."""
        if behave not in self._ports:
            self._ports[behave] = self.stack.enter_context(raw(behave))
        return self._ports[behave]

    def at_their_best(self, row: Row) -> Mapping[str, Any]:
        """What `ask` is given for the row to pass."""
        if row.over in ("tls", "rediss"):
            url = self.tls if row.over == "tls" else self.rediss
            return {"url": url, "repository": FakeRepository({"ca.pem": self.ca})}
        if row.over == "redis":
            return {"url": self.redis}
        self.respond = row.answer or self.respond
        return {"url": self.url}

    def start(self) -> None:
        context, self.ca = trusted()
        self.url = self.stack.enter_context(web(self._answer)).url
        self.tls = f"https://localhost:{self.stack.enter_context(shaking_hands(context))}"
        self.redis = f"redis://localhost:{self.port(speaks_redis(WELL))}"
        self.rediss = f"rediss://localhost:{self.port(over_tls(context, speaks_redis(WELL)))}"

    def _answer(self, asked: Asked) -> Answer:
        return self.respond(asked)


@pytest.fixture(scope="session")
def servers() -> Iterator[Servers]:
    with ExitStack() as stack:
        started = Servers(stack)
        started.start()
        yield started
