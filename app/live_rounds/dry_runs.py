"""A dry run of a finished lot: what happened, the same rules played by robots, and other rules beside them, by alias.

For whoever may read the lot's history by alias after its close (VISIBILITY.md d38). A read: nothing is kept, and no
result is touched. The rules of the game are in `domain/dry_running.py`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.dry_robots import Recorded, Robot, robots_of
from app.domain.dry_running import (
    RUNS,
    Outcome,
    Summary,
    play_dry,
    recorded_outcome,
    summary_of,
)
from app.domain.formats import LiveRules, check_rules, format_of, rules_to_json
from app.domain.formats.examples import rule_examples
from app.domain.money import format_amount
from app.domain.ranking import EMPTY, PlacedBid, Standing
from app.domain.refusals import Refusal
from app.domain.scoring.live_standing import standing_by
from app.domain.varying import Variation, varied
from app.identity.access import Actor
from app.infra.errors import not_found
from app.infra.world import World
from app.live_rounds import store
from app.live_rounds.admission import reach_round
from app.live_rounds.figures import LotFigures, load_figures, savings_json
from app.live_rounds.intact import load_ground
from app.live_rounds.store import Floor
from app.live_rounds.views import may_see_history
from app.tenders import store as tenders_store


@dataclass(frozen=True, slots=True)
class _Lot:
    """A finished lot as its record has it."""

    floor: Floor
    record: Sequence[Recorded]
    robots: Sequence[Robot]
    seeds: Sequence[PlacedBid]
    empty: Standing
    standing: Standing
    figures: LotFigures

    @property
    def length(self) -> timedelta:
        """From the opening to the close."""
        return self.floor.timetable.closes_at - self.floor.timetable.opens_at

    def games(self, rules: LiveRules, seed: int) -> Summary:
        """Several games by these rules."""
        floor = self.floor
        return summary_of(
            [
                play_dry(
                    rules,
                    floor.terms,
                    self.robots,
                    seed=seed + run,
                    empty=self.empty,
                    seeds=self.seeds,
                    position=floor.position,
                )
                for run in range(RUNS)
            ]
        )


async def read_dry_run(world: World, actor: Actor, lot_id: str, change: Variation, *, seed: int) -> dict[str, Any]:
    """The members of `DryRunView`. The one 404 for a lot that has not closed, and for whoever may not read its bids."""
    async with world.db.snapshot() as tx:
        one = await store.load_floor(tx, lot_id)
        tender, hat = await reach_round(tx, actor, one.round_id)
        if not may_see_history(tender, one, hat):
            raise not_found()
        lot = await _load(world, tx, one, tender.currency)
        aliases = store.open_aliases(world, one)
    other = varied(one.rules, change)
    faults = check_rules(other)
    rows = [_row(lot, "recorded", _as_summary(_recorded(lot)), aliases)]
    rows.append(_row(lot, "same", lot.games(one.rules, seed), aliases))
    if other != one.rules and not faults:
        rows.append(_row(lot, "other", lot.games(other, seed), aliases))
    return {
        "lot_id": lot_id,
        "seed": seed,
        "games": RUNS,
        "rules": rules_to_json(one.rules),
        "faults": [{"field": fault.field, "code": fault.code} for fault in faults],
        "rows": rows,
        "robots": [_robot(lot, robot, aliases) for robot in sorted(lot.robots, key=lambda each: aliases[each.tag])],
        "said": {lang: [] if faults else _said(one, other, lang) for lang in ("zh", "en")},
    }


def _said(one: Floor, other: LiveRules, lang: str) -> list[str]:
    """What is otherwise under the rules on trial, in words and with examples."""
    speak = format_of(other).rule_sentences
    held = {*speak(one.rules, lang), *rule_examples(one.rules, one.terms, format_of(one.rules), lang)}
    told = [*speak(other, lang), *rule_examples(other, one.terms, format_of(other), lang)]
    return [sentence for sentence in told if sentence not in held]


async def _load(world: World, tx: AsyncConnection, one: Floor, currency: str) -> _Lot:
    bids = [bid for bid in await store.list_accepted_bids(tx, one.lot_id) if not bid.voided]
    ground = await load_ground(world, tx, one)
    basis = None if isinstance(ground, Refusal) else ground
    opens_at = one.timetable.opens_at
    record = [
        Recorded(bid.tag, bid.amount, max(bid.received_at - opens_at, timedelta(0)), bid.is_seeded) for bid in bids
    ]
    length = one.timetable.closes_at - opens_at
    return _Lot(
        floor=one,
        record=record,
        robots=robots_of(record, length),
        seeds=[bid.placed for bid in bids if bid.is_seeded],
        empty=EMPTY if basis is None else standing_by(basis, ()),
        standing=standing_by(basis, (bid.placed for bid in bids)),
        figures=await load_figures(tx, await tenders_store.load_lot(tx, one.lot_id), currency),
    )


def _recorded(lot: _Lot) -> Outcome:
    order = [tag for _, _, tag in lot.standing.order]
    return recorded_outcome(lot.record, order, extensions=lot.floor.timetable.extensions, length=lot.length)


def _as_summary(outcome: Outcome) -> Summary:
    return summary_of([outcome])


def _row(lot: _Lot, kind: str, made: Summary, aliases: dict[str, str]) -> dict[str, Any]:
    def text(amount: Any) -> str | None:
        return None if amount is None else format_amount(amount, lot.floor.terms.scale)

    wins = sorted(made.wins.items(), key=lambda each: (-each[1], aliases[each[0]]))
    return {
        "kind": kind,
        "best": text(made.best),
        "lowest": text(made.lowest),
        "highest": text(made.highest),
        "bids": made.bids,
        "extensions": made.extensions,
        "length_s": made.length // timedelta(seconds=1),
        "savings": savings_json(lot.figures, made.best),
        "first": [{"alias": aliases[tag], "times": times} for tag, times in wins],
    }


def _robot(lot: _Lot, robot: Robot, aliases: dict[str, str]) -> dict[str, str]:
    scale = lot.floor.terms.scale
    return {
        "alias": aliases[robot.tag],
        "persona": robot.persona.value,
        "first": format_amount(robot.first, scale),
        "floor": format_amount(robot.floor, scale),
    }
