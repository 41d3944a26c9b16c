// The frames of `WS /ws/rounds/{round_id}` (LIVE.md section 3), as the pages read and write them.
// Amounts are decimal strings, instants RFC 3339 strings; both are compared in domain/, never here.

export type LotStatus = 'scheduled' | 'open' | 'overtime' | 'paused' | 'closing' | 'closed' | 'cancelled';

export interface LotTimes {
  lot_id: string;
  status: LotStatus;
  opens_at: string;
  closes_at: string;
  hard_stop_at: string;
  extensions: number;
  max_extensions: number;
  pause_reason: string | null;
  resume_at: string | null;
}

/** What a supplier is told about a lot: its own numbers, its rank by the rule, and nothing about others. */
export interface SupplierLot extends LotTimes {
  own_amount: string | null;
  own_seq: number;
  next_valid: string | null;
  rank: number | null;
  tied: boolean;
  leading: boolean;
  best: string | null;
  /** Own figures where bids are ranked by another basis than the price: null what the rules do not tell. */
  score?: OwnScore | null;
  /** In rounds that tell the rank in steps; there, and where only the lead is told, `rank` is null. */
  band?: 'leading' | 'top' | 'outside' | null;
  /** How the own limit stands under which the service bids, in rounds that allow one. */
  auto_bid?: 'active' | 'reached' | 'withdrawn' | 'stopped' | null;
  /** In rounds whose format moves by time. */
  pace?: OwnPace | null;
}

/** Where a format that moves by time stands, for this bidder: between the two instants it may act in this stage. */
export interface OwnPace {
  stage: number;
  stages: number;
  acts_from: string | null;
  acts_until: string | null;
  price: string | null;
  is_out: boolean;
  is_done: boolean;
  ends_at: string | null;
}

export interface OwnScore {
  /** The own addition to the price, or the sum of the own feature values. */
  feature: string | null;
  /** The own evaluated price. */
  figure: string | null;
  technical: string | null;
  /** Points by the own grade. */
  bonus: string | null;
  price_points: string | null;
  total: string | null;
  leads_at: string | null;
}

/** One accepted bid in the buyer's picture: server instant to the second, alias, amount, number of the bid. */
export type SeriesPoint = readonly [at: string, alias: string, amount: string, n: number];
export type BestPoint = readonly [at: string, amount: string];

export type RankedPoint = readonly [place: number, alias: string, amount: string, figure: string | null];

export interface BuyerLot extends LotTimes {
  view: 'aliases' | 'best_only' | 'none';
  best: string | null;
  active: number | null;
  /** In `state` frames the lists hold their tail; this is the index of its first element. */
  series_from: number;
  series: readonly SeriesPoint[];
  best_from: number;
  best_line: readonly BestPoint[];
  savings: { money: string; percent: string | null } | null;
  /** By alias, where bids are ranked by another basis than the price. */
  ranked?: readonly RankedPoint[] | null;
  /** In rounds whose format moves by time: its stage, until when, and the price it names. */
  pace?: { stage: number; stages: number; price: string | null; ends_at: string | null } | null;
}

export type Receipt = Readonly<Record<string, unknown>>;

export type NoticeKind =
  | 'broadcast'
  | 'opened'
  | 'extension'
  | 'extended_by_hand'
  | 'pause'
  | 'resume_set'
  | 'resumed'
  | 'void'
  | 'closed'
  | 'cancelled';

export interface Broadcast {
  zh: string;
  en: string;
  at: string;
}

/** The answer to an own bid: its receipt, or the refusal. */
export interface OwnAnswer {
  bid_id: string;
  lot_id: string;
  state: 'accepted' | 'refused';
  receipt: Receipt | null;
  code: string | null;
  detail: Readonly<Record<string, string>> | null;
}

export interface WelcomeFrame<Lot extends LotTimes = LotTimes> {
  type: 'welcome';
  tick: number;
  now: string;
  audience: 'supplier' | 'buyer' | 'observer';
  lots: readonly Lot[];
  rules_hash: string;
  broadcasts: readonly Broadcast[];
  /** A supplier's own answers since the tick named in `hello`. */
  answers: readonly OwnAnswer[];
}

