// The outbox with its two hands: the device's storage, written before anything is sent, and the feed.
import type { ClientFrame } from './messages';
import { isOpenBid, stepping, type Happening, type Outbox, type OutboxBid, type Wish } from './outbox';

/** One entry a bid, so that two tabs of one supplier never overwrite each other's bids. */
export interface BidStore {
  list(): readonly OutboxBid[];
  put(bid: OutboxBid): void;
  remove(bidId: string): void;
}

export interface OutboxKeeper {
  outbox(): Outbox;
  tell(happening: Happening): void;
  subscribe(listener: () => void): () => void;
}

export function keepOutbox(store: BidStore, send: (frame: ClientFrame) => void): OutboxKeeper {
  let outbox: Outbox = store.list();
  const listeners = new Set<() => void>();

  function fulfil(wish: Wish): void {
    send(wish.kind === 'send' ? wish.frame : { type: 'bid_status', bid_id: wish.bidId });
  }

  function tell(happening: Happening): void {
    const before = outbox;
    const step = stepping(before, happening);
    outbox = step.outbox;
    save(store, before, outbox);
    for (const wish of step.wishes) fulfil(wish);
    if (outbox !== before) for (const listener of listeners) listener();
  }

  return {
    outbox: () => outbox,
    tell,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function save(store: BidStore, before: Outbox, after: Outbox): void {
  for (const bid of after) if (!before.includes(bid)) store.put(bid);
  for (const bid of before) if (!after.some((kept) => kept.bidId === bid.bidId)) store.remove(bid.bidId);
}

/** `localStorage` and not IndexedDB: it is written when the call returns, so no bid leaves before it is on the device. */
export function deviceStore(storage: Storage, owner: string): BidStore {
  const prefix = `bidroom.outbox.${owner}.`;
  return {
    list() {
      const names = Object.keys(storage).filter((name) => name.startsWith(prefix));
      const bids = names.flatMap((name) => readBid(storage.getItem(name)));
      return bids.sort((a, b) => a.sentAt - b.sentAt).map(reloaded);
    },
    put: (bid) => storage.setItem(prefix + bid.bidId, JSON.stringify(bid)),
    remove: (bidId) => storage.removeItem(prefix + bidId),
  };
}

/** What was on its way when the page went is unknown now, and too old to be sent again without asking. */
function reloaded(bid: OutboxBid): OutboxBid {
  return isOpenBid(bid) ? { ...bid, state: 'unknown', resent: true } : bid;
}

function readBid(text: string | null): OutboxBid[] {
  if (text === null) return [];
  try {
    const bid = JSON.parse(text) as Partial<OutboxBid>;
    return typeof bid.bidId === 'string' && typeof bid.lotId === 'string' ? [bid as OutboxBid] : [];
  } catch {
    return [];
  }
}
