import { screen, waitFor, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer, problem } from '@/testing/fake-server';
import { show } from '@/testing/show';

import SignalsPage from './signals-page';

const METHOD = {
  zh: '分项单价成固定比例', en: 'Constant ratio of line prices', formula: 'a = r b', source: 'Bidroom', about_zh: '关于', about_en: 'One ratio explains all lines.',
  innocent_zh: ['同一价目表'], innocent_en: ['One public price list.'], looked_at: 10, too_few: 2, found: 1, real: null, honest: null,
};
const METHODS = [
  { ...METHOD, method: 'ratio' },
  { ...METHOD, method: 'variation', zh: '报价变异系数低', en: 'Low coefficient of variation', real: { leads: 28, of: 623 }, honest: { leads: 9, of: 200 } },
  { ...METHOD, method: 'far_marks', zh: '评分偏离评审组', en: "Marks far from the panel's" },
];
const LEAD = {
  key: 'c'.repeat(32), method: 'ratio', tender: 'd'.repeat(32), reference: 'T-2026-0001', lot: 2, bidders: ['A', 'C'], figure: '1.04', n: 6,
  base: { share: null, of: 10, origin: 'none' }, chance: null, state: null, looks: 0,
};
const BOARD = {
  tenders: 5, lots: 11, fitting: 3, methods: METHODS,
  leads: [
    LEAD,
    { ...LEAD, key: 'e'.repeat(32), method: 'variation', bidders: [], figure: '0.0009', base: { share: 0.0043, of: 232, origin: 'own' }, state: 'explained' },
    { ...LEAD, key: 'f'.repeat(32), method: 'far_marks', bidders: [], lot: null, figure: '3/12' },
  ],
};
const FILTERS = { actors: [], groups: [], kinds: [], tenders: [{ id: 'd'.repeat(32), reference: 'T-2026-0001', title_zh: '压缩机', title_en: 'Compressors', phase: 'W' }], rounds: [] };

function serve(board: unknown = BOARD) {
  const server = fakeServer();
  server.on('GET /api/audit/signals', board);
  server.on('GET /api/audit/filters', FILTERS);
  return server;
}

it('shows each lead with its figure, its base rate and what was made of it', async () => {
  serve();
  await show(<SignalsPage />, { as: 'auditor' });
  const leads = await screen.findByRole('table', { name: 'Signals on bids' });
  const [ratio, variation, marks] = within(leads).getAllByRole('row').slice(1);
  expect(within(ratio!).getByRole('link', { name: 'Constant ratio of line prices' })).toHaveAttribute('href', `/audit/signals/${'c'.repeat(32)}`);
  expect(ratio).toHaveTextContent('A, C');
  expect(ratio).toHaveTextContent('not known yet: only 10 here to compare with');
  expect(variation).toHaveTextContent('all bidders');
  expect(variation).toHaveTextContent('0.43 % of 232 comparable ones here show as much');
  expect(marks).toHaveTextContent('named nowhere here');
});

it('says of each method in a sentence how often it is met where nothing is known to be wrong', async () => {
  serve();
  await show(<SignalsPage />, { as: 'auditor' });
  expect((await screen.findAllByText(/28 of 623 show it \(4.5 %\)\. Among invented honest bids, 9 of 200/))[0]).toBeInTheDocument();
  expect(screen.getAllByText('Nobody has counted yet how often this happens by chance.').length).toBeGreaterThan(0);
});

it('says the same in Chinese', async () => {
  serve();
  await show(<SignalsPage />, { as: 'auditor', lang: 'zh' });
  expect((await screen.findAllByText(/623 个可比里有 28 个如此/))[0]).toBeInTheDocument();
});

it('asks for what is filtered, and the workbook has the same', async () => {
  const server = serve();
  const asked: (string | null)[] = [];
  server.on('GET /api/audit/signals', ({ url }: { url: URL }) => {
    asked.push(url.searchParams.get('method'));
    return BOARD;
  });
  const user = await show(<SignalsPage />, { as: 'auditor' });
  await user.selectOptions(await screen.findByLabelText('Method'), 'ratio');
  await waitFor(() => expect(asked.at(-1)).toBe('ratio'));
  expect(screen.getByRole('link', { name: 'Export to Excel' }).getAttribute('href')).toContain('method=ratio');
});

it('says that nothing is rare, and that this is no acquittal', async () => {
  serve({ ...BOARD, leads: [], fitting: 0 });
  await show(<SignalsPage />, { as: 'auditor' });
  expect(await screen.findByText('No leads')).toBeInTheDocument();
});

it('says why a tender that is still open is refused', async () => {
  serve(problem(409, 'NOT_ALLOWED_HERE', { phase: 'L' }));
  await show(<SignalsPage />, { as: 'auditor' });
  expect(await screen.findByText(/not allowed|not possible|cannot|phase/i)).toBeInTheDocument();
  expect(screen.queryByRole('table')).not.toBeInTheDocument();
});
