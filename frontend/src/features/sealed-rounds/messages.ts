// The frames of the socket in a sealed round (SEALING.md section 4), as this page reads and writes them.
import type { components } from '@/api/schema';
import type { HeaderJson } from '@/sealing/seal';

import type { RoundStatus } from './queries';

type Shapes = components['schemas'];

export interface CommitFrame {
  type: 'commit_package';
  request_id: string;
  lot_id: string;
  header: HeaderJson;
  price: { ct: string };
  upload_id: string | null;
}

export interface WithdrawFrame {
  type: 'withdraw_package';
  request_id: string;
  lot_id: string;
  rev: number;
}

export type ActFrame = CommitFrame | WithdrawFrame;
export type Receipt = Shapes['ReceiptView'];
export type LateNotice = Readonly<Record<string, unknown>>;

export interface RoundNews {
  status: RoundStatus;
  closes_at: string;
}

export type ServerFrame =
  | ({ type: 'welcome'; now: string } & RoundNews)
  | ({ type: 'notice'; kind: 'opened' | 'extended' | 'closed' | 'cancelled'; params: Readonly<Record<string, string>>; at: string } & RoundNews)
  | { type: 'package_receipt'; request_id: string; receipt: Receipt }
  | { type: 'package_refused'; request_id: string; code: string; detail: Readonly<Record<string, string>>; now: string; late_notice: LateNotice | null }
  | { type: 'package_problem'; request_id: string; code: string }
  | { type: 'time'; t0: number; now: string };

const TYPES: ReadonlySet<string> = new Set(['welcome', 'notice', 'package_receipt', 'package_refused', 'package_problem', 'time']);

/** A frame this page knows, or null: an unknown kind is skipped, so the server may learn new ones. */
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
