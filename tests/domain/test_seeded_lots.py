"""Whatever the rules let happen in a lot that starts from sealed prices replays from its entries (DESIGN.md 3)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.domain import closing
from app.domain.closing import timetable_of
from app.domain.drafting import Template
from app.domain.entries import Entry
from app.domain.formats import FloorState, Offer, format_of
from app.domain.framing import LotFrame, lot_frames
from app.domain.kinds import Kind
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.ranking import rank
from app.domain.refusals import Refusal
from app.domain.replaying import LotReplay
from app.domain.seeding import StartPrice, seeds_of
from tests.domain.tender_drafts import a_draft, document_of

FRAME: LotFrame = next(iter(lot_frames(document_of(a_draft(Template.LARGE))).values()))
TAGS = tuple(f"{n:032x}" for n in range(1, 6))
LOT = FRAME.lot


class Floor:
    """Plays a seeded lot as the service does, and writes its entries."""

    def __init__(self, amounts: list[Decimal]) -> None:
        self.now = FRAME.times.opens_at
        self.entries: list[Entry] = []
        table = closing.decide_open(timetable_of(FRAME.times), self.now)
        assert table is not None
        self.state = FloorState(table)
        self.write(Kind.LOT_OPENED, {"closes_at": instant_text(table.closes_at)})
        prices = [
            StartPrice(tag, amount, self.now - timedelta(days=9, seconds=at), tag * 2)
            for at, (tag, amount) in enumerate(zip(TAGS, amounts, strict=False))
        ]
        self.seeds = seeds_of(prices)
        for seed in self.seeds:
            data = {"n": seed.n, "amount": format_amount(seed.price.amount, 2), "package": seed.price.package}
            self.write(Kind.BID_SEEDED, data, seed.price.tag)
            standing = self.state.standing.placed(seed.placed)
            self.state = replace(self.state, standing=standing, seq=seed.n)

    def write(self, kind: Kind, data: dict[str, Any], tag: str | None = None) -> None:
        role = "supplier" if tag else "service"
        seq = len(self.entries) + 1
        self.entries.append(Entry(f"lot:{LOT}", seq, self.now, kind, data, role, "", "0", lot=LOT, tag=tag))

    def offer(self, tag: str, cents: int) -> None:
        own = self.state.standing.own_last(tag)
        assert own is not None
        amount = format_amount(own - Decimal(cents) / 100, 2)
        before = self.state.timetable
        offer = Offer(amount, self.now)
        played = format_of(FRAME.rules).play_bid(FRAME.rules, FRAME.terms, self.state, tag, offer)
        told: dict[str, Any] = {"bid_id": None, "received_at": instant_text(self.now)}
        if isinstance(played, Refusal):
            self.write(Kind.BID_REFUSED, {**told, "sent": amount, "code": played.code.value, "detail": {}}, tag)
            return
        self.write(
            Kind.BID_ACCEPTED, {**told, "amount": amount, "n": played.seq, "own_before": format_amount(own, 2)}, tag
        )
        self.state = played.after
        if played.is_extended:
            after = played.after.timetable
            moved = {"from": instant_text(before.closes_at), "to": instant_text(after.closes_at)}
            self.write(Kind.LOT_EXTENDED, {"by_bid": played.seq, **moved, "n": after.extensions})


prices = st.lists(st.integers(20_000, 28_640).map(lambda cents: Decimal(cents) / 100), min_size=1, max_size=5)
bids = st.lists(st.tuples(st.integers(0, 4), st.integers(1, 2000), st.integers(0, 200)), max_size=20)


@given(prices, bids)
def test_a_seeded_lot_replays(amounts: list[Decimal], offers: list[tuple[int, int, int]]) -> None:
    floor = Floor(amounts)
    ordered = rank(seed.placed for seed in floor.seeds)
    assert [one.amount for one in ordered] == sorted(amounts)
    for who, cents, seconds in offers:
        floor.now += timedelta(seconds=seconds)
        floor.offer(TAGS[who % len(amounts)], cents)
    played = LotReplay(FRAME)
    assert [fault for entry in floor.entries if (fault := played.take(entry)) is not None] == []
    assert played.finish() is None
    ranked = played.ranked_at(floor.now, is_inclusive=True)
    assert [one.tag for one in ranked] == [key[2] for key in floor.state.standing.order]


@given(st.lists(st.integers(20_000, 28_640), min_size=2, max_size=5, unique=True), st.data())
def test_start_prices_out_of_order_or_changed_do_not_replay(cents: list[int], data: st.DataObject) -> None:
    floor = Floor([Decimal(one) / 100 for one in cents])
    opened, *seeds = floor.entries
    at = data.draw(st.integers(0, len(seeds) - 2))
    swapped = [*seeds[:at], seeds[at + 1], seeds[at], *seeds[at + 2 :]]
    played = LotReplay(FRAME)
    assert any(played.take(entry) is not None for entry in [opened, *swapped])
