"""The hub of one round: at every tick the same moment of the same lots to everybody, in fresh random order.

LIVE.md section 2 rules 4 and 5. A tick is the number of the quarter-second since 1970, the same in every process; it
counts nobody's acts. Frames are made from the view of a tick, which never changes, so a read of the state gives the
last tick and nothing fresher. Suppliers are written to first, the buyer's side after them.
"""

import asyncio
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import Any

from app.domain.closing import LotStatus
from app.domain.entries import to_milliseconds
from app.domain.live_rules import Basis
from app.domain.visibility import BuyerView
from app.infra.world import World
from app.live_rounds import frames
from app.live_rounds.announcing import notices_between
from app.live_rounds.connection import Connection
from app.live_rounds.figures import LotFigures, counts, savings_json
from app.live_rounds.floors import LotCache
from app.live_rounds.frames import LotView, TickView
from app.live_rounds.limits import TAIL
from app.live_rounds.protocol import text_frame
from app.live_rounds.round_store import Broadcast


class TickFrames:
    """The frames of one tick, each made when first asked for."""

    def __init__(self, hub: "RoundHub", view: TickView) -> None:
        self.view = view
        self._hub = hub
        self._clocks = [frames.text_of(frames.clock_of(lot.floor, view.now)) for lot in view.lots]
        self._ends = frames.ends_of(view)
        self._ready: dict[str, bytes] = {}
        self._shared: dict[str, str] = {}
        # Of each lot, by the own part.
        self._whole: list[dict[str, str]] = [{} for _ in view.lots]
        # By audience, what every `welcome` of the tick begins with.
        self.heads: dict[str, str] = {}
        self._has_score = any(lot.floor.rules.basis is not Basis.PRICE for lot in view.lots)
        self._has_pace = any(lot.floor.rules.pace is not None for lot in view.lots)

    def state(self, audience: str, tag: str | None) -> str:
        """The `state` frame for an audience; a supplier's has its own parts."""
        if audience == "supplier" and tag is not None:
            lots = self.lots(audience, tag)
            length = frames.supplier_length(len(lots), has_score=self._has_score, has_pace=self._has_pace)
            return frames.state_text(self._ends, lots, length)
        made = self._shared.get(audience)
        if made is None:
            lots = self.lots(audience, None)
            length = frames.unit_length(sum(len(lot) + 1 for lot in lots))
            made = self._shared[audience] = frames.state_text(self._ends, lots, length)
        return made

    def give(self, connection: Connection) -> None:
        """Offer a socket its `state`."""
        admission = connection.admission
        text = self.state(admission.audience, admission.tag)
        if admission.audience == "supplier" and admission.tag is not None:
            connection.offer(text)
            return
        ready = self._ready.get(admission.audience)
        if ready is None:
            ready = self._ready[admission.audience] = text_frame(text.encode())
        connection.offer(text, ready)

    @staticmethod
    def shows_amounts(lot: LotView) -> bool:
        """Whether the buyer's side sees any amount of the lot."""
        return frames.shown_to_buyer(lot) is not BuyerView.NONE

    def lots(self, audience: str, tag: str | None, *, tail: int | None = TAIL) -> list[str]:
        """The lots of the tick as texts; for the buyer's side all points instead of the tail, if asked."""
        if audience == "supplier" and tag is not None:
            return [self._own(number, lot, tag) for number, lot in enumerate(self.view.lots)]
        if audience == "buyer":
            parts = [self._hub.buyer_text(lot, tail) for lot in self.view.lots]
            return [frames.joined(*pair) for pair in zip(self._clocks, parts, strict=True)]
        return list(self._clocks)

    def _own(self, number: int, lot: LotView, tag: str) -> str:
        """A bidder's lot whole; all that have no bid on it get the same text."""
        own, held = self._hub.own_text(lot, tag), self._whole[number]
        text = held.get(own)
        if text is None:
            text = held[own] = frames.joined(self._clocks[number], own)
        return text


