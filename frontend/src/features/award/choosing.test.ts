import { expect, it } from 'vitest';

import { aboveReserves, bodyOf, distanceOf, firstChoice, isExplained, isWithoutAward, reserveOf, stepOf, totalOf, trimmed, whyReason } from './choosing';
import { DECISION, LOT, RANKING, SAVING } from './testing/samples';

const NONE = { choices: [] };

it('starts with rank 1, or with the earlier proposal as long as its label is ranked', () => {
  expect(firstChoice(LOT, NONE)).toEqual({ label: 'R47', reason: '' });
  const before = { ...DECISION.choices[0], lot_id: LOT.lot_id, number: 1, title_zh: '', title_en: '', rank: 2, amount: '1', reserve: null, shares: [], saving: null };
  expect(firstChoice(LOT, { choices: [{ ...before, label: 'R12', reason: 'late' }] })).toEqual({ label: 'R12', reason: 'late' });
  expect(firstChoice(LOT, { choices: [{ ...before, label: 'R99', reason: 'late' }] })).toEqual({ label: 'R47', reason: '' });
  expect(firstChoice({ ...LOT, rows: [] }, NONE)).toEqual({ label: null, reason: '' });
});

it('asks for a reason where the choice is not rank 1 or there is no award, not where nobody bid', () => {
  expect(whyReason(LOT, { label: 'R47', reason: '' })).toBeNull();
  expect(whyReason(LOT, { label: 'R12', reason: '' })).toBe('not_first');
  expect(whyReason(LOT, { label: null, reason: '' })).toBe('no_award');
  expect(whyReason({ ...LOT, rows: [] }, { label: null, reason: '' })).toBeNull();
  expect(isExplained(LOT, { label: 'R12', reason: '  ' })).toBe(false);
  expect(isExplained(LOT, { label: 'R12', reason: 'delivery' })).toBe(true);
});

it('asks for a reason where the price is above an opened reserve price; equal is met', () => {
  const reserve = { lot_id: LOT.lot_id, number: 1, commitment: null, opened_at: null, is_altered: false, is_met: false };
  const best = LOT.rows[0]?.amount ?? '';
  const at = (amount: string | null) => aboveReserves(RANKING, [{ ...reserve, amount }]).lots[0] ?? LOT;
  expect(whyReason(at('1.00'), { label: 'R47', reason: '' })).toBe('above_reserve');
  expect(whyReason(at(best), { label: 'R47', reason: '' })).toBeNull();
  expect(whyReason(at(null), { label: 'R47', reason: '' })).toBeNull();
  expect(whyReason(at(best), { label: 'R47', reason: '', shares: [{ label: 'R47', share: '70' }, { label: 'R80', share: '30' }] })).toBe('above_reserve');
  expect(whyReason(at('1.00'), { label: null, reason: '' })).toBe('no_award');
  expect(aboveReserves(RANKING, [])).toBe(RANKING);
});

it('names the best who was not chosen as reserve', () => {
  expect(reserveOf(LOT, { label: 'R47', reason: '' })?.label).toBe('R12');
  expect(reserveOf(LOT, { label: 'R12', reason: '' })?.label).toBe('R47');
  expect(reserveOf(LOT, { label: null, reason: '' })).toBeNull();
});

it('sends one choice a lot, and a reason only where one is due', () => {
  expect(bodyOf(RANKING, { [LOT.lot_id]: { label: 'R47', reason: 'left over' } })).toEqual([{ lot_id: LOT.lot_id, label: 'R47', reason: '', shares: [] }]);
  expect(bodyOf(RANKING, { [LOT.lot_id]: { label: null, reason: ' too dear ' } })).toEqual([{ lot_id: LOT.lot_id, label: null, reason: 'too dear', shares: [] }]);
});

it('sums savings of the chosen and counts lots without a baseline', () => {
  const bare = { ...LOT, lot_id: 'x'.repeat(32), rows: LOT.rows.map((row) => ({ ...row, saving: { ...SAVING, baseline: null, money: null, percent: null } })) };
  const both = { ...RANKING, lots: [LOT, bare] };
  const chosen = { [LOT.lot_id]: { label: 'R47', reason: '' }, [bare.lot_id]: { label: 'R47', reason: '' } };
  expect(totalOf(both, chosen)).toEqual({ awarded: '27930.00', money: '1470.00', percent: '5.00', lots: 1, withoutBaseline: 1 });
  expect(totalOf(both, { [LOT.lot_id]: { label: null, reason: '' } })).toBeNull();
});

it('measures the distance to the best', () => {
  const [best, , last] = LOT.rows;
  if (!best || !last) throw new Error('three rows');
  expect(distanceOf(LOT, best)).toEqual({ money: '0.00', percent: '0.00', share: 0 });
  expect(distanceOf(LOT, last)).toEqual({ money: '13.96', percent: '5.00', share: 100 });
});

it('knows where the way stands', () => {
  expect(stepOf({ state: 'waiting' }, DECISION)).toBe('ranking');
  expect(stepOf(RANKING, DECISION)).toBe('choice');
  expect(stepOf(RANKING, { ...DECISION, state: 'proposed', can_propose: false })).toBe('approval');
  expect(stepOf(RANKING, { ...DECISION, state: 'approved' })).toBe('unsealing');
  expect(stepOf(RANKING, { ...DECISION, state: 'approved', unsealing: { ...DECISION.unsealing, state: 'done' } })).toBe('names');
  expect(isWithoutAward(DECISION)).toBe(false);
});

it('drops stored zeros', () => {
  expect(trimmed('4200.0000')).toBe('4200');
  expect(trimmed('5850.0000', 2)).toBe('5850.00');
  expect(trimmed('5850.1250', 2)).toBe('5850.125');
});

it('takes the adopted scenario, and asks why where a choice is another', () => {
  const adopted = { number: 2, cost: '28350.00', parts: [{ label: 'R47', share: '70' }, { label: 'R80', share: '30' }] };
  const taken = firstChoice(LOT, NONE, adopted);
  expect(taken).toEqual({ label: 'R47', reason: '', shares: adopted.parts });
  expect(whyReason(LOT, taken, adopted)).toBeNull();
  expect(reserveOf(LOT, taken)?.label).toBe('R12');
  expect(whyReason(LOT, { label: 'R47', reason: '' }, adopted)).toBe('off_scenario');
  expect(whyReason(LOT, taken)).toBe('off_scenario');
  const equal = { ...adopted, parts: [{ label: 'R80', share: '50' }, { label: 'R12', share: '50' }] };
  expect(firstChoice(LOT, NONE, equal).label).toBe('R12');
  expect(bodyOf(RANKING, { [LOT.lot_id]: taken }, { [LOT.lot_id]: adopted })).toEqual([{ lot_id: LOT.lot_id, label: 'R47', reason: '', shares: adopted.parts }]);
  expect(totalOf(RANKING, { [LOT.lot_id]: taken }, { [LOT.lot_id]: adopted })).toMatchObject({ awarded: '28350.00', money: '1050.00' });
});
