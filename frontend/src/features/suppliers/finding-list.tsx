// What audits and sample tests found, with what is to be mended and by when; the acts stand beside what they are about.

import type { ReactNode } from 'react';

import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';
import { Tag } from '@/ui/state-tag';
import { Empty } from '@/ui/states';

import type { Action, Finding } from './lifecycle-queries';
import css from './suppliers.module.css';

const RESULT_TONES = { passed: 'good', conditional: 'warn', failed: 'bad' } as const;
const ACTION_TONES = { open: 'warn', reported: 'live', closed: 'good', annulled: 'off' } as const;

interface FindingListProps {
  findings: readonly Finding[];
  /** In the panel's head. */
  add?: ReactNode;
  actsOf?: (action: Action) => ReactNode;
  appealOf?: (finding: Finding) => ReactNode;
}

export function FindingList({ findings, add, actsOf, appealOf }: FindingListProps) {
  const { t, find } = useWords('suppliers');
  return (
    <Panel title={t('life.findings')} actions={add} flush>
      {findings.length === 0 ? (
        <Empty title={t('life.none')}>{t('life.none_why')}</Empty>
      ) : (
        <ol className={css['course']}>
          {findings.map((one) => (
            <li key={one.id} className={css['moment']} data-tone={one.annulled_at !== null ? 'off' : one.result === 'failed' ? 'bad' : 'good'}>
              <span className="row">
                <strong>{one.title}</strong>
                <Tag tone={one.annulled_at === null ? RESULT_TONES[one.result] : 'off'}>{t(one.annulled_at === null ? `life.results.${one.result}` : 'life.annulled')}</Tag>
              </span>
              <span className="small muted">
                {t(`life.kinds.${one.kind}`)} · {find(`words:aspects.${one.aspect}`, one.aspect)} · {one.held_on}
                {one.score !== null && <> · {t('life.score_of', { score: one.score })}</>}
              </span>
              <span className="small">{one.text}</span>
              {one.actions.map((action) => (
                <ActionRow key={action.id} action={action} acts={actsOf?.(action)} />
              ))}
              {appealOf && <span className="row">{appealOf(one)}</span>}
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function ActionRow({ action, acts }: { action: Action; acts?: ReactNode }) {
  const { t } = useWords('suppliers');
  return (
    <div className={`stack-tight ${css['owed'] ?? ''}`}>
      <span className="row small">
        <Tag tone={action.is_overdue ? 'bad' : ACTION_TONES[action.state]}>{t(action.is_overdue ? 'life.overdue' : `life.states.${action.state}`)}</Tag>
        <span>{t('life.due', { day: action.due_on })}</span>
      </span>
      <span>{action.text}</span>
      {action.reply && <blockquote className={css['quote']}>{action.reply}</blockquote>}
      {acts && <span className="row">{acts}</span>}
    </div>
  );
}
