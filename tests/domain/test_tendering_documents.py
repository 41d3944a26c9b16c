"""What publication freezes, what amendments may change of it, and the sentences made from it."""

from copy import deepcopy
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.amending import TEXTS, Amendment, LotTexts, amend, decide_amendment, illegal_changes
from app.domain.drafting import Template
from app.domain.entries import canonical_bytes
from app.domain.freezing import baseline_data, freeze, live_rules_of, publish_document
from app.domain.live_rules import LiveRules
from app.domain.live_rules_json import rules_to_json
from app.domain.refusals import Code
from app.domain.tendering import AMENDABLE_STATES, TenderState
from app.domain.wording import tender_sentences
from tests.domain.tender_drafts import NOW, WHO, a_draft, a_lot, document_of, terms_of, with_lot

DOCUMENT = document_of(a_draft(Template.MULTI_LOT))
DUE = datetime.fromisoformat(DOCUMENT["times"]["response_due_at"])
OPENS = datetime.fromisoformat(DOCUMENT["times"]["opens_at"])
MS = timedelta(milliseconds=1)
TOLD = {"summary_zh": "变更说明", "summary_en": "What changed"}


def rules_of(document: dict[str, Any]) -> LiveRules:
    found = live_rules_of(document)
    assert found is not None
    return found


# ── freezing ───────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_document_is_canonical_and_says_what_a_replay_needs() -> None:
    assert canonical_bytes(DOCUMENT)
    lot = DOCUMENT["lots"][0]
    assert (lot["id"], lot["number"], lot["scale"], lot["basis"]) == (f"{1:032x}", 1, 2, "unit")
    assert (lot["quantity"], lot["ceiling_price"], lot["start_price"]) == ("190000", "286.40", None)
    assert DOCUMENT["rounds"][0]["id"] == WHO.round_id
    assert rules_to_json(rules_of(DOCUMENT)) == DOCUMENT["rounds"][0]["rules"]
    assert DOCUMENT["times"]["opens_at"] == DOCUMENT["rounds"][0]["rules"]["opens_at"]


def test_baselines_notes_and_invitation_rules_are_not_in_the_document() -> None:
    draft = a_draft(purchaser_note="CANARY-NOTE", lots=(a_lot(baseline_price="7319.02", baseline_source="CANARY-SRC"),))
    shown = canonical_bytes(document_of(draft)).decode()
    assert "7319" not in shown
    assert "CANARY" not in shown
    assert "grade" not in shown
    assert baseline_data(terms_of(draft))["lots"][0]["baseline_price"] == "7319.02"


def test_a_lone_untitled_lot_goes_by_the_title_of_the_tender() -> None:
    assert document_of(with_lot(title_zh="", title_en=""))["lots"][0]["title_en"] == "Compressors"


def test_the_hash_is_of_this_very_document() -> None:
    again = publish_document(terms_of(a_draft(Template.MULTI_LOT)), WHO)
    assert freeze(again) == freeze(DOCUMENT)
    assert freeze({**again, "min_bidders": 2}) != freeze(DOCUMENT)


@given(
    units=st.integers(1, 10**9),
    scale=st.integers(0, 4),
    quantity=st.integers(1, 10**9),
)
def test_no_magnitude_changes_on_the_way_into_the_document(units: int, scale: int, quantity: int) -> None:
    digits = str(units).rjust(scale + 1, "0")
    typed = f"{digits[:-scale]}.{digits[-scale:]}" if scale else digits
    draft = with_lot(ceiling_price=typed, scale=scale, quantity=str(quantity), lines=())
    lot = document_of(draft)["lots"][0]
    assert lot["ceiling_price"] == typed
    assert lot["quantity"] == str(quantity)


# ── amending ───────────────────────────────────────────────────────────────────────────────────────────────────────


def amended(now: datetime = NOW, due_at: datetime = DUE, **changes: Any) -> dict[str, Any]:
    made = amend(DOCUMENT, Amendment(**{**TOLD, "texts": {}, **changes}), now=now, due_at=due_at)
    assert made.document is not None, made.faults
    return made.document


def amendment_faults(now: datetime = NOW, due_at: datetime = DUE, **changes: Any) -> set[tuple[str, str]]:
    made = amend(DOCUMENT, Amendment(**{**TOLD, "texts": {}, **changes}), now=now, due_at=due_at)
    assert made.document is None
    return {(fault.field, fault.code) for fault in made.faults}


