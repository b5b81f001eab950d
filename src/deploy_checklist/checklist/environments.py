"""Sections for one environment, recognised by their headings and their neighbours.

In case of doubt, a section is for every environment: an item that is skipped by mistake would never
be checked.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from msgspec import Struct

from ..opaque import OpaqueStruct
from .model import fold
from .outline import SectionScope

# The names that teams give to the same environment, in the languages of the corpus, folded.
_NAMES = {
    "production": (
        "production, prod, live, producción, produccion, produção, producao, produktion"
        ", produktiv, productie, продакшн, продакшен, прод, продуктив, боевая, боевое, бойова"
        ", produktivsystem, 生产, 生產, 正式, 线上, 線上, 프로덕션, 운영, 상용, 本番"
        ", プロダクション, 商用, produzione, üretim, canlı, prodüksiyon, produksi, sản xuất"
    ),
    "staging": (
        "staging, stage, stg, preprod, pre prod, preproduction, pre production, preproducción"
        ", pre producción, preproduccion, preprodução, pré produção, pre produção, préproduction"
        ", pré production, pré prod, homologação, homologacao, vorproduktion, стейджинг, стейдж"
        ", препрод, предпродакшн, 预发布, 预发, 预生产, 預發布, 스테이징, ステージング"
        ", pre produzione, preproduzione, ön üretim, pra produksi"
    ),
    "test": (
        "test, testing, tests, qa, quality assurance, pruebas, teste, testes, recette, тест"
        ", тестовая, тестовое, тестова, тестирования, тестове, тестування, 测试, 測試, 테스트, 검증"
        ", testsystem, テスト, 検証, collaudo, pengujian, uji, kiểm thử"
    ),
    "development": (
        "development, dev, desarrollo, desenvolvimento, développement, dév, entwicklung"
        ", entwicklungs, ontwikkeling, ontwikkel, разработка, разработки, розробка, розробки"
        ", 开发, 開發, 개발, 開発, sviluppo, geliştirme, pengembangan, phát triển"
    ),
    "uat": "uat, acceptance, user acceptance, acceptatie, abnahme",
    "preview": "preview, previews, プレビュー, 预览, 預覽, 미리보기",
    "demo": "demo",
    "sandbox": "sandbox",
}
_ENVIRONMENT_OF = {name: key for key, names in _NAMES.items() for name in names.split(", ")}
# What people do there is called the same.
_ACTIVITIES = frozenset({
    "testing", "tests", "quality assurance", "acceptance", "user acceptance", "pruebas", "testes",
    "recette", "тестирования", "тестування", "検証", "검증", "collaudo", "pengujian", "kiểm thử",
})  # fmt: skip
# Alone, any other name may be a step on the way ("QA") or say something else ("Live").
_PLAIN = ("production", "staging", "preview")
_NOT_PLAIN = frozenset({"live", "正式", "线上", "線上", "운영", "商用", "상용"})

_ADDRESS = re.compile(r"https?://[^\s)]+|(?:[\w-]+\.){2,}[a-z]{2,}")
_VARIABLES = re.compile(r"\b(?:environment|env) (?:variables?|vars?)\b")
# Without spaces around them, or at the end of a longer word.
_COMPOUNDS = re.compile(r"s?umgebung(?:en)?\b|s?omgeving(?:en)?\b|环境|環境|환경")
_LIST_COMPOUNDS = re.compile(r"チェックリスト|检查清单|檢查清單|检查表|清单|체크리스트")
_ENVIRONMENT_WORDS = frozenset((
    "environment", "environments", "env", "entorno", "entornos", "ambiente", "ambientes",
    "environnement", "environnements", "окружение", "среда", "середовище", "оточення", "ortam",
    "ortamı", "lingkungan", "môi", "trường",
))  # fmt: skip
_AROUND = frozenset((
    "the", "a", "an", "of", "for", "in", "on", "only", "our", "de", "del", "da", "do", "di", "du",
    "en", "für", "voor", "для", "la", "le", "el", "il", "l", "und", "checklist", "checklists",
    "config", "configs", "configuration", "settings", "variables", "variable", "vars", "secrets",
    "secret", "values", "credentials", "server", "servers", "lista", "list",
))  # fmt: skip
# With one of these a heading may be a step on the way to production.
_STEP_WORDS = frozenset(("deployment", "deployments", "deploy", "release", "rollout", "to", "step"))
_MOST_COMPARED = 20  # sections beside one, so that a long document takes linear time
_LONGEST = 200  # characters of a heading that is still a name


class HeadingEnvironment(Struct, frozen=True):
    """What a heading says about an environment."""

    name: str  # a key of _NAMES
    is_explicit: bool  # it says "environment"
    is_plain: bool  # beside another environment's heading it means nothing else
    is_step: bool  # it may name what is done there


def heading_environment(title: str) -> HeadingEnvironment | None:
    """The environment, if a heading names one and says nothing else; otherwise None."""
    words = fold(_ADDRESS.sub(" ", title[:_LONGEST]))
    words = _VARIABLES.sub("variables", _LIST_COMPOUNDS.sub(" ", words))
    without = _COMPOUNDS.sub(" ", words)
    is_explicit, is_step, is_numbered, called = without != words, False, False, []
    for word in without.split():
        is_explicit = is_explicit or word in _ENVIRONMENT_WORDS
        if word.isdigit():
            is_numbered = True
        elif word in _STEP_WORDS:
            is_step = True
        elif word not in _ENVIRONMENT_WORDS and word not in _AROUND:
            called.append(word)
    name = _ENVIRONMENT_OF.get(" ".join(called))
    if name is None:
        return None
    is_step = is_step or " ".join(called) in _ACTIVITIES
    is_plain = name in _PLAIN and not (is_step or is_numbered) and _NOT_PLAIN.isdisjoint(called)
    return HeadingEnvironment(
        name=name,
        is_explicit=is_explicit,
        is_plain=is_plain or is_explicit,
        is_step=is_step and not is_explicit,
    )


class SectionContents(OpaqueStruct, frozen=True, kw_only=True):
    """What the items of a section say, as far as it tells environments apart."""

    values: dict[str, str]  # that are given to variables
    names: set[str]  # of variables
    texts: set[str]  # folded


def named_environments(scopes: Sequence[SectionScope]) -> dict[int, HeadingEnvironment]:
    """What the headings that name an environment say, by their lines."""
    found = ((scope.line, heading_environment(scope.title)) for scope in scopes)
    return {line: heading for line, heading in found if heading is not None}


def section_environments(
    scopes: Sequence[SectionScope],
    named: Mapping[int, HeadingEnvironment],
    contents: Mapping[int, SectionContents],
) -> dict[int, str]:
    """The environments of the sections that are for one; all by the sections' lines.

    A section is for one if its heading says "environment", unless it is the document's title; or
    if a section beside it is for another one, and what stands in the two tells it: values that
    differ; the same variables, unless it may be a step; under plain names any variables, or the
    same items.
    """
    beside: dict[tuple[tuple[str, ...], int], list[int]] = {}
    for scope in scopes:
        if scope.line in named and scope.line in contents:
            beside.setdefault((scope.path[:-1], scope.level), []).append(scope.line)
    found = {}
    for lines in beside.values():
        for line in lines:
            own = named[line]
            first = lines[:_MOST_COMPARED]
            others = [other for other in first if named[other].name != own.name]
            is_title = line == scopes[0].line and not others
            in_contrast = any(
                _in_contrast(own, contents[line], named[other], contents[other]) for other in others
            )
            if in_contrast or (own.is_explicit and not is_title):
                found[line] = own.name
    return found


def _in_contrast(
    heading: HeadingEnvironment,
    content: SectionContents,
    other: HeadingEnvironment,
    others: SectionContents,
) -> bool:
    """Whether two neighbours are lists for two environments, not two steps of one release."""
    given = content.values.keys() & others.values.keys()
    if any(content.values[name] != others.values[name] for name in given):
        return True
    if heading.is_plain and other.is_plain:
        return bool((content.names and others.names) or content.texts & others.texts)
    return bool(content.names & others.names) and not (heading.is_step or other.is_step)


def names_of(*environments: str) -> str:
    """Rows of a table of words (`inference.words`): the names of environments that stand between
    spaces, and of those that do not.
    """
    names = [name for key in environments for name in _NAMES[key].split(", ")]
    spaced = [name.replace(" ", "[ -]") for name in names if name < "\u3000"]
    others = [name for name in names if name >= "\u3000"]
    return f"en: {'|'.join(spaced)}\nzh: {'|'.join(others)}"


def environments_called(name: str) -> frozenset[str]:
    """The environments that a name such as `eu-production` may mean; none if nothing is known."""
    folded = fold(name.replace("_", " "))
    whole = _ENVIRONMENT_OF.get(folded)
    if whole:
        return frozenset({whole})
    words = folded.split()
    if {"non", "no", "not", "pre"} & set(words):
        return frozenset()
    stems = (word.rstrip("0123456789") for word in words)
    return frozenset(_ENVIRONMENT_OF[stem] for stem in stems if stem in _ENVIRONMENT_OF)
