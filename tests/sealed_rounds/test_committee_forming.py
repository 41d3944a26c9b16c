"""Forming an opening committee: two persons, a proven key each, the policy confirmed, the rehearsal as a gate."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.domain.committee import Seat, Step
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.sealed_sentences import SEAT_WORDS
from app.domain.sealing.policy import fingerprint
from app.domain.sealing.rules import CloseVerdict, RoundStatus
from app.domain.sealing.suite import derive_key_pair
from app.domain.visibility import Role
from app.notices.store import list_notices
from app.sealed_rounds import clockwork, forming, rekeying, store
from app.sealed_rounds.answering import Receipted, Turned
from app.sealed_rounds.forming import step_of
from tests.sealed_rounds.committees import Committee, set_committee_stage
from tests.sealed_rounds.stage import set_sealed_stage
from tests.worlds import make_actor


@pytest.fixture
async def made(clean_database_url: str, tmp_path: Path) -> AsyncIterator[Committee]:
    found = await set_committee_stage(clean_database_url, tmp_path, is_ready=False)
    yield found
    await found.world.db.dispose()


def code_of(found: object) -> Code:
    assert isinstance(found, Refusal), found
    return found.code


async def test_a_committee_owes_its_steps_in_order_and_then_the_round_opens(made: Committee) -> None:
    held = await made.stage.round()
    assert not held.has_policy
    await made.form()
    assert step_of(await made.held()) is Step.KEYS
    for seat in (1, 2, 3):
        assert not isinstance(await made.add_key(seat), Refusal)
    held = await made.stage.round()
    assert [member["seat"] for member in held.policy["members"]] == ["audit", "technical", "external"]
    assert (held.policy["k"], held.has_policy) == (2, True)
    assert step_of(await made.held()) is Step.CONFIRM
    for seat in (1, 2, 3):
        assert not isinstance(await made.confirm(seat), Refusal)
    assert step_of(await made.held()) is Step.REHEARSE
    assert not isinstance(await made.rehearse(3), Refusal)
    assert step_of(await made.held()) is Step.REHEARSE
    assert not isinstance(await made.rehearse(1), Refusal)
    assert step_of(await made.held()) is Step.READY
    await made.stage.open()
    outcome = await made.stage.send(0, await made.stage.seal(0))
    assert isinstance(outcome, Receipted)
    assert outcome.receipt["custody"] == "committee"
    kinds = [entry.kind for entry in await made.stage.tender_chain()]
    told = [kind for kind in kinds if kind.value.startswith(("committee", "member_key", "policy", "rehearsal"))]
    assert told == [
        Kind.COMMITTEE_FORMED, *[Kind.MEMBER_KEY_ADDED] * 3, Kind.POLICY_FIXED, *[Kind.POLICY_CONFIRMED] * 3,
        Kind.REHEARSAL_DONE,
    ]  # fmt: skip


async def test_a_round_whose_committee_is_not_ready_stays_shut_and_nobody_loses_time(made: Committee) -> None:
    # attacks.md O11.
    await made.form()
    for seat in (1, 2, 3):
        await made.add_key(seat)
    for seat in (1, 2):
        await made.confirm(seat)
    before = (await made.stage.round()).timetable
    made.stage.clock.at = before.opens_at
    assert not await clockwork.open_round(made.world, made.round_id)
    made.stage.clock.wind(hours=5)
    await made.confirm(3)
    assert not await clockwork.open_round(made.world, made.round_id)
    await made.rehearse(1)
    await made.rehearse(2)
    assert await clockwork.open_round(made.world, made.round_id)
    after = await made.stage.round()
    assert after.status is RoundStatus.OPEN
    assert after.timetable.closes_at == before.closes_at + timedelta(hours=5)
    assert [each["reason"] for each in after.extensions] == ["COMMITTEE"]


async def test_a_late_committee_moves_a_near_close_once_and_is_not_called_an_outage(made: Committee) -> None:
    # A round so short that its close lies within the last stretch, where outages count.
    before = (await made.stage.round()).timetable
    near = before.opens_at + timedelta(minutes=10)
    async with made.world.db.transaction() as tx:
        held = await store.lock_round(tx, made.round_id)
        await store.set_round(tx, held, closes_at=near)
    made.stage.clock.at = before.opens_at + timedelta(minutes=7)
    await made.make_ready()
    assert await clockwork.open_round(made.world, made.round_id)
    after = await made.stage.round()
    assert [each["reason"] for each in after.extensions] == ["COMMITTEE"]
    assert after.timetable.closes_at == near + timedelta(minutes=7)


async def test_a_service_that_opens_a_ready_round_late_was_down_and_says_so(made: Committee) -> None:
    await made.make_ready()
    before = (await made.stage.round()).timetable
    made.stage.clock.at = before.closes_at - timedelta(minutes=5)
    assert await clockwork.open_round(made.world, made.round_id)
    after = await made.stage.round()
    assert [each["reason"] for each in after.extensions] == ["OUTAGE"]


async def test_who_may_not_sit_there(made: Committee) -> None:
    # attacks.md O10.
    stage, emails = made.stage, await made.emails()
    buyer = await make_actor(made.world, Role.PURCHASER)
    marker = await make_actor(made.world, Role.EVALUATOR)
    chief = await make_actor(made.world, Role.ADMIN)

    async def asked(*members: str) -> Code:
        return code_of(await forming.propose_committee(made.world, stage.house.purchaser, made.round_id, members))

    wrong = Code.WRONG_COMMITTEE
    assert await asked(*emails[:2]) is wrong
    assert await asked(emails[0], emails[0], emails[2]) is wrong
    assert await asked(emails[0], emails[1], "nobody@example.com") is wrong
    assert await asked(emails[0], emails[1], stage.rep(0).email) is wrong
    assert await asked(emails[0], emails[1], chief.email) is wrong
    # An evaluator counts as purchasing, and no buyer keeps an independent seat.
    assert await asked(buyer.email, emails[1], emails[2]) is wrong
    assert await asked(emails[0], marker.email, buyer.email) is wrong
    refused = [entry for entry in await stage.tender_chain() if entry.kind is Kind.COMMITTEE_REFUSED]
    assert len(refused) == 7


async def test_a_second_person_agrees_and_an_edit_voids_it(made: Committee) -> None:
    asked = await forming.propose_committee(made.world, made.stage.house.purchaser, made.round_id, await made.emails())
    assert not isinstance(asked, Refusal)
    assert code_of(await made.decide(asked, replace(made.stage.house.purchaser, roles=frozenset({Role.APPROVER})))) in {
        Code.SAME_PERSON,
        Code.EXCLUSIVE_ROLES,
    }
    again = await forming.propose_committee(
        made.world, made.stage.house.purchaser, made.round_id, (await made.emails())[::-1]
    )
    assert not isinstance(again, Refusal)
    assert code_of(await made.decide(asked)) is Code.ALREADY_DECIDED
    assert not isinstance(await made.decide(again), Refusal)
    assert [each.account_id for each in (await made.held()).members] == [
        member.account_id for member in made.members[::-1]
    ]


async def test_keys_that_are_none_and_keys_that_are_taken(made: Committee) -> None:
    # attacks.md S18.
    await made.form()
    first = derive_key_pair(b"1" * 32)
    assert not isinstance(await made.add_key(1, first), Refusal)
    lock = bytes.fromhex((await made.stage.round()).policy["server_lock"])
    member = made.members[1]
    moved = lock[:-1] + bytes([lock[-1] ^ 1])
    for public, code in (
        (moved.hex(), Code.NOT_A_POINT),
        ((b"\x04" + bytes(64)).hex(), Code.NOT_A_POINT),
        (bytes(65).hex(), Code.NOT_A_POINT),
        (lock[:31].hex(), Code.NOT_A_POINT),
        ("04", Code.NOT_A_POINT),
        (first.public.hex().upper(), Code.NOT_A_POINT),
        (first.public.hex(), Code.KEY_TAKEN),
        (lock.hex(), Code.KEY_TAKEN),
    ):
        assert code_of(await forming.ask_challenge(made.world, member, made.round_id, public)) is code
        added = await forming.add_key(made.world, member, made.round_id, public, bytes(32))
        assert code_of(added) is code
    own = derive_key_pair(b"2" * 32)
    asked = await forming.ask_challenge(made.world, member, made.round_id, own.public.hex())
    assert not isinstance(asked, Refusal)
    for public, answer in ((own.public.hex(), bytes(32)), (derive_key_pair(b"3" * 32).public.hex(), bytes(32))):
        assert code_of(await forming.add_key(made.world, member, made.round_id, public, answer)) is Code.NOT_PROVEN


async def test_nothing_moves_once_the_policy_is_fixed(made: Committee) -> None:
    await made.make_ready()
    fixed = Code.COMMITTEE_FIXED
    purchaser = made.stage.house.purchaser
    emails = await made.emails()
    assert code_of(await forming.propose_committee(made.world, purchaser, made.round_id, emails)) is fixed
    assert code_of(await made.add_key(1)) is fixed
    assert code_of(await made.confirm(2, "f" * 64)) is Code.OTHER_POLICY


async def test_the_rehearsal_is_released_truly_or_not_at_all(made: Committee) -> None:
    await made.form()
    for seat in (1, 2, 3):
        await made.add_key(seat)
    assert code_of(await made.rehearse(1)) is Code.COMMITTEE_NOT_READY
    await made.confirm(1)
    false = await made.rehearse(1, b"x" * 32)
    assert (code_of(false), false.detail) == (Code.RELEASE_FALSE, {"seat": "1"})  # type: ignore[union-attr]  # above
    assert not isinstance(await made.rehearse(1), Refusal)


async def test_server_custody_has_no_committee(clean_database_url: str, tmp_path: Path) -> None:
    stage = await set_sealed_stage(clean_database_url, tmp_path)
    asked = await forming.propose_committee(stage.world, stage.house.purchaser, stage.round_id, [])
    assert code_of(asked) is Code.NOT_ALLOWED_HERE
    await stage.world.db.dispose()


def test_seats_have_titles_in_both_languages() -> None:
    assert set(SEAT_WORDS) == set(Seat)
    assert all(set(words) == {"zh", "en"} for words in SEAT_WORDS.values())


# ── rekeying ──────────────────────────────────────────────────────────────────


async def rekey(made: Committee) -> None:
    """Two persons give the round other members."""
    purchaser = made.stage.house.purchaser
    others = [await make_actor(made.world, Role.AUDITOR if n == 1 else Role.APPROVER) for n in (1, 2, 3)]
    made.members, made.pairs = others, []
    asked = await rekeying.propose_rekey(made.world, purchaser, made.round_id, await made.emails(), "two keys lost")
    assert not isinstance(asked, Refusal), asked
    assert not isinstance(await made.decide(asked), Refusal)


async def test_new_keys_void_what_was_sealed_and_give_the_time_again(made: Committee) -> None:
    # attacks.md O13.
    await made.make_ready()
    stage = made.stage
    await stage.open()
    before = [await stage.hand_in(number, f"28{number}.00") for number in range(4)]
    await rekey(made)
    held = await stage.round()
    assert not held.has_policy
    # There is nothing to seal to now.
    turned = await stage.send(0, before[0])
    assert isinstance(turned, Turned)
    assert turned.refusal.code is Code.COMMITTEE_NOT_READY
    # The close comes and goes; it waits for the committee.
    stage.clock.at = held.timetable.closes_at + timedelta(hours=1)
    assert await clockwork.close_round(made.world, made.round_id) is CloseVerdict.WAIT
    for seat in (1, 2, 3):
        assert not isinstance(await made.add_key(seat), Refusal)
    for seat in (1, 2, 3):
        assert not isinstance(await made.confirm(seat), Refusal)
    for seat in (1, 2):
        assert not isinstance(await made.rehearse(seat), Refusal)
    after = await stage.round()
    assert after.timetable.closes_at == stage.clock.at + timedelta(hours=made.world.settings.rekey_hours)
    assert after.extensions[-1]["reason"] == "COMMITTEE"
    # All are told until when, and the new policy's fingerprint; nobody that what was sealed before stays valid.
    async with made.world.db.snapshot() as tx:
        got = await list_notices(made.world, tx, stage.rep(0).account_id)
    opened = [each.params["fingerprint"] for each in got if each.kind is NoticeKind.SEALED_ROUND_OPEN]
    assert " ".join(fingerprint(after.policy_digest)) in opened
    assert len(set(opened)) == 2
    assert NoticeKind.SEALED_ROUND_EXTENDED not in {each.kind for each in got}
    again = [await stage.hand_in(number, f"27{number}.00") for number in range(3)]
    assert [one.header.binding.rev for one in again] == [2, 2, 2]
    await stage.close()
    closed = await stage.round()
    # Who did not seal again has no live package.
    assert closed.manifest == sorted(one.digest for one in again)
    (told,) = [entry for entry in await stage.tender_chain() if entry.kind is Kind.COMMITTEE_REKEYED]
    assert "packages" not in told.data
    assert told.data["policy"] == before[0].header.binding.policy


async def test_one_person_rekeys_nothing_and_nobody_after_the_close(made: Committee) -> None:
    purchaser, emails = made.stage.house.purchaser, await made.emails()
    early = await rekeying.propose_rekey(made.world, purchaser, made.round_id, emails, "lost")
    assert code_of(early) is Code.NOT_ALLOWED_HERE
    await made.make_ready()
    await made.stage.open()
    assert code_of(await rekeying.propose_rekey(made.world, purchaser, made.round_id, emails, " ")) is (
        Code.REASON_MISSING
    )
    policy = (await made.stage.round()).policy_digest
    asked = await rekeying.propose_rekey(made.world, purchaser, made.round_id, emails, "lost")
    assert not isinstance(asked, Refusal)
    assert (await made.stage.round()).policy_digest == policy
    made.stage.clock.at = (await made.stage.round()).timetable.closes_at
    late = await rekeying.propose_rekey(made.world, purchaser, made.round_id, emails, "lost")
    assert code_of(late) is Code.NOT_ALLOWED_HERE