def test_texts_and_later_times_may_change() -> None:
    lots = (LotTexts(f"{2:032x}", {"title_en": "Motor"}, {1: "1.0 HP"}),)
    made = amended(
        texts={"terms_en": "30 days"}, lots=lots, response_due="2026-11-24T18:00", opens_at="2026-11-26T14:00"
    )
    assert made["terms_version"] == 2
    assert made["terms_en"] == "30 days"
    assert made["lots"][1]["title_en"] == "Motor"
    assert made["lots"][1]["lines"][0]["description"] == "1.0 HP"
    assert rules_of(made).opens_at == OPENS + timedelta(days=1)
    assert illegal_changes(DOCUMENT, made) == []


def test_amending_leaves_the_old_document_alone() -> None:
    before = deepcopy(DOCUMENT)
    amended(texts={"title_en": "Other"}, opens_at="2026-11-26T14:00")
    assert before == DOCUMENT


@pytest.mark.parametrize(
    ("changes", "field", "code"),
    [
        ({"summary_en": ""}, "summary_en", "MISSING_VALUE"),
        ({"summary_zh": " "}, "summary_zh", "MISSING_VALUE"),
        ({}, "texts", "NOTHING_CHANGED"),
        ({"texts": {"min_bidders": "1"}}, "texts.min_bidders", "FROZEN"),
        ({"texts": {"title_zh": "", "title_en": ""}}, "texts.title_zh", "MISSING_VALUE"),
        ({"texts": {"title_en": "x" * 201}}, "texts.title_en", "TEXT_TOO_LONG"),
        ({"texts": {"title_en": "a\u202eb"}}, "texts.title_en", "BAD_CHARACTERS"),
        ({"lots": (LotTexts("9" * 32, {}, {}),)}, "lots.0.id", "UNKNOWN_LOT"),
        ({"lots": (LotTexts(f"{1:032x}", {"unit": "kg"}, {}),)}, "lots.0.unit", "FROZEN"),
        ({"lots": (LotTexts(f"{1:032x}", {}, {7: "x"}),)}, "lots.0.lines.7.description", "UNKNOWN_LINE"),
        ({"response_due": "2026-11-24T17:00"}, "response_due", "NOT_LATER"),
        ({"response_due": "2026-11-24T16:59:59"}, "response_due", "NOT_LATER"),
        ({"response_due": "later"}, "response_due", "NOT_A_TIME"),
        ({"response_due": "2026-11-25T14:00:01"}, "opens_at", "BEFORE_RESPONSES"),
        ({"opens_at": "2026-11-25T13:59"}, "opens_at", "NOT_LATER"),
        ({"opens_at": "2027-11-25T14:00"}, "opens_at", "TOO_FAR"),
    ],
)
def test_each_fault_of_an_amendment(changes: dict[str, Any], field: str, code: str) -> None:
    assert amendment_faults(**changes) == {(field, code)}


def test_after_the_deadline_an_amendment_brings_a_new_one() -> None:
    texts = {"title_en": "Other"}
    assert amendment_faults(now=DUE, texts=texts) == {("response_due", "MISSING_VALUE")}
    made = amended(now=DUE, texts=texts, response_due="2026-11-25T09:00")
    assert made["times"]["response_due_at"] == "2026-11-25T01:00:00.000Z"


def test_a_deadline_extended_by_rule_is_not_taken_back_by_an_amendment() -> None:
    extended = DUE + timedelta(hours=2)
    assert amendment_faults(due_at=extended, response_due="2026-11-24T18:00") == {("response_due", "NOT_LATER")}
    made = amended(due_at=extended, texts={"title_en": "Other"})
    assert datetime.fromisoformat(made["times"]["response_due_at"]) == extended


@pytest.mark.parametrize(("offset", "code"), [(-MS, None), (0 * MS, Code.TOO_LATE), (MS, Code.TOO_LATE)])
def test_no_amendment_from_the_opening_on(offset: timedelta, code: Code | None) -> None:
    refusal = decide_amendment(TenderState.RESPONSE_CLOSED, DOCUMENT, now=OPENS + offset)
    assert (refusal.code if refusal else None) is code


@pytest.mark.parametrize("state", sorted(set(TenderState) - AMENDABLE_STATES))
def test_no_amendment_before_publication_or_after_the_end(state: TenderState) -> None:
    refusal = decide_amendment(state, DOCUMENT, now=NOW)
    assert refusal is not None
    assert refusal.code is Code.NOT_ALLOWED_HERE


