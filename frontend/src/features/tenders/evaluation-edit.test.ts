import { describe, expect, it } from 'vitest';

import type { CriterionDraft, Draft } from './api';
import { changeSealed, changeWeights, EMPTY_CRITERION, evaluationOf, namingCriteria, sealedOf, technicalOf } from './evaluation-edit';
import { changeFormula, changeParam, changeTrimming, hasTotal } from './formula-edit';
import { addCriterion, addGroup, mayHoldGroups, moveCriterion, removeGroup, weightSum } from './tree-edit';

const criterion = (id: string, weight: string): CriterionDraft => ({ ...EMPTY_CRITERION, id, weight });
const draft = (criteria: CriterionDraft[]): Draft =>
  ({
    sealed: null,
    evaluation: {
      technical: { weight: '40', threshold: '', aggregation: 'mean', drop_from: 4, groups: [], criteria },
      price: { weight: '60', formula: { code: 'lowest_ratio', params: {} } },
      shortlist: { count: 3 },
      freeze_technical: true,
    },
  }) as unknown as Draft;

describe('weights', () => {
  it('are summed as typed, and not at all while one is no number', () => {
    expect(weightSum(technicalOf(draft([criterion('a', '33.3'), criterion('b', '66.7')])), '')).toBe('100.0');
    expect(weightSum(technicalOf(draft([criterion('a', '33,3'), criterion('b', '66.7')])), '')).toBeNull();
  });

  it.each([
    ['30', '70'],
    ['37.5', '62.5'],
    ['100', '0'],
  ])('technical %s leaves the price %s', (typed, left) => {
    const changed = changeWeights(draft([]), 'technical', typed);
    expect([technicalOf(changed).weight, evaluationOf(changed).price.weight]).toEqual([typed, left]);
  });

  it('leave the other side alone while one is half typed', () => {
    expect(evaluationOf(changeWeights(draft([]), 'technical', '')).price.weight).toBe('60');
    expect(evaluationOf(changeWeights(draft([]), 'technical', '400')).price.weight).toBe('60');
  });
});

describe('criteria', () => {
  it('move by one place and are added at the end', () => {
    const moved = moveCriterion(draft([criterion('a', '50'), criterion('b', '50')]), 1, -1);
    expect(technicalOf(addCriterion(moved)).criteria.map(({ id }) => id)).toEqual(['b', 'a', '']);
  });

  it('stand in groups whose weights are summed apart; a group that goes leaves them where it stood', () => {
    const grouped = addGroup(addGroup(draft([criterion('a', '50')])), 'g1');
    expect(technicalOf(grouped).groups.map(({ id, parent }) => [id, parent])).toEqual([['g1', ''], ['g2', 'g1']]);
    expect(technicalOf(grouped).criteria.map(({ parent }) => parent)).toEqual(['', 'g1', 'g2']);
    expect(weightSum(technicalOf(draft([criterion('a', '50'), { ...criterion('b', '100'), parent: 'g1' }])), 'g1')).toBe('100');
    expect(mayHoldGroups(technicalOf(addGroup(grouped, 'g2')).groups, 'g3')).toBe(false);
    const left = technicalOf(removeGroup(grouped, 0));
    expect(left.groups.map(({ id, parent }) => [id, parent])).toEqual([['g2', '']]);
    expect(left.criteria.map(({ parent }) => parent)).toEqual(['', '', 'g2']);
  });

  it('get the names the service gave, nothing else', () => {
    const ours = evaluationOf(draft([criterion('a', '50'), criterion('', '49')]));
    const stored = evaluationOf(draft([criterion('a', '50'), criterion('b', '50')]));
    expect(namingCriteria(ours, stored)?.technical?.criteria.map(({ id, weight }) => [id, weight])).toEqual([['a', '50'], ['b', '49']]);
  });

  it('begin with one where a technical part is switched on', () => {
    const bare = { sealed: null, evaluation: null } as unknown as Draft;
    const on = changeSealed(bare, { has_technical: true });
    expect(sealedOf(on).has_technical).toBe(true);
    expect(on.evaluation?.technical?.criteria).toHaveLength(1);
  });
});

describe('the price formula', () => {
  const params = (changed: Draft) => evaluationOf(changed).price.formula;

  it('begins with its usual parameters', () => {
    expect(params(changeFormula(draft([]), 'deduct_from_benchmark'))).toEqual({ code: 'deduct_from_benchmark', params: { benchmark: 'lowest', above: '3' } });
  });

  it('has no weights where it ranks by an amount or a figure, and gets them back', () => {
    const figured = changeFormula(draft([criterion('a', '100')]), 'coefficient');
    expect([technicalOf(figured).weight, evaluationOf(figured).price.weight, hasTotal('coefficient')]).toEqual(['0', '100', false]);
    expect(technicalOf(changeFormula(figured, 'min_max')).weight).toBe('40');
  });

  it('drops bids by all four members or none, and has no benchmark where it goes by the amount', () => {
    const blend = changeParam(changeFormula(draft([]), 'deduct_from_benchmark'), 'benchmark', 'two_pass_mean');
    const trimmed = changeTrimming(blend, true);
    expect(params(trimmed).params).toMatchObject({ drop_high: 1, drop_low: 1, from: 5, inclusive: true });
    expect(params(changeTrimming(trimmed, false)).params).toEqual(params(blend).params);
    expect(params(changeParam(changeFormula(draft([]), 'piecewise'), 'axis', 'amount')).params).not.toHaveProperty('benchmark');
  });

  it('drops what another benchmark does not have', () => {
    const blend = changeParam(changeFormula(draft([]), 'deduct_from_benchmark'), 'benchmark', 'blend');
    expect(params(blend).params).toEqual({ benchmark: 'blend', above: '3', alpha: '0.5', with: 'ceiling' });
    expect(params(changeParam(blend, 'benchmark', 'mean')).params).toEqual({ benchmark: 'mean', above: '3' });
    expect(params(changeParam(blend, 'above', '')).params).not.toHaveProperty('above');
  });
});
