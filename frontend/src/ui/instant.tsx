// An instant in the tender's zone and, if it reads differently, in the viewer's (SCREENS.md 1.3).

import { HOME_ZONE, formatInstant, relative, sameWallClock, viewerZone, zoneLabel, type InstantStyle } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';

import { useServerNow } from './use-server-now';

interface InstantProps {
  at: string | null | undefined;
  /** The tender's zone; the house's own by default. */
  zone?: string;
  as?: InstantStyle;
  /** Name the zone: wherever a deadline or a legal time stands. */
  named?: boolean;
}

export function Instant({ at, zone = HOME_ZONE, as = 'minute', named = false }: InstantProps) {
  const { t, lang } = useWords();
  if (!at) return <span className="muted">{t('table.none')}</span>;
  const own = viewerZone();
  const differs = named && !sameWallClock(zone, own, at);
  return (
    <time dateTime={at}>
      <span className="num">{formatInstant(at, zone, as)}</span>
      {named && <span className="muted num"> {zoneLabel(zone, lang, at)}</span>}
      {differs && <span className="muted"> · {t('time.your_time', { time: `${formatInstant(at, own, as)} ${zoneLabel(own, lang, at)}` })}</span>}
    </time>
  );
}

/** "3 hours ago", the exact instant on hover and for machines. */
export function Ago({ at, zone = HOME_ZONE }: { at: string; zone?: string }) {
  const { lang } = useWords();
  // Words of minutes and hours: no need to run every second.
  const now = useServerNow(30_000);
  return (
    <time dateTime={at} title={`${formatInstant(at, zone, 'second')} ${zoneLabel(zone, lang, at)}`} className="num">
      {relative(at, now, lang)}
    </time>
  );
}