texts = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cf", "Cs")), max_size=40)
local_times = st.datetimes(datetime.fromisoformat("2026-11-01"), datetime.fromisoformat("2027-01-31")).map(
    lambda at: at.isoformat(timespec="minutes")
)


@given(
    texts=st.dictionaries(st.sampled_from(sorted(TEXTS)), texts),
    titles=st.dictionaries(st.sampled_from(["title_zh", "title_en"]), texts),
    described=st.dictionaries(st.integers(1, 2), texts),
    due=st.none() | local_times,
    opens=st.none() | local_times,
    hours=st.integers(0, 100),
)
def test_whatever_is_asked_only_texts_and_later_times_change(
    texts: dict[str, str],
    titles: dict[str, str],
    described: dict[int, str],
    due: str | None,
    opens: str | None,
    hours: int,
) -> None:
    change = Amendment(
        **TOLD, texts=texts, lots=(LotTexts(f"{1:032x}", titles, described),), response_due=due, opens_at=opens
    )
    made = amend(DOCUMENT, change, now=NOW + timedelta(hours=hours), due_at=DUE)
    assert (made.document is None) is bool(made.faults)
    if made.document is None:
        return
    assert illegal_changes(DOCUMENT, made.document) == []
    kept = ("currency", "tax_basis", "min_bidders", "award_rule", "unseal_scope", "announce_winner", "category")
    assert all(made.document[name] == DOCUMENT[name] for name in kept)
    prices = [
        (lot["ceiling_price"], lot["start_price"], lot["quantity"], lot["scale"]) for lot in made.document["lots"]
    ]
    assert prices == [
        (lot["ceiling_price"], lot["start_price"], lot["quantity"], lot["scale"]) for lot in DOCUMENT["lots"]
    ]
    assert replace(rules_of(made.document), opens_at=OPENS) == rules_of(DOCUMENT)


def spoil(path: str, value: Any) -> dict[str, Any]:
    document = deepcopy(amended(texts={"title_en": "Other"}))
    place: Any = document
    *steps, last = path.split(".")
    for step in steps:
        place = place[int(step)] if isinstance(place, list) else place[step]
    place[last] = value
    return document


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("min_bidders", 1),
        ("lots.0.ceiling_price", "999.00"),
        ("lots.1.quantity", "1"),
        ("rounds.0.rules.duration_s", 60),
        ("rounds.0.rules.opens_at", "2026-12-25T02:00:00.000Z"),
        ("times.opens_at", "2026-11-20T02:00:00.000Z"),
        ("times.response_due_at", "2026-11-20T02:00:00.000Z"),
        ("terms_version", 3),
        ("reference", "T-2026-BBBBB"),
    ],
)
def test_an_auditor_finds_what_an_amendment_may_not_change(path: str, value: Any) -> None:
    assert path in illegal_changes(DOCUMENT, spoil(path, value)) or path.startswith("rounds")
    assert illegal_changes(DOCUMENT, spoil(path, value)) != []


# ── sentences ──────────────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_sentences_say_the_terms(lang: str) -> None:
    said = " ".join(tender_sentences(DOCUMENT, lang))
    assert "2026-11-24 17:00+08:00 Asia/Shanghai" in said
    assert "2026-11-25 14:00+08:00 Asia/Shanghai" in said
    assert "CNY" in said
    assert "3" in said


def test_both_languages_say_equally_much() -> None:
    assert len(tender_sentences(DOCUMENT, "zh")) == len(tender_sentences(DOCUMENT, "en"))


@pytest.mark.parametrize(
    ("changes", "zh", "en"),
    [
        ({"tax_basis": "included"}, "含税", "including tax"),
        ({"unseal_scope": "shortlist"}, "入围供应商", "shortlisted suppliers"),
        ({"announce_winner": True}, "公布成交供应商名称", "names the winner"),
        ({"response_extension_minutes": 90}, "90 分钟", "90 min"),
        ({"response_extension_minutes": 120}, "2 小时", "2 h"),
    ],
)
def test_each_term_changes_its_sentence(changes: dict[str, Any], zh: str, en: str) -> None:
    document = document_of(a_draft(**changes))
    assert zh in "".join(tender_sentences(document, "zh"))
    assert en in " ".join(tender_sentences(document, "en"))


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_banned_words_of_statutory_tendering_are_not_said(lang: str) -> None:
    said = "".join(tender_sentences(DOCUMENT, lang))
    assert not any(word in said for word in ("招标", "投标", "中标", "标书"))
