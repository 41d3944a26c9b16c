"""The scan for the own name: the browser's vectors, and that no spelling hides a name and no place is told wrongly."""

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.sealing.own_names import NameKind, OwnNames, ScannedText, scan_for_names

VECTORS: Any = json.loads((Path(__file__).parents[2] / "vectors" / "own-names.json").read_text(encoding="utf-8"))
OWN = OwnNames(**VECTORS["own"])
LETTERS = st.text("abcdefghijklmnopqrstuvwxyz", min_size=4, max_size=12)
NAMES = st.one_of(st.text("华夏精工科技东方电子", min_size=2, max_size=8), LETTERS)
BETWEEN = st.text(" ·-—_.,，。（）\u3000\n\u200b", max_size=3)


def found(text: str, own: OwnNames) -> list[list[str]]:
    hits = scan_for_names([ScannedText("c1", text)], own)
    assert [hit.found for hit in hits] == [text[hit.start : hit.end] for hit in hits]
    return [[hit.kind.value, hit.found] for hit in hits]


@pytest.mark.parametrize("case", VECTORS["cases"], ids=lambda case: case["text"])
def test_as_the_browser_finds(case: Any) -> None:
    assert found(case["text"], OWN) == case["hits"]


@pytest.mark.parametrize("case", VECTORS["firms"], ids=lambda case: case["name"])
def test_as_the_browser_shortens(case: Any) -> None:
    assert found(case["text"], OwnNames([case["name"]])) == case["hits"]


def words(kind: str) -> list[str]:
    return " ".join(VECTORS["words"][kind]).split()


def test_trades_cities_and_common_words_are_the_browser_s() -> None:
    """Each word is taken off a name; what is left is found, unless it is a common word."""
    for name, text in (
        *((f"岚川{word}", "岚川") for word in words("trades_han")),
        *((f"Lanchuan {word}", "Lanchuan") for word in words("trades")),
        *((f"{word}岚川泵业", "岚川") for word in words("cities_han")),
        *((f"{word} Lanchuan pumps", "Lanchuan") for word in words("cities")),
    ):
        assert found(text, OwnNames([name])) == [["short_name", text]], name
    for word in words("common"):
        name = f"{word} pumps" if word.isascii() else f"{word}泵业"
        assert found(word, OwnNames([name])) == []


@given(NAMES, BETWEEN, BETWEEN, BETWEEN, st.data())
def test_no_spelling_hides_a_name(name: str, before: str, inside: str, after: str, data: st.DataObject) -> None:
    def respelt(sign: str) -> str:
        wide = chr(ord(sign) + 0xFEE0) if sign.isascii() else sign
        return data.draw(st.sampled_from([sign, sign.upper(), wide]))

    text = f"12{before}{inside.join(respelt(sign) for sign in name)}{after}34"
    (hit,) = scan_for_names([ScannedText("c1", text)], OwnNames([name]))
    assert (hit.kind, hit.start, hit.end) == (NameKind.NAME, 2 + len(before), len(text) - len(after) - 2)


@given(st.text(), st.text(), st.text(), st.text(), st.text(), st.text())
def test_any_texts_give_finds_that_stand_there_and_do_not_overlap(
    text: str, name: str, code: str, domain: str, phone: str, mail: str
) -> None:
    own = OwnNames([name, "李伟"], code, domain, phone, mail)
    hits = sorted(scan_for_names([ScannedText("c1", text + name)], own), key=lambda hit: hit.start)
    whole = text + name
    assert all(hit.found and hit.found == whole[hit.start : hit.end] for hit in hits)
    assert all(one.start < two.start for one, two in pairwise(hits))


@given(LETTERS, LETTERS)
def test_a_piece_of_a_longer_word_is_no_find(name: str, more: str) -> None:
    text = name + more
    hits = scan_for_names([ScannedText("c1", text)], OwnNames([name]))
    assert all(hit.start > 0 for hit in hits)
