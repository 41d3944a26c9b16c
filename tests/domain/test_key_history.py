"""The history of the journal's key: who trusts one key of it follows it both ways; nothing else is one."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from app.domain.fingerprints import fingerprint, spoken
from app.domain.key_history import (
    GRACE_MS,
    HistoryFault,
    KeyHistory,
    Rotation,
    decide_reason,
    follow,
    follow_on,
    read_history,
    read_rotation,
    signed_rotation,
)
from app.domain.sealing.receipt import key_id_of
from app.infra.key_folder import public_half
from tests.vectors.make_key_history import PATH, made, text

KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([place + 1]) * 32) for place in range(5)]
PUBLIC = [public_half(key) for key in KEYS]
AT = 1_795_000_000_000


def state(told: Rotation, old: Ed25519PrivateKey, new: Ed25519PrivateKey) -> dict[str, Any]:
    return signed_rotation(told, old.sign(told.ending_message()), new.sign(told.beginning_message()))


def rotation(place: int, first: int, **changed: Any) -> Rotation:
    told = Rotation(place + 1, PUBLIC[place], PUBLIC[place + 1], first, "ab" * 32, AT + place * 10**6, "yearly 年度")
    return replace(told, **changed)


def statements(starts: Sequence[int]) -> list[dict[str, Any]]:
    return [state(rotation(place, first), KEYS[place], KEYS[place + 1]) for place, first in enumerate(starts)]


TWO = statements([10, 25])
starts = st.lists(st.integers(1, 1000), min_size=1, max_size=4, unique=True).map(sorted)


@settings(deadline=None, max_examples=15)
@given(starts, st.data())
def test_from_any_key_the_whole_history_is_followed(begun: list[int], data: st.DataObject) -> None:
    told = statements(begun)
    known = data.draw(st.integers(0, len(begun)))
    held = follow(PUBLIC[known], told)
    assert isinstance(held, KeyHistory)
    assert held.keys == tuple(PUBLIC[: len(begun) + 1])
    assert (held.newest, held.is_trusted(fingerprint(PUBLIC[known]))) == (PUBLIC[len(begun)], True)
    assert held.is_trusted(spoken(fingerprint(PUBLIC[known])))
    n = data.draw(st.integers(1, 1100))
    due = sum(first <= n for first in begun)
    assert held.key_at(n) == PUBLIC[due]
    for place, key in enumerate(held.keys):
        found = held.checkpoint_key(n, key_id_of(key), "ab" * 32)
        assert found == (key if place == due else HistoryFault.ENDED_KEY)
    assert held.checkpoint_key(n, key_id_of(PUBLIC[4]), "ab" * 32) is HistoryFault.OTHER_KEY or len(begun) == 4
    if n in begun:
        assert held.checkpoint_key(n, key_id_of(PUBLIC[due]), "cd" * 32) is HistoryFault.OTHER_PAST
    # Whoever held a beginning of it goes on; whoever holds another journal's does not.
    part = read_history(told[:known], PUBLIC[known])
    assert isinstance(part, KeyHistory)
    assert follow_on(part, told) == held
    if len(begun) < 4:
        assert follow(PUBLIC[4], told) is HistoryFault.OTHER_KEY


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 1), st.sampled_from(sorted(TWO[0])), st.data())
def test_no_member_can_be_changed(which: int, name: str, data: st.DataObject) -> None:
    value = TWO[which][name]
    if isinstance(value, int):
        other: object = data.draw(st.integers(-1, 2**54).filter(lambda each: each != value) | st.booleans())
    else:
        at = data.draw(st.integers(0, len(value) - 1))
        other = (
            value[:at]
            + data.draw(st.sampled_from("0f z甲\ud800").filter(lambda each: each != value[at]))
            + value[at + 1 :]
        )
    changed = [dict(each) for each in TWO]
    changed[which][name] = other
    assert isinstance(read_history(changed), HistoryFault)
    del changed[which][name]
    assert read_history(changed) is HistoryFault.MALFORMED


def test_what_is_no_history() -> None:
    first, second = TWO
    assert read_history([second, first]) is HistoryFault.BROKEN
    assert read_history([first, first]) is HistoryFault.BROKEN
    assert read_history([second]) is HistoryFault.BROKEN, "the first of all is missing"
    assert read_history(TWO, PUBLIC[1]) is HistoryFault.OTHER_KEY
    assert read_history([]) is HistoryFault.MALFORMED
    values: tuple[object, ...] = (None, "text", {}, 7, [7], [[]])
    for value in values:
        assert read_history(value, PUBLIC[0]) is HistoryFault.MALFORMED
    earlier = state(rotation(1, 10), KEYS[1], KEYS[2])
    assert read_history([first, earlier]) is HistoryFault.BROKEN, "it begins where the one before begins"
    back = state(rotation(1, 30, new_key=PUBLIC[0]), KEYS[1], KEYS[0])
    assert read_history([first, back]) is HistoryFault.BROKEN, "an ended key comes back"


@pytest.mark.parametrize(("old", "new"), [(4, 1), (0, 4), (4, 4)])
def test_both_keys_must_have_signed(old: int, new: int) -> None:
    assert read_rotation(state(rotation(0, 5), KEYS[old], KEYS[new])) is HistoryFault.BAD_SIGNATURE


def test_the_consent_of_one_is_not_that_of_the_other() -> None:
    told = rotation(0, 5)
    crossed = signed_rotation(told, KEYS[0].sign(told.beginning_message()), KEYS[1].sign(told.ending_message()))
    assert read_rotation(crossed) is HistoryFault.BAD_SIGNATURE


def test_two_successors_of_one_key_are_a_fork() -> None:
    first = follow(PUBLIC[0], TWO[:1])
    assert isinstance(first, KeyHistory)
    thief = [state(rotation(0, 10, new_key=PUBLIC[3]), KEYS[0], KEYS[3])]
    # Who holds the key alone cannot tell the two apart; who has followed once, or has the new key, can.
    assert isinstance(follow(PUBLIC[0], thief), KeyHistory)
    assert isinstance(follow_on(first, thief), HistoryFault)
    assert follow(PUBLIC[1], thief) is HistoryFault.OTHER_KEY


def test_an_ended_key_vouches_for_nothing_newer_than_its_end() -> None:
    held = follow(PUBLIC[0], TWO)
    assert isinstance(held, KeyHistory)
    end = held.rotations[0].at_ms + GRACE_MS
    old = key_id_of(PUBLIC[0])
    assert [held.receipt_key(old, at) for at in (AT, end - 1, end)] == [PUBLIC[0]] * 3
    assert held.receipt_key(old, end + 1) is HistoryFault.ENDED_KEY
    assert held.receipt_key(old) == PUBLIC[0]
    assert held.receipt_key(key_id_of(PUBLIC[2]), AT) == PUBLIC[2], "a later key may vouch for something older"
    for strange in (key_id_of(PUBLIC[3]), "", None, 7):
        assert held.receipt_key(strange, AT) is HistoryFault.OTHER_KEY


def test_a_reason_is_a_text() -> None:
    assert all(decide_reason(each) for each in ("a", "轮换", "x" * 500))
    assert not any(decide_reason(each) for each in ("", "  ", "x" * 501, "\ud800"))


def test_the_vectors_that_the_pages_share() -> None:
    assert PATH.read_text(encoding="utf-8") == text()
    assert {one["fault"] for one in made()} >= {None, "MALFORMED", "BAD_SIGNATURE", "BROKEN", "OTHER_KEY"}
