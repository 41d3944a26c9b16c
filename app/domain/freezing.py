"""What publication freezes: the published document, its hash, and the baselines that stay inside the buyer's house.

Serves DESIGN.md section 3 ("all frozen at publication"), VISIBILITY.md d01 (the document) against d58 (the baselines,
which are not in it), and JOURNAL.md: the document is the data of `tender.published`, from which an auditor replays.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from app.domain.entries import digest_of
from app.domain.live_rules_json import instant_text, rules_from_json, rules_to_json
from app.domain.money import format_amount
from app.domain.procedures import Procedure
from app.domain.questioning import rules_json
from app.domain.rulebooks import Rulebook
from app.domain.scoring.rules import evaluation_from_json
from app.domain.sealed_rules import sealed_rules_from_json, sealed_rules_to_json

if TYPE_CHECKING:
    from collections.abc import Mapping
    from decimal import Decimal

    from app.domain.live_rules import LiveRules
    from app.domain.scoring.rules import EvaluationRules
    from app.domain.sealed_rules import SealedRules
    from app.domain.terms import LineTerms, LotFrame, Terms

DOCUMENT_VERSION = 1
FIRST_TERMS = 1
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Identity:
    """The names a document goes by: given at the first draft, never derived from anything in it."""

    tender_id: str
    reference: str
    # Of the live round, and of the sealed round where there is one.
    round_id: str
    sealed_round_id: str | None = None


def publish_document(terms: Terms, identity: Identity) -> dict[str, Any]:
    """Give the published document of a faultless draft, in its first version: everything a bidder may know."""
    draft = terms.draft
    texts = ("title_zh", "title_en", "summary_zh", "summary_en", "terms_zh", "terms_en")
    return {
        "v": DOCUMENT_VERSION,
        "id": identity.tender_id,
        "reference": identity.reference,
        "terms_version": FIRST_TERMS,
        **{name: getattr(draft, name).strip() for name in texts},
        "category": draft.category,
        "currency": draft.currency,
        "tax_basis": draft.tax_basis,
        "time_zone": draft.time_zone,
        "min_bidders": draft.min_bidders,
        "unseal_scope": draft.unseal_scope,
        "announce_winner": draft.announce_winner,
        "award_rule": draft.award_rule,
        "times": {
            "response_due_at": instant_text(terms.response_due_at),
            "response_extension_s": terms.response_extension // _SECOND,
            "opens_at": instant_text(terms.opens_at),
        },
        "lots": [_lot_document(lot, number, terms) for number, lot in enumerate(terms.lots, start=1)],
        "rounds": _rounds(terms, identity),
        "questions": rules_json(terms.questions),
        **_evaluation(terms),
        **({} if draft.rulebook == Rulebook.HOUSE else {"rulebook": draft.rulebook}),
        **({"procurement_method": draft.procurement_method} if draft.procurement_method else {}),
    }


def _rounds(terms: Terms, identity: Identity) -> list[dict[str, Any]]:
    """Give the rounds in the order in which they are held, numbered from 1."""
    rounds: list[tuple[str | None, str, dict[str, Any]]] = []
    if terms.sealed is not None:
        rounds.append((identity.sealed_round_id, "sealed", sealed_rules_to_json(terms.sealed)))
    if terms.rules is not None:
        rounds.append((identity.round_id, "live", rules_to_json(terms.rules)))
    return [
        {"id": round_id, "number": number, "kind": kind, "rules": rules}
        for number, (round_id, kind, rules) in enumerate(rounds, start=1)
    ]


def _evaluation(terms: Terms) -> dict[str, Any]:
    """Give the member that only a tender with a sealed round has."""
    return {} if terms.evaluation is None else {"evaluation": dict(terms.evaluation)}


def baseline_data(terms: Terms) -> dict[str, Any]:
    """Give the data of `tender.baseline_recorded`: per lot the figure, its source and its day, or null."""
    return {
        "lots": [
            {
                "id": lot.id,
                "baseline_price": plain(lot.baseline.price) if lot.baseline else None,
                "source": lot.baseline.source if lot.baseline else None,
                "on": lot.baseline.on.isoformat() if lot.baseline else None,
                "lines": [plain(line.baseline) if line.baseline is not None else None for line in lot.lines],
            }
            for lot in terms.lots
        ]
    }


def freeze(document: Mapping[str, Any]) -> str:
    """Give the hash that names this very document: SHA-256 of its canonical bytes."""
    return digest_of(document)


def live_rules_of(document: Mapping[str, Any]) -> LiveRules | None:
    """Read the rules of the document's live round, or None where it has none."""
    found = round_of(document, "live")
    return None if found is None else rules_from_json(found["rules"])


def sealed_rules_of(document: Mapping[str, Any]) -> SealedRules | None:
    """Read the rules of the document's sealed round, or None where it has none."""
    found = round_of(document, "sealed")
    return None if found is None else sealed_rules_from_json(found["rules"])


def evaluation_of(document: Mapping[str, Any]) -> EvaluationRules | None:
    """Read how the document's offers are compared, or None where there is no sealed round."""
    found = document.get("evaluation")
    return None if found is None else evaluation_from_json(found)


def round_of(document: Mapping[str, Any], kind: str) -> Mapping[str, Any] | None:
    """Find the round of a kind, `sealed` or `live`: a document has one of each at most."""
    return next((one for one in document["rounds"] if one["kind"] == kind), None)


def procedure_of(document: Mapping[str, Any]) -> Procedure:
    """Tell the procedure from the rounds of a document."""
    if round_of(document, "sealed") is None:
        return Procedure.LIVE
    return Procedure.SEALED if round_of(document, "live") is None else Procedure.SEALED_LIVE


def plain(value: Decimal) -> str:
    """Write a figure without exponent and without trailing zeros: quantities, baselines."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _lot_document(lot: LotFrame, number: int, terms: Terms) -> dict[str, Any]:
    # A lone lot without a title of its own goes by the tender's.
    is_untitled = not lot.title_zh and not lot.title_en
    return {
        "id": lot.id,
        "number": number,
        "title_zh": terms.draft.title_zh.strip() if is_untitled else lot.title_zh,
        "title_en": terms.draft.title_en.strip() if is_untitled else lot.title_en,
        "scale": lot.scale,
        "basis": lot.basis,
        "quantity": plain(lot.quantity),
        "unit": lot.unit,
        "ceiling_price": format_amount(lot.ceiling, lot.scale),
        "start_price": None if lot.start is None else format_amount(lot.start, lot.scale),
        **({} if lot.minimum is None else {"minimum_price": format_amount(lot.minimum, lot.scale)}),
        **({} if lot.reserve_commitment is None else {"reserve_commitment": lot.reserve_commitment}),
        "lines": [_line_document(line, at) for at, line in enumerate(lot.lines, start=1)],
    }


def _line_document(line: LineTerms, number: int) -> dict[str, Any]:
    return {
        "number": number,
        "item_code": line.item_code,
        "description": line.description,
        "quantity": plain(line.quantity),
        "unit": line.unit,
    }
