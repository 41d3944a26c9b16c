// News of the room while its page is hidden, as the browser's own notifications (SCREENS.md LR-05, LR-43). Opt-in on this
// device; they say what the announcer says, so nothing a page in front would not show.
import type { Say, Utterance } from './announcer';
import { roomSettings, toggleSetting } from './room-settings';

export type NoticeRight = 'granted' | 'denied' | 'default' | 'none';

// What somebody who looks elsewhere must know; own bids and refusals are answers to what is being done in front.
const TOLD: ReadonlySet<Say> = new Set<Say>([
  'opened',
  'extension',
  'extended_by_hand',
  'pause',
  'resume_set',
  'resumed',
  'closed',
  'cancelled',
  'broadcast',
  'lost',
  'rank_worse',
  'place_not_leading',
  'place_top',
  'place_outside',
]);
const SOON_MINUTES = 5;

/** Whether news is worth a notification: changes of the lot, being outbid as the feedback tells it, the last minutes. */
export function isTold({ say, params }: Utterance): boolean {
  return TOLD.has(say) || say === 'seconds_left' || (say === 'minutes_left' && Number(params['count']) <= SOON_MINUTES);
}

export function noticeRight(): NoticeRight {
  return 'Notification' in globalThis ? Notification.permission : 'none';
}

/** Switch notifications on, asking the browser first, or off. Call from a click. */
export async function toggleNotices(): Promise<void> {
  const isOn = roomSettings().notify;
  if (!isOn && noticeRight() === 'default') await Notification.requestPermission();
  if (isOn || noticeRight() === 'granted') toggleSetting('notify');
}

/** Tell news if this device has notifications on and the page is hidden. */
export function tellHidden(utterance: Utterance, title: string, text: string): void {
  if (roomSettings().notify && document.visibilityState === 'hidden' && isTold(utterance)) {
    notify(title, text, String(utterance.params['lot'] ?? ''));
  }
}

/** Show a notification; of one lot the newest takes the older's place. */
export function notify(title: string, body: string, lot: string): void {
  if (noticeRight() !== 'granted') return;
  try {
    const shown = new Notification(title, { body, tag: `${title}.${lot}` });
    shown.onclick = () => {
      globalThis.focus();
      shown.close();
    };
  } catch {
    // Some phones show them to installed apps only: the same news is on the page.
  }
}
