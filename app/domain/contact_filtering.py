"""The contact filter: what of a question could name its asker or open another channel; it is held for a person.

VISIBILITY.md section 5, attacks.md C01. Spelling hides nothing: width, blanks nobody sees, letters of other alphabets,
digits of any script, Chinese numerals and spelled-out digits are read in one form first. A clean question held by
mistake costs an hour; a call to the buyer costs the tender.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from app.domain.message_scanning import CONTACTS
from app.domain.refusals import Code, Refusal
from app.domain.sealing.own_names import NameKind, OwnNames, ScannedText, scan_for_names

# Fewer digits than this are quantities, sizes and dates.
SHORTEST_NUMBER: Final = 7
BLACK: Final = "■■■"


class FindKind(StrEnum):
    """What was found."""

    NAME = "name"
    # A firm's own word without its trade, which may be an ordinary word: it holds, and nothing is refused for it.
    SHORT_NAME = "short_name"
    CONTACT = "contact"
    NUMBER = "number"
    HINT = "hint"
    ENCODED = "encoded"


@dataclass(frozen=True, slots=True)
class Find:
    """A find in the text as it was written, from `start` to `end`."""

    kind: FindKind
    start: int
    end: int


_HAN_VALUES: Final = "0012345678912123456789079"
_HAN_DIGITS: Final = dict(zip("零〇一二三四五六七八九幺两壹贰叁肆伍陆柒捌玖洞拐勾", _HAN_VALUES, strict=True))
_WORD_DIGITS: Final = {
    word: str(digit)
    for digit, words in enumerate(("zero oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"))
    for word in words.split()
}
# Letters of other alphabets that look like Latin ones.
_TWINS: Final = str.maketrans("асеорхуіјѕԁһкмтвнαορνικτυ", "aceopxyijsdhkmtbhaopviktu")
_AT: Final = r"(?:@|\(at\)|\[at\]|\{at\}|<at>|艾特|圈a)"
_TLD: Final = "(?:com|cn|net|org|edu|gov|info|biz|top|xyz|vip|shop|io|co|de|uk|hk|tw|jp|kr|eu|us|me|cc|app)"
_WRITTEN: Final = (
    re.compile(rf"[\w.+-]+\s*{_AT}\s*[\w-]+"),
    re.compile(rf"\w+\s+at\s+\w+\s*(?:\.|点|\bdot\b)\s*{_TLD}\b"),
    re.compile(rf"[a-z0-9][\w-]*\s*(?:\.|点|。|\bdot\b|\(dot\)|\[dot\])\s*{_TLD}(?![a-z])"),
    re.compile(r"(?:https?|ftp|hxxps?)\s*:\s*/\s*/|\bwww\s*[.。点]|weixin://|mailto:|tel:"),
    # A QR code cannot stand in a text; that there is one somewhere can be said.
    re.compile(r"二维码|扫码|\bqr\b(?:[\s-]*code)?"),
    re.compile(
        r"(?:微信|薇信|威信|微心|(?<![a-z])[vw]信|(?<![a-z])[vw]x(?![a-z])|wechat|weixin|whatsapp|telegram|\bskype\b|钉钉|飞书|dingtalk)"
    ),
    re.compile(r"(?:\bqq\b|扣扣|企鹅号|\btg\b|\bline\s+id\b|\bsignal\s+(?:id|number|app)\b)"),
)
_HINTS: Final = (
    re.compile(r"same\s+(?:\w+\s+)?(?:number|phone|contact|mail|e-?mail|address|person|place|way|channel)\b"),
    re.compile(
        r"\b(?:as|like|than)\s+(?:last|previous|the\s+last|before)\s*(?:year|time|tender|round|order|contract)?\b"
    ),
    re.compile(r"\b(?:last|previous)\s+(?:year|time|tender)(?:'s)?\s+(?:number|phone|contact|price|offer|address)"),
    re.compile(r"\byou\s+(?:already\s+|still\s+)?(?:know|have|remember)\s+(?:my|our|me|us|who|where|how\s+to)\b"),
    re.compile(r"\b(?:call|phone|ring|text|ping|dial|meet|reach|contact|e-?mail|write)\s+(?:me|us|back)\b"),
    re.compile(
        r"\b(?:our|my)\s+(?:usual|old|regular|current|existing)\s+(?:\w+\s+)?(?:contact|number|person|place|friend)"
    ),
    re.compile(
        r"\b(?:we|i)(?:\s+are|'re|\s+am|'m)\s+(?:your|the)\s+(?:current|existing|present|incumbent|old|usual)\b"
    ),
    re.compile(
        r"\bwe\s+(?:have\s+)?(?:supplied|delivered|served|worked\s+with)\s+(?:\w+\s+){0,3}(?:you|last|before|since)"
    ),
    re.compile(r"\bthis\s+is\s+(?:mr|mrs|ms|dr)\b|\b(?:mr|mrs|ms)\.?\s+[a-z]{2,}"),
    re.compile(
        r"(?:去年|前年|上次|上回|上一次|以前|之前|往年|往常|老).{0,4}(?:号码|电话|手机|联系|方式|邮箱|地址|微信|老地方|那个人)"
    ),
    re.compile(r"(?:号码|电话|手机|联系方式|邮箱|联系人).{0,6}(?:不变|没变|没换|照旧|一样|同上|去年|上次|以前|老)"),
    re.compile(r"(?:同样|一样|相同|同一个?|原来|原先)的?.{0,2}(?:号码|电话|手机|联系|方式|邮箱|微信)"),
    re.compile(r"(?:跟|和|同|与|像|按|照)(?:去年|前年|上次|上回|以前|之前|往年)"),
    re.compile(
        r"老(?:地方|朋友|同学|规矩|客户|供应商)|现(?:有|任|在的)供应商|你(?:们)?(?:都|也|应该)?(?:知道|认识|记得)我"
    ),
    re.compile(
        r"(?:打|回|致)(?:我)?(?:个)?电话|打给我|联系我|加我|找我|约我|私(?:下|聊)|面谈|见面|吃(?:个)?饭|发我(?:邮箱|手机)"
    ),
    re.compile(
        r"(?:我们|我司|我厂|本公司|我方)(?:公司)?(?:去年|前年|上次|以前|之前|一直|历年|多年|曾|已)(?:\w{0,3})(?:供|给|为|跟|和|中|做)"
    ),
    re.compile(r"我(?:是|叫|姓)[\u4e00-\u9fff]{1,4}|[\u4e00-\u9fff](?:经理|总监|工程师|主任|先生|女士|小姐|师傅)"),
)
_ENCODED: Final = (
    re.compile(r"data:\w+/[\w.+-]+[;,]"),
    re.compile(r"(?:%[0-9a-f]{2}){3,}|(?:\\[ux][0-9a-f]{2,4}){3,}|(?:&#x?[0-9a-f]+;){2,}", re.IGNORECASE),
    re.compile(r"\b(?:[01]{8}[\s,]*){3,}\b|\b[0-9a-f]{24,}\b|(?:[.-]{1,6}[\s/]+){6,}", re.IGNORECASE),
)
_TOKEN: Final = re.compile(r"[A-Za-z0-9+/_-]{16,}={0,2}")
# Numbers that are what they look like: days, hours, standards; and grouped quantities.
_HONEST: Final = (
    re.compile(
        r"\b20\d{2}(?:([-/.])(?:0?[1-9]|1[0-2])\1(?:0?[1-9]|[12]\d|3[01])(?!\d)"
        r"|\s*年\s*\d{1,2}\s*月(?:\s*\d{1,2}\s*日)?)"
    ),
    re.compile(r"(?<![\d:])(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?!:?\d)"),
    re.compile(
        r"\b(?:gb|iso|din|en|iec|jb|jis|astm|hg|yb|sj|qc|ansi|bs)\s*(?:/\s*[tz])?\s*"
        r"\d{1,5}(?:\.\d{1,2})?(?:-\d{1,2})?(?:\s*[-–:]\s*(?:19|20)\d{2})?(?!\d)"
    ),
)
_GROUPED: Final = re.compile(r"(?<![\d,])\d{1,3}(?:,\d{3}){1,2}(?:\.\d+)?(?![\d,])")
_GAP: Final = r"[\W_]{0,4}"
_NUMBER: Final = re.compile(rf"\d(?:{_GAP}(?:杠|转|横)?\d){{{SHORTEST_NUMBER - 1},}}")
_LISTED: Final = re.compile(r"\s*[,，、;；/]\s*|\s+and\s+")
_COUNTED: Final = "123456789101112131415"
_CLAUSE: Final = re.compile(r"[,，;；。!！?？\n]+\s*|[.:：]\s+")
_DIALLED: Final = re.compile(r"(?:00|\+)?(?:86)?1[3-9]\d{9}|0\d{9,11}")


def filter_question(text: str, firms: Iterable[OwnNames] = (), people: Iterable[str] = ()) -> list[Find]:
    """Every find in a question, by place. `firms` are those invited and the asker itself, `people` the buyer's."""
    plain, places = _plain(text)
    found = list(_scan_plain(plain, places))
    found += [Find(FindKind.ENCODED, *hit.span()) for pattern in _ENCODED for hit in pattern.finditer(text)]
    found += [Find(FindKind.ENCODED, *hit.span()) for hit in _TOKEN.finditer(text) if _is_encoded(hit[0])]
    found += [Find(FindKind.CONTACT, *hit.span()) for pattern in CONTACTS[:-1] for hit in pattern.finditer(text)]
    for own in (*firms, OwnNames([part for person in people for part in name_parts(person)])):
        for hit in scan_for_names([ScannedText("", text)], own):
            kind = FindKind.SHORT_NAME if hit.kind is NameKind.SHORT_NAME else FindKind.NAME
            found.append(Find(kind, hit.start, hit.end))
    return sorted(set(found), key=lambda one: (one.start, -one.end, one.kind))


