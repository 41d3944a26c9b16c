"""The demo's outside witness: a key and a folder of its own, at work in the process of the robots.

It shows what a deployment's screens say. It is no protection: demo, journal and witness lie on one machine, and its
name says whose it is.
"""

import asyncio
import logging
from pathlib import Path

import httpx

from app.client.witness import KEY, SECONDS, AwayError, Witness, WitnessError, load_key, make_key
from app.domain.entries import to_milliseconds
from app.infra.world import SystemClock
from app.settings import Settings

log = logging.getLogger("bidroom.demo")
NAME = "演示见证人 (demo witness)"
FOLDER = "witness"
LOOK_SECONDS = 20.0
# Before the service is up, and after it went away for a moment.
RETRY_SECONDS = 2.0


def witness_folder(settings: Settings) -> Path:
    """Where the demo's witness keeps its things."""
    return settings.data_dir / FOLDER


def with_witness(settings: Settings) -> Settings:
    """The settings with the demo's witness named in them; its key is made where there is none."""
    folder = witness_folder(settings)
    if not (folder / KEY).exists():
        make_key(folder)
    key = load_key(folder).public_key().public_bytes_raw()
    return settings.model_copy(update={"witnesses": {**settings.witnesses, NAME: key.hex()}})


async def watch(base_url: str, folder: Path, journal_key: str) -> None:
    """Cosign for ever; ``journal_key``: the fingerprint that the demo was started with."""
    try:
        witness = Witness(folder)
    except WitnessError as error:
        log.warning("the demo goes on without its witness: %s", error)
        return
    try:
        async with httpx.AsyncClient(base_url=base_url, timeout=SECONDS, trust_env=False) as client:
            while True:
                wait = await _look(witness, client, journal_key)
                await asyncio.sleep(wait)
    finally:
        witness.close()


async def _look(witness: Witness, client: httpx.AsyncClient, journal_key: str) -> float:
    """Look once; in how many seconds to look again."""
    try:
        look = await witness.look(client, lambda: to_milliseconds(SystemClock().now()), journal_key)
    except AwayError as error:
        log.info("the demo's witness tries again: %s", error)
        return RETRY_SECONDS
    except WitnessError as error:
        log.warning("the demo's witness: %s", error)
        return LOOK_SECONDS
    if look.refusal is not None:
        log.critical("the demo's witness raises an alarm: %s", look.refusal.sentence)
    return LOOK_SECONDS
