// How the lot is played, and whether the service may bid for a supplier. What a format asks for stands with it.
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';

import type { RulesDraft } from './api';

interface FormatFieldsProps {
  rules: RulesDraft;
  set: (part: Partial<RulesDraft>) => void;
}

export function AutoBidField({ rules, set }: FormatFieldsProps) {
  const { t } = useWords('formats');
  return (
    <>
      <CheckField label={t('auto.field')} checked={rules.auto_bid} onChange={(event) => set({ auto_bid: event.target.checked })} />
      <p className="muted small">{t('auto.field_note')}</p>
    </>
  );
}
