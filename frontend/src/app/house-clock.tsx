// The server's time, always in view: it is the only time that counts.

import { HOME_ZONE, formatInstant, zoneLabel } from '@/domain/instant';
import { serverClock } from '@/domain/server-clock';
import { useWords } from '@/i18n/use-words';
import { useServerNow } from '@/ui/use-server-now';

import css from './desk-frame.module.css';

export function HouseClock() {
  const { t, lang } = useWords();
  const now = useServerNow();
  const uncertainty = serverClock.uncertaintyMs();
  return (
    <div className={css['clock']}>
      <span className={css['clockTime']}>{formatInstant(now, HOME_ZONE, 'time-second')}</span>
      <span>{zoneLabel(HOME_ZONE, lang, now)}</span>
      <span>
        {uncertainty === null ? t('time.resyncing') : t('time.server_clock', { seconds: (Math.ceil(uncertainty / 10) / 100).toFixed(2) })}
      </span>
    </div>
  );
}
