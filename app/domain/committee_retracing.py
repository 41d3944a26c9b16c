"""Retracing an opening committee in its tender's chain: seats, keys, rehearsal, releases, and the help of bidders.

Pure, one entry at a time (SEALING.md sections 2 and 6). `sealed_retracing.py` asks it when a policy is fixed, the round
opened, an envelope opened; what stands in an opening record is held against it by `reopening.py`.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

from app.domain.chaining import Fault, Why
from app.domain.entries import Entry
from app.domain.framing import instant_of, number_of, rows_of, text_of
from app.domain.kinds import Kind
from app.domain.replaying import WRITING
from app.domain.sealed_rules import SealedRules
from app.domain.sealing.policy import KeyPolicy, MemberKey
from app.domain.sealing.record import RETURNED_UNOPENED
from app.domain.sealing.releases import Reason, is_false_claim

COMMITTEE_KINDS: Final = frozenset(
    {
        *(Kind.COMMITTEE_FORMED, Kind.MEMBER_KEY_ADDED, Kind.POLICY_CONFIRMED, Kind.REHEARSAL_DONE),
        *(Kind.COMMITTEE_REKEYED, Kind.RELEASES_RECEIVED, Kind.RECOVERY_ASKED, Kind.RECOVERY_GIVEN),
    }
)


@dataclass(frozen=True, slots=True)
class ToldBundle:
    """What a seat handed in: the bundle's digest, when it came, and what it left out."""

    digest: str
    received_at: str
    omitted: Mapping[str, str]


@dataclass(slots=True)
class ToldRecovery:
    """That bidders were asked for one kind of envelope: by which approval, until when, and who answered."""

    proposal: str
    ends_at: datetime
    given: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class ToldQuorum:
    """What stood in the chain when the envelopes of one kind were opened."""

    k: int
    titles: tuple[str, ...]
    bundles: Mapping[int, ToldBundle]
    recovery: ToldRecovery | None


