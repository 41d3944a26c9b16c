"""A tender in the words of the Open Contracting Data Standard 1.1.5, with its lots and bids extensions.

Serves SCREENS.md AU-04 and WORDS.md section 3 (dates, not states: the standard is leaving its status lists). Who may be
named and which amounts may be told is decided by whoever makes the `Contracting`; nothing is left out here.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final, Literal

import orjson

from app.domain.live_rules_json import instant_text
from app.domain.money import HUNDRED
from app.domain.saving import Basis, lot_total
from app.domain.scoring.typed import plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

VERSION: Final = "1.1"
LANGUAGE: Final = "zh"
_EXTENSIONS: Final = tuple(
    f"https://raw.githubusercontent.com/open-contracting-extensions/ocds_{name}_extension/v1.1.5/extension.json"
    for name in ("lots", "bid")
)
_METHODS: Final = {
    "reverse_auction": "竞价采购 / reverse auction among invited suppliers",
    "rfq": "询比采购 / request for quotation",
    "negotiation": "谈判采购 / negotiation",
    "direct": "直接采购 / direct",
}


@dataclass(frozen=True, slots=True)
class Party:
    """A supplier that may be named."""

    id: str
    name_zh: str
    name_en: str


@dataclass(frozen=True, slots=True)
class ValidBid:
    """A ranked bid of a lot at its last price; `by` is None while its bidder may not be named."""

    lot_id: str
    label: str
    price: Decimal
    by: Party | None = None


@dataclass(frozen=True, slots=True)
class Awarded:
    """An award of a lot, or of `share` percent of it."""

    id: str
    lot_id: str
    label: str | None
    to: Party
    price: Decimal
    share: Decimal | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Paid:
    """A payment under a contract; what took it back is another one with a minus."""

    id: str
    on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Contracted:
    """A contract that both sides have signed, or that ended before they had. The standard gives a contract one award:
    where it holds several lots, the first of them stands for all, and the value is that of all."""

    id: str
    awards: Sequence[Awarded]
    # None where it was cancelled before both had signed.
    signed_at: datetime | None
    paid: Sequence[Paid] = ()
    # A code of the list contractStatus.
    status: Literal["active", "terminated", "cancelled"] = "active"
    # The last day it holds, where it ends before its time.
    ends_on: date | None = None


@dataclass(frozen=True, slots=True)
class Amended:
    """An amendment as it was told."""

    version: int
    summary_zh: str
    summary_en: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Contracting:
    """What may be told of a published tender: its document in force, and what has followed."""

    document: Mapping[str, Any]
    published_at: datetime
    due_at: datetime
    questions_until: datetime
    is_cancelled: bool = False
    amended: Sequence[Amended] = ()
    # None while the number of bidders may not be told.
    bidders: int | None = None
    bids: Sequence[ValidBid] | None = None
    awards: Sequence[Awarded] = ()
    contracts: Sequence[Contracted] = ()


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose data it is. `ocid_prefix` is the one registered for the buyer's house."""

    name: str
    uri: str
    ocid_prefix: str


def package(publisher: Publisher, told: Sequence[Contracting], *, uri: str, at: datetime) -> dict[str, Any]:
    """Give a release package: one release a tender, as things stand at `at`. Precondition: there is a tender."""
    assert told, "a package holds a release"
    return {
        "uri": uri,
        "version": VERSION,
        "extensions": list(_EXTENSIONS),
        "publishedDate": instant_text(at),
        "publisher": {"name": publisher.name, "uri": publisher.uri},
        "releases": [release(publisher, one, at=at) for one in told],
    }


