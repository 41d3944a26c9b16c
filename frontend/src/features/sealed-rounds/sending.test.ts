import { beforeEach, describe, expect, it, vi } from 'vitest';

import { Problem } from '@/api/problem';

import { memoryStore } from './device-store';
import { keepPackages, type KeptPackage } from './kept-package';
import type { Reply } from './line';
import type { ActFrame, Receipt } from './messages';
import type { OwnPackage } from './queries';
import { sendPackage, withdrawPackage, type SendPorts, type SendStep } from './sending';

// Signatures have their own tests; here every receipt is a good one.
vi.mock('@/sealing/seal', () => ({ checkReceipt: () => Promise.resolve(null), checkLateNotice: () => Promise.resolve(null) }));
vi.mock('@/journal/key-history', () => ({ vouchingKey: (key: string) => Promise.resolve(key) }));

const RECEIPT = { kind: 'package.received', lot: 'l1', package: 'p1' } as unknown as Receipt;
const KEPT: KeptPackage = {
  header: { v: 1, round: 'r1', lot: 'l1', tag: 't', rev: 1, policy: 'd', prev: '', envelopes: [] },
  digest: 'p1',
  price: 'sealed',
  tech: null,
  amount: '271.40',
  stamp: '',
  isReceipted: false,
};
const own = (more: Partial<OwnPackage>): OwnPackage => ({ lot_id: 'l1', rev: 1, package: 'p1', state: 'live', received_at: '', receipt: RECEIPT, header: null, stored: {}, ...more });

let frames: ActFrame[];
let told: SendStep['step'][];
const tell = (step: SendStep) => told.push(step.step);

function portsWith(replies: Reply[], packages: () => Promise<OwnPackage[]>): SendPorts {
  let number = 0;
  return {
    act(frame) {
      frames.push(frame);
      return Promise.resolve(replies.shift() ?? { state: 'lost' });
    },
    uploads: { announce: () => Promise.reject(new Error('none')), append: () => Promise.reject(new Error('none')), pause: () => Promise.resolve() },
    packages,
    keeper: keepPackages(memoryStore(), 'me', 'r1'),
    newId: () => `id${String((number += 1))}`,
    journalKey: '',
    rotations: () => Promise.resolve([]),
  };
}

beforeEach(() => {
  frames = [];
  told = [];
});

describe('a package on its way', () => {
  it('is receipted and kept as the own copy', async () => {
    const ports = portsWith([{ state: 'receipt', receipt: RECEIPT }], () => Promise.resolve([]));
    expect(await sendPackage(ports, KEPT, tell)).toMatchObject({ step: 'receipted', isDoubtful: false });
    expect(await ports.keeper.load('l1')).toMatchObject({ digest: 'p1', isReceipted: true });
  });

  it('is asked for after a loss and not sent a second time where the service has it', async () => {
    const ports = portsWith([{ state: 'lost' }], () => Promise.resolve([own({})]));
    expect(await sendPackage(ports, KEPT, tell)).toMatchObject({ step: 'receipted' });
    expect(frames).toHaveLength(1);
    expect(told).toEqual(['committing', 'asking']);
  });

  it('is the same package again where the service never saw it, however long the network is gone', async () => {
    let asked = 0;
    const packages = () => {
      asked += 1;
      return asked < 3 ? Promise.reject(new Problem(0, 'UNREACHABLE')) : Promise.resolve([]);
    };
    const ports = portsWith([{ state: 'lost' }, { state: 'receipt', receipt: RECEIPT }], packages);
    expect(await sendPackage(ports, KEPT, tell)).toMatchObject({ step: 'receipted' });
    expect(frames.map((frame) => frame.request_id)).toEqual(['id1', 'id2']);
    expect(frames[0]).toMatchObject({ type: 'commit_package', header: KEPT.header, price: { ct: 'sealed' } });
  });

  it('is told to be late with the signed notice, and no copy lies about', async () => {
    const notice = { kind: 'package.late', received_at: 2, closes_at: 1 };
    const ports = portsWith([{ state: 'refused', code: 'LATE', detail: {}, lateNotice: notice }], () => Promise.resolve([]));
    await ports.keeper.keep('l1', KEPT);
    expect(await sendPackage(ports, KEPT, tell)).toMatchObject({ step: 'late', notice });
    expect(await ports.keeper.load('l1')).toBeNull();
  });

  it('says which rule refused it', async () => {
    const ports = portsWith([{ state: 'refused', code: 'REVISION_CONFLICT', detail: {}, lateNotice: null }], () => Promise.resolve([]));
    expect(await sendPackage(ports, KEPT, tell)).toMatchObject({ step: 'refused', code: 'REVISION_CONFLICT' });
  });
});

describe('a withdrawal', () => {
  it('is asked for by its own number after a loss', async () => {
    const ports = portsWith([{ state: 'lost' }], () => Promise.resolve([own({ rev: 2, state: 'withdrawal' })]));
    expect(await withdrawPackage(ports, 'l1', 2, tell)).toMatchObject({ step: 'receipted' });
    expect(frames).toMatchObject([{ type: 'withdraw_package', rev: 2 }]);
  });
});
