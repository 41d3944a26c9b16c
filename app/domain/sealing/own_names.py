"""Does an answer name its own author? Looked at before sealing, where the bidder is: evaluators mark blind (AN-04).

The same rule as the browser's (frontend/src/sealing/names.ts); tests/vectors/own-names.json holds the two together.
Spelling does not hide a name: width (NFKC), case, blanks and punctuation are taken away on both sides.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.sealing.trade_names import own_word, own_words

# A shorter rest of a name stands in too many honest sentences.
_SHORTEST_HAN: Final = 2
_SHORTEST_LETTERS: Final = 4
_SHORTEST_DIGITS: Final = 7
# A national number has at most so many digits without its leading zero; a longer one brings its country's code.
_LONGEST_NATIONAL: Final = 10
_LEGAL_FORMS: Final = re.compile("(集团|控股)?(股份|责任)?有限(责任)?公司$|(集团|总)?公司$|集团$")
_LEGAL_WORDS: Final = frozenset([
    "ag", "co", "company", "corp", "corporation", "gmbh", "group", "inc", "incorporated", "kg", "limited", "llc", "ltd",
    "plc", "sa",
])  # fmt: skip
# The script Han of Unicode: marks of its own, then the blocks of ideographs.
_HAN: Final = "[\u2e80-\u2fd5々〇〡-〩〸-〻\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufad9\U00020000-\U000323af]"
# Where a firm is registered stands before its own name, often without 省 or 市.
_PROVINCES: Final = (
    "北京|上海|天津|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|"
    "陕西|甘肃|青海|内蒙古|广西|西藏|宁夏|新疆|香港|澳门|台湾"
)
_PLACES: Final = re.compile(f"^(中国|({_PROVINCES})(省|市|自治区)?|{_HAN}{{2,3}}?[市县区])+")
_ADDRESS: Final = re.compile(r"^(https?://)?(www\.)?", re.IGNORECASE)
_COUNTRY: Final = re.compile("^(00)?86")


class NameKind(StrEnum):
    """What of the author a find is."""

    NAME = "name"
    # Its own word without its trade: may be an ordinary word, so that a person looks and no rule refuses.
    SHORT_NAME = "short_name"
    CREDIT_CODE = "credit_code"
    DOMAIN = "domain"
    PHONE = "phone"
    MAIL = "mail"


@dataclass(frozen=True, slots=True)
class OwnNames:
    """What gives a firm away: its names in any language, brands and people; its registered numbers and addresses."""

    names: Sequence[str]
    credit_code: str = ""
    domain: str = ""
    phone: str = ""
    mail: str = ""


@dataclass(frozen=True, slots=True)
class ScannedText:
    """A text, and where it stands for the person who must change it: a criterion, a file's name."""

    where: str
    text: str


@dataclass(frozen=True, slots=True)
class NameHit:
    """A find: `found` is the text from `start` to `end` as it was written."""

    where: str
    kind: NameKind
    start: int
    end: int
    found: str


def scan_for_names(texts: Iterable[ScannedText], *own: OwnNames) -> list[NameHit]:
    """Every place where a text names its author, or one of several, text by text; of finds that overlap the longest
    alone."""
    sought = sorted((needle for each in own for needle in _needles(each)), key=lambda needle: -len(needle[1]))
    return [hit for one in texts for hit in _scan(one, sought)]


def _scan(one: ScannedText, sought: Sequence[tuple[NameKind, str]]) -> Iterator[NameHit]:
    text, places = _tight(one.text)
    taken: list[tuple[int, int]] = []
    for kind, needle in sought:
        at = text.find(needle)
        while at >= 0:
            end = at + len(needle)
            if not any(at < to and end > start for start, to in taken) and not _is_inside_word(text, places, (at, end)):
                taken.append((at, end))
                first, last = places[at], places[end - 1] + 1
                yield NameHit(one.where, kind, first, last, one.text[first:last])
            at = text.find(needle, at + 1)


def _is_telling_sign(sign: str) -> bool:
    return unicodedata.category(sign)[0] in "LN"


def _tight(original: str) -> tuple[str, list[int]]:
    """The letters and digits of a text in one spelling, and for each the place of its sign in the original."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(original):
        plain = [part for part in unicodedata.normalize("NFKC", sign).lower() if _is_telling_sign(part)]
        signs += plain
        places += [place] * len(plain)
    return "".join(signs), places


def _words(name: str) -> list[str]:
    """The words of a name of a firm without its legal form in Latin letters."""
    spaced = "".join(sign if _is_telling_sign(sign) else " " for sign in unicodedata.normalize("NFKC", name).lower())
    words = spaced.split()
    while len(words) > 1 and words[-1] in _LEGAL_WORDS:
        words.pop()
    return words


def _is_telling(text: str) -> bool:
    return len(text) >= (_SHORTEST_HAN if re.search(_HAN, text) else _SHORTEST_LETTERS)


def _spellings(words: Sequence[str], name: str) -> list[str]:
    """The spellings of a name that give it away: whole, without its legal form, without its place."""
    formless = _LEGAL_FORMS.sub("", "".join(words), count=1)
    every = dict.fromkeys([_tight(name)[0], formless, _PLACES.sub("", formless)])
    return [text for text in every if _is_telling(text)]


def _short(words: Sequence[str], spellings: Sequence[str]) -> str:
    """A name without its place, legal form and trade."""
    joined = "".join(words)
    if not re.search(_HAN, joined):
        return own_words(words)
    return own_word(spellings[-1]) if spellings else ""


def _needles(own: OwnNames) -> Iterator[tuple[NameKind, str]]:
    digits = re.sub("[^0-9]", "", _tight(own.phone)[0])
    if len(digits) > _LONGEST_NATIONAL:
        # The same number with and without the country's code and the leading zero.
        digits = _COUNTRY.sub("", digits).removeprefix("0")
    for kind, text, shortest in (
        (NameKind.MAIL, _tight(own.mail)[0], _SHORTEST_LETTERS),
        (NameKind.DOMAIN, _tight(_ADDRESS.sub("", own.domain))[0], _SHORTEST_LETTERS),
        (NameKind.CREDIT_CODE, _tight(own.credit_code)[0], _SHORTEST_DIGITS),
        (NameKind.PHONE, digits, _SHORTEST_DIGITS),
    ):
        if len(text) >= shortest:
            yield kind, text
    known = {name: _spellings(_words(name), name) for name in own.names}
    sure = dict.fromkeys(text for spellings in known.values() for text in spellings)
    yield from ((NameKind.NAME, text) for text in sure)
    for name, spellings in known.items():
        short = _short(_words(name), spellings)
        if short not in sure and _is_telling(short):
            yield NameKind.SHORT_NAME, short


def _is_inside_word(text: str, places: Sequence[int], span: tuple[int, int]) -> bool:
    """Whether a find in Latin letters is a piece of a longer word: "Arco" in "barcode" is none."""

    def joins(left: int, right: int) -> bool:
        if left < 0 or right >= len(text):
            return False
        return _is_latin(text[left]) and _is_latin(text[right]) and places[left] + 1 == places[right]

    return joins(span[0] - 1, span[0]) or joins(span[1] - 1, span[1])


def _is_latin(sign: str) -> bool:
    return "a" <= sign <= "z"
