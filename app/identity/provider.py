"""The provider of single sign-on: OpenID Connect, authorization code with PKCE, state and nonce (ACCESS.md section 1).

What comes back is believed only for the configured issuer and client, signed by a key of the issuer, for the nonce that
was sent. The redirect leads to a page of ours; the page hands the code over, so that no GET changes anything.
"""

import warnings
from dataclasses import dataclass
from typing import Any, Final

from authlib.common.errors import AuthlibBaseError
from authlib.deprecate import AuthlibDeprecationWarning
from joserfc.errors import JoseError

from app.settings import Settings

# It would rather have the successor of httpx, and would tell everybody who types a command so.
with warnings.catch_warnings():
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    # Whichever of two clients authlib has found: its errors and its transports are that one's.
    from authlib.integrations.httpx_client.oauth2_client import httpx2 as wire
    from authlib.integrations.starlette_client import OAuth, StarletteOAuth2App

RETURN_PAGE: Final = "/sign-in/return"
SECONDS: Final = 10.0
# Signatures by a key that only the issuer has.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")


class ProviderError(Exception):
    """The provider's answer is not to be believed."""


class ProviderUnreachable(Exception):  # noqa: N818 - says what is wrong
    """The provider does not answer."""


@dataclass(frozen=True, slots=True)
class Asked:
    """Where to send somebody, and what has to come back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Claimed:
    """Who the provider says it is."""

    subject: str
    email: str
    is_verified: bool
    name: str
    groups: tuple[str, ...]
    has_second_factor: bool


class Provider:
    """One configured issuer."""

    def __init__(self, settings: Settings, transport: Any = None) -> None:
        self.settings = settings
        more = {} if transport is None else {"transport": transport}
        registered = OAuth().register(
            "sso",
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret,
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid email profile",
                "code_challenge_method": "S256",
                "timeout": SECONDS,
                "trust_env": False,
                **more,
            },
        )
        assert isinstance(registered, StarletteOAuth2App)
        self.app = registered

    @property
    def _return_address(self) -> str:
        return self.settings.public_url.rstrip("/") + RETURN_PAGE

    async def _load(self) -> None:
        metadata = await self.app.load_server_metadata()
        if metadata.get("issuer") != self.settings.oidc_issuer:
            raise ProviderError("another issuer")
        offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
        metadata["id_token_signing_alg_values_supported"] = [each for each in offered if each in _ALGORITHMS]

    async def ask(self) -> Asked:
        """Where to send somebody. Raises ProviderUnreachable, ProviderError."""
        try:
            await self._load()
            made = await self.app.create_authorization_url(self._return_address)
        except (wire.HTTPError, ValueError) as error:
            raise ProviderUnreachable from error
        return Asked(made["url"], made["state"], made["nonce"], made["code_verifier"])

    async def read(self, *, code: str, nonce: str, verifier: str) -> Claimed:
        """Who came back with a code. Raises ProviderUnreachable, ProviderError."""
        try:
            await self._load()
            token = await self.app.fetch_access_token(
                redirect_uri=self._return_address, code=code, code_verifier=verifier
            )
            claims = await self.app.parse_id_token(token, nonce=nonce)
        except (AuthlibBaseError, JoseError, KeyError, TypeError, ValueError) as error:
            raise ProviderError(type(error).__name__) from error
        except wire.HTTPError as error:
            raise ProviderUnreachable from error
        if not claims:
            raise ProviderError("no id token")
        return self._claimed(dict(claims))

    def _claimed(self, claims: dict[str, Any]) -> Claimed:
        groups = claims.get(self.settings.oidc_groups_claim)
        ways = claims.get("amr")
        is_strong = isinstance(ways, list) and any(each in self.settings.oidc_factor_amr for each in ways)
        return Claimed(
            subject=f"{self.settings.oidc_issuer}|{claims['sub']}",
            email=str(claims.get("email") or ""),
            is_verified=claims.get("email_verified") is True,
            name=str(claims.get("name") or claims.get("email") or ""),
            groups=tuple(str(each) for each in groups) if isinstance(groups, list) else (),
            has_second_factor=is_strong or str(claims.get("acr") or "") in self.settings.oidc_factor_acr,
        )


def build_provider(settings: Settings) -> Provider | None:
    """The configured provider; None where there is none."""
    return Provider(settings) if settings.oidc_issuer else None
