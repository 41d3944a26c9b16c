"""HTTP edge of second factors: prove, enrol, name, remove, recover."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response

from app.domain.second_factor import SteppedAct, needs_second_factor
from app.domain.visibility import Role
from app.identity import enrolling, factor_store, proving
from app.identity.access import Actor, SignedInDep, staff, stepped_up
from app.identity.admitting import admit
from app.identity.factor_schemas import (
    CodeProof,
    ConfirmTotp,
    EnrolledView,
    FactorName,
    FactorsView,
    FactorView,
    NewPasskey,
    PasskeyOptions,
    PasskeyProof,
    PasswordProof,
    ProofBody,
    RecoveryCodes,
    ResetFactors,
    TotpOffer,
)
from app.identity.schemas import Me
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.infra.world import World

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["identity"])
AdminDep = Annotated[Actor, Depends(staff(Role.ADMIN))]


def _proof(body: CodeProof | PasswordProof | PasskeyProof) -> proving.Proof:
    match body:
        case CodeProof():
            return proving.Proof(body.by, body.code)
        case PasswordProof():
            return proving.Proof(body.by, body.password)
        case PasskeyProof():
            return proving.Proof(body.by, credential=body.credential)


@router.post("/session/passkey-options")
async def offer_proof(world: WorldDep, actor: SignedInDep) -> PasskeyOptions:
    """What the browser needs to prove by a passkey."""
    return PasskeyOptions(options=await proving.offer_passkey(world, actor))


@router.post("/session/proof")
async def prove(body: ProofBody, request: Request, response: Response, world: WorldDep, actor: SignedInDep) -> Me:
    """Prove who one is: the second step of a sign-in, or a step-up; the session gets a new id."""
    return admit(world, request, response, answer(await proving.prove(world, actor, _proof(body))))


@router.get("/me/second-factors")
async def list_factors(world: WorldDep, actor: SignedInDep) -> FactorsView:
    """What proves the own account."""
    async with world.db.snapshot() as tx:
        held = await factor_store.list_factors(world, tx, actor.account_id)
    confirmed = [each for each in held if each.is_confirmed]
    return FactorsView(
        factors=[
            FactorView.model_validate({"id": each.id, "kind": each.kind, "name": each.name, "made_at": each.made_at})
            for each in confirmed
            if each.kind != factor_store.RECOVERY
        ],
        is_required=needs_second_factor(actor.roles),
        recovery_left=sum(len(each.codes) for each in confirmed),
    )


@router.post("/me/totp", status_code=201)
async def begin_totp(world: WorldDep, actor: SignedInDep) -> TotpOffer:
    """A secret for an authenticator's app, to be confirmed by its first code."""
    offer = answer(await enrolling.begin_totp(world, actor))
    return TotpOffer(id=offer.id, secret=offer.secret, uri=offer.uri, qr=offer.qr)


def _enrolled(world: World, request: Request, response: Response, made: enrolling.Enrolled) -> EnrolledView:
    return EnrolledView(me=admit(world, request, response, made.started), recovery_codes=list(made.codes))


@router.post("/me/totp/{factor_id}/confirmation")
async def confirm_totp(  # FastAPI hands each part over by name
    factor_id: str, body: ConfirmTotp, request: Request, response: Response, world: WorldDep, actor: SignedInDep
) -> EnrolledView:
    """Take the app into use by its first code; the session is proven by it."""
    made = answer(await enrolling.confirm_totp(world, actor, factor_id, code=body.code, name=body.name))
    return _enrolled(world, request, response, made)


@router.post("/me/passkeys/options")
async def begin_passkey(world: WorldDep, actor: SignedInDep) -> PasskeyOptions:
    """What the browser needs to make a passkey."""
    return PasskeyOptions(options=answer(await enrolling.begin_passkey(world, actor)))


@router.post("/me/passkeys", status_code=201)
async def add_passkey(
    body: NewPasskey, request: Request, response: Response, world: WorldDep, actor: SignedInDep
) -> EnrolledView:
    """Take a passkey into use; the session is proven by it."""
    made = answer(await enrolling.add_passkey(world, actor, body.credential, name=body.name))
    return _enrolled(world, request, response, made)


@router.post("/me/recovery-codes")
async def renew_codes(world: WorldDep, actor: SignedInDep) -> RecoveryCodes:
    """Ten fresh recovery codes in the place of the older ones."""
    return RecoveryCodes(recovery_codes=list(answer(await enrolling.renew_codes(world, actor))))


@router.patch("/me/second-factors/{factor_id}", status_code=204)
async def rename_factor(factor_id: str, body: FactorName, world: WorldDep, actor: SignedInDep) -> None:
    """Name one of the own second factors."""
    await enrolling.rename(world, actor, factor_id, body.name)


@router.delete("/me/second-factors/{factor_id}", status_code=204)
async def remove_factor(factor_id: str, world: WorldDep, actor: SignedInDep) -> None:
    """Take one of the own second factors away; never the last where one is asked for."""
    answer(await enrolling.remove(world, actor, factor_id))


@router.post(
    "/accounts/{account_id}/second-factor-reset", status_code=204, dependencies=[stepped_up(SteppedAct.FACTORS)]
)
async def reset_factors(account_id: str, body: ResetFactors, world: WorldDep, actor: AdminDep) -> None:
    """Take away what proves a colleague who has lost it; journaled with the reason."""
    answer(await enrolling.reset(world, actor, account_id, reason=body.reason))
