// Changing how sealed offers are compared: criteria, weights, formula. Whole values in, whole values out. Pure.
import { add, isAmount, type Amount } from '@/domain/money';

import type { CriterionDraft, Draft, EvaluationDraft, FormulaDraft, SealedDraft, TechnicalDraft } from './api';

const MARKS = 6;

export const EMPTY_CRITERION: CriterionDraft = {
  id: '',
  title_zh: '',
  title_en: '',
  weight: '',
  threshold: '',
  answer: 'text',
  unit: '',
  choices: [],
  prompt_zh: '',
  prompt_en: '',
  levels: Array.from({ length: MARKS }, () => ({ zh: '', en: '' })),
};

const EMPTY_TECHNICAL: TechnicalDraft = { weight: '40', threshold: '', aggregation: 'mean', criteria: [EMPTY_CRITERION] };
const EMPTY_EVALUATION: EvaluationDraft = { technical: null, price: { weight: '100', formula: { code: 'price_only', params: {} } }, shortlist: { count: 3 }, freeze_technical: false };
const EMPTY_SEALED: SealedDraft = { opens_at: '', closes_at: '', custody: 'server', extension_s: 86_400, has_technical: false, tech_bucket: 262_144 };

export function sealedOf(draft: Draft): SealedDraft {
  return draft.sealed ?? EMPTY_SEALED;
}

export function evaluationOf(draft: Draft): EvaluationDraft {
  return draft.evaluation ?? EMPTY_EVALUATION;
}

export function technicalOf(draft: Draft): TechnicalDraft {
  return evaluationOf(draft).technical ?? EMPTY_TECHNICAL;
}

export function changeSealed(draft: Draft, change: Partial<SealedDraft>): Draft {
  const sealed = { ...sealedOf(draft), ...change };
  // A technical part in force needs criteria; switched off, its texts stay in the draft.
  const needsCriteria = sealed.has_technical && evaluationOf(draft).technical === null;
  return needsCriteria ? changeTechnical({ ...draft, sealed }, {}) : { ...draft, sealed };
}

export function changeEvaluation(draft: Draft, change: Partial<EvaluationDraft>): Draft {
  return { ...draft, evaluation: { ...evaluationOf(draft), ...change } };
}

export function changeTechnical(draft: Draft, change: Partial<TechnicalDraft>): Draft {
  return changeEvaluation(draft, { technical: { ...technicalOf(draft), ...change } });
}

/** One weight typed gives the other: they make 100 together. */
export function changeWeights(draft: Draft, side: 'technical' | 'price', typed: string): Draft {
  const other = isWeight(typed) ? complement(typed) : null;
  const { price } = evaluationOf(draft);
  const technical = technicalOf(draft);
  if (side === 'technical') return changeEvaluation(draft, { technical: { ...technical, weight: typed }, price: { ...price, weight: other ?? price.weight } });
  return changeEvaluation(draft, { price: { ...price, weight: typed }, technical: { ...technical, weight: other ?? technical.weight } });
}

function isWeight(text: string): boolean {
  return /^\d{1,3}(\.\d{1,4})?$/.test(text) && Number(text) <= 100;
}

function complement(weight: Amount): Amount {
  const rest = add('100', `-${weight}`);
  return rest.includes('.') ? rest.replace(/0+$/, '').replace(/\.$/, '') : rest;
}

export function changeCriterion(draft: Draft, at: number, change: Partial<CriterionDraft>): Draft {
  const { criteria } = technicalOf(draft);
  return changeTechnical(draft, { criteria: criteria.map((one, place) => (place === at ? { ...one, ...change } : one)) });
}

export function addCriterion(draft: Draft): Draft {
  return changeTechnical(draft, { criteria: [...technicalOf(draft).criteria, EMPTY_CRITERION] });
}

export function removeCriterion(draft: Draft, at: number): Draft {
  return changeTechnical(draft, { criteria: technicalOf(draft).criteria.filter((_, place) => place !== at) });
}

/** By buttons, not by dragging: one place up or down. */
export function moveCriterion(draft: Draft, at: number, by: 1 | -1): Draft {
  const criteria = [...technicalOf(draft).criteria];
  const [moved] = criteria.splice(at, 1);
  if (moved === undefined) return draft;
  criteria.splice(at + by, 0, moved);
  return changeTechnical(draft, { criteria });
}

/** The sum of the weights as typed; null while one of them is no number. */
export function weightSum(criteria: readonly CriterionDraft[]): Amount | null {
  return criteria.reduce<Amount | null>((sum, { weight }) => (sum === null || !isAmount(weight) ? null : add(sum, weight)), '0');
}

/** A formula begins with what its parameters usually are. */
const PARAMS: Readonly<Record<string, FormulaDraft['params']>> = {
  price_only: {},
  lowest_ratio: {},
  deduct_from_benchmark: { benchmark: 'lowest', above: '3' },
};

export function changeFormula(draft: Draft, code: string): Draft {
  const { price } = evaluationOf(draft);
  return changeEvaluation(draft, { price: { ...price, formula: { code, params: PARAMS[code] ?? {} } } });
}

// Parameters that only one benchmark has: another one refuses them.
const OWN: Readonly<Record<string, FormulaDraft['params']>> = {
  trimmed_mean: { drop_high: 1, drop_low: 1, from: 5, inclusive: true },
  mean_times: { k: '0.05' },
  blend: { alpha: '0.5', with: 'ceiling' },
  min_mean: { w: '0.5' },
};
const COMMON = ['benchmark', 'above', 'below', 'full', 'floor', 'cap', 'steps', 'digits', 'rounding'];

export function changeParam(draft: Draft, name: string, value: unknown): Draft {
  const { price } = evaluationOf(draft);
  const { code, params } = price.formula;
  const isNone = value === '' || value === null;
  const kept = Object.fromEntries(Object.entries(params).filter(([each]) => each !== name));
  let next = isNone ? kept : { ...kept, [name]: value };
  if (name === 'benchmark') next = { ...Object.fromEntries(Object.entries(next).filter(([each]) => COMMON.includes(each))), ...OWN[String(value)] };
  return changeEvaluation(draft, { price: { ...price, formula: { code, params: next } } });
}

/** New criteria get the names the service gave them, so that the next save does not name them anew. */
export function namingCriteria(ours: EvaluationDraft | null, stored: EvaluationDraft | null): EvaluationDraft | null {
  if (!ours?.technical) return ours;
  const named = stored?.technical?.criteria ?? [];
  const criteria = ours.technical.criteria.map((one, place) => (one.id === '' ? { ...one, id: named[place]?.id ?? '' } : one));
  return { ...ours, technical: { ...ours.technical, criteria } };
}
