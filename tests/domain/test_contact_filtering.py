"""The contact filter (attacks.md C01): however a number or an address is spelled it is held; plain questions pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.contact_filtering import BLACK, FindKind, black_out, filter_question, name_parts
from app.domain.sealing.own_names import OwnNames

FIRMS = [OwnNames(["岚川压缩机有限公司", "Lanchuan Compressor Co., Ltd."], credit_code="91310115MA1K35QY0X")]
PEOPLE = ["王采购 Wang Cai", "Erik Lund"]


def kinds(text: str) -> set[FindKind]:
    return {find.kind for find in filter_question(text, FIRMS, PEOPLE)}


@pytest.mark.parametrize(
    "text",
    [
        "Is the tolerance of drawing DN12.5 rev 3 ±0.05 mm?",
        "MOQ 500, 1000, 2000 pcs?",
        "Delivery on 2026-11-30 at 14:30 to gate 14, warehouse 2?",
        "Does GB/T 43711-2024 or ISO 9001:2015 apply to clause 4.2?",
        "年用量100000件是否含备件？",
        "请按一、二、三、四、五、六、七逐条说明。",
        "交货期可否由30天改为45天？第一批、第二批如何分配？",
        "付款条件是月结60天吗？质保期自验收之日起算吗？",
        "May 1,200,000 sets be delivered in three parts?",
        "What is the packing unit, and may we deliver at plant two?",
        "Which of the two colours, RAL 9016 or RAL 7035?",
    ],
)
def test_plain_questions_pass(text: str) -> None:
    assert kinds(text) == set()


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("please call 0532-8765 4321", FindKind.NUMBER),
        ("１３８ ００１３ ８０００", FindKind.NUMBER),
        ("一三八零零一三八零零零", FindKind.NUMBER),
        ("幺三八〇〇幺三八〇〇〇", FindKind.NUMBER),
        ("one three eight, zero zero one three, eight zero zero zero", FindKind.NUMBER),
        ("1️⃣3️⃣8️⃣0️⃣0️⃣1️⃣3️⃣8️⃣0️⃣0️⃣0️⃣", FindKind.NUMBER),
        ("①③⑧⓪⓪①③⑧⓪⓪⓪", FindKind.NUMBER),
        ("1\u200b3\u200b8\u200b0\u200b0\u200b1\u200b3\u200b8", FindKind.NUMBER),
        ("ISO 13800138000", FindKind.NUMBER),
        ("13:80:01:38:00:0", FindKind.NUMBER),
        ("13,800,138,000", FindKind.NUMBER),
        ("2013-80-01-38-000", FindKind.NUMBER),
        ("wang＠example.com", FindKind.CONTACT),
        ("wang (at) example dot com", FindKind.CONTACT),
        ("wang at example.com", FindKind.CONTACT),
        ("see example。com", FindKind.CONTACT),
        ("https://example.net/x", FindKind.CONTACT),
        ("加V信 abc", FindKind.CONTACT),
        ("wеchаt lanchuan", FindKind.CONTACT),
        ("扣扣见", FindKind.CONTACT),
        ("扫码加我", FindKind.CONTACT),
        ("call me, same number as last year", FindKind.HINT),
        ("You know where to find us", FindKind.HINT),
        ("We are your current supplier", FindKind.HINT),
        ("和去年一样的号码", FindKind.HINT),
        ("电话没变", FindKind.HINT),
        ("我们公司去年供过货", FindKind.HINT),
        ("老地方见面谈", FindKind.HINT),
        ("Lanchuan-Compressor would like to know", FindKind.NAME),
        ("岚 川 压缩机想问", FindKind.NAME),
        ("Lanchuan would like to know", FindKind.SHORT_NAME),
        ("岚川想问", FindKind.SHORT_NAME),
        ("9131 0115 MA1K 35QY 0X", FindKind.NAME),
        ("Is Cai Wang in charge?", FindKind.NAME),
        ("王采购在吗", FindKind.NAME),
        ("aGVsbG8gd29ybGQgdGhpcyBpcw==", FindKind.ENCODED),
        ("%E5%B2%9A%E5%B7%9D%E5%8E%8B", FindKind.ENCODED),
    ],
)
def test_what_is_held(text: str, kind: FindKind) -> None:
    assert kind in kinds(text)
    assert kind in kinds(f"Is 3 mm steel allowed? {text}")


DIGITS = {
    "0": ["0", "０", "零", "〇", "zero "],
    "1": ["1", "１", "一", "幺", "壹", "one ", "①"],
    "3": ["3", "３", "三", "叁", "three "],
    "5": ["5", "５", "五", "five ", "⑤"],
    "8": ["8", "８", "八", "捌", "eight "],
    "9": ["9", "９", "九", "nine "],
}
GAPS = st.sampled_from(["", " ", "-", ".", " - ", "\u200b", "·", "_", "*", "/"])


@given(st.data(), st.lists(st.sampled_from("013589"), min_size=9, max_size=9), st.sampled_from("3589"))
def test_a_mobile_number_is_held_however_it_is_spelled(data: st.DataObject, rest: list[str], second: str) -> None:
    spelled = [data.draw(st.sampled_from(DIGITS[digit])) + data.draw(GAPS) for digit in ["1", second, *rest]]
    text = f"请问 {''.join(spelled)} 可以吗"
    finds = filter_question(text)
    assert FindKind.NUMBER in {find.kind for find in finds}
    assert not any(FindKind.NUMBER is find.kind for find in filter_question(black_out(text, finds)))


@given(
    st.from_regex(r"[a-z]{3,8}\.?[a-z]{2,6}", fullmatch=True),
    st.sampled_from(["@", "＠", "﹫", " @ ", "(at)", "[AT]", "艾特"]),
)
def test_a_mail_address_is_held_whatever_stands_for_its_sign(name: str, sign: str) -> None:
    assert FindKind.CONTACT in kinds(f"write {name}{sign}example.com please")


@given(st.text(max_size=200))
def test_blacking_out_covers_every_find_and_never_fails(text: str) -> None:
    finds = filter_question(text, FIRMS, PEOPLE)
    covered = black_out(text, finds)
    assert (BLACK in covered) == bool(finds) or BLACK in text
    for find in finds:
        assert 0 <= find.start < find.end <= len(text)


def test_a_person_is_known_by_each_way_of_writing_the_name() -> None:
    assert name_parts("王采购 Wang Cai") == ["王采购 Wang Cai", "Wang Cai", "Cai Wang", "王采购"]
