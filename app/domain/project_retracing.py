"""Retracing a project's own chain: experts drawn by nobody's choice, stages entered by no side door (JOURNAL.md 4).

Pure, one entry at a time. A draw is drawn again from the hash of the entry before it; its pool holds nobody who had,
or had to leave, a seat. A stage moves from where the journal left it, and only as process.py would move it.
"""

from collections.abc import Mapping
from typing import Any

from app.domain.chaining import Fault, Why
from app.domain.entries import Entry
from app.domain.framing import BadDataError
from app.domain.grouping import GroupHat, retrace_draw
from app.domain.kinds import Kind
from app.domain.process import Act, Fact, Stage, StageState, begin, decide_move, may_buy, take_fact
from app.domain.refusals import Refusal
from app.domain.visibility import Role

_EVERY_HAT = frozenset(Role)
# Long enough for every act; whether a reason was given is not what is retraced.
_SAID = "as it is told"


class ProjectRetrace:
    """Folds the entries of one project's chain."""

    def __init__(self) -> None:
        self.course = begin()
        # By account: whoever has sat in the group since it was named.
        self.seats: dict[str, str] = {}
        self.budget = ""

    def take(self, entry: Entry) -> Fault | None:
        """What is wrong with this entry after those before it, or None."""
        try:
            match entry.kind:
                case Kind.GROUP_CHANGED:
                    return self._seat(_mapping(entry.data, "group"))
                case Kind.EXPERTS_DRAWN:
                    return self._draw(entry)
                case Kind.STAGE_MOVED:
                    return self._move(entry.data)
                case Kind.PROJECT_PLANNED:
                    self.budget = str(entry.data.get("budget"))
                case Kind.BUDGET_RAISED:
                    return self._raise(entry.data)
                case _:
                    pass
        except (BadDataError, ValueError, TypeError) as error:
            return Fault(Why.FORM, f"{entry.kind.value}: {error}")
        return None

    def _seat(self, named: Mapping[str, Any]) -> Fault | None:
        # As planning.py does: the named seats change hands, who was drawn keeps his.
        drawn = {who: hat for who, hat in self.seats.items() if hat == GroupHat.EXPERT.value}
        if drawn.keys() & named.keys():
            return Fault(Why.STATE, "a drawn expert was named to another seat, so that the drawn one was free again")
        self.seats = drawn | {who: str(hat) for who, hat in named.items()}
        return None

    def _raise(self, data: Mapping[str, Any]) -> Fault | None:
        if data.get("from") != self.budget or not may_buy(self.course):
            return Fault(Why.STATE, "a budget was raised that was not the approved one")
        self.budget = str(data.get("to"))
        return None

    def _draw(self, entry: Entry) -> Fault | None:
        pool, drawn = entry.data.get("pool"), entry.data.get("drawn")
        if not isinstance(pool, list) or not isinstance(drawn, list):
            raise BadDataError("a draw without its pool")
        seated = sorted(set(pool) & set(self.seats))
        if seated:
            return Fault(Why.STATE, f"an expert was drawn from a pool that held {seated[0]}, who had a seat already")
        if not retrace_draw(entry.prev, entry.data):
            return Fault(Why.STATE, "the experts drawn are not those whom the hash before this entry draws")
        self.seats |= dict.fromkeys(drawn, GroupHat.EXPERT.value)
        return None

    def _move(self, data: Mapping[str, Any]) -> Fault | None:
        told = {Stage(int(name)): StageState(state) for name, state in _mapping(data, "to").items()}
        after = self._after(data)
        if isinstance(after, Refusal) or {**self.course, **told} != after:
            return Fault(Why.STATE, "a stage was entered otherwise than from the one before it")
        self.course = {**self.course, **told}
        return None

    def _after(self, data: Mapping[str, Any]) -> dict[Stage, StageState] | Refusal:
        if "fact" in data:
            return take_fact(self.course, Fact(data["fact"]))
        return decide_move(self.course, Act(data["act"]), hats=_EVERY_HAT, reason=_SAID)


def _mapping(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = data.get(name)
    if not isinstance(found, Mapping):
        raise BadDataError(f"without {name}")
    return found
