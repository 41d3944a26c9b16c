import { screen } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, type FakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import CertifyPage from './certify-page';
import type { Dossier } from './queries';
import type { Assessment } from './survey-queries';

const DOSSIER: Dossier = {
  id: 's1', version: 1, state: 'active', name_zh: '青禾机电', name_en: 'Qinghe Electromech', credit_code: '91370200MA3000002T', city: '佛山',
  categories: ['compressors'], certified_categories: [], registered_at: '2026-11-01T00:00:00.000Z', standing: 'not_certified', current: null,
  certifications: [], evidence: [], suspensions: [], pending: [],
};

const ASSESSMENT: Assessment = {
  version: 'assessment.v1', computed: { quality: null, delivery: null, credit: '90.00' }, direct: {}, gains: [],
  parts: [{ aspect: 'credit', sub: 'rating', weight: '40', source: 'assessor', figure: 'AA', points: '90' }],
};

async function open(): Promise<{ server: FakeServer; user: Awaited<ReturnType<typeof show>> }> {
  const server = fakeServer();
  server.on('GET /api/suppliers/s1', DOSSIER);
  server.on('POST /api/suppliers/s1/assessment', ASSESSMENT);
  server.on('GET /api/suppliers/s1/questionnaires', []);
  server.on('POST /api/suppliers/s1/certifications', { proposal_id: 'p', certification_id: 'c', score: '92.4', grade: 'A' });
  const user = await show(<CertifyPage />, { as: 'purchaser', at: '/suppliers/s1/certify', path: '/suppliers/:supplierId/certify' });
  await screen.findByRole('heading', { level: 1, name: 'Certification desk' });
  return { server, user };
}

function certified(server: FakeServer): unknown {
  return server.sent.find((one) => one.path === '/api/suppliers/s1/certifications')?.body;
}

it('previews score and grade while typing, full-width digits too, and proposes with a reason for each mark given', async () => {
  const { server, user } = await open();
  await user.type(screen.getByLabelText('Quality'), '９１');
  await user.type(screen.getByLabelText('Delivery'), '93');
  expect(await screen.findByPlaceholderText('90 computed')).toBeInTheDocument();
  await user.type(screen.getByLabelText('Credit'), '95');
  expect(screen.getByRole('img', { name: 'Grade A' })).toBeInTheDocument();
  expect(screen.getByText('92.4')).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Propose to the second person' }));
  expect(certified(server)).toBeUndefined();
  for (const aspect of ['Quality', 'Delivery', 'Credit']) await user.type(screen.getByLabelText(`Why ${aspect} is given directly`), 'Audit on paper');
  await user.click(screen.getByRole('button', { name: 'Propose to the second person' }));
  expect(await screen.findByText('somewhere else')).toBeInTheDocument();
  expect(certified(server)).toMatchObject({
    quality: '91', delivery: '93', credit: '95', weights: { quality: '0.5000', delivery: '0.3000', credit: '0.2000' }, note: '',
    assessed: { figures: { rating: 'AA' }, reasons: { quality: 'Audit on paper', delivery: 'Audit on paper', credit: 'Audit on paper' } },
  });
});

it('stops at a mark under its minimum and at weights that do not sum to 100', async () => {
  const { server, user } = await open();
  await user.type(screen.getByLabelText('Quality'), '59.99');
  expect(screen.getByText(/Below the minimum of 60/)).toBeInTheDocument();
  await user.clear(screen.getByLabelText('Quality %'));
  await user.type(screen.getByLabelText('Quality %'), '40');
  expect(screen.getByText(/They sum to 90 %/)).toBeInTheDocument();
  await user.click(screen.getByRole('button', { name: 'Propose to the second person' }));
  expect(screen.getAllByText('Enter a mark.')).toHaveLength(1);
  expect(certified(server)).toBeUndefined();
});
