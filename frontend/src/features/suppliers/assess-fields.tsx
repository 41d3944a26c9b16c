// What the assessor types: the figures nothing else tells. Everything besides comes from audits, tests and deliveries.

import { toHalfWidth } from '@/domain/typed-amount';
import { useWords } from '@/i18n/use-words';
import { SelectField, TextField } from '@/ui/field';

import css from './suppliers.module.css';
import type { Figures } from './survey-queries';

const REGISTRATIONS = ['active', 'listed_abnormal', 'revoked'] as const;
const RATINGS = ['AAA', 'AA', 'A', 'BBB', 'BB', 'B', 'C'] as const;

interface AssessFieldsProps {
  figures: Figures;
  onChange: (figures: Figures) => void;
}

export function AssessFields({ figures, onChange }: AssessFieldsProps) {
  const { t } = useWords('suppliers');
  const unknown = { value: '', label: t('assess.unknown') };
  const number = (sub: 'lead_time' | 'years') => (
    <TextField
      label={t(`assess.subs.${sub}`)}
      hint={t(`assess.hints.${sub}`)}
      inputMode="decimal"
      autoComplete="off"
      value={figures[sub] ?? ''}
      onChange={(event) => onChange({ ...figures, [sub]: toHalfWidth(event.target.value) })}
    />
  );
  return (
    <div className={css['two']}>
      {number('lead_time')}
      {number('years')}
      <SelectField
        label={t('assess.subs.registration')}
        value={figures['registration'] ?? ''}
        onChange={(event) => onChange({ ...figures, registration: event.target.value })}
        options={[unknown, ...REGISTRATIONS.map((value) => ({ value, label: t(`assess.registrations.${value}`) }))]}
      />
      <SelectField
        label={t('assess.subs.rating')}
        hint={t('assess.hints.rating')}
        value={figures['rating'] ?? ''}
        onChange={(event) => onChange({ ...figures, rating: event.target.value })}
        options={[unknown, ...RATINGS.map((value) => ({ value, label: value }))]}
      />
    </div>
  );
}