class RoundHub:
    """The sockets of a round in this process, and the round as it stood at the last tick."""

    def __init__(self, world: World, round_id: str, figures: Mapping[str, LotFigures]) -> None:
        self.world = world
        self.round_id = round_id
        self.figures = figures
        self.caches: Sequence[LotCache] = ()
        self.broadcasts: Sequence[Broadcast] = ()
        self.connections: set[Connection] = set()
        self.used_at = world.clock.monotonic()
        self._last: TickFrames | None = None
        self._told = 0
        self._ticked = asyncio.Event()
        # Texts of lots that did not change stay from tick to tick: by bidder, of all without a bid, of the buyer.
        self._texts: dict[str, tuple[LotView, dict[Hashable, str]]] = {}

    async def last(self) -> TickFrames:
        """The round at the last tick; a hub just made waits for its first."""
        self.used_at = self.world.clock.monotonic()
        await self._ticked.wait()
        if self._last is None:
            raise RuntimeError("a hub that has ticked has frames")
        return self._last

    @property
    def has_begun(self) -> bool:
        """Whether there are lots, and none of them still waits for its opening."""
        statuses = {cache.floor.status for cache in self.caches}
        return bool(statuses) and LotStatus.SCHEDULED not in statuses

    @property
    def number(self) -> int | None:
        """The number of the last tick."""
        return None if self._last is None else self._last.view.tick

    @property
    def told_broadcasts(self) -> Sequence[Broadcast]:
        """What everyone has been told so far; the rest goes out with the next tick."""
        return self.broadcasts[: self._told]

    def tick(self) -> tuple[list[Connection], list[str], TickFrames]:
        """Make the frames of this tick: who gets them (the suppliers first, each group in fresh random order), the
        notices that go ahead of them, and the frames."""
        now = self.world.clock.now()
        before = self._last
        number = to_milliseconds(now) // self.world.settings.tick_ms
        # Ticks go forward even where the clock was set back: a page believes no state older than the one it shows.
        number = number if before is None else max(number, before.view.tick + 1)
        view = TickView(number, now, self._views())
        notices = [] if before is None else notices_between(before.view, view, self.broadcasts[self._told :])
        self._told = len(self.broadcasts)
        self._last = TickFrames(self, view)
        self._ticked.set()
        shuffled = self.world.ids.shuffled([one for one in self.connections if not one.is_ending])
        return sorted(shuffled, key=lambda one: one.admission.audience != "supplier"), notices, self._last

    def _views(self) -> tuple[LotView, ...]:
        before = {} if self._last is None else {lot.floor.lot_id: lot for lot in self._last.view.lots}
        return frames.placed(tuple(_view(cache, before.get(cache.floor.lot_id)) for cache in self.caches))

    def own_text(self, lot: LotView, tag: str) -> str:
        """A bidder's own part of a lot."""
        key = tag if frames.has_own(lot, tag) else None
        return self._text(lot, key, lambda: frames.own_part(lot, tag))

    def buyer_text(self, lot: LotView, tail: int | None) -> str:
        """The buyer's part of a lot."""
        return self._text(lot, ("buyer", tail), lambda: self._buyer_part(lot, tail))

    def _buyer_part(self, lot: LotView, tail: int | None) -> dict[str, Any]:
        lot_id = lot.floor.lot_id
        aliases = next((cache.aliases for cache in self.caches if cache.floor.lot_id == lot_id), {})
        savings = savings_json(self.figures.get(lot_id), lot.standing.best) if counts(lot.floor) else None
        return frames.buyer_part(lot, aliases, savings, tail=tail)

    def _text(self, lot: LotView, key: Hashable, make: Callable[[], dict[str, Any]]) -> str:
        held = self._texts.get(lot.floor.lot_id)
        if held is None or held[0] is not lot:
            held = self._texts[lot.floor.lot_id] = (lot, {})
        text = held[1].get(key)
        if text is None:
            text = held[1][key] = frames.text_of(make())
        return text


def _view(cache: LotCache, before: LotView | None) -> LotView:
    """The lot now; the same object as at the last tick when nothing changed, so that texts can be kept."""
    if before is not None and before.floor is cache.floor and before.standing is cache.standing:
        return before
    return cache.view()
