// One person in one room: the feed, the standing, the outbox and the clock joined, for the screens to watch.
import { toMs } from '@/domain/instant';

import type { Utterance } from './announcer';
import { sayBids, sayLink, sayNotice, sayPen, sayRank } from './announcer';
import { openFeed, type Feed, type FeedWorld, type Link } from './feed';
import type { ClientFrame, Drill, LotTimes, NoticeFrame, OwnAnswer, PenFrame, PracticeFrame, PriceTaken, ServerFrame, StateFrame, SupplierLot } from './messages';
import { isOpenBid, isWaiting, newBid, type Outbox } from './outbox';
import { keepOutbox, type BidStore, type OutboxKeeper } from './outbox-keeper';
import { emptyStanding, looking, losing, lotOf, replacing, taking, type Blend, type Standing } from './standing';

export interface RoomView<Lot extends LotTimes> {
  link: Link;
  fresh: boolean;
  /** The instant of the figures on the screen, kept from the moment the connection was lost. */
  asOf: string | null;
  lots: readonly Lot[];
  notices: readonly NoticeFrame[];
  outbox: Outbox;
  /** Which of the supplier's windows writes; null until the server has said so. */
  pen: PenFrame | null;
  /** In the practice room: the drills. */
  practice: PracticeFrame | null;
}

/** What the session needs of the page; a test gives fakes. */
export interface RoomPorts {
  world: FeedWorld;
  clock: {
    now(): number;
    addSample(sample: { sentAt: number; receivedAt: number; serverNow: number }): void;
  };
  store: BidStore;
  newId(): string;
  say(utterances: readonly Utterance[]): void;
  /** The lot's number, for what is spoken. */
  lotName(lotId: string): string;
}

export interface RoomOptions<Lot extends LotTimes> {
  blend?: Blend<Lot>;
}

export interface Order {
  lotId: string;
  amount: string;
  /** As it goes out, where that is in another currency. */
  sent?: string | null;
  /** The amount is the price that the format names. */
  taking?: PriceTaken['type'];
  oneTap: boolean;
  quotedOwn: string | null;
}

// Between two questions about a bid without an answer.
const ASK_EVERY_MS = 2_000;
const UNCONNECTED: Link = { state: 'connecting', attempt: 0, latencyMs: null, endCode: null };

export class RoomSession<Lot extends LotTimes> {
  private standing: Standing<Lot> = emptyStanding<Lot>();
  private link: Link = UNCONNECTED;
  private readonly feed: Feed;
  private readonly keeper: OutboxKeeper;
  private readonly ports: RoomPorts;
  private readonly blend: Blend<Lot>;
  private readonly listeners = new Set<() => void>();
  private current: RoomView<Lot>;
  private cancelAsking: () => void = () => undefined;
  private rulesHash: string | null = null;
  private pen: PenFrame | null = null;
  private practice: PracticeFrame | null = null;

  constructor(ports: RoomPorts, { blend = replacing }: RoomOptions<Lot> = {}) {
    this.ports = ports;
    this.blend = blend;
    this.keeper = keepOutbox(ports.store, (frame) => this.send(frame));
    this.feed = openFeed(ports.world, {
      frame: (frame) => this.hear(frame as ServerFrame<Lot>),
      link: (link) => this.relink(link),
      lost: () => this.lose(),
      polled: (frame) => {
        if (frame.type === 'state') this.standing = looking(this.standing, frame as StateFrame<Lot>, this.blend);
        this.show();
      },
      time: (sample) => ports.clock.addSample({ ...sample, serverNow: toMs(sample.serverNow) }),
      tick: () => this.standing.tick,
    });
    this.current = this.look();
  }

  start(): void {
    this.feed.start();
    this.ask();
  }

  stop(): void {
    this.cancelAsking();
    this.feed.stop();
  }

  wake(): void {
    this.feed.wake();
  }

  subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  view = (): RoomView<Lot> => this.current;

  /** Writes the bid down and sends it; nothing happens without fresh figures or while another bid has no answer. */
  place(order: Order): boolean {
    const lot = lotOf(this.standing, order.lotId);
    if (!this.standing.fresh || lot === undefined || isWaiting(this.keeper.outbox(), order.lotId) || this.pen?.mine === false) return false;
    const bidId = this.ports.newId();
    const bid = newBid({ ...order, bidId, sentAt: this.ports.clock.now(), basis: basisOf(lot), rulesHash: this.rulesHash });
    this.keeper.tell({ kind: 'placed', bid });
    this.show();
    return true;
  }

  /** Practice only: what the next drill needs of the server, or what the page alone has seen. */
  drill(drill: Drill): void {
    this.send({ type: 'drill', drill });
  }

  /** This window writes from now on; the others of the supplier read. */
  takePen(): void {
    this.send({ type: 'take_pen' });
  }

