// Alt+Shift and a letter speak time, rank and next valid amount or open the desk's sheet, "?" opens the sheet of keys
// (SCREENS.md 2.2.6). None acts while an IME composes or a key repeats.
import { useEffect } from 'react';

import { formatRemaining, toMs } from '@/domain/instant';
import { serverClock } from '@/domain/server-clock';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';

import { moneyText, type LotView } from './lot-view';
import { timerEnd } from './moment';
import { placeOf } from './place';
import type { RoundInfo } from './room-data';
import { bindings, KEY_ACTS, type KeyAct } from './room-keys';
import type { Bidding } from './use-bidding';

export type RoomSheet = 'keys' | 'desk';

interface KeysInput {
  info: RoundInfo;
  lot: LotView;
  bidding: Bidding;
  onSheet: (sheet: RoomSheet) => void;
}

export function useRoomKeys(enabled: boolean, { info, lot, bidding, onSheet }: KeysInput): void {
  const { t } = useWords('live-rounds');
  useEffect(() => {
    if (!enabled) return undefined;
    const number = lot.facts.number;
    const spoken: Readonly<Record<Exclude<KeyAct, 'desk'>, () => string>> = {
      time: () => {
        const end = timerEnd(lot.state, bidding.moment);
        return end === null ? t('focal.over') : t('say.keys_time', { time: formatRemaining(toMs(end) - serverClock.now()), lot: number });
      },
      rank: () => {
        const place = placeOf(lot.state);
        if (place.kind === 'none') return t('say.keys_no_rank', { lot: number });
        return place.kind === 'rank' ? t('say.keys_rank', { lot: number, rank: place.rank }) : t('say.keys_place', { lot: number, place: t(`focal.place_${place.kind}`) });
      },
      next: () =>
        bidding.bounds === null || !bidding.can
          ? t('say.keys_no_next')
          : t('say.keys_next', { amount: moneyText(bidding.bounds.highest, info.tender.currency) }),
    };
    const onKey = (event: KeyboardEvent) => {
      if (event.repeat || event.isComposing) return;
      if (event.key === '?' && !isTyping(event.target)) return onSheet('keys');
      if (!event.altKey || !event.shiftKey) return;
      const keys = bindings();
      const act = KEY_ACTS.find((each) => keys[each] === event.code);
      if (act === undefined) return;
      event.preventDefault();
      if (act === 'desk') onSheet('desk');
      else announce(spoken[act]());
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}

/** A question mark in a field is a question mark. */
function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
}
