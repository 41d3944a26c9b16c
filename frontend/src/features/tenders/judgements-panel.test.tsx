import { screen, within } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import type { Draft, Fault } from './api';
import { EMPTY_CRITERION, technicalOf } from './evaluation-edit';
import { JudgementsPanel } from './judgements-panel';
import { matrixOf, pairsOf } from './judging';

const CRITERIA = [
  { ...EMPTY_CRITERION, id: 'a', title_en: 'Solution', weight: '60' },
  { ...EMPTY_CRITERION, id: 'b', title_en: 'Delivery', weight: '40' },
  { ...EMPTY_CRITERION, id: '', title_en: 'Unsaved', weight: '' },
];
const DRAFT = { evaluation: { technical: { weight: '40', threshold: '', aggregation: 'mean', drop_from: 4, groups: [], criteria: CRITERIA, ahp: [] } } } as unknown as Draft;
const RESULT = { method: 'eigenvector', lambda_max: '2', index: '0', ratio: '0', limit: '0.1', is_consistent: true, doubt: null };

function Screen({ faults = [] }: { faults?: readonly Fault[] }) {
  const [draft, setDraft] = useState(DRAFT);
  const { criteria, ahp } = technicalOf(draft);
  return (
    <>
      <JudgementsPanel tenderId="t" draft={draft} change={(make) => setDraft(make)} faults={faults} isTried={false} />
      <output data-testid="draft">{`${criteria.map(({ weight }) => weight).join(' ')} | ${JSON.stringify(ahp)}`}</output>
    </>
  );
}

it('compares two at a time, shows the ratio, and gives weights with their judgements to the form', async () => {
  const server = fakeServer();
  const weights = [{ item: 'a', weight: '16.67', vector: '0.1666666667', control: '0.1666666667' }, { item: 'b', weight: '83.33', vector: '0.8333333333', control: '0.8333333333' }];
  server.on('POST /api/scoring/ahp', { faults: [], weights, result: RESULT });
  const user = await show(<Screen />);
  await user.click(screen.getByText('Weights from comparisons in pairs (AHP)'));
  const question = await screen.findByRole('group', { name: 'Pair 1 of 1' });
  await user.click(within(question).getByRole('button', { name: 'Delivery' }));
  await user.selectOptions(within(question).getByRole('combobox', { name: 'Delivery is' }), '5');
  expect(await screen.findByText('The judgements fit together: at most 0.10.')).toBeVisible();
  expect(server.sent.at(-1)?.body).toEqual({ items: ['a', 'b'], matrix: [['1', '1/5'], ['5', '1']], digits: 2 });
  expect(within(screen.getByRole('table', { name: 'Weights' })).getAllByText('83.33 %')).toHaveLength(2);
  await user.click(screen.getByRole('button', { name: 'Take these weights' }));
  expect(screen.getByTestId('draft')).toHaveTextContent('16.67 83.33 | [{"parent":"","items":["a","b"],"matrix":[["1","1/5"],["5","1"]],"digits":2}]');
  await user.click(screen.getByRole('button', { name: 'Keep the weights, forget the comparison' }));
  expect(screen.getByTestId('draft')).toHaveTextContent('16.67 83.33 | []');
});

it('names the judgement that is furthest from the others', async () => {
  const doubt = { one: 'a', other: 'b', value: '9', fitting: '1/2' };
  fakeServer().on('POST /api/scoring/ahp', { faults: [], weights: [], result: { ...RESULT, ratio: '0.31', is_consistent: false, doubt } });
  const user = await show(<Screen />);
  await user.click(screen.getByText('Weights from comparisons in pairs (AHP)'));
  await user.click(await screen.findByRole('button', { name: 'Equally important' }));
  expect(await screen.findByText(/Furthest from the others: Solution – Delivery. Judged: Solution, 9 times. The others suggest: Delivery, 2 times./)).toBeVisible();
});

it('makes a matrix only of what is judged', () => {
  expect(pairsOf(['a', 'b', 'c'])).toEqual([['a', 'b'], ['a', 'c'], ['b', 'c']]);
  expect(matrixOf(['a', 'b', 'c'], new Map([['a b', '3'], ['c a', '5']]))).toBeNull();
  expect(matrixOf(['a', 'b', 'c'], new Map([['a b', '3'], ['c a', '5'], ['b c', '1']]))).toEqual([['1', '3', '1/5'], ['1/3', '1', '1'], ['5', '1', '1']]);
});
