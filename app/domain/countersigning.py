"""Four eyes in a chain read back: every act that needs an approval stands on one by another person (ACCESS.md 3)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from app.domain.approving import ProposalKind, change_hash
from app.domain.chaining import Fault, Why
from app.domain.decision_reopening import WORDS, decide_three_persons, reopen_change
from app.domain.entries import Entry
from app.domain.final_offers import cancel_change, round_change
from app.domain.framing import number_of, text_of
from app.domain.kinds import Kind
from app.domain.sealing.recovering import recovery_change

# Acts that stand only on an approval of this kind, granted before them in the same chain.
NEEDS_APPROVAL: Final[Mapping[Kind, ProposalKind]] = {
    Kind.TENDER_PUBLISHED: ProposalKind.PUBLISH,
    Kind.TENDER_AMENDED: ProposalKind.AMEND,
    Kind.TENDER_CONTINUED: ProposalKind.CONTINUE,
    Kind.DECISION_APPROVED: ProposalKind.AWARD,
    Kind.IDENTITY_UNSEALED: ProposalKind.UNSEAL,
    Kind.DECISION_REOPENED: ProposalKind.REOPEN_AUDIT,
    Kind.BAFO_INVITED: ProposalKind.BAFO,
    Kind.BAFO_CANCELLED: ProposalKind.BAFO_CANCEL,
    Kind.RECOVERY_ASKED: ProposalKind.RECOVERY,
    Kind.COMMITTEE_FORMED: ProposalKind.COMMITTEE,
    Kind.COMMITTEE_REKEYED: ProposalKind.REKEY,
    Kind.EMERGENCY_UNSEALED: ProposalKind.EMERGENCY_UNSEAL,
    Kind.OFFER_EXCLUDED: ProposalKind.EXCLUDE,
    Kind.ANSWER_APPROVED: ProposalKind.ANSWER,
    Kind.BID_VOIDED: ProposalKind.VOID_BID,
    Kind.LOT_CANCELLED: ProposalKind.CANCEL_LOT,
    Kind.SCORES_UNLOCKED: ProposalKind.UNLOCK,
    Kind.CERTIFICATION_APPROVED: ProposalKind.CERTIFY,
    Kind.SUPPLIER_SUSPENDED: ProposalKind.SUSPEND,
    Kind.SUPPLIER_REINSTATED: ProposalKind.REINSTATE,
}


@dataclass(frozen=True, slots=True)
class _Proposal:
    kind: str
    change_hash: str
    proposer: str
    # Who granted it, once somebody has.
    granter: str = ""


@dataclass(slots=True)
class Approvals:
    """Four eyes in one chain (ACCESS.md section 3): who proposed, and that somebody else granted exactly that."""

    _open: dict[str, _Proposal] = field(default_factory=dict)
    # Granted and not yet acted upon, by proposal.
    _granted: dict[str, _Proposal] = field(default_factory=dict)

    def take(self, entry: Entry) -> Fault | None:
        """What is wrong with this entry's approval, or None. Raises BadDataError."""
        match entry.kind:
            case Kind.APPROVAL_PROPOSED:
                data = entry.data
                proposal = _Proposal(text_of(data, "kind"), text_of(data, "change_hash"), entry.actor_ref or "")
                self._open[text_of(data, "proposal")] = proposal
                return None
            case Kind.APPROVAL_GRANTED:
                return self._grant(entry)
            case Kind.APPROVAL_REFUSED | Kind.APPROVAL_VOIDED:
                self._open.pop(text_of(entry.data, "proposal"), None)
                return None
            case _:
                return self.use(entry)

    def _grant(self, entry: Entry) -> Fault | None:
        named = text_of(entry.data, "proposal")
        proposal = self._open.pop(named, None)
        if proposal is None:
            return Fault(Why.APPROVAL, "granted, but nobody had proposed it")
        if proposal.change_hash != entry.data.get("change_hash"):
            return Fault(Why.APPROVAL, "granted for another change than the one proposed")
        if entry.actor_ref is None or entry.actor_ref == proposal.proposer:
            return Fault(Why.APPROVAL, "granted by the person who proposed it")
        self._granted[named] = replace(proposal, granter=entry.actor_ref)
        return None

    def use(self, entry: Entry) -> Fault | None:
        """Why this act lacks the approval it stands on, or None. One approval serves one act, of all lots at most."""
        kind = NEEDS_APPROVAL.get(entry.kind)
        named = entry.data.get("proposal")
        # A lot that ends with its whole tender ends by the tender's approval, or by rule; a final round ends with its
        # award, which final_retracing.py looks at.
        if kind is None or (kind in (ProposalKind.CANCEL_LOT, ProposalKind.BAFO_CANCEL) and named is None):
            return None
        fitting = [key for key, granted in self._granted.items() if granted.kind == kind.value and named in (None, key)]
        if not fitting:
            return Fault(Why.APPROVAL, f"{entry.kind.value} without an approval of {kind.value} before it")
        if entry.kind is Kind.DECISION_REOPENED:
            return self._reopen(entry)
        bound = _bound_change(entry)
        if bound is not None and self._granted[fitting[0]].change_hash != change_hash(bound):
            return Fault(Why.APPROVAL, f"{entry.kind.value} is not the change that was approved")
        if entry.kind is not Kind.IDENTITY_UNSEALED:
            del self._granted[fitting[0]]
        return None

    def _reopen(self, entry: Entry) -> Fault | None:
        """Why a decision was not reopened by three persons who all meant this reopening, or None."""
        given = [self._granted.pop(text_of(entry.data, name), None) for name in ("first", "proposal")]
        data = (text_of(entry.data, name) for name in ("decision", "digest", "reason"))
        words, bound = [each for each in given if each is not None], change_hash(reopen_change(*data))
        if [each.kind for each in words] != [each.value for each in WORDS] or {each.change_hash for each in words} != {
            bound
        }:
            return Fault(Why.APPROVAL, "reopened without the words of approver and auditor on exactly this")
        if decide_three_persons([words[0].proposer, *(each.granter for each in words)]) is not None:
            return Fault(Why.APPROVAL, "reopened by fewer than three persons")
        # The names that come next need an approval of their own.
        self._granted = {key: each for key, each in self._granted.items() if each.kind != ProposalKind.UNSEAL.value}
        return None


def _bound_change(entry: Entry) -> Mapping[str, Any] | None:
    """The change that an approval must be of to the letter, where the entry tells it whole."""
    data = entry.data
    if entry.kind is Kind.BAFO_INVITED:
        number = number_of(data, "number")
        return round_change(entry.tender or "", number, text_of(data, "closes_at"), text_of(data, "reason"))
    if entry.kind is Kind.BAFO_CANCELLED:
        return cancel_change(text_of(data, "round"), text_of(data, "reason"))
    if entry.kind is Kind.RECOVERY_ASKED:
        return recovery_change(text_of(data, "round"), text_of(data, "envelope"), text_of(data, "reason"))
    if entry.kind is Kind.COMMITTEE_FORMED:
        return {name: data.get(name) for name in ("round", "k", "seats")}
    if entry.kind is Kind.COMMITTEE_REKEYED:
        return {name: data.get(name) for name in ("round", "k", "seats", "reason", "hours")}
    return None
