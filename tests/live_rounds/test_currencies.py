"""Bids in other currencies through the services: the receipt and the journal say both, and the replay agrees."""

from pathlib import Path

from app.domain.drafting import Template
from app.domain.framing import lot_frames
from app.domain.receipts import check_receipt
from app.domain.refusals import Code
from app.domain.replaying import LotReplay
from app.live_rounds.answers import Receipted, Refused
from tests.domain.tender_drafts import a_draft
from tests.live_rounds.stage import committing, open_all, set_stage

CURRENCIES = {"rates": [{"currency": "USD", "rate": "7.1234"}], "source": "PBOC", "on": "2026-11-20"}


async def test_a_bid_in_another_currency_is_told_as_sent_and_as_it_counts(
    clean_database_url: str, tmp_path: Path
) -> None:
    typed = {**(a_draft(Template.QUICK).rules or {}), "currencies": CURRENCIES}
    made = await set_stage(clean_database_url, tmp_path, rules=typed)
    await open_all(made)
    async with committing(made) as stage:
        first = await stage.place(0, "USD 39.00")
        assert isinstance(first, Receipted)
        assert (first.receipt["amount"], first.receipt["sent"]) == ("277.81", "USD 39.00")
        assert check_receipt(first.receipt, stage.world.keys.public_key) is None
        changed = {**first.receipt, "sent": "USD 38.00"}
        assert check_receipt(changed, stage.world.keys.public_key) is not None
        bare = {name: value for name, value in first.receipt.items() if name != "sent"}
        assert check_receipt(bare, stage.world.keys.public_key) is not None
        plain = await stage.place(1, "277.00")
        assert isinstance(plain, Receipted)
        assert "sent" not in plain.receipt
        refused = await stage.place(1, "EUR 30.00")
        assert isinstance(refused, Refused)
        assert refused.refusal.code is Code.OTHER_CURRENCY
        frozen = (await stage.reload()).frozen
        assert frozen is not None
        replay = LotReplay(lot_frames(frozen)[stage.lots[0]])
        assert [replay.take(entry) for entry in await stage.chain()] == [None] * 4
    await made.world.db.dispose()
