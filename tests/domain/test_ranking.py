"""The order of bids: total, by amount and number, and the running standing equal to the plain rule."""

import itertools
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from app.domain.ranking import PlacedBid, Standing, rank, standing_of

tags = st.sampled_from("abcdefgh")
plays = st.lists(st.tuples(tags, st.integers(1, 30)), max_size=40)


def _falling(moves: list[tuple[str, int]]) -> list[PlacedBid]:
    """Bids as the rules let them in: each below the bidder's own last one."""
    last: dict[str, int] = {}
    bids: list[PlacedBid] = []
    for tag, units in moves:
        if units < last.get(tag, 31):
            last[tag] = units
            bids.append(PlacedBid(tag, Decimal(units), len(bids) + 1))
    return bids


@given(plays)
def test_the_running_standing_is_the_plain_rule(moves: list[tuple[str, int]]) -> None:
    standing = Standing()
    bids = _falling(moves)
    for bid in bids:
        standing = standing.placed(bid)
    assert standing == standing_of(bids)
    for row in rank(bids):
        assert standing.rank_of(row.tag) == row.rank
        assert standing.own_last(row.tag) == row.amount
        assert standing.is_tied(row.tag) is row.is_tied
    assert standing.active == len({bid.tag for bid in bids})
    assert standing.best == min((bid.amount for bid in bids), default=None)
    assert standing.rank_of("nobody") is None
    assert standing.is_tied("nobody") is False


def test_a_large_lot_keeps_every_bidders_own_last() -> None:
    bids = [PlacedBid(f"b{n % 70}", Decimal(1000 - n), n) for n in range(1, 200)]
    standing = Standing()
    for bid in bids:
        standing = standing.placed(bid)
    assert standing == standing_of(bids)
    assert [standing.own_last(row.tag) for row in rank(bids)] == [row.amount for row in rank(bids)]


@given(plays, st.randoms())
def test_the_order_is_total_and_does_not_depend_on_the_reading_order(
    moves: list[tuple[str, int]], chance: object
) -> None:
    bids = _falling(moves)
    mixed = list(bids)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a Random
    rows = rank(bids)
    assert rank(mixed) == rows
    assert [row.rank for row in rows] == list(range(1, len(rows) + 1))
    assert all((a.amount, a.seq) < (b.amount, b.seq) for a, b in itertools.pairwise(rows))


@given(plays, tags, st.integers(1, 30))
def test_an_accepted_bid_moves_nobody_up(moves: list[tuple[str, int]], tag: str, units: int) -> None:
    bids = _falling(moves)
    before = standing_of(bids)
    held = before.own_last(tag)
    if held is not None and held <= units:
        return
    after = before.placed(PlacedBid(tag, Decimal(units), len(bids) + 1))
    for _amount, _seq, other in before.order:
        old, new = before.rank_of(other), after.rank_of(other)
        assert old is not None
        assert new is not None
        assert new <= old if other == tag else new >= old


def test_of_equal_amounts_the_earlier_stands_first() -> None:
    bids = [PlacedBid("late", Decimal(5), 2), PlacedBid("early", Decimal(5), 1), PlacedBid("best", Decimal(4), 3)]
    assert [(row.tag, row.rank, row.is_tied) for row in rank(bids)] == [
        ("best", 1, False),
        ("early", 2, True),
        ("late", 3, True),
    ]


def test_a_void_gives_the_place_back() -> None:
    bids = [PlacedBid("a", Decimal(9), 1), PlacedBid("b", Decimal(8), 2), PlacedBid("b", Decimal(1), 3)]
    standing = standing_of(bid for bid in bids if bid.seq != 3)
    assert standing.own_last("b") == 8
    assert standing.best == 8
