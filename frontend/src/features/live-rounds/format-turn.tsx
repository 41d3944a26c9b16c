// Rounds of turns: when the own turn is, and nothing of anybody else's (LIVE.md section 1, `turn_based`).
import { useEffect } from 'react';

import { formatInstant } from '@/domain/instant';
import { useWords } from '@/i18n/use-words';
import { announce } from '@/ui/announcer';
import { Countdown } from '@/ui/countdown';
import { Panel } from '@/ui/panel';
import { useServerNow } from '@/ui/use-server-now';

import { turnAt } from './format-pace';
import css from './format-slot.module.css';
import type { OwnPace } from './messages';
import { chime, roomSettings } from './room-settings';

export function TurnPanel({ pace, zone }: { pace: OwnPace; zone: string }) {
  const { t } = useWords('formats');
  const turn = turnAt(pace, useServerNow());
  useTurnCall(turn === 'now', t('turn.call'));
  return (
    <Panel title={t('turn.title')} note={t('turn.round', { round: pace.stage + 1, rounds: pace.stages })}>
      <div className={[css['turn'], turn === 'now' ? css['now'] : ''].join(' ')}>
        <TurnText pace={pace} zone={zone} turn={turn} />
      </div>
    </Panel>
  );
}

function TurnText({ pace, zone, turn }: { pace: OwnPace; zone: string; turn: ReturnType<typeof turnAt> }) {
  const { t } = useWords('formats');
  const time = (at: string | null) => (at === null ? '' : formatInstant(at, zone, 'time-second'));
  const span = { from: time(pace.acts_from), until: time(pace.acts_until) };
  if (turn === 'now' && pace.acts_until !== null) {
    return (
      <>
        <p className={css['big']}>
          {t('turn.now')} <Countdown until={pace.acts_until} />
        </p>
        <p>{t('turn.now_until', span)}</p>
      </>
    );
  }
  if (turn === 'ahead' && pace.acts_from !== null) {
    return (
      <>
        <p className={css['big']}>
          {t('turn.ahead')} <Countdown until={pace.acts_from} />
        </p>
        <p>{t('turn.span', span)}</p>
      </>
    );
  }
  if (turn !== 'over') return <p>{t('turn.none')}</p>;
  const isLast = pace.stage + 1 >= pace.stages;
  return <p>{isLast ? t('turn.over_last') : t('turn.over', { time: time(pace.ends_at) })}</p>;
}

/** Called out once as the own turn begins, and heard where sounds are on. */
function useTurnCall(isNow: boolean, text: string): void {
  useEffect(() => {
    if (!isNow) return;
    announce(text, 'alert');
    if (roomSettings().sound) chime('up');
  }, [isNow, text]);
}
