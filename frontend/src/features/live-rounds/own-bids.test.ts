import { describe, expect, it } from 'vitest';

import { newBid, type OutboxBid } from './outbox';
import { ownBidsOf, ownRows, ownSteps, type OwnBid } from './own-bids';

const heard = (bidId: string, sentAt: number, own: Partial<OutboxBid> = {}): OutboxBid => ({
  ...newBid({ bidId, lotId: 'l1', amount: `${bidId.slice(1)}.00`, quotedOwn: null, oneTap: true, rulesHash: null, sentAt, basis: '' }),
  state: 'accepted',
  ...own,
});
const fetched = (bid_id: string, received_at: string, own: Partial<OwnBid> = {}): OwnBid => ({
  bid_id,
  amount: `${bid_id.slice(1)}.00`,
  received_at,
  voided: false,
  ...own,
});

describe('own bids', () => {
  it('join the server’s list and what was heard since, each bid once', () => {
    const rows = ownRows(
      [fetched('b90', '1970-01-01T00:00:01.000Z')],
      [heard('b90', 900), heard('b89', 2_000), heard('b88', 3_000, { lotId: 'l2' }), heard('b87', 4_000, { state: 'unknown' })],
      'l1',
    );
    expect(rows.map((row) => [row.bidId, row.state])).toEqual([
      ['b89', 'accepted'],
      ['b90', 'superseded'],
    ]);
  });

  it('take the server’s time and verdict over the device’s', () => {
    const voided = fetched('b90', '1970-01-01T00:00:01.000Z', { voided: true });
    expect(ownRows([voided], [heard('b90', 900)], 'l1')).toMatchObject([{ state: 'voided', atMs: 1_000 }]);
  });

  it('draw accepted amounts only, oldest first', () => {
    const rows = ownRows(
      [fetched('b90', '1970-01-01T00:00:01.000Z'), fetched('b95', '1970-01-01T00:00:02.000Z', { voided: true })],
      [heard('b80', 3_000), heard('b79', 4_000, { state: 'refused', code: 'STEP_TOO_SMALL' })],
      'l1',
    );
    expect(ownSteps(rows).map((step) => step.amount)).toEqual(['90.00', '80.00']);
  });

  it('are read from the history’s receipts, voided ones marked', () => {
    const receipt = { received_at: '2026-11-21T06:01:00.123Z', amount: '280.00' };
    const answer = { bid_id: 'b1', lot_id: 'l1', state: 'accepted' as const, receipt, code: null, detail: null };
    const refused = { ...answer, bid_id: 'b2', state: 'refused' as const, receipt: null, code: 'STEP_TOO_SMALL' };
    const bids = [{ at: receipt.received_at, amount: '280.00', voided: true }];
    expect(ownBidsOf({ bids, answers: [answer, refused] })).toEqual([{ bid_id: 'b1', ...receipt, voided: true }]);
  });
});
