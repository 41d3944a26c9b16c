"""Four eyes: who may decide a proposal, until when, and what it is bound to (ACCESS.md section 3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

from app.domain.delegating import Hands
from app.domain.entries import digest_of
from app.domain.refusals import Code, Refusal
from app.domain.visibility import Role

# A refusal in three letters helps nobody.
SHORTEST_REASON = 5


class ProposalKind(StrEnum):
    """The acts that need a second person in the profile ``lean``."""

    CERTIFY = "certification.certify"
    SUSPEND = "supplier.suspend"
    REINSTATE = "supplier.reinstate"
    ADMIT = "supplier.admit"
    PUBLISH = "tender.publish"
    AMEND = "tender.amend"
    CANCEL = "tender.cancel"
    CONTINUE = "tender.continue"
    VOID_BID = "bid.void"
    CANCEL_LOT = "lot.cancel"
    UNLOCK = "scores.unlock"
    AWARD = "decision.award"
    UNSEAL = "identity.unseal"
    CONTRACT = "contract.approve"
    CONTRACT_END = "contract.end"
    BAFO = "bafo.begin"
    BAFO_CANCEL = "bafo.cancel"
    REOPEN = "decision.reopen"
    # The same change, once the approver has agreed.
    REOPEN_AUDIT = "decision.reopen_audit"
    READ_VAULT = "vault.read"
    EMERGENCY_UNSEAL = "identity.emergency_unseal"
    EXCLUDE = "offer.exclude"
    ROLES = "account.roles"
    ANSWER = "answer.publish"
    PROJECT = "project.approve"
    BUDGET = "project.raise_budget"
    CALENDAR = "calendar.change"
    COMMITTEE = "committee.form"
    REKEY = "committee.rekey"
    RECOVERY = "opening.recover"


# Who may decide; in the profile ``lean`` the approver co-signs everything but the roles of colleagues (attacks.md Z05)
# and the second word on reopening a decision (VISIBILITY.md section 2).
_BY_AUDITOR = frozenset({ProposalKind.ROLES, ProposalKind.REOPEN_AUDIT})
DECIDERS: Mapping[ProposalKind, frozenset[Role]] = MappingProxyType(
    {kind: frozenset({Role.AUDITOR if kind in _BY_AUDITOR else Role.APPROVER}) for kind in ProposalKind}
)

# The auditor's business with the vault: the buyer learns of it from the closed file.
OF_AUDITORS = frozenset({ProposalKind.READ_VAULT, ProposalKind.EMERGENCY_UNSEAL})


class Verdict(StrEnum):
    """What the second person says."""

    APPROVE = "approve"
    REFUSE = "refuse"


class ProposalState(StrEnum):
    """Life of a proposal; only ``pending`` can be decided."""

    PENDING = "pending"
    APPROVED = "approved"
    REFUSED = "refused"
    VOID = "void"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Pending:
    """What the rule needs to know of a proposal."""

    kind: ProposalKind
    state: ProposalState
    proposed_by: str
    expires_at: datetime
    # Whom it would give something: nobody decides about himself.
    favours: str = ""
    # The one who is named to approve it; where nobody is, anybody of the role may.
    decider: str = ""
    # Who has another seat in the matter.
    seated: frozenset[str] = frozenset()

    def waits(self, at: datetime) -> bool:
        """Whether it still waits for its second person."""
        return self.state is ProposalState.PENDING and at < self.expires_at


def change_hash(change: Mapping[str, Any]) -> str:
    """SHA-256 of the canonical form of the exact change an approval is bound to."""
    return digest_of(change)


NOBODYS: Final = Hands()


def may_decide(
    pending: Pending, *, account: str, roles: frozenset[Role], at: datetime, hands: Hands = NOBODYS
) -> Refusal | None:
    """None if this person may decide now. Refuses ALREADY_DECIDED, EXPIRED (24 h), SAME_PERSON (who proposed it, whom
    it favours, who has another seat in it, and whoever stood in of late for one of the first two), NEEDS_SECOND_PERSON
    (wrong role)."""
    if pending.state is not ProposalState.PENDING:
        return Refusal(Code.ALREADY_DECIDED, {"state": pending.state.value})
    if at >= pending.expires_at:
        return Refusal(Code.EXPIRED)
    own = frozenset({pending.proposed_by, pending.favours})
    if account in own | pending.seated:
        return Refusal(Code.SAME_PERSON)
    if own & hands.stood_in_for:
        return Refusal(Code.SAME_PERSON, {"by": "delegation"})
    if not roles & DECIDERS[pending.kind]:
        return Refusal(Code.NEEDS_SECOND_PERSON, {"role": ", ".join(sorted(DECIDERS[pending.kind]))})
    return None


def is_named(pending: Pending, *, account: str, hands: Hands = NOBODYS) -> bool:
    """Whether the word to approve is this person's: nobody is named, he is, or who is has handed over his approvals."""
    return pending.decider in ("", account) or pending.decider in hands.givers(Role.APPROVER)


def decide(
    pending: Pending,
    *,
    account: str,
    roles: frozenset[Role],
    verdict: Verdict,
    reason: str,
    at: datetime,
    hands: Hands = NOBODYS,
) -> ProposalState | Refusal:
    """The proposal's next state, or why this person cannot decide it; a refusal needs a reason of at least five
    characters. Any approver may give a matter back; where one is named, he or his delegate alone approves it."""
    refusal = may_decide(pending, account=account, roles=roles, at=at, hands=hands)
    if refusal is not None:
        return refusal
    if verdict is Verdict.APPROVE and not is_named(pending, account=account, hands=hands):
        return Refusal(Code.NEEDS_SECOND_PERSON, {"role": "decision_maker"})
    if verdict is Verdict.REFUSE and len(reason.strip()) < SHORTEST_REASON:
        return Refusal(Code.REASON_MISSING, {"shortest": str(SHORTEST_REASON)})
    return ProposalState.APPROVED if verdict is Verdict.APPROVE else ProposalState.REFUSED