def release(publisher: Publisher, one: Contracting, *, at: datetime) -> dict[str, Any]:
    """Give a release of a tender. Amounts and quantities are Decimal: `encode` writes them as exact numbers."""
    ocid = f"{publisher.ocid_prefix}-{one.document['id']}"
    buyer = {"id": "buyer", "name": publisher.name}
    named = {
        party.id: party for party in (*(bid.by for bid in one.bids or ()), *(each.to for each in one.awards)) if party
    }
    winners = {each.to.id for each in one.awards}
    paid = {each.awards[0].to.id for each in one.contracts if each.paid}
    tags = [
        "tender",
        *(["tenderAmendment"] if one.amended else []),
        *(["tenderCancellation"] if one.is_cancelled else []),
    ]
    return {
        "ocid": ocid,
        "id": f"{ocid}-{instant_text(at)}",
        "date": instant_text(at),
        "tag": [*tags, *_followed(one)],
        "initiationType": "tender",
        "language": LANGUAGE,
        "parties": [
            {**buyer, "roles": ["buyer", "procuringEntity", *(["payer"] if paid else [])]},
            *(_party(party, is_winner=party.id in winners, is_paid=party.id in paid) for party in named.values()),
        ],
        "buyer": buyer,
        "tender": _tender(one, buyer),
        **({} if one.bids is None else {"bids": _bids(one, one.bids)}),
        **({"awards": [_award(one, each) for each in one.awards]} if one.awards else {}),
        **({"contracts": [_contract(one, each, buyer) for each in one.contracts]} if one.contracts else {}),
    }


