import { screen, within } from '@testing-library/react';
import { useState } from 'react';
import { expect, it } from 'vitest';

import { show } from '@/testing/show';

import type { Draft, Fault } from './api';
import { CriteriaSection } from './criteria-section';
import { EMPTY_CRITERION } from './evaluation-edit';

const DRAFT = {
  procedure: 'sealed_live',
  sealed: { has_technical: true },
  evaluation: {
    technical: {
      weight: '40',
      threshold: '70',
      aggregation: 'mean',
      groups: [],
      ahp: [],
      criteria: [
        { ...EMPTY_CRITERION, id: 'a', title_en: 'Solution', weight: '60' },
        { ...EMPTY_CRITERION, id: 'b', title_en: 'Delivery', weight: '30' },
      ],
    },
    price: { weight: '60', formula: { code: 'lowest_ratio', params: {} } },
    shortlist: { count: 3 },
    freeze_technical: true,
  },
} as unknown as Draft;

function Screen({ faults = [] }: { faults?: readonly Fault[] }) {
  const [draft, setDraft] = useState(DRAFT);
  return <CriteriaSection tenderId="t" draft={draft} change={(make) => setDraft(make)} faults={faults} isTried={false} />;
}

it('says beside the criteria whether the weights make 100', async () => {
  const user = await show(<Screen />);
  expect(screen.getByText('Weights: 90 %, must be 100')).toBeVisible();
  const second = screen.getByRole('group', { name: 'Criterion 2' });
  await user.clear(within(second).getByRole('textbox', { name: 'Weight' }));
  expect(screen.getByText('A weight is missing')).toBeVisible();
  await user.type(within(second).getByRole('textbox', { name: 'Weight' }), '40');
  expect(screen.getByText('Weights: 100 %')).toBeVisible();
});

it('shows a fault of the pre-flight at its field', async () => {
  await show(<Screen faults={[{ field: 'evaluation.technical.criteria.1.weight', code: 'MALFORMED', detail: {} }]} />);
  const second = screen.getByRole('group', { name: 'Criterion 2' });
  expect(within(second).getByRole('textbox', { name: 'Weight' })).toHaveAccessibleDescription(/one decimal point/);
});

it('moves by buttons and asks for six levels in both languages', async () => {
  const user = await show(<Screen />);
  await user.click(screen.getByRole('button', { name: 'Criterion 2: move up' }));
  const first = screen.getByRole('group', { name: 'Criterion 1' });
  expect(within(first).getByDisplayValue('Delivery')).toBeInTheDocument();
  await user.click(within(first).getByText('Question, kind of answer, meaning of the marks'));
  expect(await within(first).findAllByRole('textbox', { name: /^Mark \d · / })).toHaveLength(12);
});
