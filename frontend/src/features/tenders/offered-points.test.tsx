import { screen } from '@testing-library/react';
import { expect, it, vi } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { OfferedPoints } from './offered-points';

const POINTS = { A: '2', B: '0', C: '0', D: '-4.5' };

it('asks on demand, and the purchaser takes what is offered', async () => {
  const server = fakeServer();
  server.on('GET /api/performance-points/compressors', { category: 'compressors', suppliers: 4, points: POINTS });
  const take = vi.fn();
  const user = await show(<OfferedPoints category="compressors" onTake={take} />, { as: 'purchaser' });
  expect(server.sent.filter((one) => one.path.includes('performance-points'))).toHaveLength(0);
  await user.click(screen.getByRole('button', { name: 'Points from performance reviews' }));
  await user.click(await screen.findByRole('button', { name: 'Take A 2, B 0, C 0, D -4.5' }));
  expect(take).toHaveBeenCalledWith(POINTS);
});

it('offers nothing out of too few reviews', async () => {
  fakeServer().on('GET /api/performance-points/compressors', { category: 'compressors', suppliers: 2, points: null });
  const user = await show(<OfferedPoints category="compressors" onTake={vi.fn()} />, { as: 'purchaser' });
  await user.click(screen.getByRole('button', { name: 'Points from performance reviews' }));
  expect(await screen.findByText(/2 certified suppliers/)).toBeInTheDocument();
});
