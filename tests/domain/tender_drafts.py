"""Drafts for the tests of tenders: one that is faultless, and ways to spoil it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from app.domain.categories import CATEGORIES
from app.domain.drafting import Draft, LineDraft, LotDraft, Template
from app.domain.freezing import Identity, publish_document
from app.domain.live_rules import LiveRules
from app.domain.preflight import read_draft
from app.domain.templates import from_template
from app.domain.terms import Fault, Terms
from app.domain.timetable import load_zone

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
CODES = frozenset(CATEGORIES)
WHO = Identity(tender_id="a" * 32, reference="T-2026-AAAAA", round_id="b" * 32, sealed_round_id="c" * 32)


def a_lot(number: int = 1, **changes: Any) -> LotDraft:
    """A faultless lot."""
    lot = LotDraft(
        id=f"{number:032x}",
        title_zh=f"压缩机{number}",
        title_en=f"Compressor {number}",
        quantity="190000",
        unit="台",
        ceiling_price="286.40",
        baseline_price="280",
        baseline_source="FY25 contract",
        baseline_on="2025-12-31",
        lines=(LineDraft("0001", "1.5 HP inverter, R32", "190000", "台", "280"),),
    )
    return replace(lot, **changes)


def a_draft(template: Template = Template.QUICK, **changes: Any) -> Draft:
    """A faultless draft from a template."""
    zone = load_zone("Asia/Shanghai")
    assert zone is not None
    draft = from_template(template, now=NOW, zone=zone, lot_ids=("1" * 32, "2" * 32))
    lots = tuple(a_lot(number) for number in range(1, len(draft.lots) + 1))
    named = replace(draft, title_zh="压缩机", title_en="Compressors", category="compressors", lots=lots)
    named = replace(named, evaluation=with_ids(draft.evaluation))
    return replace(named, **changes)


def with_ids(evaluation: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    """An evaluation whose criteria have ids, as the service gives them."""
    technical = (evaluation or {}).get("technical")
    if evaluation is None or technical is None:
        return evaluation
    criteria = [{**one, "id": f"{at:032x}"} for at, one in enumerate(technical["criteria"], start=100)]
    return {**evaluation, "technical": {**technical, "criteria": criteria}}


def with_lot(**changes: Any) -> Draft:
    """A draft whose only lot is changed."""
    return a_draft(lots=(a_lot(**changes),))


def with_rules(**changes: Any) -> Draft:
    """A draft whose rules are changed."""
    draft = a_draft()
    return replace(draft, rules={**(draft.rules or {}), **changes})


def faults_of(draft: Draft, now: datetime = NOW) -> list[Fault]:
    """The pre-flight of a draft."""
    return list(read_draft(draft, now=now, categories=CODES).faults)


def codes_of(draft: Draft, now: datetime = NOW) -> set[tuple[str, str]]:
    """The pre-flight as pairs of place and code."""
    return {(fault.field, fault.code) for fault in faults_of(draft, now)}


def terms_of(draft: Draft, now: datetime = NOW) -> Terms:
    """The terms of a faultless draft."""
    read = read_draft(draft, now=now, categories=CODES)
    assert read.terms is not None, read.faults
    return read.terms


def live_of(draft: Draft) -> LiveRules:
    """The rules of a faultless draft's live round."""
    rules = terms_of(draft).rules
    assert rules is not None
    return rules


def document_of(draft: Draft | None = None) -> dict[str, Any]:
    """The published document of a draft."""
    return publish_document(terms_of(draft or a_draft()), WHO)
