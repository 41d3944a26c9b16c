"""Drafts and documents with a sealed round: pre-flight, times, evaluation, amendments, sentences (PL-04, PL-06)."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.domain.amending import Amendment, amend, decide_amendment, illegal_changes
from app.domain.drafting import Draft, Template, draft_from_json
from app.domain.evaluation_sentences import evaluation_sentences, worked_example
from app.domain.forewarning import ExpectedField, warn_about_field, warn_about_terms
from app.domain.freezing import evaluation_of, live_rules_of, procedure_of, sealed_rules_of
from app.domain.leverage import Leverage, leverage_of
from app.domain.live_rules import Origin
from app.domain.procedures import Procedure
from app.domain.sealed_rules import sealed_rules_to_json
from app.domain.templates import copy_of
from app.domain.tendering import TenderState
from app.domain.timetable import load_zone
from app.domain.wording import tender_sentences
from tests.domain.tender_drafts import NOW, a_draft, a_lot, codes_of, document_of, faults_of, terms_of

LARGE = a_draft(Template.LARGE)
SEALED = a_draft(Template.SEALED)
CRITERIA = (LARGE.evaluation or {})["technical"]["criteria"]
DOCUMENT = document_of(LARGE)


def with_sealed(draft: Draft = LARGE, **changes: Any) -> Draft:
    return replace(draft, sealed={**(draft.sealed or {}), **changes})


def with_technical(**changes: Any) -> Draft:
    evaluation = dict(LARGE.evaluation or {})
    return replace(LARGE, evaluation={**evaluation, "technical": {**evaluation["technical"], **changes}})


def with_price(draft: Draft = LARGE, **changes: Any) -> Draft:
    evaluation = dict(draft.evaluation or {})
    return replace(draft, evaluation={**evaluation, "price": {**evaluation["price"], **changes}})


# ── documents ──────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_large_tender_is_sealed_first_and_live_after_it() -> None:
    assert [(one["number"], one["kind"], one["id"][0]) for one in DOCUMENT["rounds"]] == [
        (1, "sealed", "c"),
        (2, "live", "b"),
    ]
    live, sealed, evaluation = live_rules_of(DOCUMENT), sealed_rules_of(DOCUMENT), evaluation_of(DOCUMENT)
    assert live is not None
    assert sealed is not None
    assert evaluation is not None
    assert evaluation.technical is not None
    assert (live.starts_from, live.lead) == (Origin.SEALED, timedelta(minutes=15))
    assert DOCUMENT["times"]["opens_at"] == DOCUMENT["rounds"][0]["rules"]["opens_at"]
    assert sealed_rules_to_json(sealed) == DOCUMENT["rounds"][0]["rules"]
    assert (evaluation.technical.weight, evaluation.price.weight) == (Decimal(40), Decimal(60))
    assert evaluation.shortlist_count == 3
    assert [one.number for one in evaluation.technical.criteria] == [1, 2, 3, 4]
    assert evaluation.freeze_technical
    assert procedure_of(DOCUMENT) is Procedure.SEALED_LIVE


def test_a_sealed_tender_has_one_round_and_ranks_by_price() -> None:
    document = document_of(SEALED)
    evaluation = evaluation_of(document)
    assert [one["kind"] for one in document["rounds"]] == ["sealed"]
    assert live_rules_of(document) is None
    assert procedure_of(document) is Procedure.SEALED
    assert evaluation is not None
    assert evaluation.technical is None


def test_a_live_tender_has_nothing_of_it() -> None:
    # What was typed for another procedure stays in the draft alone.
    typed = replace(LARGE, procedure="live", lots=(a_lot(minimum_price="1.00"),))
    quick = replace(a_draft(), rules=typed.rules)
    assert document_of(typed) == document_of(quick)
    assert "evaluation" not in document_of(typed)
    assert "minimum_price" not in document_of(typed)["lots"][0]
    assert procedure_of(document_of(typed)) is Procedure.LIVE


def test_minimum_prices_are_published_and_start_prices_are_not() -> None:
    draft = replace(LARGE, lots=(a_lot(minimum_price=" 200.00", start_price="250.00"), a_lot(2)))
    first, second = document_of(draft)["lots"]
    assert (first["minimum_price"], first["start_price"]) == ("200.00", None)
    assert "minimum_price" not in second


def test_a_draft_is_read_back_as_it_was_stored() -> None:
    for draft in (LARGE, SEALED, a_draft()):
        assert draft_from_json(draft.to_json()).to_json() == draft.to_json()
    new = {"procedure", "sealed", "evaluation"}
    old = {name: value for name, value in a_draft().to_json().items() if name not in new}
    assert draft_from_json(old) == draft_from_json(a_draft().to_json())


# ── faults ─────────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("draft", "field", "code"),
    [
        (replace(LARGE, procedure="auction"), "procedure", "OUT_OF_RANGE"),
        (with_sealed(opens_at=""), "sealed.opens_at", "MISSING_VALUE"),
        (with_sealed(closes_at="soon"), "sealed.closes_at", "NOT_A_TIME"),
        (with_sealed(opens_at="2026-11-20T09:00"), "sealed.opens_at", "IN_THE_PAST"),
        (with_sealed(opens_at="2026-11-24T16:59"), "sealed.opens_at", "BEFORE_RESPONSES"),
        (with_sealed(closes_at="2026-11-25T14:00"), "sealed.closes_at", "BEFORE_OPENING"),
        (with_sealed(closes_at="2026-12-05T14:00"), "rules.opens_at", "BEFORE_SEALED_CLOSE"),
        (with_sealed(SEALED, closes_at="2028-01-01T14:00"), "sealed.closes_at", "TOO_FAR"),
        (with_sealed(custody=""), "sealed.custody", "MISSING_VALUE"),
        (with_sealed(custody="notary"), "sealed.custody", "OUT_OF_RANGE"),
        (with_sealed(custody="committee"), "sealed.committee", "MISSING_VALUE"),
        (
            with_sealed(custody="committee", committee={"k": 1, "seats": ["audit", "legal", "finance"]}),
            "sealed.committee.k",
            "NO_MAJORITY",
        ),
        (with_sealed(tech_bucket=5), "sealed.tech_bucket", "OUT_OF_RANGE"),
        (with_sealed(extension_s=10**8), "sealed.extension_s", "OUT_OF_RANGE"),
        (replace(LARGE, evaluation=None), "evaluation", "MISSING_VALUE"),
        (replace(LARGE, sealed=None), "sealed.opens_at", "MISSING_VALUE"),
        (with_technical(weight="50"), "evaluation.price.weight", "WEIGHTS_NOT_100"),
        (with_technical(criteria=[]), "evaluation.technical.criteria", "MISSING_VALUE"),
        (with_price(formula={"code": "magic", "params": {}}), "evaluation.price.formula.code", "MALFORMED"),
        (replace(LARGE, lots=(a_lot(minimum_price="286.41"),)), "lots.0.minimum_price", "ABOVE_CEILING"),
        (replace(LARGE, lots=(a_lot(minimum_price="1.001"),)), "lots.0.minimum_price", "PRECISION"),
        (replace(LARGE, rules={**(LARGE.rules or {}), "lead_s": 10**8}), "rules.lead_s", "OUT_OF_RANGE"),
    ],
)
def test_each_fault_is_named_by_its_place(draft: Draft, field: str, code: str) -> None:
    found = codes_of(draft)
    assert (field, code) in found or (field, "OUT_OF_RANGE") in found, found


def test_without_a_technical_part_the_price_counts_for_all() -> None:
    draft = with_sealed(has_technical=False)
    assert faults_of(draft) == []
    evaluation = document_of(draft)["evaluation"]
    assert evaluation["technical"] is None
    assert evaluation["price"]["weight"] == "100"
    assert evaluation["freeze_technical"] is False
    # The criteria are not lost: with the part back in force they count again.
    assert document_of(with_sealed(draft, has_technical=True)) == DOCUMENT


def test_a_technical_part_needs_its_criteria() -> None:
    assert ("evaluation.technical", "MISSING_VALUE") in codes_of(with_sealed(SEALED, has_technical=True))


def test_a_criterion_has_an_anchor_for_every_mark() -> None:
    evaluation: Any = LARGE.evaluation
    first, *others = evaluation["technical"]["criteria"]
    draft = with_technical(criteria=[{**first, "levels": first["levels"][:5]}, *others])
    assert ("evaluation.technical.criteria.0.levels", "INCOMPLETE") in codes_of(draft)


@pytest.mark.parametrize("name", ["opens_at", "closes_at"])
def test_local_times_are_of_the_zone_and_never_guessed(name: str) -> None:
    berlin = replace(with_sealed(), time_zone="Europe/Berlin", response_due="2026-11-24T17:00")
    at = "2026-11-25T09:00"
    zone = load_zone("Europe/Berlin")
    assert zone is not None
    sealed = sealed_rules_of(document_of(with_sealed(berlin, opens_at=at)))
    assert sealed is not None
    assert sealed.opens_at.astimezone(zone).replace(tzinfo=None).isoformat(timespec="minutes") == at
    skipped = with_sealed(berlin, **{name: "2027-03-28T02:30"})
    twice = with_sealed(berlin, **{name: "2027-10-31T02:30"})
    assert (f"sealed.{name}", "TIME_SKIPPED") in codes_of(skipped)
    assert (f"sealed.{name}", "TIME_AMBIGUOUS") in codes_of(twice)
    assert (f"sealed.{name}", "TIME_AMBIGUOUS") not in codes_of(with_sealed(berlin, **{name: "2027-10-31T02:30+01:00"}))


def test_the_size_of_a_price_envelope_is_that_of_the_longest_lot() -> None:
    lines = tuple(replace(a_lot().lines[0], description=f"part {n}") for n in range(200))
    sealed = sealed_rules_of(document_of(replace(LARGE, lots=(a_lot(), a_lot(2, lines=lines)))))
    assert sealed is not None
    assert sealed.price_bucket == 16384


# ── warnings ───────────────────────────────────────────────────────────────────────────────────────────────────────


def warnings_of(draft: Draft) -> set[tuple[str, str]]:
    return {(fault.field, fault.code) for fault in warn_about_terms(terms_of(draft), now=NOW)}


@pytest.mark.parametrize(
    ("draft", "field", "code"),
    [
        (with_sealed(closes_at="2026-11-26T13:59"), "sealed.closes_at", "SHORT_TO_SEAL"),
        (with_sealed(extension_s=0), "sealed.extension_s", "NO_ROOM_TO_EXTEND"),
        (with_sealed(closes_at="2026-12-04T14:00"), "rules.opens_at", "LIVE_MAY_MOVE"),
        (replace(LARGE, lots=(a_lot(minimum_price="1.00"),)), "lots.0.minimum_price", "MINIMUM_PRICE"),
        (
            replace(
                with_technical(weight="0"),
                evaluation={
                    **(with_technical(weight="0").evaluation or {}),
                    "price": {"weight": "100", "formula": {"code": "price_only", "params": {}}},
                },
            ),
            "evaluation.technical.weight",
            "TECHNICAL_ONLY_PASSES",
        ),
        (
            with_technical(
                criteria=[
                    {**one, "id": name, "weight": weight}
                    for one, name, weight in zip(CRITERIA[:3], "abc", ("33.34", "33.33", "33.33"), strict=True)
                ],
                ahp=[{"items": ["a", "b", "c"], "matrix": [["1", "9", "1/9"], ["1/9", "1", "9"], ["9", "1/9", "1"]]}],
            ),
            "evaluation.technical.ahp.0.matrix",
            "JUDGEMENTS_INCONSISTENT",
        ),
    ],
)
def test_each_warning_has_its_place(draft: Draft, field: str, code: str) -> None:
    assert (field, code) in warnings_of(draft)
    assert (field, code) not in warnings_of(LARGE)


def test_a_good_draft_is_warned_of_its_custody_alone() -> None:
    relayed = [replace(draft, questions={"profile": "strict"}) for draft in (LARGE, SEALED)]
    assert [warnings_of(draft) for draft in relayed] == [{("sealed.custody", "SERVER_CUSTODY")}] * 2


def test_a_shortlist_of_everybody_warns() -> None:
    def codes(invited: int) -> set[str]:
        return {fault.code for fault in warn_about_field(ExpectedField(invited, 0), terms_of(LARGE))}

    assert "SHORTLIST_HOLDS_ALL" in codes(3)
    assert "SHORTLIST_HOLDS_ALL" not in codes(4)
    assert "ALIASES_HIDDEN" not in {fault.code for fault in warn_about_field(ExpectedField(3, 0), terms_of(SEALED))}


# ── copies ─────────────────────────────────────────────────────────────────────────────────────────────────────────


def test_a_copy_has_new_times_and_criteria_of_its_own() -> None:
    zone = load_zone("Asia/Shanghai")
    assert zone is not None
    later = NOW + timedelta(days=40)
    copied = copy_of(LARGE, now=later, zone=zone, lot_ids=("3" * 32,))
    evaluation: Any = copied.evaluation
    criteria = evaluation["technical"]["criteria"]
    assert [one["id"] for one in criteria] == ["", "", "", ""]
    old: Any = LARGE.evaluation
    assert [{**one, "id": ""} for one in old["technical"]["criteria"]] == criteria
    given = replace(copied, evaluation=LARGE.evaluation)
    assert faults_of(given, later) == []
    assert (copied.sealed or {})["opens_at"] == "2027-01-04T14:00"
    assert (copied.rules or {})["opens_at"] == "2027-01-14T14:00"
    live = replace(LARGE, procedure="live")
    assert (copy_of(live, now=NOW, zone=zone, lot_ids=("3" * 32,)).rules or {})["opens_at"] == "2026-11-25T14:00"


# ── amendments ─────────────────────────────────────────────────────────────────────────────────────────────────────


def change(**times: str | None) -> Amendment:
    return Amendment("时间推迟", "Times move", {}, (), **times)


def amended(document: dict[str, Any] = DOCUMENT, **times: str | None) -> tuple[dict[str, Any] | None, dict[str, str]]:
    terms = terms_of(LARGE)
    made = amend(document, change(**times), now=NOW, due_at=terms.response_due_at)
    return made.document, {fault.field: fault.code for fault in made.faults}


def test_all_times_may_move_later() -> None:
    made, faults = amended(
        response_due="2026-11-25T17:00",
        sealed_opens_at="2026-11-26T09:00",
        sealed_closes_at="2026-12-01T17:00",
        opens_at="2026-12-06T14:00",
    )
    assert faults == {}
    assert made is not None
    assert illegal_changes(DOCUMENT, made) == []
    assert made["times"]["opens_at"] == made["rounds"][0]["rules"]["opens_at"] == "2026-11-26T01:00:00.000Z"
    assert made["rounds"][0]["rules"]["closes_at"] == "2026-12-01T09:00:00.000Z"
    assert made["rounds"][1]["rules"]["opens_at"] == "2026-12-06T06:00:00.000Z"
    assert procedure_of(made) is Procedure.SEALED_LIVE


@pytest.mark.parametrize(
    ("times", "field", "code"),
    [
        ({"response_due": "2026-11-25T14:01"}, "sealed_opens_at", "BEFORE_RESPONSES"),
        ({"sealed_opens_at": "2026-11-30T17:00"}, "sealed_closes_at", "BEFORE_OPENING"),
        ({"sealed_closes_at": "2026-12-05T14:00"}, "opens_at", "BEFORE_SEALED_CLOSE"),
        ({"sealed_closes_at": "2026-11-29T17:00"}, "sealed_closes_at", "NOT_LATER"),
        ({"sealed_opens_at": "2026-11-25T14:00"}, "sealed_opens_at", "NOT_LATER"),
        ({"opens_at": "2028-12-05T14:00"}, "opens_at", "TOO_FAR"),
    ],
)
def test_times_keep_their_order(times: dict[str, Any], field: str, code: str) -> None:
    made, faults = amended(**times)
    assert made is None
    assert faults[field] == code


def test_a_time_of_a_round_that_is_not_there_is_refused() -> None:
    assert amended(document_of(SEALED), opens_at="2026-12-06T14:00")[1] == {"opens_at": "NOT_ALLOWED_HERE"}
    assert amended(document_of(), sealed_closes_at="2026-12-06T14:00")[1] == {"sealed_closes_at": "NOT_ALLOWED_HERE"}


def test_nothing_is_amended_once_the_sealed_round_is_open() -> None:
    opens_at = terms_of(LARGE).opens_at
    before = decide_amendment(TenderState.RESPONSE_CLOSED, DOCUMENT, now=opens_at - timedelta(milliseconds=1))
    assert before is None
    assert decide_amendment(TenderState.RESPONSE_CLOSED, DOCUMENT, now=opens_at) is not None


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("rounds", 0, "rules", "has_technical"), False),
        (("rounds", 0, "rules", "closes_at"), "2026-11-29T09:00:00.000Z"),
        (("rounds", 0, "rules", "opens_at"), "2026-11-25T02:00:00.000Z"),
        (("rounds", 0, "rules", "closes_at"), "2026-12-05T06:00:00.000Z"),
        (("rounds", 1, "rules", "lead_s"), 0),
        (("rounds", 1, "rules", "opens_at"), "2026-12-05T05:59:59.999Z"),
        (("evaluation", "price", "weight"), "50"),
        (("evaluation", "technical", "criteria", 0, "title_en"), "Another"),
    ],
)
def test_an_auditor_finds_what_may_not_change(path: tuple[Any, ...], value: Any) -> None:
    made, _ = amended(sealed_closes_at="2026-12-01T17:00")
    place: Any = made
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert made is not None
    assert illegal_changes(DOCUMENT, made) != []


# ── sentences ──────────────────────────────────────────────────────────────────────────────────────────────────────

BENCHMARKS: list[dict[str, Any]] = [
    {"benchmark": "lowest", "above": "3"},
    {"benchmark": "mean", "above": "1.5", "below": "0.5", "steps": "stepped"},
    {"benchmark": "mean", "above": "1.5", "below": "-0.5"},
    {"benchmark": "trimmed_mean", "above": "1", "drop_high": 1, "drop_low": 1, "from": 5, "inclusive": True},
    {"benchmark": "mean_times", "above": "1", "k": "0.05"},
    {"benchmark": "blend", "above": "1", "alpha": "0.6", "with": "ceiling"},
    {"benchmark": "min_mean", "above": "1", "w": "0.4"},
    {"benchmark": "two_pass_mean", "above": "1"},
]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sentences_say_times_custody_and_weights(lang: str) -> None:
    said = " ".join(tender_sentences(DOCUMENT, lang))
    for shown in ("2026-11-25 14:00+08:00", "2026-11-30 17:00+08:00", "2026-12-05 14:00+08:00", "40", "60", "70"):
        assert shown in said
    assert {"zh": "服务器保管", "en": "Server custody"}[lang] in said
    assert not any(word in said for word in ("招标", "投标", "中标", "标书", "评标"))


@pytest.mark.parametrize("draft", [LARGE, SEALED, with_sealed(has_technical=False), with_sealed(extension_s=0)])
def test_both_languages_say_equally_much(draft: Draft) -> None:
    document = document_of(draft)
    assert len(tender_sentences(document, "zh")) == len(tender_sentences(document, "en"))


@pytest.mark.parametrize("params", BENCHMARKS)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_formula_is_said_with_its_example(params: dict[str, Any], lang: str) -> None:
    document = document_of(with_price(formula={"code": "deduct_from_benchmark", "params": params}))
    rules = evaluation_of(document)
    assert rules is not None
    said = evaluation_sentences(rules, lang)
    assert all(said)
    assert worked_example(rules, lang) in said
    assert params["above"] in " ".join(said)


def test_the_example_is_computed_and_not_written() -> None:
    rules = evaluation_of(DOCUMENT)
    assert rules is not None
    # 100 · 100/104 = 96.1538…; (40 · 82 + 60 · 96.1538…) / 100 = 90.4923…
    example = worked_example(rules, "en") or ""
    assert "100.00, 96.15, 83.33" in example
    assert "90.49" in example
    by_price = evaluation_of(document_of(SEALED))
    assert by_price is not None
    assert worked_example(by_price, "zh") is None


def test_minimum_prices_are_said_by_lot() -> None:
    document = document_of(replace(SEALED, lots=(a_lot(minimum_price="200.00"), a_lot(2))))
    assert "lot 1: 200.00" in " ".join(tender_sentences(document, "en"))
    assert "采购包1：200.00" in "".join(tender_sentences(document, "zh"))


# ── leverage ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_what_is_worth_how_much() -> None:
    rules = evaluation_of(DOCUMENT)
    assert rules is not None
    found = leverage_of(rules)
    # 104.00 → 102.96 beside 100 and 120: 97.13 − 96.15 = 0.98 price points, of which 60 %.
    assert found.percent == Decimal("0.59")
    # 40 % of 40, 20, 25 and 15 points over five levels.
    assert [points for _, points in found.levels] == [Decimal(text) for text in ("3.20", "1.60", "2.00", "1.20")]
    by_price = evaluation_of(document_of(SEALED))
    assert by_price is not None
    assert leverage_of(by_price) == Leverage(None, ())
