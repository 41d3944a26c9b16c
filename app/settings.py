"""Settings: one class, read once (12-factor: environment variables ``BIDROOM_…``, or a ``.env`` file)."""

from datetime import date
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, StringConstraints
from pydantic_settings import BaseSettings, SettingsConfigDict

from app import __version__

# An Ed25519 public key as `bidroom witness keygen` prints it.
WitnessKey = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{64}$")]


class Settings(BaseSettings):
    """Every tunable of a deployment. Durations are seconds unless the name says otherwise."""

    model_config = SettingsConfigDict(env_prefix="BIDROOM_", env_file=".env", extra="ignore")

    data_dir: Path = Path("var")
    # Empty: SQLite in the data folder. Else e.g. postgresql+asyncpg://user@host/bidroom
    database_url: str = ""
    # On PostgreSQL: the role that owns the tables and migrates them, so that the one above can do neither. Only
    # `bidroom migrate` needs it; empty: one role for both.
    database_owner_url: str = ""
    # The Unix socket of `bidroom signer`, which then alone has the journal's key. Unset: the key is in this process.
    signer: Path | None = None
    # Where people reach the service; links in mails and the exact Origin of sockets come from here, never from a
    # header.
    public_url: str = "http://127.0.0.1:8000"
    extra_origins: list[str] = Field(default_factory=list)
    # Hops whose X-Forwarded-* headers are believed.
    forwarded_allow_ips: str = "127.0.0.1"
    demo: bool = False
    demo_fast: bool = False
    # The small rounds of other rules beside the large one.
    demo_showcases: bool = True
    release: str = __version__

    # Where days are counted, and whose days off count: `cn`, or empty for weekends alone. Days added here win, and
    # stand for the notice of a year that is newer than this release: ["2027-02-09"].
    time_zone: str = "Asia/Shanghai"
    holidays: Literal["cn", ""] = "cn"
    days_off: list[date] = Field(default_factory=list)
    days_worked: list[date] = Field(default_factory=list)
    # Working days to respond, the day of publication not counted: fewer are refused; fewer than usual are warned of.
    least_response_days: int = Field(default=0, ge=0, le=60)
    usual_response_days: int = Field(default=3, ge=0, le=60)

    # Days between the notice of an award and the first signature, the day of notice not counted.
    standstill_days: int = Field(default=3, ge=0, le=60)

    # Who buys, and the prefix registered for its open contracting ids: both stand in OCDS exports.
    buyer_name: str = "Bidroom 竞价室"
    ocid_prefix: str = "ocds-000000"

    mail_from: str = "Bidroom 竞价室 <no-reply@bidroom.invalid>"
    # Empty: mails are written to the outbox folder. Else smtp://user:password@host:587
    smtp_url: str = ""
    # Empty: no text messages. Else https://user:password@gateway/path, which takes {"to": "+86…", "text": "…"} by POST.
    sms_url: str = ""

    # Who collects the signatures under contracts; empty: the house itself. Else https://provider.example/api, and what
    # both know, as a value or as a file (Docker secret).
    signature_url: str = ""
    signature_secret: str = ""
    signature_secret_file: Path | None = None
    # What a signature names as its method; pages show it.
    signature_name: str = Field(default="provider", pattern=r"^[a-z0-9_-]{1,20}$")

    # Networks of the house that webhooks may go to, beside the public internet: ["10.20.0.0/16"].
    webhook_networks: list[str] = Field(default_factory=list)

    session_idle_staff: int = 15 * 60
    session_idle_supplier: int = 30 * 60
    session_absolute: int = 8 * 3600
    # How long a proof counts for the acts that ask for a fresh one; shorter at will (ACCESS.md section 1).
    step_up_seconds: int = Field(default=5 * 60, ge=1, le=5 * 60)
    # One-click seats of the demo must survive a coffee break.
    session_idle_demo: int = 4 * 3600
    # Network and device of sign-ins, sealed in the vault (VISIBILITY.md d17), are deleted after so many days.
    trace_days: int = Field(default=180, ge=1)
    invitation_link_hours: int = 14 * 24
    reset_link_minutes: int = 30
    ticket_seconds: int = 30
    sign_in_tries: int = 10
    sign_in_window: int = 15 * 60

    # Single sign-on of the buyer's staff (OpenID Connect); empty: none. `https://idp.example/realms/x`, without the
    # well-known part.
    oidc_issuer: str = ""
    oidc_client_id: str = ""
    oidc_client_secret: str = ""
    # What the button on the sign-in page names.
    oidc_name: str = "SSO"
    # The claim with somebody's groups, and which role each stands for: {"buyers": "purchaser"}.
    oidc_groups_claim: str = "groups"
    oidc_roles: dict[str, str] = Field(default_factory=dict)
    # Ways of signing in over there that count as a second factor here; none unless named: ["mfa", "hwk"].
    oidc_factor_amr: list[str] = Field(default_factory=list)
    oidc_factor_acr: list[str] = Field(default_factory=list)

    tick_ms: int = 250
    bids_per_second: int = 2
    bids_burst: int = 5
    sockets_per_account: int = 3
    message_bytes: int = 4096
    # Frames of any kind a socket may send: a person with a fast thumb stays far below, a flood does not.
    frames_per_second: int = 20
    frames_burst: int = 60
    ping_seconds: int = 20
    slow_reader_seconds: int = 10
    # Longer than any lock is waited for, so that no bid in time finds its lot closed (LIVE.md section 2.1). At most as
    # long as formats that move by time wait before they ask who is still in (`SETTLED`).
    drain_ms: int = Field(default=1500, ge=0, le=3000)
    outage_ms: int = 5000
    # Running lots pause when more than this share of the connected bidders is cut off at once (LR-37); 100: never.
    unreached_percent: int = Field(default=50, ge=50, le=100)
    clock_jump_ms: int = 500
    timekeeper_ms: int = 250
    # A resume is announced this far ahead (SCREENS.md LR-06).
    resume_notice_seconds: int = 120

    # From which value of a tender on an opening committee must hold its locks, by currency: {"CNY": "5000000"}; a
    # currency that is not named has no such value. Empty: each tender chooses.
    min_custody: dict[str, Decimal] = Field(default_factory=dict)
    # Sealed rounds: a frame with a package, a chunk of an upload, acts of one bidder a second and at once.
    # How long bidders have at least to seal again after a committee got new keys.
    rekey_hours: int = 24
    package_frame_bytes: int = 262_144
    upload_chunk_bytes: int = 8_388_608
    packages_per_second: int = 5
    packages_burst: int = 60
    # How long an opening waits for the bidders' own copies of packages whose stored bytes were altered.
    resupply_seconds: int = 1800
    # How long bidders have to give their secrets where a committee has lost too many keys.
    recovery_hours: int = 48

    # A time-stamping authority (RFC 3161) that stamps a checkpoint every so many hours, and its certificates (PEM, root
    # and what lies between); empty: none.
    stamp_url: str = ""
    stamp_roots: Path | None = None
    stamp_hours: int = Field(default=24, ge=1, le=24 * 31)
    # Outside witnesses whose cosignatures of checkpoints are taken: {"Audit office": "<public key, 64 hex digits>"}.
    witnesses: dict[Annotated[str, StringConstraints(min_length=1, max_length=80)], WitnessKey] = Field(
        default_factory=dict
    )
    max_body_bytes: int = 1_000_000
    max_upload_bytes: int = 20_000_000
    checkpoint_seconds: int = 60
    approval_hours: int = 24
    # Tenders of one purchaser and category without a project: within so many days they are added up, and the approver
    # is warned where they reach the band of their currency together. Empty: the bands of domain/budgeting.py; else
    # {"CNY": "500000"}.
    split_days: int = Field(default=90, ge=1, le=366)
    split_bands: dict[str, Decimal] = Field(default_factory=dict)

    @cached_property
    def resolved_database_url(self) -> str:
        """The database address with its driver; SQLite under the data folder by default."""
        return self.database_url or f"sqlite+aiosqlite:///{(self.data_dir / 'bidroom.db').absolute()}"

    @property
    def keys_dir(self) -> Path:
        """Key files live outside the database (VISIBILITY.md section 2)."""
        return self.data_dir / "keys"

    @property
    def outbox_dir(self) -> Path:
        """Where mails are written when no SMTP server is set."""
        return self.data_dir / "outbox"

    @property
    def origins(self) -> frozenset[str]:
        """The exact list of Origins that may open a socket or send an unsafe request."""
        return frozenset({self.public_url.rstrip("/"), *(origin.rstrip("/") for origin in self.extra_origins)})

    @property
    def mode(self) -> Literal["demo", "insecure", "live"]:
        """How far this deployment may be trusted, said by `/api/time` and on every page (attacks.md P02).

        Insecure: people come over plain http from other machines. Sealing refuses there, and passwords can be read.
        """
        if self.demo:
            return "demo"
        is_near = urlsplit(self.public_url).hostname in ("127.0.0.1", "::1", "localhost")
        return "live" if self.is_https or is_near else "insecure"

    @property
    def is_https(self) -> bool:
        """True where people come over TLS: then cookies are Secure with the __Host- prefix, and HSTS is sent."""
        return self.public_url.startswith("https://")
