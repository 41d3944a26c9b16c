"""What orders and reviews need to know of contracts. They are made in a room above (award), which hands its book down:
main.py puts it into the application, the edge gives it to the services."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, Protocol

from sqlalchemy.ext.asyncio import AsyncConnection

from app.domain.ordering import CalledContract
from app.infra.world import World


@dataclass(frozen=True, slots=True)
class NamedContract:
    """The contract of an order: its tender, by whose reference people name it."""

    tender_id: str
    reference: str


class ContractBook(Protocol):
    """The contracts of the house."""

    async def list_called(
        self, tx: AsyncConnection, *, supplier_id: str | None = None, reference: str = ""
    ) -> list[CalledContract]:
        """The signed contracts of a supplier or of a tender, the last version of each, ended ones among them."""

    async def load_named(self, tx: AsyncConnection, contract_ids: Collection[str]) -> dict[str, NamedContract]:
        """What people call these contracts by, and where they are found."""

    async def note_reviewed(self, world: World, tx: AsyncConnection, contract_ids: Collection[str]) -> None:
        """The deliveries under these contracts have been reviewed: their projects hear of it."""


class NoContracts:
    """The book of a house that has awarded nothing."""

    async def list_called(
        self, tx: AsyncConnection, *, supplier_id: str | None = None, reference: str = ""
    ) -> list[CalledContract]:
        """None."""
        del tx, supplier_id, reference
        return []

    async def load_named(self, tx: AsyncConnection, contract_ids: Collection[str]) -> dict[str, NamedContract]:
        """None."""
        del tx, contract_ids
        return {}

    async def note_reviewed(self, world: World, tx: AsyncConnection, contract_ids: Collection[str]) -> None:
        """Nobody is to hear of it."""
        del world, tx, contract_ids


NO_CONTRACTS: Final = NoContracts()