  dismiss(bidId: string): void {
    this.keeper.tell({ kind: 'dismissed', bidId });
    this.show();
  }

  private send(frame: ClientFrame): void {
    // A frame that finds no connection is not kept: the outbox asks again after the welcome.
    this.feed.send(frame);
  }

  private hear(frame: ServerFrame<Lot>): void {
    const before = this.standing;
    this.standing = taking(before, frame, this.blend);
    const wrote = this.pen;
    if (frame.type === 'pen') this.pen = frame;
    if (frame.type === 'practice') this.practice = frame;
    if (frame.type === 'welcome') this.pen = null;
    const bids = this.keeper.outbox();
    this.tellOutbox(frame);
    this.ports.say(this.spoken(before, frame, bids));
    if (frame.type === 'pen') this.ports.say(sayPen(wrote, frame));
    this.show();
  }

  private tellOutbox(frame: ServerFrame<Lot>): void {
    const at = this.ports.clock.now();
    if (frame.type === 'welcome') {
      this.rulesHash = frame.rules_hash;
      for (const answer of frame.answers) this.takeAnswer(answer, at);
      this.keeper.tell({ kind: 'welcomed' });
    } else if (frame.type === 'problem') {
      if (frame.bid_id) this.keeper.tell({ kind: 'stumbled', bidId: frame.bid_id });
    } else if (frame.type === 'receipt') {
      this.keeper.tell({ kind: 'receipted', bidId: frame.bid_id, receipt: frame.receipt, at });
    } else if (frame.type === 'refused') {
      this.keeper.tell({ kind: 'refused', bidId: frame.bid_id, code: frame.code, detail: frame.detail, at });
    } else if (frame.type === 'status') {
      const bid = this.keeper.outbox().find((known) => known.bidId === frame.bid_id);
      const lot = bid === undefined ? undefined : lotOf(this.standing, bid.lotId);
      this.keeper.tell({ kind: 'status', frame, at, basis: lot === undefined ? null : basisOf(lot) });
    }
  }

  private takeAnswer(answer: OwnAnswer, at: number): void {
    const bidId = answer.bid_id;
    if (answer.state === 'accepted') this.keeper.tell({ kind: 'receipted', bidId, receipt: answer.receipt ?? {}, at });
    else this.keeper.tell({ kind: 'refused', bidId, code: answer.code ?? '', detail: answer.detail ?? {}, at });
  }

  private spoken(before: Standing<Lot>, frame: ServerFrame<Lot>, bids: Outbox): readonly Utterance[] {
    const name = (lotId: string) => this.ports.lotName(lotId);
    const answers = sayBids(bids, this.keeper.outbox());
    if (frame.type === 'notice' && this.standing !== before) {
      return [...answers, sayNotice(frame, name(frame.lot_id ?? ''))];
    }
    if (frame.type !== 'state' && frame.type !== 'welcome') return answers;
    const ranks = this.standing.lots.flatMap((lot) => {
      const was = lotOf(before, lot.lot_id);
      return isSupplierLot(lot) && isSupplierLot(was) ? sayRank(was, lot, name(lot.lot_id)) : [];
    });
    return [...answers, ...ranks];
  }

  private lose(): void {
    this.standing = losing(this.standing);
    this.keeper.tell({ kind: 'lost' });
    this.show();
  }

  private relink(link: Link): void {
    const before = this.link;
    this.link = link;
    this.ports.say(sayLink(before.state, link.state));
    this.show();
  }

  private ask = (): void => {
    this.cancelAsking = this.ports.world.later(this.ask, ASK_EVERY_MS);
    if (!this.standing.fresh || !this.keeper.outbox().some(isOpenBid)) return;
    this.keeper.tell({ kind: 'waited', at: this.ports.clock.now() });
    this.show();
  };

  private look(): RoomView<Lot> {
    const { fresh, lots, notices, asOf } = this.standing;
    return { link: this.link, fresh, lots, notices, outbox: this.keeper.outbox(), asOf: fresh ? null : asOf, pen: this.pen, practice: this.practice };
  }

  /** The screens are told only of a change: four silent ticks a second must not draw anything. */
  private show(): void {
    const next = this.look();
    const names = Object.keys(next) as (keyof RoomView<Lot>)[];
    if (names.every((name) => next[name] === this.current[name])) return;
    this.current = next;
    for (const listener of this.listeners) listener();
  }
}

function isSupplierLot(lot: LotTimes | undefined): lot is SupplierLot {
  return lot !== undefined && 'rank' in lot;
}

/** What must be unchanged for a bid to be sent again without asking the supplier. */
export function basisOf(lot: LotTimes): string {
  const own = isSupplierLot(lot) ? [lot.own_amount, lot.rank ?? lot.band ?? lot.leading, lot.best] : [];
  return [lot.status, lot.closes_at, ...own].join('|');
}
