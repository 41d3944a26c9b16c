import { describe, expect, it } from 'vitest';

import { DEFAULT_KEYS, letterOf, readBindings, rebind } from './room-keys';

describe('the shortcuts', () => {
  it('are the defaults where nothing sound was kept', () => {
    for (const kept of [null, 'null', 'x', '[]', '{"time":"Enter"}', '{"time":"KeyR"}']) expect(readBindings(kept)).toEqual(DEFAULT_KEYS);
    expect(readBindings('{"time":"KeyQ"}')).toEqual({ ...DEFAULT_KEYS, time: 'KeyQ' });
  });

  it('never share a letter, and take letters and digits only', () => {
    expect(rebind(DEFAULT_KEYS, 'time', 'KeyR')).toEqual({ ...DEFAULT_KEYS, time: 'KeyR', rank: 'KeyT' });
    expect(rebind(DEFAULT_KEYS, 'time', 'Digit4')).toEqual({ ...DEFAULT_KEYS, time: 'Digit4' });
    expect(rebind(DEFAULT_KEYS, 'time', 'Escape')).toBeNull();
    expect([letterOf('KeyQ'), letterOf('Digit4')]).toEqual(['Q', '4']);
  });
});
