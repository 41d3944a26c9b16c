"""Strategies for live rounds: rules, terms and offers as a purchaser and bidders could make them."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import strategies as st

from app.domain.formats import LiveRules, LotTerms
from app.domain.live_rules import (
    TELLS_BEST,
    ChangeLimit,
    ExtensionMode,
    FeedbackMode,
    LotOrder,
    Measure,
    SoftClose,
    Step,
    StepBasis,
    StepBelow,
    StepRule,
    TieRule,
    Trigger,
)
from app.domain.visibility import BuyerView

OPENS_AT = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MILLISECOND = timedelta(milliseconds=1)

scales = st.integers(0, 4)


def amounts(scale: int, *, low: int = 1, high: int = 10**9) -> st.SearchStrategy[Decimal]:
    """Positive amounts that fit the scale."""
    return st.integers(low, high).map(lambda units: Decimal(units).scaleb(-scale))


def sizes(scale: int) -> st.SearchStrategy[tuple[Measure, Decimal]]:
    """A step or limit, in money at the scale or in percent with two decimals."""
    money = st.tuples(st.just(Measure.MONEY), amounts(scale, high=10**6))
    percent = st.tuples(st.just(Measure.PERCENT), st.integers(1, 9999).map(lambda n: Decimal(n).scaleb(-2)))
    return st.one_of(money, percent)


@st.composite
def soft_closes(draw: st.DrawFn) -> SoftClose:
    """Any soft close the draft check would pass."""
    mode = draw(st.sampled_from(ExtensionMode))
    trigger = draw(st.sampled_from(Trigger))
    return SoftClose(
        window=draw(st.integers(1, 600)) * SECOND,
        hard_stop_after=draw(st.integers(1, 3600)) * SECOND,
        max_extensions=draw(st.integers(1, 20)),
        trigger=trigger,
        mode=mode,
        added=draw(st.integers(1, 600)) * SECOND if mode is ExtensionMode.ADD else None,
        top=draw(st.integers(1, 5)) if trigger is Trigger.TOP_CHANGE else None,
    )


@st.composite
def shrinking(draw: st.DrawFn, scale: int, size: Decimal) -> tuple[StepBelow, ...]:
    """Up to three falling thresholds with falling sizes, each smaller than the one before it."""
    prices = sorted(draw(st.sets(amounts(scale), max_size=3)), reverse=True)
    return tuple(StepBelow(price, size / 2**at) for at, price in enumerate(prices, start=1))


@st.composite
def rules_and_terms(draw: st.DrawFn) -> tuple[LiveRules, LotTerms]:
    """Rules with a lot they can be played on."""
    scale = draw(scales)
    step_measure, step_size = draw(sizes(scale))
    limit = draw(st.none() | sizes(scale))
    ceiling = draw(amounts(scale))
    start = draw(st.none() | amounts(scale))
    order = draw(st.sampled_from(LotOrder))
    feedback = draw(st.sampled_from(FeedbackMode))
    basis = draw(st.sampled_from(StepBasis)) if feedback in TELLS_BEST else StepBasis.OWN_LAST
    below = draw(shrinking(scale, step_size))
    rules = LiveRules(
        format="open_descending",
        opens_at=OPENS_AT,
        duration=draw(st.integers(600, 7200)) * SECOND,
        step=Step(step_measure, step_size, draw(st.sampled_from(StepRule)), basis, below),
        change_limit=None if limit is None else ChangeLimit(*limit),
        feedback=feedback,
        ties=draw(st.sampled_from(TieRule)),
        has_gate=draw(st.booleans()),
        soft_close=draw(st.none() | soft_closes()),
        buyer_view=draw(st.sampled_from(BuyerView)),
        lots=order,
        stagger=draw(st.integers(1, 900)) * SECOND if order is LotOrder.STAGGERED else timedelta(0),
        gap=draw(st.integers(10, 900)) * SECOND if order is LotOrder.SERIES else timedelta(0),
    )
    return rules, LotTerms(scale, ceiling, start)


def simple_rules(
    *,
    step: Step | None = None,
    change_limit: ChangeLimit | None = None,
    soft_close: SoftClose | None = None,
    feedback: FeedbackMode = FeedbackMode.RANK_ONLY,
) -> LiveRules:
    """The quick template's rules: half an hour, 0.30 %, rank only."""
    return LiveRules(
        format="open_descending",
        opens_at=OPENS_AT,
        duration=timedelta(minutes=30),
        step=step or Step(Measure.PERCENT, Decimal("0.30")),
        change_limit=change_limit,
        soft_close=soft_close,
        feedback=feedback,
    )
