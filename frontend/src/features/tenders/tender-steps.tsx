// The phases a tender goes through by its procedure, in order.
import { useWords } from '@/i18n/use-words';
import { Steps } from '@/ui/steps';

import type { StaffTender } from './api';

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
  return <Steps steps={path} present={path.indexOf(tender.phase)} isThrough={tender.phase === 'Z'} say={(phase) => t(`words:phases.${phase}`)} />;
}
