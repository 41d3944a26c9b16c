"""The debrief of a bidder as a document of its own: own figures alone (VISIBILITY.md d41, d42; SCREENS.md SP-08)."""

from typing import Any

from app.award.reading import OwnScore, OwnSheet
from app.domain.debriefing import Distance
from app.domain.evaluation_sentences import evaluation_sentences
from app.domain.marking import value_text
from app.domain.money import format_amount
from app.domain.own_result import OwnResult
from app.domain.recommending import shown_at
from app.domain.scoring.typed import plain
from app.evaluation.offers import evaluation_in
from app.suppliers.store import Names
from app.tenders.store import Lot


def debrief_data(sheet: OwnSheet, names: Names) -> dict[str, Any]:
    """What the debrief is drawn from. Precondition: the decision is out; the reader is the supplier of the sheet."""
    tender, rules = sheet.tender, evaluation_in(sheet.tender)
    assert sheet.decided_at is not None, "there is no debrief before the decision"
    return {
        "made_at": shown_at(sheet.decided_at),
        "tender": {
            name: getattr(tender, name)
            for name in ("reference", "title_zh", "title_en", "currency", "tax_basis", "time_zone")
        },
        "to": {"name_zh": names.name_zh, "name_en": names.name_en},
        "joined": sheet.joined,
        "lots": [_lot(sheet, lot, own) for lot, own in sheet.lots],
        "rules": None if rules is None else {lang: evaluation_sentences(rules, lang) for lang in ("zh", "en")},
    }


def _lot(sheet: OwnSheet, lot: Lot, own: OwnResult) -> dict[str, Any]:
    winners, score = sheet.winners.get(lot.id, ()), sheet.scores.get(lot.id)
    return {
        "number": lot.number,
        "title_zh": lot.title_zh,
        "title_en": lot.title_en,
        "unit": lot.unit if lot.basis == "unit" else None,
        "outcome": own.outcome.value,
        "rank": own.rank,
        "tied": own.is_tied,
        "place": _place(own),
        "amount": None if own.amount is None else format_amount(own.amount, lot.scale),
        "distance": _distance(sheet.distances.get(lot.id)),
        "share": None if own.share is None else plain(own.share),
        "winners": [{"name_zh": each.name_zh, "name_en": each.name_en} for each in winners],
        "score": None if score is None else _score(score),
    }


def _place(own: OwnResult) -> str | None:
    """What stands in place of a rank that the rules of the live round did not tell."""
    if own.band is not None:
        return own.band.value
    return None if own.is_leading is None else "leading" if own.is_leading else "not_leading"


def _distance(apart: Distance | None) -> dict[str, Any] | None:
    if apart is None:
        return None
    within = None if apart.within is None else plain(apart.within)
    return {"unit": apart.unit.value, "within": within, "equal": apart.is_equal}


def _score(own: OwnScore) -> dict[str, Any]:
    weights = own.rules.told_weights()
    return {
        "points": f"{own.score.points:.2f}",
        "threshold": None if own.rules.threshold is None else plain(own.rules.threshold),
        "passes": own.score.passes,
        "criteria": [
            {
                "number": each.number,
                "title_zh": each.title_zh,
                "title_en": each.title_en,
                "weight": plain(weights[each.id]),
                "value": value_text(own.score.values[each.id]),
                "reason": own.reasons.get(each.id, ""),
            }
            for each in own.rules.criteria
        ],
    }
