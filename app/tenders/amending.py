"""Amendments of a published tender: proposed by the purchaser, made by the approval, acknowledged again by all."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from app.approvals.store import NewProposal, insert_proposal
from app.domain.amending import Amendment, amend, decide_amendment, illegal_changes
from app.domain.approving import ProposalKind
from app.domain.drafting import changed_fields
from app.domain.freezing import freeze
from app.domain.kinds import Kind
from app.domain.noticing import NoticeKind
from app.domain.refusals import Code, Refusal
from app.domain.tendering import Act, Continuation, TenderState, decide_move
from app.domain.visibility import Role
from app.tenders import store
from app.tenders.entering import enter, incomplete, refuse, tell_invited, tell_staff

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy.ext.asyncio import AsyncConnection

    from app.approvals.store import Proposal
    from app.domain.amending import Amended
    from app.identity.access import Actor
    from app.infra.world import World
    from app.tenders.store import Tender


async def propose_amendment(world: World, actor: Actor, tender_id: str, change: Amendment) -> Proposal | Refusal:
    """Propose the next version of the published document. Refuses what may not change; INCOMPLETE names the faults."""
    async with world.db.transaction() as tx:
        tender = await store.lock_tender(tx, tender_id)
        made = _make(tender, change, world.clock.now())
        if isinstance(made, Refusal):
            return await refuse(world, tx, actor, Role.PURCHASER, tender_id=tender_id, act="amend", refusal=made)
        assert tender.frozen is not None
        changes = _changes(tender.frozen, made)
        told = {"summary_zh": change.summary_zh, "summary_en": change.summary_en}
        new = NewProposal(
            kind=ProposalKind.AMEND,
            subject_kind="tender",
            subject_id=tender_id,
            chain=tender.chain,
            change={"tender": tender_id, "base": tender.frozen_hash, "document": made, **told},
            summary={"reference": tender.reference, **told, "changes": changes},
            tender=tender_id,
        )
        proposal = await insert_proposal(world, tx, new, actor, Role.PURCHASER)
        await tell_staff(world, tx, tender, NoticeKind.APPROVAL_WAITING, Role.APPROVER, but=actor.account_id)
        return proposal


async def amend_tender(world: World, tx: AsyncConnection, actor: Actor, proposal: Proposal) -> Refusal | None:
    """Put the approved version in force: the effect of `tender.amend`. Everybody acknowledges it again."""
    tender = await store.lock_tender(tx, proposal.subject_id)
    document: dict[str, Any] = dict(proposal.change["document"])
    refusal = _still_stands(tender, proposal, world.clock.now())
    if refusal is not None:
        return refusal
    assert tender.frozen is not None
    # A document that changes more than it may is a bug of the proposal, never to be published.
    assert not illegal_changes(tender.frozen, document)
    changes = _changes(tender.frozen, document)
    told = {name: proposal.change[name] for name in ("summary_zh", "summary_en")}
    await _write(tx, tender, document, world.clock.now())
    record = store.Amendment(document["terms_version"], **told, change=changes, made_at=world.clock.now())
    await store.insert_amendment(tx, amendment_id=world.ids.new(), tender_id=tender.id, new=record)
    hashed = freeze(document)
    data = {"version": document["terms_version"], **told, "document": document, "hash": hashed, "proposal": proposal.id}
    await enter(world, tx, tender.id, Kind.TENDER_AMENDED, data, **actor.entry_fields(Role.APPROVER))
    amended = await store.load_tender(tx, tender.id)
    await tell_invited(world, tx, amended, NoticeKind.TENDER_AMENDED, version=str(document["terms_version"]))
    return None


def _make(tender: Tender, change: Amendment, now: datetime) -> dict[str, Any] | Refusal:
    if tender.frozen is None or tender.response_due_at is None:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": tender.state.value})
    refusal = decide_amendment(tender.state, tender.frozen, now=now)
    if refusal is not None:
        return refusal
    made: Amended = amend(tender.frozen, change, now=now, due_at=tender.response_due_at)
    return incomplete(made.faults) if made.document is None else made.document


def _still_stands(tender: Tender, proposal: Proposal, now: datetime) -> Refusal | None:
    """Ask again what was asked at the proposal: hours may lie between, and the deadline may have moved or passed."""
    if tender.frozen is None or tender.response_due_at is None:
        return Refusal(Code.NOT_ALLOWED_HERE, {"state": tender.state.value})
    if tender.frozen_hash != proposal.change["base"]:
        return Refusal(Code.CHANGED_SINCE, {"version": str(tender.terms_version)})
    refusal = decide_amendment(tender.state, tender.frozen, now=now)
    if refusal is not None:
        return refusal
    due_at = _due(proposal.change["document"])
    if due_at < tender.response_due_at:
        return Refusal(Code.CHANGED_SINCE, {"response_due_at": tender.response_due_at.isoformat()})
    return Refusal(Code.TOO_LATE, {"response_due_at": due_at.isoformat()}) if due_at <= now else None


def _due(document: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(document["times"]["response_due_at"])


async def _write(tx: AsyncConnection, tender: Tender, document: Mapping[str, Any], now: datetime) -> None:
    state = tender.state
    if state is TenderState.RESPONSE_CLOSED:
        after = decide_move(state, Act.REOPEN_RESPONSES)
        assert not isinstance(after, Refusal)
        state = after
    await store.set_tender(
        tx,
        tender.id,
        state=state,
        continuation=Continuation.NOT_NEEDED,
        is_reminded=False,
        title_zh=document["title_zh"],
        title_en=document["title_en"],
        summary_zh=document["summary_zh"],
        summary_en=document["summary_en"],
        response_due_at=_due(document),
        opens_at=datetime.fromisoformat(document["times"]["opens_at"]),
        frozen=document,
        frozen_hash=freeze(document),
        terms_version=document["terms_version"],
        edited_at=now,
    )
    for one in document["rounds"]:
        await store.set_round(tx, one["id"], rules=one["rules"])
    for lot in document["lots"]:
        await store.set_lot(tx, lot["id"], title_zh=lot["title_zh"], title_en=lot["title_en"])
        for line in lot["lines"]:
            await store.set_description(tx, lot_id=lot["id"], number=line["number"], description=line["description"])


def _changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, str]]:
    """List what changed with its text before and after, leaving out what repeats another place or only counts."""
    shown = [path for path in changed_fields(before, after) if path not in {"terms_version", _OPENING_COPY}]
    return [{"path": path, "before": _at(before, path), "after": _at(after, path)} for path in shown]


# The first opening stands in the times and in the rules of its round; one of the two is enough to read.
_OPENING_COPY = "rounds.0.rules.opens_at"


def _at(document: Mapping[str, Any], path: str) -> str:
    found: Any = document
    for step in path.split("."):
        found = found[int(step)] if isinstance(found, list) else found[step]
    return str(found)
