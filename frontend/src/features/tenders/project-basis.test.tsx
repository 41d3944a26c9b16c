import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { ProjectBasis } from './project-basis';

it('tells what differs from the project and whether the ceiling keeps the budget', async () => {
  fakeServer();
  await show(
    <ProjectBasis
      said={[
        { field: 'item', project: '1.5P', draft: '1.5P', is_same: true },
        { field: 'quantity', project: '1000', draft: '900', is_same: false },
        { field: 'ceiling_price', project: '300.00', draft: '310.00', is_same: false },
      ]}
    />,
    { as: 'purchaser' },
  );
  const [item, quantity, ceiling] = (await screen.findAllByRole('listitem')).map((row) => row.textContent);
  expect(item).toBe('ItemAs the project1.5P');
  expect(quantity).toBe('QuantityDiffers1000This draft: 900');
  expect(ceiling).toContain('Above the budget');
});

it('says nothing of a ceiling that is not set, and nothing where the project says nothing', async () => {
  fakeServer();
  await show(<ProjectBasis said={[{ field: 'ceiling_price', project: '300.00', draft: '', is_same: true }]} />, { as: 'purchaser' });
  expect(await screen.findByText('300.00')).toBeInTheDocument();
  expect(screen.queryByText('Within the budget')).toBeNull();
});
