"""The twelve suppliers of SCREENS.md section 3 through the real services: scores and invitations as printed there."""

from datetime import timedelta

from app.approvals.store import Proposal
from app.domain.refusals import Refusal
from app.suppliers import store, suspending
from tests.suppliers.parties import certify, decide, hire, marks, register
from tests.worlds import TestWorld

DEMO = [
    ("94", "90", "92", "92.4", "A"), ("91", "93", "95", "92.4", "A"), ("90", "88", "93", "90.0", "A"),
    ("93", "84", "88", "89.3", "B"), ("88", "86", "90", "87.8", "B"), ("87", "90", "84", "87.3", "B"),
    ("85", "88", "89", "86.7", "B"), ("84", "85", "90", "85.5", "B"), ("82", "80", "85", "82.0", "B"),
    ("78", "82", "80", "79.6", "C"), ("80", "79", "70", "77.7", "C"), ("72", "66", "61", "68.0", "D"),
]  # fmt: skip


async def test_ten_of_the_twelve_are_invited_by_rule(house: TestWorld) -> None:
    staff = await hire(house.world)
    start = house.clock.now()
    supplier_id = ""
    for number, (quality, delivery, credit, score, grade) in enumerate(DEMO, start=1):
        supplier_id = await register(house.world, staff, number)
        # Number 11: its certificate runs out on the day before the demo's day.
        until = start + timedelta(days=1 if number == 11 else 300)
        made = await certify(house.world, staff, supplier_id, given=marks(quality, delivery, credit), until=until)
        assert (str(made.score), made.grade) == (score, grade)
    banned = await suspending.propose_suspension(house.world, staff.purchaser, supplier_id, "defects not corrected")
    assert isinstance(banned, Proposal)
    assert not isinstance(await decide(house.world, staff.approver, banned.id), Refusal)
    house.clock.wind(days=2)
    async with house.world.db.snapshot() as tx:
        eligible = await store.list_eligible(tx, "compressors", house.clock.now())
    assert sorted(one.name_en for one in eligible) == sorted(f"Lanchuan Compressor {n}" for n in range(1, 11))
