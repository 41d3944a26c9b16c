// ST-01: the eight stages in their order and the tail behind them; each with its word, its owner and its days.

import { useWords } from '@/i18n/use-words';
import { StateTag } from '@/ui/state-tag';

import css from './demand.module.css';
import type { StageView } from './queries';

/** The last of the eight; what comes after it is the tail. */
export const HEAD = 8;

export function StageBar({ stages, present }: { stages: readonly StageView[]; present: number | null }) {
  const { t } = useWords('demand');
  return (
    <div className="stack-tight">
      {present !== null && present <= HEAD && <p className={css['where']}>{t('bar.where', { stage: present, of: HEAD })}</p>}
      <ol className={css['bar']} aria-label={t('bar.label')}>
        {stages.map((one) => (
          <Step key={one.stage} one={one} isPresent={one.stage === present} />
        ))}
      </ol>
    </div>
  );
}

function Step({ one, isPresent }: { one: StageView; isPresent: boolean }) {
  const { t, find } = useWords('demand');
  const isTail = one.stage > HEAD;
  const day = one.done_on ?? one.due_on;
  const isOpen = ['in_progress', 'waiting', 'returned'].includes(one.state);
  const classes = [css['step'], isPresent ? css['present'] : '', one.state === 'done' ? css['past'] : '', isTail ? css['tail'] : ''];
  return (
    <li className={classes.join(' ')} aria-current={isPresent ? 'step' : undefined}>
      <span className={css['stepName']}>
        {!isTail && <span className={css['stepNumber']}>{one.stage}</span>}
        {find(`stages.${String(one.stage)}`, String(one.stage))}
      </span>
      <StateTag kind="stage" state={one.state} />
      {isOpen && <span className="small muted">{find(`words:roles.${one.owner}`, one.owner)}</span>}
      {day && (
        <span className="small muted num">
          {t(one.done_on ? 'bar.done_on' : 'bar.due_on', { day })}
        </span>
      )}
    </li>
  );
}
