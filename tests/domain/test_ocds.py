"""What an OCDS release of ours holds: every member, its type and its place, as release schema 1.1.5 with the extensions
lots and bids 1.1.5 has them."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.drafting import Template
from app.domain.freezing import Identity, publish_document
from app.domain.live_rules_json import instant_text
from app.domain.ocds import Amended, Awarded, Contracted, Contracting, Paid, Party, Publisher, ValidBid, encode, package
from tests.domain.tender_drafts import NOW, a_draft, terms_of

VALUE = {"amount": Decimal, "currency": str}
# A payment that was taken back has a minus; the standard's amounts may have one.
SIGNED = {"amount": float, "currency": str}
PERIOD = {"startDate": str, "endDate": str}
REFERENCE = {"id": str, "name": str}
RELEASE = {
    "ocid": str,
    "id": str,
    "date": str,
    "tag": [str],
    "initiationType": str,
    "language": str,
    "parties": [{**REFERENCE, "name_en": str, "roles": [str]}],
    "buyer": REFERENCE,
    "tender": {
        "id": str,
        "title": str,
        "title_en": str,
        "description": str,
        "description_en": str,
        "procuringEntity": REFERENCE,
        "procurementMethod": str,
        "procurementMethodDetails": str,
        "awardCriteria": str,
        "submissionMethod": [str],
        "value": VALUE,
        "tenderPeriod": PERIOD,
        "enquiryPeriod": PERIOD,
        "numberOfTenderers": int,
        "lots": [{"id": str, "title": str, "title_en": str, "value": VALUE}],
        "items": [{"id": str, "description": str, "quantity": Decimal, "unit": {"name": str}, "relatedLot": str}],
        "amendments": [{"id": str, "date": str, "rationale": str, "rationale_en": str}],
    },
    "bids": {
        "statistics": [{"id": str, "measure": str, "value": int, "relatedLot": str}],
        "details": [{"id": str, "tenderers": [REFERENCE], "value": VALUE, "relatedLots": [str]}],
    },
    "awards": [
        {
            "id": str,
            "date": str,
            "value": VALUE,
            "suppliers": [REFERENCE],
            "relatedLots": [str],
            "relatedBid": str,
        }
    ],
    "contracts": [
        {
            "id": str,
            "awardID": str,
            "value": VALUE,
            "dateSigned": str,
            "implementation": {
                "transactions": [{"id": str, "date": str, "value": SIGNED, "payer": REFERENCE, "payee": REFERENCE}]
            },
        }
    ],
}
PACKAGE = {
    "uri": str,
    "version": str,
    "extensions": [str],
    "publishedDate": str,
    "publisher": {"name": str, "uri": str},
    "releases": [RELEASE],
}
# Of the standard's closed lists.
WORDS = {
    "tag": {"tender", "tenderAmendment", "tenderCancellation", "award", "contract", "implementation"},
    "initiationType": {"tender"},
    "procurementMethod": {"selective"},
    "awardCriteria": {"priceOnly", "ratedCriteria"},
    "measure": {"validBids"},
    "roles": {"buyer", "procuringEntity", "tenderer", "supplier", "payer", "payee"},
}
HOUSE = Publisher("某集团", "https://bidroom.example", "ocds-000000")
FIRM = Party("f" * 32, "澄锐制冷", "Chengrui")


def faults(value: Any, shape: Any, place: str = "") -> Iterator[str]:
    """Members that are unknown there, values of another type, words outside a list."""
    if isinstance(shape, dict):
        if not isinstance(value, dict):
            yield f"{place}: no object"
            return
        yield from (f"{place}.{name}: unknown" for name in value.keys() - shape.keys())
        for name in value.keys() & shape.keys():
            yield from faults(value[name], shape[name], f"{place}.{name}")
    elif isinstance(shape, list):
        ids = [one["id"] for one in value if isinstance(one, dict)]
        yield from [f"{place}: two of one id"] * (len(ids) != len(set(ids)))
        for one in value:
            yield from faults(one, shape[0], place)
    elif shape is Decimal:
        yield from [] if isinstance(value, int | Decimal) and value >= 0 else [f"{place}: no number"]
    elif shape is float:
        yield from [] if isinstance(value, int | Decimal) else [f"{place}: no number"]
    else:
        words = WORDS.get(place.rpartition(".")[2])
        is_right = isinstance(value, shape) and (words is None or value in words)
        yield from [] if is_right else [f"{place}: {value!r}"]


def read(told: Contracting) -> dict[str, Any]:
    made = encode(package(HOUSE, [told], uri="https://bidroom.example/x", at=NOW))
    found: dict[str, Any] = json.loads(made, parse_float=Decimal)
    return found


def contracting(template: Template = Template.QUICK, **given: Any) -> Contracting:
    terms = terms_of(a_draft(template))
    document = publish_document(terms, Identity("a" * 32, "2026-001", "b" * 32, "c" * 32))
    asked = terms.questions.closes_at(terms.response_due_at)
    return replace(Contracting(document, NOW, terms.response_due_at, asked), **given)


@pytest.mark.parametrize("template", [Template.QUICK, Template.MULTI_LOT, Template.SEALED, Template.LARGE])
def test_a_published_tender(template: Template) -> None:
    told = contracting(template)
    made = read(told)
    assert list(faults(made, PACKAGE)) == []
    release = made["releases"][0]
    # Dates and no states; nobody but the buyer; no bids.
    assert '"status"' not in json.dumps(made, default=str)
    assert [party["roles"] for party in release["parties"]] == [["buyer", "procuringEntity"]]
    assert not {"bids", "awards"} & release.keys()
    assert release["tender"]["tenderPeriod"] == {"startDate": instant_text(NOW), "endDate": instant_text(told.due_at)}
    lots = told.document["lots"]
    assert [one["id"] for one in release["tender"]["lots"]] == [lot["id"] for lot in lots]
    assert {one["relatedLot"] for one in release["tender"]["items"]} == {lot["id"] for lot in lots}


@given(st.decimals("0.0001", "99999999999.9999", places=4), st.sampled_from([None, Decimal(30), Decimal("12.5")]))
def test_amounts_are_exact_numbers(price: Decimal, share: Decimal | None) -> None:
    told = contracting()
    lot = told.document["lots"][0]
    bid = ValidBid(lot["id"], "R-A", price)
    award = Awarded("d" * 32, lot["id"], "R-A", FIRM, price, share, NOW)
    made = read(replace(told, bids=[bid, replace(bid, label="R-B", by=FIRM)], awards=[award], bidders=5))
    assert list(faults(made, PACKAGE)) == []
    release = made["releases"][0]
    whole = price * (Decimal(lot["quantity"]) if lot["basis"] == "unit" else 1)
    assert release["bids"]["details"][0]["value"]["amount"] == whole
    assert release["awards"][0]["value"]["amount"] == whole * (share or 100) / 100
    assert release["awards"][0]["relatedBid"] == release["bids"]["details"][0]["id"] == "1-R-A"
    # Who may not be named has no name anywhere.
    assert [("tenderers" in one) for one in release["bids"]["details"]] == [False, True]
    assert [party["roles"] for party in release["parties"]][1:] == [["tenderer", "supplier"]]


def test_what_came_after() -> None:
    amended = Amended(2, "延后一天", "", NOW + timedelta(hours=1))
    made = read(contracting(amended=[amended], is_cancelled=True, bids=[]))
    assert list(faults(made, PACKAGE)) == []
    release = made["releases"][0]
    assert release["tag"] == ["tender", "tenderAmendment", "tenderCancellation"]
    assert release["tender"]["amendments"] == [{"id": "2", "date": instant_text(amended.at), "rationale": "延后一天"}]
    assert release["bids"]["statistics"][0]["value"] == 0


@pytest.mark.parametrize("paid", [(), (Paid("e" * 32, date(2026, 12, 1), Decimal("1000.10")),)])
def test_a_signed_contract(paid: tuple[Paid, ...]) -> None:
    told = contracting(Template.MULTI_LOT)
    awards = [
        Awarded(digit * 32, lot["id"], "R-A", FIRM, Decimal("10.5"), None, NOW)
        for digit, lot in zip("12", told.document["lots"], strict=False)
    ]
    back = tuple(replace(one, id="f" * 31 + "0", amount=-one.amount) for one in paid)
    contract = Contracted("c" * 32, awards, NOW, (*paid, *back))
    made = read(replace(told, awards=awards, contracts=[contract]))
    assert list(faults(made, PACKAGE)) == []
    release = made["releases"][0]
    found = release["contracts"][0]
    # One award stands for all of them; the value is that of all.
    assert found["awardID"] == release["awards"][0]["id"]
    assert found["value"]["amount"] == sum(one["value"]["amount"] for one in release["awards"])
    assert release["tag"][1:] == ["award", "contract", *(["implementation"] if paid else [])]
    assert ("implementation" in found) is bool(paid)
    roles = [("payer" in one["roles"], "payee" in one["roles"]) for one in release["parties"]]
    assert roles == [(bool(paid), False), (False, bool(paid))]
    moved = found.get("implementation", {"transactions": []})["transactions"]
    assert [one["value"]["amount"] for one in moved] == ([Decimal("1000.10"), Decimal("-1000.10")] if paid else [])
