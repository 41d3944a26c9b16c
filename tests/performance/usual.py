"""The usual way, for goal 1c: FastAPI's websocket route, a SQLAlchemy ORM object and an AsyncSession commit a bid.

No rules, no rank, no chain, no receipt: the least that a service of this kind does. Only the framework's path is
measured against.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, WebSocket, WebSocketDisconnect
from pydantic import BaseModel
from sqlalchemy import event, text
from sqlalchemy.ext.asyncio import AsyncEngine, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column


class Base(DeclarativeBase):
    """The usual declarative base."""


class UsualBid(Base):
    """A bid as a row."""

    __tablename__ = "usual_bid"

    seq: Mapped[int] = mapped_column(primary_key=True)
    bid_id: Mapped[str]
    lot_id: Mapped[str]
    amount: Mapped[str]


class BidIn(BaseModel):
    """A bid as a frame."""

    type: str
    bid_id: str
    lot_id: str
    amount: str


def _engine(url: str) -> AsyncEngine:
    if not url.startswith("sqlite"):
        return create_async_engine(url)
    engine = create_async_engine(url, connect_args={"timeout": 30})

    @event.listens_for(engine.sync_engine, "connect")
    def _tune(connection: object, _record: object) -> None:
        cursor = connection.cursor()  # type: ignore[attr-defined]  # any DB-API connection
        cursor.execute("PRAGMA journal_mode=WAL")
        # As durable as what it is compared with.
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.close()

    return engine


def usual_app(url: str) -> FastAPI:
    """The reference application on a database of its own."""
    engine = _engine(url)
    make_session = async_sessionmaker(engine, expire_on_commit=False)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        async with engine.begin() as connection:
            await connection.run_sync(Base.metadata.create_all)
            await connection.execute(text("SELECT 1"))
        yield
        await engine.dispose()

    app = FastAPI(lifespan=lifespan)

    @app.websocket("/usual")
    async def bids(websocket: WebSocket) -> None:
        await websocket.accept()
        try:
            while True:
                sent = BidIn.model_validate_json(await websocket.receive_text())
                async with make_session() as session:
                    row = UsualBid(bid_id=sent.bid_id, lot_id=sent.lot_id, amount=sent.amount)
                    session.add(row)
                    await session.commit()
                await websocket.send_text(f'{{"type":"receipt","bid_id":"{sent.bid_id}","seq":{row.seq}}}')
        except WebSocketDisconnect:
            return

    return app
