"""House rules on words: both languages say everything, with the same blanks, and in the vocabulary of WORDS.md."""

import json
import re
from typing import Any

import pytest

from tests.tidy.tracked import chosen, text_of

CATALOGUES = "frontend/src/i18n/"
# Rules about Chinese text itself, as amounts in words and full-width digits are, may spell it.
# The scan for the own name knows the legal forms, places and trades that firms are called by.
SPELLS_CHINESE = (
    CATALOGUES,
    "frontend/src/domain/",
    "frontend/src/sealing/names.ts",
    "frontend/src/sealing/trade-names.ts",
)
# Statutory tendering; those words live in a catalogue of their own, should one ever be written (WORDS.md section 1).
STATUTORY = re.compile("招" + "标|投" + "标|中" + "标|标" + "书")
# English has a singular, Chinese has not.
PLURAL = re.compile(r"_(zero|one|two|few|many|other)$")
BLANK = re.compile(r"\{\{-?\s*(\w+)")
HAN = re.compile(r"[\u4e00-\u9fff]")
# Words that stand there in both languages at once: the name, the switch to Chinese, the demo's flag.
IN_BOTH = re.compile("竞价室|中文|演示 · DEMO")
COMMENT = re.compile(r"//[^\n]*|/\*.*?\*/", re.DOTALL)


def flat(tree: Any, prefix: str = "") -> dict[str, str]:
    """Every sentence under its full key, plural forms folded into one."""
    if not isinstance(tree, dict):
        return {PLURAL.sub("", prefix): str(tree)}
    return {
        key: text for name, part in tree.items() for key, text in flat(part, f"{prefix}.{name}".lstrip(".")).items()
    }


def pairs() -> list[tuple[str, str]]:
    """Each Chinese catalogue and its English twin: ``i18n/zh/x.json`` and ``i18n/en/x.json`` (or ``i18n/zh.json``)."""
    files = chosen(f"{CATALOGUES}**.json")
    chinese = [path for path in files if re.search(r"/zh[/.]", path)]
    english = [path for path in files if re.search(r"/en[/.]", path)]
    twins = [re.sub(r"/zh([/.])", r"/en\1", path) for path in chinese]
    assert sorted(twins) == sorted(english), "a catalogue without its twin"
    return list(zip(chinese, twins, strict=True))


def test_both_languages_say_everything() -> None:
    for zh, en in pairs():
        chinese, english = flat(json.loads(text_of(zh))), flat(json.loads(text_of(en)))
        assert chinese.keys() ^ english.keys() == set(), f"{zh} and {en}"
        empty = [key for key, text in [*chinese.items(), *english.items()] if not text.strip()]
        assert not empty, f"{zh} and {en}"


def test_both_languages_leave_the_same_blanks() -> None:
    for zh, en in pairs():
        chinese, english = flat(json.loads(text_of(zh))), flat(json.loads(text_of(en)))
        differing = [
            key
            for key in chinese.keys() & english.keys()
            if set(BLANK.findall(chinese[key])) != set(BLANK.findall(english[key]))
        ]
        assert not differing, f"{zh} and {en}"


def test_no_key_is_written_twice() -> None:
    def refuse_twins(entries: list[tuple[str, Any]]) -> dict[str, Any]:
        names = [name for name, _ in entries]
        assert len(names) == len(set(names)), sorted({name for name in names if names.count(name) > 1})
        return dict(entries)

    for path in chosen(f"{CATALOGUES}**.json"):
        json.loads(text_of(path), object_pairs_hook=refuse_twins)


def test_no_word_of_statutory_tendering_is_printed() -> None:
    files = chosen("frontend/src/**", "frontend/index.html", "app/**")
    found = [
        f"{path}:{number}: {line.strip()[:80]}"
        for path in files
        for number, line in enumerate(text_of(path).splitlines(), 1)
        if STATUTORY.search(line)
    ]
    assert not found


def test_pages_take_their_chinese_from_the_catalogue() -> None:
    files = chosen("frontend/src/**.ts", "frontend/src/**.tsx")
    pages = [path for path in files if not path.startswith(SPELLS_CHINESE) and ".test." not in path]
    printed = {path: IN_BOTH.sub("", COMMENT.sub("", text_of(path))) for path in pages if "/testing/" not in path}
    assert not [path for path, text in printed.items() if HAN.search(text)]


@pytest.mark.parametrize(
    ("tree", "keys"),
    [
        ({"a": {"b": "x"}, "c": "y"}, {"a.b", "c"}),
        ({"n_one": "{{count}} bid", "n_other": "{{count}} bids"}, {"n"}),
    ],
)
def test_keys_are_read_with_their_path_and_without_plurals(tree: Any, keys: set[str]) -> None:
    assert flat(tree).keys() == keys
