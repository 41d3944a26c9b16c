// Alt+Shift+T / R / N speak time, rank and next valid amount (SCREENS.md 2.2.6). None acts while an IME composes or a key repeats.
import { useEffect } from 'react';

import { formatRemaining, toMs } from '@/domain/instant';
import { serverClock } from '@/domain/server-clock';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';

import { moneyText, type LotView } from './lot-view';
import { timerEnd } from './moment';
import { placeOf } from './place';
import type { RoundInfo } from './room-data';
import type { Bidding } from './use-bidding';

export function useRoomKeys(enabled: boolean, info: RoundInfo, lot: LotView, bidding: Bidding): void {
  const { t } = useWords('live-rounds');
  useEffect(() => {
    if (!enabled) return undefined;
    const number = lot.facts.number;
    const spoken: Readonly<Record<string, () => string>> = {
      KeyT: () => {
        const end = timerEnd(lot.state, bidding.moment);
        return end === null ? t('focal.over') : t('say.keys_time', { time: formatRemaining(toMs(end) - serverClock.now()), lot: number });
      },
      KeyR: () => {
        const place = placeOf(lot.state);
        if (place.kind === 'none') return t('say.keys_no_rank', { lot: number });
        return place.kind === 'rank' ? t('say.keys_rank', { lot: number, rank: place.rank }) : t('say.keys_place', { lot: number, place: t(`focal.place_${place.kind}`) });
      },
      KeyN: () =>
        bidding.bounds === null || !bidding.can
          ? t('say.keys_no_next')
          : t('say.keys_next', { amount: moneyText(bidding.bounds.highest, info.tender.currency) }),
    };
    const onKey = (event: KeyboardEvent) => {
      if (!event.altKey || !event.shiftKey || event.repeat || event.isComposing) return;
      const speak = spoken[event.code];
      if (speak === undefined) return;
      event.preventDefault();
      announce(speak());
    };
    document.addEventListener('keydown', onKey);
    return () => document.removeEventListener('keydown', onKey);
  });
}
