"""What a release package of ours may hold, to the last member: release schema 1.1.5 of the Open Contracting Data
Standard with its extensions lots and bids 1.1.5, as far as this house tells anything.

Written by hand from the standard's field reference (https://standard.open-contracting.org/1.1/en/schema/reference/):
the schema itself comes in no package. An unknown member is a fault, as is a missing one that the schema requires, a
word outside a closed code list, an id that stands twice in a list, and a reference that leads nowhere.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic.alias_generators import to_camel

from app.domain.money import CURRENCIES


def _instant(text: str) -> str:
    """RFC 3339 with a zone, as the format date-time wants it."""
    assert "T" in text, "no instant"
    assert datetime.fromisoformat(text).tzinfo is not None, "no zone"
    return text


def _address(text: str) -> str:
    assert text.startswith(("https://", "http://", "urn:")), "no address"
    assert " " not in text, "a space in an address"
    return text


def _currency(text: str) -> str:
    assert text in CURRENCIES, "no currency of ISO 4217"
    return text


Text = Annotated[str, Field(min_length=1)]
Instant = Annotated[str, AfterValidator(_instant)]
Address = Annotated[str, AfterValidator(_address)]
Currency = Annotated[str, AfterValidator(_currency)]
# Of parties, the closed part of partyRole that we use: the list is open, our words are not.
PartyRole = Literal["buyer", "procuringEntity", "tenderer", "supplier", "payer", "payee"]
Tag = Literal[
    "tender", "tenderAmendment", "tenderCancellation", "award", "contract", "contractTermination", "implementation"
]


def _member(name: str) -> str:
    """The standard's name of a member; a text in another language has its code behind it."""
    return name if name.endswith("_en") else to_camel(name)


class Form(BaseModel):
    """An object of the standard; a member that is not named is a fault."""

    model_config = ConfigDict(extra="forbid", strict=True, alias_generator=_member)


class Amount(Form):
    """`Value`; a payment that was taken back has a minus."""

    amount: Decimal | int
    currency: Currency


class Period(Form):
    """`Period`."""

    start_date: Instant | None = None
    end_date: Instant


class Reference(Form):
    """`OrganizationReference`."""

    id: Text
    name: Text


class Organization(Reference):
    """`Organization` in the section of parties."""

    name_en: Text | None = None
    roles: Annotated[list[PartyRole], Field(min_length=1)]


class Unit(Form):
    """`Unit`."""

    name: Text


class Item(Form):
    """`Item`, with the lots extension's `relatedLot`."""

    id: Text
    description: Text
    quantity: Decimal | int
    unit: Unit
    related_lot: Text


class Lot(Form):
    """`Lot` of the lots extension."""

    id: Text
    title: Text | None = None
    title_en: Text | None = None
    value: Amount


class Amendment(Form):
    """`Amendment`."""

    id: Text
    date: Instant
    rationale: Text | None = None
    rationale_en: Text | None = None


class Tender(Form):
    """`Tender`."""

    id: Text
    title: Text | None = None
    title_en: Text | None = None
    description: Text | None = None
    description_en: Text | None = None
    procuring_entity: Reference
    procurement_method: Literal["selective"]
    procurement_method_details: Text
    award_criteria: Literal["priceOnly", "ratedCriteria"]
    submission_method: list[Literal["electronicSubmission"]]
    value: Amount
    tender_period: Period
    enquiry_period: Period | None = None
    number_of_tenderers: Annotated[int, Field(ge=0)] | None = None
    lots: Annotated[list[Lot], Field(min_length=1)]
    items: Annotated[list[Item], Field(min_length=1)]
    amendments: Annotated[list[Amendment], Field(min_length=1)] | None = None


class Statistic(Form):
    """`BidsStatistic` of the bids extension."""

    id: Text
    measure: Literal["validBids"]
    value: Annotated[int, Field(ge=0)]
    related_lot: Text


class Bid(Form):
    """`Bid` of the bids extension."""

    id: Text
    tenderers: Annotated[list[Reference], Field(min_length=1)] | None = None
    value: Amount
    related_lots: Annotated[list[Text], Field(min_length=1)]


class Bids(Form):
    """`Bids` of the bids extension."""

    statistics: list[Statistic]
    details: list[Bid]


class Award(Form):
    """`Award`, with `relatedLots` and `relatedBid`."""

    id: Text
    date: Instant
    value: Amount
    suppliers: Annotated[list[Reference], Field(min_length=1)]
    related_lots: Annotated[list[Text], Field(min_length=1)]
    related_bid: Text | None = None


