// The same histories and the same keys as app/domain/key_history.py finds: tests/vectors/key-history.json.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';

import { followKeys, receiptKey, receivedMs, vouchingKey } from './key-history';

interface Vector {
  name: string;
  known: string;
  rotations: unknown;
  fault: string | null;
  keys: string[];
  receipts: { key_id: string; at: number | null; gives: string }[];
}

const vectors = JSON.parse(readFileSync(join(import.meta.dirname, '../../../tests/vectors/key-history.json'), 'utf8')) as Vector[];

describe('the history of the journal’s key', () => {
  it.each(vectors)('$name', async ({ known, rotations, fault, keys, receipts }) => {
    const found = await followKeys(known, rotations);
    if (typeof found === 'string') {
      expect(found).toBe(fault);
      return;
    }
    expect(fault).toBeNull();
    expect(found.keys).toEqual(keys);
    for (const { key_id, at, gives } of receipts) {
      const key = receiptKey(found, key_id, at);
      expect(typeof key === 'string' ? key : key.key).toBe(gives);
    }
  });

  it('asks for rotations only where a receipt names another key', async () => {
    const told = vectors.find((one) => one.name === 'two, from the oldest');
    if (told === undefined) throw new Error('the vector is missing');
    const ask = vi.fn(() => Promise.resolve(told.rotations));
    const [oldest, , newest] = told.keys;
    const nameOf = (key: string | undefined) => told.receipts.find((one) => one.at === null && one.gives === key)?.key_id;
    expect(await vouchingKey(told.known, { key_id: nameOf(oldest) }, ask)).toBe(oldest);
    expect(ask).not.toHaveBeenCalled();
    expect(await vouchingKey(told.known, { key_id: nameOf(newest), received_at: 1_900_000_000_000 }, ask)).toBe(newest);
    expect(await vouchingKey(told.known, { key_id: 'f'.repeat(16) }, ask)).toBe(told.known);
    expect(await vouchingKey(told.known, { key_id: nameOf(newest) }, () => Promise.resolve('nothing'))).toBe(told.known);
  });

  it('reads the instant of live bids and of packages', () => {
    expect(receivedMs({ received_at: '2026-11-21T06:00:00.000Z' })).toBe(Date.parse('2026-11-21T06:00:00.000Z'));
    expect(receivedMs({ received_at: 1_795_000_000_000 })).toBe(1_795_000_000_000);
    expect(receivedMs({})).toBeNull();
  });
});
