"""Past tenders out of rows: what is read, what is named, and what the screens then see."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from app.domain.past_tenders import NEEDED, PastCell, PastFault, PastField, facts_of, read_past
from app.domain.screening import ScreenMethod
from app.domain.screening_leads import build_board
from app.domain.screening_rates import TABLE, read_table

F = PastField


def row(line: int, **texts: str) -> dict[PastField, PastCell]:
    """A row with every needed field; others as given."""
    told = {"tender": "T1", "date": "2014-03-31", "bidder": f"S{line}", "amount": "100"} | texts
    return {F(name): PastCell(f"{name[0].upper()}{line}", text) for name, text in told.items()}


def test_a_row_is_a_bid() -> None:
    read = read_past([row(2, won="1", title="路灯"), row(3, amount="1,234.5"), row(4, amount=""), row(5, invalid="是")])
    assert (read.rows, read.idle, read.lots, read.faults) == (4, 2, 1, [])
    first, second = read.bids["T1"]["1"]
    assert (first.has_won, first.day, str(second.amount)) == (True, date(2014, 3, 31), "1234.5")
    (facts,) = facts_of(read)
    assert list(facts.lots[0].totals) == ["S2", "S3"]


def test_every_bad_cell_is_named_and_its_row_left_out() -> None:
    broken = row(9)
    broken[F.AMOUNT] = PastCell("A9", "=1+1", PastFault.FORMULA_IN_CELL)
    read = read_past(
        [
            row(2, tender=""),
            row(3, date="31.03.2014"),
            row(4, amount="-1"),
            row(5, amount="NaN"),
            row(6, bidder="x" * 81),
            row(7, won="maybe"),
            row(8, date="2014-02-30", amount="1e3"),
            broken,
            row(10),
            row(11, date="2014-04-01"),
        ]
    )
    assert [(each.cell, each.code) for each in read.faults] == [
        ("T2", PastFault.MISSING_VALUE),
        ("D3", PastFault.NOT_A_DATE),
        ("A4", PastFault.NOT_A_NUMBER),
        ("A5", PastFault.NOT_A_NUMBER),
        ("B6", PastFault.TEXT_TOO_LONG),
        ("W7", PastFault.NOT_YES_OR_NO),
        ("D8", PastFault.NOT_A_DATE),
        ("A8", PastFault.NOT_A_NUMBER),
        ("A9", PastFault.FORMULA_IN_CELL),
        ("D11", PastFault.OTHER_DATE),
    ]
    assert [each.bidder for each in read.bids["T1"]["1"]] == ["S10"]


def test_a_second_bid_of_a_firm_is_another_bidder_and_no_other_firm() -> None:
    (facts,) = facts_of(read_past([row(2, bidder="S1", amount="90"), row(3, bidder="S1", amount="80")]))
    assert list(facts.lots[0].totals) == ["S1", "S1-2"]
    assert set(facts.firms.values()) == {"S1"}


def test_firms_over_several_tenders_are_called_as_in_the_file() -> None:
    """One that is second again and again, found by its own name."""
    rows = []
    for number in range(12):
        told = {"tender": f"T{number}", "date": f"2014-01-{number + 1:02}"}
        rows += [row(2, bidder=f"W{number % 6}", amount="90", **told), row(3, bidder="Second", amount="95", **told)]
        rows += [row(4, bidder=f"L{number}", amount="99", **told), row(5, bidder=f"M{number}", amount="120", **told)]
    board = build_board(facts_of(read_past(rows)), read_table(TABLE.read_text()), is_named=True)
    found = [lead for lead in board.leads if lead.method is ScreenMethod.ALWAYS_SECOND]
    assert [lead.bidders for lead in found] == [("Second",)]


@given(st.lists(st.fixed_dictionaries({name.value: st.text(max_size=12) for name in PastField}), max_size=8))
def test_whatever_stands_there_is_counted_once(rows: list[dict[str, str]]) -> None:
    read = read_past([row(at, **texts) for at, texts in enumerate(rows, start=2)])
    taken = sum(len(bids) for lots in read.bids.values() for bids in lots.values())
    bad = {fault.cell[1:] for fault in read.faults}
    assert (read.rows, taken + read.idle + len(bad)) == (len(rows), len(rows))
    facts_of(read)


def test_the_needed_fields_have_headings() -> None:
    assert set(NEEDED) <= set(PastField)
