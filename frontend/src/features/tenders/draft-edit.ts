// Changing a draft: whole values in, whole values out. Pure.
import { normaliseTyped } from '@/domain/typed-amount';

import type { Draft, Fault, LineDraft, LotDraft, ParsedRow, RulesDraft } from './api';
import { namingCriteria } from './evaluation-edit';

export const EMPTY_LOT: LotDraft = {
  id: '',
  title_zh: '',
  title_en: '',
  scale: 2,
  basis: 'unit',
  quantity: '',
  unit: '',
  ceiling_price: '',
  start_price: '',
  minimum_price: '',
  baseline_price: '',
  baseline_source: '',
  baseline_on: '',
  lines: [],
};

export const EMPTY_LINE: LineDraft = { item_code: '', description: '', quantity: '', unit: '', baseline_price: '' };

export function changeLot(draft: Draft, at: number, change: Partial<LotDraft>): Draft {
  return { ...draft, lots: draft.lots.map((lot, place) => (place === at ? { ...lot, ...change } : lot)) };
}

/** A new lot starts with what is usually the same as in the one before it. */
export function addLot(draft: Draft): Draft {
  const last = draft.lots.at(-1);
  const like = last === undefined ? {} : { unit: last.unit, scale: last.scale, basis: last.basis };
  return staggering({ ...draft, lots: [...draft.lots, { ...EMPTY_LOT, ...like }] });
}

export function removeLot(draft: Draft, at: number): Draft {
  return staggering({ ...draft, lots: draft.lots.filter((_, place) => place !== at) });
}

/** Several lots close one after the other unless somebody chose otherwise; one lot has nothing to stagger (LR-28). */
function staggering(draft: Draft): Draft {
  const { rules } = draft;
  if (draft.lots.length < 2) return { ...draft, rules: { ...rules, lots: 'parallel', stagger_s: 0, gap_s: 0 } };
  return rules.lots === 'parallel' && rules.stagger_s === 0 ? { ...draft, rules: { ...rules, lots: 'staggered', stagger_s: 300 } } : draft;
}

export function changeRules(draft: Draft, change: Partial<RulesDraft>): Draft {
  return { ...draft, rules: { ...draft.rules, ...change } };
}

/** Rows read from a paste or a file become lines of a lot. */
export function linesOf(rows: readonly ParsedRow[], typed: Readonly<Record<string, string>>): LineDraft[] {
  return rows.map((row) => ({ ...EMPTY_LINE, ...valuesOf(row, typed) }));
}

export function lotsOf(rows: readonly ParsedRow[], typed: Readonly<Record<string, string>>): LotDraft[] {
  return rows.map((row) => ({ ...EMPTY_LOT, ...valuesOf(row, typed) }));
}

/** What was read, and where a cell had a fault, what the person typed for it; never a guess. */
function valuesOf(row: ParsedRow, typed: Readonly<Record<string, string>>): Record<string, string> {
  const mended = row.cells.flatMap((cell) => {
    const text = typed[cellKey(row, cell)];
    return cell.fault !== null && cell.column !== null && text !== undefined ? [[cell.column, text]] : [];
  });
  return { ...row.values, ...(Object.fromEntries(mended) as Record<string, string>) };
}

export function cellKey(row: ParsedRow, cell: { address: string | null; column: string | null }): string {
  return `${row.number}.${cell.address ?? ''}.${cell.column ?? ''}`;
}

/** The fault at a field, for its error line; a value that is only missing yet is said when submitting. */
export function faultAt(faults: readonly Fault[], path: string, isTried: boolean): Fault | undefined {
  return faults.find((fault) => fault.field === path && (isTried || fault.code !== 'MISSING_VALUE'));
}

/** An amount as typed; written plainly where it can be read in one way only, else left as it is. */
export function tidied(text: string): string {
  const typed = normaliseTyped(text, 'refuse');
  return 'amount' in typed ? typed.amount : text;
}

/** The stored draft takes the place of ours where nothing was typed while it was saved; else only the new lots' names. */
export function adopting(ours: Draft, sent: Draft, stored: Draft): Draft {
  if (ours === sent) return stored;
  const lots = ours.lots.map((lot, place) => (lot.id === '' ? { ...lot, id: stored.lots[place]?.id ?? '' } : lot));
  return { ...ours, lots, evaluation: namingCriteria(ours.evaluation, stored.evaluation) };
}
