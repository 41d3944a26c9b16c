"""What a provider's answer is worth, when it is asked again, and who a call is from."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.domain.contracting import ContractState
from app.domain.negotiating import Side
from app.domain.refusals import Code
from app.domain.signature_requests import (
    FIRST_WAIT,
    LONGEST_WAIT,
    TOLERANCE,
    Answer,
    Matter,
    RequestState,
    Word,
    decide_confirmation,
    is_signed,
    sign_call,
    wait_after,
)

AT = datetime(2026, 11, 21, 6, tzinfo=UTC)
DIGESTS = st.sampled_from(["a" * 64, "b" * 64, ""])
MATTERS = st.builds(
    Matter,
    state=st.sampled_from(RequestState),
    side=st.sampled_from(Side),
    digest=DIGESTS,
    contract=st.none() | st.sampled_from(ContractState),
    contract_digest=DIGESTS,
    signed=st.lists(st.sampled_from(Side), unique=True),
)


@given(MATTERS, DIGESTS)
def test_a_confirmation_counts_for_the_text_that_may_still_be_signed_alone(matter: Matter, digest: str) -> None:
    refusal = decide_confirmation(matter, Answer(Word.CONFIRMED, "r", digest))
    is_open = matter.state is RequestState.OPEN and matter.contract is ContractState.PENDING
    counts = is_open and matter.side not in matter.signed and matter.digest == digest == matter.contract_digest
    assert (refusal is None) is counts
    if refusal is not None:
        assert refusal.code in (Code.ALREADY_DECIDED, Code.CHANGED_SINCE)
        # What is over stays over, whatever text it is about.
        assert (refusal.code is Code.CHANGED_SINCE) is (is_open and matter.side not in matter.signed)


@given(st.integers(1, 10_000))
def test_the_waits_grow_up_to_the_longest(failures: int) -> None:
    assert wait_after(1) == FIRST_WAIT
    assert FIRST_WAIT <= wait_after(failures) <= wait_after(failures + 1) <= LONGEST_WAIT


@given(st.binary(max_size=40), st.binary(min_size=1, max_size=40), st.binary(max_size=40))
def test_a_call_is_its_signers_alone(body: bytes, secret: bytes, other: bytes) -> None:
    headers = sign_call(secret, "POST", "/a", body, AT)
    time, signature = headers["bidroom-timestamp"], headers["bidroom-signature"]
    assert is_signed(secret, "POST", "/a", body, at=AT, time=time, signature=signature)
    tries = (
        is_signed(secret, "GET", "/a", body, at=AT, time=time, signature=signature),
        is_signed(secret, "POST", "/b", body, at=AT, time=time, signature=signature),
        is_signed(secret, "POST", "/a", body + b"x", at=AT, time=time, signature=signature),
        is_signed(secret, "POST", "/a", body, at=AT, time=str(int(time) + 1), signature=signature),
        is_signed(secret, "POST", "/a", body, at=AT, time=time, signature=signature[:-2]),
    )
    assert not any(tries)
    if other.rstrip(b"\0") != secret.rstrip(b"\0"):
        assert not is_signed(other, "POST", "/a", body, at=AT, time=time, signature=signature)


def test_an_old_call_and_one_from_tomorrow_are_nobodys() -> None:
    headers = sign_call(b"s", "POST", "/a", b"", AT)
    time, signature = headers["bidroom-timestamp"], headers["bidroom-signature"]
    for off, fits in ((TOLERANCE, True), (TOLERANCE + timedelta(seconds=1), False)):
        for at in (AT + off, AT - off):
            assert is_signed(b"s", "POST", "/a", b"", at=at, time=time, signature=signature) is fits
    for wrong in ("", "x", "-1", "9" * 13, "¹", "1e3"):
        assert not is_signed(b"s", "POST", "/a", b"", at=AT, time=wrong, signature=signature)
