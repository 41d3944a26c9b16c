// The parameters of a price formula; those that only one benchmark has appear with it, the rarer ones are folded away.
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';

import type { Fault, FormulaDraft } from './api';
import css from './builder.module.css';
import { DraftNumber, DraftSelect, DraftText } from './draft-field';

const BENCHMARKS = ['lowest', 'mean', 'trimmed_mean', 'mean_times', 'blend', 'min_mean', 'two_pass_mean'] as const;
const OWN_DECIMALS: Readonly<Record<string, readonly ('k' | 'alpha' | 'w')[]>> = { mean_times: ['k'], blend: ['alpha'], min_mean: ['w'] };
const ROUNDINGS = { lowest_ratio: ['total', 'points'], deduct_from_benchmark: ['total', 'points', 'deviation', 'benchmark'] } as const;

interface FormulaParamsProps {
  code: string;
  params: FormulaDraft['params'];
  faults: readonly Fault[];
  isTried: boolean;
  onParam: (name: string, value: unknown) => void;
}

export function FormulaParams({ code, params, faults, isTried, onParam }: FormulaParamsProps) {
  const { t } = useWords('tenders');
  if (code !== 'lowest_ratio' && code !== 'deduct_from_benchmark') return null;
  const place = (name: string) => ({ path: `evaluation.price.formula.params.${name}`, faults, isTried });
  const text = (name: string) => String((params[name] as string | number | undefined) ?? '');
  const decimal = (name: 'above' | 'below' | 'full' | 'floor' | 'cap' | 'k' | 'alpha' | 'w', hint: string) => (
    <DraftText key={name} {...place(name)} label={t(`params.${name}`)} {...(hint === '' ? {} : { hint, optional: true })} inputMode="decimal" value={text(name)} onValue={(value) => onParam(name, value)} />
  );
  const benchmark = text('benchmark');
  const isDeduction = code === 'deduct_from_benchmark';
  return (
    <>
      {isDeduction && (
        <div className={css['fields']}>
          <DraftSelect {...place('benchmark')} label={t('params.benchmark')} value={benchmark} onValue={(value) => onParam('benchmark', value)} options={BENCHMARKS.map((value) => ({ value, label: t(`params.${value}`) }))} />
          {decimal('above', '')}
          {(OWN_DECIMALS[benchmark] ?? []).map((name) => decimal(name, ''))}
          {benchmark === 'blend' && (
            <DraftSelect {...place('with')} label={t('params.with')} value={text('with')} onValue={(value) => onParam('with', value)} options={(['ceiling', 'lowest', 'highest'] as const).map((value) => ({ value, label: t(`params.with_${value}`) }))} />
          )}
          {benchmark === 'trimmed_mean' &&
            (['drop_high', 'drop_low', 'from'] as const).map((name) => <DraftNumber key={name} {...place(name)} label={t(`params.${name}`)} value={Number(params[name] ?? 0)} onNumber={(value) => onParam(name, value)} />)}
        </div>
      )}
      {benchmark === 'trimmed_mean' && <CheckField data-path={place('inclusive').path} label={t('params.inclusive')} checked={params['inclusive'] === true} onChange={(event) => onParam('inclusive', event.target.checked)} />}
      <details className={css['more']}>
        <summary>{t('params.more')}</summary>
        <div className={css['fields']}>
          {isDeduction && decimal('below', t('params.default', { value: '0' }))}
          {isDeduction && decimal('full', t('params.default', { value: '100' }))}
          {isDeduction && decimal('floor', t('params.default', { value: '0' }))}
          {isDeduction && decimal('cap', t('params.default', { value: '100' }))}
          {isDeduction && (
            <DraftSelect {...place('steps')} label={t('params.steps')} value={text('steps') || 'interpolated'} onValue={(value) => onParam('steps', value)} options={(['interpolated', 'stepped'] as const).map((value) => ({ value, label: t(`params.${value}`) }))} />
          )}
          <DraftNumber {...place('digits')} label={t('params.digits')} value={Number(params['digits'] ?? 2)} onNumber={(value) => onParam('digits', value)} />
          <DraftSelect {...place('rounding')} label={t('params.rounding')} value={text('rounding') || 'total'} onValue={(value) => onParam('rounding', value)} options={ROUNDINGS[code].map((value) => ({ value, label: t(`params.round_${value}`) }))} />
        </div>
      </details>
    </>
  );
}
