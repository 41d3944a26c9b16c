// The way from the ranking to the names; the present step is marked for screen readers too.

import { useWords } from '@/i18n/use-words';

import css from './award.module.css';
import { STEPS, type Step } from './choosing';

export function DecisionSteps({ present }: { present: Step }) {
  const { t } = useWords('award');
  const place = STEPS.indexOf(present);
  return (
    <ol className={css['steps']} aria-label={t('steps.label')}>
      {STEPS.map((step, at) => {
        const isPast = at < place || present === 'names';
        return (
          <li key={step} className={isPast ? css['past'] : at === place ? css['present'] : ''} aria-current={at === place ? 'step' : undefined}>
            {t(`steps.${step}`)}
          </li>
        );
      })}
    </ol>
  );
}
