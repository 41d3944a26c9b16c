"""Shapes of second factors and proofs on the wire."""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints

from app.domain.second_factor import FactorKind
from app.identity.schemas import Me, Password
from app.infra.web import InstantText, LongText, ShortText, StrictModel

CodeText = Annotated[str, StringConstraints(strict=True, min_length=6, max_length=40)]
NameText = Annotated[ShortText, Field(min_length=1, max_length=60)]


class CodeProof(StrictModel):
    """The code an authenticator's app shows, or one of the recovery codes."""

    by: Literal["totp", "recovery"]
    code: CodeText


class PasswordProof(StrictModel):
    """The password again, where there is no second factor."""

    by: Literal["password"]
    password: Password


class PasskeyProof(StrictModel):
    """What the browser's passkey answered (WebAuthn, PublicKeyCredential.toJSON)."""

    by: Literal["passkey"]
    credential: dict[str, Any]


ProofBody = Annotated[CodeProof | PasswordProof | PasskeyProof, Field(discriminator="by")]


class FactorView(StrictModel):
    """One of the own second factors; made within this hour."""

    id: str
    kind: FactorKind
    name: str
    made_at: InstantText


class FactorsView(StrictModel):
    """What proves the own account."""

    factors: list[FactorView]
    is_required: bool
    recovery_left: int


class TotpOffer(StrictModel):
    """A secret for an authenticator's app: as text, as address, and as an image of the address."""

    id: str
    secret: str
    uri: str
    qr: str


class ConfirmTotp(StrictModel):
    """The first code, and a name for the app or telephone."""

    code: CodeText
    name: NameText


class NewPasskey(StrictModel):
    """A passkey just made (WebAuthn, PublicKeyCredential.toJSON), and its name."""

    credential: dict[str, Any]
    name: NameText


class PasskeyOptions(StrictModel):
    """What the browser is to be asked (WebAuthn, parseCreationOptionsFromJSON or parseRequestOptionsFromJSON)."""

    options: dict[str, Any]


class EnrolledView(StrictModel):
    """Who one is in the renewed session; recovery codes are shown once, with the first factor."""

    me: Me
    recovery_codes: list[str]


class RecoveryCodes(StrictModel):
    """Ten codes, each good once; shown this one time."""

    recovery_codes: list[str]


class FactorName(StrictModel):
    """A new name."""

    name: NameText


class ResetFactors(StrictModel):
    """Why somebody's second factors are taken away."""

    reason: Annotated[LongText, Field(min_length=5)]
