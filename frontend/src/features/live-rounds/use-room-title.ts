import { useEffect } from 'react';

import { formatRemaining, toMs } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { useServerNow } from '@/ui/use-server-now';

import type { LotView } from './lot-view';
import { timerEnd, type Moment } from './moment';
import type { RoundInfo } from './room-data';

/** The remaining time in the tab (LR-04): seen from another window. */
export function useRoomTitle(info: RoundInfo, lot: LotView, moment: Moment, isPractice = false): void {
  const { t } = useWords('live-rounds');
  const now = useServerNow();
  const end = timerEnd(lot.state, moment);
  const time = end === null ? t(moment === 'closed' ? 'focal.over' : `focal.${moment as 'paused' | 'closing' | 'cancelled'}`) : formatRemaining(toMs(end) - now);
  const title = `${isPractice ? `${t('room.practice')} · ` : ''}${time} · ${info.tender.reference}`;
  useEffect(() => {
    document.title = title;
  }, [title]);
}
