"""Sealing outside the browser: what reaches the service, what is refused before, what is not believed after."""

from typing import Any

import pytest

from app.client.caller import Caller, CallError
from app.client.sealer import CHUNK_BYTES, Offer, SealedPackage, SealingError, seal_package, submit_package
from app.domain.sealing.body import PriceOffer, TechnicalOffer
from app.domain.sealing.header import EnvelopeKind
from tests.sealing.rounds import LOT, PUBLIC, Service, facts

ANSWERS = [("c1", "36", "质保期36个月"), ("c2", "a", "")]
TECHNICAL = Offer("278.46", [(1, "278.46")], ANSWERS, [("方案.pdf", "application/pdf", b"%PDF" * 1000)])


async def submitted(service: Service, offer: Offer, round_facts: dict[str, Any] | None = None) -> SealedPackage:
    package = seal_package(round_facts or service.facts, LOT, offer)
    async with Caller("http://service", service.transport()) as caller:
        await submit_package(caller, package)
    return package


async def test_a_price_arrives_and_opens() -> None:
    service = Service()
    package = await submitted(service, Offer("278.4", [(1, "278.4")]))
    opened = service.opened[EnvelopeKind.PRICE]
    assert opened.offer == PriceOffer(LOT, "CNY", "278.40", 2, ((1, "278.40"),))
    assert opened.secret == package.secrets[EnvelopeKind.PRICE]
    assert (package.header.binding.rev, package.header.binding.prev) == (1, "")


async def test_both_envelopes_arrive_and_open() -> None:
    service = Service(has_technical=True)
    package = await submitted(service, TECHNICAL)
    offer = service.opened[EnvelopeKind.TECH].offer
    assert isinstance(offer, TechnicalOffer)
    assert offer.answers == tuple(ANSWERS)
    assert [(file.name, len(file.content)) for file in offer.files] == [("方案.pdf", 4000)]
    assert set(package.file()) == {"v", "kind", "policy", "header", "price", "tech"}


@pytest.mark.parametrize("broken", [1, 2])
async def test_a_broken_upload_goes_on_where_it_ended(broken: int) -> None:
    service = Service(has_technical=True, loses=broken)
    service.facts["lots"][0]["tech_bucket"] = 2 * CHUNK_BYTES
    await submitted(service, TECHNICAL)
    assert len(service.upload) == 2 * CHUNK_BYTES + 16


async def test_an_upload_that_never_gets_on_ends() -> None:
    service = Service(has_technical=True, loses=100)
    with pytest.raises(CallError):
        await submitted(service, TECHNICAL)


async def test_a_refusal_is_told() -> None:
    service = Service()
    service.refuses = "LATE"
    with pytest.raises(CallError, match="LATE"):
        await submitted(service, Offer("1.00"))


async def test_a_false_receipt_is_not_believed() -> None:
    service = Service()
    service.spoils = True
    with pytest.raises(SealingError, match="BAD_SIGNATURE"):
        await submitted(service, Offer("1.00"))


def test_the_next_revision_names_the_last() -> None:
    current = {"rev": 4, "package": "f" * 64, "state": "withdrawn"}
    binding = seal_package(facts(current=current), LOT, Offer("1.00")).header.binding
    assert (binding.rev, binding.prev) == (5, "f" * 64)


def test_two_packages_of_one_offer_have_nothing_in_common() -> None:
    one, two = (seal_package(facts(), LOT, Offer("1.00")) for _ in range(2))
    assert one.digest != two.digest
    assert one.ciphertexts != two.ciphertexts
    assert repr(one.secrets[EnvelopeKind.PRICE]) not in repr(one)


OTHER = "04" + "1" * 128
BROKEN: list[tuple[dict[str, Any], str]] = [
    ({"server_lock": OTHER}, "not the one"),
    ({"policy_digest": "0" * 64}, "not the one"),
    ({"round_id": "another"}, "another round"),
    ({"tag": None}, "accept the invitation"),
    ({"policy": facts()["policy"] | {"custody": "committee"}}, "MALFORMED"),
    ({"policy": facts()["policy"] | {"server_lock": OTHER}}, "NOT_A_POINT"),
]


@pytest.mark.parametrize(("change", "said"), BROKEN)
def test_nothing_is_sealed_to_a_policy_that_is_not_the_one(change: dict[str, Any], said: str) -> None:
    with pytest.raises(SealingError, match=said):
        seal_package(facts() | change, LOT, Offer("1.00"))


@pytest.mark.parametrize("amount", ["1.001", "-1", "0", "1e5", "", "１.00", "NaN", "12,34"])
def test_other_texts_are_no_amounts(amount: str) -> None:
    with pytest.raises(SealingError, match="no amount"):
        seal_package(facts(), LOT, Offer(amount))


def test_the_parts_asked_for_are_the_parts_given() -> None:
    with pytest.raises(SealingError, match="asks for technical"):
        seal_package(facts(has_technical=True), LOT, Offer("1.00"))
    with pytest.raises(SealingError, match="no technical"):
        seal_package(facts(), LOT, TECHNICAL)
    large = Offer("1.00", answers=[], files=[("f", "t", bytes(262_144))])
    with pytest.raises(SealingError, match="takes 262144"):
        seal_package(facts(has_technical=True), LOT, large)
    with pytest.raises(SealingError, match="no lot 9"):
        seal_package(facts(), "9", Offer("1.00"))


def test_the_journal_key_is_in_the_package_file() -> None:
    assert seal_package(facts(), LOT, Offer("1.00")).file()["policy"]["journal_key"] == PUBLIC.hex()
