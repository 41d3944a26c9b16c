"""HTTP edge of sealed rounds: reading, uploads in chunks, and the commit for the command line."""

import re
from collections.abc import Mapping
from typing import Annotated, Any

from fastapi import APIRouter, Header, Request
from pydantic import BeforeValidator
from starlette.requests import ClientDisconnect

from app.domain.refusals import Code, Refusal
from app.identity.access import ActorDep, BidderDep, SupplierDep
from app.infra.errors import Problem, answer
from app.infra.web import StrictRoute, WorldDep
from app.sealed_rounds import acting, views
from app.sealed_rounds.answering import Outcome, Turned
from app.sealed_rounds.schemas import (
    ManifestView,
    OpeningView,
    OwnPackagesView,
    PackageBody,
    ReceiptView,
    StaffRoundView,
    SupplierRoundView,
    UploadBody,
    UploadView,
    WithdrawalBody,
)
from app.sealed_rounds.stamping import ReceivedAt, StampedRoute
from app.sealed_rounds.uploading import Progress

router = APIRouter(prefix="/api", tags=["sealed_rounds"])
reading = APIRouter(route_class=StrictRoute)
handing_in = APIRouter(route_class=StampedRoute)

# What is no sealed package of this round is not understood; what is too large or too much says so.
STATUS: Mapping[Code, int] = {
    Code.NOT_SEALED: 422,
    Code.WRONG_BINDING: 422,
    Code.TOO_LARGE: 413,
    Code.SLOW_DOWN: 429,
    Code.QUOTA_REACHED: 429,
}


def _plain_digits(text: Any) -> Any:
    """One spelling a number: neither a sign nor a point, nor what else might pass for one."""
    if not re.fullmatch(r"0|[1-9][0-9]{0,9}", str(text), re.ASCII):
        raise ValueError("an offset is written in plain digits")
    return text


UploadOffset = Annotated[int, BeforeValidator(_plain_digits), Header(alias="Upload-Offset", ge=0, le=2**31)]


@reading.get("/rounds/{round_id}/sealed")
async def get_sealed_round(world: WorldDep, actor: ActorDep, round_id: str) -> SupplierRoundView | StaffRoundView:
    """The sealed round: policy, times, lots, own packages; for staff what the phase tells."""
    found = await views.read_round(world, actor, round_id)
    if found["audience"] == "supplier":
        return SupplierRoundView.model_validate(found)
    return StaffRoundView.model_validate(found)


@reading.get("/rounds/{round_id}/packages")
async def get_own_packages(world: WorldDep, actor: ActorDep, round_id: str) -> OwnPackagesView:
    """Own revisions with their receipts and the digests of what is stored."""
    return OwnPackagesView.model_validate(await views.read_own_packages(world, actor, round_id))


@reading.get("/rounds/{round_id}/manifest")
async def get_manifest(world: WorldDep, actor: ActorDep, round_id: str) -> ManifestView:
    """The sorted digests of the live packages, from the close on."""
    return ManifestView.model_validate(answer(await views.read_manifest(world, actor, round_id)))


@reading.get("/tenders/{tender_id}/opening")
async def get_opening(world: WorldDep, actor: ActorDep, tender_id: str) -> OpeningView:
    """The opening records, as far as the reader's phase tells."""
    return OpeningView.model_validate(await views.read_opening(world, actor, tender_id))


@handing_in.put("/rounds/{round_id}/packages/{lot_id}")
async def put_package(
    world: WorldDep, actor: BidderDep, round_id: str, lot_id: str, body: PackageBody, at: ReceivedAt
) -> ReceiptView:
    """Commit a package; the same package again gives the identical receipt."""
    # A member that has no place in a package: whatever this is, it is not sealed.
    header = None if body.model_extra else body.header
    sent = acting.Sent(round_id, lot_id, header, body.price, body.upload_id, at)
    return _receipt(await acting.commit(world, actor, sent))


@handing_in.post("/rounds/{round_id}/packages/{lot_id}/withdrawal")
async def post_withdrawal(
    world: WorldDep, actor: BidderDep, round_id: str, lot_id: str, body: WithdrawalBody, at: ReceivedAt
) -> ReceiptView:
    """Withdraw the own package; a new one may follow until the close."""
    return _receipt(await acting.withdraw(world, actor, round_id, lot_id, rev=body.rev, received_at=at))


@handing_in.post("/rounds/{round_id}/uploads")
async def post_upload(world: WorldDep, actor: BidderDep, round_id: str, body: UploadBody, at: ReceivedAt) -> UploadView:
    """Announce a technical ciphertext; the same digest again finds the same upload."""
    asked = acting.announce(world, actor, round_id, body.lot_id, size=body.size, sha256=body.sha256, received_at=at)
    return _progress(await asked)


@reading.get("/rounds/{round_id}/uploads/{upload_id}")
async def get_upload(world: WorldDep, actor: SupplierDep, round_id: str, upload_id: str) -> UploadView:
    """How far an own upload has come."""
    return _progress(await acting.find_progress(world, actor, round_id, upload_id))


@reading.patch(
    "/rounds/{round_id}/uploads/{upload_id}",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
async def patch_upload(
    world: WorldDep, actor: BidderDep, request: Request, round_id: str, upload_id: str, offset: UploadOffset
) -> UploadView:
    """Append a chunk at its offset; UPLOAD_INCOMPLETE names the right one."""
    made = acting.append_chunk(world, actor, round_id, upload_id, offset=offset, chunks=request.stream())
    try:
        return _progress(await made)
    except ClientDisconnect:
        # Nobody hears the answer: what came is kept, and the next chunk begins behind it.
        raise Problem(408) from None


router.include_router(reading)
router.include_router(handing_in)


def _receipt(outcome: Outcome) -> ReceiptView:
    if isinstance(outcome, Turned):
        notice = {} if outcome.late_notice is None else {"late_notice": dict(outcome.late_notice)}
        raise _problem(outcome.refusal, notice)
    return ReceiptView.model_validate(outcome.receipt)


def _progress(found: Progress | Refusal) -> UploadView:
    if isinstance(found, Refusal):
        raise _problem(found, {})
    return UploadView(upload_id=found.upload_id, offset=found.offset, is_complete=found.is_complete)


def _problem(refusal: Refusal, more: Mapping[str, Any]) -> Problem:
    return Problem(STATUS.get(refusal.code, 409), refusal.code.value, detail={**refusal.detail, **more})
