// A stretch of time by the house's clock: from its first minute, before its last. Pure reading of what is typed is beside it.

import { useWords } from '@/i18n/use-words';
import { TextField } from '@/ui/field';
import { Switcher } from '@/ui/switcher';

import css from './audit.module.css';

export interface Period {
  isAll: boolean;
  /** As datetime-local fields hold them. */
  from: string;
  to: string;
}

export type PeriodFault = 'period_missing' | 'period_turned' | null;

/** Beijing time has had one offset since 1991. */
export function instantOf(typed: string): string | null {
  if (typed === '') return null;
  const at = new Date(`${typed.slice(0, 16)}:00+08:00`);
  return Number.isNaN(at.getTime()) ? null : at.toISOString();
}

export function faultOf(period: Period): PeriodFault {
  if (period.isAll) return null;
  const [from, to] = [instantOf(period.from), instantOf(period.to)];
  if (from === null && to === null) return 'period_missing';
  return from !== null && to !== null && from >= to ? 'period_turned' : null;
}

interface PeriodFieldsProps {
  period: Period;
  fault: PeriodFault;
  onChange: (period: Period) => void;
}

export function PeriodFields({ period, fault, onChange }: PeriodFieldsProps) {
  const { t } = useWords('audit');
  return (
    <div className="stack-tight">
      <Switcher
        label={t('exports.period')}
        value={period.isAll ? 'all' : 'some'}
        onChange={(value) => onChange({ ...period, isAll: value === 'all' })}
        options={[
          { value: 'all', label: t('exports.period_all') },
          { value: 'some', label: t('exports.period_some') },
        ]}
      />
      {!period.isAll && (
        <>
          <div className={css['two']}>
            <TextField
              label={t('exports.from')}
              type="datetime-local"
              optional
              value={period.from}
              error={fault === null ? null : t(`exports.${fault}`)}
              onChange={(event) => onChange({ ...period, from: event.target.value })}
            />
            <TextField label={t('exports.to')} type="datetime-local" optional value={period.to} onChange={(event) => onChange({ ...period, to: event.target.value })} />
          </div>
          <p className="small muted">{t('exports.period_why')}</p>
        </>
      )}
    </div>
  );
}
