// Rows of a formula: the table of `piecewise`, further thresholds of dropping. An empty edge is open.
import { useWords } from '@/i18n/use-words';
import { Button } from '@/ui/button';

import type { Fault, FormulaDraft } from './api';
import css from './criteria.module.css';
import { DraftNumber, DraftText } from './draft-field';

type Row = Readonly<Record<string, string | number | null>>;

interface RowsFieldProps {
  name: 'rows' | 'tiers';
  fields: readonly ('from' | 'to' | 'points' | 'last' | 'drop_high' | 'drop_low')[];
  /** Whole numbers instead of decimals. */
  isWhole?: boolean;
  params: FormulaDraft['params'];
  faults: readonly Fault[];
  isTried: boolean;
  onParam: (name: string, value: unknown) => void;
}

export function RowsField({ name, fields, isWhole = false, params, faults, isTried, onParam }: RowsFieldProps) {
  const { t } = useWords('tenders');
  const rows = Array.isArray(params[name]) ? (params[name] as Row[]) : [];
  const path = `evaluation.price.formula.params.${name}`;
  const put = (at: number, field: string, value: string | number | null) => onParam(name, rows.map((row, place) => (place === at ? { ...row, [field]: value } : row)));
  const remove = (at: number) => {
    const left = rows.filter((_, place) => place !== at);
    onParam(name, left.length === 0 ? null : left);
  };
  // A row goes on where the one before it ends.
  const add = () => onParam(name, [...rows, isWhole ? { from: Number(rows.at(-1)?.['from'] ?? params['from'] ?? 5) + 5, drop_high: 1, drop_low: 1 } : { from: rows.at(-1)?.['to'] ?? null, to: null, points: '0' }]);
  return (
    <div className={css['table_rows']} data-path={path}>
      <h3>{t(`params.${name}`)}</h3>
      <ol>
        {rows.map((row, at) => (
          <li key={at}>
            {fields.map((field) => {
              const place = { path: `${path}.${String(at)}.${field}`, faults, isTried, label: t(isWhole ? `params.${field === 'drop_high' || field === 'drop_low' ? field : 'from'}` : `params.row_${field === 'drop_high' || field === 'drop_low' ? 'from' : field}`) };
              if (isWhole) return <DraftNumber key={field} {...place} value={Number(row[field] ?? 0)} onNumber={(value) => put(at, field, value)} />;
              const isEdge = field === 'from' || field === 'to';
              return <DraftText key={field} {...place} inputMode="decimal" value={String(row[field] ?? '')} onValue={(value) => put(at, field, value === '' && (isEdge || field === 'last') ? null : value)} />;
            })}
            <Button size="small" look="quiet" icon="close" onClick={() => remove(at)} aria-label={t('criteria.remove', { name: `${t(`params.${name}`)} ${String(at + 1)}` })} />
          </li>
        ))}
      </ol>
      <Button size="small" icon="plus" onClick={add}>
        {t('params.add_row')}
      </Button>
    </div>
  );
}
