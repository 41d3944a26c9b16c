import { afterEach, beforeEach, expect, it, vi } from 'vitest';

import { sayNotice, type Utterance } from './announcer';
import { isTold, tellHidden, toggleNotices } from './hidden-notice';
import { roomSettings, toggleSetting } from './room-settings';

const shown = vi.fn();
class FakeNotification {
  static permission = 'default';
  static requestPermission = vi.fn(() => {
    FakeNotification.permission = 'granted';
    return Promise.resolve('granted');
  });
  constructor(title: string, options: NotificationOptions) {
    shown(title, options.body);
  }
}

const said = (say: Utterance['say'], params: Utterance['params'] = {}): Utterance => ({ region: 'status', say, params, coalesce: null, chatty: false });
const extension = sayNotice({ type: 'notice', kind: 'extension', lot_id: 'l', at: '', params: { to: '2026-01-01T00:00:00.000Z' } } as never, '2');

beforeEach(() => {
  vi.stubGlobal('Notification', FakeNotification);
  FakeNotification.permission = 'default';
  shown.mockClear();
});
afterEach(() => {
  if (roomSettings().notify) toggleSetting('notify');
  vi.unstubAllGlobals();
});

it('asks once, on the wish of its owner, and tells only while the page is hidden', async () => {
  const hidden = vi.spyOn(document, 'visibilityState', 'get').mockReturnValue('hidden');
  tellHidden(extension, 'T-1', 'Lot 2 extended');
  expect(shown).not.toHaveBeenCalled();
  await toggleNotices();
  expect(FakeNotification.requestPermission).toHaveBeenCalledOnce();
  tellHidden(extension, 'T-1', 'Lot 2 extended');
  expect(shown).toHaveBeenCalledExactlyOnceWith('T-1', 'Lot 2 extended');
  hidden.mockReturnValue('visible');
  tellHidden(extension, 'T-1', 'Lot 2 extended');
  expect(shown).toHaveBeenCalledOnce();
});

it('stays off where the browser says no', async () => {
  FakeNotification.permission = 'denied';
  await toggleNotices();
  expect(roomSettings().notify).toBe(false);
});

it('tells of the last minutes and a worse place, and not of answers to own bids', () => {
  const told = [said('minutes_left', { count: 5 }), said('seconds_left', { count: 30 }), said('rank_worse'), said('closed')];
  const left = [said('minutes_left', { count: 10 }), said('accepted'), said('refused'), said('back'), said('pen_free')];
  expect(told.every(isTold)).toBe(true);
  expect(left.some(isTold)).toBe(false);
});
