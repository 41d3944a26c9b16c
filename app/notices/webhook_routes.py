"""HTTP edge of webhooks. Administrators only; they see addresses and counts, never what a tender holds."""

from typing import Annotated

from fastapi import APIRouter, Depends

from app.domain.second_factor import SteppedAct
from app.domain.visibility import Role
from app.domain.webhooks import TOLD_KINDS
from app.identity.access import Actor, staff, stepped_up
from app.infra.errors import answer
from app.infra.web import StrictRoute, WorldDep
from app.notices import webhooks
from app.notices.webhook_schemas import (
    AddWebhookBody,
    ChangeWebhookBody,
    Redelivered,
    SecretMade,
    WebhookMade,
    WebhooksView,
    WebhookView,
)

router = APIRouter(prefix="/api/webhooks", route_class=StrictRoute, tags=["webhooks"])
AdminDep = Annotated[Actor, Depends(staff(Role.ADMIN))]
STEPPED_UP = [stepped_up(SteppedAct.EXPORT)]


@router.get("")
async def list_webhooks(world: WorldDep, _actor: AdminDep) -> WebhooksView:
    """The addresses that are told of acts, and how each fares."""
    now = world.clock.now()
    views = [
        WebhookView.model_validate(
            {
                **{name: getattr(one, name) for name in ("id", "name", "url", "state", "made_at")},
                "kinds": list(one.kinds),
                "old_secret_until": webhooks.old_secret_until(one, now),
                **{name: getattr(health, name) for name in health.__slots__},
            }
        )
        for one, health in await webhooks.list_webhooks(world)
    ]
    return WebhooksView(kinds=list(TOLD_KINDS), webhooks=views)


@router.post("", status_code=201, dependencies=STEPPED_UP)
async def add_webhook(body: AddWebhookBody, world: WorldDep, actor: AdminDep) -> WebhookMade:
    """Add an address; its secret is in this answer and nowhere else."""
    command = webhooks.AddWebhook(body.name, body.url, body.kinds)
    webhook_id, secret = answer(await webhooks.add_webhook(world, actor, command))
    return WebhookMade(id=webhook_id, secret=secret)


@router.post("/{webhook_id}/state", status_code=204, dependencies=STEPPED_UP)
async def change_webhook(webhook_id: str, body: ChangeWebhookBody, world: WorldDep, actor: AdminDep) -> None:
    """Pause an address, take it up again, or remove it."""
    await webhooks.change_webhook(world, actor, webhook_id, body.state)


@router.post("/{webhook_id}/trial", status_code=204)
async def try_webhook(webhook_id: str, world: WorldDep, _actor: AdminDep) -> None:
    """Send a trial message."""
    await webhooks.try_webhook(world, webhook_id)


@router.post("/{webhook_id}/secret", status_code=201, dependencies=STEPPED_UP)
async def rotate_secret(webhook_id: str, world: WorldDep, actor: AdminDep) -> SecretMade:
    """Make a new secret; the one before it signs beside it for a day."""
    return SecretMade(secret=await webhooks.rotate_secret(world, actor, webhook_id))


@router.post("/{webhook_id}/redelivery", status_code=201)
async def redeliver(webhook_id: str, world: WorldDep, actor: AdminDep) -> Redelivered:
    """Send again what was given up."""
    return Redelivered(messages=answer(await webhooks.redeliver(world, actor, webhook_id)))
