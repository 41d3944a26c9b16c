"""The list of suppliers: search, filter and pages agree with the rules."""

from datetime import timedelta

from app.approvals.store import Proposal
from app.domain.certification import StandingState
from app.suppliers import suspending
from app.suppliers.listing import Wanted
from app.suppliers.reading import read_dossier, read_list
from tests.suppliers.parties import Staff, a_code, certify, decide, hire, propose, register
from tests.worlds import TestWorld


async def one_of_each(house: TestWorld, staff: Staff) -> dict[StandingState, str]:
    """A supplier in every standing, as of now."""
    soon, later = house.clock.now() + timedelta(days=2), house.clock.now() + timedelta(days=300)
    made = {
        StandingState.NOT_CERTIFIED: await register(house.world, staff, 1, city="Xi'an"),
        StandingState.EXPIRED: await register(house.world, staff, 2),
        StandingState.EXPIRING: await register(house.world, staff, 3),
        StandingState.SUSPENDED: await register(house.world, staff, 4),
        StandingState.CERTIFIED: await register(house.world, staff, 5, categories=["packaging", "plastics"]),
    }
    await certify(house.world, staff, made[StandingState.EXPIRED], until=soon)
    house.clock.wind(days=2)
    await certify(house.world, staff, made[StandingState.EXPIRING], until=house.clock.now() + timedelta(days=30))
    for state in (StandingState.SUSPENDED, StandingState.CERTIFIED):
        await certify(house.world, staff, made[state], until=later)
    proposal = await suspending.propose_suspension(
        house.world, staff.purchaser, made[StandingState.SUSPENDED], "reason"
    )
    assert isinstance(proposal, Proposal)
    await decide(house.world, staff.approver, proposal.id)
    return made


async def test_the_filter_in_sql_and_the_rule_agree(house: TestWorld) -> None:
    staff = await hire(house.world)
    made = await one_of_each(house, staff)
    for state, supplier_id in made.items():
        page = await read_list(house.world, Wanted(state=state))
        assert [(one.id, one.standing) for one in page.items] == [(supplier_id, state)]
        assert page.total == 1
        assert (await read_dossier(house.world, supplier_id)).standing is state


async def test_search_by_name_code_city_in_any_case_and_nothing_means_all(house: TestWorld) -> None:
    staff = await hire(house.world)
    await one_of_each(house, staff)

    async def found(text: str) -> int:
        return (await read_list(house.world, Wanted(text=text))).total

    texts = ("", "岚川压缩机3", "LANCHUAN", "xi'an", a_code(4)[8:], "%", "_", "nobody")
    assert [await found(text) for text in texts] == [5, 1, 5, 1, 1, 0, 0, 0]
    assert (await read_list(house.world, Wanted(category="plastics"))).total == 1


async def test_pages_cover_all_once_in_order(house: TestWorld) -> None:
    staff = await hire(house.world)
    made = {await register(house.world, staff, number) for number in range(1, 8)}
    seen: list[str] = []
    after = None
    for size in (3, 3, 1):
        page = await read_list(house.world, Wanted(after=after, limit=3))
        assert (len(page.items), page.total) == (size, 7)
        seen += [one.id for one in page.items]
        after = page.next
    assert after is None
    assert set(seen) == made
    assert len(seen) == len(made)


async def test_suppliers_of_one_name_are_all_listed(house: TestWorld) -> None:
    staff = await hire(house.world)
    made = {await register(house.world, staff, number, name_zh="同名公司") for number in range(1, 5)}
    first = await read_list(house.world, Wanted(limit=2))
    second = await read_list(house.world, Wanted(limit=2, after=first.next))
    assert {one.id for one in first.items + second.items} == made


async def test_a_waiting_proposal_shows_until_it_expires(house: TestWorld) -> None:
    staff = await hire(house.world)
    supplier_id = await register(house.world, staff)
    await propose(house.world, staff, supplier_id)
    assert [one.has_proposal for one in (await read_list(house.world, Wanted())).items] == [True]
    house.clock.wind(hours=24)
    assert [one.has_proposal for one in (await read_list(house.world, Wanted())).items] == [False]
