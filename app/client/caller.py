"""HTTP caller: signs in, keeps cookie and CSRF token, turns problem+json into one exception."""

import asyncio
import time
from http import HTTPStatus
from types import TracebackType
from typing import Any, Self

import httpx
import pyotp

# A busy service on a small machine may take its time; a call that hangs longer is broken.
TIMEOUT_SECONDS = 60.0
# Shorter than the service keeps a silent connection: none is used again in the moment in which it is hung up.
KEEPALIVE_SECONDS = 3.0


class CallError(Exception):
    """The service answered with a problem."""

    def __init__(self, method: str, path: str, status: int, problem: dict[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code", ""))
        self.detail = problem.get("detail", {})
        super().__init__(f"{method} {path}: {status} {self.code} {self.detail}")


class Caller:
    """One signed-in person at a service."""

    def __init__(self, base_url: str, transport: httpx.AsyncBaseTransport | None = None) -> None:
        self.base_url = base_url.rstrip("/")
        self._client = httpx.AsyncClient(
            base_url=self.base_url,
            timeout=TIMEOUT_SECONDS,
            limits=httpx.Limits(keepalive_expiry=KEEPALIVE_SECONDS),
            headers={"Origin": self.base_url},
            trust_env=False,
            transport=transport,
        )
        self._password = ""
        self._codes: pyotp.TOTP | None = None
        self._last_step = 0
        self._proofs = 0
        self._proving = asyncio.Lock()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def call(self, method: str, path: str, body: Any = None, **params: str) -> Any:
        """Send one request under /api; the JSON answer, or None for an empty one. Raises CallError.

        Where a fresh proof is asked for, it is given and the same request sent again.
        """
        before = self._proofs
        try:
            return await self._call(method, path, body, params)
        except CallError as error:
            # A proof by another task gives the session a new id: what was on its way with the old one is signed out.
            is_overtaken = error.status == HTTPStatus.UNAUTHORIZED and self._proofs > before
            if error.code != "STEP_UP_NEEDED" and not is_overtaken:
                raise
        async with self._proving:
            # One proof is enough for all that wait for one: each code is good once.
            if self._proofs == before:
                await self._prove()
        return await self._call(method, path, body, params)

    async def _call(self, method: str, path: str, body: Any, params: dict[str, str]) -> Any:
        request: dict[str, Any] = {"params": params} if params else {}
        if body is not None:
            request["json"] = body
        answer = await self._client.request(method, f"/api{path}", **request)
        if answer.status_code >= 400:
            is_problem = answer.headers.get("content-type", "").startswith("application/problem+json")
            raise CallError(method, path, answer.status_code, answer.json() if is_problem else {})
        return answer.json() if answer.content else None

    async def get(self, path: str, **params: str) -> Any:
        """GET under /api."""
        return await self.call("GET", path, **params)

    async def post(self, path: str, body: Any = None) -> Any:
        """POST JSON under /api."""
        return await self.call("POST", path, {} if body is None else body)

    async def put(self, path: str, body: Any) -> Any:
        """PUT JSON under /api."""
        return await self.call("PUT", path, body)

    async def upload(self, path: str, data: bytes, name: str, fields: dict[str, str]) -> Any:
        """POST a file and form fields under /api; the JSON answer. Raises CallError."""
        answer = await self._client.post(f"/api{path}", files={"file": (name, data)}, data=fields)
        if answer.status_code >= 400:
            raise CallError("POST", path, answer.status_code, answer.json())
        return answer.json()

    async def append(self, path: str, chunk: bytes, offset: int) -> Any:
        """PATCH bytes under /api behind the first `offset` ones; the JSON answer. Raises CallError."""
        headers = {"Content-Type": "application/octet-stream", "Upload-Offset": str(offset)}
        answer = await self._client.patch(f"/api{path}", content=chunk, headers=headers)
        if answer.status_code >= 400:
            raise CallError("PATCH", path, answer.status_code, answer.json())
        return answer.json()

    async def download(self, path: str, **params: str) -> bytes:
        """The bytes behind a GET under /api. Raises CallError."""
        answer = await self._client.get(f"/api{path}", params=params)
        if answer.status_code >= 400:
            raise CallError("GET", path, answer.status_code, {})
        return answer.content

    def _admit(self, me: dict[str, Any]) -> dict[str, Any]:
        self._client.headers["X-CSRF-Token"] = me["csrf_token"]
        return me

    async def sign_in(self, email: str, password: str, secret: str = "") -> dict[str, Any]:
        """Sign in with address and password, and with the codes of a secret where there is one; who I am."""
        self._password = password
        self._codes = pyotp.TOTP(secret) if secret else None
        return await self._go_on(await self.post("/session", {"email": email, "password": password}))

    async def accept_invitation(self, token: str, password: str) -> dict[str, Any]:
        """Set the first password by a one-time link, and enrol a second factor where one is asked for; who I am."""
        self._password = password
        body = {"token": token, "password": password}
        return await self._go_on(await self.post("/account-invitations/accept", body))

    async def _go_on(self, me: dict[str, Any]) -> dict[str, Any]:
        self._admit(me)
        if me.get("stage") == "enrol":
            offer = await self.post("/me/totp")
            self._codes = pyotp.TOTP(offer["secret"])
            body = {"code": self._next_code(), "name": "Authenticator"}
            return self._admit((await self.post(f"/me/totp/{offer['id']}/confirmation", body))["me"])
        return await self._prove() if me.get("stage") == "prove" else me

    async def _prove(self) -> dict[str, Any]:
        """Prove again who I am: by a code, or by the password where there is no second factor."""
        if self._codes is None:
            body = {"by": "password", "password": self._password}
        else:
            body = {"by": "totp", "code": self._next_code()}
        me = self._admit(await self._call("POST", "/session/proof", body, {}))
        self._proofs += 1
        return me

    def _next_code(self) -> str:
        """A code that was not used yet: that of this half minute, or the next one's."""
        assert self._codes is not None
        step = int(time.time()) // self._codes.interval  # noqa: TID251 - an outside client with a wall clock
        self._last_step = max(step, self._last_step + 1)
        return str(self._codes.generate_otp(self._last_step))

    async def take_seat(self, seat: str) -> dict[str, Any]:
        """Take a seat of the demo; who I am."""
        return self._admit(await self.post(f"/demo/seats/{seat}"))
