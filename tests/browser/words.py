"""The pages' own words: the catalogues of both languages, read as the pages read them."""

import json
import re
from functools import cache
from typing import Any, Literal, get_args

from tests.browser.service import ROOT

Lang = Literal["zh", "en"]
LANGS: tuple[Lang, ...] = get_args(Lang)
CATALOGUES = ROOT / "frontend" / "src" / "i18n"


@cache
def _book(lang: Lang, book: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((CATALOGUES / lang / f"{book}.json").read_text(encoding="utf-8"))
    return found


def say(lang: Lang, key: str, **params: str | int) -> str:
    """The text behind ``book:path.to.key``; raises KeyError for a key that no catalogue has."""
    book, _, path = key.partition(":")
    text: Any = _book(lang, book)
    for part in path.split("."):
        text = text[part]
    if not isinstance(text, str):
        raise KeyError(key)
    return re.sub(r"\{\{(\w+)\}\}", lambda found: str(params[found[1]]), text)


def pattern(lang: Lang, key: str) -> re.Pattern[str]:
    """What the text looks like whatever its numbers are: the whole of it, each ``{{…}}`` matching anything."""
    book, _, path = key.partition(":")
    text: Any = _book(lang, book)
    for part in path.split("."):
        text = text[part]
    parts = re.split(r"\{\{\w+\}\}", text)
    return re.compile("^" + "(.+?)".join(map(re.escape, parts)) + "$")


@cache
def first_parts() -> frozenset[str]:
    """The first part of every key of every catalogue: what an untranslated key begins with."""
    books = sorted(path.stem for path in (CATALOGUES / "zh").glob("*.json"))
    return frozenset(part for lang in LANGS for book in books for part in (book, *_book(lang, book)))
