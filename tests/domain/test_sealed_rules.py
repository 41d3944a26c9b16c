"""The rules of a sealed round, and what a live round takes from it: opening, first bids, phases (DESIGN.md 3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.committee import CommitteeRules, Seat
from app.domain.formats import BadRulesError, check_rules, hash_of_rules, rules_from_json, rules_to_json
from app.domain.live_rules import LiveRules, Measure, Origin, Step, lot_times, opening_after
from app.domain.procedures import Procedure, price_bucket_for
from app.domain.ranking import rank
from app.domain.sealed_rules import (
    LEAST_BUCKET,
    TECH_BUCKETS,
    Custody,
    SealedRules,
    check_sealed_rules,
    sealed_rules_from_json,
    sealed_rules_to_json,
)
from app.domain.sealing.body import PriceOffer, pack_price, price_bucket
from app.domain.seeding import StartPrice, seeds_of
from app.domain.visibility import LIVE_PATH, Phase, path_of, visited

START = datetime(2026, 11, 25, 1, 0, tzinfo=UTC)
RULES = SealedRules(
    opens_at=START,
    closes_at=START + timedelta(days=5),
    extension=timedelta(days=1),
    has_technical=True,
    price_bucket=LEAST_BUCKET,
    tech_bucket=TECH_BUCKETS[0],
)
LIVE = LiveRules(
    format="open_descending",
    opens_at=START + timedelta(days=10),
    duration=timedelta(minutes=30),
    step=Step(Measure.PERCENT, Decimal("0.5")),
    starts_from=Origin.SEALED,
    lead=timedelta(minutes=15),
)


@given(
    st.integers(0, 10**8).map(lambda seconds: START + timedelta(seconds=seconds)),
    st.integers(10, 10**6),
    st.integers(0, 10**6),
    st.booleans(),
    st.sampled_from(TECH_BUCKETS),
)
def test_the_stored_form_is_read_back_exactly(
    opens_at: datetime, seconds: int, extension: int, has_technical: bool, bucket: int
) -> None:
    rules = SealedRules(
        opens_at,
        opens_at + timedelta(seconds=seconds),
        timedelta(seconds=extension),
        has_technical,
        LEAST_BUCKET * 2,
        bucket,
    )
    assert sealed_rules_from_json(sealed_rules_to_json(rules)) == rules
    assert check_sealed_rules(rules) == []


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("opens_at", "tomorrow"),
        ("closes_at", "2026-11-25T09:00:00"),
        ("custody", "notary"),
        # A committee's members belong to its custody alone.
        ("committee_k", 2),
        ("extension_s", "60"),
        ("has_technical", 1),
        ("price_bucket", "4096"),
        ("tech_bucket", None),
        ("more", 1),
    ],
)
def test_another_form_is_named_by_its_field(name: str, value: Any) -> None:
    with pytest.raises(BadRulesError) as raised:
        sealed_rules_from_json({**sealed_rules_to_json(RULES), name: value})
    assert raised.value.field == name


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"closes_at": START}, "closes_at", "BEFORE_OPENING"),
        ({"closes_at": START + timedelta(seconds=9)}, "closes_at", "TOO_SHORT"),
        ({"extension": timedelta(seconds=-1)}, "extension_s", "OUT_OF_RANGE"),
        ({"extension": timedelta(days=31)}, "extension_s", "OUT_OF_RANGE"),
        ({"price_bucket": 2048}, "price_bucket", "OUT_OF_RANGE"),
        ({"price_bucket": 5000}, "price_bucket", "OUT_OF_RANGE"),
        ({"tech_bucket": 300_000}, "tech_bucket", "OUT_OF_RANGE"),
    ],
)
def test_what_cannot_be_held_is_named(changes: dict[str, Any], field: str, code: str) -> None:
    assert [(fault.field, fault.code) for fault in check_sealed_rules(replace(RULES, **changes))] == [(field, code)]


@pytest.mark.parametrize("lines", [0, 1, 40, 100, 500, 2000])
def test_the_longest_price_fits_its_bucket(lines: int) -> None:
    longest = "9" * 14 + ".9999"
    offer = PriceOffer("f" * 32, "CNY", longest, 4, tuple((number, longest) for number in range(1, lines + 1)))
    bucket = price_bucket_for(lines)
    assert bucket >= price_bucket(pack_price(offer))
    assert bucket & (bucket - 1) == 0


# ── a live round after it ──────────────────────────────────────────────────────────────────────────────────────────


def test_only_a_round_after_a_sealed_one_says_where_it_starts() -> None:
    plain = replace(LIVE, starts_from=None, lead=timedelta(0))
    assert not {"starts_from", "lead_s"} & set(rules_to_json(plain))
    assert rules_to_json(LIVE) == {**rules_to_json(plain), "starts_from": "sealed", "lead_s": 900}
    assert rules_from_json(rules_to_json(LIVE)) == LIVE
    assert hash_of_rules(LIVE) != hash_of_rules(plain)


@pytest.mark.parametrize("more", [{"lead_s": 900}, {"starts_from": None}, {"starts_from": "open"}])
def test_half_an_origin_is_no_form(more: dict[str, Any]) -> None:
    with pytest.raises(BadRulesError):
        rules_from_json({**rules_to_json(replace(LIVE, starts_from=None, lead=timedelta(0))), **more})


def test_a_lead_is_bounded() -> None:
    assert check_rules(LIVE) == []
    assert [fault.field for fault in check_rules(replace(LIVE, lead=timedelta(days=31)))] == ["lead_s"]


def test_a_round_opens_as_published_or_a_lead_after_the_prices() -> None:
    assert opening_after(replace(LIVE, starts_from=None), None) == LIVE.opens_at
    assert opening_after(LIVE, None) is None
    early, late = LIVE.opens_at - timedelta(days=1), LIVE.opens_at - timedelta(minutes=1)
    assert opening_after(LIVE, early) == LIVE.opens_at
    assert opening_after(LIVE, late) == late + timedelta(minutes=15)


@given(st.integers(-(10**7), 10**7))
def test_nobody_has_less_than_the_lead_and_nothing_opens_early(seconds: int) -> None:
    opened = LIVE.opens_at + timedelta(seconds=seconds)
    opens_at = opening_after(LIVE, opened)
    assert opens_at is not None
    assert opens_at >= LIVE.opens_at
    assert opens_at - opened >= LIVE.lead
    assert opens_at in {LIVE.opens_at, opened + LIVE.lead}


def test_the_times_of_the_lots_move_with_the_opening() -> None:
    later = LIVE.opens_at + timedelta(hours=1)
    assert lot_times(LIVE, 0, later) == lot_times(replace(LIVE, opens_at=later), 0)


# ── first bids ─────────────────────────────────────────────────────────────────────────────────────────────────────

tags = st.lists(st.integers(0, 99).map(lambda n: f"{n:032x}"), unique=True, max_size=12)
amounts = st.sampled_from([Decimal(100), Decimal("100.01"), Decimal(250)])


@given(tags, st.data())
def test_the_highest_enters_first_and_the_earlier_of_equals_stands_first(names: list[str], data: st.DataObject) -> None:
    prices = [
        StartPrice(name, data.draw(amounts), START + timedelta(seconds=data.draw(st.integers(0, 2))), name * 2)
        for name in names
    ]
    seeds = seeds_of(prices)
    assert [seed.n for seed in seeds] == list(range(1, len(prices) + 1))
    assert [seed.price.amount for seed in seeds] == sorted((price.amount for price in prices), reverse=True)
    ranked = rank(seed.placed for seed in seeds)
    by_tag = {price.tag: price for price in prices}
    wanted = sorted(prices, key=lambda price: (price.amount, price.received_at, price.package))
    assert [one.tag for one in ranked] == [price.tag for price in wanted]
    assert {one.tag for one in ranked} == set(by_tag)
    assert seeds_of(reversed(prices)) == seeds


# ── phases ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def document(*kinds: str, has_technical: bool = False) -> dict[str, Any]:
    return {"rounds": [{"kind": kind, "rules": {"has_technical": has_technical}} for kind in kinds]}


@pytest.mark.parametrize(
    ("shown", "letters"),
    [
        (None, "DQLPVWZ"),
        (document("live"), "DQLPVWZ"),
        (document("sealed"), "DQSKPVWZ"),
        (document("sealed", has_technical=True), "DQSKTPVWZ"),
        (document("sealed", "live"), "DQSKLPVWZ"),
        (document("sealed", "live", has_technical=True), "DQSKTLPVWZ"),
    ],
)
def test_a_tender_visits_what_it_has(shown: dict[str, Any] | None, letters: str) -> None:
    path = path_of(shown)
    assert "".join(path) == letters
    assert visited(Phase.PRICES, path) == path[: path.index(Phase.PRICES) + 1]
    assert set(LIVE_PATH) - {Phase.LIVE} <= set(path)


def test_procedures_name_their_rounds() -> None:
    assert [(one.has_sealed, one.has_live) for one in Procedure] == [(False, True), (True, False), (True, True)]


SEATS = (Seat.AUDIT, Seat.TECHNICAL, Seat.EXTERNAL)
BY_COMMITTEE = replace(RULES, custody=Custody.COMMITTEE, committee=CommitteeRules(2, SEATS))


def test_committee_rules_go_over_the_wire_and_back() -> None:
    stored = sealed_rules_to_json(BY_COMMITTEE)
    assert (stored["committee_k"], stored["committee_seats"]) == (2, ["audit", "technical", "external"])
    assert sealed_rules_from_json(stored) == BY_COMMITTEE
    assert check_sealed_rules(BY_COMMITTEE) == []
    assert [fault.code for fault in check_sealed_rules(replace(BY_COMMITTEE, committee=None))] == ["MISSING_VALUE"]


@pytest.mark.parametrize(
    ("name", "value"), [("committee_k", "2"), ("committee_seats", ["boss"]), ("committee_seats", 3)]
)
def test_a_committee_is_read_strictly(name: str, value: Any) -> None:
    with pytest.raises(BadRulesError) as raised:
        sealed_rules_from_json({**sealed_rules_to_json(BY_COMMITTEE), name: value})
    assert raised.value.field == name
