import { afterEach, describe, expect, it, vi } from 'vitest';

import { makePasskey, provePasskey } from './passkey';

function browserSays(error: Error): void {
  vi.stubGlobal('PublicKeyCredential', { parseCreationOptionsFromJSON: () => ({}), parseRequestOptionsFromJSON: () => ({}) });
  vi.stubGlobal('navigator', { credentials: { create: () => Promise.reject(error), get: () => Promise.reject(error) } });
}

describe('a passkey that cannot be', () => {
  afterEach(() => vi.unstubAllGlobals());

  it.each([
    ['SecurityError', 'OTHER_ADDRESS'],
    ['InvalidStateError', 'PASSKEY_KNOWN'],
  ])('%s is told as %s', async (name, code) => {
    browserSays(new DOMException('', name));
    await expect(makePasskey({})).rejects.toMatchObject({ code });
    await expect(provePasskey({})).rejects.toMatchObject({ code });
  });

  it('a person who leaves stays a person who left', async () => {
    browserSays(new DOMException('', 'NotAllowedError'));
    await expect(makePasskey({})).rejects.toMatchObject({ name: 'NotAllowedError' });
  });
});
