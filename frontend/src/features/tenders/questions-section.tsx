// The rule of questions in the builder: who relays, until when one may ask, when answers go out (ACCESS.md section 3).
import { useWords } from '@/i18n/use-words';
import { Panel } from '@/ui/panel';

import type { Draft } from './api';
import type { SectionProps } from './section-props';
import css from './builder.module.css';
import { DraftNumber, DraftSelect, DraftText } from './draft-field';

export function QuestionsSection({ draft, change, faults, isTried }: SectionProps) {
  const { t } = useWords('tenders');
  const { questions } = draft;
  const set = (part: Partial<Draft['questions']>) => change((before) => ({ ...before, questions: { ...before.questions, ...part } }));
  const placed = { faults, isTried };
  return (
    <Panel title={t('questions.title')}>
      <div className={css['fields']}>
        <DraftSelect
          {...placed}
          path="questions.profile"
          label={t('questions.profile')}
          hint={t('questions.profile_hint')}
          value={questions.profile}
          onValue={(value) => set({ profile: value === 'strict' ? 'strict' : 'lean' })}
          options={(['lean', 'strict'] as const).map((value) => ({ value, label: t(`questions.${value}`) }))}
        />
        <DraftNumber {...placed} path="questions.close_hours" label={t('questions.close_hours')} hint={t('questions.close_hint')} value={questions.close_hours} onNumber={(close_hours) => set({ close_hours })} />
        <DraftText
          {...placed}
          path="questions.times"
          label={t('questions.times')}
          hint={t('questions.times_hint')}
          value={questions.times.join(' ')}
          onValue={(value) => set({ times: value.replace(/\uFF1A/g, ':').split(/[\s,;\u3001\uFF0C]/) })}
        />
      </div>
    </Panel>
  );
}
