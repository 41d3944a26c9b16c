"""What a message to all may not say, and what it may."""

import pytest

from app.domain.message_scanning import LeakKind, decide_message, scan_message
from app.domain.refusals import Code
from app.domain.sealing.own_names import OwnNames

FIRMS = [OwnNames(["岚川压缩机有限公司", "Lanchuan Compressor Co., Ltd."], credit_code="91310115MA1K35QY0X")]


def kinds(text: str) -> list[LeakKind]:
    return [leak.kind for leak in scan_message({"en": text}, FIRMS)]


@pytest.mark.parametrize(
    "text",
    [
        "The lot closes at 14:30 on 2026-11-22.",
        "Delivery to warehouse 2, gate 14, from 1 March 2027.",
        "交货地点：青岛二号仓库，2027年3月1日起。",
        "Drawing DN12.5, revision 3; see clause 4.2.",
        "Lot 2: the motor is 1.5 HP.",
        "Bidders may bid again from 15:00.",
        "Every bidder sees this.",
        # A firm's own word without its trade may be an ordinary one: nothing is refused for it.
        "The Lanchuan valley",
    ],
)
def test_what_may_be_said(text: str) -> None:
    assert kinds(text) == []


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Ask Lanchuan-Compressor for it", LeakKind.NAME),
        ("请联系岚川 压缩机", LeakKind.NAME),
        ("9131 0115 MA1K 35QY 0X", LeakKind.NAME),
        ("write to wang.cai@example.com", LeakKind.CONTACT),
        ("call 0532-8765 4321", LeakKind.CONTACT),
        ("加微信：wangcai2026", LeakKind.CONTACT),
        ("see https://example.com/x", LeakKind.CONTACT),
        ("Bidder C is low", LeakKind.ALIAS),
        ("竞价方C领先", LeakKind.ALIAS),
        ("方案 3", LeakKind.ALIAS),
        ("请报 278.46 以下", LeakKind.AMOUNT),
        ("below ¥ 278", LeakKind.AMOUNT),
        ("about 280 yuan", LeakKind.AMOUNT),
        ("the total is 1,234,500", LeakKind.AMOUNT),
    ],
)
def test_what_may_not(text: str, kind: LeakKind) -> None:
    assert kinds(text) == [kind]


def test_amounts_go_out_once_looked_at_and_nothing_else_does() -> None:
    leaks = scan_message({"zh": "厚度 12.50", "en": "Thickness 12.50; ask Bidder C"}, FIRMS)
    assert [(leak.where, leak.kind) for leak in leaks] == [
        ("zh", LeakKind.AMOUNT),
        ("en", LeakKind.AMOUNT),
        ("en", LeakKind.ALIAS),
    ]
    assert decide_message(leaks[:2], amounts_checked=True) is None
    for checked, told in ((True, "alias"), (False, "alias amount")):
        refusal = decide_message(leaks, amounts_checked=checked)
        assert refusal is not None
        assert (refusal.code, refusal.detail) == (Code.LEAK, {"kinds": told})
