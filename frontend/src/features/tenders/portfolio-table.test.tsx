import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { show } from '@/testing/show';

import { Deadline } from './portfolio-table';

const inMs = (ms: number) => new Date(Date.now() + ms).toISOString();

it('counts down to the opening', async () => {
  await show(<Deadline kind="opens_at" at={inMs(90_000)} />);
  expect(screen.getByText(/Bidding opens in/)).toHaveTextContent('00:01:30');
});

it.each([
  ['opens_at', 'Bidding is opening', 'Bidding opens in'],
  ['response_due', 'Answers are closed', 'Answers due in'],
] as const)('says at zero what happens now, never an empty time (%s)', async (kind, now, before) => {
  await show(<Deadline kind={kind} at={inMs(-1)} />);
  expect(screen.getByText(now)).toBeInTheDocument();
  expect(screen.queryByText(new RegExp(before))).not.toBeInTheDocument();
});
