// What a purchaser is about to do to a running lot, as typed: is it complete, what is sent, what does it look like. Pure.
import { toMs } from '@/domain/instant';

import type { Act, Leak } from './cockpit-data';
import type { LotTimes, SeriesPoint } from './messages';

export type ActKind = Act['kind'];

export const REASONS = ['technical', 'question', 'error_in_documents', 'suspected_error', 'other'] as const;
export type ReasonCode = (typeof REASONS)[number];

// CK-06: a reason that says something.
export const LEAST_REASON = 10;

export interface ActDraft {
  reasonCode: ReasonCode;
  reason: string;
  zh: string;
  en: string;
  minutes: string;
  resumeInS: number | null;
  /** The number of the bid to be voided; null: the best one, where no aliases are shown. */
  bid: number | null;
  /** The numbers in the message were looked at and are no prices. */
  amountsChecked: boolean;
}

export const EMPTY_DRAFT: ActDraft = { reasonCode: 'technical', reason: '', zh: '', en: '', minutes: '5', resumeInS: null, bid: null, amountsChecked: false };

export type Fault = 'reason' | 'zh' | 'en' | 'minutes' | 'bid';

export function faultsOf(kind: ActKind, draft: ActDraft, bids: readonly SeriesPoint[]): Fault[] {
  const faults: Fault[] = [];
  if (kind !== 'broadcast' && kind !== 'resume' && draft.reason.trim().length < LEAST_REASON) faults.push('reason');
  if (speaks(kind) && draft.zh.trim() === '') faults.push('zh');
  if (speaks(kind) && draft.en.trim() === '') faults.push('en');
  if (kind === 'extend' && minutesOf(draft) === null) faults.push('minutes');
  if (kind === 'void' && draft.bid === null && bids.length > 0) faults.push('bid');
  return faults;
}

/** Acts that come with a message to all. */
export function speaks(kind: ActKind): boolean {
  return kind === 'broadcast' || kind === 'pause' || kind === 'cancel';
}

/** Acts that only begin here: another person has to agree. */
export function isProposal(kind: ActKind): boolean {
  return kind === 'void' || kind === 'cancel';
}

/** Whether a message with these finds may go out: amounts once a person has looked at them, nothing else (CK-07). */
export function maySend(leaks: readonly Leak[], draft: ActDraft): boolean {
  return leaks.every((leak) => leak.kind === 'amount' && draft.amountsChecked);
}

/** Whole minutes from one to a day, or null. */
export function minutesOf(draft: ActDraft): number | null {
  if (!/^\d{1,4}$/.test(draft.minutes.trim())) return null;
  const minutes = Number(draft.minutes);
  return minutes >= 1 && minutes <= 1440 ? minutes : null;
}

export function toAct(kind: ActKind, draft: ActDraft, lotId: string, bids: readonly SeriesPoint[]): Act {
  const reason = draft.reason.trim();
  switch (kind) {
    case 'broadcast':
      return { kind, body: { zh: draft.zh.trim(), en: draft.en.trim(), amounts_checked: draft.amountsChecked } };
    case 'pause':
      return { kind, lotId, body: { reason_code: draft.reasonCode, reason, message_zh: draft.zh.trim(), message_en: draft.en.trim(), amounts_checked: draft.amountsChecked } };
    case 'resume':
      return { kind, lotId, body: { resume_in_s: draft.resumeInS } };
    case 'extend':
      return { kind, lotId, body: { minutes: minutesOf(draft) ?? 0, reason } };
    case 'cancel':
      return { kind, lotId, body: { reason, message_zh: draft.zh.trim(), message_en: draft.en.trim(), amounts_checked: draft.amountsChecked } };
    case 'void': {
      const bid = bids.find((point) => point[3] === draft.bid);
      return { kind, lotId, body: { n: bid?.[3] ?? null, alias: bid?.[1] ?? null, reason } };
    }
  }
}

/** When the lot would close after the extension. */
export function closesAfter(lot: LotTimes, draft: ActDraft): number {
  return toMs(lot.closes_at) + (minutesOf(draft) ?? 0) * 60_000;
}

export interface Piece {
  text: string;
  kind: Leak['kind'] | null;
}

/** A text cut where something was found in it, so that it can be shown marked. */
export function pieces(text: string, where: Leak['where'], leaks: readonly Leak[]): Piece[] {
  const found: Piece[] = [];
  let at = 0;
  for (const leak of leaks.filter((each) => each.where === where)) {
    if (leak.start > at) found.push({ text: text.slice(at, leak.start), kind: null });
    found.push({ text: text.slice(leak.start, leak.end), kind: leak.kind });
    at = leak.end;
  }
  return at < text.length ? [...found, { text: text.slice(at), kind: null }] : found;
}
