"""The demo's seats as callers: over HTTP at a running service, or in this process while the past is written."""

from abc import ABC, abstractmethod
from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from datetime import timedelta

from typing_extensions import override

from app.client.caller import Caller


class Seats(ABC):
    """Where the demo's people sit."""

    @abstractmethod
    def seat(self, name: str) -> AbstractAsyncContextManager[Caller]:
        """A caller signed in on a demo seat."""

    @abstractmethod
    def pass_time(self, time: timedelta) -> None:
        """Let time go by between two acts, where time can be moved."""

    async def approve(self, proposal_id: str) -> None:
        """The approver says yes to a proposal, a little later."""
        self.pass_time(timedelta(minutes=7))
        async with self.seat("staff-2-approver") as approver:
            await approver.post(f"/approvals/{proposal_id}/decision", {"verdict": "approve"})


class LiveSeats(Seats):
    """Seats at a running service."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url

    @asynccontextmanager
    @override
    async def seat(self, name: str) -> AsyncIterator[Caller]:
        async with Caller(self.base_url) as caller:
            await caller.take_seat(name)
            yield caller

    @override
    def pass_time(self, time: timedelta) -> None:
        """Real time passes by itself."""
