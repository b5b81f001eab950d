"""Every regular expression of the program, and the texts that would take each of them longest."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from re import _constants as kinds  # type: ignore[attr-defined]
from re import _parser as parser  # type: ignore[attr-defined]
from types import ModuleType
from typing import Any, NamedTuple

import deploy_checklist
from deploy_checklist.inference.words import Words

_METHODS = {"match", "fullmatch", "search", "sub", "subn", "split", "findall", "finditer"}
_ALL = frozenset(("match", "fullmatch", "finditer"))
_LEAST_REPEAT = 100  # what is repeated less often than that takes no time that grows
_MOST_UNITS = 9


class Expression(NamedTuple):
    """A regular expression, where it is written, and how it is run."""

    place: str  # module and name, or module and line where it has none
    pattern: re.Pattern[str]
    methods: frozenset[str]


class Unread(NamedTuple):
    """A call whose expression is known only when the program runs."""

    place: str  # module and function
    source: str


@cache
def modules() -> Mapping[str, ModuleType]:
    """Every module of the program, by its name below the package."""
    prefix = f"{deploy_checklist.__name__}."
    names = [found.name for found in pkgutil.walk_packages(deploy_checklist.__path__, prefix)]
    return {
        name.removeprefix(prefix): importlib.import_module(name)
        for name in names
        if not name.endswith("__main__")
    }


@cache
def expressions() -> tuple[tuple[Expression, ...], tuple[Unread, ...]]:
    """All that the program's own text tells, and the calls that it does not tell."""
    found: dict[str, tuple[re.Pattern[str], set[str]]] = {}
    unread: list[Unread] = []
    for name, module in modules().items():
        for variable, value in vars(module).items():
            for pattern in _patterns_in(value):
                methods = _methods().get(id(pattern), _ALL)
                found.setdefault(_key(pattern), (pattern, set()))[1].update(methods)
                _PLACES.setdefault(_key(pattern), f"{name}.{variable}")
    for name, module in modules().items():
        for function, call in _calls(module):
            method = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            try:
                values = [
                    eval(compile(ast.Expression(part), "", "eval"), dict(vars(module)))
                    for part in (call.args[0], *call.args[_flags_at(method) :][:1])
                ]
            except NameError:
                unread.append(Unread(f"{name}.{function}", ast.unparse(call)))
                continue
            given = [_flags(module, keyword) for keyword in call.keywords if keyword.arg == "flags"]
            if not isinstance(values[0], str):
                continue
            pattern = re.compile(values[0], *values[1:], *given)
            key = _key(pattern)
            _PLACES.setdefault(key, f"{name}:{call.lineno}")
            if method == "compile":
                if key not in found:
                    found[key] = (pattern, set(_ALL))
            else:
                found.setdefault(key, (pattern, set()))[1].add(_running(method))
    every = [
        Expression(_PLACES[key], pattern, frozenset(map(_running, methods)))
        for key, (pattern, methods) in found.items()
    ]
    return tuple(every), tuple(unread)


_PLACES: dict[str, str] = {}


def _key(pattern: re.Pattern[str]) -> str:
    return f"{pattern.pattern}\0{pattern.flags}"


def _running(method: str) -> str:
    """What is measured of a method: those that look everywhere take as long as `finditer`."""
    return method if method in ("match", "fullmatch") else "finditer"


def _flags_at(method: str) -> int:
    return {"compile": 1, "escape": 1}.get(method, 99 if method in ("sub", "subn", "split") else 2)


def _flags(module: ModuleType, keyword: ast.keyword) -> Any:
    return eval(compile(ast.Expression(keyword.value), "", "eval"), dict(vars(module)))


def _patterns_in(value: object, depth: int = 0) -> Iterator[re.Pattern[str]]:
    """The expressions in a value, in whatever it holds."""
    if isinstance(value, re.Pattern):
        if isinstance(value.pattern, str):
            yield value
        return
    if isinstance(value, Words):  # compiles when first used
        yield from (value.latin, value.every)
        return
    if isinstance(value, ModuleType | str | bytes | type) or depth > 4:
        return
    inner: Iterable[object] = ()
    if isinstance(value, Mapping):
        inner = (*value.keys(), *value.values())
    elif isinstance(value, tuple | list | set | frozenset):
        inner = value
    elif hasattr(value, "__struct_fields__"):
        inner = [getattr(value, field, None) for field in value.__struct_fields__]
    elif type(value).__module__.startswith("deploy_checklist"):
        inner = list(getattr(value, "__dict__", {}).values())
    for each in inner:
        yield from _patterns_in(each, depth + 1)


@cache
def _tree(module: ModuleType) -> ast.Module:
    return ast.parse(Path(str(module.__file__)).read_text(encoding="utf-8"))


@cache
def _methods() -> Mapping[int, set[str]]:
    """How each expression that has a name is run. One that is handed on may be run in any way."""
    used: dict[int, set[str]] = {}
    for module in modules().values():
        called = set()
        for node in ast.walk(_tree(module)):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                called.add(node.value)
                if node.attr in _METHODS:
                    value = vars(module).get(node.value.id)
                    used.setdefault(id(value), set()).add(node.attr)
            elif (
                isinstance(node, ast.Name)
                and isinstance(node.ctx, ast.Load)
                and node not in called
                and node.id in vars(module)
            ):
                used.setdefault(id(vars(module)[node.id]), set()).update(_ALL)
    return used


