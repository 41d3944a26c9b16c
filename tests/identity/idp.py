"""A provider of single sign-on in this process (OpenID Connect, code with PKCE), as false as a test wants it."""

import base64
import hashlib
import time
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

from authlib.integrations.httpx_client.oauth2_client import httpx2 as wire
from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

ISSUER = "https://idp.example"


def make_key() -> RSAKey:
    """A signing key of an issuer."""
    return RSAKey.generate_key(2048, {"kid": "one", "use": "sig"})


@dataclass(slots=True)
class Idp:
    """One issuer; ``claims`` go into the next id token on top of the ordinary ones."""

    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=make_key)
    # What signs, where somebody else forges.
    signer: RSAKey | None = None
    issuer: str = ISSUER
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    headers: dict[str, Any] = field(default_factory=lambda: {"alg": "RS256", "kid": "one"})

    @property
    def transport(self) -> Any:
        """How the house reaches it."""
        routes = [
            Route("/.well-known/openid-configuration", self._metadata),
            Route("/jwks", self._jwks),
            Route("/token", self._token, methods=["POST"]),
        ]
        return wire.ASGITransport(Starlette(routes=routes))

    def visit(self, url: str) -> dict[str, str]:
        """Somebody signs in over there: the code and the state that come back."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        return {"code": code, "state": asked["state"]}

    async def _metadata(self, _request: Request) -> JSONResponse:
        return JSONResponse(
            {
                "issuer": self.issuer,
                "authorization_endpoint": f"{ISSUER}/authorize",
                "token_endpoint": f"{ISSUER}/token",
                "jwks_uri": f"{ISSUER}/jwks",
                "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
            }
        )

    async def _jwks(self, _request: Request) -> JSONResponse:
        return JSONResponse({"keys": [self.key.as_dict(private=False)]})

    async def _token(self, request: Request) -> JSONResponse:
        given = {name: values[0] for name, values in parse_qs((await request.body()).decode()).items()}
        asked = self.codes.pop(given.get("code", ""), None)
        digest = hashlib.sha256(given.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        if asked is None or asked["code_challenge"] != challenge:
            return JSONResponse({"error": "invalid_grant"}, 400)
        now = int(time.time())  # noqa: TID251 - an outside house with a wall clock
        said = {"iss": ISSUER, "sub": "s-1", "aud": asked["client_id"], "iat": now, "exp": now + 300}
        claims = said | {"nonce": asked["nonce"]} | self.claims
        token = jwt.encode(self.headers, claims, self.signer or self.key)
        return JSONResponse({"access_token": "a", "token_type": "Bearer", "id_token": token})