def encode(value: Mapping[str, Any]) -> bytes:
    """Write JSON with every Decimal as the number it is, digit by digit."""
    return orjson.dumps(value, default=_number, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _number(value: object) -> orjson.Fragment:
    if isinstance(value, Decimal):
        return orjson.Fragment(plain(value))
    raise TypeError(type(value).__name__)


def _tender(one: Contracting, buyer: Mapping[str, str]) -> dict[str, Any]:
    document = one.document
    ceilings = [_total(one, lot["id"], Decimal(lot["ceiling_price"])) for lot in document["lots"]]
    since = instant_text(one.published_at)
    return {
        "id": document["id"],
        **_texts(document, "title"),
        **_texts(document, "summary", told_as="description"),
        "procuringEntity": dict(buyer),
        "procurementMethod": "selective",
        "procurementMethodDetails": _METHODS[document.get("procurement_method", "reverse_auction")],
        "awardCriteria": "priceOnly" if _is_price_only(document) else "ratedCriteria",
        "submissionMethod": ["electronicSubmission"],
        "value": {"amount": sum(ceilings, Decimal(0)), "currency": document["currency"]},
        "tenderPeriod": {"startDate": since, "endDate": instant_text(one.due_at)},
        **(
            {"enquiryPeriod": {"startDate": since, "endDate": instant_text(one.questions_until)}}
            if one.questions_until > one.published_at
            else {}
        ),
        **({} if one.bidders is None else {"numberOfTenderers": one.bidders}),
        "lots": [
            {
                "id": lot["id"],
                **_texts(lot, "title"),
                "value": {"amount": ceiling, "currency": document["currency"]},
            }
            for lot, ceiling in zip(document["lots"], ceilings, strict=True)
        ],
        "items": [item for lot in document["lots"] for item in _items(lot)],
        **({"amendments": [_amendment(each) for each in one.amended]} if one.amended else {}),
    }


def _items(lot: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Give a lot's lines; a lot without lines is itself the one thing bought."""
    lines = lot["lines"] or [{"number": 0, "description": lot["title_zh"] or lot["title_en"], **lot}]
    return [
        {
            "id": f"{lot['number']}-{line['number']}" if lot["lines"] else f"{lot['number']}",
            "description": line["description"],
            "quantity": Decimal(line["quantity"]),
            "unit": {"name": line["unit"]},
            "relatedLot": lot["id"],
        }
        for line in lines
    ]


def _amendment(each: Amended) -> dict[str, Any]:
    return {
        "id": str(each.version),
        "date": instant_text(each.at),
        **_texts({"rationale_zh": each.summary_zh, "rationale_en": each.summary_en}, "rationale"),
    }


def _bids(one: Contracting, bids: Sequence[ValidBid]) -> dict[str, Any]:
    numbers = {lot["id"]: lot["number"] for lot in one.document["lots"]}
    return {
        "statistics": [
            {
                "id": f"validBids-{number}",
                "measure": "validBids",
                "value": sum(bid.lot_id == lot_id for bid in bids),
                "relatedLot": lot_id,
            }
            for lot_id, number in numbers.items()
        ],
        "details": [
            {
                "id": f"{numbers[bid.lot_id]}-{bid.label}",
                **({} if bid.by is None else {"tenderers": [_reference(bid.by)]}),
                "value": _value(one, bid.lot_id, bid.price),
                "relatedLots": [bid.lot_id],
            }
            for bid in bids
        ],
    }


def _award(one: Contracting, each: Awarded) -> dict[str, Any]:
    number = next(lot["number"] for lot in one.document["lots"] if lot["id"] == each.lot_id)
    return {
        "id": each.id,
        "date": instant_text(each.at),
        "value": _value(one, each.lot_id, each.price, each.share),
        "suppliers": [_reference(each.to)],
        "relatedLots": [each.lot_id],
        **({} if each.label is None else {"relatedBid": f"{number}-{each.label}"}),
    }


def _followed(one: Contracting) -> list[str]:
    is_paid = any(each.paid for each in one.contracts)
    is_over = any(each.status == "terminated" for each in one.contracts)
    signed = [each for each in one.contracts if each.signed_at is not None]
    steps = (
        ("award", one.awards),
        ("contract", signed),
        ("contractTermination", is_over),
        ("implementation", is_paid),
    )
    return [tag for tag, is_there in steps if is_there]


def _contract(one: Contracting, each: Contracted, buyer: Mapping[str, str]) -> dict[str, Any]:
    worth = [_value(one, part.lot_id, part.price, part.share)["amount"] for part in each.awards]
    currency = one.document["currency"]
    payee = _reference(each.awards[0].to)
    transactions = [
        {
            "id": paid.id,
            # The standard wants an instant of every day: payments are of a day, told as its first one.
            "date": f"{paid.on.isoformat()}T00:00:00Z",
            "value": {"amount": paid.amount, "currency": currency},
            "payer": dict(buyer),
            "payee": payee,
        }
        for paid in each.paid
    ]
    return {
        "id": each.id,
        "awardID": each.awards[0].id,
        "value": {"amount": sum(worth, Decimal(0)), "currency": currency},
        "status": each.status,
        # As of payments: the end of a day is told as its last second.
        **({} if each.ends_on is None else {"period": {"endDate": f"{each.ends_on.isoformat()}T23:59:59Z"}}),
        **({} if each.signed_at is None else {"dateSigned": instant_text(each.signed_at)}),
        **({"implementation": {"transactions": transactions}} if transactions else {}),
    }


def _value(one: Contracting, lot_id: str, price: Decimal, share: Decimal | None = None) -> dict[str, Any]:
    total = _total(one, lot_id, price)
    amount = total if share is None else total * share / HUNDRED
    return {"amount": amount, "currency": one.document["currency"]}


def _total(one: Contracting, lot_id: str, price: Decimal) -> Decimal:
    lot = next(each for each in one.document["lots"] if each["id"] == lot_id)
    return lot_total(price, Decimal(lot["quantity"]), Basis(lot["basis"]))


def _is_price_only(document: Mapping[str, Any]) -> bool:
    evaluation = document.get("evaluation")
    return evaluation is None or (
        not evaluation.get("technical") and evaluation["price"]["formula"]["code"] == "price_only"
    )


def _texts(source: Mapping[str, Any], name: str, told_as: str = "") -> dict[str, str]:
    """Give a text in the release's language, else in the other, with the other one beside it."""
    zh, en, member = source.get(f"{name}_zh", ""), source.get(f"{name}_en", ""), told_as or name
    found = {member: zh or en}
    return ({} if not found[member] else found) | ({f"{member}_en": en} if en else {})


def _reference(party: Party) -> dict[str, str]:
    return {"id": party.id, "name": party.name_zh or party.name_en}


def _party(party: Party, *, is_winner: bool, is_paid: bool) -> dict[str, Any]:
    return {
        **_reference(party),
        **({"name_en": party.name_en} if party.name_en else {}),
        "roles": ["tenderer", *(["supplier"] if is_winner else []), *(["payee"] if is_paid else [])],
    }
