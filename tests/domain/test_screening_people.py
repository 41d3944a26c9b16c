"""Screens on what people did around a tender: marks far from the panel's, price words, raised signals."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.negotiating import Side
from app.domain.screening import ScreenMethod
from app.domain.screening_facts import TenderFacts
from app.domain.screening_leads import Lead, build_board
from app.domain.screening_people import FEWEST_MARKS, Conduct, Raised, Said, price_words, seats_of
from app.domain.screening_rates import ENOUGH, TABLE, Origin, read_table

START = datetime(2026, 1, 5, 6, tzinfo=UTC)
CALM = [[3, 4, 4], [4, 4, 5], [2, 3, 3], [5, 4, 4]]


def marks(rows: list[list[int]]) -> dict[str, dict[tuple[str, str, str], int]]:
    """Three seats over so many cells."""
    cells = [("lot", f"T-{at}", "quality") for at in range(len(rows))]
    return {
        f"E{seat + 1}": {cell: row[seat] for cell, row in zip(cells, rows, strict=True)} for seat in range(len(rows[0]))
    }


def facts(name: str, conduct: Conduct) -> TenderFacts:
    return TenderFacts(name, name, "compressors", START, [], is_settled=True, conduct=conduct)


def leads(tenders: list[TenderFacts], method: ScreenMethod) -> list[Lead]:
    board = build_board(tenders, read_table(TABLE.read_text(encoding="utf-8")))
    return [lead for lead in board.leads if lead.method is method]


def test_an_expert_far_from_the_panel_is_shown_by_the_seat() -> None:
    rows = CALM * 3
    for at in range(3):
        rows[at] = [5, 2, 2]
    (lead,) = leads([facts("T", Conduct(marks=marks(rows)))], ScreenMethod.FAR_MARKS)
    assert (lead.figure, lead.n, lead.bidders, lead.base.origin) == ("3/12", 12, (), Origin.NONE)
    assert lead.evidence.rows[0] == ("E1", "T-0", "5", "2")


def test_the_base_rate_is_of_all_experts() -> None:
    rows = CALM * 3
    calm = [facts(f"C{at}", Conduct(marks=marks(rows))) for at in range(ENOUGH)]
    far = [[5, 2, 2]] * 4 + rows[4:]
    (lead,) = leads([*calm, facts("T", Conduct(marks=marks(far)))], ScreenMethod.FAR_MARKS)
    assert (lead.base.share, lead.base.of) == (1 / (3 * ENOUGH + 3), 3 * ENOUGH + 3)


def test_of_two_experts_or_few_marks_nothing_is_said() -> None:
    assert seats_of(marks([[5, 0]] * 20)) == []
    assert seats_of(marks([[5, 0, 0]] * (FEWEST_MARKS - 1))) == []


@given(st.lists(st.lists(st.integers(0, 5), min_size=3, max_size=3), min_size=FEWEST_MARKS, max_size=30))
def test_who_marks_as_the_others_do_never_stands_out(rows: list[list[int]]) -> None:
    alike = [[row[0]] * 3 for row in rows]
    assert not any(each.far for each in seats_of(marks(alike)))
    for each in seats_of(marks(rows)):
        assert 0 <= each.share <= 1
        assert each.count == len(rows)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("付款改为 60 天，单价可再让利 2%", ("单价", "让利")),
        ("A further Discount on the unit price, a discount!", ("discount", "price")),
        ("Delivery in 21 days, priceless service", ()),
        ("付款、交期、质保均无异议", ()),
        ("", ()),
    ],
)
def test_price_words(text: str, found: tuple[str, ...]) -> None:
    assert price_words(text) == found


def test_talks_about_the_price_are_shown_with_turn_and_words_alone() -> None:
    talk = [Said(1, Side.BUYER, "60 days, please."), Said(2, Side.SUPPLIER, "45 days, or a rebate from secret firm")]
    told = leads([facts("T", Conduct(talks=[talk])), facts("U", Conduct(talks=[talk[:1]]))], ScreenMethod.PRICE_TALKS)
    assert [(each.tender, each.figure, each.evidence.rows) for each in told] == [
        ("T", "1/2", (("2", "supplier", "rebate"),))
    ]


def test_what_the_service_raised_stands_on_the_board_once_a_tender() -> None:
    raised = [Raised("related_staff", START + timedelta(hours=at)) for at in range(3)]
    tenders = [facts("T", Conduct(raised=[*raised, Raised("same_file", START)])), facts("U", Conduct())]
    (lead,) = leads(tenders, ScreenMethod.RELATED_STAFF)
    assert (lead.tender, lead.figure, lead.n, len(lead.evidence.rows)) == ("T", "3", 3, 3)
    assert leads(tenders, ScreenMethod.ONE_REPRESENTATIVE) == []
    many = [facts(f"N{at}", Conduct()) for at in range(ENOUGH)]
    (lead,) = leads([*tenders, *many], ScreenMethod.RELATED_STAFF)
    assert (lead.base.share, lead.base.of) == (1 / (ENOUGH + 2), ENOUGH + 2)