class CommitteeRetrace:
    """Folds the acts of one round's committee."""

    def __init__(self) -> None:
        self.generation = 0
        # By seat: (title, account).
        self._seats: dict[int, tuple[str, str]] = {}
        self._keys: dict[int, str] = {}
        self._confirmed: set[int] = set()
        self._is_rehearsed = False
        # Of the committee that came by rekeying: for how long the round stays open at least, and since when.
        self.rekey_hours: int | None = None
        self.rehearsed_at: datetime | None = None
        # The policy in force was voided; the next is not fixed yet.
        self.is_rekeyed = False
        # By envelope kind.
        self._bundles: dict[str, dict[int, ToldBundle]] = {}
        self._recoveries: dict[str, ToldRecovery] = {}

    # ── before the round opens ───────────────────────────────────────────────

    def take(self, entry: Entry, rules: SealedRules, policy_digest: str) -> Fault | None:
        """What is wrong with an act of the committee before the close. Raises BadDataError."""
        if rules.committee is None:
            return Fault(Why.STATE, f"{entry.kind.value} in a round of server custody")
        match entry.kind:
            case Kind.COMMITTEE_FORMED:
                return self._formed(entry, rules, policy_digest)
            case Kind.COMMITTEE_REKEYED:
                if entry.data.get("policy") != policy_digest:
                    return Fault(Why.DIGEST, "rekeying voided another key policy than the one in force")
                self.is_rekeyed, self.rekey_hours = True, number_of(entry.data, "hours")
                return self._formed(entry, rules, policy_digest)
            case Kind.MEMBER_KEY_ADDED:
                return self._keyed(entry, policy_digest)
            case Kind.POLICY_CONFIRMED:
                return self._confirmation(entry, policy_digest)
            case _:
                return self._rehearsed(entry, rules, policy_digest)

    def _formed(self, entry: Entry, rules: SealedRules, policy_digest: str) -> Fault | None:
        assert rules.committee is not None, "asked of committee custody alone"
        if policy_digest and not self.is_rekeyed:
            return Fault(Why.STATE, "a committee was formed after the key policy was fixed, without rekeying")
        generation = number_of(entry.data, "generation")
        if generation != self.generation + 1:
            return Fault(Why.REPLAY, f"the committee is the round's number {self.generation + 1}, not {generation}")
        rows = rows_of(entry.data, "seats")
        seats = {number_of(row, "seat"): (text_of(row, "title"), text_of(row, "account")) for row in rows}
        titles = [seat.value for seat in rules.committee.seats]
        told = [seats[number][0] for number in sorted(seats)]
        if number_of(entry.data, "k") != rules.committee.k or told != titles or sorted(seats) != _numbers(titles):
            return Fault(Why.REPLAY, "the committee has not the seats and the k that were published")
        if len({account for _, account in seats.values()}) != len(seats):
            return Fault(Why.REPLAY, "somebody sits on two seats of the committee")
        self.generation, self._seats = generation, seats
        self._keys, self._confirmed, self._is_rehearsed, self.rehearsed_at = {}, set(), False, None
        return None

    def _keyed(self, entry: Entry, policy_digest: str) -> Fault | None:
        fault = self._seat_fault(entry)
        seat, key = number_of(entry.data, "seat"), text_of(entry.data, "key")
        if fault is not None:
            return fault
        if policy_digest and not self.is_rekeyed:
            return Fault(Why.STATE, "a member's key was added after the key policy was fixed")
        if key in {other for number, other in self._keys.items() if number != seat}:
            return Fault(Why.REPLAY, "two seats of the committee have one key")
        self._keys[seat] = key
        return None

    def _seat_fault(self, entry: Entry) -> Fault | None:
        """Whether the act is that of the seat it names, in the committee that stands."""
        held = self._seats.get(number_of(entry.data, "seat"))
        if "generation" in entry.data and number_of(entry.data, "generation") != self.generation:
            return Fault(Why.STATE, "an act of a committee that does not stand")
        if held is None or entry.actor_ref != held[1]:
            return Fault(Why.STATE, "an act of a seat by somebody who does not sit there")
        return None

    def _confirmation(self, entry: Entry, policy_digest: str) -> Fault | None:
        fault = self._seat_fault(entry)
        if fault is not None:
            return fault
        if not policy_digest or entry.data.get("digest") != policy_digest:
            return Fault(Why.DIGEST, "a member confirmed another key policy than the one in force")
        self._confirmed.add(number_of(entry.data, "seat"))
        return None

    def _rehearsed(self, entry: Entry, rules: SealedRules, policy_digest: str) -> Fault | None:
        assert rules.committee is not None, "asked of committee custody alone"
        seats = entry.data.get("seats")
        if not isinstance(seats, list) or not set(seats) <= self._confirmed or len(set(seats)) < rules.committee.k:
            return Fault(Why.REPLAY, "rehearsed by fewer than k members who had confirmed the policy")
        if entry.data.get("digest") != policy_digest:
            return Fault(Why.DIGEST, "rehearsed under another key policy than the one in force")
        self._is_rehearsed, self.rehearsed_at = True, entry.at
        return None

    def policy_fault(self, policy: KeyPolicy, rules: SealedRules) -> Fault | None:
        """How a policy that was fixed is not made of the published rules and the members' keys, or None."""
        if policy.custody != rules.custody.value:
            return Fault(Why.REPLAY, f"the published custody is {rules.custody.value}, not {policy.custody}")
        if rules.committee is None:
            return None
        members = tuple(MemberKey(title, self._keys.get(seat, "")) for seat, (title, _) in sorted(self._seats.items()))
        if policy.k != rules.committee.k or policy.members != members or not members:
            return Fault(Why.REPLAY, "the key policy is not made of the committee's keys")
        self.is_rekeyed = False
        return None

    def least_close(self) -> datetime | None:
        """Before which a rekeyed round does not close: bidders have the agreed hours from the rehearsal on."""
        if self.rekey_hours is None or self.rehearsed_at is None:
            return None
        return self.rehearsed_at + timedelta(hours=self.rekey_hours)

    def opening_fault(self, rules: SealedRules) -> Fault | None:
        """Why the round might not be opened for packages yet (attacks.md O11), or None."""
        if rules.committee is None:
            return None
        if self._confirmed != set(self._seats) or not self._is_rehearsed:
            return Fault(Why.STATE, "the round was opened before its committee had confirmed and rehearsed")
        return None

    # ── after the close ──────────────────────────────────────────────────────

    def take_released(self, entry: Entry, closed_at: datetime | None, packages: frozenset[str]) -> Fault | None:
        """What is wrong with a release after the close; ``packages``: the manifest. Raises BadDataError."""
        if closed_at is None:
            return Fault(Why.STATE, f"{entry.kind.value} before the close")
        envelope = text_of(entry.data, "envelope")
        match entry.kind:
            case Kind.RELEASES_RECEIVED:
                return self._released(entry, envelope, packages)
            case Kind.RECOVERY_ASKED:
                if envelope in self._recoveries:
                    return Fault(Why.STATE, "the bidders were asked a second time")
                told = ToldRecovery(text_of(entry.data, "proposal"), instant_of(entry.data, "ends_at"))
                self._recoveries[envelope] = told
                return None
            case _:
                return self._given(entry, envelope, packages)

    def _released(self, entry: Entry, envelope: str, packages: frozenset[str]) -> Fault | None:
        fault = self._seat_fault(entry)
        if fault is not None:
            return fault
        seat, rows = number_of(entry.data, "seat"), rows_of(entry.data, "omitted")
        omitted = {text_of(row, "package"): text_of(row, "reason") for row in rows}
        if not set(omitted) <= packages or not set(omitted.values()) <= set(Reason):
            return Fault(Why.REPLAY, "a bundle leaves out what is not in the manifest, or without a reason of the list")
        held = self._bundles.setdefault(envelope, {})
        if seat in held:
            return Fault(Why.STATE, f"seat {seat} handed in a second bundle")
        received_at = instant_of(entry.data, "received_at")
        if not received_at <= entry.at <= received_at + WRITING:
            return Fault(Why.REPLAY, f"the bundle of seat {seat} came at another time than its entry")
        held[seat] = ToldBundle(text_of(entry.data, "digest"), text_of(entry.data, "received_at"), omitted)
        return None

    def _given(self, entry: Entry, envelope: str, packages: frozenset[str]) -> Fault | None:
        asked, package = self._recoveries.get(envelope), text_of(entry.data, "package")
        if asked is None or entry.at > asked.ends_at or package in asked.given or package not in packages:
            return Fault(Why.STATE, "a bidder's secret was taken unasked, too late, twice, or of no package in the box")
        asked.given.add(package)
        return None

    def forget(self, envelope: str) -> None:
        """What was released of these envelopes counts no more: the scores were unlocked, others may pass."""
        self._bundles.pop(envelope, None)
        self._recoveries.pop(envelope, None)

    def quorum(self, rules: SealedRules, envelope: str) -> ToldQuorum | None:
        """What stands in the chain of this kind of envelope, for `reopening.py`; None in server custody."""
        if rules.committee is None:
            return None
        titles = tuple(seat.value for seat in rules.committee.seats)
        bundles = dict(self._bundles.get(envelope, {}))
        return ToldQuorum(rules.committee.k, titles, bundles, self._recoveries.get(envelope))


