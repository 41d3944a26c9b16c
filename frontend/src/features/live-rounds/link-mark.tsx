// The connection in words (LR-30): Live (latency), Slow, Reconnecting (attempt), Offline. Colour and shape only repeat it.
import { useWords } from '@/i18n/use-words';

import type { Link } from './feed';
import css from './link-mark.module.css';

export function LinkMark({ link }: { link: Link }) {
  const { t } = useWords('live-rounds');
  const isUp = link.state === 'live' || link.state === 'slow';
  return (
    <span className={[css['mark'], css[link.state]].join(' ')}>
      <span className={css['dot']} aria-hidden="true" />
      <span>{t(`link.${link.state}`, { attempt: link.attempt })}</span>
      {isUp && link.latencyMs !== null && (
        <span className={css['latency']}>{t('link.latency', { ms: link.latencyMs })}</span>
      )}
    </span>
  );
}
