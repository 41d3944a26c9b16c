// Changing the price formula: a new code or benchmark begins with its usual parameters and takes along what it also has. Pure.
import type { Draft, Formulas, FormulaDraft, Parameter } from './api';
import { changeEvaluation, evaluationOf } from './evaluation-edit';

export const FORMULAS = [
  'price_only',
  'lowest_ratio',
  'linear_to_lowest',
  'min_max',
  'deduct_from_benchmark',
  'piecewise',
  'interpolate',
  'fixed_band',
  'monetised_quality',
  'quality_per_price',
  'coefficient',
] as const;

/** Formulas that rank by an amount or a figure: they give no points, so weights say nothing. */
const WITHOUT_TOTAL: readonly string[] = ['price_only', 'monetised_quality', 'quality_per_price', 'coefficient'];
const PARAMS: Readonly<Record<string, FormulaDraft['params']>> = {
  deduct_from_benchmark: { benchmark: 'lowest', above: '3' },
  piecewise: {
    axis: 'deviation',
    benchmark: 'lowest',
    rows: [
      { from: null, to: '5', points: '100' },
      { from: '5', to: '15', points: '60' },
      { from: '15', to: null, points: '0' },
    ],
  },
  interpolate: { axis: 'deviation', benchmark: 'lowest', a: '0', z: '30' },
  coefficient: { share: '0.1' },
};
const OWN: Readonly<Record<string, FormulaDraft['params']>> = {
  trimmed_mean: { drop_high: 1, drop_low: 1, from: 5, inclusive: true },
  mean_times: { k: '0.05' },
  blend: { alpha: '0.5', with: 'ceiling' },
  min_mean: { w: '0.5' },
};
export const TRIMMING = ['drop_high', 'drop_low', 'from', 'inclusive', 'tiers'] as const;
const UNTRIMMED: readonly string[] = ['lowest', 'mean'];

export function hasTotal(code: string): boolean {
  return !WITHOUT_TOTAL.includes(code);
}

/** Whether a benchmark enters: not where a table or a line goes by the amount itself. */
export function usesBenchmark({ code, params }: FormulaDraft): boolean {
  return code === 'deduct_from_benchmark' || ((code === 'piecewise' || code === 'interpolate') && (params['axis'] ?? (code === 'piecewise' ? 'deviation' : 'amount')) === 'deviation');
}

export function mayTrim(benchmark: string): boolean {
  return !UNTRIMMED.includes(benchmark);
}

/** Without points the price counts for all; with them a technical part gets its share back. */
export function changeFormula(draft: Draft, code: string): Draft {
  const { price, technical } = evaluationOf(draft);
  const formula = { code, params: PARAMS[code] ?? {} };
  if (!hasTotal(code)) return changeEvaluation(draft, { price: { weight: '100', formula }, technical: technical && { ...technical, weight: '0' } });
  const isBack = !hasTotal(price.formula.code) && technical !== null;
  return changeEvaluation(draft, { price: { weight: isBack ? '60' : price.weight, formula }, technical: isBack ? { ...technical, weight: '40' } : technical });
}

export function changeParam(draft: Draft, name: string, value: unknown): Draft {
  const { price } = evaluationOf(draft);
  const { code, params } = price.formula;
  const isNone = value === '' || value === null;
  const kept = Object.fromEntries(Object.entries(params).filter(([each]) => each !== name));
  let next: FormulaDraft['params'] = isNone ? kept : { ...kept, [name]: value };
  if (name === 'benchmark') next = { ...without(next, OWN_NAMES), ...OWN[String(value)] };
  if (name === 'axis') next = value === 'amount' ? without(next, [...OWN_NAMES, 'benchmark']) : { ...next, benchmark: 'lowest' };
  return changeEvaluation(draft, { price: { ...price, formula: { code, params: next } } });
}

const OWN_NAMES: readonly string[] = ['k', 'alpha', 'with', 'w', 'keep', 'band', ...TRIMMING];

function without(params: FormulaDraft['params'], names: readonly string[]): FormulaDraft['params'] {
  return Object.fromEntries(Object.entries(params).filter(([each]) => !names.includes(each)));
}

/** Dropping on or off: all four members or none of them. */
export function changeTrimming(draft: Draft, isOn: boolean): Draft {
  const { price } = evaluationOf(draft);
  const params = isOn ? { ...price.formula.params, ...OWN['trimmed_mean'] } : without(price.formula.params, TRIMMING);
  return changeEvaluation(draft, { price: { ...price, formula: { ...price.formula, params } } });
}

/** The parameters of a formula that are shown as plain fields: first those that must be given, the rest folded away. */
export function fieldsOf(formulas: Formulas, { code, params }: FormulaDraft): { first: Parameter[]; more: Parameter[] } {
  const { benchmark } = params;
  const own = usesBenchmark({ code, params }) && typeof benchmark === 'string' ? (formulas.benchmarks[benchmark] ?? []) : [];
  const listed = (formulas.formulas[code] ?? []).filter(({ name }) => name !== 'benchmark');
  const isFirst = ({ name, default: value }: Parameter) => value === null || ALWAYS.includes(name);
  return { first: [...listed.filter(isFirst), ...own], more: listed.filter((each) => !isFirst(each)) };
}

const ALWAYS: readonly string[] = ['axis', 'share', 'ratio', 'of', 'slope'];