class Transaction(Form):
    """`Transaction`."""

    id: Text
    date: Instant
    value: Amount
    payer: Reference
    payee: Reference


class Implementation(Form):
    """`Implementation`."""

    transactions: Annotated[list[Transaction], Field(min_length=1)]


class Contract(Form):
    """`Contract`."""

    id: Text
    award_id: Annotated[Text, Field(alias="awardID")]
    value: Amount
    status: Literal["active", "terminated", "cancelled"]
    period: Period | None = None
    date_signed: Instant | None = None
    implementation: Implementation | None = None


class Release(Form):
    """A release."""

    ocid: Annotated[str, Field(pattern=r"^ocds-[a-z0-9]{6}-[0-9A-Za-z-]+$")]
    id: Text
    date: Instant
    tag: Annotated[list[Tag], Field(min_length=1)]
    initiation_type: Literal["tender"]
    language: Literal["zh"]
    parties: list[Organization]
    buyer: Reference
    tender: Tender
    bids: Bids | None = None
    awards: Annotated[list[Award], Field(min_length=1)] | None = None
    contracts: Annotated[list[Contract], Field(min_length=1)] | None = None


class Publisher(Form):
    """Who publishes."""

    name: Text
    uri: Address


class Package(Form):
    """A release package."""

    uri: Address
    version: Literal["1.1"]
    extensions: Annotated[list[Address], Field(min_length=2)]
    published_date: Instant
    publisher: Publisher
    releases: Annotated[list[Release], Field(min_length=1)]


def find_faults(told: Mapping[str, Any]) -> list[str]:
    """Everything that is wrong with a release package as it was read back from its bytes (numbers as Decimal)."""
    try:
        package = Package.model_validate(dict(told))
    except ValidationError as error:
        return [f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()]
    ids = [one.id for one in package.releases]
    return [*_twice("releases", ids), *(fault for one in package.releases for fault in _of_release(one))]


def _twice(place: str, ids: Sequence[str]) -> list[str]:
    return [f"{place}: {each} stands twice" for each, count in Counter(ids).items() if count > 1]


def _lost(place: str, wanted: Sequence[str], known: Sequence[str]) -> list[str]:
    return [f"{place}: {each} is nowhere" for each in wanted if each not in known]


def _of_release(one: Release) -> Iterator[str]:
    bids = one.bids.details if one.bids else []
    statistics = one.bids.statistics if one.bids else []
    awards, contracts = one.awards or [], one.contracts or []
    parties, lots = [each.id for each in one.parties], [each.id for each in one.tender.lots]
    for place, ids in (
        ("parties", parties), ("lots", lots), ("items", [each.id for each in one.tender.items]),
        ("amendments", [each.id for each in one.tender.amendments or ()]),
        ("statistics", [each.id for each in statistics]), ("details", [each.id for each in bids]),
        ("awards", [each.id for each in awards]), ("contracts", [each.id for each in contracts]), ("tag", one.tag),
    ):  # fmt: skip
        yield from _twice(place, ids)
    related = [each.related_lot for each in one.tender.items] + [each.related_lot for each in statistics]
    related += [lot for each in bids for lot in each.related_lots] + [
        lot for each in awards for lot in each.related_lots
    ]
    yield from _lost("relatedLot", related, lots)
    yield from _lost(
        "relatedBid", [each.related_bid for each in awards if each.related_bid], [each.id for each in bids]
    )
    yield from _lost("awardID", [each.award_id for each in contracts], [each.id for each in awards])
    paid = [each for one in contracts if one.implementation for each in one.implementation.transactions]
    yield from _twice("transactions", [each.id for each in paid])
    named = {
        "buyer": [one.buyer], "procuringEntity": [one.tender.procuring_entity],
        "tenderer": [who for each in bids for who in each.tenderers or ()],
        "supplier": [who for each in awards for who in each.suppliers],
        "payer": [each.payer for each in paid], "payee": [each.payee for each in paid],
    }  # fmt: skip
    names = {each.id: each for each in one.parties}
    for role, people in named.items():
        yield from _lost(role, [each.id for each in people], parties)
        for each in people:
            party = names.get(each.id)
            if party is not None and (role not in party.roles or party.name != each.name):
                yield f"parties: {each.id} is not told as {role} by this name"
    periods = [one.tender.tender_period, one.tender.enquiry_period]
    for period in periods:
        if period is not None and period.start_date is not None and period.start_date > period.end_date:
            yield "a period ends before it begins"
