"""What an approved proposal about a live round does."""

from app.approvals.store import Effect
from app.domain.approving import ProposalKind
from app.live_rounds.cancelling import cancel_approved
from app.live_rounds.voiding import void_approved

EFFECTS: dict[ProposalKind, Effect] = {
    ProposalKind.VOID_BID: void_approved,
    ProposalKind.CANCEL_LOT: cancel_approved,
}
