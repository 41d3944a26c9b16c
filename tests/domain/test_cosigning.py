"""What a witness signs and what it refuses, for any history it is shown (app/domain/cosigning.py)."""

from dataclasses import replace

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from app.domain.checkpointing import FIRST_PREV, Statement
from app.domain.cosigning import (
    AWAY_MS,
    CLOCK_MS,
    Alarm,
    Cosignature,
    CosignatureFault,
    check_cosignature,
    cosignature_for,
    decide_cosigning,
    decide_same,
    is_there,
    read_cosignature,
    read_line,
)
from app.domain.entries import canonical_bytes
from app.domain.key_history import KeyHistory
from app.domain.sealing.receipt import key_id_of

JOURNAL = Ed25519PrivateKey.from_private_bytes(b"j" * 32)
PUBLIC = JOURNAL.public_key().public_bytes_raw()
KEYS = KeyHistory((PUBLIC,))
WITNESS = Ed25519PrivateKey.from_private_bytes(b"w" * 32)
KEY = WITNESS.public_key().public_bytes_raw()
NOW = 1_800_000_000_000


@st.composite
def histories(draw: st.DrawFn) -> list[Statement]:
    """Checkpoints of a journal that only grows."""
    told, at, chains, entries, prev = [], NOW - 10**9, 0, 0, FIRST_PREV
    for n in range(1, draw(st.integers(2, 8)) + 1):
        at += draw(st.integers(0, 60_000))
        more = draw(st.integers(0, 3))
        chains, entries = chains + more, entries + more + draw(st.integers(0, 5))
        root = draw(st.binary(min_size=32, max_size=32)).hex()
        told.append(Statement(n, at, "minute", chains, entries, root, prev, key_id_of(PUBLIC)))
        prev = told[-1].digest()
    return told


def decide(last: Statement | None, offered: Statement, now: int = NOW) -> Alarm | None:
    refusal = decide_cosigning(last, offered, JOURNAL.sign(offered.message()), KEYS, now)
    return None if refusal is None else refusal.alarm


@given(histories())
def test_a_history_that_grows_is_cosigned_from_end_to_end(told: list[Statement]) -> None:
    last = None
    for each in told:
        assert decide(last, each) is None
        last = each


@given(histories(), st.data())
def test_nothing_is_left_out_repeated_or_turned_round(told: list[Statement], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(told) - 1))
    shown = data.draw(st.sampled_from([each for each in told if each.n != place + 2]))
    assert decide(told[place], shown) is not None


@given(histories(), st.data())
def test_a_checkpoint_of_another_past_is_a_fork(told: list[Statement], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(told) - 2))
    other = replace(told[place], root="ab" * 32)
    following = told[place + 1]
    assert decide(other, following) is Alarm.FORK
    refusal = decide_same(told[place], other)
    assert refusal is None if other == told[place] else refusal is not None and refusal.alarm is Alarm.FORK
    for shown in (None, following):
        lost = decide_same(told[place], shown)
        assert lost is not None
        assert lost.alarm is Alarm.SHRUNK
    assert decide_same(told[place], told[place]) is None


@given(histories())
def test_less_older_or_from_the_future_is_refused(told: list[Statement]) -> None:
    last, following = told[-2], told[-1]
    assert decide(last, replace(following, entries=last.entries - 1)) is Alarm.SHRUNK
    assert decide(last, replace(following, chains=last.chains - 1)) is Alarm.SHRUNK
    assert decide(last, replace(following, at_ms=last.at_ms - 1)) is Alarm.OLDER
    assert decide(last, replace(following, at_ms=last.at_ms)) is None
    assert decide(last, replace(following, at_ms=NOW + CLOCK_MS)) is None
    assert decide(last, replace(following, at_ms=NOW + CLOCK_MS + 1)) is Alarm.FUTURE


@given(histories())
def test_another_key_or_signature_is_refused(told: list[Statement]) -> None:
    last, following = told[-2], told[-1]
    refusal = decide_cosigning(last, following, WITNESS.sign(following.message()), KEYS, NOW)
    assert refusal is not None
    assert refusal.alarm is Alarm.BAD_SIGNATURE
    assert decide(last, replace(following, key_id=key_id_of(KEY))) is Alarm.OTHER_KEY


@given(histories(), st.data())
def test_a_cosignature_is_of_one_checkpoint_by_one_witness(told: list[Statement], data: st.DataObject) -> None:
    statement = told[-1]
    core = cosignature_for(statement, KEY, NOW)
    made = replace(core, signature=WITNESS.sign(core.message()))
    assert check_cosignature(made, KEY, statement) is None
    assert read_cosignature(made.as_json()) == read_line(canonical_bytes(made.as_json())) == made
    assert check_cosignature(made, PUBLIC, statement) is CosignatureFault.OTHER_KEY
    for other in told[:-1]:
        assert check_cosignature(made, KEY, other) is CosignatureFault.OTHER_CHECKPOINT
    changed = data.draw(
        st.sampled_from(
            [
                replace(made, n=made.n + 1),
                replace(made, seen_at_ms=made.seen_at_ms - 1),
                replace(made, digest="0" * 64),
                replace(made, journal="0" * 16),
                replace(made, signature=bytes(64)),
            ]
        )
    )
    assert check_cosignature(changed, KEY, statement) is CosignatureFault.BAD_SIGNATURE


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists, max_leaves=5), st.data())
def test_what_is_no_cosignature_is_told(value: object, data: st.DataObject) -> None:
    made = Cosignature("0" * 16, "1" * 16, 3, "2" * 64, 5, bytes(64)).as_json()
    name = data.draw(st.sampled_from(sorted(made)))
    read = read_cosignature({**made, name: value})
    assert isinstance(read, CosignatureFault) or (type(value) is int and name in ("n", "seen_at", "v"))
    assert read_cosignature(value) is CosignatureFault.MALFORMED
    assert isinstance(read_line(b"[" * 20_000), CosignatureFault)


def test_a_witness_is_there_for_a_quarter_of_an_hour() -> None:
    assert is_there(NOW - AWAY_MS, NOW)
    assert not is_there(NOW - AWAY_MS - 1, NOW)
    assert not is_there(None, NOW)
