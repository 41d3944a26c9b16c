// The parameters of a price formula, from the table of the server that reads them: what must be given first, the rest folded.
import { useWords } from '@/i18n/use-words';
import { CheckField } from '@/ui/field';

import { useFormulas, type Fault, type FormulaDraft, type Parameter } from './api';
import css from './builder.module.css';
import { DraftNumber, DraftSelect, DraftText } from './draft-field';
import { fieldsOf, mayTrim, usesBenchmark } from './formula-edit';
import { RowsField } from './formula-rows';

interface FormulaParamsProps {
  formula: FormulaDraft;
  faults: readonly Fault[];
  isTried: boolean;
  onParam: (name: string, value: unknown) => void;
  onTrimming: (isOn: boolean) => void;
}

export function FormulaParams({ formula, faults, isTried, onParam, onTrimming }: FormulaParamsProps) {
  const { t } = useWords('tenders');
  const formulas = useFormulas();
  if (formulas.data === undefined) return null;
  const { code, params } = formula;
  const { first, more } = fieldsOf(formulas.data, formula);
  const one = (parameter: Parameter) => <Param key={parameter.name} {...{ parameter, params, faults, isTried, onParam }} />;
  const benchmark = typeof params['benchmark'] === 'string' ? params['benchmark'] : '';
  const isMeasured = usesBenchmark(formula);
  const isTrimmed = params['from'] !== undefined;
  const hasDrops = isMeasured && (isTrimmed || benchmark === 'trimmed_mean');
  const lists = { params, faults, isTried, onParam };
  return (
    <>
      <div className={css['fields']}>
        {isMeasured && one(formulas.data.benchmark)}
        {first.map(one)}
        {hasDrops && formulas.data.trimming.map(one)}
        {code === 'interpolate' && (['a', 'z'] as const).map((name) => one({ name, kind: 'decimal', low: '', high: '', default: null, choices: [] }))}
      </div>
      {isMeasured && mayTrim(benchmark) && benchmark !== 'trimmed_mean' && <CheckField label={t('params.trims')} checked={isTrimmed} onChange={(event) => onTrimming(event.target.checked)} />}
      {hasDrops && <RowsField {...lists} name="tiers" fields={['from', 'drop_high', 'drop_low']} isWhole />}
      {code === 'piecewise' && <RowsField {...lists} name="rows" fields={['from', 'to', 'points', 'last']} />}
      {more.length > 0 && (
        <details className={css['more']}>
          <summary>{t('params.more')}</summary>
          <div className={css['fields']}>{more.map(one)}</div>
        </details>
      )}
    </>
  );
}

interface ParamProps extends Omit<FormulaParamsProps, 'formula' | 'onTrimming'> {
  parameter: Parameter;
  params: FormulaDraft['params'];
}

/** One parameter by its kind; its name and its choices are words of the catalogue. */
function Param({ parameter, params, faults, isTried, onParam }: ParamProps) {
  const { t, find } = useWords('tenders');
  const { name, kind, choices, default: byDefault } = parameter;
  const value = params[name] ?? byDefault;
  const place = { path: `evaluation.price.formula.params.${name}`, faults, isTried, label: find(`params.${name}`, name) };
  if (kind === 'choice')
    return <DraftSelect {...place} value={typeof value === 'string' ? value : ''} onValue={(next) => onParam(name, next)} options={choices.map((each) => ({ value: each, label: find(`params.${name}_${each}`, find(`params.${each}`, each)) }))} />;
  if (kind === 'flag') return <CheckField data-path={place.path} label={place.label} checked={value === true} onChange={(event) => onParam(name, event.target.checked)} />;
  if (kind === 'integer') return <DraftNumber {...place} value={Number(value ?? 0)} onNumber={(next) => onParam(name, next)} />;
  const typed = params[name];
  const text = typeof typed === 'string' ? typed : '';
  return <DraftText {...place} {...(byDefault === null ? {} : { optional: true, hint: t('params.default', { value: String(byDefault) }) })} inputMode="decimal" value={text} onValue={(next) => onParam(name, next)} />;
}
