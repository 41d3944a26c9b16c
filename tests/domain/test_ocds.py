"""An OCDS release of ours holds what release schema 1.1.5 with the extensions lots and bids has, and nothing else
(tests/open_contracting.py)."""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.drafting import Template
from app.domain.freezing import Identity, publish_document
from app.domain.live_rules_json import instant_text
from app.domain.ocds import Amended, Awarded, Contracted, Contracting, Paid, Party, Publisher, ValidBid, encode, package
from tests.domain.tender_drafts import NOW, a_draft, terms_of
from tests.open_contracting import find_faults

HOUSE = Publisher("某集团", "https://bidroom.example", "ocds-000000")
FIRM = Party("f" * 32, "澄锐制冷", "Chengrui")


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
    assert find_faults(made) == []
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
    assert find_faults(made) == []
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
    assert find_faults(made) == []
    release = made["releases"][0]
    assert release["tag"] == ["tender", "tenderAmendment", "tenderCancellation"]
    assert release["tender"]["amendments"] == [{"id": "2", "date": instant_text(amended.at), "rationale": "延后一天"}]
    assert release["bids"]["statistics"][0]["value"] == 0


@pytest.mark.parametrize("paid", [(), (Paid("e" * 32, date(2026, 12, 1), Decimal("1000.10")),)])
def test_a_signed_contract(paid: tuple[Paid, ...]) -> None:
    told = contracting(Template.MULTI_LOT)
    awards = [
        Awarded(digit * 32, lot["id"], None, FIRM, Decimal("10.5"), None, NOW)
        for digit, lot in zip("12", told.document["lots"], strict=False)
    ]
    back = tuple(replace(one, id="f" * 31 + "0", amount=-one.amount) for one in paid)
    contract = Contracted("c" * 32, awards, NOW, (*paid, *back))
    made = read(replace(told, awards=awards, contracts=[contract]))
    assert find_faults(made) == []
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


@pytest.mark.parametrize(
    ("status", "signed_at", "ends_on", "tags"),
    [
        ("active", NOW, None, ["contract"]),
        ("active", NOW, date(2026, 12, 31), ["contract"]),
        ("terminated", NOW, date(2026, 12, 1), ["contract", "contractTermination"]),
        ("cancelled", None, None, []),
    ],
)
def test_a_contract_that_ended_before_its_time(
    status: Literal["active", "terminated", "cancelled"],
    signed_at: datetime | None,
    ends_on: date | None,
    tags: list[str],
) -> None:
    told = contracting(Template.QUICK)
    award = Awarded("1" * 32, told.document["lots"][0]["id"], None, FIRM, Decimal("10.5"), None, NOW)
    contract = Contracted("c" * 32, [award], signed_at, (), status, ends_on)
    made = read(replace(told, awards=[award], contracts=[contract]))
    assert find_faults(made) == []
    release = made["releases"][0]
    (found,) = release["contracts"]
    assert (found["status"], "dateSigned" in found) == (status, signed_at is not None)
    assert found.get("period") == (None if ends_on is None else {"endDate": f"{ends_on.isoformat()}T23:59:59Z"})
    assert release["tag"][1:] == ["award", *tags]


def _spoil(change: Callable[[dict[str, Any]], object]) -> list[str]:
    told = contracting()
    lot = told.document["lots"][0]["id"]
    award = Awarded("d" * 32, lot, "R-A", FIRM, Decimal(7), None, NOW)
    paid = (Paid("e" * 32, date(2026, 12, 1), Decimal(1)),)
    contract = Contracted("c" * 32, [award], NOW, paid)
    bids = [ValidBid(lot, "R-A", Decimal(7), FIRM)]
    made = read(replace(told, awards=[award], bids=bids, contracts=[contract]))
    assert find_faults(made) == []
    change(made["releases"][0])
    return find_faults(made)


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (lambda one: one.pop("ocid"), "ocid"),
        (lambda one: one.update(ocid="T-1"), "ocid"),
        (lambda one: one.update(note="x"), "note"),
        (lambda one: one.update(date="2026-12-01"), "date"),
        (lambda one: one.update(date="2026-12-01T00:00:00"), "date"),
        (lambda one: one["tag"].append("award"), "award stands twice"),
        (lambda one: one["tag"].append("signed"), "tag"),
        (lambda one: one["tender"]["value"].update(currency="RMB"), "currency"),
        (lambda one: one["tender"]["value"].update(amount="7"), "amount"),
        (lambda one: one["tender"].update(awardCriteria="lowest"), "awardCriteria"),
        (lambda one: one["tender"]["items"][0].update(relatedLot="9"), "relatedLot: 9 is nowhere"),
        (lambda one: one["tender"]["lots"].append(one["tender"]["lots"][0]), "lots"),
        (lambda one: one["bids"]["details"][0].update(relatedLots=["9"]), "relatedLot: 9 is nowhere"),
        (lambda one: one["awards"][0].update(relatedBid="9"), "relatedBid: 9 is nowhere"),
        (lambda one: one["contracts"][0].update(awardID="9"), "awardID: 9 is nowhere"),
        (lambda one: one["contracts"][0].update(status="signed"), "status"),
        (lambda one: one["parties"].pop(), "is nowhere"),
        (lambda one: one["parties"][1]["roles"].remove("payee"), "not told as payee"),
        (lambda one: one["awards"][0]["suppliers"][0].update(name="another"), "not told as supplier"),
        (lambda one: one["tender"]["tenderPeriod"].update(endDate="2001-01-01T00:00:00.000Z"), "ends before"),
    ],
)
def test_what_is_no_release_of_the_standard_is_found(change: Callable[[dict[str, Any]], object], word: str) -> None:
    assert any(word in fault for fault in _spoil(change))
