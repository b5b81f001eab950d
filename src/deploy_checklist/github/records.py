"""What GitHub's two APIs answer, as records."""

from __future__ import annotations

import re
from datetime import datetime

from . import graphql_shapes as nodes
from . import model as raw
from .actors import from_graphql, from_rest
from .rest_shapes import RestComment, RestPull, RestStatus

# As signoffs/commands.py finds them: a line ends as in Markdown, at a carriage return, too.
_COMMAND_LINE = re.compile(r"(?:\A|[\r\n])/checklist[ \t]")


def as_commit(node: nodes.CommitNode) -> raw.Commit:
    """A commit with its people."""
    return raw.Commit(
        sha=node.oid,
        authors=tuple(from_graphql(author.user) for author in node.authors.nodes),
        committer=from_graphql(node.committer.user) if node.committer else None,
        at=node.committed_date,
    )


def status_addresses(node: nodes.TipNode) -> dict[str, str | None]:
    """By context, the address in the newest status of the commit."""
    contexts = node.status.contexts if node.status else []
    return {each.context: each.target_url for each in contexts}


def as_status(status: RestStatus) -> raw.Status:
    """A commit status."""
    return raw.Status(
        id=status.id,
        context=status.context,
        state=status.state,
        description=status.description,
        created_at=status.created_at,
        creator=from_rest(status.creator),
        target_url=status.target_url,
    )


def as_review(node: nodes.ReviewNode) -> raw.Review:
    """A review of a pull request."""
    return raw.Review(
        author=from_graphql(node.author),
        state=node.state,
        commit=node.commit.oid if node.commit else None,
        at=node.submitted_at,
    )


def folder_names(folder: nodes.FolderObject | None) -> tuple[str, ...]:
    """The names in a folder, those of folders with `/`; none if it is not a folder."""
    return tuple(
        f"{entry.name}/" if entry.type == "tree" else entry.name
        for entry in (folder.entries if isinstance(folder, nodes.FolderNode) else ())
        if entry.type in ("blob", "tree")
    )


def has_command(text: str) -> bool:
    """Whether a line could be a command. Whether one counts is decided in signoffs/."""
    return _COMMAND_LINE.search(text) is not None


def made_by_app(comment: RestComment) -> bool:
    """Whether an app made the comment, or nobody who can be a person."""
    actor = from_rest(comment.user)
    return comment.performed_via_github_app is not None or actor is None or not actor.person


def as_revision(
    editor: nodes.AccountNode | None, at: datetime, text: str | None, us: raw.Actor | None
) -> raw.Revision:
    """One state of a text; `us` is the gate's identity."""
    actor = from_graphql(editor)
    by_gate = actor is not None and actor == us
    return raw.Revision(editor=actor, at=at, text=text, by_gate=by_gate)


def as_pull_ref(pull: RestPull) -> raw.PullRef:
    """A pull request by itself."""
    merged = pull.merged_at is not None
    return raw.PullRef(
        number=pull.number,
        head=pull.head.sha,
        head_ref=pull.head.ref,
        base_ref=pull.base.ref,
        labels=tuple(label.name for label in pull.labels),
        merged=merged,
        merge_commit=pull.merge_commit_sha if merged else None,
        author=from_rest(pull.user),
        body=pull.body or "",
    )
