"""`init` on a rules file that is there: answers to the questions in it, and rules for new items."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from ..checklist.model import Checklist, Phase, fold
from ..errors import Unusable
from ..inference.drafting.amend import RulesText
from ..inference.drafting.draft import is_asked
from ..inference.drafting.known import DOMAIN, FACT, MEMBERS, Known, question_id
from ..inference.drafting.questions import OpenQuestion
from ..inference.init_writer import Entry, Proposal
from ..opaque import OpaqueStruct
from ..rules.bind import bind
from ..rules.load import RulesFile, load, resolve
from ..rules.model import Rules
from ..rules.open_questions import open_questions
from ..run.document_files import Documents
from .init_result import NotTaken


class Amendment(OpaqueStruct, frozen=True, kw_only=True):
    """A rules file, and what `init` would write now."""

    text: str
    file: str
    checklist: Checklist
    rules: RulesFile
    known: Known  # before any answer
    propose: Callable[..., Proposal]
    all: tuple[OpenQuestion, ...]  # of the checklist, in the file or not
    open: tuple[OpenQuestion, ...]  # in the file, and not answered there by a person

    @classmethod
    def of(
        cls, text: str, file: str, documents: Documents, propose: Callable[..., Proposal]
    ) -> Amendment:
        """The amendment of a file. `propose` makes a proposal of what is `known`."""
        rules = documents.rules
        assert rules is not None  # the file was found and read
        still_open = open_questions(text)
        known = _known(rules, still_open)
        everything = propose(known=Known(environments=known.environments)).questions
        return cls(
            text=text,
            file=file,
            checklist=documents.checklist,
            rules=rules,
            known=known,
            propose=propose,
            all=everything,
            open=tuple(
                each
                for each in everything
                if each.id in still_open and each.id not in known.declared
            ),
        )


def _known(rules: RulesFile, still_open: tuple[str, ...]) -> Known:
    """What a rules file declares, without the roles that `init` wrote and that wait for people."""
    roles = {question_id(MEMBERS, role) for role in rules.common.roles} - set(still_open)
    written = rules.facts.value
    facts = written if isinstance(written, dict) else {}
    environments = rules.environments
    domains = {
        name: str(values["domain"]) for name, values in environments.items() if "domain" in values
    }
    declared = roles | {question_id(FACT, name) for name in facts}
    declared |= {question_id(DOMAIN, name) for name in domains}
    return Known(
        declared=frozenset(declared),
        environments=tuple(environments),
        domains=tuple(domains.values()),
    )


class Amended(Struct, frozen=True, kw_only=True):
    """A rules file with answers and rules in it, and the result for each answer."""

    text: str
    added: int  # items
    answered: tuple[str, ...]  # ids of questions
    not_taken: tuple[NotTaken, ...]
    left: tuple[str, ...]  # ids of the questions that are still open
    private_domains: tuple[str, ...]  # among the answers


def amended(amendment: Amendment, answers: Mapping[str, object], *, add: bool) -> Amended:
    """The file with the answers in it, and with `add` rules for items that have none.

    Raises Unusable if the result would not be a rules file.
    """
    known = amendment.known
    environments = Known(environments=known.environments)
    before = [amendment.propose(known=each).blocks for each in (environments, known)]
    rules = RulesText(amendment.text, amendment.file)
    new = _without_rule(amendment) if add else frozenset()
    questions_of_new = frozenset(_asked_by(new, before[-1], amendment))
    open_now = {each.id for each in amendment.open} | questions_of_new
    asked = open_now - rules.declared_by_hand(before)
    given = {id_: answer for id_, answer in answers.items() if id_ in asked}
    answered = replace(known, given=given)
    after = amendment.propose(known=answered).blocks
    written = rules.replace_open(before, after) if answers or not add else ()
    added = [entry for entry in after["items"] if entry.id in new]
    if added:
        rules.append(added)
    needed = {id_ for entry in (*written, *added) for id_ in entry.needs}
    domains = {each.id for each in amendment.open if each.kind == DOMAIN}
    if domains & given.keys():  # once one environment is declared, no other is known without
        needed |= domains
    rules.declare((needed | set(given)) - known.declared, after)
    text = rules.text()
    try:
        bind(amendment.checklist, in_first_environment(load(text, amendment.file)))
    except Unusable as error:
        message = f"these answers do not fit into {amendment.file}, so nothing was written"
        raise Unusable(message, hint=str(error)) from None
    left = open_questions(text)
    was_open = dict.fromkeys((*open_questions(amendment.text), *sorted(questions_of_new)))
    return Amended(
        text=text,
        added=len(added),
        answered=tuple(id_ for id_ in was_open if id_ not in left),
        not_taken=tuple(_not_taken(answers, left, was_open)),
        left=left,
        private_domains=Known(given=given).private_domains,
    )


def in_first_environment(rules: RulesFile) -> Rules:
    """The rules for the environment that is declared first, if one is."""
    return resolve(rules, next(iter(rules.environments), None), {})


def _without_rule(amendment: Amendment) -> frozenset[str]:
    """The ids of the entries of items that no rule is about."""
    checklist, rules = amendment.checklist, amendment.rules.common
    bound = bind(checklist, in_first_environment(amendment.rules)).rules_of
    left_out = {
        fold(title)
        for title, setting in rules.sections.items()
        if setting.skip or setting.phase is Phase.REFERENCE
    }
    return frozenset(
        f"item:{item.line}"
        for item in checklist.items
        if is_asked(item) and item.line not in bound
        if left_out.isdisjoint(map(fold, item.section))
    )


def _asked_by(
    new: Collection[str], blocks: Mapping[str, Sequence[Entry]], amendment: Amendment
) -> Iterator[str]:
    """The ids of the questions that new items ask and the rules file does not answer."""
    questions = {each.id for each in amendment.all} - amendment.known.declared
    for entry in blocks["items"]:
        if entry.id in new:
            asked = (*open_questions("\n".join(entry.lines)), *entry.needs)
            yield from (id_ for id_ in asked if id_ in questions)


def _not_taken(
    answers: Iterable[str], left: Collection[str], was_open: Collection[str]
) -> Iterator[NotTaken]:
    for id_ in answers:
        if id_ in left:
            yield NotTaken(id=id_, why="its line was edited, so it was not changed")
        elif id_ not in was_open:
            yield NotTaken(id=id_, why="this file has no such open question")