def decide_title(title: str) -> Refusal | None:
    """Refuse (LEAK) a title by a supplier with a way to reach somebody in it (attacks.md C07)."""
    kinds = {find.kind for find in filter_question(title)} & {FindKind.CONTACT, FindKind.NUMBER, FindKind.HINT}
    return Refusal(Code.LEAK, {"kinds": " ".join(sorted(kinds))}) if kinds else None


def black_out(text: str, finds: Iterable[Find]) -> str:
    """The text with every clause covered that holds a find: what a redactor works on who must not read the original."""
    ends = [0, *(hit.end() for hit in _CLAUSE.finditer(text)), len(text)]
    parts, at = [], 0
    for one in sorted(finds, key=lambda find: find.start):
        start = max(end for end in ends if end <= one.start)
        end = next(each for each in ends if each >= one.end)
        if end > at:
            parts += [text[at : max(start, at)], BLACK]
            at = end
    return "".join([*parts, text[at:]])


def name_parts(name: str) -> list[str]:
    """A person's name as it may be written: whole, and by its script where it is given in two."""
    latin = " ".join(re.findall(r"[A-Za-zÀ-ɏ'’-]+", name))
    han = "".join(re.findall(r"[\u4e00-\u9fff]+", name))
    reverse = " ".join(reversed(latin.split()))
    return [part for part in dict.fromkeys((name, latin, reverse, han)) if part.strip()]


