// The phases a tender goes through by its procedure, in order; the present one is marked for screen readers too.
import { useWords } from '@/i18n/use-words';

import type { StaffTender } from './api';
import css from './tender.module.css';

type Phase = StaffTender['phase'];

/** A round skips phases that it does not use (VISIBILITY.md section 6). */
export function pathOf(tender: Pick<StaffTender, 'procedure' | 'document'>): readonly Phase[] {
  const evaluation = tender.document?.['evaluation'] as { technical: object | null } | null | undefined;
  const sealed: readonly Phase[] = tender.procedure === 'live' ? [] : ['S', 'K', ...(evaluation?.technical ? (['T'] as const) : [])];
  const live: readonly Phase[] = tender.procedure === 'sealed' ? [] : ['L'];
  return ['D', 'Q', ...sealed, ...live, 'P', 'V', 'W'];
}

export function TenderSteps({ tender }: { tender: StaffTender }) {
  const { t } = useWords('tenders');
  if (tender.state === 'cancelled' || tender.state === 'unsuccessful') return null;
  const path = pathOf(tender);
  const present = path.indexOf(tender.phase);
  const styleOf = (place: number) => (place < present || tender.phase === 'Z' ? css['past'] : place === present ? css['present'] : '');
  return (
    <ol className={css['steps']}>
      {path.map((phase, place) => (
        <li key={phase} className={styleOf(place)} aria-current={place === present ? 'step' : undefined}>
          {t(`words:phases.${phase}`)}
        </li>
      ))}
    </ol>
  );
}
