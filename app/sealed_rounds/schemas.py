"""Shapes of sealed rounds on the wire. Counts, digests and names of rivals are in none of them before the close."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, StringConstraints, WithJsonSchema

from app.domain.sealing.rules import Reason, RoundStatus
from app.infra.web import StrictModel

Hash = Annotated[str, StringConstraints(strict=True, pattern=r"^[0-9a-f]{64}$")]
WireId = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=32)]
# Looked at by the rules of a package, not here: what is no sealed package is refused with its code and without an echo.
HeaderSent = Annotated[Any, WithJsonSchema({"type": "object", "additionalProperties": True})]
PriceSent = Annotated[
    Any, WithJsonSchema({"type": "object", "properties": {"ct": {"type": "string"}}, "required": ["ct"]})
]
UploadSent = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]})]
Revision = Annotated[int, Field(strict=True, ge=1, le=999_999)]


class PackageBody(StrictModel):
    """A package: the header, the price ciphertext whole (base64url), the technical one by its upload."""

    # Unknown members are refused as what is not sealed.
    model_config = ConfigDict(extra="allow", frozen=True)

    header: HeaderSent = None
    price: PriceSent = None
    upload_id: UploadSent = None


class WithdrawalBody(StrictModel):
    """A withdrawal: the tombstone's number, one above the last revision."""

    rev: Revision


class UploadBody(StrictModel):
    """A technical ciphertext about to be sent in chunks."""

    lot_id: WireId
    size: Annotated[int, Field(strict=True, ge=1, le=2**31)]
    sha256: Hash


class UploadView(StrictModel):
    """How far an upload has come."""

    upload_id: str
    offset: int
    is_complete: bool


class ExtensionView(StrictModel):
    """How the close moved, by rule."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    from_: Annotated[str, Field(alias="from")]
    to: str
    reason: Reason


class CurrentView(StrictModel):
    """The reader's own last revision on a lot; the next one has `rev` + 1 and names `package` as its `prev`."""

    rev: int
    package: str
    # Void: sealed to keys of the opening committee that were replaced since; it is to be sealed again.
    state: Literal["live", "withdrawn", "void"]
    receipt: dict[str, Any]


class LineView(StrictModel):
    """A published line."""

    number: int
    item_code: str
    description: str
    quantity: str
    unit: str


class SealedLotView(StrictModel):
    """A lot as its bidder seals for it."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    scale: int
    currency: str
    tax_basis: str
    basis: str
    unit: str
    quantity: str
    ceiling_price: str
    minimum_price: str | None
    lines: list[LineView]
    price_bucket: int
    tech_bucket: int
    current: CurrentView | None


class _Common(StrictModel):
    round_id: str
    tender_id: str
    status: RoundStatus
    opens_at: str
    closes_at: str
    now: str
    extensions: list[ExtensionView]
    custody: str
    custody_zh: str
    custody_en: str
    policy: dict[str, Any]
    policy_digest: str
    fingerprint: list[str]
    manifest: list[str] | None
    # Why the packages stay shut, where they do.
    refused_code: str | None


class AskView(StrictModel):
    """What the opening wants of this bidder: its own copy of an altered package, or its help with the secrets."""

    kind: Literal["copy", "help"]
    until: str


class SupplierRoundView(_Common):
    """The sealed round as an invited supplier has it: everything a page or a command needs to seal."""

    audience: Literal["supplier"]
    server_lock: str
    journal_key: str
    # Null for one who has not accepted the terms in force.
    tag: str | None
    has_technical: bool
    evaluation: dict[str, Any] | None
    # The one that is over first before the other; after the close alone.
    asks: list[AskView]
    lots: list[SealedLotView]


class PackageCounts(StrictModel):
    """How many live packages there are; told after the close."""

    packages: int


class StaffRoundView(_Common):
    """The sealed round as the buyer's side and the auditor have it."""

    audience: Literal["staff"]
    counts: PackageCounts | None
    technical_opened_at: str | None
    scores_locked_at: str | None
    prices_opened_at: str | None
    # While the bidder of a package whose stored bytes were altered is asked for its own copy.
    copies_until: str | None


class ReceiptView(StrictModel):
    """A signed receipt (SEALING.md section 5)."""

    v: int
    kind: Literal["package.received", "package.withdrawn"]
    round: str
    lot: str
    envelopes: list[str]
    rev: str
    package: str
    policy: str
    custody: str
    received_at: int
    entry_hash: str
    pin: str
    key_id: str
    sig: str


class OwnPackageView(StrictModel):
    """One own revision. `header`: as it is stored, none for a withdrawal; `stored`: the digests of the ciphertexts as
    they lie in the service's custody now. By both a device without the own copy sees a change."""

    lot_id: str
    rev: int
    package: str
    state: Literal["live", "replaced", "withdrawn", "withdrawal", "void"]
    received_at: str
    receipt: ReceiptView
    header: dict[str, Any] | None
    stored: dict[str, str | None]


class OwnPackagesView(StrictModel):
    """All own revisions."""

    packages: list[OwnPackageView]


class ManifestView(StrictModel):
    """The close manifest: the sorted digests of the live packages."""

    round_id: str
    digests: list[str]
    closes_at: str


class ResultCount(StrictModel):
    """How many packages gave what."""

    result: str
    count: int


class OpeningRecordView(StrictModel):
    """One opening; `document` is the signed record with secrets, for the auditor alone."""

    lot_id: str
    number: int
    title_zh: str
    title_en: str
    envelope: Literal["tech", "price"]
    opened_at: str
    count: int
    digest: str
    results: list[ResultCount]
    document: dict[str, Any] | None


class OpeningView(StrictModel):
    """What has been opened of a tender, as far as the reader's phase tells."""

    custody: str
    state: RoundStatus
    closes_at: str
    manifest: list[str] | None
    technical_opened_at: str | None
    prices_opened_at: str | None
    copies_until: str | None
    records: list[OpeningRecordView]
