"""What this gate's newest statuses on a commit say of other environments."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ..outcome import Unobservable
from ..world.gate_port import PostedVerdict
from .answers import Answers
from .client import Client
from .decode import decoded
from .graphql_shapes import VerdictNode, VerdictsAnswer, ViewerAnswer
from .query import verdicts_query


class CommitVerdicts:
    """Asks once, with the token that posts this gate's statuses: the same answer says whose token
    it is, for every kind of token. Implements gate_port.PostedVerdicts.
    """

    def __init__(self, client: Client, commit: str, name_of: Callable[[str], str]) -> None:
        """`client` has that token. `name_of`: the status's name, of an environment's."""
        self._client = client
        self._commit = commit
        self._name_of = name_of
        self._newest = Answers[Mapping[str, PostedVerdict]]()

    def posted_verdict(self, environment: str) -> PostedVerdict | None:
        """See gate_port.PostedVerdicts."""
        newest = self._newest.get(None, self._read)
        return newest.get(self._name_of(environment).casefold())  # as GitHub compares them

    def _read(self) -> Mapping[str, PostedVerdict]:
        """The newest status of each name, in lower case. GitHub lists no older one here."""
        need = self._client.need("the statuses of the commit", "contents: read, statuses: read")
        owner, _, name = self._client.repository.partition("/")
        variables = {"owner": owner, "name": name}
        data = self._client.query(verdicts_query(self._commit), variables, need)
        answer = decoded(data, VerdictsAnswer, need)
        if answer.repository is None or answer.repository.commit is None:
            raise need.not_shown()
        us = poster_of(answer)
        status = answer.repository.commit.status
        return {
            each.context.casefold(): _verdict(each, us)
            for each in (status.contexts if status else ())
        }


def poster_of(answer: ViewerAnswer) -> int:
    """The id of the account that posts the gate's statuses."""
    if answer.viewer is None or answer.viewer.database_id is None:
        why = "GitHub does not say which account posts the statuses of this gate"
        raise Unobservable(why, "run again")
    return answer.viewer.database_id


def _verdict(node: VerdictNode, us: int) -> PostedVerdict:
    return PostedVerdict(
        state=node.state.lower(),
        description=node.description,
        own=node.creator is not None and node.creator.database_id == us,
    )
