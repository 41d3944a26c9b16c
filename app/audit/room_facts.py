"""What the journal makes the tables of the decision room hold: the panel's acts in order, award scenarios, awards.

Part of `folding.py`: of `app` it imports `app.domain` alone.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Final

import orjson
from sqlalchemy import Select, column, select, table

from app.domain.awarding import DecisionState
from app.domain.confirming import ActKind
from app.domain.entries import NotCanonical, digest_of
from app.domain.kinds import Kind

ROOM_ACT: Final = table("room_act", *map(column, ("tender_id", "number", "kind", "account_id", "digest", "data")))
DECISION: Final = table("decision", *map(column, ("tender_id", "state")))
SCENARIO: Final = table("scenario", *map(column, ("tender_id", "number", "digest", "document", "adopted_at")))
AWARD: Final = table("award", *map(column, ("tender_id", "lot_id", "supplier_id", "amount", "share", "number")))
# Amounts and shares are stored as whole ten-thousandths.
_UNIT: Final = Decimal(10_000)
Rows = Callable[[Select[Any]], Sequence[Any]]
Difference = tuple[int | None, str]


@dataclass(slots=True)
class RoomFacts:
    """The official acts of one tender's panel. What was tried and noted is no act: nothing rests on it."""

    tender: str
    # Of each: entry, kind, who, digest, data.
    _acts: list[tuple[int, str, str | None, str, Any]] = field(default_factory=list)
    # number → (entry, digest)
    _scenarios: dict[int, tuple[int, str]] = field(default_factory=dict)
    _adopted: dict[int, int] = field(default_factory=dict)
    # Lot, supplier, amount and share of each award, and which award of the tender it is of: after a decision was
    # reopened there is another. Which entry told the last.
    _awards: set[tuple[str, str, int, int | None, int]] = field(default_factory=set)
    _number: int = 1
    _reopened: int | None = None
    _awarded: int | None = None

    def take(self, members: Mapping[str, Any]) -> None:
        """An entry of the tender's chain."""
        data, seq, who = members["data"], members["seq"], members.get("actor_ref")
        match members["kind"]:
            case Kind.SHORTLIST_PROPOSED:
                self._acts.append((seq, ActKind.PROPOSED, who, data["digest"], {"cuts": data["cuts"]}))
            case Kind.RANKING_CONFIRMED:
                self._acts.append((seq, ActKind.CONFIRMED, who, data["digest"], {}))
            case Kind.SHORTLIST_VOTED:
                said = {"vote": data["vote"], "reason": data["reason"]}
                self._acts.append((seq, ActKind.VOTED, who, data["shortlist"], said))
            case Kind.SHORTLIST_LOCKED:
                self._acts.append((seq, ActKind.LOCKED, who, data["digest"], {"votes": data["votes"]}))
            case Kind.SCENARIO_KEPT:
                self._scenarios[data["scenario"]] = (seq, data["digest"])
            case Kind.SCENARIO_ADOPTED:
                self._adopted[data["scenario"]] = seq
            case Kind.TENDER_AWARDED:
                self._awarded = seq
                self._awards |= {(*_award(row), self._number) for row in data["awards"]}
            case Kind.DECISION_REOPENED:
                self._number += 1
                self._reopened = seq
            case _:
                pass

    def differences(self, rows: Rows) -> Iterator[Difference]:
        """Where the tables say otherwise; also where the journal knows of no act at all."""
        own = select(ROOM_ACT).where(ROOM_ACT.c.tender_id == self.tender, ROOM_ACT.c.kind != ActKind.NOTED.value)
        held = [
            (row.kind, row.account_id, row.digest, _json(row.data)) for row in rows(own.order_by(ROOM_ACT.c.number))
        ]
        for (seq, *told), found in zip(self._acts, held, strict=False):
            if tuple(told) != found:
                yield seq, "an act of the panel in the table is not the one that was told"
        for seq, *_ in self._acts[len(held) :]:
            yield seq, "the table lacks an act of the panel"
        if len(held) > len(self._acts):
            yield None, "the table has an act of the panel that no entry tells"
        yield from self._scenario_differences(rows)
        held_awards = rows(select(AWARD).where(AWARD.c.tender_id == self.tender))
        awards = {(row.lot_id, row.supplier_id, row.amount, row.share, row.number) for row in held_awards}
        is_reopened = (DECISION.c.tender_id == self.tender, DECISION.c.state == DecisionState.REOPENED.value)
        if len(rows(select(DECISION).where(*is_reopened))) != self._number - 1:
            yield self._reopened, "a decision is reopened in one of journal and table, and not in the other"
        if awards != self._awards:
            yield self._awarded, "the awards in the table are not those that were told"

    def _scenario_differences(self, rows: Rows) -> Iterator[Difference]:
        left = dict(self._scenarios)
        for row in rows(select(SCENARIO).where(SCENARIO.c.tender_id == self.tender)):
            told = left.pop(row.number, None)
            if told is None:
                yield None, f"the table has a scenario {row.number} that no entry tells"
            elif row.digest != told[1] or _digest(_json(row.document)) != told[1]:
                yield told[0], f"scenario {row.number} in the table is not the one that was kept"
            elif (row.adopted_at is not None) != (row.number in self._adopted):
                seq = self._adopted.get(row.number, told[0])
                yield seq, f"scenario {row.number} is adopted in one of journal and table, and not in the other"
        for number, (seq, _) in left.items():
            yield seq, f"the table lacks scenario {number}"


def _award(row: Mapping[str, Any]) -> tuple[str, str, int, int | None]:
    share = int(Decimal(row["share"]) * _UNIT) if "share" in row else None
    return row["lot"], row["supplier"], int(Decimal(row["amount"]) * _UNIT), share


def _json(text: Any) -> Any:
    """A column's JSON; None for what is none."""
    try:
        return None if text is None else orjson.loads(text)
    except orjson.JSONDecodeError:
        return None


def _digest(value: Any) -> str | None:
    try:
        return digest_of(value)
    except NotCanonical:
        return None