def _numbers(titles: list[str]) -> list[int]:
    return list(range(1, len(titles) + 1))


# ── the opening record ────────────────────────────────────────────────────────


def record_fault(document: Mapping[str, Any], told: ToldQuorum | None) -> Fault | None:
    """How an opening record's members differ from what stands in the chain, or None. Raises BadDataError.

    The members of the record are seats whose bundles stand in the chain under the same digest; k of them, or the
    bidders gave their own secrets; a package that too few released is not opened; who said what is not so is named.
    """
    if told is None:
        return Fault(Why.FORM, "a record of server custody names members") if "members" in document else None
    present: dict[int, ToldBundle] = {}
    for row in rows_of(document, "members"):
        seat = number_of(row, "seat")
        held = told.bundles.get(seat)
        if held is None or seat in present or row.get("bundle") != held.digest:
            return Fault(Why.REPLAY, f"the record names seat {seat}, of which the chain has no such bundle")
        if row.get("title") != told.titles[seat - 1]:
            return Fault(Why.REPLAY, f"seat {seat} is the seat of {told.titles[seat - 1]}")
        left_out = [{"package": package, "reason": reason} for package, reason in sorted(held.omitted.items())]
        if row.get("received_at") != held.received_at or row.get("omitted") != left_out:
            return Fault(Why.REPLAY, f"the record tells otherwise what seat {seat} released, or when")
        present[seat] = held
    recovery, by_bidders = told.recovery, document.get("recovery")
    if by_bidders is not None and (recovery is None or by_bidders != recovery.proposal):
        return Fault(Why.REPLAY, "the record says that bidders helped, who had not been asked")
    if by_bidders is None and len(present) < told.k:
        return Fault(Why.STATE, f"opened by {len(present)} members, and {told.k} are needed")
    by_package = {text_of(row, "package"): text_of(row, "result") for row in rows_of(document, "results")}
    given = None if by_bidders is None or recovery is None else recovery.given
    fault = _count_fault(by_package, present, told.k, given)
    return fault or _false_fault(document, by_package, present)


def _count_fault(
    results: Mapping[str, str], present: Mapping[int, ToldBundle], k: int, given: set[str] | None
) -> Fault | None:
    """A package is opened by k releases or by its bidder's own secret, and by nothing else."""
    for package, result in results.items():
        if result in (RETURNED_UNOPENED, "altered_in_custody", "bidder_malformed"):
            continue
        released = sum(package not in bundle.omitted for bundle in present.values())
        is_enough = released >= k if given is None else package in given
        if is_enough == (result == "not_opened"):
            return Fault(Why.REPLAY, f"package {package[:8]} has {released} releases, and is {result}")
    return None


def _false_fault(
    document: Mapping[str, Any], results: Mapping[str, str], present: Mapping[int, ToldBundle]
) -> Fault | None:
    """The record names just the seats whose reasons for leaving a package out turned out not to be so."""
    for row in rows_of(document, "members"):
        omitted = present[number_of(row, "seat")].omitted
        expected = sorted(
            package
            for package, reason in omitted.items()
            if package in results and is_false_claim(Reason(reason), results[package])
        )
        if row.get("false") != expected:
            return Fault(Why.REPLAY, f"the record does not say truly what seat {row['seat']} left out without cause")
    return None
