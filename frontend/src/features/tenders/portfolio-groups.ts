// How the portfolio is sorted into a few heaps by what a purchaser would do next. Pure.
import { toMs } from '@/domain/instant';

import type { PortfolioRow } from './api';

export const GROUPS = ['all', 'draft', 'waiting', 'live', 'deciding', 'done'] as const;
export type Group = (typeof GROUPS)[number];

export function groupOf(row: PortfolioRow): Exclude<Group, 'all'> {
  if (row.phase === 'L') return 'live';
  switch (row.state) {
    case 'draft':
    case 'approved':
      return 'draft';
    case 'published':
    case 'responding':
    case 'response_closed':
      return 'waiting';
    case 'evaluation':
      return 'deciding';
    default:
      return 'done';
  }
}

const ORDER: Readonly<Record<Exclude<Group, 'all'>, number>> = { live: 0, deciding: 1, waiting: 2, draft: 3, done: 4 };

/** What runs first, then what waits for us, then by the next deadline, then the newest. */
export function sortRows(rows: readonly PortfolioRow[]): PortfolioRow[] {
  return [...rows].sort((a, b) => ORDER[groupOf(a)] - ORDER[groupOf(b)] || deadline(a) - deadline(b) || toMs(b.edited_at) - toMs(a.edited_at));
}

function deadline(row: PortfolioRow): number {
  return row.next_deadline === null ? Infinity : toMs(row.next_deadline.at);
}

// From the ranking on: every lot has closed (VISIBILITY.md d38).
const CLOSED: ReadonlySet<string> = new Set(['P', 'V', 'W', 'Z']);

/** Whether a live round of it is over: then it can be played anew under other rules. */
export function hasFinishedRound({ procedure, phase }: Pick<PortfolioRow, 'procedure' | 'phase'>): boolean {
  return procedure !== 'sealed' && CLOSED.has(phase);
}

/** Whether somebody with these roles may watch a running round. */
export function watchesRounds(roles: readonly string[]): boolean {
  return roles.includes('purchaser') || roles.includes('approver');
}

/** Where a tender's own work is now. */
export function placeOf(
  row: Pick<PortfolioRow, 'id' | 'round_id' | 'state' | 'phase'>,
  watches = true,
): { to: string; what: 'edit' | 'cockpit' | 'decision' | 'result' | 'tender' } {
  // Only the buyer's own people watch a round while it runs (VISIBILITY.md d37).
  if (row.phase === 'L' && watches) return { to: `/cockpit/${row.round_id}`, what: 'cockpit' };
  if (row.state === 'draft') return { to: `/tenders/${row.id}/edit`, what: 'edit' };
  if (row.state === 'evaluation') return { to: `/tenders/${row.id}/decision`, what: 'decision' };
  if (row.state === 'awarded' || row.state === 'unsuccessful') return { to: `/tenders/${row.id}/result`, what: 'result' };
  return { to: `/tenders/${row.id}`, what: 'tender' };
}
