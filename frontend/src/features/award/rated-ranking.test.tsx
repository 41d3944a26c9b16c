import { screen, within } from '@testing-library/react';
import { expect, it } from 'vitest';

import { fakeServer } from '@/testing/fake-server';
import { show } from '@/testing/show';

import { firstChoice } from './choosing';
import { LotRankingPanel } from './lot-ranking';
import { OffersPanel } from './offers-panel';
import type { JudgedAnswer, LotRanking, Ranking, SupplierTender } from './queries';
import { RankingRules } from './ranking-rules';
import { SupplierResultView } from './supplier-result';
import { LOT, OWN_LOT, OWN_RESULT, RANKING, SUPPLIER_TENDER } from './testing/samples';

const RATED: LotRanking = {
  ...LOT,
  shortlist: { count: 1, labels: ['R47', 'R12'], cut_off_ties: true },
  failed: [{ t_alias: 'T5', technical_points: '62.00' }],
  rows: LOT.rows.map((row, place) => ({
    ...row, t_alias: `T${String(9 - place)}`, technical_points: '90.00', price_points: '96.13', total: '93.68', is_shortlisted: place < 2,
  })),
};
const RATED_RANKING: Ranking = {
  ...RANKING,
  lots: [RATED],
  scores_digest: 's'.repeat(64),
  formula_words: { zh: '价格得分 = 100 × 最低价 ÷ 本价。', en: 'Price points = 100 × lowest price ÷ own price.' },
  evaluation: {
    technical: { weight: '40', threshold: '70', aggregation: 'mean', criteria: [] }, price: { weight: '60', formula: { code: 'lowest_ratio', params: {} } },
    shortlist: { count: 1, ties: 'include' }, freeze_technical: true,
  },
};

it('shows what a rank is made of, the cut with its tie, and those below the threshold without a price', async () => {
  await show(<LotRankingPanel ranking={RATED_RANKING} lot={RATED} />);
  const table = screen.getByRole('table', { name: /Official ranking/ });
  const [, first, second, third] = within(table).getAllByRole('row');
  expect(first).toHaveTextContent(/R47.*Offer 9.*90.00.*96.13.*93.68/);
  expect(within(table).queryByText('Distance to the best')).not.toBeInTheDocument();
  expect(second).toHaveAttribute('data-cut');
  expect(third).not.toHaveAttribute('data-cut');
  expect(screen.getByText(/nobody is cut off by a tie/)).toBeInTheDocument();
  expect(screen.getByText('Offer 5: 62.00 points')).toBeInTheDocument();
});

it('says the rules of the ranking as sentences, with both hashes', async () => {
  await show(<RankingRules ranking={RATED_RANKING} />);
  expect(screen.getByText('Total = technical points × 40 % + price points × 60 %.')).toBeInTheDocument();
  expect(screen.getByText('Price points = 100 × lowest price ÷ own price.')).toBeInTheDocument();
  expect(screen.getByText(/of equal totals the lower price stands first/)).toBeInTheDocument();
  expect(screen.getByText('s'.repeat(64))).toBeInTheDocument();
  expect(screen.getByText('f'.repeat(64))).toBeInTheDocument();
});

it('offers the first of the shortlist', () => {
  expect(firstChoice(RATED, { choices: [] })).toEqual({ label: 'R47', reason: '' });
});

it('tells a supplier its own points and reasons, and that a price below the threshold was never opened', async () => {
  const technical = {
    points: '62.00', threshold: '70', passes: false,
    criteria: [{ criterion: 'c1', number: 1, title_zh: '噪声', title_en: 'Noise', weight: '60', value: '3.1', reason: 'The report is of another model' }],
  };
  const lot = { ...OWN_LOT, outcome: 'below_threshold' as const, rank: null, amount: null, technical };
  await show(<SupplierResultView result={{ ...OWN_RESULT, lots: [lot] }} tender={SUPPLIER_TENDER as unknown as SupplierTender} />);
  expect(screen.getByText('Your offer did not reach the technical threshold')).toBeInTheDocument();
  expect(screen.getByText('62.00 of 100')).toBeInTheDocument();
  expect(screen.getByRole('row', { name: /Noise/ })).toHaveTextContent(/60 %.*3.1 of 5.*The report is of another model/);
  expect(screen.getByText('Below the threshold')).toBeInTheDocument();
});

it('tells a supplier in plain words why its sealed offer did not count', async () => {
  const finding = { envelope: 'tech' as const, code: 'bidder_malformed' };
  const lot = { ...OWN_LOT, outcome: 'not_counted' as const, rank: null, amount: null, finding };
  await show(<SupplierResultView result={{ ...OWN_RESULT, lots: [lot] }} tender={SUPPLIER_TENDER as unknown as SupplierTender} />);
  expect(screen.getByText('Your sealed offer could not be counted')).toBeInTheDocument();
  expect(screen.getByText(/sealed again from its own secrets it comes out different/)).toBeInTheDocument();
  expect(screen.getByText(/Your price was therefore never opened/)).toBeInTheDocument();
  expect(screen.getByText('Handed in, not counted')).toBeInTheDocument();
  expect(screen.queryByText('You placed no bid')).not.toBeInTheDocument();
});

const NOISE = {
  id: 'c1', number: 1, title_zh: '噪声', title_en: 'Noise', weight: '60', threshold: null, answer: 'number' as const, unit: 'dB', choices: [],
  prompt_zh: '', prompt_en: '', levels: [],
};
const CELL: JudgedAnswer = { criterion: 'c1', value: '58', text: 'Measured', agreed: '4.5', reason: 'Quieter', marks: [{ seat: 'E1', mark: 4, comment: 'good' }] };

async function offers(cell: Partial<JudgedAnswer>, offer: { points: string | null; passes: boolean | null }) {
  const server = fakeServer();
  const lot = { lot_id: LOT.lot_id, number: 1, title_zh: '', title_en: '', offers: [{ alias: 'T3', ...offer, criteria: [{ ...CELL, ...cell }] }] };
  server.on(`GET /api/tenders/${RANKING.tender_id}/offers`, {
    tender_id: RANKING.tender_id, state: 'open', rules: { weight: '40', threshold: '70', aggregation: 'mean', criteria: [NOISE] }, lots: [lot],
  });
  const user = await show(<OffersPanel ranking={RATED_RANKING} />, { as: 'purchaser' });
  await screen.findByText('Offer 3', { selector: 'strong' });
  return user;
}

it('shows each offer by its technical alias: answers beside agreed values and marks by seat', async () => {
  const user = await offers({}, { points: '90.00', passes: true });
  await user.click(screen.getByText('Offer 3', { selector: 'strong' }));
  expect(screen.getByRole('row', { name: /Noise/ })).toHaveTextContent(/weight 60 %.*58 dB.*Measured.*4.5 of 5.*Quieter.*E1: 4.*good/);
});

it('shows the aliases alone to whoever may not read the answers yet', async () => {
  await offers({ value: null, text: null, agreed: null, reason: '', marks: [] }, { points: null, passes: null });
  expect(screen.getByText(/shown to you once the prices are opened/)).toBeInTheDocument();
  expect(screen.queryByRole('table')).not.toBeInTheDocument();
});
