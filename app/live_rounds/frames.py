"""Frames as text: one ready part for everybody, own parts spliced in, padded to one length. LIVE.md section 2 rule 4.

A supplier's frame has the same length whatever happens on the lots: the length is that of the longest frame these lots
could ever give, so nothing can be read from it (attacks.md W05, W06). What an audience sees is decided by
`domain/visibility.py`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Any

import orjson

from app.domain.auto_bidding import AutoBidState
from app.domain.closing import LotStatus, in_series, shown_status
from app.domain.formats import Feedback, FloorState, format_of
from app.domain.formats.play import ToldPace, ToldScore
from app.domain.formats.telling import TELLING, Telling
from app.domain.live_rules import Basis, LotOrder
from app.domain.live_rules_json import instant_text
from app.domain.money import format_amount
from app.domain.ranking import RankBand, Standing
from app.domain.visibility import BuyerView, Mode, Role, live_mode
from app.live_rounds.limits import FRAME_UNIT, TAIL
from app.live_rounds.store import AcceptedBid, Floor

# `{"lots":[` … `],"now":"…","pad":"…","tick":…,"type":"state"}`
_HEAD_BYTES = 160


@dataclass(frozen=True, slots=True)
class LotView:
    """A lot as it stood at a tick. `bids` only grows; `count` says how much of it belongs to the tick."""

    floor: Floor
    standing: Standing
    bids: Sequence[AcceptedBid]
    count: int
    best_line: Sequence[tuple[datetime, Decimal]]
    best_count: int
    own_counts: Mapping[str, int]
    # How the limits stand under which the service bids, by tag; the limits themselves are in no cache.
    limits: Mapping[str, AutoBidState] = field(default_factory=dict)

    @property
    def state(self) -> FloorState:
        """As the format wants it."""
        return FloorState(self.floor.timetable, self.standing, self.floor.accepted, self.floor.course)


@dataclass(frozen=True, slots=True)
class TickView:
    """A round at a tick: what every frame of that tick is made from."""

    tick: int
    now: datetime
    lots: tuple[LotView, ...]


def placed(lots: tuple[LotView, ...]) -> tuple[LotView, ...]:
    """The lots with the times that those in series have by now: a lot that closes later moves those behind it."""
    if not lots or lots[0].floor.rules.lots is not LotOrder.SERIES:
        return lots
    tables = in_series(lots[0].floor.rules, [lot.floor.timetable for lot in lots])
    return tuple(
        lot if lot.floor.timetable == table else replace(lot, floor=replace(lot.floor, timetable=table))
        for lot, table in zip(lots, tables, strict=True)
    )


def _amount(lot: LotView, amount: Decimal | None) -> str | None:
    return None if amount is None else format_amount(amount, lot.floor.terms.scale)


def clock_of(floor: Floor, now: datetime) -> dict[str, Any]:
    """The members of `LotClock`."""
    table, soft = floor.timetable, floor.rules.soft_close
    return {
        "lot_id": floor.lot_id,
        "status": shown_status(table, now).value,
        "opens_at": instant_text(table.opens_at),
        "closes_at": instant_text(table.closes_at),
        "hard_stop_at": instant_text(table.hard_stop_at),
        "extensions": table.extensions,
        "max_extensions": soft.max_extensions if soft else 0,
        "pause_reason": floor.pause_reason,
        "resume_at": None if table.resume_at is None else instant_text(table.resume_at),
    }


def own_part(lot: LotView, tag: str) -> dict[str, Any]:
    """The members of `SupplierLot` beyond the clock: own figures, own rank, the best price if the rules announce it."""
    rules, terms = lot.floor.rules, lot.floor.terms
    told: Feedback = format_of(rules).feedback(rules, terms, lot.state, tag)
    # Of a cancelled lot nobody is told how it stood (SCREENS.md 2.2.9).
    is_told = lot.floor.status is not LotStatus.CANCELLED
    return {
        "own_amount": _amount(lot, told.own_amount),
        "own_seq": lot.own_counts.get(tag, 0),
        "next_valid": _amount(lot, told.next_valid),
        "rank": told.rank if is_told else None,
        "tied": told.is_tied and is_told,
        "leading": told.is_leading and is_told,
        "best": _amount(lot, told.best) if is_told else None,
        **_own_band(lot, told if is_told else None),
        **_own_score(lot, told.score if is_told else None),
        **({"auto_bid": lot.limits.get(tag)} if rules.auto_bid else {}),
        **_own_pace(lot, told.pace if is_told else None),
    }


def has_own(lot: LotView, tag: str) -> bool:
    """Whether `own_part` may say anything that is the bidder's alone; all others of the lot have one."""
    rules = lot.floor.rules
    if rules.basis is not Basis.PRICE or rules.pace is not None or tag in lot.limits:
        return True
    return lot.standing.own_last(tag) is not None or tag in lot.own_counts


