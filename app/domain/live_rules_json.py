"""The JSON form of the rules: what is frozen, hashed, journalled and sent to the pages. LIVE.md section 1."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Any

from app.domain.certification import Grade
from app.domain.entries import digest_of
from app.domain.live_rules import (
    Basis,
    ChangeLimit,
    ExtensionMode,
    Factors,
    FeedbackMode,
    LiveRules,
    LotOrder,
    Measure,
    Origin,
    Pace,
    Rates,
    SoftClose,
    Step,
    StepBasis,
    StepBelow,
    StepRule,
    TieRule,
    Trigger,
)
from app.domain.members import BadRulesError, Members
from app.domain.visibility import BuyerView

__all__ = ["BadRulesError", "hash_of_rules", "instant_text", "rules_from_json", "rules_to_json"]

_SECOND = timedelta(seconds=1)
_TOP_KEYS = frozenset(
    {
        "format",
        "opens_at",
        "duration_s",
        "lots",
        "stagger_s",
        "step",
        "change_limit",
        "feedback",
        "ties",
        "buyer_view",
        "soft_close",
        "starts_from",
        "lead_s",
        "basis",
        "factors",
        "tells_lead",
        "starting_gate",
        "gap_s",
        "currencies",
        "auto_bid",
        "pace",
    }
)


def instant_text(at: datetime) -> str:
    """RFC 3339 in UTC with milliseconds."""
    # Asked twice a bid: isoformat takes a fifth of strftime's time. What follows the milliseconds is cut off: `+00:00`.
    return at.astimezone(UTC).isoformat(timespec="milliseconds")[:-6] + "Z"


def rules_to_json(rules: LiveRules) -> dict[str, Any]:
    """The canonical members; sizes are decimal strings, durations whole seconds, instants RFC 3339 in UTC."""
    limit, soft = rules.change_limit, rules.soft_close
    return {
        "format": rules.format,
        "opens_at": instant_text(rules.opens_at),
        "duration_s": rules.duration // _SECOND,
        "lots": rules.lots.value,
        "stagger_s": rules.stagger // _SECOND,
        "step": {
            "measure": rules.step.measure.value,
            "size": f"{rules.step.size:f}",
            "rule": rules.step.rule.value,
            "basis": rules.step.basis.value,
            **_below_to_json(rules.step),
        },
        "change_limit": None if limit is None else {"measure": limit.measure.value, "size": f"{limit.size:f}"},
        "feedback": rules.feedback.value,
        "ties": rules.ties.value,
        "buyer_view": rules.buyer_view.value,
        "soft_close": None if soft is None else _soft_to_json(soft),
        **_origin_to_json(rules),
        **basis_members(rules),
        **_later_members(rules),
        **({"auto_bid": True} if rules.auto_bid else {}),
        **({} if rules.pace is None else {"pace": _pace_to_json(rules.pace)}),
    }


def _below_to_json(step: Step) -> dict[str, Any]:
    """The sizes of a step that shrinks; one that does not has no such member."""
    below = [{"price": f"{each.price:f}", "size": f"{each.size:f}"} for each in step.below]
    return {"below": below} if below else {}


def _later_members(rules: LiveRules) -> dict[str, Any]:
    """What rules before it did not have; absent where it says nothing, so that those read and hash as ever."""
    gate = {"starting_gate": True} if rules.has_gate else {}
    gap = {"gap_s": rules.gap // _SECOND} if rules.lots is LotOrder.SERIES else {}
    return gate | gap | ({} if rules.rates is None else {"currencies": _rates_to_json(rules.rates)})


def _rates_to_json(rates: Rates) -> dict[str, Any]:
    listed = [{"currency": currency, "rate": f"{rate:f}"} for currency, rate in rates.rates]
    return {"rates": listed, "source": rates.source, "on": rates.on.isoformat()}


def _origin_to_json(rules: LiveRules) -> dict[str, Any]:
    """Where the first bids come from; a round that begins with nothing has no such members."""
    if rules.starts_from is None:
        return {}
    return {"starts_from": rules.starts_from.value, "lead_s": rules.lead // _SECOND}


def basis_members(rules: LiveRules) -> dict[str, Any]:
    """What bids are ranked by; rules that rank by price alone have no such members."""
    factors = rules.factors
    found: dict[str, Any] = {} if rules.basis is Basis.PRICE else {"basis": rules.basis.value}
    if factors is not None:
        measure = {} if factors.measure is None else {"measure": factors.measure.value}
        found["factors"] = {**measure, "grades": {grade.value: f"{value:f}" for grade, value in factors.grades}}
    return {**found, **({"tells_lead": True} if rules.tells_lead else {})}


def _pace_to_json(pace: Pace) -> dict[str, Any]:
    slots = {} if pace.slots is None else {"slots": pace.slots}
    return {"stages": pace.stages, "each_s": pace.each // _SECOND, **slots}


def _soft_to_json(soft: SoftClose) -> dict[str, Any]:
    return {
        "window_s": soft.window // _SECOND,
        "hard_stop_after_s": soft.hard_stop_after // _SECOND,
        "max_extensions": soft.max_extensions,
        "trigger": soft.trigger.value,
        "mode": soft.mode.value,
        "added_s": None if soft.added is None else soft.added // _SECOND,
        "top": soft.top,
    }


def rules_from_json(stored: Mapping[str, Any]) -> LiveRules:
    """The rules of a stored form. Raises BadRulesError, naming the field, on what `rules_to_json` does not write."""
    if set(stored) - _TOP_KEYS:
        raise BadRulesError(min(set(stored) - _TOP_KEYS))
    read = Members(stored)
    is_seeded = "starts_from" in stored
    if not is_seeded and "lead_s" in stored:
        raise BadRulesError("lead_s")
    return LiveRules(
        format=read.text("format"),
        opens_at=read.instant("opens_at"),
        duration=read.seconds("duration_s"),
        step=_step_from(read.part("step")),
        change_limit=_limit_from(read.optional_part("change_limit")),
        feedback=FeedbackMode(read.choice("feedback", FeedbackMode)),
        ties=TieRule(read.choice("ties", TieRule)),
        soft_close=_soft_from(read.optional_part("soft_close")),
        buyer_view=BuyerView(read.choice("buyer_view", BuyerView)),
        lots=LotOrder(read.choice("lots", LotOrder)),
        stagger=read.seconds("stagger_s"),
        starts_from=Origin(read.choice("starts_from", Origin)) if is_seeded else None,
        lead=read.seconds("lead_s") if is_seeded else timedelta(0),
        basis=Basis(read.choice("basis", Basis)) if "basis" in stored else Basis.PRICE,
        factors=_factors_from(read.optional_part("factors")),
        tells_lead="tells_lead" in stored and read.truth("tells_lead"),
        has_gate="starting_gate" in stored and read.truth("starting_gate"),
        gap=timedelta(0) if read.is_null("gap_s") else read.seconds("gap_s"),
        rates=_rates_from(read.optional_part("currencies")),
        auto_bid="auto_bid" in stored and read.truth("auto_bid"),
        pace=_pace_from(read.optional_part("pace")),
    )


@lru_cache(maxsize=512)
def hash_of_rules(rules: LiveRules) -> str:
    """SHA-256 of the canonical JSON form: names the exact rules in receipts and one-tap quotes."""
    return digest_of(rules_to_json(rules))


def _step_from(read: Members) -> Step:
    return Step(
        measure=Measure(read.choice("measure", Measure)),
        size=read.decimal("size"),
        rule=StepRule(read.choice("rule", StepRule)),
        basis=StepBasis(read.choice("basis", StepBasis)),
        below=tuple(StepBelow(each.decimal("price"), each.decimal("size")) for each in read.parts("below")),
    )


def _rates_from(read: Members | None) -> Rates | None:
    if read is None:
        return None
    rates = tuple((each.text("currency"), each.decimal("rate")) for each in read.parts("rates"))
    return Rates(rates, read.text("source"), read.day("on"))


def _limit_from(read: Members | None) -> ChangeLimit | None:
    if read is None:
        return None
    return ChangeLimit(measure=Measure(read.choice("measure", Measure)), size=read.decimal("size"))


def _factors_from(read: Members | None) -> Factors | None:
    if read is None:
        return None
    grades = read.part("grades")
    measure = None if read.is_null("measure") else Measure(read.choice("measure", Measure))
    return Factors(tuple((grade, grades.decimal(grade.value)) for grade in Grade), measure)


def _pace_from(read: Members | None) -> Pace | None:
    if read is None:
        return None
    slots = None if read.is_null("slots") else read.integer("slots")
    return Pace(read.integer("stages"), read.seconds("each_s"), slots)


def _soft_from(read: Members | None) -> SoftClose | None:
    if read is None:
        return None
    return SoftClose(
        window=read.seconds("window_s"),
        hard_stop_after=read.seconds("hard_stop_after_s"),
        max_extensions=read.integer("max_extensions"),
        trigger=Trigger(read.choice("trigger", Trigger)),
        mode=ExtensionMode(read.choice("mode", ExtensionMode)),
        added=None if read.is_null("added_s") else read.seconds("added_s"),
        top=None if read.is_null("top") else read.integer("top"),
    )
