"""A changelog's entry for a version: its heading, what the heading says, and what is under it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec import Struct

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_ATX = re.compile(r" {0,3}(#{1,6}|={1,6})[ \t]+(\S.*)")  # also AsciiDoc's
_UNDERLINE = re.compile(r"([=\-~^\"'`#*+])\1{2,}[ \t]*")
_NO_TITLE = re.compile(r"\s|[-*+>|] |\d+[.)] ")
_LINK = re.compile(r"\[([^\[\]]*)\](?:\([^()]*\)|\[[^\[\]]*\])?")
# In HTML, also the start of a folded part; and the first line of an entry in Debian's format.
_ELEMENT = re.compile(
    r"\s*(?:<details[^>]*>\s*)?<(h[1-6]|summary)\b[^>]*>(.*)</\1>\s*", re.IGNORECASE
)
_DEBIAN = re.compile(r"[\w.+-]+ (\([^()\s]+\)[\w -]+); urgency=\w+.*")
_TAG = re.compile(r"</?[a-z][^<>]*>", re.IGNORECASE)
_VERSION = re.compile(r"(?<![\w.])[vV]?(\d+\.\d+(?:\.\d+)*)")
_BOLD = re.compile(r"(\*\*|__)\S.*\1\W*(?:(?:[A-Z][a-z]{2,8}\.? )?[\d(].*)?")
_BARE = re.compile(
    r"(?:\d{4}-\d\d-\d\d\s+)?(?:version |release )?[vV]?\d+\.\d+\S*"
    r"(?:[ \t]+\W*\d{4}[-./]\d\d?[-./]\d\d?\W*)?",
    re.I,
)
_LONGEST = 300  # characters; a longer line is not a heading
_MOST_NAMED = 20  # headings of one version that are checked
_LEAST_LEVEL = 7  # of a line in bold, or of a version alone on a line
_SPEAKS_OF_IT = re.compile(
    r"\b(?:from|to|since|until|before|after|than|upgrad\w+|migrat\w+|bump\w*|requires?)\s+\W*$",
    re.IGNORECASE,
)
# Words of a heading for a version that is not released yet; `_` is a space, `*` more letters.
_TO_COME = """
unreleased un-released not_released not_yet_released unpublished upcoming in_progress wip tba tbd
to_be_released to_be_announced to_be_decided planned draft pending next_release snapshot xx xxx xxxx
in_development under_development future coming_soon coming_up yyyy
unveröffentlicht* nicht_veröffentlicht* in_arbeit in_entwicklung geplant*
non_publié* à_venir en_cours prévu* sin_publicar no_publicad* próxim* en_desarrollo en_preparación
não_lançad* não_publicad* em_desenvolvimento non_rilasciat* in_arrivo in_sviluppo
niet_uitgebracht in_ontwikkeling gepland*
не_выпущен* невыпущен* не_опубликован* в_разработке в_работе запланир* скоро
не_випущен* у_розробці в_розробці
chưa_phát_hành sắp đang_phát_triển yayınlanmadı yakında geliştiril*
belum_dirilis* dalam_pengembangan segera
"""
_FORMS = "|".join(_TO_COME.split()).replace("_", " ").replace("*", r"\w*")
_UNRELEASED = re.compile(
    rf"~~|\?\?|\b(?:{_FORMS})\b|未リリース|未公開|開発中|予定|未发布|未發布|开发中|開發中|待发布"
    r"|即将|미출시|미배포|미공개|개발 ?중|예정",
    re.IGNORECASE,
)
_DEFINITION = re.compile(r"\s*\[[^\]]+\]:\s")
_BEFORE_IT = r"\W{0,3}(?:alpha|beta|preview|rc|(?:release )?candidate)[ .-]*\d*\W*(?:\(.*)?$"
_QUOTED = re.compile(r'"[^"]*"|“[^”]*”')
_SAYS_NOTHING = re.compile(
    r"(?:tb[ad]|todo|wip|n a|na|none|coming soon|work in progress|unreleased|placeholder"
    r"|(?:nothing|none|no (?:changes|entries|notes))(?: here)? yet|to be (?:written|added|done))?",
    re.IGNORECASE,
)


class _Heading(Struct, frozen=True, kw_only=True):
    """A heading; `line` and `below` count from 0: its own line, and the first one under it."""

    line: int
    below: int
    level: int
    title: str


def entry_fault(text: str, version: str) -> str | None:
    """Why a changelog has no entry for exactly this version; None if it has one."""
    lines = _without_comments(text)
    headings = list(_headings(lines))
    named = [at for at, heading in enumerate(headings) if _names(heading.title, version)]
    faults = [_fault_of(headings, at, lines, version) for at in named[:_MOST_NAMED]]
    if None in faults:
        return None
    return f"has no entry for {version}: {faults[0]}" if faults else f"has no heading for {version}"


def _fault_of(
    headings: Sequence[_Heading], at: int, lines: Sequence[str], version: str
) -> str | None:
    heading = headings[at]
    around = [each.title for each in _around(headings, at)]
    numbers = [found[1] for title in around for found in _VERSION.finditer(title)]
    where = f"its heading in line {heading.line + 1}"
    if any(_UNRELEASED.search(_QUOTED.sub("", title)) for title in (heading.title, *around)):
        return f"{where} is marked as not released"
    # A series may have a heading of its own: `1.2` above `1.2.3`.
    if not all(version.startswith(f"{number}.") for number in numbers):
        return f"{where} is below the heading of another version"
    end = next(
        (each.line for each in headings[at + 1 :] if each.level <= heading.level), len(lines)
    )
    titles = {line for each in headings for line in range(each.line, each.below)}
    under = (lines[line] for line in range(heading.below, end) if line not in titles)
    if any(map(_says_something, under)):
        return None
    return f"{where} has nothing under it"


def _says_something(line: str) -> bool:
    words = " ".join(re.findall(r"[^\W_]+", _TAG.sub("", line[:_LONGEST])))
    return not _SAYS_NOTHING.fullmatch(words) and not _DEFINITION.match(line)


def _around(headings: Sequence[_Heading], at: int) -> Iterator[_Heading]:
    """The headings above this one, from the inside out."""
    level = headings[at].level
    for heading in reversed(headings[:at]):
        if heading.level < level:
            level = heading.level
            yield heading


def _names(title: str, version: str) -> bool:
    """Whether a title is that of this version, and not of one that begins or ends with it."""
    first = _VERSION.search(title)
    exact = rf"(?<![0-9A-Za-z.+])[vV]?{re.escape(version)}(?![0-9A-Za-z_]|[.+-][0-9A-Za-z])"
    found = re.search(rf"{exact}(?!{_BEFORE_IT})", title, re.IGNORECASE)
    if found is None or _SPEAKS_OF_IT.search(title[: found.start()]):
        return False
    return first is None or first.start() >= found.start()


def _headings(lines: Sequence[str]) -> Iterator[_Heading]:
    """Of Markdown, HTML, reStructuredText, AsciiDoc, Debian, and lines that are only a version."""
    fence = ""
    underlines: list[str] = []
    for at, line in enumerate(lines):
        if mark := _FENCE.match(line):
            if not fence:
                fence = mark[1]
            elif mark[1].startswith(fence):
                fence = ""
            continue
        if fence or not line.strip() or len(line) > _LONGEST:
            continue
        following = lines[at + 1] if at + 1 < len(lines) else ""
        title = _LINK.sub(r"\1", line)
        if atx := _ATX.fullmatch(title):
            yield _Heading(line=at, below=at + 1, level=len(atx[1]), title=atx[2].rstrip("#= \t"))
        elif element := _ELEMENT.fullmatch(title):
            level = int(element[1][1]) if element[1][1].isdigit() else _LEAST_LEVEL
            yield _Heading(line=at, below=at + 1, level=level, title=_TAG.sub("", element[2]))
        elif debian := _DEBIAN.fullmatch(title):
            yield _Heading(line=at, below=at + 1, level=1, title=debian[1])
        elif _UNDERLINE.fullmatch(following) and not _is_no_title(line):
            if following[0] not in underlines:
                underlines.append(following[0])
            level = underlines.index(following[0]) + 1
            yield _Heading(line=at, below=at + 2, level=level, title=title)
        elif _VERSION.search(title) and (_BOLD.fullmatch(title) or _BARE.fullmatch(title)):
            yield _Heading(line=at, below=at + 1, level=_LEAST_LEVEL, title=title)


def _is_no_title(line: str) -> bool:
    return bool(_NO_TITLE.match(line) or _UNDERLINE.fullmatch(line))


def _without_comments(text: str) -> list[str]:
    """The lines; those of comments are empty."""
    shown = _COMMENT.sub(lambda found: "\n" * found[0].count("\n"), text.removeprefix("\ufeff"))
    return re.split(r"\r\n|\r|\n", shown)
