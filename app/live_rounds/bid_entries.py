"""The journal's entry of an accepted bid, written without the general encoder: the same canonical bytes, by parts that
are the same for all bids of a lot (PERFORMANCE.md section 4)."""

import orjson

from app.domain.entries import ENTRY_VERSION
from app.domain.exchanging import is_converted
from app.domain.kinds import Kind
from app.journal.ledger import Ledger
from app.live_rounds.store import Floor


def _text(value: str) -> str:
    return orjson.dumps(value).decode()


class BidEntries:
    """Writes the accepted bids of one lot into its ledger."""

    def __init__(self, floor: Floor, ledger: Ledger) -> None:
        self._ledger = ledger
        self._of = (floor.tender_id, floor.lot_id)
        # Members stand in the order of their names; between these runs come those of the bid.
        self._head = f',"at":{ledger.at_ms},"chain":{_text(ledger.chain)},"data":{{"amount":"'
        self._kind = f'"}},"kind":"{Kind.BID_ACCEPTED.value}","lot":{_text(floor.lot_id)},"prev":"'
        self._release = f'","release":{_text(ledger.release)},"round":{_text(floor.round_id)},"seq":'
        self._tail = f',"tender":{_text(floor.tender_id)},"v":{ENTRY_VERSION}}}'

    def note_accepted(
        self,
        *,
        bid_id: str,
        tag: str,
        amount: str,
        own_before: str | None,
        received_at: str,
        n: int,
        sent: str,
        auto: str | None,
    ) -> str:
        """The entry's hash. `bid_id`: as JSON; `sent`: as the bidder wrote it; `auto`: the commitment to the limit
        under which the service has placed it for the bidder of the tag."""
        ledger = self._ledger
        role, limit = ("supplier", "") if auto is None else ("service", f'"auto":{_text(auto)},')
        own = "null" if own_before is None else f'"{own_before}"'
        also = f'","sent":{_text(sent)[:-1]}' if is_converted(sent) else ""
        body = (
            f'{{"actor_role":"{role}"{self._head}{amount}",{limit}"bid_id":{bid_id},"n":{n},"own_before":{own},'
            f'"received_at":"{received_at}{also}{self._kind}{ledger.hash}{self._release}{ledger.seq + 1},'
            f'"tag":{_text(tag)}{self._tail}'
        )
        return ledger.note_ready(Kind.BID_ACCEPTED, body, self._of)