export interface StateFrame<Lot extends LotTimes = LotTimes> {
  type: 'state';
  tick: number;
  now: string;
  lots: readonly Lot[];
}

export interface ReceiptFrame {
  type: 'receipt';
  bid_id: string;
  lot_id: string;
  receipt: Receipt;
}

export interface RefusedFrame {
  type: 'refused';
  bid_id: string;
  lot_id: string;
  code: string;
  detail: Readonly<Record<string, string>>;
  now: string;
}

export interface StatusFrame {
  type: 'status';
  bid_id: string;
  state: 'accepted' | 'refused' | 'unseen';
  receipt?: Receipt | null;
  code?: string | null;
  detail?: Readonly<Record<string, string>> | null;
}

export interface NoticeFrame {
  type: 'notice';
  kind: NoticeKind;
  lot_id?: string | null;
  params: Readonly<Record<string, string>>;
  at: string;
}

/** Another window of the same supplier in this round. */
export interface Peer {
  name: string;
  is_me: boolean;
  writes: boolean;
}

/** Who of the supplier's own people writes (LR-36): this window, another, or nobody until somebody takes the pen. */
export interface PenFrame {
  type: 'pen';
  mine: boolean;
  free: boolean;
  peers: readonly Peer[];
}

export const DRILLS = ['step', 'typed', 'paste', 'extension', 'disconnect', 'receipt'] as const;
export type Drill = (typeof DRILLS)[number];

/** Practice only (SP-05): the drills done so far, and until when the pass counts. */
export interface PracticeFrame {
  type: 'practice';
  done: readonly Drill[];
  passed_until: string | null;
}

export interface TimeFrame {
  type: 'time';
  t0: number;
  now: string;
}

export interface ProblemFrame {
  type: 'problem';
  code: string;
  /** Set where the bid could not be answered: ask for its status. */
  bid_id?: string | null;
}

export type ServerFrame<Lot extends LotTimes = LotTimes> =
  | WelcomeFrame<Lot>
  | StateFrame<Lot>
  | ReceiptFrame
  | RefusedFrame
  | StatusFrame
  | NoticeFrame
  | PenFrame
  | PracticeFrame
  | TimeFrame
  | ProblemFrame;

export interface PlaceBid {
  type: 'place_bid';
  bid_id: string;
  lot_id: string;
  amount: string;
  /** One-tap only: what the button was drawn from; the server answers STALE_QUOTE where it no longer holds. */
  quote?: { own: string | null; rules_hash: string };
}

/** A bid at the price that the format names: to stay at it while it falls, to accept it while it rises. */
export interface PriceTaken {
  type: 'stay' | 'accept';
  bid_id: string;
  lot_id: string;
  amount: string;
}

export type ClientFrame =
  | { type: 'hello'; ticket: string; tick?: number; seat?: string }
  | PlaceBid
  | PriceTaken
  | { type: 'bid_status'; bid_id: string }
  | { type: 'take_pen' }
  | { type: 'drill'; drill: Drill }
  | { type: 'time'; t0: number };

const TYPES: ReadonlySet<string> = new Set([
  'welcome',
  'state',
  'receipt',
  'refused',
  'status',
  'notice',
  'pen',
  'practice',
  'time',
  'problem',
]);

/** A frame of a kind this page knows, or null: an unknown kind is skipped, so the server may learn new ones. */
export function parseFrame(text: string): ServerFrame | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  if (typeof value !== 'object' || value === null || !('type' in value)) return null;
  return typeof value.type === 'string' && TYPES.has(value.type) ? (value as ServerFrame) : null;
}

export function isLive(status: LotStatus): boolean {
  return status === 'open' || status === 'overtime';
}

export function isOver(status: LotStatus): boolean {
  return status === 'closed' || status === 'cancelled';
}
