"""When a live lot is open, when "in time" is in time, how a late bid moves the close, and what a pause gives back.

Serves LIVE.md section 1 (soft close, pause) and section 2 rules 1, 8 and 9. Knows no clock: instants are arguments.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from app.domain.live_rules import ExtensionMode, LiveRules, LotOrder, LotTimes, SoftClose, Trigger
from app.domain.live_rules_json import instant_text
from app.domain.refusals import Code, Refusal


class LotStatus(StrEnum):
    """The values of WORDS.md section 3, row lot auction."""

    SCHEDULED = "scheduled"
    OPEN = "open"
    OVERTIME = "overtime"
    PAUSED = "paused"
    CLOSING = "closing"
    CLOSED = "closed"
    CANCELLED = "cancelled"


RUNNING = frozenset({LotStatus.OPEN, LotStatus.OVERTIME, LotStatus.CLOSING})
ENDED = frozenset({LotStatus.CLOSED, LotStatus.CANCELLED})
NOTHING = timedelta(0)


@dataclass(frozen=True, slots=True)
class Timetable:
    """Where a lot stands in time. Frozen: every act gives a new one."""

    status: LotStatus
    opens_at: datetime
    closes_at: datetime
    hard_stop_at: datetime
    extensions: int = 0
    # While paused: what was left, since when, and when it goes on (announced ahead).
    left: timedelta | None = None
    paused_at: datetime | None = None
    resume_at: datetime | None = None


def timetable_of(times: LotTimes) -> Timetable:
    """The timetable of a lot nobody has touched."""
    return Timetable(LotStatus.SCHEDULED, times.opens_at, times.closes_at, times.hard_stop_at)


def is_in_time(received_at: datetime, closes_at: datetime) -> bool:
    """LIVE.md section 2 rule 1: in time if and only if `received_at < closes_at`, to the millisecond."""
    return received_at < closes_at


def shown_status(table: Timetable, now: datetime) -> LotStatus:
    """What people are shown: a running lot past its close is `closing` until the service declares it closed (LR-03)."""
    is_past = table.status in RUNNING and not is_in_time(now, table.closes_at)
    return LotStatus.CLOSING if is_past else table.status


def decide_moment(table: Timetable, received_at: datetime) -> Refusal | None:
    """Whether the lot takes a bid received at this instant. LIVE.md section 2 rule 1; no other bidder plays a part."""
    if table.status is LotStatus.SCHEDULED or received_at < table.opens_at:
        return Refusal(Code.LOT_NOT_OPEN, {"opens_at": instant_text(table.opens_at)})
    if table.status is LotStatus.PAUSED:
        resume = {} if table.resume_at is None else {"resume_at": instant_text(table.resume_at)}
        return Refusal(Code.LOT_PAUSED, resume)
    if table.status in ENDED or not is_in_time(received_at, table.closes_at):
        return Refusal(Code.LOT_CLOSED, {"closes_at": instant_text(table.closes_at)})
    return None


@dataclass(frozen=True, slots=True)
class Change:
    """What an accepted bid changed in the order of the lot."""

    is_new_best: bool
    # The best rank touched by the change, counted from 1: the rank the bidder came to.
    rank: int
    has_moved: bool


def extend(
    table: Timetable, soft: SoftClose | None, received_at: datetime, change: Change, *, is_auto: bool = False
) -> Timetable | None:
    """The timetable after an accepted bid inside the window, or None when the close stays. LIVE.md 1, soft close.

    A bid with exactly the window left is inside it. The close never passes the hard stop and never moves back. Two
    limits stepping against each other at every tick would use all extensions up in seconds: a bid the service places
    by a limit (`is_auto`) moves the close only in the second half of the window.
    """
    if soft is None or not is_in_window(table, soft, received_at, is_auto=is_auto) or not _is_triggered(soft, change):
        return None
    is_added = soft.mode is ExtensionMode.ADD
    wanted = table.closes_at + (soft.added or NOTHING) if is_added else received_at + soft.window
    closes_at = min(wanted, table.hard_stop_at)
    if closes_at <= table.closes_at:
        return None
    return replace(table, status=LotStatus.OVERTIME, closes_at=closes_at, extensions=table.extensions + 1)


def is_in_window(table: Timetable, soft: SoftClose | None, received_at: datetime, *, is_auto: bool) -> bool:
    """Whether a bid may move the close at all, whatever it changes."""
    if soft is None or table.extensions >= soft.max_extensions:
        return False
    return table.closes_at - received_at <= (soft.window / 2 if is_auto else soft.window)


def _is_triggered(soft: SoftClose, change: Change) -> bool:
    if soft.trigger is Trigger.NEW_BEST:
        return change.is_new_best
    if soft.trigger is Trigger.TOP_CHANGE:
        return change.has_moved and change.rank <= (soft.top or 1)
    return True


def decide_open(table: Timetable, now: datetime) -> Timetable | None:
    """The opened lot, or None when it is not its time. A late timekeeper takes nothing from the published close."""
    if table.status is not LotStatus.SCHEDULED or now < table.opens_at:
        return None
    return replace(table, status=LotStatus.OPEN)


def decide_close(table: Timetable, now: datetime, drain: timedelta) -> Timetable | None:
    """The closed lot once the drain is over. LIVE.md section 2 rule 1: so that no bid in time finds the lot closed."""
    if table.status not in RUNNING or now < table.closes_at + drain:
        return None
    return replace(table, status=LotStatus.CLOSED)


def pause(table: Timetable, now: datetime) -> Timetable | Refusal:
    """Stops the clock of a running lot, keeping what is left of it. LIVE.md section 1, pause."""
    if table.status is LotStatus.PAUSED:
        return Refusal(Code.LOT_PAUSED, {})
    if table.status not in RUNNING or not is_in_time(now, table.closes_at):
        return Refusal(Code.LOT_CLOSED if table.status is not LotStatus.SCHEDULED else Code.LOT_NOT_OPEN, {})
    return replace(table, status=LotStatus.PAUSED, left=table.closes_at - now, paused_at=now, resume_at=None)


def pause_after_outage(table: Timetable, last_seen_at: datetime, now: datetime) -> Timetable:
    """Pauses a lot that ran while the service was down, with what was left when it was last alive. LIVE.md 2 rule 8.

    Precondition: the lot is running. A lot whose close fell into the outage comes back with the rest it had then.
    """
    left = max(table.closes_at - max(last_seen_at, table.opens_at), NOTHING)
    return replace(table, status=LotStatus.PAUSED, left=left, paused_at=now, resume_at=None)


def set_resume(table: Timetable, resume_at: datetime) -> Timetable | Refusal:
    """Announces when a paused lot goes on."""
    if table.status is not LotStatus.PAUSED:
        return Refusal(Code.NOT_PAUSED, {})
    return replace(table, resume_at=resume_at)


def resumed(table: Timetable, window: timedelta) -> Timetable:
    """The lot going on at its announced instant: remaining time restored, at least the window. LIVE.md 1, pause.

    The hard stop moves with the close, for a pause must not take from anybody the time the rules promised.
    Precondition: paused, with `left` and `resume_at` set.
    """
    if table.left is None or table.resume_at is None:
        raise ValueError("a lot resumes from a pause with an announced instant")
    closes_at = table.resume_at + max(table.left, window)
    hard_stop_at = table.hard_stop_at + (closes_at - table.closes_at)
    status = LotStatus.OVERTIME if table.extensions else LotStatus.OPEN
    # A clock set back behind the opening must not leave a lot that runs and takes no bid.
    opens_at = min(table.opens_at, table.resume_at)
    return Timetable(status, opens_at, closes_at, max(hard_stop_at, closes_at), table.extensions)


def decide_resume(table: Timetable, now: datetime, window: timedelta) -> Timetable | None:
    """The resumed lot once its announced instant has come, else None."""
    if table.status is not LotStatus.PAUSED or table.resume_at is None or now < table.resume_at:
        return None
    return resumed(table, window)


def extend_by_hand(table: Timetable, now: datetime, later: timedelta) -> Timetable | Refusal:
    """A person moves the close forward, never back (CK-06); the hard stop moves along where it would be passed."""
    if later <= NOTHING:
        return Refusal(Code.NOT_LATER, {"closes_at": instant_text(table.closes_at)})
    if table.status is LotStatus.PAUSED:
        return Refusal(Code.LOT_PAUSED, {})
    if table.status in ENDED or (table.status in RUNNING and not is_in_time(now, table.closes_at)):
        return Refusal(Code.LOT_CLOSED, {})
    closes_at = table.closes_at + later
    return replace(table, closes_at=closes_at, hard_stop_at=max(table.hard_stop_at, closes_at))


def moved_to(table: Timetable, opens_at: datetime) -> Timetable:
    """A lot nobody has bid on yet, opening at another instant and as long as before."""
    later = opens_at - table.opens_at
    return replace(table, opens_at=opens_at, closes_at=table.closes_at + later, hard_stop_at=table.hard_stop_at + later)


def in_series(rules: LiveRules, tables: Sequence[Timetable]) -> list[Timetable]:
    """The lots of a round in their order as they stand now: of lots in series each one still scheduled opens behind the
    one before (`next_opening`), as far as its close is known (a pause without an end moves it again). LIVE.md 1, lots.
    """
    if rules.lots is not LotOrder.SERIES:
        return list(tables)
    placed: list[Timetable] = []
    for table in tables:
        if placed and table.status is LotStatus.SCHEDULED:
            opens_at = next_opening(table.opens_at, _expected_close(placed[-1], rules.window), rules.gap)
            placed.append(moved_to(table, opens_at))
        else:
            placed.append(table)
    return placed


def next_opening(planned_at: datetime, closed_at: datetime, gap: timedelta) -> datetime:
    """When a lot in series opens behind one that closes at an instant: never before its planned time, for a lot that
    ends early (japanese, dutch) must not leave behind whoever comes for the published one."""
    return max(planned_at, closed_at + gap)


def _expected_close(table: Timetable, window: timedelta) -> datetime:
    if table.status is LotStatus.PAUSED and table.resume_at is not None and table.left is not None:
        return table.resume_at + max(table.left, window)
    return table.closes_at


def is_its_turn(rules: LiveRules, before: Sequence[Timetable]) -> bool:
    """Whether the lots before one allow it to open: in series they have all ended, else nothing is asked of them."""
    return rules.lots is not LotOrder.SERIES or all(table.status in ENDED for table in before)
