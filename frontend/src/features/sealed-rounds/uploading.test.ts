import { expect, it } from 'vitest';

import { Problem } from '@/api/problem';

import { upload, type UploadPorts, type UploadTold } from './uploading';

/** A service that keeps what arrives; `failing` numbers the pieces that are cut on their way. */
function service(size: number, failing: readonly number[]) {
  let have = 0;
  let pieces = 0;
  const offsets: number[] = [];
  const view = () => ({ upload_id: 'u1', offset: have, is_complete: have === size });
  const ports: UploadPorts = {
    announce: () => Promise.resolve(view()),
    append(_, offset, piece) {
      pieces += 1;
      offsets.push(offset);
      if (offset !== have) return Promise.reject(new Problem(409, 'UPLOAD_INCOMPLETE', { offset: String(have) }));
      if (failing.includes(pieces)) {
        have += 1_000;
        return Promise.reject(new Problem(0, 'UNREACHABLE'));
      }
      have += piece.length;
      return Promise.resolve(view());
    },
    pause: () => Promise.resolve(),
  };
  return { ports, offsets, have: () => have };
}

const what = (size: number) => ({ lotId: 'l1', ct: new Uint8Array(size), sha256: 'a'.repeat(64) });

it('goes on behind what has arrived when it was cut', async () => {
  const size = 262_160;
  const { ports, offsets, have } = service(size, [2, 4]);
  const told: UploadTold[] = [];
  expect(await upload(ports, what(size), (one) => told.push(one))).toBe('u1');
  expect(have()).toBe(size);
  expect(offsets[2]).toBe(65_536 + 1_000);
  expect(told.filter((one) => one.isCut)).toHaveLength(2);
});

it('sends nothing where the service has all of it', async () => {
  const { ports, offsets } = service(0, []);
  expect(await upload(ports, what(0), () => undefined)).toBe('u1');
  expect(offsets).toEqual([]);
});

it('gives up on what no patience mends', async () => {
  const { ports } = service(10, []);
  const refusing: UploadPorts = { ...ports, announce: () => Promise.reject(new Problem(409, 'LATE')) };
  await expect(upload(refusing, what(10), () => undefined)).rejects.toMatchObject({ code: 'LATE' });
});