def _scan_plain(plain: str, places: Sequence[int]) -> Iterator[Find]:
    def spot(kind: FindKind, start: int, end: int) -> Find:
        return Find(kind, places[start], places[end - 1] + 1)

    for kind, patterns in ((FindKind.CONTACT, _WRITTEN), (FindKind.HINT, _HINTS)):
        for pattern in patterns:
            yield from (spot(kind, *hit.span()) for hit in pattern.finditer(plain) if hit[0])
    digits, spans = _digits(plain)
    for hit in _NUMBER.finditer(digits):
        if not _is_list(hit[0]):
            yield spot(FindKind.NUMBER, spans[hit.start()][0], spans[hit.end() - 1][1])


def _plain(text: str) -> tuple[str, list[int]]:
    """The text in one spelling, each sign with its place: no width, case, marks or blanks nobody sees, no twin letters,
    digits of all scripts as ours."""
    signs: list[str] = []
    places: list[int] = []
    for place, sign in enumerate(text):
        for part in unicodedata.normalize("NFKC", sign).lower().translate(_TWINS):
            if unicodedata.category(part) in {"Cf", "Mn", "Me", "Cc"} and part not in "\n\t":
                continue
            number = unicodedata.digit(part, None)
            signs.append(part if number is None else str(number))
            places.append(place)
    return "".join(signs), places


def _digits(plain: str) -> tuple[str, list[tuple[int, int]]]:
    """The text with spelled digits as digits and honest numbers blanked; for each sign its span in `plain`."""
    signs: list[str] = []
    spans: list[tuple[int, int]] = []
    for hit in re.finditer(r"[a-z]+|.", plain, re.DOTALL):
        said = _WORD_DIGITS.get(hit[0]) or _HAN_DIGITS.get(hit[0])
        signs += said or hit[0]
        spans += [hit.span()] if said else [(place, place + 1) for place in range(*hit.span())]
    digits = "".join(signs)
    for pattern in _HONEST:
        digits = pattern.sub(lambda hit: "x" * len(hit[0]), digits)
    return _GROUPED.sub(_blank_alone, digits), spans


def _blank_alone(hit: re.Match[str]) -> str:
    """A grouped quantity blanked where it stands alone; among other digits it may be a piece of a longer number."""
    around = hit.string[max(0, hit.start() - 5) : hit.start()] + hit.string[hit.end() : hit.end() + 5]
    return hit[0] if any(map(str.isdigit, around)) else "x" * len(hit[0])


def _is_list(run: str) -> bool:
    """Whether a run of digits only counts ("一、二、三") or lists quantities: no number that one could dial."""
    parts = [re.sub(r"\D", "", part) for part in _LISTED.split(run)]
    joined = "".join(parts)
    is_short = len(parts) > 1 and all(2 <= len(part) < SHORTEST_NUMBER for part in parts)
    return _COUNTED.startswith(joined) or (is_short and _DIALLED.fullmatch(joined) is None)


def _is_encoded(token: str) -> bool:
    """Whether a long token is no word: letters of both cases and digits mixed, as base64 has them."""
    kinds = (str.isupper, str.islower, str.isdigit)
    mixed = all(any(kind(sign) for sign in token) for kind in kinds)
    return mixed or token.endswith("=") or (len(token) >= 32 and not re.fullmatch(r"[a-z]+|[A-Z]+|[-_]+", token))
