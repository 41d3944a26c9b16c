"""The own band among peers: order does not matter, a better score is never in a worse band, few peers give none."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.peer_banding import BANDS, LEAST_PEERS, band_of

SCORES = st.decimals("0", "100", places=1)
MANY = st.lists(SCORES, min_size=LEAST_PEERS, max_size=20)


@pytest.mark.parametrize(("better", "band"), [(0, 1), (1, 1), (2, 2), (3, 2), (4, 3), (5, 3), (6, 4), (7, 4), (8, 4)])
def test_the_quarter_is_the_share_of_the_others_that_are_better(better: int, band: int) -> None:
    peers = [Decimal(90)] * better + [Decimal(10)] * (8 - better)
    assert band_of(Decimal(50), peers) == band


@given(SCORES, st.lists(SCORES, max_size=LEAST_PEERS - 1))
def test_few_peers_give_no_band(own: Decimal, peers: list[Decimal]) -> None:
    assert band_of(own, peers) is None


@given(MANY, SCORES, SCORES, st.randoms(use_true_random=False))
def test_better_is_never_worse(peers: list[Decimal], one: Decimal, other: Decimal, random: object) -> None:
    low, high = band_of(min(one, other), peers), band_of(max(one, other), peers)
    assert low is not None
    assert high is not None
    assert 1 <= high <= low <= BANDS
    shuffled = list(peers)
    random.shuffle(shuffled)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert band_of(one, shuffled) == band_of(one, peers)


@given(MANY)
def test_nobody_is_better_than_the_best(peers: list[Decimal]) -> None:
    assert band_of(max(peers), peers) == 1
