"""Worked examples of a live round's rules, computed by the functions that play them: no number is made up here.

Serves SCREENS.md PL-06 (calculator in the builder) and SP-03 (worked example with numbers). The amounts are shares of a
lot's published price, the times follow from an opening at ten o'clock.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Final, Protocol

from app.domain.closing import Change, Timetable, extend, in_series, timetable_of
from app.domain.exchanging import converted, highest_sent
from app.domain.formats.telling import rank_in
from app.domain.live_rules import LiveRules, LotOrder, LotTerms, SoftClose, StepBasis, TieRule, Trigger, lot_times
from app.domain.money import format_amount, percent_of, round_down, unit_of
from app.domain.ranking import PlacedBid, standing_of

_TEN: Final = datetime(2026, 1, 1, 10, tzinfo=UTC)
# A bidder's last bid lies so far below the published price in an example, and the best price below that.
_OWN_PERCENT: Final = Decimal(97)
_BEST_PERCENT: Final = Decimal(94)
# By so much the first lot of the series closes later.
_LATER: Final = timedelta(minutes=2)
_TIED: Final = (Decimal(100), Decimal(100), Decimal(101))


class _Game(Protocol):
    """What an example asks of a format."""

    def next_valid_amount(
        self, rules: LiveRules, terms: LotTerms, own_last: Decimal | None, *, announced: Decimal | None = None
    ) -> Decimal | None: ...

    def examples(self, rules: LiveRules, terms: LotTerms, lang: str) -> list[str] | None: ...


_WORDS: Final[Mapping[str, Mapping[str, str]]] = MappingProxyType(
    {
        "en": {
            "first": "Example: a first bid may be at most {next}.",
            "own": "Example: own last bid {own} → next valid amount ≤ {next}.",
            "best": "Example: own last bid {own}, best price told {best} → next valid amount ≤ {next}.",
            "late": "Example: the close is {closes}; {what} at {at} moves it to {to}; no bid moves it past {stop}.",
            Trigger.ANY_ACCEPTED: "an accepted bid",
            Trigger.NEW_BEST: "a new first place",
            Trigger.TOP_CHANGE: "a change among the first {top} ranks",
            "staggered": "Example: lot 1 closes at {one}, lot 2 at {two}.",
            "series": (
                "Example: lot 1 is open from {opens} to {one}, lot 2 from {two} to {end}; if lot 1 closes 2 min later, "
                "lot 2 opens at {later}."
            ),
            "rate": "Example: a first bid of {currency} {sent} counts as {amount}.",
            "limit": "Example: own last bid {own}, limit {limit}: the service bids {bids} and then no more.",
            "ties": "Example: for the amounts {amounts} the ranks are {ranks}.",
        },
        "zh": {
            "first": "示例：首次报价最高为{next}。",
            "own": "示例：本方上一次报价{own}→可报价≤{next}。",
            "best": "示例：本方上一次报价{own}，可看到的最低价{best}→可报价≤{next}。",
            "late": "示例：结束时间{closes}，{at}{what}的，改为{to}；因报价延时不晚于{stop}。",
            Trigger.ANY_ACCEPTED: "有报价被接受",
            Trigger.NEW_BEST: "第一名易位",
            Trigger.TOP_CHANGE: "前{top}名发生变化",
            "staggered": "示例：采购包1于{one}结束，采购包2于{two}结束。",
            "series": (
                "示例：采购包1于{opens}至{one}竞价，采购包2于{two}至{end}竞价；"
                "采购包1推迟2分钟结束的，采购包2于{later}开放。"
            ),
            "rate": "示例：首次报价{currency} {sent}折算为{amount}。",
            "limit": "示例：本方上一次报价{own}，底限{limit}：系统依次报{bids}，此后不再报价。",
            "ties": "示例：报价{amounts}的名次为{ranks}。",
        },
    }
)


def rule_examples(rules: LiveRules, terms: LotTerms, game: _Game, lang: str, *, lots: int = 1) -> list[str]:
    """The examples of these rules on a lot, in `zh` or `en`; `lots` is how many the round has."""
    words, own = _WORDS[lang], game.examples(rules, terms, lang)
    return [
        *(_steps(rules, terms, game, words) if own is None else own),
        *(_limit(rules, terms, game, words) if rules.auto_bid else []),
        *_converted(rules, terms, words),
        *([] if rules.soft_close is None else _late(rules, rules.soft_close, words)),
        *(_order(rules, words) if lots > 1 else []),
        *(_ties(rules, lang, words) if rules.ties is TieRule.EQUAL_RANK else []),
    ]


def _steps(rules: LiveRules, terms: LotTerms, game: _Game, words: Mapping[str, str]) -> list[str]:
    def share(percent: Decimal) -> Decimal:
        return round_down(percent_of(terms.highest_first, percent), terms.scale)

    def text(amount: Decimal) -> str:
        return format_amount(amount, terms.scale)

    said = []
    first = game.next_valid_amount(rules, terms, None)
    if first is not None and rules.starts_from is None:
        said.append(words["first"].format(next=text(first)))
    unit = unit_of(terms.scale)
    for own in (share(_OWN_PERCENT), *(round_down(each.price - unit, terms.scale) for each in rules.step.below)):
        following = game.next_valid_amount(rules, terms, own) if own > 0 else None
        if following is not None:
            said.append(words["own"].format(own=text(own), next=text(following)))
    best = share(_BEST_PERCENT)
    if rules.step.basis is StepBasis.BEST and best > 0:
        own = share(_OWN_PERCENT)
        following = game.next_valid_amount(rules, terms, own, announced=best)
        if following is not None:
            said.append(words["best"].format(own=text(own), best=text(best), next=text(following)))
    return said


def _limit(rules: LiveRules, terms: LotTerms, game: _Game, words: Mapping[str, str]) -> list[str]:
    """What the service bids for somebody who is outbid every time, down to a limit between the second step and the
    third."""
    own = round_down(percent_of(terms.highest_first, _OWN_PERCENT), terms.scale)
    steps = [own]
    for _ in range(3):
        following = game.next_valid_amount(rules, terms, steps[-1]) if steps[-1] > 0 else None
        if following is None:
            return []
        steps.append(following)
    # One unit above the third step: the second is placed, the third is not.
    shown = [format_amount(amount, terms.scale) for amount in (*steps[:3], steps[3] + unit_of(terms.scale))]
    return [words["limit"].format(own=shown[0], limit=shown[3], bids=", ".join(shown[1:3]))]


def _converted(rules: LiveRules, terms: LotTerms, words: Mapping[str, str]) -> list[str]:
    """One example a currency: the highest first amount in it, and what it counts as."""
    said = []
    for currency, rate in () if rules.rates is None else rules.rates.rates:
        sent = highest_sent(terms.highest_first, rate, terms.scale)
        if sent is not None:
            amounts = (sent, converted(sent, rate, terms.scale))
            shown = [format_amount(each, terms.scale) for each in amounts]
            said.append(words["rate"].format(currency=currency, sent=shown[0], amount=shown[1]))
    return said


def _late(rules: LiveRules, soft: SoftClose, words: Mapping[str, str]) -> list[str]:
    table = _table(rules, 0)
    at = table.closes_at - _whole(soft.window / 3)
    moved = extend(table, soft, at, Change(is_new_best=True, rank=1, has_moved=True))
    if moved is None:
        return []
    what = words[soft.trigger].format(top=soft.top)
    times = {"closes": table.closes_at, "at": at, "to": moved.closes_at, "stop": table.hard_stop_at}
    return [words["late"].format(what=what, **{name: _time(each) for name, each in times.items()})]


def _order(rules: LiveRules, words: Mapping[str, str]) -> list[str]:
    one, two = _table(rules, 0), _table(rules, 1)
    times = {"opens": one.opens_at, "one": one.closes_at, "two": two.closes_at}
    if rules.lots is LotOrder.SERIES:
        later = replace(one, closes_at=one.closes_at + _LATER)
        moved = in_series(rules, [later, two])[1]
        times |= {"two": two.opens_at, "end": two.closes_at, "later": moved.opens_at}
    elif rules.lots is not LotOrder.STAGGERED:
        return []
    return [words[rules.lots].format(**{name: _time(each) for name, each in times.items()})]


def _ties(rules: LiveRules, lang: str, words: Mapping[str, str]) -> list[str]:
    standing = standing_of(PlacedBid(str(n), amount, n) for n, amount in enumerate(_TIED, start=1))
    ranks = [str(rank_in(rules, standing, str(n))) for n in range(1, len(_TIED) + 1)]
    comma = "、" if lang == "zh" else ", "
    return [words["ties"].format(amounts=comma.join(str(each) for each in _TIED), ranks=comma.join(ranks))]


def _table(rules: LiveRules, place: int) -> Timetable:
    return timetable_of(lot_times(rules, place, _TEN))


def _whole(span: timedelta) -> timedelta:
    return max(timedelta(seconds=span // timedelta(seconds=1)), timedelta(seconds=1))


def _time(at: datetime) -> str:
    return f"{at:%H:%M:%S}"