def _calls(module: ModuleType) -> Iterator[tuple[str, ast.Call]]:
    """The calls of the module `re`, each with its innermost function's name."""

    def walk(node: ast.AST, function: str) -> Iterator[tuple[str, ast.Call]]:
        for child in ast.iter_child_nodes(node):
            inside = child.name if isinstance(child, ast.FunctionDef) else function
            if (
                isinstance(child, ast.Call)
                and isinstance(child.func, ast.Attribute)
                and isinstance(child.func.value, ast.Name)
                and child.func.value.id == "re"
                and child.func.attr in _METHODS | {"compile"}
            ):
                yield inside, child
            yield from walk(child, inside)

    return walk(_tree(module), "")


# texts


def hostile_units(pattern: re.Pattern[str]) -> list[tuple[str, str]]:
    """What comes first, and what is repeated behind it.

    First: nothing, or the shortest text that comes up to a part that may be repeated. Repeated:
    each of the expression's own characters and words, pairs of them, and the whole match.
    """
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.DEBUG)
    units = list(dict.fromkeys(_units(tree)))
    if len(units) > _MOST_UNITS:  # a table of words: they are alike
        blanks = [unit for unit in units if not unit.isalpha()][: _MOST_UNITS - 5]
        units = [*blanks, *[unit for unit in units if unit.isalpha()][: _MOST_UNITS - len(blanks)]]
    units = [*dict.fromkeys((" ", *units, "a"))]
    starts = list(dict.fromkeys(["", *_before_repeats(tree, "")]))[:6]
    whole = _sample(tree)
    repeated = [*units, *(a + b for a in units[:4] for b in units[:4] if a != b), whole, whole[:-1]]
    repeated = [text for text in dict.fromkeys(repeated) if text]
    found = [("", text) for text in repeated]
    found += [(start, text) for start in starts if start for text in dict.fromkeys((*units, whole))]
    return [pair for pair in found if pair[1]]


def _units(tree: Any) -> Iterator[str]:
    """The words that stand in the expression, and one or two characters of each class."""
    word = ""
    for kind, value in tree:
        if kind is kinds.LITERAL:
            word += chr(value)
            continue
        if word:
            yield word
        word = ""
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            yield from _units(value[2])
        elif kind is kinds.SUBPATTERN:
            yield from _units(value[3])
        elif kind is kinds.ATOMIC_GROUP:
            yield from _units(value)
        elif kind in (kinds.ASSERT, kinds.ASSERT_NOT):
            yield from _units(value[1])
        elif kind is kinds.BRANCH:
            for branch in value[1]:
                yield from _units(branch)
        elif kind is kinds.IN:
            yield from _members(value)
        elif kind in (kinds.ANY, kinds.NOT_LITERAL):
            yield _one((kind, value))
    if word:
        yield word


def _members(members: Any) -> list[str]:
    signs = [_one(member) for member in members if member[0] is not kinds.NEGATE]
    if members[0][0] is kinds.NEGATE:
        return [*signs[:3], _outside(members)]
    return signs[:4]


_CATEGORIES = {
    kinds.CATEGORY_DIGIT: "1",
    kinds.CATEGORY_NOT_DIGIT: "a",
    kinds.CATEGORY_SPACE: " ",
    kinds.CATEGORY_NOT_SPACE: "a",
    kinds.CATEGORY_WORD: "a",
    kinds.CATEGORY_NOT_WORD: "-",
}


def _one(part: Any) -> str:
    kind, value = part
    if kind is kinds.LITERAL:
        return chr(value)
    if kind is kinds.NOT_LITERAL:
        return "a" if chr(value) != "a" else "b"
    if kind is kinds.RANGE:
        return chr(value[0])
    return _CATEGORIES.get(value, "a")


def _outside(members: Any) -> str:
    """A character that a negated class matches."""
    named = re.compile("[" + "".join(map(_spelled, members[1:])) + "]")
    return next((sign for sign in "a b1-_.:/#\n'\"é" if not named.match(sign)), "☃")


def _spelled(member: Any) -> str:
    kind, value = member
    if kind is kinds.LITERAL:
        return re.escape(chr(value))
    if kind is kinds.RANGE:
        return f"{re.escape(chr(value[0]))}-{re.escape(chr(value[1]))}"
    spelled = {"DIGIT": r"\d", "SPACE": r"\s", "WORD": r"\w"}
    name = str(value).removeprefix("CATEGORY_")
    return spelled.get(name) or spelled[name.removeprefix("NOT_")].upper()


def _sample(tree: Any) -> str:
    """A short text that the expression, but for what it forbids around it, matches."""
    return "".join(_sample_of(part) for part in tree)


def _sample_of(part: Any) -> str:
    kind, value = part
    if kind in (kinds.LITERAL, kinds.NOT_LITERAL, kinds.ANY):
        return _one(part)
    if kind is kinds.IN:
        return _outside(value) if value[0][0] is kinds.NEGATE else _one(value[0])
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
        return _sample(value[2]) * value[0]
    if kind is kinds.SUBPATTERN:
        return _sample(value[3])
    if kind is kinds.ATOMIC_GROUP:
        return _sample(value)
    if kind is kinds.BRANCH:
        return _sample(value[1][0])
    return ""


def _before_repeats(tree: Any, start: str) -> Iterator[str]:
    """The shortest text before each part that may be repeated without end."""
    for part in tree:
        kind, value = part
        if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT, kinds.POSSESSIVE_REPEAT):
            if value[1] >= _LEAST_REPEAT:
                yield start
            yield from _before_repeats(value[2], start)
        elif kind is kinds.SUBPATTERN:
            yield from _before_repeats(value[3], start)
        elif kind is kinds.ATOMIC_GROUP:
            yield from _before_repeats(value, start)
        elif kind in (kinds.ASSERT, kinds.ASSERT_NOT):
            yield from _before_repeats(value[1], start)
        elif kind is kinds.BRANCH:
            for branch in value[1]:
                yield from _before_repeats(branch, start)
        start += _sample_of(part)