def _own_pace(lot: LotView, told: ToldPace | None) -> dict[str, Any]:
    """The member `pace`, in all frames of a round whose format moves by time and in no others."""
    if lot.floor.rules.pace is None:
        return {}
    if told is None:
        return {"pace": None}
    instants = {name: getattr(told, name) for name in ("acts_from", "acts_until", "ends_at")}
    return {
        "pace": {
            "stage": told.stage,
            "stages": told.stages,
            "price": _amount(lot, told.price),
            "is_out": told.is_out,
            "is_done": told.is_done,
            **{name: None if at is None else instant_text(at) for name, at in instants.items()},
        }
    }


def _own_band(lot: LotView, told: Feedback | None) -> dict[str, Any]:
    """The member `band`, in all frames of a round that tells it and in no others."""
    if TELLING[lot.floor.rules.feedback] is not Telling.BAND:
        return {}
    return {"band": None if told is None or told.band is None else told.band.value}


def _own_score(lot: LotView, told: ToldScore | None) -> dict[str, Any]:
    """The member `score`, in all frames of a round by another basis than the price and in no others."""
    if lot.floor.rules.basis is Basis.PRICE:
        return {}
    if told is None:
        return {"score": None}
    named = ("feature", "figure", "technical", "bonus", "price_points", "total")
    score = {name: None if (value := getattr(told, name)) is None else f"{value:f}" for name in named}
    return {"score": {**score, "leads_at": _amount(lot, told.leads_at)}}


def shown_to_buyer(lot: LotView) -> BuyerView:
    """What the buyer's side sees of the amounts now: the rule, and never a series below four active bidders."""
    rule = lot.floor.rules.buyer_view
    mode = live_mode((Role.PURCHASER,), rule, lot.standing.active)
    if mode is Mode.BY_ALIAS:
        return BuyerView.ALIASES
    return BuyerView.BEST_ONLY if mode is Mode.AGGREGATE else BuyerView.NONE


def buyer_part(
    lot: LotView, aliases: Mapping[str, str], savings: Mapping[str, Any] | None, *, tail: int | None = TAIL
) -> dict[str, Any]:
    """The members of `BuyerLot` beyond the clock; with a tail only the newest points."""
    view = shown_to_buyer(lot)
    hides = view is BuyerView.NONE
    bids = _counting(lot) if view is BuyerView.ALIASES else []
    line = lot.best_line[: lot.best_count] if view is BuyerView.BEST_ONLY else []
    series_from = 0 if tail is None else max(len(bids) - tail, 0)
    best_from = 0 if tail is None else max(len(line) - tail, 0)
    return {
        "view": view.value,
        "best": None if hides else _amount(lot, lot.standing.best),
        "active": None if hides else lot.standing.active,
        "series_from": series_from,
        "series": _series(lot, bids[series_from:], aliases),
        "best_from": best_from,
        "best_line": [[to_the_second(at), _amount(lot, amount)] for at, amount in line[best_from:]],
        "savings": None if hides else savings,
        **_ranked(lot, aliases, is_by_alias=view is BuyerView.ALIASES),
        **_buyer_pace(lot),
    }


def _buyer_pace(lot: LotView) -> dict[str, Any]:
    """The member `pace` of a round whose format moves by time: what every bidder is told of it, and nobody's turn."""
    rules = lot.floor.rules
    if rules.pace is None:
        return {}
    told = format_of(rules).feedback(rules, lot.floor.terms, lot.state, "").pace
    if told is None:
        return {"pace": None}
    ends_at = None if told.ends_at is None else instant_text(told.ends_at)
    return {"pace": {"stage": told.stage, "stages": told.stages, "price": _amount(lot, told.price), "ends_at": ends_at}}


