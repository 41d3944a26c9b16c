// ST-01: the eight stages in their order and the tail behind them; each with its word, its owner and its days. On a phone the one
// at hand is shown, all of them on demand.

import { useId, useState } from 'react';

import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';
import { StateTag } from '@/ui/state-tag';

import css from './demand.module.css';
import type { Project, StageView } from './queries';

/** The last of the eight; what comes after it is the tail. */
export const HEAD = 8;

interface StageBarProps {
  stages: readonly StageView[];
  present: number | null;
  owners?: Project['owners'];
}

export function StageBar({ stages, present, owners = [] }: StageBarProps) {
  const { t, find } = useWords('demand');
  const where = present !== null && present <= HEAD ? t('bar.where', { stage: present, of: HEAD }) : t('bar.tail');
  const name = present === null ? '' : find(`stages.${String(present)}`, '');
  const id = useId();
  const [isOpen, setOpen] = useState(false);
  return (
    <div className="stack-tight">
      <div className="spread">
        <p className={css['where']}>{name ? `${where} – ${name}` : where}</p>
        <span className={css['fold']}>
          <Button size="small" aria-expanded={isOpen} aria-controls={id} onClick={() => setOpen(!isOpen)}>
            {t(isOpen ? 'bar.less' : 'bar.all')}
          </Button>
        </span>
      </div>
      <ol id={id} className={`${css['bar'] ?? ''} ${isOpen ? '' : (css['folded'] ?? '')}`} aria-label={t('bar.label')}>
        {stages.map((one) => (
          <Step key={one.stage} one={one} isPresent={one.stage === present} owner={owners.find((each) => each.stage === one.stage)?.name} />
        ))}
      </ol>
    </div>
  );
}

function Step({ one, isPresent, owner }: { one: StageView; isPresent: boolean; owner?: string | undefined }) {
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
      {(isOpen || owner) && <span className="small muted">{owner ?? find(`words:roles.${one.owner}`, one.owner)}</span>}
      {day && (
        <span className="small muted num">
          {t(one.done_on ? 'bar.done_on' : 'bar.due_on', { day })}
        </span>
      )}
    </li>
  );
}
