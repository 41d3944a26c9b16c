"""Passkeys (WebAuthn level 2): resident keys with user verification; challenges are kept here, used once, soon gone.

The relying party is the configured public address, never a header.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final
from urllib.parse import urlsplit

from sqlalchemy.ext.asyncio import AsyncConnection
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes, bytes_to_base64url
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from app.identity.factor_store import Factor, put_challenge, take_challenge
from app.identity.store import Account, hash_token
from app.infra.world import World

# As long as people look for the key in their pocket.
LIFE: Final = timedelta(minutes=3)


def _relying_party(world: World) -> str:
    return urlsplit(world.settings.public_url).hostname or ""


def _key(session_hash: str, purpose: str) -> str:
    return hash_token(f"{session_hash}|{purpose}")


def _known(passkeys: Sequence[Factor]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=base64url_to_bytes(each.credential_id)) for each in passkeys]


async def _ask(world: World, tx: AsyncConnection, session_hash: str, purpose: str, challenge: bytes) -> None:
    await put_challenge(
        world,
        tx,
        key=_key(session_hash, purpose),
        kept=bytes_to_base64url(challenge),
        expires_at=world.clock.now() + LIFE,
    )


async def offer_enrolment(
    world: World, tx: AsyncConnection, person: Account, session_hash: str, passkeys: Sequence[Factor]
) -> dict[str, Any]:
    """What the browser needs to make a passkey; those there are, are not made twice."""
    options = generate_registration_options(
        rp_id=_relying_party(world),
        rp_name="Bidroom 竞价室",
        user_id=person.id.encode(),
        user_name=person.email,
        user_display_name=person.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_known(passkeys),
    )
    await _ask(world, tx, session_hash, "enrol", options.challenge)
    return dict(json.loads(options_to_json(options)))


async def read_enrolment(
    world: World, tx: AsyncConnection, session_hash: str, credential: Mapping[str, Any]
) -> tuple[str, str, int] | None:
    """Credential id, public key and count of a passkey just made; None where it answers no challenge of this
    session."""
    asked = await take_challenge(world, tx, key=_key(session_hash, "enrol"))
    if asked is None:
        return None
    try:
        made = verify_registration_response(
            credential=dict(credential),
            expected_challenge=base64url_to_bytes(asked),
            expected_rp_id=_relying_party(world),
            expected_origin=sorted(world.settings.origins),
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return bytes_to_base64url(made.credential_id), made.credential_public_key.hex(), made.sign_count


async def offer_proof(
    world: World, tx: AsyncConnection, session_hash: str, passkeys: Sequence[Factor]
) -> dict[str, Any]:
    """What the browser needs to prove with one of the account's passkeys."""
    options = generate_authentication_options(
        rp_id=_relying_party(world),
        allow_credentials=_known(passkeys),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    await _ask(world, tx, session_hash, "prove", options.challenge)
    return dict(json.loads(options_to_json(options)))


async def read_proof(
    world: World, tx: AsyncConnection, session_hash: str, passkeys: Sequence[Factor], credential: Mapping[str, Any]
) -> tuple[Factor, int] | None:
    """The passkey that answered this session's challenge, and its new count; None for anything else.

    A count that does not grow is a copied key (WebAuthn section 6.1.1); keys that do not count say 0 for ever.
    """
    asked = await take_challenge(world, tx, key=_key(session_hash, "prove"))
    found = next((each for each in passkeys if each.credential_id == credential.get("id")), None)
    if asked is None or found is None:
        return None
    try:
        proven = verify_authentication_response(
            credential=dict(credential),
            expected_challenge=base64url_to_bytes(asked),
            expected_rp_id=_relying_party(world),
            expected_origin=sorted(world.settings.origins),
            credential_public_key=bytes.fromhex(found.secret),
            credential_current_sign_count=found.sign_count,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    return found, proven.new_sign_count
