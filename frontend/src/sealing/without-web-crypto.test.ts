import { expect, it, vi } from 'vitest';

import { hasWebCrypto, sealPrice, sealTechnical } from './seal';

const LOCK = {
  serverLock: `04${'0'.repeat(128)}`,
  binding: { round: 'r', lot: 'l', tag: 't', rev: 1, policy: '0'.repeat(64), prev: '' },
  bucket: 4096,
};

it('refuses on a page without WebCrypto, as over plain http on a LAN', async () => {
  vi.stubGlobal('crypto', { getRandomValues: () => new Uint8Array(32) });
  expect(hasWebCrypto()).toBe(false);
  const offer = { lot: 'l', currency: 'CNY', amount: '1.00', scale: 2, lines: [] };
  expect(await sealPrice(LOCK, offer)).toEqual({ state: 'refused', code: 'NO_WEBCRYPTO' });
  expect(await sealTechnical(LOCK, [])).toEqual({ state: 'refused', code: 'NO_WEBCRYPTO' });
});
