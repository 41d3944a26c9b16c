"""Retracing a sealed round in its tender's chain: policy, times, close, openings (JOURNAL.md section 4, "state rules").

Pure, one entry at a time. What the packages are stands in the lots' chains (`package_retracing.py`); what the openings
gave is repeated from their secrets (`reopening.py`).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from app.domain.chaining import Fault, Why
from app.domain.committee_retracing import COMMITTEE_KINDS, CommitteeRetrace, ToldQuorum
from app.domain.entries import Entry
from app.domain.framing import BadDataError, amount_of, instant_of, text_of
from app.domain.kinds import Kind
from app.domain.refusals import Code
from app.domain.replaying import WRITING
from app.domain.sealed_rules import BadRulesError, SealedRules, sealed_rules_from_json
from app.domain.sealing.policy import KeyPolicy, PolicyFault, policy_digest, policy_from_json
from app.domain.sealing.rules import LAST_STRETCH, PRICE, TECHNICAL, PriceTerms, Reason, manifest_of, rules_digest

SEALED_KINDS: Final = frozenset(
    {
        *(Kind.POLICY_FIXED, Kind.ROUND_OPENED, Kind.ROUND_EXTENDED, Kind.ROUND_CLOSED),
        *(Kind.ENVELOPES_OPENED, Kind.OPENING_REFUSED),
        *COMMITTEE_KINDS,
    }
)


@dataclass(frozen=True, slots=True)
class ToldOpening:
    """The envelopes of one kind of one lot, as `envelopes.opened` tells them."""

    seq: int
    at: datetime
    digest: str
    count: int
    # In committee custody: who had released what by then.
    quorum: ToldQuorum | None = None


class SealedRetrace:
    """Folds the acts of one tender's sealed round; knows what its packages are held against."""

    def __init__(self) -> None:
        self.round: str | None = None
        self.rules: SealedRules | None = None
        self.policy: KeyPolicy | None = None
        self.policy_digest = ""
        self.opened_at: datetime | None = None
        self.closed_at: datetime | None = None
        self.manifest: list[str] | None = None
        # By (lot, envelope).
        self.openings: dict[tuple[str, str], ToldOpening] = {}
        # By lot: the published limits of its price.
        self.terms: dict[str, PriceTerms] = {}
        self.is_unopened = False
        # The lock of the scores has handed down who passed.
        self.is_released = False
        self.committee = CommitteeRetrace()
        # The policies in force: (fixed at, digest). Packages are bound to the one of their time.
        self._policies: list[tuple[datetime, str]] = []
        # The closes in force: (told at, close).
        self._closes: list[tuple[datetime, datetime]] = []
        self._was_extended = False
        # The opening, or the rekeying, after which the committee's delay moves the close once.
        self._late_since: datetime | None = None
        self._is_rekeyed_since_opening = False

    def publish(self, document: Mapping[str, Any]) -> None:
        """Take a published or amended document over. Raises BadDataError."""
        try:
            found = next((one for one in document["rounds"] if one["kind"] == "sealed"), None)
            if found is not None:
                self.round, self.rules = str(found["id"]), sealed_rules_from_json(found["rules"])
                self.terms = {str(lot["id"]): _terms(lot, document["currency"]) for lot in document["lots"]}
        except (KeyError, TypeError, AttributeError, BadRulesError):
            raise BadDataError("the sealed round of the document is not in its form") from None

    def closes_at(self, at: datetime) -> datetime | None:
        """The close in force at an instant, or None before the round was opened."""
        found = [close for told, close in self._closes if told <= at]
        return found[-1] if found else None

    def policies_at(self, at: datetime) -> set[str]:
        """The digests of the policy in force at an instant; of both where it changed in this very millisecond."""
        before = [digest for fixed, digest in self._policies if fixed < at]
        return {*before[-1:], *(digest for fixed, digest in self._policies if fixed == at)}

    def withdraw_release(self) -> None:
        """The scores were unlocked: what was handed down, and what was released of prices, counts no more."""
        self.is_released = False
        self.committee.forget(PRICE)

    def is_own(self, entry: Entry) -> bool:
        """Whether the entry is an act of the sealed round."""
        if entry.kind not in SEALED_KINDS or self.round is None:
            return False
        return entry.data.get("round") == self.round

    def take(self, entry: Entry, document: Mapping[str, Any]) -> Fault | None:
        """What is wrong with an act of the round after those before it. Raises BadDataError."""
        match entry.kind:
            case Kind.POLICY_FIXED:
                return self._fixed(entry, document)
            case Kind.ROUND_OPENED:
                return self._opened(entry)
            case Kind.ROUND_EXTENDED:
                return self._extended(entry)
            case Kind.ROUND_CLOSED:
                return self._closed(entry)
            case Kind.OPENING_REFUSED:
                self.is_unopened |= entry.data.get("code") == Code.TOO_FEW_BIDDERS
                return None
            case Kind.RELEASES_RECEIVED | Kind.RECOVERY_ASKED | Kind.RECOVERY_GIVEN:
                return self._released(entry)
            case Kind.ENVELOPES_OPENED:
                return self._envelopes(entry)
            case _:
                return self._of_committee(entry)

    def _of_committee(self, entry: Entry) -> Fault | None:
        if self.closed_at is not None:
            return Fault(Why.STATE, f"{entry.kind.value} after the close")
        fault = self.committee.take(entry, self._rules(), self.policy_digest)
        if fault is None and entry.kind is Kind.COMMITTEE_REKEYED:
            self._late_since, self.policy_digest = entry.at, ""
            self._is_rekeyed_since_opening = self.opened_at is not None
            self._policies.append((entry.at, ""))
        return fault

    def _released(self, entry: Entry) -> Fault | None:
        envelope = text_of(entry.data, "envelope")
        fault = self._due_fault(envelope)
        if fault is not None or self.is_unopened:
            return fault or Fault(Why.STATE, "released although too few bidders had come")
        return self.committee.take_released(entry, self.closed_at, frozenset(self.manifest or ()))

    def _due_fault(self, envelope: str) -> Fault | None:
        """Why envelopes of this kind are not to be opened or released yet, or any more."""
        if any(kind == envelope for _, kind in self.openings):
            return Fault(Why.STATE, "released after these envelopes were opened")
        if envelope == PRICE and self._rules().has_technical and not self.is_released:
            return Fault(Why.STATE, "prices were released before the scores were locked and handed down")
        return None

    def _fixed(self, entry: Entry, document: Mapping[str, Any]) -> Fault | None:
        if self.policy is not None and not self.committee.is_rekeyed:
            return Fault(Why.STATE, "the key policy of the round was fixed before")
        policy = policy_from_json(entry.data.get("policy"))
        if isinstance(policy, PolicyFault):
            return Fault(Why.FORM, f"the key policy is not fit for use: {policy.value}")
        if policy_digest(policy) != entry.data.get("digest"):
            return Fault(Why.DIGEST, "the digest beside the key policy is not the policy's")
        lots = {str(lot["id"]) for lot in document["lots"]}
        if policy.round != self.round or set(policy.lots) != lots:
            return Fault(Why.STATE, "the key policy is of another round or of other lots")
        if policy.rules_digest != rules_digest(document, policy.round):
            return Fault(Why.DIGEST, "the key policy names other rules than those that were published")
        fault = self.committee.policy_fault(policy, self._rules())
        if fault is not None:
            return fault
        self.policy, self.policy_digest = policy, policy_digest(policy)
        self._policies.append((entry.at, self.policy_digest))
        return None

    def _opened(self, entry: Entry) -> Fault | None:
        rules = self._rules()
        if self.policy is None or self.opened_at is not None:
            return Fault(Why.STATE, "the sealed round was opened before its key policy was fixed, or a second time")
        if (instant_of(entry.data, "opens_at"), instant_of(entry.data, "closes_at")) != (
            rules.opens_at,
            rules.closes_at,
        ):
            return Fault(Why.REPLAY, f"by the rules the round is open from {rules.opens_at} to {rules.closes_at}")
        if entry.at < rules.opens_at:
            return Fault(Why.STATE, f"the sealed round was opened before {rules.opens_at}")
        fault = self.committee.opening_fault(rules)
        if fault is not None:
            return fault
        self.opened_at = entry.at
        self._late_since = rules.opens_at
        self._closes.append((entry.at, rules.closes_at))
        return None

    def _extended(self, entry: Entry) -> Fault | None:
        before, after = instant_of(entry.data, "from"), instant_of(entry.data, "to")
        if self.closed_at is not None or self.closes_at(entry.at) != before:
            return Fault(Why.STATE, f"the close then in force was {self.closes_at(entry.at)}")
        reason = text_of(entry.data, "reason")
        if reason == Reason.OUTAGE:
            is_right = after - before >= LAST_STRETCH
        elif reason == Reason.COMMITTEE:
            is_right = self._is_committee_delay(entry, before, after)
        else:
            # Where the service comes late to the close, the extension counts from then.
            longer = self._rules().extension
            is_right = reason == Reason.TOO_FEW and not self._was_extended
            is_right = is_right and before <= entry.at and before + longer <= after <= entry.at + longer
            self._was_extended = True
        if not is_right or after <= before:
            return Fault(Why.REPLAY, "by the rules the close does not move so")
        self._closes.append((entry.at, after))
        return None

    def _is_committee_delay(self, entry: Entry, before: datetime, after: datetime) -> bool:
        """Whether the close moves by what the committee kept the round shut, or after a rekeying; once for each."""
        since, self._late_since = self._late_since, None
        if self._rules().committee is None or since is None or self.opened_at is None:
            return False
        if since > self.opened_at:
            # The rehearsal is told a moment after the hours began to count.
            least = self.committee.least_close()
            return least is not None and before < after and least - WRITING <= after <= least + WRITING
        late = entry.at - since
        return before + late - WRITING <= after <= before + late

    def _closed(self, entry: Entry) -> Fault | None:
        close = self.closes_at(entry.at)
        if close is None or self.closed_at is not None or entry.at < close:
            return Fault(Why.STATE, f"the sealed round was closed before its close at {close}, or twice")
        least = self.committee.least_close()
        if self._is_rekeyed_since_opening and (least is None or close < least - WRITING):
            return Fault(Why.STATE, "the round was closed before bidders had the agreed time to seal to the new keys")
        if "closes_at" in entry.data and instant_of(entry.data, "closes_at") != close:
            return Fault(Why.REPLAY, f"the close in force was {close}")
        manifest = entry.data.get("manifest")
        if not isinstance(manifest, list) or not all(isinstance(one, str) for one in manifest):
            return Fault(Why.FORM, "closed without its manifest")
        if manifest != manifest_of(set(manifest)):
            return Fault(Why.FORM, "the manifest of the close is not sorted, or names a package twice")
        self.closed_at, self.manifest = entry.at, manifest
        return None

    def _envelopes(self, entry: Entry) -> Fault | None:
        envelope = text_of(entry.data, "envelope")
        place = (text_of(entry.data, "lot"), envelope)
        if self.closed_at is None or self.is_unopened:
            return Fault(Why.STATE, "envelopes were opened before the close, or although too few bidders had come")
        if place in self.openings or envelope not in (PRICE, TECHNICAL):
            return Fault(Why.STATE, "these envelopes were opened a second time")
        has_technical = self._rules().has_technical
        if envelope == TECHNICAL and not has_technical:
            return Fault(Why.STATE, "the round has no technical envelopes")
        if envelope == PRICE and has_technical and not self.is_released:
            return Fault(Why.STATE, "prices were opened before the scores were locked and handed down")
        count = entry.data.get("count")
        digest = text_of(entry.data, "digest")
        quorum = self.committee.quorum(self._rules(), envelope)
        self.openings[place] = ToldOpening(entry.seq, entry.at, digest, count if type(count) is int else -1, quorum)
        return None

    def _rules(self) -> SealedRules:
        if self.rules is None:
            raise BadDataError("the tender has no sealed round")
        return self.rules


def _terms(lot: Mapping[str, Any], currency: str) -> PriceTerms:
    scale, minimum = lot["scale"], lot.get("minimum_price")
    ceiling = amount_of(lot["ceiling_price"], scale)
    return PriceTerms(str(lot["id"]), currency, scale, ceiling, None if minimum is None else amount_of(minimum, scale))
