"""HTTP edge of notices."""

from fastapi import APIRouter

from app.identity.access import ActorDep
from app.infra.web import StrictRoute, WorldDep
from app.notices import store
from app.notices.schemas import NoticesView, NoticeView
from app.notices.texts import render

router = APIRouter(prefix="/api", route_class=StrictRoute, tags=["notices"])


@router.get("/notices")
async def list_notices(world: WorldDep, actor: ActorDep, *, lang: str = "") -> NoticesView:
    """The own notices, newest first; ``lang`` zh or en overrides the account's language."""
    async with world.db.snapshot() as tx:
        notices = await store.list_notices(world, tx, actor.account_id)
        unread = await store.count_unread(world, tx, actor.account_id)
    views = []
    for item in notices:
        subject, text = render(item.kind, lang or actor.locale, {**item.params, "link": ""})
        views.append(
            NoticeView(
                id=item.id,
                kind=item.kind,
                params=dict(item.params),
                subject=subject,
                text=text.split("\n\n\n")[0].strip(),
                tender_id=item.tender,
                made_at=item.made_at,
                is_read=item.read_at is not None,
            )
        )
    return NoticesView(unread=unread, notices=views)


@router.post("/notices/{notice_id}/read", status_code=204)
async def read_notice(notice_id: str, world: WorldDep, actor: ActorDep) -> None:
    """Mark one notice as read; ``all`` marks every one."""
    async with world.db.transaction() as tx:
        wanted = None if notice_id == "all" else notice_id
        await store.set_read(world, tx, account_id=actor.account_id, notice_id=wanted, at=world.clock.now())
