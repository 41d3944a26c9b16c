"""The client's proofs: many tasks of one person wait for one proof, and a new session id loses none of their acts."""

import asyncio
import json

import httpx

from app.client.caller import Caller

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"


class Service:
    """Asks for a proof before any act, takes each code once, and knows the newest session alone."""

    def __init__(self) -> None:
        self.session, self.codes, self.acts = 0, list[str](), 0

    async def answer(self, request: httpx.Request) -> httpx.Response:
        """One request, as slow as a network."""
        sent = request.headers.get("cookie", "")
        await asyncio.sleep(0.001 * (self.acts % 3))
        path, body = request.url.path, json.loads(request.content or b"{}")
        if path == "/api/session":
            return self._admit("full")
        if sent != f"bidroom={self.session}":
            return self._refuse(401, "SIGNED_OUT")
        if path == "/api/session/proof":
            if body["code"] in self.codes:
                return self._refuse(401, "WRONG_CODE")
            self.codes.append(body["code"])
            return self._admit("full")
        if not self.codes:
            return self._refuse(403, "STEP_UP_NEEDED")
        self.acts += 1
        return httpx.Response(200, json={"number": self.acts})

    def _admit(self, stage: str) -> httpx.Response:
        self.session += 1
        headers = {"Set-Cookie": f"bidroom={self.session}; Path=/"}
        return httpx.Response(200, json={"csrf_token": "t", "stage": stage}, headers=headers)

    def _refuse(self, status: int, code: str) -> httpx.Response:
        return httpx.Response(status, json={"code": code}, headers={"content-type": "application/problem+json"})


async def test_many_tasks_prove_once_and_lose_nothing() -> None:
    service = Service()
    async with Caller("http://testserver", httpx.MockTransport(service.answer)) as caller:
        await caller.sign_in("a@lanyu.example", "a password", SECRET)
        answers = await asyncio.gather(*(caller.post("/act") for _ in range(20)))
    assert len(service.codes) == 1
    assert sorted(answer["number"] for answer in answers) == list(range(1, 21))
