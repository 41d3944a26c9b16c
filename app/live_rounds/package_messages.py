"""The frames of the socket in a sealed round, both ways (SEALING.md section 4; the same address and `hello` as live).

Close codes are those of `messages.py`. Frames may be up to 256 KiB long, for a commit carries its price envelope whole.
"""

from typing import Annotated, Any, Literal

from pydantic import Field, StringConstraints, TypeAdapter, WithJsonSchema

from app.domain.refusals import Code
from app.domain.sealing.rules import RoundStatus
from app.infra.web import StrictModel
from app.live_rounds.messages import Hello, LotId, ProblemGiven, ServerModel, TimeAsked, TimeGiven

# A name the client gives its act, so that it knows the answer.
RequestId = Annotated[str, StringConstraints(strict=True, min_length=1, max_length=64)]
# Looked at by the rules of a package: what is not sealed is refused with its code and without an echo.
HeaderSent = Annotated[Any, WithJsonSchema({"type": "object", "additionalProperties": True})]
PriceSent = Annotated[
    Any, WithJsonSchema({"type": "object", "properties": {"ct": {"type": "string"}}, "required": ["ct"]})
]
UploadSent = Annotated[Any, WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "null"}]})]


# ── client ────────────────────────────────────────────────────────────────────


class CommitPackageSent(StrictModel):
    """A sealed package: header, the price ciphertext whole (base64url), the technical one by its upload."""

    type: Literal["commit_package"]
    request_id: RequestId
    lot_id: LotId
    header: HeaderSent
    price: PriceSent
    upload_id: UploadSent = None


class WithdrawPackageSent(StrictModel):
    """A withdrawal; `rev` is the tombstone's number, one above the last revision."""

    type: Literal["withdraw_package"]
    request_id: RequestId
    lot_id: LotId
    rev: Annotated[int, Field(strict=True, ge=1, le=999_999)]


SealedClientFrame = Annotated[Hello | CommitPackageSent | WithdrawPackageSent | TimeAsked, Field(discriminator="type")]
sealed_client_frames: TypeAdapter[Hello | CommitPackageSent | WithdrawPackageSent | TimeAsked] = TypeAdapter(
    SealedClientFrame
)


# ── server ────────────────────────────────────────────────────────────────────


class SealedWelcome(ServerModel):
    """The snapshot after `hello`: where the round stands, and nothing about anybody's packages."""

    type: Literal["welcome"] = "welcome"
    kind: Literal["sealed"] = "sealed"
    audience: Literal["supplier", "observer"]
    status: RoundStatus
    opens_at: str
    closes_at: str
    now: str


class PackageReceipt(ServerModel):
    """A package or a withdrawal, durably stored."""

    type: Literal["package_receipt"] = "package_receipt"
    request_id: str
    receipt: dict[str, Any]


class PackageRefused(ServerModel):
    """A rule said no; a package that came too late gets a signed notice of that."""

    type: Literal["package_refused"] = "package_refused"
    request_id: str
    code: Code
    detail: dict[str, str]
    now: str
    late_notice: dict[str, Any] | None


class SealedNotice(ServerModel):
    """Something everyone is told: the round opened, its close moved (`params`: from, to, reason), it closed."""

    type: Literal["notice"] = "notice"
    kind: Literal["opened", "extended", "closed", "cancelled"]
    lot_id: None = None
    params: dict[str, str]
    status: RoundStatus
    closes_at: str
    at: str


class PackageProblem(ServerModel):
    """The act could not be answered: ask for the round, then send the same package again."""

    type: Literal["package_problem"] = "package_problem"
    request_id: str
    code: str


SealedServerFrame = Annotated[
    SealedWelcome | PackageReceipt | PackageRefused | SealedNotice | PackageProblem | TimeGiven | ProblemGiven,
    Field(discriminator="type"),
]
sealed_server_frames: TypeAdapter[
    SealedWelcome | PackageReceipt | PackageRefused | SealedNotice | PackageProblem | TimeGiven | ProblemGiven
] = TypeAdapter(SealedServerFrame)


def sealed_json_schema() -> dict[str, Any]:
    """The definitions `SealedClientFrame` and `SealedServerFrame` with all they stand on."""
    client = sealed_client_frames.json_schema(ref_template="#/$defs/{model}")
    server = sealed_server_frames.json_schema(mode="serialization", ref_template="#/$defs/{model}")
    return {**client.pop("$defs"), **server.pop("$defs"), "SealedClientFrame": client, "SealedServerFrame": server}