def _ranked(lot: LotView, aliases: Mapping[str, str], *, is_by_alias: bool) -> dict[str, Any]:
    """The member `ranked` of a round by another basis than the price: who is where, with which evaluated price.

    An evaluated price that is made from technical points would give them away: of such a round only the places.
    """
    if lot.floor.rules.basis is Basis.PRICE:
        return {}
    if not is_by_alias:
        return {"ranked": None}
    tells = lot.floor.rules.factors is not None and not lot.standing.is_mixed
    figures = {tag: lot.standing.figure_of(tag) if tells else None for _, _, tag in lot.standing.order}
    return {
        "ranked": [
            [place, aliases[tag], _amount(lot, amount), None if figures[tag] is None else f"{figures[tag]:f}"]
            for place, (amount, _, tag) in enumerate(lot.standing.order, start=1)
        ]
    }


def to_the_second(at: datetime) -> str:
    """VISIBILITY.md section 3: chart times are rounded (cut) to the second."""
    return instant_text(at.replace(microsecond=0))


def _counting(lot: LotView) -> Sequence[AcceptedBid]:
    placed = lot.bids[: lot.count]
    return [bid for bid in placed if not bid.voided] if lot.floor.voids else placed


def _series(lot: LotView, bids: Sequence[AcceptedBid], aliases: Mapping[str, str]) -> list[list[Any]]:
    scale = lot.floor.terms.scale
    return [
        [to_the_second(bid.received_at), aliases[bid.tag], format_amount(bid.amount, scale), bid.seq] for bid in bids
    ]


def text_of(value: Mapping[str, Any]) -> str:
    """JSON text of a frame; the members sorted, so that equal answers are equal texts."""
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS).decode()


def joined(first: str, second: str) -> str:
    """One JSON object from the texts of two with members."""
    return f"{first[:-1]},{second[1:]}"


def ends_of(view: TickView) -> tuple[str, str]:
    """What comes behind the lots in every `state` frame of a tick, and what comes behind its padding."""
    return f'],"now":"{instant_text(view.now)}","pad":"', f'","tick":{view.tick},"type":"state"}}'


def state_text(ends: tuple[str, str], lots: Sequence[str], length: int) -> str:
    """A `state` frame of exactly `length` characters, all ASCII. Precondition: the parts fit (`supplier_length`)."""
    start, end = '{"lots":[' + ",".join(lots) + ends[0], ends[1]
    return start + " " * (length - len(start) - len(end)) + end


def unit_length(content: int) -> int:
    """The next multiple of 1024 that holds the content and the frame around it."""
    return -(-(content + _HEAD_BYTES) // FRAME_UNIT) * FRAME_UNIT


@lru_cache(maxsize=64)
def supplier_length(lots: int, *, has_score: bool = False, has_pace: bool = False) -> int:
    """The length of all state frames to suppliers of a round with so many lots: room for the longest. `has_score`: the
    round ranks by another basis than the price; `has_pace`: its format moves by time."""
    at, amount, many = "2026-01-01T00:00:00.000Z", "9" * 14 + ".9999", 9_999_999
    longest = {
        "lot_id": "f" * 32,
        "status": "cancelled",
        "opens_at": at,
        "closes_at": at,
        "hard_stop_at": at,
        "extensions": many,
        "max_extensions": many,
        "pause_reason": "error_in_documents" + "_" * 12,
        "resume_at": at,
        "own_amount": amount,
        "own_seq": many,
        "next_valid": amount,
        "rank": many,
        "tied": False,
        "leading": False,
        "best": amount,
        "band": RankBand.OUTSIDE.value,
        "auto_bid": AutoBidState.WITHDRAWN.value,
    }
    if has_pace:
        instants = dict.fromkeys(("acts_from", "acts_until", "ends_at"), at)
        flags = {"stage": many, "stages": many, "is_out": False, "is_done": False}
        longest["pace"] = {**instants, **flags, "price": amount}
    if has_score:
        names = ("feature", "figure", "technical", "bonus", "price_points", "total", "leads_at")
        # An evaluated price may have ten decimals.
        longest["score"] = dict.fromkeys(names, "-" + "9" * 15 + "." + "9" * 10)
    return unit_length(lots * (len(text_of(longest)) + 1))
