"""Contact data of suppliers, sealed under the vault key, bound to their supplier (VISIBILITY.md d06)."""

import orjson

from app.domain.registering import Contact
from app.infra.world import World

PURPOSE = "vault"


def seal_contact(world: World, supplier_id: str, contact: Contact) -> bytes:
    """The bytes to store; they open for this supplier only."""
    plain = orjson.dumps({"name": contact.name, "email": contact.email, "phone": contact.phone})
    return world.keys.seal(PURPOSE, plain, supplier_id.encode())


def unseal_contact(world: World, supplier_id: str, sealed: bytes) -> Contact:
    """The contact data; for the supplier itself alone."""
    return Contact(**orjson.loads(world.keys.unseal(PURPOSE, sealed, supplier_id.encode())))
