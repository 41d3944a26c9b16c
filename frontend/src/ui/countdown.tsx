// The time left, counted on the server's clock. Silent for screen readers (SCREENS.md 1.6): announcer.tsx speaks the milestones.

import { formatRemaining, toMs } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';

import { useServerNow } from './use-server-now';

interface CountdownProps {
  until: string;
  /** What to say at zero; the server alone says that something is closed (LR-03). */
  over?: string;
}

export function Countdown({ until, over }: CountdownProps) {
  const { t } = useWords();
  const left = toMs(until) - useServerNow();
  return (
    <span role="timer" aria-live="off" className="num" aria-label={t('time.remaining')}>
      {left > 0 ? formatRemaining(left) : (over ?? t('time.over'))}
    </span>
  );
}
