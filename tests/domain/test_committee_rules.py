"""Opening committees: how many of which seats, who may sit there, and what each owes before the round opens."""

from hypothesis import given
from hypothesis import strategies as st

from app.domain.committee import (
    INDEPENDENT,
    CommitteeRules,
    Seat,
    SeatState,
    Sitting,
    Step,
    committee_faults,
    decide_readiness,
    decide_sittings,
    next_step,
)
from app.domain.refusals import Code
from app.domain.visibility import Role

seats = st.lists(st.sampled_from(list(Seat)), max_size=12).map(tuple)


@given(st.integers(-1, 12), seats)
def test_what_may_be_published_is_what_sealing_md_says(k: int, titles: tuple[Seat, ...]) -> None:
    # SEALING.md section 2 point 1, said in its own words.
    n = len(titles)
    allowed = 3 <= n <= 9 and k > n / 2 and k < n and (n < 5 or n - k >= 2)
    allowed = allowed and titles.count(Seat.PURCHASING) < k and any(seat in INDEPENDENT for seat in titles)
    assert (committee_faults(CommitteeRules(k, titles)) == []) is allowed


def test_each_fault_has_its_name() -> None:
    audit, buying = Seat.AUDIT, Seat.PURCHASING
    named = {
        code: committee_faults(CommitteeRules(k, titles))
        for code, k, titles in (
            ("OUT_OF_RANGE", 2, (audit, buying)),
            ("NO_MAJORITY", 2, (audit, audit, buying, Seat.LEGAL)),
            ("TOO_FEW_SPARE", 4, (audit, buying, Seat.FINANCE, Seat.QUALITY, Seat.LEGAL)),
            ("PURCHASING_TOO_MANY", 2, (audit, buying, buying)),
            ("NOBODY_INDEPENDENT", 2, (Seat.FINANCE, Seat.QUALITY, buying)),
        )
    }
    assert all(code in {found for _, found in faults} for code, faults in named.items())


RULES = CommitteeRules(2, (Seat.AUDIT, Seat.TECHNICAL, Seat.PURCHASING))


def sitting(account: str, *roles: Role, runs_it: bool = False) -> Sitting:
    return Sitting(account, frozenset(roles), runs_it)


def test_who_may_sit_where() -> None:
    auditor, buyer = sitting("a", Role.AUDITOR), sitting("b", Role.PURCHASER, runs_it=True)
    expert, marker = sitting("c"), sitting("d", Role.EVALUATOR)
    assert decide_sittings(RULES, [auditor, expert, buyer]) is None

    def why(*people: Sitting) -> str:
        refusal = decide_sittings(RULES, people)
        assert refusal is not None
        assert refusal.code is Code.WRONG_COMMITTEE
        return refusal.detail["why"]

    assert why(auditor, expert) == "seats"
    assert why(auditor, auditor, buyer) == "twice"
    assert why(auditor, sitting("e", Role.ADMIN), buyer) == "role"
    assert why(auditor, sitting("e", Role.SUPPLIER), buyer) == "role"
    # Evaluators count as purchasing, also in another seat.
    assert why(auditor, marker, buyer) == "purchasing"
    assert why(buyer, expert, auditor) == "independent"
    assert why(sitting("f", runs_it=True), expert, auditor) == "independent"


def state(number: int, *, key: bool = True, confirmed: bool = True, rehearsed: bool = True) -> SeatState:
    return SeatState(number, Seat.AUDIT, key, confirmed, rehearsed)


def test_steps_follow_each_other_and_readiness_names_who_owes() -> None:
    ready = [state(1), state(2)]
    assert next_step([], has_policy=False, is_rehearsed=False) is Step.FORM
    assert next_step(ready, has_policy=False, is_rehearsed=False) is Step.KEYS
    assert next_step([state(1), state(2, confirmed=False)], has_policy=True, is_rehearsed=True) is Step.CONFIRM
    assert next_step(ready, has_policy=True, is_rehearsed=False) is Step.REHEARSE
    assert decide_readiness(ready, has_policy=True, is_rehearsed=True) is None
    owing = decide_readiness([state(1), state(2, key=False)], has_policy=False, is_rehearsed=False)
    assert owing is not None
    assert (owing.code, owing.detail) == (Code.COMMITTEE_NOT_READY, {"step": "keys", "seats": "2"})
