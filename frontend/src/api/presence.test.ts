import { focusManager } from '@tanstack/react-query';
import { afterEach, expect, it, vi } from 'vitest';

import { watchPresence } from './presence';

afterEach(() => {
  vi.useRealTimers();
});

it('rests after five minutes without a sign and wakes with the next one', () => {
  vi.useFakeTimers();
  const stop = watchPresence();
  expect(focusManager.isFocused()).toBe(true);
  vi.advanceTimersByTime(5 * 60_000 - 1);
  expect(focusManager.isFocused()).toBe(true);
  vi.advanceTimersByTime(1);
  expect(focusManager.isFocused()).toBe(false);
  window.dispatchEvent(new Event('keydown'));
  expect(focusManager.isFocused()).toBe(true);
  stop();
});
