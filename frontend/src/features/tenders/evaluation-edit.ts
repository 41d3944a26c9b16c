// Changing how sealed offers are compared: criteria, weights, formula. Whole values in, whole values out. Pure.
import { add, type Amount } from '@/domain/money';

import type { CriterionDraft, Draft, EvaluationDraft, SealedDraft, TechnicalDraft } from './api';

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
  parent: '',
};

const EMPTY_TECHNICAL: TechnicalDraft = { weight: '40', threshold: '', aggregation: 'mean', drop_from: 4, groups: [], criteria: [EMPTY_CRITERION], ahp: [] };
const EMPTY_EVALUATION: EvaluationDraft = {
  technical: null,
  price: { weight: '100', formula: { code: 'price_only', params: {} } },
  shortlist: { count: 3, within: '', at_least: null, ties: 'include' },
  freeze_technical: false,
  abnormal: null,
  certification: null,
  split: null,
};
const EMPTY_SEALED: SealedDraft = { opens_at: '', closes_at: '', custody: 'server', committee: null, extension_s: 86_400, has_technical: false, tech_bucket: 262_144 };

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

/** New criteria get the names the service gave them, so that the next save does not name them anew. */
export function namingCriteria(ours: EvaluationDraft | null, stored: EvaluationDraft | null): EvaluationDraft | null {
  if (!ours?.technical) return ours;
  const named = stored?.technical?.criteria ?? [];
  const criteria = ours.technical.criteria.map((one, place) => (one.id === '' ? { ...one, id: named[place]?.id ?? '' } : one));
  return { ...ours, technical: { ...ours.technical, criteria } };
}
